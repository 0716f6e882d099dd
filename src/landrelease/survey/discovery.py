"""Discovery sampling: the hypergeometric read the other way (methods A2, neighbouring designs).

Asked: when a stated share of the units is bad, with what chance does a random sample show at least one of them?
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from landrelease.errors import Finding
from landrelease.hazard.chances import ChanceToSee
from landrelease.i18n import _
from landrelease.survey.designs import Characteristic, bounds_of, characteristic, counts_to, effective, said_chance
from landrelease.survey.lots import CERTAIN, Chance, caught, check_chance, check_count, check_sample, smallest_sample
from landrelease.survey.sampling import random_units, seeds_first


@dataclass(frozen=True, slots=True)
class DiscoveryDesign:
    """Inspect `sample` of `units` at random; `bad_units` bad ones would show with a chance of `attained` or more.

    Attributes
    ----------
    attained
        Chance at the lower end of the chance to see.
    """

    units: int
    sample: int
    bad_units: int
    seen: ChanceToSee = CERTAIN
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        check_count("units", self.units)
        check_sample(self.units, self.sample)
        check_sample(self.units, self.bad_units)

    @property
    def attained(self) -> float:
        """Chance to discover so many bad units, at the lower end of the chance to see."""
        return self.caught(self.bad_units).low

    @property
    def title(self) -> str:
        """Name of the design."""
        return _("Discovery sampling: {sample} of {units} units").format(sample=self.sample, units=self.units)

    @property
    def statement(self) -> str:
        """What the design supports, in words."""
        return _(
            "If {bad} of the {units} units hold an item, a random sample of {sample} shows at least one of them with a "
            "chance of {attained:.4f}. A sample that shows none says nothing about fewer."
        ).format(bad=self.bad_units, units=self.units, sample=self.sample, attained=self.attained)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What must hold, in words."""
        return (random_units(), said_chance(self.seen), seeds_first())

    def caught(self, bad: int) -> Chance:
        """Chance to discover so many bad units."""
        return caught(self.units, bad, self.sample, self.seen)

    def caught_items(self, items: int, design_effect: float = 1.0) -> Chance:
        """Chance to discover so many missed items, which lie together by this design effect."""
        return self.caught(min(self.units, effective(items, design_effect)))

    def characteristic(self, bad_units: Iterable[int] | None = None) -> Characteristic:
        """Chance to discover nothing for each true number of bad units."""
        counts = counts_to(self.bad_units, self.units) if bad_units is None else bad_units
        axis, bounds = _("Units that hold an item"), bounds_of(self.seen)
        return characteristic(self.title, axis, counts, self.caught, self.bad_units, self.units, bounds)


def discover(units: int, bad_share: float, confidence: float, seen: ChanceToSee = CERTAIN) -> DiscoveryDesign:
    """Design the smallest sample that discovers this share of bad units, in whole units, with this confidence.

    Raises
    ------
    LandreleaseError
        LR5001 for a parameter out of range, LR5041 where inspecting every unit would not do.
    """
    check_count("units", units)
    check_chance("bad_share", bad_share)
    check_chance("confidence", confidence)
    bad = max(1, math.ceil(units * bad_share - 1e-9))
    return DiscoveryDesign(units, smallest_sample(units, bad, confidence, seen.low), bad, seen)
