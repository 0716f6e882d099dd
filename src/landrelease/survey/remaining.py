"""How many items remain after a share of a site was surveyed: with an uninformed and an informed prior (methods A2).

Model: of N items each lies in surveyed ground with chance p, the surveyed share; every item crossed is recognised.
Where items are recognised only with a chance q, ``p q`` takes the place of p: `remaining_design`.
"""

import math
from dataclasses import dataclass

from scipy.optimize import brentq
from scipy.stats import nbinom

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _


def assumptions() -> tuple[str, ...]:
    """What both models need, in words."""
    return (
        _("The surveyed ground is a random part of the site."),
        _("Every item in surveyed ground is recognised."),
        _("The design counts on finding nothing; one find means working it out again with the find."),
    )


# Uninformed: all N >= 0 equally likely before the survey


def share_to_survey(most_items: int, confidence: float) -> float:
    """Share of the site to survey so that, with nothing found, at most so many items remain with this confidence."""
    _check(most_items, confidence)
    return -math.expm1(math.log1p(-confidence) / (most_items + 1))


def confidence_in_at_most(most_items: int, surveyed_share: float) -> float:
    """Confidence that at most so many items are there when nothing was found in the surveyed share."""
    _check(most_items, 0.5)
    return 1 - (1 - surveyed_share) ** (most_items + 1)


# Informed: N ~ negative binomial, a Poisson count with a Gamma mean


@dataclass(frozen=True, slots=True)
class ItemsPrior:
    """Belief about the number of items: NegBin(shape, q), ``P(N = n) = C(n+shape-1, n) (1-q)^shape q^n``."""

    shape: float
    q: float

    def __post_init__(self) -> None:
        if not self.shape > 0 or not 0 <= self.q < 1:
            value = (self.shape, self.q)
            raise fail(
                ErrorCode.SURVEY_PARAMETER, name="shape, q", value=value, wanted=_("a shape above 0 and 0 <= q < 1")
            )

    @property
    def mean(self) -> float:
        """Expected items."""
        return self.shape * self.q / (1 - self.q)

    def at_most(self, count: int) -> float:
        """Chance of at most so many items."""
        return float(nbinom.cdf(count, self.shape, 1 - self.q))

    def bound(self, confidence: float) -> int:
        """Smallest count that is not exceeded with this confidence."""
        return int(nbinom.ppf(confidence, self.shape, 1 - self.q))

    def remaining(self, surveyed_share: float, found: int = 0) -> "ItemsPrior":
        """Belief about the items that remain after a share was surveyed and so many were found and removed."""
        if not 0 <= surveyed_share <= 1 or found < 0:
            value = (surveyed_share, found)
            raise fail(
                ErrorCode.SURVEY_PARAMETER, name="surveyed_share, found", value=value, wanted=_("a share, a count")
            )
        return ItemsPrior(self.shape + found, self.q * (1 - surveyed_share))


def prior_from_statement(most_items: int, probability: float, shape: float = 2.0) -> ItemsPrior:
    """Belief of someone who says "at most so many items, with this probability".

    Shape 2 is what the published tool means by a "lesser" chance of half as many or fewer [inferred: only 2 reproduces
    its worked example]; the shapes behind its other presets are not known.

    Raises
    ------
    LandreleaseError
        LR5001 for a parameter out of range, LR5003 where no such belief exists.
    """
    _check(most_items, probability)
    return ItemsPrior(shape, _solve_q(most_items, probability, shape))


def share_to_survey_informed(prior: ItemsPrior, most_items: int, confidence: float) -> float:
    """Share of the site to survey without a find so that at most so many items remain with this confidence.

    0 where the prior alone gives that confidence.
    """
    _check(most_items, confidence)
    if prior.q == 0:
        return 0.0
    return max(0.0, 1 - _solve_q(most_items, confidence, prior.shape) / prior.q)


def survey_units(share: float, site_area: float, unit_area: float) -> int:
    """Whole units (transects) that make up a share of a site; both areas in one unit."""
    if not 0 <= share <= 1 or not site_area > 0 or not unit_area > 0:
        value = (share, site_area, unit_area)
        raise fail(
            ErrorCode.SURVEY_PARAMETER, name="share, areas", value=value, wanted=_("a share and two positive areas")
        )
    return math.ceil(share * site_area / unit_area - 1e-9)


def _solve_q(most_items: int, probability: float, shape: float) -> float:
    def miss(q: float) -> float:
        return float(nbinom.cdf(most_items, shape, 1 - q)) - probability

    if not shape > 0 or miss(1e-12) < 0 or miss(1 - 1e-12) > 0:
        raise fail(ErrorCode.PRIOR_UNREACHABLE, shape=shape, probability=probability, most=most_items)
    return float(brentq(miss, 1e-12, 1 - 1e-12, xtol=1e-14))


def _check(most_items: int, chance: float) -> None:
    if most_items < 0:
        raise fail(ErrorCode.SURVEY_PARAMETER, name="most_items", value=most_items, wanted=_("at least 0"))
    if not 0 < chance < 1:
        raise fail(ErrorCode.SURVEY_PARAMETER, name="chance", value=chance, wanted=_("strictly between 0 and 1"))
