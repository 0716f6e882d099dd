"""Rates of rare events with exact intervals; the exposure is part of the answer.

``k ~ Poisson(rate * exposure)``. The exact interval of a Poisson mean is Garwood's: Garwood F., Fiducial limits for the
Poisson distribution, Biometrika 28 (1936) 437-442. With a Gamma prior the posterior is Gamma (methods E).
"""

import math
from dataclasses import dataclass

from scipy.stats import gamma

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.i18n import _


@dataclass(frozen=True, slots=True)
class Rate:
    """A count of events, what they were exposed to, and the rate with its interval.

    Attributes
    ----------
    exposure, unit
        Amount and what it is an amount of, for example 12,500 person-days.
    rate, low, high
        Events for one unit of exposure.
    level
        Level of the interval, 0 to 1.
    """

    count: int
    exposure: float
    unit: str
    rate: float
    low: float
    high: float
    level: float

    def per(self, units: float) -> tuple[float, float, float]:
        """Rate, low and high for so many units of exposure."""
        return self.rate * units, self.low * units, self.high * units


def garwood(count: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a Poisson mean from one count.

    Returns
    -------
    tuple of float
        Least mean under which at least `count`, and greatest under which at most `count` events have a chance of
        ``(1 - level) / 2``. It covers the truth at least at its level, for small counts above it. For 9 events at
        95 %: 4.12 to 17.08.

    Raises
    ------
    LandreleaseError
        LR3228 for a negative count or a level outside 0 to 1.
    """
    if count < 0 or count != int(count):
        raise _impossible(_("{count} is no count").format(count=count))
    if not 0 < level < 1:
        raise _impossible(_("a level of {level} is not between 0 and 1").format(level=level))
    tail = (1 - level) / 2
    low = float(gamma.ppf(tail, count)) if count else 0.0
    return low, float(gamma.isf(tail, count + 1))


def rate_of(count: int, exposure: float, unit: str, level: float = 0.95) -> Rate:
    """Rate of events for one unit of exposure, with Garwood's interval.

    Raises
    ------
    LandreleaseError
        LR3228 where the exposure is not above 0, and as `garwood`.
    """
    _check_exposure(exposure)
    low, high = garwood(count, level)
    return Rate(count, exposure, unit, count / exposure, low / exposure, high / exposure, level)


def updated_rate(
    count: int, exposure: float, unit: str, *, prior_events: float, prior_exposure: float, level: float = 0.95
) -> Rate:
    """Rate after a Gamma prior worth so many events in so much exposure: mean and central interval of the posterior.

    Raises
    ------
    LandreleaseError
        LR3228 where an exposure or the events of the prior are not above 0, and as `garwood`.
    """
    _check_exposure(exposure)
    _check_exposure(prior_exposure)
    garwood(count, level)
    if not prior_events > 0:
        raise _impossible(_("a prior of {count} events").format(count=prior_events))
    shape, scale = prior_events + count, 1 / (prior_exposure + exposure)
    tail = (1 - level) / 2
    low, high = (float(gamma.ppf(share, shape, scale=scale)) for share in (tail, 1 - tail))
    return Rate(count, exposure, unit, shape * scale, low, high, level)


def _check_exposure(exposure: float) -> None:
    if not (math.isfinite(exposure) and exposure > 0):
        raise _impossible(_("an exposure of {exposure} is not above 0").format(exposure=exposure))


def _impossible(problem: str) -> LandreleaseError:
    return fail(ErrorCode.EXPOSURE_INVALID, problem=problem)
