"""Shares of cells for any polygon."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from landrelease.geo.grid import Grid
from landrelease.hazard.shares import shares_matrix

GRID = Grid(None, -300.0, 1_000.0, 100.0, 14, 12)  # type: ignore[arg-type]
REGION = shapely.box(-300, -200, 1_100, 1_000)
corner = st.tuples(st.integers(-600, 1_400), st.integers(-600, 1_400)) | st.tuples(
    st.floats(-600, 1_400).map(lambda value: round(value, 3)), st.floats(-600, 1_400).map(lambda value: round(value, 3))
)


def valid(corners: list) -> shapely.Geometry:  # type: ignore[type-arg]
    made = shapely.make_valid(shapely.Polygon(corners))
    return shapely.union_all(
        [part for part in shapely.get_parts(made) if part.geom_type in ("Polygon", "MultiPolygon")]
    )


polygons = st.lists(corner, min_size=3, max_size=9).map(valid)


@given(polygons)
def test_shares_add_up_to_the_area_inside_the_grid(polygon: shapely.Geometry) -> None:
    shares = shares_matrix(GRID, [polygon])
    assert shares.sum() * GRID.cell_area_m2 == pytest.approx(polygon.intersection(REGION).area, abs=1e-3)
    assert ((shares.data > 0) & (shares.data <= 1)).all()


@given(polygons, st.integers(0, 13), st.integers(0, 11))
def test_the_share_of_any_cell_is_its_cut(polygon: shapely.Geometry, column: int, row: int) -> None:
    x, y = -300 + column * 100, 1_000 - row * 100
    share = shares_matrix(GRID, [polygon]).toarray().reshape(12, 14)[row, column]
    assert share == pytest.approx(polygon.intersection(shapely.box(x, y - 100, x + 100, y)).area / 1e4, abs=1e-6)


@given(polygons, polygons)
def test_two_shapes_and_their_union(one: shapely.Geometry, other: shapely.Geometry) -> None:
    first, second, both, shared = shares_matrix(GRID, [one, other, one.union(other), one.intersection(other)]).toarray()
    assert np.abs(first + second - both - shared).max() < 1e-5
