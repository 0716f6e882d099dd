"""Accounts from a real ledger: only what is official counts, on the day of its review, as known at any time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.samples.land import balance_row, box, cleared, hazard, states

from landrelease.land.accounts import build_accounts
from landrelease.land.figures import COLUMNS, figures
from landrelease.profile import load_profile
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger
from landrelease.record.review import review_statements
from landrelease.terms import ReviewVerdict

A = "area:A"


class Clock:
    now = datetime(2026, 1, 10, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path, clock) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "ledger.sqlite", clock=clock) as made:
        yield made


def statement(sample, **more) -> Statement:
    return Statement(sample.kind, sample.subject, sample.body, sample.valid_from, "person:a", "organisation:1", **more)


def say(ledger, *samples) -> list[str]:
    return [entry.hash for entry in ledger.append([statement(sample) for sample in samples])]


def accept(ledger, hashes, on, verdict=ReviewVerdict.ACCEPTED) -> None:
    ledger.append(review_statements(hashes, verdict, "person:r", "organisation:2", on=on))


def known(ledger, **until):
    return build_accounts(fold(ledger.log(**until)))


def test_a_report_counts_once_it_is_accepted_on_the_day_of_the_review(ledger, clock):
    accept(ledger, say(ledger, hazard(A, box(0, 0, 100, 100), "2026-01-10")), "2026-01-12")
    report = say(ledger, cleared(A, box(0, 0, 100, 50), "2026-01-30"))
    assert states(known(ledger)) == {"unresolved": 10_000}
    clock.now += timedelta(days=30)
    accept(ledger, report, "2026-02-09")
    made = known(ledger)
    assert states(made) == {"cleared": 5_000, "unresolved": 5_000}
    assert balance_row(made, start="2026-01", end="2026-01") == {"new": 10_000, "closing": 10_000}
    assert balance_row(made, start="2026-02", end="2026-02")["cleared"] == 5_000
    assert states(known(ledger, received_by="2026-01-31")) == {"unresolved": 10_000}


def test_a_rejected_report_counts_for_nothing(ledger):
    accept(ledger, say(ledger, hazard(A, box(0, 0, 100, 100))), "2026-01-12")
    accept(ledger, say(ledger, cleared(A, box(0, 0, 100, 50), "2026-01-10")), "2026-01-13", ReviewVerdict.REJECTED)
    assert states(known(ledger)) == {"unresolved": 10_000}


def test_the_profile_in_force_is_the_last_adopted_one(ledger):
    text = load_profile().text.replace("required_depth_cm = 13", "required_depth_cm = 30")
    profile = load_profile()
    adopted = {"name": "deep", "version": "1", "sha256": profile.sha256, "text": text}
    reports = say(ledger, hazard(A, box(0, 0, 100, 100)), cleared(A, box(0, 0, 100, 50), "2026-01-10", depth_cm=20))
    accept(ledger, reports, "2026-01-11")
    assert "cleared" in states(known(ledger))
    ledger.append([Statement("profile", "profile:deep", adopted, "2026-01-10", "person:a", "organisation:1")])
    assert "cleared" not in states(known(ledger))
    assert "cleared" in states(build_accounts(fold(ledger.log()), profile))


def test_two_reviews_where_the_country_asks_for_two(ledger):
    from landrelease.land.approvals import approval_days

    (report,) = say(ledger, hazard(A, box(0, 0, 100, 100)))
    accept(ledger, [report], "2026-01-12")
    register = fold(ledger.log())
    assert approval_days(register, 1) == {report: "2026-01-12"}
    assert approval_days(register, 2) == {}
    ledger.append(review_statements([report], ReviewVerdict.ACCEPTED, "person:q", "organisation:2", on="2026-01-15"))
    assert approval_days(fold(ledger.log()), 2) == {report: "2026-01-15"}


def test_the_authors_own_review_is_no_approval(ledger):
    from landrelease.land.approvals import approval_days

    (report,) = say(ledger, hazard(A, box(0, 0, 100, 100)))
    ledger.append(review_statements([report], ReviewVerdict.ACCEPTED, "person:a", "organisation:1", on="2026-01-12"))
    register = fold(ledger.log())
    assert approval_days(register, 1) == {}
    assert states(build_accounts(register)) == {}


def test_figures_are_kept_apart(ledger):
    body = {
        "dataset": "clearance",
        "admin_area": "admin:05",
        "period": "2024-03",
        "category": "AEI",
        "measures": {"cleared_area_m2": 641, "devices": 0},
    }
    figure = Statement("figure", "figure:1", body, "2024-03", "person:a", "organisation:1")
    (entry,) = ledger.append([figure])
    assert figures(fold(ledger.log())).empty
    accept(ledger, [entry.hash], "2026-01-12")
    register = fold(ledger.log())
    table = figures(register)
    assert list(table.columns) == list(COLUMNS)
    assert table["measure"].tolist() == ["cleared_area_m2", "devices"]
    assert table["value"].tolist() == [641, 0]
    assert table["operator"].isna().all()
    assert build_accounts(register).parts().empty
    assert build_accounts(register).balance(by=()).to_numpy().sum() == 0
