"""The loop that the row formats share: record by record, refusals turned into findings with their place."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from landrelease.errors import Finding, Severity
from landrelease.exchange.proposal import Proposal, Reading, Refusal, Row
from landrelease.exchange.textfile import Record, check_controls, check_decoded

Value = TypeVar("Value")


@dataclass(slots=True)
class RowCheck:
    """Collects what is wrong with one row while its fields are read.

    Use each field through `read`: a refused value gives None and a finding, and the other fields are still checked.
    """

    file: str
    number: int
    sheet: str | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether anything found so far is an error."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)

    def add(self, refusal: Refusal, name: str | None = None) -> None:
        """Note a refusal or remark."""
        self.findings.append(refusal.at(self.file, self.number, name, self.sheet))

    def adopt(self, findings: Iterable[Finding], name: str | None = None) -> None:
        """Note findings of other rooms, at the place of this row."""
        self.findings += [
            replace(finding, file=self.file, sheet=self.sheet, row=self.number, field=name or finding.field)
            for finding in findings
        ]

    def read(self, name: str | None, parse: Callable[[], Value]) -> Value | None:
        """Return what `parse` gives, or None after noting its refusal."""
        try:
            return parse()
        except Refusal as refusal:
            self.add(refusal, name)
            return None


def check_text(check: RowCheck, values: dict[str, str], encoding: str) -> None:
    """Note every field of a row that holds bytes of another encoding, or control characters."""
    for name, refusal in (*check_decoded(values, encoding), *check_controls(values)):
        check.add(refusal, name)


Propose = Callable[[dict[str, str], RowCheck], Proposal | None]


def read_rows(
    reading: Reading, records: Iterator[Record], propose: Propose, encoding: str = "utf-8", sheet: str | None = None
) -> Iterator[Row]:
    """Yield a row for every record, with what `propose` makes of it."""
    for number, values in records:
        check = RowCheck(reading.path.name, number, sheet)
        if isinstance(values, Refusal):
            check.add(values)
            yield Row(number, {}, None, check.findings)
            continue
        check_text(check, values, encoding)
        proposal = None if check.findings else propose(values, check)
        yield Row(number, values, proposal, check.findings)
