import pytest

from landrelease.land.dates import Period, first_day, last_day

DAYS = {
    "2026": ("2026-01-01", "2026-12-31"),
    "2026-02": ("2026-02-01", "2026-02-28"),
    "2024-02": ("2024-02-01", "2024-02-29"),
    "2026-12": ("2026-12-01", "2026-12-31"),
    "2026-08-14": ("2026-08-14", "2026-08-14"),
}


@pytest.mark.parametrize(("text", "days"), DAYS.items())
def test_first_and_last_day(text, days):
    assert (first_day(text), last_day(text)) == days


NAMES = {
    Period.MONTH: ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04"],
    Period.QUARTER: ["2025-Q4", "2026-Q1", "2026-Q2"],
    Period.YEAR: ["2025", "2026"],
}


@pytest.mark.parametrize(("period", "names"), NAMES.items())
def test_periods_between_days(period, names):
    assert period.between("2025-12-31", "2026-04-01") == names
    assert [period.of(day) for day in ("2025-12-31", "2026-04-01")] == [names[0], names[-1]]


def test_one_day_is_one_period():
    assert Period.MONTH.between("2026-02-10", "2026-02-10") == ["2026-02"]
