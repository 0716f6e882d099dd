"""Search theory: what a search could have seen, and what finding nothing means (methods C1 to C3, tolerable risk C5).

Sources: coverage ``C = W/S`` (sarinfo.bc.ca); the three laws, overlap and the exact binomial bound are textbook
results; Bayes after an empty search as worked in methods C2. Misses are correlated in the field (deep, tilted,
low-metal items), so every figure that multiplies chances of missing is an upper bound on detection.
"""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import erf
from scipy.stats import beta

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import N_, _
from landrelease.terms import Term

Floats = NDArray[np.float64]


class DetectionLaw(Term):
    """How the chance of detection grows with coverage; definite range >= inverse cube >= random."""

    DEFINITE_RANGE = "definite_range", N_("Definite range")
    INVERSE_CUBE = "inverse_cube", N_("Inverse cube")
    RANDOM = "random", N_("Random search")


def coverage_of_effort(sweep_width_m: float, track_m: float, area_m2: float) -> float:
    """Coverage ``C = W v t / A``: swept area, sweep width times track length, over the area to search."""
    for name, value in (("sweep_width_m", sweep_width_m), ("track_m", track_m)):
        if not value >= 0:
            raise fail(ErrorCode.HAZARD_PARAMETER, name=name, value=value, wanted=_("at least 0"))
    if not area_m2 > 0:
        raise fail(ErrorCode.HAZARD_PARAMETER, name="area_m2", value=area_m2, wanted=_("greater than 0"))
    return sweep_width_m * track_m / area_m2


def coverage_of_tracks(sweep_width_m: float, spacing_m: float) -> float:
    """Coverage ``C = W / S`` of parallel tracks so far apart."""
    return coverage_of_effort(sweep_width_m, 1.0, spacing_m)


def detection(coverage: ArrayLike, law: DetectionLaw) -> Floats:
    """Chance to detect an item at a coverage (swept area over area, or sweep width over track spacing)."""
    c = np.asarray(coverage, dtype=np.float64)
    if np.any(~(c >= 0)):
        raise fail(ErrorCode.HAZARD_PARAMETER, name="coverage", value=coverage, wanted=_("at least 0"))
    if law is DetectionLaw.DEFINITE_RANGE:
        return np.minimum(1.0, c)
    if law is DetectionLaw.INVERSE_CUBE:
        return np.asarray(erf(c * math.sqrt(math.pi) / 2), dtype=np.float64)
    return -np.expm1(-c)


def coverage_for(wanted: float, law: DetectionLaw) -> float:
    """Coverage at which the law reaches a wanted chance of detection; 1 is never reached but by definite range."""
    _check_share("wanted", wanted)
    if law is DetectionLaw.DEFINITE_RANGE:
        return wanted
    if wanted == 1:
        return math.inf
    if law is DetectionLaw.RANDOM:
        return -math.log1p(-wanted)
    return float(brentq(lambda c: float(detection(c, law)) - wanted, 0.0, 20.0, xtol=1e-12))


def sweep_overlap(head_width_m: float, lane_step_m: float) -> float:
    """Share of each sweep that overlaps the one before it; negative where ground is left between sweeps."""
    return 1.0 - lane_step_m / head_width_m


def swept_detection(head_width_m: float, lane_step_m: float, per_pass: float) -> float:
    """Detection by overlapping sweeps were their passes independent: an upper bound, for misses are correlated."""
    _check_share("per_pass", per_pass)
    return float(1.0 - (1.0 - per_pass) ** (head_width_m / lane_step_m))


def independent_methods(detections: Iterable[float]) -> float:
    """Chance that at least one of several independent methods detects an item: an upper bound, as above."""
    missed = 1.0
    for chance in detections:
        _check_share("detection", chance)
        missed *= 1.0 - chance
    return 1.0 - missed


def risk_factor(polluted_m2: float, area_m2: float, efficiencies: Iterable[float]) -> float:
    """Risk factor after several processes (Schoeck): polluted share of the area times what each process leaves.

    Judges by what is left, not by the share removed. It breaks down at small counts and, as above, where misses of the
    processes are correlated: then more is left.
    """
    if not 0 <= polluted_m2 <= area_m2 or not area_m2 > 0:
        value = (polluted_m2, area_m2)
        raise fail(ErrorCode.HAZARD_PARAMETER, name="polluted_m2, area_m2", value=value, wanted=_("a part of an area"))
    return polluted_m2 / area_m2 * (1.0 - independent_methods(efficiencies))


def passes_for(wanted: float, per_pass: float) -> int:
    """Least number of independent passes for a wanted chance, for example 0.996."""
    _check_share("wanted", wanted)
    _check_share("per_pass", per_pass)
    if wanted == 0 or per_pass == 1:
        return 0 if wanted == 0 else 1
    if per_pass == 0 or wanted == 1:
        raise fail(
            ErrorCode.HAZARD_PARAMETER, name="per_pass", value=per_pass, wanted=_("able to reach the wanted chance")
        )
    return math.ceil(math.log(1 - wanted) / math.log1p(-per_pass) - 1e-12)


def coordinated_detection(per_pass: float, passes: float) -> float:
    """Expected share found by searchers who each take their own ground, `passes` times over."""
    return float(1 - (1 - per_pass) ** passes)


def random_detection(per_pass: float, passes: float) -> float:
    """Expected share found by the same effort spread at random."""
    return float(-math.expm1(-per_pass * passes))


# Detector trials (methods C3)


def detection_lower_bound(detected: int, targets: int, confidence: float) -> float:
    """One-sided exact (Clopper-Pearson) lower bound on the chance of detection that a trial supports.

    With no miss it is ``(1 - confidence) ** (1 / targets)``: sixteen of sixteen supports only .829 at 95 %.
    """
    _check_share("confidence", confidence)
    if not 0 <= detected <= targets or targets < 1:
        raise fail(
            ErrorCode.HAZARD_PARAMETER,
            name="detected",
            value=detected,
            wanted=_("between 0 and {most}").format(most=targets),
        )
    if detected == 0:
        return 0.0
    if detected == targets:
        return float((1 - confidence) ** (1 / targets))
    return float(beta.ppf(1 - confidence, detected, targets - detected + 1))


def trial_targets_for(wanted: float, confidence: float) -> int:
    """Targets that must all be detected to show a wanted chance: 748 for 99.6 % at 95 %."""
    if not 0 < wanted < 1 or not 0 < confidence < 1:
        value = (wanted, confidence)
        raise fail(ErrorCode.HAZARD_PARAMETER, name="chance", value=value, wanted=_("strictly between 0 and 1"))
    return math.ceil(math.log(1 - confidence) / math.log(wanted) - 1e-9)


# Bayes after an empty search (methods C2)


def after_empty_search(prior: ArrayLike, chance_to_see: ArrayLike) -> Floats:
    """Chance that a place still holds an item after a search that found nothing: ``p (1-q) / (1 - p q)``.

    With a chance to see below 1 it never reaches 0. A certain item missed by a perfect search is a contradiction: NaN.
    """
    p, q = np.asarray(prior, dtype=np.float64), np.asarray(chance_to_see, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(p * (1 - q) / (1 - p * q), dtype=np.float64)


def after_empty_box(prior: ArrayLike, box: int, chance_to_see: float) -> Floats:
    """Chances of all boxes, one of which holds the item, after one was searched without a find (T7)."""
    p = np.asarray(prior, dtype=np.float64).copy()
    left = 1 - p[box] * chance_to_see
    if not left > 0:
        raise fail(ErrorCode.HAZARD_PARAMETER, name="chance_to_see", value=chance_to_see, wanted=_("below 1 here"))
    p[box] *= 1 - chance_to_see
    return np.asarray(p / left, dtype=np.float64)


def next_box(chances: ArrayLike, chance_to_see: ArrayLike) -> int:
    """Box to search next: the highest chance of being there and of being seen."""
    return int(np.argmax(np.asarray(chances) * np.asarray(chance_to_see)))


# Tolerable residual risk (methods C5)


def fade_out_radius(tail: float, cep_m: float) -> float:
    """Distance beyond which a share `tail` of the items lies, circular normal scatter: ``CEP sqrt(-log2 tail)``.

    Keeley: put the edge of the fade-out at the one-in-a-million point, 4.46 CEP. `cep_m` is the radius that holds half.
    """
    if not 0 < tail <= 1 or not cep_m >= 0:
        raise fail(ErrorCode.HAZARD_PARAMETER, name="tail, cep_m", value=(tail, cep_m), wanted=_("a share, a radius"))
    return cep_m * math.sqrt(max(0.0, -math.log2(tail)))


def share_beyond(radius_m: float, cep_m: float) -> float:
    """Share of the items that lie farther out than this, circular normal scatter: .2 % beyond three CEP."""
    if not radius_m >= 0 or not cep_m > 0:
        value = (radius_m, cep_m)
        raise fail(ErrorCode.HAZARD_PARAMETER, name="radius_m, cep_m", value=value, wanted=_("at least 0"))
    return float(2.0 ** -((radius_m / cep_m) ** 2))


def individual_risk(items_per_m2: float, trodden_m2_a_year: float, functions: float) -> float:
    """Harm a year to be expected for one person: items met on new ground, times the chance that one functions."""
    _check_share("functions", functions)
    if not items_per_m2 >= 0 or not trodden_m2_a_year >= 0:
        value = (items_per_m2, trodden_m2_a_year)
        raise fail(ErrorCode.HAZARD_PARAMETER, name="density, ground", value=value, wanted=_("at least 0"))
    return items_per_m2 * trodden_m2_a_year * functions


def _check_share(name: str, value: float) -> None:
    if not 0 <= value <= 1:
        raise fail(ErrorCode.HAZARD_PARAMETER, name=name, value=value, wanted=_("between 0 and 1"))
