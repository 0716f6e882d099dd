"""Areas and lengths on the WGS 84 ellipsoid (Karney, Algorithms for geodesics, 2013, through PROJ)."""

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from landrelease.geo.crs import Geometries

GEOD = pyproj.Geod(ellps="WGS84")


def geodesic_area_m2(geometry: BaseGeometry) -> float:
    """Area in m² of a polygon or multipolygon in degrees, its edges taken as geodesics; holes are subtracted."""
    if geometry.is_empty:
        return 0.0
    area, _ = GEOD.geometry_area_perimeter(shapely.orient_polygons(geometry))
    return abs(float(area))


def geodesic_areas_m2(geometries: Geometries) -> NDArray[np.float64]:
    """Areas in m² of an array of polygons in degrees; NaN where there is none."""
    return np.array([np.nan if shape is None else geodesic_area_m2(shape) for shape in geometries], dtype=float)


def geodesic_length_m(geometry: BaseGeometry) -> float:
    """Length in m of a line, or perimeter of a polygon with its holes, in degrees."""
    return float(GEOD.geometry_length(geometry))
