"""Transects laid over ground: parallel, square and rectangular sets, clipped to the ground, in walking order.

Positions on the ground are random or fixed only by the offset of each set; the chances of methods A3 ask for a random
offset. Bearings are true and lengths geodesic; a magnetic bearing needs the declination.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.geo.crs import WGS84
from landrelease.geo.geodesic import GEOD
from landrelease.i18n import _
from landrelease.survey.ground import Floats, SurveyGround
from landrelease.survey.target import TransectSpacing, check

Place = tuple[float, float]
"""Longitude and latitude, degrees."""


@dataclass(frozen=True, slots=True)
class Move:
    """A straight way from one place to another: metres, true bearing, and whether it stays on walkable ground."""

    length_m: float
    bearing_degrees: float
    inside: bool = True

    def magnetic_degrees(self, declination_degrees: float) -> float:
        """Bearing by the compass, where the declination is east positive."""
        return (self.bearing_degrees - declination_degrees) % 360


@dataclass(frozen=True, slots=True)
class TransectLeg:
    """One straight piece of a transect.

    Attributes
    ----------
    number
        In walking order, from 1; its turning points are ``2 number - 1`` and ``2 number``.
    set_number, transect
        Which of the sets of parallel transects, and which transect of it, both from 1.
    start, end
        Longitude and latitude, degrees.
    along
        The leg itself.
    onward
        The way from its end to the start of the next leg; None after the last one.
    """

    number: int
    set_number: int
    transect: int
    start: Place
    end: Place
    along: Move
    onward: Move | None = None


@dataclass(frozen=True)
class TransectDesign:
    """Transects over a piece of ground.

    Attributes
    ----------
    ground, spacing
        What they were made for.
    bearing_degrees
        True bearing of the first set.
    legs
        In walking order.
    lines
        The same on the plane of the ground.
    length_m
        Sum of the legs.
    covered_m2, walkable_m2
        Ground that the swaths cover, and ground that can be walked; overlaps count once.
    findings
        LR5014 pieces left out, LR5015 moves that leave the ground.
    """

    ground: SurveyGround
    spacing: TransectSpacing
    bearing_degrees: float
    legs: tuple[TransectLeg, ...]
    lines: tuple[shapely.LineString, ...]
    length_m: float
    covered_m2: float
    walkable_m2: float
    findings: tuple[Finding, ...] = ()

    @property
    def covered_share(self) -> float:
        """Share of the walkable ground that the swaths cover."""
        return self.covered_m2 / self.walkable_m2

    @property
    def onward_m(self) -> float:
        """Sum of the moves between legs."""
        return sum(leg.onward.length_m for leg in self.legs if leg.onward)

    def legs_frame(self, declination_degrees: float | None = None) -> gpd.GeoDataFrame:
        """Legs as lines in WGS 84 with lengths and bearings; the magnetic bearing where the declination is given."""
        rows = [
            {
                "leg": leg.number, "set": leg.set_number, "transect": leg.transect,
                "length_m": round(leg.along.length_m, 2), "bearing_true": round(leg.along.bearing_degrees, 2),
                "bearing_magnetic": _magnetic(leg.along, declination_degrees),
                "onward_m": None if leg.onward is None else round(leg.onward.length_m, 2),
                "onward_true": None if leg.onward is None else round(leg.onward.bearing_degrees, 2),
                "onward_inside": None if leg.onward is None else leg.onward.inside,
                "swath_m": self.spacing.swath_m,
            }
            for leg in self.legs
        ]  # fmt: skip
        shapes = [shapely.LineString([leg.start, leg.end]) for leg in self.legs]
        return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=WGS84)

    def points_frame(self) -> gpd.GeoDataFrame:
        """Turning points in WGS 84, in walking order, named T1, T2, ..."""
        rows = [
            (f"T{2 * leg.number - 1 + end}", leg.number, _("end") if end else _("start"), shapely.Point(place))
            for leg in self.legs
            for end, place in enumerate((leg.start, leg.end))
        ]
        return gpd.GeoDataFrame(rows, columns=["name", "leg", "role", "geometry"], geometry="geometry", crs=WGS84)

    def swaths(self) -> BaseGeometry:
        """Ground that the swaths cover, on the plane."""
        return _swaths(self.lines, self.spacing.swath_m, self.ground.walkable)


def design_transects(
    ground: SurveyGround, spacing: TransectSpacing, *, bearing_degrees: float | None = None,
    start_line: shapely.LineString | None = None, offset_share: float | None = None, seed: int = 1,
    least_leg_m: float | None = None,
) -> TransectDesign:  # fmt: skip
    """Lay transects over ground.

    Parameters
    ----------
    bearing_degrees
        True bearing of the first set; None for the longest side of the ground, which needs the fewest turns.
    start_line
        A line in degrees from which the first set leaves at right angles, the first transect at its first end; then
        each leg starts at the line's side and no bearing is given.
    offset_share
        Where the first swath of each set begins, as a share of the pitch; None draws it from the seed, as the chances
        to cross ask for.
    least_leg_m
        Shorter pieces are left out and counted; None for the width of the swath.

    Raises
    ------
    LandreleaseError
        LR5001 for a parameter out of range, LR5011 where no transect lies inside the ground.
    """
    check("start_line", "-", start_line is None or bearing_degrees is None, _("a line or a bearing, not both"))
    check("offset_share", offset_share, offset_share is None or 0 <= offset_share < 1, _("at least 0 and below 1"))
    least = spacing.swath_m if least_leg_m is None else least_leg_m
    check("least_leg_m", least, least >= 0, _("at least 0"))
    frame = _frame_of(ground, bearing_degrees, start_line)
    shares = np.random.default_rng(seed).random(2) if offset_share is None else np.full(2, offset_share)
    pieces: list[tuple[int, int, shapely.LineString]] = []
    dropped: list[float] = []
    for number, gap_m in enumerate(spacing.gaps_m):
        turned = frame if number == 0 else frame.turned()
        pieces += [
            (number + 1, *piece) for piece in _one_set(ground, turned, gap_m, spacing, shares[number], least, dropped)
        ]
    if not pieces:
        raise fail(
            ErrorCode.NO_TRANSECT,
            pitch_m=f"{spacing.spacing_m + spacing.swath_m:g}",
            width_m=f"{frame.width(ground):.1f}",
        )
    legs = tuple(_legs(ground, pieces))
    lines = tuple(line for _set, _number, line in pieces)
    covered = _swaths(lines, spacing.swath_m, ground.walkable).area
    total = sum(leg.along.length_m for leg in legs)
    found = tuple(_findings(legs, dropped, least))
    return TransectDesign(
        ground, spacing, legs[0].along.bearing_degrees, legs, lines, total, covered, ground.walkable.area, found
    )


@dataclass(frozen=True)
class _Frame:
    """Axes of a set: a corner, the unit vector along its transects, and how far the set reaches across them."""

    corner: Floats
    along: Floats
    reach_m: float | None = None
    outward: bool = False

    @property
    def across(self) -> Floats:
        """Unit vector across the transects, to their right."""
        return np.array([self.along[1], -self.along[0]])

    def turned(self) -> "_Frame":
        """Return the axes of the second set."""
        return _Frame(self.corner, self.across)

    def extent(self, geometry: BaseGeometry) -> tuple[float, float, float, float]:
        """Least and greatest distance of a geometry across and along, from the corner."""
        places = shapely.get_coordinates(geometry) - self.corner
        across, along = places @ self.across, places @ self.along
        return float(across.min()), float(across.max()), float(along.min()), float(along.max())

    def width(self, ground: SurveyGround) -> float:
        """Extent of the walkable ground across the transects, metres."""
        low, high, *_rest = self.extent(ground.walkable)
        return high - low


def _frame_of(ground: SurveyGround, bearing: float | None, start_line: shapely.LineString | None) -> _Frame:
    middle = np.array(ground.outline.centroid.coords[0])
    if start_line is not None:
        check("start_line", start_line.geom_type, start_line.length > 0, _("a line with a length"))
        ends = shapely.get_coordinates(ground.plane(start_line))[[0, -1]]
        along = np.array([ends[0, 1] - ends[1, 1], ends[1, 0] - ends[0, 0]])
        reach = float(np.hypot(*along))
        along = along / reach
        if (middle - ends[0]) @ along < 0:
            return _Frame(ends[0], -along, -reach, outward=True)
        return _Frame(ends[0], along, reach, outward=True)
    if bearing is not None:
        check("bearing_degrees", bearing, 0 <= bearing < 360, _("at least 0 and below 360"))
        return _Frame(middle, ground.direction(bearing))
    corners = shapely.get_coordinates(ground.outline.minimum_rotated_rectangle)
    sides = np.diff(corners[:3], axis=0)
    side = sides[np.argmax(np.hypot(*sides.T))]
    along = side / np.hypot(*side)
    return _Frame(middle, along if (along[1], along[0]) > (0, 0) else -along)


def _one_set(
    ground: SurveyGround,
    frame: _Frame,
    gap_m: float,
    spacing: TransectSpacing,
    share: float,
    least: float,
    dropped: list[float],
) -> Iterator[tuple[int, shapely.LineString]]:
    """Pieces of one set in walking order: to and fro, or all outward from a start line."""
    low, high, bottom, top = frame.extent(ground.walkable)
    pitch = gap_m + spacing.swath_m
    begin = low - spacing.swath_m
    if frame.reach_m is not None:  # counted from the start line's first end, on the line only
        begin, high = sorted((0.0, frame.reach_m))
    centres = np.arange(begin + share * pitch + spacing.swath_m / 2, high, pitch)
    ends = [frame.corner + np.outer(centres, frame.across) + along * frame.along for along in (bottom - 1, top + 1)]
    lines = shapely.linestrings(np.stack(ends, axis=1)) if len(centres) else np.array([], dtype=object)
    walked = 0
    for clipped in shapely.intersection(lines, ground.walkable):
        found = [part for part in shapely.get_parts(clipped) if part.geom_type == "LineString"]
        dropped += [part.length for part in found if part.length < least]
        found = sorted((_toward(part, frame.along) for part in found if part.length >= least),
                       key=lambda part: float(np.array(part.coords[0]) @ frame.along))  # fmt: skip
        if not found:
            continue
        walked += 1
        if walked % 2 == 0 and not frame.outward:
            found = [shapely.reverse(part) for part in reversed(found)]
        yield from ((walked, part) for part in found)


def _toward(line: shapely.LineString, along: Floats) -> shapely.LineString:
    """Return a straight line from its first to its last end, in a direction."""
    ends = shapely.get_coordinates(line)[[0, -1]]
    return shapely.LineString(ends if (ends[1] - ends[0]) @ along >= 0 else ends[::-1])


def _legs(ground: SurveyGround, pieces: Sequence[tuple[int, int, shapely.LineString]]) -> Iterator[TransectLeg]:
    degrees = ground.degrees(shapely.multilinestrings([line for *_which, line in pieces]))
    ends = [tuple((float(x), float(y)) for x, y in line.coords) for line in degrees.geoms]
    near = ground.walkable.buffer(0.01)  # a move along the edge stays on the ground
    shapely.prepare(near)
    for at, ((set_number, transect, line), (start, end)) in enumerate(zip(pieces, ends, strict=True)):
        onward = None
        if at + 1 < len(pieces):
            way = shapely.LineString([line.coords[-1], pieces[at + 1][2].coords[0]])
            onward = _move(end, ends[at + 1][0], bool(shapely.covers(near, way)))
        yield TransectLeg(at + 1, set_number, transect, start, end, _move(start, end), onward)


def _move(start: Place, end: Place, inside: bool = True) -> Move:
    forward, _back, length = GEOD.inv(*start, *end)
    return Move(float(length), float(forward % 360), inside)


def _swaths(lines: Sequence[shapely.LineString], swath_m: float, walkable: BaseGeometry) -> BaseGeometry:
    strips = shapely.buffer(np.array(lines, dtype=object), swath_m / 2, cap_style="flat")
    return shapely.intersection(shapely.union_all(strips), walkable)


def _findings(legs: Sequence[TransectLeg], dropped: Sequence[float], least: float) -> Iterator[Finding]:
    if dropped:
        details = {"count": len(dropped), "least_m": f"{least:g}", "length_m": f"{sum(dropped):.1f}"}
        yield Finding(ErrorCode.LEGS_DROPPED, details)
    outside = sum(leg.onward is not None and not leg.onward.inside for leg in legs)
    if outside:
        yield Finding(ErrorCode.LINKS_OUTSIDE, {"count": outside, "total": len(legs) - 1})


def _magnetic(move: Move, declination_degrees: float | None) -> float | None:
    return None if declination_degrees is None else round(move.magnetic_degrees(declination_degrees), 2)
