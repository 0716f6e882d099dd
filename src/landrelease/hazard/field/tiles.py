"""Beyond one machine: a field fitted in tiles with halos, on Dask or here.

The wide modes of the long field, the levels and the effects of covariates belong to the whole territory; the rest of
the field belongs to the tiles. Sweeps go back and forth: every tile climbs to the mode of its own field with the common
part fixed, and hands over the slope of its inside in the common coefficients; a Newton step with the tiles' own fields
eliminated approximately, sped up by Anderson's mixing, moves the common part. The sweeps come to rest where all slopes
vanish: at the mode of the one-shot fit, but for what a halo cuts off of the short field.

A worker gets only the looks that meet its tile. Looks that reach across tiles are seen whole: each tile knows how much
the others see of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import Scale, in_region
from landrelease.hazard.covariates import Covariates
from landrelease.hazard.field.basis import Matern
from landrelease.hazard.field.effects import Coefficients, add
from landrelease.hazard.field.estimator import FieldEstimator, FieldSurface, usual_settings
from landrelease.hazard.field.fitting import COVARIATE_SD, LEVEL_SD, make_frame
from landrelease.hazard.field.frame import Frame
from landrelease.hazard.field.gridding import ACCIDENT, REPORT, SEARCH, years_of_reporting
from landrelease.hazard.field.memory import check_map_memory, usual_halo_cells
from landrelease.hazard.field.precondition import Curvature
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.field.tile_work import (
    Mapped,
    Summary,
    Told,
    climb,
    coarse_columns,
    finish,
    prepare,
    probe,
    probes_of,
    summarise,
    sums_of,
    tell,
    vary,
)
from landrelease.hazard.field.tiling import Tile, looks_of_tiles, make_tiles
from landrelease.hazard.field.variance import variance_of_long
from landrelease.hazard.field.wide import Extrapolation, Kind, Plan, WideCurvature, make_band, summed
from landrelease.hazard.field.workers import TileError, Workers, workers_of
from landrelease.hazard.looks import Looks
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track

if TYPE_CHECKING:
    from distributed import Client

Floats = NDArray[np.float64]

ROUNDS = 3
"""Rounds of uncertainty at most: each is several sweeps over all tiles."""

SWEEPS, REST, ROUGHLY = 15, 0.004, 0.08
"""Sweeps of a round at most, and the change of a log rate below which they end; roughly in all rounds but the last."""


def fit_in_tiles(
    looks: Looks,
    grid: Grid,
    at_year: float,
    estimator: FieldEstimator | None = None,
    *,
    tile_cells: int = 1_000,
    halo_m: float | None = None,
    client: "Client | str | int | None" = None,
    progress: Progress = SILENT,
) -> FieldSurface:
    """Fit a field in tiles and join their insides.

    Parameters
    ----------
    looks, grid, at_year, estimator
        As `FieldEstimator.fit`.
    tile_cells
        About how many cells a side a tile has; see LR4060 for what fits into memory.
    halo_m
        Width of the ground around each tile that is fitted with it; three short ranges where None.
    client
        Who works: None for this process, ``"threads"``, the address of a Dask scheduler, a Dask client, or a number of
        processes to start on this machine.

    Returns
    -------
    FieldSurface
        Without `fit` and `gridded`, which stay in pieces. In its draws the common part is one over the whole territory;
        the tiles' own part is drawn in each tile by itself, so that across the edge of two tiles the short field of a
        draw is independent. Totals over ground within a tile, or over much more than a short range, are not affected.

    Raises
    ------
    LandreleaseError
        Those of `FieldEstimator.fit`; LR4061 for a map that does not fit into memory, LR4062 for impossible tiles,
        LR4063 and LR4065 for a scheduler without answer or workers, LR4064 where the work on a tile failed.
    """
    estimator = estimator or FieldEstimator()
    settings = estimator.settings or usual_settings(grid)
    check_map_memory(grid, settings)
    halo = usual_halo_cells(grid, settings) * grid.cell_m if halo_m is None else halo_m
    whole = make_frame(grid, settings)
    tiles = {tile.number: tile for tile in make_tiles(whole, tile_cells, halo)}
    with workers_of(client) as workers:
        run = _Run(workers, looks, whole, at_year, replace(estimator, settings=settings), tiles, progress)
        try:
            return run.fit()
        except TileError as problem:
            tile = tiles[run.numbers[problem.index]] if problem.index < len(run.numbers) else tiles[0]
            raise fail(
                ErrorCode.TILE_FAILED,
                row=tile.inner[0].start, column=tile.inner[1].start, reason=problem.reason,
            ) from problem  # fmt: skip


@dataclass
class _Run:
    """One fit: the handles of the tiles' parts and states, and what is common."""

    workers: Workers
    looks: Looks
    whole: Frame
    at_year: float
    estimator: FieldEstimator
    tiles: dict[int, Tile]
    progress: Progress

    def __post_init__(self) -> None:
        framed = {number: tile.frame(self.whole) for number, tile in self.tiles.items()}
        self.frames = {number: frame for number, frame in framed.items() if frame is not None}
        self.numbers = list(self.frames)
        assert self.estimator.settings is not None
        self.settings: FieldSettings = self.estimator.settings
        self.states: list[object] = []
        self.parts: list[object] = []

    def fit(self) -> FieldSurface:
        """Prepare, sweep, and join."""
        self._prepare()
        rounds = min(self.settings.rounds, ROUNDS)
        self._sweep(rounds == 0)
        for index in range(rounds):
            count = probes_of(self.whole.grid.rows * self.whole.grid.columns)
            self._vary(count, again=index > 0)
            self._sweep(index == rounds - 1)
        return self._join()

    def _vary(self, count: int, again: bool) -> None:
        """Feed the uncertainty, by draws over the whole territory, back into the mean."""
        draws, long = self._common_draws(count, 0), self._variance_of_long()
        probed = [self._start(home, probe, state, draws, long) for home, state in enumerate(self.states)]
        sums = sum(self._fetch([self._start(home, sums_of, each) for home, each in enumerate(probed)]))
        pairs = enumerate(zip(self.states, probed, strict=True))
        self.states = [self._start(home, vary, state, each, sums, again) for home, (state, each) in pairs]

    def _variance_of_long(self) -> Floats:
        left = sum(each.left for each in self.told) / np.maximum(self.cells, 1)
        rows, columns = (a / b for a, b in zip(self.plan.long.shape, self.plan.coarse, strict=True))
        return variance_of_long(self.settings, left, self.whole.grid.cell_m, (rows, columns))

    def _start(self, home: int, work: object, *arguments: object) -> object:
        return self.workers.start(home, work, *arguments)  # type: ignore[arg-type]

    def _prepare(self) -> None:
        columns, offset = _columns(self.estimator, self.whole), self.estimator.offset
        for home, (number, own) in enumerate(looks_of_tiles(self.looks, self.frames)):
            tile = self.tiles[number]
            layers = {kind: values[(slice(None), *tile.outer)] for kind, values in columns.items()}
            more = 0.0 if offset is None else self.whole.place(offset)[tile.outer]
            self.parts.append(
                self._start(home, prepare, tile, self.frames[number], own, self.at_year, self.settings, layers, more)
            )
        summaries = self._fetch([self._start(home, summarise, part) for home, part in enumerate(self.parts)])
        self.summaries: list[Summary] = summaries
        self.plan = make_plan(summaries, self.whole, self.settings, self.at_year, self.estimator)
        self.common = self.plan.zeros()
        self.states = [None] * len(self.parts)
        self.seen: dict[tuple[str, str], float] = {}
        self.coarse: dict[Kind, Floats] | None = None

    def _fetch(self, handles: Sequence[object]) -> list:  # type: ignore[type-arg]
        return self.workers.fetch(handles, self.progress)

    def _sweep(self, last: bool) -> None:
        """Go back and forth until the common part rests; roughly, unless this is the last round."""
        rest = REST if last else ROUGHLY
        mixing = Extrapolation()
        self.sizes: list[float] = []
        for _sweep in track(range(SWEEPS), self.progress, _("Fitting tiles"), SWEEPS):
            self.states = [
                self._start(home, climb, part, self.plan, state, self.common, self.seen)
                for home, (part, state) in enumerate(zip(self.parts, self.states, strict=True))
            ]
            told: list[Told] = self._fetch([self._start(home, tell, state) for home, state in enumerate(self.states)])
            self.told = told
            self.seen = {}
            for each in told:
                for name, value in each.seen.items():
                    self.seen[name] = self.seen.get(name, 0.0) + value
            self.curvature = self._curvature(told)
            step = self.curvature.solve(add(summed([each.slope for each in told]), -1.0, self.common))
            self.sizes.append(self.curvature.size(step))
            if self.sizes[-1] < rest:
                return
            self.common = mixing.next(self.common, step)

    def _curvature(self, told: Sequence[Told]) -> WideCurvature:
        plan = self.plan
        if self.coarse is None:
            sums = self._fetch([self._start(home, coarse_columns, state) for home, state in enumerate(self.states)])
            self.cells = cells = sum(each[Kind.LEVEL] for each in sums)
            self.coarse = {
                kind: sum(each[kind] for each in sums) / np.maximum(cells, 1) for kind in sums[0] if kind != Kind.LEVEL
            }
        effects = plan.effects(plan.coarse, None, self.coarse)
        weights = tuple(sum(parts) for parts in zip(*(each.weights for each in told), strict=True))
        return WideCurvature(plan, Curvature(effects, plan.members, weights))

    def _common_draws(self, count: int, purpose: int) -> list[Coefficients]:
        """Draws of the common coefficients."""
        seeds = ([self.settings.seed, 3 + purpose, index] for index in range(count))
        return [self.curvature.draw(np.random.default_rng(seed)) for seed in seeds]

    def _join(self) -> FieldSurface:
        grid, settings = self.whole.grid, self.settings
        factor = self._factor()
        draws = self._common_draws(settings.draws, 1)
        items, missed = np.full(grid.shape, np.nan), np.ones(grid.shape)
        made = np.full((settings.draws, *grid.shape), np.nan, dtype=np.float32) if settings.draws else None
        results: list[Mapped] = self._fetch(
            [self._start(home, finish, state, draws, factor) for home, state in enumerate(self.states)]
        )
        for number, found in zip(self.numbers, results, strict=True):
            tile = self.tiles[number]
            there, inside = tile.in_grid(self.whole)
            here = tuple(slice(a.start - b.start, a.stop - b.start) for a, b in zip(inside, tile.inside, strict=True))
            items[there] = np.exp(found.log_mean[here]) * factor
            missed[there] = found.missed[here]
            if made is not None and found.draws is not None:
                made[(slice(None), *there)] = found.draws[(slice(None), *here)]
        if grid.mask is not None:
            items[~grid.mask] = np.nan
            if made is not None:
                made[:, ~grid.mask] = np.nan
        return FieldSurface(
            grid, items * missed, "field", self._said(results), made, items_ever=items, missed=missed, factor=factor
        )

    def _factor(self) -> float:
        """As `FieldEstimator`: 1 where searches fix the level, else what makes the total that of the scale."""
        scale: Scale | None = self.estimator.scale
        if scale is None and any(summary.searched for summary in self.summaries):
            return 1.0
        total = sum(each.total for each in self.told) * self.whole.grid.cell_area_m2
        up_to = self.looks.year <= self.at_year
        read = np.zeros(len(self.looks), dtype=np.bool_)
        read[[index for summary in self.summaries for index in summary.read]] = True
        events = self.looks.where(up_to & (read | in_region(self.looks, self.whole.grid))).events()
        return (scale or Scale()).total(events, self.at_year, self.settings.decay_years) / total

    def _said(self, results: Sequence[Mapped]) -> dict[str, float | str]:
        settings = self.settings
        rests = self.sizes[-1] < REST and all(each.converged for each in results)
        return {
            "short_range_m": settings.short.range_m, "short_sd": settings.short.sd,
            "long_range_m": settings.long.range_m, "long_sd": settings.long.sd, "site_sd": settings.site_sd,
            "decay_years": settings.decay_years, "other_weight": settings.other_weight,
            "reporting_sd": settings.reporting_sd, "seed": float(settings.seed), "draws": float(settings.draws),
            "tiles": float(len(self.numbers)), "sweeps": float(len(self.sizes)), "last_change": self.sizes[-1],
            "converged": "yes" if rests else "no",
        }  # fmt: skip


def _columns(estimator: FieldEstimator, whole: Frame) -> dict[Kind, Floats]:
    """Standardised covariates on the frame, shape (p, rows, columns)."""
    found = {}
    for kind, covariates in ((Kind.HAZARD, estimator.covariates), (Kind.REPORTING, estimator.reporting)):
        if covariates is not None:
            found[kind] = _framed(covariates, whole)
    return found


def _framed(covariates: Covariates, whole: Frame) -> Floats:
    matrix, _names = covariates.design()
    inside = np.ones(whole.grid.shape, dtype=np.bool_) if whole.grid.mask is None else whole.grid.mask
    columns = np.zeros((matrix.shape[1], *whole.shape))
    for column, values in zip(columns, matrix.T, strict=True):
        cells = np.zeros(whole.grid.shape)
        cells[inside] = values
        column[:] = whole.place(cells)
    return columns


def make_plan(
    summaries: Sequence[Summary], whole: Frame, settings: FieldSettings, at_year: float, estimator: FieldEstimator
) -> Plan:
    """What the tiles share, from the summaries of their looks; the same streams and priors as the one-shot fit.

    Raises
    ------
    LandreleaseError
        LR4001 where nothing was found, reported or searched.
    """
    counts = _counts(summaries)
    first = min(summary.first_year for summary in summaries)
    years = years_of_reporting(first, at_year, settings.decay_years)
    searched, ground = (sum(summary.exposure[i] for summary in summaries) for i in (0, 1))
    exposures = {SEARCH: searched, ACCIDENT: ground * years, REPORT: ground * years}
    rates = {name: float(np.log(max(counts[name], 0.5) / value)) for name, value in exposures.items() if value > 0}
    if not any(counts.values()) and SEARCH not in rates:
        raise fail(ErrorCode.EVENTS_NONE)
    rates = {SEARCH: rates[ACCIDENT if counts[ACCIDENT] else REPORT], **rates}
    areas: dict[tuple[str, str], float] = {}
    for summary in summaries:
        for name, area in summary.areas.items():
            areas[name] = areas.get(name, 0.0) + area
    band = {term: make_band(term, whole.shape, whole.grid.cell_m) for term in (settings.long, settings.short)}
    kinds, sds, streams, members = _streams(counts, searched > 0, settings, estimator, summaries)
    centre = rates[SEARCH] - settings.variance / 2
    own = make_band(Matern(settings.reporting_range_m, settings.reporting_sd), whole.shape, whole.grid.cell_m) if (
        Kind.OWN in kinds
    ) else None  # fmt: skip
    constants = tuple(centre + rates[name] - rates[SEARCH] for name in streams)
    return Plan(
        settings, band[settings.long], band[settings.short], own, kinds, sds, streams, members, constants, years, areas
    )


def _counts(summaries: Sequence[Summary]) -> dict[str, float]:
    """Events by stream over the whole territory, those of uncertain place once each."""
    counts = {name: sum(summary.counts[name] for summary in summaries) for name in (SEARCH, ACCIDENT, REPORT)}
    somewhere = {name: value for summary in summaries for name, value in summary.somewhere.items()}
    for (stream, _look), value in somewhere.items():
        counts[stream] += value
    return counts


def _streams(
    counts: dict[str, float], searched: bool, settings: FieldSettings, estimator: FieldEstimator,
    summaries: Sequence[Summary],
) -> tuple[tuple[Kind, ...], tuple[Floats, ...], tuple[str, ...], tuple[tuple[int, ...], ...]]:  # fmt: skip
    """Common effects, streams and the effects of each, as `landrelease.hazard.field.fitting.build_model` has them."""
    kinds, sds = [Kind.MODES, Kind.LEVEL], [np.zeros(0), np.array([LEVEL_SD])]

    def added(kind: Kind, sd: Floats) -> int:
        kinds.append(kind)
        sds.append(sd)
        return len(kinds) - 1

    hazard = [0, 1]
    if estimator.covariates is not None:
        hazard.append(added(Kind.HAZARD, np.full(estimator.covariates.design()[0].shape[1], COVARIATE_SD)))
    told = counts[ACCIDENT] or counts[REPORT]
    reporting = []
    if estimator.reporting is not None and told and any(summary.searched for summary in summaries):
        reporting = [added(Kind.REPORTING, np.full(estimator.reporting.design()[0].shape[1], COVARIATE_SD))]
    streams, members = [SEARCH], [tuple(hazard)]
    for name in (ACCIDENT, REPORT):
        if not counts[name]:
            continue
        own = [*hazard]
        if searched:
            own += [added(Kind.LEVEL, np.array([LEVEL_SD])), *reporting]
        if name == REPORT and len(streams) > 1 and settings.reporting_sd > 0:
            own.append(added(Kind.OWN, np.zeros(0)))
        searched = True
        streams.append(name)
        members.append(tuple(own))
    return tuple(kinds), tuple(sds), tuple(streams), tuple(members)
