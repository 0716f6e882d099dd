"""The preconditioner and the conjugate gradients against matrices."""

import numpy as np
import pytest
from tests.samples.fields import Dense, dense, field_effect, flat, small_model

from landrelease.hazard.field.effects import Coefficients, LevelEffect, dot
from landrelease.hazard.field.mode import find_mode
from landrelease.hazard.field.model import FieldModel, Stream
from landrelease.hazard.field.precondition import Curvature, conjugate_gradients, make_preconditioner


def small() -> tuple[Dense, Curvature]:
    model = small_model("counts")
    return dense(model), model.curvature(find_mode(model).state)


def uneven(side: int = 64) -> FieldModel:
    """Much curvature on few cells, on a grid that has coarser ones."""
    shape, rng = (side, side), np.random.default_rng(1)
    exposure = np.where(rng.random(shape) < 0.05, 50.0, 0.0)
    effects = (field_effect(shape, 8.0, 40.0), LevelEffect(shape, 3.0))
    return FieldModel(effects, (Stream("search", exposure, rng.poisson(exposure).astype(float), (0, 1)),))


def random_like(model: FieldModel, seed: int = 2) -> Coefficients:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=part.shape) for part in model.zeros()]


def test_curvature_is_the_hessian_of_the_cells() -> None:
    made, curvature = small()
    mode = find_mode(made.model)
    direction = random_like(made.model)
    np.testing.assert_allclose(flat(curvature(direction)), flat(made.model.curve(mode.state, direction)))


def test_diagonal_is_near_the_inverse_diagonal() -> None:
    made, curvature = small()
    matrix = np.column_stack([flat(curvature(made.split(unit))) for unit in np.eye(made.maps[0].shape[1])])
    ratio = flat(curvature.diagonal()) * np.diag(matrix)
    assert ratio.min() > 0.3
    assert ratio.max() < 3


@pytest.mark.parametrize("leave", [0.1, 1e-3, 1e-6, 1e-12])
def test_a_solve_leaves_the_wanted_share(leave: float) -> None:
    model = uneven()
    curvature = model.curvature(find_mode(model).state)
    ready, right = make_preconditioner(curvature), random_like(model)
    found, _used = conjugate_gradients(curvature, right, ready, 500, leave)
    residual = [a - b for a, b in zip(right, curvature(found), strict=True)]
    assert dot(residual, ready(residual)) <= leave * dot(right, ready(right)) * (1 + 1e-6)


def test_coarser_grids_save_iterations() -> None:
    model = uneven()
    curvature = model.curvature(find_mode(model).state)
    right = random_like(model)
    scale = curvature.diagonal()
    diagonal = conjugate_gradients(
        curvature, right, lambda part: [a * b for a, b in zip(scale, part, strict=True)], 500, 1e-10
    )
    coarser = conjugate_gradients(curvature, right, make_preconditioner(curvature), 500, 1e-10)
    assert coarser[1] < diagonal[1]
    np.testing.assert_allclose(flat(coarser[0]), flat(diagonal[0]), atol=0.02)


def test_nothing_to_solve_takes_no_iteration() -> None:
    model = uneven()
    curvature = model.curvature(find_mode(model).state)
    found, used = conjugate_gradients(curvature, model.zeros(), make_preconditioner(curvature), 10, 1e-3)
    assert used == 0
    assert not flat(found).any()


def test_what_is_handed_in_is_left_as_it_was() -> None:
    model = uneven(16)
    curvature = model.curvature(find_mode(model).state)
    right = random_like(model)
    before = flat(right).copy()
    conjugate_gradients(curvature, right, make_preconditioner(curvature), 50, 1e-6)
    np.testing.assert_array_equal(flat(right), before)
