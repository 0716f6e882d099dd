"""The main job: from the register to balance, hazard, plan, map and report."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from landrelease import __version__
from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.estimates import (
    Hazard,
    estimate,
    estimate_statement,
    field_settings,
    fit_surface,
    looks_and_grid,
    public_estimate,
    working_system,
)
from landrelease.exchange.postgis import Stamp, publish_layers, read_stamp
from landrelease.hazard.comparison import best_baseline
from landrelease.hazard.looks import Looks
from landrelease.hazard.register_looks import decimal_year
from landrelease.hazard.surface import Surface
from landrelease.history import cache_of
from landrelease.i18n import _, current_language
from landrelease.land.accounts import Accounts, build_accounts
from landrelease.land.dates import last_day
from landrelease.land.figures import figures
from landrelease.plan.blocks import work_blocks
from landrelease.plan.build import area_facts, problem_from_accounts
from landrelease.plan.checker import check_plan
from landrelease.plan.dispatch import dispatch
from landrelease.plan.problem import Rule
from landrelease.plan.safety import check_plan_safety, covered_teams
from landrelease.plan.teams import teams_from_register
from landrelease.profile import Profile
from landrelease.progress import SILENT, Progress, track
from landrelease.record.asof.snapshots import register_at
from landrelease.record.kinds import KINDS
from landrelease.record.register import Register
from landrelease.record.when import is_day, upper_bound
from landrelease.record.workspace import Workspace
from landrelease.report.data import Audience, PlanData, Provenance, StudyData
from landrelease.report.document import write_report
from landrelease.report.hazard_layers import hazard_classes, items_on_hand, with_hazard, write_hazard
from landrelease.report.land import write_land
from landrelease.report.layers import admin_layer, area_layer, evidence_layer, task_layer
from landrelease.report.map import write_map
from landrelease.report.plan_book import write_plan
from landrelease.report.plan_data import plan_data
from landrelease.report.publication import compare_published, published_layers, stamp_of
from landrelease.report.stop_rule import stop_rule
from landrelease.report.summaries import area_by_state, summarise_findings
from landrelease.report.tables import write_balance
from landrelease.terms import Standing

BALANCES = {"area": ("area_id",), "admin": ("admin_area",), "year": ("period",), "month": ("period",)}
PLAN_DAYS = 250
"""Calendar days planned ahead, rest days included: about eight months."""


@dataclass(frozen=True)
class Status:
    """What is known: statements by kind and standing, area balance, figures without geometry, findings."""

    statements: pd.DataFrame
    balance: pd.DataFrame
    figures: pd.DataFrame
    findings: list[Finding]


@dataclass(frozen=True)
class StudyResult:
    """What a study wrote, its main figures, and what it found."""

    files: dict[str, str]
    figures: dict[str, float | str]
    findings: list[Finding]


def study(
    workspace: Workspace,
    out: Path,
    *,
    as_of: str | None = None,
    valid_on: str | None = None,
    start: str | None = None,
    seed: int = 1,
    record_as: str | None = None,
    title: str | None = None,
    public: bool = False,
    progress: Progress = SILENT,
) -> StudyResult:
    """Run the main job and write its results.

    Parameters
    ----------
    workspace
        The record and its standards profile.
    out
        Folder for ``balance.csv``, ``land.gpkg``, ``hazard.tif``, ``plan.xlsx``, ``report.pdf`` and ``map.html``.
    public
        Also write ``map-public.html``, where uncleared land and evidence are shown only by coarse cells.
    as_of, valid_on
        What was known by then; what held on the ground on that date. None: all that is known. The standards profile is
        the one known and in force then (`landrelease.record.in_force`).
    start
        First day of the plan; by default `valid_on`, else the day of `as_of`, else today (`plan_start`).
    record_as
        Who records the estimate in the ledger as a statement; None leaves the ledger as it is. Where there is no
        estimate nothing is recorded, and a finding says so.

    Returns
    -------
    StudyResult
        A result that cannot be made (no events, no land with geometry) is left out, with a finding that says why.

    Raises
    ------
    LandreleaseError
        LR9001 for a date that is none.
    """
    begin = plan_start(start, valid_on, as_of)
    register = register_of(workspace, as_of, valid_on)
    accounts = build_accounts(register, progress=progress)
    findings = [*register.findings, *accounts.findings]
    day = valid_on or end_of_record(register)
    areas, evidence = area_layer(register, accounts), evidence_layer(register)
    hazard = estimate(register, areas, evidence, day, findings, seed=seed, progress=progress)
    plan = make_plan(register, accounts.parts(), hazard, accounts.profile, begin, findings, progress)
    cell_m = accounts.profile.publication.public_cell_m
    data = StudyData(
        title=title or workspace.path.resolve().name,
        as_of=as_of or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        valid_on=day,
        provenance=_provenance(register, accounts.profile, workspace.ledger.node, seed),
        **_frames(register, accounts, areas, evidence),
        **_estimated(accounts.parts(), hazard),
        stop=stop_rule(register, accounts.profile.detection.manual),
        plan=plan,
        findings=summarise_findings(findings),
        limits=_limits(register, accounts.parts(), hazard),
        language=current_language(),
        public_surface=public_estimate(register, areas, evidence, day, cell_m) if public else None,
        public_cell_m=cell_m,
    )
    files = write_study(data, out, public, progress)
    if record_as and hazard is not None:
        subject = f"estimate:{data.title}:{day}"
        raster = Path(files["hazard.tif"])
        said = estimate_statement(hazard, raster, data.provenance, subject, day, record_as)
        workspace.ledger.append([said])
    elif record_as:
        findings.append(Finding(ErrorCode.ESTIMATE_NOT_RECORDED, {"author": record_as}))
    return StudyResult(files, _headline(data), findings)


def _frames(
    register: Register, accounts: Accounts, areas: gpd.GeoDataFrame, evidence: gpd.GeoDataFrame
) -> dict[str, Any]:
    """What the record itself says, by the fields of `StudyData`."""
    return {
        "areas": areas,
        "evidence": evidence,
        "tasks": task_layer(register, areas),
        "admin": admin_layer(register),
        "balances": {key: accounts.balance(by=(key,)) for key in ("area_id", "admin_area", "period")},
        "figures": figures(register),
    }


def _estimated(parts: gpd.GeoDataFrame, hazard: Hazard | None) -> dict[str, Any]:
    """What the estimate adds, by the fields of `StudyData`."""
    surface = hazard.surface if hazard else None
    return {
        "parts": with_hazard(parts, surface),
        "surface": surface,
        "hazard_classes": hazard_classes(surface),
        "items_on_hand": items_on_hand(parts, surface),
        "evaluation": hazard.evaluation if hazard else None,
    }


@dataclass(frozen=True)
class HazardAnswers:
    """What questions about a workspace's hazard are answered from.

    Attributes
    ----------
    surface, looks, at_year
        The estimate, what it was fitted to, and for which (decimal) year.
    parts
        Land parts, EPSG:4326.
    day
        The same as a date.
    """

    surface: Surface
    looks: Looks
    at_year: float
    parts: gpd.GeoDataFrame
    day: str


def hazard_answers(
    workspace: Workspace,
    *,
    as_of: str | None = None,
    valid_on: str | None = None,
    baseline: bool = False,
    draws: bool = True,
    progress: Progress = SILENT,
) -> HazardAnswers:
    """Estimate the hazard of a workspace for questions about places: the field, or the best baseline.

    Parameters
    ----------
    baseline
        The best baseline, which has no intervals.
    draws
        Draws of the field, which its intervals need and explanations do not.

    Raises
    ------
    LandreleaseError
        LR4001 where nothing has a position or nothing was found, reported or searched.
    """
    register = register_of(workspace, as_of, valid_on)
    accounts = build_accounts(register, progress=progress)
    day = valid_on or end_of_record(register)
    looks, grid = looks_and_grid(register, area_layer(register, accounts), evidence_layer(register))
    year = decimal_year(day)
    progress.begin(_("Estimating"))
    try:
        if baseline:
            surface = best_baseline(looks, grid, year)[0].fit(looks, grid, year)
        else:
            settings = field_settings(grid) if draws else field_settings(grid, draws=0)
            surface = fit_surface(looks, grid, year, settings, progress)[0]
    finally:
        progress.end()
    return HazardAnswers(surface, looks, year, accounts.parts(), day)


def make_plan(
    register: Register,
    parts: gpd.GeoDataFrame,
    hazard: Hazard | None,
    profile: Profile,
    start: date,
    findings: list[Finding],
    progress: Progress = SILENT,
) -> PlanData | None:
    """Plan the teams of the register on the land that is left; None where there is neither, or with a finding why."""
    if parts.empty:
        return None
    try:
        crs = hazard.surface.grid.crs if hazard else working_system(parts)
        teams = covered_teams(teams_from_register(register, profile, crs=crs), profile, register, start, PLAN_DAYS)
        blocks = work_blocks(parts, profile)
        surface = hazard.surface if hazard else None
        problem = problem_from_accounts(
            blocks, surface, teams, profile, horizon_days=PLAN_DAYS, start=start, facts=area_facts(register), crs=crs
        )
        findings.extend(problem.findings)
        plan = dispatch(problem, Rule.VALUE_PER_TEAM_DAY, progress=progress)
        check_plan(problem, plan)
        findings.extend(check_plan_safety(problem, plan, profile, register))
    except LandreleaseError as error:
        findings.extend(error.findings)
        return None
    return plan_data(problem, plan, dict(zip(blocks["block_id"], blocks["name"], strict=True)))


def write_study(data: StudyData, out: Path, public: bool = False, progress: Progress = SILENT) -> dict[str, str]:
    """Write every result of a study into a folder; returns the files by name."""
    out.mkdir(parents=True, exist_ok=True)
    writers: dict[str, Callable[[Path], object]] = {
        "balance.csv": lambda path: write_balance(data.balances, path),
        "land.gpkg": lambda path: write_land(data, path),
        "map.html": lambda path: write_map(data, path),
        "report.pdf": lambda path: write_report(data, path),
    }
    if public:
        writers["map-public.html"] = lambda path: write_map(data, path, Audience.PUBLIC)
    if (surface := data.surface) is not None:
        writers["hazard.tif"] = lambda path: write_hazard(surface, path, {"seed": str(data.provenance.seed)})
    if (plan := data.plan) is not None:
        writers["plan.xlsx"] = lambda path: write_plan(plan, path)
    for name, write in track(writers.items(), progress, _("Writing results"), len(writers)):
        write(out / name)
    return {name: str(out / name) for name in writers}


def status_of(register: Register, by: str | None = None, progress: Progress = SILENT) -> Status:
    """Say what a register holds; `by` is a key of `BALANCES`, None the total."""
    accounts = build_accounts(register, progress=progress)
    keys = BALANCES[by] if by else ()
    period = by if by in ("year", "month") else "month"
    return Status(
        statements=_counts(register),
        balance=accounts.balance(by=keys, period=period),
        figures=figure_totals(figures(register)),
        findings=[*register.findings, *accounts.findings],
    )


def figure_totals(frame: pd.DataFrame) -> pd.DataFrame:
    """Sum figures without geometry over places and months, a row a data set and measure."""
    totals = frame.groupby(["dataset", "measure"], sort=False)["value"]
    return totals.agg(total="sum", records="size").reset_index()


def layers(register: Register, progress: Progress = SILENT) -> dict[str, pd.DataFrame]:
    """Every layer of the register by name, as other systems take them."""
    accounts = build_accounts(register, progress=progress)
    areas = area_layer(register, accounts)
    return {
        "land_part": accounts.parts(),
        "hazardous_area": areas,
        "evidence": evidence_layer(register),
        "task": task_layer(register, areas),
        "admin_area": admin_layer(register),
        "figure": figures(register),
    }


def publish(
    workspace: Workspace,
    dsn: str,
    *,
    as_of: str | None = None,
    valid_on: str | None = None,
    progress: Progress = SILENT,
) -> Stamp:
    """Put the layers of a workspace into a PostGIS database, where QGIS opens them (`publish_layers`)."""
    register = register_of(workspace, as_of, valid_on)
    stamp = stamp_of(workspace.ledger, register, as_of, valid_on)
    return publish_layers(published_layers(register, progress), dsn, stamp, progress)


def check_publication(workspace: Workspace, dsn: str, progress: Progress = SILENT) -> list[Finding]:
    """Compare what is published with what the workspace says now, for the dates of its stamp (`compare_published`)."""
    stamp = read_stamp(dsn)
    register = register_of(workspace, *((stamp.as_of, stamp.valid_on) if stamp else ()))
    return compare_published(workspace.ledger, register, dsn, progress)


def register_of(workspace: Workspace, as_of: str | None = None, valid_on: str | None = None) -> Register:
    """Fold a workspace's ledger, from a snapshot if one fits: what was known by a time, about a day on the ground."""
    return register_at(workspace.ledger, cache_of(workspace), as_of, valid_on)


def plan_start(start: str | None, valid_on: str | None, as_of: str | None) -> date:
    """First day of a plan: the day given, else that on the ground, else the last one known, else today (UTC).

    Nobody works in the past: records end when reports stop coming in, and a plan for a day that is over is none. A
    study about the past plans from its own day, so that it can be had again.

    Raises
    ------
    LandreleaseError
        LR9001 for a date that is none.
    """
    given, today = start or valid_on, datetime.now(UTC).date()
    if given is not None and not (is_day(given) and len(given) == len("2026-04-30")):
        raise fail(ErrorCode.DATE_INVALID, value=given)
    if given is not None:
        return date.fromisoformat(given)
    return today if as_of is None else min(today, date.fromisoformat(last_day(upper_bound(as_of).rstrip("~"))))


def end_of_record(register: Register) -> str:
    """Last day on the ground that a report speaks of; today where there is no report."""
    spoken = (
        entry for name, kind in KINDS.items() if kind.reviewed for entry in register.entries(name, official=False)
    )
    days = (last_day(entry.valid_to or entry.valid_from) for entry in spoken)
    return max(days, default=datetime.now(UTC).date().isoformat())


def _counts(register: Register) -> pd.DataFrame:
    rows = [
        {"kind": kind, **{standing.value: numbers.get(standing, 0) for standing in Standing}}
        for kind, numbers in register.counts().items()
    ]
    table = pd.DataFrame(rows, columns=["kind", *(standing.value for standing in Standing)]).set_index("kind")
    return table.loc[:, (table != 0).any()].reset_index()


def _provenance(register: Register, profile: Profile, node: str, seed: int) -> Provenance:
    """What the study was made from: the statements that were known, not those that the ledger holds by now."""
    return Provenance(
        ledger_entries=len(register), last_hash=register.last_hash, profile_name=profile.identity.name,
        profile_version=profile.identity.version, profile_sha256=profile.sha256, seed=seed,
        software=f"landrelease {__version__}", node=node,
    )  # fmt: skip


def _limits(register: Register, parts: gpd.GeoDataFrame, hazard: Hazard | None) -> tuple[str, ...]:
    """Say what this study cannot say."""
    pending = len(register.pending())
    limits = [
        _("The estimate advises; it releases no land. A named person does, on the evidence listed."),
        _("What is not recorded is not shown: no record does not mean no hazard."),
    ]
    if pending:
        limits.append(_("{count} statements wait for a review and are not counted.").format(count=pending))
    if parts.empty:
        limits.append(_("No area has a geometry; there is no area balance and no plan. Figures stay figures."))
    if hazard and hazard.surface.draws is None:
        limits.append(
            _("The hazard map is a baseline: it follows what was reported, and reports follow who was there.")
        )
    elif hazard:
        limits.append(_(
            "Where nobody searched, the estimate rests on what was reported, and reports follow who was there. Its "
            "bounds hold for the model; they do not cover that the model is wrong."
        ))  # fmt: skip
    return tuple(limits)


def _headline(data: StudyData) -> dict[str, float | str]:
    """The main figures of a study, by translated name."""
    figures: dict[str, float | str] = {
        _("Land parts"): len(data.parts),
        _("Evidence with a position"): len(data.evidence),
    }
    for row in area_by_state(data.parts).to_dict("records"):
        if row["area_m2"]:
            figures[f"{row['state'].label} (m²)"] = round(row["area_m2"])
    if data.plan is not None:
        figures[_("Planned assignments")] = len(data.plan.assignments)
    return figures
