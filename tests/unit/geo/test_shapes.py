import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.geo.shapes import body_from_shape, shape_from_body, shapes_from_bodies
from landrelease.record.shapes import MultiPolygonShape, PointShape, PolygonShape
from landrelease.terms import PositionQuality

HOLED = shapely.box(36.0, 50.0, 36.01, 50.01).difference(shapely.box(36.002, 50.002, 36.004, 50.004))
SHAPES = {
    "point": (shapely.Point(36.1234567, -50.7654321), PointShape),
    "polygon": (shapely.box(36.0, 50.0, 36.01, 50.01), PolygonShape),
    "polygon with a hole": (HOLED, PolygonShape),
    "several polygons": (shapely.MultiPolygon([HOLED, shapely.box(37, 50, 37.1, 50.1)]), MultiPolygonShape),
}


@pytest.mark.parametrize(("shape", "model"), SHAPES.values(), ids=SHAPES.keys())
def test_there_and_back(shape, model):
    body = body_from_shape(shape, PositionQuality.GNSS, accuracy_m=3)
    assert (body["quality"], body["accuracy_m"]) == ("gnss", 3)
    assert model.model_validate(body).type == shape.geom_type
    back = shape_from_body(body)
    assert back.equals(shape)
    assert body_from_shape(back, "gnss", 3) == body


def test_one_shape_has_one_form():
    """Rings run counter-clockwise outside and clockwise inside (RFC 7946), whichever way they were walked."""
    ring = shape_from_body(body_from_shape(HOLED.reverse()))
    assert ring.exterior.is_ccw
    assert not ring.interiors[0].is_ccw


def test_many_at_once_are_as_each_alone():
    bodies = [body_from_shape(shape) for shape, _model in SHAPES.values()]
    found = shapes_from_bodies([*bodies, None])
    assert found[-1] is None
    assert all(one.equals_exact(shape_from_body(body), 0) for one, body in zip(found[:-1], bodies, strict=True))


def test_none_at_all():
    assert list(shapes_from_bodies([])) == []
    assert list(shapes_from_bodies([None])) == [None]


def test_coordinates_are_rounded_to_the_resolution_of_statements():
    assert body_from_shape(shapely.Point(36.12345674, 50.00000006))["coordinates"] == [361234567, 500000001]


def test_legs_are_kept_beside_the_shape():
    assert body_from_shape(shapely.Point(1, 2), entered={"crs": "EPSG:4326"})["entered"] == {"crs": "EPSG:4326"}


REFUSED = {
    "empty": (shapely.Polygon(), "LR3001"),
    "none": (None, "LR3001"),
    "line": (shapely.LineString([(0, 0), (1, 1)]), "LR3001"),
    "longitude beyond 180": (shapely.box(179, 0, 181, 1), "LR3002"),
    "latitude beyond 90": (shapely.Point(0, 90.5), "LR3002"),
    "infinite": (shapely.box(0, 0, float("inf"), 1), "LR3002"),
}


@pytest.mark.parametrize(("shape", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_no_body_can_hold(shape, code):
    with pytest.raises(LandreleaseError) as refused:
        body_from_shape(shape)
    assert refused.value.codes == (code,)


UNREADABLE = {
    "unknown type": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
    "two vertices": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]},
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_shape(body):
    with pytest.raises(LandreleaseError) as refused:
        shape_from_body(body)
    assert refused.value.codes == ("LR3001",)
