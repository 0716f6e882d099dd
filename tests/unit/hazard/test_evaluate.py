"""Capture, probability scores, blocks: worked by hand."""

import math

import numpy as np
import pytest

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.evaluate import (
    Capture,
    blocks_by_place,
    blocks_by_time,
    bootstrap_interval,
    brier,
    capture,
    log_score,
    place_log_score,
)


def km_grid(crs, columns: int = 4) -> Grid:  # type: ignore[no-untyped-def]
    return Grid(crs, 0.0, 1_000.0, 1_000.0, columns, 1)


def at(cells: list[int]) -> tuple[list[float], list[float]]:
    return [1_000.0 * cell + 500.0 for cell in cells], [500.0] * len(cells)


SCORES = np.array([[0.4, 0.1, 0.9, 0.2]])

CAPTURED = [
    ([2], 1.0, 1.0),
    ([2], 0.0, 0.0),
    ([0], 1.0, 0.0),
    ([0], 2.0, 1.0),
    ([0, 1, 2, 3], 1.0, 0.25),
    ([0, 1, 2, 3], 3.0, 0.75),
    ([1, 1], 4.0, 1.0),
]


@pytest.mark.parametrize(("points", "km2", "wanted"), CAPTURED)
def test_share_in_the_best_land(points: list[int], km2: float, wanted: float, crs) -> None:  # type: ignore[no-untyped-def]
    assert capture(SCORES, km_grid(crs), *at(points)).share_in(km2) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("share", "wanted"), [(0.0, 0.0), (0.25, 1.0), (0.26, 2.0), (0.5, 2.0), (0.75, 3.0), (1.0, 4.0)]
)
def test_land_for_a_share(share: float, wanted: float, crs) -> None:  # type: ignore[no-untyped-def]
    assert capture(SCORES, km_grid(crs), *at([0, 1, 2, 3])).km2_for(share) == wanted


@pytest.mark.parametrize(("share", "wanted"), [(0.0, 0.0), (0.4, 1.0), (0.5, 1.0), (0.51, 4.0), (1.0, 4.0)])
def test_land_for_a_share_at_the_start_of_a_level_stretch(share: float, wanted: float, crs) -> None:  # type: ignore[no-untyped-def]
    """One point in the best cell, one in the worst: half is met in one cell, not in three."""
    assert capture(SCORES, km_grid(crs), *at([2, 1])).km2_for(share) == wanted


def test_cells_smaller_than_a_square_kilometre(crs) -> None:  # type: ignore[no-untyped-def]
    grid = Grid(crs, 0.0, 100.0, 100.0, 4, 1)
    found = capture(SCORES, grid, [50.0], [50.0])
    assert (found.km2_for(1.0), found.share_in(0.02)) == (pytest.approx(0.02), 1.0)


def test_ties_count_by_their_average(crs) -> None:  # type: ignore[no-untyped-def]
    """All cells alike: half the land is needed for half the points, wherever they lie."""
    for points in ([0, 1], [2, 3], [3]):
        found = capture(np.full((1, 4), 0.3), km_grid(crs), *at(points))
        assert [found.share_in(km2) for km2 in (1, 2, 4)] == pytest.approx([0.25, 0.5, 1.0])
        assert found.km2_for(0.5) == 2.0


def test_a_point_outside_is_never_met(crs) -> None:  # type: ignore[no-untyped-def]
    found = capture(SCORES, km_grid(crs), *at([2, 7]))
    assert (found.share_in(4.0), found.km2_for(0.5), found.km2_for(0.6)) == (0.5, 1.0, math.inf)


def test_cells_outside_the_region_are_not_searched(crs) -> None:  # type: ignore[no-untyped-def]
    scores = np.array([[0.4, np.nan, 0.9, 0.2]])
    found = capture(scores, km_grid(crs), *at([3, 1]))
    assert (found.cells, found.share_in(3.0)) == (3, 0.5)


def test_without_points_nothing_is_known(crs) -> None:  # type: ignore[no-untyped-def]
    found = capture(SCORES, km_grid(crs), [], [])
    assert math.isnan(found.share_in(2.0))
    assert math.isnan(found.km2_for(0.5))
    assert all(math.isnan(end) for end in bootstrap_interval(lambda drawn: drawn.share_in(2.0), found, seed=1))


def test_a_map_without_scores_is_refused(crs) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError, match="LR4009"):
        capture(np.full((1, 4), np.nan), km_grid(crs), *at([0]))


@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan])
def test_a_share_out_of_range_is_refused(share: float, crs) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError, match="LR4005"):
        capture(SCORES, km_grid(crs), *at([0])).km2_for(share)


def test_bootstrap_interval_covers_the_figure() -> None:
    """Half of 400 points met: the share's standard error is .025."""
    found = Capture(np.r_[np.zeros(200), np.full(200, 50.0)], np.ones(400), 100, 1.0)
    low, high = bootstrap_interval(lambda drawn: drawn.share_in(10.0), found, seed=4, draws=2_000)
    assert (low, high) == pytest.approx((0.5 - 1.96 * 0.025, 0.5 + 1.96 * 0.025), abs=0.006)


def test_bootstrap_repeats_by_seed() -> None:
    found = Capture(np.arange(40.0), np.ones(40), 100, 1.0)
    first, again, other = (bootstrap_interval(lambda drawn: drawn.better.mean(), found, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize(
    ("probability", "outcome", "wanted_brier", "wanted_log"),
    [
        ([0.5, 0.5], [True, False], 0.25, math.log(0.5)),
        ([1.0, 0.0], [True, False], 0.0, 0.0),
        ([0.8, 0.4], [True, False], (0.04 + 0.16) / 2, (math.log(0.8) + math.log(0.6)) / 2),
        ([0.0, 0.5], [True, True], 0.625, -math.inf),
    ],
)
def test_probability_scores(probability, outcome, wanted_brier: float, wanted_log: float) -> None:  # type: ignore[no-untyped-def]
    assert brier(probability, outcome) == pytest.approx(wanted_brier)
    assert log_score(probability, outcome) == pytest.approx(wanted_log)


@pytest.mark.parametrize(
    ("scores", "points", "wanted"),
    [
        ([1, 1, 1, 1], [0, 3], 0.0),
        ([2, 0, 1, 1], [0], math.log(2.0)),
        ([2, 0, 1, 1], [1], -math.inf),
        ([3, 1, np.nan, 0], [0, 2], math.log(3 / 4 * 3)),
        ([0, 0, 0, 0], [0], math.nan),
        ([1, 1, 1, 1], [9], math.nan),
    ],
)
def test_place_log_score(scores, points: list[int], wanted: float, crs) -> None:  # type: ignore[no-untyped-def]
    found = place_log_score(np.array([scores], dtype=float), km_grid(crs), *at(points))
    assert found == pytest.approx(wanted, nan_ok=True)


def test_blocks_by_place() -> None:
    labels = blocks_by_place([0, 999, 1_000, 10, -1], [0, 999, 0, 1_500, 0], 1_000.0)
    assert labels[0] == labels[1]
    assert len(set(labels)) == 4
    assert set(labels) == {0, 1, 2, 3}


def test_blocks_by_place_need_a_size() -> None:
    with pytest.raises(LandreleaseError, match="LR4005"):
        blocks_by_place([0], [0], 0.0)


def test_blocks_by_time() -> None:
    years = np.array([2008.5, 2009.5, 2010.0, 2011.9, 2012.5])
    found = [(past.tolist(), test.tolist()) for past, test in blocks_by_time(years, [2010, 2012], 2.0)]
    assert found == [
        ([True, True, False, False, False], [False, False, True, True, False]),
        ([True, True, True, True, False], [False, False, False, False, True]),
    ]
