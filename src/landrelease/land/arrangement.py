"""Faces: the ground cut by every outline that meets it.

All outlines are noded together once on a fixed grid of 1 µm (snap rounding) and the faces between them taken; faces of
one arrangement share their corners, so they are disjoint and covering exactly, and every later step only labels them.

Two outlines that are meant to run along each other differ by what positions resolve, 1 cm. A face thinner than that is
no land of its own: there the later outline is taken to follow the earlier one.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from landrelease.geo.crs import Geometries
from landrelease.geo.plane import NODE_M, POSITION_M

Indices = NDArray[np.intp]

_LEAST_SHARE = 0.1
"""Neighbours of a thin face that share less of its edge lie at its ends, not along it."""


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
    covered: list[list[int]]


def arrange(polygons: Sequence[BaseGeometry]) -> Arrangement:
    """Cut the ground by the outlines of polygons.

    Parameters
    ----------
    polygons
        Valid polygons in the plane, in the order in which they count.
    """
    shapes = np.array(polygons, dtype=object)
    if not len(shapes):
        return Arrangement(shapes, np.empty(0), [])
    lines = shapely.union_all(shapely.boundary(shapes), grid_size=NODE_M)
    faces, inside = _in_order(shapely.normalize(shapely.get_parts(shapely.polygonize([lines]))))
    hits = shapely.STRtree(inside).query(shapes, predicate="contains")
    area_m2 = shapely.area(faces)
    thin = np.flatnonzero(2 * area_m2 < POSITION_M * shapely.length(faces))
    polygon, face = _without_thin(faces, hits, thin) if len(thin) else hits
    order = np.lexsort((face, polygon))
    sorted_faces, ends = face[order].tolist(), np.cumsum(np.bincount(polygon, minlength=len(shapes))).tolist()
    covered = [sorted_faces[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    return Arrangement(faces, area_m2, covered)


def _in_order(faces: Geometries) -> tuple[Geometries, Geometries]:
    """Sort faces by a point inside each; returns both. Sums over faces come out the same whatever else was cut."""
    inside = shapely.point_on_surface(faces)
    order = np.lexsort((shapely.get_y(inside), shapely.get_x(inside)))
    return faces[order], inside[order]


def _without_thin(faces: Geometries, hits: Indices, thin: Indices) -> Indices:
    """Give each thin face the cover of the neighbour from which it differs by the latest outlines."""
    cover: dict[int, set[int]] = defaultdict(set)
    for polygon, face in hits.T.tolist():
        cover[face].add(polygon)
    slim, tree = set(thin.tolist()), shapely.STRtree(faces)
    chosen = {int(face): _cover_beside(int(face), faces, tree, cover, slim) for face in thin}
    cover |= chosen
    return (
        np.array([(polygon, face) for face, over in cover.items() for polygon in over], dtype=np.intp).reshape(-1, 2).T
    )


def _cover_beside(
    face: int, faces: Geometries, tree: shapely.STRtree, cover: dict[int, set[int]], slim: set[int]
) -> set[int]:
    mine = cover[face]
    beside = sorted(int(at) for at in tree.query(faces[face], "touches"))
    edge = shapely.boundary(faces[face])
    shared = shapely.length(shapely.intersection(shapely.boundary(faces[beside]), edge)) if beside else np.empty(0)
    least_m = _LEAST_SHARE * edge.length
    choices = [cover[at] for at, m in zip(beside, shared, strict=True) if m >= least_m and at not in slim]
    choices += [set()] if edge.length - shared.sum() >= least_m else []
    return max(choices, key=lambda other: min(mine ^ other, default=-1), default=mine)
