"""The frame of a fit: the grid with a margin, in sizes that transforms like and that coarser grids tile exactly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import next_fast_len
from scipy.sparse import csr_array

from landrelease.geo.grid import Grid

Floats = NDArray[np.float64]

FACTOR = 4
"""How much coarser the grid is that gives a fit its start."""

ALIASED = 512
"""Rows of a multiple of so many cells fall on the same few places of a processor's cache: almost twice the time."""


@dataclass(frozen=True, eq=False)
class Frame:
    """A grid inside a larger array.

    Attributes
    ----------
    grid
        The grid.
    shape
        Rows and columns of the array, multiples of `FACTOR`.
    top, left
        Row and column of the grid's first cell in it.
    """

    grid: Grid
    shape: tuple[int, int]
    top: int
    left: int

    def place(self, cells: Floats, fill: float = 0.0, *, masked: bool = True) -> Floats:
        """Array of the frame with the grid's values inside; NaN and, if `masked`, masked cells become `fill`."""
        framed = np.full(self.shape, fill)
        inside = np.where(np.isfinite(cells), cells, fill)
        if masked and self.grid.mask is not None:
            inside = np.where(self.grid.mask, inside, fill)
        framed[self.top : self.top + self.grid.rows, self.left : self.left + self.grid.columns] = inside
        return framed

    def cut(self, framed: Floats) -> Floats:
        """Values of the grid's cells."""
        return framed[self.top : self.top + self.grid.rows, self.left : self.left + self.grid.columns]

    def index(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int64]:
        """Flat index in the frame of cells of the grid."""
        return (rows + self.top) * self.shape[1] + columns + self.left


def frame_of(grid: Grid, margin_cells: int) -> Frame:
    """Put a margin around a grid and round its sizes up to what transforms quickly."""
    rows, columns = (_fast(count + 2 * margin_cells) for count in (grid.rows, grid.columns))
    return Frame(grid, (rows, columns), (rows - grid.rows) // 2, (columns - grid.columns) // 2)


def _fast(count: int) -> int:
    """Next multiple of `FACTOR` that transforms quickly, without those whose rows alias."""
    found = FACTOR * int(next_fast_len(-(-count // FACTOR), real=True))
    return _fast(found + 1) if found % ALIASED == 0 else found


def coarsen(cells: Floats, factor: int = FACTOR) -> Floats:
    """Sum over blocks of `factor` by `factor` cells."""
    rows, columns = cells.shape[0] // factor, cells.shape[1] // factor
    return np.asarray(cells.reshape(rows, factor, columns, factor).sum(axis=(1, 3)))


def coarse_index(shape: tuple[int, int], factor: int = FACTOR) -> NDArray[np.int64]:
    """Flat index of the coarser cell that holds each cell of a frame of this shape."""
    rows, columns = np.divmod(np.arange(shape[0] * shape[1]), shape[1])
    return np.asarray((rows // factor) * (shape[1] // factor) + columns // factor, dtype=np.int64)


def coarsen_rows(area: csr_array, index: NDArray[np.int64], cells: int) -> csr_array:
    """Footprints of looks on a coarser frame."""
    found = area.tocoo()
    return csr_array((found.data, (found.coords[0], index[found.coords[1]])), (area.shape[0], cells))
