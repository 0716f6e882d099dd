"""Random problems: every dispatched plan passes the checker, and no plan is better than the best of all plans."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.plans import best_of_all, days_of_travel, needed, problems

from landrelease.errors import Severity
from landrelease.plan.checker import check_plan, plan_findings
from landrelease.plan.dispatch import IDLE_DAYS, RULES, Dispatcher, dispatch
from landrelease.plan.generate import generate_problem
from landrelease.plan.problem import Plan, Rule
from landrelease.plan.state import State

rules = st.sampled_from(list(RULES))


@settings(max_examples=200)
@given(problems(), rules, st.booleans())
def test_every_dispatched_plan_passes_the_checker_with_its_value(problem, rule, only_releasable):
    plan = dispatch(problem, rule, only_releasable=only_releasable)
    verdict = check_plan(problem, plan)
    assert math.isclose(verdict.value, plan.value, rel_tol=1e-9, abs_tol=1e-9)
    assert set(verdict.released).isdisjoint(plan.reasons)
    assert set(verdict.released) | set(plan.reasons) == {area.area_id for area in problem.areas}


@given(problems(), rules)
def test_the_same_problem_gives_the_same_plan(problem, rule):
    assert dispatch(problem, rule) == dispatch(problem, rule)


@given(problems(), rules)
def test_values_in_another_unit_give_the_same_assignments(problem, rule):
    doubled = replace(
        problem,
        areas=tuple(
            replace(a, value_a_day=2 * a.value_a_day, deadline_bonus=2 * a.deadline_bonus) for a in problem.areas
        ),
    )
    plan, other = dispatch(problem, rule), dispatch(doubled, rule)
    assert other.assignments == plan.assignments
    assert math.isclose(other.value, 2 * plan.value, rel_tol=1e-12)


@given(problems(), rules)
def test_asking_morning_by_morning_gives_the_same_plan(problem, rule):
    assert tuple(asked_by_the_morning(problem, rule)) == dispatch(problem, rule).assignments


def asked_by_the_morning(problem, rule):
    """The event loop of planning 4.1 written again on `next_assignment` and `State`."""
    dispatcher, state = Dispatcher(problem, rule), State.opening(problem)
    wake = {team.team_id: 0 for team in problem.teams}
    while wake and min(wake.values()) < problem.horizon_days:
        team_id = min(wake, key=lambda name: (wake[name], int(name[1:])))
        day = wake[team_id]
        made = dispatcher.next_assignment(state, team_id, day)
        if made is None:
            wake[team_id] = next_ready(problem, state, team_id, day) or day + IDLE_DAYS
            continue
        yield made
        state = state.after(problem, made)
        wake[team_id] = made.finish_day


def next_ready(problem, state, team_id, day):
    """Earliest day on which an operation that the team may do, and that would not be ready on its arrival, is ready."""
    team = next(team for team in problem.teams if team.team_id == team_id)
    found = []
    for area in problem.areas:
        at = state.areas[area.area_id]
        if at.next_operation < len(area.operations) and can_be_released(problem, area):
            step = area.operations[at.next_operation]
            arrival = day + days_of_travel(problem, state.teams[team_id], area)
            if needed(problem, team, area, step) and at.ready_day > arrival:
                found.append(at.ready_day)
    return min(found, default=None)


def can_be_released(problem, area):
    return all(any(needed(problem, team, area, step) for team in problem.teams) for step in area.operations)


@settings(max_examples=100)
@given(problems(most_areas=3, most_teams=2, chain=2))
def test_no_plan_is_above_the_best_of_all_plans(problem):
    value, made = best_of_all(problem)
    assert check_plan(problem, Plan(Rule.SCORE_SHEET, made, value)).value == pytest.approx(value)
    for rule in RULES:
        assert dispatch(problem, rule).value <= value + 1e-9 * max(1.0, value)


@settings(max_examples=100)
@given(problems(most_areas=3, most_teams=2, chain=2))
def test_an_area_said_to_be_impossible_is_released_by_no_plan(problem):
    said = {area_id for area_id, why in dispatch(problem).reasons.items() if why.severity is Severity.WARNING}
    for area_id in said:
        area = next(area for area in problem.areas if area.area_id == area_id)
        alone = replace(problem, areas=(replace(area, value_a_day=1.0, deadline_day=None),), benefit_days=1)
        assert best_of_all(alone)[0] == 0.0


# Breaking a good plan


@given(problems(), rules, st.data())
def test_a_day_less_of_work_is_refused(problem, rule, data):
    plan = dispatch(problem, rule)
    if plan.assignments:
        made = data.draw(st.sampled_from(plan.assignments))
        assert refused(problem, plan, made, replace(made, finish_day=made.finish_day - 1))
        assert refused(problem, plan, made, replace(made, start_day=made.start_day + 1))


@given(problems(), rules, st.data())
def test_a_second_release_a_missing_step_and_a_false_value_are_refused(problem, rule, data):
    plan = dispatch(problem, rule)
    if plan.assignments:
        made = data.draw(st.sampled_from(plan.assignments))
        assert codes(problem, replace(plan, assignments=(*plan.assignments, made))) >= {"LR6022"}
        assert codes(problem, replace(plan, value=plan.value + 1)) == {"LR6030"}
        followed = any(a.area_id == made.area_id and a.operation > made.operation for a in plan.assignments)
        without = replace(plan, assignments=tuple(a for a in plan.assignments if a is not made))
        assert ("LR6028" in codes(problem, without)) == followed


@given(problems(), rules, st.data())
def test_work_moved_before_the_travel_to_it_is_refused(problem, rule, data):
    plan = dispatch(problem, rule)
    firsts = [
        made for n, made in enumerate(plan.assignments) if made.team_id not in {a.team_id for a in plan.assignments[:n]}
    ]
    moved = [made for made in firsts if travel_from_base(problem, made)]
    if moved:
        made = data.draw(st.sampled_from(moved))
        early = replace(made, start_day=travel_from_base(problem, made) - 1)
        changed = replace(plan, assignments=tuple(early if a is made else a for a in plan.assignments))
        assert "LR6024" in codes(problem, changed)


def travel_from_base(problem, made):
    state, area = State.opening(problem), next(area for area in problem.areas if area.area_id == made.area_id)
    return days_of_travel(problem, state.teams[made.team_id], area)


def refused(problem, plan, old, new):
    changed = tuple(new if made is old else made for made in plan.assignments)
    return bool(codes(problem, replace(plan, assignments=changed)) - {"LR6030"})


def codes(problem, plan):
    return {finding.error.code for finding in plan_findings(problem, plan)}


@settings(max_examples=25)
@given(st.integers(1, 60), st.integers(5, 30), st.integers(0, 10_000), rules)
def test_generated_instances_are_planned_and_checked(count, force, seed, rule):
    problem = generate_problem(count, force, seed)
    plan = dispatch(problem, rule)
    verdict = check_plan(problem, plan)
    assert 0 <= verdict.value <= 1e6
    assert math.isclose(verdict.value, plan.value, rel_tol=1e-9)
