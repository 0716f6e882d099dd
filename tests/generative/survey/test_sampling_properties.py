"""Sampling designs for any lot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from landrelease.survey.lots import chance_of_no_find
from landrelease.survey.remaining import ItemsPrior, confidence_in_at_most, prior_from_statement, share_to_survey
from landrelease.survey.sampling import SampleForm, accept_on_zero, confidence_of

units = st.integers(1, 200_000)
chances = st.floats(0.5, 0.999)
exact_forms = st.sampled_from([SampleForm.EXACT, SampleForm.EXACT_AT_SHARE])


@given(st.integers(1, 3_000), st.data())
def test_chance_of_no_find_is_the_hypergeometric(lot: int, data: st.DataObject) -> None:
    bad, sample = data.draw(st.integers(0, lot)), data.draw(st.integers(0, lot))
    assert chance_of_no_find(lot, bad, sample) == pytest.approx(hypergeom.pmf(0, lot, bad, sample), rel=1e-6, abs=1e-12)


@given(units, chances, chances, exact_forms)
def test_the_exact_sample_is_the_smallest(lot: int, confidence: float, share: float, form: SampleForm) -> None:
    design = accept_on_zero(lot, confidence, share, form)
    assert 1 <= design.sample <= lot
    assert design.attained >= confidence - 1e-9
    assert design.sample == 1 or confidence_of(lot, design.sample - 1, share, form) < confidence + 1e-9


@given(units, chances, chances, st.sampled_from(SampleForm))
def test_more_confidence_never_needs_fewer(lot: int, confidence: float, share: float, form: SampleForm) -> None:
    more = (1 + confidence) / 2
    assert accept_on_zero(lot, confidence, share, form).sample <= accept_on_zero(lot, more, share, form).sample


@given(units, chances, chances)
def test_the_approximation_is_close_where_several_units_may_be_bad(lot: int, confidence: float, share: float) -> None:
    approximate, exact = (
        accept_on_zero(lot, confidence, share, form) for form in (SampleForm.APPROXIMATE, SampleForm.EXACT_AT_SHARE)
    )
    if lot * (1 - share) >= 5:
        assert abs(approximate.sample - exact.sample) <= 0.25 * exact.sample + 2


@given(st.integers(1, 2_000), chances, chances, st.sampled_from(SampleForm))
def test_the_operating_characteristic_falls(lot: int, confidence: float, share: float, form: SampleForm) -> None:
    table = accept_on_zero(lot, confidence, share, form).characteristic().frame
    assert table["accepted"].is_monotonic_decreasing
    assert table["accepted"].between(0, 1).all()
    assert table["accepted"].iloc[0] == 1.0


@given(st.integers(0, 500), chances)
def test_the_share_to_survey_gives_its_confidence(most: int, confidence: float) -> None:
    assert confidence_in_at_most(most, share_to_survey(most, confidence)) == pytest.approx(confidence)


@given(st.integers(1, 200), st.floats(0.05, 0.95), st.floats(0.3, 5.0), st.floats(0, 1), st.integers(0, 50))
def test_survey_without_finds_lowers_and_finds_raise(
    most: int, chance: float, shape: float, share: float, found: int
) -> None:
    prior = prior_from_statement(most, chance, shape)
    assert prior.at_most(most) == pytest.approx(chance, abs=1e-6)
    assert prior.remaining(share).mean <= prior.mean + 1e-9
    assert prior.remaining(share, found).mean >= prior.remaining(share).mean - 1e-9


@given(st.floats(0.1, 10), st.floats(0, 0.99), st.floats(0, 1), st.floats(0, 1))
def test_two_surveys_are_one(shape: float, q: float, first: float, second: float) -> None:
    """Surveying a share and then a share of the rest is surveying their union."""
    twice = ItemsPrior(shape, q).remaining(first).remaining(second)
    once = ItemsPrior(shape, q).remaining(1 - (1 - first) * (1 - second))
    assert twice.q == pytest.approx(once.q, abs=1e-12)
