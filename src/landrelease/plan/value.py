"""Value of an area: a visible weight for each criterion, and the contribution of each to the rank.

The criteria are the goals that practitioners name (planning 14.1): lives and limbs, people served, land, and blocked
roads, schools or water. The weights are a country's choice, from the profile.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import N_, _
from landrelease.profile import Profile
from landrelease.terms import Term

DAYS_A_YEAR = 365.25
M2_A_HECTARE = 10_000.0


class Criterion(Term):
    """What an area is valued for."""

    ITEMS = "items", N_("Expected items, by exposure")
    BENEFICIARIES = "beneficiaries", N_("Beneficiaries")
    HECTARES = "hectares", N_("Hectares")
    BLOCKAGES = "blockages", N_("Blocked roads, schools, water")


def discounted_days(first_day: float, end_day: float, rate_a_day: float) -> float:
    """Days of use from one day to another, each worth less by a continuous rate (planning 10.7: ``base``)."""
    if rate_a_day == 0:
        return end_day - first_day
    return (math.exp(-rate_a_day * first_day) - math.exp(-rate_a_day * end_day)) / rate_a_day


@dataclass(frozen=True, slots=True)
class ValueWeights:
    """Value units a year of free land for one of each criterion's amounts."""

    items: float
    beneficiaries: float
    hectares: float
    blockages: float

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not (np.isfinite(value) and value >= 0):
                raise _invalid(_("the weights"), field.name, value)

    @classmethod
    def of(cls, profile: Profile) -> "ValueWeights":
        """Weights of a profile."""
        weights = profile.planning.weights
        return cls(weights.item, weights.beneficiary, weights.hectare, weights.blockage)


@dataclass(frozen=True, slots=True)
class AreaAmounts:
    """What an area offers; None where it is not known, which adds nothing and is shown as unknown.

    Attributes
    ----------
    expected_items
        From the intensity.
    exposure
        How much of the time people are there, against an ordinary place: 1.
    beneficiaries
        People who would use the land.
    blockages
        Roads, schools, wells and the like that it blocks.
    """

    area_m2: float | None = None
    expected_items: float | None = None
    exposure: float = 1.0
    beneficiaries: float | None = None
    blockages: float | None = None

    def of(self, criterion: Criterion) -> float | None:
        """Amount that a criterion counts."""
        if criterion is Criterion.ITEMS:
            return None if self.expected_items is None else self.expected_items * self.exposure
        if criterion is Criterion.HECTARES:
            return None if self.area_m2 is None else self.area_m2 / M2_A_HECTARE
        return self.beneficiaries if criterion is Criterion.BENEFICIARIES else self.blockages


def contributions(amounts: AreaAmounts, weights: ValueWeights) -> dict[Criterion, float]:
    """Value units a year from each criterion; NaN where the amount is not known."""
    found = {criterion: amounts.of(criterion) for criterion in Criterion}
    return {
        criterion: np.nan if amount is None else amount * float(getattr(weights, criterion.value))
        for criterion, amount in found.items()
    }


def value_a_day(amounts: AreaAmounts, weights: ValueWeights) -> float:
    """Value units gained by each day of free land; what is not known adds nothing."""
    return float(np.nansum(list(contributions(amounts, weights).values()))) / DAYS_A_YEAR


def rank_areas(amounts: Mapping[str, AreaAmounts], weights: ValueWeights) -> pd.DataFrame:
    """Rank areas by value, with what each criterion contributes.

    Returns
    -------
    DataFrame
        A row an area, best first, ties by area_id: ``rank, area_id``, value units a year from each criterion (NaN where
        unknown), ``value_a_year`` and ``value_a_day``.

    Raises
    ------
    LandreleaseError
        LR6001 naming area and field, for an amount that is negative or infinite.
    """
    rows = [_row(area_id, area, weights) for area_id, area in amounts.items()]
    columns = ["area_id", *Criterion, "value_a_year", "value_a_day"]
    frame = pd.DataFrame(rows, columns=[str(column) for column in columns])
    frame = frame.sort_values(["value_a_year", "area_id"], ascending=[False, True], ignore_index=True)
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    return frame


def _row(area_id: str, amounts: AreaAmounts, weights: ValueWeights) -> tuple[object, ...]:
    for field in fields(amounts):
        value = getattr(amounts, field.name)
        if value is not None and not (np.isfinite(value) and value >= 0):
            raise _invalid(area_id, field.name, value)
    day = value_a_day(amounts, weights)
    return area_id, *contributions(amounts, weights).values(), day * DAYS_A_YEAR, day


def _invalid(owner: str, name: str, value: float) -> Exception:
    problem = _("{value} is not a number of 0 or more").format(value=value)
    return fail(ErrorCode.PLAN_PROBLEM_INVALID, owner=owner, field=name, problem=problem)
