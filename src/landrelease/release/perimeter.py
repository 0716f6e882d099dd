"""Perimeters as they are walked: turning points with bearings, distances and coordinates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from landrelease.geo.crs import from_wgs84, local_equal_area, to_wgs84

_WALKED_M = 0.02
"""Nobody walks finer than this, metres."""
_SHARPEST = 20.0
"""Corners down to 6 degrees stay corners (mitre limit)."""

_ELLIPSOID = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class TurningPoint:
    """A corner of a perimeter and the leg to the next one.

    Attributes
    ----------
    label
        ``SP`` for the start point, ``TP2``, ``TP3`` and so on after it.
    longitude, latitude
        WGS 84, degrees.
    easting_m, northing_m
        In the UTM zone that `utm_zone` names, metres.
    bearing_deg
        True bearing to the next point, 0 up to 360 degrees.
    distance_m
        Geodesic distance to the next point, metres.
    """

    label: str
    longitude: float
    latitude: float
    easting_m: float
    northing_m: float
    bearing_deg: float
    distance_m: float


def turning_points(ring: Sequence[tuple[float, float]], zone: pyproj.CRS) -> tuple[TurningPoint, ...]:
    """Label the corners of a closed ring of WGS 84 positions, with true bearing and distance to the next corner.

    Parameters
    ----------
    ring
        Longitude and latitude of each corner, the first one again at the end.
    zone
        UTM zone of eastings and northings.
    """
    longitudes, latitudes = [lon for lon, _lat in ring], [lat for _lon, lat in ring]
    forward, _back, distances = _ELLIPSOID.inv(longitudes[:-1], latitudes[:-1], longitudes[1:], latitudes[1:])
    eastings, northings = pyproj.Transformer.from_crs("EPSG:4326", zone, always_xy=True).transform(
        longitudes[:-1], latitudes[:-1]
    )
    rows = zip(longitudes[:-1], latitudes[:-1], eastings, northings, forward, distances, strict=True)
    return tuple(
        TurningPoint("SP" if index == 0 else f"TP{index + 1}", lon, lat, east, north, float(bearing % 360), float(leg))
        for index, (lon, lat, east, north, bearing, leg) in enumerate(rows)
    )


def utm_zone(longitude: float, latitude: float) -> pyproj.CRS:
    """UTM zone of a position on WGS 84, by longitude alone (no national exceptions): EPSG 32601 to 32760."""
    number = min(int((longitude + 180) // 6) + 1, 60)
    return pyproj.CRS.from_epsg((32600 if latitude >= 0 else 32700) + number)


def rings_of(geometry: BaseGeometry) -> Iterator[list[tuple[float, float]]]:
    """Every ring, outer rings clockwise: the order in which a perimeter is walked with the land on the right."""
    for polygon in shapely.get_parts(geometry):
        walked = shapely.orient_polygons(polygon, exterior_cw=True)
        yield [(x, y) for x, y, *_z in walked.exterior.coords]
        for hole in walked.interiors:
            yield [(x, y) for x, y, *_z in hole.coords]


def walkable(geometry: BaseGeometry) -> BaseGeometry:
    """Perimeter as it can be walked: points on a straight line and hairline spurs, left by overlays, are dropped."""
    x_min, y_min, x_max, y_max = geometry.bounds
    plane = local_equal_area([x_min, x_max], [y_min, y_max])
    shrunk = from_wgs84(geometry, plane).buffer(-_WALKED_M, join_style="mitre", mitre_limit=_SHARPEST)
    opened = shrunk.buffer(_WALKED_M, join_style="mitre", mitre_limit=_SHARPEST)
    # the first point of a ring is never dropped: begin at the next one, which is a corner, and look again
    corners = [_turned(polygon) for polygon in shapely.get_parts(shapely.simplify(opened, _WALKED_M))]
    walked = to_wgs84(shapely.simplify(shapely.MultiPolygon(corners), _WALKED_M), plane)
    return geometry if walked.is_empty else walked


def _turned(polygon: Polygon) -> Polygon:
    rings = (shapely.get_coordinates(ring)[:-1] for ring in (polygon.exterior, *polygon.interiors))
    shell, *holes = (np.roll(ring, -1, axis=0) for ring in rings)
    return Polygon(shell, holes)
