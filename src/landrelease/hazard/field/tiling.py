"""Tiles with halos over the frame of a grid."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid
from landrelease.hazard.field.frame import FACTOR, Frame
from landrelease.hazard.field.memory import SMALLEST_TILE
from landrelease.hazard.looks import Looks, Outcome, objects

Window = tuple[slice, slice]


@dataclass(frozen=True)
class Tile:
    """A rectangle of a frame.

    Attributes
    ----------
    number
        Of the tile, row by row.
    inner
        Rows and columns of the frame that the tile answers for; those of all tiles make up the frame.
    outer
        The same with the halo.
    """

    number: int
    inner: Window
    outer: Window

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns with the halo."""
        rows, columns = (part.stop - part.start for part in self.outer)
        return rows, columns

    @property
    def inside(self) -> Window:
        """Where the inner rectangle lies in the outer one."""
        rows, columns = (
            slice(inner.start - outer.start, inner.stop - outer.start)
            for inner, outer in zip(self.inner, self.outer, strict=True)
        )
        return rows, columns

    def frame(self, whole: Frame) -> Frame | None:
        """The part of a frame under the tile and its halo; None where no cell of the region lies in its inside."""
        rows, columns = (
            slice(max(part.start - first, 0), min(part.stop - first, count))
            for part, first, count in zip(self.outer, (whole.top, whole.left), whole.grid.shape, strict=True)
        )
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return None
        top, left = rows.start + whole.top - self.outer[0].start, columns.start + whole.left - self.outer[1].start
        frame = Frame(sub_grid(whole.grid, rows, columns), self.shape, top, left)
        return frame if (frame.place(np.ones(frame.grid.shape))[self.inside] > 0).any() else None

    def in_grid(self, whole: Frame) -> tuple[Window, Window]:
        """Rows and columns of the grid that the tile answers for, and where they lie in the tile."""
        grid_part, tile_part = [], []
        for inner, outer, first, count in zip(
            self.inner, self.outer, (whole.top, whole.left), whole.grid.shape, strict=True
        ):
            start, stop = max(inner.start - first, 0), min(inner.stop - first, count)
            grid_part.append(slice(start, max(stop, start)))
            tile_part.append(slice(start + first - outer.start, max(stop, start) + first - outer.start))
        return (grid_part[0], grid_part[1]), (tile_part[0], tile_part[1])


def sub_grid(grid: Grid, rows: slice, columns: slice) -> Grid:
    """Some rows and columns of a grid."""
    return replace(
        grid,
        x_min_m=grid.x_min_m + columns.start * grid.cell_m, y_max_m=grid.y_max_m - rows.start * grid.cell_m,
        rows=rows.stop - rows.start, columns=columns.stop - columns.start,
        mask=None if grid.mask is None else grid.mask[rows, columns],
    )  # fmt: skip


def make_tiles(frame: Frame, tile_cells: int, halo_m: float) -> list[Tile]:
    """Cut a frame into tiles of about `tile_cells` a side; halos end at the frame's edge, as the frame itself does.

    Raises
    ------
    LandreleaseError
        LR4062 for tiles of fewer than 64 cells a side or no halo.
    """
    if tile_cells < SMALLEST_TILE or not halo_m >= frame.grid.cell_m:
        raise fail(ErrorCode.TILES_PARAMETER, tile_cells=tile_cells, halo_m=halo_m, needed=SMALLEST_TILE)
    halo = _up(halo_m / frame.grid.cell_m)
    rows, columns = (_cuts(count, tile_cells, halo) for count in frame.shape)
    windows = [(row, column) for row in rows for column in columns]
    return [Tile(number, (r[0], c[0]), (r[1], c[1])) for number, (r, c) in enumerate(windows)]


def _up(cells: float) -> int:
    """Multiples of 16, which coarser grids of the inner solves tile."""
    return FACTOR**2 * math.ceil(cells / FACTOR**2)


def _cuts(count: int, tile_cells: int, halo: int) -> list[tuple[slice, slice]]:
    tiles = max(1, round(count / tile_cells))
    step = _up(count / tiles)
    starts = [start for start in range(0, count, step) if start == 0 or count - start >= FACTOR**2]
    stops = [*starts[1:], count]
    return [
        (slice(start, stop), slice(max(start - halo, 0), min(stop + halo, count)))
        for start, stop in zip(starts, stops, strict=True)
    ]


def looks_of_tiles(looks: Looks, frames: dict[int, Frame]) -> Iterator[tuple[int, Looks]]:
    """Looks that each tile needs: what meets its ground, named by their place in `looks`.

    A find belongs to the tiles that hold its point, for there its search is known.
    """
    named = replace(looks, entry=objects([str(index) for index in range(len(looks))]))
    shapes = np.array(
        [
            shapely.Point(x, y) if shape is None else shape
            for shape, x, y in zip(looks.footprint, looks.x_m, looks.y_m, strict=True)
        ],
        dtype=object,
    )
    reach = np.nan_to_num(looks.accuracy_m)
    bounds = shapely.bounds(shapes) if len(shapes) else np.empty((0, 4))
    for number, frame in frames.items():
        chosen = _meets(bounds, reach, frame.grid)
        here = _meets(np.column_stack([looks.x_m, looks.y_m, looks.x_m, looks.y_m]), np.zeros(len(looks)), frame.grid)
        yield number, named.where(chosen & (here | ~looks.is_outcome(Outcome.FOUND)))


def _meets(bounds: NDArray[np.float64], reach: NDArray[np.float64], grid: Grid) -> NDArray[np.bool_]:
    west, north = grid.x_min_m, grid.y_max_m
    east, south = west + grid.columns * grid.cell_m, north - grid.rows * grid.cell_m
    low = (bounds[:, 0] - reach <= east) & (bounds[:, 1] - reach <= north)
    return np.asarray(low & (bounds[:, 2] + reach >= west) & (bounds[:, 3] + reach >= south), dtype=np.bool_)
