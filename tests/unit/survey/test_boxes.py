"""Box-by-box survey around evidence points."""

import itertools

import pytest
import shapely
from tests.samples.survey_ground import CORNER, FIELD, place

from landrelease.errors import LandreleaseError
from landrelease.survey.boxes import BoxResult, BoxStatus, box_state, box_survey

HIT, MISS, CLOSED = BoxResult.EVIDENCE, BoxResult.NOTHING, BoxResult.NOT_ACCESSIBLE
ONE = box_survey([CORNER], 50.0, 50.0)
RING = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]


def around(box, rings=1):
    steps = range(-rings, rings + 1)
    return {(box[0] + i, box[1] + j) for i in steps for j in steps}


def test_at_first_the_box_of_the_evidence_and_its_ring_are_due():
    state = box_state(ONE)
    assert set(state.due) == around((0, 0))
    assert state.due[0] == (0, 0)
    assert not state.complete
    assert state.confirmed.is_empty


def test_nothing_in_the_box_and_its_ring_completes_the_survey():
    state = box_state(ONE, [(box, MISS) for box in RING])
    assert state.complete
    assert state.due == []


def test_evidence_makes_its_neighbours_due():
    state = box_state(ONE, [(box, MISS) for box in RING if box != (1, 0)] + [((1, 0), HIT)])
    assert set(state.due) == {(2, -1), (2, 0), (2, 1)}
    assert not state.complete
    done = box_state(
        ONE, [*((box, HIT if box == (1, 0) else MISS) for box in RING), *(((2, j), MISS) for j in (-1, 0, 1))]
    )
    assert done.complete


def test_confirmed_ground_is_the_boxes_with_evidence_and_the_fade_out_around():
    state = box_state(ONE, [((0, 0), HIT)])
    assert state.confirmed.area == pytest.approx(150.0**2)
    two = box_state(ONE, [((0, 0), HIT), ((1, 0), HIT)])
    assert two.confirmed.area == pytest.approx(150.0 * 200.0)


@pytest.mark.parametrize(
    ("box_m", "fade_out_m", "rings"), [(50, 50, 1), (50, 51, 2), (25, 50, 2), (50, 100, 2), (100, 50, 1)]
)
def test_rings_reach_as_far_as_the_fade_out(box_m, fade_out_m, rings):
    survey = box_survey([CORNER], box_m, fade_out_m)
    assert survey.rings == rings
    assert set(box_state(survey).due) == around((0, 0), rings)


def test_the_order_of_results_does_not_matter():
    results = [((0, 0), HIT), ((1, 0), HIT), ((2, 0), MISS)]
    states = [box_state(ONE, each).status for each in itertools.permutations(results)]
    assert all(state == states[0] for state in states)


def test_a_box_that_nobody_can_enter_stays_open():
    state = box_state(ONE, [(box, CLOSED if box == (1, 1) else MISS) for box in RING])
    assert state.due == []
    assert not state.complete
    assert state.status[(1, 1)] is BoxStatus.NOT_ACCESSIBLE


def test_a_second_evidence_point_starts_boxes_of_its_own():
    survey = box_survey([CORNER, place(500, 0)], 50.0, 50.0)
    assert survey.evidence == {(0, 0), (10, 0)}
    assert set(box_state(survey).due) == around((0, 0)) | around((10, 0))


def test_a_point_within_half_a_side_is_in_the_middle_box():
    survey = box_survey([CORNER, place(24, 24), place(26, 0)], 50.0, 50.0)
    assert survey.evidence == {(0, 0), (1, 0)}


def test_boxes_outside_the_ground_are_never_due():
    survey = box_survey([CORNER], 50.0, 50.0, within=FIELD)  # the corner: a quarter of the boxes
    assert set(box_state(survey).due) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    state = box_state(survey, [((0, 0), HIT)])
    assert state.confirmed.area == pytest.approx(75.0**2, rel=1e-4)


def test_the_frame_has_squares_of_the_right_size():
    frame = box_state(ONE, [((0, 0), HIT)]).frame()
    assert list(frame.columns) == ["column", "row", "status", "box_m", "geometry"]
    assert frame.to_crs(ONE.crs).area.to_numpy() == pytest.approx(2_500.0, rel=1e-6)
    middle = frame[(frame["column"] == 0) & (frame["row"] == 0)]
    assert middle.iloc[0].geometry.contains(shapely.Point(CORNER))
    assert middle.iloc[0]["status"] == "evidence"


def test_the_same_result_twice_is_one_and_two_different_ones_are_refused():
    assert box_state(ONE, [((0, 0), HIT), ((0, 0), HIT)]).status == box_state(ONE, [((0, 0), HIT)]).status
    with pytest.raises(LandreleaseError) as refused:
        box_state(ONE, [((0, 0), HIT), ((0, 0), MISS)])
    assert refused.value.codes == ("LR5018",)


def test_a_result_outside_the_ground_is_refused():
    with pytest.raises(LandreleaseError) as refused:
        box_state(box_survey([CORNER], 50.0, 50.0, within=FIELD), [((-9, 0), MISS)])
    assert refused.value.codes == ("LR5018",)


@pytest.mark.parametrize(
    ("evidence", "box_m", "fade_out_m"),
    [([], 50, 50), ([CORNER], 0, 50), ([CORNER], 50, 0), ([CORNER], -5, 50), ([(float("nan"), 1.0)], 50, 50)],
)
def test_bad_input_is_refused(evidence, box_m, fade_out_m):
    with pytest.raises(LandreleaseError) as refused:
        box_survey(evidence, box_m, fade_out_m)
    assert refused.value.codes == ("LR5001",)
