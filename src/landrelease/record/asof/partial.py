"""A register made from a kept fold and what arrived since; statements are read from the ledger when asked for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.record.asof.columns import Arrays
from landrelease.record.asof.increment import KIND_NAMES, STANDINGS, Prefix, Step, day_text, judged
from landrelease.record.asof.reader import LogReader
from landrelease.record.entry import Entry
from landrelease.record.fold import revoked_findings
from landrelease.record.kinds import KINDS
from landrelease.record.register import Register, finding_key
from landrelease.record.standing import Standings, age
from landrelease.record.when import holds_on
from landrelease.terms import Standing

_DAY = (1 << 28) - 1
"""Bits of a `day_number`."""


@dataclass(frozen=True)
class Origin:
    """Where a partial register comes from.

    Attributes
    ----------
    reader
        Reads the lines that the register is about.
    size
        Number of lines that were known before.
    kept
        What each engine kept of its work on these, by its name.
    fold
        Makes the whole register: for questions that need every statement.
    """

    reader: LogReader
    size: int
    kept: Mapping[str, Arrays]
    fold: Callable[[], Register]


@dataclass(frozen=True)
class Kept:
    """What an engine kept of its work on the first lines of a log, how many, and the register that says more."""

    arrays: Arrays
    size: int
    register: "PartialRegister"
    reader: LogReader


class PartialRegister(Register):
    """The same answers as `Register`, without holding the statements.

    Counts, standings, conflicts and findings come from arrays; lists of statements are read from the ledger; what goes
    through all statements (`about`, `explain`, comparison) folds the whole log once.
    """

    def __init__(self, step: Step, origin: Origin, valid_on: str | None) -> None:
        self._step, self._origin, self.valid_on = step, origin, valid_on
        self._prefix: Prefix = step.prefix
        self.conflicts = [conflict for _replaced, conflict in sorted(self._prefix.conflicts.items())]
        void = revoked_findings(origin.reader.at(np.flatnonzero(self._having([Standing.REVOKED])).tolist()))
        self.findings = sorted((*self._prefix.findings.values(), *void), key=finding_key)

    def entries(self, kind: str | None = None, official: bool = True) -> list[Entry]:
        """Return the official statements of a kind (of all kinds for None); `official=False` adds the pending ones."""
        wanted = [Standing.OFFICIAL] if official else [Standing.OFFICIAL, Standing.PENDING]
        return self._read(self._having(wanted) & self._of(kind) & self._holding)

    def history(self, kind: str) -> list[Entry]:
        """Return the official statements of a kind whatever day they hold on: also where the register is of one day."""
        return self._read(self._having([Standing.OFFICIAL]) & self._of(kind))

    def removed(self, kind: str) -> list[tuple[Entry, list[Entry]]]:
        """Return the withdrawn and superseded statements of a kind; where there are any, the whole log is folded."""
        gone = self._having([Standing.WITHDRAWN, Standing.SUPERSEDED]) & self._of(kind)
        return super().removed(kind) if gone.any() else []

    def pending(self) -> list[Entry]:
        """Return what waits for a review."""
        return self._read(self._having([Standing.PENDING]) & self._holding)

    @property
    def last_hash(self) -> str:
        """Hash of the statement that arrived last; empty where there is none."""
        last = self._origin.reader.at([len(self) - 1] if len(self) else [])
        return last[0].hash if last else ""

    def standing(self, entry_hash: str) -> Standing:
        """Return where a statement stands. Refuses (LR1015) a hash that is not in the register."""
        place = self._origin.reader.place(entry_hash)
        if place is None:
            raise fail(ErrorCode.ENTRY_MISSING, hash=entry_hash)
        code: int = self._prefix.standings[place]
        return STANDINGS[code]

    def entry(self, entry_hash: str) -> Entry:
        """Return an entry. Refuses (LR1015) a hash that is not in the register."""
        found = self._origin.reader.find(entry_hash)
        if found is None:
            raise fail(ErrorCode.ENTRY_MISSING, hash=entry_hash)
        return found

    def counts(self) -> dict[str, dict[Standing, int]]:
        """Return the number of statements by kind and standing."""
        codes = self._prefix.kinds[self._holding].astype(np.int64) * len(STANDINGS)
        numbers = np.bincount(codes + self._prefix.standings[self._holding])
        found = sorted((KIND_NAMES[at // len(STANDINGS)], STANDINGS[at % len(STANDINGS)], int(numbers[at]))
                       for at in np.flatnonzero(numbers).tolist())  # fmt: skip
        table: dict[str, dict[Standing, int]] = {}
        for kind, standing, number in found:
            table.setdefault(kind, {})[standing] = number
        return table

    def kept(self, engine: str) -> "Kept | None":
        """Return what an engine kept of its work on the first lines, and what changed since; None where it did not."""
        arrays = self._origin.kept.get(engine)
        return None if arrays is None else Kept(arrays, self._origin.size, self, self._origin.reader)

    @property
    def prefix(self) -> Prefix:
        """The fold that the register shows."""
        return self._prefix

    def changed(self) -> Iterator[tuple[int, Entry]]:
        """Yield, with its place, what arrived later, and each statement whose standing or reviews may have changed."""
        return ((place, self._step.entries[place]) for place in self._step.changed.tolist())

    def is_official(self, entry: Entry) -> bool:
        """Whether one of `changed` is official, whatever day it holds on."""
        return self._step.standings[entry] is Standing.OFFICIAL

    def reviews(self, entry: Entry) -> list[Entry]:
        """Return the official reviews of one of `changed`, by age."""
        judge = self._step.standings
        acts = (act for act in judge.acts_on(entry.hash) if act.kind == "review" and judge[act] is Standing.OFFICIAL)
        return sorted(acts, key=age)

    def official(self) -> NDArray[np.bool_]:
        """By place, whether a statement is official and holds on the register's day."""
        return self._having([Standing.OFFICIAL]) & self._holding

    def official_with(self, kind: str, needed: int) -> list[Entry]:
        """Return the history of a kind had another number of reviewers been needed."""
        prefix, reader = self._prefix, self._origin.reader
        places = np.flatnonzero(self._of(kind))
        entries = prefix.read(prefix.acts.judged_by(prefix.acts.touched(places)), reader)
        standings = judged(entries.values(), needed, prefix.revoked_among(entries))
        told = (entries[place] for place in places.tolist())
        return sorted((entry for entry in told if standings[entry] is Standing.OFFICIAL), key=age)

    def __len__(self) -> int:
        return self._prefix.size

    def __contains__(self, entry_hash: object) -> bool:
        return isinstance(entry_hash, str) and self._origin.reader.place(entry_hash) is not None

    def _read(self, wanted: NDArray[np.bool_]) -> list[Entry]:
        return sorted(self._origin.reader.at(np.flatnonzero(wanted).tolist()), key=age)

    def _having(self, standings: Iterable[Standing]) -> NDArray[np.bool_]:
        return np.isin(self._prefix.standings, [STANDINGS.index(standing) for standing in standings])

    def _of(self, kind: str | None) -> NDArray[np.bool_]:
        if kind is None:
            return np.ones(len(self), dtype=bool)
        return np.equal(self._prefix.kinds, KIND_NAMES.index(kind) if kind in KINDS else len(KIND_NAMES))

    @cached_property
    def _holding(self) -> NDArray[np.bool_]:
        """By place, whether a statement holds on the day: asked once for each different span of days."""
        day, prefix = self.valid_on, self._prefix
        if day is None:
            return np.ones(len(self), dtype=bool)
        spans = (prefix.kinds.astype(np.int64) << 56) | (prefix.valid_from.astype(np.int64) << 28) | prefix.valid_to
        different, which = np.unique(spans, return_inverse=True)
        answers = [
            holds_on(KINDS[KIND_NAMES[span >> 56]].holds, day_text(span >> 28 & _DAY) or "", day_text(span & _DAY), day)
            for span in different.tolist()
        ]
        return np.array(answers, dtype=bool)[which]

    @cached_property
    def _whole(self) -> Register:
        return self._origin.fold()

    @property
    def _entries(self) -> dict[str, Entry]:  # type: ignore[override]  # what the methods of Register go through
        return self._whole._entries

    @property
    def _standings(self) -> Standings:  # type: ignore[override]
        return self._whole._standings
