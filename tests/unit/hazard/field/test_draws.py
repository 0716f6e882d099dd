"""Draws around the mode have the inverse Hessian as covariance."""

import numpy as np
import pytest
from tests.samples.fields import LOOK_KINDS, Dense, dense, flat, small_model

from landrelease.hazard.field import draws
from landrelease.hazard.field.draws import draw_deviation, draw_predictors
from landrelease.hazard.field.mode import Mode, ModeSettings, find_mode

SHAPE = (4, 4)
MIXES = [("counts",), ("yes", "no"), ("counted", "counted, overdispersed"), LOOK_KINDS]


class Units:
    """Stands for a generator: all its numbers together are one unit vector, so that a draw is one column of its map."""

    def __init__(self, at: int) -> None:
        self.left = at

    def standard_normal(self, shape: int | tuple[int, ...]) -> np.ndarray:
        made = np.zeros(shape)
        if 0 <= self.left < made.size:
            made.reshape(-1)[self.left] = 1.0
        self.left -= made.size
        return made


def numbers_in_a_draw(made: Dense) -> int:
    counter = Units(0)
    draw_deviation(made.model, find_mode(made.model), counter)  # type: ignore[arg-type]
    return -counter.left


def fitted(kinds: tuple[str, ...]) -> tuple[Dense, Mode]:
    model = small_model(*kinds, shape=SHAPE)
    return dense(model), find_mode(model, settings=ModeSettings(tolerance=1e-8))


@pytest.mark.parametrize("kinds", MIXES, ids=str)
def test_a_draw_is_a_linear_map_whose_square_is_the_inverse_hessian(
    kinds: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No sampling error; solved to the end."""
    monkeypatch.setattr(draws, "LEFT", 1e-16)
    made, mode = fitted(kinds)
    columns = [flat(draw_deviation(made.model, mode, Units(at))) for at in range(numbers_in_a_draw(made))]  # type: ignore[arg-type]
    covariance = np.column_stack(columns) @ np.column_stack(columns).T
    wanted = np.linalg.inv(made.hessian(flat(mode.coefficients)))
    assert np.linalg.norm(covariance - wanted) < 1e-5 * np.linalg.norm(wanted)


def test_many_draws_have_the_covariance_of_the_log_rate() -> None:
    """400 draws: standard deviations within 12 %, correlations within .2."""
    made, mode = fitted(LOOK_KINDS)
    rng = np.random.default_rng(11)
    made_draws = np.array([draw_predictors(made.model, mode, rng)[0].ravel() for _draw in range(400)])
    wanted = made.maps[0] @ np.linalg.inv(made.hessian(flat(mode.coefficients))) @ made.maps[0].T
    np.testing.assert_allclose(made_draws.std(axis=0), np.sqrt(np.diag(wanted)), rtol=0.12)
    correlation = wanted / np.sqrt(np.outer(np.diag(wanted), np.diag(wanted)))
    np.testing.assert_allclose(np.corrcoef(made_draws.T), correlation, atol=0.2)
    assert np.abs(made_draws.mean(axis=0)).max() < 4 * np.sqrt(np.diag(wanted).max() / 400)


def test_a_draw_belongs_to_its_seed() -> None:
    made, mode = fitted(("counts",))
    one, again, other = (flat(draw_deviation(made.model, mode, np.random.default_rng(seed))) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert np.abs(one - other).max() > 0.1


def test_streams_of_one_draw_share_their_effects() -> None:
    """Reports differ from items by their own level alone: by one number over all cells."""
    made, mode = fitted(("counts",))
    items, reports = draw_predictors(made.model, mode, np.random.default_rng(5))
    np.testing.assert_allclose(reports - items, (reports - items)[0, 0], atol=1e-9)
