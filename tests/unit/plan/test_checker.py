"""The independent checker: a good plan passes, and each way of breaking it is refused by name."""

from dataclasses import replace

import pytest

from landrelease.errors import LandreleaseError
from landrelease.plan.checker import can_follow, check_plan, is_open, plan_findings, travel_days
from landrelease.plan.problem import Assignment, Operation, Plan, PlanArea, PlanTeam, Problem, Rule
from landrelease.terms import Activity, AssetKind, Ground

SURVEY, MANUAL, DOGS = AssetKind.TECHNICAL_SURVEY_TEAM, AssetKind.MANUAL_TEAM, AssetKind.DOG_TEAM
KM = 1000.0
CHAIN = (Operation(Activity.TS, 3000.0, (SURVEY,)), Operation(Activity.CLEARANCE, 2500.0, (MANUAL, DOGS)))


def area(area_id, x_km, **more):
    return PlanArea(area_id, x_km * KM, 0.0, 9000.0, 2.0, CHAIN, region="north", **more)


def team(team_id, kind, **more):
    return PlanTeam(team_id, kind, {Activity.TS: 1000.0, Activity.CLEARANCE: 1000.0}, 0.0, 0.0, **more)


PROBLEM = Problem(
    areas=(area("hill", 50), area("wood", 150, ground=Ground.WOODED, deadline_day=20, deadline_bonus=5.0)),
    teams=(
        team("S", SURVEY),
        team("M", MANUAL, closed_days=frozenset({9})),
        team("D", DOGS, regions=frozenset({"south"})),
        team("E", MANUAL, area_ids=frozenset({"hill"})),
    ),
    horizon_days=30,
    travel_m_a_day=100 * KM,
    mobilisation_days=1,
    closed_days=frozenset({4}),
    region_closed_days={"north": frozenset({3})},
    ground_factor={(MANUAL, Ground.WOODED): 0.5, (SURVEY, Ground.WOODED): 1.0},
    benefit_days=10,
)
# The survey team arrives on day 2, works 2, 5, 6 (3 and 4 are closed); the manual team works 8, 10, 11 (9 is its own).
HILL_SURVEY = Assignment("S", "hill", 0, 2, 7)
HILL_CLEARANCE = Assignment("M", "hill", 1, 8, 12)
WOOD_SURVEY = Assignment("S", "wood", 0, 9, 12)
WOOD_CLEARANCE = Assignment("M", "wood", 1, 14, 19)
GOOD = (HILL_SURVEY, HILL_CLEARANCE, WOOD_SURVEY, WOOD_CLEARANCE)
VALUE = 2.0 * (40 - 12) + 2.0 * (40 - 19) + 5.0


def plan(*assignments, value=VALUE):
    return Plan(Rule.SCORE_SHEET, assignments, value)


def swapped(old, **changes):
    return plan(*(replace(made, **changes) if made is old else made for made in GOOD))


def test_the_good_plan_passes_with_its_value():
    verdict = check_plan(PROBLEM, plan(*GOOD))
    assert verdict.value == pytest.approx(VALUE)
    assert verdict.released == ("hill", "wood")
    assert verdict.release_day == {"hill": 12, "wood": 19}
    assert verdict.assignments == 4
    assert can_follow(PROBLEM, plan(*GOOD))


def test_the_order_in_which_a_plan_is_written_does_not_matter():
    assert check_plan(PROBLEM, plan(*reversed(GOOD))) == check_plan(PROBLEM, plan(*GOOD))


@pytest.mark.parametrize(
    ("broken", "code", "says"),
    [
        (swapped(HILL_SURVEY, team_id="X"), "LR6021", ["X", "operation 0 of hill"]),
        (swapped(HILL_SURVEY, area_id="dale"), "LR6021", ["S", "operation 0 of dale"]),
        (swapped(WOOD_CLEARANCE, operation=2), "LR6021", ["M", "operation 2 of wood"]),
        (swapped(WOOD_CLEARANCE, operation=-1), "LR6021", ["M", "operation -1 of wood"]),
        (plan(*GOOD, Assignment("E", "hill", 1, 20, 23)), "LR6022", ["E", "operation 1 of hill", "already gives to M"]),
        (swapped(WOOD_SURVEY, start_day=6, finish_day=9), "LR6023", ["S", "wood on day 6", "on hill until day 7"]),
        (swapped(WOOD_SURVEY, start_day=8, finish_day=11), "LR6024", ["S", "day 8", "hill takes 2 days", "day 9"]),
        (swapped(HILL_SURVEY, start_day=1), "LR6024", ["S", "hill on day 1", "from its base takes 2 days"]),
        (swapped(HILL_SURVEY, start_day=3, finish_day=8), "LR6025", ["S", "hill", "day 3 is closed"]),
        (swapped(HILL_SURVEY, finish_day=5), "LR6025", ["S", "hill", "day 4 is closed"]),
        (swapped(HILL_CLEARANCE, start_day=9), "LR6025", ["M", "hill", "day 9 is closed"]),
        (swapped(HILL_SURVEY, finish_day=6), "LR6026", ["S", "hill", "hold 2 open days", "needs 3"]),
        (swapped(WOOD_CLEARANCE, finish_day=17), "LR6026", ["M", "wood", "hold 3 open days", "needs 5"]),
        (swapped(HILL_SURVEY, team_id="M"), "LR6027", ["M", "Technical survey on hill", "not the kind of team"]),
        (swapped(HILL_CLEARANCE, team_id="D"), "LR6027", ["D", "Clearance on hill", "not accredited"]),
        (swapped(WOOD_CLEARANCE, team_id="E"), "LR6027", ["E", "Clearance on wood", "earmarked for other areas"]),
        (swapped(HILL_CLEARANCE, start_day=6, finish_day=11), "LR6028", ["M", "hill on day 6", "finishes on day 7"]),
        (plan(HILL_CLEARANCE), "LR6028", ["M", "hill on day 8", "not planned"]),
        (swapped(WOOD_CLEARANCE, start_day=26, finish_day=31), "LR6029", ["M", "wood", "days 26 to 31", "0 to 30"]),
        (swapped(HILL_SURVEY, start_day=-1), "LR6029", ["S", "hill", "days -1 to 7"]),
        (swapped(HILL_SURVEY, start_day=7), "LR6029", ["S", "hill", "days 7 to 7"]),
        (plan(*GOOD, value=VALUE + 1), "LR6030", [f"{VALUE + 1}", "2 released areas (hill, wood)", f"{VALUE}"]),
        (plan(*GOOD, value=-VALUE), "LR6030", ["claims a value"]),
        (plan(*GOOD, value=float("nan")), "LR6030", ["claims a value"]),
    ],
)  # fmt: skip
def test_each_breach_is_refused_by_name(broken, code, says):
    with pytest.raises(LandreleaseError) as caught:
        check_plan(PROBLEM, broken)
    texts = [finding.what for finding in caught.value.findings if finding.error.code == code]
    assert any(all(word in text for word in says) for text in texts), str(caught.value)
    assert not can_follow(PROBLEM, broken)


def test_a_team_whose_pace_here_is_0_is_refused():
    stopped = replace(PROBLEM, ground_factor={(MANUAL, Ground.WOODED): 0.0})
    (finding,) = plan_findings(stopped, plan(*GOOD))
    assert (finding.error.code, finding.details["why"]) == ("LR6027", "its productivity here is 0")


def test_every_breach_is_listed_not_only_the_first():
    broken = plan(replace(HILL_SURVEY, start_day=1), replace(HILL_CLEARANCE, team_id="D"), WOOD_SURVEY)
    assert {finding.error.code for finding in plan_findings(PROBLEM, broken)} == {"LR6024", "LR6027"}


def test_more_days_than_needed_are_no_breach():
    assert can_follow(PROBLEM, swapped(WOOD_CLEARANCE, finish_day=20)) is False  # the claimed value is then too high
    later = tuple(replace(made, finish_day=20) if made is WOOD_CLEARANCE else made for made in GOOD)
    assert can_follow(PROBLEM, plan(*later, value=VALUE - 2.0))


def test_a_deadline_missed_by_a_day_earns_no_bonus():
    late = tuple(replace(made, finish_day=21) if made is WOOD_CLEARANCE else made for made in GOOD)
    assert check_plan(PROBLEM, plan(*late, value=VALUE - 4.0 - 5.0)).release_day["wood"] == 21


def test_an_empty_plan_is_worth_nothing():
    assert check_plan(PROBLEM, plan(value=0.0)).value == 0.0


def test_a_wrong_value_names_a_few_areas_only():
    chain = (Operation(Activity.TS, 1.0, (SURVEY,)),)
    areas = tuple(PlanArea(f"A{n}", 0.0, 0.0, 1.0, 1.0, chain) for n in range(7))
    many = Problem(areas, (team("S", SURVEY),), horizon_days=9)
    made = tuple(Assignment("S", f"A{n}", 0, n, n + 1) for n in range(7))
    (finding,) = plan_findings(many, Plan(Rule.SCORE_SHEET, made, 0.0))
    assert "7 released areas (A0, A1, A2, A3, A4 ...)" in finding.what


def test_days_and_moves_as_the_tables_show_them():
    hill, wood = PROBLEM.areas
    survey, manual = PROBLEM.teams[:2]
    assert [day for day in range(11) if not is_open(PROBLEM, manual, hill, day)] == [3, 4, 9]
    assert [travel_days(PROBLEM, survey, at, wood) for at in (None, hill, wood)] == [3, 2, 0]
    assert travel_days(replace(PROBLEM, commute_m=101 * KM), survey, hill, wood) == 0


def test_discounted_value():
    one = Problem((area("hill", 0),), (team("S", SURVEY), team("M", MANUAL)), 30, benefit_days=10, discount_a_day=0.01)
    made = (Assignment("S", "hill", 0, 0, 3), Assignment("M", "hill", 1, 3, 6))
    by_hand = 2.0 * (0.941764534 - 0.670320046) / 0.01  # exp(-0.06), exp(-0.4)
    assert check_plan(one, Plan(Rule.SCORE_SHEET, made, by_hand)).value == pytest.approx(by_hand)
    day_by_day = sum(2.0 * 0.99004983**day for day in range(6, 40))  # each day discounted at its start
    assert by_hand == pytest.approx(day_by_day, rel=0.006)
