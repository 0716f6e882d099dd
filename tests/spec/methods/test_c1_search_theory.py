"""Methods C1 to C4: detection laws, passes, Bayes after an empty search, detector trials, counts left; T5 and T7."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import nbinom

from landrelease.hazard.residual import left_by_negative_binomial, left_by_poisson
from landrelease.hazard.search import (
    DetectionLaw,
    after_empty_box,
    after_empty_search,
    coordinated_detection,
    coverage_for,
    coverage_of_effort,
    coverage_of_tracks,
    detection,
    detection_lower_bound,
    independent_methods,
    next_box,
    passes_for,
    random_detection,
    risk_factor,
    sweep_overlap,
    swept_detection,
    trial_targets_for,
)
from landrelease.survey.sampling import accept_number, density_bound, passes_recheck

DEFINITE, CUBE, RANDOM = DetectionLaw.DEFINITE_RANGE, DetectionLaw.INVERSE_CUBE, DetectionLaw.RANDOM

LAWS = [
    (0.5, 0.5, 0.4691, 0.3935),
    (1.0, 1.0, 0.7899, 0.6321),
    (1.5, 1.0, 0.9399, 0.7769),
    (2.0, 1.0, 0.9878, 0.8647),
    (3.0, 1.0, 0.9998, 0.9502),
]


@pytest.mark.parametrize(("coverage", "definite", "cube", "random"), LAWS)
def test_three_laws(coverage: float, definite: float, cube: float, random: float) -> None:
    found = [float(detection(coverage, law)) for law in (DEFINITE, CUBE, RANDOM)]
    assert found == pytest.approx([definite, cube, random], abs=5e-5)


@pytest.mark.parametrize("coverage", np.linspace(0.0, 5.0, 51))
def test_order_of_the_laws(coverage: float) -> None:
    """Definite range >= inverse cube >= random, at every coverage."""
    definite, cube, random = (float(detection(coverage, law)) for law in (DEFINITE, CUBE, RANDOM))
    assert definite >= cube >= random


def test_coverage() -> None:
    """C = W v t / A; for parallel tracks W / S: 1 m wide sweeps every 2 m over a hectare."""
    assert coverage_of_effort(1.0, 5_000.0, 10_000.0) == coverage_of_tracks(1.0, 2.0) == 0.5


@pytest.mark.parametrize(("law", "wanted"), [(CUBE, 2.2964), (RANDOM, 5.5215), (DEFINITE, 0.996)])
def test_coverage_for_996_permille(law: DetectionLaw, wanted: float) -> None:
    assert coverage_for(0.996, law) == pytest.approx(wanted, abs=5e-5)


@pytest.mark.parametrize(("per_pass", "wanted"), [(0.65, 6), (0.8, 4), (0.9, 3), (0.95, 2)])
def test_passes_for_996_permille(per_pass: float, wanted: int) -> None:
    assert passes_for(0.996, per_pass) == wanted


@pytest.mark.parametrize(
    ("head_m", "step_m", "per_pass", "overlap", "wanted"),
    [(0.25, 0.25, 0.65, 0.0, 0.65), (0.25, 0.125, 0.65, 0.5, 0.8775), (0.3, 0.1, 0.5, 2 / 3, 0.875)],
)
def test_sweep_overlap(head_m: float, step_m: float, per_pass: float, overlap: float, wanted: float) -> None:
    """o = 1 - s/H; mean passes H/s; P = 1 - (1-d)^(H/s) were the passes independent."""
    assert sweep_overlap(head_m, step_m) == pytest.approx(overlap)
    assert swept_detection(head_m, step_m, per_pass) == pytest.approx(wanted)


@pytest.mark.parametrize(("share", "times"), [(0.5, 1), (0.5, 2), (0.9, 3), (0.2, 10)])
def test_coordinated_and_random_searchers(share: float, times: int) -> None:
    """1 - (1-p)^k coordinated, 1 - exp(-p k) random."""
    assert coordinated_detection(share, times) == pytest.approx(1 - (1 - share) ** times)
    assert random_detection(share, times) == pytest.approx(1 - np.exp(-share * times))
    assert coordinated_detection(share, times) > random_detection(share, times)


def test_schoeck_judges_by_what_is_left() -> None:
    """R = rho0 product(1 - E_i): a hectare polluted in a square kilometre, two processes of 90 % and 80 %."""
    assert risk_factor(10_000.0, 1e6, [0.9, 0.8]) == pytest.approx(0.01 * 0.1 * 0.2)
    assert risk_factor(10_000.0, 1e6, []) == pytest.approx(0.01)
    assert risk_factor(10_000.0, 1e6, [1.0, 0.5]) == 0.0


def test_independent_methods_of_80_to_90_percent() -> None:
    assert independent_methods([0.8, 0.9, 0.9]) == pytest.approx(0.998)


@pytest.mark.parametrize(
    ("prior", "chance", "wanted"),
    [(0.05, 0.9, 0.005236), (0.05, 0.996, 0.00021048), (0.5, 0.9, 0.090909), (0.3, 0.65, 0.130435)],
)
def test_after_an_empty_search(prior: float, chance: float, wanted: float) -> None:
    assert float(after_empty_search(prior, chance)) == pytest.approx(wanted, rel=1e-4)


def test_t7_box_search() -> None:
    """Priors .2, .3, .5; detection .7; box 3 searched without a find: 4/13, 6/13, 3/13."""
    after = after_empty_box([0.2, 0.3, 0.5], 2, 0.7)
    assert after == pytest.approx([float(Fraction(n, 13)) for n in (4, 6, 3)])
    assert next_box(after, np.full(3, 0.7)) == 1


@pytest.mark.parametrize("prior", [0.001, 0.3, 0.999])
@pytest.mark.parametrize("chance", [0.1, 0.9, 0.999])
def test_a_search_that_can_miss_never_gives_zero(prior: float, chance: float) -> None:
    assert 0 < float(after_empty_search(prior, chance)) < prior


def test_every_other_box_gains() -> None:
    """r' = r / (1 - p q)."""
    after = after_empty_box([0.2, 0.3, 0.5], 1, 0.9)
    assert after[[0, 2]] == pytest.approx([0.2 / 0.73, 0.5 / 0.73])


def test_how_weak_nothing_found_is() -> None:
    """600 random passes found the one mine in 36 of 283 fields: a coverage of .136 by the random law."""
    found = 36 / 283
    assert coverage_for(found, RANDOM) == pytest.approx(0.136, abs=5e-4)
    assert float(after_empty_search(0.5, found)) == pytest.approx(0.466, abs=5e-4)


TRIALS = [
    (10, 0.7411),
    (16, 0.8293),
    (20, 0.8609),
    (30, 0.9050),
    (50, 0.9418),
    (100, 0.9705),
    (250, 0.9881),
    (748, 0.9960),
]


@pytest.mark.parametrize(("targets", "wanted"), TRIALS)
def test_trial_without_a_miss(targets: int, wanted: float) -> None:
    assert detection_lower_bound(targets, targets, 0.95) == pytest.approx(wanted, abs=5e-5)


@pytest.mark.parametrize(("confidence", "wanted"), [(0.95, 748), (0.90, 575)])
def test_targets_to_show_996_permille(confidence: float, wanted: int) -> None:
    assert trial_targets_for(0.996, confidence) == wanted


def test_poisson_count_left_does_not_learn() -> None:
    left = left_by_poisson(20.0, 0.9)
    assert (left.mean, left.chance_of_none) == pytest.approx((2.0, np.exp(-2.0)))


@pytest.mark.parametrize("found", [0, 3, 40])
def test_gamma_poisson_count_left(found: int) -> None:
    """NegBin(a + k, q'), q' = A(1-q)/(b+A), at a = 2, b = 5, A = 30, q = .8."""
    left = left_by_negative_binomial(2.0, 5.0, 30.0, 0.8, found)
    q = 30 * 0.2 / (5 + 30)
    exact = nbinom(2 + found, 1 - q)
    assert left.mean == pytest.approx(exact.mean())
    assert [left.at_most(n) for n in range(6)] == pytest.approx([exact.cdf(n) for n in range(6)])


RECHECKS = [
    (250, 1, True),
    (250, 2, False),
    (251, 2, True),
    (500, 2, True),
    (500, 3, False),
    (501, 3, True),
    (750, 3, True),
]


@pytest.mark.parametrize(("destroyed", "found", "passes"), RECHECKS)
def test_t5_rule_of_the_1990s(destroyed: int, found: int, passes: bool) -> None:
    """Up to 250: 1 passes, 2 fails; 251-500: 2; 501-750: 3."""
    assert passes_recheck(destroyed, found) is passes
    assert accept_number(destroyed) == -(-destroyed // 250)


def test_c4_review_of_2012() -> None:
    """7.1 million m² inspected: had they held nothing, .42 items a km² could still be there at 95 %."""
    assert density_bound(7.1e6, 0.95) * 1e6 == pytest.approx(0.4219, abs=5e-5)


def test_c4_clean_hectare() -> None:
    """1 ha clean, every item seen, 95 %: at most 3.0 a hectare."""
    assert density_bound(10_000.0, 0.95) * 10_000 == pytest.approx(2.9957, abs=5e-5)
