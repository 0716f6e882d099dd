"""Welfare entries: days since rest, leave and contact home on a day; later entries do not count."""

import pytest

from landrelease.errors import LandreleaseError
from landrelease.quality.welfare import Welfare, check_owner, read_welfare, welfare_bytes, welfare_on

DAY = "2026-05-20"


def entry(kind, start, end=None, person="person:k", **more):
    return Welfare(person=person, kind=kind, start=start, end=end, **more)


@pytest.mark.parametrize(
    ("told", "rest", "leave", "home"),
    [
        ([entry("rest", "2026-05-17")], 3, None, None),
        ([entry("rest", "2026-05-17"), entry("rest", "2026-05-10")], 3, None, None),
        ([entry("leave", "2026-04-01", "2026-04-20")], None, 30, None),
        ([entry("leave", "2026-05-15", "2026-05-25")], None, 0, None),
        ([entry("contact_home", "2026-05-20"), entry("rest", "2026-05-21")], None, None, 0),
        ([entry("rest", "2026-05")], None, None, None),
    ],
)
def test_days_since(told, rest, leave, home):
    [person] = welfare_on(told, DAY)
    assert (person.days_since_rest, person.days_since_leave, person.days_since_contact_home) == (rest, leave, home)


def test_people_are_kept_apart_and_offers_counted():
    told = [entry("psychosocial_offer", "2026-05-01", taken_up=True), entry("psychosocial_offer", "2026-05-02"),
            entry("rest", "2026-05-03", person="person:a")]  # fmt: skip
    first, second = welfare_on(told, DAY)
    assert (first.person, second.offers, second.offers_taken_up) == ("person:a", 2, 1)


def test_what_is_written_is_read_and_what_is_not_is_none():
    said = entry("leave", "2026-05-01", "2026-05-08", note="home")
    assert read_welfare(welfare_bytes(said)) == said
    assert read_welfare(b"{}") is None


@pytest.mark.parametrize(
    ("wrong", "code"),
    [(entry("leave", "2026-05-08", "2026-05-01"), "LR3237"), (entry("leave", "soon"), "LR3237"),
     (entry("leave", "2026-05-01", person=" "), "LR3206")],
)  # fmt: skip
def test_impossible_entries_are_refused(wrong, code):
    with pytest.raises(LandreleaseError, match=code):
        welfare_bytes(wrong)


def test_nobody_reads_the_entries_of_another_organisation():
    check_owner("org:a", "org:a")
    with pytest.raises(LandreleaseError, match="LR3238"):
        check_owner("org:a", "org:b")
