"""Days of statements: a date, month or year as its first or last day, and the periods of a balance."""

from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache


@lru_cache(maxsize=65_536)
def first_day(day: str) -> str:
    """First day of a date, month or year, as ISO text."""
    return {4: f"{day}-01-01", 7: f"{day}-01"}.get(len(day), day[:10])


@lru_cache(maxsize=65_536)
def last_day(day: str) -> str:
    """Last day of a date, month or year, as ISO text."""
    if len(day) == 4:
        return f"{day}-12-31"
    if len(day) != 7:
        return day[:10]
    first = date.fromisoformat(f"{day}-01")
    return ((first + timedelta(days=31)).replace(day=1) - timedelta(days=1)).isoformat()


class Period(StrEnum):
    """How a balance is divided in time."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    def of(self, day: str) -> str:
        """Name of the period of an ISO day: 2026-08, 2026-Q3 or 2026."""
        if self is Period.YEAR:
            return day[:4]
        return day[:7] if self is Period.MONTH else f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"

    def between(self, start: str, end: str) -> list[str]:
        """Names of all periods from the one of `start` to the one of `end`."""
        months = range(int(start[:4]) * 12 + int(start[5:7]) - 1, int(end[:4]) * 12 + int(end[5:7]))
        names = (self.of(f"{month // 12:04d}-{month % 12 + 1:02d}-01") for month in months)
        return list(dict.fromkeys(names))
