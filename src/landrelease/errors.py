"""The error catalogue: a stable code, what is wrong, where, and what to do.

Codes are never reused or renumbered. Ranges: 0 profile and system, 1 record, 2 exchange, 3 geometry and land, 4 hazard,
5 survey, 6 plan, 7 release, 8 simulate, 9 study and command line. Messages are format strings; their fields come from
`Finding.details`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any

from landrelease.i18n import N_, _


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """The row, file or command is refused."""
    WARNING = "warning"
    """Accepted, but someone should look."""
    NOTE = "note"
    """Worth knowing; nothing to do."""


class ErrorCode(Enum):
    """Every error and finding of landrelease: code, severity, message, remedy."""

    # 0: profile and system
    PROFILE_INVALID = (
        "LR0001",
        Severity.ERROR,
        N_("The standards profile is not valid: {problem}"),
        N_("Correct the profile file at the parameter named; the reference page lists every parameter with its unit."),
    )
    FILE_MISSING = ("LR0002", Severity.ERROR, N_("There is no file {path}"), N_("Check the path."))
    WORKSPACE_MISSING = (
        "LR0003",
        Severity.ERROR,
        N_("{path} is not a landrelease workspace"),
        N_("Make one with 'landrelease init {path}'."),
    )
    WORKSPACE_EXISTS = (
        "LR0004",
        Severity.ERROR,
        N_("{path} already holds a workspace"),
        N_("Use another folder; a workspace is never overwritten."),
    )

    # 1: record

    # 2: exchange

    # 3: geometry and land

    # 4: hazard

    # 5: survey

    # 6: plan

    # 7: release
    REPORT_COLUMNS_MISSING = (
        "LR7101",
        Severity.ERROR,
        N_("The frame '{frame}' lacks the columns {columns}"),
        N_("Fill every column that the report's data page lists; leave unknown values empty."),
    )
    REPORT_SYSTEM = (
        "LR7102",
        Severity.ERROR,
        N_("The frame '{frame}' is in {crs}, not in WGS 84 (EPSG:4326)"),
        N_("Transform the frame with to_crs('EPSG:4326') before it is handed to a writer."),
    )

    # 8: simulate

    # 9: study and command line
    DATE_INVALID = (
        "LR9001",
        Severity.ERROR,
        N_("'{value}' is not a date or time"),
        N_("Write dates as 2026-04-30, times as 2026-04-30T12:00:00Z."),
    )

    def __init__(self, code: str, severity: Severity, message: str, remedy: str) -> None:
        self.code = code
        self.severity = severity
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found wrong or worth knowing, with its place in the source."""

    error: ErrorCode
    details: Mapping[str, Any] = field(default_factory=dict)
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    """Row of the file as a person counts it: the header is row 1."""
    field: str | None = None

    @property
    def severity(self) -> Severity:
        """Severity from the catalogue."""
        return self.error.severity

    @property
    def where(self) -> str:
        """The place in words, for example ``events.csv, row 12, field lon``."""
        parts = [self.file or "", self.sheet or ""]
        parts += [_("row {row}").format(row=self.row)] if self.row is not None else []
        parts += [_("field {field}").format(field=self.field)] if self.field else []
        return ", ".join(part for part in parts if part)

    @property
    def what(self) -> str:
        """What is wrong, in the user's language."""
        return _(self.error.message).format(**self.details)

    @property
    def remedy(self) -> str:
        """What to do, in the user's language."""
        return _(self.error.remedy).format(**self.details)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{self.error.code} {place}{self.what}. {self.remedy}"

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON and tables."""
        return {
            "code": self.error.code, "severity": self.severity.value, "file": self.file, "sheet": self.sheet,
            "row": self.row, "field": self.field, "what": self.what, "remedy": self.remedy,
        }  # fmt: skip


class LandreleaseError(Exception):
    """Work refused, with the findings that say why."""

    def __init__(self, findings: Finding | Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = (findings,) if isinstance(findings, Finding) else tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of all findings, in order."""
        return tuple(finding.error.code for finding in self.findings)


def fail(error: ErrorCode, **details: Any) -> LandreleaseError:
    """Make the exception of one finding: ``raise fail(ErrorCode.FILE_MISSING, path=path)``."""
    return LandreleaseError(Finding(error, details))
