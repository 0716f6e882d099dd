"""Random and targeted units in one sample: an own derivation, from the hypergeometric law with odds.

All `targeted` units, chosen by judgement or by the hazard surface, are inspected, and `random` units are drawn from the
others. Say that a targeted unit has `odds` times the odds of another to be bad. Given B bad units in all, the number J
among the targeted follows Fisher's noncentral hypergeometric law, ``P(J = j) ~ C(T, j) C(N-T, B-j) odds**j``; those
elsewhere meet the random sample by the ordinary one. So

    P(no find | B) = sum_j P(J = j) (1 - q)**j * E[(1 - q)**K | B - j bad of N - T, sample of n]

At odds of 1 a targeted unit counts for as much as a random one; at 0 every bad unit lies elsewhere, and only the random
units count: the worst case, which is always shown. The published design for combined judgement and random samples
(PNNL-19315) rests on an equation that was not obtained: no parity with it is claimed (methods A2).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.hazard.chances import ChanceToSee
from landrelease.i18n import _
from landrelease.survey.designs import Characteristic, bounds_of, characteristic, counts_to, effective, said_chance
from landrelease.survey.lots import (
    CERTAIN,
    Chance,
    Floats,
    chance_unseen,
    check_chance,
    check_count,
    check_sample,
    too_weak,
)
from landrelease.survey.remaining import ItemsPrior
from landrelease.survey.sampling import SampleForm, bad_units, random_units, seeds_first


class Odds(NamedTuple):
    """How many times the odds of another unit a targeted unit has to be bad, with an interval."""

    value: float = 1.0
    low: float = 1.0
    high: float = 1.0


EVEN = Odds()
"""A targeted unit counts for as much as a random one."""


@dataclass(frozen=True, slots=True)
class CombinedDesign:
    """Inspect `targeted` chosen units and `random` others of `units`; accept only when none shows an item.

    Attributes
    ----------
    bad_units
        Bad units that the sample is made to catch.
    confidence
        Wanted chance to catch that many, at the lower ends of odds and chance to see.
    odds
        Worth of the targets.
    """

    units: int
    targeted: int
    random: int
    bad_units: int
    confidence: float
    odds: Odds = EVEN
    seen: ChanceToSee = CERTAIN

    def __post_init__(self) -> None:
        check_count("units", self.units)
        for name in ("targeted", "random", "bad_units"):
            check_count(name, getattr(self, name), 0)
        check_sample(self.units, self.targeted + self.random)
        check_sample(self.units, self.bad_units)
        if not 0 <= self.odds.low <= self.odds.value <= self.odds.high or math.isinf(self.odds.value):
            wanted = _("at least 0, in order")
            raise fail(ErrorCode.SURVEY_PARAMETER, name="odds", value=tuple(self.odds), wanted=wanted)

    @property
    def sample(self) -> int:
        """Units to inspect."""
        return self.targeted + self.random

    @property
    def attained(self) -> float:
        """Chance to catch `bad_units`, at the lower ends of odds and chance to see."""
        return self.caught(self.bad_units).low

    @property
    def attained_whatever_the_targets(self) -> float:
        """The same where every bad unit lies outside the targets: what the random units alone catch."""
        elsewhere = min(self.bad_units, self.units - self.targeted)
        return 1 - chance_unseen_with_targets(
            self.units, self.targeted, self.random, elsewhere, 0.0, self.seen.low
        )  # fmt: skip

    @property
    def title(self) -> str:
        """Name of the design."""
        return _("{targeted} targeted and {random} random of {units} units").format(
            targeted=self.targeted, random=self.random, units=self.units
        )

    @property
    def statement(self) -> str:
        """What the design supports, in words."""
        return _(
            "If {bad} or more of the {units} units held an item, {targeted} targeted and {random} random units would "
            "find at least one with a chance of {attained:.4f}; with {worst:.4f} if the targets were all wrong. One "
            "item found rejects the lot."
        ).format(
            bad=self.bad_units, units=self.units, targeted=self.targeted, random=self.random, attained=self.attained,
            worst=self.attained_whatever_the_targets,
        )  # fmt: skip

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What must hold, in words."""
        odds = _(
            "A targeted unit has {odds:.3g} times the odds of another to hold an item ({low:.3g} to {high:.3g}). This "
            "is a belief: check it on finds that did not choose the targets."
        ).format(odds=self.odds.value, low=self.odds.low, high=self.odds.high)
        derived = _("Own derivation; no parity with a published design for judgement and random samples is claimed.")
        return (random_units(), odds, said_chance(self.seen), seeds_first(), derived)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the user must know: a sample that stands on the worth of its targets alone."""
        worst = self.attained_whatever_the_targets
        if worst >= self.confidence:
            return ()
        details = {"worst": f"{worst:.4f}", "wanted": f"{self.confidence:.4f}", "random": self.random}
        return (Finding(ErrorCode.SAMPLE_LEANS_ON_TARGETS, details),)

    def caught(self, bad: int) -> Chance:
        """Chance to catch a lot with so many bad units; the bounds hold both odds and chance to see."""
        pairs = zip(self.odds, (self.seen.mean, self.seen.low, self.seen.high), strict=True)
        return Chance(
            *(
                1 - chance_unseen_with_targets(self.units, self.targeted, self.random, bad, odds, seen)
                for odds, seen in pairs
            )
        )

    def caught_items(self, items: int, design_effect: float = 1.0) -> Chance:
        """Chance to catch a lot in which so many items were missed, which lie together by this design effect."""
        return self.caught(min(self.units, effective(items, design_effect)))

    def characteristic(self, bad_units: Iterable[int] | None = None) -> Characteristic:
        """Chance to accept the lot for each true number of bad units."""
        counts = counts_to(self.bad_units, self.units) if bad_units is None else bad_units
        said = [_("odds {low:.3g} to {high:.3g}").format(low=self.odds.low, high=self.odds.high)]
        bounds = ", ".join(
            (said if self.odds.low < self.odds.high else []) + list(filter(None, [bounds_of(self.seen)]))
        )
        axis = _("Units that hold an item")
        return characteristic(self.title, axis, counts, self.caught, self.bad_units, self.units, bounds)

    def bad_after(self, level: float, prior: ItemsPrior | None = None) -> int:
        """Bad units that a sample without a find leaves possible: not exceeded with this probability (Bayes).

        Parameters
        ----------
        level
            Strictly between 0 and 1.
        prior
            Belief about the number of bad units before; without one every number from 0 to all is equally likely.
        """
        check_chance("level", level)
        weights: list[float] = []
        for bad in range(self.units + 1):
            before = 1.0 if prior is None else prior.at_most(bad) - (prior.at_most(bad - 1) if bad else 0.0)
            weights.append(before * (1 - self.caught(bad).low))
            if bad > self.bad_units and weights[-1] < 1e-12 * sum(weights):
                break
        shares = np.cumsum(weights) / sum(weights)
        return int(np.searchsorted(shares, level - 1e-12))


def combine(
    units: int, targeted: int, confidence: float, clean_share: float, odds: Odds | float = 1.0,
    seen: ChanceToSee = CERTAIN,
) -> CombinedDesign:  # fmt: skip
    """Design a sample with so many targeted units: the fewest random ones that make up the wanted confidence.

    Parameters
    ----------
    units, targeted
        Units in the lot, and those chosen beforehand.
    confidence, clean_share
        As for `accept_on_zero`, exact form: the sample catches one bad unit more than the share allows.
    odds
        Worth of the targets; the design is made for its lower end. At 1 (default) a targeted unit counts as a random
        one.

    Raises
    ------
    LandreleaseError
        LR5001 for a parameter out of range, LR5040 for more targets than units, LR5041 where no sample would do.
    """
    check_count("units", units)
    check_count("targeted", targeted, 0)
    check_chance("confidence", confidence)
    check_chance("clean_share", clean_share)
    check_sample(units, targeted)
    worth = odds if isinstance(odds, Odds) else Odds(odds, odds, odds)
    bad = min(units, int(bad_units(units, clean_share, SampleForm.EXACT)))
    random = _fewest_random(units, targeted, bad, confidence, worth.low, seen.low)
    return CombinedDesign(units, targeted, random, bad, confidence, worth, seen)


def chance_unseen_with_targets(
    units: int, targeted: int, random: int, bad: int, odds: float, chance_to_see: float
) -> float:
    """Chance that neither the targeted nor the random units show one of the bad units (derivation above)."""
    others = units - targeted
    least, most = max(0, bad - others), min(bad, targeted)
    inside = np.arange(least, most + 1)
    weights = _log_weights(inside, bad, targeted, others, odds)
    if chance_to_see >= 1:
        inside, weights = inside[:1], weights[:1]
        if least:
            return 0.0
    missed = np.array([chance_unseen(others, bad - int(j), random, chance_to_see) for j in inside])
    return float(min(1.0, (np.exp(weights) * (1 - chance_to_see) ** inside * missed).sum()))


def odds_of_targets(share: ChanceToSee, targeted: int, units: int) -> Odds:
    """Odds of targets in which this share of what was missed is expected to lie, with the share's interval.

    Raises
    ------
    LandreleaseError
        LR5040 unless there are targeted and other units.
    """
    if not 0 < targeted < units:
        raise fail(ErrorCode.SAMPLE_IMPOSSIBLE, sample=targeted, units=units)
    worth = [each / max(1 - each, 1e-9) * (units - targeted) / targeted for each in (share.mean, share.low, share.high)]
    return Odds(*worth)


def _log_weights(inside: NDArray[np.int64], bad: int, targeted: int, others: int, odds: float) -> Floats:
    """Logarithm of the chance of each number of bad units among the targeted."""
    ways = -gammaln(inside + 1) - gammaln(targeted - inside + 1) - gammaln(bad - inside + 1)
    ways -= gammaln(others - bad + inside + 1)
    # relative to the least number inside, so that odds of 0 leave that one alone
    steps = inside - inside[0]
    ways = ways + (steps * math.log(odds) if odds > 0 else np.where(steps > 0, -np.inf, 0.0))
    ways = ways - ways.max()
    return np.asarray(ways - math.log(np.exp(ways).sum()), dtype=np.float64)


def _fewest_random(units: int, targeted: int, bad: int, confidence: float, odds: float, chance_to_see: float) -> int:
    allowed = (1 - confidence) * (1 + 1e-12)

    def missed(random: int) -> float:
        return chance_unseen_with_targets(units, targeted, random, bad, odds, chance_to_see)

    low, high = 0, units - targeted
    if missed(high) > allowed:
        raise too_weak(bad, chance_to_see, confidence)
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if missed(middle) <= allowed else (middle + 1, high)
    return low
