"""What follows from the figures of a claim, in neutral words."""

from collections.abc import Iterator, Sequence

from landrelease.claims.comparing import Against
from landrelease.claims.definitions import Meaning
from landrelease.claims.figures import DAYS_A_YEAR, Figures
from landrelease.claims.rows import Row, claimed_span
from landrelease.claims.wording import figure, rounded, span, times
from landrelease.i18n import _
from landrelease.profile import Profile
from landrelease.terms import ClaimDefinition, ClaimMeasure, Fit

_WEAK = (ClaimDefinition.INSPECTED, ClaimDefinition.SEARCHED, ClaimDefinition.REDUCED)


def reading(
    figures: Figures, rows: tuple[Row, ...], comparisons: Sequence[Against], definitions: Sequence[Meaning],
    profile: Profile, wounded_left_out: bool,
) -> Iterator[str]:  # fmt: skip
    """Say what the table says, sentence by sentence."""
    yield from _rate(rows, comparisons)
    yield from _meaning(definitions)
    yield from _items(rows, comparisons)
    yield from _deaths(figures, rows, comparisons, profile)
    if wounded_left_out:
        yield _("The wounded are not counted.")
    yield _("A claim changes no land: an area enters the account only with evidence for each polygon.")


def _rate(rows: tuple[Row, ...], comparisons: Sequence[Against]) -> Iterator[str]:
    claimed = claimed_span(rows, ClaimMeasure.AREA_A_PERSON_DAY)
    rates = [each for each in comparisons if each.measure is ClaimMeasure.AREA_A_PERSON_DAY]
    if claimed is None or not rates:
        return
    slowest = min(rates, key=lambda each: each.high)
    yield _("The claim comes to {claimed} m² a person-day: {times} times '{name}' ({range}).").format(
        claimed=span(*claimed), times=times(slowest.ratio_low, slowest.ratio_high), name=slowest.name,
        range=span(slowest.low, slowest.high),
    )  # fmt: skip


def _meaning(definitions: Sequence[Meaning]) -> Iterator[str]:
    judged = [meaning for meaning in definitions if meaning.possible is not None]
    if not judged:
        return
    weak = [each.definition for each in judged if each.possible and each.definition in _WEAK]
    cleared = next((each.possible for each in judged if each.definition is ClaimDefinition.CLEARED), None)
    if cleared:
        yield _("The figures do not rule out clearance to depth; whether it was done, only evidence can show.")
    elif weak:
        names = _(" or ").join(definition.label.lower() for definition in weak)
        yield _("Most of the area was probably {definitions}, not cleared to depth.").format(definitions=names)
    else:
        yield _("No definition of 'cleared' makes these figures possible at any rate on record here: ask again.")


def _items(rows: tuple[Row, ...], comparisons: Sequence[Against]) -> Iterator[str]:
    world = [each for each in comparisons if each.measure is ClaimMeasure.ITEMS]
    many = [each for each in world if each.ratio_low > 1]
    if many:
        yield _(
            "The items probably count all munitions, not mines alone: they are {times} times '{name}' ({figure})."
        ).format(times=times(many[0].ratio_low, many[0].ratio_high), name=many[0].name, figure=figure(many[0].high))
    for each in comparisons:
        if each.measure is ClaimMeasure.ITEMS_A_HECTARE:
            density = span(*(claimed_span(rows, each.measure) or (0, 0)))
            where = {
                Fit.WITHIN: _("The density of {density} items a hectare lies within what cleared land held elsewhere."),
                Fit.ABOVE: _("The density of {density} items a hectare lies above what cleared land held elsewhere."),
                Fit.BELOW: _("The density of {density} items a hectare lies below what cleared land held elsewhere."),
            }[each.fit]
            yield where.format(density=density)


def expected_deaths(figures: Figures, profile: Profile) -> dict[str, tuple[float, float]]:
    """Deaths that each figure of the profile would lead one to expect, by name: least and greatest."""
    people, days = figures.span("people"), figures.span("deaths_days")
    thousands = (
        (people[0] * days[0] / DAYS_A_YEAR / 1e3, people[1] * days[1] / DAYS_A_YEAR / 1e3) if people and days else None
    )
    area, items = figures.span("area_m2"), figures.span("items")
    expected: dict[str, tuple[float, float]] = {}
    for each in profile.claims.comparisons:
        low, high = each.bounds(profile.rates)
        if each.measure is ClaimMeasure.DEATHS_A_1000_PERSON_YEARS and thousands:
            expected[f"{each.name}, {each.measure.label}"] = low * thousands[0], high * thousands[1]
        elif each.measure is ClaimMeasure.DEATHS_A_KM2 and area:
            expected[f"{each.name}, {each.measure.label}"] = low * area[0] / 1e6, high * area[1] / 1e6
        elif each.measure is ClaimMeasure.ITEMS_A_DEATH and items:
            expected[f"{each.name}, {each.measure.label}"] = items[0] / high, items[1] / low
    return expected


def _items_a_death(rows: tuple[Row, ...], comparisons: Sequence[Against]) -> Iterator[str]:
    row = next((row for row in rows if row.measure is ClaimMeasure.ITEMS_A_DEATH), None)
    if row is None or row.value is None or row.level is None:
        return
    text = _("One death for {items} items ({level} %: {low} to {high})").format(
        items=rounded(row.value), level=f"{100 * row.level:g}", low=rounded(row.low), high=rounded(row.high)
    )
    told = next((each for each in comparisons if each.measure is row.measure and each.folklore), None)
    if told is not None:
        text += "; " + _("{times} times the folklore figure of {figure}, which has no known source").format(
            figure=span(told.low, told.high), times=times(told.ratio_low, told.ratio_high)
        )
    yield text + "."


def _deaths(figures: Figures, rows: tuple[Row, ...], comparisons: Sequence[Against], profile: Profile) -> Iterator[str]:
    deaths = figures.span("deaths")
    if deaths is None:
        return
    rate = next((row for row in rows if row.measure is ClaimMeasure.DEATHS_A_1000_PERSON_YEARS), None)
    if rate is not None and rate.value is not None and rate.level is not None:
        yield _("Deaths come to {rate} for 1,000 person-years ({level} %: {low} to {high}).").format(
            rate=f"{rate.value:.0f}", level=f"{100 * rate.level:g}", low=figure(rate.low), high=figure(rate.high)
        )
    yield from _items_a_death(rows, comparisons)
    expected = expected_deaths(figures, profile)
    if len(expected) < 2:
        return
    low, high = min(one for one, _other in expected.values()), max(other for _one, other in expected.values())
    text = _("{deaths} deaths were claimed; the figures set beside them would lead one to expect {range}")
    text = text.format(deaths=span(*map(float, deaths)), range=times(low, high))
    apart = low == 0 or high / low > profile.claims.apart_share
    yield text + (": " + _("they disagree with one another by orders of magnitude.") if apart else ".")
