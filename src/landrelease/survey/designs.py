"""What every sampling design states: what it supports, what it assumes, and its operating characteristic."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.hazard.chances import ChanceToSee
from landrelease.i18n import _
from landrelease.survey.lots import Chance, check_count

STEPS = 40
"""Steps of an operating characteristic where none are asked for."""


@dataclass(frozen=True)
class Characteristic:
    """How often a design would accept, for each true state of the ground (operating characteristic).

    Attributes
    ----------
    title
        Of the design, for a picture.
    axis
        What is counted along the picture.
    frame
        Columns `count`, `share` (of units; NaN where nothing is counted in units), `accepted`, and `accepted_low`,
        `accepted_high`: the same where inspectors see as much, or as little, as their trial leaves possible.
    aim
        Count that the design is made to catch.
    bounds
        What the two bounds stand for, in words; empty where they are one.
    """

    title: str
    axis: str
    frame: pd.DataFrame
    aim: float
    bounds: str = ""


class Design(Protocol):
    """What a sampling design can be asked."""

    @property
    def title(self) -> str:
        """Name of the design."""
        ...

    @property
    def statement(self) -> str:
        """What the design supports, in words."""
        ...

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What must hold, in words."""
        ...

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the user must know of it."""
        ...

    def characteristic(self) -> Characteristic:
        """Operating characteristic."""
        ...


def counts_to(aim: float, most: int | None = None, steps: int = STEPS) -> list[int]:
    """Whole counts from 0 to four times what a design is made to catch."""
    last = max(4, math.ceil(4 * aim))
    last = last if most is None else min(last, most)
    return sorted({round(last * step / steps) for step in range(steps + 1)})


def characteristic(
    title: str, axis: str, counts: Iterable[int], catch: Callable[[int], Chance], aim: float,
    units: int | None = None, bounds: str = "",
) -> Characteristic:  # fmt: skip
    """Tabulate a design: one minus the chance to catch each count."""
    given = [int(count) for count in counts]
    chances = np.array([catch(count) for count in given]).reshape(-1, 3)
    at_mean, at_low, at_high = 1 - chances.T
    # where inspectors see less, more is accepted
    columns = {"accepted": at_mean, "accepted_low": at_high, "accepted_high": at_low}
    share = np.array(given, dtype=float) / units if units else np.full(len(given), np.nan)
    frame = pd.DataFrame({"count": given, "share": share, **columns})
    return Characteristic(title, axis, frame, aim, bounds)


def bounds_of(seen: ChanceToSee) -> str:
    """What the bounds of a characteristic stand for; empty where the chance to see has no spread."""
    if seen.high - seen.low < 1e-12:
        return ""
    return _("chance to see {low:.3f} to {high:.3f}").format(low=seen.low, high=seen.high)


def said_chance(seen: ChanceToSee) -> str:
    """Write a chance to see in words, with its interval and where it comes from."""
    if seen.mean == 1 and not seen.sd:
        return _("An item in an inspected unit is always found: no trial of the inspectors was given.")
    if seen.high - seen.low < 1e-12:
        return _("An item in an inspected unit is found with a chance of {chance:.3f}, taken as known.").format(
            chance=seen.mean
        )
    return _(
        "An item in an inspected unit is found with a chance of {chance:.3f} ({level:g} %: {low:.3f} to {high:.3f}; "
        "{source}). The sample is large enough at the lower end."
    ).format(
        chance=seen.mean, level=100 * seen.level, low=seen.low, high=seen.high, source=seen.source or _("as stated")
    )


def effective(items: float, design_effect: float) -> int:
    """Units in which so many items lie where they lie together: ``items / effect`` in whole units, at least one.

    With groups of one size the number of groups; with unequal groups at most that number, so that a chance worked out
    from it is never too high: ``sum(m)^2 / sum(m^2)`` is at most the number of groups.
    """
    if not design_effect >= 1:
        raise fail(ErrorCode.SURVEY_PARAMETER, name="design_effect", value=design_effect, wanted=_("at least 1"))
    check_count("items", math.ceil(items), 0)
    return max(1, math.floor(items / design_effect + 1e-9)) if items > 0 else 0
