"""Lots: what a sample sees when inspectors see only with a chance."""

import numpy as np
import pytest
from scipy.stats import hypergeom

from landrelease.errors import LandreleaseError
from landrelease.hazard.chances import ChanceToSee, chance_from_trial
from landrelease.survey.lots import CERTAIN, caught, chance_of_no_find, chance_unseen, smallest_sample


@pytest.mark.parametrize(
    ("units", "bad", "sample"), [(10, 3, 4), (400, 20, 60), (50, 50, 7), (1_000, 0, 10), (30, 5, 30)]
)
@pytest.mark.parametrize("seen", [0.3, 0.9])
def test_chance_unseen_is_the_mean_over_what_the_sample_meets(units, bad, sample, seen):
    met = np.arange(min(bad, sample) + 1)
    wanted = (hypergeom.pmf(met, units, bad, sample) * (1 - seen) ** met).sum()
    assert chance_unseen(units, bad, sample, seen) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [(1.0, chance_of_no_find(100, 5, 20)), (0.0, 1.0)],
)
def test_ends_of_the_chance_to_see(seen, wanted):
    assert chance_unseen(100, 5, 20, seen) == wanted


def test_one_bad_unit_by_hand():
    """It lies in the sample with chance 20/100 and is seen there with .9."""
    assert 1 - chance_unseen(100, 1, 20, 0.9) == pytest.approx(0.18)


def test_a_full_inspection_misses_only_what_is_not_seen():
    assert chance_unseen(50, 3, 50, 0.9) == pytest.approx(0.1**3)


def test_an_interval_of_the_chance_to_see_is_one_of_the_catch():
    at = caught(400, 8, 120, chance_from_trial(19, 20))
    assert at.low < at.value < at.high < caught(400, 8, 120, CERTAIN).value


@pytest.mark.parametrize("seen", [0.6, 0.9, 1.0])
def test_the_smallest_sample_is_the_smallest(seen):
    sample = smallest_sample(500, 6, 0.95, seen)
    assert chance_unseen(500, 6, sample, seen) <= 0.05 < chance_unseen(500, 6, sample - 1, seen)


def test_no_sample_mends_a_poor_detector():
    """One bad unit seen with .9 is never caught with .95, whatever is inspected."""
    with pytest.raises(LandreleaseError, match="LR5041") as refused:
        smallest_sample(500, 1, 0.95, 0.9)
    assert refused.value.findings[0].details["most"] == "0.9000"
    with pytest.raises(LandreleaseError, match="LR5041"):
        smallest_sample(500, 40, 0.95, 0.0)


def test_a_lot_without_bad_units_cannot_be_caught():
    assert caught(100, 0, 50, ChanceToSee(0.8)) == (0.0, 0.0, 0.0)
