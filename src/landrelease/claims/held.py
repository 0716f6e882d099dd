"""The claims of a register, with every answer to each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from landrelease.claims.said import Said, said_when
from landrelease.errors import ErrorCode, fail
from landrelease.record.claiming import Claim, ClaimResponse
from landrelease.record.entry import Entry

if TYPE_CHECKING:
    from landrelease.record.register import Register

_SHORTEST_HASH = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a claim: who acknowledged, denied or corrected it, and when."""

    hash: str
    claim: str
    body: ClaimResponse
    recorded_by: str

    @property
    def said(self) -> Said:
        """When it was said."""
        return said_when(self.body.said, self.hash)


@dataclass(frozen=True, slots=True)
class HeldClaim:
    """A claim on record.

    Attributes
    ----------
    hash, subject
        Of the statement; claims on the same thing share the subject.
    recorded_by
        Who put it on record, which is not the speaker.
    answers
        By the day on which they were said.
    """

    hash: str
    subject: str
    body: Claim
    recorded_by: str
    answers: tuple[Answer, ...] = ()
    place: int = 0
    """Place among the claims of the register, for those said on one day."""

    @property
    def said(self) -> Said:
        """When it was said."""
        return said_when(self.body.said, self.hash)

    @property
    def order(self) -> tuple[str, int]:
        """Sorts claims in time; one known only to be before a day comes before its first answer."""
        if not self.said.before:
            return self.said.first_day, self.place
        answered = [answer.said.first_day for answer in self.answers if not answer.said.before]
        return min([self.said.last_day, *answered]) + "-", self.place


def claims_of(register: "Register", subject: str | None = None) -> list[HeldClaim]:
    """Claims that stand, in the order in which they were said.

    Parameters
    ----------
    subject
        Only those on this subject; None for all.
    """
    answers: defaultdict[str, list[Answer]] = defaultdict(list)
    for entry in register.entries("claim.response"):
        response = cast("ClaimResponse", entry.model())
        answers[response.claim].append(
            Answer(entry.hash, response.claim, response, f"{entry.author}, {entry.organisation}")
        )
    held = [
        _held(entry, answers[entry.hash], place)
        for place, entry in enumerate(register.entries("claim"))
        if subject is None or entry.subject == subject
    ]
    return sorted(held, key=lambda claim: claim.order)


def _held(entry: Entry, answers: list[Answer], place: int) -> HeldClaim:
    ordered = sorted(answers, key=lambda answer: (answer.said.first_day, answer.hash))
    body = cast("Claim", entry.model())
    return HeldClaim(entry.hash, entry.subject, body, f"{entry.author}, {entry.organisation}", tuple(ordered), place)


def chosen_claims(claims: Sequence[HeldClaim], wanted: str) -> list[HeldClaim]:
    """Claims on a subject, or the one claim whose hash begins so.

    Raises
    ------
    LandreleaseError
        LR3303 where there is none, or several, or fewer than eight digits were given.
    """
    found = [claim for claim in claims if claim.subject == wanted]
    if not found and len(wanted) >= _SHORTEST_HASH:
        found = [claim for claim in claims if claim.hash.startswith(wanted.lower())]
        found = found if len(found) == 1 else []
    if not found:
        raise fail(ErrorCode.CLAIM_UNKNOWN, claim=wanted)
    return found
