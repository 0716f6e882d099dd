"""Faces: the ground cut by every outline that meets it.

All outlines are noded together once on a fixed grid of 1 µm (snap rounding) and the faces between them taken; faces of
one arrangement share their corners, so they are disjoint and covering exactly, and every later step only labels them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from landrelease.geo.crs import Geometries
from landrelease.geo.plane import NODE_M

Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Arrangement:
    """Faces and which polygons cover them.

    Attributes
    ----------
    faces
        Polygons in the plane, shape (n,).
    area_m2
        Their areas, shape (n,).
    covered
        For each polygon given, the indices of the faces inside it.
    """

    faces: Geometries
    area_m2: NDArray[np.float64]
    covered: list[Indices]


def arrange(polygons: Sequence[BaseGeometry]) -> Arrangement:
    """Cut the ground by the outlines of polygons.

    Parameters
    ----------
    polygons
        Valid polygons in the plane.
    """
    shapes = np.array(polygons, dtype=object)
    if not len(shapes):
        return Arrangement(shapes, np.empty(0), [])
    lines = shapely.get_parts(shapely.union_all(shapely.boundary(shapes), grid_size=NODE_M))
    faces = shapely.get_parts(shapely.polygonize(lines))
    hits = shapely.STRtree(shapely.point_on_surface(faces)).query(shapes, predicate="contains")
    order = np.lexsort((hits[1], hits[0]))
    ends = np.cumsum(np.bincount(hits[0], minlength=len(shapes)))
    return Arrangement(faces, shapely.area(faces), np.split(hits[1][order], ends[:-1]))
