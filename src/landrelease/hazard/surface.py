"""What every hazard estimator gives: expected items per square metre on a grid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from shapely.geometry.base import BaseGeometry

from landrelease.geo.grid import Grid
from landrelease.hazard.shares import cell_shares, shares_matrix

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
    draws
        Joint draws of the same from the posterior, shape (draws, rows, columns); None where the estimator gives none,
        and then no answer has an interval.
    """

    grid: Grid
    items_per_m2: NDArray[np.float64]
    method: str
    parameters: Mapping[str, float | str] = field(default_factory=dict)
    draws: NDArray[np.float32] | None = None

    def expected_items(self, geometry: BaseGeometry) -> float:
        """Expected number of items in a polygon given in the grid's system; 0 where it lies outside the grid."""
        return float(self.expected_items_of([geometry])[0])

    def expected_items_of(self, geometries: Iterable[BaseGeometry | None]) -> NDArray[np.float64]:
        """Expected number of items in each of many polygons given in the grid's system, shape (polygons,)."""
        shares = shares_matrix(self.grid, geometries)
        known = np.nan_to_num(self.items_per_m2.ravel()[shares.indices])
        sums = np.bincount(_row_of(shares), weights=shares.data * known, minlength=shares.shape[0])
        return np.asarray(sums * self.grid.cell_area_m2, dtype=np.float64)

    def probability(self, geometry: BaseGeometry) -> float:
        """Chance of at least one item in a polygon; items are Poisson, given each draw where there are draws."""
        if self.draws is None:
            return float(-np.expm1(-self.expected_items(geometry)))
        rows, columns, shares = cell_shares(self.grid, geometry)
        means = np.nansum(self.draws[:, rows, columns] * shares, axis=1) * self.grid.cell_area_m2
        return float(-np.expm1(-means).mean())


class Estimator(Protocol):
    """Anything that turns looks into a surface."""

    def fit(self, looks: "Looks", grid: Grid, at_year: float) -> Surface:
        """Estimate the surface as it stands at a (decimal) year."""
        ...


def _row_of(matrix: csr_array) -> NDArray[np.int64]:
    """Row of each stored value of a sparse matrix."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
