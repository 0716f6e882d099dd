"""Capture and ranking for any map and any points."""

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landrelease.geo.grid import Grid
from landrelease.hazard.evaluate import blocks_by_place, blocks_by_time, capture, height, pr_auc, r_height, roc_auc

CRS = pyproj.CRS.from_epsg(6933)
maps = arrays(np.float64, (5, 6), elements=st.integers(0, 4).map(float) | st.just(float("nan"))).filter(
    lambda scores: bool(np.isfinite(scores).any())
)
points = st.lists(st.tuples(st.floats(-500, 6_499), st.floats(-500, 5_499)), min_size=1, max_size=12)
labelled = st.lists(st.integers(0, 6).map(float), min_size=1, max_size=15)
GRID = Grid(CRS, 0.0, 5_000.0, 1_000.0, 6, 5)


def met_in_every_order(scores: np.ndarray, inside: list[tuple[int, int]], cells: int) -> float:  # type: ignore[type-arg]
    """Chance to be among the first cells, by hand: those above, and the luck of a tie."""
    known = scores[np.isfinite(scores)]
    shares = []
    for cell in inside:
        better, tied = (known > scores[cell]).sum(), (known == scores[cell]).sum()
        shares.append(min(1.0, max(0.0, (cells - better) / tied)))
    return float(np.mean(shares))


@given(maps, points)
def test_capture_is_the_average_over_orders_of_ties(scores: np.ndarray, at: list[tuple[float, float]]) -> None:  # type: ignore[type-arg]
    x, y = np.array(at).T
    found = capture(scores, GRID, x, y)
    rows, columns = GRID.cells_of(x, y)
    met = GRID.contains(rows, columns) & np.isfinite(
        np.where(GRID.contains(rows, columns), scores[rows.clip(0, 4), columns.clip(0, 5)], np.nan)
    )
    inside = list(zip(rows[met], columns[met], strict=True))
    for cells in range(found.cells + 1):
        wanted = met_in_every_order(scores, inside, cells) * len(inside) / len(at) if inside else 0.0
        assert found.share_in(float(cells)) == pytest.approx(wanted)


@given(maps, points, st.floats(0, 1) | st.integers(0, 12).map(lambda twelfths: twelfths / 12))
def test_the_land_for_a_share_is_the_least(scores: np.ndarray, at: list[tuple[float, float]], share: float) -> None:  # type: ignore[type-arg]
    found = capture(scores, GRID, *np.array(at).T)
    km2 = found.km2_for(share)
    if np.isinf(km2):
        assert found.share_in(float(found.cells)) < share
    else:
        assert found.share_in(km2) >= share - 1e-9
        assert km2 == 0 or found.share_in(km2 - 1) < share


@given(maps, points)
def test_only_the_order_of_scores_counts(scores: np.ndarray, at: list[tuple[float, float]]) -> None:  # type: ignore[type-arg]
    x, y = np.array(at).T
    plain, bent = (capture(chosen, GRID, x, y) for chosen in (scores, np.exp(3 * scores) - 7))
    assert np.array_equal(plain.better, bent.better)
    assert np.array_equal(plain.tied, bent.tied)


@given(labelled, labelled)
def test_ranking_scores_by_counting_pairs(positive: list[float], negative: list[float]) -> None:
    pairs = [(p > n) + 0.5 * (p == n) for p in positive for n in negative]
    assert roc_auc(positive, negative) == pytest.approx(np.mean(pairs))
    assert height(positive, negative) == pytest.approx(np.mean([sum(p <= n for p in positive) for n in negative]))
    assert r_height(positive, negative) == pytest.approx(np.mean([sum(n >= p for n in negative) for p in positive]))
    assert 0 <= pr_auc(positive, negative) <= 1


@given(st.lists(st.floats(1990, 2020), min_size=1, max_size=30), st.floats(2000, 2015), st.floats(0.5, 5))
def test_blocks_by_time_never_leak(years: list[float], start: float, length: float) -> None:
    ((past, test),) = blocks_by_time(years, start, length)
    assert not (past & test).any()
    assert all(year < start for year in np.array(years)[past])
    assert all(start <= year < start + length for year in np.array(years)[test])


@given(points, st.floats(10, 5_000))
def test_blocks_by_place_are_squares(at: list[tuple[float, float]], block_m: float) -> None:
    x, y = np.array(at).T
    labels = blocks_by_place(x, y, block_m)
    for label in set(labels):
        of_block = labels == label
        assert np.ptp(x[of_block]) <= block_m
        assert np.ptp(y[of_block]) <= block_m
    same = (np.floor(x / block_m) == np.floor(x[0] / block_m)) & (np.floor(y / block_m) == np.floor(y[0] / block_m))
    assert np.array_equal(labels == labels[0], same)
