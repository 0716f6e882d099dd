"""A ledger file with a short record, and a raw connection that respects no trigger."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

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
    """Run SQL on the file after dropping every trigger."""

    def tamper(*statements: str) -> None:
        with closing(sqlite3.connect(record)) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return tamper
