import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from landrelease.geo.geodesic import geodesic_area_m2, geodesic_length_m
from landrelease.geo.index import GrowingIndex
from landrelease.geo.plane import BEND_M, to_plane
from landrelease.geo.shapes import body_from_shape, shape_from_body
from landrelease.geo.traverse import Leg, Traverse, walk
from landrelease.geo.validity import repair

degrees = st.integers(-70_0000000, 70_0000000)
offsets = st.tuples(st.integers(-90_000, 90_000), st.integers(-90_000, 90_000))


@st.composite
def fields(draw):
    """Valid polygons of up to 2 km anywhere between 70 degrees south and north, corners on the statement's lattice."""
    lon, lat = draw(degrees), draw(degrees)
    corners = draw(st.lists(offsets, min_size=3, max_size=9, unique=True))
    shape = shapely.MultiPoint([((lon + x) / 1e7, (lat + y) / 1e7) for x, y in corners]).convex_hull
    flat = shape.geom_type != "Polygon"
    return shapely.box(lon / 1e7, lat / 1e7, (lon + 999) / 1e7, (lat + 999) / 1e7) if flat else shape


@given(fields())
def test_a_shape_survives_its_body(shape):
    body = body_from_shape(shape)
    assert body_from_shape(shape_from_body(body)) == body
    assert shape_from_body(body).equals(shape)


@given(fields())
def test_area_in_the_plane_is_the_geodesic_area(shape):
    moved = to_plane(np.array([shape], dtype=object))[0]
    assert abs(moved.area - geodesic_area_m2(shape)) <= BEND_M * geodesic_length_m(shape)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=4, max_size=9))
def test_repair_gives_valid_land_or_says_why_not(corners):
    """Any ring on a small lattice: crossings, repeats and collapses are the rule."""
    shape, findings = repair(shapely.Polygon(corners))
    assert (shape is not None and shape.is_valid and shape.area > 0) or findings
    unchanged = shape is not None and shape.equals_exact(shapely.Polygon(corners), 0)
    assert unchanged == (not findings)


@given(st.lists(st.tuples(st.integers(0, 359), st.integers(1, 400)), min_size=3, max_size=8), st.floats(-30, 30))
def test_turning_all_bearings_and_north_alike_changes_nothing(pairs, declination):
    true = Traverse((20.0, 10.0), tuple(Leg(bearing, distance) for bearing, distance in pairs))
    turned = tuple(Leg((bearing - declination) % 360, distance) for bearing, distance in pairs)
    magnetic = Traverse((20.0, 10.0), turned, true.north.MAGNETIC, declination)
    assert walk(magnetic).closure_error_m == pytest.approx(walk(true).closure_error_m, abs=1e-6)


acts = st.lists(st.tuples(st.booleans(), st.integers(0, 150), st.integers(0, 90), st.integers(0, 90)), max_size=300)


@given(acts)
def test_the_index_finds_what_a_search_of_all_finds(moves):
    index: GrowingIndex[int] = GrowingIndex([(-1, shapely.box(0, 0, 5, 5))])
    held = {-1: shapely.box(0, 0, 5, 5)}
    for grow, key, x, y in moves:
        if grow:
            held[key] = shapely.box(x, y, x + 8, y + 8)
            index.add(key, held[key])
        else:
            held.pop(key, None)
            index.discard(key)
    wanted = [shapely.box(20, 20, 40, 40), shapely.Point(3, 3)]
    expected = {key for key, shape in held.items() if any(shape.intersects(each) for each in wanted)}
    assert index.meeting(wanted) == expected
    assert len(index) == len(held)
    assert all(key in index for key in held)
