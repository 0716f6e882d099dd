"""Random problems: no plan is above the bound, whatever the prices; priced plans pass the checker."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.plans import best_of_all, problems

from landrelease.plan.bound import BoundSettings, Descent, bound_problem, edges_of
from landrelease.plan.checker import check_plan
from landrelease.plan.classes import ClassTables
from landrelease.plan.dispatch import RULES, dispatch
from landrelease.plan.improve import Effort, improve
from landrelease.plan.problem import Corridor
from landrelease.plan.relaxation import Multipliers, Relaxation
from landrelease.plan.worth import opening_days, release_days, value_of

QUICK = BoundSettings(coarse_days=10, coarse=Descent(1.0, iterations=20), fine=Descent(0.3, iterations=40))
LITTLE = Effort(tries=4, leans=6)
small = problems(most_areas=3, most_teams=2, chain=2)


def above(bound, value):
    return bound >= value - 1e-9 * max(1.0, abs(value))


@st.composite
def with_side_limits(draw, given_problems):
    """A problem with a corridor through some of its areas, and a donor whose money may not do."""
    problem = draw(given_problems)
    ids = [area.area_id for area in problem.areas]
    through = draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
    paid = tuple(
        replace(team, cost_a_day=draw(st.sampled_from([0.0, 1.0, 7.0])), donor=draw(st.sampled_from(["", "fund"])))
        for team in problem.teams
    )
    corridor = Corridor("road", tuple(through), draw(st.floats(0, 50)))
    return replace(problem, teams=paid, corridors=(corridor,), budgets={"fund": draw(st.floats(0, 60))})


@settings(max_examples=60)
@given(small, st.integers(1, 9))
def test_no_plan_at_all_is_above_the_bound(problem, period_days):
    value, _made = best_of_all(problem)
    assert above(bound_problem(problem, settings=replace(QUICK, period_days=period_days)).value, value)


@settings(max_examples=60)
@given(small, st.integers(0, 2**32 - 1), st.floats(0, 30))
def test_any_prices_give_a_bound(problem, seed, dear):
    value, _made = best_of_all(problem)
    tables = ClassTables(problem)
    if tables.horizon:
        relaxation = Relaxation(tables, edges_of(tables.horizon, 5))
        random = np.random.default_rng(seed)
        prices = Multipliers(*(random.uniform(0, dear, part.shape) for part in relaxation.free().arrays()))
        assert above(relaxation.at(prices).value, value)


@settings(max_examples=50)
@given(with_side_limits(problems()), st.integers(0, 5))
def test_priced_plans_keep_every_rule_and_stay_below_the_bound(problem, seed):
    found = improve(problem, effort=LITTLE, seed=seed)
    verdict = check_plan(problem, found.plan)
    assert math.isclose(verdict.value, found.plan.value, rel_tol=1e-9, abs_tol=1e-9)
    assert above(found.bound.value, found.plan.value)


@settings(max_examples=50)
@given(problems())
def test_no_rule_is_above_the_bound(problem):
    bound = bound_problem(problem, settings=QUICK).value
    assert all(above(bound, dispatch(problem, rule).value) for rule in RULES)


@settings(max_examples=25)
@given(problems(), st.integers(0, 3))
def test_counted_effort_gives_one_plan_a_seed(problem, seed):
    one, other = (improve(problem, effort=LITTLE, seed=seed) for _each in range(2))
    assert one.plan == other.plan
    assert one.bound.value == other.bound.value


@settings(max_examples=50)
@given(with_side_limits(problems()))
def test_a_corridor_opens_with_the_last_of_its_areas(problem):
    made = dispatch(problem).assignments
    days = release_days(problem, made)
    opened = opening_days(problem, days)
    for corridor in problem.corridors:
        free = [days.get(area_id) for area_id in corridor.area_ids]
        assert opened.get(corridor.corridor_id) == (None if None in free else max(free))
    alone = replace(problem, corridors=())
    assert value_of(problem, made) >= value_of(alone, made)


@settings(max_examples=25)
@given(problems())
def test_what_is_given_out_costs_no_more_and_earns_no_more(problem):
    """The bound of what is still to come, with the value that is certain already, is a bound on plans that begin so."""
    from landrelease.plan.state import State

    plan = dispatch(problem)
    state = State.opening(problem)
    for made in plan.assignments[:2]:
        state = state.after(problem, made)
    earned = value_of(problem, plan.assignments[:2])
    rest = bound_problem(problem, state, settings=QUICK).value
    assert rest + earned >= plan.value - 1e-9 * max(1.0, plan.value)


@pytest.mark.parametrize("horizon", [0, 1])
def test_hardly_any_days(horizon):
    from landrelease.plan.generate import generate_problem

    problem = replace(generate_problem(5, 5, 1), horizon_days=horizon, region_closed_days={})
    assert improve(problem, effort=LITTLE).plan.value >= 0
