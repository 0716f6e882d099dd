"""What an audit goes by, what it computes, and what it leaves open."""

import math

import pytest
from tests.samples.claims import held

from landrelease.claims.audit import audit_claim, combined
from landrelease.claims.comparing import fit_of
from landrelease.claims.wording import figure, rounded, span, times
from landrelease.errors import LandreleaseError
from landrelease.profile import load_profile, parse_profile
from landrelease.quality.accidents.rates import garwood
from landrelease.terms import ClaimDefinition, ClaimMeasure, FigureBound, Fit

PROFILE = load_profile()
EXACT, ABOUT, LEAST, MOST = FigureBound.EXACT, FigureBound.ABOUT, FigureBound.AT_LEAST, FigureBound.AT_MOST


def audited(*claims, **assumed):
    return audit_claim(claims[0], claims, PROFILE, assumed)


def rows(made, measure):
    return [row for row in made.rows if row.measure is measure]


COUNTS = [
    # count, exact 95 % bounds of the mean (Garwood's table)
    (0, 0.0, 3.69),
    (1, 0.025, 5.57),
    (9, 4.12, 17.08),
    (100, 81.36, 121.63),
]


@pytest.mark.parametrize(("count", "low", "high"), COUNTS)
def test_exact_bounds_of_a_count(count, low, high):
    assert garwood(count, 0.95) == pytest.approx((low, high), abs=0.006)


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        (EXACT, [EXACT], EXACT),
        (LEAST, [EXACT], LEAST),
        (EXACT, [MOST], LEAST),
        (EXACT, [LEAST], MOST),
        (LEAST, [MOST, EXACT], LEAST),
        (LEAST, [LEAST], ABOUT),
        (EXACT, [ABOUT, MOST], ABOUT),
        (ABOUT, [EXACT], ABOUT),
    ],
)
def test_how_exactly_a_ratio_is_known(above, below, whole):
    assert combined(above, *below) is whole


@pytest.mark.parametrize(
    ("low", "high", "fit"),
    [
        (1, 2, Fit.BELOW),
        (1, 3, Fit.WITHIN),
        (4, 5, Fit.WITHIN),
        (6, 9, Fit.WITHIN),
        (6.1, 9, Fit.ABOVE),
        (1, 9, Fit.WITHIN),
    ],
)
def test_where_a_span_lies(low, high, fit):
    assert fit_of(low, high, 3, 6) is fit


def test_figures_of_the_claim_itself_come_first():
    own, other = held(1, area_m2=1_000_000, people=10, days=10), held(2, area_m2=9_000_000, people=99)
    made = audited(own, other)
    assert [one.value for one in made.given if one.name in ("area_m2", "people")] == [1_000_000, 10]


def test_missing_figures_come_from_others_on_the_subject_and_are_named_as_theirs():
    own, other = held(1, area_m2=1_000_000), held(2, people=10, days=10, speaker="operator")
    foreign = held(3, deaths=4, subject="province:south")
    made = audited(own, other, foreign)
    assert {(one.name, one.speaker) for one in made.given} == {
        ("area_m2", "ministry"), ("people", "operator"), ("days", "operator"),
    }  # fmt: skip


def test_where_others_differ_nothing_is_merged():
    made = audited(held(1, area_m2=1_000_000, days=10), held(2, people=10), held(3, people=20))
    (row,) = rows(made, ClaimMeasure.AREA_A_PERSON_DAY)
    assert (row.value, row.low, row.high) == (None, 5_000, 10_000)


def test_assumptions_take_the_place_of_what_was_said_and_are_shown():
    made = audited(held(1, area_m2=1_000_000, people=10, days=10), people=[100], days=[5, 10])
    assert [row.value for row in rows(made, ClaimMeasure.AREA_A_PERSON_DAY)] == [2_000, 1_000]
    assert {one.speaker for one in made.given if one.name in ("people", "days")} == {""}


def test_deaths_go_by_the_days_that_were_given_with_them():
    made = audited(held(1, area_m2=1_000_000, people=1_000, days=90), held(2, deaths=9, days=120))
    (row,) = rows(made, ClaimMeasure.DEATHS_A_1000_PERSON_YEARS)
    assert row.value == pytest.approx(9 / (1_000 * 120 / 365.25) * 1_000)


def test_no_deaths_still_have_an_upper_bound():
    made = audited(held(1, area_m2=1_000_000, items=500, people=100, days=100, deaths=0))
    (row,) = rows(made, ClaimMeasure.DEATHS_A_1000_PERSON_YEARS)
    assert (row.value, row.low) == (0, 0)
    assert row.high > 100
    (row,) = rows(made, ClaimMeasure.ITEMS_A_DEATH)
    assert (row.value, math.isinf(row.high)) == (None, True)


@pytest.mark.parametrize(
    ("fields", "possible"),
    [
        ({"area_m2": 20_000, "people": 10, "days": 100}, {"cleared", "certified"}),
        ({"area_m2": 400_000, "people": 10, "days": 100}, {"reduced"}),
        ({"area_m2": 4_000_000, "people": 10, "days": 100}, {"searched"}),
        ({"area_m2": 10_000_000, "people": 10, "days": 100}, {"inspected", "searched"}),
        ({"area_m2": 10**9, "people": 10, "days": 10}, set()),
    ],
)
def test_definitions_follow_from_the_rate(fields, possible):
    made = audited(held(1, **fields))
    within = {one.definition.value for one in made.definitions if one.fit is Fit.WITHIN}
    assert within == possible
    assert all(one.possible is (one.fit is not Fit.ABOVE) for one in made.definitions)


def test_items_that_fill_the_day_rule_out_clearance():
    made = audited(held(1, area_m2=20_000, items=100_000, people=10, days=100))
    possible = {one.definition: one.possible for one in made.definitions}
    assert not possible[ClaimDefinition.CLEARED]
    assert possible[ClaimDefinition.INSPECTED]


def test_without_people_the_definitions_stay_open():
    made = audited(held(1, area_m2=1_000_000, items=100))
    assert {one.possible for one in made.definitions} == {None}
    assert [row.value for row in rows(made, ClaimMeasure.ITEMS_A_HECTARE)] == [1.0]


@pytest.mark.parametrize("fields", [{}, {"area_m2": 5}, {"people": 5, "days": 5}, {"deaths": 3}])
def test_what_gives_no_ratio_is_refused(fields):
    with pytest.raises(LandreleaseError, match="LR3304"):
        audited(held(1, **fields))


def test_a_plausible_claim_is_read_as_such():
    text = " ".join(audited(held(1, area_m2=20_000, items=40, people=10, days=100, deaths=0)).reading)
    assert "do not rule out clearance" in text
    assert "count all munitions" not in text
    assert "changes no land" in text


def test_what_nothing_makes_possible_is_asked_again():
    assert "ask again" in " ".join(audited(held(1, area_m2=10**10, people=10, days=10)).reading)


def test_the_wounded_are_named_where_nobody_counted_them():
    made = audited(held(1, area_m2=10**6, people=10, days=9), held(2, deaths=2, wounded_counted=False))
    assert "The wounded are not counted." in made.reading


def test_a_country_sets_its_own_comparisons():
    text = PROFILE.text.replace("low = 328, high = 328", "low = 20000, high = 30000")
    made = audit_claim(held(1, area_m2=4_000_000, people=10, days=100), (), parse_profile(text))
    assert next(one.possible for one in made.definitions if one.definition is ClaimDefinition.CLEARED)


@pytest.mark.parametrize(
    "change",
    [
        ("low = 328, high = 328", "low = 328, high = 327"),
        ("low = 328, high = 328", "low = 328"),
        ('rate = "manual_m2_a_deminer"', 'rate = "manual"'),
        ('rate = "manual_m2_a_deminer"', 'rate = "manual_m2_a_deminer", low = 3, high = 4'),
        ('mark = "M"', 'mark = "X"'),
        ("apart_share = 10", "apart_share = 1"),
    ],
)
def test_a_comparison_that_cannot_be_is_refused(change):
    with pytest.raises(LandreleaseError, match="LR0001"):
        parse_profile(PROFILE.text.replace(*change))


def test_a_profile_from_before_there_were_claims_is_read_with_the_defaults():
    head, _, tail = PROFILE.text.partition("[claims]")
    assert parse_profile(head + "[publication]" + tail.partition("[publication]")[2]).claims == PROFILE.claims


@pytest.mark.parametrize(
    ("value", "text"),
    [(4711.1, "4,711"), (52.0, "52"), (35.377, "35.4"), (0.02123, "0.0212"), (0, "0"), (1_500_000, "1,500,000"),
     (float("inf"), "∞"), (999.6, "1000")],
)  # fmt: skip
def test_figures_are_written_to_three_digits(value, text):
    assert figure(value) == text


def test_ranges_are_written_once_where_they_read_the_same():
    assert (span(3, 4.5), span(5, 5), times(70.66, 471.1), times(33.3, 33.31)) == ("3 to 4.50", "5", "71 to 470", "33")
    assert (rounded(166_666.7), rounded(0), rounded(364_512)) == ("167,000", "0", "365,000")
