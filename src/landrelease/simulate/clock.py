"""A clock that shows simulated time."""

from datetime import UTC, date, datetime, time

from landrelease.errors import ErrorCode, fail
from landrelease.record.ledger import Ledger


class SimulatedClock:
    """Gives the simulated time to a ledger: ``Ledger.create(path, clock=SimulatedClock())``."""

    def __init__(self, now: datetime = datetime(2000, 1, 1, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the simulated time."""
        return self.now

    def set(self, day: date, hour: int) -> None:
        """Go to an hour (UTC) of a day."""
        self.now = datetime.combine(day, time(hour), tzinfo=UTC)


def clock_of(ledger: Ledger) -> SimulatedClock:
    """Return the simulated clock of a ledger; LR8005 where it has another one."""
    clock = ledger.clock
    if not isinstance(clock, SimulatedClock):
        raise fail(ErrorCode.CLOCK_FIXED)
    return clock
