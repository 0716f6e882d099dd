"""When something was said: a day, month or year, two of them, or only before one."""

import re
from dataclasses import dataclass

from landrelease.errors import ErrorCode, fail
from landrelease.land.dates import first_day, last_day
from landrelease.record.when import is_day, reached

_FORM = re.compile(r"(?:(before) )?(\d{4}(?:-\d\d){0,2})(?:\.\.(\d{4}(?:-\d\d){0,2}))?")


@dataclass(frozen=True, slots=True)
class Said:
    """When something was said.

    Attributes
    ----------
    start, end
        Day, month or year; `end` differs from `start` only where two were given.
    before
        Nothing is known but that it was before `start`.
    """

    start: str
    end: str
    before: bool = False

    @property
    def first_day(self) -> str:
        """First day on which it can have been said; empty where only an end is known."""
        return "" if self.before else first_day(self.start)

    @property
    def last_day(self) -> str:
        """Last day on which it can have been said."""
        return last_day(self.end)


def said_when(text: str, claim: str = "") -> Said:
    """Read ``2025-12-13``, ``2025-12``, ``2025``, ``2025-07..2025-08`` or ``before 2025-12``.

    Raises
    ------
    LandreleaseError
        LR3305 for anything else.
    """
    match = _FORM.fullmatch(text.strip())
    days = [day for day in match.groups()[1:] if day] if match else []
    if not match or not all(map(is_day, days)) or (match[1] and match[3]) or not reached(days[0], days[-1]):
        raise fail(ErrorCode.CLAIM_DATE_INVALID, claim=claim, value=text)
    return Said(days[0], days[-1], bool(match[1]))
