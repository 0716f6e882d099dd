"""Teams from the register: pace, activities, base."""

import pytest
from pyproj import CRS

from landrelease.plan.build import area_facts
from landrelease.plan.teams import can_do, ground_factors, plan_team, teams_from_register
from landrelease.profile import load_profile
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.kinds import HazardReport, Team
from landrelease.record.ledger import Ledger
from landrelease.record.shapes import PointShape
from landrelease.terms import Activity, AssetKind, Ground, LandClass

PROFILE = load_profile()
UTM = CRS.from_epsg(32636)  # central meridian 33 E: easting 500,000
A, K = Activity, AssetKind


@pytest.mark.parametrize(
    ("kind", "people", "expected"),
    [
        (K.MANUAL_TEAM, 10, {A.CLEARANCE: 25 * 10 * 0.7}),
        (K.DOG_TEAM, 4, {A.CLEARANCE: 850}),
        (K.MACHINE, 5, {A.MECHANICAL: 4250}),
        (K.TECHNICAL_SURVEY_TEAM, 8, {A.TS: 6000}),
        (K.SURVEY_TEAM, 4, {A.NTS: 200_000, A.HANDOVER: 200_000}),
        (K.QA_TEAM, 4, {A.QA: 5000, A.HANDOVER: 5000}),
        (K.MEDICAL_TEAM, 4, {}),
        (K.EOD_TEAM, 4, {}),
        (K.MANUAL_TEAM, 0, {A.CLEARANCE: 0}),
    ],
)
def test_pace_is_the_most_likely_of_the_profile(kind, people, expected):
    team = plan_team("t", Team(name="T", asset_kind=kind, people=people), PROFILE, UTM)
    assert team.m2_a_day == pytest.approx(expected)


@pytest.mark.parametrize(
    ("activities", "expected"),
    [
        ([], {A.NTS, A.HANDOVER}),
        ([A.NTS], {A.NTS, A.HANDOVER}),
        ([A.HANDOVER, A.TS], {A.HANDOVER}),
        ([A.CLEARANCE], {A.HANDOVER}),  # a handover searches nothing, so what a team searches does not exclude it
    ],
)
def test_stated_activities_narrow_what_the_kind_may_do(activities, expected):
    body = Team(name="T", asset_kind=K.SURVEY_TEAM, people=4, activities=activities)
    assert set(plan_team("t", body, PROFILE, UTM).m2_a_day) == expected


def test_the_base_is_brought_to_the_problems_system():
    body = Team(name="T", asset_kind=K.DOG_TEAM, people=4, base=PointShape(coordinates=(330_000_000, 100_000_000)))
    team = plan_team("t", body, PROFILE, UTM)
    assert (team.base_x_m, team.base_y_m) == pytest.approx((500_000, 1_105_413), abs=200)


def test_a_team_without_a_base_starts_at_the_origin():
    team = plan_team("t", Team(name="T", asset_kind=K.DOG_TEAM, people=4), PROFILE, UTM)
    assert (team.base_x_m, team.base_y_m) == (0.0, 0.0)


def test_ground_factors_are_those_of_the_profile():
    factors = ground_factors(PROFILE)
    assert factors[K.MANUAL_TEAM, Ground.WOODED] == PROFILE.ground_pace[K.MANUAL_TEAM][Ground.WOODED]
    assert (K.MANUAL_TEAM, Ground.OPEN) not in factors


def test_can_do():
    teams = (plan_team("t", Team(name="T", asset_kind=K.MACHINE, people=4), PROFILE, UTM),)
    assert can_do(teams, A.MECHANICAL)
    assert not can_do(teams, A.CLEARANCE)
    assert not can_do((), A.MECHANICAL)


def said(kind, subject, body, day="2026-01-01", author="a"):
    return Statement(kind, subject, body, day, author, "operator")


@pytest.fixture
def ledger(tmp_path):
    with Ledger.create(tmp_path / "ledger.sqlite") as made:
        yield made


def test_the_last_statement_about_each_team_counts(ledger):
    ledger.append([
        said("team", "team:b", Team(name="B", asset_kind=K.DOG_TEAM, people=4)),
        said("team", "team:a", Team(name="A", asset_kind=K.MANUAL_TEAM, people=10)),
        said("team", "team:a", Team(name="A", asset_kind=K.MANUAL_TEAM, people=20), "2026-02-01"),
    ])  # fmt: skip
    teams = teams_from_register(fold(ledger.log()), PROFILE, UTM)
    assert [(team.team_id, team.asset_kind, team.organisation) for team in teams] == [
        ("team:a", K.MANUAL_TEAM, "operator"), ("team:b", K.DOG_TEAM, "operator"),
    ]  # fmt: skip
    assert teams[0].m2_a_day[A.CLEARANCE] == pytest.approx(25 * 20 * 0.7)


def test_a_register_without_teams_gives_none(ledger):
    assert teams_from_register(fold(ledger.log()), PROFILE, UTM) == ()


def test_facts_come_from_reviewed_hazard_reports_only(ledger):
    known = HazardReport(
        name="Hill",
        classification=LandClass.SHA,
        ground=Ground.STEEP,
        beneficiaries_direct=40,
        blocked=["road", "well"],
    )
    bare = HazardReport(name="Wood", classification=LandClass.SHA)
    entries = ledger.append([said("hazard.report", "area:1", known), said("hazard.report", "area:2", bare)])
    assert area_facts(fold(ledger.log())) == {}
    ledger.append([
        Statement("review", entry.subject, {"verdict": "accepted"}, "2026-01-02", "b", "centre", cites=(entry.hash,))
        for entry in entries
    ])  # fmt: skip
    facts = area_facts(fold(ledger.log()))
    hill, wood = facts["area:1"], facts["area:2"]
    assert (hill.ground, hill.beneficiaries, hill.blockages) == (Ground.STEEP, 40, 2.0)
    assert (wood.ground, wood.beneficiaries, wood.blockages) == (Ground.UNKNOWN, None, None)
