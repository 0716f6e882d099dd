"""The plan as frames and as a workbook."""

from datetime import date

import openpyxl
import pandas as pd
import pytest
from tests.samples import studies

from landrelease.plan.dispatch import dispatch
from landrelease.plan.problem import Operation, PlanArea, PlanTeam, Problem, Rule
from landrelease.report.data import ASSIGNMENT_COLUMNS, WAITING_COLUMNS
from landrelease.report.plan_book import write_plan
from landrelease.report.plan_data import plan_data
from landrelease.report.style import CLOSED_COLOUR
from landrelease.terms import Activity, AssetKind


def problem(**changes):
    survey = Operation(Activity.TS, 4_000.0, (AssetKind.TECHNICAL_SURVEY_TEAM,))
    clear = Operation(Activity.CLEARANCE, 1_000.0, (AssetKind.MANUAL_TEAM,))
    areas = (
        PlanArea("area:1", 0.0, 0.0, 5_000.0, 3.0, (survey, clear), expected_items=2.0),
        PlanArea("area:2", 9_000.0, 0.0, 90_000.0, 1.0, (survey, clear)),
        PlanArea("area:3", 0.0, 9_000.0, 7_000.0, 2.0, (Operation(Activity.MECHANICAL, 1.0, (AssetKind.MACHINE,)),)),
    )
    teams = (
        PlanTeam("team:1", AssetKind.TECHNICAL_SURVEY_TEAM, {Activity.TS: 1_000.0}, 0.0, 0.0),
        PlanTeam("team:2", AssetKind.MANUAL_TEAM, {Activity.CLEARANCE: 250.0}, 0.0, 0.0),
    )
    options = {"areas": areas, "teams": teams, "horizon_days": 12, "start": date(2026, 8, 3)} | changes
    return Problem(**options)


@pytest.fixture
def made():
    given = problem()
    return plan_data(given, dispatch(given, Rule.VALUE_PER_TEAM_DAY), {"area:1": "Mill field"})


def test_frames_of_a_plan(made):
    assert list(made.assignments.columns) == list(ASSIGNMENT_COLUMNS)
    assert list(made.waiting.columns) == list(WAITING_COLUMNS)
    first = made.assignments.iloc[0]
    assert (first["name"], first["activity"], first["start_day"], first["finish_day"]) == (
        "Mill field",
        "Technical survey",
        0,
        4,
    )
    assert (first["start_on"], first["finish_on"]) == (date(2026, 8, 3), date(2026, 8, 6))


def test_what_waits_says_why(made):
    waiting = made.waiting.set_index("area_id")
    assert "area:3" in waiting.index
    assert "Mechanical preparation" in waiting.loc["area:3", "reason"]


def test_the_summary_accounts_for_all_land(made):
    summary = made.summary.set_index("measure")["value"]
    assert summary["Area released by the plan"] + summary["Area left waiting"] == 102_000.0
    assert summary["Areas"] == 3


def test_the_summary_says_from_when_and_for_how_many_calendar_days(made):
    rows = {row.measure: (row.value, row.unit) for row in made.summary.itertuples()}
    assert rows["First day"] == ("2026-08-03", "")
    assert rows["Horizon"] == (12, "calendar days")


def test_without_a_start_there_are_no_dates():
    given = problem(start=None)
    undated = plan_data(given, dispatch(given, Rule.NEAREST_FIRST))
    assert undated.assignments["start_on"].isna().all()
    assert "First day" not in set(undated.summary["measure"])


def book_of(plan, path):
    write_plan(plan, path)
    return openpyxl.load_workbook(path)


def test_the_workbook_has_its_sheets(made, tmp_path):
    book = book_of(made, tmp_path / "plan.xlsx")
    assert book.sheetnames == ["Summary", "Assignments", "Gantt", "Waiting"]
    rows = list(book["Assignments"].iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(made.assignments)
    assert min(row[8] for row in rows).date() == date(2026, 8, 3)
    assert book["Waiting"].max_row == 1 + len(made.waiting)


def test_gantt_cells_are_coloured_for_exactly_the_working_days(tmp_path):
    plan = studies.plan()
    sheet = book_of(plan, tmp_path / "plan.xlsx")["Gantt"]
    rows = {sheet.cell(row, 1).value: row for row in range(2, 6)}
    for team, row in rows.items():
        of_team = plan.assignments[plan.assignments["team_id"] == team]
        busy = {
            day for made in of_team.itertuples() for day in range(made.start_day, made.finish_day)
        } - plan.closed_days
        for day in range(plan.horizon_days):
            cell = sheet.cell(row, day + 2)
            if day in plan.closed_days:
                assert cell.fill.fgColor.rgb.lower().endswith(CLOSED_COLOUR[1:])
            assert (cell.value is not None) == (day in busy)


def test_names_that_look_like_formulas_stay_text(tmp_path):
    plan = studies.plan()
    plan.waiting.loc[0, "name"] = "=1+1"
    sheet = book_of(plan, tmp_path / "plan.xlsx")["Waiting"]
    assert sheet["B2"].value == "=1+1"
    assert sheet["B2"].data_type == "s"


def test_the_same_plan_gives_the_same_bytes(made, tmp_path):
    write_plan(made, tmp_path / "one.xlsx")
    write_plan(made, tmp_path / "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_plan_of_nothing_can_be_written(tmp_path):
    plan = studies.plan(teams=0, waiting=0)
    book = book_of(plan, tmp_path / "plan.xlsx")
    assert book["Gantt"].cell(1, 1).value
    assert isinstance(plan.assignments, pd.DataFrame)
