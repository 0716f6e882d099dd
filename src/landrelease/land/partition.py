"""The fold of events over faces: what happened to every square metre, in order.

The state of a point follows only from the events that cover it, in the order (day on the ground, time of recording,
hash). That makes the result independent of the order in which statements arrive, and lets one area be settled without
the others.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, Finding
from landrelease.land.arrangement import Arrangement, Indices, arrange
from landrelease.land.events import Action, Event, Order
from landrelease.land.states import ON_HAND, RESOLVED
from landrelease.terms import ReleaseRoute, ReleaseStatus

LEAST_M2 = 1.0
"""Statements carry whole m²: smaller overlaps and remainders are not listed as findings."""

_STATES = tuple(ReleaseStatus)
_RANK = {action: rank for rank, action in enumerate(Action)}
_CODE = {state: code for code, state in enumerate(_STATES)}
_ON_HAND = np.array([state in ON_HAND for state in _STATES])
_RESOLVED = np.array([state in RESOLVED for state in _STATES])
_LATER = np.array([state in (ReleaseStatus.RELEASED, ReleaseStatus.HANDED_OVER) for state in _STATES])


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
    """Result of a fold: label of each face (None outside all areas), movements and findings by area."""

    arrangement: Arrangement
    labels: list[Label | None]
    movements: dict[str, list[Movement]]
    findings: dict[str, list[Finding]]


def settle(events: Sequence[Event], opened: Mapping[str, Event]) -> Settled:
    """Fold events, of whole areas and of whatever meets them, into faces with labels.

    Parameters
    ----------
    events
        In any order. Those of an area without an outline are left out; `Accounts` lists them as findings.
    opened
        First outline of each area.
    """
    counted = sorted((event for event in events if event.area in opened), key=_place_of(opened))
    polygons = [event.shape for event in counted if event.shape is not None]
    fold = _Fold(arrange(polygons), opened)
    covers = iter(fold.arrangement.covered)
    for event in counted:
        fold.take(event, next(covers) if event.shape is not None else None)
    return Settled(fold.arrangement, fold.labels(), fold.movements, fold.findings)


def _place_of(opened: Mapping[str, Event]) -> Callable[[Event], tuple[Order, bool, Order, int]]:
    """Order of events; a report dated before its area's outline counts right after that outline."""

    def place(event: Event) -> tuple[Order, bool, Order, int]:
        first = opened[event.area]
        return max(event.order, first.order), event is not first, event.order, _RANK[event.action]

    return place


class _Fold:
    """Mutable state of one fold: owner, state and authorship of each face."""

    def __init__(self, arrangement: Arrangement, opened: Mapping[str, Event]) -> None:
        count = len(arrangement.faces)
        self.arrangement, self._opened = arrangement, opened
        self._area_m2 = arrangement.area_m2
        self._names = sorted(opened)  # areas beside the settled ones are folded too, as far as they bear on this ground
        self._number = {name: number for number, name in enumerate(self._names)}
        self._owner: NDArray[np.int64] = np.full(count, -1, dtype=np.int64)
        self._state = np.zeros(count, dtype=np.int64)
        self._made: NDArray[np.int64] = np.full(count, -1, dtype=np.int64)
        self._decided: NDArray[np.int64] = np.full(count, -1, dtype=np.int64)
        self._events: list[Event] = []
        self._seen: set[str] = set()
        self.movements: dict[str, list[Movement]] = {name: [] for name in self._names}
        self.findings: dict[str, list[Finding]] = {name: [] for name in self._names}

    def take(self, event: Event, faces: Indices | None) -> None:
        """Apply one event to the faces that it covers (None: all faces of its area)."""
        self._events.append(event)
        number = self._number[event.area]
        mine = np.flatnonzero(self._owner == number) if faces is None else faces[self._owner[faces] == number]
        free = np.empty(0, dtype=np.intp) if faces is None else faces[self._owner[faces] < 0]
        if faces is not None and len(mine) + len(free) < len(faces):
            self._others(event, faces, number)
        if event.ground_on < self._opened[event.area].ground_on:
            self._find(ErrorCode.REPORT_BEFORE_AREA, event, opened=self._opened[event.area].ground_on)
        _STEPS[event.action](self, event, mine, free)

    def outline(self, event: Event, mine: Indices, free: Indices) -> None:
        """First outline: new land. A later one: land that it adds is a correction, land that it leaves out stays."""
        first = event.area not in self._seen
        self._seen.add(event.area)
        self._claim(event, free, Line.NEW if first else Line.CORRECTION)
        if not first:
            covered = np.union1d(mine, free)
            held = np.flatnonzero((self._owner == self._number[event.area]) & _ON_HAND[self._state])
            self._find(ErrorCode.OUTLINE_SMALLER, event, np.setdiff1d(held, covered))

    def add(self, event: Event, _: Indices, free: Indices) -> None:
        """Boundary change that adds land."""
        self._claim(event, free, Line.EXPANSION)

    def remove(self, event: Event, mine: Indices, _: Indices) -> None:
        """Boundary change that takes unresolved land out; what a report resolved stays on its account."""
        held = _ON_HAND[self._state[mine]]
        self._move(event, Line.CORRECTION, mine[held], sign=-1)
        self._find(ErrorCode.REMOVAL_OF_RESOLVED, event, mine[~held])
        self._owner[mine[held]] = -1

    def credit(self, event: Event, mine: Indices, free: Indices) -> None:
        """Report that resolves land: each square metre once; clearance beyond the boundary expands the area."""
        assert event.route is not None
        if event.route is ReleaseRoute.CLEARED:
            self._claim(event, free, Line.EXPANSION)
            self._find(ErrorCode.CLEARED_BEYOND_BOUNDARY, event, free)
        else:
            self._find(ErrorCode.CREDIT_BEYOND_BOUNDARY, event, free, route=event.route.label)
        held = _ON_HAND[self._state[mine]]
        self._find(ErrorCode.CREDITED_BEFORE, event, mine[~held], route=event.route.label)
        taken = np.concatenate([mine[held], free]) if event.route is ReleaseRoute.CLEARED else mine[held]
        self._move(event, Line(event.route.value), taken)
        self._become(ReleaseStatus(event.route.value), taken, made=True)

    def release(self, event: Event, mine: Indices, free: Indices) -> None:
        """Signed release of resolved land; unresolved land is never released by a decision."""
        wanted = {_CODE[ReleaseStatus(route.value)] for route in event.routes or tuple(ReleaseRoute)}
        ready = np.isin(self._state[mine], list(wanted))
        self._find(ErrorCode.DECISION_ON_UNRESOLVED, event, np.concatenate([mine[_ON_HAND[self._state[mine]]], free]))
        self._become(ReleaseStatus.RELEASED, mine[ready])

    def hand_over(self, event: Event, mine: Indices, free: Indices) -> None:
        """Handover of released land."""
        state = self._state[mine]
        ready = state == _CODE[ReleaseStatus.RELEASED]
        not_released = _ON_HAND[state] | _RESOLVED[state]
        self._find(ErrorCode.HANDOVER_OF_UNRELEASED, event, np.concatenate([mine[not_released], free]))
        self._become(ReleaseStatus.HANDED_OVER, mine[ready])

    def reopen(self, event: Event, mine: Indices, free: Indices) -> None:
        """Land that comes back on hand."""
        resolved = mine[~_ON_HAND[self._state[mine]]]
        self._find(ErrorCode.CREDIT_BEYOND_BOUNDARY, event, free, route=ReleaseStatus.REOPENED.label)
        self._move(event, Line.REOPENED, resolved)
        self._become(ReleaseStatus.REOPENED, resolved, made=True)

    def labels(self) -> list[Label | None]:
        """Label of each face; equal labels are one object."""
        keys = np.column_stack([self._owner, self._state, self._made, self._decided])
        unique, inverse = np.unique(keys, axis=0, return_inverse=True)
        made = [self._label(*(int(value) for value in key)) for key in unique]
        return [made[at] for at in inverse.ravel()]

    def _label(self, owner: int, code: int, made: int, decided: int) -> Label | None:
        if owner < 0:
            return None
        state, report = _STATES[code], self._events[made]
        last = self._events[decided] if decided >= 0 else None
        on = None if state is ReleaseStatus.UNRESOLVED else self._approved_on(last or report)
        route = report.route if report.action is Action.CREDIT else None
        decision = None if last is None else last.entry
        return Label(self._names[owner], state, route, report.entry, report.ground_on, on, decision)

    def _claim(self, event: Event, free: Indices, line: Line) -> None:
        self._move(event, line, free)
        self._owner[free] = self._number[event.area]
        self._become(ReleaseStatus.UNRESOLVED, free, made=True)

    def _become(self, state: ReleaseStatus, faces: Indices, made: bool = False) -> None:
        number = len(self._events) - 1
        self._state[faces] = _CODE[state]
        (self._made if made else self._decided)[faces] = number
        if made:
            self._decided[faces] = -1

    def _move(self, event: Event, line: Line, faces: Indices, sign: int = 1) -> None:
        if len(faces):
            area_m2 = sign * float(self._area_m2[faces].sum())
            ground = max(event.ground_on, self._opened[event.area].ground_on)
            movement = Movement(event.area, line, area_m2, event.entry, ground, self._approved_on(event))
            self.movements[event.area].append(movement)

    def _approved_on(self, event: Event) -> str:
        return max(event.approved_on, self._opened[event.area].approved_on)

    def _others(self, event: Event, faces: Indices, number: int) -> None:
        owners = self._owner[faces]
        for owner in np.unique(owners[(owners >= 0) & (owners != number)]):
            self._find(ErrorCode.LAND_OF_ANOTHER_AREA, event, faces[owners == owner], other=self._names[owner])

    def _find(self, error: ErrorCode, event: Event, faces: Indices | None = None, **details: object) -> None:
        area_m2 = np.inf if faces is None else float(self._area_m2[faces].sum())
        if area_m2 >= LEAST_M2:
            known = {"area": event.area, "entry": event.entry[:12], "on": event.ground_on}
            measured = {} if faces is None else {"area_m2": f"{area_m2:,.0f}"}
            self.findings[event.area].append(Finding(error, {**known, **measured, **details}))


_STEPS: Mapping[Action, Callable[[_Fold, Event, Indices, Indices], None]] = {
    Action.OPEN: _Fold.outline,
    Action.ADD: _Fold.add,
    Action.REMOVE: _Fold.remove,
    Action.CREDIT: _Fold.credit,
    Action.RELEASE: _Fold.release,
    Action.HAND_OVER: _Fold.hand_over,
    Action.REOPEN: _Fold.reopen,
}
