"""Sampling designs: how many units to inspect, and what a clean sample supports (methods A1, A2, C4).

A design states its assumptions and its operating characteristic. It never says that land is clean: it says with what
chance a lot worse than stated would have been caught. Sampling is one small term beside process evidence (Ekenberg et
al. 2018).
"""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaln

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.i18n import N_, _
from landrelease.terms import Term


class SampleForm(Term):
    """How the sample size is worked out."""

    APPROXIMATE = "approximate", N_("Approximation of the published tool (NUREG/CR-4604)")
    EXACT = "exact", N_("Exact, bad units more than the share allows")
    EXACT_AT_SHARE = "exact_at_share", N_("Exact, bad units just at the share")


@dataclass(frozen=True, slots=True)
class SampleDesign:
    """An accept-on-zero design: inspect `sample` of `units` at random, accept only when none holds an item.

    Attributes
    ----------
    units
        Units in the lot.
    sample
        Units to inspect.
    bad_units
        Bad units that the sample is made to catch; a fraction in the approximation.
    confidence
        Wanted chance to catch that many; `attained` is what the sample gives.
    clean_share
        Share of units free of items that was asked for.
    findings
        What the user must know of the design.
    """

    units: int
    sample: int
    bad_units: float
    confidence: float
    clean_share: float
    form: SampleForm
    attained: float
    findings: tuple[Finding, ...] = ()

    @property
    def statement(self) -> str:
        """What the design supports, in words."""
        return _(
            "If {bad} or more of the {units} units held an item, a sample of {sample} would find at least one with a "
            "chance of {attained:.4f}. One item found rejects the lot."
        ).format(bad=math.ceil(self.bad_units), units=self.units, sample=self.sample, attained=self.attained)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What must hold, in words."""
        return (
            _("The inspected units are drawn at random from all units; items that lie together weaken the sample."),
            _("An item in an inspected unit is always found; multiply by the chance to see where it is below 1."),
            _("If seeded items in the inspected units are not all found, the inspection fails whatever else it shows."),
        )

    def operating_characteristic(self, bad_units: "NDArray[np.int64] | list[int] | None" = None) -> pd.DataFrame:
        """Chance to accept the lot for each true number of bad units: columns bad_units, bad_share, accepted."""
        if bad_units is None:
            most = min(self.units, max(4, math.ceil(4 * self.bad_units)))
            bad_units = sorted({round(most * step / 20) for step in range(21)})
        counts = np.asarray(bad_units, dtype=np.int64)
        accepted = [chance_of_no_find(self.units, int(bad), self.sample) for bad in counts]
        return pd.DataFrame({"bad_units": counts, "bad_share": counts / self.units, "accepted": accepted})


def accept_on_zero(
    units: int, confidence: float, clean_share: float, form: SampleForm = SampleForm.APPROXIMATE
) -> SampleDesign:
    """Design a sample that, when it holds no item, supports "at least this share is free" with this confidence.

    Parameters
    ----------
    units
        Units in the lot (transects, squares of ground).
    confidence, clean_share
        Strictly between 0 and 1.
    form
        `APPROXIMATE` gives the published tool's figure (bad units ``units (1 - clean_share)``, kept fractional);
        `EXACT` is the hypergeometric with one bad unit more than the share allows; `EXACT_AT_SHARE` with the whole
        number at the share.

    Raises
    ------
    LandreleaseError
        LR5001 for a parameter out of range.
    """
    _check_count("units", units)
    _check_chance("confidence", confidence)
    _check_chance("clean_share", clean_share)
    bad = bad_units(units, clean_share, form)
    asked = (
        _approximate(units, confidence, bad) if form is SampleForm.APPROXIMATE else _exact(units, confidence, int(bad))
    )
    sample = min(asked, units)
    findings = (Finding(ErrorCode.SAMPLE_CLAMPED, {"asked": asked, "units": units}),) if asked > units else ()
    attained = confidence_of(units, sample, clean_share, form)
    return SampleDesign(units, sample, bad, confidence, clean_share, form, attained, findings)


def bad_units(units: int, clean_share: float, form: SampleForm) -> float:
    """Bad units that a design must catch.

    The approximation keeps the fraction, below 1 too, and may then ask for more units than there are; the exact forms
    catch at least one.
    """
    exactly = units * (1 - Fraction(str(clean_share)))
    if form is SampleForm.APPROXIMATE:
        return float(exactly)
    return float(max(1, math.floor(exactly) + (1 if form is SampleForm.EXACT else 0)))


def confidence_of(units: int, sample: int, clean_share: float, form: SampleForm = SampleForm.APPROXIMATE) -> float:
    """Confidence that a sample without a find gives: the design the other way; 1 when all units are inspected."""
    _check_count("units", units)
    if not 0 <= sample <= units:
        raise fail(
            ErrorCode.SURVEY_PARAMETER, name="sample", value=sample, wanted=_("between 0 and {most}").format(most=units)
        )
    if sample == units:
        return 1.0
    bad = bad_units(units, clean_share, form)
    if form is not SampleForm.APPROXIMATE:
        return 1 - chance_of_no_find(units, int(bad), sample)
    return float(1 - max(0.0, 1 - 2 * sample / (2 * units - bad + 1)) ** bad)


def chance_of_no_find(units: int, bad: int, sample: int) -> float:
    """Chance that a random sample holds none of the bad units (hypergeometric), by logarithms of factorials."""
    if bad > units - sample:
        return 0.0
    few, many = sorted((bad, sample))
    if few <= 100_000:
        # a product of the shorter run keeps full precision where factorials cancel
        steps = np.arange(few, dtype=np.float64)
        return float(np.exp(np.log1p(-many / (units - steps)).sum()))
    return float(
        np.exp(
            gammaln(units - bad + 1)
            + gammaln(units - sample + 1)
            - gammaln(units + 1)
            - gammaln(units - bad - sample + 1)
        )
    )


def discovery_chance(units: int, bad: int, sample: int) -> float:
    """Discovery sampling: chance that a sample holds at least one of the bad units."""
    return 1 - chance_of_no_find(units, bad, sample)


def units_in_the_limit(confidence: float, clean_share: float) -> int:
    """Sample size for a lot without end: 59 for 95 % at 95 %, 459 for 99 % at 99 %."""
    _check_chance("confidence", confidence)
    _check_chance("clean_share", clean_share)
    return math.ceil(math.log(1 - confidence) / math.log(clean_share) - 1e-9)


def accept_number(destroyed: int) -> int:
    """Finds in a re-check that the UN rule of the 1990s (99.6 %) still passed: 1 up to 250 mines destroyed.

    A historical benchmark: IMAS now asks for the removal of all hazards to the stated depth (methods C4, G1).
    """
    _check_count("destroyed", destroyed)
    return math.ceil(destroyed / 250)


def passes_recheck(destroyed: int, found: int) -> bool:
    """Whether a re-check would have passed under the rule of the 1990s."""
    return found <= accept_number(destroyed)


def density_bound(inspected_m2: float, confidence: float, chance_to_see: float = 1.0) -> float:
    """Items per m² that a clean sample of this area leaves possible: ``-ln(1 - confidence) / (area x chance)`` (C4)."""
    _check_chance("confidence", confidence)
    if not inspected_m2 > 0 or not 0 < chance_to_see <= 1:
        value = (inspected_m2, chance_to_see)
        raise fail(ErrorCode.SURVEY_PARAMETER, name="inspected_m2, chance_to_see", value=value, wanted=_("positive"))
    return -math.log1p(-confidence) / (inspected_m2 * chance_to_see)


def _approximate(units: int, confidence: float, bad: float) -> int:
    return math.ceil((2 * units - bad + 1) / 2 * -math.expm1(math.log1p(-confidence) / bad) - 1e-9)


def _exact(units: int, confidence: float, bad: int) -> int:
    low, high = 0, units
    while low < high:
        middle = (low + high) // 2
        if chance_of_no_find(units, bad, middle) <= (1 - confidence) * (1 + 1e-12):
            high = middle
        else:
            low = middle + 1
    return low


def _check_count(name: str, value: int) -> None:
    if value < 1:
        raise fail(ErrorCode.SURVEY_PARAMETER, name=name, value=value, wanted=_("at least 1"))


def _check_chance(name: str, value: float) -> None:
    if not 0 < value < 1:
        raise fail(ErrorCode.SURVEY_PARAMETER, name=name, value=value, wanted=_("strictly between 0 and 1"))
