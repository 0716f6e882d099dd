"""Editions that were reviewed, that wait, that were rejected: what is official of a row after each."""

import pytest
from tests.samples.exchange import ACCIDENTS

from landrelease.errors import LandreleaseError
from landrelease.exchange.importing import import_file
from landrelease.exchange.mapping import parse_mapping
from landrelease.profile import Profile
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.review import review_statements
from landrelease.terms import ReviewVerdict

DAY = "2026-08-14"
SUBJECT = 'complete_edition = true\nsubject = "accident:{key}"'
FIRST, LAST = ("first", 9), ("last", 9)
"""Rows that hold the period of the editions open."""


@pytest.fixture
def edition(tmp_path, ledger):
    """Import rows of key and number killed as the next edition; ``reject`` afterwards rejects all that waits."""
    numbers = iter(range(100))

    def take(*rows, reviewer="bo", author="ana", path=None, mapping=ACCIDENTS, reject=None, **options):
        path = path or tmp_path / f"{next(numbers)}.csv"
        if rows:
            lines = [f"{key},{1999 if key == 'first' else 2002 if key == 'last' else 2000},{killed}"
                     for key, killed in (FIRST, *rows, LAST)]  # fmt: skip
            path.write_text("\n".join(["key,year,killed", *lines, ""]))
        values = {"organisation": "op", "today": DAY, "complete": True} | options
        result = import_file(ledger, path, author=author, reviewer=reviewer, mapping=parse_mapping(mapping), **values)
        if reject:
            judge(ledger, reject)
        return result

    return take


def judge(ledger, verdict, reviewer="cem"):
    waiting = [entry.hash for entry in fold(ledger.log()).pending()]
    ledger.append(review_statements(waiting, ReviewVerdict(verdict), reviewer, "nc", on=DAY))


def official(ledger):
    """Number killed of what is official, but of the rows that hold the period open."""
    return sorted(entry.body["killed"] for entry in fold(ledger.log()).entries("accident") if entry.body["killed"] != 9)


def counts(result):
    return result.added, result.replaced, result.withdrawn, result.unchanged, result.awaiting_review


@pytest.mark.parametrize("mapping", [ACCIDENTS, ACCIDENTS.replace("complete_edition = true", SUBJECT)])
@pytest.mark.parametrize(
    ("between", "expected"),
    [({"reviewer": None}, [1]), ({"reviewer": None, "reject": "rejected"}, [1]),
     ({"reviewer": None, "reject": "returned"}, [1]), ({}, [2])],
)  # fmt: skip
def test_a_row_counts_once_after_an_edition_that_had_no_effect(ledger, edition, mapping, between, expected):
    edition(("E", 1), mapping=mapping)
    edition(("E", 2), mapping=mapping, **between)
    assert official(ledger) == expected
    result = edition(("E", 3), mapping=mapping)
    assert official(ledger) == [3]
    assert counts(result) == (0, 1, 0, 2, 0)
    assert fold(ledger.log()).conflicts == []
    assert fold(ledger.log()).pending() == []


def test_a_row_that_is_gone_takes_the_official_statement_and_the_pending_change_with_it(ledger, edition):
    edition(("E", 1), ("F", 4))
    edition(("E", 2), ("F", 4), reviewer=None)
    result = edition(("F", 4))
    assert counts(result) == (0, 0, 1, 3, 0)
    assert official(ledger) == [4]


def test_a_withdrawal_without_a_reviewer_is_proposed_once_by_the_newest_edition(ledger, edition):
    edition(("E", 1), ("F", 4))
    for killed in (4, 5, 6):
        result = edition(("F", killed), reviewer=None)
        assert (result.withdrawn, "LR2054" in [finding.error.code for finding in result.findings]) == (1, True)
        assert official(ledger) == [1, 4]
    withdrawals = [entry for entry in fold(ledger.log()).pending() if entry.kind == "withdrawal"]
    assert [len(entry.cites) for entry in withdrawals] == [1]
    judge(ledger, "accepted")
    assert official(ledger) == [6]


def test_a_row_that_comes_back_takes_the_proposal_to_withdraw_it_back(ledger, edition):
    edition(("E", 1), ("F", 4))
    edition(("F", 4), reviewer=None)
    edition(("E", 1), ("F", 4), ("G", 5), reviewer=None)
    judge(ledger, "accepted")
    assert official(ledger) == [1, 4, 5]


def test_going_back_to_the_official_value_withdraws_the_pending_change(ledger, edition):
    edition(("E", 1))
    edition(("E", 2), reviewer=None)
    result = edition(("E", 1), ("F", 4), reviewer=None)
    assert counts(result) == (1, 0, 1, 3, 0)
    assert official(ledger) == [1]
    assert [entry.body["killed"] for entry in fold(ledger.log()).pending() if entry.kind == "accident"] == [4]


def test_a_pending_change_that_the_file_repeats_stays_the_only_proposal(ledger, edition):
    edition(("E", 1))
    edition(("E", 2), reviewer=None)
    result = edition(("E", 2), ("F", 4), reviewer=None)
    assert counts(result) == (1, 0, 0, 3, 0)
    judge(ledger, "accepted")
    assert official(ledger) == [2, 4]


def test_and_a_reviewer_accepts_it(ledger, edition):
    edition(("E", 1))
    edition(("E", 2), reviewer=None)
    result = edition(("E", 2), ("F", 4))
    assert (result.reviewed, counts(result)) == (1, (1, 0, 0, 3, 0))
    assert official(ledger) == [2, 4]
    assert fold(ledger.log()).pending() == []


def test_but_not_its_own_author(ledger, edition):
    edition(("E", 1))
    edition(("E", 2), reviewer=None, author="Bo")
    result = edition(("E", 2), ("F", 4), reviewer="bo")
    assert result.reviewed == 0
    assert official(ledger) == [1, 4]


def test_a_rejected_replacing_does_not_leave_both_when_the_new_value_is_accepted_later(ledger, edition):
    edition(("E", 1))
    edition(("E", 2), reviewer=None)
    acts = [entry.hash for entry in fold(ledger.log()).pending() if entry.kind == "supersession"]
    ledger.append(review_statements(acts, ReviewVerdict.REJECTED, "cem", "nc", on=DAY))
    edition(("E", 2), ("F", 4))
    assert official(ledger) == [2, 4]


def test_a_rejected_value_that_is_published_again_is_a_new_statement(ledger, edition):
    edition(("E", 1))
    edition(("E", 2), reviewer=None, reject="rejected")
    result = edition(("E", 2), ("F", 4))
    assert counts(result) == (1, 1, 0, 2, 0)
    assert official(ledger) == [2, 4]


def test_a_corrected_row_takes_the_subject_of_the_one_that_was_returned(ledger, edition):
    edition(("E", 1), reviewer=None, reject="returned")
    result = edition(("E", 2))
    assert (result.added, result.replaced) == (3, 0)
    subjects = {entry.subject for entry in fold(ledger.log()).entries("accident")}
    assert all(subject.endswith(":1") for subject in subjects)
    assert official(ledger) == [2]


def test_an_all_rejected_import_is_no_loss_to_the_next(ledger, edition):
    edition(*[(f"old{number}", 1) for number in range(20)], reviewer=None, reject="rejected")
    assert edition(("E", 2), complete=None).withdrawn == 0
    assert official(ledger) == [2]


def test_look_alikes_that_change_without_a_reviewer_are_accepted_one_by_one(ledger, edition):
    edition(("E", 1), ("E", 2))
    edition(("E", 3), ("E", 4), reviewer=None)
    fresh = [entry.hash for entry in fold(ledger.log()).pending() if entry.kind == "accident"]
    ledger.append(review_statements(fresh[:1], ReviewVerdict.ACCEPTED, "cem", "nc", on=DAY))
    assert len(official(ledger)) == 2
    ledger.append(review_statements(fresh[1:], ReviewVerdict.ACCEPTED, "cem", "nc", on=DAY))
    assert official(ledger) == [3, 4]


class TestTheSameFileAgain:
    def test_with_a_reviewer_accepts_what_waits_of_it(self, tmp_path, ledger, edition):
        edition(("E", 1), ("F", 4))
        edition(("E", 2), reviewer=None, path=tmp_path / "next.csv")
        assert official(ledger) == [1, 4]
        result = edition(path=tmp_path / "next.csv")
        assert official(ledger) == [2]
        assert fold(ledger.log()).pending() == []
        assert [finding.error.code for finding in result.findings] == ["LR2053"]
        assert (result.reviewed, counts(result)) == (3, (0, 0, 0, 0, 0))

    def test_and_then_there_is_nothing_to_do(self, tmp_path, ledger, edition):
        edition(("E", 1), reviewer=None, path=tmp_path / "first.csv")
        edition(path=tmp_path / "first.csv")
        size = len(ledger)
        result = edition(path=tmp_path / "first.csv")
        assert [finding.error.code for finding in result.findings] == ["LR2042"]
        assert len(ledger) == size

    def test_a_dry_run_says_so_and_writes_nothing(self, tmp_path, ledger, edition):
        edition(("E", 1), reviewer=None, path=tmp_path / "first.csv")
        size = len(ledger)
        assert edition(path=tmp_path / "first.csv", dry_run=True).reviewed == 3
        assert len(ledger) == size

    def test_an_old_file_undoes_no_newer_one(self, tmp_path, ledger, edition):
        edition(("E", 1), reviewer=None, path=tmp_path / "first.csv")
        edition(("E", 2))
        edition(path=tmp_path / "first.csv")
        assert official(ledger) == [2]

    def test_nobody_accepts_their_own(self, tmp_path, ledger, edition):
        edition(("E", 1), reviewer=None, path=tmp_path / "first.csv")
        size = len(ledger)
        with pytest.raises(LandreleaseError) as refusal:
            edition(path=tmp_path / "first.csv", author="bo", reviewer="ANA")
        assert refusal.value.codes == ("LR1029",)
        assert len(ledger) == size


class TestWhatTookEffect:
    def test_of_official_statements_nothing_without_a_review(self, ledger, edition):
        edition(("E", 1), ("F", 4))
        result = edition(("F", 5), reviewer=None)
        assert counts(result) == (0, 1, 1, 2, 2)
        assert [f.details["count"] for f in result.findings if f.error.code == "LR2054"] == [2]

    def test_of_own_pending_ones_all(self, ledger, edition):
        edition(("E", 1), ("F", 4), reviewer=None)
        assert counts(edition(("F", 5), reviewer=None)) == (0, 1, 1, 2, 0)

    def test_of_another_organisation_nothing(self, ledger, edition):
        edition(("E", 1), ("F", 4), reviewer=None)
        assert counts(edition(("F", 5), reviewer=None, author="eva", organisation="rival")) == (0, 1, 1, 2, 2)

    def test_with_a_reviewer_all(self, ledger, edition):
        edition(("E", 1), ("F", 4))
        assert counts(edition(("F", 5))) == (0, 1, 1, 2, 0)

    def test_unless_two_are_needed(self, ledger, edition, profile):
        two = profile.model_copy(update={"release": profile.release.model_copy(update={"reviews_needed": 2})})
        assert isinstance(two, Profile)
        edition(("E", 1), ("F", 4))
        for entry in list(fold(ledger.log(), reviews_needed=2).pending()):
            ledger.append([Statement("review", "r", {"verdict": "accepted"}, DAY, "cem", "nc", cites=(entry.hash,))])
        assert counts(edition(("F", 5), profile=two)) == (0, 1, 1, 2, 2)


class TestForWhomTheReviewerActs:
    @pytest.mark.parametrize(
        ("options", "organisation"), [({}, "op"), ({"reviewer_organisation": "authority"}, "authority")]
    )
    def test_the_review_names_their_organisation(self, ledger, edition, options, organisation):
        edition(("E", 1), **options)
        reviews = [logged.entry for logged in ledger.log(kind="review")]
        assert {(review.author, review.organisation) for review in reviews} == {("bo", organisation)}
        assert fold(ledger.log()).entries("accident")[0].organisation == "op"
