"""How near things are to each cell: distance to shapes, and sums weighted by a kernel of the distance."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import gaussian_filter, map_coordinates
from scipy.sparse import csr_array
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import TRUNCATE

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Shapes: TypeAlias = BaseGeometry | NDArray[np.object_]

STEPS_A_WIDTH = 4
"""A wide kernel is summed on cells of up to a quarter of its width."""
PAIRS_BELOW = 2.0
"""Width, in cells, below which the sum at some cells is taken pair by pair."""


def distance_to_points(grid: Grid, x_m: ArrayLike, y_m: ArrayLike) -> Floats:
    """Distance from each cell's centre to the nearest point, m, shape (rows, columns); NaN without a point."""
    points = np.column_stack([np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)])
    if not len(points):
        return np.full(grid.shape, np.nan)
    x, y = grid.centres()
    tree = cKDTree(points)
    nearest = np.empty(grid.shape)
    for row, northing in enumerate(y):
        nearest[row] = tree.query(np.column_stack([x, np.full(len(x), northing)]))[0]
    return nearest


def distance_to(grid: Grid, shapes: Shapes) -> Floats:
    """Distance from each cell's centre to the nearest shape, m, shape (rows, columns); NaN where there is none.

    Parameters
    ----------
    shapes
        Points, lines or polygons in the grid's system, one geometry or an array; 0 inside a polygon. Lines and edges
        are taken as points half a cell apart at most, so that at one cell away the distance is right to 4 %, and
        better beyond.
    """
    parts = shapely.get_parts(np.atleast_1d(np.asarray(shapes, dtype=object)))
    parts = parts[~(shapely.is_missing(parts) | shapely.is_empty(parts))]
    points = shapely.get_coordinates(shapely.segmentize(parts, grid.cell_m / 2))
    nearest = distance_to_points(grid, points[:, 0], points[:, 1])
    polygons = parts[shapely.get_dimensions(parts) == 2]
    return np.where(inside_of(grid, polygons), 0.0, nearest) if len(polygons) else nearest


def inside_of(grid: Grid, polygons: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Whether each cell's centre lies inside one of the polygons, shape (rows, columns)."""
    covered = shapely.union_all(polygons)
    shapely.prepare(covered)
    x, y = grid.centres()
    return np.array([shapely.contains_xy(covered, x, np.full(len(x), northing)) for northing in y])


def kernel_sum(grid: Grid, x_m: ArrayLike, y_m: ArrayLike, weight: ArrayLike, width_m: float) -> Floats:
    """Sum of the weights around each cell, each times ``exp(-d² / (2 width²))``, shape (rows, columns).

    Places outside the grid count too, as far as the kernel reaches (four widths). Places stand at the centre of their
    cell; a wide kernel is summed on cells of up to a quarter of its width and read off between them, which costs about
    1 % of its peak.
    """
    lattice = _Lattice.of(grid, width_m)
    sums = lattice.sums(np.asarray(x_m, np.float64), np.asarray(y_m, np.float64), np.asarray(weight, np.float64))
    if lattice.step == 1:
        return sums[lattice.pad : lattice.pad + grid.rows, lattice.pad : lattice.pad + grid.columns]
    columns = np.arange(grid.columns)
    return np.array([lattice.read(sums, np.full(grid.columns, row), columns) for row in range(grid.rows)])


def kernel_sum_at(
    grid: Grid, rows: Indices, columns: Indices, x_m: ArrayLike, y_m: ArrayLike, weights: Floats, width_m: float
) -> Floats:
    """`kernel_sum` at some cells, for several weights at once.

    Parameters
    ----------
    rows, columns
        The cells, shape (cells,).
    weights
        Shape (places, sets).

    Returns
    -------
    array
        Shape (cells, sets).
    """
    x, y = np.asarray(x_m, np.float64), np.asarray(y_m, np.float64)
    if width_m < PAIRS_BELOW * grid.cell_m:
        return _sum_of_pairs(grid, rows, columns, x, y, weights, width_m / grid.cell_m)
    lattice = _Lattice.of(grid, width_m)
    read = [lattice.read(lattice.sums(x, y, weight), rows, columns) for weight in weights.T]
    return np.column_stack(read) if read else np.empty((len(rows), 0))


@dataclass(frozen=True)
class _Lattice:
    """Cells on which a kernel is summed: whole multiples of the grid's, with a border as wide as the kernel reaches."""

    grid: Grid
    step: int
    pad: int
    width: float

    @classmethod
    def of(cls, grid: Grid, width_m: float) -> "_Lattice":
        step = max(1, int(width_m / STEPS_A_WIDTH / grid.cell_m))
        width = width_m / (step * grid.cell_m)
        return cls(grid, step, int(np.ceil(TRUNCATE * width)) + 1, width)

    def sums(self, x_m: Floats, y_m: Floats, weight: Floats) -> Floats:
        side = self.step * self.grid.cell_m
        shape = (-(-self.grid.rows // self.step) + 2 * self.pad, -(-self.grid.columns // self.step) + 2 * self.pad)
        rows = np.floor((self.grid.y_max_m - y_m) / side).astype(np.int64) + self.pad
        columns = np.floor((x_m - self.grid.x_min_m) / side).astype(np.int64) + self.pad
        met = (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])
        flat = (rows * shape[1] + columns)[met]
        counts = np.bincount(flat, weight[met], shape[0] * shape[1]).astype(np.float64).reshape(shape)
        # the filter's taps sum to 1; times their own sum the peak is 1
        smoothed = gaussian_filter(counts, self.width, mode="constant", truncate=TRUNCATE)
        return np.asarray(smoothed * _taps(self.width).sum() ** 2, dtype=np.float64)

    def read(self, sums: Floats, rows: Indices, columns: Indices) -> Floats:
        at = [(cells + 0.5) / self.step - 0.5 + self.pad for cells in (rows, columns)]
        return np.asarray(map_coordinates(sums, at, order=1), dtype=np.float64)


def _sum_of_pairs(
    grid: Grid, rows: Indices, columns: Indices, x: Floats, y: Floats, weights: Floats, width: float
) -> Floats:
    """The sum from pairs of a cell and a place within reach: less work than the whole grid for a narrow kernel."""
    if not len(x) or not len(rows):
        return np.zeros((len(rows), weights.shape[1]))
    taps = _taps(width)
    radius = len(taps) // 2
    cells, places = np.column_stack([rows, columns]), np.column_stack(grid.cells_of(x, y))
    held, inverse = np.unique(places, axis=0, return_inverse=True)
    gathered = csr_array((np.ones(len(x)), (inverse.reshape(-1), np.arange(len(x)))), (len(held), len(x))) @ weights
    near = cKDTree(cells).sparse_distance_matrix(cKDTree(held), radius + 0.5, p=np.inf, output_type="ndarray")
    offsets = cells[near["i"]] - held[near["j"]] + radius
    kernel = csr_array((taps[offsets[:, 0]] * taps[offsets[:, 1]], (near["i"], near["j"])), (len(cells), len(held)))
    return np.asarray(kernel @ gathered, dtype=np.float64)


def _taps(width: float) -> Floats:
    radius = int(TRUNCATE * width + 0.5)
    return np.asarray(np.exp(-0.5 * (np.arange(-radius, radius + 1) / width) ** 2), dtype=np.float64)
