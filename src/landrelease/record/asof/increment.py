"""The fold of a log taken further by what arrived later: the same standings as a fold of the whole.

What is kept of the first part of a log is small: by place in the log the kind, the standing and the valid days, and the
graph of acts. What arrives later can change the standing only of what it acts on and of what hangs on that
(`landrelease.record.asof.acts`); these statements are read again and judged by the same `Standings` as in a fold.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.record.asof.acts import IN_PLACE, TARGET, Acts, Places, no_acts
from landrelease.record.asof.reader import LogReader
from landrelease.record.conflicts import Conflict, find_conflicts
from landrelease.record.entry import Entry, Logged
from landrelease.record.fold import collection_paused, statement_finding
from landrelease.record.kinds import KINDS
from landrelease.record.standing import Standings, targets
from landrelease.record.statements import ACTS
from landrelease.terms import Standing

KIND_NAMES = tuple(KINDS)
STANDINGS = tuple(Standing)
_KIND_CODES = {name: code for code, name in enumerate(KIND_NAMES)}
_STANDING_CODES = {standing: code for code, standing in enumerate(STANDINGS)}

FindingKey = tuple[int, str]
"""Place of the statement that a finding is about, and the finding's code."""


@dataclass(frozen=True)
class Prefix:
    """The fold of the first lines of a log.

    Attributes
    ----------
    needed
        How many reviewers must accept a statement.
    kinds, standings
        Indices into `KIND_NAMES` and `STANDINGS`, by place, shape (size,).
    valid_from, valid_to
        Days as `day_number` writes them, 0 where there is none, shape (size,).
    """

    needed: int
    kinds: NDArray[np.uint8]
    standings: NDArray[np.uint8]
    valid_from: NDArray[np.int32]
    valid_to: NDArray[np.int32]
    acts: Acts
    findings: Mapping[FindingKey, Finding] = field(default_factory=dict)
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    """By hash of the statement that is replaced."""

    def __post_init__(self) -> None:
        if not len(self.kinds) == len(self.standings) == len(self.valid_from) == len(self.valid_to):
            raise ValueError("columns of different lengths")

    @property
    def size(self) -> int:
        """Number of lines."""
        return len(self.kinds)

    def read(self, places: Places, reader: LogReader) -> dict[int, Entry]:
        """Read the statements at places, which rise."""
        numbers = places.tolist()
        return dict(zip(numbers, reader.at(numbers), strict=True))

    def revoked_among(self, entries: Mapping[int, Entry]) -> set[str]:
        """Hashes of the statements, given by place, that are void."""
        void = _STANDING_CODES[Standing.REVOKED]
        return {entry.hash for place, entry in entries.items() if self.standings[place] == void}


def nothing(needed: int) -> Prefix:
    """Return the fold of no lines."""
    codes, days = np.empty(0, dtype=np.uint8), np.empty(0, dtype=np.int32)
    return Prefix(needed, codes, codes, days, days, no_acts())


@dataclass(frozen=True)
class Step:
    """A fold taken further.

    Attributes
    ----------
    prefix
        The fold with the later lines.
    changed
        Places of the later statements, and of the earlier ones whose standing or reviews may have changed; rising.
    entries
        These statements by place.
    standings
        Judges these, and only these.
    """

    prefix: Prefix
    changed: Places
    entries: Mapping[int, Entry]
    standings: Standings


def advance(prefix: Prefix, lines: Iterable[Logged], reader: LogReader) -> Step:
    """Take a fold further.

    Parameters
    ----------
    lines
        The lines that follow, in order. No later revocation may have made any earlier line void.
    reader
        Reads the lines of the log up to the last of these.

    Raises
    ------
    LandreleaseError
        LR1023 where an act comes before what it acts on.
    """
    with collection_paused():
        given = list(lines)
        later, revoked = [each.entry for each in given], {each.entry.hash for each in given if each.revoked}
        places = {entry.hash: prefix.size + at for at, entry in enumerate(later)}
        fresh = _edges([entry for entry in later if entry.hash not in revoked], places, reader)
        acts = prefix.acts + fresh
        touched = acts.touched(np.concatenate([fresh.act, fresh.statement]))
        needed = acts.judged_by(touched)
        entries = prefix.read(needed[needed < prefix.size], reader)
        revoked |= prefix.revoked_among(entries)
        entries.update(zip(places.values(), later, strict=True))
        standings = judged(entries.values(), prefix.needed, revoked)
        changed = np.union1d(touched, np.arange(prefix.size, prefix.size + len(later)))
        return Step(_with(prefix, later, acts, changed, entries, standings, reader), changed, entries, standings)


def judged(entries: Iterable[Entry], needed: int, revoked: Collection[str] = frozenset()) -> Standings:
    """Judge statements given with all that their standing follows from, in the order of the log."""
    known = {entry.hash: entry for entry in entries}
    return Standings(known, [entry for entry in known.values() if entry.kind in ACTS], needed, revoked)


def _edges(later: Sequence[Entry], places: Mapping[str, int], reader: LogReader) -> Acts:
    rows: list[tuple[int, int, int, bool]] = []
    for entry in later:
        if entry.kind in ACTS:
            at, removal = places[entry.hash], entry.kind != "review"
            by = entry.body["by"] if entry.kind == "supersession" and "by" in entry.body else ()
            for role, cited in ((TARGET, targets(entry)), (IN_PLACE, by)):
                rows += [(at, _before(entry, at, each, places, reader), role, removal) for each in cited]
    if not rows:
        return no_acts()
    act, statement, role, removes = np.array(rows, dtype=np.int64).T
    return Acts(act, statement, role.astype(np.uint8), removes.astype(bool))


def _before(act: Entry, at: int, cited: str, places: Mapping[str, int], reader: LogReader) -> int:
    place = places.get(cited)
    if place is None:
        place = reader.place(cited)
    if place is None or place >= at:
        raise fail(ErrorCode.CITED_NOT_BEFORE, hash=act.hash, index=at, node=act.node, seq=act.seq, cited=cited)
    return place


def _with(
    prefix: Prefix,
    later: Sequence[Entry],
    acts: Acts,
    changed: Places,
    entries: Mapping[int, Entry],
    standings: Standings,
    reader: LogReader,
) -> Prefix:
    """Set the standings, findings and conflicts of what changed."""
    codes = np.concatenate([prefix.standings, np.empty(len(later), dtype=np.uint8)])
    codes[changed] = [_STANDING_CODES[standings[entries[place]]] for place in changed.tolist()]
    kinds = np.array([_KIND_CODES[entry.kind] for entry in later], dtype=np.uint8)
    starts = np.array([day_number(entry.valid_from) for entry in later], dtype=np.int32)
    ends = np.array([day_number(entry.valid_to) if entry.valid_to else 0 for entry in later], dtype=np.int32)
    return Prefix(
        prefix.needed,
        np.concatenate([prefix.kinds, kinds]),
        codes,
        np.concatenate([prefix.valid_from, starts]),
        np.concatenate([prefix.valid_to, ends]),
        acts,
        _findings(prefix, changed, entries, standings),
        _conflicts(prefix, changed, entries, standings, reader),
    )


def _findings(
    prefix: Prefix, changed: Places, entries: Mapping[int, Entry], standings: Standings
) -> dict[FindingKey, Finding]:
    found = dict(prefix.findings)
    for place in changed.tolist():
        entry = entries[place]
        found.pop((place, ErrorCode.REVIEWS_DISAGREE.code), None)
        said = [standings.disagreement(entry)]
        if place >= prefix.size and standings[entry] is not Standing.REVOKED:  # these two never change
            said.append(standings.own_review(entry) if entry.kind in ACTS else statement_finding(entry))
        found.update({(place, each.error.code): each for each in said if each is not None})
    return found


def _conflicts(
    prefix: Prefix, changed: Places, entries: Mapping[int, Entry], standings: Standings, reader: LogReader
) -> dict[str, Conflict]:
    def look_up(entry_hash: str) -> Entry:
        known = standings.entry(entry_hash) if entry_hash in standings else reader.find(entry_hash)
        assert known is not None
        return known

    judged_again = {entries[place].hash for place in changed.tolist()}
    kept = {replaced: known for replaced, known in prefix.conflicts.items() if replaced not in judged_again}
    found = find_conflicts(standings, look_up)  # of statements that did not change, only some acts are known here
    return kept | {conflict.replaced: conflict for conflict in found if conflict.replaced in judged_again}


def day_number(day: str) -> int:
    """A date, month or year as a number that keeps how exact it is: 2026-08 as 1202608."""
    return int("1" + day.replace("-", ""))


def day_text(number: int) -> str | None:
    """The date, month or year of `day_number`; None for 0."""
    digits = str(number)[1:]
    return "-".join(part for part in (digits[:4], digits[4:6], digits[6:]) if part) or None
