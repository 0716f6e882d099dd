"""Unresolved land in blocks of a workable size: what one task covers."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, fail
from landrelease.geo.crs import WGS84, local_equal_area
from landrelease.land.states import ON_HAND
from landrelease.profile import Profile
from landrelease.terms import LandClass

NEEDED = ("area_id", "classification", "release_status", "area_m2", "geometry")
BLOCK_COLUMNS = ("block_id", "area_id", "name", "admin_area", "classification", "area_m2", "geometry")


_GRID_M = 1e-6
"""Grid of the cutting, metres."""


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
    shaped = parts[~(parts.geometry.isna() | parts.geometry.is_empty)]
    unshaped = parts.drop(shaped.index)
    blocks: list[tuple[BaseGeometry | None, float]] = [(None, float(m2)) for m2 in unshaped["area_m2"]]
    if len(shaped):
        # moving a thin part to another system can make it cross itself; on the grid every shape is valid
        plane = shapely.set_precision(shaped.to_crs(crs).geometry.to_numpy(), _GRID_M)
        whole = shapely.union_all(plane, grid_size=_GRID_M)
        pieces = [*_halves(whole, block_m2)]
        stated = shaped["area_m2"].sum() if shaped["area_m2"].notna().all() else whole.area
        shapes = gpd.GeoSeries(pieces, crs=crs).to_crs(WGS84)
        blocks += [(shape, piece.area * stated / whole.area) for shape, piece in zip(shapes, pieces, strict=True)]
    return blocks


def _halves(shape: BaseGeometry, block_m2: float) -> Iterator[BaseGeometry]:
    """Halve the bounding box across its longer side until no piece is larger than a block."""
    if shape.area <= block_m2:
        yield shape
        return
    x_0, y_0, x_1, y_1 = shape.bounds
    middle_x, middle_y = ((x_0 + x_1) / 2, y_1) if x_1 - x_0 >= y_1 - y_0 else (x_1, (y_0 + y_1) / 2)
    low = shapely.box(x_0, y_0, middle_x, middle_y)
    for piece in (
        shapely.intersection(shape, low, grid_size=_GRID_M),
        shapely.difference(shape, low, grid_size=_GRID_M),
    ):
        polygons = [polygon for polygon in shapely.get_parts(piece) if polygon.area > 0]
        if polygons:
            yield from _halves(polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons), block_m2)
