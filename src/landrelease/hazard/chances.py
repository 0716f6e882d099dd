"""Chances to see: what a search, a survey or years of use could have shown, each with its own uncertainty.

Sources: exact bounds of a trial as in methods C3 (Clopper-Pearson), mean and spread of a trial as the Beta posterior
from Jeffreys' prior; coverage and combination as in methods C1. What is not measured comes from the standards profile
(sections ``detection`` and ``looks``) with a spread that says so.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.stats import beta

from landrelease.errors import ErrorCode, fail
from landrelease.hazard.search import detection_lower_bound, independent_methods
from landrelease.i18n import _
from landrelease.profile import Looks as Believed
from landrelease.profile import Profile
from landrelease.terms import AssetKind, LandClass, PositionQuality, Reliability

LEVEL = 0.9
"""Level of the intervals beside chances, where none is asked for."""
NO_SPREAD = 1e-12
"""A smaller standard deviation is none."""

DETECTION: Mapping[AssetKind, str] = {
    AssetKind.MANUAL_TEAM: "manual",
    AssetKind.EOD_TEAM: "manual",
    AssetKind.QA_TEAM: "manual",
    AssetKind.DOG_TEAM: "dog",
    AssetKind.MACHINE: "machine",
    AssetKind.TECHNICAL_SURVEY_TEAM: "technical_survey",
}
"""Parameter of the profile's section ``detection`` for each tool that searches; others search no ground."""


@dataclass(frozen=True, slots=True)
class ChanceToSee:
    """A chance to see one item, as well as it is known.

    Attributes
    ----------
    mean, sd
        Mean and standard deviation of what the chance may be.
    low, high
        Central interval at `level`.
    source
        Where it comes from, in the user's language.
    """

    mean: float
    sd: float = 0.0
    low: float = math.nan
    high: float = math.nan
    level: float = LEVEL
    source: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.mean <= 1:
            raise _refused("chance", self.mean, _("between 0 and 1"))
        if not 0 <= self.sd <= math.sqrt(self.mean * (1 - self.mean)) + 1e-9:
            raise _refused("sd", self.sd, _("at least 0, and one that a chance of this mean can have"))
        if not 0 < self.level < 1:
            raise _refused("level", self.level, _("strictly between 0 and 1"))
        if math.isnan(self.low) or math.isnan(self.high):
            low, high = _beta_interval(self.mean, self.sd, self.level)
            object.__setattr__(self, "low", low if math.isnan(self.low) else self.low)
            object.__setattr__(self, "high", high if math.isnan(self.high) else self.high)
        if not 0 <= self.low <= self.high <= 1:
            raise _refused("interval", (self.low, self.high), _("between 0 and 1, in order"))

    def times(self, share: "float | ChanceToSee", source: str = "") -> "ChanceToSee":
        """Chance that both hold, the two independent: an item is under the lanes, and is seen there."""
        other = share if isinstance(share, ChanceToSee) else ChanceToSee(share)
        mean = self.mean * other.mean
        variance = (self.mean * other.sd) ** 2 + (other.mean * self.sd) ** 2 + (self.sd * other.sd) ** 2
        spread = min(math.sqrt(variance), math.sqrt(mean * (1 - mean)))
        return ChanceToSee(mean, spread, level=self.level, source=source or self.source)


def chance_from_trial(detected: int, targets: int, level: float = LEVEL, source: str = "") -> ChanceToSee:
    """Chance that a detector's trial supports: Beta mean and spread, exact (Clopper-Pearson) interval.

    Sixteen of sixteen gives a mean of .97, never 1, and at 90 % nothing above .83 is shown (methods C3).
    """
    low = detection_lower_bound(detected, targets, (1 + level) / 2)
    high = 1 - detection_lower_bound(targets - detected, targets, (1 + level) / 2)
    a, b = detected + 0.5, targets - detected + 0.5
    mean = a / (a + b)
    sd = math.sqrt(a * b / (a + b + 1)) / (a + b)
    said = source or _("trial: {detected} of {targets} found").format(detected=detected, targets=targets)
    return ChanceToSee(mean, sd, low, high, level, said)


def chance_worth(mean: float, targets: float, level: float = LEVEL, source: str = "") -> ChanceToSee:
    """Give a proposed chance the spread of a trial with so many targets; 0 and 1 are taken as known."""
    if not targets > 0:
        raise _refused("targets", targets, _("greater than 0"))
    return ChanceToSee(mean, math.sqrt(max(mean * (1 - mean), 0.0) / (targets + 1)), level=level, source=source)


def chance_between(least: float, likely: float, greatest: float, source: str = "") -> ChanceToSee:
    """Chance with a triangular spread: mean of the three, and the triangle's standard deviation."""
    if not 0 <= least <= likely <= greatest <= 1:
        raise _refused("chance", (least, likely, greatest), _("between 0 and 1, in order"))
    products = least * likely + least * greatest + likely * greatest
    variance = (least**2 + likely**2 + greatest**2 - products) / 18
    return ChanceToSee((least + likely + greatest) / 3, math.sqrt(max(variance, 0.0)), source=source)


def combined(chances: Iterable[ChanceToSee]) -> ChanceToSee:
    """Chance that at least one of several methods sees an item, were their misses independent: an upper bound.

    Misses are correlated in the field (deep, tilted, low-metal items). The interval therefore reaches down to where
    every method misses the same items: there the best method alone counts.
    """
    given = list(chances)
    if not given:
        raise _refused("chances", (), _("at least one"))
    if len(given) == 1:
        return given[0]
    mean = independent_methods(chance.mean for chance in given)
    variance = math.fsum(
        (chance.sd * math.prod(1 - other.mean for other in given if other is not chance)) ** 2 for chance in given
    )
    spread = min(math.sqrt(variance), math.sqrt(max(mean * (1 - mean), 0.0)))
    low, high = max(chance.low for chance in given), independent_methods(chance.high for chance in given)
    said = _("several methods, taken as independent: an upper bound, for misses are correlated")
    return ChanceToSee(mean, spread, min(low, high), high, given[0].level, said)


@dataclass(frozen=True, slots=True)
class DepthLaw:
    """Items lie at an exponential depth; below the searched depth a search sees a share of what it sees above.

    Attributes
    ----------
    mean_cm
        Mean depth of the items, cm.
    below_share
        Chance to see an item below the searched depth against one above, 0..1.
    """

    mean_cm: float
    below_share: float

    def __post_init__(self) -> None:
        if not self.mean_cm > 0:
            raise _refused("mean_cm", self.mean_cm, _("greater than 0"))
        if not 0 <= self.below_share <= 1:
            raise _refused("below_share", self.below_share, _("between 0 and 1"))

    def within(self, depth_cm: float) -> float:
        """Share of the items that lie no deeper than this."""
        if not depth_cm >= 0:
            raise _refused("depth_cm", depth_cm, _("at least 0"))
        return -math.expm1(-depth_cm / self.mean_cm)

    def share_seen(self, depth_cm: float) -> float:
        """What a search to this depth sees of all items, against what it sees of those within the depth."""
        inside = self.within(depth_cm)
        return inside + self.below_share * (1 - inside)


@dataclass(frozen=True)
class Chances:
    """Chances to see by method, and what else decides how far an observation is believed.

    Attributes
    ----------
    methods
        Chance to find an item within the searched depth, by the tool that searches.
    depth
        What the searched depth leaves out.
    required_depth_cm
        Depth where a report states none.
    lane_share
        Share of a sector under the lanes of a technical survey where its report states none.
    believed
        Section ``looks`` of the standards profile.
    """

    methods: Mapping[AssetKind, ChanceToSee]
    depth: DepthLaw
    required_depth_cm: float
    lane_share: float
    believed: Believed

    def searched(self, method: AssetKind, coverage: float = 1.0, depth_cm: float | None = None) -> ChanceToSee | None:
        """Chance that one search of the ground finds an item in it; None for a tool that searches no ground.

        Parameters
        ----------
        coverage
            Share of the ground that was under the search, 0..1.
        depth_cm
            Depth searched; None is the required depth.
        """
        if method not in self.methods:
            return None
        deep = self.depth.share_seen(self.required_depth_cm if depth_cm is None else depth_cm)
        return self.methods[method].times(coverage * deep)

    def verdict_errors(self, source: Reliability, suspected: LandClass | None = None) -> tuple[float, float]:
        """Chances of a false yes and of a false no of a source; a class of suspicion can only add to the first."""
        positive = self.believed.false_positive[source]
        if suspected is not None:
            positive = max(positive, self.believed.suspicion_false_positive[suspected])
        return positive, self.believed.false_negative[source]

    @property
    def heard(self) -> ChanceToSee:
        """Chance that a survey hears of one given item."""
        return chance_between(*self.believed.heard_share, source=_("profile: what a survey hears"))

    @property
    def recorded(self) -> ChanceToSee:
        """Chance that an item of a panel stands in its record."""
        return chance_between(*self.believed.record_whole_share, source=_("profile: how whole minefield records are"))

    def harmed(self, years: float | None, share_in_use: float = 1.0) -> ChanceToSee:
        """Chance that one item would have harmed someone in years of use: ``1 - exp(-rate years)``.

        Parameters
        ----------
        years
            None where not stated: the profile's usual time.
        share_in_use
            Share of the footprint that is really in use, for a position that is not exact.
        """
        span = self.believed.in_use_years if years is None else years
        if not span >= 0:
            raise _refused("years", span, _("at least 0"))
        least, likely, greatest = (-math.expm1(-rate * span) for rate in self.believed.harm_a_year)
        said = _("profile: harm to be expected in years of use")
        return chance_between(least, likely, greatest, said).times(min(share_in_use, 1.0))

    def of_unit(self, searched_m2: float, unit_m2: float) -> ChanceToSee:
        """Chance that an item of an administrative area was in the ground searched there, and was found.

        Ground is chosen for clearance because it holds more than the unit's mean: by a factor that is hardly known.
        """
        least, likely, greatest = (
            min(1.0, factor * searched_m2 / unit_m2) for factor in self.believed.aggregate_richness
        )
        chosen = chance_between(least, likely, greatest, _("profile: how well ground is chosen for clearance"))
        found = self.searched(AssetKind.MANUAL_TEAM)
        return chosen if found is None else chosen.times(found)

    def accuracy_m(self, quality: PositionQuality, stated_m: float | None) -> float:
        """Accuracy of a position, m: as stated, else what is usual for its quality, else NaN."""
        return float(self.believed.accuracy_m.get(quality, math.nan) if stated_m is None else stated_m)


def chances_from_profile(profile: Profile) -> Chances:
    """Chances as the standards profile has them; a detector's trial takes the place of the proposed chance."""
    looks = profile.looks
    methods = {kind: _of_method(kind, name, profile) for kind, name in DETECTION.items()}
    lanes = profile.release.survey_coverage_permille / 1000
    depth = DepthLaw(looks.mean_depth_cm, looks.below_depth_share)
    return Chances(methods, depth, profile.land.required_depth_cm, lanes, looks)


def _of_method(kind: AssetKind, name: str, profile: Profile) -> ChanceToSee:
    trial = profile.looks.trials.get(kind)
    if trial is not None:
        return chance_from_trial(*trial)
    source = _("profile: detection, {method}").format(method=kind.label)
    return chance_worth(getattr(profile.detection, name), profile.looks.trial_targets, source=source)


@lru_cache(maxsize=4096)
def _beta_interval(mean: float, sd: float, level: float) -> tuple[float, float]:
    """Central interval of the Beta distribution of this mean and spread."""
    if sd < NO_SPREAD:
        return mean, mean
    size = max(mean * (1 - mean) / sd**2 - 1, 1e-6)
    low, high = beta.ppf(((1 - level) / 2, (1 + level) / 2), mean * size, (1 - mean) * size)
    return float(np.clip(low, 0.0, mean)), float(np.clip(high, mean, 1.0))


def _refused(name: str, value: object, wanted: str) -> Exception:
    return fail(ErrorCode.HAZARD_PARAMETER, name=name, value=value, wanted=wanted)
