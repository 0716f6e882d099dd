"""Counts foreseen from draws of means: closed forms and values worked by hand."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import special, stats

from landrelease.errors import LandreleaseError
from landrelease.hazard.predictive import (
    chance_of_counts,
    crps_of_counts,
    distribution_of_counts,
    interval_of_counts,
    log_score_of_counts,
    pit_bounds,
    pit_coverage,
    pit_histogram,
)


def test_one_draw_is_a_plain_poisson() -> None:
    assert distribution_of_counts([2.0], [0]) == pytest.approx(math.exp(-2))
    assert chance_of_counts([2.0], [3]) == pytest.approx(math.exp(-2) * 8 / 6)
    assert log_score_of_counts([2.0], [3]) == pytest.approx(-2 + math.log(8 / 6))


def test_draws_are_averaged() -> None:
    """Means 0 and 2, each with chance one half."""
    assert distribution_of_counts([[0.0], [2.0]], [0]) == pytest.approx((1 + math.exp(-2)) / 2)
    assert distribution_of_counts([[0.0], [2.0]], [[0], [5]])[:, 0].tolist() == pytest.approx(
        [(1 + math.exp(-2)) / 2, (1 + stats.poisson(2).cdf(5)) / 2]
    )


@pytest.mark.parametrize("size", [math.inf, 0.7, 3.0])
def test_chances_add_up_to_the_distribution(size: float) -> None:
    steps = np.arange(30)[:, None]
    law = stats.poisson(4.0) if math.isinf(size) else stats.nbinom(size, size / (size + 4.0))
    assert chance_of_counts([4.0], steps, size)[:, 0] == pytest.approx(law.pmf(np.arange(30)))
    assert chance_of_counts([4.0], steps, size).cumsum() == pytest.approx(
        distribution_of_counts([4.0], steps, size)[:, 0]
    )


def test_many_gamma_means_make_a_negative_binomial() -> None:
    """A Poisson count whose mean is Gamma of shape 3 and mean 6 is negative binomial of size 3."""
    means = stats.gamma(3, scale=2).ppf((np.arange(4_000) + 0.5) / 4_000)[:, None]
    counts = np.array([0, 4, 9, 20])
    mixed = distribution_of_counts(np.repeat(means, 4, axis=1), counts)
    assert mixed == pytest.approx(distribution_of_counts(np.full(4, 6.0), counts, size=3.0), abs=1e-4)


@pytest.mark.parametrize(
    ("mean", "level", "size", "low", "high"),
    [
        (10.0, 0.9, math.inf, 5, 15),
        (2.5, 0.9, math.inf, 0, 5),
        (0.01, 0.9, math.inf, 0, 0),
        (0.0, 0.9, math.inf, 0, 0),
        (10.0, 0.9, 1.0, 0, 31),  # geometric: 1 - (10/11)**(k+1) reaches .95 at k = 31
        (100.0, 0.95, math.inf, 81, 120),
    ],
)
def test_intervals_of_counts(mean: float, level: float, size: float, low: int, high: int) -> None:
    found_low, found_high = interval_of_counts([[mean]], level, size)
    assert (found_low.tolist(), found_high.tolist()) == ([low], [high])


def test_the_interval_of_a_mixture_is_wider() -> None:
    low, high = interval_of_counts(np.array([[5.0], [15.0]]))
    assert (low[0], high[0]) == (2, 20)
    assert distribution_of_counts([[5.0], [15.0]], [20]) >= 0.95 > distribution_of_counts([[5.0], [15.0]], [19])


def poisson_crps(mean: float, count: int) -> float:
    """Closed form of Wei and Held (2014), by Bessel functions."""
    law = stats.poisson(mean)
    bessel = mean * (special.ive(0, 2 * mean) + special.ive(1, 2 * mean))
    return float((count - mean) * (2 * law.cdf(count) - 1) + 2 * mean * law.pmf(count) - bessel)


@pytest.mark.parametrize(("mean", "count"), [(0.3, 0), (2.0, 5), (40.0, 31), (7.5, 7), (2.0, 60)])
def test_crps_of_a_poisson_count(mean: float, count: int) -> None:
    assert crps_of_counts([mean], [count]) == pytest.approx(poisson_crps(mean, count), abs=1e-9)


def test_crps_of_certainty_is_the_distance() -> None:
    assert crps_of_counts([[0.0, 0.0]], [0, 4]).tolist() == [0.0, 4.0]


def test_a_count_held_impossible_scores_minus_infinity() -> None:
    assert log_score_of_counts([0.0], [1]).tolist() == [-math.inf]


def test_pit_by_hand() -> None:
    """Mean ln 2: none with chance one half. A place with none fills the lower half evenly."""
    below, at_most = pit_bounds([math.log(2)], [0])
    assert (below[0], at_most[0]) == pytest.approx((0.0, 0.5))
    assert pit_histogram([math.log(2)], [0], bins=4) == pytest.approx([0.5, 0.5, 0.0, 0.0])
    assert pit_coverage([math.log(2)], [0], level=0.9) == pytest.approx(0.45 / 0.5)


def test_small_means_cover_everything_but_by_the_transform() -> None:
    """A hundred thousand places of mean .01 and their counts: the interval covers 99 %, the transform says 90 %."""
    counts = np.random.default_rng(5).poisson(0.01, 100_000)
    means = np.full(100_000, 0.01)
    low, high = interval_of_counts(means)
    assert ((low <= counts) & (counts <= high)).mean() == pytest.approx(0.99, abs=0.002)
    assert pit_coverage(means, counts) == pytest.approx(0.9, abs=0.01)


def test_without_places_nothing_is_known() -> None:
    assert math.isnan(pit_coverage(np.empty((3, 0)), np.empty(0)))


REFUSED = [
    ({"means": [-1.0], "counts": [0]}, "means"),
    ({"means": [math.nan], "counts": [0]}, "means"),
    ({"means": [math.inf], "counts": [0]}, "means"),
    ({"means": [1.0], "counts": [0], "size": 0.0}, "size"),
    ({"means": [1.0, 2.0], "counts": [0]}, "counts"),
    ({"means": [1.0], "counts": [0.5]}, "counts"),
    ({"means": [1.0], "counts": [-1]}, "counts"),
]


@pytest.mark.parametrize("ask", [crps_of_counts, chance_of_counts, pit_bounds, log_score_of_counts])
@pytest.mark.parametrize(("given", "name"), REFUSED)
def test_what_is_no_forecast_is_refused(ask: Callable[..., object], given: dict[str, object], name: str) -> None:
    with pytest.raises(LandreleaseError, match=f"LR4005.*{name}"):
        ask(**given)


@pytest.mark.parametrize("level", [0.0, 1.0, -0.2, math.nan])
def test_a_level_out_of_range_is_refused(level: float) -> None:
    with pytest.raises(LandreleaseError, match="LR4005"):
        interval_of_counts([1.0], level)
    with pytest.raises(LandreleaseError, match="LR4005"):
        pit_coverage([1.0], [1], level)


def test_a_histogram_needs_a_bin() -> None:
    with pytest.raises(LandreleaseError, match="bins"):
        pit_histogram([1.0], [1], bins=0)
