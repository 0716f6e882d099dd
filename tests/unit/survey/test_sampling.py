"""Sampling designs: words, operating characteristic, edges, refusals."""

import math

import pytest
from scipy.stats import hypergeom

from landrelease.errors import LandreleaseError
from landrelease.hazard.chances import ChanceToSee
from landrelease.survey.lots import chance_of_no_find, chance_unseen, discovery_chance
from landrelease.survey.sampling import (
    SampleForm,
    accept_number,
    accept_on_zero,
    confidence_of,
    density_bound,
    units_in_the_limit,
)

APPROXIMATE, AT_SHARE, EXACT = SampleForm.APPROXIMATE, SampleForm.EXACT_AT_SHARE, SampleForm.EXACT


@pytest.mark.parametrize(
    ("units", "bad", "sample", "wanted"),
    [
        (10, 0, 5, 1.0),
        (10, 1, 5, 0.5),
        (10, 2, 5, 5 / 10 * 4 / 9),
        (10, 5, 5, 1 / 252),
        (10, 6, 5, 0.0),
        (10, 3, 0, 1.0),
        (10, 3, 10, 0.0),
        (4, 2, 2, 1 / 6),
    ],
)
def test_chance_of_no_find_by_hand(units: int, bad: int, sample: int, wanted: float) -> None:
    assert chance_of_no_find(units, bad, sample) == pytest.approx(wanted)
    assert discovery_chance(units, bad, sample) == pytest.approx(1 - wanted)


def test_chance_of_no_find_on_a_large_lot() -> None:
    """The logarithms of factorials, past the length at which the product is taken."""
    assert chance_of_no_find(10_000_000, 200_000, 150_000) == pytest.approx(0.0, abs=1e-300)
    assert chance_of_no_find(10**9, 150_000, 120_000) == pytest.approx(
        hypergeom.pmf(0, 10**9, 150_000, 120_000), rel=1e-4
    )


@pytest.mark.parametrize("form", list(SampleForm))
def test_the_attained_confidence_is_at_least_the_wanted(form: SampleForm) -> None:
    design = accept_on_zero(500, 0.95, 0.99, form)
    assert design.attained >= 0.95
    assert confidence_of(500, design.sample - 1, 0.99, form) < 0.95


def test_operating_characteristic() -> None:
    """Ten bad of 1,000: the exact design for 11 still accepts one lot in ... as the hypergeometric says."""
    design = accept_on_zero(1_000, 0.95, 0.99, EXACT)
    table = design.characteristic([0, 1, 11, 50]).frame
    wanted = [hypergeom.pmf(0, 1_000, bad, design.sample) for bad in (0, 1, 11, 50)]
    assert table["accepted"].tolist() == pytest.approx(wanted)
    assert table["share"].tolist() == [0.0, 0.001, 0.011, 0.05]
    assert table["accepted"].iloc[2] <= 0.05


def test_operating_characteristic_by_default_reaches_past_the_bad_lot() -> None:
    table = accept_on_zero(1_000, 0.95, 0.99).characteristic().frame
    assert (table["count"].iloc[0], table["count"].iloc[-1]) == (0, 40)
    assert table["accepted"].is_monotonic_decreasing


def test_the_statement_says_what_would_be_caught() -> None:
    assert accept_on_zero(23_029, 0.99, 0.99).statement == (
        "If 231 or more of the 23029 units held an item, a sample of 454 would find at least one with a chance of "
        "0.9900. One item found rejects the lot."
    )


@pytest.mark.parametrize("form", list(SampleForm))
def test_no_design_says_that_land_is_clean(form: SampleForm) -> None:
    design = accept_on_zero(1_000, 0.95, 0.996, form)
    for text in (design.statement, *design.assumptions, form.label):
        assert "clean" not in text.lower()
        assert "safe" not in text.lower()
        assert "%" not in text


def test_assumptions_name_chance_detection_and_seeds() -> None:
    assumptions = accept_on_zero(100, 0.9, 0.9).assumptions
    assert [any(word in text for text in assumptions) for word in ("random", "always found", "seeded")] == [True] * 3


@pytest.mark.parametrize(("share", "floor"), [(0.9, 10.0), (0.99, 1.0), (0.7, 30.0), (0.999, 1.0)])
def test_bad_units_are_not_lost_to_binary_fractions(share: float, floor: float) -> None:
    """100 units at .9: ten bad, though 100 * (1 - .9) is 9.999999999999998."""
    assert accept_on_zero(100, 0.95, share, AT_SHARE).bad_units == floor
    assert accept_on_zero(100, 0.95, share, EXACT).bad_units == (floor + 1 if share < 0.999 else 1.0)


def test_one_unit_is_inspected() -> None:
    assert accept_on_zero(1, 0.95, 0.99, EXACT).sample == 1


@pytest.mark.parametrize(("chance_to_see", "wanted"), [(1.0, 0.0002995732), (0.5, 0.0005991465)])
def test_density_bound(chance_to_see: float, wanted: float) -> None:
    assert density_bound(10_000.0, 0.95, chance_to_see) == pytest.approx(wanted, rel=1e-6)


REFUSED = [
    lambda: accept_on_zero(0, 0.95, 0.99),
    lambda: accept_on_zero(100, 0.0, 0.99),
    lambda: accept_on_zero(100, 1.0, 0.99),
    lambda: accept_on_zero(100, 0.95, 0.0),
    lambda: accept_on_zero(100, 0.95, 1.0),
    lambda: accept_on_zero(100, float("nan"), 0.9),
    lambda: units_in_the_limit(0.95, 1.0),
    lambda: accept_number(0),
    lambda: density_bound(0.0, 0.95),
    lambda: density_bound(100.0, 0.95, 0.0),
]


@pytest.mark.parametrize("make", REFUSED)
def test_bad_input(make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError, match="LR5001"):
        make()


@pytest.mark.parametrize("sample", [101, -1])
def test_a_sample_that_the_lot_does_not_hold(sample: int) -> None:
    with pytest.raises(LandreleaseError, match="LR5040"):
        confidence_of(100, sample, 0.9)


@pytest.mark.parametrize(
    ("units", "confidence", "share", "chance"),
    [(250, 0.95, 0.99, 0.923), (1_000, 0.95, 0.99, 0.8), (500, 0.95, 0.95, 0.5), (10_000, 0.99, 0.996, 0.6)],
)
def test_an_inspection_that_misses_never_states_more_than_the_exact_law(
    units: int, confidence: float, share: float, chance: float
) -> None:
    design = accept_on_zero(units, confidence, share, seen=ChanceToSee(chance))
    bad = math.ceil(design.bad_units - 1e-9)
    assert confidence <= design.attained <= 1 - chance_unseen(units, bad, design.sample, chance) + 1e-12
    assert design.attained <= -math.expm1(bad * design.sample / units * math.log1p(-chance))


@pytest.mark.parametrize(("confidence", "share", "chance"), [(0.90, 0.90, 0.2), (0.95, 0.50, 0.05)])
def test_what_inspecting_every_unit_cannot_show_is_refused(confidence: float, share: float, chance: float) -> None:
    with pytest.raises(LandreleaseError) as told:
        accept_on_zero(100, confidence, share, seen=ChanceToSee(chance))
    assert told.value.codes == ("LR5041",)


def test_more_units_never_lower_the_confidence() -> None:
    stated = [confidence_of(100, sample, 0.9, chance_to_see=0.2) for sample in range(101)]
    assert stated == sorted(stated)
