"""Irregular outlines, and the way from metres around the province's centre to WGS 84."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from landrelease.geo.crs import local_equal_area, to_wgs84
from landrelease.geo.shapes import UNITS_A_DEGREE, body_from_shape
from landrelease.simulate.terrain import Floats
from landrelease.terms import PositionQuality


@dataclass(frozen=True)
class Frame:
    """Metric frame of a province: equal-area, origin at its centre (rounded to 0.1 degree)."""

    longitude: float
    latitude: float

    @cached_property
    def crs(self) -> pyproj.CRS:
        """The metric system."""
        return local_equal_area(self.longitude, self.latitude)

    def body(self, geometry: BaseGeometry, quality: PositionQuality) -> dict[str, Any]:
        """Return a geometry in metres as the shape of a statement's body."""
        return body_from_shape(_valid_when_rounded(to_wgs84(geometry, self.crs)), quality)


def _valid_when_rounded(degrees: BaseGeometry) -> BaseGeometry:
    """Round as statements do; what touches itself then is taken apart, what vanishes is left out."""
    if degrees.geom_type == "Point":
        return degrees
    rounded = shapely.set_precision(degrees, 1 / UNITS_A_DEGREE, mode="pointwise")
    if rounded.is_valid:
        return shapely.remove_repeated_points(rounded)
    mended = shapely.make_valid(rounded, method="structure", keep_collapsed=False)
    polygons = [part for part in shapely.get_parts(shapely.get_parts(mended)) if part.geom_type == "Polygon"]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def irregular(x_m: float, y_m: float, area_m2: float, rng: np.random.Generator) -> Polygon:
    """Draw an outline of this area around a place, elongated and ragged as outlines drawn by hand are."""
    points = int(rng.integers(14, 40))
    angle = np.sort(rng.uniform(0, 2 * np.pi, points))
    radius = np.exp(raggedness(angle, 0.3, rng))
    stretch, turn = rng.uniform(1, 2.4), rng.uniform(0, np.pi)
    x, y = radius * np.cos(angle) * stretch, radius * np.sin(angle)
    x, y = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
    outline = Polygon(np.column_stack([x, y])).buffer(0)
    outline = largest(outline)
    scale = np.sqrt(area_m2 / outline.area)
    return Polygon(shapely.get_coordinates(outline.exterior) * scale + [x_m, y_m])


def raggedness(angle: Floats, amount: float, rng: np.random.Generator) -> Floats:
    """Draw a smooth periodic deviation, one value per angle."""
    orders = np.arange(1, 7)
    weights = rng.normal(0, amount, len(orders)) / orders
    return np.asarray((weights * np.cos(np.outer(angle, orders) + rng.uniform(0, 2 * np.pi, len(orders)))).sum(axis=1))


def drawn_around(points: Floats, beyond_m: float, displaced_m: Floats, rng: np.random.Generator) -> Polygon:
    """Outline that people draw around a hazard: too large, ragged, displaced.

    Parameters
    ----------
    points
        True positions, shape (n, 2).
    beyond_m
        How far beyond the hazard it reaches.
    displaced_m
        Shift in x and y.
    """
    hull = shapely.convex_hull(shapely.MultiPoint(points)).buffer(beyond_m, quad_segs=6)
    hull = shapely.segmentize(hull, max(10.0, hull.length / 40))
    centre, outline = hull.centroid, shapely.get_coordinates(hull.exterior)[:-1]
    away = outline - [centre.x, centre.y]
    factor = np.exp(raggedness(np.arctan2(away[:, 1], away[:, 0]), 0.12, rng))
    ragged = Polygon([centre.x, centre.y] + away * factor[:, None] + displaced_m).buffer(0)
    return largest(ragged).simplify(5.0)


def largest(geometry: BaseGeometry) -> Polygon:
    """Return the largest polygon of a geometry."""
    parts = [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon)]
    return max(parts, key=lambda part: part.area) if parts else Polygon()


def near(x_m: float, y_m: float, deviation_m: float, rng: np.random.Generator) -> Point:
    """Draw a position near a place."""
    return Point(x_m + rng.normal(0, deviation_m), y_m + rng.normal(0, deviation_m))
