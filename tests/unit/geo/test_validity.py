"""The checks of GICHD's geocheck and of the issue's bad input: each with its finding, nothing repaired silently."""

import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.geo.geodesic import geodesic_area_m2
from landrelease.geo.validity import check_shape, examine, polygon_from_rings, repair

SQUARE = [(36.0, 50.0), (36.01, 50.0), (36.01, 50.01), (36.0, 50.01), (36.0, 50.0)]
BOW = [(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)]

EXAMINED = {
    "a square": (shapely.Polygon(SQUARE), []),
    "a point": (shapely.Point(36, 50), []),
    "none": (None, ["LR3003"]),
    "empty": (shapely.Polygon(), ["LR3003"]),
    "swapped coordinates in range": (shapely.Point(50, 36), []),
    "latitude out of range": (shapely.Point(36, 136), ["LR3002"]),
    "not a number": (shapely.Point(float("nan"), 1), ["LR3002"]),
    "a line": (shapely.LineString([(0, 0), (1, 1)]), ["LR3001"]),
    "two different vertices": (shapely.Polygon([(0, 0), (1, 1), (0, 0), (1, 1)]), ["LR3004"]),
    "vertices on one line": (shapely.Polygon([(0, 0), (1, 1), (2, 2), (0, 0)]), ["LR3008"]),
    "a vertex twice": (shapely.Polygon([*SQUARE[:2], SQUARE[1], *SQUARE[2:]]), ["LR3006"]),
    "a bow": (shapely.Polygon(BOW), ["LR3007"]),
    "a bow with a vertex twice": (shapely.Polygon([BOW[0], *BOW]), ["LR3006", "LR3007"]),
    "overlapping parts": (shapely.MultiPolygon([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)]), ["LR3007"]),
}


@pytest.mark.invariant(11)
@pytest.mark.parametrize(("shape", "codes"), EXAMINED.values(), ids=EXAMINED.keys())
def test_examine(shape, codes):
    assert [finding.error.code for finding in examine(shape)] == codes


ERRORS = {"LR3001", "LR3002", "LR3003", "LR3004", "LR3008"}
REFUSED = [name for name, (_shape, codes) in EXAMINED.items() if ERRORS & set(codes)]


@pytest.mark.parametrize("name", EXAMINED)
def test_repair_refuses_or_gives_a_valid_shape_with_the_same_findings(name):
    shape, codes = EXAMINED[name]
    mended, findings = repair(shape)
    assert [finding.error.code for finding in findings] == codes
    assert (mended is None) == (name in REFUSED)
    assert mended is None or mended.is_valid


@pytest.mark.invariant(11)
@pytest.mark.parametrize("name", EXAMINED)
def test_check_refuses_exactly_the_errors(name):
    shape, codes = EXAMINED[name]
    if name in REFUSED:
        with pytest.raises(LandreleaseError) as refused:
            check_shape(shape)
        assert set(refused.value.codes) <= set(codes)
    else:
        check_shape(shape)


def test_a_valid_shape_is_left_as_it_is():
    square = shapely.Polygon(SQUARE)
    assert repair(square)[0] is square


def test_the_finding_of_a_repair_gives_reason_and_area():
    mended, (finding,) = repair(shapely.Polygon(BOW))
    assert "Self-intersection" in finding.what
    assert f"{geodesic_area_m2(mended):,.0f} m²" in finding.what
    assert mended.area == pytest.approx(0.5)


def test_overlapping_parts_become_one():
    mended, _findings = repair(EXAMINED["overlapping parts"][0])
    assert mended.area == pytest.approx(7)


RINGS = {
    "closed": ([SQUARE], [], 1e-4),
    "not closed": ([SQUARE[:-1]], ["LR3005"], 1e-4),
    "with a hole, not closed": (
        [SQUARE, [(36.002, 50.002), (36.004, 50.002), (36.004, 50.004), (36.002, 50.004)]],
        ["LR3005"],
        1e-4 - 4e-6,
    ),
    "two vertices": ([SQUARE[:2]], ["LR3004"], None),
    "no ring": ([], ["LR3003"], None),
    "one empty ring": ([[]], ["LR3004"], None),
}


@pytest.mark.invariant(11)
@pytest.mark.parametrize(("rings", "codes", "area"), RINGS.values(), ids=RINGS.keys())
def test_polygon_from_rings(rings, codes, area):
    shape, findings = polygon_from_rings(rings)
    assert [finding.error.code for finding in findings] == codes
    assert shape is None if area is None else shape.area == pytest.approx(area)
