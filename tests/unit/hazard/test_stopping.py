"""The mean distance beyond the last row, and what lies beyond a row."""

import math

import numpy as np
import pytest

from landrelease.errors import LandreleaseError
from landrelease.hazard.stopping import distances_beyond_rows, fit_stop_distance


def test_the_mean_of_what_was_found() -> None:
    """Ten distances of 10 m in the mean: 2 * 100 / chi-square(20) at 95 % and 5 %, 31.41 and 10.85."""
    made = fit_stop_distance([2.0, 18.0] * 5)
    assert made.mean_m == pytest.approx(10.0)
    assert (made.low_m, made.high_m) == pytest.approx((200 / 31.410, 200 / 10.851), rel=1e-4)
    assert (made.count, made.level) == (10, 0.9)


@pytest.mark.parametrize(("searched", "within"), [(None, 0.02), (60.0, 0.02), (25.0, 0.03), (10.0, 0.1)])
def test_the_true_mean_comes_back_however_far_was_searched(searched: float | None, within: float) -> None:
    """Exponential distances of mean 10 m; those beyond what was searched were never found."""
    drawn = np.random.default_rng(8).exponential(10.0, 20_000)
    found = drawn if searched is None else drawn[drawn <= searched]
    made = fit_stop_distance(found, searched)
    assert made.mean_m == pytest.approx(10.0, rel=within)
    assert made.low_m < 10.0 < made.high_m
    if searched == 10.0:
        assert found.mean() < 5.0  # the plain mean is off by half


def test_bounds_hold_as_often_as_they_say() -> None:
    rng = np.random.default_rng(9)
    made = [fit_stop_distance(sample) for sample in rng.exponential(10.0, (1_000, 6))]
    assert np.mean([each.low_m <= 10.0 <= each.high_m for each in made]) == pytest.approx(0.9, abs=0.03)


def test_bounds_hold_where_the_search_ends_early() -> None:
    rng, inside = np.random.default_rng(10), []
    for _sample in range(300):
        drawn = rng.exponential(10.0, 40)
        made = fit_stop_distance(drawn[drawn <= 20.0], 20.0)
        inside.append(made.low_m <= 10.0 <= made.high_m)
    assert np.mean(inside) == pytest.approx(0.9, abs=0.05)


def test_what_ends_too_soon_has_no_upper_bound() -> None:
    made = fit_stop_distance([1.0, 4.0, 5.0, 9.0], 10.0)
    assert math.isinf(made.high_m)
    assert 0 < made.low_m < made.mean_m < math.inf


REFUSED = [
    (([], None), "LR4058"),
    (([5.0, 6.0], None), "LR4058"),
    (([0.0, 0.0, 0.0], None), "LR4058"),
    (([8.0, 9.0, 9.5], 10.0), "LR4058"),
    (([1.0, -2.0, 3.0], None), "LR4005"),
    (([1.0, math.nan, 3.0], None), "LR4005"),
    (([1.0, 2.0, 30.0], 10.0), "LR4005"),
]


@pytest.mark.parametrize(("given", "code"), REFUSED)
def test_bad_distances(given: tuple[list[float], float | None], code: str) -> None:
    with pytest.raises(LandreleaseError, match=code):
        fit_stop_distance(*given)


def turned(places: list[tuple[float, float]], degrees: float) -> tuple[np.ndarray, np.ndarray]:
    angle = math.radians(degrees)
    x, y = np.array(places).T
    return 500 + x * math.cos(angle) - y * math.sin(angle), 900 + x * math.sin(angle) + y * math.cos(angle)


ROW = [(2.0 * n, 0.1 * (n % 2)) for n in range(30)]
SECOND = [(2.0 * n + 1, 10.0) for n in range(20)]
PATTERNS = {
    "one row": (ROW, []),
    "one row, three beyond": ([*ROW, (30, 8), (20, 25), (45, -6)], [6.0, 7.9, 24.9]),
    "two rows, one between, two beyond": ([*ROW, *SECOND, (10, 5), (30, 14), (31, 30)], [4.0, 20.0]),
    "no row": ([(0, 0), (40, 20), (10, 60), (70, 40), (95, 5)], None),
    "two mines": ([(0, 0), (5, 5)], None),
    "none": ([], None),
}


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("degrees", [0, 35, 90])
def test_what_lies_beyond_the_rows(name: str, degrees: float) -> None:
    places, wanted = PATTERNS[name]
    x, y = turned(places, degrees) if places else (np.empty(0), np.empty(0))
    beyond = distances_beyond_rows(x, y)
    assert (beyond is None) == (wanted is None)
    if beyond is not None and wanted is not None:
        assert beyond.tolist() == pytest.approx(wanted, rel=0.12, abs=0.4)


@pytest.mark.parametrize(("gap", "mines"), [(0.0, 3), (math.nan, 3), (3.0, 1)])
def test_bad_rows(gap: float, mines: int) -> None:
    with pytest.raises(LandreleaseError, match="LR4005"):
        distances_beyond_rows([0.0, 1.0], [0.0, 1.0], gap, mines)
