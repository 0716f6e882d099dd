"""A small programme: one operator's report, a reviewer, a clock that stands still until it is moved."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.samples.proofs import Clock, Nonces

from landrelease.record.entry import Statement
from landrelease.record.kinds import Organisation
from landrelease.record.ledger import Ledger


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "ledger.sqlite", node="north", clock=clock, nonce=Nonces()) as made:
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
