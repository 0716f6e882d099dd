"""Solves over the looks against the same system written out."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from landrelease.hazard.field.basis import Matern, spectrum, to_cells
from landrelease.hazard.field.crowded import gram, is_crowded, solve_looks
from landrelease.hazard.field.effects import Coefficients, DesignEffect, FieldEffect, LevelEffect
from landrelease.hazard.field.model import FieldModel, Footprints, State, Stream

SHAPE = (12, 16)


def _model(rng: np.random.Generator, footprints: bool, peak: float = 300.0) -> FieldModel:
    exposure = np.where(rng.random(SHAPE) < 0.5, 1.0, 0.0)
    counts = rng.poisson(0.2, SHAPE) * exposure
    counts[np.unravel_index(np.argmax(exposure), SHAPE)] = peak
    field = FieldEffect(np.sqrt(spectrum(SHAPE, 1.0, [Matern(3.0, 1.5), Matern(9.0, 1.0)], 0.3)))
    effects = (field, LevelEffect(SHAPE, 3.0), DesignEffect(rng.standard_normal((1, *SHAPE)), np.ones(1), ("road",)))
    streams = (
        Stream("search", exposure, counts, (0, 1, 2)),
        Stream("report", np.ones(SHAPE), rng.poisson(0.1, SHAPE), (0, 2)),
    )
    one, none = np.ones(3), np.zeros(3)
    area = csr_array(np.where(rng.random((3, exposure.size)) < 0.1, 0.8, 0.0))
    looks = Footprints(area, 0, one, one > 0, one < 0, 0.1 * one, none, none + np.inf)
    return FieldModel(effects, streams, (looks,) if footprints else ())


def _state(model: FieldModel, rng: np.random.Generator) -> tuple[State, Coefficients]:
    at = [0.3 * rng.standard_normal(part.shape) for part in model.zeros()]
    state = model.state(at, model.predictors(at))
    return state, [rng.standard_normal(part.shape) for part in model.zeros()]


@pytest.mark.parametrize("footprints", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_answer_solves_the_system(seed: int, footprints: bool) -> None:
    rng = np.random.default_rng(seed)
    model = _model(rng, footprints)
    state, right = _state(model, rng)
    state = state._replace(curvature=tuple(np.where(c == c.max(), 500.0, c) for c in state.curvature))
    found, used = solve_looks(model, state, right, 500, leave=1e-24)
    assert 0 < used < 300
    for back, wanted in zip(model.curve(state, found), right, strict=True):
        np.testing.assert_allclose(back, wanted, atol=1e-6)


def test_what_is_left_by_default_is_not_seen_on_the_map() -> None:
    rng = np.random.default_rng(4)
    model = _model(rng, footprints=True)
    state, right = _state(model, rng)
    maps = [model.predictors(solve_looks(model, state, right, 500, leave)[0])[0] for leave in (1e-9, 1e-24)]
    np.testing.assert_allclose(*maps, atol=2e-3)


def test_products_of_modes_are_those_of_the_modes_themselves() -> None:
    weight = np.random.default_rng(5).random(SHAPE)
    units = np.eye(SHAPE[0] * SHAPE[1]).reshape(-1, *SHAPE)
    modes = [to_cells(units[row * SHAPE[1] + column]) for row in range(3) for column in range(4)]
    flat = np.array(modes).reshape(12, -1)
    np.testing.assert_allclose(gram(weight, (3, 4)), flat @ (weight.ravel()[:, None] * flat.T), atol=1e-12)


@pytest.mark.parametrize(("peak", "crowded"), [(0.01, False), (500.0, True)])
def test_crowded_is_what_one_cell_knows_far_better(peak: float, crowded: bool) -> None:
    rng = np.random.default_rng(7)
    model = _model(rng, False)
    state, _right = _state(model, rng)
    assert is_crowded(model, state._replace(curvature=(np.full(SHAPE, peak),) * 2)) is crowded


def test_reports_alone_are_never_crowded() -> None:
    rng = np.random.default_rng(8)
    model = _model(rng, False)
    state, _right = _state(model, rng)
    curvature = (np.full(SHAPE, 0.01), np.full(SHAPE, 500.0))
    assert not is_crowded(model, state._replace(curvature=curvature))
