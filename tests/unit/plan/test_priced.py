"""The priced dispatcher and the search around it."""

from dataclasses import fields, replace

import numpy as np
import pytest

from landrelease.plan.bound import bound_problem
from landrelease.plan.checker import check_plan, plan_findings
from landrelease.plan.dispatch import RULES, dispatch
from landrelease.plan.generate import generate_problem
from landrelease.plan.improve import Effort, improve
from landrelease.plan.priced import STEPS, IndexWeights, PricedDispatcher, neighbour
from landrelease.plan.problem import Plan, Rule
from landrelease.plan.state import State

PROBLEM = generate_problem(40, 10, 3)


@pytest.fixture(scope="module")
def dispatcher():
    return PricedDispatcher(bound_problem(PROBLEM, target=6e5))


def test_a_run_is_a_plan_that_the_checker_values_the_same(dispatcher):
    run = dispatcher.run(IndexWeights())
    verdict = check_plan(PROBLEM, Plan(Rule.PRICED, dispatcher.assignments(run.made), run.value))
    assert verdict.value == pytest.approx(run.value, rel=1e-12)


def test_an_area_that_is_held_back_waits(dispatcher):
    usual = dispatcher.run(IndexWeights())
    steps = dispatcher.tables.tables.steps
    first = int(steps.area[usual.made[0, 1]])
    lean = np.where(steps.area == first, 1e-9, 1.0)
    later = dispatcher.run(IndexWeights(), lean)
    assert steps.area[later.made[0, 1]] != first


def test_a_factor_of_one_changes_nothing(dispatcher):
    weights = IndexWeights()
    assert np.array_equal(
        dispatcher.run(weights).made, dispatcher.run(weights, np.ones(len(dispatcher.tables.tables.norm))).made
    )


@pytest.mark.parametrize("name", [item.name for item in fields(IndexWeights)])
def test_every_weight_has_a_step_and_is_checked(name):
    assert name in STEPS
    with pytest.raises(ValueError, match=name):
        replace(IndexWeights(), **{name: -1.0})


def test_neighbours_stay_inside_their_ranges():
    random, weights = np.random.default_rng(5), IndexWeights()
    for _step in range(200):
        weights = neighbour(weights, random)
        for name, (_by, _spread, least, greatest) in STEPS.items():
            assert least <= getattr(weights, name) <= greatest


def test_search_beats_every_plain_rule():
    found = improve(PROBLEM, effort=Effort(tries=60, leans=60))
    assert all(found.plan.value > dispatch(PROBLEM, rule).value for rule in RULES)
    assert 0.85 < found.share <= 1.0
    assert found.tries >= 121


def test_more_effort_is_never_worse_for_the_weights():
    little, more = (improve(PROBLEM, effort=Effort(tries=tries, leans=0)).plan.value for tries in (10, 60))
    assert more >= little


def test_time_ends_the_search():
    found = improve(PROBLEM, effort=Effort(seconds=1.0))
    assert not plan_findings(PROBLEM, found.plan)


def test_a_plan_goes_on_from_a_state():
    plan = dispatch(PROBLEM)
    state = State.opening(PROBLEM)
    for made in plan.assignments[:3]:
        state = state.after(PROBLEM, made)
    rest = improve(PROBLEM, state, effort=Effort(tries=4, leans=4))
    whole = (*plan.assignments[:3], *rest.plan.assignments)
    codes = {finding.error.code for finding in plan_findings(PROBLEM, Plan(Rule.PRICED, whole, 0.0))}
    assert codes <= {"LR6030"}
