"""The plan as a workbook: summary, assignments, Gantt chart as coloured cells, what waits and why."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from landrelease.i18n import N_, _
from landrelease.report.data import PlanData, rows_of
from landrelease.report.files import replacing
from landrelease.report.style import ACTIVITY_COLOURS, CLOSED_COLOUR

_ASSIGNMENTS = {
    "team_id": (N_("Team"), 16), "asset_kind": (N_("Kind of team"), 22), "area_id": (N_("Area"), 18),
    "name": (N_("Name"), 28), "activity": (N_("Activity"), 22), "work_m2": (N_("Work, m²"), 12),
    "start_day": (N_("Start day"), 10), "finish_day": (N_("Finish day"), 10), "start_on": (N_("First day"), 12),
    "finish_on": (N_("Last day"), 12),
}  # fmt: skip
_WAITING = {
    "area_id": (N_("Area"), 18), "name": (N_("Name"), 28), "area_m2": (N_("Area, m²"), 12),
    "value_a_day": (N_("Value a day"), 12), "expected_items": (N_("Expected items"), 14),
    "reason": (N_("Why it waits"), 90),
}  # fmt: skip
_DAY_WIDTH = 1.6
_NO_TIME = datetime(2000, 1, 1)  # xlsxwriter writes the present time unless it is given one


def write_plan(plan: PlanData, path: Path) -> None:
    """Write ``plan.xlsx``; it does not carry the time of writing, so that the same plan gives the same bytes."""
    with replacing(path) as draft, xlsxwriter.Workbook(str(draft), {"strings_to_formulas": False}) as book:
        book.set_properties({"title": _("Plan"), "created": _NO_TIME})
        formats = _Formats(book)
        _summary_sheet(book.add_worksheet(_("Summary")), plan, formats)
        _table_sheet(book.add_worksheet(_("Assignments")), _by_team(plan.assignments), _ASSIGNMENTS, formats)
        _gantt_sheet(book.add_worksheet(_("Gantt")), plan, formats)
        _table_sheet(book.add_worksheet(_("Waiting")), plan.waiting, _WAITING, formats)


class _Formats:
    """Cell formats of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.text = book.add_format({"valign": "top"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.number = book.add_format({"num_format": "#,##0.##", "valign": "top", "align": "right"})
        self.whole = book.add_format({"num_format": "#,##0", "valign": "top", "align": "right"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
        self.day = book.add_format({"align": "center", "font_size": 8, "rotation": 90})
        self.closed = book.add_format({"bg_color": CLOSED_COLOUR})
        self._fills: dict[str, Any] = {}
        self._book = book

    def fill(self, activity: str) -> Any:
        """Format of a day of an activity; the same colour wherever it is shown."""
        if activity not in self._fills:
            colour = ACTIVITY_COLOURS[len(self._fills) % len(ACTIVITY_COLOURS)]
            self._fills[activity] = self._book.add_format({"bg_color": colour, "font_color": colour})
        return self._fills[activity]


def _summary_sheet(sheet: Any, plan: PlanData, formats: _Formats) -> None:
    columns = {"measure": (_("Measure"), 44), "value": (_("Value"), 26), "unit": (_("Unit"), 16)}
    _table_sheet(sheet, plan.summary, columns, formats)


def _table_sheet(sheet: Any, frame: pd.DataFrame, columns: dict[str, tuple[str, int]], formats: _Formats) -> None:
    for number, (column, (label, width)) in enumerate(columns.items()):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, _(label), formats.head)
        for row, value in enumerate(frame[column], start=1):
            _write(sheet, row, number, value, formats)
    sheet.freeze_panes(1, 0)
    if len(frame):
        sheet.autofilter(0, 0, len(frame), len(columns) - 1)


def _write(sheet: Any, row: int, column: int, value: Any, formats: _Formats) -> None:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        sheet.write_blank(row, column, None)
    elif hasattr(value, "isoformat"):
        sheet.write_datetime(row, column, value, formats.date)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, formats.wrap)
    elif float(value).is_integer():
        sheet.write_number(row, column, value, formats.whole)
    else:
        sheet.write_number(row, column, value, formats.number)


def _gantt_sheet(sheet: Any, plan: PlanData, formats: _Formats) -> None:
    """One row a team, one column a day, coloured by activity; the key stands below, the area in the cell."""
    assignments = _by_team(plan.assignments)
    teams = list(dict.fromkeys(assignments["team_id"]))
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, max(1, plan.horizon_days), _DAY_WIDTH)
    sheet.write_string(0, 0, _("Team \\ day"), formats.head)
    _days(sheet, plan, len(teams), formats)
    for row, team in enumerate(teams, start=1):
        sheet.write_string(row, 0, team, formats.text)
    rows = {team: row for row, team in enumerate(teams, start=1)}
    for made in rows_of(assignments):
        for day in range(made.start_day, made.finish_day):
            if day not in plan.closed_days:
                sheet.write_string(rows[made.team_id], day + 1, str(made.name), formats.fill(made.activity))
    _key(sheet, len(teams) + 2, list(dict.fromkeys(assignments["activity"])), formats)
    sheet.freeze_panes(1, 1)


def _days(sheet: Any, plan: PlanData, teams: int, formats: _Formats) -> None:
    for day in range(plan.horizon_days):
        if day % 5 == 0:
            sheet.write_number(0, day + 1, day, formats.day)
        if day in plan.closed_days:
            for row in range(1, teams + 1):
                sheet.write_blank(row, day + 1, None, formats.closed)


def _key(sheet: Any, top: int, activities: Sequence[str], formats: _Formats) -> None:
    for row, activity in enumerate(activities, start=top):
        sheet.write_string(row, 0, activity, formats.text)
        sheet.write_string(row, 1, " ", formats.fill(activity))
    sheet.write_string(top + len(activities), 0, _("Nobody works"), formats.text)
    sheet.write_blank(top + len(activities), 1, None, formats.closed)


def _by_team(assignments: pd.DataFrame) -> pd.DataFrame:
    return assignments.sort_values(["asset_kind", "team_id", "start_day"], kind="stable")
