"""Standards 6.4: what a share of the ground inspected finds of missed items; methods A1, seeds and detectors."""

import pytest

from landrelease.survey.remaining import share_to_survey
from landrelease.survey.remaining_design import RemainingDesign
from landrelease.survey.sampling import SampleForm, accept_on_zero
from landrelease.survey.verdict import SampleOutcome, SampleResult, judge_sample


@pytest.mark.parametrize(("missed", "wanted"), [(1, 10), (5, 41), (10, 65)])
def test_a_tenth_of_the_ground(missed, wanted):
    """1 - (1 - f)^k at f = 10 %."""
    assert round(100 * RemainingDesign(missed - 1, 0.95, 0.1).caught(missed).value) == wanted


@pytest.mark.parametrize(("missed", "wanted"), [(1, 4_750), (5, 2_253), (20, 695)])
def test_ground_to_inspect_in_a_lot_of_5000_m2(missed, wanted):
    """95 % assurance of catching any of so many missed items; whole m², cut off."""
    share = share_to_survey(missed - 1, 0.95)
    assert int(5_000 * share + 1e-6) == wanted
    assert RemainingDesign(missed - 1, 0.95, share).caught(missed).value == pytest.approx(0.95)


def test_seeds_not_all_found_fail_whatever_else_is_found():
    """Methods A1: the verification fails."""
    design = accept_on_zero(23_029, 0.99, 0.99)
    for items in (0, 1):
        verdict = judge_sample(design, SampleResult(454, items, seeds=10, seeds_found=9))
        assert verdict.outcome is SampleOutcome.FAILED


def test_one_item_found_rejects_the_lot():
    assert judge_sample(accept_on_zero(23_029, 0.99, 0.99), SampleResult(454, 1)).outcome is SampleOutcome.REJECTED


@pytest.mark.parametrize(
    ("bad_form", "wanted"), [(SampleForm.EXACT_AT_SHARE, (230, 455)), (SampleForm.EXACT, (231, 453))]
)
def test_t1_is_not_the_exact_hypergeometric(bad_form, wanted):
    """Note to T1: 455 with 230 bad units, 453 with 231."""
    design = accept_on_zero(23_029, 0.99, 0.99, bad_form)
    assert (design.bad_units, design.sample) == wanted
