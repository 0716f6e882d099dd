"""Answers of an estimate about ground: chance of an item, expected items, items left after searches.

Every answer says how sure it is. `low` and `high` bound the *mean* of the ground in question, as the draws of the
estimate leave it open; `counts` bounds the *number of items*, which varies around its mean as well. An estimate without
draws knows no bounds, and its answers say so. Figures advise; a named person releases land.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from scipy import stats
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.hazard.amounts import Floats, amounts, effective_number, few_draws_tail, quantiles, weighted_sums
from landrelease.hazard.predictive import check_level
from landrelease.hazard.residual import ItemsLeft, Search, missed_shares
from landrelease.hazard.surface import Surface
from landrelease.i18n import N_, _
from landrelease.terms import Term

LEAST_DRAWS = 10
"""Fewer effective draws than this cannot carry an interval of 90 %."""


class AnswerUnit(Term):
    """What an answer counts."""

    ITEMS = "items", N_("items")
    CHANCE = "chance", N_("chance")


@dataclass(frozen=True)
class Answer:
    """A figure about ground, with what is known of its uncertainty.

    Attributes
    ----------
    value
        Expected items, or a chance from 0 to 1.
    low, high
        Interval of the mean (or of the chance) at `level`; None where the estimate has no draws.
    level
        Chance that the interval is meant to hold, for example 0.9.
    unit
        What `value` is.
    counts
        Predictive interval of the number of items at `level`; None for a chance and without draws.
    chance_of_none
        Chance that there is no item at all; None for a chance.
    known_share
        Share of the ground that lies in the region of the estimate; the figures speak of this share only.
    effective_draws
        How many even draws the answer rests on; None without draws.
    findings
        What a reader must know: LR4052 ground partly outside, LR4053 no interval, LR4055 draws exhausted.
    """

    value: float
    low: float | None
    high: float | None
    level: float
    unit: AnswerUnit
    counts: tuple[int, int] | None = None
    chance_of_none: float | None = None
    known_share: float = 1.0
    effective_draws: float | None = None
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        check_level(self.level)

    @property
    def text(self) -> str:
        """The answer in words, in the user's language: value, unit, interval or that there is none."""
        said = f"{self.value:.3g}" if self.unit is AnswerUnit.CHANCE else f"{self.value:.3g} {self.unit.label}"
        if self.low is None or self.high is None:
            return _("{value} (no interval: the estimate gives no draws)").format(value=said)
        return _("{value} ({level} %: {low} to {high})").format(
            value=said, level=f"{100 * self.level:g}", low=f"{self.low:.3g}", high=f"{self.high:.3g}"
        )


def expected_items(surface: Surface, polygon: BaseGeometry, level: float = 0.9) -> Answer:
    """Expected number of items in a polygon of the grid's system, as the estimate stands.

    Raises
    ------
    LandreleaseError
        LR4050 where no part of the polygon lies in the region, LR4051 for a shape without an area or that crosses
        itself, LR4005 for a level outside 0..1.
    """
    return _items(surface, polygon, [], 0, check_level(level))


def probability(surface: Surface, polygon: BaseGeometry, level: float = 0.9) -> Answer:
    """Chance of at least one item in a polygon of the grid's system; refuses what `expected_items` refuses.

    The value is the chance averaged over the draws; the interval is that of the chance given the level of the ground.
    """
    check_level(level)
    check_shape(polygon)
    sums = amounts(surface, [polygon])
    findings = _known(surface, float(sums.known_share[0]))
    known = float(sums.known_share[0])
    if sums.draws is None:
        value = float(-np.expm1(-sums.mean[0]))
        return Answer(value, None, None, level, AnswerUnit.CHANCE, known_share=known, findings=findings)
    chances = -np.expm1(-sums.draws[:, 0])
    low, high = quantiles(chances, _tails(level))
    return Answer(
        float(chances.mean()), float(low), float(high), level, AnswerUnit.CHANCE, known_share=known,
        effective_draws=float(len(chances)), findings=findings,
    )  # fmt: skip


def residual(
    surface: Surface, part: BaseGeometry, searches: Sequence[Search], found: int = 0, level: float = 0.9
) -> Answer:
    """Items left in a part after searches that the estimate has *not* read yet, and in which `found` items were found.

    Each draw of the surface expects its own number of finds; draws that foresaw the count found weigh more (Poisson
    likelihood). Where too few draws agree with it, the level is taken as a Gamma distribution with the draws' mean and
    variance (methods C2), and the answer says so. Without draws the level counts as known, and finds teach nothing.

    Parameters
    ----------
    surface
        Items there before these searches.
    part, searches
        In the grid's system; searches may reach beyond the part, overlap and repeat each other, and are independent.
    found
        Items found in the part by these searches together, and removed.

    Raises
    ------
    LandreleaseError
        As `expected_items`; LR4005 for a count below 0; LR4054 where items were found that no search could see.
    """
    if found < 0:
        raise fail(ErrorCode.HAZARD_PARAMETER, name="found", value=found, wanted=_("at least 0"))
    return _items(surface, part, searches, found, check_level(level))


def check_shape(shape: BaseGeometry | None) -> None:
    """Refuse (LR4051) what is no polygon with an area, or crosses itself."""
    if shape is None or shape.is_empty or not shape.area > 0:
        raise fail(ErrorCode.ANSWER_SHAPE, problem=_("it has no area"))
    if not shape.is_valid:
        raise fail(ErrorCode.ANSWER_SHAPE, problem=shapely.is_valid_reason(shape))


def _items(surface: Surface, part: BaseGeometry, searches: Sequence[Search], found: int, level: float) -> Answer:
    for shape in (part, *(search.geometry for search in searches)):
        check_shape(shape)
    known = float(amounts(replace(surface, draws=None), [part]).known_share[0])
    findings = _known(surface, known)
    mean, draws = weighted_sums(surface, missed_shares(surface.grid, part, searches))
    if found and not mean[0] > mean[1]:
        raise fail(ErrorCode.FINDS_IMPOSSIBLE, found=found)
    if draws is None:
        left = ItemsLeft(float(mean[1]))
        answer = Answer(left.mean, None, None, level, AnswerUnit.ITEMS, None, left.chance_of_none)
    else:
        answer = _after(mean, draws, found, level)
    return replace(answer, known_share=known, findings=(*findings, *answer.findings))


def _after(mean: Floats, draws: Floats, found: int, level: float) -> Answer:
    """Items left, from (before, left) of the mean and of each draw."""
    left = draws[:, 1]
    expected_finds = draws[:, 0] - left
    weights = _weights(expected_finds, found)
    effective = effective_number(weights)
    if expected_finds.any() and effective < LEAST_DRAWS:
        return _by_gamma(mean, draws, found, effective, level)
    # the mean of few draws is noisy and that of the surface is not: the draws only say how the finds change it
    value = float(mean[1]) * (float(weights @ left) / float(left.mean()) if left.any() else 1.0)
    low, high = quantiles(left, _tails(level), weights)
    counts = _counts(left, weights, level)
    none = float(weights @ np.exp(-left))
    return Answer(value, float(low), float(high), level, AnswerUnit.ITEMS, counts, none, effective_draws=effective)


def _weights(expected_finds: Floats, found: int) -> Floats:
    """Weight of each draw by how likely it made the count found."""
    if not found and not expected_finds.any():
        return np.full(len(expected_finds), 1 / len(expected_finds))
    log_weights = stats.poisson.logpmf(found, np.maximum(expected_finds, 0.0))
    if not np.isfinite(log_weights).any():
        raise fail(ErrorCode.FINDS_IMPOSSIBLE, found=found)
    weights = np.exp(log_weights - log_weights.max())
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _counts(left: Floats, weights: Floats, level: float) -> tuple[int, int]:
    """Predictive interval of the count: exact quantiles of the weighted mixture of Poisson counts."""
    tail = few_draws_tail((1 - level) / 2, effective_number(weights))
    low, high = (_mixture_quantile(left, weights, chance) for chance in (tail, 1 - tail))
    return low, high


def _mixture_quantile(means: Floats, weights: Floats, chance: float) -> int:
    low, high = -1, int(max(stats.poisson.ppf(chance, means.max()), 0))
    while high - low > 1:
        middle = (low + high) // 2
        enough = float(weights @ stats.poisson.cdf(middle, means)) >= chance
        low, high = (low, middle) if enough else (middle, high)
    return high


def _by_gamma(mean: Floats, draws: Floats, found: int, effective: float, level: float) -> Answer:
    """The level of the part as a Gamma distribution with the moments of the draws; conjugate, so finds always teach."""
    before = draws[:, 0]
    spread = float(before.var(ddof=1)) if len(before) > 1 else 0.0
    shape = float(before.mean()) ** 2 / spread if spread > 0 else math.inf
    learned = 1.0 if math.isinf(shape) else (shape + found) / (shape + float(mean[0] - mean[1]))
    left = ItemsLeft(float(mean[1]) * learned, shape + found)
    low, high = left.mean_interval(level)
    details = {"found": found, "effective": round(effective, 1), "draws": len(before)}
    return Answer(
        left.mean, low, high, level, AnswerUnit.ITEMS, left.interval(level), left.chance_of_none,
        effective_draws=effective, findings=(Finding(ErrorCode.DRAWS_EXHAUSTED, details),),
    )  # fmt: skip


def _known(surface: Surface, known_share: float) -> tuple[Finding, ...]:
    """What to say of ground that is not all in the region; refuses ground of which nothing is known."""
    if not known_share > 0:
        raise fail(ErrorCode.ANSWER_OUTSIDE_REGION)
    findings = []
    if known_share < 1 - WHOLE:
        percent = f"{100 * known_share:.3g}"
        findings.append(Finding(ErrorCode.ANSWER_PARTLY_KNOWN, {"percent": percent}))
    if surface.draws is None:
        findings.append(Finding(ErrorCode.ANSWER_WITHOUT_DRAWS, {"method": surface.method}))
    return tuple(findings)


WHOLE = 1e-6
"""Share of a polygon that may lie outside the region without a word: rounding of coordinates."""


def _tails(level: float) -> tuple[float, float]:
    return (1 - level) / 2, (1 + level) / 2
