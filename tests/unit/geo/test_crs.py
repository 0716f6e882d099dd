import numpy as np
import pyproj
import pytest
import shapely

from landrelease.geo.crs import WGS84, from_wgs84, local_equal_area, to_crs, to_wgs84, transformer
from landrelease.geo.geodesic import geodesic_area_m2, geodesic_areas_m2, geodesic_length_m

PLACES = {
    "Kharkiv": ([36.2, 36.4], [49.9, 50.1], (36.3, 50.0)),
    "Colombia": ([-79.0, -67.0], [-4.0, 12.5], (-73.0, 4.2)),
    "across the 180th meridian": ([179.5, -179.3], [-17.0, -16.0], (-179.9, -16.5)),
    "one place, one unknown": ([20.0, np.nan], [10.0, 11.0], (20.0, 10.0)),
}


@pytest.mark.parametrize(("lon", "lat", "centre"), PLACES.values(), ids=PLACES.keys())
def test_centre_of_the_local_system(lon, lat, centre):
    x, y = transformer(local_equal_area(lon, lat), WGS84).transform(0.0, 0.0)
    assert (round(x, 6), round(y, 6)) == pytest.approx(centre, abs=0.051)


def test_no_known_place_is_refused():
    with pytest.raises(ValueError, match="no place"):
        local_equal_area([np.nan], [1.0])


def test_a_transformer_is_made_once():
    crs = local_equal_area(36.3, 50.0)
    assert transformer(WGS84, crs) is transformer(WGS84, local_equal_area(36.31, 50.01))


@pytest.mark.parametrize("place", [(36.3, 50.0), (-73.0, 4.2), (20.0, -33.0)])
def test_planar_area_in_the_local_system_is_the_geodesic_area(place):
    lon, lat = place
    field = shapely.Polygon([(lon, lat), (lon + 0.004, lat + 0.0005), (lon + 0.003, lat + 0.004), (lon, lat + 0.003)])
    crs = local_equal_area(lon, lat)
    assert from_wgs84(field, crs).area == pytest.approx(geodesic_area_m2(field), rel=1e-7)


def test_arrays_and_single_shapes_move_alike_and_back():
    points = np.array([shapely.Point(36.0, 50.0), shapely.box(36, 50, 36.1, 50.1)], dtype=object)
    crs = local_equal_area(36.0, 50.0)
    there = from_wgs84(points, crs)
    assert all(one.equals_exact(from_wgs84(each, crs), 0) for one, each in zip(there, points, strict=True))
    assert all(one.equals_exact(each, 1e-8) for one, each in zip(to_wgs84(there, crs), points, strict=True))


def test_longitude_comes_first_whatever_the_authority_says():
    moved = to_crs(shapely.Point(36.0, 50.0), WGS84, pyproj.CRS.from_epsg(3857))
    assert (moved.x, moved.y) == pytest.approx((4_007_501.67, 6_446_275.84), abs=0.01)


KNOWN_AREAS = {
    "one degree at the equator": (shapely.box(0, 0, 1, 1), 12_308_778_361.469),
    "a hole counts off": (
        shapely.box(0, 0, 1, 1).difference(shapely.box(0.25, 0.25, 0.75, 0.75)),
        12_308_778_361.469 - 3_077_266_262.9,
    ),
    "two parts": (shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)]), 2 * 12_308_778_361.469),
    "empty": (shapely.Polygon(), 0.0),
}


@pytest.mark.parametrize(("shape", "expected"), KNOWN_AREAS.values(), ids=KNOWN_AREAS.keys())
def test_geodesic_area(shape, expected):
    assert geodesic_area_m2(shape) == pytest.approx(expected, rel=1e-4)
    assert geodesic_area_m2(shape.reverse()) == pytest.approx(geodesic_area_m2(shape), rel=1e-12)


def test_geodesic_areas_of_many():
    found = geodesic_areas_m2(np.array([shapely.box(0, 0, 1, 1), None], dtype=object))
    assert found[0] == pytest.approx(12_308_778_361.469, rel=1e-9)
    assert np.isnan(found[1])


def test_geodesic_length_of_a_degree_of_the_equator():
    assert geodesic_length_m(shapely.LineString([(0, 0), (1, 0)])) == pytest.approx(111_319.49, abs=0.01)
