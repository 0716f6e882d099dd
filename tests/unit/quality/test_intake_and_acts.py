"""Day reports about to be taken in, reminders, and the twins that answer instead of refusing."""

from tests.samples.conduct import INSPECTORATE, MONITOR, NC, OPERATOR, OWNER, TEAM

from landrelease.quality.acts import Author, can, reminders
from landrelease.quality.nonconformities import nonconformities
from landrelease.quality.safety.intake import check_day_reports
from landrelease.record.conduct import Verification
from landrelease.record.entry import Statement


def codes(findings):
    return [finding.error.code for finding in findings]


def test_reports_of_other_kinds_and_without_work_raise_nothing(conduct):
    told = [
        Statement("task.order", TEAM, {}, "2026-05-01", "person:a", OPERATOR),
        Statement("work_day", TEAM, {"people": 20, "lost_to": "rest"}, "2026-05-01", "person:a", OPERATOR),
    ]
    assert check_day_reports(conduct.register, conduct.profile, OPERATOR, told) == []  # fmt: skip


def test_times_that_run_backwards_are_an_error_beside_the_breaches(conduct):
    body = {"people": 4, "minutes_worked": 361, "stint_log": [{"start": "09:00", "end": "08:00"}]}
    told = [Statement("work_day", TEAM, body, "2026-05-01", "person:a", OPERATOR)]
    assert codes(check_day_reports(conduct.register, conduct.profile, OPERATOR, told)) == ["LR3237", "LR3226"]


def test_what_is_overdue_or_due_for_review_is_named_on_the_day(conduct):
    conduct.raise_(day="2026-05-01", due="2026-05-05")
    cases = nonconformities(conduct.register)
    assert codes(reminders(cases, conduct.profile, "2026-05-05")) == []
    assert codes(reminders(cases, conduct.profile, "2026-05-06")) == ["LR3214"]
    conduct.correct()
    conduct.verify(day="2026-05-12")
    closed = nonconformities(conduct.register)
    assert codes(reminders(closed, conduct.profile, "2026-08-09")) == []
    assert codes(reminders(closed, conduct.profile, "2026-08-10")) == ["LR3213"]


def test_whether_someone_may_verify_can_be_asked(conduct):
    conduct.raise_()
    conduct.correct()
    holds = Verification(holds=True)
    assert can(conduct.quality, "verify", NC, holds, Author(MONITOR, INSPECTORATE, "2026-05-12"))
    assert not can(conduct.quality, "verify", NC, holds, Author(OWNER, INSPECTORATE, "2026-05-12"))
