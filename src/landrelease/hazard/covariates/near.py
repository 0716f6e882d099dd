"""How near things are to each cell: distance to shapes, and sums weighted by a kernel of the distance."""

from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import gaussian_filter, map_coordinates
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import TRUNCATE

Floats = NDArray[np.float64]
Shapes: TypeAlias = BaseGeometry | NDArray[np.object_]

STEPS_A_WIDTH = 4
"""A wide kernel is summed on cells of a quarter of its width and read off between them; this costs about 1 %."""


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
    return np.where(_inside(grid, polygons), 0.0, nearest) if len(polygons) else nearest


def _inside(grid: Grid, polygons: NDArray[np.object_]) -> NDArray[np.bool_]:
    covered = shapely.union_all(polygons)
    shapely.prepare(covered)
    x, y = grid.centres()
    return np.array([shapely.contains_xy(covered, x, np.full(len(x), northing)) for northing in y])


def kernel_sum(grid: Grid, x_m: ArrayLike, y_m: ArrayLike, weight: ArrayLike, width_m: float) -> Floats:
    """Sum of the weights around each cell, each times ``exp(-d² / (2 width²))``, shape (rows, columns).

    Places outside the grid count too, as far as the kernel reaches (four widths). A kernel narrower than a cell is
    taken over the cell: there the sum is the kernel's mean over the cell.
    """
    step = max(1, int(width_m / STEPS_A_WIDTH / grid.cell_m))
    side, pad = step * grid.cell_m, int(np.ceil(TRUNCATE * width_m / (step * grid.cell_m))) + 1
    shape = (-(-grid.rows // step) + 2 * pad, -(-grid.columns // step) + 2 * pad)
    rows = np.floor((grid.y_max_m - np.asarray(y_m, dtype=np.float64)) / side).astype(np.int64) + pad
    columns = np.floor((np.asarray(x_m, dtype=np.float64) - grid.x_min_m) / side).astype(np.int64) + pad
    met = (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])
    flat, weights = (rows * shape[1] + columns)[met], np.asarray(weight, dtype=np.float64)[met]
    sums = np.bincount(flat, weights, shape[0] * shape[1]).reshape(shape)
    # the filter's taps sum to 1; the kernel's own sum over the cells brings its peak to 1
    sums = gaussian_filter(sums, width_m / side, mode="constant", truncate=TRUNCATE) * _taps_sum(width_m / side)
    return _read_off(sums, grid, step, pad)


def _taps_sum(width: float) -> float:
    radius = int(TRUNCATE * width + 0.5)
    return float(np.exp(-0.5 * (np.arange(-radius, radius + 1) / width) ** 2).sum()) ** 2


def _read_off(sums: Floats, grid: Grid, step: int, pad: int) -> Floats:
    if step == 1:
        return sums[pad : pad + grid.rows, pad : pad + grid.columns]
    rows, columns = ((np.arange(count) + 0.5) / step - 0.5 + pad for count in grid.shape)
    read = np.empty(grid.shape)
    for row, at in enumerate(rows):
        map_coordinates(sums, [np.full(len(columns), at), columns], output=read[row], order=1)
    return read
