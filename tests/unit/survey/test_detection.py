"""Chance to detect by simulation: streams, stopping, and the same answer as a plain NumPy simulation."""

import math

import numba
import numpy as np
import pytest
from benchmarks.survey_numpy import found_by_sites, found_by_strips

from landrelease.errors import LandreleaseError
from landrelease.survey.crossing import chance_to_cross
from landrelease.survey.detection import chance_to_detect, expected_anomalies, found_runs
from landrelease.survey.spacing import spacing_to_detect
from landrelease.survey.target import Spread, TargetArea, TransectPattern, TransectSpacing, WindowTest

TARGET = TargetArea(360.0, 240.0, 0.03)
TRANSECTS = TransectSpacing(100.0, 2.0)
TEST = WindowTest(0.02)


def share(target, transects, test, runs=20_000, seed=3):
    return float(found_runs(target, transects, test, seed=seed, runs=runs).mean())


def test_the_answer_does_not_depend_on_the_threads():
    before = numba.get_num_threads()
    try:
        numba.set_num_threads(1)
        one = found_runs(TARGET, TRANSECTS, TEST, seed=5, runs=3_000)
    finally:
        numba.set_num_threads(before)
    assert (one == found_runs(TARGET, TRANSECTS, TEST, seed=5, runs=3_000)).all()


def test_a_run_is_the_same_whatever_runs_beside_it():
    whole = found_runs(TARGET, TRANSECTS, TEST, seed=5, runs=1_000)
    assert (whole[700:] == found_runs(TARGET, TRANSECTS, TEST, seed=5, runs=300, first_run=700)).all()


def test_another_seed_gives_other_runs():
    one, other = (found_runs(TARGET, TRANSECTS, TEST, seed=seed, runs=1_000) for seed in (5, 6))
    assert (one != other).any()


@pytest.mark.parametrize("peer", [found_by_strips, found_by_sites])
@pytest.mark.parametrize(
    ("target", "transects", "test"),
    [
        (TARGET, TRANSECTS, TEST),
        (TargetArea(360.0, 240.0, 0.015), TransectSpacing(150.0, 2.0), WindowTest(0.02, false_negative=0.3)),
        (TargetArea(300.0, 300.0, 0.05), TransectSpacing(500.0, 3.0), WindowTest(0.001, window_m=400.0)),
    ],
)
def test_numpy_comes_to_the_same(peer, target, transects, test):
    """Within 4.5 standard deviations of the difference of two shares."""
    runs = 4_000
    theirs = float(peer(target, transects, test, np.random.default_rng(8), runs).mean())
    ours = share(target, transects, test)
    sd = math.sqrt(ours * (1 - ours) * (1 / runs + 1 / 20_000))
    assert abs(ours - theirs) < 4.5 * sd + 1e-9


def plain(target, transects, test, rng):
    """One run of any pattern and spread, drawn as the recipe is told: every anomaly of the site, then the swaths."""
    a, b = target.length_m / 2, target.width_m / 2
    angle, window = rng.random() * math.pi, test.length_m(target)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    half = np.array([math.hypot(a * turn[0, 0], b * turn[1, 0]), math.hypot(a * turn[0, 1], b * turn[1, 1])])
    margin = window + transects.swath_m
    background = (2 * rng.random((rng.poisson(test.background_per_m2 * 4 * np.prod(half + margin)), 2)) - 1) * (
        half + margin
    )
    count = rng.poisson(target.density_per_m2 * math.pi * a * b)
    round_, radius = rng.random(count) * 2 * math.pi, np.sqrt(rng.random(count))
    inside = np.column_stack([radius * np.cos(round_) * a, radius * np.sin(round_) * b]) @ turn
    places = np.concatenate([background, inside])
    places = places[rng.random(len(places)) >= test.false_negative]
    for axis, gap in enumerate(transects.gaps_m):
        pitch, step = gap + transects.swath_m, window / 6
        steps = max(math.ceil(2 * half[1 - axis] / step - 1e-9), 6)
        for left in np.arange(-half[axis] - transects.swath_m + rng.random() * pitch, half[axis], pitch):
            mine = places[(places[:, axis] >= left) & (places[:, axis] < left + transects.swath_m)][:, 1 - axis]
            begin = -steps * step / 2
            for window_number in range(steps - 5):
                low = begin + window_number * step
                if ((mine >= low) & (mine < low + window)).sum() >= test.flag_count(target, transects.swath_m):
                    return True
    return False


@pytest.mark.parametrize(
    ("pattern", "across"),
    [(TransectPattern.PARALLEL, None), (TransectPattern.SQUARE, None), (TransectPattern.RECTANGULAR, 90.0)],
)
def test_a_uniform_target_and_every_pattern_come_to_the_same_as_a_plain_loop(pattern, across):
    """Wide swaths, so that anomalies where two sets cross matter."""
    target = TargetArea(120.0, 60.0, 0.004, Spread.UNIFORM)
    transects, test = (
        TransectSpacing(80.0, 15.0, pattern, across),
        WindowTest(0.001, significance=0.01, false_negative=0.1),
    )
    rng = np.random.default_rng(11)
    theirs = np.mean([plain(target, transects, test, rng) for _ in range(2_500)])
    ours = share(target, transects, test, 50_000)
    assert abs(ours - theirs) < 4.5 * math.sqrt(ours * (1 - ours) / 2_500)
    assert 0.2 < ours < 0.98


def test_the_error_stops_the_simulation():
    rough = chance_to_detect(TARGET, TRANSECTS, TEST, seed=1, max_error=0.03)
    fine = chance_to_detect(TARGET, TransectSpacing(300.0, 2.0), TEST, seed=1, max_error=0.005)
    assert rough.error < 0.03
    assert fine.error < 0.005
    assert fine.runs > rough.runs >= 2_000
    assert fine.low < fine.chance < fine.high
    assert fine.findings == ()


def test_a_simulation_that_does_not_reach_its_error_says_so():
    said = chance_to_detect(TARGET, TransectSpacing(300.0, 2.0), TEST, seed=1, max_error=0.001, most_runs=4_000)
    assert said.runs == 4_000
    assert [finding.error.code for finding in said.findings] == ["LR5020"]


def test_a_sure_find_still_has_an_interval():
    """All runs found it: the error that stops the simulation is 0, the exact interval is not."""
    said = chance_to_detect(TargetArea(300, 300, 0.5), TransectSpacing(50.0, 2.0), TEST, seed=1)
    assert said.chance == 1.0
    assert 0.99 < said.low < 1.0 == said.high


def test_false_alarms_are_the_same_site_without_a_target():
    said = chance_to_detect(TARGET, TRANSECTS, TEST, seed=1, false_alarm=True)
    assert 0.02 < said.false_alarm < said.chance
    assert said.false_window < 0.05


def test_a_target_full_of_anomalies_is_found_where_it_is_crossed():
    """A uniform target so dense that a touch suffices, without background: detection is the geometry's chance."""
    target, wide = TargetArea(300.0, 200.0, 0.5, Spread.UNIFORM), TransectSpacing(500.0, 4.0)
    said = chance_to_detect(target, wide, WindowTest(0.0), seed=2, max_error=0.01)
    assert said.chance == pytest.approx(chance_to_cross(target, wide), abs=0.015)


def test_detector_that_misses_finds_less():
    chances = [
        share(TARGET, TransectSpacing(250.0, 2.0), WindowTest(0.02, false_negative=miss)) for miss in (0, 0.4, 0.8)
    ]
    assert chances[0] > chances[1] > chances[2]


def test_anomalies_of_a_target():
    assert expected_anomalies(TargetArea(20, 10, 2.0, Spread.UNIFORM)) == pytest.approx(2 * math.pi * 10 * 5)
    assert expected_anomalies(TargetArea(20, 10, 2.0)) == pytest.approx(2 * 2 * math.pi * 10 * 5 / 2.576**2)


@pytest.mark.parametrize(
    "make",
    [
        lambda: TargetArea(10, 20),
        lambda: TargetArea(10, 0),
        lambda: TargetArea(20, 10, -1),
        lambda: TransectSpacing(-1, 2),
        lambda: TransectSpacing(10, 0),
        lambda: TransectSpacing(10, 2, TransectPattern.RECTANGULAR),
        lambda: TransectSpacing(10, 2, TransectPattern.PARALLEL, 20),
        lambda: TransectSpacing(10, 2, TransectPattern.RECTANGULAR, -20),
        lambda: WindowTest(-0.1),
        lambda: WindowTest(0.1, window_m=0),
        lambda: WindowTest(0.1, significance=0),
        lambda: WindowTest(0.1, significance=1),
        lambda: WindowTest(0.1, false_negative=1),
        lambda: WindowTest(math.nan),
        lambda: chance_to_detect(TARGET, TRANSECTS, TEST, seed=1, max_error=0),
        lambda: chance_to_detect(TARGET, TRANSECTS, TEST, seed=1, most_runs=0),
        lambda: spacing_to_detect(TARGET, TRANSECTS, TEST, 0, seed=1, precision_m=5),
        lambda: spacing_to_detect(TARGET, TRANSECTS, TEST, 1, seed=1, precision_m=5),
        lambda: spacing_to_detect(TARGET, TRANSECTS, TEST, 0.9, seed=1, precision_m=0),
    ],
)
def test_impossible_settings_are_refused(make):
    with pytest.raises(LandreleaseError) as refused:
        make()
    assert refused.value.codes == ("LR5001",)


class TestSpacing:
    def test_the_gap_reaches_the_chance_and_its_neighbour_does_not(self):
        found = spacing_to_detect(TARGET, TRANSECTS, TEST, 0.9, seed=4, precision_m=5.0)
        chances = dict(found.tried)
        gap = found.transects.spacing_m
        assert gap % 5.0 == 0
        assert chances[gap].chance >= 0.9 > chances[gap + 5.0].chance
        assert found.detection is chances[gap]

    def test_a_published_spacing_is_met(self):
        """1200 x 800 ft, +200 an acre: 225 ft at 99 %, 345 ft at 95 %; here within a quarter of that."""
        foot = 0.3048
        target = TargetArea(1200 * foot, 800 * foot, 200 / (43_560 * foot**2))
        test = WindowTest(100 / (43_560 * foot**2))
        gaps = [
            spacing_to_detect(
                target, TransectSpacing(0, 6 * foot), test, chance, seed=4, precision_m=5 * foot
            ).transects
            for chance in (0.99, 0.95)
        ]
        assert [round(gap.spacing_m / foot) for gap in gaps] == pytest.approx([225, 345], rel=0.25)

    def test_a_rectangle_keeps_its_ratio(self):
        wide = TransectSpacing(100, 2, TransectPattern.RECTANGULAR, 200)
        found = spacing_to_detect(TARGET, wide, TEST, 0.9, seed=4, precision_m=10.0)
        assert found.transects.across_spacing_m == pytest.approx(2 * found.transects.spacing_m)

    def test_a_chance_beyond_reach_is_refused_with_what_can_be_reached(self):
        faint = TargetArea(30, 30, 0.0001)
        with pytest.raises(LandreleaseError) as refused:
            spacing_to_detect(
                faint, TransectSpacing(0, 1), WindowTest(0.02, false_negative=0.9), 0.999, seed=1, precision_m=1
            )
        assert refused.value.codes == ("LR5012",)
