"""Standards 4.6, invariants 4 and 7: on a day on the ground, work that has not ended has released nothing."""

import pytest
from tests.samples.land import balance_row, boundary, box, cancelled, cleared, entry, hazard, reduced, states

from landrelease.land.accounts import Accounts
from landrelease.land.events import Approved
from landrelease.profile import load_profile

A = "area:A"
FIELD = hazard(A, box(0, 0, 100, 100), "2020-01-10")
HALF = box(0, 0, 100, 50)


def lasting(made, to):
    """The same statement over a span of days."""
    return entry(made.kind, made.body, made.valid_from, to=to, subject=made.subject)


def known_on(day, *statements):
    return Accounts(load_profile(), [Approved(each, "2020-04-15") for each in statements], valid_on=day)


CLEARANCE = lasting(cleared(A, HALF, "2020-03-01"), "2020-03-04")


@pytest.mark.invariant(7)
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2020-02-29", {"unresolved": 10_000}),
        ("2020-03-01", {"unresolved": 10_000}),
        ("2020-03-03", {"unresolved": 10_000}),
        ("2020-03-04", {"unresolved": 5_000, "cleared": 5_000}),
        (None, {"unresolved": 5_000, "cleared": 5_000}),
    ],
)
def test_land_is_cleared_from_the_last_day_of_the_work(day, expected):
    assert states(known_on(day, FIELD, CLEARANCE)) == expected


@pytest.mark.parametrize(("made", "line"), [(cleared, "cleared"), (reduced, "reduced"), (cancelled, "cancelled")])
def test_every_route_counts_from_the_last_day(made, line):
    work = lasting(made(A, HALF, "2020-03-01"), "2020-03")
    assert balance_row(known_on("2020-03-30", FIELD, work)) == {"new": 10_000, "closing": 10_000}
    assert balance_row(known_on("2020-03-31", FIELD, work)) == {"new": 10_000, line: 5_000, "closing": 5_000}


def test_an_outline_counts_from_its_first_day_and_a_change_of_it_from_its_last():
    month = hazard(A, box(0, 0, 100, 100), "2020-01")
    change = boundary(A, "2020-02", added=box(100, 0, 200, 100))
    assert states(known_on("2020-01-01", month, change)) == {"unresolved": 10_000}
    assert states(known_on("2020-02-28", month, change)) == {"unresolved": 10_000}
    assert states(known_on("2020-02-29", month, change)) == {"unresolved": 20_000}


def test_work_that_has_not_ended_is_work_and_no_finding():
    """Its depth is asked for when it counts."""
    shallow = lasting(cleared(A, HALF, "2020-03-01", depth_cm=5), "2020-03-04")
    assert [finding.error.code for finding in known_on("2020-03-03", FIELD, shallow).findings] == []
    assert [finding.error.code for finding in known_on("2020-03-04", FIELD, shallow).findings] == ["LR3132"]
    assert known_on("2020-03-03", FIELD, shallow).area(A).work_status.value == "worked_on"


@pytest.mark.invariant(7)
def test_what_is_learnt_later_counts_by_the_same_rule():
    for day in ("2020-03-03", "2020-03-04"):
        made = known_on(day, FIELD)
        made.apply(CLEARANCE, "2020-04-15")
        assert states(made) == states(known_on(day, FIELD, CLEARANCE))


def test_the_balance_about_a_day_is_dated_by_the_ground_and_otherwise_by_the_review():
    about_a_day, whole = (known_on(day, FIELD, CLEARANCE) for day in ("2020-03-31", None))
    assert balance_row(about_a_day, start="2020-03", end="2020-03")["cleared"] == 5_000
    assert "cleared" not in balance_row(whole, start="2020-03", end="2020-03")
    assert balance_row(whole, start="2020-04", end="2020-04")["cleared"] == 5_000
    assert "cleared" not in balance_row(about_a_day, start="2020-03", end="2020-03", clock="approved")
