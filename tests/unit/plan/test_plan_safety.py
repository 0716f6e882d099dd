"""A plan against the limits: one team, one area, ten days of work; rows change calendar, cover and profile."""

from datetime import date

import pytest
from tests.samples.conduct import OPERATOR, Conduct

from landrelease.errors import LandreleaseError
from landrelease.plan.problem import Assignment, Operation, Plan, PlanArea, PlanTeam, Problem, Rule
from landrelease.plan.safety import check_plan_safety, covered_teams, plan_safety_findings
from landrelease.profile import load_profile, parse_profile
from landrelease.terms import Activity, AssetKind

PROFILE = load_profile()
START = date(2026, 5, 1)


@pytest.fixture
def conduct(tmp_path):
    told = Conduct(tmp_path)
    yield told
    told.ledger.close()


def problem(closed=(), start=START):
    operation = Operation(Activity.CLEARANCE, 1_000.0, (AssetKind.MANUAL_TEAM,))
    area = PlanArea("area:1/2", 0.0, 0.0, 1_000.0, 1.0, (operation,), parent_id="area:1")
    team = PlanTeam("team:1", AssetKind.MANUAL_TEAM, {Activity.CLEARANCE: 100.0}, 0.0, 0.0, OPERATOR)
    return Problem((area,), (team,), 30, closed_days=frozenset(closed), start=start)


def plan(start=0, finish=10):
    return Plan(Rule.VALUE_PER_TEAM_DAY, (Assignment("team:1", "area:1/2", 0, start, finish),), 0.0)


def test_seven_days_in_a_row_are_refused_and_a_rest_day_mends_it():
    with pytest.raises(LandreleaseError) as caught:
        check_plan_safety(problem(), plan(), PROFILE)
    assert caught.value.codes == ("LR3225",)
    assert "2026-05-07" in str(caught.value)
    assert check_plan_safety(problem(closed=[6]), plan(), PROFILE) == []


def test_the_profile_may_only_flag_it():
    flagging = parse_profile(PROFILE.text.replace('on_plan = { days_on = "refuse"', 'on_plan = { days_on = "flag"'))
    assert [finding.error.code for finding in check_plan_safety(problem(), plan(), flagging)] == ["LR3226"]


@pytest.mark.parametrize(
    ("until", "refused"), [("2026-12-31", False), ("2026-05-10", False), ("2026-05-08", True), ("2026-04-30", True)]
)
def test_cover_must_last_to_the_last_day_of_work(conduct, until, refused):
    conduct.say("insurance", {}, "2026-01-01", subject=OPERATOR, until=until)
    breaches, unknown = plan_safety_findings(problem(closed=[6]), plan(), PROFILE, conduct.register)
    assert [breach.rule.value for breach in breaches] == (["insurance"] if refused else [])
    assert {finding.error.code for finding in unknown} == {"LR3240"}


def test_without_dates_or_a_register_cover_is_not_looked_at(conduct):
    conduct.say("insurance", {}, "2026-01-01", subject=OPERATOR, until="2026-01-02")
    assert check_plan_safety(problem([6], start=None), plan(), PROFILE, conduct.register) == []
    assert check_plan_safety(problem([6]), plan(), PROFILE) == []


@pytest.mark.parametrize(
    ("until", "closed"), [("2026-05-10", range(10, 30)), ("2026-12-31", ()), ("2026-04-30", range(30))]
)
def test_a_team_is_planned_only_while_its_cover_lasts(conduct, until, closed):
    conduct.say("insurance", {}, "2026-01-01", subject=OPERATOR, until=until)
    [team] = covered_teams(problem().teams, PROFILE, conduct.register, START, 30)
    assert team.closed_days == frozenset(closed)


def test_what_was_never_recorded_closes_no_day(conduct):
    [team] = covered_teams(problem().teams, PROFILE, conduct.register, START, 30)
    assert team.closed_days == frozenset()
