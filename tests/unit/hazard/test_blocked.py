"""Blocks of places left out one after another: nothing of a hidden block is read."""

import math
from collections.abc import Callable

import numpy as np
import pyproj
import pytest
from numpy.typing import NDArray

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.blocked import compare_by_place, labels_at, nearest_blocks, square_blocks
from landrelease.hazard.comparison import SplitBy
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays
from landrelease.hazard.surface import Surface

Record = Callable[..., Looks]


class Watching:
    """A map that counts past events a cell, and notes what it was shown."""

    def __init__(self) -> None:
        self.seen: list[tuple[Looks, NDArray[np.bool_]]] = []

    def fit(self, looks: Looks, grid: Grid, at_year: float, hidden: NDArray[np.bool_] | None = None) -> Surface:
        assert hidden is not None
        self.seen.append((looks, hidden))
        return Surface(grid, np.where(hidden, 5e-7, 1e-7), "watching", {}, np.full((2, *grid.shape), 1e-7, np.float32))


class Refusing:
    """A map that cannot be made."""

    def fit(self, looks: Looks, grid: Grid, at_year: float) -> Surface:
        raise LandreleaseError(())


@pytest.fixture
def labels(wide_grid: Grid) -> NDArray[np.int64]:
    """Blocks of 5 by 5 km."""
    return square_blocks(wide_grid, 5_000.0)


def test_squares_are_labelled_without_gaps(wide_grid: Grid, labels: NDArray[np.int64]) -> None:
    assert sorted(np.unique(labels)) == list(range(8))
    assert (np.bincount(labels.ravel()) == 625).all()
    mask = np.zeros(wide_grid.shape, dtype=bool)
    mask[:, 60:] = True
    part = Grid(wide_grid.crs, 0.0, 10_000.0, 200.0, 100, 50, mask)
    cut = square_blocks(part, 5_000.0)
    assert (cut[~mask] == -1).all()
    assert sorted(np.unique(cut[mask])) == [0, 1, 2, 3]


def test_cells_take_the_block_of_the_nearest_point(crs: pyproj.CRS) -> None:
    grid = Grid(crs, 0.0, 1_000.0, 1_000.0, 4, 1)
    labels, names = nearest_blocks(grid, [100.0, 3_900.0, 3_500.0], [500.0] * 3, ["West", "East", "East"])
    assert names == ("East", "West")
    assert labels.tolist() == [[1, 1, 0, 0]]


def test_points_outside_the_grid_have_no_block(crs: pyproj.CRS) -> None:
    grid = Grid(crs, 0.0, 1_000.0, 1_000.0, 2, 1)
    assert labels_at([500, 1_500, 9_000], [500] * 3, grid, np.array([[3, -1]])).tolist() == [3, -1, -1]


def test_a_hidden_block_shows_none_of_its_events(record: Record, wide_grid: Grid, labels: NDArray[np.int64]) -> None:
    watching = Watching()
    made = compare_by_place(record(), wide_grid, labels, others={"watching": watching})
    assert len(watching.seen) == 8
    assert np.sum([hidden for _looks, hidden in watching.seen], axis=0).tolist() == np.ones(wide_grid.shape).tolist()
    for looks, hidden in watching.seen:
        rows, columns = wide_grid.cells_of(looks.x_m, looks.y_m)
        inside = wide_grid.contains(rows, columns)
        assert not hidden[rows[inside], columns[inside]].any()
    assert (made.blocks, made.split) == (8, SplitBy.PLACE)
    assert "8 blocks" in made.statement


def test_hidden_cells_are_judged_as_foreseen_and_levelled_by_the_others(
    record: Record, wide_grid: Grid, labels: NDArray[np.int64]
) -> None:
    """The map says five times as much of hidden cells as of others; its level is the visible count."""
    looks = record()
    made = compare_by_place(looks, wide_grid, labels, others={"watching": Watching()})
    events = looks.of([LookKind.ACCIDENT]).distinct_places()
    of_block = np.bincount(labels_at(events.x_m, events.y_m, wide_grid, labels), minlength=8)
    wanted = [(of_block.sum() - own) / 7 * 5 for own in of_block]
    expected = made.judged["watching"].figures["expected_events"]
    assert expected == pytest.approx(sum(wanted), rel=1e-6)
    assert made.judged["watching"].blocks["expected"].tolist() == pytest.approx([each / 5 for each in wanted], rel=1e-5)


def test_blocks_hidden_in_groups_and_at_once_by_time(
    record: Record, wide_grid: Grid, labels: NDArray[np.int64]
) -> None:
    watching = Watching()
    made = compare_by_place(record(), wide_grid, labels, split_year=2016.0, folds=3, others={"watching": watching})
    assert len(watching.seen) == 3
    assert all((looks.year < 2016).all() for looks, _hidden in watching.seen)
    tested = record().since(2016.0).of([LookKind.ACCIDENT]).distinct_places()
    assert made.table["test_events"].tolist() == [
        (labels_at(tested.x_m, tested.y_m, wide_grid, labels) >= 0).sum()
    ] * len(made.table)  # fmt: skip
    assert "from 2016 on" in made.statement


def test_the_baselines_stand_in_every_table(record: Record, wide_grid: Grid, labels: NDArray[np.int64]) -> None:
    made = compare_by_place(record(), wide_grid, labels, folds=4, others={"refusing": Refusing()})
    assert made.table["method"].tolist() == ["distance", "kernel", "kernel_tuned"]
    assert np.isfinite(made.table.drop(columns=["method"]).to_numpy(dtype=float)).all()
    undated = looks_from_arrays(record().x_m, record().y_m, np.full(400, 0.5))
    bare = compare_by_place(undated, wide_grid, labels, folds=4)
    assert bare.table["method"].tolist() == ["distance", "kernel", "kernel_tuned"]
    assert bare.findings == ()
    assert math.isnan(bare.split_year)


def test_events_of_another_table_are_judged_on(record: Record, wide_grid: Grid, labels: NDArray[np.int64]) -> None:
    other = record(seed=9, events=60)
    made = compare_by_place(record(), wide_grid, labels, folds=2, test=other)
    assert made.table["test_events"][0] <= (other.kind == LookKind.ACCIDENT).sum()


def test_too_few_events_in_the_blocks_is_a_finding(wide_grid: Grid, labels: NDArray[np.int64]) -> None:
    made = compare_by_place(looks_from_arrays([500.0], [500.0], [2016.0]), wide_grid, labels)
    assert (made.table.empty, [finding.error.code for finding in made.findings]) == (True, ["LR4041"])


@pytest.mark.parametrize("value", [0, -1])
def test_one_block_cannot_be_left_out(record: Record, wide_grid: Grid, value: int) -> None:
    with pytest.raises(LandreleaseError, match="LR4040"):
        compare_by_place(record(), wide_grid, np.full(wide_grid.shape, value))


def test_one_group_hides_everything_and_is_refused(record: Record, wide_grid: Grid, labels: NDArray[np.int64]) -> None:
    with pytest.raises(LandreleaseError, match="folds"):
        compare_by_place(record(), wide_grid, labels, folds=1)


def test_the_level_is_for_as_long_as_another_table_lasts(wide_grid: Grid, labels: NDArray[np.int64]) -> None:
    """Twenty events a year for ten years; the other table lasts two years, then four."""
    rng = np.random.default_rng(6)
    x, y = rng.uniform(0, 20_000, 200), rng.uniform(0, 10_000, 200)
    past = looks_from_arrays(x, y, 2005.5 + np.arange(200) // 20)
    totals = []
    for length in (2, 4):
        years = 2015.5 + np.arange(40) % length
        other = looks_from_arrays(rng.uniform(0, 20_000, 40), rng.uniform(0, 10_000, 40), years)
        made = compare_by_place(past, wide_grid, labels, split_year=2015.0, test=other)
        totals.append(made.judged["distance"].figures["expected_events"])
    assert totals[1] == pytest.approx(2 * totals[0], rel=0.05)
