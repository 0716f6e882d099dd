"""Accept-on-zero: how many units to inspect at random, and what a sample without a find supports (methods A1, C4).

A design states its assumptions and its operating characteristic. It never says that land is clean: it says with what
chance a lot worse than stated would have been caught. Sampling is one small term beside process evidence (Ekenberg et
al. 2018). Other designs: `discovery`, `combined`, `parcels`, `remaining`, `seeds`.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.hazard.chances import ChanceToSee
from landrelease.i18n import N_, _
from landrelease.survey.designs import Characteristic, bounds_of, characteristic, counts_to, effective, said_chance
from landrelease.survey.lots import (
    CERTAIN,
    Chance,
    caught,
    chance_unseen,
    check_chance,
    check_count,
    check_sample,
    smallest_sample,
    too_weak,
)
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
        Wanted chance to catch that many; `attained` is what the sample gives, at the lower end of the chance to see.
    clean_share
        Share of units free of items that was asked for.
    findings
        What the user must know of the design.
    seen
        Chance that the inspection sees an item in an inspected unit.
    """

    units: int
    sample: int
    bad_units: float
    confidence: float
    clean_share: float
    form: SampleForm
    attained: float
    findings: tuple[Finding, ...] = ()
    seen: ChanceToSee = CERTAIN

    @property
    def title(self) -> str:
        """Name of the design."""
        return _("Accept on zero: {sample} of {units} units").format(sample=self.sample, units=self.units)

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
        return (random_units(), said_chance(self.seen), seeds_first())

    def caught(self, bad: int) -> Chance:
        """Chance to catch a lot with so many bad units."""
        return caught(self.units, bad, self.sample, self.seen)

    def caught_items(self, items: int, design_effect: float = 1.0) -> Chance:
        """Chance to catch a lot in which so many items were missed, which lie together by this design effect."""
        return self.caught(min(self.units, effective(items, design_effect)))

    def characteristic(self, bad_units: Iterable[int] | None = None) -> Characteristic:
        """Chance to accept the lot for each true number of bad units."""
        counts = counts_to(self.bad_units, self.units) if bad_units is None else bad_units
        axis, bounds = _("Units that hold an item"), bounds_of(self.seen)
        return characteristic(self.title, axis, counts, self.caught, self.bad_units, self.units, bounds)


def random_units() -> str:
    """Assumption of every design that draws at random."""
    return _(
        "The inspected units are drawn at random from all units, one by one. Items that lie together fill fewer units "
        "than items that lie alone, and the sample then catches them less often."
    )


def seeds_first() -> str:
    """Assumption of every design about seeded items."""
    return _("If seeded items in the inspected units are not all found, the inspection fails whatever else it shows.")


def accept_on_zero(
    units: int, confidence: float, clean_share: float, form: SampleForm = SampleForm.APPROXIMATE,
    seen: ChanceToSee = CERTAIN,
) -> SampleDesign:  # fmt: skip
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
    seen
        Chance to see an item in an inspected unit, for instance `chance_from_trial`. The sample is made large enough at
        the lower end of its interval. The published tool takes it as 1, and its approximation holds there alone: with
        less, the law of `chance_unseen` is used, with the bad units rounded up, as the statement does.

    Raises
    ------
    LandreleaseError
        LR5001 for a parameter out of range, LR5041 where inspecting every unit would not do.
    """
    check_count("units", units)
    check_chance("confidence", confidence)
    check_chance("clean_share", clean_share)
    bad = bad_units(units, clean_share, form)
    if form is SampleForm.APPROXIMATE and seen.low >= 1:
        asked = _approximate(units, confidence, bad)
    else:
        asked = smallest_sample(units, _whole(bad), confidence, seen.low)
    sample = min(asked, units)
    findings = (Finding(ErrorCode.SAMPLE_CLAMPED, {"asked": asked, "units": units}),) if asked > units else ()
    attained = confidence_of(units, sample, clean_share, form, seen.low)
    if sample == units and attained < confidence:
        raise too_weak(bad, seen.low, confidence)
    return SampleDesign(units, sample, bad, confidence, clean_share, form, attained, findings, seen)


def bad_units(units: int, clean_share: float, form: SampleForm) -> float:
    """Bad units that a design must catch.

    The approximation keeps the fraction, below 1 too, and may then ask for more units than there are; the exact forms
    catch at least one.
    """
    exactly = units * (1 - Fraction(str(clean_share)))
    if form is SampleForm.APPROXIMATE:
        return float(exactly)
    return float(max(1, math.floor(exactly) + (1 if form is SampleForm.EXACT else 0)))


def confidence_of(
    units: int, sample: int, clean_share: float, form: SampleForm = SampleForm.APPROXIMATE, chance_to_see: float = 1.0
) -> float:
    """Confidence that a sample without a find gives: the design the other way.

    Where inspectors see all, it is 1 when all units are inspected.

    Raises
    ------
    LandreleaseError
        LR5040 for a sample that the lot does not hold.
    """
    check_count("units", units)
    check_sample(units, sample)
    bad = bad_units(units, clean_share, form)
    if form is not SampleForm.APPROXIMATE or chance_to_see < 1:
        # the approximation's correction for drawing without replacement is right only where inspectors see all
        return 1 - chance_unseen(units, _whole(bad), sample, chance_to_see)
    if sample == units:
        return 1.0  # the approximation is not exact at its end
    return float(1 - max(0.0, 1 - 2 * sample / (2 * units - bad + 1)) ** bad)


def units_in_the_limit(confidence: float, clean_share: float) -> int:
    """Sample size for a lot without end: 59 for 95 % at 95 %, 459 for 99 % at 99 %."""
    check_chance("confidence", confidence)
    check_chance("clean_share", clean_share)
    return math.ceil(math.log(1 - confidence) / math.log(clean_share) - 1e-9)


def accept_number(destroyed: int) -> int:
    """Finds in a re-check that the UN rule of the 1990s (99.6 %) still passed: 1 up to 250 mines destroyed.

    A historical benchmark: IMAS now asks for the removal of all hazards to the stated depth (methods C4, G1).
    """
    check_count("destroyed", destroyed)
    return math.ceil(destroyed / 250)


def passes_recheck(destroyed: int, found: int) -> bool:
    """Whether a re-check would have passed under the rule of the 1990s."""
    return found <= accept_number(destroyed)


def density_bound(inspected_m2: float, confidence: float, chance_to_see: float = 1.0) -> float:
    """Items per m² that a clean sample of this area leaves possible: ``-ln(1 - confidence) / (area x chance)`` (C4)."""
    check_chance("confidence", confidence)
    if not inspected_m2 > 0 or not 0 < chance_to_see <= 1:
        value = (inspected_m2, chance_to_see)
        raise fail(ErrorCode.SURVEY_PARAMETER, name="inspected_m2, chance_to_see", value=value, wanted=_("positive"))
    return -math.log1p(-confidence) / (inspected_m2 * chance_to_see)


def _approximate(units: int, confidence: float, bad: float) -> int:
    share = -math.expm1(math.log1p(-confidence) / bad)
    return math.ceil((2 * units - bad + 1) / 2 * share - 1e-9)


def _whole(bad: float) -> int:
    """Bad units as a whole number, rounded up as `SampleDesign.statement` does."""
    return max(1, math.ceil(bad - 1e-9))
