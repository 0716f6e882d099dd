"""Unresolved land in blocks of a workable size: what one task covers."""

import math
from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, fail
from landrelease.geo.crs import WGS84, from_wgs84, local_equal_area
from landrelease.land.states import ON_HAND
from landrelease.profile import Profile
from landrelease.terms import LandClass

NEEDED = ("area_id", "classification", "release_status", "area_m2", "geometry")
BLOCK_COLUMNS = ("block_id", "area_id", "name", "admin_area", "classification", "area_m2", "geometry")

_GRID_DEGREES = 1e-11
"""Grid of the cutting: a thousandth of a millimetre."""


def planning_crs(parts: gpd.GeoDataFrame) -> pyproj.CRS:
    """Metric equal-area system centred on the open parts that have a shape; on 0, 0 where there is none."""
    shapes = (parts if "block_id" in parts else _open_parts(parts)).geometry
    points = shapely.point_on_surface(shapes.to_numpy())
    lon, lat = shapely.get_x(points), shapely.get_y(points)
    return local_equal_area(lon, lat) if np.isfinite(lon).any() else local_equal_area([0.0], [0.0])


def work_blocks(parts: gpd.GeoDataFrame, profile: Profile) -> gpd.GeoDataFrame:
    """Divide unresolved and reopened land into blocks, by area and classification.

    Parameters
    ----------
    parts
        As the area accounts make them, in degrees.
    profile
        Largest block by classification.

    Returns
    -------
    GeoDataFrame
        ``block_id, area_id, name, admin_area, classification, area_m2, geometry`` in EPSG:4326. The only block of an
        area has the area's identifier; others add a number: ``area:12/3``. Blocks of one area and classification are
        disjoint, cover its open parts, and their areas sum to the parts' areas. A part without a shape stays one block
        without a shape.

    Raises
    ------
    LandreleaseError
        LR6002 for missing columns.
    """
    open_parts, crs = _open_parts(parts), planning_crs(parts)
    rows = [
        row
        for key, group in open_parts.groupby("area_id", sort=True)
        for row in _area_rows(str(key), group, profile, crs)
    ]
    return gpd.GeoDataFrame(rows, columns=list(BLOCK_COLUMNS), geometry="geometry", crs=WGS84)


def _open_parts(parts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    missing = [name for name in NEEDED if name not in parts.columns]
    if missing:
        raise fail(ErrorCode.PLAN_COLUMNS_MISSING, columns=", ".join(missing))
    in_degrees = parts if parts.crs is None else parts.to_crs(WGS84)
    return in_degrees[in_degrees["release_status"].isin([status.value for status in ON_HAND])]


def _area_rows(area_id: str, group: gpd.GeoDataFrame, profile: Profile, crs: pyproj.CRS) -> list[tuple[object, ...]]:
    cut = [
        (value, *block)
        for value, same in group.groupby("classification", sort=True)
        for block in _blocks(same, profile.planning.block_m2[LandClass(value)], crs)
    ]
    name, admin_area = (_first(group, column) for column in ("name", "admin_area"))
    names = [area_id] if len(cut) == 1 else [f"{area_id}/{number}" for number in range(1, len(cut) + 1)]
    return [
        (block_id, area_id, name, admin_area, value, area_m2, shape)
        for block_id, (value, shape, area_m2) in zip(names, cut, strict=True)
    ]


def _first(group: gpd.GeoDataFrame, column: str) -> str:
    known = group[column].dropna() if column in group else group.iloc[:0]
    return str(known.iloc[0]) if len(known) else ""


def _blocks(parts: gpd.GeoDataFrame, block_m2: float, crs: pyproj.CRS) -> list[tuple[BaseGeometry | None, float]]:
    """Shape (degrees) and area of each block of parts of one area and classification."""
    shapes = _on_grid(parts.geometry.to_numpy())
    has_shape = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    blocks: list[tuple[BaseGeometry | None, float]] = [(None, float(m2)) for m2 in parts["area_m2"][~has_shape]]
    if has_shape.any():
        pieces = list(_halves(shapely.union_all(shapes[has_shape], grid_size=_GRID_DEGREES), block_m2, crs))
        total_m2, stated_m2 = sum(m2 for _, m2 in pieces), parts["area_m2"][has_shape]
        factor = stated_m2.sum() / total_m2 if stated_m2.notna().all() else 1.0
        blocks += [(piece, m2 * factor) for piece, m2 in pieces]
    return blocks


def _on_grid(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Shapes on the grid of the cutting; None stays None.

    A thin part may have come to cross itself when it was brought to degrees; what is less than the grid becomes empty.
    """
    valid = np.where(
        shapely.is_valid(shapes), shapes, shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    )
    return np.asarray(shapely.set_precision(valid, _GRID_DEGREES), dtype=object)


def _halves(shape: BaseGeometry, block_m2: float, crs: pyproj.CRS) -> Iterator[tuple[BaseGeometry, float]]:
    """Halve the bounding box across its longer side until no piece is larger than a block; pieces and their areas.

    The cuts run along meridians and parallels, so that no vertex is moved to another system and back.
    """
    area_m2 = from_wgs84(shape, crs).area
    if area_m2 <= block_m2:
        yield shape, area_m2
        return
    west, south, east, north = shape.bounds
    is_wide = (east - west) * math.cos(math.radians((south + north) / 2)) >= north - south
    low = shapely.box(west, south, *(((west + east) / 2, north) if is_wide else (east, (south + north) / 2)))
    for cut in (shapely.intersection, shapely.difference):
        polygons = [part for part in shapely.get_parts(cut(shape, low, grid_size=_GRID_DEGREES)) if part.area > 0]
        if polygons:
            yield from _halves(polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons), block_m2, crs)
