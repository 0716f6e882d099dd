"""Baselines, searches and residuals for any record."""

import math

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import DistanceEstimator, KernelEstimator
from landrelease.hazard.looks import KINDS_OF_EVENT, Looks, looks_from_arrays
from landrelease.hazard.residual import Search, after_searches, items_left, stop_curve, stop_limit
from landrelease.hazard.search import DetectionLaw, after_empty_box, after_empty_search, coverage_for, detection
from landrelease.hazard.surface import Estimator, Surface

GRID = Grid(pyproj.CRS.from_epsg(6933), 0.0, 1_000.0, 100.0, 12, 10)
chance = st.floats(0, 1)
place = st.tuples(st.floats(0, 1_199), st.floats(0.1, 1_000))
events = st.lists(
    st.tuples(place, st.floats(1990, 2014.9), st.sampled_from(sorted(KINDS_OF_EVENT))), min_size=1, max_size=20
)
estimators: st.SearchStrategy[Estimator] = st.one_of(
    st.builds(DistanceEstimator, range_m=st.floats(10, 5_000)),
    st.builds(
        KernelEstimator,
        width_m=st.floats(20, 2_000),
        decay_years=st.floats(1, 50) | st.just(math.inf),
        wide_m=st.floats(20, 5_000),
        wide_share=st.floats(0, 0.5),
        background_share=st.floats(0.01, 0.5),
    ),
)
boxes = st.tuples(st.floats(-200, 1_000), st.floats(-200, 900), st.floats(10, 600), st.floats(10, 600)).map(
    lambda box: shapely.box(box[0], box[1], box[0] + box[2], box[1] + box[3])
)
searches = st.lists(st.builds(Search, boxes, chance), max_size=4)


def looks_of(seen: list) -> Looks:  # type: ignore[type-arg]
    (x, y), years, kinds = zip(*(at for at, _, _ in seen), strict=True), [s[1] for s in seen], [s[2] for s in seen]
    return looks_from_arrays(x, y, years, kinds)


def uneven(seed: int = 2) -> Surface:
    return Surface(GRID, np.random.default_rng(seed).exponential(1e-4, GRID.shape), "test")


@given(events, estimators)
def test_every_map_is_positive_and_adds_up_to_its_events(seen: list, estimator: Estimator) -> None:  # type: ignore[type-arg]
    surface = estimator.fit(looks_of(seen), GRID, 2015.0)
    assert (surface.items_per_m2 > 0).all()
    assert surface.items_per_m2.sum() * GRID.cell_area_m2 == pytest.approx(len(seen))
    assert surface.expected_items(shapely.box(0, 0, 1_200, 1_000)) == pytest.approx(len(seen))


@given(events, estimators, st.randoms(use_true_random=False))
def test_the_order_of_the_record_does_not_matter(seen: list, estimator: Estimator, random) -> None:  # type: ignore[no-untyped-def, type-arg]
    shuffled = list(seen)
    random.shuffle(shuffled)
    first, second = (estimator.fit(looks_of(record), GRID, 2015.0).items_per_m2 for record in (seen, shuffled))
    assert first == pytest.approx(second)


@given(searches, boxes)
def test_a_search_never_adds_items(done: list[Search], part) -> None:  # type: ignore[no-untyped-def]
    surface = uneven()
    after = after_searches(surface, done)
    assert (after.items_per_m2 <= surface.items_per_m2).all()
    assert (after.items_per_m2 >= 0).all()
    assert items_left(surface, part, done).mean <= surface.expected_items(part) + 1e-12


@given(searches, boxes)
def test_the_order_of_searches_does_not_matter(done: list[Search], part) -> None:  # type: ignore[no-untyped-def]
    forward, backward = (items_left(uneven(), part, order).mean for order in (done, done[::-1]))
    assert forward == pytest.approx(backward)


@given(searches, boxes)
def test_what_is_left_in_two_halves_is_what_is_left(done: list[Search], part) -> None:  # type: ignore[no-untyped-def]
    x_min, y_min, x_max, y_max = part.bounds
    halves = [
        shapely.box(x_min, y_min, (x_min + x_max) / 2, y_max),
        shapely.box((x_min + x_max) / 2, y_min, x_max, y_max),
    ]
    left = sum(items_left(uneven(), half, done).mean for half in halves)
    assert left == pytest.approx(items_left(uneven(), part, done).mean)


@given(chance, st.integers(0, 50), st.floats(0.1, 50))
def test_more_finds_never_mean_fewer_left(seen: float, found: int, shape: float) -> None:
    part = shapely.box(0, 0, 1_200, 1_000)
    fewer, more = (items_left(uneven(), part, [Search(part, seen)], count, shape).mean for count in (found, found + 1))
    assert more >= fewer - 1e-12


@given(st.floats(0, 30))
def test_laws_keep_their_order(coverage: float) -> None:
    definite, cube, random = (float(detection(coverage, law)) for law in DetectionLaw)
    assert 1 >= definite >= cube - 1e-12 >= random - 2e-12 >= -2e-12


@given(st.floats(0, 0.9999), st.sampled_from(DetectionLaw))
def test_coverage_is_the_inverse_of_detection(wanted: float, law: DetectionLaw) -> None:
    assert float(detection(coverage_for(wanted, law), law)) == pytest.approx(wanted, abs=1e-9)


@given(st.floats(0, 0.999), chance)
def test_an_empty_search_lowers_the_chance_but_not_to_nothing(prior: float, seen: float) -> None:
    after = float(after_empty_search(prior, seen))
    assert after <= prior + 1e-12
    assert after > 0 or prior * (1 - seen) == 0


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=8), st.data())
def test_boxes_stay_a_distribution(weights: list[float], data: st.DataObject) -> None:
    prior = np.array(weights) / sum(weights)
    box, seen = data.draw(st.integers(0, len(weights) - 1)), data.draw(st.floats(0, 0.999))
    after = after_empty_box(prior, box, seen)
    assert after.sum() == pytest.approx(1.0)
    assert after[box] <= prior[box] + 1e-12
    assert (np.delete(after, box) >= np.delete(prior, box) - 1e-12).all()


@given(st.floats(0, 0.99), st.floats(0.1, 100), chance)
def test_the_stop_curve_falls_to_its_limit(prior: float, mean_m: float, seen: float) -> None:
    curve = stop_curve(prior, mean_m, seen, np.linspace(0, 20 * mean_m, 30))
    assert curve.total == pytest.approx(curve.beyond + curve.missed)
    assert (np.diff(curve.total) <= 1e-12).all()
    assert curve.total[0] == pytest.approx(prior)
    assert (curve.total >= stop_limit(prior, seen) - 1e-12).all()
