"""The planning problem: what it refuses, naming the owner and the field."""

from datetime import date

import pytest

from landrelease.errors import LandreleaseError
from landrelease.plan.problem import Operation, PlanArea, PlanTeam, Problem, Rule
from landrelease.terms import Activity, AssetKind, Ground

NAN, INF = float("nan"), float("inf")
CLEARANCE = Operation(Activity.CLEARANCE, 1000.0, (AssetKind.MANUAL_TEAM,))


def area(**changes):
    values = {"area_id": "A1", "x_m": 0.0, "y_m": 0.0, "area_m2": 1.0, "value_a_day": 1.0, "operations": (CLEARANCE,)}
    return PlanArea(**{**values, **changes})


def team(**changes):
    values = {"team_id": "T1", "asset_kind": AssetKind.MANUAL_TEAM, "m2_a_day": {Activity.CLEARANCE: 100.0}}
    return PlanTeam(**{**values, "base_x_m": 0.0, "base_y_m": 0.0, **changes})


def problem(**changes):
    return Problem(**{"areas": (area(),), "teams": (team(),), "horizon_days": 10, **changes})


@pytest.mark.parametrize(
    ("make", "changes", "owner", "field"),
    [
        (area, {"value_a_day": -1.0}, "A1", "value_a_day"),
        (area, {"value_a_day": NAN}, "A1", "value_a_day"),
        (area, {"area_m2": -0.1}, "A1", "area_m2"),
        (area, {"expected_items": INF}, "A1", "expected_items"),
        (area, {"beneficiaries": -5.0}, "A1", "beneficiaries"),
        (area, {"deadline_bonus": -1.0}, "A1", "deadline_bonus"),
        (area, {"x_m": NAN}, "A1", "x_m"),
        (area, {"y_m": INF}, "A1", "y_m"),
        (area, {"operations": ()}, "A1", "operations"),
        (team, {"m2_a_day": {Activity.CLEARANCE: -1.0}}, "T1", "m2_a_day[clearance]"),
        (team, {"m2_a_day": {Activity.TS: NAN}}, "T1", "m2_a_day[ts]"),
        (team, {"base_x_m": INF}, "T1", "base_x_m"),
        (problem, {"horizon_days": -1}, "the problem", "horizon_days"),
        (problem, {"mobilisation_days": -1}, "the problem", "mobilisation_days"),
        (problem, {"commute_m": NAN}, "the problem", "commute_m"),
        (problem, {"benefit_days": -1}, "the problem", "benefit_days"),
        (problem, {"discount_a_day": -0.1}, "the problem", "discount_a_day"),
        (problem, {"travel_m_a_day": 0.0}, "the problem", "travel_m_a_day"),
        (problem, {"travel_m_a_day": NAN}, "the problem", "travel_m_a_day"),
        (problem, {"ground_factor": {(AssetKind.MACHINE, Ground.URBAN): -1.0}}, "the problem",
         "ground_factor[machine, urban]"),
        (problem, {"areas": (area(), area())}, "A1", "area_id"),
        (problem, {"teams": (team(), team())}, "T1", "team_id"),
    ],
)  # fmt: skip
def test_what_is_refused(make, changes, owner, field):
    with pytest.raises(LandreleaseError) as caught:
        make(**changes)
    (finding,) = caught.value.findings
    assert finding.error.code == "LR6001"
    assert (finding.details["owner"], finding.details["field"]) == (owner, field)


def test_negative_work_names_activity_and_field():
    with pytest.raises(LandreleaseError, match=r"LR6001.*Clearance, work_m2: -1"):
        Operation(Activity.CLEARANCE, -1.0, (AssetKind.MANUAL_TEAM,))


@pytest.mark.parametrize(
    ("make", "changes"),
    [
        (area, {"value_a_day": 0.0}),
        (area, {"expected_items": None, "beneficiaries": None}),
        (team, {"m2_a_day": {}}),
        (team, {"m2_a_day": {Activity.CLEARANCE: 0.0}}),
        (problem, {"horizon_days": 0}),
        (problem, {"areas": (), "teams": ()}),
    ],
)
def test_what_is_accepted(make, changes):
    assert make(**changes)


def test_unknown_is_not_zero():
    assert area().expected_items is None
    assert area(expected_items=0.0).expected_items == 0.0


def test_days_have_dates_only_with_a_start():
    assert problem().date_of(3) is None
    assert problem(start=date(2026, 8, 30)).date_of(3) == date(2026, 9, 2)


def test_rules_have_labels_and_stable_values():
    assert {rule.value for rule in Rule} == {"value_per_team_day", "score_sheet", "nearest_first", "priced"}
    assert Rule.VALUE_PER_TEAM_DAY.label == "Value per team-day"
