"""Welfare of people: rest, leave, an offer of care, contact home. Private to the person's organisation, erasable.

Here is only what an entry says and how entries add up; they are kept by `landrelease.record.attachments.private`.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import N_, _
from landrelease.record.when import is_span
from landrelease.terms import Term


class WelfareKind(Term):
    """What a welfare entry is about."""

    REST = "rest", N_("Rest")
    LEAVE = "leave", N_("Leave")
    PSYCHOSOCIAL_OFFER = "psychosocial_offer", N_("Psychosocial care offered")
    CONTACT_HOME = "contact_home", N_("Contact home")
    FOLLOW_UP_CARE = "follow_up_care", N_("Follow-up care after an accident")
    FITNESS_TO_RETURN = "fitness_to_return", N_("Fit to return to work")


class Welfare(BaseModel):
    """One entry: whom it is about (pseudonym), what, from when to when; whether an offer was taken up."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: str
    kind: WelfareKind
    start: str
    end: str | None = None
    taken_up: bool | None = None
    note: str | None = None


def welfare_bytes(entry: Welfare) -> bytes:
    """Write an entry as JSON, to be sealed in its blob.

    Raises
    ------
    LandreleaseError
        LR3237 where it ends before it starts, LR3206 without a person.
    """
    if not entry.person.strip():
        raise fail(ErrorCode.QUALITY_INCOMPLETE, what=_("the person"))
    if not is_span([entry.start] if entry.end is None else [entry.start, entry.end]):
        raise fail(ErrorCode.SPAN_REVERSED, what=entry.kind.label, start=entry.start, end=entry.end or "-")
    return json.dumps(entry.model_dump(mode="json", exclude_none=True), sort_keys=True).encode()


def read_welfare(content: bytes) -> Welfare | None:
    """Read what `welfare_bytes` wrote; None for anything else."""
    try:
        return Welfare.model_validate_json(content)
    except ValidationError:
        return None


def check_owner(owner: str, asked_by: str) -> None:
    """Refuse (LR3238) to show one organisation's entries to another."""
    if owner != asked_by:
        raise fail(ErrorCode.WELFARE_FOREIGN, owner=owner, organisation=asked_by)


@dataclass(frozen=True, slots=True)
class PersonWelfare:
    """How one person fares on a day: days since each kind of entry ended, None where there is none."""

    person: str
    days_since_rest: int | None
    days_since_leave: int | None
    days_since_contact_home: int | None
    offers: int
    offers_taken_up: int

    def as_row(self) -> dict[str, Any]:
        """The same as a row for people."""
        return {name: getattr(self, name) for name in self.__slots__}


def welfare_on(entries: Iterable[Welfare], day: str) -> list[PersonWelfare]:
    """Add up entries to the state of each person on a day (ISO); later entries do not count."""
    people: dict[str, list[Welfare]] = {}
    for entry in entries:
        if entry.start <= day:
            people.setdefault(entry.person, []).append(entry)
    return [_state(person, told, date.fromisoformat(day)) for person, told in sorted(people.items())]


def _state(person: str, told: list[Welfare], day: date) -> PersonWelfare:
    offers = [entry for entry in told if entry.kind is WelfareKind.PSYCHOSOCIAL_OFFER]
    rest, leave, home = (
        _since(told, kind, day) for kind in (WelfareKind.REST, WelfareKind.LEAVE, WelfareKind.CONTACT_HOME)
    )
    return PersonWelfare(person, rest, leave, home, len(offers), sum(bool(entry.taken_up) for entry in offers))


def _since(told: list[Welfare], kind: WelfareKind, day: date) -> int | None:
    """Days since the last of a kind ended; 0 while it lasts. Entries without a whole date are passed over."""
    ends = [entry.end or entry.start for entry in told if entry.kind is kind]
    known = [min(date.fromisoformat(end), day) for end in ends if len(end) == len("2026-01-01")]
    return (day - max(known)).days if known else None
