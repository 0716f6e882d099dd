"""The instance generator: repeatable, and what it is asked for."""

import pytest

from landrelease.errors import LandreleaseError
from landrelease.plan.generate import generate_problem
from landrelease.terms import Activity, AssetKind, Ground


def test_the_same_seed_gives_the_same_problem_and_another_seed_another():
    assert generate_problem(20, 8, seed=4) == generate_problem(20, 8, seed=4)
    assert generate_problem(20, 8, seed=4) != generate_problem(20, 8, seed=5)


@pytest.mark.parametrize(("areas", "teams", "horizon"), [(1, 5, 250), (50, 10, 250), (51, 12, 500), (501, 21, 750)])
def test_sizes(areas, teams, horizon):
    problem = generate_problem(areas, teams)
    assert (len(problem.areas), len(problem.teams), problem.horizon_days) == (areas, teams, horizon)
    assert {team.asset_kind for team in problem.teams} >= {AssetKind.MANUAL_TEAM, AssetKind.QA_TEAM}


@pytest.mark.parametrize(("areas", "teams"), [(0, 10), (10, 4), (-1, 10)])
def test_sizes_that_cannot_be(areas, teams):
    with pytest.raises(LandreleaseError, match="LR6031"):
        generate_problem(areas, teams)


@pytest.mark.parametrize("seed", range(5))
def test_every_operation_has_a_team_that_may_do_it(seed):
    problem = generate_problem(60, 11, seed)
    for area in problem.areas:
        for operation in area.operations:
            assert any(
                team.asset_kind in operation.asset_kinds
                and area.region in team.regions
                and team.m2_a_day.get(operation.activity, 0) > 0
                and problem.ground_factor[team.asset_kind, area.ground] > 0
                for team in problem.teams
            ), (area.area_id, operation)


def test_value_before_the_first_day_sums_to_a_million():
    problem = generate_problem(50, 10)
    end, rate = problem.horizon_days + problem.benefit_days, problem.discount_a_day
    days = (1 - 2.718281828459045 ** (-rate * end)) / rate
    assert sum(area.value_a_day * days + area.deadline_bonus for area in problem.areas) == pytest.approx(1e6)


def test_load_scales_the_clearance_work():
    def clearance_m2(load):
        return sum(
            step.work_m2
            for area in generate_problem(200, 20, load=load).areas
            for step in area.operations
            if step.activity is Activity.CLEARANCE
        )

    assert clearance_m2(3.2) == pytest.approx(2 * clearance_m2(1.6), rel=0.01)  # at least a day each: not quite


def test_no_dogs_in_the_woods():
    assert generate_problem(50, 10).ground_factor[AssetKind.DOG_TEAM, Ground.WOODED] == 0
