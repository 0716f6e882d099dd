"""Each entry by itself and in its place: hash, form, columns, chain, citations, order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.record.canonical import content_hash
from landrelease.record.encoding import FIRST_PREV, entry_members
from landrelease.record.stores import Head, Row

Members = dict[str, Any]
"""An entry's members as its bytes say them."""


def named(row: Row, members: Members | None = None) -> dict[str, Any]:
    """Return what a finding says of an entry: hash, index, node and number, by its bytes where these are sound."""
    node, seq = (row.node, row.seq) if members is None else (members["node"], members["seq"])
    return {"hash": row.hash, "index": row.place, "node": node, "seq": seq}


@dataclass(slots=True)
class EntryCheck:
    """Follows the log line by line.

    Attributes
    ----------
    entries, last
        Lines taken, and the hash of the last.
    heads
        Last entry of every node.
    problems
        Findings of the last line that was taken.
    seen
        Hashes of all entries.
    """

    entries: int = 0
    last: str = ""
    heads: dict[str, Head] = field(default_factory=dict)
    problems: list[Finding] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)
    _received: str = ""
    _next_index: int = 0

    def take(self, row: Row) -> Members | None:
        """Check one line with its entry. Returns its members, or None where the bytes cannot be believed."""
        self.problems.clear()
        members = self._sound_members(row)
        if members is not None:
            self.problems.extend(self._entry_problems(row, members))
        self.entries, self._next_index, self.last = self.entries + 1, row.place + 1, row.hash
        self._received = max(self._received, row.received)
        self.seen.add(bytes.fromhex(row.hash))
        return members

    def _sound_members(self, row: Row) -> Members | None:
        if row.place != self._next_index:
            self._note(ErrorCode.LOG_GAP, row, expected=self._next_index)
        if row.received < self._received:
            self._note(ErrorCode.RECEIVED_DECREASES, row, received=row.received)
        if row.content is None:
            self._note(ErrorCode.ENTRY_NOT_LOGGED, row)
            return None
        if not isinstance(row.content, bytes) or content_hash(row.content) != row.hash:
            self._note(ErrorCode.ENTRY_CHANGED, row)
            self._follow(row.node, row.seq, row.hash)
            return None
        try:
            return entry_members(row.content, row.place)
        except LandreleaseError as error:
            self._note(ErrorCode.ENTRY_NOT_CANONICAL, row, problem=error.findings[0].details["problem"])
            self._follow(row.node, row.seq, row.hash)
            return None

    def _entry_problems(self, row: Row, members: Members) -> Iterator[Finding]:
        if columns := _differing(row, members):
            details = {**named(row, members), "columns": ", ".join(columns)}
            yield Finding(ErrorCode.ENTRY_COLUMNS_DIFFER, details)
        seq, entry_hash = self.heads.get(members["node"], _NO_HEAD)[:2]
        if members["seq"] != seq + 1 or members["prev"] != entry_hash:
            yield Finding(ErrorCode.CHAIN_BROKEN, named(row, members))
        self._follow(members["node"], members["seq"], row.hash)
        for cited in members.get("cites", ()):
            if bytes.fromhex(cited) not in self.seen:
                yield Finding(ErrorCode.CITED_NOT_BEFORE, {**named(row, members), "cited": cited})
        if members["recorded"] > row.received:
            details = {**named(row, members), "recorded": members["recorded"]}
            yield Finding(ErrorCode.RECORDED_AFTER_RECEIVED, details)

    def _follow(self, node: Any, seq: Any, entry_hash: str) -> None:
        """Go on from this entry, so that one error is reported once and not at every later entry of the node."""
        if isinstance(node, str) and isinstance(seq, int):
            self.heads[node] = Head(seq, entry_hash)

    def _note(self, error: ErrorCode, row: Row, **details: Any) -> None:
        self.problems.append(Finding(error, {**details, **named(row)}))


def _differing(row: Row, members: Members) -> list[str]:
    """Names of the columns that do not say what the bytes say."""
    valid = members["valid"]
    differing = [name for name in _COLUMNS if getattr(row, name) != members[name]]
    if row.valid_from != valid[0]:
        differing.append("valid_from")
    if row.valid_to != (valid[1] if len(valid) == 2 else None):
        differing.append("valid_to")
    return differing


_COLUMNS = ("node", "seq", "prev", "kind", "kind_version", "subject", "recorded", "author", "organisation")
_NO_HEAD = Head(0, FIRST_PREV)
