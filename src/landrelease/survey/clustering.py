"""Items that lie together: how much they weaken a sample, judged by where items were found.

A random sample of units catches a lot by its number of *bad units*. Missed items that share units make fewer of them:
m items of which one sees on average ``e - 1`` others in its own unit lie in about ``m / e`` units, with
``e = sum(m_u^2) / sum(m_u)`` over the units u, the design effect of taking whole units for items (Kish: ``1 + (b - 1)
rho`` with b items a unit). ``m / e`` is never more than the number of bad units, so a chance worked out from it is
never too high.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import poisson

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.i18n import _

LEAST_FINDS = 5
"""Fewer finds say nothing about how they lie."""
_TEST_LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Clustering:
    """How items lie in units.

    Attributes
    ----------
    items, units, bad_units
        Items, all units, and units that hold at least one.
    design_effect
        Items in the unit of an item, itself counted, on average: 1 where none share a unit.
    by_chance
        Chance that items that fall on units by themselves share units as often as these, or more; 1 where there are too
        few to say.
    pairs, pairs_by_chance
        Pairs of items that share a unit, and how many would by chance.
    """

    items: int
    units: int
    bad_units: int
    design_effect: float
    by_chance: float
    pairs: float = 0.0
    pairs_by_chance: float = 0.0

    @property
    def independent(self) -> bool:
        """Whether nothing speaks against items that lie by themselves."""
        return self.by_chance >= _TEST_LEVEL

    @property
    def findings(self) -> tuple[Finding, ...]:
        """A warning where the items lie together."""
        if self.independent:
            return ()
        effect = f"{self.design_effect:.2f}"
        details = {"items": self.items, "bad": self.bad_units, "effect": effect, "chance": f"{self.by_chance:.2g}"}
        return (Finding(ErrorCode.FINDS_CLUSTERED, details),)


def clustering(items_by_unit: ArrayLike) -> Clustering:
    """Judge how items lie from the number found in each unit of a lot, units without one counted.

    The test counts pairs of items in one unit: of m items that fall on N equal units by themselves ``m (m-1) / 2N``
    pairs are expected, and their number is close to Poisson. Fewer than five items are not judged.

    Raises
    ------
    LandreleaseError
        LR5001 for negative numbers or no units.
    """
    counts = np.asarray(items_by_unit, dtype=np.float64).ravel()
    if not len(counts) or (counts < 0).any() or not np.isfinite(counts).all():
        raise fail(
            ErrorCode.SURVEY_PARAMETER, name="items_by_unit", value=len(counts), wanted=_("a count for each unit")
        )
    items = float(counts.sum())
    effect = float((counts**2).sum() / items) if items else 1.0
    pairs, expected = float((counts * (counts - 1)).sum() / 2), items * max(0.0, items - 1) / (2 * len(counts))
    by_chance = float(poisson.sf(pairs - 1, expected)) if items >= LEAST_FINDS else 1.0
    return Clustering(int(items), len(counts), int((counts > 0).sum()), effect, by_chance, pairs, expected)


def pooled(lots: Sequence[Clustering]) -> Clustering:
    """Judge several lots as one: pairs are counted within lots, so that lots may differ in how many items they hold."""
    if not lots:
        raise fail(ErrorCode.SURVEY_PARAMETER, name="lots", value=0, wanted=_("at least {least}").format(least=1))
    items, units, bad = (sum(getattr(lot, name) for lot in lots) for name in ("items", "units", "bad_units"))
    pairs, expected = (float(sum(getattr(lot, name) for lot in lots)) for name in ("pairs", "pairs_by_chance"))
    by_chance = float(poisson.sf(pairs - 1, expected)) if items >= LEAST_FINDS else 1.0
    effect = 1 + 2 * pairs / items if items else 1.0
    return Clustering(items, units, bad, effect, by_chance, pairs, expected)
