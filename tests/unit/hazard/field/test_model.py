"""The log posterior: derivatives against differences, expected curvature against sums over outcomes."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import nbinom, poisson
from tests.samples.fields import LOOK_KINDS, dense, footprints, small_model

from landrelease.hazard.field.effects import DesignEffect
from landrelease.hazard.field.model import HIGHEST, FieldModel, Footprints

SHAPE = (6, 5)
MIXES = [*((kind,) for kind in LOOK_KINDS), LOOK_KINDS]
STEP = 1e-5


@pytest.mark.parametrize("kinds", MIXES, ids=str)
def test_gradient_is_the_slope_of_the_objective(kinds: tuple[str, ...]) -> None:
    made = dense(small_model(*kinds))
    at = np.random.default_rng(1).normal(0, 0.7, len(made.maps[0].T))
    slopes = [(made.objective(at + STEP * u) - made.objective(at - STEP * u)) / (2 * STEP) for u in np.eye(len(at))]
    np.testing.assert_allclose(made.gradient(at), slopes, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kinds", MIXES, ids=str)
def test_hessian_is_symmetric_and_at_least_the_prior(kinds: tuple[str, ...]) -> None:
    made = dense(small_model(*kinds))
    hessian = made.hessian(np.random.default_rng(2).normal(0, 0.7, len(made.maps[0].T)))
    np.testing.assert_allclose(hessian, hessian.T, atol=1e-9 * np.abs(hessian).max())
    assert np.linalg.eigvalsh(hessian).min() >= 1 - 1e-9


@pytest.mark.parametrize("kinds", [("counts",), ("somewhere",), ("counts", "somewhere")], ids=str)
def test_hessian_is_exact_where_the_data_do_not_enter_or_enter_through_a_logarithm(kinds: tuple[str, ...]) -> None:
    """Counts have a canonical link; events somewhere in ground well looked at keep their whole curvature."""
    model = small_model(*kinds)
    streams = (replace(model.streams[0], exposure=model.streams[0].exposure + 9.0), model.streams[1])
    made = dense(replace(model, streams=streams))
    at = np.random.default_rng(3).normal(0, 0.4, len(made.maps[0].T))
    slopes = [(made.gradient(at + STEP * u) - made.gradient(at - STEP * u)) / (2 * STEP) for u in np.eye(len(at))]
    np.testing.assert_allclose(made.hessian(at), np.column_stack(slopes), rtol=1e-4, atol=1e-4)


def one_look(kind: str, count: float) -> Footprints:
    found = footprints((4, 4), kind, np.random.default_rng(4), looks=1)
    return replace(found, count=np.array([count]))


def outcomes(kind: str, mean: float) -> tuple[np.ndarray, np.ndarray]:
    """Counts that a look can give, and their chances at a mean."""
    if kind == "verdict":
        yes = 0.1 + (1 - 0.1 - 0.05) * -np.expm1(-mean)
        return np.array([0.0, 1.0]), np.array([1 - yes, yes])
    counts = np.arange(400.0)
    if kind == "counted":
        return counts, poisson.pmf(counts, mean)
    return counts, nbinom.pmf(counts, 2.5, 2.5 / (2.5 + mean))


@pytest.mark.parametrize("mean", [0.05, 0.7, 4.0])
@pytest.mark.parametrize("kind", ["verdict", "counted", "counted, overdispersed"])
def test_slopes_average_to_nothing_and_their_squares_to_the_information(kind: str, mean: float) -> None:
    counts, chances = outcomes(kind, mean)
    judged = [one_look("yes" if kind == "verdict" else kind, count).judge(np.array([mean])) for count in counts]
    slope, known = np.array([j[1][0] for j in judged]), judged[0][2][0]
    assert (chances * slope).sum() == pytest.approx(0, abs=1e-9)
    assert (chances * slope**2).sum() == pytest.approx(known)


@pytest.mark.parametrize("kind", ["verdict", "counted", "counted, overdispersed"])
def test_log_likelihood_differs_from_the_distribution_by_a_constant_in_the_mean(kind: str) -> None:
    for count in (0.0, 1.0):
        look = one_look("yes" if kind == "verdict" else kind, count)
        found = [look.judge(np.array([mean]))[0][0] for mean in (0.3, 2.0)]
        wanted = [np.log(outcomes(kind, mean)[1][int(count)]) for mean in (0.3, 2.0)]
        assert found[1] - found[0] == pytest.approx(wanted[1] - wanted[0])


@pytest.mark.parametrize("mean", [0.0, 1e-300, 1e-12, 1e6, 1e30])
@pytest.mark.parametrize("kind", LOOK_KINDS[1:])
def test_no_mean_gives_anything_that_is_not_a_number(kind: str, mean: float) -> None:
    look = footprints((4, 4), kind, np.random.default_rng(5), looks=1)
    assert not any(np.isnan(part).any() for part in look.judge(np.array([mean])))


def test_certain_verdicts_have_a_finite_likelihood() -> None:
    """A yes where nothing can be, and a no where something surely is."""
    yes = replace(footprints((4, 4), "yes", np.random.default_rng(6), 1), false_positive=np.zeros(1))
    no = replace(footprints((4, 4), "no", np.random.default_rng(6), 1), false_negative=np.zeros(1))
    assert np.isfinite(yes.judge(np.zeros(1))[0]).all()
    assert np.isfinite(no.judge(np.full(1, 1e5))[0]).all()


def test_spread_is_the_transpose_of_seen() -> None:
    looks, rng = footprints((4, 5), "counted", np.random.default_rng(7)), np.random.default_rng(8)
    intensity, move, values = np.exp(rng.normal(size=(4, 5))), rng.normal(size=(4, 5)), rng.normal(size=4)
    assert looks.seen(intensity * move) @ values == pytest.approx((looks.spread(values, intensity) * move).sum())


def test_a_wild_step_stays_finite() -> None:
    model = small_model("counts", "yes", "counted")
    wild = [np.full_like(part, 500.0) for part in model.zeros()]
    state = model.state(wild, model.predictors(wild))
    assert np.isfinite(state.objective)
    assert max(rate.max() for rate in state.intensity) <= np.exp(HIGHEST)


def test_offsets_add_to_the_log_rate() -> None:
    model = small_model("counts")
    at = [np.full_like(part, 0.1) for part in model.zeros()]
    moved = model.with_offsets([np.log(2.0), 0.0])
    before, after = (each.state(at, each.predictors(at)).intensity for each in (model, moved))
    np.testing.assert_allclose(after[0], 2 * before[0])
    np.testing.assert_array_equal(after[1], before[1])


def test_an_effect_that_no_stream_reads_keeps_its_prior() -> None:
    model = small_model("counts")
    unread = DesignEffect(np.ones((1, *SHAPE)), np.ones(1), ("unread",))
    more = FieldModel((*model.effects, unread), model.streams)
    at = [np.full_like(part, 0.3) for part in more.zeros()]
    assert more.gradient(at, more.state(at, more.predictors(at)))[-1] == pytest.approx(0.3)
