"""Shapes of a file: moved to WGS 84, checked, and made into bodies, with a finding for everything that was wrong."""

from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, Severity
from landrelease.exchange.fieldtypes import is_needed
from landrelease.exchange.mapping import BoundsSection, GeometrySection
from landrelease.exchange.proposal import Refusal
from landrelease.exchange.rowreader import RowCheck
from landrelease.geo.crs import WGS84, to_wgs84
from landrelease.geo.geodesic import geodesic_area_m2
from landrelease.geo.shapes import body_from_shape
from landrelease.geo.validity import repair


@lru_cache(maxsize=64)
def crs_of(text: str) -> pyproj.CRS:
    """Return a coordinate reference system by any name that pyproj knows."""
    return pyproj.CRS.from_user_input(text)


def shape_body(
    geometry: BaseGeometry | None, crs: str, rule: GeometrySection, kinds: frozenset[str], kind: str, check: RowCheck
) -> dict[str, Any] | None:
    """Return the body of a shape, or None after noting why it cannot stand.

    Parameters
    ----------
    geometry
        In `crs`, x before y.
    kinds
        Types of geometry that the field of the statement takes.
    """
    if geometry is None or geometry.is_empty:
        needed = rule.required or geometry is not None or is_needed(kind, rule.field)
        if needed:
            check.add(Refusal(ErrorCode.GEOMETRY_EMPTY), rule.place)
        elif not check.failed:  # a refused row does not go in, and its position may be what is wrong
            check.add(Refusal(ErrorCode.POSITION_NOT_STATED), rule.place)
        return None
    if geometry.geom_type not in kinds:
        details = {"found": geometry.geom_type, "field": rule.field, "kind": kind}
        check.add(Refusal(ErrorCode.GEOMETRY_UNSUPPORTED, **details), rule.place)
        return None
    moved = check.read(rule.place, lambda: to_degrees(shapely.force_2d(geometry), crs, rule.bounds))
    if moved is None:
        return None
    mended = _mended(moved, rule, check)
    return None if mended is None else _body(mended, geometry, crs, rule)


def _mended(geometry: BaseGeometry, rule: GeometrySection, check: RowCheck) -> BaseGeometry | None:
    mended, findings = repair(geometry)
    check.adopt(findings, rule.place)
    return None if any(finding.severity is Severity.ERROR for finding in findings) else mended


def _body(mended: BaseGeometry, raw: BaseGeometry, crs: str, rule: GeometrySection) -> dict[str, Any]:
    """Make the body; coordinates of another system are kept as they were entered."""
    entered = None
    if not _is_wgs84(crs):
        coordinates = shapely.get_coordinates(raw)
        entered = {"crs": crs, "coordinates": [[_plain(x), _plain(y)] for x, y in coordinates]}
    return body_from_shape(mended, rule.quality, rule.accuracy_m, entered)


def _plain(value: float) -> str:
    text = np.format_float_positional(value, unique=True, trim="-")
    return text or "0"


def _is_wgs84(crs: str) -> bool:
    return bool(crs_of(crs).equals(WGS84, ignore_axis_order=True))


def to_degrees(geometry: BaseGeometry, crs: str, bounds: BoundsSection | None) -> BaseGeometry:
    """Move a geometry to degrees, refusing what cannot be right.

    Raises
    ------
    Refusal
        LR2018 for coordinates that the system cannot hold (metres given as degrees), LR2019 where only the exchanged
        coordinates fit, LR2020 outside the bounds.
    """
    x, y = (float(value) for value in shapely.get_coordinates(geometry)[0])
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        raise Refusal(ErrorCode.COORDINATE_RANGE, x=x, y=y, crs=crs)
    moved = geometry if _is_wgs84(crs) else to_wgs84(geometry, crs_of(crs))
    swapped = shapely.transform(geometry, lambda places: places[:, ::-1])
    exchanged = swapped if _is_wgs84(crs) else to_wgs84(swapped, crs_of(crs))
    box = _box(crs, bounds)
    if _inside(moved, box):
        return moved
    if _inside(exchanged, box):
        raise Refusal(ErrorCode.COORDINATES_SWAPPED, x=x, y=y)
    if _inside(moved, (-180.0, -90.0, 180.0, 90.0)) and bounds is not None:
        raise Refusal(ErrorCode.OUTSIDE_BOUNDS, x=x, y=y, place=bounds.name)
    raise Refusal(ErrorCode.COORDINATE_RANGE, x=x, y=y, crs=crs)


def _box(crs: str, bounds: BoundsSection | None) -> tuple[float, float, float, float]:
    """Return the box in degrees that positions must lie in: the mapping's, else twice the system's area of use."""
    if bounds is not None:
        return bounds.west, bounds.south, bounds.east, bounds.north
    area = crs_of(crs).area_of_use
    if area is None or area.west > area.east:
        return -180.0, -90.0, 180.0, 90.0
    # A survey may leave the zone of its projection a little, but not by its whole width.
    wide, high = (area.east - area.west) / 2, (area.north - area.south) / 2
    return (
        max(-180.0, area.west - wide), max(-90.0, area.south - high),
        min(180.0, area.east + wide), min(90.0, area.north + high),
    )  # fmt: skip


def _inside(geometry: BaseGeometry, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = geometry.bounds
    return bool(west >= box[0] and south >= box[1] and east <= box[2] and north <= box[3])


def area_disagrees(geometry: BaseGeometry, stated_m2: int, tolerance_permille: int) -> Refusal | None:
    """Return a remark where a stated area is not the polygon's: often hectares in a column of square metres."""
    measured = geodesic_area_m2(geometry)
    if measured <= 0 or abs(stated_m2 - measured) * 1000 <= tolerance_permille * measured:
        return None
    ratio = f"{stated_m2 / measured:.3g}"
    return Refusal(ErrorCode.AREA_DISAGREES, stated=stated_m2, ratio=ratio, measured=f"{measured:.0f}")
