"""A calibrated forecaster is found calibrated, an overconfident one is shown as such."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landrelease.hazard.calibration import (
    BinBy,
    coverage,
    interval_of_counts,
    interval_of_rate,
    interval_of_share,
    pit_coverage,
    pit_histogram,
    reliability,
    reliability_error,
)
from landrelease.hazard.predictive import crps_of_counts, log_score_of_counts, pit_bounds

seeds = st.integers(0, 2**32 - 1)


@given(seeds, st.floats(0.3, 3.0), st.sampled_from(list(BinBy)))
def test_a_calibrated_forecaster_passes(seed: int, shape: float, by: BinBy) -> None:
    """Chances drawn from a Beta law, events drawn with those chances: off by no more than sampling makes it."""
    rng = np.random.default_rng(seed)
    stated = rng.beta(shape, 2.0, 20_000)
    table = reliability(stated, rng.random(20_000) < stated, by=by, level=0.9999)
    assert reliability_error(table) < 0.03
    assert coverage(table["low"], table["high"], table["predicted"]) >= 0.9


@given(seeds)
def test_an_overconfident_forecaster_is_shown(seed: int) -> None:
    """Stated chances twice as far from one half, in odds, as the true ones: low ones too low, high ones too high."""
    rng = np.random.default_rng(seed)
    true = rng.uniform(0.05, 0.95, 20_000)
    odds = (true / (1 - true)) ** 2
    table = reliability(odds / (1 + odds), rng.random(20_000) < true)
    assert (table["observed"] > table["high"].where(table["bin"] > 5, table["predicted"])).iloc[:3].all()
    assert (table["observed"] < table["predicted"]).iloc[-3:].all()
    assert reliability_error(table) > 0.05


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60), st.integers(1, 12))
def test_reliability_leaves_nothing_out(cases: list[tuple[float, bool]], bins: int) -> None:
    stated, happened = np.array(cases, dtype=float).T
    for by in BinBy:
        table = reliability(stated, happened, bins, by=by)
        assert table["n"].sum() == len(cases)
        assert (table["n"] * table["predicted"]).sum() == pytest.approx(stated.sum())
        assert (table["n"] * table["observed"]).sum() == pytest.approx(happened.sum())
        assert table["predicted"].is_monotonic_increasing
        assert ((table["low"] <= table["observed"] + 1e-12) & (table["observed"] <= table["high"] + 1e-12)).all()


@given(st.integers(0, 40), st.integers(0, 40), st.floats(0.05, 0.99))
def test_exact_intervals_hold_what_was_seen_and_narrow_with_the_level(hits: int, more: int, level: float) -> None:
    cases = hits + more
    low, high = interval_of_share(hits, cases, level)
    wide_low, wide_high = interval_of_share(hits, cases, (1 + level) / 2)
    assert 0 <= wide_low <= low <= (hits / cases if cases else 0.5) <= high <= wide_high <= 1
    rate_low, rate_high = interval_of_rate(hits, level)
    assert rate_low <= hits <= rate_high


means = st.lists(st.lists(st.floats(0, 50), min_size=3, max_size=3), min_size=1, max_size=6).map(np.array)


@given(means, st.floats(0.05, 0.99), st.sampled_from([np.inf, 0.5, 4.0]))
def test_intervals_of_counts_are_the_tightest_quantiles(drawn: np.ndarray, level: float, size: float) -> None:
    low, high = interval_of_counts(drawn, level, size)
    tail = (1 - level) / 2
    for ends, chance in ((low, tail), (high, 1 - tail)):
        below, at_most = pit_bounds(drawn, ends, size)
        assert (at_most >= chance).all()
        assert (below < chance).all()


@settings(max_examples=8)
@given(seeds, st.sampled_from([np.inf, 2.0]))
def test_counts_drawn_from_the_forecast_are_covered(seed: int, size: float) -> None:
    """Each place's mean is one of the draws, the count is drawn from it."""
    rng = np.random.default_rng(seed)
    drawn = rng.gamma(2.0, rng.uniform(0.05, 5.0, 3_000), (40, 3_000))
    true = rng.gamma(2.0, drawn.mean(axis=0) / 2.0)
    counts = rng.poisson(true if np.isinf(size) else rng.gamma(size, true / size))
    assert pit_coverage(drawn, counts, 0.9, size) == pytest.approx(0.9, abs=0.03)
    assert coverage(*interval_of_counts(drawn, 0.9, size), counts) >= 0.88
    assert pit_histogram(drawn, counts, 10, size) == pytest.approx(np.full(10, 0.1), abs=0.03)


@settings(max_examples=20)
@given(seeds)
def test_an_overconfident_forecast_of_counts_is_shown(seed: int) -> None:
    """The forecast gives only the mean of what is Gamma: too few counts inside, heaps at the ends."""
    rng = np.random.default_rng(seed)
    stated = rng.uniform(5, 20, 2_000)
    counts = rng.poisson(rng.gamma(1.5, stated / 1.5))
    assert pit_coverage(stated, counts) < 0.75
    histogram = pit_histogram(stated, counts)
    assert histogram[0] > 0.15
    assert histogram[-1] > 0.15


@settings(max_examples=20)
@given(seeds, st.floats(0.3, 0.8) | st.floats(1.3, 3.0))
def test_scores_prefer_the_truth(seed: int, factor: float) -> None:
    """Proper scores: on average the true means beat means that are off by a factor."""
    rng = np.random.default_rng(seed)
    true = rng.uniform(3, 15, 1_500)
    counts = rng.poisson(true)
    assert crps_of_counts(true, counts).mean() < crps_of_counts(true * factor, counts).mean()
    assert log_score_of_counts(true, counts).mean() > log_score_of_counts(true * factor, counts).mean()


@given(means, st.integers(0, 60))
def test_crps_is_at_least_zero_and_grows_with_the_distance(drawn: np.ndarray, beyond: int) -> None:
    top = interval_of_counts(drawn, 0.99)[1]
    near, far = crps_of_counts(drawn, top), crps_of_counts(drawn, top + beyond)
    assert (near >= 0).all()
    assert (far >= near - 1e-9).all()
