"""Transects laid over ground."""

import math

import numpy as np
import pytest
import shapely
from tests.samples.survey_ground import FIELD, POND, rectangle

from landrelease.errors import LandreleaseError
from landrelease.geo.geodesic import GEOD
from landrelease.survey.ground import survey_ground
from landrelease.survey.target import TransectPattern, TransectSpacing
from landrelease.survey.transects import design_transects

GROUND = survey_ground(FIELD)
EVERY_20 = TransectSpacing(18.0, 2.0)


def north(ground=GROUND, spacing=EVERY_20, **options):
    return design_transects(ground, spacing, bearing_degrees=0.0, **{"offset_share": 0.5} | options)


def test_a_rectangle_of_200_by_300_metres_takes_ten_transects_of_300():
    design = north()
    assert len(design.legs) == 10
    assert [leg.along.length_m for leg in design.legs] == pytest.approx([300.0] * 10, abs=0.02)
    assert design.length_m == pytest.approx(3_000, abs=0.2)
    assert design.covered_share == pytest.approx(0.1, abs=1e-4)
    assert design.walkable_m2 == pytest.approx(60_000, rel=1e-4)


def test_legs_are_walked_to_and_fro_a_pitch_apart():
    design = north()
    bearings = [leg.along.bearing_degrees for leg in design.legs]
    assert np.cos(np.radians(bearings)) == pytest.approx([1, -1] * 5, abs=1e-6)
    assert [leg.onward.length_m for leg in design.legs[:-1]] == pytest.approx([20.0] * 9, abs=0.01)
    assert all(leg.onward.inside for leg in design.legs[:-1])
    assert design.legs[-1].onward is None
    assert design.findings == ()


def test_lengths_and_bearings_lead_from_the_start_to_the_end():
    for leg in design_transects(GROUND, EVERY_20, bearing_degrees=33.0).legs:
        lon, lat, _ = GEOD.fwd(*leg.start, leg.along.bearing_degrees, leg.along.length_m)
        assert (lon, lat) == pytest.approx(leg.end, abs=1e-9)


@pytest.mark.parametrize("bearing", [0.0, 33.0, 90.0, 179.0, 301.5])
def test_the_true_bearing_is_the_one_asked_for(bearing):
    design = design_transects(GROUND, EVERY_20, bearing_degrees=bearing)
    turned = [(leg.along.bearing_degrees - bearing + 90) % 180 - 90 for leg in design.legs]
    assert turned == pytest.approx([0.0] * len(turned), abs=0.01)


def test_without_a_bearing_transects_follow_the_longest_side():
    bearing = math.radians(design_transects(GROUND, EVERY_20).bearing_degrees)
    assert math.sin(bearing) == pytest.approx(0.0, abs=1e-3)


def test_an_obstacle_cuts_legs_and_lowers_what_can_be_walked():
    ground = survey_ground(FIELD, [POND], margin_m=5.0)
    design, open_ = north(ground), north()
    assert len(design.legs) > len(open_.legs)
    assert design.walkable_m2 == pytest.approx(open_.walkable_m2 - math.pi * 35**2, rel=0.01)
    pond = ground.plane(POND).buffer(4.99)
    assert not any(line.intersects(pond) for line in design.lines)
    assert [finding.error.code for finding in design.findings] == ["LR5015"]
    assert any(not leg.onward.inside for leg in design.legs[:-1])


def test_short_pieces_are_left_out_and_counted():
    ground = survey_ground(shapely.Polygon([(36, 48), (36.01, 48), (36, 48.01)]))
    design = north(ground, least_leg_m=100.0)
    assert min(leg.along.length_m for leg in design.legs) >= 100 - 1e-3
    assert [finding.error.code for finding in design.findings] == ["LR5014"]


@pytest.mark.parametrize(
    ("pattern", "across", "legs"),
    [(TransectPattern.SQUARE, None, 10 + 15), (TransectPattern.RECTANGULAR, 58.0, 10 + 5)],
)
def test_two_sets_lie_at_right_angles(pattern, across, legs):
    design = north(spacing=TransectSpacing(18.0, 2.0, pattern, across))
    assert len(design.legs) == legs
    assert {leg.set_number for leg in design.legs} == {1, 2}
    second = [leg.along.bearing_degrees % 180 for leg in design.legs if leg.set_number == 2]
    assert second == pytest.approx([90.0] * len(second), abs=0.01)
    assert design.covered_m2 < design.length_m * 2.0  # squares where swaths cross count once


def test_from_a_start_line_every_leg_begins_at_the_line():
    west, south, _east, _north = FIELD.bounds
    line = shapely.LineString([(west, south), (FIELD.bounds[2], south)])
    design = design_transects(GROUND, EVERY_20, start_line=line, offset_share=0.0)
    assert len(design.legs) == 10
    assert [leg.start[1] for leg in design.legs] == pytest.approx([south] * 10, abs=1e-6)
    first = GEOD.inv(west, south, *design.legs[0].start)[2]
    assert first == pytest.approx(1.0, abs=0.02)  # half a swath from the line's first end


def test_a_start_line_shorter_than_the_ground_takes_fewer_transects():
    west, south, _east, _north = FIELD.bounds
    lon, lat, _ = GEOD.fwd(west, south, 90.0, 60.0)
    design = design_transects(
        GROUND, EVERY_20, start_line=shapely.LineString([(west, south), (lon, lat)]), offset_share=0.0
    )
    assert len(design.legs) == 3


def test_a_seed_draws_the_offset_and_repeats_it():
    starts = [design_transects(GROUND, EVERY_20, bearing_degrees=0.0, seed=seed).legs[0].start for seed in (1, 1, 2)]
    assert starts[0] == starts[1] != starts[2]


def test_turning_points_are_named_in_walking_order():
    points = north().points_frame()
    assert list(points["name"][:4]) == ["T1", "T2", "T3", "T4"]
    assert points.crs.to_epsg() == 4326


def test_magnetic_bearings_need_the_declination():
    design = north()
    assert design.legs_frame()["bearing_magnetic"].isna().all()
    east = design.legs_frame(7.5)
    assert ((east["bearing_true"] - east["bearing_magnetic"]) % 360).to_numpy() == pytest.approx(7.5, abs=0.011)


@pytest.mark.parametrize(
    ("polygon", "problem"),
    [
        (shapely.Polygon(), "empty"),
        (None, "no polygon"),
        (shapely.LineString([(36, 48), (36.1, 48)]), "no polygon"),
        (shapely.Polygon([(36, 48), (36.1, 48.1), (36.1, 48), (36, 48.1)]), "Self-intersection"),
    ],
)
def test_ground_without_an_area_is_refused(polygon, problem):
    with pytest.raises(LandreleaseError, match=problem) as refused:
        survey_ground(polygon)
    assert refused.value.codes == ("LR5010",)


def test_ground_under_obstacles_is_refused():
    with pytest.raises(LandreleaseError, match="obstacles"):
        survey_ground(FIELD, [FIELD], 10.0)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"bearing_degrees": 360.0}, "LR5001"),
        ({"bearing_degrees": 0.0, "offset_share": 1.0}, "LR5001"),
        ({"bearing_degrees": 0.0, "least_leg_m": -1.0}, "LR5001"),
        ({"bearing_degrees": 0.0, "start_line": shapely.LineString([(36, 48), (36.1, 48)])}, "LR5001"),
        ({"start_line": shapely.LineString([(36, 48), (36, 48)])}, "LR5001"),
        ({"bearing_degrees": 0.0, "least_leg_m": 1e4}, "LR5011"),
    ],
)
def test_what_cannot_be_laid_is_refused(options, code):
    with pytest.raises(LandreleaseError) as refused:
        design_transects(GROUND, EVERY_20, **options)
    assert refused.value.codes == (code,)


def test_ground_between_two_transects_has_none_and_says_so():
    narrow = survey_ground(rectangle(5, 300))
    with pytest.raises(LandreleaseError, match=r"400 m apart.*5\.0 m wide") as refused:
        design_transects(narrow, TransectSpacing(398.0, 2.0), bearing_degrees=0.0, offset_share=0.5)
    assert refused.value.codes == ("LR5011",)
