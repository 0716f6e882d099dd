"""Times of the record: days on the ground, instants of clocks."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache

from landrelease.errors import ErrorCode, fail

Clock = Callable[[], datetime]
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_TIME_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_LENGTHS = {4: "-01-01", 7: "-01", 10: ""}


def utc_now() -> datetime:
    """Return the computer's time in UTC."""
    return datetime.now(UTC)


def time_text(moment: datetime) -> str:
    """Write an instant as the record does: RFC 3339, UTC, whole seconds.

    Raises
    ------
    LandreleaseError
        LR1031 where the instant has no time zone.
    """
    if moment.tzinfo is None:
        raise fail(ErrorCode.CLOCK_WITHOUT_ZONE)
    return moment.astimezone(UTC).strftime(_TIME)


def upper_bound(until: str | date | datetime) -> str:
    """Return a text that sorts after every recorded time up to this one; a day, month or year counts whole.

    Raises
    ------
    LandreleaseError
        LR9001 where the text is neither a date nor a time.
    """
    if isinstance(until, datetime):
        return time_text(until) + "~"
    if isinstance(until, date):
        return until.isoformat() + "~"
    if is_day(until) or is_time(until):
        return until + "~"
    try:
        moment = datetime.fromisoformat(until)
    except ValueError as error:
        raise fail(ErrorCode.DATE_INVALID, value=until) from error
    if moment.tzinfo is None:
        raise fail(ErrorCode.DATE_INVALID, value=until)
    return time_text(moment) + "~"


@lru_cache(maxsize=4096)
def is_day(text: str) -> bool:
    """Tell whether a text is a real date, month or year, as 2026-08-11, 2026-08 or 2026."""
    if not text.isascii() or len(text) not in _LENGTHS:
        return False
    try:
        return date.fromisoformat(text + _LENGTHS[len(text)]).isoformat()[: len(text)] == text
    except ValueError:
        return False


def is_time(text: str) -> bool:
    """Tell whether a text is an instant as the record writes it."""
    if not _TIME_FORM.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text[:-1])
    except ValueError:
        return False
    return True


def is_span(valid: Sequence[str]) -> bool:
    """Tell whether this is one day, month or year, or two of them of which the second does not end before the first."""
    if not 1 <= len(valid) <= 2 or not all(isinstance(day, str) and is_day(day) for day in valid):
        return False
    return len(valid) == 1 or reached(valid[0], valid[1])


def reached(start: str, end: str) -> bool:
    """Tell whether a day, month or year `end` ends on or after the day on which `start` begins."""
    return start[: len(end)] <= end


def holds_on(kind_holds: str, valid_from: str, valid_to: str | None, day: str) -> bool:
    """Tell whether a statement holds on a day: an event from its first day on, an interval between its days.

    A month or year as `valid_from` counts from its first day, as `valid_to` to its last.
    """
    if valid_from > day:
        return False
    return kind_holds == "event" or valid_to is None or reached(day, valid_to)
