"""What every hazard estimator gives: expected items per square metre on a grid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from landrelease.geo.grid import Grid

if TYPE_CHECKING:
    from landrelease.hazard.looks import Looks


@dataclass(frozen=True)
class Surface:
    """Expected items per m² in each cell.

    Attributes
    ----------
    grid
        The cells.
    items_per_m2
        Shape (rows, columns); NaN outside the mask.
    method
        Name of the estimator.
    parameters
        What it was fitted with, for the record.
    """

    grid: Grid
    items_per_m2: NDArray[np.float64]
    method: str
    parameters: Mapping[str, float | str] = field(default_factory=dict)

    def expected_items(self, geometry: BaseGeometry) -> float:
        """Expected number of items in a polygon given in the grid's system; 0 where it lies outside the grid."""
        rows, columns, shares = cell_shares(self.grid, geometry)
        return float(np.nansum(self.items_per_m2[rows, columns] * shares) * self.grid.cell_area_m2)

    def probability(self, geometry: BaseGeometry) -> float:
        """Chance of at least one item in a polygon, items taken as Poisson."""
        return float(-np.expm1(-self.expected_items(geometry)))


class Estimator(Protocol):
    """Anything that turns looks into a surface."""

    def fit(self, looks: "Looks", grid: Grid, at_year: float) -> Surface:
        """Estimate the surface as it stands at a (decimal) year."""
        ...


def cell_shares(grid: Grid, geometry: BaseGeometry) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Cells that a polygon meets and the share of each cell inside it; none for an empty or zero-area shape."""
    if geometry.is_empty:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    x_min, y_min, x_max, y_max = geometry.bounds
    (row_0, row_1), (column_0, column_1) = _span(grid, x_min, x_max, y_min, y_max)
    rows, columns = (array.ravel() for array in np.mgrid[row_0 : row_1 + 1, column_0 : column_1 + 1])
    west, north = grid.x_min_m + columns * grid.cell_m, grid.y_max_m - rows * grid.cell_m
    boxes = shapely.box(west, north - grid.cell_m, west + grid.cell_m, north)
    shares = _shares_inside(boxes, geometry, grid.cell_area_m2)
    met = shares > 0
    return rows[met], columns[met], shares[met]


def _shares_inside(boxes: NDArray[np.object_], geometry: BaseGeometry, cell_area_m2: float) -> NDArray[np.float64]:
    shapely.prepare(geometry)
    shares: NDArray[np.float64] = shapely.covers(geometry, boxes).astype(np.float64)
    cut = shapely.intersects(geometry, boxes) & (shares == 0)
    shares[cut] = shapely.area(shapely.intersection(boxes[cut], geometry)) / cell_area_m2
    return shares


def _span(
    grid: Grid, x_min: float, x_max: float, y_min: float, y_max: float
) -> tuple[tuple[int, int], tuple[int, int]]:
    rows, columns = grid.cells_of(np.array([x_min, x_max]), np.array([y_max, y_min]))
    rows, columns = np.clip(rows, 0, grid.rows - 1), np.clip(columns, 0, grid.columns - 1)
    return (int(rows[0]), int(rows[1])), (int(columns[0]), int(columns[1]))
