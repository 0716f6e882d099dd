"""What official statements do to land: each is read into events with a shape in the plane, and findings.

A progress report does nothing to land; only a completion clears (standards 4.6, invariants 4 and 14).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, Finding
from landrelease.geo.plane import to_plane
from landrelease.geo.shapes import shapes_from_bodies
from landrelease.geo.validity import repair
from landrelease.land.dates import first_day, last_day
from landrelease.land.states import Axis, Requirement, unmet
from landrelease.profile import Profile
from landrelease.record.entry import Entry
from landrelease.terms import ReleaseRoute, ReleaseStatus


class Action(StrEnum):
    """What an event does to the land that it covers."""

    OPEN = "open"
    ADD = "add"
    REMOVE = "remove"
    CREDIT = "credit"
    RELEASE = "release"
    HAND_OVER = "hand_over"
    REOPEN = "reopen"


Order = tuple[str, str, str]
"""Day on the ground, time of recording, hash: the order in which statements count, whatever the order of arrival."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that one statement does to land.

    Attributes
    ----------
    entry
        Hash of the statement.
    area
        Area that it names.
    ground_on
        ISO day when it held on the ground: the first day of an outline, the last day of work.
    approved_on
        ISO day of the accepting review, or `ground_on` where no review is known.
    recorded
        When the statement was recorded, RFC 3339.
    shape
        Polygon in the plane; None covers all land of the area (decisions only).
    route
        How a credit resolves land.
    routes
        Parts that a decision is limited to; empty is all.
    """

    entry: str
    area: str
    action: Action
    ground_on: str
    approved_on: str
    recorded: str
    shape: BaseGeometry | None
    route: ReleaseRoute | None = None
    routes: tuple[ReleaseRoute, ...] = ()

    @property
    def order(self) -> Order:
        """Sort key."""
        return self.ground_on, self.recorded, self.entry


@dataclass(frozen=True, slots=True)
class Approved:
    """An official statement and, where known, the day of its accepting review."""

    entry: Entry
    approved_on: str | None = None


@dataclass(frozen=True, slots=True)
class _Draft:
    """An event whose shape is still a body of integers."""

    given: Approved
    area: str
    action: Action
    body_shape: Mapping[str, Any] | None = None
    route: ReleaseRoute | None = None
    routes: tuple[ReleaseRoute, ...] = ()
    reported_m2: int | None = None


Reading = tuple[list[_Draft], list[Finding]]

LAND_KINDS: tuple[str, ...] = (
    "hazard.report", "boundary.change", "survey.nts", "survey.ts", "clearance.report", "release.decision", "handover",
)  # fmt: skip
"""Kinds of statement that change land."""

BLOCKING = frozenset({Requirement.DEPTH_STATED, Requirement.DEPTH_REACHED, Requirement.FULL_COVERAGE})
"""Without these nothing counts as cleared (invariant 4); what else is missing is a warning, for the gate to refuse."""


@dataclass(frozen=True, slots=True)
class Read:
    """Events and findings of statements; a finding belongs to the area named."""

    events: list[Event]
    findings: list[tuple[str, str, Finding]]
    """Area, entry, finding."""


def read_events(given: Sequence[Approved], profile: Profile) -> Read:
    """Read statements into events, all shapes converted together.

    Parameters
    ----------
    given
        Official statements of `LAND_KINDS`, in any order.
    """
    drafts: list[_Draft] = []
    findings: list[tuple[str, str, Finding]] = []
    for each in given:
        made, found = _READERS[each.entry.kind](each, profile)
        drafts += made
        findings += [(area_of(each.entry), each.entry.hash, finding) for finding in found]
    events, more = _with_shapes(drafts, profile.land.reported_area_tolerance_permille)
    return Read(events, findings + more)


def area_of(entry: Entry) -> str:
    """Area that a statement of `LAND_KINDS` is about."""
    return entry.subject if entry.kind == "hazard.report" else str(entry.body["area"])


def _finding(error: ErrorCode, entry: Entry, **details: object) -> Finding:
    return Finding(error, {"area": area_of(entry), "entry": entry.hash[:12], **details})


def _outline(given: Approved, _: Profile) -> Reading:
    entry = given.entry
    if "shape" not in entry.body:
        return [], [_finding(ErrorCode.AREA_WITHOUT_POLYGON, entry)] if _is_area(entry) else []
    reported = entry.body.get("estimated_area_m2")
    return [_Draft(given, entry.subject, Action.OPEN, entry.body["shape"], reported_m2=reported)], []


def _is_area(entry: Entry) -> bool:
    return bool(entry.body.get("hazard_kind", "area") == "area")


def _boundary(given: Approved, _: Profile) -> Reading:
    body = given.entry.body
    pairs = ((Action.ADD, "added"), (Action.REMOVE, "removed"))
    return [_Draft(given, body["area"], action, body[name]) for action, name in pairs if name in body], []


def _survey(given: Approved, profile: Profile) -> Reading:
    body = given.entry.body
    met = {Requirement.NTS_REPORT, Requirement.NO_DIRECT_EVIDENCE}  # evidence is looked at on the parts, in areas.py
    if len(body.get("criteria", ())) >= profile.release.cancellation_criteria:
        met.add(Requirement.CRITERIA_TICKED)
    return _credit(given, ReleaseRoute.CANCELLED, "cancelled", met)


def _technical_survey(given: Approved, _: Profile) -> Reading:
    body = given.entry.body
    met = {Requirement.TS_REPORT, Requirement.METHOD_STATED}
    met |= {Requirement.COVERAGE_STATED} if "coverage_permille" in body else set()
    met |= {Requirement.NO_INDICATION} if not _indications(body) else set()
    return _credit(given, ReleaseRoute.REDUCED, "reduced", met)


def _indications(body: Mapping[str, Any]) -> bool:
    """Whether a positive sector overlaps the reduced polygon, or a find lies in it."""
    marks = [sector["shape"] for sector in body.get("sectors", ()) if sector["result"] == "positive"]
    marks += [find["shape"] for find in body.get("finds", ()) if "shape" in find]
    if not marks or "reduced" not in body:
        return False
    reduced, *shapes = (repair(shape)[0] for shape in shapes_from_bodies([body["reduced"], *marks]))
    return reduced is not None and any(shape is not None and _inside(shape, reduced) for shape in shapes)


def _inside(shape: BaseGeometry, polygon: BaseGeometry) -> bool:
    return bool(shape.intersects(polygon) and not shape.touches(polygon))


def _clearance(given: Approved, profile: Profile) -> Reading:
    body = given.entry.body
    if body["stage"] != "completion":
        return [], []
    met = {Requirement.COMPLETION_REPORT, Requirement.METHOD_STATED}
    depth, coverage = body.get("depth_cm"), body.get("coverage_permille")
    met |= {Requirement.DEPTH_STATED} if depth is not None else set()
    met |= {Requirement.DEPTH_REACHED} if (depth or 0) >= profile.land.required_depth_cm else set()
    met |= {Requirement.FULL_COVERAGE} if (coverage or 0) >= profile.release.coverage_permille else set()
    left = any(find.get("destroyed", find["quantity"]) < find["quantity"] for find in body.get("finds", ()))
    met |= set() if left else {Requirement.FINDS_DISPOSED}
    return _credit(given, ReleaseRoute.CLEARED, "cleared", met)


def _credit(given: Approved, route: ReleaseRoute, field: str, met: set[Requirement]) -> Reading:
    entry, body = given.entry, given.entry.body
    reported = body.get(f"{field}_area_m2")
    if field not in body:
        if not reported:
            return [], []
        return [], [_finding(ErrorCode.CREDIT_WITHOUT_POLYGON, entry, route=route.label, reported_m2=f"{reported:,}")]
    lacking = unmet(Axis.RELEASE, ReleaseStatus.UNRESOLVED, ReleaseStatus(route.value), met)
    refused = [need for need in lacking if need in BLOCKING]
    error = ErrorCode.CREDIT_REFUSED if refused else ErrorCode.CREDIT_INCOMPLETE
    findings = [_finding(error, entry, route=route.label, requirement=need.label) for need in refused or lacking]
    draft = _Draft(given, body["area"], Action.CREDIT, body[field], route, reported_m2=reported)
    return [] if refused else [draft], findings


_DECISIONS = {
    "release": (Action.RELEASE, ReleaseStatus.RELEASED),
    "hand_over": (Action.HAND_OVER, ReleaseStatus.HANDED_OVER),
    "reopen": (Action.REOPEN, ReleaseStatus.REOPENED),
}


def _decision(given: Approved, _: Profile) -> Reading:
    body = given.entry.body
    if body["decision"] not in _DECISIONS:
        return [], []
    action, state = _DECISIONS[body["decision"]]
    if body["to"] != state.value:
        to = next(each.label for each in ReleaseStatus if each.value == body["to"])
        return [], [_finding(ErrorCode.DECISION_CONTRADICTS, given.entry, decision=body["decision"], to=to)]
    routes = tuple(ReleaseRoute(route) for route in body.get("routes", ()))
    return [_Draft(given, body["area"], action, body.get("shape"), routes=routes)], []


def _handover(given: Approved, _: Profile) -> Reading:
    """Land changes hands by the statement of the handover itself; it names the decision that released it."""
    body = given.entry.body
    return [_Draft(given, body["area"], Action.HAND_OVER, body.get("shape"))], []


_READERS = {
    "hazard.report": _outline,
    "boundary.change": _boundary,
    "survey.nts": _survey,
    "survey.ts": _technical_survey,
    "clearance.report": _clearance,
    "release.decision": _decision,
    "handover": _handover,
}


def _with_shapes(drafts: list[_Draft], tolerance_permille: float) -> tuple[list[Event], list[tuple[str, str, Finding]]]:
    shapes = shapes_from_bodies(draft.body_shape for draft in drafts)
    findings = list(_mend(drafts, shapes))
    present = np.array([shape is not None for shape in shapes], dtype=bool)
    shapes[present] = to_plane(shapes[present])
    findings += _area_findings(drafts, shapes, tolerance_permille)
    kept = (draft.body_shape is None or shape is not None for draft, shape in zip(drafts, shapes, strict=True))
    pairs = zip(drafts, shapes, kept, strict=True)
    return [_event(draft, shape) for draft, shape, keep in pairs if keep], findings


def _mend(drafts: list[_Draft], shapes: Any) -> Iterator[tuple[str, str, Finding]]:
    """Repair in place what is not valid, with a finding each; what cannot be repaired becomes None."""
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    for at in np.flatnonzero(broken):
        shapes[at], found = repair(shapes[at])
        draft = drafts[at]
        for finding in found:
            yield draft.area, draft.given.entry.hash, finding


def _area_findings(drafts: list[_Draft], shapes: Any, tolerance: float) -> Iterable[tuple[str, str, Finding]]:
    """Reported m² that differ from the polygon by more than the tolerance (invariant 17)."""
    for draft, polygon_m2 in zip(drafts, shapely.area(shapes), strict=True):
        reported = draft.reported_m2
        if reported is not None and abs(reported - polygon_m2) * 1000 > tolerance * polygon_m2:
            figures = {
                "reported_m2": f"{reported:,}",
                "polygon_m2": f"{polygon_m2:,.0f}",
                "tolerance": f"{tolerance:g}",
            }
            finding = _finding(ErrorCode.REPORTED_AREA_DIFFERS, draft.given.entry, **figures)
            yield draft.area, draft.given.entry.hash, finding


def ground_day(entry: Entry) -> str:
    """ISO day from which a statement of `LAND_KINDS` counts: the first day of an outline, the last day of work."""
    if entry.kind == "hazard.report":
        return first_day(entry.valid_from)
    return last_day(entry.valid_to or entry.valid_from)


def _event(draft: _Draft, shape: BaseGeometry | None) -> Event:
    given, entry = draft.given, draft.given.entry
    ground = ground_day(entry)
    approved = given.approved_on or ground
    return Event(
        entry.hash, draft.area, draft.action, ground, approved, entry.recorded, shape, draft.route, draft.routes
    )
