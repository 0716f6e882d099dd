"""Validation blocks and the kernel on cells, worked by hand and against the maps themselves."""

from dataclasses import replace

import numpy as np
import pytest

from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import smooth, weighted_counts
from landrelease.hazard.folds import Fold, make_folds, shares, smoothed_region
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays

A, F = LookKind.ACCIDENT, LookKind.FIND


def even(events: Looks, at_year: float) -> np.ndarray:  # type: ignore[type-arg]
    """Every event counts one."""
    return np.ones((len(events), 1))


def folds_of(looks: Looks, grid: Grid, starts: list[float], block_m: float = 500.0) -> list[Fold]:
    return make_folds(looks, grid, np.array(starts), 2.0, block_m, A)


@pytest.fixture
def looks() -> Looks:
    """Three past events in two cells, then four accidents at three positions and a find."""
    x = [50.0, 60.0, 950.0, 150.0, 150.0, 160.0, 950.0, 1_950.0]
    y = [950.0, 940.0, 950.0, 950.0, 950.0, 950.0, 950.0, 50.0]
    years = [2008.5, 2009.0, 2009.5, 2010.5, 2010.6, 2011.0, 2011.5, 2011.5]
    return looks_from_arrays(x, y, years, [A, F, A, A, A, A, A, F])


def test_events_are_gathered_by_cell(looks: Looks, grid: Grid) -> None:
    (fold,) = folds_of(looks, grid, [2010.0])
    assert fold.cells.tolist() == [[0, 0], [0, 9]]
    assert fold.cell.tolist() == [0, 0, 1]
    assert len(fold.events) == 3


def test_targets_are_accidents_at_distinct_positions(looks: Looks, grid: Grid) -> None:
    """Two rows share a position, two positions share a cell, the find is none."""
    (fold,) = folds_of(looks, grid, [2010.0])
    assert fold.targets.tolist() == [[0, 1], [0, 9]]
    assert fold.target_count.tolist() == [2, 1]


def test_blocks_hold_whole_cells(looks: Looks, grid: Grid) -> None:
    (fold,) = folds_of(looks, grid, [2010.0])
    assert fold.block[0] == fold.target_block[0]
    assert fold.block[1] == fold.target_block[1]
    assert fold.block[0] != fold.block[1]


@pytest.mark.parametrize(
    ("starts", "wanted"), [([2000.0], 0), ([2013.0], 0), ([2010.0], 1), ([2009.2, 2010.0, 2020.0], 2)]
)
def test_a_block_without_past_or_targets_is_left_out(
    starts: list[float], wanted: int, looks: Looks, grid: Grid
) -> None:
    assert len(folds_of(looks, grid, starts)) == wanted


@pytest.mark.parametrize("width", [0.6, 1.0, 2.5])
def test_the_density_is_that_of_the_smoothed_map(width: float, looks: Looks, grid: Grid) -> None:
    (fold,) = folds_of(looks, grid, [2010.0])
    counts = weighted_counts(fold.events, np.full(3, 1 / 3), grid)
    found = shares(fold, even, width, smoothed_region(grid, width * grid.cell_m))
    at = smooth(counts, width)[fold.targets[:, 0], fold.targets[:, 1]]
    assert found[0, 0, :, 0] == pytest.approx(at)


@pytest.mark.parametrize("width", [0.6, 1.0, 2.5])
def test_the_mass_is_what_the_region_keeps(width: float, looks: Looks, grid: Grid) -> None:
    mask = np.ones(grid.shape, dtype=bool)
    mask[:, 12:] = False
    region = replace(grid, mask=mask)
    (fold,) = folds_of(looks, region, [2010.0])
    smoothed = smooth(weighted_counts(fold.events, np.full(3, 1 / 3), region), width)
    found = shares(fold, even, width, smoothed_region(region, width * region.cell_m))
    assert found[1, 0, :, 0] == pytest.approx(np.full(2, smoothed[mask].sum()))


def test_without_its_own_block_a_target_is_seen_from_elsewhere(looks: Looks, grid: Grid) -> None:
    """The target beside two events in its block sees only the third, nine cells away."""
    (fold,) = folds_of(looks, grid, [2010.0])
    width = 3.0
    found = shares(fold, even, width, smoothed_region(grid, width * grid.cell_m))
    other = smooth(weighted_counts(fold.events.where(np.array([False, False, True])), np.ones(1), grid), width)
    assert found[0, 1, 0, 0] == pytest.approx(other[0, 1])
    assert found[1, 1, 0, 0] == pytest.approx(other.sum())


def test_a_record_of_one_block_leaves_nothing_to_see_from(looks: Looks, grid: Grid) -> None:
    (fold,) = folds_of(looks, grid, [2010.0], block_m=50_000.0)
    found = shares(fold, even, 1.0, smoothed_region(grid, grid.cell_m))
    assert (found[:, 1] == 0).all()


def test_each_mix_is_a_column(looks: Looks, grid: Grid) -> None:
    def weigh(events: Looks, at_year: float) -> np.ndarray:  # type: ignore[type-arg]
        assert at_year == 2010.0
        return np.column_stack([np.ones(len(events)), events.is_kind([A]).astype(float)])

    (fold,) = folds_of(looks, grid, [2010.0])
    region = smoothed_region(grid, grid.cell_m)
    found = shares(fold, weigh, 1.0, region)
    accidents = shares(fold, lambda events, at: weigh(events, at)[:, 1:], 1.0, region)
    assert found.shape == (2, 2, 2, 2)
    assert found[..., 1:] == pytest.approx(accidents)
