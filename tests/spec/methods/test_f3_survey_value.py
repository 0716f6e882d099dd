"""Methods F3: EVSI = E[max over actions after data] - max over actions now, against enumeration by brute force."""

import itertools
import math

import numpy as np
import pyproj
import pytest
import shapely
from scipy.stats import binom, poisson

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.surface import Surface
from landrelease.survey.value import (
    CountLook,
    LandAction,
    StatedPrices,
    VerdictLook,
    polygon_survey_value,
    survey_value,
)

PRICES = StatedPrices(2.0, 30_000.0, 400.0, 500.0, 300.0, 4_000.0, waiting_loss=2_000.0)
AREA = 10_000.0
MEANS = (0.01, 0.3, 2.0)
MOST = 40


def values(items, clearance_chance):
    """Release, clear, wait for a known number of items left."""
    return (
        2.0 * AREA - 30_000 * items,
        2.0 * AREA - 0.8 * AREA - 30_000 * (1 - clearance_chance) * items,
        -2_000.0 * items,
    )


def brute_force(outcomes, chance_of, left, clearance_chance):
    """Enumerate the true mean, the true number of items, and the outcome of the look; decide after each outcome."""
    cases = [(mean, items) for mean in MEANS for items in range(MOST)]
    weight = {case: poisson.pmf(case[1], case[0]) / len(MEANS) for case in cases}
    now = max(sum(weight[case] * values(case[1], clearance_chance)[a] for case in cases) for a in range(3))
    after = 0.0
    for outcome in outcomes:
        joint = {case: weight[case] * chance_of(outcome, case[1]) for case in cases}
        after += max(
            sum(joint[case] * values(left(outcome, case[1]), clearance_chance)[a] for case in cases) for a in range(3)
        )
    return after - now


@pytest.mark.parametrize(
    ("share", "chance", "clears"), [(0.5, 0.9, 1.0), (1.0, 0.6, 0.9), (0.05, 1.0, 0.95), (0, 1, 1)]
)
def test_a_search_is_worth_what_enumeration_says(share, chance, clears):
    seen = share * chance
    expected = brute_force(
        range(MOST),
        lambda found, items: binom.pmf(found, items, seen),
        lambda found, items: max(items - found, 0),
        clears,
    )
    found = survey_value(MEANS, AREA, PRICES, CountLook(share, chance), clears)
    assert found.gain == pytest.approx(expected, abs=1e-6)
    assert found.cost == pytest.approx(300 / 4_000 * AREA * share)
    assert found.net == pytest.approx(expected - found.cost, abs=1e-6)


@pytest.mark.parametrize(("wrong_yes", "wrong_no"), [(0.1, 0.2), (0.0, 0.0), (0.5, 0.5), (0.3, 0.05)])
def test_a_verdict_is_worth_what_enumeration_says(wrong_yes, wrong_no):
    def chance_of(yes, items):
        says_yes = 1 - wrong_no if items else wrong_yes
        return says_yes if yes else 1 - says_yes

    expected = brute_force((True, False), chance_of, lambda _yes, items: items, 1.0)
    assert survey_value(MEANS, AREA, PRICES, VerdictLook(wrong_yes, wrong_no)).gain == pytest.approx(expected, abs=1e-6)


def test_the_ceiling_is_knowing_the_number_and_no_verdict_is_worth_more():
    cases = [(poisson.pmf(items, mean) / 3, items) for mean in MEANS for items in range(MOST)]
    now = max(sum(w * values(items, 1.0)[a] for w, items in cases) for a in range(3))
    known = sum(w * max(values(items, 1.0)) for w, items in cases)
    for wrong in itertools.product((0.0, 0.2, 0.6), repeat=2):
        found = survey_value(MEANS, AREA, PRICES, VerdictLook(*wrong))
        assert found.ceiling == pytest.approx(known - now, abs=1e-6)
        assert -1e-9 <= found.gain <= found.ceiling + 1e-9


def test_a_verdict_that_says_nothing_is_worth_nothing():
    assert survey_value(MEANS, AREA, PRICES, VerdictLook(0.4, 0.6)).gain == pytest.approx(0.0, abs=1e-9)


def test_looking_is_worth_nothing_where_nothing_would_change():
    """Ground that surely holds much is cleared before and after a look that removes nothing."""
    found = survey_value([50.0], AREA, PRICES, VerdictLook(0.05, 0.05))
    assert found.action_now is LandAction.CLEAR
    assert found.gain == pytest.approx(0.0, abs=1e-6)
    assert found.changes == pytest.approx(0.0, abs=1e-9)
    assert found.net < 0


def test_actions_now_by_hand():
    """One item expected: release 20,000 - 30,000, clear 20,000 - 8,000, wait -2,000."""
    found = survey_value([1.0], AREA, PRICES, CountLook(0.5, 0.9))
    assert found.values_now == {
        LandAction.RELEASE: pytest.approx(-10_000), LandAction.CLEAR: pytest.approx(12_000),
        LandAction.WAIT: pytest.approx(-2_000),
    }  # fmt: skip


def test_doubt_makes_a_look_worth_more():
    """The same mean, known or in doubt."""
    sure = survey_value([0.5], AREA, PRICES, VerdictLook(0.05, 0.05)).gain
    doubt = survey_value([0.001, 0.999], AREA, PRICES, VerdictLook(0.05, 0.05)).gain
    assert doubt > sure


CRS = pyproj.CRS.from_epsg(6933)
GRID = Grid(CRS, 0.0, 1_000.0, 100.0, 10, 10)


def test_a_polygon_reads_the_draws_of_the_estimate():
    draws = np.stack([np.full((10, 10), mean / 1e4, dtype=np.float32) for mean in MEANS])
    surface = Surface(GRID, draws.mean(axis=0).astype(float), "field", draws=draws)
    polygon, look = shapely.box(100, 100, 200, 200), CountLook(0.5, 0.9)
    ours = polygon_survey_value(surface, polygon, PRICES, look)
    assert ours.gain == pytest.approx(survey_value(MEANS, AREA, PRICES, look).gain, rel=1e-5)
    assert ours.findings == ()


def test_an_estimate_without_draws_says_so():
    surface = Surface(GRID, np.full((10, 10), 1e-5), "kernel")
    found = polygon_survey_value(surface, shapely.box(100, 100, 200, 200), PRICES, CountLook(0.5, 0.9))
    assert [finding.error.code for finding in found.findings] == ["LR4053"]
    assert found.values_now[LandAction.RELEASE] == pytest.approx(20_000 - 30_000 * 0.1)


@pytest.mark.parametrize(
    ("polygon", "code"),
    [(shapely.box(5_000, 0, 6_000, 100), "LR4050"), (shapely.Polygon(), "LR4051")],
)
def test_ground_without_an_estimate_is_refused(polygon, code):
    surface = Surface(GRID, np.full((10, 10), 1e-5), "kernel")
    with pytest.raises(LandreleaseError) as refused:
        polygon_survey_value(surface, polygon, PRICES, CountLook(0.5, 0.9))
    assert refused.value.codes == (code,)


@pytest.mark.parametrize(
    "make",
    [
        lambda: survey_value([], AREA, PRICES, CountLook(0.5, 0.9)),
        lambda: survey_value([-1.0], AREA, PRICES, CountLook(0.5, 0.9)),
        lambda: survey_value([math.nan], AREA, PRICES, CountLook(0.5, 0.9)),
        lambda: survey_value([1.0], 0.0, PRICES, CountLook(0.5, 0.9)),
        lambda: survey_value([1.0], AREA, PRICES, CountLook(0.5, 0.9), clearance_chance=1.1),
        lambda: CountLook(1.1, 0.5),
        lambda: CountLook(0.5, -0.1),
        lambda: VerdictLook(-0.1, 0.5),
        lambda: VerdictLook(0.1, 1.5),
        lambda: StatedPrices(-1, 1, 1, 1, 1, 1),
        lambda: StatedPrices(1, 1, 1, 0, 1, 1),
        lambda: StatedPrices(1, math.inf, 1, 1, 1, 1),
    ],
)
def test_bad_input_is_refused(make):
    with pytest.raises(LandreleaseError) as refused:
        make()
    assert refused.value.codes == ("LR5001",)
