"""The mode against a dense optimisation, and the solver against a dense solve."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize
from tests.samples.fields import LOOK_KINDS, dense, field_effect, flat, small_model
from tests.samples.watchers import Impatient

from landrelease.hazard.field.effects import LevelEffect
from landrelease.hazard.field.mode import Mode, ModeSettings, find_mode, solve
from landrelease.hazard.field.model import FieldModel, Stream

TIGHT = ModeSettings(tolerance=1e-8)


def level_and_field(counts: np.ndarray, exposure: np.ndarray, level_sd: float = 3.0) -> FieldModel:
    effects = (field_effect(counts.shape), LevelEffect(counts.shape, level_sd))
    return FieldModel(effects, (Stream("search", exposure, counts, (0, 1)),))


@pytest.mark.parametrize("kinds", [("counts",), ("somewhere", "no"), LOOK_KINDS], ids=str)
def test_mode_is_that_of_a_dense_optimisation(kinds: tuple[str, ...]) -> None:
    model = small_model(*kinds, shape=(8, 8))
    made = dense(model)
    wanted = minimize(
        made.objective, np.zeros(made.maps[0].shape[1]), jac=made.gradient, method="L-BFGS-B",
        options={"maxiter": 5000, "maxfun": 20000, "ftol": 1e-13, "gtol": 1e-7},
    )  # fmt: skip
    mode = find_mode(model, settings=TIGHT)
    assert mode.converged
    assert mode.state.objective == pytest.approx(wanted.fun, abs=1e-6)
    for found, matrix in zip(mode.predictors, made.maps, strict=True):
        np.testing.assert_allclose(found.ravel(), matrix @ wanted.x, atol=2e-3)


def test_no_slope_is_left_at_the_mode() -> None:
    model = small_model(*LOOK_KINDS)
    mode = find_mode(model, settings=TIGHT)
    assert np.abs(flat(model.gradient(mode.coefficients, mode.state))).max() < 1e-3


def test_predictors_and_state_are_those_of_the_coefficients() -> None:
    model = small_model("counts", "yes")
    mode = find_mode(model)
    for found, wanted in zip(mode.predictors, model.predictors(mode.coefficients), strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-9)
    assert mode.state.objective == pytest.approx(model.state(mode.coefficients, mode.predictors).objective)


@pytest.mark.parametrize("far", [-1e3, -30.0, -3.0, -0.5, 0.5, 1.0, 3.0, 30.0, 1e6])
def test_any_start_leads_to_the_same_mode(far: float) -> None:
    model = small_model("counts")
    start = [np.full_like(part, far) for part in model.zeros()]
    cold, warm = find_mode(model, settings=TIGHT), find_mode(model, start, TIGHT)
    assert warm.converged
    np.testing.assert_allclose(warm.predictors[0], cold.predictors[0], atol=1e-3)


@pytest.mark.parametrize("far", [-20.0, -5.0, 5.0, 20.0])
def test_a_level_far_off_is_found(far: float) -> None:
    """The prior mean itself expects far too much or too little, by up to e^20."""
    counts = np.zeros((8, 8))
    counts[2:4, 2:4] = 3.0
    plain = level_and_field(counts, np.ones((8, 8)), level_sd=30.0)
    stream = replace(plain.streams[0], offset=far)
    mode = find_mode(replace(plain, streams=(stream,)), settings=TIGHT)
    assert mode.converged
    assert float(mode.state.intensity[0].sum()) == pytest.approx(12.0, rel=0.05)


@pytest.mark.parametrize("finds", [0.0, 1.0, 40.0, 4_000.0])
def test_expected_total_in_searched_ground_is_the_finds_up_to_the_pull_of_the_prior(finds: float) -> None:
    """The slope in the level is zero: finds less expected finds = coefficient / sd."""
    counts, exposure = np.zeros((8, 8)), np.zeros((8, 8))
    counts[3, 3], exposure[2:6, 2:7] = finds, 1.5
    mode = find_mode(level_and_field(counts, exposure), settings=TIGHT)
    expected = float((exposure * mode.state.intensity[0]).sum())
    assert finds - expected == pytest.approx(float(mode.coefficients[1][0]) / 3.0, abs=1e-3)


def test_a_right_side_of_zero_has_the_solution_zero() -> None:
    model = small_model("counts", "counted")
    mode = find_mode(model)
    solution, products = solve(model, mode.state, model.zeros(), 10, 1e-3)
    assert products == 0
    assert not flat(solution).any()


def test_a_model_that_stands_at_its_mode_stays_there() -> None:
    """Nothing was looked at: the prior mean is the mode, and its slope is exactly zero."""
    nothing = np.zeros((6, 6))
    mode = find_mode(level_and_field(nothing, nothing))
    assert mode.converged
    assert not flat(mode.coefficients).any()


def test_solution_is_that_of_a_dense_solve() -> None:
    model = small_model(*LOOK_KINDS)
    made, mode = dense(model), find_mode(model)
    right = np.random.default_rng(3).normal(size=made.maps[0].shape[1])
    solution, _products = solve(model, mode.state, made.split(right), 300, 1e-16)
    wanted = np.linalg.solve(made.hessian(flat(mode.coefficients)), right)
    np.testing.assert_allclose(flat(solution), wanted, atol=1e-6)


def test_too_few_steps_are_said() -> None:
    counts = np.zeros((8, 8))
    counts[4, 4] = 500.0
    mode = find_mode(level_and_field(counts, np.ones((8, 8))), settings=ModeSettings(steps=1))
    assert isinstance(mode, Mode)
    assert not mode.converged
    assert mode.decrement > 0.05


def test_a_watcher_cancels() -> None:
    with pytest.raises(KeyboardInterrupt):
        find_mode(small_model("counts"), progress=Impatient())


@pytest.mark.parametrize("exposure", [1e-12, 1e-3, 1.0, 1e6, 1e12])
def test_units_of_the_ground_do_not_matter(exposure: float) -> None:
    """The same looks in other units, with the offset to match, have the same mode."""
    counts = np.zeros((8, 8))
    counts[2:4, 2:4] = 3.0
    plain = level_and_field(counts, np.ones((8, 8)))
    stream = replace(plain.streams[0], exposure=np.full((8, 8), exposure), offset=-np.log(exposure))
    there, here = find_mode(replace(plain, streams=(stream,)), settings=TIGHT), find_mode(plain, settings=TIGHT)
    np.testing.assert_allclose(there.predictors[0], here.predictors[0], atol=1e-5)
