"""Items left after searches, worked by hand."""

import math

import numpy as np
import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.residual import (
    ItemsLeft,
    Search,
    after_searches,
    items_left,
    left_by_negative_binomial,
    stop_curve,
    stop_limit,
)
from landrelease.hazard.surface import Surface

PART = shapely.box(0, 0, 1_000, 1_000)
WEST, NORTH = shapely.box(0, 0, 500, 1_000), shapely.box(0, 500, 1_000, 1_000)


@pytest.fixture
def surface(grid: Grid) -> Surface:
    """One item a hectare: 100 in the part."""
    return Surface(grid, np.full(grid.shape, 1e-4), "test")


LEFT = [
    ([], 100.0),
    ([Search(PART, 0.0)], 100.0),
    ([Search(PART, 0.9)], 10.0),
    ([Search(PART, 1.0)], 0.0),
    ([Search(WEST, 0.9)], 55.0),
    ([Search(WEST, 0.9), Search(WEST, 0.9)], 50.5),
    ([Search(WEST, 0.9), Search(NORTH, 0.8)], 25 * (0.1 * 0.2 + 0.1 + 0.2 + 1.0)),
    ([Search(shapely.box(3_000, 0, 4_000, 1_000), 0.9)], 100.0),
    ([Search(shapely.box(20, 20, 30, 30), 1.0)], 99.99),
]


@pytest.mark.parametrize(("searches", "wanted"), LEFT)
def test_expected_items_left(searches: list[Search], wanted: float, surface: Surface) -> None:
    assert items_left(surface, PART, searches).mean == pytest.approx(wanted)
    assert after_searches(surface, searches).expected_items(PART) == pytest.approx(wanted)


@pytest.mark.parametrize(("found", "wanted"), [(0, 10 * 2 / 92), (90, 10.0), (180, 10 * 182 / 92)])
def test_finds_teach_where_the_level_is_uncertain(found: int, wanted: float, surface: Surface) -> None:
    """Gamma shape 2, 90 finds expected: as many as expected changes nothing, none lowers, twice as many raises."""
    left = items_left(surface, PART, [Search(PART, 0.9)], found, shape=2.0)
    assert left.mean == pytest.approx(wanted)


def test_finds_do_not_teach_where_the_level_is_known(surface: Surface) -> None:
    assert items_left(surface, PART, [Search(PART, 0.9)], 500).mean == pytest.approx(10.0)


def test_agrees_with_the_formula_of_the_reference(surface: Surface) -> None:
    """Even ground of 100 items expected, Gamma(3) on the density: rate 3 areas."""
    ours = items_left(surface, PART, [Search(PART, 0.8)], 50, shape=3.0)
    wanted = left_by_negative_binomial(3.0, 0.03, 1.0, 0.8, 50)
    assert (ours.mean, ours.shape) == (pytest.approx(wanted.mean), wanted.shape)


def test_the_surface_given_is_not_changed(surface: Surface) -> None:
    after_searches(surface, [Search(PART, 0.9)])
    assert set(surface.items_per_m2.ravel()) == {1e-4}


@pytest.mark.parametrize(
    ("left", "none", "bound"),
    [(ItemsLeft(0.0), 1.0, 0), (ItemsLeft(1.0), math.exp(-1), 3), (ItemsLeft(1.0, 1.0), 0.5, 4)],
)
def test_distribution(left: ItemsLeft, none: float, bound: int) -> None:
    assert left.chance_of_none == pytest.approx(none)
    assert left.bound(0.95) == bound
    assert left.at_most(bound) >= 0.95
    assert left.interval(0.9) == (left.bound(0.05), left.bound(0.95))


REFUSED = [
    lambda: Search(PART, 1.2),
    lambda: Search(PART, math.nan),
    lambda: stop_curve(1.2, 10.0, 0.9, 5.0),
    lambda: stop_curve(0.5, 0.0, 0.9, 5.0),
    lambda: stop_limit(1.0, 1.0),
]


@pytest.mark.parametrize("make", REFUSED)
def test_bad_input(make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError, match="LR4005"):
        make()


@pytest.mark.parametrize(("found", "shape"), [(-1, 2.0), (0, 0.0)])
def test_bad_counts(found: int, shape: float, surface: Surface) -> None:
    with pytest.raises(LandreleaseError, match="LR4005"):
        items_left(surface, PART, [], found, shape)
