"""Teams in classes, and the pairs of operations and classes."""

from dataclasses import replace

import numpy as np
import pytest

from landrelease.plan.classes import ClassTables, class_of_teams
from landrelease.plan.problem import Assignment, Operation, PlanArea, PlanTeam, Problem
from landrelease.plan.state import State
from landrelease.terms import Activity, AssetKind

SURVEY, MANUAL = AssetKind.TECHNICAL_SURVEY_TEAM, AssetKind.MANUAL_TEAM
KM = 1000.0
CHAIN = (Operation(Activity.TS, 2000.0, (SURVEY,)), Operation(Activity.CLEARANCE, 3000.0, (MANUAL,)))


def team(team_id, kind=MANUAL, x_km=0.0, pace=1000.0, **more):
    return PlanTeam(team_id, kind, {Activity.TS: pace, Activity.CLEARANCE: pace}, x_km * KM, 0.0, **more)


def area(area_id, x_km, chain=CHAIN):
    return PlanArea(area_id, x_km * KM, 0.0, 1000.0, 1.0, chain)


PROBLEM = Problem(
    (area("near", 10), area("far", 250)),
    (team("S", SURVEY), team("M1"), team("M2", x_km=300), team("fast", pace=2000.0)),
    horizon_days=20,
    travel_m_a_day=100 * KM,
    mobilisation_days=1,
)


def test_teams_alike_but_for_their_base_are_one_class():
    assert class_of_teams(PROBLEM).tolist() == [0, 1, 1, 2]


@pytest.mark.parametrize(
    "unlike",
    [
        {"regions": frozenset({"north"})},
        {"area_ids": frozenset({"near"})},
        {"closed_days": frozenset({3})},
        {"cost_a_day": 5.0},
    ],
)
def test_whatever_limits_a_team_parts_it_from_the_class(unlike):
    teams = (team("A"), replace(team("B"), **unlike))
    assert class_of_teams(replace(PROBLEM, teams=teams)).tolist() == [0, 1]


def test_pairs_come_in_operation_order_with_days_and_least_travel():
    pairs = ClassTables(PROBLEM).pairs
    assert pairs.operation.tolist() == [0, 1, 1, 2, 3, 3]
    assert pairs.team_class.tolist() == [0, 1, 2, 0, 1, 2]
    assert pairs.days.tolist() == [2, 3, 2, 2, 3, 2]
    # from the base at 0 km to "near": one day of mobilisation and one of travel; from 300 km to "far" the same
    assert pairs.reach_day.tolist() == [2, 2, 2, 4, 2, 4]
    assert (pairs.setup_days <= pairs.reach_day).all()


def test_a_class_that_does_two_steps_of_an_area_needs_no_travel_between_them():
    both = (Operation(Activity.TS, 2000.0, (MANUAL,)), Operation(Activity.CLEARANCE, 3000.0, (MANUAL,)))
    pairs = ClassTables(replace(PROBLEM, areas=(area("near", 10, both),))).pairs
    assert set(pairs.setup_days.tolist()) == {0}


def test_operations_longer_than_the_horizon_have_no_pair():
    assert len(ClassTables(replace(PROBLEM, horizon_days=1)).pairs.operation) == 0


def test_capacity_counts_the_teams_of_a_class_that_are_free():
    state = State.opening(PROBLEM).after(PROBLEM, Assignment("M1", "near", 1, 2, 7))
    tables = ClassTables(PROBLEM, state)
    assert tables.team_days[1].tolist() == [1.0] * 7 + [2.0] * 13


def test_what_is_given_out_is_no_longer_part_of_an_area():
    state = State.opening(PROBLEM).after(PROBLEM, Assignment("S", "near", 0, 2, 4))
    tables = ClassTables(PROBLEM, state)
    assert tables.next_operation.tolist() == [1, 2]
    assert tables.ready.tolist() == [4, 0]
    assert tables.stands_in.tolist() == [0, -1, -1, -1]


def test_money_is_asked_for_the_days_of_work():
    paid = replace(PROBLEM, teams=(team("S", SURVEY), team("M", cost_a_day=10.0, donor="fund")), budgets={"fund": 99.0})
    tables = ClassTables(paid)
    assert tables.donor_of.tolist() == [-1, 0]
    assert tables.pairs.charge.tolist() == [0.0, 30.0, 0.0, 30.0]


def test_values_fall_with_the_day_of_release():
    assert (np.diff(ClassTables(PROBLEM).values, axis=1) <= 0).all()
