"""Value of an area: contributions that anyone can add up, and the rank that follows."""

import math

import pytest

from landrelease.errors import LandreleaseError
from landrelease.plan.value import (
    AreaAmounts,
    Criterion,
    ValueWeights,
    contributions,
    discounted_days,
    rank_areas,
    value_a_day,
)  # fmt: skip
from landrelease.profile import load_profile

WEIGHTS = ValueWeights(items=20.0, beneficiaries=1.0, hectares=2.0, blockages=50.0)
NAN = float("nan")


@pytest.mark.parametrize(
    ("amounts", "items", "beneficiaries", "hectares", "blockages"),
    [
        (AreaAmounts(30_000.0, 2.0, 1.0, 40.0, 1.0), 40.0, 40.0, 6.0, 50.0),
        (AreaAmounts(30_000.0, 2.0, 0.5, 40.0, 1.0), 20.0, 40.0, 6.0, 50.0),
        (AreaAmounts(0.0, 0.0, 1.0, 0.0, 0.0), 0.0, 0.0, 0.0, 0.0),
        (AreaAmounts(10_000.0), NAN, NAN, 2.0, NAN),
        (AreaAmounts(), NAN, NAN, NAN, NAN),
    ],
)
def test_contributions(amounts, items, beneficiaries, hectares, blockages):
    found = contributions(amounts, WEIGHTS)
    assert list(found) == list(Criterion)
    assert list(found.values()) == pytest.approx([items, beneficiaries, hectares, blockages], nan_ok=True)
    known = sum(amount for amount in (items, beneficiaries, hectares, blockages) if not math.isnan(amount))
    assert value_a_day(amounts, WEIGHTS) * 365.25 == pytest.approx(known)


def test_the_ranking_shows_what_made_it():
    amounts = {
        "field": AreaAmounts(50_000.0, 0.1, 1.0, 10.0),
        "road": AreaAmounts(1_000.0, 0.5, 1.0, 10.0, 1.0),
        "well": AreaAmounts(1_000.0, 0.5, 1.0, 10.0, 1.0),
        "unknown": AreaAmounts(),
    }
    frame = rank_areas(amounts, WEIGHTS)
    assert list(frame.columns) == [
        "rank", "area_id", "items", "beneficiaries", "hectares", "blockages", "value_a_year", "value_a_day",
    ]  # fmt: skip
    assert list(zip(frame["rank"], frame["area_id"], strict=True)) == [
        (1, "road"),
        (2, "well"),
        (3, "field"),
        (4, "unknown"),
    ]
    assert frame["value_a_year"].tolist() == pytest.approx([70.2, 70.2, 22.0, 0.0])
    assert frame["blockages"].isna().tolist() == [False, False, True, True]


def test_other_weights_give_another_first():
    amounts = {"land": AreaAmounts(900_000.0, 0.0), "people": AreaAmounts(100.0, 0.0, 1.0, 200.0)}
    assert rank_areas(amounts, WEIGHTS)["area_id"][0] == "people"
    assert rank_areas(amounts, ValueWeights(20.0, 0.1, 2.0, 50.0))["area_id"][0] == "land"


def test_no_areas_give_an_empty_ranking():
    assert len(rank_areas({}, WEIGHTS)) == 0


@pytest.mark.parametrize("name", ["area_m2", "expected_items", "exposure", "beneficiaries", "blockages"])
@pytest.mark.parametrize("value", [-1.0, NAN, math.inf])
def test_bad_amounts_name_area_and_field(name, value):
    with pytest.raises(LandreleaseError) as caught:
        rank_areas({"A7": AreaAmounts(**{name: value})}, WEIGHTS)
    details = caught.value.findings[0].details
    assert (caught.value.codes, details["owner"], details["field"]) == (("LR6001",), "A7", name)


@pytest.mark.parametrize("name", ["items", "beneficiaries", "hectares", "blockages"])
def test_bad_weights_are_named(name):
    with pytest.raises(LandreleaseError, match=f"LR6001.*the weights, {name}: -1"):
        ValueWeights(**{**{"items": 1.0, "beneficiaries": 1.0, "hectares": 1.0, "blockages": 1.0}, name: -1.0})


def test_the_profile_sets_the_weights():
    weights = load_profile().planning.weights
    assert ValueWeights.of(load_profile()) == ValueWeights(
        weights.item, weights.beneficiary, weights.hectare, weights.blockage
    )


@pytest.mark.parametrize(
    ("first", "end", "rate", "days"),
    [(0, 10, 0.0, 10.0), (4, 10, 0.0, 6.0), (0, math.inf, 0.01, 100.0), (10, 10, 0.01, 0.0), (10, 20, 0.01, 8.610666)],
)
def test_discounted_days(first, end, rate, days):
    assert discounted_days(first, end, rate) == pytest.approx(days, abs=1e-6)
