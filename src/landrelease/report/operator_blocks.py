"""An operator's report as the blocks of a document."""

from collections.abc import Sequence
from typing import Any

from landrelease.i18n import _
from landrelease.report import blocks
from landrelease.report.blocks import Block
from landrelease.report.figures import image
from landrelease.report.operator_context import Row, report_context, shown_number
from landrelease.report.operator_data import OperatorReport, ReportKind
from landrelease.report.operator_figure import parts_figure
from landrelease.report.wording import UNKNOWN

Columns = Sequence[tuple[str, str]]
"""Field of a row and name of the label above it."""


def operator_blocks(report: OperatorReport) -> dict[str, Any]:
    """Give the content of the document's template, in the user's language."""
    context = report_context(report)
    return {
        "title": context["title"], "subtitle": f"{context['organisation']['name']}, {context['period']['text']}",
        "language": context["language"], "direction": context["direction"], "blocks": list(_sections(report, context)),
        "footer": _("landrelease. A report of work; it releases no land and does not say that ground is safe."),
    }  # fmt: skip


def _sections(report: OperatorReport, context: Row) -> list[Block]:
    completion = report.kind is ReportKind.COMPLETION
    return [
        blocks.facts(_facts(context)),
        *_section(context, "work", "work", _WORK),
        *_section(context, "lost", "lost", _LOST),
        *(_section(context, "teams", "teams", _TEAMS) if report.teams else []),
        *(_parts(report, context) if completion else []),
        *_section(context, "finds", "finds", _FINDS, text_columns=2),
        *_section(context, "land", "land", _LAND),
        *_section(context, "accidents", "accidents", _ACCIDENTS, text_columns=3),
        *_section(context, "quality", "visits", _VISITS, text_columns=5),
        *_section(context, "nonconformities", "nonconformities", _NONCONFORMITIES, text_columns=4),
        *(_balance(context, "balance") if context["balance"] else []),
        *(_balance(context, "credited") if context["credited"] and report.organisation else []),
        *(_limits(context) if completion else []),
        blocks.heading(_("What the figures mean")),
        blocks.bullets(context["notes"]),
        blocks.heading(context["labels"]["signatures"]),
        _signatures(context),
    ]


_WORK = (("activity", "activity"), ("team_days", "team_days"), ("person_days", "person_days"), ("hours", "hours"),
         ("stints", "stints"), ("searched_m2", "searched_m2"), ("finds", "finds_count"))  # fmt: skip
_LOST = (("reason", "reason"), ("team_days", "lost_days"))
_TEAMS = (("name", "team"), ("days_worked", "days_worked"), ("days_lost", "days_lost"), ("hours", "hours"),
          ("searched_m2", "searched_m2"), ("finds", "finds_count"),
          ("longest_stint_minutes", "longest_stint"))  # fmt: skip
_FINDS = (("group", "group"), ("ordnance", "ordnance"), ("found", "found"), ("destroyed", "destroyed"))
_LAND = (("label", "report"), ("reports", "reports"), ("area_m2", "area_m2"))
_ACCIDENTS = (("day", "day"), ("kind", "kind"), ("area", "area"), ("killed", "killed"), ("injured", "injured"))
_VISITS = (("day", "day"), ("organisation", "by"), ("inspected", "inspected"), ("area", "area"), ("result", "result"),
           ("sampled_m2", "sampled_m2"))  # fmt: skip
_NONCONFORMITIES = (
    ("raised", "raised"),
    ("severity", "severity"),
    ("requirement", "requirement"),
    ("closed", "closed"),
)
_PARTS = (("state", "state"), ("area_m2", "area_m2"), ("method", "method"), ("depth_cm", "depth"),
          ("coverage_permille", "coverage"), ("worked_days", "worked_days"),
          ("organisation", "organisation"))  # fmt: skip
_POINTS = (("label", "point"), ("latitude", "latitude"), ("longitude", "longitude"), ("bearing_deg", "bearing"),
           ("distance_m", "distance"))  # fmt: skip
_DECIMALS = {"latitude": 7, "longitude": 7, "bearing_deg": 2, "distance_m": 2, "hours": 1}


def _facts(context: Row) -> list[tuple[str, str]]:
    labels, area = context["labels"], context["area"]
    rows = [(labels["organisation"], context["organisation"]["name"]), (labels["period"], context["period"]["text"])]
    if area is not None:
        rows += [
            (labels["area"], f"{area['name']} ({area['id']})"), (labels["admin_area"], area["admin_area"] or UNKNOWN),
            (labels["beneficiaries"], shown_number(area["beneficiaries_direct"])),
        ]  # fmt: skip
    totals = context["totals"]
    return [
        *rows, (labels["team_days"], shown_number(totals["team_days"])),
        (labels["lost_days"], shown_number(totals["lost_days"])), (labels["hours"], shown_number(totals["hours"], 1)),
        (labels["statements"], shown_number(context["statements"])),
        (labels["pending"], shown_number(context["pending"])), (labels["as_of"], context["as_of"]),
        (labels["profile"], context["profile"]),
    ]  # fmt: skip


def _section(context: Row, title: str, name: str, columns: Columns, text_columns: int = 1) -> list[Block]:
    """Heading and table; a sentence where there is nothing: none is said in words."""
    labels, rows = context["labels"], context[name]
    shown = [blocks.heading(labels[title])]
    return [*shown, _table(labels, rows, columns, "", text_columns) if rows else blocks.paragraph(labels["none"])]


def _table(labels: Row, rows: Sequence[Row], columns: Columns, caption: str, text_columns: int) -> Block:
    cells = [[_cell(field, row[field]) for field, _label in columns] for row in rows]
    return blocks.table([labels[label] for _field, label in columns], cells, caption, text_columns=text_columns)


def _cell(field: str, value: Any) -> str:
    return value if isinstance(value, str) else shown_number(value, _DECIMALS.get(field, 0))


def _balance(context: Row, name: str) -> list[Block]:
    labels = context["labels"]
    rows = [[row["label"], shown_number(row["area_m2"], 1)] for row in context[name]]
    closing = name == "balance"
    table = blocks.table([labels["term"], labels["area_m2"]], rows, "", total=closing)
    return [blocks.heading(labels[name]), table]


def _map(report: OperatorReport) -> list[Block]:
    """Map of the parts that the audience may see; none where there is none."""
    if not any(part.rings for part in report.parts):
        return []
    caption = _("Parts of the area by state, with the start points of their perimeters. Not for navigation.")
    said = _("Map of {count} parts of the area").format(count=sum(bool(part.rings) for part in report.parts))
    return [blocks.figure("area.svg", lambda: image(parts_figure(report.parts)), caption, said)]


def _parts(report: OperatorReport, context: Row) -> list[Block]:
    labels = context["labels"]
    rows = [row | {"worked_days": f"{row['worked_from']} – {row['worked_to']}"} for row in context["parts"]]
    shown = [blocks.heading(labels["parts"]), _table(labels, rows, _PARTS, "", len(_PARTS)), *_map(report)]
    for count, row in enumerate(context["parts"], start=1):
        if row["points"]:
            caption = _("Turning points of part {count}, {state} (WGS 84; true bearings); on record as {part}").format(
                count=count, state=row["state"].lower(), part=row["part_id"]
            )
            shown.append(_table(labels, row["points"], _POINTS, caption, 1))
    return shown


def _limits(context: Row) -> list[Block]:
    labels = context["labels"]
    told = blocks.bullets(context["limits"]) if context["limits"] else blocks.paragraph(labels["none"])
    return [blocks.heading(labels["limits"]), told]


def _signatures(context: Row) -> Block:
    labels = context["labels"]
    line = "." * 28
    rows = [[each["role"], line, line, "." * 12] for each in context["signatures"]]
    return blocks.table([labels["role"], labels["name"], labels["signature"], labels["day"]], rows, "", text_columns=4)
