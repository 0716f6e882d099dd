"""Designs beside accept on zero: discovery, combined, parcels, remaining, seeds; each with its words and its curve."""

import numpy as np
import pytest
from scipy.stats import nchypergeom_fisher

from landrelease.errors import LandreleaseError
from landrelease.hazard.chances import ChanceToSee, chance_from_trial
from landrelease.survey.combined import CombinedDesign, Odds, chance_unseen_with_targets, combine, odds_of_targets
from landrelease.survey.designs import effective
from landrelease.survey.discovery import DiscoveryDesign, discover
from landrelease.survey.lots import chance_of_no_find, chance_unseen
from landrelease.survey.parcels import presumptively_clean
from landrelease.survey.remaining import ItemsPrior, prior_from_statement, share_to_survey_informed
from landrelease.survey.remaining_design import remaining_design
from landrelease.survey.sampling import SampleForm, accept_on_zero
from landrelease.survey.seeds import chance_from_seeds, seeds_for, seeds_to_place

TRIAL = chance_from_trial(29, 30)
PRIOR = prior_from_statement(20, 0.75)
DESIGNS = {
    "accept": accept_on_zero(1_000, 0.95, 0.99),
    "accept, detector": accept_on_zero(1_000, 0.95, 0.99, SampleForm.EXACT, TRIAL),
    "discovery": discover(1_000, 0.02, 0.9, TRIAL),
    "combined": combine(1_000, 50, 0.95, 0.99, Odds(8.0, 3.0, 20.0), TRIAL),
    "parcels": presumptively_clean(250_000.0, 250.0, 0.95, 0.99, width_m=2.0, length_m=50.0, seen=TRIAL),
    "remaining": remaining_design(50, 0.95, seen=TRIAL),
    "remaining, belief": remaining_design(50, 0.995, PRIOR, TRIAL),
    "seeds": seeds_for(0.95, 0.95),
}


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS.keys())
def test_every_design_states_itself(design):
    """A title, a statement, assumptions, and a curve that begins at acceptance and falls (seeds: rises with sight)."""
    frame = design.characteristic().frame
    order = frame["accepted"] if "seed" not in design.title else frame["accepted"][::-1]
    assert design.title
    assert design.statement.endswith(".")
    assert len(design.assumptions) >= 3
    assert order.iloc[0] == 1.0
    assert order.is_monotonic_decreasing
    assert (frame["accepted_low"] <= frame["accepted"] + 1e-12).all()
    assert (frame["accepted"] <= frame["accepted_high"] + 1e-12).all()


@pytest.mark.parametrize("design", [each for name, each in DESIGNS.items() if name != "seeds"])
def test_the_trial_is_told_with_its_interval(design):
    said = " ".join(design.assumptions)
    assert ("29 of 30 found" in said) == (design is not DESIGNS["accept"])


@pytest.mark.parametrize("make", [
    lambda seen: accept_on_zero(1_000, 0.95, 0.99, seen=seen).sample,
    lambda seen: accept_on_zero(1_000, 0.95, 0.99, SampleForm.EXACT, seen).sample,
    lambda seen: discover(1_000, 0.01, 0.95, seen).sample,
    lambda seen: combine(1_000, 50, 0.95, 0.99, 5.0, seen).random,
    lambda seen: presumptively_clean(25e4, 250.0, 0.95, 0.99, width_m=2.0, length_m=50.0, seen=seen).transects,
    lambda seen: remaining_design(50, 0.95, seen=seen).share,
])  # fmt: skip
def test_who_sees_less_inspects_more(make):
    """On every design, and the lower end of the trial's interval is what counts."""
    perfect, good, poor = make(ChanceToSee(1.0)), make(ChanceToSee(0.9)), make(ChanceToSee(0.7))
    assert perfect < good < poor
    assert make(ChanceToSee(0.9, 0.02, 0.7, 0.95)) == poor


def test_accept_on_zero_with_a_detector_that_misses_reaches_its_confidence():
    design = DESIGNS["accept, detector"]
    assert design.attained >= 0.95
    assert design.caught(11).low == pytest.approx(design.attained)
    assert design.caught(11).low < design.caught(11).value < design.caught(11).high


def test_a_confidence_that_the_detector_cannot_give():
    with pytest.raises(LandreleaseError, match="LR5041"):
        accept_on_zero(50, 0.95, 0.99, seen=ChanceToSee(0.5))
    with pytest.raises(LandreleaseError, match="LR5041"):
        accept_on_zero(50, 0.95, 0.99, SampleForm.EXACT, ChanceToSee(0.0))
    with pytest.raises(LandreleaseError, match="LR5041"):
        remaining_design(0, 0.95, seen=ChanceToSee(0.9))


# Discovery


@pytest.mark.parametrize(("units", "bad_share", "confidence"), [(1_000, 0.01, 0.95), (200, 0.1, 0.9), (5, 0.1, 0.5)])
def test_discovery_reads_the_hypergeometric_the_other_way(units, bad_share, confidence):
    design = discover(units, bad_share, confidence)
    missed = [chance_of_no_find(units, design.bad_units, size) for size in (design.sample, design.sample - 1)]
    assert missed[0] <= 1 - confidence < missed[1]
    assert design.attained == pytest.approx(1 - missed[0])


def test_discovery_of_a_sample_that_is_given():
    assert DiscoveryDesign(1_000, 100, 10).attained == pytest.approx(1 - chance_of_no_find(1_000, 10, 100))
    with pytest.raises(LandreleaseError, match="LR5040"):
        DiscoveryDesign(100, 101, 1)
    with pytest.raises(LandreleaseError, match="LR5040"):
        DiscoveryDesign(100, 10, 101)


# Combined


@pytest.mark.parametrize("odds", [0.2, 1.0, 3.0, 50.0])
@pytest.mark.parametrize("seen", [0.8, 1.0])
def test_combined_against_the_noncentral_law(odds, seen):
    """60 units, 12 targeted, 10 random, 7 bad: the sum written out with scipy's law."""
    inside = np.arange(8)
    law = nchypergeom_fisher(60, 7, 12, odds).pmf(inside)
    wanted = sum(p * (1 - seen) ** j * chance_unseen(48, 7 - j, 10, seen) for j, p in zip(inside, law, strict=True))
    assert chance_unseen_with_targets(60, 12, 10, 7, odds, seen) == pytest.approx(wanted, rel=1e-7)


@pytest.mark.parametrize("seen", [0.8, 1.0])
def test_at_odds_of_one_a_target_counts_as_a_random_unit(seen):
    assert chance_unseen_with_targets(500, 40, 60, 9, 1.0, seen) == pytest.approx(chance_unseen(500, 9, 100, seen))


def test_at_odds_of_nought_only_the_random_units_count():
    assert chance_unseen_with_targets(500, 40, 60, 9, 0.0, 1.0) == pytest.approx(chance_unseen(460, 9, 60))
    assert chance_unseen_with_targets(500, 490, 0, 20, 0.0, 1.0) == 0.0


def test_odds_from_a_share():
    """Half of the bad lies in a tenth of the units: odds of nine, and one bad unit is caught by a half."""
    odds = odds_of_targets(ChanceToSee(0.5), 10, 100)
    assert odds.value == pytest.approx(9.0)
    assert 1 - chance_unseen_with_targets(100, 10, 0, 1, odds.value, 1.0) == pytest.approx(0.5)
    with pytest.raises(LandreleaseError, match="LR5040"):
        odds_of_targets(ChanceToSee(0.5), 0, 100)


def test_targets_save_random_units_and_never_quietly():
    alone, with_targets = combine(1_000, 0, 0.95, 0.99), combine(1_000, 100, 0.95, 0.99, 10.0)
    assert with_targets.sample < alone.sample == accept_on_zero(1_000, 0.95, 0.99, SampleForm.EXACT).sample
    assert [finding.error.code for finding in with_targets.findings] == ["LR5047"]
    assert alone.findings == ()
    assert with_targets.attained_whatever_the_targets < 0.95 <= with_targets.attained
    assert "no parity" in " ".join(with_targets.assumptions)


def test_the_design_is_made_for_the_lower_end_of_the_odds():
    assert combine(1_000, 50, 0.95, 0.99, Odds(8, 3, 20)).random == combine(1_000, 50, 0.95, 0.99, 3.0).random


def test_bad_units_that_a_clean_sample_leaves_possible():
    """Every number equally likely, half of 10 units seen: P(B = b) ~ C(10-b, 5)."""
    weights = np.array([chance_of_no_find(10, bad, 5) for bad in range(11)])
    shares = np.cumsum(weights) / weights.sum()
    design = CombinedDesign(10, 0, 5, 1, 0.5)
    assert [design.bad_after(level) for level in (0.5, 0.9, 0.99)] == [
        int(np.argmax(shares >= level)) for level in (0.5, 0.9, 0.99)
    ]
    assert design.bad_after(0.9, ItemsPrior(1.0, 0.05)) <= design.bad_after(0.9)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: combine(100, 101, 0.9, 0.9), "LR5040"),
        (lambda: combine(100, 10, 1.0, 0.9), "LR5001"),
        (lambda: combine(100, 10, 0.9, 0.0), "LR5001"),
        (lambda: combine(100, -1, 0.9, 0.9), "LR5001"),
        (lambda: combine(100, 10, 0.9, 0.9, -1.0), "LR5001"),
        (lambda: combine(100, 10, 0.9, 0.9, Odds(1, 2, 3)), "LR5001"),
        (lambda: combine(100, 10, 0.999, 0.99, 1.0, ChanceToSee(0.5)), "LR5041"),
        (lambda: CombinedDesign(100, 60, 50, 1, 0.9), "LR5040"),
        (lambda: discover(100, 0.0, 0.9), "LR5001"),
        (lambda: discover(100, 0.1, 1.0), "LR5001"),
        (lambda: discover(0, 0.1, 0.9), "LR5001"),
        (lambda: seeds_for(1.0, 0.9), "LR5001"),
        (lambda: seeds_for(0.9, 0.0), "LR5001"),
        (lambda: chance_from_seeds(0, 0), "LR5001"),
        (lambda: chance_from_seeds(4, 3), "LR5049"),
        (lambda: chance_from_seeds(-1, 3), "LR5049"),
        (lambda: seeds_to_place(100, 101, 5, 0.9), "LR5040"),
        (lambda: seeds_to_place(100, 4, 5, 0.9), "LR5040"),
        (lambda: presumptively_clean(100.0, 200.0, 0.9, 0.9, width_m=1.0, length_m=1.0), "LR5001"),
        (lambda: presumptively_clean(100.0, 0.0, 0.9, 0.9, width_m=1.0, length_m=1.0), "LR5001"),
        (lambda: presumptively_clean(100.0, 1.0, 0.9, 0.9, width_m=0.0, length_m=1.0), "LR5001"),
        (lambda: remaining_design(-1, 0.9), "LR5001"),
        (lambda: remaining_design(1, 1.0), "LR5001"),
        (lambda: effective(5, 0.5), "LR5001"),
        (lambda: effective(-5, 1.5), "LR5001"),
    ],
)
def test_bad_input(make, code):
    with pytest.raises(LandreleaseError, match=code):
        make()


# Presumed free of items


def test_parcels_become_transects():
    """100 ha in parcels of 1,000 m²: accept on zero over 1,000; 258,000 m² walked as 1,290 strips of 2 by 100 m."""
    design = presumptively_clean(1e6, 1_000.0, 0.95, 0.99, width_m=2.0, length_m=100.0)
    assert (design.parcels.units, design.parcels.sample) == (1_000, 258)
    assert (design.sampled_m2, design.transects, design.walked_m) == (258_000.0, 1_290, 129_000.0)
    assert design.statement.startswith(design.parcels.statement)


# What remains


def test_the_share_grows_by_what_the_detector_misses():
    assert remaining_design(5, 0.95, seen=ChanceToSee(0.8)).share == pytest.approx(0.393038 / 0.8, abs=1e-6)


def test_the_informed_share_and_what_it_attains():
    design = remaining_design(50, 0.99, PRIOR)
    assert (
        design.share == pytest.approx(share_to_survey_informed(PRIOR, 50, 0.99)) == pytest.approx(0.00360991, abs=5e-9)
    )
    assert design.attained == pytest.approx(0.99)
    assert remaining_design(50, 0.5, PRIOR).share == 0.0


# Seeds


@pytest.mark.parametrize(("wanted", "confidence", "seeds"), [(0.95, 0.95, 59), (0.99, 0.95, 299), (0.996, 0.9, 575)])
def test_seeds_to_show_a_chance_to_see(wanted, confidence, seeds):
    design = seeds_for(wanted, confidence)
    assert design.seeds == seeds
    assert chance_from_seeds(seeds, seeds, 2 * confidence - 1).low >= wanted
    assert design.passed(95).value == pytest.approx(1 - 0.95**seeds)


@pytest.mark.parametrize(
    ("found", "placed", "low", "high"), [(16, 16, 0.8293, 1.0), (10, 10, 0.7411, 1.0), (0, 10, 0.0, 0.2589)]
)
def test_what_seeds_say_of_the_inspectors(found, placed, low, high):
    """Exact bounds, each at 95 %."""
    seen = chance_from_seeds(found, placed)
    assert (seen.low, seen.high) == pytest.approx((low, high), abs=5e-5)


def test_seeds_before_the_draw():
    """A tenth of the units drawn: 10 seeded units are in it only if about 150 of 1,000 were seeded."""
    placed = seeds_to_place(1_000, 100, 10, 0.95)
    assert 140 < placed < 170
    assert seeds_to_place(50, 50, 7, 0.99) == 7


def test_items_that_lie_together_fill_fewer_units():
    assert [effective(10, effect) for effect in (1.0, 2.0, 3.0, 100.0)] == [10, 5, 3, 1]
    assert effective(0, 2.0) == 0
