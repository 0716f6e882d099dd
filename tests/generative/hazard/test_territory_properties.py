"""Grids over any territory, looks of any record."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from landrelease.hazard.looks import KINDS_OF_EVENT, LookKind, looks_from_arrays
from landrelease.hazard.register_looks import decimal_year
from landrelease.hazard.territory import choose_grid

CRS = pyproj.CRS.from_epsg(6933)
coordinate = st.integers(-500_000, 500_000).map(float)
triangles = st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=8, unique=True).map(
    lambda points: shapely.MultiPoint(points).convex_hull.buffer(2_000.0)
)


@given(triangles, st.integers(50, 20_000))
def test_the_grid_covers_the_region_within_the_limit(region: shapely.Polygon, most: int) -> None:
    grid = choose_grid(CRS, region=region, max_cells=most)
    assert grid.rows * grid.columns <= most
    x_min, y_min, x_max, y_max = region.bounds
    assert grid.x_min_m <= x_min
    assert grid.y_max_m >= y_max
    assert grid.x_min_m + grid.columns * grid.cell_m >= x_max
    assert grid.y_max_m - grid.rows * grid.cell_m <= y_min


@given(triangles)
def test_the_mask_has_the_area_of_the_region(region: shapely.Polygon) -> None:
    grid = choose_grid(CRS, region=region, max_cells=10_000)
    assert grid.mask is not None
    assert region.area <= grid.mask.sum() * grid.cell_area_m2 * (1 + 1e-9)
    assert grid.mask.sum() * grid.cell_area_m2 <= region.buffer(1.5 * grid.cell_m).area


@given(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=30))
def test_every_point_lies_in_its_territory(points: list[tuple[float, float]]) -> None:
    x, y = np.array(points).T
    grid = choose_grid(CRS, x, y, margin_m=20_000.0, max_cells=10_000)
    rows, columns = grid.cells_of(x, y)
    assert grid.contains(rows, columns).all()
    assert grid.mask is not None
    assert grid.mask[rows, columns].all()


seen = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(0, 4), st.floats(1990, 2020), st.sampled_from(LookKind), st.integers(0, 3)
    ),
    min_size=1,
    max_size=25,
)


@given(seen, st.floats(1990, 2020))
def test_before_and_since_share_out_the_record(record: list, year: float) -> None:  # type: ignore[type-arg]
    looks = looks_from_arrays(*(list(column) for column in zip(*record, strict=True)))
    assert len(looks.before(year)) + len(looks.since(year)) == len(looks)
    assert (looks.before(year).year < year).all()


@given(seen)
def test_places_are_distinct_and_none_is_lost(record: list) -> None:  # type: ignore[type-arg]
    looks = looks_from_arrays(*(list(column) for column in zip(*record, strict=True)))
    places = looks.distinct_places()
    assert len(places) == len({(x, y) for x, y, *_ in record})
    assert set(zip(places.x_m, places.y_m, strict=True)) == set(zip(looks.x_m, looks.y_m, strict=True))


@given(seen)
def test_events_are_what_speaks_for_contamination(record: list) -> None:  # type: ignore[type-arg]
    looks = looks_from_arrays(*(list(column) for column in zip(*record, strict=True)))
    wanted = [(kind, count) for *_, kind, count in record if kind in KINDS_OF_EVENT and count > 0]
    assert list(zip(looks.events().kind, looks.events().quantity, strict=True)) == wanted


@given(st.dates())
def test_a_day_lies_in_its_month_and_its_year(day) -> None:  # type: ignore[no-untyped-def]
    text = f"{day.year:04d}-{day.month:02d}-{day.day:02d}"
    year, month = decimal_year(text[:4]), decimal_year(text[:7])
    assert int(decimal_year(text)) == int(month) == int(year) == day.year
    assert abs(decimal_year(text) - month) < 16 / 365
    assert year == pytest.approx(day.year + 0.5)
