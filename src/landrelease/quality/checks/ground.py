"""Ground that reports say was searched: against the receiver's track, against depth readings, against other reports."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode
from landrelease.geo.crs import from_wgs84, local_equal_area
from landrelease.geo.plane import to_plane
from landrelease.geo.shapes import shape_from_body
from landrelease.profile import Profile
from landrelease.quality.checks.asks import Ask, rounded_chance, shown_chance
from landrelease.record.entry import Entry
from landrelease.terms import ReportStage

if TYPE_CHECKING:
    from landrelease.record.register import Register

GROUND_OF = {"work_day": "searched", "clearance.report": "cleared", "survey.ts": "reduced"}
"""Field of each kind of report that outlines the ground it is about."""
_DEGREE = 1e-7


@dataclass(frozen=True)
class Report:
    """A report with the ground that it outlines."""

    entry: Entry

    @cached_property
    def ground(self) -> BaseGeometry | None:
        """Ground in WGS 84; None where it is not outlined."""
        body = self.entry.body.get(GROUND_OF[self.entry.kind])
        return shape_from_body(body) if body else None

    @property
    def day(self) -> str:
        """Last day that it is about."""
        return self.entry.valid_to or self.entry.valid_from

    @property
    def subject(self) -> str:
        """Team where it names one, else what it is about."""
        return self.entry.body.get("team") or self.entry.subject

    def ask(self, code: ErrorCode, details: Mapping[str, object], *others: str) -> Ask:
        """A question about it."""
        body = self.entry.body
        told = {"subject": self.subject, "day": self.day, **details}
        team = self.entry.subject if self.entry.kind == "work_day" else body.get("team")
        return Ask(code, told, (self.entry.hash, *others), self.day, team, body.get("area"), self.entry.organisation)


def reports(register: "Register", *kinds: str) -> Iterator[Report]:
    """Yield official reports of some kinds; of all that outline ground by default."""
    for kind in kinds or GROUND_OF:
        yield from map(Report, register.entries(kind))


def track_asks(register: "Register", profile: Profile) -> Iterator[Ask]:
    """Ask about ground farther from the track than a lane and the receiver's error, and about tracks outside it.

    Reports without a track or without an outline are passed over: there is nothing to compare.
    """
    for report in reports(register, "work_day", "clearance.report"):
        lines = report.entry.body.get("track")
        if lines and report.ground is not None:
            yield from _track(report, report.ground, lines, profile)


def off_track(ground: BaseGeometry, track: BaseGeometry, distance_m: float) -> tuple[float, float]:
    """Compare ground with a track, both in one metric system.

    Returns
    -------
    tuple of float
        Share of the ground's area farther than the distance from the track, and share of the track's length farther
        than the distance outside the ground (of a track without length: of its points).
    """
    far = ground.difference(track.buffer(distance_m)).area / ground.area if ground.area else 0.0
    near = ground.buffer(distance_m)
    if track.length:
        return far, track.difference(near).length / track.length
    points = shapely.points(shapely.get_coordinates(track))
    return far, 1 - float(np.mean(shapely.intersects(near, points)))


def _track(report: Report, ground: BaseGeometry, lines: list[list[Any]], profile: Profile) -> Iterator[Ask]:
    checks = profile.checks
    x_min, y_min, x_max, y_max = ground.bounds
    crs = local_equal_area([x_min, x_max], [y_min, y_max])
    parts = [np.asarray(line, dtype=np.float64) * _DEGREE for line in lines]
    drawn = [shapely.LineString(line) if len(line) > 1 else shapely.Point(line[0]) for line in parts]
    track = from_wgs84(shapely.union_all(drawn), crs)
    distance = checks.lane_m + checks.track_accuracy_m
    far, outside = off_track(from_wgs84(ground, crs), track, distance)
    if far > checks.off_track_share:
        yield report.ask(ErrorCode.ASK_OFF_TRACK, {"share": f"{far * 100:.0f}", "distance": f"{distance:g}"})
    if outside > checks.track_outside_share:
        yield report.ask(ErrorCode.ASK_TRACK_OUTSIDE, {"share": f"{outside * 100:.0f}"})


def depth_asks(register: "Register", profile: Profile) -> Iterator[Ask]:
    """Ask about depth readings that are all equal, rounded, or below what is required."""
    least, required = profile.checks.depth_readings, profile.land.required_depth_cm
    for report in reports(register, "work_day", "clearance.report"):
        readings = report.entry.body.get("depths_cm") or []
        shallow = sum(depth < required for depth in readings)
        if shallow:
            yield report.ask(ErrorCode.ASK_DEPTHS_SHALLOW, {"count": shallow, "all": len(readings),
                                                            "required": f"{required:g}"})  # fmt: skip
        if len(readings) < least:
            continue
        if len(set(readings)) == 1:
            yield report.ask(ErrorCode.ASK_DEPTHS_EQUAL, {"count": len(readings), "depth": readings[0]})
            continue
        rounded = sum(depth % 5 == 0 for depth in readings)
        chance = rounded_chance(rounded, len(readings))
        if chance < profile.checks.depth_chance_share:
            yield report.ask(ErrorCode.ASK_DEPTHS_ROUNDED, {"count": rounded, "all": len(readings),
                                                            "chance": shown_chance(chance)})  # fmt: skip


def repeated_ground_asks(register: "Register", profile: Profile) -> Iterator[Ask]:
    """Ask about ground that an earlier report of the same kind and work has already.

    A completion repeats what its progress reports said: these are not compared. Each report is compared with the one
    that has most of its ground.
    """
    groups: dict[tuple[str, str], list[Report]] = defaultdict(list)
    for report in reports(register):
        body = report.entry.body
        if body.get("stage") != ReportStage.PROGRESS and report.ground is not None and not report.ground.is_empty:
            groups[report.entry.kind, body.get("activity", "")].append(report)
    for told in groups.values():
        yield from _repeated(sorted(told, key=lambda one: (one.day, one.entry.hash)), profile.checks.overlap_share)


def _repeated(told: list[Report], tolerated: float) -> Iterator[Ask]:
    shapes = to_plane(np.array([report.ground for report in told], dtype=object))
    areas, most = shapely.area(shapes), dict[int, tuple[float, int]]()
    later, earlier = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    ordered = earlier < later
    pairs = np.column_stack([later[ordered], earlier[ordered]])
    common = shapely.area(shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]]))
    for (at, other), shared in zip(pairs.tolist(), common.tolist(), strict=True):
        share = shared / areas[at] if areas[at] else 0.0
        if share > tolerated:
            most[at] = max(most.get(at, (0.0, 0)), (share, other))
    for at, (share, other) in sorted(most.items()):
        first = told[other]
        details = {"share": f"{share * 100:.0f}", "other_day": first.day, "other": first.subject}
        yield told[at].ask(ErrorCode.ASK_GROUND_TWICE, details, first.entry.hash)


def counts_by_code(asks: list[Ask]) -> dict[str, int]:
    """Count questions by the code of their finding."""
    return dict(sorted(Counter(ask.code.code for ask in asks).items()))
