"""What was found against the design."""

import pytest

from landrelease.errors import LandreleaseError
from landrelease.hazard.chances import chance_from_trial
from landrelease.survey.combined import combine
from landrelease.survey.design_text import design_from_values, design_to_values
from landrelease.survey.discovery import discover
from landrelease.survey.sampling import accept_on_zero
from landrelease.survey.verdict import SampleOutcome, SampleResult, check_sample_accepted, judge_sample

SEEN = chance_from_trial(59, 60)
ACCEPT = accept_on_zero(1_000, 0.95, 0.99)
DISCOVER = discover(1_000, 0.02, 0.95, SEEN)
COMBINED = combine(1_000, 60, 0.95, 0.99, 4.0, SEEN)
ALL = {"accept": ACCEPT, "discover": DISCOVER, "combined": COMBINED}


def done(design, **changes):
    targets = getattr(design, "targeted", 0)
    return SampleResult(**({"inspected": design.sample - targets, "targeted": targets} | changes))


@pytest.mark.parametrize("design", ALL.values(), ids=ALL.keys())
class TestVerdicts:
    def test_nothing_found(self, design):
        verdict = judge_sample(design, done(design, seeds=3, seeds_found=3))
        assert verdict.accepted
        assert verdict.attained == pytest.approx(design.attained)
        assert "All 3 seeded items were found." in verdict.reason
        assert "not a statement that the ground is free" in verdict.reason
        assert check_sample_accepted(design, done(design)).accepted

    def test_one_item_rejects(self, design):
        verdict = judge_sample(design, done(design, items=1))
        assert (verdict.outcome, verdict.attained) == (SampleOutcome.REJECTED, 0.0)
        with pytest.raises(LandreleaseError, match="LR5043"):
            check_sample_accepted(design, done(design, items=1))

    @pytest.mark.parametrize("items", [0, 4])
    def test_a_seed_not_found_fails_whatever_else_was_found(self, design, items):
        result = done(design, items=items, seeds=5, seeds_found=4)
        assert judge_sample(design, result).outcome is SampleOutcome.FAILED
        with pytest.raises(LandreleaseError, match="LR5042"):
            check_sample_accepted(design, result)

    def test_units_left_out(self, design):
        result = done(design, inspected=done(design).inspected - 1)
        verdict = judge_sample(design, result)
        assert verdict.outcome is SampleOutcome.INCOMPLETE
        assert verdict.attained < design.attained
        with pytest.raises(LandreleaseError, match="LR5044"):
            check_sample_accepted(design, result)

    def test_more_units_than_the_lot(self, design):
        with pytest.raises(LandreleaseError, match="LR5040"):
            judge_sample(design, SampleResult(1_001))

    def test_a_design_travels_as_text(self, design):
        again = design_from_values(design_to_values(design))
        assert again == design
        assert judge_sample(again, done(design)) == judge_sample(design, done(design))


def test_targets_left_out_are_not_made_up_by_random_units():
    result = SampleResult(COMBINED.random + 60, targeted=0)
    assert judge_sample(COMBINED, result).outcome is SampleOutcome.INCOMPLETE


def test_without_seeds_it_is_said():
    assert "LR5050" in [finding.error.code for finding in judge_sample(ACCEPT, done(ACCEPT)).findings]


@pytest.mark.parametrize(
    "wrong", [{"inspected": -1}, {"items": -1}, {"seeds": -1}, {"seeds_found": 1}, {"targeted": -1}]
)
def test_results_that_cannot_be(wrong):
    with pytest.raises(LandreleaseError, match=r"LR5001|LR5049"):
        SampleResult(**({"inspected": 1} | wrong))


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {"format": "landrelease-sample/2"},
        {"format": "landrelease-sample/1", "design": "guess"},
        design_to_values(ACCEPT) | {"units": 10.5},
        design_to_values(ACCEPT) | {"form": "hopeful"},
        design_to_values(ACCEPT) | {"more": 1},
        {"format": "landrelease-sample/1", "design": "discovery"},
    ],
)
def test_a_text_that_is_no_design(wrong):
    with pytest.raises(ValueError):
        design_from_values(wrong)
