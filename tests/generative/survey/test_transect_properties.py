"""What holds of every transect design, chance, box survey and survey value."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.survey_ground import CORNER, disc, rectangle

from landrelease.survey.boxes import BoxResult, box_state, box_survey
from landrelease.survey.crossing import chance_to_cross, spacing_to_cross
from landrelease.survey.ground import survey_ground
from landrelease.survey.target import (
    TargetArea,
    TransectPattern,
    TransectSpacing,
    false_flag_chance,
    flag_count,
)
from landrelease.survey.transects import design_transects
from landrelease.survey.value import CountLook, StatedPrices, survey_value

metres = st.floats(1.0, 500.0)


@given(metres, metres, st.floats(0.0, 2_000.0), st.floats(0.1, 20.0))
def test_a_target_is_crossed_more_often_by_closer_transects_and_by_two_sets(one, other, gap, swath):
    target = TargetArea(max(one, other), min(one, other))
    parallel = TransectSpacing(gap, swath)
    chance = chance_to_cross(target, parallel)
    assert 0 < chance <= 1
    assert chance_to_cross(target, TransectSpacing(gap * 1.5, swath)) <= chance + 1e-12
    assert chance_to_cross(target, TransectSpacing(gap, swath, TransectPattern.SQUARE)) >= chance - 1e-12
    assert chance_to_cross(target, TransectSpacing(0.0, swath)) == pytest.approx(1.0)


@given(metres, metres, st.floats(0.05, 0.99), st.floats(0.1, 5.0), st.sampled_from(["parallel", "square"]))
def test_the_spacing_for_a_chance_gives_that_chance(one, other, chance, swath, pattern):
    target, wanted = TargetArea(max(one, other), min(one, other)), TransectSpacing(0, swath, TransectPattern(pattern))
    gap = spacing_to_cross(target, wanted, chance)
    assert chance_to_cross(target, wanted.scaled(gap)) == pytest.approx(chance, abs=1e-5)


@given(st.floats(0.0, 500.0), st.floats(0.001, 0.5))
def test_the_flag_count_is_the_smallest_below_the_significance(mean, significance):
    from scipy.stats import poisson

    count = flag_count(mean, significance)
    assert false_flag_chance(mean, significance) == poisson.sf(count - 1, mean) < significance
    assert count == 0 or poisson.sf(count - 2, mean) >= significance


@settings(max_examples=30)
@given(
    st.floats(40.0, 600.0), st.floats(40.0, 600.0), st.floats(2.0, 60.0), st.floats(0.5, 6.0), st.floats(0.0, 359.0),
    st.integers(0, 1_000), st.sampled_from(["parallel", "square"]), st.booleans(),
)  # fmt: skip
def test_legs_lie_on_the_ground_and_their_swaths_add_up(width, height, gap, swath, bearing, seed, pattern, pond):
    obstacles = [disc(width / 2, height / 2, min(width, height) / 5)] if pond else []
    ground = survey_ground(rectangle(width, height), obstacles)
    spacing = TransectSpacing(min(gap, min(width, height) / 2), swath, TransectPattern(pattern))
    design = design_transects(ground, spacing, bearing_degrees=bearing, seed=seed)
    inside = ground.walkable.buffer(1e-6)
    assert all(inside.covers(line) for line in design.lines)
    assert design.length_m == pytest.approx(sum(line.length for line in design.lines), rel=1e-5)
    assert design.covered_m2 <= design.length_m * swath * (1 + 1e-6)
    assert 0 < design.covered_share <= 1 + 1e-9
    assert [leg.number for leg in design.legs] == list(range(1, len(design.legs) + 1))
    for leg, after in zip(design.legs, design.legs[1:], strict=False):
        assert leg.onward is not None
        assert leg.end != after.start or leg.onward.length_m == 0


@settings(max_examples=5)
@given(st.integers(0, 10_000))
def test_random_offsets_cover_every_place_with_the_same_chance(seed):
    """Share of offsets that cover the field's middle: swath / (gap + swath), over 60 offsets."""
    ground = survey_ground(rectangle(200, 300))
    middle = ground.outline.centroid
    hits = [
        design_transects(ground, TransectSpacing(15, 5), bearing_degrees=0.0, seed=60 * seed + n)
        .swaths()
        .contains(middle)
        for n in range(60)
    ]
    assert np.mean(hits) == pytest.approx(0.25, abs=4.5 * math.sqrt(0.25 * 0.75 / 60))


boxes = st.tuples(st.integers(-3, 3), st.integers(-3, 3))
results = st.dictionaries(boxes, st.sampled_from(list(BoxResult)), max_size=30)


@given(results, st.sampled_from([25.0, 50.0, 80.0]))
def test_a_complete_survey_searched_every_box_within_fade_out_of_evidence(told, fade_out):
    survey = box_survey([CORNER], 50.0, fade_out)
    state = box_state(survey, told.items())
    hit = [survey.shape(box) for box, result in told.items() if result is BoxResult.EVIDENCE]
    for box, status in state.status.items():
        assert status.value == (told[box].value if box in told else "due")
    near = shapely.union_all(hit).buffer(fade_out - 1e-6, join_style="mitre") if hit else shapely.Polygon()
    known = shapely.union_all([survey.shape(box) for box in state.status])
    assert near.difference(known.buffer(1e-6)).area < 1e-3
    assert state.complete == all(box in told and told[box] is not BoxResult.NOT_ACCESSIBLE for box in state.status)


@given(
    st.lists(st.floats(0.0, 20.0), min_size=1, max_size=8), st.floats(0.0, 1.0), st.floats(0.0, 1.0),
    st.floats(0.0, 10.0), st.floats(0.0, 1e5), st.floats(0.0, 5e3), st.floats(0.0, 1.0),
)  # fmt: skip
def test_looking_never_loses_before_its_cost(means, share, chance, area_price, loss, team_day, clears):
    prices = StatedPrices(area_price, loss, team_day, 500.0, 300.0, 4_000.0)
    found = survey_value(means, 5_000.0, prices, CountLook(share, chance), clears)
    scale = 1 + area_price * 5_000 + loss * 20 + team_day * 10
    assert found.gain >= -1e-9 * scale
    assert -1e-12 <= found.changes <= 1 + 1e-9
