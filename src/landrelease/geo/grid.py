"""Regular grids of square cells in a metric equal-area system."""

from dataclasses import dataclass

import numpy as np
import pyproj
from numpy.typing import NDArray


@dataclass(frozen=True)
class Grid:
    """Square cells; row 0 is the northernmost, column 0 the westernmost.

    Attributes
    ----------
    crs
        Metric coordinate system, best an equal-area one.
    x_min_m, y_max_m
        Outer corner of cell (0, 0), metres.
    cell_m
        Side of a cell, metres.
    columns, rows
        Number of cells.
    mask
        Cells inside the region, shape (rows, columns); None where all are.
    """

    crs: pyproj.CRS
    x_min_m: float
    y_max_m: float
    cell_m: float
    columns: int
    rows: int
    mask: NDArray[np.bool_] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns, the shape of arrays on this grid."""
        return self.rows, self.columns

    @property
    def cell_area_m2(self) -> float:
        """Area of one cell, m²."""
        return self.cell_m**2

    @property
    def transform(self) -> tuple[float, float, float, float, float, float]:
        """Affine transform (a, b, c, d, e, f) from column and row to x and y, as rasters carry it."""
        return self.cell_m, 0.0, self.x_min_m, 0.0, -self.cell_m, self.y_max_m

    def cells_of(
        self, x_m: NDArray[np.float64], y_m: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Row and column of each position; positions outside get indices outside 0..rows-1, 0..columns-1."""
        rows = np.floor((self.y_max_m - np.asarray(y_m)) / self.cell_m).astype(np.int64)
        columns = np.floor((np.asarray(x_m) - self.x_min_m) / self.cell_m).astype(np.int64)
        return rows, columns

    def contains(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each row and column is a cell of the grid."""
        return (rows >= 0) & (rows < self.rows) & (columns >= 0) & (columns < self.columns)

    def centres(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Centre coordinates: x of each column, y of each row, metres."""
        x = self.x_min_m + (np.arange(self.columns) + 0.5) * self.cell_m
        y = self.y_max_m - (np.arange(self.rows) + 0.5) * self.cell_m
        return x.astype(np.float64), y.astype(np.float64)

    @classmethod
    def covering(cls, crs: pyproj.CRS, bounds_m: tuple[float, float, float, float], cell_m: float) -> "Grid":
        """Smallest grid of this cell size over bounds (x_min, y_min, x_max, y_max), aligned to cell multiples."""
        x_min, y_min = (np.floor(bounds_m[i] / cell_m) * cell_m for i in (0, 1))
        columns, rows = (max(1, int(np.ceil((bounds_m[i + 2] - low) / cell_m))) for i, low in ((0, x_min), (1, y_min)))
        return cls(crs, float(x_min), float(y_min + rows * cell_m), float(cell_m), columns, rows)
