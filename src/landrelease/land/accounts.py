"""The accounts of land: every square metre of every hazardous area with one state, and what moved it.

`build_accounts` settles all areas of a register; `Accounts.apply` settles again only the areas that a statement meets,
with the same function on the same events, so that both give the same parts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.i18n import _
from landrelease.land.ahead import ahead
from landrelease.land.approvals import approval_days
from landrelease.land.areas import AREA_KINDS, AreaState, describe, named_area
from landrelease.land.arrangement import Arrangement, arrange
from landrelease.land.balance import Clock, balance_frame
from landrelease.land.dates import Period
from landrelease.land.events import LAND_KINDS, Approved, Event, ground_day, read_events
from landrelease.land.partition import Agenda, Line, Movement, Settled, agenda, settle
from landrelease.land.parts import Part, parts_frame, parts_of
from landrelease.land.said import Said
from landrelease.land.store import EventStore
from landrelease.profile import Profile
from landrelease.progress import SILENT, Progress
from landrelease.record.entry import Entry
from landrelease.record.fold import collection_paused
from landrelease.record.in_force import profile_in_force
from landrelease.terms import ReleaseStatus

if TYPE_CHECKING:
    import geopandas as gpd

    from landrelease.record.register import Register

_BATCH = 60
"""Events settled together when everything is built: cutting ground costs more than in proportion to its outlines."""

_TOGETHER = 5
"""Areas settled together when something changes."""

NOISE_M2 = 1e-3
"""A new outline moves the corners of its area by up to 1 µm: figures before it may change by some mm²."""

_BY_SURVEY = (ReleaseStatus.CANCELLED, ReleaseStatus.REDUCED)


_NOWHERE: Mapping[str, int] = {}

Batch = tuple[set[str], Agenda]
"""Areas, and the events that make them."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one statement changed.

    Attributes
    ----------
    entry
        Its hash.
    areas
        Areas that were settled again, sorted.
    moved_m2
        Difference on each line of the accounts, m²; differences below `NOISE_M2` are left out.
    findings
        Findings of these areas that were not there before.
    """

    entry: str
    areas: tuple[str, ...] = ()
    moved_m2: Mapping[Line, float] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """One settled area: its parts, what moved them, and what was found on the way."""

    parts: tuple[Part, ...]
    movements: tuple[Movement, ...]
    findings: tuple[Finding, ...]

    @property
    def on_hand_m2(self) -> float:
        """Land still to be released, measured from the parts."""
        return sum(part.area_m2 for part in self.parts if part.on_hand)

    @property
    def relative_error(self) -> float:
        """Closing figure of the movements against the land on hand measured from the parts, over all its land.

        The two are computed apart: from the lines that statements moved, and from the polygons that are left.
        """
        closing = sum(each.line.sign * each.area_m2 for each in self.movements)
        return abs(closing - self.on_hand_m2) / max(sum(part.area_m2 for part in self.parts), 1.0)


class Inside(NamedTuple):
    """What accounts consist of; see `landrelease.land.saved`."""

    said: Said
    store: EventStore
    accounts: Mapping[str, Account]
    states: Mapping[str, AreaState]
    read_findings: Mapping[str, Sequence[tuple[str, Finding]]]
    """By area: the statement, and what was found when it was read."""


class Accounts:
    """Accounts of a register. Made by `build_accounts`.

    Parameters
    ----------
    profile
        National parameters: depth, coverage, tolerances.
    statements
        Official statements to begin with.
    valid_on
        The day on the ground that the accounts are about; work that ends later has not moved any land yet. None for
        the whole history.
    """

    def __init__(
        self,
        profile: Profile,
        statements: Sequence[Approved] = (),
        progress: Progress = SILENT,
        valid_on: str | None = None,
    ) -> None:
        self.profile, self.valid_on = profile, valid_on
        self._said = Said()
        self._read_findings: dict[str, list[tuple[str, Finding]]] = defaultdict(list)
        self._accounts: dict[str, Account] = {}
        self._states: dict[str, AreaState] = {}
        self._store = EventStore(self._read(statements)[0])
        self.rebuild(progress)

    @classmethod
    def of(cls, profile: Profile, inside: "Inside") -> "Accounts":
        """Make accounts, about the whole history, from what `inside` returned."""
        made = cls(profile)
        made._said, made._store, made._accounts, made._states = (
            inside.said, inside.store, dict(inside.accounts), dict(inside.states)
        )  # fmt: skip
        made._read_findings.update({area: list(found) for area, found in inside.read_findings.items()})
        return made

    def inside(self) -> "Inside":
        """Everything that the accounts consist of, with the state of every area; to be kept for later."""
        states = {area: self.area(area) for area in self.areas}
        return Inside(self._said, self._store, self._accounts, states, self._read_findings)

    @property
    def areas(self) -> tuple[str, ...]:
        """Areas that a hazard report describes, sorted."""
        return tuple(sorted(filter(self._reported, self._said.areas())))

    def area(self, area_id: str) -> AreaState:
        """Return what is said of an area as a whole.

        Raises
        ------
        LandreleaseError
            LR3111 where no official hazard report describes it.
        """
        if area_id in self._states:
            return self._states[area_id]
        if not self._reported(area_id):
            raise fail(ErrorCode.HAZARD_AREA_UNKNOWN, area=area_id)
        state = self._states[area_id] = self._describe(area_id)
        return state

    def parts(self) -> "gpd.GeoDataFrame":
        """Return all parts in WGS 84 (`landrelease.land.parts.COLUMNS`); `area_m2` is the area on the ellipsoid."""
        return parts_frame(self.plane_parts(), self.area)

    def plane_parts(self) -> Iterator[Part]:
        """Yield all parts in the plane, sorted by area and name."""
        for area in sorted(self._accounts):
            yield from self._accounts[area].parts

    def movements(self) -> Iterator[Movement]:
        """Yield every movement, by area, in the order in which statements count."""
        for area in sorted(self._accounts):
            yield from self._accounts[area].movements

    def balance(
        self,
        by: Sequence[str] = ("area_id",),
        start: str | None = None,
        end: str | None = None,
        *,
        period: Period | str = Period.MONTH,
        clock: Clock | str | None = None,
    ) -> pd.DataFrame:
        """Area balance from geometry.

        Parameters
        ----------
        by
            Any of ``area_id``, ``admin_area``, ``period``; empty for one row over everything. With ``period``, a key
            has a row for every period from its first movement on, and each row opens where the one before closed.
        start, end
            First and last day, both included; a month or year counts whole. By default, all.
        period
            ``month``, ``quarter`` or ``year``; a first or last one that is not whole covers only its days.
        clock
            ``approved`` credits land on the day of the accepting review (the standard's rule), ``ground`` on the day on
            the ground. By default ``approved``; ``ground`` where the accounts are about a day on the ground.

        Returns
        -------
        DataFrame
            Keys, then opening_m2, new_m2, expansion_m2, correction_m2, reopened_m2, cancelled_m2, reduced_m2,
            cleared_m2, closing_m2. Areas without a polygon are not in it.

        Raises
        ------
        LandreleaseError
            LR3121 for an unknown key, LR3122 for a start after the end.
        """
        dated = Clock(clock or (Clock.GROUND if self.valid_on else Clock.APPROVED))
        return balance_frame(self.movements(), self.area, by, start, end, Period(period), dated)

    def balance_errors(self) -> pd.Series:
        """By area, how far the balance misses the land on hand as measured, relative (`Account.relative_error`)."""
        errors = {area: account.relative_error for area, account in sorted(self._accounts.items())}
        return pd.Series(errors, dtype=float, name="relative_error")

    @property
    def findings(self) -> list[Finding]:
        """Everything that someone should look at, by area."""
        areas = sorted({*self._said.areas(), *self._read_findings, *self._store.areas()})
        return [finding for area in areas for finding in self.findings_of(area)]

    def findings_of(self, area: str) -> list[Finding]:
        """Findings of one area: from reading its statements, from the fold, and on the area as a whole."""
        read = sorted(self._read_findings.get(area, ()), key=lambda each: each[0])  # whatever the order of reading
        found = [finding for _entry, finding in read]
        if area in self._accounts:
            found += self._accounts[area].findings
        if self._reported(area):
            found += self.area(area).findings
        return found + self._unheard(area)

    def apply(self, entry: Entry, approved_on: str | None = None) -> Change:
        """Take in one more official statement, whenever it is dated; only the areas that it meets are settled again.

        Parameters
        ----------
        entry
            An official statement; with a supersession or withdrawal, what it replaces or cites leaves the accounts. A
            statement that is already in changes nothing.
        approved_on
            Day of its accepting review; its day on the ground where none is given.

        Returns
        -------
        Change
            Areas that were settled again and what moved.
        """
        if entry.kind in ("supersession", "withdrawal"):
            gone = entry.body["replaced"] if entry.kind == "supersession" else entry.cites
            return self._change(entry.hash, {area for each in gone for area in self._forget(each)})
        return self.apply_all([Approved(entry, approved_on)])

    def apply_all(self, statements: Sequence[Approved]) -> Change:
        """Take in several official statements that arrive together; each area that they meet is settled once.

        Supersessions and withdrawals are for `apply`. `Change.entry` is the first statement's hash.
        """
        return self._change(statements[0].entry.hash, self._learn(statements)) if statements else Change("")

    def revise(
        self, given: Sequence[Approved], gone: Iterable[str] = (), places: Mapping[str, int] | None = None
    ) -> None:
        """Take statements out and others in, and settle again all areas that hang together with those that they meet.

        Unlike `apply`, which settles only what meets, this gives the same figures to the last digit as building
        everything anew.

        Parameters
        ----------
        places
            Places in the log of the statements given; they save looking them up when the accounts are kept.
        """
        self._said.read(area for each in given if (area := named_area(each.entry)) is not None)
        touched = {area for entry in gone for area in self._forget(entry)}
        touched |= self._learn(given, places or {})
        self._said.read(touched)
        with collection_paused():
            self._rebuild(self._store.connected(touched) | touched, SILENT)

    def _change(self, entry: str, areas: set[str]) -> Change:
        before = self._totals(areas)
        listed = [finding for area in areas for finding in self._standing_findings(area)]
        ordered = sorted(areas)
        with collection_paused():
            for start in range(0, len(ordered), _TOGETHER):
                self._settle(set(ordered[start : start + _TOGETHER]))
        after = self._totals(areas)
        moved = {line: after[line] - before[line] for line in Line if abs(after[line] - before[line]) > NOISE_M2}
        found = (finding for area in sorted(areas) for finding in self.findings_of(area))
        return Change(entry, tuple(sorted(areas)), moved, tuple(each for each in found if each not in listed))

    def _standing_findings(self, area: str) -> list[Finding]:
        """Findings of the fold and on the area as they were settled last."""
        folded = self._accounts[area].findings if area in self._accounts else ()
        return [*folded, *(self._states[area].findings if area in self._states else ())]

    def _totals(self, areas: Iterable[str]) -> dict[Line, float]:
        totals = dict.fromkeys(Line, 0.0)
        for area in areas:
            for movement in self._accounts[area].movements if area in self._accounts else ():
                totals[movement.line] += movement.area_m2
        return totals

    def _read(self, given: Sequence[Approved], places: Mapping[str, int] = _NOWHERE) -> tuple[list[Event], set[str]]:
        """Read statements that are not in yet; returns their events and the areas that they name."""
        fresh = [each for each in given if self._said.area_of(each.entry.hash, places.get(each.entry.hash)) is None]
        named = {each.entry.hash: area for each in fresh if (area := named_area(each.entry)) is not None}
        for each in fresh:
            if each.entry.hash in named:
                self._said.add(named[each.entry.hash], each.entry, places.get(each.entry.hash))
        read = read_events([each for each in fresh if self._moves_land(each.entry)], self.profile)
        for area, entry, finding in read.findings:
            self._read_findings[area].append((entry, finding))
        return read.events, set(named.values())

    def _moves_land(self, entry: Entry) -> bool:
        if entry.kind not in LAND_KINDS:
            return False
        return self.valid_on is None or ground_day(entry) <= self.valid_on

    def _learn(self, given: Sequence[Approved], places: Mapping[str, int] = _NOWHERE) -> set[str]:
        """Take statements in; returns the areas to be settled again."""
        events, touched = self._read(given, places)
        return touched.union(*(self._store.add(event) for event in events))

    def _forget(self, entry: str) -> set[str]:
        """Take a statement out; returns the areas to be settled again."""
        area = self._said.drop(entry)
        if area is None:
            return set()
        self._read_findings[area] = [each for each in self._read_findings[area] if each[0] != entry]
        return {area} | self._store.remove(entry)

    def rebuild(self, progress: Progress = SILENT) -> None:
        """Settle every area again, in batches that do not meet; the ground of the next ones is cut by other threads."""
        self._rebuild(None, progress)

    def _rebuild(self, among: set[str] | None, progress: Progress) -> None:
        groups = self._store.groups(among)
        for area in among or ():
            self._keep_nothing(area)
        progress.begin(_("Settling areas"), sum(map(len, groups)))
        try:
            with collection_paused():
                for (areas, work), arrangement in ahead(_cut, self._batches(groups)):
                    self._keep(areas, settle(work, arrangement))
                    progress.advance(len(areas))
        finally:
            progress.end()

    def _batches(self, groups: Iterable[set[str]]) -> Iterator[Batch]:
        """Groups of areas together, with all their events."""
        areas: set[str] = set()
        events: list[Event] = []
        for group in groups:
            areas |= group
            events += [event for area in group for event in self._store.of(area)]
            if len(events) >= _BATCH:
                yield areas, agenda(events, self._store.openings(events))
                areas, events = set(), []
        yield areas, agenda(events, self._store.openings(events))

    def _settle(self, areas: set[str]) -> None:
        """Settle areas, with the events of others that bear on the same ground."""
        events = self._store.around(areas)
        work = agenda(events, self._store.openings(events))
        self._keep(areas, settle(work, arrange(work.polygons)))

    def _keep(self, areas: set[str], settled: Settled) -> None:
        parts = parts_of(settled, areas)
        for area in areas:
            self._keep_nothing(area)
            if area in parts:
                moved, found = settled.movements[area], settled.findings[area]
                self._accounts[area] = Account(tuple(parts[area]), tuple(moved), tuple(found))

    def _keep_nothing(self, area: str) -> None:
        self._states.pop(area, None)
        self._accounts.pop(area, None)

    def _describe(self, area: str) -> AreaState:
        account = self._accounts.get(area)
        said = self._said.of(area).values()
        if account is None:
            return describe(area, said, None, [])
        surveyed = [part.geometry for part in account.parts if part.label.state in _BY_SURVEY]
        return describe(area, said, account.on_hand_m2, surveyed)

    def _reported(self, area: str) -> bool:
        return self._said.reported(area)

    def _unheard(self, area: str) -> list[Finding]:
        """Statements that cannot count because their area is unknown or has no outline; they wait for it."""
        if not self._reported(area):
            said = self._said.count(area)
            return [Finding(ErrorCode.AREA_NOT_REPORTED, {"area": area, "count": said})] if said else []
        waiting = len({event.entry for event in self._store.of(area)}) if area not in self._accounts else 0
        return [Finding(ErrorCode.AREA_NOT_OUTLINED, {"area": area, "count": waiting})] if waiting else []


def _cut(batch: Batch) -> Arrangement:
    return arrange(batch[1].polygons)


def build_accounts(register: "Register", profile: Profile | None = None, progress: Progress = SILENT) -> Accounts:
    """Build the accounts of a register from its official statements.

    Parameters
    ----------
    profile
        National parameters; by default those in force on the register's day (`landrelease.record.in_force`).
    """
    profile = profile or profile_in_force(register)
    from landrelease.land.saved import accounts_since  # which makes accounts itself

    if (later := accounts_since(register, profile)) is not None:
        return later
    days = approval_days(register, profile.release.reviews_needed)
    kinds = dict.fromkeys((*LAND_KINDS, *AREA_KINDS))
    statements = [Approved(entry, days.get(entry.hash)) for kind in kinds for entry in register.entries(kind)]
    return Accounts(profile, statements, progress, register.valid_on)
