"""The fold of events over faces: what happened to every square metre, in order.

The state of a point follows only from the events that cover it, in the order (day on the ground, time of recording,
hash). That makes the result independent of the order in which statements arrive, and lets one area be settled without
the others.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, Finding
from landrelease.land.arrangement import Arrangement
from landrelease.land.events import Action, Event, Order
from landrelease.land.states import ON_HAND, RESOLVED
from landrelease.terms import ReleaseRoute, ReleaseStatus

LEAST_M2 = 1.0
"""Statements carry whole m²: smaller overlaps and remainders are not listed as findings."""

OFF_HAND = tuple(state for state in ReleaseStatus if state not in ON_HAND)
"""Land that a report resolved, whatever was decided on it since."""

_RANK = {action: rank for rank, action in enumerate(Action)}

Faces = Sequence[int]


class Line(StrEnum):
    """Lines of the accounts."""

    NEW = "new"
    EXPANSION = "expansion"
    CORRECTION = "correction"
    REOPENED = "reopened"
    CANCELLED = "cancelled"
    REDUCED = "reduced"
    CLEARED = "cleared"

    @property
    def sign(self) -> int:
        """Whether the line adds to the land on hand or takes from it."""
        return -1 if self in (Line.CANCELLED, Line.REDUCED, Line.CLEARED) else 1


@dataclass(frozen=True, slots=True)
class Movement:
    """m² that one statement moved on one line; `ground_on` and `approved_on` are its two days."""

    area: str
    line: Line
    area_m2: float
    entry: str
    ground_on: str
    approved_on: str


@dataclass(frozen=True, slots=True)
class Label:
    """What all square metres of a part have in common.

    Attributes
    ----------
    report
        Statement that made the part: its outline, the report that resolved it, or the decision that reopened it.
    reported_on
        Day on the ground of that statement.
    decided_on
        Day of approval or of the decision that gave the present state; None while unresolved.
    """

    area: str
    state: ReleaseStatus
    route: ReleaseRoute | None
    report: str
    reported_on: str
    decided_on: str | None
    decision: str | None


@dataclass(frozen=True)
class Settled:
    """Result of a fold: faces of each label, movements and findings by area."""

    arrangement: Arrangement
    labelled: list[tuple[Label, list[int]]]
    movements: dict[str, list[Movement]]
    findings: dict[str, list[Finding]]


@dataclass(frozen=True)
class Agenda:
    """Events in the order in which they count, and the first outline of each of their areas."""

    events: list[Event]
    opened: Mapping[str, Event]

    @property
    def polygons(self) -> list[BaseGeometry]:
        """Shapes of the events that have one."""
        return [event.shape for event in self.events if event.shape is not None]


def agenda(events: Iterable[Event], opened: Mapping[str, Event]) -> Agenda:
    """Put events in order.

    Parameters
    ----------
    events
        In any order. Those of an area without an outline are left out; `Accounts` lists them as findings.
    opened
        First outline of each area.
    """
    counted = (event for event in events if event.area in opened)
    return Agenda(sorted(counted, key=_place_of(opened)), opened)


def settle(work: Agenda, arrangement: Arrangement) -> Settled:
    """Fold events, of whole areas and of whatever meets them, into labels of faces.

    Parameters
    ----------
    arrangement
        The ground cut by `work.polygons`.
    """
    fold, covers = _Fold(arrangement, work.opened), iter(arrangement.covered)
    for event in work.events:
        fold.take(event, next(covers) if event.shape is not None else None)
    return Settled(arrangement, fold.labelled(), fold.movements, fold.findings)


def _place_of(opened: Mapping[str, Event]) -> Callable[[Event], tuple[Order, bool, Order, int]]:
    """Order of events; a report dated before its area's outline counts right after that outline."""

    def place(event: Event) -> tuple[Order, bool, Order, int]:
        first = opened[event.area]
        return max(event.order, first.order), event is not first, event.order, _RANK[event.action]

    return place


class _Fold:
    """Mutable state of one fold: owner, state and authorship of each face.

    Plain lists: most statements cover some ten faces, for which array operations cost more than they save.
    """

    def __init__(self, arrangement: Arrangement, opened: Mapping[str, Event]) -> None:
        count = len(arrangement.faces)
        self._area_m2: list[float] = arrangement.area_m2.tolist()
        self._opened = opened
        self._owner: list[str | None] = [None] * count
        self._state = [ReleaseStatus.UNRESOLVED] * count
        self._made: list[Event | None] = [None] * count
        self._decided: list[Event | None] = [None] * count
        self._seen: set[str] = set()
        # areas beside the settled ones are folded too, as far as they bear on this ground
        self.movements: dict[str, list[Movement]] = {area: [] for area in opened}
        self.findings: dict[str, list[Finding]] = {area: [] for area in opened}

    def take(self, event: Event, faces: Faces | None) -> None:
        """Apply one event to the faces that it covers (None: all faces of its area)."""
        if event.ground_on < self._opened[event.area].ground_on:
            self._list(ErrorCode.REPORT_BEFORE_AREA, event, opened=self._opened[event.area].ground_on)
        if faces is None:
            faces = range(len(self._owner))
            _STEPS[event.action](self, event, [face for face in faces if self._owner[face] == event.area], [])
            return
        mine: list[int] = []
        free: list[int] = []
        others: dict[str, list[int]] = {}
        for face in faces:
            owner = self._owner[face]
            (mine if owner == event.area else free if owner is None else others.setdefault(owner, [])).append(face)
        for other in sorted(others):
            self._find(ErrorCode.LAND_OF_ANOTHER_AREA, event, others[other], other=other)
        _STEPS[event.action](self, event, mine, free)

    def outline(self, event: Event, mine: Faces, free: Faces) -> None:
        """First outline: new land. A later one: land that it adds is a correction, land that it leaves out stays."""
        first = event.area not in self._seen
        self._seen.add(event.area)
        self._claim(event, free, Line.NEW if first else Line.CORRECTION)
        if not first:
            covered = {*mine, *free}
            held = (face for face, owner in enumerate(self._owner) if owner == event.area and face not in covered)
            self._find(ErrorCode.OUTLINE_SMALLER, event, self._in(ON_HAND, held))

    def add(self, event: Event, _: Faces, free: Faces) -> None:
        """Boundary change that adds land."""
        self._claim(event, free, Line.EXPANSION)

    def remove(self, event: Event, mine: Faces, _: Faces) -> None:
        """Boundary change that takes unresolved land out; what a report resolved stays on its account."""
        held = self._in(ON_HAND, mine)
        self._move(event, Line.CORRECTION, held, sign=-1)
        self._find(ErrorCode.REMOVAL_OF_RESOLVED, event, self._in(OFF_HAND, mine))
        for face in held:
            self._owner[face] = None

    def credit(self, event: Event, mine: Faces, free: Faces) -> None:
        """Report that resolves land: each square metre once; clearance beyond the boundary expands the area."""
        assert event.route is not None
        held = self._in(ON_HAND, mine)
        self._find(ErrorCode.CREDITED_BEFORE, event, self._in(OFF_HAND, mine))
        if event.route is ReleaseRoute.CLEARED:
            self._claim(event, free, Line.EXPANSION)
            self._find(ErrorCode.CLEARED_BEYOND_BOUNDARY, event, free)
            held += free
        else:
            self._find(ErrorCode.CREDIT_BEYOND_BOUNDARY, event, free)
        line, state = _ROUTES[event.route]
        self._move(event, line, held)
        self._make(state, held, event)

    def release(self, event: Event, mine: Faces, free: Faces) -> None:
        """Signed release of resolved land; unresolved land is never released by a decision."""
        wanted = [_ROUTES[route][1] for route in event.routes or tuple(ReleaseRoute)]
        self._find(ErrorCode.DECISION_ON_UNRESOLVED, event, [*self._in(ON_HAND, mine), *free])
        self._decide(ReleaseStatus.RELEASED, self._in(wanted, mine), event)

    def hand_over(self, event: Event, mine: Faces, free: Faces) -> None:
        """Handover of released land."""
        self._find(ErrorCode.HANDOVER_OF_UNRELEASED, event, [*self._in((*ON_HAND, *RESOLVED), mine), *free])
        self._decide(ReleaseStatus.HANDED_OVER, self._in((ReleaseStatus.RELEASED,), mine), event)

    def reopen(self, event: Event, mine: Faces, free: Faces) -> None:
        """Land that comes back on hand."""
        resolved = self._in(OFF_HAND, mine)
        self._find(ErrorCode.CREDIT_BEYOND_BOUNDARY, event, free)
        self._move(event, Line.REOPENED, resolved)
        self._make(ReleaseStatus.REOPENED, resolved, event)

    def labelled(self) -> list[tuple[Label, list[int]]]:
        """Faces of each label, in the order of the faces."""
        groups: dict[tuple[str, ReleaseStatus, int, int], list[int]] = {}
        for face, owner in enumerate(self._owner):
            if owner is not None:
                key = owner, self._state[face], id(self._made[face]), id(self._decided[face])
                groups.setdefault(key, []).append(face)
        return [(self._label(faces[0]), faces) for faces in groups.values()]

    def _label(self, face: int) -> Label:
        area, state, made, last = self._owner[face], self._state[face], self._made[face], self._decided[face]
        assert area is not None
        assert made is not None
        on = None if state is ReleaseStatus.UNRESOLVED else self._approved_on(last or made)
        route = made.route if made.action is Action.CREDIT and state is not ReleaseStatus.UNRESOLVED else None
        return Label(area, state, route, made.entry, made.ground_on, on, last.entry if last else None)

    def _in(self, states: Collection[ReleaseStatus], faces: Iterable[int]) -> list[int]:
        return [face for face in faces if self._state[face] in states]

    def _claim(self, event: Event, free: Faces, line: Line) -> None:
        self._move(event, line, free)
        for face in free:
            self._owner[face] = event.area
        self._make(ReleaseStatus.UNRESOLVED, free, event)

    def _make(self, state: ReleaseStatus, faces: Faces, event: Event) -> None:
        for face in faces:
            self._state[face], self._made[face], self._decided[face] = state, event, None

    def _decide(self, state: ReleaseStatus, faces: Faces, event: Event) -> None:
        for face in faces:
            self._state[face], self._decided[face] = state, event

    def _measure(self, faces: Faces) -> float:
        return sum([self._area_m2[face] for face in faces])

    def _move(self, event: Event, line: Line, faces: Faces, sign: int = 1) -> None:
        if faces:
            ground = max(event.ground_on, self._opened[event.area].ground_on)
            area_m2 = sign * self._measure(faces)
            movement = Movement(event.area, line, area_m2, event.entry, ground, self._approved_on(event))
            self.movements[event.area].append(movement)

    def _approved_on(self, event: Event) -> str:
        return max(event.approved_on, self._opened[event.area].approved_on)

    def _find(self, error: ErrorCode, event: Event, faces: Faces, **details: object) -> None:
        if faces and (area_m2 := self._measure(faces)) >= LEAST_M2:
            self._list(error, event, area_m2=f"{area_m2:,.0f}", **details)

    def _list(self, error: ErrorCode, event: Event, **details: object) -> None:
        known = {"area": event.area, "entry": event.entry[:12], "on": event.ground_on, "route": _said(event)}
        self.findings[event.area].append(Finding(error, known | details))


def _said(event: Event) -> str:
    return (event.route or ReleaseStatus.REOPENED).label


_ROUTES: Mapping[ReleaseRoute, tuple[Line, ReleaseStatus]] = {
    route: (Line(route.value), next(state for state in ReleaseStatus if state.value == route.value))
    for route in ReleaseRoute
}

_STEPS: Mapping[Action, Callable[[_Fold, Event, Faces, Faces], None]] = {
    Action.OPEN: _Fold.outline,
    Action.ADD: _Fold.add,
    Action.REMOVE: _Fold.remove,
    Action.CREDIT: _Fold.credit,
    Action.RELEASE: _Fold.release,
    Action.HAND_OVER: _Fold.hand_over,
    Action.REOPEN: _Fold.reopen,
}
