"""A surface: items in a polygon by the exact share of each cell."""

import math

import numpy as np
import pytest
import shapely

from landrelease.geo.grid import Grid
from landrelease.hazard.shares import cell_shares
from landrelease.hazard.surface import Surface


@pytest.fixture
def surface(grid: Grid) -> Surface:
    """1e-4 items per m², one a cell, but 3e-4 in the north-west cell."""
    items = np.full(grid.shape, 1e-4)
    items[0, 0] = 3e-4
    return Surface(grid, items, "test")


@pytest.mark.parametrize(
    ("polygon", "wanted"),
    [
        (shapely.box(0, 0, 2_000, 1_000), 202.0),
        (shapely.box(0, 900, 100, 1_000), 3.0),
        (shapely.box(50, 850, 150, 950), 0.25 * 3 + 0.75),
        (shapely.box(1_010, 410, 1_020, 420), 0.01),
        (shapely.box(-500, -500, 100, 100), 1.0),
        (shapely.box(5_000, 5_000, 6_000, 6_000), 0.0),
        (shapely.Point(500, 500), 0.0),
        (shapely.Polygon(), 0.0),
        (shapely.box(0, 0, 300, 300) - shapely.box(100, 100, 200, 200), 8.0),
        (shapely.MultiPolygon([shapely.box(0, 0, 100, 100), shapely.box(900, 0, 1_000, 100)]), 2.0),
    ],
)
def test_expected_items(polygon, wanted: float, surface: Surface) -> None:  # type: ignore[no-untyped-def]
    assert surface.expected_items(polygon) == pytest.approx(wanted)
    assert surface.probability(polygon) == pytest.approx(1 - math.exp(-wanted))


def test_unknown_cells_add_nothing(surface: Surface) -> None:
    surface.items_per_m2[0, 0] = np.nan
    assert surface.expected_items(shapely.box(0, 800, 100, 1_000)) == pytest.approx(1.0)


def test_shares_of_cells_inside_are_one(grid: Grid) -> None:
    rows, columns, shares = cell_shares(grid, shapely.box(100, 100, 400, 400))
    assert len(rows) == len(columns) == 9
    assert set(shares) == {1.0}


def test_many_polygons_at_once(surface: Surface) -> None:
    polygons = [shapely.box(0, 900, 100, 1_000), None, shapely.Polygon(), shapely.box(50, 850, 150, 950)]
    assert surface.expected_items_of(polygons) == pytest.approx([3.0, 0.0, 0.0, 1.5])
    assert surface.expected_items_of([]).shape == (0,)


def test_chance_with_draws_is_the_mean_over_them(grid: Grid) -> None:
    """One item a cell in half of the draws, none in the other half: half of 1 - 1/e, not 1 - exp(-1/2)."""
    draws = np.stack([np.zeros(grid.shape), np.full(grid.shape, 1e-4)]).astype(np.float32)
    surface = Surface(grid, draws.mean(axis=0).astype(float), "test", draws=draws)
    assert surface.probability(shapely.box(0, 0, 100, 100)) == pytest.approx((1 - math.exp(-1)) / 2)
