"""The cosine basis against the Matérn covariance and against matrices."""

import numpy as np
import pytest
from scipy.special import kv

from landrelease.errors import LandreleaseError
from landrelease.hazard.field.basis import (
    Matern,
    covariance_with,
    resample_modes,
    spectrum,
    threads,
    to_cells,
    to_modes,
    transform_threads,
)


def matern(distance: np.ndarray, range_m: float) -> np.ndarray:
    """Correlation of smoothness 1: ``k d K1(k d)``, ``k = sqrt(8) / range``."""
    scaled = np.sqrt(8.0) * np.maximum(distance, 1e-9) / range_m
    return np.asarray(scaled * kv(1, scaled))


def test_correlation_at_the_range() -> None:
    assert matern(np.array([700.0]), 700.0)[0] == pytest.approx(0.1397, abs=1e-4)


@pytest.mark.parametrize(("range_m", "cell_m"), [(600, 100), (1_200, 100), (2_000, 200)])
def test_correlation_follows_the_bessel_formula(range_m: float, cell_m: float) -> None:
    variance = spectrum((160, 160), cell_m, [Matern(range_m, 1.7)])
    along = covariance_with(variance, 80, 80)[80, 80:120]
    distance = np.arange(40) * cell_m
    np.testing.assert_allclose(along / along[0], matern(distance, range_m), atol=0.02)
    assert np.interp(range_m, distance, along / along[0]) == pytest.approx(0.14, abs=0.02)


@pytest.mark.parametrize("sd", [0.3, 1.0, 2.5])
def test_mean_variance_is_that_of_the_terms(sd: float) -> None:
    shape = (24, 40)
    variance = spectrum(shape, 50.0, [Matern(100, sd), Matern(200, 2 * sd)], site_sd=0.5)
    marginal = [covariance_with(variance, row, column)[row, column] for row in range(24) for column in range(40)]
    assert np.mean(marginal) == pytest.approx(5 * sd**2 + 0.25)
    assert marginal[12 * 40 + 20] == pytest.approx(5 * sd**2 + 0.25, rel=0.15)


def test_variance_doubles_at_an_edge() -> None:
    variance = spectrum((128, 128), 1.0, [Matern(10, 1.0)])
    edge, middle = covariance_with(variance, 0, 64)[0, 64], covariance_with(variance, 64, 64)[64, 64]
    assert edge / middle == pytest.approx(2.0, abs=0.1)


def test_covariance_with_a_cell_is_a_row_of_the_matrix() -> None:
    shape = (6, 7)
    variance = spectrum(shape, 1.0, [Matern(3, 1.2)], site_sd=0.4)
    basis = np.array([to_cells(unit.reshape(shape)).ravel() for unit in np.eye(42)]).T
    matrix = basis @ np.diag(variance.ravel()) @ basis.T
    for row, column in ((0, 0), (3, 2), (5, 6)):
        found = covariance_with(variance, row, column).ravel()
        np.testing.assert_allclose(found, matrix[row * 7 + column], atol=1e-12)


def test_transforms_undo_each_other_and_keep_lengths() -> None:
    cells = np.random.default_rng(5).normal(size=(9, 14))
    np.testing.assert_allclose(to_cells(to_modes(cells)), cells, atol=1e-12)
    assert np.sum(to_modes(cells) ** 2) == pytest.approx(np.sum(cells**2))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_threads_change_nothing(count: int) -> None:
    cells = np.random.default_rng(6).normal(size=(64, 48))
    with transform_threads(count):
        there = to_modes(cells)
    np.testing.assert_array_equal(there, to_modes(cells))


def test_threads_are_as_before_after_the_block() -> None:
    before = threads()
    with transform_threads(7):
        assert threads() == 7
    assert threads() == before


def test_a_finer_grid_carries_the_same_field() -> None:
    terms = [Matern(24, 1.0), Matern(60, 0.5)]
    coarse, fine = (np.sqrt(spectrum(shape, cell, terms)) for shape, cell in (((16, 20), 4.0), ((64, 80), 1.0)))
    modes = np.zeros((16, 20))
    modes[:5, :5] = np.random.default_rng(7).normal(size=(5, 5))
    there = to_cells(fine * resample_modes(modes, coarse, (64, 80), fine))
    blocks = there.reshape(16, 4, 20, 4).mean(axis=(1, 3))
    np.testing.assert_allclose(blocks, to_cells(coarse * modes), atol=0.03 * np.abs(there).max())


@pytest.mark.parametrize(("range_m", "sd"), [(0, 1), (-5, 1), (10, 0), (float("nan"), 1), (10, float("nan"))])
def test_a_field_without_range_or_spread_is_refused(range_m: float, sd: float) -> None:
    with pytest.raises(LandreleaseError, match="LR4005"):
        Matern(range_m, sd)
