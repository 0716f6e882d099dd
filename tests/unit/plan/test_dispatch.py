"""The event loop of planning 4.1 and the rules of 4.3, on problems small enough to follow by hand."""

from dataclasses import replace

import pytest

from landrelease.plan.dispatch import RULES, Dispatcher, dispatch, next_assignment
from landrelease.plan.problem import Assignment, Operation, PlanArea, PlanTeam, Problem, Rule
from landrelease.plan.state import AreaState, State, TeamState
from landrelease.plan.worth import release_value
from landrelease.terms import Activity, AssetKind, Ground

MANUAL, DOGS, SURVEY, QA = (
    AssetKind.MANUAL_TEAM, AssetKind.DOG_TEAM, AssetKind.TECHNICAL_SURVEY_TEAM, AssetKind.QA_TEAM,
)  # fmt: skip
KINDS = {Activity.CLEARANCE: (MANUAL, DOGS), Activity.TS: (SURVEY,), Activity.QA: (QA,)}
DAY_M2 = 1000.0
KM = 1000.0


def area(area_id, *days, value=1.0, x_km=0.0, activities=(Activity.CLEARANCE,), **more):
    """An area whose operations take so many days of a team of 1,000 m² a day."""
    chain = tuple(Operation(a, d * DAY_M2, KINDS[a]) for a, d in zip(activities, days, strict=True))
    return PlanArea(area_id, x_km * KM, 0.0, 10_000.0, value, chain, **more)


def team(team_id, kind=MANUAL, x_km=0.0, pace=DAY_M2, **more):
    return PlanTeam(team_id, kind, {a: pace for a, kinds in KINDS.items() if kind in kinds}, x_km * KM, 0.0, **more)


def problem(areas, teams, horizon_days=20, **more):
    return Problem(tuple(areas), tuple(teams), horizon_days, **{"travel_m_a_day": 100 * KM, **more})


def rows(plan):
    return [(a.team_id, a.area_id, a.operation, a.start_day, a.finish_day) for a in plan.assignments]


def test_every_rule_has_an_index():
    assert set(RULES) == set(Rule) - {Rule.PRICED}


@pytest.mark.parametrize(
    ("rule", "order"),
    [
        # value over days and two more, times days and two more over days to the finish: A 1, B 3, C 1.5
        (Rule.VALUE_PER_TEAM_DAY, ["B", "C", "A"]),
        (Rule.SCORE_SHEET, ["A", "B", "C"]),
        (Rule.NEAREST_FIRST, ["C", "B", "A"]),
    ],
)
def test_the_order_of_each_rule(rule, order):
    areas = [area("A", 10, value=10.0), area("B", 2, value=6.0), area("C", 1, value=1.5)]
    plan = dispatch(problem(areas, [team("T")]), rule)
    assert [made.area_id for made in plan.assignments] == order


@pytest.mark.parametrize("rule", list(RULES))
def test_ties_go_to_the_lowest_numbers(rule):
    areas = [area(name, 3) for name in ("B", "A", "C")]
    plan = dispatch(problem(areas, [team("T2"), team("T1")]), rule)
    assert rows(plan)[:2] == [("T2", "B", 0, 0, 3), ("T1", "A", 0, 0, 3)]


def test_a_team_travels_from_base_then_from_area_to_area():
    areas = [area("near", 2, x_km=100, value=9.0), area("far", 2, x_km=350, value=1.0)]
    plan = dispatch(problem(areas, [team("T")], mobilisation_days=1))
    # base to near: 1 + 1 days; near to far (250 km): 1 + 3 days
    assert rows(plan) == [("T", "near", 0, 2, 4), ("T", "far", 0, 8, 10)]


def test_a_short_move_takes_no_day_and_a_second_operation_in_place_neither():
    everything = PlanTeam("T", MANUAL, {Activity.CLEARANCE: DAY_M2, Activity.QA: DAY_M2}, 0.0, 0.0)
    both = tuple(Operation(a, DAY_M2, (MANUAL,)) for a in (Activity.CLEARANCE, Activity.QA))
    areas = [PlanArea("A", 19 * KM, 0.0, 1.0, 2.0, both), PlanArea("B", 38 * KM, 0.0, 1.0, 1.0, both)]
    plan = dispatch(problem(areas, [everything], mobilisation_days=3, commute_m=20 * KM), Rule.SCORE_SHEET)
    assert rows(plan) == [("T", "A", 0, 0, 1), ("T", "A", 1, 1, 2), ("T", "B", 0, 2, 3), ("T", "B", 1, 3, 4)]


def test_an_operation_waits_for_the_one_before_and_teams_do_not_travel_and_wait():
    chain = area("A", 4, 2, activities=(Activity.TS, Activity.CLEARANCE))
    plan = dispatch(problem([chain], [team("clear"), team("survey", SURVEY)], mobilisation_days=1))
    # The clearance team looks on day 0, before the survey is planned; it looks again 5 days later and finds it ready.
    assert rows(plan) == [("survey", "A", 0, 1, 5), ("clear", "A", 1, 6, 8)]


def test_a_team_with_nothing_ready_wakes_when_the_first_operation_becomes_ready():
    chain = area("A", 3, 2, activities=(Activity.TS, Activity.CLEARANCE))
    plan = dispatch(problem([chain], [team("survey", SURVEY), team("clear")], mobilisation_days=1))
    # The survey is planned first: the clearance team remembers day 4, wakes then and travels one day.
    assert rows(plan) == [("survey", "A", 0, 1, 4), ("clear", "A", 1, 5, 7)]


def test_a_team_may_leave_before_the_operation_is_ready_when_it_arrives_after():
    chain = area("A", 2, 2, x_km=200, activities=(Activity.TS, Activity.CLEARANCE))
    plan = dispatch(problem([chain], [team("survey", SURVEY, x_km=200), team("clear", x_km=-200)]))
    assert rows(plan) == [("survey", "A", 0, 0, 2), ("clear", "A", 1, 4, 6)]


@pytest.mark.parametrize(
    ("closed", "start", "finish"),
    [
        ({}, 0, 4),
        ({"closed_days": frozenset({0, 1})}, 2, 6),
        ({"region_closed_days": {"north": frozenset({1, 2})}}, 0, 6),
        ({"region_closed_days": {"south": frozenset({1, 2})}}, 0, 4),
        ({"closed_days": frozenset({0}), "region_closed_days": {"north": frozenset({2})}}, 1, 6),
    ],
)
def test_work_needs_open_days_of_the_region(closed, start, finish):
    plan = dispatch(problem([area("A", 4, region="north")], [team("T")], **closed))
    assert rows(plan) == [("T", "A", 0, start, finish)]


def test_a_teams_own_days_off_hold_for_it_alone():
    teams = [team("rests", closed_days=frozenset({0, 1, 2, 3})), team("works")]
    plan = dispatch(problem([area("A", 2), area("B", 2)], teams))
    assert rows(plan) == [("rests", "A", 0, 4, 6), ("works", "B", 0, 0, 2)]


@pytest.mark.parametrize(("horizon", "planned"), [(4, 1), (3, 0), (0, 0)])
def test_nothing_finishes_after_the_horizon(horizon, planned):
    plan = dispatch(problem([area("A", 4)], [team("T")], horizon, benefit_days=5))
    assert (len(plan.assignments), plan.value) == (planned, 5.0 * planned)


def test_only_releasable_leaves_out_what_cannot_be_released():
    chain = area("A", 4, 4, activities=(Activity.TS, Activity.CLEARANCE), value=9.0)
    teams = [team("survey", SURVEY), team("clear")]
    short = problem([chain, area("B", 2, activities=(Activity.TS,))], teams, horizon_days=7)
    assert [made.area_id for made in dispatch(short, Rule.SCORE_SHEET).assignments] == ["A", "B"]
    # 4 days of survey and 4 of clearance are more than 7 days.
    plan = dispatch(short, Rule.SCORE_SHEET, only_releasable=True)
    assert [made.area_id for made in plan.assignments] == ["B"]


def test_ground_slows_a_team_or_stops_it():
    factors = {(DOGS, Ground.WOODED): 0.0, (MANUAL, Ground.WOODED): 0.5}
    wooded = area("A", 2, ground=Ground.WOODED)
    plan = dispatch(problem([wooded], [team("dogs", DOGS), team("people")], ground_factor=factors))
    assert rows(plan) == [("people", "A", 0, 0, 4)]


def test_accreditation_and_earmark_bind():
    areas = [area("A", 2, region="north"), area("B", 2, region="south"), area("C", 2, region="south")]
    teams = [
        team("north only", regions=frozenset({"north"})),
        team("C only", area_ids=frozenset({"C"})),
    ]
    assert rows(dispatch(problem(areas, teams))) == [("north only", "A", 0, 0, 2), ("C only", "C", 0, 0, 2)]


@pytest.mark.parametrize(
    ("work_m2", "pace", "days"),
    [(0.0, 1000.0, 1), (1.0, 1000.0, 1), (1000.0, 1000.0, 1), (1000.1, 1000.0, 2), (3 * 0.1, 0.1, 3), (1e9, 1.0, None)],
)
def test_days_of_work_are_rounded_up(work_m2, pace, days):
    one = PlanArea("A", 0.0, 0.0, 1.0, 1.0, (Operation(Activity.CLEARANCE, work_m2, (MANUAL,)),))
    found = [made.finish_day for made in dispatch(problem([one], [team("T", pace=pace)])).assignments]
    assert found == ([] if days is None else [days])


@pytest.mark.parametrize(
    ("discount", "deadline", "value"),
    [
        (0.0, None, 2.0 * (20 + 5 - 4)),
        (0.0, 4, 2.0 * 21 + 7.0),
        (0.0, 3, 2.0 * 21),
        (0.1, None, 2.0 * (0.670320046 - 0.082084999) / 0.1),
    ],
)
def test_value_counts_days_of_use_and_met_deadlines(discount, deadline, value):
    one = area("A", 4, value=2.0, deadline_day=deadline, deadline_bonus=7.0)
    plan = dispatch(problem([one], [team("T")], benefit_days=5, discount_a_day=discount))
    assert plan.value == pytest.approx(value)


def test_an_area_that_is_begun_and_not_released_earns_nothing():
    chain = area("A", 4, 9, activities=(Activity.TS, Activity.CLEARANCE), value=100.0)
    plan = dispatch(problem([chain], [team("survey", SURVEY), team("clear")], horizon_days=10))
    assert (len(plan.assignments), plan.value) == (1, 0.0)


def test_no_areas_and_no_teams_are_no_error():
    assert dispatch(problem([], [team("T")])).assignments == ()
    alone = dispatch(problem([area("A", 1)], []))
    assert (alone.assignments, alone.value, set(alone.reasons)) == ((), 0.0, {"A"})


def test_an_area_that_no_team_can_finish_takes_nobodys_time():
    chain = area("A", 1, 1, activities=(Activity.TS, Activity.QA), value=100.0)
    plan = dispatch(problem([chain, area("B", 1, activities=(Activity.TS,))], [team("survey", SURVEY)]))
    assert rows(plan) == [("survey", "B", 0, 0, 1)]


class Watcher:
    def __init__(self):
        self.calls = []

    def begin(self, label, total=None):
        self.calls.append((label, total))

    def advance(self, units=1):
        self.calls.append(units)

    def end(self):
        self.calls.append("end")


def test_progress_counts_days_and_is_closed():
    watcher = Watcher()
    dispatch(problem([area("A", 4), area("B", 3)], [team("T")]), progress=watcher)
    assert watcher.calls[0] == ("Dispatching teams", 20)
    assert watcher.calls[-1] == "end"
    assert sum(watcher.calls[1:-1]) <= 20


# One team, one morning


TWO = problem(
    [area("A", 4, 2, activities=(Activity.TS, Activity.CLEARANCE)), area("B", 3)], [team("T"), team("S", SURVEY)]
)


def test_the_opening_state_gives_the_first_assignment_of_the_plan():
    state = State.opening(TWO)
    for made in dispatch(TWO).assignments[:2]:
        assert next_assignment(TWO, state, made.team_id, 0, Rule.VALUE_PER_TEAM_DAY) == made


def test_after_moves_the_team_and_the_chain_and_leaves_the_old_state():
    opening = State.opening(TWO)
    state = opening.after(TWO, Assignment("S", "A", 0, 0, 4))
    assert state.teams["S"] == TeamState(4, 0.0, 0.0, "A")
    assert state.areas["A"] == AreaState(1, 4)
    assert opening == State.opening(TWO)


@pytest.mark.parametrize(
    ("areas", "day", "expected"),
    [
        ({}, 0, ("B", 0, 0, 3)),
        ({"B": AreaState(1, 0)}, 0, None),  # B is given out, A is not yet surveyed
        ({"B": AreaState(1, 0), "A": AreaState(1, 4)}, 3, None),  # not ready on arrival
        ({"B": AreaState(1, 0), "A": AreaState(1, 4)}, 4, ("A", 1, 4, 6)),
        ({"B": AreaState(1, 0), "A": AreaState(1, 4)}, 19, None),  # past the horizon
        ({"nobody knows it": AreaState(0, 0)}, 17, ("B", 0, 17, 20)),
    ],
)
def test_a_morning_question_sees_only_the_state(areas, day, expected):
    made = Dispatcher(TWO, Rule.VALUE_PER_TEAM_DAY).next_assignment(State({}, areas), "T", day)
    assert (made and (made.area_id, made.operation, made.start_day, made.finish_day)) == expected


def test_a_revised_area_is_planned_as_revised():
    smaller = replace(TWO, areas=(TWO.areas[0], area("B", 1)))
    made = next_assignment(smaller, State.opening(smaller), "T", 5, Rule.SCORE_SHEET)
    assert made == Assignment("T", "B", 0, 5, 6)


def test_a_team_leaves_from_where_the_state_says():
    far = problem([area("A", 1, x_km=300), area("B", 1)], [team("T")], mobilisation_days=1)
    state = State({"T": TeamState(2, 300 * KM, 0.0, "A")}, {})
    assert next_assignment(far, state, "T", 2, Rule.NEAREST_FIRST) == Assignment("T", "A", 0, 2, 3)


def test_release_value_is_that_of_the_plan():
    one = problem([area("A", 4, value=3.0)], [team("T")])
    assert dispatch(one).value == release_value(one, one.areas[0], 4) == 3.0 * 16
