"""Which meaning of "cleared" makes a claim possible, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from landrelease.claims.comparing import Against, fit_of
from landrelease.claims.rows import Row, claimed_span
from landrelease.claims.wording import times
from landrelease.i18n import N_, _
from landrelease.profile import Profile
from landrelease.terms import ClaimDefinition, ClaimMeasure, Fit

MEANS = {
    ClaimDefinition.INSPECTED: N_("someone looked at records, asked people and saw the land from where it is safe"),
    ClaimDefinition.SEARCHED: N_("all of it was looked over once, by eye or instrument, without a stated depth"),
    ClaimDefinition.REDUCED: N_("technical survey found no sign of items on it"),
    ClaimDefinition.CLEARED: N_("every item was removed to a stated depth, on all of it"),
    ClaimDefinition.CERTIFIED: N_(
        "cleared, inspected by others, and released by a named authority, polygon by polygon"
    ),
}
"""What each definition asks for, weakest first."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning of "cleared" against the figures of a claim.

    Attributes
    ----------
    low, high
        m² a person-day at which land was so dealt with elsewhere; None where the profile has no rate.
    possible
        None where it cannot be told.
    """

    definition: ClaimDefinition
    means: str
    low: float | None
    high: float | None
    fit: Fit | None
    possible: bool | None
    why: str


def meanings(rows: tuple[Row, ...], comparisons: tuple[Against, ...], profile: Profile) -> Iterator[Meaning]:
    """Judge every definition, the weakest first."""
    claimed = claimed_span(rows, ClaimMeasure.AREA_A_PERSON_DAY)
    for definition, means in MEANS.items():
        rates = [each for each in comparisons if definition in each.definitions]
        if claimed is None or not rates:
            why = _("not known: area, people and days are needed") if claimed is None else _("the profile has no rate")
            yield Meaning(definition, _(means), None, None, None, None, why)
            continue
        low, high = min(each.low for each in rates), max(each.high for each in rates)
        fit = fit_of(*claimed, low, high)
        full = _items_fill_the_day(rows, profile) and definition in (ClaimDefinition.CLEARED, ClaimDefinition.CERTIFIED)
        why = _why(fit, claimed, low, high)
        why += "; " + _("the items alone fill more than a working day") if full else ""
        why += "; " + _("and no evidence for each polygon is in a claim") if _certified(definition) else ""
        yield Meaning(definition, _(means), low, high, fit, fit is not Fit.ABOVE and not full, why)


def _certified(definition: ClaimDefinition) -> bool:
    return definition is ClaimDefinition.CERTIFIED


def _items_fill_the_day(rows: tuple[Row, ...], profile: Profile) -> bool:
    minutes = claimed_span(rows, ClaimMeasure.MINUTES_A_PERSON_DAY)
    return minutes is not None and minutes[0] > profile.safety.minutes_a_day


def _why(fit: Fit, claimed: tuple[float, float], low: float, high: float) -> str:
    if fit is Fit.ABOVE:
        return _("{times} times the fastest rate on record here, with every person at it every day").format(
            times=times(claimed[0] / high, claimed[1] / high)
        )
    if fit is Fit.BELOW:
        return _(
            "slower than the slowest rate on record here: a part of the people is enough, at most {share} %"
        ).format(share=f"{100 * claimed[1] / low:.0f}")
    return _("within the rates on record here")
