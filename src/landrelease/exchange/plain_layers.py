"""Shapes of a layer as they are, in WGS 84: grounds, obstacles, lines. Nothing is repaired, nothing is recorded."""

from pathlib import Path

import numpy as np
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.exchange.point_rows import DAMAGE
from landrelease.exchange.textfile import truncated
from landrelease.geo.crs import Geometries, to_wgs84
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress

_LINES, _AREAS = (1, 5), (3, 6)
"""Type numbers of shapely: line and lines, polygon and polygons."""


def read_shapes(path: Path, layer: str | None = None, progress: Progress = SILENT) -> Geometries:
    """Read the shapes of a layer (the first where none is named), without those that are missing.

    Raises
    ------
    LandreleaseError
        LR0002 without a file, LR2006 for one that cannot be read, LR2023 without a coordinate system.
    """
    if not path.is_file():
        raise fail(ErrorCode.FILE_MISSING, path=path)
    progress.begin(_("Reading {file}").format(file=path.name))
    try:
        frame = pyogrio.read_dataframe(path, layer=layer, columns=[])
    except DAMAGE as error:
        raise truncated(path, str(error)) from error
    finally:
        progress.end()
    if getattr(frame, "crs", None) is None:
        raise LandreleaseError(Finding(ErrorCode.CRS_MISSING, {"problem": path.name}, file=path.name))
    shapes = frame.geometry.to_numpy()
    moved: Geometries = to_wgs84(shapely.force_2d(shapes[~shapely.is_missing(shapes)]), frame.crs)
    return moved


def read_areas(path: Path, progress: Progress = SILENT) -> BaseGeometry:
    """Read the union of all areas of the first layer that has any; one that crosses itself is refused, not repaired.

    Raises
    ------
    LandreleaseError
        As `read_shapes`; LR2024 without an area, LR5010 for one that crosses itself.
    """
    areas = _first_of(path, _AREAS, progress)
    for area in areas[~shapely.is_valid(areas)]:
        raise fail(ErrorCode.SURVEY_GROUND, problem=shapely.is_valid_reason(area))
    union = shapely.union_all(areas) if len(areas) else shapely.Polygon()
    if union.is_empty or not union.area > 0:
        raise LandreleaseError(Finding(ErrorCode.GEOMETRY_EMPTY, file=path.name))
    return union


def read_lines(path: Path, progress: Progress = SILENT) -> list[shapely.LineString]:
    """Read the lines of the first layer that has any: the legs of a design, the tracks of a receiver, a start line.

    Raises
    ------
    LandreleaseError
        As `read_shapes`; LR5019 without a line.
    """
    lines = shapely.get_parts(_first_of(path, _LINES, progress))
    if lines := [line for line in lines if line.length > 0]:
        return lines
    raise fail(ErrorCode.LINES_UNREADABLE, problem=path.name)


def _first_of(path: Path, types: tuple[int, ...], progress: Progress) -> Geometries:
    """Shapes of some types, from the first layer with any."""
    if not path.is_file():
        raise fail(ErrorCode.FILE_MISSING, path=path)
    try:
        layers = [str(name) for name, _kind in pyogrio.list_layers(path)]
    except DAMAGE as error:
        raise truncated(path, str(error)) from error
    for layer in layers:
        shapes = read_shapes(path, layer, progress)
        wanted: Geometries = shapes[np.isin(shapely.get_type_id(shapes), types)]
        if len(wanted):
            return wanted
    return np.array([], dtype=object)
