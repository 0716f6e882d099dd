"""Hazard from any table of points: read, estimate, judge beside the baselines, write map, pictures and report."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from landrelease import __version__
from landrelease.errors import ErrorCode, Finding, fail
from landrelease.exchange.points import PointColumns, PointTable, read_points, read_region
from landrelease.exchange.raster import write_cog
from landrelease.geo.crs import WGS84, from_wgs84, local_equal_area, transformer
from landrelease.geo.grid import Grid
from landrelease.hazard.apart import usual_sources
from landrelease.hazard.baselines import DistanceEstimator, KernelEstimator, in_region
from landrelease.hazard.blocked import compare_by_place, nearest_blocks, square_blocks
from landrelease.hazard.comparison import (
    FEWEST_TEST_EVENTS,
    Evaluation,
    Split,
    SplitBy,
    compare,
    decay_of,
    distinct,
    evaluate_baselines,
    fit_in_events,
    split_years,
    tune_if_possible,
)
from landrelease.hazard.evaluate import Indices
from landrelease.hazard.field.estimator import FieldEstimator, usual_settings
from landrelease.hazard.hidden_ground import HidingField
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays
from landrelease.hazard.place_tuned import PlaceTunedKernel
from landrelease.hazard.register_looks import decimal_year
from landrelease.hazard.surface import Estimator, Surface
from landrelease.hazard.territory import choose_grid, coarser
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track
from landrelease.report.files import replacing_folder
from landrelease.report.hazard_files import HazardStudy, score_table, writers

METHODS = ("field", "kernel_tuned", "kernel", "distance")
SQUARES = 36
"""Blocks of the comparison by place, about so many over the region."""
FOLDS = 5
"""Groups in which those blocks are hidden."""
PLACE_CELLS = 60_000
"""Cells of the comparison by place at most: each map is fitted anew for each group, on larger cells where needed."""
JUDGING_DRAWS = 10
"""Draws of a map that is only judged: enough for the counts of blocks."""
LEAST_MARGIN_CELLS = 5
MARGIN = 0.05
"""Width of ground around the events, as a share of their extent, where no region is given."""
UNDATED = 0.5
"""Year of every event of a table without dates: one period of one year."""


@dataclass(frozen=True)
class EstimateSettings:
    """How a table becomes a map.

    Attributes
    ----------
    cell_m
        Side of a cell, m.
    target
        Value of the column of kinds that the map should foresee; None takes ``accident``.
    method
        One of `METHODS`.
    draws
        Joint draws for the intervals; 0 for none.
    seed
        Of draws, folds and bootstraps.
    judge
        Whether the map is judged beside the baselines; without it no scores, and a shorter wait.
    """

    cell_m: float = 1_000.0
    target: str | None = None
    method: str = METHODS[0]
    draws: int = 30
    seed: int = 1
    judge: bool = True

    def __post_init__(self) -> None:
        if not self.cell_m > 0 or math.isinf(self.cell_m):
            raise fail(ErrorCode.HAZARD_PARAMETER, name="--cell", value=self.cell_m, wanted=_("greater than 0"))
        if self.method not in METHODS:
            wanted = _("one of {names}").format(names=", ".join(METHODS))
            raise fail(ErrorCode.HAZARD_PARAMETER, name="--method", value=self.method, wanted=wanted)
        if self.draws < 0:
            raise fail(ErrorCode.HAZARD_PARAMETER, name="--draws", value=self.draws, wanted=_("at least 0"))


@dataclass(frozen=True)
class TableResult:
    """What was written, the scores, and what was found."""

    files: Mapping[str, str]
    scores: pd.DataFrame
    evaluations: tuple[Evaluation, ...] = field(repr=False)
    findings: tuple[Finding, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


def estimate_table(
    file: Path,
    out: Path,
    columns: PointColumns,
    settings: EstimateSettings = EstimateSettings(),
    *,
    region: Path | None = None,
    skip_bad_rows: bool = False,
    today: str | None = None,
    progress: Progress = SILENT,
) -> TableResult:
    """Estimate a hazard map from a table of events, judge its method, and write everything into a folder.

    Parameters
    ----------
    file
        CSV, or a layer that pyogrio opens, with a row an event.
    out
        Folder for ``hazard.tif``, ``hazard.png``, ``map.html``, ``table.csv``, ``reliability.png`` and ``report.pdf``.
        Nothing appears in it until everything is written.
    region
        Layer with the outline of the region; else the convex hull of the events and a margin.

    Raises
    ------
    LandreleaseError
        What `read_points`, `looks_of_table` and `choose_grid` refuse.
    """
    table = read_points(
        file, columns, skip_bad_rows=skip_bad_rows, anywhere=region is not None, today=today, progress=progress
    )
    outline = _outline(region, table, columns, progress)
    looks, grid = _placed(table, columns, settings, outline, [table])
    findings = [*table.findings, *_doubts(looks, grid)]
    evaluations = _judged(looks, grid, table.is_dated, settings, progress) if settings.judge else ()
    surface = _final(looks, grid, settings, table.is_dated, progress)
    findings += [finding for each in evaluations for finding in each.findings]
    facts = _facts(table, looks, grid, settings)
    study = HazardStudy(
        title=file.stem, surface=surface, looks=looks, dated=table.is_dated, **_told(table), facts=facts,
        evaluations=tuple(each for each in evaluations if not each.table.empty),
        findings=tuple(dict.fromkeys(map(str, findings))),
    )  # fmt: skip
    files = _written(study, out, writers(study), progress)
    return TableResult(files, score_table(study.evaluations), study.evaluations, distinct(findings), facts)


def evaluate_tables(
    train: Path,
    test: Path,
    out: Path,
    columns: PointColumns,
    settings: EstimateSettings = EstimateSettings(),
    *,
    region: Path | None = None,
    skip_bad_rows: bool = False,
    today: str | None = None,
    progress: Progress = SILENT,
) -> TableResult:
    """Judge maps made from one table on the events of another, and write the scores and pictures into a folder.

    Where `columns` names a column of blocks, the maps are judged a second time with the first table's events of each
    block hidden in turn: what they say of a district of which nothing is known.

    Raises
    ------
    LandreleaseError
        As `estimate_table`; LR4040 where the column of blocks has one value only.
    """
    past_table = read_points(
        train, columns, skip_bad_rows=skip_bad_rows, anywhere=region is not None, today=today, progress=progress
    )
    test_table = read_points(
        test, columns, skip_bad_rows=skip_bad_rows, anywhere=region is not None, today=today, progress=progress
    )
    if past_table.is_dated != test_table.is_dated:
        raise fail(ErrorCode.HAZARD_PARAMETER, name="--events", value=columns.date, wanted=_("in both tables or none"))
    outline = _outline(region, past_table, columns, progress)
    past, grid = _placed(past_table, columns, settings, outline, [past_table, test_table])
    later = looks_of_table(test_table, grid.crs, columns, settings.target)
    aimed = later.of([LookKind.ACCIDENT]).events().distinct_places()
    findings = [*past_table.findings, *test_table.findings, *_doubts(past, grid)]
    inside = int(in_region(aimed, grid).sum())
    evaluations: tuple[Evaluation, ...] = ()
    if inside < FEWEST_TEST_EVENTS:
        findings.append(_too_few(inside, aimed))
    else:
        names = np.concatenate([past_table.block, test_table.block])
        evaluations = _judged_pair(past, later, grid, columns, names, past_table.is_dated, settings, progress)
    findings += [finding for each in evaluations for finding in each.findings]
    facts = _facts(past_table, past, grid, settings) | _test_facts(test_table, past, aimed)
    study = HazardStudy(
        title=f"{train.stem}, {test.stem}", surface=None, looks=past, dated=past_table.is_dated, **_told(past_table),
        evaluations=tuple(each for each in evaluations if not each.table.empty), facts=facts,
        findings=tuple(dict.fromkeys(map(str, findings))),
    )  # fmt: skip
    files = _written(study, out, writers(study), progress)
    return TableResult(files, score_table(study.evaluations), study.evaluations, distinct(findings), facts)


# From the table to looks on a grid


def looks_of_table(table: PointTable, crs: pyproj.CRS, columns: PointColumns, target: str | None) -> Looks:
    """Looks of a table's events: those of the target kind as accidents, all others as finds.

    Raises
    ------
    LandreleaseError
        LR4046 where no row is of the target kind.
    """
    x, y = transformer(WGS84, crs).transform(table.longitude, table.latitude)
    years = [decimal_year(day) for day in table.date] if table.is_dated else np.full(len(table), UNDATED)
    return looks_from_arrays(x, y, years, _kinds(table, columns, target))


def _kinds(table: PointTable, columns: PointColumns, target: str | None) -> list[LookKind]:
    if columns.kind is None:
        return [LookKind.ACCIDENT] * len(table)
    wanted = target or LookKind.ACCIDENT.value
    aimed = table.kind == wanted
    if target is None and not aimed.any():
        aimed = np.char.lower(table.kind) == wanted
    if not aimed.any():
        values = ", ".join(sorted(set(table.kind.tolist()))[:20])
        raise fail(ErrorCode.TABLE_TARGET, target=wanted, column=columns.kind, values=values)
    return [LookKind.ACCIDENT if each else LookKind.FIND for each in aimed]


def _outline(region: Path | None, table: PointTable, columns: PointColumns, progress: Progress) -> BaseGeometry | None:
    """The region in degrees; refused where the events lie in it only with their coordinates exchanged."""
    if region is None:
        return None
    outline = read_region(region, progress)
    shapely.prepare(outline)
    inside = int(shapely.contains_xy(outline, table.longitude, table.latitude).sum())
    turned = int(shapely.contains_xy(outline, table.latitude, table.longitude).sum())
    if 2 * inside < len(table) and 2 * turned > len(table):
        reason = _("{count} of {all} positions lie in {region} only so").format(
            count=turned, all=len(table), region=region.name
        )
        named = f"{columns.latitude},{columns.longitude}"
        raise fail(ErrorCode.TABLE_SWAPPED, reason=reason, columns=named)
    return outline


def _placed(
    table: PointTable,
    columns: PointColumns,
    settings: EstimateSettings,
    outline: BaseGeometry | None,
    tables: Sequence[PointTable],
) -> tuple[Looks, Grid]:
    """Looks of the first table and a grid over the region, or over the events of all tables."""
    lon, lat = (np.concatenate([getattr(each, name) for each in tables]) for name in ("longitude", "latitude"))
    if outline is not None:
        corners = shapely.get_coordinates(outline.convex_hull)
        lon, lat = corners[:, 0], corners[:, 1]
    crs = local_equal_area(lon, lat)
    looks = looks_of_table(table, crs, columns, settings.target)
    if outline is not None:
        return looks, choose_grid(crs, region=from_wgs84(outline, crs), cell_m=settings.cell_m)
    x, y = transformer(WGS84, crs).transform(lon, lat)
    span = max(float(np.ptp(x)), float(np.ptp(y)))
    margin = max(MARGIN * span, LEAST_MARGIN_CELLS * settings.cell_m)
    return looks, choose_grid(crs, x, y, cell_m=settings.cell_m, margin_m=margin)


def _doubts(looks: Looks, grid: Grid) -> list[Finding]:
    """What a reader should know of the events: outside the region, at few places, at repeated places."""
    places = len(looks.distinct_places())
    outside = len(looks) - int(in_region(looks, grid).sum())
    found = []
    if outside == len(looks):
        raise fail(ErrorCode.EVENTS_OUTSIDE_GRID, count=len(looks))
    if outside:
        reason = _("outside the region")
        found.append(Finding(ErrorCode.TABLE_ROWS_LEFT_OUT, {"count": outside, "reason": reason}))
    if places < FEWEST_TEST_EVENTS:
        found.append(Finding(ErrorCode.TABLE_PLACES_FEW, {"count": places}))
    if places < len(looks):
        found.append(Finding(ErrorCode.TABLE_REPEATED, {"count": len(looks) - places}))
    return found


# Estimating and judging


def _others(settings: EstimateSettings, grid: Grid) -> dict[str, Estimator]:
    """Estimators beside the baselines: the field, told of hidden ground by the surroundings as well."""
    usual = replace(usual_settings(grid), draws=settings.draws, seed=settings.seed)
    return {"field": HidingField(FieldEstimator(usual), usual_sources())}


def _judged(
    looks: Looks, grid: Grid, dated: bool, settings: EstimateSettings, progress: Progress
) -> tuple[Evaluation, ...]:
    """Compare by time, where there are years to part, and by place, where there are blocks to hide."""
    made: list[Evaluation] = []
    labels, fewer = _squares(grid), replace(settings, draws=min(settings.draws, JUDGING_DRAWS))
    if dated and (years := split_years(looks)):
        made.append(evaluate_baselines(looks, grid, years[0], others=_others(fewer, grid), labels=labels,
                                       seed=settings.seed, progress=progress))  # fmt: skip
    if len(np.unique(labels[labels >= 0])) > 1:
        coarse = coarser(grid, PLACE_CELLS)
        tuned = made[0].tuned if made else None
        made.append(compare_by_place(looks, coarse, _squares(coarse), others=_others(fewer, coarse), folds=FOLDS,
                                     tuned=tuned, seed=settings.seed, progress=progress))  # fmt: skip
    return tuple(made)


def _squares(grid: Grid) -> Indices:
    cells = grid.rows * grid.columns if grid.mask is None else int(grid.mask.sum())
    return square_blocks(grid, max(1, math.ceil(math.sqrt(cells / SQUARES))) * grid.cell_m)


def _split_of(past: Looks, test: Looks, dated: bool) -> Split:
    """What the first table may say of the second: from the end of the first, or the first whole year of the second."""
    if not dated or not len(test):
        return Split(past, 1.0, 1.0)
    start = max(float(np.floor(test.year.min())), float(np.nextafter(past.year.max(), math.inf)))
    return Split(past, start, max(math.ceil(float(test.year.max())) - start, 1.0))


def _too_few(inside: int, aimed: Looks) -> Finding:
    year = f"{math.floor(float(aimed.year.min()))}" if len(aimed) else "-"
    return Finding(ErrorCode.TEST_EVENTS_FEW, {"count": inside, "year": year, "needed": FEWEST_TEST_EVENTS})


def _judged_pair(
    past: Looks, later: Looks, grid: Grid, columns: PointColumns, names: NDArray[np.str_], dated: bool,
    settings: EstimateSettings, progress: Progress,
) -> tuple[Evaluation, ...]:  # fmt: skip
    """Compare on the second table, and once more with the blocks of a column hidden in turn, on larger cells."""
    test = later.of([LookKind.ACCIDENT]).events().distinct_places()
    split = _split_of(past, test, dated)
    labels = _blocks(past, later, grid, columns, names)
    first = compare(split, test, grid, others=_others(settings, grid), labels=labels, by=SplitBy.TABLES,
                    seed=settings.seed, progress=progress)  # fmt: skip
    if columns.block is None:
        return (first,)
    coarse, fewer = coarser(grid, PLACE_CELLS), replace(settings, draws=min(settings.draws, JUDGING_DRAWS))
    hidden = compare_by_place(
        past, coarse, _blocks(past, later, coarse, columns, names), split_year=split.at_year if dated else None,
        test=test, others=_others(fewer, coarse), tuned=first.tuned, seed=settings.seed, progress=progress,
    )  # fmt: skip
    return first, hidden


def _blocks(past: Looks, later: Looks, grid: Grid, columns: PointColumns, names: NDArray[np.str_]) -> Indices:
    """Blocks by the column, each cell that of the nearest event; squares where there is no column."""
    if columns.block is None:
        return _squares(grid)
    x, y = np.concatenate([past.x_m, later.x_m]), np.concatenate([past.y_m, later.y_m])
    return nearest_blocks(grid, x, y, names.tolist())[0]


def _final(looks: Looks, grid: Grid, settings: EstimateSettings, dated: bool, progress: Progress) -> Surface:
    """The map from the whole record: events to expect in the year after it, or as many again where it has no dates."""
    end = float(np.nextafter(looks.year.max(), math.inf)) if dated else 1.0
    tuned = tune_if_possible(looks, grid, end)[0] if dated and settings.method == "kernel_tuned" else None
    chosen: dict[str, Estimator] = {
        "distance": DistanceEstimator(),
        "kernel": KernelEstimator(),
        "kernel_tuned": tuned.estimator if tuned else KernelEstimator() if dated else PlaceTunedKernel(),
        **_others(settings, grid),
    }
    progress.begin(_("Estimating the map"))
    try:
        estimator = chosen[settings.method]
        decay = decay_of(tuned) if dated else math.inf
        return fit_in_events(estimator, Split(looks, end, 1.0), grid, decay, progress)
    finally:
        progress.end()


# What is said and written


def _facts(table: PointTable, looks: Looks, grid: Grid, settings: EstimateSettings) -> dict[str, str]:
    cells = grid.rows * grid.columns if grid.mask is None else int(grid.mask.sum())
    return {
        _("Events"): f"{len(looks):,}",
        _("Events that the map should foresee"): f"{len(looks.of([LookKind.ACCIDENT])):,}",
        _("Distinct places"): f"{len(looks.distinct_places()):,}",
        _("Dates"): f"{min(table.date)} - {max(table.date)}" if table.is_dated else _("none: one period"),
        _("Longitude"): f"{table.longitude.min():.4f} - {table.longitude.max():.4f}",
        _("Latitude"): f"{table.latitude.min():.4f} - {table.latitude.max():.4f}",
        _("Cells"): _("{cells} of {cell} m").format(cells=f"{cells:,}", cell=f"{grid.cell_m:g}"),
        _("Coordinate system"): _centre(grid),
        _("Table (SHA-256)"): table.sha256,
        _("Seed"): str(settings.seed),
        _("Software"): f"landrelease {__version__}",
    }


def _centre(grid: Grid) -> str:
    lon, lat = transformer(grid.crs, WGS84).transform(0.0, 0.0)
    return _("Lambert azimuthal equal-area, centre {longitude} {latitude}").format(
        longitude=f"{lon:.1f}", latitude=f"{lat:.1f}"
    )


def _test_facts(table: PointTable, past: Looks, aimed: Looks) -> dict[str, str]:
    known = set(zip(past.x_m.tolist(), past.y_m.tolist(), strict=True))
    repeated = sum(place in known for place in zip(aimed.x_m.tolist(), aimed.y_m.tolist(), strict=True))
    return {
        _("Test events at distinct places"): f"{len(aimed):,}",
        _("Of these at a position of the first table"): f"{repeated:,}",
        _("Second table (SHA-256)"): table.sha256,
    }


def _told(table: PointTable) -> dict[str, Any]:
    """What the table says of each event beside its place."""
    return {"dates": tuple(table.date), "kinds": tuple(table.kind), "rows": tuple(table.rows.tolist())}


def _written(
    study: HazardStudy, out: Path, files: Mapping[str, Callable[[Path], object]], progress: Progress
) -> dict[str, str]:
    """Write every file into the folder, all of them or none."""
    made: dict[str, Callable[[Path], object]] = dict(files)
    if study.surface is not None:
        surface = study.surface
        bands, descriptions = study.bands()
        made["hazard.tif"] = lambda path: write_cog(bands, surface.grid, path, descriptions, study.tags())
    with replacing_folder(out) as draft:
        for name, write in track(made.items(), progress, _("Writing results"), len(made)):
            write(draft / name)
    return {name: str(out / name) for name in made}
