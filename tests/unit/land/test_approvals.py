"""The day on which a report was accepted, by however its reviewers spell their names."""

import pytest

from landrelease.land.approvals import approval_days
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger

REPORT = {"area": "area:1", "stage": "completion", "method": "manual_team"}


@pytest.mark.parametrize(
    ("needed", "reviews", "day"),
    [
        (1, [("bob", "2026-08-02")], "2026-08-02"),
        (1, [("bob", "2026-08-03"), ("cem", "2026-08-02")], "2026-08-02"),
        (2, [("bob", "2026-08-03"), ("cem", "2026-08-02")], "2026-08-03"),
        (2, [("bob", "2026-08-02"), ("Bob", "2026-08-03")], None),
        (1, [("ANN", "2026-08-02"), ("bob", "2026-08-05")], "2026-08-05"),
        (1, [("Ann", "2026-08-02")], None),
        (1, [], None),
    ],
)
def test_the_last_needed_reviewer_other_than_the_author(tmp_path, needed, reviews, day):
    with Ledger.create(tmp_path / "ledger.sqlite") as ledger:
        [report] = ledger.append([Statement("clearance.report", "x", REPORT, "2026-08-01", "ann", "op")])
        ledger.append(
            Statement("review", "r", {"verdict": "accepted"}, on, who, "nc", cites=(report.hash,))
            for who, on in reviews
        )
        assert approval_days(fold(ledger.log()), needed).get(report.hash) == day
