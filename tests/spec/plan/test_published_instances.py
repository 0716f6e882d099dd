"""Planning 10.9 and 11.1: the instances and what the baseline rules reach on them, as published with the prototype."""

from statistics import mean

import pytest

from landrelease.plan.checker import check_plan
from landrelease.plan.dispatch import dispatch
from landrelease.plan.generate import generate_problem
from landrelease.plan.problem import Rule
from landrelease.plan.tables import Tables
from landrelease.terms import Activity

SMALL, MEDIUM, COUNTRY = (50, 10), (500, 50), (5000, 200)


@pytest.fixture(scope="module")
def instances():
    return {(size, seed): generate_problem(*size, seed=seed) for size, seed in FACTS}


FACTS = {
    # size, seed: operations, of kind S / M / C / Q, eligible teams an operation, share with a deadline, longest days
    (SMALL, 1): (143, (45, 14, 34, 50), 2.17, 0.18, 401),
    (MEDIUM, 1): (1476, (421, 157, 398, 500), 8.30, 0.20, 700),
    (MEDIUM, 2): (1470, (410, 154, 406, 500), 9.26, 0.18, 1141),
    (MEDIUM, 3): (1504, (431, 179, 394, 500), 8.13, 0.19, 810),
    (COUNTRY, 1): (15_081, (4267, 1785, 4029, 5000), 26.13, 0.20, 1972),
}
KINDS = (Activity.TS, Activity.MECHANICAL, Activity.CLEARANCE, Activity.QA)


@pytest.mark.parametrize("key", FACTS, ids=str)
def test_facts_of_the_published_instances(instances, key):
    operations, of_kind, eligible, deadlines, longest = FACTS[key]
    problem = instances[key]
    steps = [step for area in problem.areas for step in area.operations]
    tables = Tables(problem)
    assert len(steps) == operations
    assert tuple(sum(step.activity is kind for step in steps) for kind in KINDS) == of_kind
    assert sum(len(mine.operations) for mine in tables.eligible) / operations == pytest.approx(eligible, abs=0.005)
    assert mean(area.deadline_day is not None for area in problem.areas) == pytest.approx(deadlines, abs=0.005)
    assert max(int(mine.days.max()) for mine in tables.eligible) == longest


SHARES = [
    # size, seed, upper bound (thousands), score sheet, nearest first, value per team-day
    (SMALL, 1, 654.9, 0.634, 0.716, 0.664),
    (MEDIUM, 1, 690.8, 0.707, 0.684, 0.853),
    (MEDIUM, 2, 673.745, 0.696, 0.710, 0.871),
    (MEDIUM, 3, 702.342, 0.654, 0.688, 0.807),
    (COUNTRY, 1, 700.2, 0.622, 0.647, 0.828),
]


@pytest.mark.parametrize(("size", "seed", "bound", "sheet", "nearest", "value"), SHARES)
def test_shares_of_the_bound_reached_by_the_baseline_rules(instances, size, seed, bound, sheet, nearest, value):
    problem = instances[size, seed]
    published = {Rule.SCORE_SHEET: sheet, Rule.NEAREST_FIRST: nearest, Rule.VALUE_PER_TEAM_DAY: value}
    for rule, share in published.items():
        plan = dispatch(problem, rule)
        assert check_plan(problem, plan).value / (bound * 1000) == pytest.approx(share, abs=0.0006), rule
