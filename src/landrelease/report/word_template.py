"""A plain Word template of each report, made by code: what an authority begins its own with."""

from pathlib import Path
from typing import Any

from docx import Document

from landrelease.report.files import replacing
from landrelease.report.operator_data import ReportKind

Columns = tuple[tuple[str, str], ...]
"""Label of a column, and what its cells hold."""

_WORK: Columns = (
    ("activity", "row.activity"), ("team_days", "row.team_days|number"), ("person_days", "row.person_days|number"),
    ("hours", "row.hours|number(1)"), ("stints", "row.stints|number"), ("searched_m2", "row.searched_m2|number"),
    ("finds_count", "row.finds|number"),
)  # fmt: skip
_LOST: Columns = (("reason", "row.reason"), ("lost_days", "row.team_days|number"))
_TEAMS: Columns = (
    ("team", "row.name"), ("days_worked", "row.days_worked|number"), ("days_lost", "row.days_lost|number"),
    ("hours", "row.hours|number(1)"), ("searched_m2", "row.searched_m2|number"),
    ("longest_stint", "row.longest_stint_minutes|number"),
)  # fmt: skip
_FINDS: Columns = (
    ("group", "row.group"), ("ordnance", "row.ordnance"), ("found", "row.found|number"),
    ("destroyed", "row.destroyed|number"),
)  # fmt: skip
_LAND: Columns = (("report", "row.label"), ("reports", "row.reports|number"), ("area_m2", "row.area_m2|number"))
_ACCIDENTS: Columns = (
    ("day", "row.day"), ("kind", "row.kind"), ("killed", "row.killed|number"), ("injured", "row.injured|number"),
)  # fmt: skip
_VISITS: Columns = (
    ("day", "row.day"), ("by", "row.organisation"), ("inspected", "row.inspected"), ("result", "row.result"),
)  # fmt: skip
_FAULTS: Columns = (
    ("raised", "row.raised"), ("severity", "row.severity"), ("requirement", "row.requirement"),
    ("closed", "row.closed or '–'"),
)  # fmt: skip
_BALANCE: Columns = (("term", "row.label"), ("area_m2", "row.area_m2|number(1)"))
_PARTS: Columns = (
    ("state", "row.state"), ("area_m2", "row.area_m2|number"), ("method", "row.method or '–'"),
    ("depth", "row.depth_cm|number"), ("coverage", "row.coverage_permille|number"),
    ("organisation", "row.organisation"),
)  # fmt: skip
_POINTS: Columns = (
    ("point", "row.label"), ("latitude", "row.latitude|number(7)"), ("longitude", "row.longitude|number(7)"),
    ("bearing", "row.bearing_deg|number(2)"), ("distance", "row.distance_m|number(2)"),
)  # fmt: skip
_SIGNATURES: Columns = (("role", "row.role"), ("name", "''"), ("signature", "''"), ("day", "''"))


def write_template(kind: ReportKind, path: Path) -> None:
    """Write a plain template of a report, in no language: its words come with the report."""
    document = Document()
    document.core_properties.title = "{{ title }}"
    document.core_properties.author = ""
    document.sections[0].footer.paragraphs[0].text = "{{ title }}, {{ organisation.name }}, {{ period.text }}"
    document.add_heading("{{ title }}", 0)
    document.add_paragraph("{{ organisation.name }}, {{ period.text }}")
    if kind is ReportKind.COMPLETION:
        document.add_paragraph("{{ area.name }} ({{ area.id }}), {{ area.admin_area or '–' }}")
    for name in ("team_days", "lost_days", "hours"):
        shown = "number(1)" if name == "hours" else "number"
        document.add_paragraph(f"{{{{ labels.{name} }}}}: {{{{ totals.{name}|{shown} }}}}")
    document.add_paragraph(
        "{{ labels.statements }}: {{ statements|number }}. {{ labels.pending }}: {{ pending|number }}."
    )
    for title, rows, columns in _sections(kind):
        _section(document, title, rows, columns)
    if kind is ReportKind.COMPLETION:
        _turning_points(document)
    _list(document, "notes")
    document.add_heading("{{ labels.signatures }}", 1)
    _table(document, "signatures", _SIGNATURES)
    with replacing(path) as draft:
        document.save(str(draft))


def _sections(kind: ReportKind) -> list[tuple[str, str, Columns]]:
    shown = [("work", "work", _WORK), ("lost", "lost", _LOST), ("teams", "teams", _TEAMS), ("finds", "finds", _FINDS),
             ("land", "land", _LAND), ("accidents", "accidents", _ACCIDENTS), ("quality", "visits", _VISITS),
             ("nonconformities", "nonconformities", _FAULTS)]  # fmt: skip
    if kind is ReportKind.DAILY:
        return shown
    balance = [("balance", "balance", _BALANCE)]
    if kind is ReportKind.MONTHLY:
        return [*shown, *balance, ("credited", "credited", _BALANCE)]
    return [("parts", "parts", _PARTS), *shown, *balance]


def _section(document: Any, title: str, rows: str, columns: Columns) -> None:
    document.add_heading(f"{{{{ labels.{title} }}}}", 1)
    document.add_paragraph(f"{{%p if {rows} %}}")
    _table(document, rows, columns)
    document.add_paragraph("{%p else %}")
    document.add_paragraph("{{ labels.none }}")
    document.add_paragraph("{%p endif %}")


def _table(document: Any, rows: str, columns: Columns) -> None:
    """Add a table with a head, and a row for each of the rows."""
    table = document.add_table(rows=4, cols=len(columns), style="Light Grid Accent 1")
    for cell, (label, _content) in zip(table.rows[0].cells, columns, strict=True):
        cell.text = f"{{{{ labels.{label} }}}}"
    table.rows[1].cells[0].text = f"{{%tr for row in {rows} %}}"
    for cell, (_label, content) in zip(table.rows[2].cells, columns, strict=True):
        cell.text = f"{{{{ {content} }}}}"
    table.rows[3].cells[0].text = "{%tr endfor %}"


def _turning_points(document: Any) -> None:
    document.add_heading("{{ labels.points }}", 1)
    document.add_paragraph("{%p for part in parts %}")
    document.add_paragraph("{%p if part.points %}")
    document.add_paragraph("{{ part.part_id }}")
    _table(document, "part.points", _POINTS)
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")
    document.add_heading("{{ labels.limits }}", 1)
    _list(document, "limits")


def _list(document: Any, name: str) -> None:
    document.add_paragraph(f"{{%p for note in {name} %}}")
    document.add_paragraph("{{ note }}", style="List Bullet")
    document.add_paragraph("{%p endfor %}")
