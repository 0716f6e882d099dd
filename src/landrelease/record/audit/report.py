"""What an audit found, in bounded memory."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from landrelease.errors import Finding, Severity

LISTED = 100
"""Findings that a report lists; all are counted."""


@dataclass(frozen=True, slots=True)
class Dependents:
    """What rests on an entry that cannot be believed.

    Attributes
    ----------
    hash, index, node, seq
        The entry as the log names it; the first that is wrong.
    later
        Later entries of its node: its chain vouches for them no longer.
    citing
        Entries that cite it, or cite one that does, and so on.
    first_citing
        Hash, kind and subject of the first of these.
    subjects
        The first subjects that the entry and those citing it are about; `subject_count` says how many there are.
    checkpoint
        Origin and size of the smallest kept checkpoint of this log that covers the entry, or None.
    """

    hash: str
    index: int
    node: str | None
    seq: int | None
    later: int
    citing: int
    first_citing: tuple[tuple[str, str, str], ...]
    subjects: tuple[str, ...]
    subject_count: int
    checkpoint: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found.

    Attributes
    ----------
    entries, nodes
        Lines of the log read, and nodes whose chains were followed.
    head, root
        Hash of the last entry, and root of the tree over all: note them elsewhere, and a later audit can be compared.
    errors, warnings, notes
        Number of findings of each severity.
    findings
        The first `LISTED`, in the order of the log; the details of each name hash, index, node and number (seq).
    signed, verified
        Entries with a signature, and how many of these were computed again; the others rest on the chain below a later
        one that was.
    checkpoints
        Kept and given checkpoints that the log was compared with.
    agreed
        Entries of the largest of them with which the log agrees: so far, another history is excluded.
    blobs
        Attachments whose bytes were hashed again.
    dependents
        What rests on the first bad entry, or None.
    """

    entries: int
    nodes: int
    head: str
    errors: int
    warnings: int
    findings: tuple[Finding, ...]
    root: str = ""
    notes: int = 0
    signed: int = 0
    verified: int = 0
    checkpoints: int = 0
    agreed: int = 0
    blobs: int = 0
    dependents: Dependents | None = None

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return self.errors == 0

    @property
    def first(self) -> Finding | None:
        """The first error, or None."""
        return next((finding for finding in self.findings if finding.severity is Severity.ERROR), None)


@dataclass(slots=True)
class Tally:
    """Findings as they come: all counted, the first of the log listed, errors before the rest where not all fit."""

    counts: dict[Severity, int] = field(default_factory=lambda: dict.fromkeys(Severity, 0))
    _kept: list[tuple[tuple[int, float, int], Finding]] = field(default_factory=list)
    _number: int = 0

    def note(self, findings: Iterable[Finding]) -> None:
        """Count findings, and keep each that is among the first."""
        for finding in findings:
            self.counts[finding.severity] += 1
            self._number += 1
            order = (_GRADES[finding.severity], place_of(finding), self._number)
            worst_first = (-order[0], -order[1], -order[2])
            keep = heapq.heappush if len(self._kept) < LISTED else heapq.heappushpop
            keep(self._kept, (worst_first, finding))

    def findings(self) -> tuple[Finding, ...]:
        """The kept findings in the order of the log; those that are about no entry come last."""
        ordered = sorted(self._kept, key=lambda kept: (-kept[0][1], -kept[0][2]))
        return tuple(finding for _order, finding in ordered)


def place_of(finding: Finding) -> float:
    """Index in the log that a finding is about; infinite where it is about none."""
    index: Any = finding.details.get("index")
    return float(index) if isinstance(index, int) else float("inf")


_GRADES = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
