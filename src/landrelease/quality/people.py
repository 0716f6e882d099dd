"""People of the record: whoever owns, corrects, verifies or is told about must be in it."""

from typing import TYPE_CHECKING

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.record.people import person_key

if TYPE_CHECKING:
    from landrelease.record.register import Register


def known_people(register: "Register") -> set[str]:
    """Keys (`person_key`) of everyone of whom there is an official statement."""
    return {person_key(entry.subject) for entry in register.history("person")}


def check_person(register: "Register", *people: str | None) -> None:
    """Refuse (LR3207) people who are not in the record; None is nobody.

    Raises
    ------
    LandreleaseError
        One finding for each.
    """
    known = known_people(register)
    missing = [person for person in dict.fromkeys(people) if person is not None and person_key(person) not in known]
    if missing:
        raise LandreleaseError(Finding(ErrorCode.PERSON_NOT_RECORDED, {"person": person}) for person in missing)
