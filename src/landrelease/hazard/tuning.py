"""The kernel's width, decay and weights, tuned on training data alone, blocked in time and in place.

For each start year of the validation, a kernel learns from the events before it and is scored on the target events of
the years that follow (blocked in time). For the place score, each target event is predicted without any event of its
own square block (blocked in place). The score is the mean log of the density given to the events, in nats above an even
spread; it is worked out on the cells of the final grid with the very kernel of `KernelEstimator`, so that repeated
coordinates cannot favour a kernel narrower than the map can show.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import KernelEstimator, decay, in_region, kind_weights
from landrelease.hazard.folds import Weigh, make_folds, shares, smoothed_region
from landrelease.hazard.looks import KINDS_OF_EVENT, LookKind, Looks
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track

Floats = NDArray[np.float64]

FEWEST_EVENTS = 20
"""Target events over all validation years, below which a choice would follow chance."""


def weights_of_others(share: float) -> dict[LookKind, float]:
    """Weight 1 for accidents, `share` for every other kind of event."""
    return {kind: 1.0 if kind == LookKind.ACCIDENT else share for kind in sorted(KINDS_OF_EVENT)}


@dataclass(frozen=True)
class TuningPlan:
    """What is tried, and how it is judged.

    Attributes
    ----------
    widths_m, decays_years, other_weights, background_shares, wide
        Values tried, every combination; `wide` holds pairs (wide_m, wide_share).
    folds, fold_years
        Validation blocks in time: so many, each of so many years, the last ending at the split year.
    block_m
        Side of the square blocks left out for the place score.
    place_share
        Weight of the place score in the choice; the rest is the time score.
    target
        Kind of event that the map should foresee.
    """

    widths_m: Sequence[float]
    wide: Sequence[tuple[float, float]] = ((1.0, 0.0),)
    decays_years: Sequence[float] = (1.0, 1.5, 3.0, 6.0, 12.0, float("inf"))
    other_weights: Sequence[float] = (0.05, 0.1, 0.2, 0.5, 1.0)
    background_shares: Sequence[float] = (0.01, 0.05)
    folds: int = 3
    fold_years: float = 2.0
    block_m: float = 50_000.0
    place_share: float = 0.0
    target: LookKind = LookKind.ACCIDENT

    def __post_init__(self) -> None:
        if self.folds < 1 or not self.fold_years > 0 or not 0 <= self.place_share <= 1:
            raise fail(ErrorCode.HAZARD_PARAMETER, name="folds", value=self.folds, wanted=_("a valid number of folds"))

    @classmethod
    def for_grid(cls, grid: Grid) -> "TuningPlan":
        """Widths from a quarter of a cell (no smoothing) to ten, alone or with a wide kernel of 10, 20 or 40 cells."""
        narrow = [cells * grid.cell_m for cells in (0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)]
        wide = itertools.product([cells * grid.cell_m for cells in (10.0, 20.0, 40.0)], (0.25, 0.5, 0.75))
        return cls(narrow, ((10 * grid.cell_m, 0.0), *wide), block_m=50 * grid.cell_m)


@dataclass(frozen=True)
class Tuned:
    """The chosen kernel and everything that was tried.

    Attributes
    ----------
    table
        One row a combination, best first: width_m, decay_years, other_weight, wide_m, wide_share, background_share,
        log_score_time, log_score_place (nats a target event above an even spread), score (what was maximised).
    """

    estimator: KernelEstimator
    table: pd.DataFrame
    target_events: int
    limits: tuple[str, ...] = field(default=())


def tune_kernel(
    looks: Looks, grid: Grid, before_year: float, plan: TuningPlan | None = None, progress: Progress = SILENT
) -> Tuned:
    """Choose a kernel by the held-out log score on years before `before_year`; nothing later is read.

    Raises
    ------
    LandreleaseError
        LR4007 with fewer than `FEWEST_EVENTS` target events in the validation years.
    """
    plan = plan or TuningPlan.for_grid(grid)
    known = looks.events().before(before_year)
    known = known.where(in_region(known, grid))
    starts = before_year - plan.fold_years * np.arange(plan.folds, 0.0, -1.0)
    folds = make_folds(known, grid, starts, plan.fold_years, plan.block_m, plan.target)
    count = sum(int(fold.target_count.sum()) for fold in folds)
    if count < FEWEST_EVENTS:
        raise fail(ErrorCode.TUNING_EVENTS_FEW, count=count, year=round(before_year, 1), needed=FEWEST_EVENTS)
    weigh = _weigher(plan)

    @cache
    def shares_of(width_m: float) -> Floats:
        region, width = smoothed_region(grid, width_m), width_m / grid.cell_m
        return np.concatenate([shares(fold, weigh, width, region) for fold in folds], axis=2)

    counts = np.concatenate([fold.target_count for fold in folds])
    widths = track(plan.widths_m, progress, _("Tuning the kernel"), len(plan.widths_m))
    rows = [row for width in widths for row in _rows(width, shares_of, counts, grid, plan)]
    table = pd.DataFrame(rows).sort_values("score", ascending=False, kind="stable").reset_index(drop=True)
    return Tuned(estimator_of(table.iloc[0]), table, count, _limits(table, plan))


def _rows(
    width_m: float, shares_of: Callable[[float], Floats], counts: NDArray[np.int64], grid: Grid, plan: TuningPlan
) -> Iterator[dict[str, float]]:
    """Score every combination at one width."""
    near = shares_of(width_m)
    for wide_m, wide_share in plan.wide:
        wide = shares_of(wide_m) if wide_share > 0 else np.zeros_like(near)
        for background in plan.background_shares:
            density, mass = (1 - wide_share - background) * near + wide_share * wide
            gains = np.log((density * _cells(grid) + background) / (mass + background))
            scores = np.average(gains, axis=1, weights=counts)
            for (decay_years, other), (time, place) in zip(_mixes(plan), scores.T, strict=True):
                yield {
                    "width_m": width_m, "decay_years": decay_years, "other_weight": other, "wide_m": wide_m,
                    "wide_share": wide_share, "background_share": background, "log_score_time": float(time),
                    "log_score_place": float(place),
                    "score": float((1 - plan.place_share) * time + plan.place_share * place),
                }  # fmt: skip


def _mixes(plan: TuningPlan) -> list[tuple[float, float]]:
    return list(itertools.product(plan.decays_years, plan.other_weights))


def _weigher(plan: TuningPlan) -> Weigh:
    def weigh(events: Looks, at_year: float) -> Floats:
        columns = [
            events.quantity * decay(events, at_year, years) * kind_weights(events, weights_of_others(other))
            for years, other in _mixes(plan)
        ]
        return np.column_stack(columns)

    return weigh


def _cells(grid: Grid) -> int:
    return grid.rows * grid.columns if grid.mask is None else int(grid.mask.sum())


def estimator_of(row: "pd.Series[float]") -> KernelEstimator:
    """The kernel of one row of the table of all tried."""
    return KernelEstimator(
        width_m=float(row["width_m"]),
        decay_years=float(row["decay_years"]),
        weights=weights_of_others(float(row["other_weight"])),
        wide_m=float(row["wide_m"]),
        wide_share=float(row["wide_share"]),
        background_share=float(row["background_share"]),
    )


def _limits(table: pd.DataFrame, plan: TuningPlan) -> tuple[str, ...]:
    """Say where the best value lies at the end of what was tried: the true best may lie beyond."""
    tried: Mapping[str, Sequence[float]] = {"width_m": plan.widths_m, "decay_years": plan.decays_years}
    return tuple(
        _("The best {name} ({value:g}) is at the end of the values tried").format(name=name, value=table[name].iloc[0])
        for name, values in tried.items()
        if len(values) > 1 and table[name].iloc[0] in (min(values), max(values))
    )
