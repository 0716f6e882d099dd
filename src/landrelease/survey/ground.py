"""Ground to survey: a polygon without its obstacles, on a plane whose metres are metres."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, fail
from landrelease.geo.crs import from_wgs84, local_equal_area, to_wgs84
from landrelease.geo.geodesic import GEOD
from landrelease.i18n import _

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SurveyGround:
    """A polygon to survey and what of it can be walked.

    Attributes
    ----------
    crs
        Equal-area plane around the polygon.
    outline
        The polygon on that plane.
    walkable
        The polygon without obstacles.
    """

    crs: pyproj.CRS
    outline: BaseGeometry
    walkable: BaseGeometry

    def plane(self, geometry: BaseGeometry) -> BaseGeometry:
        """Move a geometry in degrees onto the plane."""
        return from_wgs84(geometry, self.crs)

    def degrees(self, geometry: BaseGeometry) -> BaseGeometry:
        """Move a geometry of the plane into degrees."""
        return to_wgs84(geometry, self.crs)

    def direction(self, bearing_degrees: float) -> Floats:
        """Unit vector on the plane of a true bearing at the polygon's middle, shape (2,)."""
        middle = self.degrees(self.outline.centroid)
        lon, lat, _back = GEOD.fwd(middle.x, middle.y, bearing_degrees, 100.0)
        ahead = self.plane(shapely.Point(lon, lat))
        step = np.array([ahead.x - self.outline.centroid.x, ahead.y - self.outline.centroid.y])
        return np.asarray(step / np.hypot(*step), dtype=np.float64)


def survey_ground(polygon: BaseGeometry, obstacles: Sequence[BaseGeometry] = (), margin_m: float = 0.0) -> SurveyGround:
    """Take a polygon and its obstacles, in degrees (WGS 84).

    Parameters
    ----------
    obstacles
        Polygons, lines or points that nobody walks over: buildings, ponds, marked areas.
    margin_m
        Distance kept from them.

    Raises
    ------
    LandreleaseError
        LR5010 for no polygon, an empty one, one that crosses itself, or one that obstacles cover; LR5001 for a margin
        below 0.
    """
    if polygon is None or polygon.is_empty or polygon.geom_type not in ("Polygon", "MultiPolygon"):
        raise fail(ErrorCode.SURVEY_GROUND, problem=_("it is no polygon, or an empty one"))
    if not polygon.is_valid:
        raise fail(ErrorCode.SURVEY_GROUND, problem=shapely.is_valid_reason(polygon))
    if not margin_m >= 0:
        raise fail(ErrorCode.SURVEY_PARAMETER, name="margin_m", value=margin_m, wanted=_("at least 0"))
    crs = local_equal_area(*np.array(polygon.bounds).reshape(2, 2).T)
    outline = from_wgs84(polygon, crs)
    if not outline.area > 0:
        raise fail(ErrorCode.SURVEY_GROUND, problem=_("it has no area"))
    taken = shapely.union_all([from_wgs84(one, crs).buffer(margin_m) for one in obstacles if not one.is_empty])
    walkable = shapely.difference(outline, taken)
    if not walkable.area > 0:
        raise fail(ErrorCode.SURVEY_GROUND, problem=_("obstacles cover all of it"))
    return SurveyGround(crs, outline, walkable)
