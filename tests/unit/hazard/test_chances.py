"""Chances to see: trials, spreads, depth, combination, and the profile that they come from."""

import math
from itertools import pairwise

import numpy as np
import pytest

from landrelease.errors import LandreleaseError
from landrelease.hazard.chances import (
    DETECTION,
    Chances,
    ChanceToSee,
    DepthLaw,
    chance_between,
    chance_from_trial,
    chance_worth,
    chances_from_profile,
    combined,
)
from landrelease.profile import load_profile, parse_profile
from landrelease.terms import AssetKind, LandClass, PositionQuality, Reliability


@pytest.fixture
def chances() -> Chances:
    return chances_from_profile(load_profile())


TRIALS = [
    # detected, targets, mean, low and high at 90 %: Beta(d + .5, m + .5); Clopper-Pearson
    (16, 16, 0.9706, 0.8293, 1.0),
    (0, 16, 0.0294, 0.0, 0.1707),
    (9, 10, 0.8636, 0.6058, 0.9949),
    (95, 100, 0.9455, 0.8977, 0.9801),
    (1, 1, 0.75, 0.05, 1.0),
]


@pytest.mark.parametrize(("detected", "targets", "mean", "low", "high"), TRIALS)
def test_a_trial(detected: int, targets: int, mean: float, low: float, high: float) -> None:
    chance = chance_from_trial(detected, targets)
    assert (chance.mean, chance.low, chance.high) == pytest.approx((mean, low, high), abs=1e-4)
    assert chance.source == f"trial: {detected} of {targets} found"


def test_a_trial_of_a_thousand_targets_leaves_little_doubt() -> None:
    few, many = chance_from_trial(18, 20), chance_from_trial(900, 1_000)
    assert many.sd < few.sd / 5
    assert many.sd == pytest.approx(math.sqrt(0.9 * 0.1 / 1_000), rel=0.01)


@pytest.mark.parametrize(
    ("mean", "targets", "sd"),
    [(0.97, 40, math.sqrt(0.97 * 0.03 / 41)), (0.5, 3, 0.25), (1.0, 40, 0.0), (0.0, 40, 0.0)],
)
def test_a_proposed_chance_is_worth_a_trial(mean: float, targets: float, sd: float) -> None:
    chance = chance_worth(mean, targets)
    assert (chance.mean, chance.sd) == (mean, pytest.approx(sd))
    assert chance.low <= mean <= chance.high


def test_three_figures_are_a_triangle() -> None:
    """Mean and spread of a million draws of the triangle."""
    chance = chance_between(0.1, 0.3, 0.6)
    drawn = np.random.default_rng(1).triangular(0.1, 0.3, 0.6, 1_000_000)
    assert (chance.mean, chance.sd) == pytest.approx((drawn.mean(), drawn.std()), rel=2e-3)
    assert (chance.low, chance.high) == pytest.approx(np.quantile(drawn, [0.05, 0.95]), abs=0.03)


def test_a_chance_too_small_to_have_a_spread_has_none() -> None:
    chance = chance_worth(0.9, 40).times(1e-155)
    assert (chance.low, chance.high) == (chance.mean, chance.mean)


def test_a_known_chance_has_no_interval() -> None:
    chance = ChanceToSee(0.4)
    assert (chance.sd, chance.low, chance.high) == (0.0, 0.4, 0.4)


def test_the_interval_is_that_of_the_beta_of_this_mean_and_spread() -> None:
    """Mean .9 and the spread of 30 targets: Beta(27, 3)."""
    chance = ChanceToSee(0.9, math.sqrt(0.09 / 31))
    drawn = np.random.default_rng(2).beta(27, 3, 400_000)
    assert (chance.low, chance.high) == pytest.approx(np.quantile(drawn, [0.05, 0.95]), abs=2e-3)


# Products


@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 1.0])
def test_a_share_of_the_ground_scales_chance_and_spread(share: float) -> None:
    whole = chance_from_trial(45, 50)
    part = whole.times(share)
    assert (part.mean, part.sd) == pytest.approx((whole.mean * share, whole.sd * share))
    assert part.source == whole.source


def test_an_uncertain_share_adds_its_spread() -> None:
    one, other = chance_from_trial(45, 50), chance_from_trial(30, 50)
    both = one.times(other, "both")
    rng = np.random.default_rng(3)
    drawn = rng.beta(45.5, 5.5, 400_000) * rng.beta(30.5, 20.5, 400_000)
    assert (both.mean, both.sd) == pytest.approx((drawn.mean(), drawn.std()), rel=5e-3)
    assert both.source == "both"


# Several methods


def test_methods_together_are_an_upper_bound_and_reach_down_to_the_best_alone() -> None:
    dog, machine = chance_worth(0.9, 40), chance_worth(0.8, 40)
    both = combined([dog, machine])
    assert both.mean == pytest.approx(0.98)
    assert both.low == max(dog.low, machine.low)
    assert both.high == pytest.approx(1 - (1 - dog.high) * (1 - machine.high))
    assert "upper bound" in both.source


def test_the_spread_of_methods_together() -> None:
    trials = [(45, 50), (30, 50), (20, 50)]
    both = combined([chance_from_trial(*trial) for trial in trials])
    rng = np.random.default_rng(4)
    drawn = 1 - np.prod([1 - rng.beta(d + 0.5, t - d + 0.5, 400_000) for d, t in trials], axis=0)
    assert (both.mean, both.sd) == pytest.approx((drawn.mean(), drawn.std()), rel=0.1)


def test_one_method_alone_is_itself() -> None:
    chance = chance_from_trial(45, 50)
    assert combined([chance]) is chance


def test_a_blind_method_adds_nothing() -> None:
    dog = chance_worth(0.9, 40)
    both = combined([dog, ChanceToSee(0.0)])
    assert (both.mean, both.sd, both.high) == pytest.approx((dog.mean, dog.sd, dog.high))


# Depth


@pytest.mark.parametrize(
    ("mean_cm", "below", "depth_cm", "wanted"),
    [
        (5.0, 0.5, 0.0, 0.5),
        (5.0, 0.0, 0.0, 0.0),
        (5.0, 1.0, 3.0, 1.0),
        (5.0, 0.0, 5.0, 1 - math.exp(-1)),
        (5.0, 0.5, 13.0, 1 - 0.5 * math.exp(-2.6)),
        (5.0, 0.5, 1e6, 1.0),
    ],
)
def test_depth(mean_cm: float, below: float, depth_cm: float, wanted: float) -> None:
    assert DepthLaw(mean_cm, below).share_seen(depth_cm) == pytest.approx(wanted)


def test_a_deeper_search_sees_more(chances: Chances) -> None:
    seen = [chances.searched(AssetKind.MANUAL_TEAM, depth_cm=depth) for depth in (0, 5, 13, 20, 50)]
    means = [chance.mean for chance in seen if chance is not None]
    assert len(means) == 5
    assert all(shallow < deep for shallow, deep in pairwise(means))
    assert means[-1] < 0.97


# From the profile


@pytest.mark.parametrize("kind", list(DETECTION))
def test_a_method_is_as_the_profile_has_it(kind: AssetKind, chances: Chances) -> None:
    stated = getattr(load_profile().detection, DETECTION[kind])
    assert chances.methods[kind].mean == stated
    assert 0 < chances.methods[kind].sd < 0.1
    assert kind.label in chances.methods[kind].source


def test_a_trial_takes_the_place_of_the_proposal() -> None:
    text = load_profile().text.replace("trials = {}", "trials = { dog_team = [19, 20] }")
    chances = chances_from_profile(parse_profile(text))
    assert chances.methods[AssetKind.DOG_TEAM] == chance_from_trial(19, 20)
    assert chances.methods[AssetKind.MANUAL_TEAM].mean == 0.97


@pytest.mark.parametrize("reliability", list(Reliability))
def test_suspicion_is_never_more_certain_than_its_source(reliability: Reliability, chances: Chances) -> None:
    alone = chances.verdict_errors(reliability)
    for suspected in LandClass:
        positive, negative = chances.verdict_errors(reliability, suspected)
        assert positive >= alone[0]
        assert negative == alone[1]
        assert positive + negative < 1


def test_a_unit_searched_whole_is_searched(chances: Chances) -> None:
    whole, manual = chances.of_unit(1e6, 1e6), chances.searched(AssetKind.MANUAL_TEAM)
    assert manual is not None
    assert whole.mean == pytest.approx(manual.mean)
    assert chances.of_unit(2e6, 1e6).mean == pytest.approx(manual.mean)


def test_accuracy_as_stated_else_by_quality(chances: Chances) -> None:
    assert chances.accuracy_m(PositionQuality.PLACE, None) == 1_000.0
    assert chances.accuracy_m(PositionQuality.PLACE, 3.0) == 3.0
    assert math.isnan(chances.accuracy_m(PositionQuality.UNKNOWN, None))


REFUSED = [
    lambda: ChanceToSee(1.1),
    lambda: ChanceToSee(math.nan),
    lambda: ChanceToSee(0.5, -0.1),
    lambda: ChanceToSee(0.9, 0.4),
    lambda: ChanceToSee(1.0, 0.1),
    lambda: ChanceToSee(0.5, level=1.0),
    lambda: ChanceToSee(0.5, 0.1, 0.6, 0.4),
    lambda: chance_from_trial(11, 10),
    lambda: chance_from_trial(0, 0),
    lambda: chance_worth(0.5, 0),
    lambda: chance_between(0.3, 0.1, 0.6),
    lambda: chance_between(0.1, 0.3, 1.1),
    lambda: combined([]),
    lambda: DepthLaw(0.0, 0.5),
    lambda: DepthLaw(5.0, 1.5),
    lambda: DepthLaw(5.0, 0.5).share_seen(-1.0),
    lambda: chances_from_profile(load_profile()).harmed(-1.0),
]


@pytest.mark.parametrize("make", REFUSED)
def test_bad_input(make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError, match="LR4005"):
        make()
