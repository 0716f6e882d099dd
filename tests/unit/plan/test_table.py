"""A plan as tables."""

from dataclasses import replace
from datetime import date

import pytest

from landrelease.plan.dispatch import dispatch
from landrelease.plan.generate import generate_problem
from landrelease.plan.problem import Assignment, Operation, Plan, PlanArea, PlanTeam, Problem, Rule
from landrelease.plan.table import gantt_frame, plan_frame, summary_frame, team_days_frame, waiting_frame
from landrelease.terms import Activity, AssetKind

MANUAL, QA = AssetKind.MANUAL_TEAM, AssetKind.QA_TEAM
CHAIN = (Operation(Activity.CLEARANCE, 3000.0, (MANUAL,)), Operation(Activity.QA, 500.0, (QA,)))
PROBLEM = Problem(
    areas=(
        PlanArea("hill/1", 90_000.0, 0.0, 3000.0, 2.0, CHAIN, parent_id="hill"),
        PlanArea("wood", 0.0, 0.0, 4000.0, 5.0, (Operation(Activity.TS, 1.0, ()),)),
    ),
    teams=(
        PlanTeam("M", MANUAL, {Activity.CLEARANCE: 1000.0}, 0.0, 0.0),
        PlanTeam("Q", QA, {Activity.QA: 1000.0}, 90_000.0, 0.0),
        PlanTeam("Q2", QA, {}, 0.0, 0.0),
    ),
    horizon_days=10,
    travel_m_a_day=50_000.0,
    closed_days=frozenset({3}),
    benefit_days=5,
    start=date(2026, 8, 30),
)
PLAN = dispatch(PROBLEM)


def test_assignments_with_days_and_dates():
    frame = plan_frame(PROBLEM, PLAN)
    assert frame.to_dict("records") == [
        {
            "team_id": "M", "asset_kind": "manual_team", "area_id": "hill/1", "parent_id": "hill", "step": 0,
            "activity": "clearance", "work_m2": 3000.0, "start_day": 2, "finish_day": 6, "work_days": 3,
            "travel_days": 2, "start_date": date(2026, 9, 1), "last_date": date(2026, 9, 4),
        },
        {
            "team_id": "Q", "asset_kind": "qa_team", "area_id": "hill/1", "parent_id": "hill", "step": 1,
            "activity": "qa", "work_m2": 500.0, "start_day": 6, "finish_day": 7, "work_days": 1,
            "travel_days": 0, "start_date": date(2026, 9, 5), "last_date": date(2026, 9, 5),
        },
    ]  # fmt: skip


def test_without_a_start_there_are_days_but_no_dates():
    frame = plan_frame(replace(PROBLEM, start=None), PLAN)
    assert frame["start_date"].isna().all()
    assert frame["start_day"].tolist() == [2, 6]


def test_bars_of_travel_and_work_one_row_a_team():
    frame = gantt_frame(PROBLEM, PLAN)
    assert frame[["row", "team_id", "bar", "start_day", "days"]].to_numpy().tolist() == [
        [0, "M", "travel", 0, 2], [0, "M", "work", 2, 4], [1, "Q", "work", 6, 1],
    ]  # fmt: skip
    assert frame["start_date"].tolist() == [date(2026, 8, 30), date(2026, 9, 1), date(2026, 9, 5)]


def test_team_days_by_kind():
    frame = team_days_frame(PROBLEM, PLAN)
    assert frame.to_numpy().tolist() == [["manual_team", 1, 3, 2, 10, 0.5], ["qa_team", 2, 1, 0, 20, 0.05]]


def test_waiting_areas_with_reasons():
    (row,) = waiting_frame(PROBLEM, PLAN).to_dict("records")
    assert (row["area_id"], row["area_m2"], row["code"]) == ("wood", 4000.0, "LR6011")
    assert "wood waits: no team can do its operation 0" in row["reason"]
    assert row["remedy"]


def test_waiting_areas_stand_by_value():
    problem = generate_problem(50, 10)
    frame = waiting_frame(problem, dispatch(problem))
    assert frame["value_a_day"].is_monotonic_decreasing
    assert len(frame) > 5


def test_summary():
    frame = summary_frame(PROBLEM, PLAN)
    assert list(frame.itertuples(index=False, name=None)) == [
        ("Rule", "Value per team-day", ""),
        ("Value", pytest.approx(2.0 * (15 - 7)), "value units"),
        ("Horizon", 10, "days"),
        ("Areas released by the plan", 1, "areas"),
        ("Land released by the plan", 3000.0, "m²"),
        ("Areas waiting", 1, "areas"),
        ("Land waiting", 4000.0, "m²"),
        ("Team-days of work, Manual clearance team", 3, "team-days"),
        ("Team-days of work, QA team", 1, "team-days"),
    ]


def test_tables_of_nothing():
    empty = Problem((), (), 0)
    plan = Plan(Rule.SCORE_SHEET, (), 0.0)
    tables = [table(empty, plan) for table in (plan_frame, gantt_frame, team_days_frame, waiting_frame)]
    assert [len(table) for table in tables] == [0, 0, 0, 0]
    assert len(summary_frame(empty, plan)) == 7


def test_a_hand_made_plan_can_be_shown():
    by_hand = Plan(Rule.SCORE_SHEET, (Assignment("M", "hill/1", 0, 4, 7),), 0.0)
    assert plan_frame(PROBLEM, by_hand)[["start_day", "work_days", "travel_days"]].to_numpy().tolist() == [[4, 3, 2]]


def test_team_days_of_a_generated_plan_do_not_exceed_the_days_there_are():
    problem = generate_problem(60, 12, seed=3)
    frame = team_days_frame(problem, dispatch(problem))
    assert (frame["used_share"] <= 1).all()
    assert (frame["used_share"] > 0).all()
