"""From area accounts, surface, teams and profile to a problem: which work, where, worth what."""

from datetime import date

import geopandas as gpd
import numpy as np
import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.geo.crs import WGS84, to_crs
from landrelease.geo.grid import Grid
from landrelease.hazard.surface import Surface
from landrelease.plan.blocks import planning_crs, work_blocks
from landrelease.plan.build import AreaFacts, problem_from_accounts, rest_days
from landrelease.plan.checker import check_plan
from landrelease.plan.dispatch import RULES, dispatch
from landrelease.plan.problem import PlanTeam
from landrelease.plan.value import ValueWeights
from landrelease.profile import load_profile
from landrelease.terms import Activity, AssetKind, Ground, LandClass

PROFILE = load_profile()
HECTARE = 0.0009  # a square of about 100 m near the equator, degrees
A = Activity


def parts(*rows):
    """Rows of area_id, classification, longitude east of 30 in hectare sides, sides of the square in hectare sides."""
    shapes = [None if at is None else shapely.box(30 + at * HECTARE, 0, 30 + (at + side) * HECTARE, side * HECTARE)
              for _, _, at, side in rows]  # fmt: skip
    frame = gpd.GeoDataFrame({"area_id": [row[0] for row in rows]}, geometry=shapes, crs=WGS84)
    frame["area_m2"] = [10_000.0 * side**2 for *_, side in rows]
    return frame.assign(
        classification=[row[1] for row in rows], release_status="unresolved", admin_area="North", name=""
    )


def team(kind, *activities, pace=5000.0):
    return PlanTeam(kind.value, kind, dict.fromkeys(activities, pace), 0.0, 0.0)


FORCE = (
    team(AssetKind.SURVEY_TEAM, A.NTS, A.HANDOVER),
    team(AssetKind.TECHNICAL_SURVEY_TEAM, A.TS),
    team(AssetKind.MANUAL_TEAM, A.CLEARANCE),
    team(AssetKind.QA_TEAM, A.QA),
)
MACHINE = team(AssetKind.MACHINE, A.MECHANICAL)


def build(frame, surface=None, teams=FORCE, **more):
    return problem_from_accounts(frame, surface, teams, PROFILE, **{"horizon_days": 100, **more})


def chain(problem, number=0):
    return [(step.activity, round(step.work_m2)) for step in problem.areas[number].operations]


# One hectare is 400 units of 25 m²; 211 of them, without an item, support 99 % clean with 95 % confidence (methods T1).
@pytest.mark.parametrize(
    ("classification", "ground", "teams", "expected"),
    [
        ("indication", Ground.OPEN, FORCE,
         [(A.NTS, 10_000), (A.TS, 5000), (A.CLEARANCE, 1000), (A.QA, 3950), (A.HANDOVER, 0)]),
        ("sha", Ground.OPEN, FORCE, [(A.TS, 10_000), (A.CLEARANCE, 2000), (A.QA, 5275), (A.HANDOVER, 0)]),
        ("cha", Ground.OPEN, (*FORCE, MACHINE), [(A.CLEARANCE, 10_000), (A.QA, 5275), (A.HANDOVER, 0)]),
        ("cha", Ground.VEGETATED, FORCE, [(A.CLEARANCE, 10_000), (A.QA, 5275), (A.HANDOVER, 0)]),
        ("cha", Ground.VEGETATED, (*FORCE, MACHINE),
         [(A.MECHANICAL, 10_000), (A.CLEARANCE, 10_000), (A.QA, 5275), (A.HANDOVER, 0)]),
    ],
)  # fmt: skip
def test_chains_by_classification(classification, ground, teams, expected):
    problem = build(parts(("a", classification, 0, 1)), teams=teams, facts={"a": AreaFacts(ground)})
    found = chain(problem)
    assert [activity for activity, _ in found] == [activity for activity, _ in expected]
    assert [m2 for _, m2 in found] == pytest.approx([m2 for _, m2 in expected], rel=0.03)


def test_survey_comes_first_for_suspected_and_clearance_for_confirmed_land():
    problem = build(parts(("a", "sha", 0, 1), ("b", "cha", 5, 1)))
    assert [area.operations[0].activity for area in problem.areas] == [A.TS, A.CLEARANCE]


def test_a_sweep_clears_everything_suspected():
    sweep = dict.fromkeys(LandClass, (A.CLEARANCE, A.QA))
    problem = build(parts(("a", "indication", 0, 1)), chains=sweep)
    assert chain(problem)[0] == (A.CLEARANCE, 10_000)


def surface_of(frame, items_per_m2):
    """Constant intensity on a grid in the frame's planning system, whatever the problem's own system."""
    crs = planning_crs(frame)
    grid = Grid.covering(crs, tuple(frame.to_crs(crs).total_bounds), 50.0)
    return Surface(grid, np.full(grid.shape, items_per_m2), "constant")


def test_expected_items_come_from_the_surface_in_its_own_system():
    frame = parts(("a", "cha", 0, 1), ("b", "cha", 9, 1))
    problem = build(frame, surface_of(frame, 0.002))
    true_m2 = shapely.area(frame.to_crs(planning_crs(frame)).geometry)
    assert [area.expected_items for area in problem.areas] == pytest.approx(list(0.002 * true_m2), rel=1e-6)


def test_without_a_surface_items_are_unknown_not_zero():
    assert build(parts(("a", "cha", 0, 1))).areas[0].expected_items is None


def test_value_adds_up_from_the_weights():
    frame = parts(("a", "cha", 0, 1))
    weights = ValueWeights(items=10.0, beneficiaries=2.0, hectares=3.0, blockages=7.0)
    facts = {"a": AreaFacts(beneficiaries=50.0, blockages=2.0, exposure=0.5)}
    (area,) = build(frame, surface_of(frame, 0.0004), facts=facts, weights=weights).areas
    by_hand = 10.0 * 0.5 * area.expected_items + 2.0 * 50 + 3.0 * 1.0 + 7.0 * 2
    assert area.value_a_day * 365.25 == pytest.approx(by_hand)
    assert area.beneficiaries == 50


def test_blocks_share_what_their_area_offers():
    facts = {"a": AreaFacts(beneficiaries=90.0, blockages=3.0)}
    problem = build(parts(("a", "cha", 0, 3)), facts=facts)
    assert len(problem.areas) > 1
    assert {area.parent_id for area in problem.areas} == {"a"}
    assert sum(area.beneficiaries for area in problem.areas) == pytest.approx(90.0)
    assert sum(area.area_m2 for area in problem.areas) == pytest.approx(90_000.0)
    assert build(parts(("a", "cha", 0, 1))).areas[0].parent_id == ""


def test_places_lie_inside_their_land_in_metres():
    frame = parts(("a", "cha", 0, 1), ("b", "cha", 40, 1))
    crs = planning_crs(frame)
    problem = build(frame)
    for area, shape in zip(problem.areas, frame.to_crs(crs).geometry, strict=True):
        assert shape.contains(shapely.Point(area.x_m, area.y_m))
    assert problem.areas[1].x_m - problem.areas[0].x_m == pytest.approx(4000, rel=0.01)


def test_another_system_for_places():
    import pyproj

    crs = pyproj.CRS.from_epsg(32636)
    area = build(parts(("a", "cha", 0, 1)), crs=crs).areas[0]
    assert (area.x_m, area.y_m) == pytest.approx(to_crs(shapely.Point(30.00045, 0.00045), WGS84, crs).coords[0], abs=60)


@pytest.mark.parametrize(("start", "day"), [(None, None), (date(2026, 8, 1), 30)])
def test_deadlines_count_from_the_start_date(start, day):
    facts = {"a": AreaFacts(deadline=date(2026, 8, 31))}
    (area,) = build(parts(("a", "cha", 0, 1)), facts=facts, start=start).areas
    assert area.deadline_day == day
    assert (area.deadline_bonus > 0) == (day is not None)
    if day:
        rate, days = 0.05 / 365.25, 100 + 730
        assert area.deadline_bonus == pytest.approx(0.3 * area.value_a_day * (1 - np.exp(-rate * days)) / rate)


def test_the_profile_gives_travel_rest_ground_and_discount():
    problem = build(parts(("a", "cha", 0, 1)))
    planning = PROFILE.planning
    assert (problem.travel_m_a_day, problem.mobilisation_days, problem.commute_m, problem.benefit_days) == (
        planning.travel_m_a_day, planning.mobilisation_days, planning.commute_m, planning.benefit_days,
    )  # fmt: skip
    assert sorted(problem.closed_days)[:3] == [6, 13, 20]
    assert problem.ground_factor[AssetKind.DOG_TEAM, Ground.WOODED] == 0
    assert problem.discount_a_day * 365.25 == pytest.approx(0.05)


def test_calendars_can_be_given():
    problem = build(parts(("a", "cha", 0, 1)), closed_days=frozenset({3}), region_closed_days={"North": frozenset({5})})
    assert (problem.closed_days, problem.areas[0].region) == (frozenset({3}), "North")
    assert problem.region_closed_days["North"] == {5}


@pytest.mark.parametrize(("horizon", "days"), [(0, []), (6, []), (7, [6]), (21, [6, 13, 20])])
def test_rest_days(horizon, days):
    assert sorted(rest_days(PROFILE, horizon)) == days


def test_land_without_a_shape_is_left_out_and_named():
    problem = build(parts(("a", "cha", 0, 1), ("nowhere", "sha", None, 1)))
    assert [area.area_id for area in problem.areas] == ["a"]
    assert [(finding.error.code, finding.details["area"]) for finding in problem.findings] == [("LR6003", "nowhere")]


def test_blocks_made_before_give_the_same_problem():
    frame = parts(("a", "cha", 0, 3), ("b", "sha", 9, 1))
    assert build(work_blocks(frame, PROFILE)) == build(frame)


def test_no_open_land_gives_an_empty_problem():
    problem = build(parts(("a", "cha", 0, 1)).assign(release_status="released"))
    assert problem.areas == ()
    assert dispatch(problem).assignments == ()


@pytest.mark.parametrize("amount", [-1.0, float("nan")])
def test_bad_facts_name_area_and_field(amount):
    with pytest.raises(LandreleaseError, match=r"LR6001.*a, beneficiaries"):
        build(parts(("a", "cha", 0, 1)), facts={"a": AreaFacts(beneficiaries=amount)})


@pytest.mark.parametrize("rule", list(RULES))
def test_the_problem_can_be_planned_and_checked(rule):
    frame = parts(("a", "cha", 0, 2), ("b", "sha", 9, 1), ("c", "indication", 99, 3))
    problem = build(frame, surface_of(frame, 1e-4), start=date(2026, 8, 1))
    plan = dispatch(problem, rule)
    verdict = check_plan(problem, plan)
    assert set(verdict.released) | set(plan.reasons) == {area.area_id for area in problem.areas}
    assert verdict.released
