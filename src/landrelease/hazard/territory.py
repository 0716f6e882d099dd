"""A grid for any territory: cell size from a limit on cells, region from a polygon or the events' hull."""

import itertools
import math

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid
from landrelease.i18n import _

MAX_CELLS = 500_000
"""Cells of a grid that nobody asked to be finer: a few seconds a baseline on a laptop."""

MOST_CELLS = 20_000_000
"""Cells that one grid may have: about 160 MB a map, of which an estimator holds several."""

BYTES_A_CELL = 8

STEPS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
"""First digits of the cell sizes to choose from."""


def choose_grid(
    crs: pyproj.CRS,
    x_m: ArrayLike = (),
    y_m: ArrayLike = (),
    *,
    region: BaseGeometry | None = None,
    cell_m: float | None = None,
    max_cells: int = MAX_CELLS,
    margin_m: float = 0.0,
) -> Grid:
    """Choose a grid over a region, or over the convex hull of points.

    Parameters
    ----------
    crs
        Metric system of the points, the region and the grid.
    x_m, y_m
        Points, for example of the looks; used where no region is given.
    region
        Polygon of the territory, for example an admin area; cells that share no ground with it are masked.
    cell_m
        Side of a cell; None takes the smallest of `STEPS` times a power of ten that keeps to `max_cells`.
    max_cells
        Limit on rows times columns when the cell size is chosen.
    margin_m
        Width of ground added around the hull or region.

    Raises
    ------
    LandreleaseError
        LR4001 without points and region, LR4003 for a grid of more than `MOST_CELLS` cells, LR4005 for a bad
        parameter, LR4009 for a region without area.
    """
    if max_cells < 1 or margin_m < 0 or (cell_m is not None and not cell_m > 0):
        value = {"max_cells": max_cells, "margin_m": margin_m, "cell_m": cell_m}
        raise fail(ErrorCode.HAZARD_PARAMETER, name="grid", value=value, wanted=_("positive"))
    territory = _territory(np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64), region, margin_m)
    bounds = territory.bounds
    size = _fitting_cell_m(bounds, min(max_cells, MOST_CELLS)) if cell_m is None else float(cell_m)
    check_cells(bounds, size)
    return masked(Grid.covering(crs, bounds, size), territory)


def coarser(grid: Grid, most: int) -> Grid:
    """The same region in cells so many times larger that there are at most `most`; the grid itself where it has fewer.

    A large cell is in the region where any of its small cells is.
    """
    times = max(1, math.ceil(math.sqrt(grid.rows * grid.columns / most)))
    if times == 1:
        return grid
    rows, columns = math.ceil(grid.rows / times), math.ceil(grid.columns / times)
    mask: NDArray[np.bool_] | None = None
    if grid.mask is not None:
        padding = ((0, rows * times - grid.rows), (0, columns * times - grid.columns))
        mask = np.asarray(np.pad(grid.mask, padding).reshape(rows, times, columns, times).any(axis=(1, 3)))
    return Grid(grid.crs, grid.x_min_m, grid.y_max_m, grid.cell_m * times, columns, rows, mask)


def masked(grid: Grid, region: BaseGeometry) -> Grid:
    """The grid with a mask of the cells that share ground with the region, so that no part of it is without a value.

    Raises
    ------
    LandreleaseError
        LR4009 where no cell does.
    """
    shapely.prepare(region)
    x, y = grid.centres()
    mask = np.zeros(grid.shape, dtype=np.bool_)
    x_min, y_min, x_max, y_max = region.bounds
    columns = np.flatnonzero((x >= x_min) & (x <= x_max))
    for row in np.flatnonzero((y >= y_min) & (y <= y_max)):
        mask[row, columns] = shapely.contains_xy(region, x[columns], np.full(len(columns), y[row]))
    _add_edge(mask, grid, region)
    if not mask.any():
        raise fail(ErrorCode.REGION_EMPTY, cell_m=grid.cell_m)
    return Grid(grid.crs, grid.x_min_m, grid.y_max_m, grid.cell_m, grid.columns, grid.rows, mask)


def _add_edge(mask: NDArray[np.bool_], grid: Grid, region: BaseGeometry) -> None:
    """Add the cells whose centre lies outside but that the region's edge cuts: they lie next to points along it."""
    points = shapely.get_coordinates(shapely.segmentize(region.boundary, grid.cell_m / 2))
    at_row, at_column = grid.cells_of(points[:, 0], points[:, 1])
    near = np.zeros(grid.shape, dtype=np.bool_)
    for step_down, step_right in itertools.product((-1, 0, 1), repeat=2):
        rows, columns = at_row + step_down, at_column + step_right
        inside = grid.contains(rows, columns)
        near[rows[inside], columns[inside]] = True
    rows, columns = np.nonzero(near & ~mask)
    west, north = grid.x_min_m + columns * grid.cell_m, grid.y_max_m - rows * grid.cell_m
    boxes = shapely.box(west, north - grid.cell_m, west + grid.cell_m, north)
    mask[rows, columns] = shapely.intersects(region, boxes) & ~shapely.touches(region, boxes)


def check_cells(bounds_m: tuple[float, float, float, float], cell_m: float, most: int = MOST_CELLS) -> None:
    """Refuse a grid that is too large, with the memory it would need and what would work (LR4003)."""
    cells = _cells(bounds_m, cell_m)
    if cells > most:
        raise fail(
            ErrorCode.GRID_TOO_LARGE,
            cells=cells, cell_m=cell_m, gigabytes=round(cells * BYTES_A_CELL / 1e9, 1), most=most,
            fitting_cell_m=_fitting_cell_m(bounds_m, most), tiles=math.ceil(cells / most),
        )  # fmt: skip


def _territory(
    x: NDArray[np.float64], y: NDArray[np.float64], region: BaseGeometry | None, margin: float
) -> BaseGeometry:
    if region is None:
        if not len(x):
            raise fail(ErrorCode.EVENTS_NONE)
        region = shapely.MultiPoint(np.column_stack([x, y])).convex_hull
    grown = region.buffer(margin) if margin else region
    if grown.is_empty or not grown.area > 0:
        raise fail(ErrorCode.REGION_EMPTY, cell_m=margin)
    return grown


def _cells(bounds_m: tuple[float, float, float, float], cell_m: float) -> int:
    """Cells of `Grid.covering`, without making it."""
    x_min, y_min, x_max, y_max = bounds_m
    columns = max(1, math.ceil((x_max - math.floor(x_min / cell_m) * cell_m) / cell_m))
    rows = max(1, math.ceil((y_max - math.floor(y_min / cell_m) * cell_m) / cell_m))
    return columns * rows


def _fitting_cell_m(bounds_m: tuple[float, float, float, float], most: int) -> float:
    area = (bounds_m[2] - bounds_m[0]) * (bounds_m[3] - bounds_m[1])
    exponent = math.floor(math.log10(math.sqrt(area / most))) if area > 0 else 0
    while True:
        for step in STEPS:
            size = step * 10.0**exponent
            if _cells(bounds_m, size) <= most:
                return size
        exponent += 1
