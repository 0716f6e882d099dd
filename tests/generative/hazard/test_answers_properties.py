"""Answers for any ground, searches and finds."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from landrelease.geo.grid import Grid
from landrelease.hazard.answers import expected_items, probability, residual
from landrelease.hazard.bands import CHANCE_EDGES, chance_classes, class_answers
from landrelease.hazard.ranking import PART_ANSWERS, part_answers
from landrelease.hazard.residual import Search
from landrelease.hazard.stopping import distances_beyond_rows, fit_stop_distance
from landrelease.hazard.surface import Surface

GRID = Grid(pyproj.CRS.from_epsg(6933), 0.0, 1_000.0, 100.0, 12, 10)
boxes = st.tuples(st.floats(0, 1_100), st.floats(0, 900), st.floats(20, 600), st.floats(20, 600)).map(
    lambda box: shapely.box(box[0], box[1], box[0] + box[2], box[1] + box[3])
)
chance = st.floats(0, 0.99)
searches = st.lists(st.builds(Search, boxes, chance), max_size=3)
levels = st.floats(0.5, 0.98)


def surface(seed: int, draws: int = 60, spread: float = 0.6) -> Surface:
    """Uneven ground with a common uncertain level and noise of each cell's own."""
    rng = np.random.default_rng(seed)
    base = rng.exponential(1e-4, GRID.shape)
    made = base * np.exp(rng.normal(0, spread, (draws, 1, 1)) + rng.normal(0, 0.3, (draws, *GRID.shape)))
    return Surface(GRID, made.mean(axis=0), "made up", draws=made.astype(np.float32))


seeds = st.integers(0, 1_000)


@given(seeds, boxes, levels)
def test_bounds_enclose_each_other(seed: int, ground: shapely.Polygon, level: float) -> None:
    narrow, wide = (expected_items(surface(seed), ground, each) for each in (level - 0.1, level))
    assert narrow.low is not None
    assert narrow.high is not None
    assert wide.low is not None
    assert wide.high is not None
    assert wide.low <= narrow.low <= narrow.high <= wide.high
    assert narrow.counts is not None
    assert wide.counts is not None
    assert wide.counts[0] <= narrow.counts[0] <= narrow.counts[1] <= wide.counts[1]


@given(seeds, boxes)
def test_more_ground_never_holds_less(seed: int, ground: shapely.Polygon) -> None:
    ours, larger = surface(seed), ground.buffer(50, join_style="mitre")
    assert expected_items(ours, larger).value >= expected_items(ours, ground).value - 1e-9
    assert 0 <= probability(ours, ground).value <= probability(ours, larger).value + 1e-9 <= 1 + 1e-9


@given(seeds, boxes)
def test_the_chance_of_none_and_of_one_make_one(seed: int, ground: shapely.Polygon) -> None:
    ours = surface(seed)
    none = expected_items(ours, ground).chance_of_none
    assert none is not None
    assert none + probability(ours, ground).value == pytest.approx(1.0, abs=1e-6)


@given(seeds, boxes, searches)
def test_a_search_without_a_find_never_adds_items(seed: int, ground: shapely.Polygon, done: list[Search]) -> None:
    ours = surface(seed)
    before, after = expected_items(ours, ground), residual(ours, ground, done)
    assert after.value <= before.value * (1 + 1e-6)
    assert after.chance_of_none is not None
    assert before.chance_of_none is not None
    assert after.chance_of_none >= before.chance_of_none - 1e-9


@given(seeds, boxes, searches)
def test_the_order_of_searches_does_not_matter(seed: int, ground: shapely.Polygon, done: list[Search]) -> None:
    forward, backward = (residual(surface(seed), ground, order).value for order in (done, done[::-1]))
    assert forward == pytest.approx(backward, rel=1e-6, abs=1e-9)


@given(seeds, boxes, st.floats(0.1, 0.99), st.integers(0, 30))
def test_more_finds_never_mean_fewer_left(seed: int, ground: shapely.Polygon, seen: float, found: int) -> None:
    """Along the weighted draws, and along the Gamma that takes their place; where one takes over from the other the
    two need not meet exactly."""
    ours = surface(seed)
    fewer, more = (residual(ours, ground, [Search(ground, seen)], count) for count in (found, found + 1))
    if [each.error.code for each in fewer.findings] == [each.error.code for each in more.findings]:
        assert more.value >= fewer.value - 1e-9


@given(seeds, st.lists(boxes | st.just(None) | st.just(shapely.Polygon()), max_size=6))
def test_many_parts_are_their_single_answers(seed: int, parts: list) -> None:  # type: ignore[type-arg]
    ours = surface(seed, draws=20)
    frame = part_answers(ours, parts)
    assert tuple(frame.columns) == PART_ANSWERS
    for row, part in zip(frame.itertuples(), parts, strict=True):
        if part is None or part.is_empty:
            assert np.isnan(row.expected_items)
        else:
            assert row.expected_items == pytest.approx(expected_items(ours, part).value)
            assert row.items_low <= row.items_high
            assert row.probability_low <= row.probability_high


@given(seeds)
def test_classes_hold_all_items_once(seed: int) -> None:
    ours = surface(seed)
    frame = class_answers(ours)
    assert frame["expected_items"].sum() == pytest.approx(ours.items_per_m2.sum() * GRID.cell_area_m2)
    assert frame["area_m2"].sum() == pytest.approx(GRID.rows * GRID.columns * GRID.cell_area_m2)
    assert (frame["chance"] >= frame["chance_from"] - 1e-12).all()
    assert (frame["chance"] <= frame["chance_to"] + 1e-12).all()
    assert set(np.unique(chance_classes(ours))) <= set(range(len(CHANCE_EDGES) + 1))


@given(st.lists(st.floats(0.1, 100), min_size=3, max_size=30), st.floats(1.001, 50))
def test_distances_in_other_units_give_the_same_mean(distances: list[float], scale: float) -> None:
    one, other = fit_stop_distance(distances), fit_stop_distance([scale * each for each in distances])
    assert (other.mean_m, other.low_m, other.high_m) == pytest.approx(
        (scale * one.mean_m, scale * one.low_m, scale * one.high_m)
    )


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), max_size=40), st.floats(0.5, 10))
def test_distances_beyond_rows_are_never_negative(places: list[tuple[float, float]], gap: float) -> None:
    x, y = zip(*places, strict=True) if places else ((), ())
    beyond = distances_beyond_rows(x, y, gap)
    if beyond is None:
        return
    assert (beyond >= 0).all()
    assert len(beyond) <= max(0, len(places) - 5)
