"""Shapes of statement bodies (integers of 1e-7 degree) to shapely in WGS 84 degrees, and back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, fail
from landrelease.geo.crs import Geometries
from landrelease.terms import PositionQuality

UNITS_A_DEGREE = 10_000_000
"""Statements carry coordinates as integers of 1e-7 degree: 1.1 cm of latitude."""

ShapeBody = Mapping[str, Any]
Ring = Sequence[Sequence[int]]


def shape_from_body(body: ShapeBody) -> BaseGeometry:
    """Make the shapely geometry of one body shape: Point, Polygon or MultiPolygon.

    Rings are taken as they are, neither closed nor repaired (`landrelease.geo.validity` does that with findings).

    Raises
    ------
    LandreleaseError
        LR3001 where the type is none of these or a ring has fewer than three vertices.
    """
    return shapes_from_bodies([body])[0]


def shapes_from_bodies(bodies: Iterable[ShapeBody | None]) -> Geometries:
    """Make the geometries of many bodies in one pass; None stays None."""
    bodies = list(bodies)
    shapes = np.full(len(bodies), None, dtype=object)
    points = [at for at, body in enumerate(bodies) if body is not None and body["type"] == "Point"]
    if points:
        places = np.array([bodies[at]["coordinates"] for at in points], dtype=np.int64)  # type: ignore[index]
        shapes[points] = shapely.points(places / UNITS_A_DEGREE)
    areas = [at for at, body in enumerate(bodies) if body is not None and body["type"] != "Point"]
    if areas:
        shapes[areas] = _areas([_polygons_of(bodies[at]) for at in areas], [_is_multiple(bodies[at]) for at in areas])
    return shapes


def _polygons_of(body: ShapeBody | None) -> Sequence[Sequence[Ring]]:
    assert body is not None
    if body["type"] not in ("Polygon", "MultiPolygon"):
        raise fail(ErrorCode.SHAPE_UNREADABLE, problem=str(body["type"]))
    return body["coordinates"] if _is_multiple(body) else [body["coordinates"]]


def _is_multiple(body: ShapeBody | None) -> bool:
    return body is not None and body["type"] == "MultiPolygon"


def _areas(polygons: list[Sequence[Sequence[Ring]]], multiple: list[bool]) -> Geometries:
    """Build all rings, then all polygons, then the multipolygons: three calls whatever the number of shapes."""
    rings = [ring for polygon in polygons for part in polygon for ring in part]
    owner = np.repeat(np.arange(sum(map(len, polygons))), [len(part) for polygon in polygons for part in polygon])
    parts = shapely.polygons(_rings(rings), indices=owner)
    first = np.concatenate([[0], np.cumsum([len(polygon) for polygon in polygons])])
    shapes = np.empty(len(polygons), dtype=object)
    for at, several in enumerate(multiple):
        mine = parts[first[at] : first[at + 1]]
        shapes[at] = shapely.multipolygons(mine) if several else mine[0]
    return shapes


def _rings(rings: list[Ring]) -> Geometries:
    sizes = np.array([len(ring) for ring in rings])
    coordinates = np.array([position for ring in rings for position in ring], dtype=np.int64).reshape(-1, 2)
    try:
        made: Geometries = shapely.linearrings(
            coordinates / UNITS_A_DEGREE, indices=np.repeat(np.arange(len(rings)), sizes)
        )
    except ValueError as error:
        raise fail(ErrorCode.SHAPE_UNREADABLE, problem=str(error)) from error
    return made


def body_from_shape(
    geometry: BaseGeometry,
    quality: PositionQuality | str = PositionQuality.UNKNOWN,
    accuracy_m: int | None = None,
    entered: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Make the body shape of a geometry in degrees, rounded to 1e-7 degree.

    Outer rings run counter-clockwise and holes clockwise (RFC 7946), so that one shape has one form.

    Raises
    ------
    LandreleaseError
        LR3001 where it is empty or no point or polygon, LR3002 where a coordinate is outside -180..180, -90..90.
    """
    if geometry is None or geometry.is_empty or geometry.geom_type not in _WRITERS:
        raise fail(ErrorCode.SHAPE_UNREADABLE, problem="empty" if geometry is None else geometry.wkt[:60])
    x_min, y_min, x_max, y_max = geometry.bounds
    if not (x_min >= -180 and x_max <= 180 and y_min >= -90 and y_max <= 90):
        raise fail(ErrorCode.COORDINATE_OUT_OF_RANGE, bounds=_readable(geometry.bounds))
    body = {"type": geometry.geom_type, "coordinates": _WRITERS[geometry.geom_type](shapely.orient_polygons(geometry))}
    body["quality"] = _quality(quality)
    body |= {} if accuracy_m is None else {"accuracy_m": int(accuracy_m)}
    return body | ({} if entered is None else {"entered": dict(entered)})


def _quality(quality: PositionQuality | str) -> str:
    return (
        quality.value
        if isinstance(quality, PositionQuality)
        else next(q.value for q in PositionQuality if q == quality)
    )


def _readable(bounds: Sequence[float]) -> str:
    return ", ".join(f"{value:.6g}" for value in bounds)


def _integers(coordinates: NDArray[np.float64]) -> list[list[int]]:
    rounded: list[list[int]] = np.rint(coordinates * UNITS_A_DEGREE).astype(np.int64).tolist()
    return rounded


def _polygon(polygon: BaseGeometry) -> list[list[list[int]]]:
    return [_integers(shapely.get_coordinates(ring)) for ring in (polygon.exterior, *polygon.interiors)]


_WRITERS: Mapping[str, Any] = {
    "Point": lambda point: _integers(shapely.get_coordinates(point))[0],
    "Polygon": _polygon,
    "MultiPolygon": lambda many: [_polygon(polygon) for polygon in many.geoms],
}
