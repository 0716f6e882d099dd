"""One map judged on events that it had not seen: figures, what each event contributes, reliability, counts by block."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import in_region
from landrelease.hazard.calibration import (
    BinBy,
    calibration_ratio,
    coverage,
    interval_of_counts,
    pit_coverage,
    reliability,
    reliability_error,
)
from landrelease.hazard.evaluate import (
    Capture,
    Floats,
    Indices,
    bootstrap_interval,
    brier,
    capture,
    height,
    log_score,
    place_log_score,
    pr_auc,
    r_height,
    roc_auc,
    scores_at,
)
from landrelease.hazard.looks import Looks
from landrelease.hazard.surface import Surface

SHARES = (0.5, 0.8, 0.9)
REGION_SHARES = (0.001, 0.01, 0.1)
"""Shares of the region, rounded to one digit of km², at which the capture is told."""
RANKINGS = (roc_auc, pr_auc, height, r_height)
LEVEL = 0.9
"""Of the predictive intervals of counts by block."""

BLOCK_COLUMNS = ("block", "expected", "low", "high", "observed", "inside")


@dataclass(frozen=True)
class Judged:
    """How one map fared.

    Attributes
    ----------
    figures
        By name: km2_for_50, _80, _90; captured_N for three N by the size of the region; roc_auc, pr_auc, height,
        r_height; brier, log_score (nats a cell); place_log_score and event_log_score (nats a test event);
        expected_events, events_ratio (test events inside the region for one expected); reliability_relative
        (mean distance of observed from expected over the bins, as a share of what was expected);
        and, where blocks were given, coverage_90 and pit_coverage_90.
    found
        Where the test events stand in the ranking of the cells.
    contributions
        What each test event inside the region adds to ``roc_auc``, ``r_height``, ``place_log_score`` and
        ``event_log_score``, whose mean is the figure: for bootstraps and for differences between maps.
    reliability
        Stated chance that a cell sees a test event against the share of cells that did, in bins of equal expectation.
    blocks
        Columns `BLOCK_COLUMNS`: expected count of each block, its predictive interval, the count. Empty without blocks.
    """

    figures: Mapping[str, float]
    found: Capture = field(repr=False)
    contributions: Mapping[str, Floats] = field(repr=False)
    reliability: pd.DataFrame = field(repr=False)
    blocks: pd.DataFrame = field(repr=False)

    def intervals(self, seed: int, draws: int = 200, level: float = 0.95) -> dict[str, tuple[float, float]]:
        """Bootstrap interval over test events of every figure that has one: captures and means over events."""
        shares = {f"km2_for_{share * 100:.0f}": share for share in SHARES}
        areas = {name: float(name.removeprefix("captured_")) for name in self.figures if name.startswith("captured_")}
        found = {
            **{name: bootstrap_interval(lambda drawn, s=share: drawn.km2_for(s), self.found, seed, draws, level)  # type: ignore[misc]
               for name, share in shares.items()},
            **{name: bootstrap_interval(lambda drawn, a=area: drawn.share_in(a), self.found, seed, draws, level)  # type: ignore[misc]
               for name, area in areas.items()},
        }  # fmt: skip
        return found | {name: _mean_interval(each, seed, draws, level) for name, each in self.contributions.items()}

    def gain_over(
        self, other: "Judged", figure: str = "event_log_score", *, seed: int = 1, draws: int = 2_000
    ) -> tuple[float, float, float]:
        """Mean difference in a figure a test event, with its 95 % bootstrap interval over the paired events.

        Returns
        -------
        tuple
            (gain, low, high); positive where this map scores higher. NaN without events.
        """
        apart = self.contributions[figure] - other.contributions[figure]
        return (float(apart.mean()) if len(apart) else math.nan, *_mean_interval(apart, seed, draws, 0.95))


def _mean_interval(values: Floats, seed: int, draws: int, level: float) -> tuple[float, float]:
    if not len(values) or not np.isfinite(values).all():
        return math.nan, math.nan
    chosen = np.random.default_rng(seed).integers(0, len(values), (draws, len(values)))
    tail = (1 - level) / 2
    low, high = np.quantile(values[chosen].mean(axis=1), [tail, 1 - tail])
    return float(low), float(high)


def judge(
    surface: Surface,
    test: Looks,
    labels: Indices | None = None,
    *,
    size: float = math.inf,
    counted: Looks | None = None,
) -> Judged:
    """Judge a map in expected test events on the test events.

    Parameters
    ----------
    surface
        Expected test events a m² (not items in the ground): see `levelled`.
    test
        Test events, one a distinct place.
    labels
        Block of each cell, shape (rows, columns), -1 where none: predictive intervals of the counts by block.
    size
        Overdispersion of those counts: size of the negative binomial; infinite for Poisson.
    counted
        Events counted by block, where other than `test`.

    Raises
    ------
    LandreleaseError
        LR4009 where no cell has a value.
    """
    grid, items = surface.grid, surface.items_per_m2
    found = capture(items, grid, test.x_m, test.y_m)
    inside = test.where(np.isfinite(scores_at(items, grid, test.x_m, test.y_m)))
    region, hit = np.isfinite(items), _hit(inside, grid)
    chance = -np.expm1(-items[region] * grid.cell_area_m2)
    table = reliability(chance, hit[region], by=BinBy.EXPECTED)
    blocks = block_counts(surface, labels, counted or inside, size) if labels is not None else pd.DataFrame()
    expected = float(np.nansum(items)) * grid.cell_area_m2
    figures = {
        **_captures(found),
        **_rankings(items[region], hit[region]),
        "brier": brier(chance, hit[region]),
        "log_score": log_score(chance, hit[region]),
        "place_log_score": place_log_score(items, grid, test.x_m, test.y_m),
        "event_log_score": _mean(event_log_scores(surface, inside)),
        "expected_events": expected,
        "events_ratio": calibration_ratio(expected, len(inside))[0],
        "reliability_relative": reliability_error(table, relative=True),
        **(_coverages(surface, labels, blocks, size) if labels is not None else {}),
    }
    return Judged(figures, found, _contributions(surface, inside, hit), table, blocks)


def _captures(found: Capture) -> dict[str, float]:
    areas = [one_digit(share * found.cells * found.cell_km2) for share in REGION_SHARES]
    return {
        **{f"km2_for_{share * 100:.0f}": found.km2_for(share) for share in SHARES},
        **{f"captured_{area:.12g}": found.share_in(area) for area in areas},
    }


def _rankings(items: Floats, hit: NDArray[np.bool_]) -> dict[str, float]:
    positive, negative = items[hit], items[~hit]
    return {measure.__name__: measure(positive, negative) for measure in RANKINGS}


def _hit(inside: Looks, grid: Grid) -> NDArray[np.bool_]:
    happened = np.zeros(grid.shape, dtype=np.bool_)
    happened[grid.cells_of(inside.x_m, inside.y_m)] = True
    return happened


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else math.nan


def event_log_scores(surface: Surface, inside: Looks) -> Floats:
    """Nats by which a map beats an even spread of as many events as there were, a test event inside its region.

    The log likelihood of a Poisson process, ``sum(log intensity) - expected total``, less that of the even spread of
    the right total, shared out over the events. It is the place score plus what a wrong total costs:
    ``log(expected / seen) - expected / seen + 1``, which is at most 0.
    """
    items, area = surface.items_per_m2, surface.grid.cell_area_m2
    seen, total = len(inside), float(np.nansum(items)) * area
    if not seen:
        return np.empty(0)
    even = seen / (np.isfinite(items).sum() * area)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(scores_at(items, surface.grid, inside.x_m, inside.y_m) / even) - total / seen + 1)


def _contributions(surface: Surface, inside: Looks, hit: NDArray[np.bool_]) -> dict[str, Floats]:
    items, grid = surface.items_per_m2, surface.grid
    at_events = scores_at(items, grid, inside.x_m, inside.y_m)
    region = np.isfinite(items)
    negative = np.sort(items[region & ~hit])
    below, not_above = (np.searchsorted(negative, items[hit], side=side) for side in ("left", "right"))
    of_event = event_log_scores(surface, inside)
    total, cells = float(np.nansum(items)), int(region.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        place = np.log(at_events / total * cells)
    return {
        "roc_auc": (below + not_above) / 2 / max(len(negative), 1),
        "r_height": (len(negative) - below).astype(np.float64),
        "place_log_score": place,
        "event_log_score": of_event,
    }


def one_digit(value: float) -> float:
    """A positive number to one significant digit: 2,056 is 2,000."""
    exponent = math.floor(math.log10(value))
    return round(value, -exponent)


def capture_curve(found: Capture, points: int = 200) -> pd.DataFrame:
    """Share of the test events in the best land, from one cell to the whole region: columns km2, share."""
    km2 = np.geomspace(found.cell_km2, max(found.cells, 2) * found.cell_km2, points)
    return pd.DataFrame({"km2": km2, "share": [found.share_in(area) for area in km2]})


# Counts by block


def block_means(surface: Surface, labels: Indices) -> Floats:
    """Expected events of each block in each draw, shape (draws, blocks); one row where the surface has no draws."""
    known = np.isfinite(surface.items_per_m2) & (labels >= 0)
    blocks = int(labels.max()) + 1 if labels.size else 0
    draws = surface.items_per_m2[None] if surface.draws is None else surface.draws
    sums = [np.bincount(labels[known], drawn[known], max(blocks, 1)) for drawn in draws]
    return np.asarray(np.array(sums) * surface.grid.cell_area_m2, dtype=np.float64)


def block_counts(
    surface: Surface, labels: Indices, counted: Looks, size: float = math.inf, level: float = LEVEL
) -> pd.DataFrame:
    """Expected count of each block that has cells, its predictive interval and what was counted: `BLOCK_COLUMNS`.

    Without draws the interval takes the map as certain and holds only the chance of the counts themselves.
    """
    means = block_means(surface, labels)
    low, high = interval_of_counts(means, level, size)
    observed = _counted(surface, labels, counted, means.shape[1])
    seen = _present(surface, labels, means.shape[1])
    inside = (low <= observed) & (observed <= high)
    frame = pd.DataFrame(
        dict(
            zip(
                BLOCK_COLUMNS, (np.arange(means.shape[1]), means.mean(axis=0), low, high, observed, inside), strict=True
            )
        )
    )
    return frame[seen].reset_index(drop=True)


def _counted(surface: Surface, labels: Indices, counted: Looks, blocks: int) -> Indices:
    rows, columns = surface.grid.cells_of(counted.x_m, counted.y_m)
    inside = surface.grid.contains(rows, columns)
    rows, columns = rows[inside], columns[inside]
    at = labels[rows, columns]
    at = at[(at >= 0) & np.isfinite(surface.items_per_m2[rows, columns])]
    return np.bincount(at, minlength=blocks).astype(np.int64)


def _present(surface: Surface, labels: Indices, blocks: int) -> NDArray[np.bool_]:
    known = np.isfinite(surface.items_per_m2) & (labels >= 0)
    return np.asarray(np.bincount(labels[known], minlength=blocks) > 0)


def _coverages(surface: Surface, labels: Indices, blocks: pd.DataFrame, size: float) -> dict[str, float]:
    means = block_means(surface, labels)[:, blocks["block"].to_numpy()]
    return {
        "coverage_90": coverage(blocks["low"], blocks["high"], blocks["observed"]),
        "pit_coverage_90": pit_coverage(means, blocks["observed"], LEVEL, size),
    }


# The level


def levelled(surface: Surface, expected: float, visible: NDArray[np.bool_] | None = None) -> Surface:
    """The map times one factor, so that it expects so many events over the cells whose events were seen.

    Parameters
    ----------
    expected
        Events expected over the visible cells.
    visible
        Shape (rows, columns); all cells where None.
    """
    shown = surface.items_per_m2 if visible is None else surface.items_per_m2[visible]
    total = float(np.nansum(shown)) * surface.grid.cell_area_m2
    factor = expected / total if total > 0 else 1.0
    draws = None if surface.draws is None else surface.draws * np.float32(factor)
    return replace(surface, items_per_m2=surface.items_per_m2 * factor, draws=draws)


LEAST_EXPECTED = 0.5
"""Events that a map is held to expect where the record has none: no map holds an event to be impossible."""


def events_to_expect(past: Looks, grid: Grid, at_year: float, years: float, decay_years: float = 3.0) -> float:
    """Events at distinct places to expect in the `years` after a year, at the time-weighted rate of the record.

    Events of one place within one span of `years` count once, as they do in a test of that length.

    Parameters
    ----------
    past
        Events of the kind that is foreseen, before the year; those outside the region are left out.
    decay_years
        An event of this age weighs ``1/e`` as much as one now; infinite for no decay.
    """
    known = past.where(in_region(past, grid))
    if not len(known):
        return LEAST_EXPECTED
    span = max(at_year - math.floor(float(known.year.min())), years)
    window = np.ceil((at_year - known.year) / years)
    first = np.unique(np.column_stack([known.x_m, known.y_m, window]), axis=0, return_index=True)[1]
    weight = float(np.exp((known.year[first] - at_year) / decay_years).sum())
    effective = span if math.isinf(decay_years) else -decay_years * math.expm1(-span / decay_years)
    return max(weight / effective * years, LEAST_EXPECTED)
