"""Properties of the field model that hold for any looks."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.field_looks import (
    GRID,
    SETTINGS,
    YEAR,
    Row,
    accident,
    counted,
    find,
    looks_of,
    report,
    search,
    verdict,
)
from tests.samples.fields import LOOK_KINDS, dense, field_effect, footprints, small_model

from landrelease.hazard.field.effects import LevelEffect
from landrelease.hazard.field.estimator import FieldEstimator
from landrelease.hazard.field.frame import coarsen, frame_of
from landrelease.hazard.field.mode import Mode, ModeSettings, find_mode
from landrelease.hazard.field.model import FieldModel, Stream

SIDE = 6
TIGHT = ModeSettings(tolerance=1e-8)
seeds = st.integers(0, 10_000)
cells = st.tuples(st.integers(0, SIDE - 1), st.integers(0, SIDE - 1))


def record(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Exposure (half of the cells searched) and finds."""
    rng = np.random.default_rng(seed)
    exposure = np.where(rng.random((SIDE, SIDE)) < 0.5, rng.uniform(0.2, 3, (SIDE, SIDE)), 0.0)
    return exposure, rng.poisson(exposure).astype(float)


def mode_of(exposure: np.ndarray, counts: np.ndarray, *looks: str) -> Mode:
    shape = (SIDE, SIDE)
    rng = np.random.default_rng(7)
    on = tuple(footprints(shape, kind, rng) for kind in looks)
    effects = (field_effect(shape), LevelEffect(shape, 2.0))
    return find_mode(FieldModel(effects, (Stream("search", exposure, counts, (0, 1)),), on), settings=TIGHT)


@settings(max_examples=12)
@given(seeds, cells, st.floats(0.1, 20))
def test_a_find_raises_its_cell(seed: int, cell: tuple[int, int], items: float) -> None:
    exposure, counts = record(seed)
    more = counts.copy()
    more[cell] += items
    before, after = mode_of(exposure, counts), mode_of(exposure, more)
    assert after.predictors[0][cell] > before.predictors[0][cell]


@settings(max_examples=12)
@given(seeds, cells, st.floats(0.1, 20))
def test_a_search_without_a_find_lowers_its_cell(seed: int, cell: tuple[int, int], ground: float) -> None:
    exposure, counts = record(seed)
    more = exposure.copy()
    more[cell] += ground
    before, after = mode_of(exposure, counts), mode_of(more, counts)
    assert after.predictors[0][cell] < before.predictors[0][cell]
    assert after.state.intensity[0].sum() < before.state.intensity[0].sum() * (1 + 1e-6)


@settings(max_examples=15)
@given(seeds, st.sampled_from([("no", -1), ("yes", 1)]))
def test_a_verdict_moves_what_it_sees(seed: int, verdict_and_sign: tuple[str, int]) -> None:
    """The chance of a yes, as the looks see it, goes the way of the verdict."""
    kind, sign = verdict_and_sign
    exposure, counts = record(seed)
    before, after = mode_of(exposure, counts), mode_of(exposure, counts, kind)
    on = footprints((SIDE, SIDE), kind, np.random.default_rng(7))
    log = [on.judge(on.seen(mode.state.intensity[0]))[0].sum() for mode in (before, after)]
    assert log[1] > log[0]
    assert sign * (on.seen(after.state.intensity[0]) - on.seen(before.state.intensity[0])).sum() > 0


@settings(max_examples=15)
@given(seeds)
def test_the_mode_is_where_the_score_is_zero(seed: int) -> None:
    exposure, counts = record(seed)
    mode = mode_of(exposure, counts, "somewhere", "counted")
    pull = float(mode.coefficients[1][0]) / 2.0
    assert float(mode.state.score[0].sum()) == pytest.approx(pull, abs=2e-3)


@settings(max_examples=20)
@given(seeds, st.lists(st.sampled_from(LOOK_KINDS), min_size=1, max_size=4, unique=True), st.floats(0.1, 2.0))
def test_expected_curvature_is_at_least_the_prior(seed: int, kinds: list[str], spread: float) -> None:
    made = dense(small_model(*kinds, shape=(4, 3), seed=seed))
    hessian = made.hessian(np.random.default_rng(seed).normal(0, spread, made.maps[0].shape[1]))
    np.testing.assert_allclose(hessian, hessian.T, atol=1e-8 * np.abs(hessian).max())
    assert np.linalg.eigvalsh(hessian).min() > 1 - 1e-6


@settings(max_examples=30)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 12), seeds)
def test_frames_lose_nothing(rows: int, columns: int, margin: int, seed: int) -> None:
    frame = frame_of(replace(GRID, rows=rows, columns=columns), margin)
    values = np.random.default_rng(seed).normal(size=(rows, columns))
    np.testing.assert_array_equal(frame.cut(frame.place(values)), values)
    assert coarsen(frame.place(values)).sum() == pytest.approx(values.sum(), abs=1e-9)


coordinate = st.floats(-500, 3_000)
position = st.tuples(coordinate, coordinate)
box = st.tuples(coordinate, coordinate, st.floats(1, 2_000), st.floats(1, 2_000))
chance = st.floats(0.01, 1.0)


def around(corner: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    x, y, width, height = corner
    return x, y, x + width, y + height


looks = st.one_of(
    st.builds(lambda at: accident(*at), position),
    st.builds(lambda at, accuracy: accident(*at, accuracy_m=accuracy), position, st.floats(1, 3_000)),
    st.builds(lambda at, items: report(*at, items), position, st.floats(0.1, 50)),
    st.builds(lambda at, items: find(*at, items), position, st.integers(1, 50)),
    st.builds(lambda at, q: search(*around(at), q), box, chance),
    st.builds(lambda at, yes, q: verdict(*around(at), yes, q), box, st.booleans(), chance),
    st.builds(lambda at, items, q: counted(*around(at), items, q, 0.0), box, st.integers(0, 50), chance),
)


@settings(max_examples=20)
@given(st.lists(looks, max_size=12), seeds)
def test_any_looks_give_a_whole_surface(rows: list[Row], seed: int) -> None:
    """Beside a search and an accident that fix the level."""
    estimator = FieldEstimator(replace(SETTINGS, draws=1, seed=seed, rounds=2))
    surface = estimator.fit(looks_of(search(0, 0, 500, 500), accident(700, 700), *rows), GRID, YEAR)
    assert np.isfinite(surface.items_per_m2).all()
    assert surface.items_per_m2.min() >= 0
    assert surface.draws is not None
    assert np.isfinite(surface.draws).all()
    assert surface.parameters["converged"] == "yes"
