"""Days on the ground and times of clocks."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from landrelease.errors import LandreleaseError
from landrelease.record.when import holds_on, is_day, is_span, is_time, time_text, upper_bound


@pytest.mark.parametrize("text", ["2026", "2026-08", "2026-08-11", "2024-02-29", "0001-01-01"])
def test_days(text):
    assert is_day(text)


@pytest.mark.parametrize(
    "text",
    ["", "26", "2026-13", "2026-02-30", "2023-02-29", "20260811", "2026-W01-1", "2026/08/11", "2026-8-11", " 2026",
     "0000", "２０２６", "2026-08-11T", "11.08.2026"],
)  # fmt: skip
def test_no_days(text):
    assert not is_day(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-08-14T15:02:11Z", True),
        ("2026-08-14T15:02:11+00:00", False),
        ("2026-08-14T15:02:11.5Z", False),
        ("2026-08-14 15:02:11Z", False),
        ("2026-08-14T24:02:11Z", False),
        ("2026-02-30T15:02:11Z", False),
        ("2026-08-14", False),
        ("", False),
    ],
)
def test_times(text, expected):
    assert is_time(text) is expected


@pytest.mark.parametrize(
    ("valid", "expected"),
    [
        (["2026-08-11"], True),
        (["2026-08-11", "2026-08-11"], True),
        (["2026-08-11", "2026-08-14"], True),
        (["2026-08-11", "2026-08"], True),  # to the end of August
        (["2026-08", "2026-08-14"], True),
        (["2026", "2026"], True),
        (["2026-08-14", "2026-08-11"], False),
        (["2026-08-14", "2026-07"], False),
        (["2027", "2026-12-31"], False),
        ([], False),
        (["2026", "2027", "2028"], False),
        (["2026", 2027], False),
        (["soon"], False),
    ],
)
def test_spans(valid, expected):
    assert is_span(valid) is expected


@pytest.mark.parametrize(
    ("until", "last_inside", "first_outside"),
    [
        ("2026-04-30", "2026-04-30T23:59:59Z", "2026-05-01T00:00:00Z"),
        ("2026-04", "2026-04-30T23:59:59Z", "2026-05-01T00:00:00Z"),
        ("2026", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z"),
        ("2026-04-30T12:00:00Z", "2026-04-30T12:00:00Z", "2026-04-30T12:00:01Z"),
        ("2026-04-30T14:00:00+02:00", "2026-04-30T12:00:00Z", "2026-04-30T12:00:01Z"),
        (date(2026, 4, 30), "2026-04-30T23:59:59Z", "2026-05-01T00:00:00Z"),
        (
            datetime(2026, 4, 30, 14, tzinfo=timezone(timedelta(hours=2))),
            "2026-04-30T12:00:00Z",
            "2026-04-30T12:00:01Z",
        ),
    ],
    ids=str,
)
def test_upper_bound(until, last_inside, first_outside):
    assert last_inside <= upper_bound(until) < first_outside


@pytest.mark.parametrize("until", ["yesterday", "2026-04-31", "2026-04-30T12:00:00", ""])
def test_upper_bound_refuses(until):
    with pytest.raises(LandreleaseError, match="LR9001"):
        upper_bound(until)


def test_clock_needs_a_zone():
    assert time_text(datetime(2026, 4, 30, 12, 0, 0, 999_999, tzinfo=UTC)) == "2026-04-30T12:00:00Z"
    with pytest.raises(LandreleaseError, match="LR1031"):
        time_text(datetime(2026, 4, 30))


@pytest.mark.parametrize(
    ("holds", "valid_from", "valid_to", "day", "expected"),
    [
        ("event", "2026-08-11", None, "2026-08-10", False),
        ("event", "2026-08-11", None, "2026-08-11", True),
        ("event", "2026-08-11", "2026-08-14", "2027-01-01", True),  # an event stays true
        ("event", "2026-08", None, "2026-08-01", True),
        ("event", "2026-08", None, "2026-07-31", False),
        ("interval", "2026-08-11", "2026-08-14", "2026-08-14", True),
        ("interval", "2026-08-11", "2026-08-14", "2026-08-15", False),
        ("interval", "2026-08-11", None, "2030-01-01", True),
        ("interval", "2026", "2026-08", "2026-08-31", True),
        ("interval", "2026", "2026-08", "2026-09-01", False),
    ],
)
def test_holds_on(holds, valid_from, valid_to, day, expected):
    assert holds_on(holds, valid_from, valid_to, day) is expected
