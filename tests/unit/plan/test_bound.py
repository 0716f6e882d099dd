"""The bound: small cases that can be worked out by hand, and the published instance."""

from dataclasses import replace

import numpy as np
import pytest
from tests.samples.watchers import Impatient

from landrelease.plan.bound import (
    BoundSettings,
    Descent,
    bound_problem,
    classes_priced,
    edges_of,
)
from landrelease.plan.classes import ClassTables
from landrelease.plan.columns import settle
from landrelease.plan.generate import generate_problem
from landrelease.plan.problem import Corridor, Operation, PlanArea, PlanTeam, Problem
from landrelease.plan.relaxation import Relaxation
from landrelease.terms import Activity, AssetKind

MANUAL = AssetKind.MANUAL_TEAM


def area(area_id, days, value, **more):
    return PlanArea(area_id, 0.0, 0.0, 1.0, value, (Operation(Activity.CLEARANCE, days * 1000.0, (MANUAL,)),), **more)


def team(team_id, **more):
    return PlanTeam(team_id, MANUAL, {Activity.CLEARANCE: 1000.0}, 0.0, 0.0, **more)


def problem(*areas, teams=1, days=10, **more):
    return Problem(areas, tuple(team(f"T{n}") for n in range(teams)), days, commute_m=1000.0, **more)


def settled(given, period_days=1):
    return settle(bound_problem(given, settings=BoundSettings(period_days=period_days)))


@pytest.mark.parametrize(
    ("horizon", "days", "edges"), [(10, 5, [0, 5, 10]), (12, 5, [0, 5, 10, 12]), (3, 5, [0, 3]), (1, 1, [0, 1])]
)
def test_edges_of_periods(horizon, days, edges):
    assert edges_of(horizon, days).tolist() == edges


def test_one_area_alone_is_bounded_by_what_it_earns():
    assert settled(problem(area("A", 4, 2.0))).value == pytest.approx(2.0 * 6)


def test_two_areas_that_fill_the_team_are_bounded_by_the_better_order():
    given = problem(area("A", 4, 2.0), area("B", 2, 3.0), days=6)
    assert settled(given).value == pytest.approx(3.0 * 4 + 0.0, abs=1e-6)


def test_prices_are_what_a_team_day_is_worth():
    given = problem(area("A", 5, 1.0), area("B", 5, 1.0), days=5, benefit_days=10)
    bound = settled(given, period_days=5)
    assert bound.value == pytest.approx(10.0)
    assert bound.prices.team_day.sum() * 5 == pytest.approx(10.0)
    assert [teams for teams, _price in classes_priced(bound)] == [("T0",)]


def test_without_scarcity_prices_are_zero_and_the_bound_is_the_sum():
    bound = settled(problem(area("A", 2, 1.0), area("B", 2, 2.0), teams=5))
    assert bound.value == pytest.approx(8.0 + 16.0)
    assert bound.prices.team_day.max() == 0.0


def test_a_budget_lowers_the_bound():
    free = problem(area("A", 2, 1.0), area("B", 2, 2.0), teams=2)
    teams = tuple(replace(t, cost_a_day=1.0, donor="fund") for t in free.teams)
    paid = replace(free, teams=teams, budgets={"fund": 2.0})
    bound = settled(paid)
    assert bound.value == pytest.approx(16.0)
    assert bound.prices.money[0] > 0


def test_a_corridor_raises_the_bound_and_pays_its_areas():
    given = problem(area("A", 2, 1.0), area("B", 2, 2.0), days=8)
    road = replace(given, corridors=(Corridor("road", ("A", "B"), 100.0),))
    alone, together = bound_problem(given), bound_problem(road, target=400.0)
    # both areas at the earliest on day 4: 100 a day for 4 days
    assert together.value >= alone.value + 100.0 * 4 - 1e-6
    assert together.prices.link.sum() > 0


def test_columns_leave_corridors_alone():
    road = replace(problem(area("A", 2, 1.0)), corridors=(Corridor("road", ("A",), 1.0),))
    with pytest.raises(ValueError, match="corridors"):
        settle(bound_problem(road))


def test_more_search_never_raises_a_bound():
    given = generate_problem(30, 8, 3)
    little, more = (bound_problem(given, settings=BoundSettings(fine=Descent(0.1, iterations=n))) for n in (5, 50))
    assert more.value <= little.value


def test_counted_search_repeats_to_the_last_digit():
    given = generate_problem(20, 6, 2)
    assert bound_problem(given).value == bound_problem(given).value


def test_a_coarse_grid_is_no_certificate():
    tables = ClassTables(generate_problem(10, 6, 1))
    edges = edges_of(tables.horizon, 25)
    assert Relaxation(tables, edges).exact
    assert not Relaxation(tables, edges, grid=edges).exact


def test_the_slope_is_that_of_the_value():
    tables = ClassTables(generate_problem(12, 6, 4))
    relaxation = Relaxation(tables, edges_of(tables.horizon, 10))
    random = np.random.default_rng(7)
    prices = replace(relaxation.free(), team_day=random.uniform(1, 300, relaxation.capacity.shape))
    other = replace(prices, team_day=prices.team_day * random.uniform(0.9, 1.1, relaxation.capacity.shape))
    at = relaxation.at(prices)
    line = at.value + (at.slope.team_day * (other.team_day - prices.team_day)).sum()
    assert relaxation.at(other).value >= line - 1e-6 * at.value


def test_the_published_instance_is_bounded_more_tightly_than_published():
    assert bound_problem(generate_problem(50, 10, 1), target=6.3e5).value < 654_900


def test_a_watcher_can_stop_it():
    with pytest.raises(KeyboardInterrupt):
        bound_problem(generate_problem(20, 6, 1), progress=Impatient(3))
