"""Writes the day's statements to the ledger, and has them reviewed by someone else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from landrelease.profile import Profile
from landrelease.record.entry import Source, Statement
from landrelease.record.kinds import KINDS
from landrelease.record.ledger import Ledger
from landrelease.record.review import MOST_CITED
from landrelease.simulate.clock import clock_of
from landrelease.simulate.workforce import AUTHORITY
from landrelease.terms import ReviewVerdict

REVIEWER, SIGNATORY, PLANNER = "person:review-officer", "person:signatory", "person:operations-officer"


@dataclass
class Clerk:
    """Collects statements and appends them at simulated times.

    Attributes
    ----------
    said
        Number of statements written so far.
    """

    ledger: Ledger
    profile: Profile
    said: int = 0
    _waiting: list[tuple[Statement, Callable[[str], None] | None]] = field(default_factory=list)
    _unreviewed: list[str] = field(default_factory=list)

    def say(
        self, kind: str, subject: str, body: Mapping[str, Any], day: date, author: str, organisation: str, *,
        until: date | None = None, source: Source | None = None, cites: tuple[str, ...] = (),
        then: Callable[[str], None] | None = None,
    ) -> None:  # fmt: skip
        """Put down a statement for the next `write`; `then` is told its hash."""
        valid_to = until.isoformat() if until is not None else None
        statement = Statement(
            kind, subject, body, day.isoformat(), author, organisation, valid_to, source or Source(), cites
        )
        self._waiting.append((statement, then))

    def write(self, day: date, hour: int) -> None:
        """Append what was put down, in one transaction, at this simulated time."""
        if not self._waiting:
            return
        clock_of(self.ledger).set(day, hour)
        waiting, self._waiting = self._waiting, []
        with self.ledger.batch() as batch:
            hashes = [batch.put(statement)[0] for statement, _ in waiting]
        for (statement, then), made in zip(waiting, hashes, strict=True):
            if KINDS[statement.kind].reviewed:
                self._unreviewed.append(made)
            if then is not None:
                then(made)
        self.said += len(waiting)

    def review(self, day: date) -> None:
        """Put down the acceptance of everything not yet reviewed; its authors are never the review officer."""
        hashes, self._unreviewed = self._unreviewed, []
        body = {"verdict": ReviewVerdict.ACCEPTED.value}
        for start in range(0, len(hashes), MOST_CITED):
            cites = tuple(hashes[start : start + MOST_CITED])
            self.say("review", f"review:{day.isoformat()}", body, day, REVIEWER, AUTHORITY, cites=cites)
