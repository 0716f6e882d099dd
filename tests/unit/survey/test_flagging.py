"""Windows along transects, the classic test, the control of false discoveries, and areas from flags."""

import math

import numpy as np
import pytest
import shapely
from scipy.stats import false_discovery_control

from landrelease.errors import LandreleaseError
from landrelease.survey.flagging import Windows, flag_windows, flagged_areas, share_inside, transect_windows
from landrelease.survey.rehearsal import draw_site, rehearse
from landrelease.survey.target import TargetArea, TransectSpacing

LINES = [shapely.LineString([(x, 0.0), (x, 600.0)]) for x in (50.0, 150.0, 250.0)]
NONE = np.zeros(0)


def drawn(seed=1, density=0.01):
    rng = np.random.default_rng(seed)
    return rng.random((rng.poisson(density * 300 * 600), 2)) * (300, 600)


def test_windows_follow_each_other_at_a_sixth_of_their_diameter():
    windows = transect_windows(LINES, 2.0, NONE, NONE, 60.0)
    assert len(windows.count) == 3 * 61
    assert np.diff(windows.y_m[:61]) == pytest.approx(10.0)
    assert windows.count.sum() == 0


def test_surveyed_ground_is_the_swath_inside_the_circle():
    """A strip w through the middle of a circle: w d to second order; half of it at the transect's end."""
    windows = transect_windows(LINES, 2.0, NONE, NONE, 60.0)
    inner, end = windows.surveyed_m2[30], windows.surveyed_m2[0]
    assert inner == pytest.approx(2 * 60.0, rel=0.01)
    assert end == pytest.approx(60.0, rel=0.01)


def test_a_window_over_two_transects_counts_both():
    windows = transect_windows(LINES, 2.0, np.array([50.0, 150.0, 100.0]), np.full(3, 300.0), 240.0)
    at = np.argmin(np.hypot(windows.x_m - 150, windows.y_m - 300))
    assert windows.count[at] == 2  # the one between the transects lies in no swath
    chord = math.sqrt(240**2 - 200**2)
    assert windows.surveyed_m2[at] == pytest.approx(2 * (240 + 2 * chord), rel=0.02)
    assert [finding.error.code for finding in windows.findings] == ["LR5013"]


def test_anomalies_count_by_hand():
    places = drawn()
    windows = transect_windows(LINES, 4.0, *places.T, 80.0)
    in_swath = np.abs(places[:, 0][:, None] - [50, 150, 250]).min(axis=1) <= 2
    for at in range(0, len(windows.count), 37):
        near = np.hypot(places[:, 0] - windows.x_m[at], places[:, 1] - windows.y_m[at]) <= 40
        assert windows.count[at] == (near & in_swath).sum()


def test_the_proximity_ratio_widens_the_swath():
    places = np.array([[53.0, 300.0]])
    assert transect_windows(LINES, 4.0, *places.T, 80.0, proximity=0.5).count.max() == 0
    assert transect_windows(LINES, 4.0, *places.T, 80.0, proximity=0.8).count.max() == 1


def test_the_tests_agree_with_their_definitions():
    windows = transect_windows(LINES, 4.0, *drawn(density=0.02).T, 80.0)
    flags = flag_windows(windows, 0.01, 0.05, critical_per_m2=0.03)
    assert (flags.classic == (flags.p_value < 0.05)).all()
    assert (flags.controlled == (false_discovery_control(flags.p_value, method="by") <= 0.05)).all()
    assert (flags.critical == (windows.density_per_m2 >= 0.03)).all()
    assert not (flags.controlled & ~flags.classic).any()


def test_about_one_in_twenty_windows_fires_on_background_alone_and_the_control_holds_them():
    """Methods A4, known fault: 40 sites without a target. With the control about one site in twenty flags at all."""
    classic, controlled, expected, windows = 0, 0, 0.0, 0
    for seed in range(40):
        made = transect_windows(LINES, 4.0, *drawn(seed, 0.05).T, 60.0)
        flags = flag_windows(made, 0.05)
        classic, windows = classic + int(flags.classic.sum()), windows + len(flags.p_value)
        expected, controlled = expected + flags.expected_false, controlled + bool(flags.controlled.any())
    assert classic / windows == pytest.approx(expected / windows, abs=0.01)
    assert 0.02 < expected / windows < 0.05
    assert controlled <= 2
    assert "LR5021" in [finding.error.code for finding in flags.findings]


def test_a_target_is_flagged_by_both_tests():
    rng = np.random.default_rng(3)
    target = rng.normal((150, 300), 30, (4_000, 2))
    windows = transect_windows(LINES, 4.0, *np.concatenate([drawn(), target]).T, 90.0)
    flags = flag_windows(windows, 0.01)
    for flagged in (flags.classic, flags.controlled):
        areas = flagged_areas(windows, flagged)
        assert areas[0].contains(shapely.Point(150, 300))
    assert share_inside(flagged_areas(windows, flags.controlled), *target.T) > 0.8


def test_the_background_is_estimated_without_the_target():
    rng = np.random.default_rng(3)
    places = np.concatenate([drawn(density=0.05), rng.normal((150, 300), 20, (3_000, 2))])
    windows = transect_windows(LINES, 4.0, *places.T, 90.0)
    assert windows.background_per_m2() == pytest.approx(0.05, rel=0.15)
    assert windows.count.sum() / windows.surveyed_m2.sum() > 0.08


def test_blocks_merge_and_small_areas_go():
    windows = Windows(np.array([0.0, 10.0, 500.0]), np.zeros(3), np.ones(3, int), np.ones(3), 20.0)
    every = np.ones(3, dtype=bool)
    assert [area.area for area in flagged_areas(windows, every)] == [600.0, 400.0]
    assert [area.area for area in flagged_areas(windows, every, least_m2=500)] == [600.0]
    assert [area.area for area in flagged_areas(windows, every, within=shapely.box(0, -5, 600, 5))] == [200.0, 200.0]
    assert flagged_areas(windows, np.zeros(3, dtype=bool)) == []


def test_no_background_is_said():
    windows = transect_windows(LINES, 4.0, *drawn().T, 80.0)
    assert "LR5022" in [finding.error.code for finding in flag_windows(windows, 0.0).findings]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: transect_windows(LINES, 2.0, NONE, NONE, 0.0), "LR5001"),
        (lambda: transect_windows(LINES, 2.0, NONE, NONE, 60.0, step_m=61.0), "LR5001"),
        (lambda: transect_windows(LINES, 2.0, NONE, NONE, 60.0, step_m=0.0), "LR5001"),
        (lambda: transect_windows(LINES, -2.0, NONE, NONE, 60.0), "LR5001"),
        (lambda: transect_windows(LINES, 2.0, NONE, NONE, 60.0, proximity=0.0), "LR5001"),
        (lambda: transect_windows([], 2.0, NONE, NONE, 60.0), "LR5017"),
        (lambda: flag_windows(transect_windows(LINES, 2.0, NONE, NONE, 60.0), -0.1), "LR5001"),
        (lambda: flag_windows(transect_windows(LINES, 2.0, NONE, NONE, 60.0), 0.1, 0.0), "LR5001"),
        (lambda: flag_windows(transect_windows(LINES, 2.0, NONE, NONE, 60.0), 0.1, critical_per_m2=0.0), "LR5001"),
        (lambda: draw_site(0, 10, [], 0.1, 1), "LR5001"),
        (lambda: draw_site(10, 10, [], -0.1, 1), "LR5001"),
    ],
)
def test_bad_input_is_refused(make, code):
    with pytest.raises(LandreleaseError) as refused:
        make()
    assert refused.value.codes == (code,)


def test_a_rehearsal_finds_most_items_and_delineates_too_much():
    """The published experience (methods A4), on four simulated sites."""
    target = TargetArea(360, 240, 0.05)
    sites = [draw_site(1_500, 1_200, [target, target], 0.02, seed) for seed in range(4)]
    assert sites[0].of_target.max() == 1
    table = rehearse(sites, TransectSpacing(60, 2), 216.0, 0.02, seed=1)
    assert len(table) == 12
    mean = table.groupby("method")[["items_share", "ground_share"]].mean()
    assert mean.loc["classic", "items_share"] > 0.9
    assert mean.loc["density", "items_share"] > 0.7
    assert mean.loc["classic", "ground_share"] > 3 * mean.loc["controlled", "ground_share"]
