"""Why an area is not released: each cause is named with area and field, and the rest is planned."""

import pytest

from landrelease.errors import Severity
from landrelease.plan.dispatch import RULES, dispatch
from landrelease.plan.problem import Operation, PlanArea, PlanTeam, Problem, Rule
from landrelease.terms import Activity, AssetKind, Ground

MANUAL, SURVEY = AssetKind.MANUAL_TEAM, AssetKind.TECHNICAL_SURVEY_TEAM
CLEAR = Operation(Activity.CLEARANCE, 2000.0, (MANUAL,))
LOOK = Operation(Activity.TS, 2000.0, (SURVEY,))


def area(area_id="bad", operations=(CLEAR,), x_m=0.0, **more):
    return PlanArea(area_id, x_m, 0.0, 10_000.0, more.pop("value", 1.0), operations, **more)


def team(team_id="manual", kind=MANUAL, pace=1000.0, **more):
    return PlanTeam(team_id, kind, {Activity.CLEARANCE: pace, Activity.TS: pace}, 0.0, 0.0, **more)


def plan_of(areas, teams, **more):
    return dispatch(Problem(tuple(areas), tuple(teams), **{"horizon_days": 10, "travel_m_a_day": 1e5, **more}))


ELSEWHERE = frozenset({"elsewhere"})


@pytest.mark.parametrize(
    ("bad", "teams", "more", "code", "field", "says"),
    [
        (area(operations=(LOOK,)), [team()], {}, "LR6011", "asset_kinds", "no team of the kinds Technical survey team"),
        (area(operations=(CLEAR, LOOK)), [team()], {}, "LR6011", "asset_kinds", "operation 1, Technical survey"),
        (area(), [team(pace=0.0)], {}, "LR6011", "m2_a_day", "the productivity of every such team is 0"),
        (area(ground=Ground.WOODED), [team()], {"ground_factor": {(MANUAL, Ground.WOODED): 0.0}}, "LR6011", "ground",
         "their productivity on this ground is 0"),
        (area(region="north"), [team(regions=ELSEWHERE)], {}, "LR6011", "regions", "none is accredited here"),
        (area(), [team(area_ids=ELSEWHERE)], {}, "LR6011", "regions", "earmarked elsewhere"),
        (area(x_m=2e6), [team()], {}, "LR6012", "x_m, y_m", "within 10 days; the nearest needs 20"),
        (area(region="north"), [team()], {"region_closed_days": {"north": frozenset(range(99))}}, "LR6013",
         "closed_days", "region 'north' leaves no open day"),
        (area(operations=(Operation(Activity.CLEARANCE, 1e6, (MANUAL,)),)), [team()], {}, "LR6014", "work_m2",
         "cannot finish Clearance within 10 days"),
        (area(operations=(CLEAR,) * 6), [team()], {}, "LR6014", "work_m2", "even the fastest teams"),
    ],
)  # fmt: skip
def test_an_area_that_can_never_be_released(bad, teams, more, code, field, says):
    good = area("good", operations=(Operation(Activity.HANDOVER, 0.0, (AssetKind.QA_TEAM,)),))
    visitor = PlanTeam("visitor", AssetKind.QA_TEAM, {Activity.HANDOVER: 1.0}, 0.0, 0.0)
    plan = plan_of([bad, good], [*teams, visitor], **more)
    assert "good" in {made.area_id for made in plan.assignments}
    assert set(plan.reasons) == {"bad"}
    reason = plan.reasons["bad"]
    assert (reason.error.code, reason.severity, reason.field) == (code, Severity.WARNING, field)
    assert "bad" in reason.what
    assert says in reason.what


def test_a_calendar_closed_for_ever_stops_everything_and_says_so():
    plan = plan_of([area("A"), area("B")], [team()], closed_days=frozenset(range(10)))
    assert plan.assignments == ()
    assert {reason.error.code for reason in plan.reasons.values()} == {"LR6013"}


def test_a_horizon_of_no_days():
    plan = plan_of([area()], [team()], horizon_days=0)
    assert plan.reasons["bad"].severity is Severity.WARNING


def test_outranked_areas_are_told_their_rank():
    areas = [area(name, value=value) for name, value in (("low", 1.0), ("high", 9.0), ("middle", 5.0))]
    plan = plan_of(areas, [team(), team("second")], horizon_days=2)
    (reason,) = plan.reasons.values()
    assert reason.error.code == "LR6015"
    assert reason.severity is Severity.NOTE
    assert (
        reason.what == "low waits: rank 3 of 3 by 'Value per team-day'; the 2 teams for Clearance work elsewhere first"
    )


@pytest.mark.parametrize("rule", list(RULES))
def test_ranks_follow_the_rule(rule):
    ranked = {Rule.VALUE_PER_TEAM_DAY: 3, Rule.SCORE_SHEET: 2, Rule.NEAREST_FIRST: 3}[rule]
    large = area("large", (Operation(Activity.CLEARANCE, 9000.0, (MANUAL,)),), value=5.0)
    areas = [large, area("best", value=9.0), area("small", value=4.0)]
    busy = Problem(tuple(areas), (team(closed_days=frozenset({9})),), horizon_days=10, travel_m_a_day=1e5)
    reason = dispatch(busy, rule).reasons.get("large")
    assert reason is not None
    assert reason.details["rank"] == ranked


def test_an_area_begun_and_not_finished_says_where_it_stopped():
    plan = plan_of([area(operations=(LOOK, CLEAR))], [team(), team("survey", SURVEY)], horizon_days=4)
    assert len(plan.assignments) == 1
    reason = plan.reasons["bad"]
    assert reason.error.code == "LR6016"
    assert "no team finishes Clearance before day 4" in reason.what


def test_reasons_are_for_areas_that_are_not_released_and_for_no_other():
    areas = [area(f"A{n}", (LOOK, CLEAR)) for n in range(9)]
    plan = plan_of(areas, [team(), team("survey", SURVEY)])
    released = {made.area_id for made in plan.assignments if made.operation == 1}
    assert set(plan.reasons) == {a.area_id for a in areas} - released
    assert released
