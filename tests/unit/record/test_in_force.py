"""The profile in force is the record's: by the day on the ground and by what was known, never today's file."""

import pytest

from landrelease.profile import load_profile, parse_profile
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.in_force import profile_in_force
from landrelease.record.review import review_statements
from landrelease.terms import ReviewVerdict, Standing


def adoption(depth_cm, valid_from, reviews=1):
    text = load_profile().text
    text = text.replace("required_depth_cm = 13", f"required_depth_cm = {depth_cm}")
    profile = parse_profile(text.replace("reviews_needed = 1 ", f"reviews_needed = {reviews} "))
    body = {"name": "national", "version": "1", "sha256": profile.sha256, "text": profile.text}
    return Statement("profile", "profile:national", body, valid_from, "person:a", "org:1")


def depth_cm(register):
    return profile_in_force(register).land.required_depth_cm


@pytest.mark.parametrize(
    ("adopted", "valid_on", "depth"),
    [
        ([], None, 13),
        ([], "2020-01-01", 13),
        ([(40, "2021-01-01")], None, 40),
        ([(40, "2021-01-01")], "2021-01-01", 40),
        ([(40, "2021-01-01")], "2019-06-01", 40),
        ([(40, "2021-01-01"), (20, "2023")], "2019-06-01", 40),
        ([(40, "2021-01-01"), (20, "2023")], "2022-12-31", 40),
        ([(40, "2021-01-01"), (20, "2023")], "2023-01-01", 20),
        ([(20, "2023"), (40, "2021-01-01")], None, 20),
    ],
)
def test_the_last_adopted_by_the_day_or_the_first_known(ledger, adopted, valid_on, depth):
    ledger.append([adoption(*each) for each in adopted])
    assert depth_cm(fold(ledger.log(), valid_on)) == depth


def test_what_was_adopted_later_was_not_known(ledger, clock):
    ledger.append([adoption(20, "2026-01-01")])
    clock.move(days=30)
    ledger.append([adoption(40, "2026-02-01")])
    assert depth_cm(fold(ledger.log())) == 40
    assert depth_cm(fold(ledger.log("2026-08-20"))) == 20


def test_a_withdrawn_profile_is_not_in_force(ledger):
    _first, second = ledger.append([adoption(20, "2026-01-01"), adoption(40, "2026-02-01")])
    body = {"reason": "wrong file"}
    ledger.append([Statement("withdrawal", "w", body, "2026-02-02", "person:a", "org:1", cites=(second.hash,))])
    assert depth_cm(fold(ledger.log())) == 20


@pytest.mark.parametrize(
    ("valid_on", "standing"),
    [(None, Standing.PENDING), ("2026-08-12", Standing.OFFICIAL), ("2026-09-01", Standing.PENDING)],
)
def test_the_fold_asks_for_the_reviews_of_the_profile_in_force(ledger, report, valid_on, standing):
    ledger.append([adoption(13, "2026-01-01"), adoption(13, "2026-09-01", reviews=2)])
    (entry,) = ledger.append([report()])
    ledger.append(review_statements([entry.hash], ReviewVerdict.ACCEPTED, "person:bo", "org:2", on="2026-08-15"))
    assert fold(ledger.log(), valid_on, None).standing(entry.hash) is standing
    assert fold(ledger.log(), valid_on, 1).standing(entry.hash) is Standing.OFFICIAL
