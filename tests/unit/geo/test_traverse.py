"""Traverses of bearing and distance: closure, north, long legs (standards 5.3, invariant 11)."""

import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.geo.geodesic import geodesic_area_m2
from landrelease.geo.traverse import (
    Leg,
    North,
    Traverse,
    check_traverse,
    entered_from_traverse,
    traverse_findings,
    traverse_from_entered,
    walk,
)
from landrelease.record.shapes import AsEntered

START = (36.3, 49.5)
LIMITS = {"tolerance_permille": 10, "maximum_leg_m": 5_000, "intermediate_point_m": 50}


def legs(*pairs):
    return tuple(Leg(bearing, distance) for bearing, distance in pairs)


SQUARE = legs((0, 40), (90, 40), (180, 40), (270, 40))


def test_a_square_closes():
    walked = walk(Traverse(START, SQUARE))
    assert walked.closure_error_m < 0.001
    assert walked.perimeter_m == 160
    assert geodesic_area_m2(walked.polygon()) == pytest.approx(1_600, rel=1e-4)
    assert walked.vertices[0] == START


@pytest.mark.invariant(11)
@pytest.mark.parametrize(("last_m", "gap_m"), [(40, 0), (39, 1), (35, 5), (45, 5)])
def test_closure_error_is_the_gap(last_m, gap_m):
    walked = walk(Traverse(START, legs((0, 40), (90, 40), (180, 40), (270, last_m))))
    assert walked.closure_error_m == pytest.approx(gap_m, abs=0.001)
    assert walked.closure_permille == pytest.approx(1000 * gap_m / (120 + last_m), abs=0.01)


def test_the_compass_rule_spreads_the_error_by_length():
    walked = walk(Traverse(START, legs((0, 40), (90, 40), (180, 40), (270, 36))))
    plain, adjusted = walked.polygon(adjust=False), walked.polygon()
    assert adjusted.exterior.coords[0] == plain.exterior.coords[0] == START
    corners = zip(plain.exterior.coords, adjusted.exterior.coords, strict=True)
    shifts = [shapely.Point(one).distance(shapely.Point(other)) for one, other in corners]
    gap = shapely.Point(walked.vertices[-1]).distance(shapely.Point(START))
    assert shifts[1:4] == pytest.approx([gap * part / 156 for part in (40, 80, 120)], rel=1e-3)


def test_magnetic_bearings_are_turned_by_the_declination():
    magnetic = Traverse(START, legs((350, 40), (80, 40), (170, 40), (260, 40)), North.MAGNETIC, 10.0)
    assert walk(magnetic).polygon().equals_exact(walk(Traverse(START, SQUARE)).polygon(), 1e-9)


def test_declination_does_not_turn_true_bearings():
    assert walk(Traverse(START, SQUARE, North.TRUE, 10.0)) == walk(Traverse(START, SQUARE))


REFUSED = {
    "magnetic without declination": ({"legs": SQUARE, "north": North.MAGNETIC}, ("LR3022",)),
    "bearing of 360": ({"legs": legs((360, 40), (90, 40), (180, 40))}, ("LR3023",)),
    "negative bearing and no distance": ({"legs": legs((-1, 40), (90, 0), (180, 40))}, ("LR3023", "LR3023")),
    "two legs": ({"legs": SQUARE[:2]}, ("LR3026",)),
}


@pytest.mark.invariant(11)
@pytest.mark.parametrize(("fields", "codes"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_traverse(fields, codes):
    with pytest.raises(LandreleaseError) as refused:
        Traverse(START, **fields)
    assert refused.value.codes == codes


FOUND = {
    "short legs that close": (SQUARE, []),
    "legs over 50 m": (legs((0, 60), (90, 40), (180, 60), (270, 40)), ["LR3025", "LR3025"]),
    "legs over 5 km": (legs((0, 5_001), (90, 40), (180, 5_001), (270, 40)), ["LR3024", "LR3024"]),
    "closure of 1 %": (legs((0, 40), (90, 40), (180, 40), (270, 38.5)), []),
    "closure of 3 %": (legs((0, 40), (90, 40), (180, 40), (270, 35)), ["LR3021"]),
}


@pytest.mark.invariant(11)
@pytest.mark.parametrize(("walked", "codes"), FOUND.values(), ids=FOUND.keys())
def test_findings(walked, codes):
    assert [finding.error.code for finding in traverse_findings(Traverse(START, walked), **LIMITS)] == codes


@pytest.mark.invariant(11)
def test_a_traverse_that_does_not_close_is_refused_with_its_figures():
    with pytest.raises(LandreleaseError, match=r"misses its start by 5\.00 m: 32\.3 permille of 155\.0 m, not 10"):
        check_traverse(Traverse(START, FOUND["closure of 3 %"][0]), **LIMITS)
    assert check_traverse(Traverse(START, SQUARE), **LIMITS).perimeter_m == 160


@pytest.mark.parametrize("traverse", [Traverse(START, SQUARE), Traverse(START, SQUARE, North.MAGNETIC, -7.25)])
def test_raw_legs_are_kept_and_read_again(traverse):
    entered = entered_from_traverse(traverse)
    AsEntered.model_validate(entered)
    assert traverse_from_entered(entered) == traverse
    assert entered["closure_error_cm"] == 0
