"""What a survey is worth: the expected gain of looking at a piece of ground before deciding what to do with it (F3).

``EVSI = E[max over actions after data] - max over actions now``; the net value subtracts the cost of looking. The
number of items is Poisson given the mean of each draw of the hazard estimate, and what a survey finds is removed. The
figure orders surveys; it releases no land, and what it compares as "release" is a named person's to do.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.stats import poisson
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.hazard.amounts import amounts
from landrelease.hazard.answers import check_shape
from landrelease.hazard.surface import Surface
from landrelease.i18n import N_, _
from landrelease.survey.target import check
from landrelease.terms import Term

Floats = NDArray[np.float64]
_TAIL = 1e-13
"""Chance of finds beyond those that are enumerated."""


class LandAction(Term):
    """What can be done with a piece of ground."""

    RELEASE = "release", N_("Release as it is")
    CLEAR = "clear", N_("Clear")
    WAIT = "wait", N_("Wait")


class Prices(Protocol):
    """What ground, items and work are worth, in one unit of value."""

    @property
    def area_per_m2(self) -> float:
        """Value of a square metre in use."""

    @property
    def item_loss(self) -> float:
        """Loss from one item left in released ground."""

    @property
    def waiting_loss(self) -> float:
        """Loss from one item while the ground waits."""

    @property
    def clearance_per_m2(self) -> float:
        """Cost of clearing a square metre: price of a team-day by the ground cleared in it."""

    @property
    def survey_per_m2(self) -> float:
        """Cost of surveying a square metre."""


@dataclass(frozen=True, slots=True)
class StatedPrices:
    """Prices given as numbers, all in one unit of value.

    Attributes
    ----------
    area_per_m2, item_loss, waiting_loss
        As `Prices`.
    clearance_team_day, clearance_m2_a_day
        Price of a clearance team's day and what it clears in one.
    survey_team_day, survey_m2_a_day
        The same of the team that looks.
    """

    area_per_m2: float
    item_loss: float
    clearance_team_day: float
    clearance_m2_a_day: float
    survey_team_day: float
    survey_m2_a_day: float
    waiting_loss: float = 0.0

    def __post_init__(self) -> None:
        for name in ("area_per_m2", "item_loss", "clearance_team_day", "survey_team_day", "waiting_loss"):
            check(name, getattr(self, name), 0 <= getattr(self, name) < math.inf, _("at least 0"))
        for name in ("clearance_m2_a_day", "survey_m2_a_day"):
            check(name, getattr(self, name), 0 < getattr(self, name) < math.inf, _("above 0"))

    @property
    def clearance_per_m2(self) -> float:
        """Cost of clearing a square metre."""
        return self.clearance_team_day / self.clearance_m2_a_day

    @property
    def survey_per_m2(self) -> float:
        """Cost of surveying a square metre."""
        return self.survey_team_day / self.survey_m2_a_day


@dataclass(frozen=True, slots=True)
class CountLook:
    """A survey that searches a share of the ground, with a chance to see an item there, and removes what it finds."""

    share: float
    chance: float

    def __post_init__(self) -> None:
        check("share", self.share, 0 <= self.share <= 1, _("between 0 and 1"))
        check("chance", self.chance, 0 <= self.chance <= 1, _("between 0 and 1"))


@dataclass(frozen=True, slots=True)
class VerdictLook:
    """A survey of all of the ground that says yes or no and removes nothing."""

    false_positive: float
    false_negative: float

    def __post_init__(self) -> None:
        for name in ("false_positive", "false_negative"):
            check(name, getattr(self, name), 0 <= getattr(self, name) <= 1, _("between 0 and 1"))


@dataclass(frozen=True, slots=True)
class SurveyValue:
    """Expected gain of looking at ground.

    Attributes
    ----------
    gain
        Expected value of the best action after looking, less that of the best one now (EVSI).
    cost
        Of looking.
    ceiling
        Gain of knowing the number of items exactly; no look that removes nothing is worth more.
    action_now
        Best without looking.
    values_now
        Expected value of each action now.
    changes
        Chance that looking changes the action.
    findings
        LR4053 where the estimate has no draws.
    """

    gain: float
    cost: float
    ceiling: float
    action_now: LandAction
    values_now: dict[LandAction, float]
    changes: float
    findings: tuple[Finding, ...] = ()

    @property
    def net(self) -> float:
        """Gain less cost: worth looking where above 0."""
        return self.gain - self.cost


def survey_value(
    mean_items: Sequence[float] | Floats, area_m2: float, prices: Prices, look: CountLook | VerdictLook,
    clearance_chance: float = 1.0,
) -> SurveyValue:  # fmt: skip
    """Work out the value of looking at ground.

    Parameters
    ----------
    mean_items
        Expected items of each draw of the estimate, shape (draws,); one number where the level counts as known.
    area_m2
        Of the ground.
    look
        What is done.
    clearance_chance
        Chance that clearance finds an item.

    Raises
    ------
    LandreleaseError
        LR5001 for a parameter out of range.
    """
    means = np.asarray(mean_items, dtype=np.float64).ravel()
    check("mean_items", len(means), len(means) > 0 and bool((np.isfinite(means) & (means >= 0)).all()), _("at least 0"))
    check("area_m2", area_m2, area_m2 > 0, _("above 0"))
    check("clearance_chance", clearance_chance, 0 <= clearance_chance <= 1, _("between 0 and 1"))
    now = _values(np.array([means.mean()]), area_m2, prices, clearance_chance)[:, 0]
    best = int(now.argmax())
    chances, left = _after_count(means, look) if isinstance(look, CountLook) else _after_verdict(means, look)
    after = _values(left, area_m2, prices, clearance_chance)
    gain = float(chances @ after.max(axis=0) - now[best])
    changes = float(chances @ (after.max(axis=0) > after[best] + 1e-12 * np.abs(after[best])))
    share = look.share if isinstance(look, CountLook) else 1.0
    return SurveyValue(
        gain, prices.survey_per_m2 * area_m2 * share, _ceiling(means, area_m2, prices, clearance_chance) - now[best],
        tuple(LandAction)[best], dict(zip(LandAction, map(float, now), strict=True)), changes,
    )  # fmt: skip


def polygon_survey_value(
    surface: Surface, polygon: BaseGeometry, prices: Prices, look: CountLook | VerdictLook,
    clearance_chance: float = 1.0,
) -> SurveyValue:  # fmt: skip
    """Value of looking at a polygon of the grid's system, from the draws of the hazard estimate.

    Raises
    ------
    LandreleaseError
        As `survey_value`; LR4050 outside the estimate's region, LR4051 for a shape without an area.
    """
    check_shape(polygon)
    sums = amounts(surface, [polygon])
    if not sums.known_share[0] > 0:
        raise fail(ErrorCode.ANSWER_OUTSIDE_REGION)
    if sums.draws is None:
        found = survey_value([float(sums.mean[0])], polygon.area, prices, look, clearance_chance)
        missing = (Finding(ErrorCode.ANSWER_WITHOUT_DRAWS, {"method": surface.method}),)
        return replace(found, findings=missing)
    return survey_value(sums.draws[:, 0], polygon.area, prices, look, clearance_chance)


def _values(items: Floats, area_m2: float, prices: Prices, clearance_chance: float) -> Floats:
    """Expected value of release, clearance and waiting where so many items are there, shape (3, cases).

    Each is linear in the number of items, so that its mean is all that matters.
    """
    worth = prices.area_per_m2 * area_m2
    released = worth - prices.item_loss * items
    cleared = worth - prices.clearance_per_m2 * area_m2 - prices.item_loss * (1 - clearance_chance) * items
    return np.stack([released, cleared, 0.0 - prices.waiting_loss * items])


def _after_count(means: Floats, look: CountLook) -> tuple[Floats, Floats]:
    """Chance of each number of finds, and the expected items left after it."""
    seen = look.share * look.chance
    counts = np.arange(poisson.isf(_TAIL, means.max() * seen) + 2)
    joint = poisson.pmf(counts, means[:, None] * seen) / len(means)
    chances = joint.sum(axis=0)
    left = np.divide(joint.T @ means * (1 - seen), chances, out=np.zeros(len(counts)), where=chances > 0)
    return chances, left


def _after_verdict(means: Floats, look: VerdictLook) -> tuple[Floats, Floats]:
    """Chance of a yes and of a no, and the expected items after each; without an item a yes is a mistake."""
    some = -np.expm1(-means)
    yes = float((look.false_positive * (1 - some) + (1 - look.false_negative) * some).mean())
    items = means.mean() * np.array([1 - look.false_negative, look.false_negative])
    chances = np.array([yes, 1 - yes])
    return chances, np.divide(items, chances, out=np.zeros(2), where=chances > 0)


def _ceiling(means: Floats, area_m2: float, prices: Prices, clearance_chance: float) -> float:
    """Expected value of the best action where the number of items is known."""
    counts = np.arange(poisson.isf(_TAIL, means.max()) + 2)
    chances = poisson.pmf(counts, means[:, None]).mean(axis=0)
    return float(chances @ _values(counts, area_m2, prices, clearance_chance).max(axis=0))
