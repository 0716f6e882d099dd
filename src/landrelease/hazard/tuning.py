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
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import TRUNCATE, KernelEstimator, decay, in_region, kind_weights
from landrelease.hazard.evaluate import blocks_by_place, blocks_by_time
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
            raise fail(ErrorCode.HAZARD_PARAMETER, name="folds", value=self.folds, wanted="a valid number of folds")

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
    folds = list(_folds(known, grid, before_year, plan))
    count = sum(len(fold.targets) for fold in folds)
    if count < FEWEST_EVENTS:
        raise fail(ErrorCode.TUNING_EVENTS_FEW, count=count, year=before_year, needed=FEWEST_EVENTS)
    shares_of = _shares_by_width(folds, grid, plan)
    widths = track(plan.widths_m, progress, _("Tuning the kernel"), len(plan.widths_m))
    rows = [row for width in widths for row in _rows(width, shares_of, grid, plan)]
    table = pd.DataFrame(rows).sort_values("score", ascending=False, kind="stable").reset_index(drop=True)
    return Tuned(_estimator(table.iloc[0]), table, count, _limits(table, plan))


@dataclass(frozen=True)
class _Fold:
    start: float
    learned: Looks
    targets: Looks
    learned_block: NDArray[np.int64]
    target_block: NDArray[np.int64]


def _folds(known: Looks, grid: Grid, before_year: float, plan: TuningPlan) -> Iterator[_Fold]:
    starts = before_year - plan.fold_years * np.arange(plan.folds, 0, -1)
    blocks = blocks_by_place(known.x_m - grid.x_min_m, known.y_m - grid.y_max_m, plan.block_m)
    for start, (past, following) in zip(starts, blocks_by_time(known.year, starts, plan.fold_years), strict=True):
        aimed = following & known.is_kind([plan.target])
        first = np.flatnonzero(aimed)[_first_at_place(known.where(aimed))]
        if past.any() and len(first):
            chosen = np.isin(np.arange(len(known)), first)
            yield _Fold(float(start), known.where(past), known.where(chosen), blocks[past], blocks[chosen])


def _first_at_place(looks: Looks) -> NDArray[np.int64]:
    if not len(looks):
        return np.empty(0, dtype=np.int64)
    return np.sort(np.unique(np.column_stack([looks.x_m, looks.y_m]), axis=0, return_index=True)[1]).astype(np.int64)


def _rows(width_m: float, shares_of: "_SharesOf", grid: Grid, plan: TuningPlan) -> Iterator[dict[str, float]]:
    """Score every combination at one width."""
    near = shares_of(width_m)
    for wide_m, wide_share in plan.wide:
        wide = shares_of(wide_m) if wide_share > 0 else np.zeros_like(near)
        for background in plan.background_shares:
            mixed = (1 - wide_share - background) * near + wide_share * wide
            scores = np.log(mixed * _cells(grid) + background).mean(axis=1)
            for (decay_years, other), (time, place) in zip(_mixes(plan), scores.T, strict=True):
                yield {
                    "width_m": width_m, "decay_years": decay_years, "other_weight": other, "wide_m": wide_m,
                    "wide_share": wide_share, "background_share": background, "log_score_time": float(time),
                    "log_score_place": float(place),
                    "score": float((1 - plan.place_share) * time + plan.place_share * place),
                }  # fmt: skip


def _mixes(plan: TuningPlan) -> list[tuple[float, float]]:
    return list(itertools.product(plan.decays_years, plan.other_weights))


_SharesOf = Callable[[float], Floats]


def _shares_by_width(folds: list[_Fold], grid: Grid, plan: TuningPlan) -> "_SharesOf":
    """Share of the map in each target's cell, worked out once a width; shape (2, targets, mixes), see `_shares`."""
    weights = [[_weights(fold, *mix) for mix in _mixes(plan)] for fold in folds]

    @cache
    def shares_of(width_m: float) -> Floats:
        parts = [_shares(fold, np.column_stack(w), grid, width_m) for fold, w in zip(folds, weights, strict=True)]
        return np.concatenate(parts, axis=1)

    return shares_of


def _weights(fold: _Fold, decay_years: float, other: float) -> Floats:
    aged = fold.learned.quantity * decay(fold.learned, fold.start, decay_years)
    return np.asarray(aged * kind_weights(fold.learned, weights_of_others(other)), dtype=np.float64)


def _shares(fold: _Fold, weights: Floats, grid: Grid, width_m: float) -> Floats:
    """Share of the map in each target's cell: [0] from all past events, [1] without those of the target's own block."""
    kernel, same_block = _kernel(fold, grid, width_m)
    all_weight = weights.sum(axis=0)
    blocks = csr_array((np.ones(len(weights)), (fold.learned_block, np.arange(len(weights)))))
    of_block = np.zeros((max(blocks.shape[0], int(fold.target_block.max()) + 1), weights.shape[1]))
    of_block[: blocks.shape[0]] = blocks @ weights
    elsewhere = all_weight - of_block[fold.target_block]
    tiny = np.finfo(np.float64).tiny
    return np.stack(
        [(kernel @ weights) / np.maximum(all_weight, tiny),
         np.maximum((kernel - same_block) @ weights, 0.0) / np.maximum(elsewhere, tiny)]
    )  # fmt: skip


def _kernel(fold: _Fold, grid: Grid, width_m: float) -> tuple[csr_array, csr_array]:
    """Kernel between the cells of targets and past events, shape (targets, events); the second within blocks only."""
    width = width_m / grid.cell_m
    radius = int(TRUNCATE * width + 0.5)
    targets, learned = (np.column_stack(grid.cells_of(looks.x_m, looks.y_m)) for looks in (fold.targets, fold.learned))
    near = cKDTree(targets).sparse_distance_matrix(cKDTree(learned), radius + 0.5, p=np.inf, output_type="ndarray")
    target, past = near["i"], near["j"]
    steps = np.exp(-0.5 * (np.arange(-radius, radius + 1) / width) ** 2)
    steps /= steps.sum()
    offsets = targets[target] - learned[past] + radius
    kernel = steps[offsets[:, 0]] * steps[offsets[:, 1]]
    shape, own = (len(targets), len(learned)), fold.target_block[target] == fold.learned_block[past]
    return csr_array((kernel, (target, past)), shape), csr_array((kernel * own, (target, past)), shape)


def _cells(grid: Grid) -> int:
    return grid.rows * grid.columns if grid.mask is None else int(grid.mask.sum())


def _estimator(row: "pd.Series[float]") -> KernelEstimator:
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
