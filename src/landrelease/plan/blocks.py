"""Unresolved land in blocks of a workable size: what one task covers."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
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

Shapes = NDArray[np.object_]
_Piece = tuple[int, str, BaseGeometry | None, float]
"""Number of its land, path, shape (degrees), area m²."""

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
    lands = _lands(open_parts, profile)
    rows = [*_shapeless(lands), *_pieces(lands, crs)]
    frame = pd.DataFrame(rows, columns=["land", "path", "geometry", "area_m2"]).sort_values(["land", "path"])
    return _named(frame, lands, _first_known(open_parts))


@dataclass(frozen=True, slots=True)
class _Land:
    """Open parts of one area and classification: their union, and their area where it is stated."""

    area_id: str
    classification: str
    shape: BaseGeometry | None
    stated_m2: float
    shapeless_m2: tuple[float, ...]
    block_m2: float


def _open_parts(parts: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    missing = [name for name in NEEDED if name not in parts.columns]
    if missing:
        raise fail(ErrorCode.PLAN_COLUMNS_MISSING, columns=", ".join(missing))
    in_degrees = parts if parts.crs is None else parts.to_crs(WGS84)
    return in_degrees[in_degrees["release_status"].isin([status.value for status in ON_HAND])]


def _lands(parts: gpd.GeoDataFrame, profile: Profile) -> list[_Land]:
    shapes, stated = _on_grid(parts.geometry.to_numpy()), parts["area_m2"].to_numpy(dtype=float)
    members: dict[tuple[str, str], list[int]] = {}
    for at, key in enumerate(zip(parts["area_id"].astype(str), map(str, parts["classification"]), strict=True)):
        members.setdefault(key, []).append(at)
    return [_land(*key, members[key], shapes, stated, profile) for key in sorted(members)]


def _land(
    area_id: str, classification: str, at: list[int], shapes: Shapes, stated: NDArray[np.float64], profile: Profile
) -> _Land:
    placed = [i for i in at if shapes[i] is not None and not shapes[i].is_empty]
    shape = shapely.union_all(shapes[placed], grid_size=_GRID_DEGREES) if len(placed) > 1 else None
    return _Land(
        area_id=area_id,
        classification=classification,
        shape=shapes[placed[0]] if len(placed) == 1 else shape,
        stated_m2=float(stated[placed].sum()),
        shapeless_m2=tuple(float(stated[i]) for i in at if i not in placed),
        block_m2=profile.planning.block_m2[LandClass(classification)],
    )


def _on_grid(shapes: Shapes) -> Shapes:
    """Shapes on the grid of the cutting; None stays None.

    A thin part may have come to cross itself when it was brought to degrees; what is less than the grid becomes empty.
    """
    crossed = ~shapely.is_valid(shapes)
    mended = shapely.make_valid(shapes[crossed], method="structure", keep_collapsed=False)
    valid = shapes.copy()
    valid[crossed] = mended
    return np.asarray(shapely.set_precision(valid, _GRID_DEGREES), dtype=object)


def _shapeless(lands: list[_Land]) -> Iterator[_Piece]:
    for number, land in enumerate(lands):
        yield from ((number, "", None, m2) for m2 in land.shapeless_m2)


def _pieces(lands: list[_Land], crs: pyproj.CRS) -> Iterator[_Piece]:
    """Pieces of each land with their areas, scaled to the stated one where that is known."""
    owner = np.array([n for n, land in enumerate(lands) if land.shape is not None], dtype=np.int64)
    shapes = np.array([land.shape for land in lands if land.shape is not None], dtype=object)
    owner, paths, shapes, area_m2 = _halved(owner, shapes, np.array([land.block_m2 for land in lands]), crs)
    total_m2 = np.bincount(owner, area_m2, minlength=len(lands))
    stated_m2 = np.array([land.stated_m2 for land in lands])
    share = area_m2 / total_m2[owner]
    whole_m2 = np.where(np.isnan(stated_m2), total_m2, stated_m2)[owner]
    yield from zip(owner.tolist(), paths, shapes, (share * whole_m2).tolist(), strict=True)


def _halved(
    owner: NDArray[np.int64], shapes: Shapes, block_m2: NDArray[np.float64], crs: pyproj.CRS
) -> tuple[NDArray[np.int64], list[str], Shapes, NDArray[np.float64]]:
    """Halve bounding boxes across their longer side, all lands at once, until no piece is larger than its block.

    Returns owner, path (``1`` and ``2`` for the halves, so that paths sort), shape and area of each piece. The cuts run
    along meridians and parallels, so that no vertex is moved to another system and back.
    """
    paths = np.full(len(shapes), "", dtype=object)
    done: list[tuple[NDArray[np.int64], Shapes, Shapes, NDArray[np.float64]]] = []
    while len(shapes):
        area_m2 = shapely.area(from_wgs84(shapes, crs))
        small = area_m2 <= block_m2[owner]
        done.append((owner[small], paths[small], shapes[small], area_m2[small]))
        low, high = _cut(shapes[~small])
        owner = np.concatenate([owner[~small]] * 2)
        paths = np.concatenate([paths[~small] + "1", paths[~small] + "2"])
        shapes = np.concatenate([low, high])
        kept = ~shapely.is_empty(shapes)
        owner, paths, shapes = owner[kept], paths[kept], shapes[kept]
    joined = (
        [np.concatenate(column) for column in zip(*done, strict=True)] if done else [owner, paths, shapes, block_m2[:0]]
    )
    return joined[0], list(joined[1]), joined[2], joined[3]


def _cut(shapes: Shapes) -> tuple[Shapes, Shapes]:
    """Two halves of each shape."""
    west, south, east, north = shapely.bounds(shapes).reshape(-1, 4).T
    is_wide = (east - west) * np.cos(np.radians((south + north) / 2)) >= north - south
    low = shapely.box(
        west, south, np.where(is_wide, (west + east) / 2, east), np.where(is_wide, north, (south + north) / 2)
    )
    halves = (cut(shapes, low, grid_size=_GRID_DEGREES) for cut in (shapely.intersection, shapely.difference))
    first, second = (np.array([_polygonal(half) for half in some], dtype=object) for some in halves)
    return first, second


def _polygonal(shape: BaseGeometry) -> BaseGeometry:
    """Polygons of a shape; a cut along an edge also leaves lines and points."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    return shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])


def _first_known(parts: gpd.GeoDataFrame) -> dict[str, tuple[str, str]]:
    """Name and admin area of each area: the first that is known."""
    table = pd.DataFrame(parts.reindex(columns=["area_id", "name", "admin_area"]), dtype=object)
    known = table.groupby("area_id").first()
    return {
        str(area_id): ("" if pd.isna(name) else str(name), "" if pd.isna(admin_area) else str(admin_area))
        for area_id, name, admin_area in known.itertuples()
    }


def _named(frame: pd.DataFrame, lands: list[_Land], known: dict[str, tuple[str, str]]) -> gpd.GeoDataFrame:
    owners = [lands[number] for number in frame["land"]]
    many = Counter(land.area_id for land in owners)
    number: Counter[str] = Counter()
    rows = []
    for land, shape, area_m2 in zip(owners, frame["geometry"], frame["area_m2"], strict=True):
        number[land.area_id] += 1
        name = land.area_id if many[land.area_id] == 1 else f"{land.area_id}/{number[land.area_id]}"
        rows.append((name, land.area_id, *known[land.area_id], land.classification, area_m2, shape))
    return gpd.GeoDataFrame(rows, columns=list(BLOCK_COLUMNS), geometry="geometry", crs=WGS84)
