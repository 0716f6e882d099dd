"""The plane of the land accounts: one equal-area system for the whole world.

Areas in it add up, and never depend on what else is in the record (docs/decisions/0004-areas-on-a-fixed-grid.md).
"""

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from landrelease.geo.crs import WGS84, Geometries, transformer
from landrelease.geo.geodesic import GEOD

PLANE = pyproj.CRS.from_epsg(6933)
"""Cylindrical equal-area on the WGS 84 ellipsoid, true to scale at 30 degrees. Areas are exact; lengths are not."""

POSITION_M = 0.01
"""Resolution of positions in statements (1e-7 degree)."""

BEND_M = 0.001
"""How far an edge may leave the geodesic between its ends."""

NODE_M = 1e-6
"""Grid of the nodes where outlines cross, metres."""

_FORWARD, _BACK = transformer(WGS84, PLANE).transform, transformer(PLANE, WGS84).transform
_RADIUS_M = 6_378_137.0


def to_plane(shapes: Geometries) -> Geometries:
    """Move shapes in degrees into the plane; edges run along geodesics to within `BEND_M`.

    A straight edge of the plane leaves the geodesic between its ends by about ``length² tan(latitude) / 8 R``: 1 mm at
    220 m in 46 degrees. Longer edges get points of the geodesic in between, the same ones in either direction.
    """
    moved: Geometries = shapely.transform(shapes, _FORWARD, interleaved=False)
    for at in _with_long_edges(shapes, moved):
        moved[at] = _along_geodesics(shapes[at])
    return moved


def from_plane(shapes: Geometries) -> Geometries:
    """Move shapes of the plane back into degrees."""
    moved: Geometries = shapely.transform(shapes, _BACK, interleaved=False)
    return moved


def _with_long_edges(shapes: Geometries, moved: Geometries) -> NDArray[np.int64]:
    degrees, owner = shapely.get_coordinates(shapes, return_index=True)
    if len(owner) < 2:
        return np.array([], dtype=np.int64)
    length = np.hypot(*np.diff(shapely.get_coordinates(moved), axis=0).T)
    bend = length**2 * np.tan(np.radians(np.minimum(np.abs(degrees[1:, 1]), 89.0))) / (8 * _RADIUS_M)
    found = (bend > BEND_M / 2) & (owner[1:] == owner[:-1])
    return np.unique(owner[1:][found]).astype(np.int64)


def _along_geodesics(shape: BaseGeometry) -> BaseGeometry:
    parts = [
        shapely.Polygon(_bent(part.exterior), [_bent(hole) for hole in part.interiors])
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
    ]
    whole = parts[0] if shape.geom_type == "Polygon" else shapely.MultiPolygon(parts)
    return shapely.transform(whole, _FORWARD, interleaved=False)


def _bent(ring: BaseGeometry) -> NDArray[np.float64]:
    """Coordinates of a ring in degrees with points of the geodesic between far corners."""
    corners = shapely.get_coordinates(ring)
    pieces = _pieces(corners)
    points = [corners[:1]]
    for start, end, count in zip(corners[:-1], corners[1:], pieces, strict=True):
        points += [_between(start, end, int(count)), end[None]]
    return np.concatenate(points)


def _pieces(corners: NDArray[np.float64]) -> NDArray[np.int64]:
    """Into how many pieces each edge is cut: the bend of a piece falls with the square of their number."""
    start, end = corners[:-1], corners[1:]
    azimuth, _, length = GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    lon, lat, _ = GEOD.fwd(start[:, 0], start[:, 1], azimuth, np.asarray(length) / 2)
    on_plane, middle = np.column_stack(_FORWARD(*corners.T)), np.column_stack(_FORWARD(lon, lat))
    bend = np.hypot(*(middle - (on_plane[:-1] + on_plane[1:]) / 2).T)
    pieces: NDArray[np.int64] = np.maximum(1, np.ceil(np.sqrt(bend / BEND_M))).astype(np.int64)
    return pieces


def _between(start: NDArray[np.float64], end: NDArray[np.float64], pieces: int) -> NDArray[np.float64]:
    if pieces == 1:
        return np.empty((0, 2))
    turned = tuple(start) > tuple(end)
    first, last = (end, start) if turned else (start, end)
    points = np.array(GEOD.npts(first[0], first[1], last[0], last[1], pieces - 1))
    return points[::-1] if turned else points
