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


def test_a_review_after_the_day_on_the_ground_still_dates_the_approval(tmp_path):
    with Ledger.create(tmp_path / "ledger.sqlite") as ledger:
        [report] = ledger.append([Statement("clearance.report", "x", REPORT, "2020-03-04", "ann", "op")])
        review = Statement("review", "r", {"verdict": "accepted"}, "2020-04-15", "bob", "nc", cites=(report.hash,))
        ledger.append([review])
        for valid_on in (None, "2020-03-31"):
            assert approval_days(fold(ledger.log(), valid_on), 1) == {report.hash: "2020-04-15"}
