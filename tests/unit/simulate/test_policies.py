from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.profile import load_profile
from landrelease.simulate.field import Crew
from landrelease.simulate.named import POLICIES, policy_named
from landrelease.simulate.outcome import ROWS, Outcome, compare
from landrelease.simulate.policies import LandRelease, Sweep, View
from landrelease.simulate.scenario import load_scenario
from landrelease.simulate.suspected import Evidence, SuspectedArea
from landrelease.simulate.workforce import make_teams
from landrelease.simulate.worksite import Worksite
from landrelease.terms import Activity, AssetKind, EvidenceKind, HowKnown, Reliability

PROFILE, TEAMS = load_profile(), make_teams(load_scenario("company-24"))


def _site(index: int, x: float, beneficiaries: int = 10, side: float = 300, direct: bool = False) -> Worksite:
    kind = EvidenceKind.MINEFIELD_RECORD if direct else EvidenceKind.UNUSED_LAND
    evidence = (Evidence(kind, HowKnown.RECORDS, Reliability.RELIABLE),)
    outline = shapely.box(x, 0, x + side, side)
    area = SuspectedArea(f"area:{index}", "", outline, 0, 0, beneficiaries, date(2020, 1, 1), evidence)
    return Worksite(area, index, 25.0, 100.0, {})


def _view(*sites: Worksite, free_sites: int = 9) -> View:
    crews = [Crew(team, 0.0, 0.0) for team in TEAMS]
    return View(sites, PROFILE, crews, 0.5, 100_000.0, days_left=20, free_sites=free_sites)


def _crew(view: View, kind: AssetKind) -> Crew:
    return next(crew for crew in view.crews if crew.team.kind is kind)


def _ordered(policy, view: View, kind: AssetKind):
    policy.morning(view)
    return policy.next_order(_crew(view, kind), view)


@pytest.mark.parametrize("kind", [AssetKind.MANUAL_TEAM, AssetKind.SURVEY_TEAM, AssetKind.DOG_TEAM])
def test_sweep_clears_everything_nearest_first(kind: AssetKind) -> None:
    order = _ordered(Sweep(), _view(_site(0, 9000, 5000), _site(1, 1000)), kind)
    assert (order.area, order.activity, order.everything) == (1, Activity.CLEARANCE, True)


def test_sweep_sends_machines_ahead() -> None:
    assert _ordered(Sweep(), _view(_site(0, 500)), AssetKind.MACHINE).activity is Activity.MECHANICAL


@pytest.mark.parametrize("policy", [Sweep(), LandRelease()])
@pytest.mark.parametrize("kind", [AssetKind.MEDICAL_TEAM, AssetKind.EOD_TEAM, AssetKind.QA_TEAM])
def test_support_teams_get_no_orders(policy, kind: AssetKind) -> None:
    assert _ordered(policy, _view(_site(0, 500)), kind) is None


@pytest.mark.parametrize("policy", [Sweep(), LandRelease()])
def test_no_site_without_medical_cover(policy) -> None:
    site = _site(0, 500)
    site.surveyed = True
    assert _ordered(policy, _view(site, free_sites=0), AssetKind.MANUAL_TEAM) is None


def test_landrelease_surveys_before_anything_else() -> None:
    view = _view(_site(0, 500), _site(1, 900))
    assert _ordered(LandRelease(), view, AssetKind.SURVEY_TEAM).activity is Activity.NTS
    assert _ordered(LandRelease(), view, AssetKind.TECHNICAL_SURVEY_TEAM) is None
    assert _ordered(LandRelease(), view, AssetKind.DOG_TEAM) is None


def test_landrelease_prefers_more_people_for_the_same_work() -> None:
    view = _view(_site(0, 500, beneficiaries=5), _site(1, 500, beneficiaries=500))
    assert _ordered(LandRelease(), view, AssetKind.SURVEY_TEAM).area == 1


def test_landrelease_surveys_first_where_the_answer_ends_the_matter() -> None:
    view = _view(_site(0, 500, direct=True), _site(1, 500, direct=False))
    assert _ordered(LandRelease(), view, AssetKind.SURVEY_TEAM).area == 1


def test_two_survey_teams_go_to_two_areas() -> None:
    policy, view = LandRelease(), _view(_site(0, 500), _site(1, 900))
    policy.morning(view)
    teams = [crew for crew in view.crews if crew.team.kind is AssetKind.SURVEY_TEAM]
    assert {policy.next_order(crew, view).area for crew in teams} == {0, 1}


def test_landrelease_clears_only_where_indications_are() -> None:
    site = _site(0, 500)
    site.surveyed = True
    view = _view(site)
    assert _ordered(LandRelease(), view, AssetKind.TECHNICAL_SURVEY_TEAM).activity is Activity.TS
    assert _ordered(LandRelease(), view, AssetKind.DOG_TEAM) is None
    site.cells.target[:20] = True
    site.touch()
    order = _ordered(LandRelease(), view, AssetKind.DOG_TEAM)
    assert (order.activity, order.everything) == (Activity.CLEARANCE, False)
    assert _ordered(LandRelease(), view, AssetKind.MACHINE).activity is Activity.MECHANICAL


def test_technical_survey_covers_at_least_the_profiles_share() -> None:
    site = _site(0, 500)
    site.surveyed = True
    order = _ordered(LandRelease(coverage=2.0), _view(site), AssetKind.TECHNICAL_SURVEY_TEAM)
    assert order.coverage == pytest.approx(2 * PROFILE.release.survey_coverage_permille / 1000)


def test_policies_by_name() -> None:
    assert [policy_named(name).name for name in POLICIES] == ["sweep", "landrelease", "kernel", "estimate"]
    with pytest.raises(LandreleaseError, match=r"LR8003.*sweep, landrelease, kernel, estimate"):
        policy_named("guess")


def _outcome(policy: str, **values: object) -> Outcome:
    numbers: dict[str, object] = dict.fromkeys(Outcome.__dataclass_fields__, 0)
    numbers |= {"scenario": "s", "policy": policy, "lost_team_days": {}, "items_laid": 10}
    return Outcome(**(numbers | values))


def test_outcomes_side_by_side() -> None:
    one = _outcome("sweep", cleared_m2=2e6, team_days=4, items_left_in_cleared=1)
    table = compare([one, _outcome("landrelease", cancelled_m2=5e6)]).set_index("measure")
    assert list(table.columns) == ["label", "sweep", "landrelease"]
    assert table.loc["released_m2", "sweep"] == 2e6
    assert table.loc["released_m2", "landrelease"] == 5e6
    assert table.loc["released_m2_a_team_day", "sweep"] == 5e5
    assert table.loc["left_a_released_km2", "sweep"] == 0.5
    assert table.loc["released_m2_a_team_day", "landrelease"] == 0
    assert len(table) == len(ROWS)
    assert isinstance(table, pd.DataFrame)


@pytest.mark.parametrize("change", [{"scenario": "other"}, {"seed": 9}, {"items_laid": 11}, {"policy": "sweep"}])
def test_outcomes_of_different_truths_are_not_compared(change: dict[str, object]) -> None:
    one = _outcome("sweep")
    with pytest.raises(LandreleaseError, match="LR8006"):
        compare([one, replace(_outcome("landrelease"), **change)])
