"""Methods C2: counts left after a search, by Poisson and by negative binomial, and in the answers of an estimate."""

import math

import numpy as np
import pytest
import shapely
from scipy.stats import nbinom

from landrelease.geo.grid import Grid
from landrelease.hazard.answers import residual
from landrelease.hazard.residual import Search, left_by_negative_binomial, left_by_poisson
from landrelease.hazard.surface import Surface

PART = shapely.box(0, 0, 1_000, 1_000)
GRID = Grid(None, 0.0, 1_000.0, 100.0, 10, 10)  # type: ignore[arg-type]


@pytest.mark.parametrize("found", [0, 3, 50])
def test_a_known_level_does_not_learn_from_finds(found: int) -> None:
    """N ~ Poisson(m), detection q, k found: left ~ Poisson(m (1 - q)), whatever k."""
    level = np.full((40, 10, 10), 10e-6, dtype=np.float32)
    surface = Surface(GRID, level[0].astype(float), "known", draws=level)
    left = residual(surface, PART, [Search(PART, 0.8)], found)
    assert left.value == pytest.approx(left_by_poisson(10.0, 0.8).mean) == pytest.approx(2.0)
    assert left.chance_of_none == pytest.approx(math.exp(-2.0), rel=1e-5)


@pytest.mark.parametrize(
    ("shape", "rate", "area", "chance", "found"), [(2.0, 0.5, 1.0, 0.8, 3), (1.0, 1.0, 4.0, 0.5, 0)]
)
def test_a_gamma_level_is_the_negative_binomial_of_the_method(
    shape: float, rate: float, area: float, chance: float, found: int
) -> None:
    """Left ~ NegBin(a + k, q' = A (1 - q) / (b + A)), q' the chance of one more."""
    left = left_by_negative_binomial(shape, rate, area, chance, found)
    one_more = area * (1 - chance) / (rate + area)
    exact = nbinom(shape + found, 1 - one_more)
    assert left.mean == pytest.approx(exact.mean())
    assert [left.at_most(count) for count in range(6)] == pytest.approx(exact.cdf(range(6)).tolist())


@pytest.mark.parametrize("found", [0, 2, 9])
def test_the_weighted_draws_of_a_gamma_level_agree_with_it(found: int) -> None:
    """Gamma(3) draws of a level of 10 items, detection .8: weights by the Poisson chance of the finds."""
    draws = np.random.default_rng(1).gamma(3.0, 10 / 3, (6_000, 1, 1)) * np.full((1, 10, 10), 1e-6)
    surface = Surface(GRID, draws.mean(axis=0), "gamma", draws=draws.astype(np.float32))
    exact = left_by_negative_binomial(3.0, 0.3, 1.0, 0.8, found)
    left = residual(surface, PART, [Search(PART, 0.8)], found)
    assert left.value == pytest.approx(exact.mean, rel=0.05)
    assert left.chance_of_none == pytest.approx(exact.chance_of_none, rel=0.05)
