import numpy as np
import pyproj
import pytest
import shapely

from landrelease.geo.geodesic import GEOD, geodesic_area_m2, geodesic_length_m
from landrelease.geo.plane import BEND_M, PLANE, from_plane, to_plane


def one(shape):
    return to_plane(np.array([shape], dtype=object))[0]


def test_the_plane_is_equal_area_on_the_ellipsoid():
    factors = [pyproj.Proj(PLANE).get_factors(20.0, lat).areal_scale for lat in (-60, -20, 0, 35, 50, 70)]
    assert factors == pytest.approx([1.0] * 6, abs=1e-9)


@pytest.mark.parametrize("lat", [0.0, 4.5, -33.0, 50.0, 65.0])
@pytest.mark.parametrize("size_m", [100, 1_000, 20_000])
def test_area_is_the_geodesic_area(lat, size_m):
    """To within 1 mm along the edge, which is how far an edge may leave its geodesic, and to 3 in a million."""
    corners = [GEOD.fwd(20.0, lat, bearing, size_m)[:2] for bearing in (10, 95, 170, 250, 330)]
    shape = shapely.Polygon(corners)
    expected = geodesic_area_m2(shape)
    assert abs(one(shape).area - expected) <= BEND_M * geodesic_length_m(shape)
    assert one(shape).area == pytest.approx(expected, rel=3e-6)


@pytest.mark.parametrize(("size_m", "bent"), [(80, False), (20_000, True)])
def test_only_long_edges_get_points(size_m, bent):
    shape = shapely.Polygon([GEOD.fwd(20.0, 50.0, bearing, size_m)[:2] for bearing in (0, 120, 240)])
    assert (len(one(shape).exterior.coords) > 4) == bent


def test_a_long_edge_follows_its_geodesic():
    ring = [(20.0, 50.0), (20.5, 50.0), (20.2, 50.2)]
    lon, lat = GEOD.npts(20.0, 50.0, 20.5, 50.0, 1)[0]
    middle = one(shapely.Point(lon, lat))
    assert one(shapely.Polygon(ring)).exterior.distance(middle) <= BEND_M


def test_neighbours_share_a_long_edge_exactly():
    north = shapely.Polygon([(20.0, 50.0), (20.5, 50.0), (20.2, 50.2)])
    south = shapely.Polygon([(20.5, 50.0), (20.0, 50.0), (20.2, 49.8)])
    pair = to_plane(np.array([north, south], dtype=object))
    assert shapely.coverage_is_valid(pair)
    assert shapely.intersection(*pair).area == 0


def test_holes_and_parts_are_kept():
    holed = shapely.box(20, 50, 20.5, 50.5).difference(shapely.box(20.1, 50.1, 20.4, 50.4))
    several = shapely.MultiPolygon([holed, shapely.box(21, 50, 21.001, 50.001)])
    moved = one(several)
    assert moved.geom_type == "MultiPolygon"
    assert [len(part.interiors) for part in moved.geoms] == [1, 0]
    assert moved.area == pytest.approx(geodesic_area_m2(several), rel=1e-6)


def test_there_and_back_to_half_a_millimetre():
    shape = shapely.box(20, 50, 20.001, 50.001)
    assert from_plane(to_plane(np.array([shape], dtype=object)))[0].equals_exact(shape, 5e-9)


def test_nothing():
    assert len(to_plane(np.array([], dtype=object))) == 0
