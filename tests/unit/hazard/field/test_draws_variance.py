"""The mean of draws is the mean of the map, however wide they are and however few."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landrelease.hazard.field.estimator import draws_variance

CELLS = (60, 1_000)


def deviations(variance: float, draws: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, variance**0.5, (draws, *CELLS)).astype(np.float32)


def mean_of_draws(variance: float, draws: int, of_fit: float) -> float:
    """Mean over draws and cells of an intensity whose mean is 1."""
    made = deviations(variance, draws)
    return float(np.exp(made - draws_variance(made, np.full(CELLS, of_fit)) / 2).mean())


@pytest.mark.parametrize("draws", [10, 20, 30])
@pytest.mark.parametrize("variance", [0.01, 1.0, 4.0, 8.0])
def test_the_mean_is_kept_where_the_variance_is_right(variance: float, draws: int) -> None:
    assert mean_of_draws(variance, draws, variance) == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize(("variance", "of_fit"), [(0.01, 4.0), (0.0001, 8.0), (0.04, 1.0)])
def test_a_variance_that_is_far_too_large_costs_little(variance: float, of_fit: float) -> None:
    assert mean_of_draws(variance, 30, of_fit) == pytest.approx(1.0, abs=0.06)
    assert np.exp(-of_fit / 2) < 0.7  # what it would cost unchecked


def test_the_mean_square_of_the_draws_alone_would_lose_a_third() -> None:
    made = deviations(8.0, 30)
    alone = (made**2).mean(axis=0)
    assert float(np.exp(made - alone / 2).mean()) < 0.7


@given(st.integers(1, 40), st.floats(0.0, 20.0), st.floats(0.0, 20.0), st.integers(0, 99))
def test_what_is_taken_lies_between_the_fit_and_the_draws(
    draws: int, variance: float, of_fit: float, seed: int
) -> None:
    made = np.random.default_rng(seed).normal(0, variance**0.5, (draws, 4, 5)).astype(np.float32)
    square = np.mean(made.astype(np.float64) ** 2, axis=0)
    taken = draws_variance(made, np.full((4, 5), of_fit))
    assert (taken >= np.minimum(square, of_fit) * (1 - 1e-9)).all()
    assert (taken <= np.maximum(square, of_fit) * (1 + 1e-9)).all()
    assert taken.shape == (4, 5)


@pytest.mark.parametrize("times", [1.0, 0.5, 2.0])
def test_a_variance_that_draws_do_not_contradict_stands(times: float) -> None:
    made = np.ones((30, 2, 2), dtype=np.float32)
    np.testing.assert_allclose(draws_variance(made, np.full((2, 2), times)), times)
