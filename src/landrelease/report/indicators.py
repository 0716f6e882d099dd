"""Figures that reports derive from others: shares of released land, area an item, scorecards, days behind a total.

Published figures often do not tie (methods D1, F4). So every function takes the figures that it rests on, none adds
cancelled, reduced and cleared land up as "cleared", and `tie` says whether a stated figure follows from its parts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.terms import ReleaseRoute

SCORE_MOST = 10
"""Best score of one item of a scorecard."""


@dataclass(frozen=True, slots=True)
class ReleaseShares:
    """How land was released: areas in any one unit, and each route's share of their sum.

    Attributes
    ----------
    released
        Sum of all routes: land released, which is not land cleared.
    """

    cleared: float
    reduced: float
    cancelled: float

    @property
    def released(self) -> float:
        """Land released by any route."""
        return self.cleared + self.reduced + self.cancelled

    def share(self, route: ReleaseRoute) -> float | None:
        """Share of one route; None where nothing was released."""
        return getattr(self, route.value) / self.released if self.released else None

    @property
    def by_survey_for_one_cleared(self) -> float | None:
        """Land released by survey for each unit of land cleared; None where none was cleared."""
        return (self.reduced + self.cancelled) / self.cleared if self.cleared else None


def release_shares(*, cleared: float, reduced: float, cancelled: float) -> ReleaseShares:
    """Shares of the routes by which land was released (methods F4).

    Raises
    ------
    LandreleaseError
        LR5001 for a negative or unknown area.
    """
    for name, value in (("cleared", cleared), ("reduced", reduced), ("cancelled", cancelled)):
        _check(name, value)
    return ReleaseShares(cleared, reduced, cancelled)


def scorecard_mean(scores: Sequence[float]) -> float:
    """Mean of a scorecard's items, each from 0 to 10 (methods F4).

    Raises
    ------
    LandreleaseError
        LR5001 for no items, or one out of range.
    """
    if not scores or not all(0 <= score <= SCORE_MOST for score in scores):
        wanted = _("one score or more, each from 0 to {most}").format(most=SCORE_MOST)
        raise fail(ErrorCode.SURVEY_PARAMETER, name="scores", value=tuple(scores), wanted=wanted)
    return sum(scores) / len(scores)


def per_item(amount: float, items: float) -> float | None:
    """Amount (m², money) for each item found; None where none was: no figure, and not an infinite one (methods D3)."""
    _check("amount", amount)
    _check("items", items)
    return amount / items if items else None


def rate_a_day(area_m2: float, people: float, days: float) -> float:
    """Area that each of so many people finished on each of so many days, m² (methods D1)."""
    return area_m2 / _positive("people", people) / _positive("days", days)


def days_behind(area_m2: float, people: float, m2_a_day: float) -> float:
    """Days in which so many people finish an area at a stated rate: for a check against the calendar."""
    return area_m2 / _positive("people", people) / _positive("m2_a_day", m2_a_day)


def area_a_day(
    hours: float, signals_a_m2: float, minutes_a_signal: float, vegetation_minutes: float = 0.0,
    sweep_minutes: float = 0.0,
) -> float:  # fmt: skip
    """Area that one searcher finishes in a day, m²: ``minutes / m² = vegetation + sweep + signals * t`` (methods D1).

    Parameters
    ----------
    hours
        At work in the lane.
    signals_a_m2, minutes_a_signal
        Signals to investigate, and time for each.
    vegetation_minutes, sweep_minutes
        For each m².
    """
    for name, value in (("hours", hours), ("vegetation", vegetation_minutes), ("sweep", sweep_minutes)):
        _check(name, value)
    minutes = vegetation_minutes + sweep_minutes + signals_a_m2 * minutes_a_signal
    return 60 * hours / _positive("minutes_a_m2", minutes)


def tie(stated: float, derived: Iterable[float], tolerance: float = 0.02) -> bool:
    """Whether a stated figure follows from any of the readings of its parts, within a relative tolerance."""
    _check("stated", stated)
    return any(abs(stated - each) <= tolerance * abs(each) for each in derived)


def _positive(name: str, value: float) -> float:
    if not (isfinite(value) and value > 0):
        raise fail(ErrorCode.SURVEY_PARAMETER, name=name, value=value, wanted=_("greater than 0"))
    return value


def _check(name: str, value: float) -> None:
    if not (isfinite(value) and value >= 0):
        raise fail(ErrorCode.SURVEY_PARAMETER, name=name, value=value, wanted=_("at least 0"))
