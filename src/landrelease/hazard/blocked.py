"""Comparison by place: each block is foreseen without its own events, and the blocks are joined to one judged map."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import in_region
from landrelease.hazard.comparison import (
    FEWEST_TEST_EVENTS,
    Evaluation,
    Split,
    SplitBy,
    baselines,
    decay_of,
    distinct,
    figures_table,
    fit_in_events,
    tune_if_possible,
)
from landrelease.hazard.evaluate import Indices, blocks_by_place
from landrelease.hazard.judging import judge
from landrelease.hazard.looks import LookKind, Looks
from landrelease.hazard.place_tuned import PlaceTunedKernel
from landrelease.hazard.surface import Estimator, Surface
from landrelease.hazard.tuning import Tuned
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress


def compare_by_place(
    looks: Looks,
    grid: Grid,
    labels: Indices,
    *,
    split_year: float | None = None,
    test: Looks | None = None,
    target: LookKind = LookKind.ACCIDENT,
    others: Mapping[str, Estimator] | None = None,
    folds: int | None = None,
    tuned: Tuned | None = None,
    fewest: int = FEWEST_TEST_EVENTS,
    seed: int = 1,
    progress: Progress = SILENT,
) -> Evaluation:
    """Leave blocks out: hide their events, estimate the whole map, keep what it says of them, join, judge.

    Parameters
    ----------
    looks
        The record.
    labels
        Block of each cell, integers from 0, shape (rows, columns); -1 for cells that are always seen and never judged.
    split_year
        Where given, maps learn from what is before it and are judged on target events from it on: kept apart by place
        and by time. Else every event is learnt from, but in the hidden block, and judged on, there.
    test
        Events to judge on, where they stand in another table; else those of the record.
    target, others, fewest, seed
        As `evaluate_baselines`.
    folds
        Blocks are hidden in so many groups, drawn by the seed; each for itself where None.
    tuned
        A kernel tuned before, to spare tuning it again.

    Returns
    -------
    Evaluation
        The kernel is tuned once, on the record before the split (the whole record without one), so hidden blocks had a
        say in its widths; every other number of a map comes from the visible events. Where all events have one date it
        is tuned by place, anew for each group, on the visible events alone.

    Raises
    ------
    LandreleaseError
        LR4040 where the labels make fewer than two blocks.
    """
    known = np.where(grid.mask, labels, -1) if grid.mask is not None else labels
    names = np.unique(known[known >= 0])
    if len(names) < 2:
        raise fail(ErrorCode.BLOCKS_FEW, count=len(names))
    at_year, years = _period(looks, split_year, test)
    past = looks if split_year is None else looks.before(split_year)
    aimed = test if test is not None else looks if split_year is None else looks.since(split_year)
    test = aimed.of([target]).events().distinct_places()
    test = test.where(labels_at(test.x_m, test.y_m, grid, known) >= 0)
    inside = int(in_region(test, grid).sum())
    if inside < fewest:
        few = {"count": inside, "needed": fewest}
        return Evaluation(pd.DataFrame(), split_year or math.nan, (Finding(ErrorCode.PLACE_EVENTS_FEW, few),))
    undated = float(np.ptp(looks.year)) == 0
    findings: tuple[Finding, ...] = ()
    if tuned is None and not undated:
        tuned, findings = tune_if_possible(past, grid, at_year)
    by_place: dict[str, Estimator] = {"kernel_tuned": PlaceTunedKernel(seed=seed)} if undated else {}
    estimators = {**baselines(tuned), **by_place, **(others or {})}
    groups = _groups(names, folds, seed)
    whole = Split(past, at_year, years, target)
    decay = math.inf if split_year is None else decay_of(tuned)
    joined, failed = _joined(estimators, whole, grid, known, groups, decay, progress)
    judged = {name: judge(surface, test, known) for name, surface in joined.items()}
    table, said = figures_table(judged, test, inside), distinct((*findings, *failed))
    year = math.nan if split_year is None else split_year
    return Evaluation(table, year, said, tuned, judged, SplitBy.PLACE, len(names), seed)


def _period(looks: Looks, split_year: float | None, test: Looks | None) -> tuple[float, float]:
    """First year of the test and how many years it lasts; without a split the record's own length."""
    lasting = looks if test is None or split_year is None or not len(test) else test
    first, last = math.floor(float(looks.year.min())), math.floor(float(lasting.year.max())) + 1.0
    if split_year is not None:
        return split_year, max(last - split_year, 1.0)
    return last, last - first


def _groups(names: Indices, folds: int | None, seed: int) -> list[Indices]:
    if folds is None:
        return [np.array([name]) for name in names]
    if folds < 2:
        raise fail(ErrorCode.HAZARD_PARAMETER, name="folds", value=folds, wanted=_("at least 2"))
    shuffled = np.random.default_rng(seed).permutation(names)
    return [group for group in np.array_split(shuffled, min(folds, len(names))) if len(group)]


def _joined(
    estimators: Mapping[str, Estimator],
    whole: Split,
    grid: Grid,
    labels: Indices,
    groups: Sequence[Indices],
    decay: float,
    progress: Progress,
) -> tuple[dict[str, Surface], tuple[Finding, ...]]:
    """Fit every estimator with each group hidden; a map that cannot be made for one group is left out."""
    joined: dict[str, Surface] = {}
    findings: list[Finding] = []
    of_look = labels_at(whole.past.x_m, whole.past.y_m, grid, labels)
    tasks = [(name, estimator) for name, estimator in estimators.items()]
    progress.begin(_("Judging the hazard maps by place"), len(tasks) * len(groups))
    try:
        for name, estimator in tasks:
            try:
                joined[name] = _one_map(estimator, whole, grid, labels, of_look, groups, decay, progress)
            except LandreleaseError as error:
                findings.extend(error.findings)
    finally:
        progress.end()
    return joined, tuple(findings)


def _one_map(
    estimator: Estimator,
    whole: Split,
    grid: Grid,
    labels: Indices,
    of_look: Indices,
    groups: Sequence[Indices],
    decay: float,
    progress: Progress,
) -> Surface:
    """One estimator's map, each group of blocks as foreseen without its own events."""
    made: Surface | None = None
    for group in groups:
        hidden = np.isin(labels, group)
        seen = replace(whole, past=whole.past.where(~np.isin(of_look, group)), hidden=hidden)
        surface = fit_in_events(estimator, seen, grid, decay)
        made = _nowhere(surface) if made is None else made
        made.items_per_m2[hidden] = surface.items_per_m2[hidden]
        if made.draws is not None and surface.draws is not None:
            made.draws[:, hidden] = surface.draws[:, hidden]
        progress.advance()
    assert made is not None
    return made


def _nowhere(like: Surface) -> Surface:
    draws = None if like.draws is None else np.full_like(like.draws, np.nan)
    return Surface(like.grid, np.full_like(like.items_per_m2, np.nan), like.method, like.parameters, draws)


# Blocks of cells


def square_blocks(grid: Grid, block_m: float) -> Indices:
    """Square blocks of cells, counted from the grid's north-west corner; -1 outside the region.

    Returns
    -------
    array
        Labels from 0 without gaps, shape (rows, columns).
    """
    x, y = grid.centres()
    flat = blocks_by_place(np.tile(x - grid.x_min_m, grid.rows), np.repeat(grid.y_max_m - y, grid.columns), block_m)
    labels = flat.reshape(grid.shape)
    return labels if grid.mask is None else _without_gaps(np.where(grid.mask, labels, -1))


def nearest_blocks(grid: Grid, x_m: ArrayLike, y_m: ArrayLike, names: Sequence[str]) -> tuple[Indices, tuple[str, ...]]:
    """Blocks from named points, such as events with their municipality: each cell takes the name of the nearest point.

    Returns
    -------
    tuple
        Labels, shape (rows, columns), -1 outside the region; and the name of each label.
    """
    known, of_point = np.unique(np.asarray(names, dtype=str), return_inverse=True)
    x, y = grid.centres()
    centres = np.column_stack([np.tile(x, grid.rows), np.repeat(y, grid.columns)])
    _distance, nearest = cKDTree(np.column_stack([np.asarray(x_m), np.asarray(y_m)])).query(centres)
    labels = of_point[nearest].reshape(grid.shape).astype(np.int64)
    return (labels if grid.mask is None else np.where(grid.mask, labels, -1)), tuple(map(str, known))


def labels_at(x_m: ArrayLike, y_m: ArrayLike, grid: Grid, labels: Indices) -> Indices:
    """Block of each point; -1 outside the grid."""
    rows, columns = grid.cells_of(np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64))
    inside: NDArray[np.bool_] = grid.contains(rows, columns)
    found = np.full(len(rows), -1, dtype=np.int64)
    found[inside] = labels[rows[inside], columns[inside]]
    return found


def _without_gaps(labels: Indices) -> Indices:
    kept, position = np.unique(labels[labels >= 0], return_inverse=True)
    made = np.full(labels.shape, -1, dtype=np.int64)
    made[labels >= 0] = position.reshape(-1) if len(kept) else -1
    return made
