"""What ratios of a claim are set against: figures of the standards profile, each with its mark and source."""

from collections.abc import Iterator
from dataclasses import dataclass

from landrelease.claims.rows import Row, claimed_span
from landrelease.i18n import _
from landrelease.profile import Comparison, Profile
from landrelease.terms import ClaimDefinition, ClaimMeasure, Fit


@dataclass(frozen=True, slots=True)
class Against:
    """A ratio of a claim against one figure of the profile.

    Attributes
    ----------
    low, high
        Range of the figure, in the unit of the measure.
    ratio_low, ratio_high
        How many times the figure the claim is: least and greatest.
    fit
        Where the claim lies, its interval counted in.
    folklore
        Repeated everywhere, with no primary source.
    """

    measure: ClaimMeasure
    name: str
    low: float
    high: float
    ratio_low: float
    ratio_high: float
    fit: Fit
    mark: str
    source: str
    note: str = ""
    folklore: bool = False
    definitions: tuple[ClaimDefinition, ...] = ()


def set_against(rows: tuple[Row, ...], profile: Profile) -> Iterator[Against]:
    """Set every measure of the rows against every figure of the profile for it."""
    for comparison in (*profile.claims.comparisons, _working_day(profile)):
        span = claimed_span(rows, comparison.measure)
        if span is not None:
            yield _against(comparison, span, rows, profile)


def _working_day(profile: Profile) -> Comparison:
    minutes = profile.safety.minutes_a_day
    note = _("at {minutes} minutes an item, as the profile has it for a full excavation").format(
        minutes=f"{profile.detection.minutes_a_signal:g}"
    )
    return Comparison(
        measure=ClaimMeasure.MINUTES_A_PERSON_DAY, name=_("Working day"), low=minutes, high=minutes, mark="S",
        source=_("standards profile: safety.minutes_a_day"), note=note,
    )  # fmt: skip


def _against(comparison: Comparison, span: tuple[float, float], rows: tuple[Row, ...], profile: Profile) -> Against:
    low, high = comparison.bounds(profile.rates)
    ratios = span[0] / high, span[1] / low
    with_chance = [(row.low, row.high) for row in rows if row.measure is comparison.measure]
    least, greatest = min(one for one, _other in with_chance), max(other for _one, other in with_chance)
    return Against(
        comparison.measure, comparison.name, low, high, *ratios, fit_of(least, greatest, low, high),
        comparison.mark, comparison.source, comparison.note, comparison.folklore, tuple(comparison.definitions),
    )  # fmt: skip


def fit_of(low: float, high: float, from_: float, to: float) -> Fit:
    """Tell where the span from low to high lies against a range: within it as soon as they meet."""
    if low > to:
        return Fit.ABOVE
    return Fit.BELOW if high < from_ else Fit.WITHIN
