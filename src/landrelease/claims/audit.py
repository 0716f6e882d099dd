"""The plausibility table of a claim (methods G2): ratios, what they are set against, what would make it possible."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from landrelease.claims.comparing import Against, set_against
from landrelease.claims.definitions import Meaning, meanings
from landrelease.claims.figures import DAYS_A_YEAR, Figures, Given, figures_for
from landrelease.claims.held import HeldClaim
from landrelease.claims.reading import reading
from landrelease.claims.rows import Row
from landrelease.errors import ErrorCode, fail
from landrelease.profile import Profile
from landrelease.quality.accidents.rates import garwood
from landrelease.terms import ClaimMeasure, FigureBound


@dataclass(frozen=True)
class ClaimAudit:
    """What was computed of one claim.

    Attributes
    ----------
    given
        Every figure used, with who gave it.
    rows
        Ratios; those over time once for each plausible number of days.
    comparisons
        What each ratio is set against, with mark and source.
    definitions
        For each meaning of "cleared", whether the figures are possible under it, and why.
    death_bounds
        Exact bounds of the mean number of deaths; None where no deaths were claimed.
    reading
        What follows, in neutral words.
    """

    claim: HeldClaim
    given: tuple[Given, ...]
    rows: tuple[Row, ...]
    comparisons: tuple[Against, ...]
    definitions: tuple[Meaning, ...]
    death_bounds: tuple[float, float] | None
    reading: tuple[str, ...]


def audit_claim(
    claim: HeldClaim, others: Sequence[HeldClaim], profile: Profile, assumed: Mapping[str, Sequence[int]] | None = None
) -> ClaimAudit:
    """Set a claim against rates, densities and accident records.

    Parameters
    ----------
    others
        Claims on record; what the claim does not give is taken from those on its subject, and is named as theirs.
    assumed
        Figures that take the place of what was said, by name: ``{"people": [1500], "days": [90, 120]}``.

    Raises
    ------
    LandreleaseError
        LR3304 where the figures known do not give a single ratio.
    """
    figures = figures_for(claim, others, assumed)
    rows = tuple(_rows(figures, profile))
    if not any(row.measure not in (ClaimMeasure.AREA_M2, ClaimMeasure.ITEMS) for row in rows):
        known = ", ".join(name for name, given in figures.given.items() if given and name != "deaths_days") or "-"
        raise fail(ErrorCode.CLAIM_NOT_AUDITABLE, claim=claim.hash[:16], known=known)
    comparisons = tuple(set_against(rows, profile))
    definitions = tuple(meanings(rows, comparisons, profile))
    deaths = figures.span("deaths")
    bounds = (
        (garwood(deaths[0], profile.claims.confidence)[0], garwood(deaths[1], profile.claims.confidence)[1])
        if deaths else None
    )  # fmt: skip
    given = tuple(one for name, ones in figures.given.items() if name != "deaths_days" for one in ones)
    said = reading(figures, rows, comparisons, definitions, profile, _wounded_left_out(given, claim, others))
    return ClaimAudit(claim, given, rows, comparisons, definitions, bounds, tuple(said))


def _wounded_left_out(given: Sequence[Given], claim: HeldClaim, others: Sequence[HeldClaim]) -> bool:
    """Tell whether whoever gave the deaths did not count the wounded."""
    counting = {one.claim for one in given if one.name == "deaths"}
    return any(each.body.wounded_counted is False for each in (claim, *others) if each.hash in counting)


def _rows(figures: Figures, profile: Profile) -> Iterator[Row]:
    yield from _over_time(figures, ClaimMeasure.AREA_A_PERSON_DAY, "area_m2", 1.0)
    yield from _over_time(figures, ClaimMeasure.ITEMS_A_PERSON_DAY, "items", 1.0)
    minutes = profile.detection.minutes_a_signal
    yield from _over_time(figures, ClaimMeasure.MINUTES_A_PERSON_DAY, "items", minutes)
    yield from _ratio(figures, ClaimMeasure.ITEMS_A_HECTARE, "items", "area_m2", 1e4)
    yield from _deaths(figures, profile.claims.confidence)
    for name, measure in (("area_m2", ClaimMeasure.AREA_M2), ("items", ClaimMeasure.ITEMS)):
        if span := figures.span(name):
            yield Row(measure, *_with_value(*map(float, span)), bound=figures.bound(name))


def _over_time(figures: Figures, measure: ClaimMeasure, name: str, factor: float) -> Iterator[Row]:
    amount, people = figures.span(name), figures.span("people")
    if not amount or not people or not people[0]:
        return
    for days in figures.values("days"):
        bound = combined(figures.bound(name), _of_days(figures, days), figures.bound("people"))
        low, high = amount[0] / (people[1] * days), amount[1] / (people[0] * days)
        yield Row(measure, *_with_value(factor * low, factor * high), days=days, bound=bound)


def _of_days(figures: Figures, days: int) -> FigureBound:
    bounds = {one.bound for one in figures.given["days"] if one.value == days}
    return bounds.pop() if len(bounds) == 1 else FigureBound.ABOUT


def _ratio(figures: Figures, measure: ClaimMeasure, above: str, below: str, factor: float) -> Iterator[Row]:
    one, other = figures.span(above), figures.span(below)
    if one and other and other[0]:
        bound = combined(figures.bound(above), figures.bound(below))
        yield Row(measure, *_with_value(factor * one[0] / other[1], factor * one[1] / other[0]), bound=bound)


def _deaths(figures: Figures, level: float) -> Iterator[Row]:
    """Ratios of deaths, with exact bounds of the count; exposure is people times days, in years of 365.25 days."""
    deaths = figures.span("deaths")
    if not deaths:
        return
    low, high = garwood(deaths[0], level)[0], garwood(deaths[1], level)[1]
    people, days = figures.span("people"), figures.span("deaths_days")
    if people and days and people[0]:
        years = [1e-3 * count * length / DAYS_A_YEAR for count, length in zip(people, days, strict=True)]
        value = deaths[0] / years[0] if deaths[0] == deaths[1] and years[0] == years[1] else None
        yield Row(ClaimMeasure.DEATHS_A_1000_PERSON_YEARS, value, low / years[1], high / years[0], days[1], level)
    if area := figures.span("area_m2"):
        km2 = [each / 1e6 for each in area]
        value = deaths[0] / km2[0] if deaths[0] == deaths[1] and km2[0] == km2[1] else None
        yield Row(ClaimMeasure.DEATHS_A_KM2, value, low / km2[1], high / km2[0], level=level)
    if (items := figures.span("items")) and items[0]:
        value = items[0] / deaths[0] if deaths[0] and deaths[0] == deaths[1] and items[0] == items[1] else None
        bounds = items[0] / high, items[1] / low if low else float("inf")
        yield Row(ClaimMeasure.ITEMS_A_DEATH, value, *bounds, level=level)


def _with_value(low: float, high: float) -> tuple[float | None, float, float]:
    """Value, low and high; no value where claims differ."""
    return (low if low == high else None), low, high


def combined(above: FigureBound, *below: FigureBound) -> FigureBound:
    """How exactly a ratio is known: above at least and below at most gives at least; what pulls both ways, about."""
    turned = {FigureBound.AT_LEAST: FigureBound.AT_MOST, FigureBound.AT_MOST: FigureBound.AT_LEAST}
    bounds = {above, *(turned.get(bound, bound) for bound in below)} - {FigureBound.EXACT}
    return bounds.pop() if len(bounds) == 1 else FigureBound.ABOUT if bounds else FigureBound.EXACT
