"""A grid for any territory, and the refusal of one that is too large."""

import numpy as np
import pyproj
import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.shares import cell_shares
from landrelease.hazard.territory import MOST_CELLS, check_cells, choose_grid, coarser, masked

SQUARE = shapely.box(0, 0, 10_000, 10_000)


@pytest.mark.parametrize(
    ("most", "cell_m", "cells"), [(10_000, 100.0, 10_000), (9_999, 150.0, 4_489), (100, 1_000.0, 100), (1, 10_000.0, 1)]
)
def test_the_cell_follows_from_the_limit(most: int, cell_m: float, cells: int, crs: pyproj.CRS) -> None:
    grid = choose_grid(crs, region=SQUARE, max_cells=most)
    assert (grid.cell_m, grid.rows * grid.columns) == (cell_m, cells)


def test_the_region_is_the_mask(crs: pyproj.CRS) -> None:
    triangle = shapely.Polygon([(0, 0), (10_000, 0), (0, 10_000)])
    grid = choose_grid(crs, region=triangle, cell_m=100.0)
    assert grid.mask is not None
    assert grid.mask.sum() * grid.cell_area_m2 == pytest.approx(triangle.area, rel=0.02)
    assert grid.mask[-1].sum() > grid.mask[0].sum()


def test_without_a_region_the_hull_of_the_points(crs: pyproj.CRS) -> None:
    grid = choose_grid(crs, [0, 1_000, 0], [0, 0, 1_000], cell_m=10.0)
    assert grid.mask is not None
    assert grid.mask.mean() == pytest.approx(0.5, abs=0.02)


def test_the_margin_lets_one_point_be_a_territory(crs: pyproj.CRS) -> None:
    grid = choose_grid(crs, [500.0], [500.0], margin_m=1_000.0, cell_m=20.0)
    assert grid.mask is not None
    assert grid.mask.sum() * grid.cell_area_m2 == pytest.approx(np.pi * 1_000.0**2, rel=0.04)


@pytest.mark.parametrize(
    "region",
    [
        shapely.box(10, 10, 20, 20),
        shapely.LineString([(30, 30), (870, 330)]).buffer(1.0),
        shapely.Point(99, 1).buffer(5),
    ],
)
def test_no_ground_of_a_small_region_is_without_a_cell(region: shapely.Polygon, crs: pyproj.CRS) -> None:
    grid = choose_grid(crs, region=region, cell_m=100.0)
    rows, columns, shares = cell_shares(grid, region)
    assert grid.mask is not None
    assert grid.mask[rows, columns].all()
    assert grid.mask.sum() == len(rows)
    assert shares.sum() * grid.cell_area_m2 == pytest.approx(region.area)


def test_a_region_beside_the_grid_has_no_cell(crs: pyproj.CRS) -> None:
    with pytest.raises(LandreleaseError, match="LR4009"):
        masked(choose_grid(crs, region=SQUARE, cell_m=100.0), shapely.box(20_000, 0, 30_000, 100))


def test_a_region_in_pieces(crs: pyproj.CRS) -> None:
    pieces = shapely.union_all([shapely.box(0, 0, 1_000, 1_000), shapely.box(5_000, 0, 6_000, 1_000)])
    grid = choose_grid(crs, region=pieces, cell_m=100.0)
    assert grid.mask is not None
    assert (grid.mask.sum(), grid.mask[:, 20:40].sum()) == (200, 0)


def test_a_billion_cells_are_refused_with_what_would_work(crs: pyproj.CRS) -> None:
    country = shapely.box(0, 0, 1_000_000, 1_000_000)
    with pytest.raises(LandreleaseError) as refused:
        choose_grid(crs, region=country, cell_m=30.0)
    (finding,) = refused.value.findings
    assert finding.error.code == "LR4003"
    assert finding.details["gigabytes"] == pytest.approx(8.9, abs=0.1)
    assert finding.details["tiles"] == 56
    choose = finding.details["fitting_cell_m"]
    check_cells(country.bounds, choose)
    assert choose == 250.0


def test_the_limit_itself_is_allowed() -> None:
    check_cells((0.0, 0.0, float(MOST_CELLS), 1.0), 1.0)
    with pytest.raises(LandreleaseError, match="LR4003"):
        check_cells((0.0, 0.0, float(MOST_CELLS) + 1.0, 1.0), 1.0)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, "LR4001"),
        ({"x_m": [1.0], "y_m": [1.0]}, "LR4009"),
        ({"region": SQUARE, "max_cells": 0}, "LR4005"),
        ({"region": SQUARE, "cell_m": -5.0}, "LR4005"),
        ({"region": SQUARE, "margin_m": -5.0}, "LR4005"),
        ({"region": shapely.Polygon()}, "LR4009"),
    ],
)
def test_bad_input(options, code: str, crs: pyproj.CRS) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError) as refused:
        choose_grid(crs, **options)
    assert refused.value.codes == (code,)


@pytest.mark.parametrize(("most", "times"), [(2_000, 1), (1_024, 1), (1_000, 2), (100, 4)])
def test_coarser_cells_cover_the_same_ground(most: int, times: int, crs: pyproj.CRS) -> None:
    mask = np.zeros((32, 32), dtype=bool)
    mask[5, 7] = True
    made = coarser(Grid(crs, 0.0, 32_000.0, 1_000.0, 32, 32, mask), most)
    assert made.cell_m == times * 1_000.0
    assert made.rows * made.columns <= most
    assert made.mask is not None
    assert np.argwhere(made.mask).tolist() == [[5 // times, 7 // times]]
