"""Coordinate systems: equal-area ones, and moving shapes between systems with x before y, always."""

from functools import lru_cache
from typing import TypeVar

import numpy as np
import pyproj
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

WGS84 = pyproj.CRS.from_epsg(4326)
"""The system of every statement: longitude, latitude, degrees."""

Geometries = NDArray[np.object_]
"""Array of shapely geometries; None where there is no shape."""


def local_equal_area(lon: ArrayLike, lat: ArrayLike) -> pyproj.CRS:
    """Lambert azimuthal equal-area system on the WGS 84 ellipsoid, centred on places.

    Planar areas in it are ellipsoidal areas. The centre is rounded to 0.1 degree, so that a few more places in the same
    region give the same system.

    Parameters
    ----------
    lon, lat
        Degrees, shape (n,); at least one finite pair. A set across the 180th meridian is handled.

    Raises
    ------
    ValueError
        Where no pair is finite.
    """
    lon_0, lat_0 = _centre(np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float)))
    return _azimuthal(round(lon_0, 1), round(lat_0, 1))


def _centre(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[float, float]:
    known = np.isfinite(lon) & np.isfinite(lat)
    if not known.any():
        raise ValueError("no place with a longitude and a latitude")
    lon, lat = lon[known], lat[known]
    around = float(np.degrees(np.angle(np.exp(1j * np.radians(lon)).sum())))
    offset = (lon - around + 180.0) % 360.0 - 180.0
    middle = around + (offset.min() + offset.max()) / 2
    return float((middle + 180.0) % 360.0 - 180.0), float((lat.min() + lat.max()) / 2)


@lru_cache(maxsize=256)
def _azimuthal(lon: float, lat: float) -> pyproj.CRS:
    return pyproj.CRS.from_proj4(f"+proj=laea +lat_0={lat} +lon_0={lon} +datum=WGS84 +units=m +no_defs")


@lru_cache(maxsize=256)
def transformer(source: pyproj.CRS, target: pyproj.CRS) -> pyproj.Transformer:
    """Transformer with longitude or easting first, made once for each pair of systems."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


AnyGeometry = TypeVar("AnyGeometry", BaseGeometry, Geometries)


def to_crs(geometry: AnyGeometry, source: pyproj.CRS, target: pyproj.CRS) -> AnyGeometry:
    """Move a geometry, or an array of them in one call, from one system to another.

    Heights are dropped. Coordinates that the target cannot hold become infinite, as in pyproj.
    """
    move = transformer(source, target).transform
    moved: AnyGeometry = shapely.transform(geometry, lambda x, y: move(x, y), interleaved=False)
    return moved


def from_wgs84(geometry: AnyGeometry, target: pyproj.CRS) -> AnyGeometry:
    """Move a geometry in degrees, or an array of them, into another system."""
    return to_crs(geometry, WGS84, target)


def to_wgs84(geometry: AnyGeometry, source: pyproj.CRS) -> AnyGeometry:
    """Move a geometry of another system, or an array of them, into degrees."""
    return to_crs(geometry, source, WGS84)
