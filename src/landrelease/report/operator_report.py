"""Completion, daily and monthly operator reports, from statements (standards 6.2 and 8.4). Pure: nothing is written."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, cast

import pandas as pd
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.land.dates import last_day
from landrelease.land.partition import Line
from landrelease.record.entry import Entry
from landrelease.release.perimeter import TurningPoint, rings_of, turning_points, utm_zone, walkable
from landrelease.report.data import Audience
from landrelease.report.operator_data import BalanceLine, OperatorReport, PartLine, ReportKind
from landrelease.report.operator_work import (
    REPORT_KINDS,
    Scope,
    accident_lines,
    find_lines,
    land_lines,
    lost_lines,
    nonconformity_lines,
    pending_count,
    team_days,
    team_lines,
    visit_lines,
    work_days,
    work_lines,
    worked,
)
from landrelease.report.tables import SIGNS
from landrelease.terms import AssetKind, ReleaseStatus

if TYPE_CHECKING:
    from landrelease.land.accounts import Accounts
    from landrelease.record.register import Register

TERMS = (*SIGNS, "closing_m2")
"""Terms of a balance, from the opening to the closing area."""

_BEGINNING, _UNCLEARED = "0001-01-01", (ReleaseStatus.UNRESOLVED, ReleaseStatus.REOPENED)


def daily_report(
    register: "Register", accounts: "Accounts", day: str, organisation: str | None = None
) -> OperatorReport:
    """Report of one day.

    Raises
    ------
    LandreleaseError
        LR7112 where `day` is no day.
    """
    _check_period(day, 10, _("day"))
    return _report(ReportKind.DAILY, Scope(register, day, day, organisation), accounts)


def monthly_report(
    register: "Register", accounts: "Accounts", month: str, organisation: str | None = None
) -> OperatorReport:
    """Report of one calendar month, with the area balance of the organisation's areas.

    Land is credited in the month of the accepting review; without an organisation the balance is that of all land.

    Raises
    ------
    LandreleaseError
        LR7112 where `month` is no month.
    """
    _check_period(month, 7, _("month"))
    scope = Scope(register, f"{month}-01", last_day(month), organisation)
    made = _report(ReportKind.MONTHLY, scope, accounts)
    return replace(made, balance=_balance(scope, accounts), credited=_credited(scope, accounts))


def completion_report(
    register: "Register", accounts: "Accounts", area: str, organisation: str | None = None
) -> OperatorReport:
    """Report of all work on an area, or on the area of a task, up to now.

    Raises
    ------
    LandreleaseError
        LR7113 where there is no such area with an outline, and no such task.
    """
    area = _area_of(register, area)
    if area not in accounts.areas:
        raise fail(ErrorCode.REPORT_AREA_UNKNOWN, area=area)
    everything = Scope(register, _BEGINNING, "9999-12-31", organisation, area)
    days = [entry.valid_from for kind in ("work_day", *REPORT_KINDS) for entry in everything.own(kind)]
    ends = [last_day(entry.valid_to or entry.valid_from) for kind in REPORT_KINDS for entry in everything.own(kind)]
    scope = replace(everything, start=min(days, default=_BEGINNING), end=max([*days, *ends], default=_BEGINNING))
    state = accounts.area(area)
    parts = accounts.parts()
    return replace(
        _report(ReportKind.COMPLETION, scope, accounts), area=area, area_name=state.name,
        admin_area=everything.names("admin_area").get(str(state.admin_area), state.admin_area),
        parts=tuple(_parts(parts[parts["area_id"] == area], scope)), limits=tuple(_notes(scope)),
        balance=_terms(accounts.balance(by=("area_id",)).query("area_id == @area")[list(TERMS)].sum()),
        beneficiaries_direct=_beneficiaries(everything),
    )  # fmt: skip


def for_report_audience(report: OperatorReport, audience: Audience) -> OperatorReport:
    """Keep what an audience may see.

    For the public, teams, turning points of uncleared land, areas of accidents and QA, and free text are left out.
    Nothing in a report names a person, whoever reads it.
    """
    if audience is Audience.RESTRICTED:
        return report
    return replace(
        report, audience=audience, teams=(), limits=(),
        accidents=tuple(replace(each, area=None, day=each.day[:7]) for each in report.accidents),
        visits=tuple(replace(each, area=None) for each in report.visits),
        parts=tuple(replace(part, rings=()) if part.state in _UNCLEARED else part for part in report.parts),
    )  # fmt: skip


def _check_period(text: str, length: int, wanted: str) -> None:
    try:
        fits = len(text) == length and date.fromisoformat(f"{text}-01"[:10]).isoformat()[:length] == text
    except ValueError:
        fits = False
    if not fits:
        raise fail(ErrorCode.REPORT_PERIOD_INVALID, value=text, wanted=wanted)


def _report(kind: ReportKind, scope: Scope, accounts: "Accounts") -> OperatorReport:
    days = work_days(scope)
    reports = [entry for each in REPORT_KINDS for entry in scope.own(each)]
    busy = team_days(worked(days))
    name = scope.organisation or _("all organisations")
    profile = accounts.profile.identity
    read = [entry for entry, _day in days] + reports
    return OperatorReport(
        kind=kind, start=scope.start, end=scope.end, organisation=scope.organisation,
        organisation_name=scope.names("organisation").get(name, name), audience=Audience.RESTRICTED,
        profile=f"{profile.name} {profile.version}", as_of=_as_of(scope.register), statements=len(read),
        pending=pending_count(scope.register, read), team_days=len(busy), lost_days=len(team_days(days) - busy),
        minutes=sum(day.minutes_worked for _entry, day in days),
        work=work_lines(days), lost=lost_lines(days), teams=team_lines(days, scope.names("team")),
        finds=find_lines(reports), land=land_lines(reports), accidents=accident_lines(scope, _concerning(scope)),
        visits=visit_lines(scope), nonconformities=nonconformity_lines(scope),
    )  # fmt: skip


def _as_of(register: "Register") -> str:
    last = register.last_hash
    return register.entry(last).recorded if last else ""


def _concerning(scope: Scope) -> Callable[[Entry], bool]:
    """What tells whether an accident concerns the report: on its area, or of the organisation or one of its teams."""
    if scope.area is not None:
        return lambda entry: entry.body.get("area") == scope.area
    teams = {entry.subject for entry in scope.register.history("team") if scope.is_own(entry.organisation)}
    return lambda entry: scope.is_own(entry.organisation) or entry.body.get("team") in teams


def _balance(scope: Scope, accounts: "Accounts") -> tuple[BalanceLine, ...]:
    """Opening to closing over the areas of the organisation; its own terms are what `accounts.balance` gives."""
    if scope.organisation is None:
        return _terms(accounts.balance(by=(), start=scope.start, end=scope.end).iloc[0])
    frame = accounts.balance(by=("area_id",), start=scope.start, end=scope.end)
    return _terms(frame[frame["area_id"].isin(_areas_of(scope, accounts))][list(TERMS)].sum())


def _areas_of(scope: Scope, accounts: "Accounts") -> set[str]:
    """Areas that the organisation reported, was tasked with or worked on by the end of the period."""
    register, end = scope.register, scope.end
    kinds = ("work_day", "task.order", "hazard.report", "boundary.change", *REPORT_KINDS)
    said = (entry for kind in kinds for entry in register.entries(kind, official=False) if entry.valid_from <= end)
    own_teams = {entry.subject for entry in register.history("team") if scope.is_own(entry.organisation)}
    return {
        str(entry.body.get("area", entry.subject))
        for entry in said
        if scope.is_own(entry.organisation) or entry.body.get("team") in own_teams
    } & set(accounts.areas)


def _terms(row: pd.Series) -> tuple[BalanceLine, ...]:
    return tuple(BalanceLine(term, float(row[term])) for term in TERMS)


def _credited(scope: Scope, accounts: "Accounts") -> tuple[BalanceLine, ...]:
    """m² that statements of this organisation moved in the period, by line; by the day of approval."""
    moved = dict.fromkeys(Line, 0.0)
    for movement in accounts.movements():
        if scope.start <= movement.approved_on <= scope.end and scope.is_own(
            scope.register.entry(movement.entry).organisation
        ):
            moved[movement.line] += movement.area_m2
    return tuple(BalanceLine(f"{line.value}_m2", area) for line, area in moved.items())


def _area_of(register: "Register", wanted: str) -> str:
    tasks = [entry for entry in register.entries("task.order") if entry.subject == wanted]
    return str(tasks[-1].body["area"]) if tasks else wanted


def _parts(parts: pd.DataFrame, scope: Scope) -> Iterator[PartLine]:
    names = scope.names("organisation")
    for part in parts.itertuples():
        report, state = scope.register.entry(str(part.report)), ReleaseStatus(str(part.release_status))
        body = {} if state in _UNCLEARED else report.body
        yield PartLine(
            part_id=str(part.part_id), state=state, area_m2=float(part.area_m2),  # type: ignore[arg-type]
            method=AssetKind(body["method"]) if "method" in body else None, depth_cm=body.get("depth_cm"),
            coverage_permille=body.get("coverage_permille"),
            organisation=names.get(report.organisation, report.organisation), worked_from=report.valid_from,
            worked_to=last_day(report.valid_to or report.valid_from),
            rings=_rings(cast("BaseGeometry", part.geometry)),
        )  # fmt: skip


def _rings(geometry: BaseGeometry) -> tuple[tuple[TurningPoint, ...], ...]:
    """Turning points of every ring as it is walked, without the points that overlays leave on straight lines."""
    point = geometry.representative_point()
    zone = utm_zone(point.x, point.y)
    return tuple(turning_points(ring, zone) for ring in rings_of(walkable(geometry)))


def _notes(scope: Scope) -> Iterable[str]:
    """Deviations and limits that the reports on the area state in words."""
    return dict.fromkeys(
        str(entry.body["note"]) for kind in REPORT_KINDS for entry in scope.own(kind) if entry.body.get("note")
    )


def _beneficiaries(scope: Scope) -> int | None:
    stated = [
        entry.body["beneficiaries_direct"]
        for entry in scope.register.entries("hazard.report")
        if entry.subject == scope.area and "beneficiaries_direct" in entry.body
    ]
    return int(stated[-1]) if stated else None
