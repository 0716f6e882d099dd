"""Reviewing statements: only someone other than the author may."""

from collections.abc import Iterable, Sequence

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.record.entry import Entry, Statement
from landrelease.record.kinds import Review
from landrelease.record.people import same_person
from landrelease.record.when import time_text, utc_now
from landrelease.terms import ReviewVerdict

MOST_CITED = 1_000
"""Statements that one review cites at most, so that no entry grows without bound."""


def review_statements(
    hashes: Iterable[str],
    verdict: ReviewVerdict,
    author: str,
    organisation: str,
    reason: str | None = None,
    on: str | None = None,
) -> list[Statement]:
    """Make the reviews of any number of statements, each of at most `MOST_CITED`.

    Parameters
    ----------
    hashes
        What is reviewed; a hash named twice is reviewed once.
    on
        Day of the review; today (UTC) by default.

    Returns
    -------
    list[Statement]
        To be appended; empty where nothing is reviewed.
    """
    cited = list(dict.fromkeys(hashes))
    day = on or time_text(utc_now())[:10]
    body = Review(verdict=verdict, reason=reason)
    return [
        Statement("review", _subject(batch), body, day, author, organisation, cites=tuple(batch))
        for batch in (cited[start : start + MOST_CITED] for start in range(0, len(cited), MOST_CITED))
    ]


def check_review(entries: Iterable[Entry], reviewer: str) -> None:
    """Refuse (LR1029, one finding for each) the review of statements by their own author."""
    own = [entry for entry in entries if same_person(entry.author, reviewer)]
    if own:
        raise LandreleaseError(
            Finding(ErrorCode.REVIEWER_IS_AUTHOR, {"author": reviewer, "subject": entry.subject, "hash": entry.hash})
            for entry in own
        )


def can_review(entries: Iterable[Entry], reviewer: str) -> bool:
    """Tell whether this person may review these statements."""
    try:
        check_review(entries, reviewer)
    except LandreleaseError:
        return False
    return True


def _subject(hashes: Sequence[str]) -> str:
    return f"entry:{hashes[0]}" if len(hashes) == 1 else f"entries:{hashes[0]}+{len(hashes) - 1}"
