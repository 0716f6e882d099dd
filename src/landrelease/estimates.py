"""The estimate of a study: the field learned from a register, judged beside the baselines, told as a statement."""

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.exchange.raster import read_grid
from landrelease.geo.crs import local_equal_area
from landrelease.geo.grid import Grid
from landrelease.hazard.comparison import best_baseline, evaluate_baselines, split_years
from landrelease.hazard.field.estimator import FieldEstimator, FieldSurface, usual_settings
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.looks import Looks, Outcome
from landrelease.hazard.register_looks import decimal_year, looks_from_register
from landrelease.hazard.surface import Surface
from landrelease.hazard.territory import choose_grid
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress
from landrelease.record.entry import Entry, Statement
from landrelease.record.kinds import EstimateRecorded
from landrelease.record.register import Register
from landrelease.report.audience import CELL_SYSTEM, coarse_areas, coarse_looks, coarse_points
from landrelease.report.data import Evaluation, Provenance

REPORTED_CELLS, SEARCHED_CELLS, PUBLIC_CELLS = 150_000, 60_000, 400_000
"""Cells at most of a grid: for a field of reports alone, for one that reads searches, for the public's kernel.

So that a study takes seconds. A field is fitted twice, once to be judged; one that reads thousands of searched
footprints takes seconds per ten thousand cells. 60,000 cells give the demo's province (62 km across) cells of 300 m,
the size of a work area.
"""

DRAWS = 20
"""Joint draws: the fewest whose 5 and 95 % points are not their extremes."""


@dataclass(frozen=True)
class Hazard:
    """The estimate of a study, what it was fitted to, and how its method did on events that it had not seen."""

    surface: Surface
    looks: Looks
    evaluation: Evaluation | None


def estimate(
    register: Register,
    areas: gpd.GeoDataFrame,
    evidence: gpd.GeoDataFrame,
    day: str,
    findings: list[Finding],
    *,
    seed: int = 1,
    progress: Progress = SILENT,
) -> Hazard | None:
    """Estimate the hazard on a day; None, and a finding, where nothing has a position or nothing is to be learned."""
    try:
        looks, grid = looks_and_grid(register, areas, evidence)
        findings.extend(looks.findings)
        surface, found = fit_surface(looks, grid, decimal_year(day), field_settings(grid, seed), progress)
        findings.extend(found)
        return Hazard(surface, looks, _evaluation(looks, grid, seed, findings, progress))
    except LandreleaseError as error:
        findings.extend(error.findings)
        return None


SHORT_SD = 1.5
"""Spread of the short field of a study, in units of log intensity."""


def field_settings(grid: Grid, seed: int = 1, draws: int = DRAWS) -> FieldSettings:
    """Settings of a study's field: the usual ones for its grid.

    They are not tuned to the record: that takes some fifty fits, minutes where one takes seconds, and few registers
    have the dated accidents that could choose. The short field is smoother than where reports alone speak: beside rich
    finds the feedback of the uncertainty would not come to rest.
    """
    usual = usual_settings(grid)
    return replace(usual, short=replace(usual.short, sd=SHORT_SD), seed=seed, draws=draws)


def fit_surface(
    looks: Looks, grid: Grid, at_year: float, settings: FieldSettings, progress: Progress = SILENT
) -> tuple[Surface, tuple[Finding, ...]]:
    """Fit the field; where it cannot be, the best baseline, with the findings that say why.

    Raises
    ------
    LandreleaseError
        What the baseline was refused for as well.
    """
    progress.begin(_("Estimating the hazard"))
    try:
        surface = FieldEstimator(settings).fit(looks, grid, at_year, progress)
    except LandreleaseError as error:
        baseline, found = best_baseline(looks, grid, at_year)
        reason = " ".join(finding.what for finding in error.findings)
        stands = Finding(ErrorCode.FIELD_LEFT_OUT, {"reason": reason})
        return baseline.fit(looks, grid, at_year), (stands, *found)
    finally:
        progress.end()
    return surface, _doubts(surface)


def _doubts(surface: FieldSurface) -> tuple[Finding, ...]:
    if surface.fit is None or surface.fit.mode.converged:
        return ()
    mode = surface.fit.mode
    return (Finding(ErrorCode.FIELD_NOT_CONVERGED, {"steps": mode.steps, "decrement": f"{mode.decrement:.2g}"}),)


def looks_and_grid(register: Register, areas: gpd.GeoDataFrame, evidence: gpd.GeoDataFrame) -> tuple[Looks, Grid]:
    """Read the looks of a register, and lay the grid that its estimate stands on.

    Raises
    ------
    LandreleaseError
        LR4001 where nothing has a position.
    """
    crs = working_system(areas, evidence)
    looks = looks_from_register(register, crs)
    return looks, _grid(
        looks, areas, crs, SEARCHED_CELLS if looks.is_outcome(Outcome.SEARCHED).any() else REPORTED_CELLS
    )


def public_estimate(
    register: Register, areas: gpd.GeoDataFrame, evidence: gpd.GeoDataFrame, day: str, cell_m: float
) -> Surface | None:
    """Estimate anew from the cells that the public is told, so that no map of it can say more; None where it cannot.

    An average of the exact estimate would not do: the slope of a smooth map over many cells tells where in its cell an
    event lies, and its edges tell where the outermost places are.
    """
    outlines = coarse_areas(areas, cell_m)
    try:
        crs = working_system(outlines, coarse_points(evidence, cell_m))
        looks = coarse_looks(looks_from_register(register, CELL_SYSTEM), cell_m, crs)
        grid = _grid(looks, outlines, crs, PUBLIC_CELLS, least_cell_m=cell_m)
        estimator, _found = best_baseline(looks, grid, decimal_year(day))
        return estimator.fit(looks, grid, decimal_year(day))
    except LandreleaseError:
        return None  # the findings of the exact estimate say why


def working_system(*frames: gpd.GeoDataFrame) -> pyproj.CRS:
    """Equal-area system centred on everything that has a position; refused where nothing has."""
    bounds = np.array([frame.total_bounds for frame in frames if len(frame) and not frame.geometry.isna().all()])
    if not len(bounds):
        raise fail(ErrorCode.EVENTS_NONE)
    return local_equal_area(bounds[:, [0, 2]].ravel(), bounds[:, [1, 3]].ravel())


def _grid(looks: Looks, areas: gpd.GeoDataFrame, crs: pyproj.CRS, most: int, *, least_cell_m: float = 0.0) -> Grid:
    x, y = looks.x_m, looks.y_m
    if len(areas):
        corners = areas.geometry.to_crs(crs).bounds.to_numpy()
        x, y = np.concatenate([x, corners[:, [0, 2]].ravel()]), np.concatenate([y, corners[:, [1, 3]].ravel()])
    span = max(float(np.ptp(x)), float(np.ptp(y)), 1000.0)
    grid = choose_grid(crs, x, y, max_cells=most, margin_m=span * 0.02)
    if grid.cell_m < least_cell_m:
        grid = choose_grid(crs, x, y, cell_m=least_cell_m, margin_m=span * 0.02)
    return grid


def _evaluation(looks: Looks, grid: Grid, seed: int, findings: list[Finding], progress: Progress) -> Evaluation | None:
    """Judge the field beside the baselines on the last events, split at a whole year."""
    years = split_years(looks)
    if not years:
        return None
    others = {"field": FieldEstimator(field_settings(grid, seed, draws=0))}
    made = evaluate_baselines(looks, grid, years[0], others=others, seed=seed, progress=progress)
    findings.extend(made.findings)
    if made.table.empty:
        return None
    order = sorted(made.judged, key=lambda method: method != "field")  # first what the study says, then the rest
    table = made.table.dropna(axis="columns", how="all").set_index("method").loc[order].reset_index()
    return Evaluation(table, made.statement, {method: made.curves[method] for method in order})


# As a statement


def estimate_statement(
    hazard: Hazard, raster: Path, source: Provenance, subject: str, day: str, author: str
) -> Statement:
    """The estimate as a statement, from which a stranger can make it again and compare.

    Parameters
    ----------
    raster
        ``hazard.tif`` as written.
    source
        Names the last statement known and the seed.
    """
    surface, looks = hazard.surface, hazard.looks
    body = EstimateRecorded(
        method=surface.method,
        parameters={name: str(value) for name, value in sorted(surface.parameters.items())},
        inputs=[source.last_hash],
        looks_sha256=hash_of_looks(looks.entry),
        looks=len(looks),
        events=len(looks.events()),
        draws=0 if surface.draws is None else len(surface.draws),
        seed=source.seed,
        results={raster.name: hashlib.sha256(raster.read_bytes()).hexdigest()},
        scores=_scores(hazard.evaluation),
        **_convergence(surface),
    )
    return Statement("estimate", subject, body, day, author, author, cites=(source.last_hash,))


def read_estimate(estimate: Entry, raster: Path) -> Surface:
    """Read the mean of a recorded estimate from its raster, which must be the one that was recorded.

    Parameters
    ----------
    estimate
        Of the kind ``estimate``.
    raster
        ``hazard.tif`` of the study that recorded it.

    Raises
    ------
    LandreleaseError
        LR0002 without a file, LR7033 where its SHA-256 is not among the results on record.
    """
    if not raster.is_file():
        raise fail(ErrorCode.FILE_MISSING, path=raster)
    found = hashlib.sha256(raster.read_bytes()).hexdigest()
    if estimate.kind != "estimate" or found not in estimate.body.get("results", {}).values():
        raise fail(ErrorCode.ESTIMATE_RASTER_OTHER, file=raster, estimate=estimate.hash[:16])
    values, grid = read_grid(raster)
    return Surface(grid, values, estimate.body["method"], estimate.body.get("parameters", {}))


def hash_of_looks(entries: Iterable[str]) -> str:
    """SHA-256 over the hashes of the statements that an estimate read: sorted, each once, a line each (LF)."""
    return hashlib.sha256("".join(f"{entry}\n" for entry in sorted(set(entries))).encode()).hexdigest()


def _convergence(surface: Surface) -> Mapping[str, object]:
    """How the climb to the mode ended; nothing for a baseline, which climbs nowhere."""
    if not isinstance(surface, FieldSurface) or surface.fit is None:
        return {}
    mode = surface.fit.mode
    return {
        "converged": mode.converged, "newton_steps": mode.steps, "newton_decrement": _decimal(mode.decrement),
        "rounds": [_decimal(change) for change in surface.fit.rounds],
    }  # fmt: skip


def _scores(evaluation: Evaluation | None) -> dict[str, str]:
    """Figures of the evaluation by method and measure: ``field.roc_auc``."""
    if evaluation is None:
        return {}
    table = evaluation.scores.set_index("method")
    told = {f"{method}.{name}": float(value) for method, row in table.iterrows() for name, value in row.items()}
    return {name: _decimal(value) for name, value in told.items() if math.isfinite(value)}


def _decimal(value: float) -> str:
    """A number as a decimal of nine places at most, without trailing zeros."""
    text = f"{value:.9f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
