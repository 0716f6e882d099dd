"""A policy led by a map: what a survey may not cancel, and which area comes first."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyproj
import pytest
import shapely

from landrelease.geo.grid import Grid
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays
from landrelease.hazard.shares import shares_matrix
from landrelease.hazard.surface import Surface
from landrelease.profile import load_profile
from landrelease.simulate.field import Crew
from landrelease.simulate.map_policy import MapLed, density, estimate_policy, highest, kernel_policy, put_off
from landrelease.simulate.policies import View
from landrelease.simulate.scenario import load_scenario
from landrelease.simulate.suspected import SuspectedArea
from landrelease.simulate.workforce import make_teams
from landrelease.simulate.worksite import Worksite
from landrelease.terms import Activity, AssetKind, EvidenceKind

PROFILE, TEAMS = load_profile(), make_teams(load_scenario("company-24"))
CRS = pyproj.CRS.from_epsg(3116)


@dataclass(frozen=True)
class Nearness:
    """A map that falls with the distance from the first look."""

    def fit(self, looks: Looks, grid: Grid, at_year: float) -> Surface:
        x, y = grid.centres()
        away = np.hypot(x[None, :] - looks.x_m[0], y[:, None] - looks.y_m[0])
        return Surface(grid, 1e-5 * np.exp(-away / 500.0), "nearness", {})


def _site(index: int, x: float, side: float = 1_000) -> Worksite:
    outline = shapely.box(x, 0, x + side, side)
    return Worksite(SuspectedArea(f"area:{index}", "", outline, 0, 0, 10, date(2020, 1, 1), ()), index, 25.0, 100.0, {})


def _view(*sites: Worksite, at: tuple[float, float] = (300.0, 300.0), day: int = 0) -> View:
    looks = looks_from_arrays([at[0]], [at[1]], [2024.5], LookKind.DIRECT_EVIDENCE)
    crews = [Crew(team, 0.0, 0.0) for team in TEAMS]
    return View(
        sites, PROFILE, crews, 0.5, 100_000.0, day=day, days_left=20, free_sites=9, looks=lambda: looks, crs=CRS,
        year=2025.0,
    )  # fmt: skip


def _policy(keep_share: float = 0.2, late_share: float = 0.0) -> MapLed:
    return MapLed(Nearness(), "nearness", late_share, keep_share)


def _surveyor(view: View) -> Crew:
    return next(crew for crew in view.crews if crew.team.kind is AssetKind.SURVEY_TEAM)


@pytest.mark.parametrize("keep_share", [0.0, 0.1, 0.5, 1.0])
def test_the_highest_cells_hold_the_share(keep_share: float) -> None:
    grid = Grid(CRS, 0.0, 1_000.0, 100.0, 10, 10)
    values = np.random.default_rng(1).random(grid.shape)
    share = np.where(np.arange(100) % 4 == 0, 0.0, 1.0)
    chosen = highest(Surface(grid, values, "", {}), share, keep_share)
    assert share[chosen].sum() == pytest.approx(keep_share * share.sum(), abs=1)
    assert not chosen[share == 0].any()
    if 0 < keep_share < 1:
        rest = ~chosen & (share > 0)
        assert values.ravel()[chosen].min() >= values.ravel()[rest].max()


def test_a_survey_may_not_cancel_the_ground_under_the_map() -> None:
    policy, view = _policy(), _view(_site(0, 0))
    policy.morning(view)
    order = policy.next_order(_surveyor(view), view)
    assert order is not None
    assert order.activity is Activity.NTS
    assert order.keep is not None
    assert order.keep.covers(shapely.Point(300, 300))
    assert order.keep.area <= 0.33 * 1e6


def test_ground_far_from_it_may_be_cancelled() -> None:
    policy, view = _policy(), _view(_site(0, 0), _site(1, 5_000))
    policy.morning(view)
    assert policy.kept(view.sites[1]) is None


def test_the_area_of_the_highest_risk_is_surveyed_last() -> None:
    policy, view = _policy(0.0, 0.5), _view(_site(0, 0), _site(1, 1_500))
    policy.morning(view)
    assert [policy.late(site) for site in view.sites] == [True, False]
    first, then = (policy.next_order(_surveyor(view), view) for _ in range(2))
    assert first is not None
    assert then is not None
    assert (first.area, first.keep, then.area) == (1, None, 0)


def test_what_is_surveyed_is_not_put_off_and_makes_room_for_others() -> None:
    sites = [_site(index, 1_500.0 * index) for index in range(4)]
    risk = np.array([4.0, 3.0, 2.0, 1.0])
    assert put_off(sites, risk, 0.5).tolist() == [True, True, False, False]
    sites[0].surveyed = True
    assert put_off(sites, risk, 0.5).tolist() == [False, True, True, False]


def test_direct_evidence_puts_off_whatever_the_map_says() -> None:
    sites = [_site(index, 1_500.0 * index) for index in range(4)]
    sites[3].evidence[EvidenceKind.EXPLOSIVE_ITEM] = 1
    assert put_off(sites, np.array([4.0, 3.0, 2.0, 1.0]), 0.5).tolist() == [True, False, False, True]


@pytest.mark.parametrize("late_share", [0.0, 0.3, 0.77, 1.0])
def test_land_put_off_is_at_most_the_share_and_of_the_highest_risk(late_share: float) -> None:
    rng = np.random.default_rng(3)
    sites = [_site(index, 2_000.0 * index, side) for index, side in enumerate(rng.uniform(100, 1_900, 40))]
    risk, area = rng.random(40), np.array([site.area_m2 for site in sites])
    late = put_off(sites, risk, late_share)
    assert area[late].sum() <= late_share * area.sum() * (1 + 1e-12)
    assert area[late].sum() >= late_share * area.sum() - area.max()
    assert not (~late).any() or not late.any() or risk[late].min() > risk[~late].max()


def test_the_density_of_an_area_is_the_mean_of_its_cells() -> None:
    grid = Grid(CRS, 0.0, 200.0, 100.0, 2, 2)
    surface = Surface(grid, np.array([[1.0, 2.0], [3.0, 5.0]]), "", {})
    shares = shares_matrix(
        grid, [shapely.box(0, 0, 200, 200), shapely.box(0, 0, 50, 100), shapely.box(50, 0, 150, 100)]
    )
    assert density(surface, shares) == pytest.approx([2.75, 3.0, 4.0])


def test_without_anything_to_learn_from_it_is_the_usual_policy() -> None:
    policy, view = kernel_policy(), _view(_site(0, 0))
    view.looks = lambda: looks_from_arrays([], [], [], LookKind.ACCIDENT)
    policy.morning(view)
    order = policy.next_order(_surveyor(view), view)
    assert order is not None
    assert (order.keep, policy.late(view.sites[0])) == (None, False)


def test_the_map_is_made_anew_when_it_is_time_and_not_before() -> None:
    policy, sites = _policy(), (_site(0, 0), _site(1, 2_000))
    policy.morning(_view(*sites))
    assert policy.kept(sites[0]) is not None
    policy.morning(_view(*sites, at=(2_500.0, 500.0), day=29))
    assert policy.kept(sites[1]) is None
    policy.morning(_view(*sites, at=(2_500.0, 500.0), day=30))
    assert policy.kept(sites[1]) is not None


def test_without_a_register_it_is_the_usual_policy() -> None:
    policy, view = _policy(), _view(_site(0, 0))
    view.looks = None
    policy.morning(view)
    order = policy.next_order(_surveyor(view), view)
    assert order is not None
    assert order.keep is None


def test_other_orders_keep_nothing() -> None:
    site = _site(0, 0)
    site.surveyed = True
    policy, view = _policy(), _view(site)
    policy.morning(view)
    crew = next(crew for crew in view.crews if crew.team.kind is AssetKind.TECHNICAL_SURVEY_TEAM)
    order = policy.next_order(crew, view)
    assert order is not None
    assert (order.activity, order.keep) == (Activity.TS, None)


@pytest.mark.parametrize(("made", "name"), [(estimate_policy, "estimate"), (kernel_policy, "kernel")])
def test_two_maps_differ_in_nothing_but_the_map(made, name: str) -> None:
    policy = made()
    assert policy.name == name
    rules = (policy.late_share, policy.keep_share, policy.every_days, policy.coverage)
    assert rules == (0.36, 0.0, 30, 2.0)
    view = _view(_site(0, 0), _site(1, 2_000))
    policy.morning(view)
    assert policy.next_order(_surveyor(view), view) is not None
