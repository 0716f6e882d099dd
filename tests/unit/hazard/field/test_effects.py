"""Effects: each adjoint is the transpose of its map, each preconditioner near the diagonal that it stands for."""

import numpy as np
import pytest
from tests.samples.fields import field_effect

from landrelease.hazard.field.effects import DesignEffect, Effect, LevelEffect, add, advance, dot

SHAPE = (7, 9)


def effects() -> dict[str, Effect]:
    columns = np.random.default_rng(1).normal(size=(3, *SHAPE))
    return {
        "field": field_effect(SHAPE),
        "design": DesignEffect(columns, np.array([1.0, 0.5, 2.0]), ("a", "b", "c")),
        "level": LevelEffect(SHAPE, 3.0),
    }


def columns_of(effect: Effect) -> np.ndarray:
    zeros = effect.zeros()
    return np.column_stack([effect.cells(unit.reshape(zeros.shape)).ravel() for unit in np.eye(zeros.size)])


@pytest.mark.parametrize("name", list(effects()))
def test_adjoint_is_the_transpose(name: str) -> None:
    effect, rng = effects()[name], np.random.default_rng(2)
    coefficients, cells = rng.normal(size=effect.zeros().shape), rng.normal(size=SHAPE)
    there, back = np.vdot(effect.cells(coefficients), cells), np.vdot(coefficients, effect.adjoint(cells))
    assert there == pytest.approx(back)


@pytest.mark.parametrize("name", list(effects()))
def test_preconditioner_of_even_curvature_is_the_inverse_diagonal(name: str) -> None:
    effect, curvature = effects()[name], np.full(SHAPE, 0.7)
    matrix = columns_of(effect)
    wanted = 1.0 / (1.0 + np.diag(matrix.T @ np.diag(curvature.ravel()) @ matrix))
    np.testing.assert_allclose(effect.precondition(curvature).ravel(), wanted)


@pytest.mark.parametrize("name", list(effects()))
def test_no_curvature_leaves_the_prior(name: str) -> None:
    np.testing.assert_array_equal(effects()[name].precondition(np.zeros(SHAPE)), 1.0)


@pytest.mark.parametrize("name", list(effects()))
def test_coefficients_of_zero_are_no_effect(name: str) -> None:
    effect = effects()[name]
    np.testing.assert_array_equal(effect.cells(effect.zeros()), np.zeros(SHAPE))


def test_inner_product_and_sum_go_over_all_effects() -> None:
    left, right = [np.array([1.0, 2.0]), np.array([[3.0]])], [np.array([4.0, 5.0]), np.array([[6.0]])]
    assert dot(left, right) == 4 + 10 + 18
    np.testing.assert_array_equal(np.concatenate([part.ravel() for part in add(left, 0.5, right)]), [3, 4.5, 6])


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_sum_in_place_is_the_sum(order: str) -> None:
    rng = np.random.default_rng(11)
    left, right = (np.asarray(rng.random((300, 200)), order=order) for _side in range(2))
    expected = left - 0.7 * right
    advance([left], -0.7, [right])
    np.testing.assert_allclose(left, expected, atol=1e-15)
