"""What the command line shows: bars, tables, findings, JSON."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from landrelease.errors import Finding, Severity
from landrelease.i18n import N_, _
from landrelease.terms import Standing

if TYPE_CHECKING:
    import pandas as pd

    from landrelease.exchange.findings import Summary

out = Console()
err = Console(stderr=True)

HEADS = {
    "index": N_("No."), "received": N_("Received"), "hash": N_("Statement"), "kind": N_("Kind"), "subject": N_("About"),
    "valid": N_("Valid"), "author": N_("Author"), "organisation": N_("Organisation"), "standing": N_("Standing"),
    "reason": N_("Reason"), "dataset": N_("Data set"), "measure": N_("Measure"), "total": N_("Total"),
    "records": N_("Records"), "label": N_("Measure"), "area_id": N_("Area"), "admin_area": N_("Administrative area"),
    "period": N_("Period"), "opening_m2": N_("Opening"), "new_m2": N_("New"), "expansion_m2": N_("Expansions"),
    "correction_m2": N_("Corrections"), "reopened_m2": N_("Reopened"), "cancelled_m2": N_("Cancelled"),
    "reduced_m2": N_("Reduced"), "cleared_m2": N_("Cleared"), "closing_m2": N_("Closing"),
    "rows": N_("Rows of the file"), "accepted": N_("Accepted"), "partial": N_("Accepted without a wrong field"),
    "refused": N_("Refused"), "added": N_("Added"), "unchanged": N_("Unchanged"), "replaced": N_("Replaced"),
    "withdrawn": N_("Withdrawn"), "awaiting_review": N_("Changes awaiting a review"),
    "reviewed": N_("Accepted of earlier imports"), "blob": N_("Attachment"), "name": N_("Name"),
    "what": N_("What it is"), "size_bytes": N_("Bytes"),
    "personal": N_("Personal"), "belongs_to": N_("Belongs to"), "here": N_("Here"),
    "confirmed_by": N_("Confirmed by"), "safe": N_("Safe"), "grade": N_("Grade"), "contested": N_("Contested"),
    "correction": N_("Correction"), "changes": N_("Changes"),
    "known": N_("Known before"),
    "held": N_("Waiting"),
    "released": N_("No longer waiting"),
    "attachments": N_("Attachments"),
    "conflicts": N_("Conflicts"),
    "node": N_("Node"),
    "entries": N_("Entries"),
    "from": N_("From"),
    "to": N_("To"),
    "part": N_("Part"),
    "checkpoint": N_("Checkpoint"),
    "first": N_("First number"),
    "statement": N_("Statement"),
    "fields": N_("Fields"),
    "rivals": N_("Rivals"),
    "blobs": N_("Attachments"),
    "node_number": N_("Node, number"), "log": N_("Log"), "root": N_("Root"), "signatures": N_("Signatures"),
    "public_key": N_("Public key"), "fingerprint": N_("Fingerprint"), "from_seq": N_("From number"),
    "granted": N_("Granted"), "trusts": N_("Trusts"), "role": N_("Role"), "holder": N_("Holder"),
    "speaks_for": N_("Speaks for"), "depth": N_("Steps from the root"), "revoked_from": N_("Revoked from number"),
    "server": N_("Server"), "postgis": "PostGIS", "tables": N_("Version of the tables"),
    "newest": N_("Newest version of the tables"), "statements": N_("Statements"),
    "guards": N_("Guards missing or changed"), "unsafe_settings": N_("Unsafe settings of the server"),
    "sound": N_("Sound"),
    "day": N_("Day"), "inspected": N_("Inspected"), "team": N_("Team"), "result": N_("Result"),
    "answers": N_("Answers"), "noted": N_("Noted nonconformities"), "group": N_("Group"), "item": N_("Checklist item"),
    "nonconformity": N_("Nonconformity"), "severity": N_("Severity"), "state": N_("State"),
    "requirement": N_("Requirement"), "responsible": N_("Responsible"), "due": N_("Due"), "rule": N_("Rule"),
    "breaches": N_("Breaches"), "first_day": N_("First day"), "observed": N_("Observed"),
    "limit": N_("Limit"),
    "days": N_("Days"), "days_reported": N_("Reported"), "days_worked": N_("Worked"),
    "minutes": N_("Minutes"), "most_minutes_a_day": N_("Most a day"),
    "longest_stint_minutes": N_("Longest stint"), "most_days_on": N_("Days on"),
    "accident": N_("Accident"), "accidents": N_("Accidents"), "killed": N_("Killed"), "injured": N_("Injured"),
    "recommendation": N_("Recommendation"), "text": N_("Text"), "owner": N_("Owner"), "recorded": N_("Recorded"),
    "reported": N_("Reported"), "difference": N_("Difference"), "exposure": N_("Exposure"), "per": N_("For"),
    "rate": N_("Rate"), "low": N_("Low"), "high": N_("High"), "count": N_("Count"), "person": N_("Person"),
    "days_since_rest": N_("Days since rest"), "days_since_leave": N_("Days since leave"),
    "days_since_contact_home": N_("Days since contact home"), "offers": N_("Offers of care"),
    "offers_taken_up": N_("Taken up"),
    **{standing.value: standing.display for standing in Standing if standing is not Standing.WITHDRAWN},
}  # fmt: skip
"""Words for the columns and counts that commands show; machines get the names (``--json``)."""


class RichProgress:
    """Bars on the error stream, one a step; nothing where that is no terminal."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bars = Bars(*columns, console=err, disable=not err.is_terminal)
        self._open: list[Any] = []

    def begin(self, label: str, total: int | None = None) -> None:
        """Open a bar."""
        self._bars.start()
        self._open.append(self._bars.add_task(printable(label), total=total))

    def advance(self, units: int = 1) -> None:
        """Move the bar of the innermost open step."""
        self._bars.advance(self._open[-1], units)

    def end(self) -> None:
        """Close the innermost open step."""
        task = self._open.pop()
        total = self._bars.tasks[task].total
        self._bars.update(task, total=total or self._bars.tasks[task].completed or 1)
        self._bars.update(task, completed=self._bars.tasks[task].total)
        if not self._open:
            self._bars.refresh()

    def close(self) -> None:
        """Take the bars off the screen's live part."""
        self._bars.stop()


@contextmanager
def progress_bars() -> Iterator[RichProgress]:
    """Show bars while the block works."""
    bars = RichProgress()
    try:
        yield bars
    finally:
        bars.close()


def printable(text: str) -> str:
    """Replace control characters: text of a source file must not steer the terminal."""
    return "".join(letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in text)


def say(text: str) -> None:
    """Print a sentence."""
    out.print(printable(text), markup=False, highlight=False, soft_wrap=True)


_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}


def print_findings(findings: "Sequence[Finding | Summary]") -> None:
    """Print findings on the error stream, a line each."""
    for finding in findings:
        style = _STYLES[finding.error.severity]
        err.print(printable(str(finding)), style=style, markup=False, highlight=False, soft_wrap=True)


def print_frame(title: str, frame: "pd.DataFrame") -> None:
    """Print a frame as a table."""
    print_rows(title, [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")])


def print_rows(title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Print rows of the same columns as a table."""
    if not rows:
        say(f"{title}: " + _("none"))
        return
    table = Table()
    for name, value in rows[0].items():
        right = isinstance(value, (int, float))
        table.add_column(Text(_head(name)), justify="right" if right else "left", overflow="fold", no_wrap=right)
    for row in rows:
        table.add_row(*(Text(shown(value)) for value in row.values()))
    _print_table(title, table)


def print_pairs(title: str, pairs: Mapping[str, Any]) -> None:
    """Print names and values as a table of two columns."""
    table = Table(show_header=False)
    table.add_column()
    table.add_column(overflow="fold")
    for name, value in pairs.items():
        table.add_row(Text(_head(name)), Text(shown(value)))
    _print_table(title, table)


def _print_table(title: str, table: Table) -> None:
    out.print(f"\n{printable(title)}", style="bold", markup=False, highlight=False, soft_wrap=True)
    out.print(table)


def _head(name: str) -> str:
    return _(HEADS[name]) if name in HEADS else printable(name)


def shown(value: Any) -> str:
    """Write a value for a person: digits in groups, small fractions with four figures."""
    if isinstance(value, bool) or value is None:
        return {True: _("yes"), False: _("no"), None: _("unknown")}[value]
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 100 else f"{value:,.0f}"
    return printable(str(value))


def print_json(value: Any) -> None:
    """Print one JSON object for machines."""
    sys.stdout.write(json.dumps(value, default=_plain, ensure_ascii=False) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, Finding):
        return value.as_dict()
    if hasattr(value, "to_dict"):
        return value.to_dict("records")
    return value.item() if hasattr(value, "item") else str(value)
