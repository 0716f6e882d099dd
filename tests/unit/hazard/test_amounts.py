"""Bounds from draws hold as often as they say, few draws or many, even or weighted."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from landrelease.geo.grid import Grid
from landrelease.hazard.amounts import counts_interval, effective_number, few_draws_tail, quantiles, weighted_sums
from landrelease.hazard.surface import Surface


@pytest.mark.parametrize("draws", [19, 30, 60])
def test_an_interval_holds_a_new_draw_as_often_as_it_says(draws: int) -> None:
    many = np.random.default_rng(draws).lognormal(0, 1, (draws + 1, 20_000))
    low, high = quantiles(many[:-1], [0.05, 0.95])
    assert ((many[-1] >= low) & (many[-1] <= high)).mean() == pytest.approx(0.9, abs=0.012)


@pytest.mark.parametrize("draws", [30, 100])
@pytest.mark.parametrize("scale", [5.0, 200.0])
def test_bounds_of_counts_hold_a_new_count(draws: int, scale: float) -> None:
    rng = np.random.default_rng(draws)
    means = scale * rng.lognormal(0, 0.6, (draws + 1, 2_000))
    low, high = counts_interval(means[:-1], 0.9)
    counts = rng.poisson(means[-1])
    assert 0.885 < ((counts >= low) & (counts <= high)).mean() < 0.95  # whole numbers hold a little more


def test_even_weights_are_no_weights() -> None:
    draws = np.random.default_rng(1).gamma(2.0, 1.0, 31)
    chances = [0.05, 0.3, 0.5, 0.95]
    assert quantiles(draws, chances, np.full(31, 1 / 31)) == pytest.approx(quantiles(draws, chances))


def test_weights_move_the_quantiles() -> None:
    draws, weights = np.arange(1.0, 5.0), np.array([0.0, 0.0, 0.5, 0.5])
    assert effective_number(weights) == 2.0
    assert quantiles(draws, [0.5], weights)[0] > 3.0


@pytest.mark.parametrize(("draws", "tail"), [(1e12, 0.05), (30, 0.05 - 0.45 / 30), (9, 0.025), (1, 0.025)])
def test_few_draws_ask_for_a_thinner_tail(draws: float, tail: float) -> None:
    assert few_draws_tail(0.05, draws) == pytest.approx(tail)


def test_sums_with_any_weights(grid: Grid) -> None:
    weights = csr_array((np.array([0.5, 0.25, 1.0]), np.array([0, 21, 22]), np.array([0, 2, 3])), shape=(2, 200))
    items = np.arange(200.0).reshape(grid.shape)
    items[0, 0] = np.nan
    mean, draws = weighted_sums(
        Surface(grid, items, "made up", draws=np.stack([items, 2 * items]).astype(np.float32)), weights
    )
    assert mean.tolist() == [0.25 * 21 * 1e4, 22 * 1e4]
    assert draws is not None
    assert draws.tolist() == [[0.25 * 21 * 1e4, 22 * 1e4], [0.5 * 21 * 1e4, 44 * 1e4]]
