"""Traverses: a perimeter walked as legs of bearing and distance, and how far it misses its start."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

import shapely

from landrelease.errors import ErrorCode, Finding, LandreleaseError, Severity
from landrelease.geo.geodesic import GEOD
from landrelease.geo.shapes import UNITS_A_DEGREE

Place = tuple[float, float]
"""Longitude and latitude, degrees."""


class North(StrEnum):
    """What bearings are measured from."""

    TRUE = "true"
    MAGNETIC = "magnetic"


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg: bearing in degrees clockwise from north, distance in metres."""

    bearing_degrees: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class Traverse:
    """A perimeter as it was walked.

    Attributes
    ----------
    start
        Longitude and latitude of the start point, degrees.
    legs
        In walking order; the last one is meant to end at the start.
    north
        What the bearings are measured from.
    declination_degrees
        Magnetic declination, east positive; added to magnetic bearings, ignored for true ones.

    Raises
    ------
    LandreleaseError
        LR3022 magnetic without declination, LR3023 a leg out of range, LR3026 fewer than three legs.
    """

    start: Place
    legs: tuple[Leg, ...]
    north: North = North.TRUE
    declination_degrees: float | None = None

    def __post_init__(self) -> None:
        findings = [
            Finding(ErrorCode.LEG_INVALID, {"leg": n, "bearing": leg.bearing_degrees, "distance_m": leg.distance_m})
            for n, leg in enumerate(self.legs, 1)
            if not (0 <= leg.bearing_degrees < 360 and leg.distance_m > 0)
        ]
        if self.north is North.MAGNETIC and self.declination_degrees is None:
            findings.append(Finding(ErrorCode.DECLINATION_MISSING))
        if len(self.legs) < 3:
            findings.append(Finding(ErrorCode.LEGS_TOO_FEW, {"count": len(self.legs)}))
        if findings:
            raise LandreleaseError(findings)

    @property
    def correction_degrees(self) -> float:
        """What is added to each bearing to count it from true north."""
        return (self.declination_degrees or 0.0) if self.north is North.MAGNETIC else 0.0

    @property
    def perimeter_m(self) -> float:
        """Sum of the distances, metres."""
        return sum(leg.distance_m for leg in self.legs)


@dataclass(frozen=True, slots=True)
class Walk:
    """A traverse laid out on the ellipsoid.

    Attributes
    ----------
    vertices
        Start and the end of each leg, degrees; one more than there are legs.
    closure_error_m
        Distance from the end of the last leg to the start.
    perimeter_m
        Sum of the distances.
    """

    vertices: tuple[Place, ...]
    closure_error_m: float
    perimeter_m: float

    @property
    def closure_permille(self) -> float:
        """Closure error against the perimeter, permille."""
        return 1000 * self.closure_error_m / self.perimeter_m

    def polygon(self, adjust: bool = True) -> shapely.Polygon:
        """Close the ring at the start; `adjust` spreads the error over the legs by their length (the compass rule)."""
        share = self._shares() if adjust else [0.0] * len(self.vertices)
        gap = [self.vertices[0][axis] - self.vertices[-1][axis] for axis in (0, 1)]
        moved = [(x + part * gap[0], y + part * gap[1]) for (x, y), part in zip(self.vertices, share, strict=True)]
        return shapely.Polygon([*moved[:-1], moved[0]])

    def _shares(self) -> list[float]:
        lon, lat = zip(*self.vertices, strict=True)
        walked = [0.0]
        for length in GEOD.line_lengths(lon, lat):
            walked.append(walked[-1] + length)
        return [metres / walked[-1] for metres in walked]


def walk(traverse: Traverse) -> Walk:
    """Lay the legs out one after the other as geodesics (PROJ's direct problem)."""
    vertices = [traverse.start]
    for leg in traverse.legs:
        bearing = leg.bearing_degrees + traverse.correction_degrees
        lon, lat, _ = GEOD.fwd(*vertices[-1], bearing, leg.distance_m)
        vertices.append((float(lon), float(lat)))
    _, _, gap = GEOD.inv(*vertices[-1], *vertices[0])
    return Walk(tuple(vertices), float(gap), traverse.perimeter_m)


def traverse_findings(
    traverse: Traverse, tolerance_permille: float, maximum_leg_m: float, intermediate_point_m: float
) -> list[Finding]:
    """List closure beyond tolerance (error), over-long legs (warning) and legs that want intermediate points (note).

    Parameters come from the standards profile, section ``land``.
    """
    walked = walk(traverse)
    findings = [
        finding
        for number, leg in enumerate(traverse.legs, 1)
        for finding in _leg_findings(number, leg.distance_m, maximum_leg_m, intermediate_point_m)
    ]
    if walked.closure_permille > tolerance_permille:
        details = {"closure_m": f"{walked.closure_error_m:.2f}", "permille": f"{walked.closure_permille:.1f}"}
        details |= {"perimeter_m": f"{walked.perimeter_m:.1f}", "tolerance": f"{tolerance_permille:g}"}
        findings.insert(0, Finding(ErrorCode.TRAVERSE_OPEN, details))
    return findings


def _leg_findings(number: int, distance_m: float, maximum_m: float, intermediate_m: float) -> list[Finding]:
    for error, limit in ((ErrorCode.LEG_LONG, maximum_m), (ErrorCode.LEG_NEEDS_INTERMEDIATE_POINT, intermediate_m)):
        if distance_m > limit:
            return [Finding(error, {"leg": number, "distance_m": f"{distance_m:.1f}", "maximum_m": f"{limit:g}"})]
    return []


def check_traverse(
    traverse: Traverse, tolerance_permille: float, maximum_leg_m: float, intermediate_point_m: float
) -> Walk:
    """Lay out a traverse, or refuse it.

    Raises
    ------
    LandreleaseError
        LR3021 where it misses its start by more than the tolerance.
    """
    findings = traverse_findings(traverse, tolerance_permille, maximum_leg_m, intermediate_point_m)
    refused = [finding for finding in findings if finding.severity is Severity.ERROR]
    if refused:
        raise LandreleaseError(refused)
    return walk(traverse)


def traverse_from_entered(entered: Mapping[str, Any]) -> Traverse:
    """Make the traverse of a body's ``entered`` part (centidegrees, cm, 1e-7 degree)."""
    declination = entered.get("declination_centidegrees")
    lon, lat = entered["start"]
    legs = tuple(Leg(leg["bearing_centidegrees"] / 100, leg["distance_cm"] / 100) for leg in entered["legs"])
    return Traverse(
        (lon / UNITS_A_DEGREE, lat / UNITS_A_DEGREE),
        legs,
        North(entered.get("north") or "true"),
        None if declination is None else declination / 100,
    )


def entered_from_traverse(traverse: Traverse, crs: Literal["EPSG:4326"] = "EPSG:4326") -> dict[str, Any]:
    """Make a body's ``entered`` part: the raw legs beside the derived shape, with the closure error."""
    entered: dict[str, Any] = {
        "crs": crs,
        "start": [round(degrees * UNITS_A_DEGREE) for degrees in traverse.start],
        "legs": [
            {
                "bearing_centidegrees": round(leg.bearing_degrees * 100) % 36_000,
                "distance_cm": round(leg.distance_m * 100),
            }
            for leg in traverse.legs
        ],
        "north": traverse.north.value,
        "closure_error_cm": round(walk(traverse).closure_error_m * 100),
    }
    if traverse.declination_degrees is not None:
        entered["declination_centidegrees"] = round(traverse.declination_degrees * 100)
    return entered
