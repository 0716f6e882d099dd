"""Items that remain: the priors, what a survey teaches, refusals."""

import pytest

from landrelease.errors import LandreleaseError
from landrelease.survey.remaining import (
    ItemsPrior,
    assumptions,
    confidence_in_at_most,
    prior_from_statement,
    share_to_survey,
    share_to_survey_informed,
    survey_units,
)


@pytest.mark.parametrize(("surveyed", "wanted"), [(0.0, 0.0), (0.5, 0.5), (0.9, 0.9), (1.0, 1.0)])
def test_confidence_in_none(surveyed: float, wanted: float) -> None:
    assert confidence_in_at_most(0, surveyed) == pytest.approx(wanted)


@pytest.mark.parametrize("shape", [0.5, 1.0, 2.0, 5.0])
def test_the_prior_says_what_was_stated(shape: float) -> None:
    prior = prior_from_statement(20, 0.75, shape)
    assert prior.at_most(20) == pytest.approx(0.75)
    assert prior.bound(0.75) in (20, 21)


def test_a_full_survey_leaves_nothing() -> None:
    left = prior_from_statement(20, 0.75).remaining(1.0, found=7)
    assert (left.mean, left.bound(0.99)) == (0.0, 0)


def test_no_survey_teaches_nothing() -> None:
    prior = prior_from_statement(20, 0.75)
    assert prior.remaining(0.0) == prior


@pytest.mark.parametrize(("found", "wanted"), [(0, 2 * 0.4 / 0.6), (10, 12 * 0.4 / 0.6)])
def test_finds_raise_what_remains(found: int, wanted: float) -> None:
    """NegBin(2 + k, .8 x .5): mean (2 + k) .4 / .6."""
    assert ItemsPrior(2.0, 0.8).remaining(0.5, found).mean == pytest.approx(wanted)


def test_a_certain_prior_needs_no_survey() -> None:
    assert share_to_survey_informed(ItemsPrior(2.0, 0.0), 50, 0.99) == 0.0


@pytest.mark.parametrize(("share", "units"), [(0.0, 0), (0.1, 1), (0.25, 3), (1.0, 10)])
def test_whole_units(share: float, units: int) -> None:
    assert survey_units(share, 1_000.0, 100.0) == units


def test_assumptions_are_told() -> None:
    assert any("random" in text for text in assumptions())


REFUSED = [
    (lambda: share_to_survey(-1, 0.95), "LR5001"),
    (lambda: share_to_survey(5, 1.0), "LR5001"),
    (lambda: prior_from_statement(20, 0.75, 0.0), "LR5003"),
    (lambda: prior_from_statement(20, 0.75, -2.0), "LR5003"),
    (lambda: ItemsPrior(2.0, 1.0), "LR5001"),
    (lambda: ItemsPrior(0.0, 0.5), "LR5001"),
    (lambda: ItemsPrior(2.0, 0.5).remaining(1.5), "LR5001"),
    (lambda: ItemsPrior(2.0, 0.5).remaining(0.5, -1), "LR5001"),
    (lambda: survey_units(0.5, 0.0, 1.0), "LR5001"),
]


@pytest.mark.parametrize(("make", "code"), REFUSED)
def test_bad_input(make, code: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError, match=code):
        make()
