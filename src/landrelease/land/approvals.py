"""On which day each report was accepted."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from landrelease.record.entry import Entry
from landrelease.record.people import person_key, same_person
from landrelease.terms import ReviewVerdict

if TYPE_CHECKING:
    from landrelease.record.register import Register


def approval_days(register: "Register", reviews_needed: int) -> dict[str, str]:
    """Day on which the last needed reviewer other than the author accepted each statement, by hash.

    Reviews carry their day in `valid_from`; statements without enough reviews are not in the result. All reviews that
    the register knows count, also those made after its day on the ground: they are about the report, not the ground.
    """
    reviews: dict[str, list[Entry]] = defaultdict(list)
    for review in register.history("review"):
        for cited in review.cites:
            reviews[cited].append(review)
    days = {
        cited: approval_day(register.entry(cited).author, found, reviews_needed)
        for cited, found in reviews.items()
        if cited in register
    }
    return {cited: day for cited, day in days.items() if day is not None}


def approval_day(author: str, reviews: Iterable[Entry], reviews_needed: int) -> str | None:
    """Day on which the last needed reviewer accepted one statement, of its official reviews by age; None before."""
    days: dict[str, str] = {}
    for review in reviews:
        if review.body["verdict"] == ReviewVerdict.ACCEPTED.value and not same_person(author, review.author):
            days.setdefault(person_key(review.author), review.valid_from)
    return sorted(days.values())[reviews_needed - 1] if len(days) >= reviews_needed else None
