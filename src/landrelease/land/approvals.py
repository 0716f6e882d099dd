"""On which day each report was accepted."""

from collections import defaultdict
from typing import TYPE_CHECKING

from landrelease.record.people import person_key, same_person
from landrelease.terms import ReviewVerdict

if TYPE_CHECKING:
    from landrelease.record.register import Register


def approval_days(register: "Register", reviews_needed: int) -> dict[str, str]:
    """Day on which the last needed reviewer other than the author accepted each statement, by hash.

    Reviews carry their day in `valid_from`; statements without enough reviews are not in the result. All reviews that
    the register knows count, also those made after its day on the ground: they are about the report, not the ground.
    """
    days: dict[str, dict[str, str]] = defaultdict(dict)
    for review in register.history("review"):
        if review.body["verdict"] == ReviewVerdict.ACCEPTED.value:
            for cited in review.cites:
                if cited in register and not same_person(register.entry(cited).author, review.author):
                    days[cited].setdefault(person_key(review.author), review.valid_from)
    return {
        cited: sorted(by_author.values())[reviews_needed - 1]
        for cited, by_author in days.items()
        if len(by_author) >= reviews_needed
    }
