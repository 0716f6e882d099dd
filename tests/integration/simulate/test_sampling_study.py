"""Samples on the simulator, with known missed items: what designs state is what they catch."""

import numpy as np
import pytest
from scipy.stats import binom

from landrelease.errors import LandreleaseError
from landrelease.simulate.province import generate
from landrelease.simulate.sampling_study import Misses, StudySettings, sampling_study, stated_interval
from landrelease.simulate.scenario import load_scenario

TOGETHER = StudySettings(200, Misses.TOGETHER, most_missed=6, unit_m=10.0)


@pytest.fixture(scope="module")
def province():
    return generate(load_scenario("regiment-120"), 1)


@pytest.fixture(scope="module")
def alone(province):
    """200 runs, each with one to four missed items that lie by themselves."""
    return sampling_study(province, 1, StudySettings(200))


@pytest.fixture(scope="module")
def together(province):
    """200 runs, each with a skipped strip of six items."""
    return sampling_study(province, 1, TOGETHER)


def test_the_catch_lies_within_the_stated_interval_for_every_design(alone):
    table = alone.table.set_index("design")
    assert table.index.tolist() == ["random", "targeted", "combined"]
    assert table["within"].all(), table[["observed", "stated", "low", "high"]]
    assert (table["high"] - table["low"] < 0.16).all()  # not by an interval that holds everything
    assert (table["lots"] == 200).all()


def test_targets_by_finds_catch_more_where_misses_are_by_chance(alone):
    observed = alone.table.set_index("design")["observed"]
    assert observed["random"] < observed["combined"] < observed["targeted"]


def test_items_that_lie_together_break_what_is_stated_of_single_ones(together):
    """The wrong figure is shown: too high for every design, worst for targets, which skipped strips mislead."""
    table = together.table.set_index("design")
    assert not table["within"].any()
    assert (table["observed"] < table["low"]).all()
    gap = table["stated"] - table["observed"]
    assert gap["targeted"] > gap["combined"] > gap["random"]


def test_it_is_warned_of(together):
    assert [finding.error.code for finding in together.findings] == ["LR5045"]
    assert together.lie.design_effect > 1.5
    assert together.warned > 0.4


def test_the_design_effect_of_the_finds_repairs_the_random_sample(together):
    """It then states no more than is caught; with targets only the floor, where they are worth nothing, does."""
    table = together.table.set_index("design")
    assert table.loc["random", "low_together"] <= table.loc["random", "observed"] <= table.loc["random", "high"]
    assert (table["floor"] <= table["observed"]).all()
    assert table.loc["combined", "floor"] > 0.1 > table.loc["targeted", "floor"] == 0.0


def test_the_designs_know_the_inspectors_from_a_trial(alone):
    assert alone.seen.low < 0.9 < alone.seen.high
    assert alone.seen.low < alone.seen.high


def test_the_same_seed_gives_the_same_study(province):
    few = StudySettings(20)
    again = [sampling_study(province, 4, few).table.to_dict("records") for _ in range(2)]
    assert again[0] == again[1] != sampling_study(province, 5, few).table.to_dict("records")


@pytest.mark.parametrize("chance", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("runs", [1, 40])
def test_equal_coins_are_binomial(chance, runs):
    low, high = stated_interval(np.full(runs, chance), 0.9)
    assert (low * runs, high * runs) == pytest.approx((binom.ppf(0.05, runs, chance), binom.ppf(0.95, runs, chance)))


@pytest.mark.parametrize(
    "wrong", [{"lots": 0}, {"share": 0.0}, {"sees": 1.1}, {"level": 1.0}, {"most_missed": 8}, {"trial": 0}]
)
def test_settings_that_make_no_study(wrong):
    with pytest.raises(LandreleaseError, match="LR5001"):
        StudySettings(**wrong)


def test_more_lots_than_the_province_has(province):
    with pytest.raises(LandreleaseError, match="LR5001"):
        sampling_study(province, 1, StudySettings(1_000_000))
