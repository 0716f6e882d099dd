"""A small programme: one operator's report, a reviewer, a clock that stands still until it is moved."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from landrelease.record.entry import Statement
from landrelease.record.kinds import Organisation
from landrelease.record.ledger import Ledger


@dataclass
class StillClock:
    """Gives the same time until it is moved."""

    now: datetime = datetime(2026, 8, 14, 15, 2, 11, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Counted:
    """Nonces 1, 2, 3: ledgers that can be made again exactly."""

    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __call__(self) -> str:
        return f"{next(self.numbers):032x}"


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def ledger(tmp_path: Path, clock: StillClock) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "ledger.sqlite", node="north", clock=clock, nonce=Counted()) as made:
        yield made


@pytest.fixture
def organisation():
    """Make statements about organisations: the simplest kind, official at once."""

    def make(subject: str = "organisation:1", name: str = "Operator One", **changes) -> Statement:
        values = {"valid_from": "2026-01-01", "author": "person:amina", "organisation": "organisation:1"} | changes
        return Statement("organisation", subject, Organisation(name=name), **values)

    return make


@pytest.fixture
def report():
    """Make clearance reports: they need a review."""

    def make(subject: str = "report:1", **changes) -> Statement:
        body = {
            "area": changes.pop("area", "area:1"), "stage": "completion", "method": "manual_team",
            "cleared_area_m2": changes.pop("cleared_area_m2", 5400),
        }  # fmt: skip
        values = {"valid_from": "2026-08-11", "author": "person:amina", "organisation": "organisation:1"} | changes
        return Statement("clearance.report", subject, body, **values)

    return make
