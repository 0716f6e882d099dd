"""Invariant 17: rates, finds, tracks and depths that someone should be asked about, in neutral words."""

import math

import pytest
import shapely
from tests.samples.conduct import AREA, OPERATOR, TEAM
from tests.samples.releases import WEST

from landrelease.geo.shapes import body_from_shape
from landrelease.quality.checks.asks import poisson_chance, rounded_chance, share_chance
from landrelease.quality.checks.ground import counts_by_code, off_track
from landrelease.quality.checks.run import run_checks
from landrelease.quality.visits import checklist_items


def team(conduct, kind="manual_team", subject=TEAM):
    conduct.say("team", {"name": subject, "asset_kind": kind, "people": 10}, "2026-01-01", subject=subject)


def day(**changes):
    return {"area": AREA, "activity": "clearance", "people": 10, "minutes_worked": 300, "searched_area_m2": 175,
            "finds": 0} | changes  # fmt: skip


def asked(conduct, items=None):
    return counts_by_code(run_checks(conduct.register, conduct.profile, items))


@pytest.mark.invariant(17)
@pytest.mark.parametrize(
    ("kind", "area_m2", "asks"),
    # manual: 10 people, .7 of them search, 50 m2 each at most, a fifth more tolerated: 420 m2
    [("manual_team", 420, False), ("manual_team", 421, True), ("dog_team", 1440, False), ("dog_team", 1441, True),
     ("eod_team", 99_999, False)],
)  # fmt: skip
def test_a_rate_beyond_the_norm_is_asked_about(conduct, kind, area_m2, asks):
    team(conduct, kind)
    said = conduct.say("work_day", day(searched_area_m2=area_m2), "2026-05-01", subject=TEAM)
    found = run_checks(conduct.register, conduct.profile)
    assert [ask.code.code for ask in found] == (["LR3215"] if asks else [])
    assert all(said in ask.entries for ask in found)


@pytest.mark.invariant(17)
def test_a_find_count_far_from_the_intensity_is_asked_about(conduct):
    team(conduct)
    for number in range(1, 11):
        conduct.say("work_day", day(), f"2026-05-{number:02d}", subject=TEAM)
    # 1,750 m2 at .01 an m2 and a chance to find of .97: 17 expected, none found
    assert asked(conduct, {AREA: 0.01}) == {"LR3216": 1}
    assert asked(conduct, {AREA: 0.001}) == {}


def test_a_team_far_from_its_neighbours_is_asked_about_without_a_map(conduct):
    for subject, finds in ((TEAM, 0), ("team:2", 3), ("team:3", 3)):
        team(conduct, subject=subject)
        for number in range(1, 11):
            conduct.say("work_day", day(finds=finds), f"2026-05-{number:02d}", subject=subject)
    asks = run_checks(conduct.register, conduct.profile)
    assert {ask.team for ask in asks if ask.details["finds"] == 0} == {TEAM}
    assert "other teams" in asks[0].finding.what


@pytest.mark.parametrize(
    ("track", "codes"),
    [
        ([(36.0, 48.0005), (36.0013, 48.0005)], {"LR3217": 1}),
        (None, {}),
    ],
)
def test_ground_far_from_the_track_is_asked_about(conduct, track, codes):
    body = day(searched=body_from_shape(WEST))
    if track:
        body["track"] = [[[round(x * 1e7), round(y * 1e7)] for x, y in track]]
    conduct.say("work_day", body, "2026-05-01", subject=TEAM)
    assert asked(conduct) == codes


def test_a_track_that_covers_its_ground_raises_nothing_and_one_elsewhere_both(conduct):
    small = shapely.box(36.0, 48.0, 36.0005, 48.0001)
    lines = [[(36.0, 48.0 + row * 0.00002), (36.0005, 48.0 + row * 0.00002)] for row in range(6)]
    for offset, codes in ((0.0, {}), (0.01, {"LR3217": 1, "LR3218": 1})):
        track = [[[round((x + offset) * 1e7), round(y * 1e7)] for x, y in line] for line in lines]
        conduct.say(
            "work_day", day(searched=body_from_shape(small), track=track), "2026-05-01", subject=f"team:{offset}"
        )
        assert {code: count for code, count in asked(conduct).items() if code != "LR3222"} == codes


def test_shares_off_track_in_metres():
    ground, track = shapely.box(0, 0, 100, 10), shapely.LineString([(0, 5), (50, 5)])
    far, outside = off_track(ground, track, 5.0)
    assert far == pytest.approx((500 - math.pi * 5**2 / 2) / 1000, abs=1e-3)  # a half circle beyond the track's end
    assert outside == 0


DEPTHS = [
    ([13] * 8, {"LR3219": 1}),
    ([13] * 7, {}),
    ([15, 20, 15, 15, 20, 15, 20, 15, 15, 20], {"LR3220": 1}),
    ([14, 17, 13, 16, 18, 21, 15, 19, 13, 14], {}),
    ([14, 12, 16], {"LR3221": 1}),
]


@pytest.mark.invariant(17)
@pytest.mark.parametrize(("depths", "codes"), DEPTHS)
def test_depth_patterns_are_asked_about(conduct, depths, codes):
    conduct.say("work_day", day(depths_cm=depths), "2026-05-01", subject=TEAM)
    assert asked(conduct) == codes


@pytest.mark.invariant(14)
def test_ground_that_is_reported_twice_is_asked_about(conduct):
    first = conduct.say("work_day", day(searched=body_from_shape(WEST)), "2026-05-01", subject=TEAM)
    conduct.say("work_day", day(searched=body_from_shape(WEST)), "2026-05-03", subject="team:2")
    [ask] = run_checks(conduct.register, conduct.profile)
    assert (ask.code.code, ask.details["share"], ask.team) == ("LR3222", "100", "team:2")
    assert first in ask.entries


def test_a_completion_repeats_its_progress_reports_without_a_question(conduct):
    for stage, number in (("progress", 1), ("completion", 2)):
        body = {"area": AREA, "stage": stage, "method": "manual_team", "cleared": body_from_shape(WEST)}
        conduct.report("clearance.report", body, f"2026-05-0{number}")
    assert asked(conduct) == {}


@pytest.mark.invariant(9)
def test_ground_searched_on_a_lost_day_and_work_outside_the_accreditation(conduct):
    conduct.say("work_day", day(lost_to="weather"), "2026-05-01", subject=TEAM)
    assert asked(conduct) == {"LR3223": 1}
    conduct.say("accreditation", {"activities": ["nts"]}, "2026-01-01", subject=OPERATOR, until="2026-12-31")
    assert asked(conduct) == {"LR3223": 1, "LR3224": 1}


ACCUSING = ("fraud", "false", "lie", "cheat", "fake", "guilty", "invented", "suspicious")


def test_questions_are_worded_neutrally_and_propose_an_observation(conduct):
    conduct.say("work_day", day(depths_cm=[13] * 9, lost_to="heat"), "2026-05-01", subject=TEAM)
    for ask in run_checks(conduct.register, conduct.profile):
        text = f"{ask.finding.what} {ask.finding.remedy}".lower()
        assert not any(f" {word}" in text for word in ACCUSING)
        assert text.partition(ask.finding.what.lower())[2].strip().startswith("ask")
        assert ask.observation().severity == "observation"


@pytest.mark.parametrize(
    ("count", "mean", "chance"),
    [(0, 17.0, 2 * 4.14e-8), (3, 3.0, 1.0), (10, 3.0, 2 * 0.001102), (0, 0.0, 1.0), (1, 0.0, 0.0)],
)
def test_poisson_chances(count, mean, chance):
    assert poisson_chance(count, mean) == pytest.approx(chance, rel=2e-3)


def test_chance_of_a_share_of_all_finds():
    assert share_chance(0, 10, 0.5) == pytest.approx(2 / 2**10)
    assert share_chance(5, 5, 0.5) == 1.0


def test_chance_of_rounded_readings():
    assert rounded_chance(10, 10) == pytest.approx(0.2**10)


def test_the_checklist_has_the_groups_and_items_of_the_standard(conduct):
    items = checklist_items(conduct.profile)
    assert (len(items), len(dict(items))) == (21, 5)
    assert ("people", "qualified_medic_available") in items
