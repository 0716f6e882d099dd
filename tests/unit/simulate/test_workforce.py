import numpy as np
import pytest
from scipy import stats

from landrelease.profile import load_profile
from landrelease.simulate.scenario import Scenario, load_scenario
from landrelease.simulate.workforce import (
    MONITORING,
    REGIMENT,
    DayKind,
    calendar,
    draw_roster,
    make_teams,
    triangle_of,
    triangular,
    units_of,
)
from landrelease.terms import Activity, AssetKind

SCENARIO, PROFILE = load_scenario("regiment-120"), load_profile()


def _with_deployment(**values: int) -> Scenario:
    return SCENARIO.model_copy(update={"deployment": SCENARIO.deployment.model_copy(update=values)})


def test_every_team_has_its_own_name_and_number() -> None:
    teams = make_teams(SCENARIO)
    assert len({team.team_id for team in teams}) == len(teams) == 138
    assert [team.number for team in teams] == list(range(138))
    assert sum(team.people for team in teams) + SCENARIO.force.staff == 1000


def test_those_who_inspect_belong_to_another_organisation() -> None:
    for team in make_teams(SCENARIO):
        assert team.organisation == (MONITORING if team.kind is AssetKind.QA_TEAM else REGIMENT)


@pytest.mark.parametrize(("days", "work_days", "days_on"), [(120, 90, 6), (120, 30, 6), (60, 90, 5), (20, 90, 1)])
def test_calendar_keeps_rest_and_the_cap(days: int, work_days: int, days_on: int) -> None:
    kinds = calendar(_with_deployment(days=days, work_days=work_days), days_on)
    assert len(kinds) == days
    assert kinds.count(DayKind.WORK) <= work_days
    run = longest = 0
    for kind in kinds:
        run = run + 1 if kind is DayKind.WORK else 0
        longest = max(longest, run)
    assert longest <= days_on


def test_house_calendar_has_ninety_work_days() -> None:
    assert calendar(SCENARIO, PROFILE.safety.days_on).count(DayKind.WORK) == 90


def test_roster_gives_everyone_leave_and_no_one_too_many_people() -> None:
    teams = make_teams(SCENARIO)
    roster = draw_roster(SCENARIO, teams, np.random.default_rng(1))
    assert (roster.leave.sum(axis=1) == SCENARIO.force.leave_days).all()
    assert (roster.present <= np.array([team.people for team in teams])[:, None]).all()
    assert (roster.present >= 0).all()


def test_machines_break_down_more_often() -> None:
    teams = make_teams(SCENARIO)
    roster = draw_roster(SCENARIO, teams, np.random.default_rng(1))
    machines = np.array([team.kind is AssetKind.MACHINE for team in teams])
    assert roster.broken[machines].mean() > 3 * roster.broken[~machines].mean()


@pytest.mark.parametrize("triangle", [(10, 25, 50), (400, 850, 1200), (5, 5, 9), (2, 7, 7)])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_triangular_quantiles_agree_with_scipy(triangle: tuple[float, float, float], share: float) -> None:
    low, mode, high = triangle
    expected = stats.triang.ppf(share, (mode - low) / (high - low), loc=low, scale=high - low)
    assert triangular(share, triangle) == pytest.approx(expected)


def test_a_point_is_a_triangle_too() -> None:
    assert triangular(0.3, (7, 7, 7)) == 7


@pytest.mark.parametrize(
    ("kind", "activity", "rate"),
    [
        (AssetKind.SURVEY_TEAM, Activity.NTS, "survey_m2_a_team"),
        (AssetKind.MANUAL_TEAM, Activity.TS, "technical_survey_m2_a_team"),
        (AssetKind.MANUAL_TEAM, Activity.CLEARANCE, "manual_m2_a_deminer"),
        (AssetKind.DOG_TEAM, Activity.CLEARANCE, "dog_m2_a_team"),
        (AssetKind.MACHINE, Activity.MECHANICAL, "machine_m2_a_machine"),
        (AssetKind.QA_TEAM, Activity.QA, "quality_m2_a_team"),
    ],
)
def test_rates_come_from_the_profile(kind: AssetKind, activity: Activity, rate: str) -> None:
    assert triangle_of(PROFILE, kind, activity) == getattr(PROFILE.rates, rate)


def test_a_short_team_searches_less() -> None:
    manual = next(team for team in make_teams(SCENARIO) if team.kind is AssetKind.MANUAL_TEAM)
    assert units_of(manual, Activity.CLEARANCE, 10) == 8
    assert units_of(manual, Activity.CLEARANCE, 5) == 4
    assert units_of(manual, Activity.CLEARANCE, 0) == 0
    assert units_of(manual, Activity.TS, 5) == 0.5
