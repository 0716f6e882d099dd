"""Reliability, exact intervals, coverage: textbook values and tables worked by hand."""

import math

import numpy as np
import pytest

from landrelease.errors import LandreleaseError
from landrelease.hazard.calibration import (
    BinBy,
    calibration_ratio,
    coverage,
    coverage_interval,
    interval_of_rate,
    interval_of_share,
    reliability,
    reliability_error,
)

SHARES = [
    # hits, cases, 95 % Clopper and Pearson; the first by the closed form 1 - .025**(1/n)
    (0, 10, 0.0, 1 - 0.025**0.1),
    (10, 10, 0.025**0.1, 1.0),
    (5, 10, 0.1871, 0.8129),
    (1, 20, 0.0013, 0.2487),
    (0, 0, 0.0, 1.0),
]


@pytest.mark.parametrize(("hits", "cases", "low", "high"), SHARES)
def test_exact_interval_of_a_share(hits: int, cases: int, low: float, high: float) -> None:
    assert [float(end) for end in interval_of_share(hits, cases)] == pytest.approx([low, high], abs=5e-5)


RATES = [
    # events, 95 % Garwood: published tables of the exact Poisson interval
    (0, 0.0, 3.6889),
    (1, 0.0253, 5.5716),
    (5, 1.6235, 11.6683),
    (10, 4.7954, 18.3904),
]


@pytest.mark.parametrize(("events", "low", "high"), RATES)
def test_exact_interval_of_a_rate(events: int, low: float, high: float) -> None:
    assert [float(end) for end in interval_of_rate(events)] == pytest.approx([low, high], abs=5e-5)


def test_intervals_take_arrays() -> None:
    low, high = interval_of_share([0, 5], [10, 10])
    assert (low.shape, high.shape) == ((2,), (2,))
    assert interval_of_rate(np.zeros((2, 3)))[1].shape == (2, 3)


def test_reliability_by_hand() -> None:
    """Ten cases at .2 with three events, ten at .8 with eight."""
    stated = [0.2] * 10 + [0.8] * 10
    happened = [1] * 3 + [0] * 7 + [1] * 8 + [0] * 2
    table = reliability(stated, happened, bins=2)
    assert table[["bin", "n"]].to_numpy().tolist() == [[1, 10], [2, 10]]
    assert table["predicted"].tolist() == pytest.approx([0.2, 0.8])
    assert table["observed"].tolist() == pytest.approx([0.3, 0.8])
    assert table["low"].tolist() == pytest.approx([0.0667, 0.4439], abs=1e-4)
    assert table["high"].tolist() == pytest.approx([0.6525, 0.9748], abs=1e-4)
    assert reliability_error(table) == pytest.approx(0.05)
    assert reliability_error(table, worst=True) == pytest.approx(0.1)


def test_the_error_counts_a_bin_by_its_cases() -> None:
    """Three cases off by 1, one right: equal statements share a bin."""
    table = reliability([0.0, 0.0, 0.0, 1.0], [1, 1, 1, 1], bins=4)
    assert table["n"].tolist() == [3, 1]
    assert reliability_error(table) == pytest.approx(0.75)


def test_reliability_of_counts() -> None:
    """Expected 2 and 8 a place, seen 10 in five places and 30 in five."""
    table = reliability([2.0] * 5 + [8.0] * 5, [2] * 5 + [6] * 5, bins=2, counts=True)
    assert table["observed"].tolist() == [2.0, 6.0]
    assert table["low"].tolist() == pytest.approx([4.7954 / 5, 20.2409 / 5], abs=1e-4)
    assert table["high"].tolist() == pytest.approx([18.3904 / 5, 42.8269 / 5], abs=1e-4)


def test_rare_events_are_binned_by_what_is_expected() -> None:
    """A hundred cells of chance .001 and ten of .1: by cells the ten share one bin, by expectation they fill nine."""
    stated = np.r_[np.full(1_000, 0.0001), np.linspace(0.08, 0.12, 10)]
    happened = np.zeros(1_010)
    by_cases, by_expected = (reliability(stated, happened, by=by) for by in BinBy)
    assert by_cases["n"].iloc[-1] >= 10
    assert by_expected["n"].iloc[0] >= 1_000
    assert (by_expected["n"].iloc[1:] <= 2).all()
    assert len(by_expected) >= 9


def test_equal_statements_share_a_bin_in_any_order() -> None:
    stated, happened = np.array([0.1, 0.5, 0.5, 0.5, 0.9, 0.5]), np.array([0, 1, 0, 1, 1, 0])
    first = reliability(stated, happened, bins=3)
    order = np.array([5, 3, 1, 0, 4, 2])
    assert first.equals(reliability(stated[order], happened[order], bins=3))
    assert first["n"].tolist() == [1, 4, 1]


def test_unknown_cells_are_left_out() -> None:
    table = reliability([[0.5, math.nan], [0.5, math.nan]], [[1, 1], [0, 1]], bins=1)
    assert table[["n", "observed"]].to_numpy().tolist() == [[2, 0.5]]


def test_without_cases_nothing_is_known() -> None:
    table = reliability([], [])
    assert table.empty
    assert math.isnan(reliability_error(table))
    assert math.isnan(coverage([], [], []))
    assert all(math.isnan(figure) for figure in coverage_interval([], [], []))


def test_an_even_map_makes_one_bin() -> None:
    assert len(reliability(np.full(50, 0.3), np.r_[np.ones(15), np.zeros(35)])) == 1


def test_a_map_of_zeros_is_binned_by_cases() -> None:
    table = reliability(np.zeros(5), np.zeros(5), by=BinBy.EXPECTED)
    assert table[["n", "predicted", "observed"]].to_numpy().tolist() == [[5, 0, 0]]


REFUSED = [
    ({"predicted": [1.2], "outcome": [1]}, "predicted"),
    ({"predicted": [-0.1], "outcome": [1]}, "predicted"),
    ({"predicted": [0.2], "outcome": [2]}, "outcome"),
    ({"predicted": [0.2], "outcome": [0.5]}, "outcome"),
    ({"predicted": [0.2], "outcome": [math.nan]}, "outcome"),
    ({"predicted": [0.2, 0.3], "outcome": [1]}, "outcome"),
    ({"predicted": [2.0], "outcome": [-1], "counts": True}, "outcome"),
    ({"predicted": [0.2], "outcome": [1], "bins": 0}, "bins"),
    ({"predicted": [0.2], "outcome": [1], "level": 1.0}, "level"),
]


@pytest.mark.parametrize(("given", "name"), REFUSED)
def test_what_is_no_statement_or_outcome_is_refused(given: dict[str, object], name: str) -> None:
    with pytest.raises(LandreleaseError, match=f"LR4005.*{name}"):
        reliability(**given)  # type: ignore[arg-type]


def test_more_hits_than_cases_are_refused() -> None:
    with pytest.raises(LandreleaseError, match="hits"):
        interval_of_share(3, 2)
    with pytest.raises(LandreleaseError, match="events"):
        interval_of_rate(-1)


def test_coverage_counts_the_ends() -> None:
    assert coverage([0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 2, 0.5]) == 0.75
    assert coverage_interval([0] * 10, [1] * 10, [0.5] * 9 + [2]) == pytest.approx((0.9, 0.5550, 0.9975), abs=1e-4)


def test_an_interval_turned_round_is_refused() -> None:
    with pytest.raises(LandreleaseError, match="LR4005"):
        coverage([2], [1], [1])


def test_calibration_in_the_large() -> None:
    assert calibration_ratio(20.0, 10) == pytest.approx((0.5, 4.7954 / 20, 18.3904 / 20), abs=1e-4)
    assert all(math.isnan(figure) for figure in calibration_ratio(0.0, 3))
