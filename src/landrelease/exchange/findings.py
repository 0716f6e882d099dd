"""Findings of an import: collected in bounded memory, summarised by code, written as a table."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from landrelease.errors import ErrorCode, Finding, Severity
from landrelease.exchange.escaping import escape_formula
from landrelease.i18n import _, ngettext

LISTED_ROWS = 10
"""Rows that a summary names."""


@dataclass(frozen=True, slots=True)
class Summary:
    """All findings of one code in one field.

    Attributes
    ----------
    rows
        The first rows concerned; `count` says how many there are.
    """

    error: ErrorCode
    field: str | None
    count: int
    rows: tuple[int, ...]
    example: Finding

    def __str__(self) -> str:
        if self.count == 1:
            return str(self.example)
        listed = ", ".join(str(row) for row in self.rows) + (", ..." if len(self.rows) < self.count else "")
        times = ngettext("{count} time", "{count} times", self.count).format(count=self.count)
        place = _("rows {rows}").format(rows=listed) if self.rows else ""
        example = _("for example: {what}").format(what=self.example.what)
        where = f" ({self.field})" if self.field else ""
        return f"{self.error.code}{where} {times}, {place}; {example}. {self.example.remedy}"


@dataclass(slots=True)
class _Group:
    example: Finding
    count: int = 0
    rows: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Collector:
    """Findings as they come: counted all, listed up to `limit` of each code, so that memory stays bounded."""

    limit: int = 20_000
    listed: list[Finding] = field(default_factory=list)
    errors: int = 0
    _by_code: Counter[ErrorCode] = field(default_factory=Counter)
    _groups: dict[tuple[ErrorCode, str | None], _Group] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Count one finding, and list it while there is room."""
        self._by_code[finding.error] += 1
        self.errors += finding.severity is Severity.ERROR
        if self._by_code[finding.error] <= self.limit:
            self.listed.append(finding)
        group = self._groups.setdefault((finding.error, finding.field), _Group(finding))
        group.count += 1
        if finding.row is not None and len(group.rows) < LISTED_ROWS:
            group.rows.append(finding.row)

    def summary(self) -> tuple[Summary, ...]:
        """Return one line a code and field, errors first."""
        order = list(Severity)
        lines = (
            Summary(error, name, group.count, tuple(group.rows), group.example)
            for (error, name), group in self._groups.items()
        )
        return tuple(sorted(lines, key=lambda line: (order.index(line.error.severity), line.error.code)))


def summarise(findings: Iterable[Finding]) -> tuple[Summary, ...]:
    """Group findings for people: one line a code and field, with the count and the first rows.

    Returns
    -------
    tuple of Summary
        Errors first, then warnings, then notes.
    """
    collector = Collector(limit=0)
    for finding in findings:
        collector.add(finding)
    return collector.summary()


def write_findings(findings: Iterable[Finding], path: Path) -> None:
    """Write findings row by row as CSV: code, severity, file, sheet, row, field, what, remedy."""
    with path.open("w", encoding="utf-8-sig", errors="surrogateescape", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["code", "severity", "file", "sheet", "row", "field", "what", "remedy"])
        writer.writerows([escape_formula(value) for value in finding.as_dict().values()] for finding in findings)
