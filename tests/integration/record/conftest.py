"""A ledger file with a short record, and a raw connection that respects no trigger."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from tests.samples.tampering import behind_triggers

from landrelease.record.entry import Statement
from landrelease.record.ledger import Ledger
from landrelease.record.review import review_statements
from landrelease.terms import ReviewVerdict


def report(number: int) -> Statement:
    body = {"area": f"area:{number}", "stage": "completion", "method": "manual_team", "cleared_area_m2": 100 * number}
    return Statement("clearance.report", f"report:{number}", body, "2026-08-11", "person:amina", "op:1")


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """Ten reports of the node north and a review of them."""
    path = tmp_path / "ledger.sqlite"
    with Ledger.create(path, node="north") as ledger:
        hashes = [entry.hash for entry in ledger.append([report(number) for number in range(10)])]
        ledger.append(review_statements(hashes, ReviewVerdict.ACCEPTED, "person:bo", "op:nc"))
    return path


@pytest.fixture
def tamper(record: Path) -> Callable[..., None]:
    """Run SQL on the record behind its triggers."""
    return partial(behind_triggers, record)
