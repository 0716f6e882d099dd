"""Tiles: insides make up the frame, halos end at its edge, looks go where they are needed."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from tests.samples.field_looks import GRID, accident, everything, find, looks_of, search

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.field.frame import frame_of
from landrelease.hazard.field.tiling import looks_of_tiles, make_tiles, sub_grid


def grid_of(rows: int, columns: int, mask: np.ndarray | None = None) -> Grid:
    return replace(GRID, rows=rows, columns=columns, y_max_m=rows * GRID.cell_m, mask=mask)


SIZES = [(64, 64), (130, 200), (300, 90), (257, 259)]


@pytest.mark.parametrize(("rows", "columns"), SIZES)
def test_insides_make_up_the_frame(rows: int, columns: int) -> None:
    frame = frame_of(grid_of(rows, columns), 5)
    owners = np.zeros(frame.shape, dtype=int)
    for tile in make_tiles(frame, 64, 900.0):
        owners[tile.inner] += 1
    assert (owners == 1).all()


@pytest.mark.parametrize(("rows", "columns"), SIZES)
def test_halos_are_wide_enough_or_end_with_the_frame(rows: int, columns: int) -> None:
    frame = frame_of(grid_of(rows, columns), 5)
    for tile in make_tiles(frame, 64, 900.0):
        for inner, outer, count in zip(tile.inner, tile.outer, frame.shape, strict=True):
            assert outer.start == 0 or inner.start - outer.start >= 9
            assert outer.stop == count or outer.stop - inner.stop >= 9


@pytest.mark.parametrize(("rows", "columns"), SIZES)
def test_joined_insides_are_the_grid(rows: int, columns: int) -> None:
    frame = frame_of(grid_of(rows, columns), 5)
    values = np.random.default_rng(1).normal(size=(rows, columns))
    framed, joined = frame.place(values), np.full((rows, columns), np.nan)
    for tile in make_tiles(frame, 64, 900.0):
        there, inside = tile.in_grid(frame)
        joined[there] = framed[tile.outer][inside]
    np.testing.assert_array_equal(joined, values)


def test_the_frame_of_a_tile_is_cut_from_the_whole() -> None:
    whole = frame_of(grid_of(130, 200), 5)
    values = np.random.default_rng(2).normal(size=(130, 200))
    x, y = whole.grid.centres()
    for tile in make_tiles(whole, 64, 900.0):
        frame = tile.frame(whole)
        assert frame is not None
        rows, columns = frame.grid.cells_of(x, np.full(len(x), y[60]))
        inside = frame.grid.contains(rows, columns)
        assert frame.shape == tile.shape
        there = frame.place(values_under(values, whole.grid, frame.grid))
        np.testing.assert_array_equal(there, whole.place(values)[tile.outer])
        assert inside.sum() in (0, frame.grid.columns)


def values_under(values: np.ndarray, whole: Grid, part: Grid) -> np.ndarray:
    row = round((whole.y_max_m - part.y_max_m) / whole.cell_m)
    column = round((part.x_min_m - whole.x_min_m) / whole.cell_m)
    return np.asarray(values[row : row + part.rows, column : column + part.columns])


def test_a_tile_without_ground_has_no_frame() -> None:
    mask = np.zeros((200, 200), dtype=bool)
    mask[:70, :70] = True
    whole = frame_of(grid_of(200, 200, mask), 5)
    framed = [tile.frame(whole) for tile in make_tiles(whole, 70, 500.0)]
    assert 0 < sum(frame is not None for frame in framed) < len(framed)


def test_part_of_a_grid_lies_where_it_did() -> None:
    part = sub_grid(GRID, slice(3, 8), slice(10, 20))
    row, column = part.cells_of(np.array([1_550.0]), np.array([1_450.0]))
    whole_row, whole_column = GRID.cells_of(np.array([1_550.0]), np.array([1_450.0]))
    assert (row[0] + 3, column[0] + 10) == (whole_row[0], whole_column[0])


@pytest.mark.parametrize(("tile_cells", "halo_m"), [(63, 500.0), (0, 500.0), (64, 0.0), (64, -1.0), (64, float("nan"))])
def test_impossible_tiles_are_refused(tile_cells: int, halo_m: float) -> None:
    with pytest.raises(LandreleaseError, match="LR4062"):
        make_tiles(frame_of(GRID, 4), tile_cells, halo_m)


def test_each_tile_gets_the_looks_that_meet_it() -> None:
    looks = looks_of(*everything(), accident(-900, 500), search(-500, -500, -100, -100))
    frames = {0: replace_grid(slice(0, 20), slice(0, 12)), 1: replace_grid(slice(0, 20), slice(12, 24))}
    found = {number: {int(name) for name in own.entry} for number, own in looks_of_tiles(looks, frames)}
    for number, frame in frames.items():
        west = frame.grid.x_min_m
        box = shapely.box(west, 0, west + 1_200, 2_000)
        for index, (shape, x, y) in enumerate(zip(looks.footprint, looks.x_m, looks.y_m, strict=True)):
            meets = (shapely.Point(x, y) if shape is None else shape).intersects(box)
            assert not meets or index in found[number]
    assert len(found[0] & found[1]) < len(looks) / 2


def replace_grid(rows: slice, columns: slice):  # type: ignore[no-untyped-def]
    return frame_of(sub_grid(GRID, rows, columns), 4)


def test_a_find_of_uncertain_place_goes_with_its_search() -> None:
    looks = looks_of(find(1_250, 500) | {"accuracy_m": 300.0}, accident(1_250, 500, accuracy_m=300.0))
    frames = {0: replace_grid(slice(0, 20), slice(0, 12)), 1: replace_grid(slice(0, 20), slice(12, 24))}
    found = {number: list(own.entry) for number, own in looks_of_tiles(looks, frames)}
    assert found == {0: ["1"], 1: ["0", "1"]}
