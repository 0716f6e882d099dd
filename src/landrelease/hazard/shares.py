"""The share of every cell of a grid that lies inside polygons, exactly and for many polygons at once.

Each edge is cut where it crosses the lines of the grid; a piece then lies in one cell, where it covers what is to its
right. The signed sums along a row are the covered shares (the exact-area accumulation of scan conversion). The work
grows with the number of crossings, not with the number of cells tested.
"""

from collections.abc import Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from shapely.geometry.base import BaseGeometry

from landrelease.geo.grid import Grid

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_NOTHING = 1e-10
"""Shares nearer than this to 0 or 1 are 0 or 1: coordinates are no more exact than that."""


def shares_matrix(grid: Grid, geometries: Iterable[BaseGeometry | None]) -> csr_array:
    """Share of each cell inside each shape.

    Parameters
    ----------
    grid
        The cells; its mask is not looked at.
    geometries
        Valid shapes in the grid's system. Only polygons cover anything; a missing or empty shape has an empty row.

    Returns
    -------
    scipy.sparse.csr_array
        Shape (shapes, rows * columns), cells in the order of ``array.ravel()``, values above 0 and up to 1.
    """
    shapes = np.array(list(geometries), dtype=object)
    owner, u, v, starts = _corners(grid, shapes)
    row_key, column, amount = _pieces(grid, owner, u, v, starts)
    return _filled(grid, len(shapes), row_key, column, amount)


def cell_shares(grid: Grid, geometry: BaseGeometry) -> tuple[Integers, Integers, Floats]:
    """Cells that a polygon meets and the share of each cell inside it; none for an empty or zero-area shape."""
    matrix = shares_matrix(grid, [geometry])
    cells = matrix.indices.astype(np.int64)
    return cells // grid.columns, cells % grid.columns, matrix.data


def _corners(grid: Grid, shapes: NDArray[np.object_]) -> tuple[Integers, Floats, Floats, NDArray[np.bool_]]:
    """Corners of all rings in cells from the grid's north-west corner, exteriors against the clock, and whose they are.

    The last array says which corner begins an edge; the last corner of a ring does not.
    """
    polygons, shape = shapely.get_parts(shapes, return_index=True)
    areal = shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON
    rings, polygon = shapely.get_rings(shapely.orient_polygons(polygons[areal]), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    owner = shape[areal][polygon][ring].astype(np.int64)
    starts = np.append(ring[1:] == ring[:-1], False) if len(ring) else np.zeros(0, dtype=np.bool_)
    return owner, (xy[:, 0] - grid.x_min_m) / grid.cell_m, (grid.y_max_m - xy[:, 1]) / grid.cell_m, starts


def _pieces(
    grid: Grid, owner: Integers, u: Floats, v: Floats, starts: NDArray[np.bool_]
) -> tuple[Integers, Integers, Floats]:
    """Edges cut at the lines of the grid: row of the result (shape, row), column, and what is covered from there on."""
    begins = np.flatnonzero(starts)
    begins = begins[(np.maximum(v[begins], v[begins + 1]) > 0) & (np.minimum(v[begins], v[begins + 1]) < grid.rows)]
    edge, t = _cuts(grid, u[begins], v[begins], u[begins + 1], v[begins + 1])
    at = begins[edge]
    cut_u, cut_v = u[at] + t * (u[at + 1] - u[at]), v[at] + t * (v[at + 1] - v[at])
    joined = edge[1:] == edge[:-1]
    middle_u, middle_v = ((ends[1:] + ends[:-1])[joined] / 2 for ends in (cut_u, cut_v))
    fall = np.diff(cut_v)[joined]
    column = np.clip(np.floor(middle_u), 0, grid.columns).astype(np.int64)
    line = np.floor(middle_v).astype(np.int64)
    right = np.where(column < grid.columns, np.clip(middle_u - column, 0, 1), 0)
    kept = (line >= 0) & (line < grid.rows)
    key = (owner[at[1:][joined]] * grid.rows + line)[kept]
    own, rest = (fall * (1 - right))[kept], (fall * right)[kept]
    here = column[kept]
    return np.tile(key, 2), np.concatenate([here, np.minimum(here + 1, grid.columns)]), np.concatenate([own, rest])


def _cuts(grid: Grid, u_0: Floats, v_0: Floats, u_1: Floats, v_1: Floats) -> tuple[Integers, Floats]:
    """Where each edge begins, meets a line of the grid and ends: edge, and share of its length, in order."""
    edges = np.arange(len(u_0))
    across, t_across = _crossings(u_0, u_1, grid.columns)
    down, t_down = _crossings(v_0, v_1, grid.rows)
    edge = np.concatenate([edges, across, down, edges])
    t = np.concatenate([np.zeros(len(edges)), t_across, t_down, np.ones(len(edges))])
    order = np.lexsort((t, edge))
    return edge[order], t[order]


def _crossings(begin: Floats, end: Floats, most: int) -> tuple[Integers, Floats]:
    """Whole numbers from 0 to `most` strictly between two values: which pair, and how far along."""
    first = np.maximum(np.floor(np.minimum(begin, end)) + 1, 0)
    last = np.minimum(np.ceil(np.maximum(begin, end)) - 1, most)
    counts = np.maximum(last - first + 1, 0).astype(np.int64)
    pair = np.repeat(np.arange(len(begin)), counts)
    offset = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts)
    return pair, (first[pair] + offset - begin[pair]) / (end - begin)[pair]


def _filled(grid: Grid, shapes: int, row_key: Integers, column: Integers, amount: Floats) -> csr_array:
    """Sum along each row, and fill the cells between two changes with what holds there."""
    width = grid.columns + 1
    keys, back = np.unique(row_key * width + column, return_inverse=True)
    total = np.cumsum(np.bincount(back, weights=amount, minlength=len(keys)))
    line, at = keys // width, keys % width
    same_line = line[1:] == line[:-1]
    length = np.append(np.where(same_line, np.diff(at), 0), 0) if len(keys) else np.zeros(0, dtype=np.int64)
    length[np.abs(total) < _NOTHING] = 0
    run = np.repeat(np.arange(len(keys)), length)
    offset = np.arange(len(run)) - np.repeat(np.cumsum(length) - length, length)
    shares = np.clip(total[run], 0, 1)
    shares[shares > 1 - _NOTHING] = 1.0
    cells = (line[run] % grid.rows) * grid.columns + at[run] + offset
    ends = np.concatenate([[0], np.cumsum(np.bincount(line[run] // grid.rows, minlength=shapes))])
    return csr_array((shares, cells, ends), shape=(shapes, grid.rows * grid.columns))
