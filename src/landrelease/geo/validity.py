"""Whether a shape can be land, and its repair; nothing is repaired without a finding that says so.

The checks are those that GICHD ran before a migration (geocheck): validity, at least three vertices, repeated vertices,
closed rings; and ranges.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, Finding, LandreleaseError, Severity
from landrelease.geo.geodesic import geodesic_area_m2

REPEATED_DEGREES = 1e-7
"""Vertices closer than the resolution of statements are the same vertex."""

Positions = Sequence[Sequence[float]]


def polygon_from_rings(rings: Sequence[Positions]) -> tuple[BaseGeometry | None, list[Finding]]:
    """Make a polygon in degrees of raw rings (outer first, then holes), closing and repairing with findings.

    Returns
    -------
    The polygon or multipolygon, or None where a finding refuses it, and all findings.
    """
    findings = [finding for number, ring in enumerate(rings, 1) for finding in _ring_findings(number, ring)]
    if not rings or _refuses(findings):
        return None, findings or [Finding(ErrorCode.SHAPE_EMPTY)]
    shape, more = repair(shapely.Polygon(rings[0], rings[1:]))
    return shape, findings + more


def _ring_findings(number: int, ring: Positions) -> list[Finding]:
    findings = []
    if len({tuple(position[:2]) for position in ring}) < 3:
        findings.append(Finding(ErrorCode.RING_TOO_SHORT, {"ring": number, "vertices": len(ring)}))
    elif tuple(ring[0][:2]) != tuple(ring[-1][:2]):
        findings.append(Finding(ErrorCode.RING_CLOSED, {"ring": number}))
    return findings


def _refuses(findings: Sequence[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


def examine(geometry: BaseGeometry | None) -> list[Finding]:
    """List what is wrong with a geometry in degrees: errors refuse it, warnings say what a repair would change."""
    if geometry is None or geometry.is_empty:
        return [Finding(ErrorCode.SHAPE_EMPTY)]
    coordinates = shapely.get_coordinates(geometry)
    outside = ~(np.abs(coordinates) <= (180.0, 90.0)).all(axis=1)
    if outside.any():
        lon, lat = coordinates[outside][0]
        return [Finding(ErrorCode.COORDINATE_OUT_OF_RANGE, {"bounds": f"{lon:.6g}, {lat:.6g}"})]
    if geometry.geom_type == "Point":
        return []
    if geometry.geom_type not in ("Polygon", "MultiPolygon"):
        return [Finding(ErrorCode.SHAPE_UNREADABLE, {"problem": geometry.geom_type})]
    return _area_findings(geometry)


def _area_findings(geometry: BaseGeometry) -> list[Finding]:
    rings = shapely.get_rings(geometry)
    short = [at for at, ring in enumerate(rings, 1) if len(np.unique(shapely.get_coordinates(ring), axis=0)) < 3]
    if short:
        return [Finding(ErrorCode.RING_TOO_SHORT, {"ring": short[0], "vertices": len(rings[short[0] - 1].coords)})]
    findings = []
    repeated = len(shapely.get_coordinates(geometry)) - len(shapely.get_coordinates(_without_repeats(geometry)))
    if repeated:
        findings.append(Finding(ErrorCode.RING_REPEATS_VERTICES, {"count": repeated}))
    if not geometry.is_valid:
        findings.append(_crossing(geometry))
    return findings


def _crossing(geometry: BaseGeometry) -> Finding:
    mended = _mended(geometry)
    if mended.is_empty:
        return Finding(ErrorCode.SHAPE_WITHOUT_AREA)
    details = {"reason": shapely.is_valid_reason(geometry), "area_m2": f"{geodesic_area_m2(mended):,.0f}"}
    return Finding(ErrorCode.SHAPE_REPAIRED, details)


def _without_repeats(geometry: BaseGeometry) -> BaseGeometry:
    return shapely.remove_repeated_points(geometry, REPEATED_DEGREES / 2)


def _mended(geometry: BaseGeometry) -> BaseGeometry:
    """Rebuild a self-crossing polygon by its structure; lines and points that fall out of it have no area."""
    mended = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    areas = [part for part in shapely.get_parts(mended) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(areas) if len(areas) != 1 else areas[0]


def repair(geometry: BaseGeometry | None) -> tuple[BaseGeometry | None, list[Finding]]:
    """Mend a geometry in degrees, with the findings that say what was changed; None where it is refused."""
    findings = examine(geometry)
    if geometry is None or _refuses(findings):
        return None, findings
    if any(finding.error is ErrorCode.RING_REPEATS_VERTICES for finding in findings):
        geometry = _without_repeats(geometry)
    return (geometry if geometry.is_valid else _mended(geometry)), findings


def check_shape(geometry: BaseGeometry | None) -> None:
    """Refuse a geometry that cannot be land.

    Raises
    ------
    LandreleaseError
        With every finding of severity error.
    """
    refused = [finding for finding in examine(geometry) if finding.severity is Severity.ERROR]
    if refused:
        raise LandreleaseError(refused)
