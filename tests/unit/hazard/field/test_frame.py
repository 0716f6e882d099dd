"""The frame: sizes, placing and cutting, and coarser frames."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from landrelease.geo.grid import Grid
from landrelease.hazard.field.frame import FACTOR, coarse_index, coarsen, coarsen_rows, frame_of


@pytest.mark.parametrize("margin", [0, 1, 4, 7])
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (10, 20), (33, 17), (101, 250)])
def test_margins_are_wide_enough_and_sizes_tile(grid: Grid, rows: int, columns: int, margin: int) -> None:
    frame = frame_of(replace(grid, rows=rows, columns=columns), margin)
    assert frame.shape[0] % FACTOR == frame.shape[1] % FACTOR == 0
    assert min(frame.top, frame.left) >= margin
    assert frame.shape[0] - frame.top - rows >= margin
    assert frame.shape[1] - frame.left - columns >= margin


def test_what_is_placed_can_be_cut(grid: Grid) -> None:
    frame, cells = frame_of(grid, 3), np.random.default_rng(1).normal(size=grid.shape)
    placed = frame.place(cells, fill=-9.0)
    np.testing.assert_array_equal(frame.cut(placed), cells)
    assert (placed == -9.0).sum() == placed.size - cells.size


def test_masked_cells_and_missing_values_become_the_fill(grid: Grid) -> None:
    mask = np.ones(grid.shape, dtype=bool)
    mask[2, 3] = False
    cells = np.ones(grid.shape)
    cells[4, 5] = np.nan
    inside = frame_of(grid, 2).cut(frame_of(replace(grid, mask=mask), 2).place(cells, fill=7.0))
    assert inside[2, 3] == inside[4, 5] == 7.0
    assert (inside == 1.0).sum() == cells.size - 2


def test_index_is_the_place_in_the_array(grid: Grid) -> None:
    frame = frame_of(grid, 3)
    marked = np.zeros(grid.shape)
    marked[6, 11] = 1.0
    index = frame.index(np.array([6]), np.array([11]))
    assert frame.place(marked).ravel()[index] == 1.0


def test_coarser_cells_hold_the_sums(grid: Grid) -> None:
    frame = frame_of(grid, 3)
    cells = np.random.default_rng(2).normal(size=frame.shape)
    coarse = coarsen(cells)
    assert coarse.sum() == pytest.approx(cells.sum())
    assert coarse[1, 2] == pytest.approx(cells[4:8, 8:12].sum())
    np.testing.assert_allclose(np.bincount(coarse_index(frame.shape), cells.ravel()), coarse.ravel())


def test_footprints_on_coarser_cells_keep_their_area(grid: Grid) -> None:
    frame = frame_of(grid, 3)
    cells = frame.shape[0] * frame.shape[1]
    rng = np.random.default_rng(3)
    area = csr_array((rng.uniform(1, 2, 30), (np.repeat([0, 1, 2], 10), rng.choice(cells, 30))), (3, cells))
    coarse = coarsen_rows(area, coarse_index(frame.shape), cells // FACTOR**2)
    np.testing.assert_allclose(coarse.sum(axis=1), area.sum(axis=1))
    even = coarse @ np.ones(coarse.shape[1])
    np.testing.assert_allclose(even, area @ np.ones(cells))
