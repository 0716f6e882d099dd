"""Shares of cells inside polygons, worked by hand and against GEOS."""

import numpy as np
import pytest
import shapely

from landrelease.geo.grid import Grid
from landrelease.hazard.shares import cell_shares, shares_matrix

HOLED = shapely.box(0, 0, 300, 300) - shapely.box(50, 100, 200, 200)
SHAPES = {
    "one cell": shapely.box(300, 300, 400, 400),
    "inside one cell": shapely.Polygon([(310, 310), (370, 320), (340, 390)]),
    "across four cells": shapely.box(350, 350, 450, 450),
    "a triangle over the grid": shapely.Polygon([(-300, -100), (2_500, 400), (700, 1_900)]),
    "larger than the grid": shapely.box(-5e5, -5e5, 5e5, 5e5),
    "beside the grid, west": shapely.box(-900, 100, -10, 900),
    "beside the grid, east": shapely.box(2_000, 100, 2_400, 900),
    "beside the grid, north": shapely.box(100, 1_000, 900, 1_200),
    "beside the grid, south": shapely.box(100, -300, 900, 0),
    "a hole": HOLED,
    "two pieces": shapely.MultiPolygon([shapely.box(10, 10, 60, 60), shapely.box(1_900, 900, 2_100, 1_100)]),
    "a ring round a lake": shapely.Point(1_000, 500).buffer(450) - shapely.Point(1_000, 500).buffer(300),
    "clockwise": shapely.Polygon([(0, 0), (0, 250), (250, 250), (250, 0)]),
    "a sliver": shapely.Polygon([(0, 0), (2_000, 1_000), (2_000, 1_000.001)]),
    "a line and a polygon": shapely.GeometryCollection(
        [shapely.LineString([(0, 0), (500, 500)]), shapely.box(0, 0, 50, 50)]
    ),
}


def by_geos(grid: Grid, shape: shapely.Geometry) -> np.ndarray:
    """Share of each cell by cutting each cell's square."""
    x, y = (centres.ravel() for centres in np.meshgrid(*grid.centres()))
    half = grid.cell_m / 2
    boxes = shapely.box(x - half, y - half, x + half, y + half)
    return shapely.area(shapely.intersection(boxes, shape)) / grid.cell_area_m2


@pytest.mark.parametrize("name", SHAPES)
def test_agrees_with_cutting_each_cell(name: str, grid: Grid) -> None:
    assert shares_matrix(grid, [SHAPES[name]]).toarray()[0] == pytest.approx(by_geos(grid, SHAPES[name]), abs=1e-9)


def test_many_shapes_are_rows_of_one_matrix(grid: Grid) -> None:
    matrix = shares_matrix(grid, SHAPES.values())
    assert matrix.shape == (len(SHAPES), 200)
    assert matrix.has_canonical_format
    for row, shape in enumerate(SHAPES.values()):
        alone = shares_matrix(grid, [shape])
        assert matrix[[row]].toarray() == pytest.approx(alone.toarray(), abs=1e-12)


@pytest.mark.parametrize(
    "shape",
    [
        None,
        shapely.Polygon(),
        shapely.Point(500, 500),
        shapely.LineString([(0, 0), (500, 500)]),
        shapely.MultiPolygon(),
    ],
)
def test_what_has_no_area_covers_nothing(shape: shapely.Geometry | None, grid: Grid) -> None:
    assert shares_matrix(grid, [shape, SHAPES["one cell"]]).toarray().sum(axis=1) == pytest.approx([0.0, 1.0])


def test_no_shape_at_all(grid: Grid) -> None:
    assert shares_matrix(grid, []).shape == (0, 200)


def test_whole_cells_are_exactly_one(grid: Grid) -> None:
    rows, columns, shares = cell_shares(grid, shapely.box(100, 100, 400, 400))
    assert sorted(zip(rows.tolist(), columns.tolist(), strict=True)) == [(r, c) for r in (6, 7, 8) for c in (1, 2, 3)]
    assert set(shares) == {1.0}


def test_far_from_the_origin_shares_stay_exact() -> None:
    grid = Grid(None, 3_400_000.0, 9_100_000.0, 30.0, 400, 400)  # type: ignore[arg-type]
    part = shapely.box(3_401_000.5, 9_095_000.25, 3_403_000.75, 9_097_000.5)
    shares = shares_matrix(grid, [part])
    assert shares.sum() * grid.cell_area_m2 == pytest.approx(part.area, rel=1e-9)
    assert shares.data.max() == 1.0
