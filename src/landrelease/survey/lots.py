"""A lot of units, some of which hold a missed item: with what chance a random sample sees none (methods A1, A2).

The hypergeometric law, and the same law for an inspection that sees an item only with a chance: each bad unit in the
sample is missed by itself, so the chance of no find is the mean of ``(1 - chance) ** K`` over the number K of bad units
that the sample meets.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from landrelease.errors import ErrorCode, fail
from landrelease.hazard.chances import ChanceToSee
from landrelease.i18n import _

CERTAIN = ChanceToSee(1.0)
"""An inspection that sees every item: the assumption of the published designs."""

Floats = NDArray[np.float64]
_SHORT_RUN = 100_000


class Chance(NamedTuple):
    """A chance at the mean chance to see, and at the lower and upper end of its interval."""

    value: float
    low: float
    high: float


def chance_of_no_find(units: int, bad: int, sample: int) -> float:
    """Chance that a random sample holds none of the bad units (hypergeometric), by logarithms of factorials."""
    if bad > units - sample:
        return 0.0
    few, many = sorted((bad, sample))
    if few <= _SHORT_RUN:
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


def chance_unseen(units: int, bad: int, sample: int, chance_to_see: float = 1.0) -> float:
    """Chance that the inspection of a random sample shows none of the bad units, each seen with `chance_to_see`."""
    if chance_to_see >= 1:
        return chance_of_no_find(units, bad, sample)
    if chance_to_see <= 0 or not bad or not sample:
        return 1.0
    met = np.arange(max(0, bad + sample - units), min(bad, sample) + 1, dtype=np.float64)
    ways = _log_choose(bad, met) + _log_choose(units - bad, sample - met) - _log_choose(units, np.float64(sample))
    return float(min(1.0, np.exp(ways + met * math.log1p(-chance_to_see)).sum()))


def caught(units: int, bad: int, sample: int, seen: ChanceToSee) -> Chance:
    """Chance that the inspection shows at least one bad unit, with the interval of the chance to see."""
    return Chance(*(1 - chance_unseen(units, bad, sample, each) for each in (seen.mean, seen.low, seen.high)))


def discovery_chance(units: int, bad: int, sample: int, chance_to_see: float = 1.0) -> float:
    """Discovery sampling: chance that a sample shows at least one of the bad units."""
    return 1 - chance_unseen(units, bad, sample, chance_to_see)


def smallest_sample(units: int, bad: int, confidence: float, chance_to_see: float = 1.0) -> int:
    """Fewest units whose inspection shows at least one of the bad units with this confidence.

    Raises
    ------
    LandreleaseError
        LR5041 where inspecting every unit would not do.
    """
    allowed = (1 - confidence) * (1 + 1e-12)
    if chance_unseen(units, bad, units, chance_to_see) > allowed:
        raise too_weak(bad, chance_to_see, confidence)
    low, high = 0, units
    while low < high:
        middle = (low + high) // 2
        if chance_unseen(units, bad, middle, chance_to_see) <= allowed:
            high = middle
        else:
            low = middle + 1
    return low


def too_weak(bad: float, chance_to_see: float, confidence: float) -> Exception:
    """Refusal of a design that no sample of the lot can meet."""
    most = -math.expm1(bad * math.log1p(-chance_to_see)) if chance_to_see < 1 else 1.0
    return fail(
        ErrorCode.DETECTOR_TOO_WEAK,
        bad=f"{bad:g}", chance=f"{chance_to_see:.3g}", most=f"{most:.4f}", wanted=f"{confidence:.4f}",
    )  # fmt: skip


def check_count(name: str, value: int, least: int = 1) -> None:
    """Refuse (LR5001) a number below the least that makes sense."""
    if value < least:
        raise fail(ErrorCode.SURVEY_PARAMETER, name=name, value=value, wanted=_("at least {least}").format(least=least))


def check_chance(name: str, value: float) -> None:
    """Refuse (LR5001) a chance or confidence of 0 or 1, or beyond."""
    if not 0 < value < 1:
        raise fail(ErrorCode.SURVEY_PARAMETER, name=name, value=value, wanted=_("strictly between 0 and 1"))


def check_sample(units: int, sample: int) -> None:
    """Refuse (LR5040) a sample that the lot does not hold."""
    if not 0 <= sample <= units:
        raise fail(ErrorCode.SAMPLE_IMPOSSIBLE, sample=sample, units=units)


def _log_choose(units: int, taken: Floats | np.float64) -> Floats:
    return np.asarray(gammaln(units + 1) - gammaln(taken + 1) - gammaln(units - taken + 1), dtype=np.float64)
