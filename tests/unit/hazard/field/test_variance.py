"""The local variance and its scaling by draws, against the dense diagonal."""

from itertools import pairwise

import numpy as np
import pytest
from tests.samples.fields import dense, flat

from landrelease.hazard.field.basis import Matern, spectrum
from landrelease.hazard.field.draws import draw_predictors
from landrelease.hazard.field.effects import FieldEffect
from landrelease.hazard.field.mode import ModeSettings, find_mode
from landrelease.hazard.field.model import FieldModel, Stream
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.field.variance import calibrated, local_variance

SETTINGS = FieldSettings(Matern(200.0, 1.0), Matern(500.0, 0.8), site_sd=0.6)
CELL_M = 100.0
SHAPE = (24, 24)


@pytest.mark.parametrize("curvature", [0.0, 1e-12])
def test_without_looks_the_prior_variance_is_left(curvature: float) -> None:
    np.testing.assert_allclose(
        local_variance(SETTINGS, np.full(SHAPE, curvature), CELL_M), SETTINGS.variance, rtol=1e-6
    )


def test_even_curvature_leaves_what_the_spectrum_says() -> None:
    """One field alone: the sum over modes of ``v / (1 + v w)``."""
    alone = FieldSettings(Matern(200.0, 1.0), Matern(500.0, 1e-6), site_sd=0.0)
    side = spectrum((256, 256), CELL_M, [alone.short])
    for curvature in (0.1, 1.0, 30.0):
        found = local_variance(alone, np.full(SHAPE, curvature), CELL_M)
        np.testing.assert_allclose(found, (side / (1 + side * curvature)).mean(), rtol=0.05)


def test_more_curvature_leaves_less() -> None:
    levels = [
        local_variance(SETTINGS, np.full(SHAPE, level), CELL_M)[0, 0] for level in (0, 1e-3, 0.1, 1, 10, 1e3, 1e6)
    ]
    assert all(more < less for less, more in pairwise(levels))
    assert min(levels) > 0


def dense_diagonal_and_more() -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """A field under searches of half the ground: exact variance, local variance, draws."""
    rng = np.random.default_rng(2)
    exposure = np.zeros(SHAPE)
    exposure[:, :12] = rng.uniform(0.5, 3.0, (24, 12))
    terms = [SETTINGS.short, SETTINGS.long]
    effect = FieldEffect(np.sqrt(spectrum(SHAPE, CELL_M, terms, SETTINGS.site_sd)))
    model = FieldModel((effect,), (Stream("search", exposure, rng.poisson(exposure).astype(float), (0,)),))
    mode = find_mode(model, settings=ModeSettings(tolerance=1e-6))
    made = dense(model)
    kept = np.linalg.inv(made.hessian(flat(mode.coefficients)))
    exact = np.einsum("ij,jk,ik->i", made.maps[0], kept, made.maps[0]).reshape(SHAPE)
    draws = [draw_predictors(model, mode, np.random.default_rng([3, index]))[0] for index in range(16)]
    return exact, local_variance(SETTINGS, mode.state.curvature[0], CELL_M), draws


def test_scaled_variance_is_near_the_dense_diagonal() -> None:
    """Away from the edges (where the basis mirrors the field) within 15 % on average and 5 % in the mean."""
    exact, local, draws = dense_diagonal_and_more()
    found = calibrated(local, draws, np.ones(SHAPE, dtype=bool))
    inner = (slice(4, -4), slice(4, -4))
    ratio = found[inner] / exact[inner]
    assert np.mean(np.abs(ratio - 1)) < 0.2
    assert found.mean() == pytest.approx(exact.mean(), rel=0.1)
    assert np.corrcoef(found[inner].ravel(), exact[inner].ravel())[0, 1] > 0.85


def test_scaling_gives_the_mean_square_of_the_draws() -> None:
    rng = np.random.default_rng(4)
    local = rng.uniform(0.5, 2.0, (40, 40))
    draws = [rng.normal(size=(40, 40)) * np.sqrt(3 * local) for _draw in range(30)]
    found = calibrated(local, draws, np.ones((40, 40), dtype=bool))
    np.testing.assert_allclose(found / local, 3.0, rtol=0.25)
    assert (found / local).mean() == pytest.approx(3.0, rel=0.03)


def test_one_local_value_is_scaled_as_a_whole() -> None:
    draws = [np.full((5, 5), 2.0), np.full((5, 5), 4.0)]
    np.testing.assert_allclose(calibrated(np.ones((5, 5)), draws, np.ones((5, 5), dtype=bool)), 10.0)


def test_cells_outside_do_not_count() -> None:
    inside = np.zeros((20, 20), dtype=bool)
    inside[:10] = True
    local = np.tile(np.linspace(1, 2, 20), (20, 1))
    draw = np.where(inside, np.sqrt(local), 100.0)
    np.testing.assert_allclose(calibrated(local, [draw], inside), local, rtol=0.05)
