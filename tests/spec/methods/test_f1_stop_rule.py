"""Methods F1: how the chance of one more mine falls beyond the last row."""

import numpy as np
import pytest

from landrelease.hazard.residual import stop_curve, stop_limit, worth_searching
from landrelease.hazard.stopping import fit_stop_distance

ROWS = [(10, 0.083619, 0.007184, 0.090803), (30, 0.012151, 0.011596, 0.023747), (50, 0.001661, 0.012243, 0.013904)]


@pytest.mark.parametrize(("searched", "beyond", "missed", "total"), ROWS)
def test_table(searched: float, beyond: float, missed: float, total: float) -> None:
    curve = stop_curve(0.2, 10.0, 0.95, searched)
    assert [float(curve.beyond), float(curve.missed), float(curve.total)] == pytest.approx(
        [beyond, missed, total], abs=5e-7
    )


def test_limit() -> None:
    assert stop_limit(0.2, 0.95) == pytest.approx(0.012346, abs=5e-7)
    assert float(stop_curve(0.2, 10.0, 0.95, 1e6).total) == pytest.approx(stop_limit(0.2, 0.95))


def test_search_stops_where_the_next_strip_costs_more_than_it_saves() -> None:
    """At 25 m the strip saves .0199 (1 - e^-.5) .95 x 1,000 = 7.4 for 5; at 30 m 4.5."""
    curve = stop_curve(0.2, 10.0, 0.95, np.arange(0.0, 60.0, 5.0))
    worth = worth_searching(curve, 5.0, 10.0, 0.95, loss_if_left=1_000.0, cost_a_m=1.0)
    assert worth.tolist() == [True] * 6 + [False] * 6


@pytest.mark.parametrize("chance_to_see", [0.0, 0.5, 0.95, 1.0])
def test_before_searching_the_chance_is_the_prior_and_all_beyond(chance_to_see: float) -> None:
    curve = stop_curve(0.2, 10.0, chance_to_see, 0.0)
    assert [float(each) for each in (curve.beyond, curve.missed, curve.total)] == pytest.approx([0.2, 0.0, 0.2])


def test_a_perfect_detector_leaves_nothing_and_a_blind_one_everything() -> None:
    assert stop_limit(0.2, 1.0) == 0.0
    assert float(stop_curve(0.2, 10.0, 1.0, 1e4).total) == pytest.approx(0.0, abs=1e-12)
    blind = stop_curve(0.2, 10.0, 0.0, np.array([0.0, 10.0, 1e4]))
    assert blind.total == pytest.approx(np.full(3, 0.2))
    assert stop_limit(0.2, 0.0) == pytest.approx(0.2)


def test_the_formula_is_bayes() -> None:
    """Half a million fields, one more mine in a fifth: the share that hold it, of those where 30 m gave no find."""
    rng = np.random.default_rng(4)
    there = rng.random(500_000) < 0.2
    met = there & (rng.exponential(10.0, there.size) < 30.0)
    found = met & (rng.random(there.size) < 0.95)
    curve = stop_curve(0.2, 10.0, 0.95, 30.0)
    assert there[~found].mean() == pytest.approx(float(curve.total), abs=0.001)
    assert met[~found].mean() == pytest.approx(float(curve.missed), abs=0.001)


def test_the_mean_distance_of_the_reference_case_is_fitted_back() -> None:
    """Fit L from finished tasks: ten thousand mines beyond their rows, searched to 50 m."""
    drawn = np.random.default_rng(2).exponential(10.0, 10_000)
    fitted = fit_stop_distance(drawn[drawn <= 50.0], 50.0, level=0.99)
    assert fitted.low_m < 10.0 < fitted.high_m
    assert fitted.mean_m == pytest.approx(10.0, rel=0.03)
