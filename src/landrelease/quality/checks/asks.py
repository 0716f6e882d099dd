"""A question that a check raises: what was seen, what it differs from, by which statements. Never an accusation."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from scipy.stats import binom, poisson

from landrelease.errors import ErrorCode, Finding
from landrelease.record.conduct import NonconformityRaised
from landrelease.terms import NonconformityOrigin, NonconformitySeverity


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that someone should be asked about.

    Attributes
    ----------
    code, details
        Finding of the catalogue.
    entries
        Hashes of the statements behind it.
    team, area, organisation
        Whom it is about, as far as it is known.
    """

    code: ErrorCode
    details: Mapping[str, object] = field(hash=False)
    entries: tuple[str, ...]
    day: str
    team: str | None = None
    area: str | None = None
    organisation: str | None = None

    @property
    def finding(self) -> Finding:
        """The catalogue's finding of it."""
        return Finding(self.code, self.details)

    def observation(self) -> NonconformityRaised:
        """What a person may record where the answer does not settle it: an observation, no failure."""
        return NonconformityRaised(
            severity=NonconformitySeverity.OBSERVATION,
            requirement=f"checks.{self.code.name.lower()}",
            origin=NonconformityOrigin.AUTOMATIC_CHECK,
            found=self.finding.what,
            area=self.area,
            team=self.team,
            responsible_organisation=self.organisation,
        )


def poisson_chance(count: int, mean: float) -> float:
    """Exact two-sided chance of a count at least so far from a Poisson mean: twice the smaller tail, at most 1."""
    if mean <= 0:
        return 1.0 if count == 0 else 0.0
    return min(1.0, 2 * min(float(poisson.cdf(count, mean)), float(poisson.sf(count - 1, mean))))


def share_chance(count: int, others: int, share: float) -> float:
    """Exact two-sided chance that of all counted items so many fall to one of two, who has this share of the ground.

    Two Poisson counts of one rate are binomial given their sum (Przyborowski J., Wilenski H., Biometrika 31 (1940)
    313-323): no rate has to be known.
    """
    total = count + others
    lower, upper = float(binom.cdf(count, total, share)), float(binom.sf(count - 1, total, share))
    return min(1.0, 2 * min(lower, upper))


def rounded_chance(count: int, readings: int) -> float:
    """Exact chance that at least so many of the readings end in 0 or 5, were last digits even: binomial with 1 in 5."""
    return float(binom.sf(count - 1, readings, 0.2))


def shown_chance(chance: float) -> str:
    """Write a chance for people: two digits, or as less than a millionth."""
    return "< 0.000001" if chance < 1e-6 else f"{chance:.2g}" if math.isfinite(chance) else "?"
