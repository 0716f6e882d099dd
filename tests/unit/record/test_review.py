"""Making reviews."""

import pytest

from landrelease.errors import LandreleaseError
from landrelease.record.review import MOST_CITED, can_review, check_review, review_statements
from landrelease.terms import ReviewVerdict


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (1_000, [1_000]), (1_001, [1_000, 1]),
                                              (2_500, [1_000, 1_000, 500])])  # fmt: skip
def test_reviews_cite_at_most_a_thousand(count, sizes):
    hashes = [f"{n:064x}" for n in range(count)]
    reviews = review_statements(hashes, ReviewVerdict.ACCEPTED, "person:bo", "op:nc", on="2026-08-15")
    assert [len(review.cites) for review in reviews] == sizes
    assert [cited for review in reviews for cited in review.cites] == hashes
    assert MOST_CITED == 1_000


def test_what_a_review_says():
    (review,) = review_statements(["a" * 64] * 2, ReviewVerdict.RETURNED, "person:bo", "op:nc", "blurred", "2026-08-15")
    assert (review.kind, review.author, review.organisation, review.valid_from) == (
        "review", "person:bo", "op:nc", "2026-08-15"
    )  # fmt: skip
    assert (review.body.verdict, review.body.reason) == (ReviewVerdict.RETURNED, "blurred")
    assert (review.cites, review.subject) == (("a" * 64,), "entry:" + "a" * 64)


def test_a_review_is_made_today_by_default(ledger, report):
    hashes = [entry.hash for entry in ledger.append([report()])]
    (review,) = review_statements(hashes, ReviewVerdict.ACCEPTED, "person:bo", "op:nc")
    assert len(review.valid_from) == len("2026-08-15")
    assert len(ledger.append([review])) == 1


def test_nobody_reviews_own_statements(ledger, report):
    entries = ledger.append([report("report:1"), report("report:2"), report("report:3", author="person:bo")])
    assert can_review(entries, "person:chen")
    check_review(entries, "person:chen")
    assert not can_review(entries, "person:amina")
    with pytest.raises(LandreleaseError, match=r"person:amina made the statement about report:2") as refusal:
        check_review(entries, "person:amina")
    assert refusal.value.codes == ("LR1029", "LR1029")


@pytest.mark.parametrize("reviewer", ["PERSON:AMINA", " person:amina ", "\uff30erson:amina"])
def test_other_letters_make_no_other_person(ledger, report, reviewer):
    assert not can_review(ledger.append([report("report:1")]), reviewer)
