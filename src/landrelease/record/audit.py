"""The audit: whether every stored byte is what was recorded, and everything hangs together.

It finds what was changed, removed or moved inside the ledger by someone who did not also make the rest fit. Someone
who rewrites the whole tail of the log, or cuts it off, is found only by comparing with an earlier copy or head.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from landrelease.errors import ErrorCode, Finding, LandreleaseError, Severity
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track
from landrelease.record.canonical import content_hash
from landrelease.record.encoding import FIRST_PREV, entry_members
from landrelease.record.ledger import Ledger
from landrelease.record.stores import Head, Row

LISTED = 100
"""Findings that a report lists; all are counted."""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found.

    Attributes
    ----------
    entries, nodes
        Lines of the log read, and nodes whose chains were followed.
    head
        Hash of the last entry: note it elsewhere, and a later audit can be compared with this one.
    errors, warnings
        Number of findings of each severity.
    findings
        The first `LISTED`, in the order of the log; the details of each name hash, index, node and number (seq).
    """

    entries: int
    nodes: int
    head: str
    errors: int
    warnings: int
    findings: tuple[Finding, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return self.errors == 0

    @property
    def first(self) -> Finding | None:
        """The first error, or None."""
        return next((finding for finding in self.findings if finding.severity is Severity.ERROR), None)


def audit(ledger: Ledger, progress: Progress = SILENT) -> AuditReport:
    """Re-hash every entry, compare columns with bytes, follow every chain and citation.

    Parameters
    ----------
    ledger
        An open ledger.

    Returns
    -------
    AuditReport
        With every finding; the audit itself does not stop at an error, except where the file cannot be read.
    """
    auditor = _Auditor()
    try:
        for row in track(ledger.store.rows(), progress, _("Auditing the ledger"), len(ledger)):
            auditor.take(row)
        for entry_hash in ledger.store.unlogged():
            auditor.note(Finding(ErrorCode.ENTRY_NOT_LOGGED, {"hash": entry_hash, "index": "-"}))
    except LandreleaseError as error:
        auditor.note(error.findings[0])
    return auditor.report()


@dataclass(slots=True)
class _Auditor:
    """What has been read so far."""

    received: str = ""
    entries: int = 0
    next_index: int = 0
    last: str = ""
    seen: set[bytes] = field(default_factory=set)
    heads: dict[str, Head] = field(default_factory=dict)
    counts: dict[Severity, int] = field(default_factory=lambda: dict.fromkeys(Severity, 0))
    findings: list[Finding] = field(default_factory=list)

    def take(self, row: Row) -> None:
        """Check one line with its entry."""
        for finding in self._problems(row):
            self.note(finding)
        self.entries, self.next_index, self.last = self.entries + 1, row.place + 1, row.hash
        self.received = max(self.received, row.received)
        self.seen.add(bytes.fromhex(row.hash))

    def note(self, finding: Finding) -> None:
        """Count a finding, and keep it while the list is short."""
        self.counts[finding.severity] += 1
        if len(self.findings) < LISTED or (finding.severity is Severity.ERROR and self.counts[Severity.ERROR] == 1):
            self.findings.append(finding)

    def report(self) -> AuditReport:
        """Sum up."""
        errors, warnings = self.counts[Severity.ERROR], self.counts[Severity.WARNING]
        return AuditReport(self.entries, len(self.heads), self.last, errors, warnings, tuple(self.findings))

    def _problems(self, row: Row) -> Iterator[Finding]:
        if row.place != self.next_index:
            yield Finding(ErrorCode.LOG_GAP, {**_named(row), "expected": self.next_index})
        if row.received < self.received:
            yield Finding(ErrorCode.RECEIVED_DECREASES, {**_named(row), "received": row.received})
        if row.content is None:
            yield Finding(ErrorCode.ENTRY_NOT_LOGGED, _named(row))
            return
        if not isinstance(row.content, bytes) or content_hash(row.content) != row.hash:
            yield Finding(ErrorCode.ENTRY_CHANGED, _named(row))
            self._follow(row.node, row.seq, row.hash)
            return
        try:
            members = entry_members(row.content, row.place)
        except LandreleaseError as error:
            yield Finding(ErrorCode.ENTRY_NOT_CANONICAL, {**error.findings[0].details, **_named(row)})
            self._follow(row.node, row.seq, row.hash)
            return
        yield from self._entry_problems(row, members)

    def _entry_problems(self, row: Row, members: dict[str, Any]) -> Iterator[Finding]:
        named = {**_named(row), "node": members["node"], "seq": members["seq"]}
        if columns := _differing(row, members):
            yield Finding(ErrorCode.ENTRY_COLUMNS_DIFFER, {**named, "columns": ", ".join(columns)})
        head = self.heads.get(members["node"], Head(0, FIRST_PREV))
        if (members["seq"], members["prev"]) != (head.seq + 1, head.hash):
            yield Finding(ErrorCode.CHAIN_BROKEN, named)
        self._follow(members["node"], members["seq"], row.hash)
        for cited in members.get("cites", ()):
            if bytes.fromhex(cited) not in self.seen:
                yield Finding(ErrorCode.CITED_NOT_BEFORE, {**named, "cited": cited})
        if members["recorded"] > row.received:
            yield Finding(ErrorCode.RECORDED_AFTER_RECEIVED, {**named, "recorded": members["recorded"]})

    def _follow(self, node: Any, seq: Any, entry_hash: str) -> None:
        """Go on from this entry, so that one error is reported once and not at every later entry of the node."""
        if isinstance(node, str) and isinstance(seq, int):
            self.heads[node] = Head(seq, entry_hash)


def _named(row: Row) -> dict[str, Any]:
    return {"hash": row.hash, "index": row.place, "node": row.node, "seq": row.seq}


def _differing(row: Row, members: dict[str, Any]) -> list[str]:
    """Names of the columns that do not say what the bytes say."""
    valid = members["valid"]
    said = {
        **{name: members[name] for name in _COLUMNS},
        "valid_from": valid[0], "valid_to": valid[1] if len(valid) == 2 else None,
    }  # fmt: skip
    return [name for name, value in said.items() if getattr(row, name) != value]


_COLUMNS = ("node", "seq", "prev", "kind", "kind_version", "subject", "recorded", "author", "organisation")
