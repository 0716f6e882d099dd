"""Who said what, and who acknowledged, denied or corrected it, in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from landrelease.claims.held import Answer, HeldClaim
from landrelease.claims.said import Said
from landrelease.i18n import _
from landrelease.land.dates import first_day
from landrelease.terms import ClaimVerdict


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline.

    Attributes
    ----------
    claim
        Hash of the claim that is said or answered; `hash` is that of this line's own statement.
    verdict
        None where the claim itself is said.
    first_acknowledgement
        The earliest acknowledgement of this claim that is on record.
    days_after
        Whole days from the last day on which the claim can have been said; None for a claim, or where one of the two
        days is not known to the day.
    """

    hash: str
    claim: str
    subject: str
    about: str
    speaker: str
    said: Said
    said_text: str
    known: str | None
    text: str
    verdict: ClaimVerdict | None = None
    first_acknowledgement: bool = False
    days_after: int | None = None

    @property
    def what(self) -> str:
        """What happens, in the user's language."""
        if self.verdict is None:
            return _("said")
        if self.first_acknowledgement:
            return _("acknowledged for the first time")
        return self.verdict.label.lower()


def timeline(claims: Sequence[HeldClaim]) -> list[Moment]:
    """Claims and answers by the day on which they were said; a claim always stands before its answers."""
    lines = [(claim.order, _saying(claim)) for claim in claims]
    for claim in claims:
        first = next((a for a in claim.answers if a.body.verdict is ClaimVerdict.ACKNOWLEDGED), None)
        for answer in claim.answers:
            day = answer.said.first_day or answer.said.last_day
            lines.append(((max(day, claim.order[0]) + "~", claim.place), _answering(claim, answer, answer is first)))
    return [moment for _order, moment in sorted(lines, key=lambda line: line[0])]


def _saying(claim: HeldClaim) -> Moment:
    body = claim.body
    return Moment(
        claim.hash, claim.hash, claim.subject, body.about, body.speaker, claim.said, body.said, body.known, body.text
    )


def _answering(claim: HeldClaim, answer: Answer, first: bool) -> Moment:
    body = answer.body
    return Moment(
        answer.hash, claim.hash, claim.subject, claim.body.about, body.speaker, answer.said, body.said, body.known,
        body.text, body.verdict, first, _days_between(claim.said, answer.said),
    )  # fmt: skip


def _days_between(said: Said, answered: Said) -> int | None:
    exact = all(not one.before and first_day(one.start) == one.last_day for one in (said, answered))
    if not exact:
        return None
    return (date.fromisoformat(answered.last_day) - date.fromisoformat(said.last_day)).days
