"""Do the killed and injured of an accident tie with its victims on record? A finding, never a correction."""

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from landrelease.errors import ErrorCode, Finding
from landrelease.terms import VictimOutcome

if TYPE_CHECKING:
    from landrelease.record.register import Register

_STATED = (VictimOutcome.KILLED, VictimOutcome.INJURED)


def casualty_findings(register: "Register") -> list[Finding]:
    """Accidents whose killed and injured are not their victims on record and those not identified (LR5061).

    An accident that states no figure, or of which no victim is on record yet, says nothing either way. A victim whose
    outcome is not stated may be either.
    """
    victims: dict[str, Counter[str]] = {}
    for entry in register.entries("victim"):
        if accident := entry.body.get("accident"):
            victims.setdefault(accident, Counter())[entry.body["outcome"]] += 1
    return [
        Finding(ErrorCode.CASUALTIES_DIFFER, details)
        for entry in register.entries("accident")
        if (known := victims.get(entry.subject)) and (details := _difference(entry.subject, entry.body, known))
    ]


def _difference(subject: str, body: Mapping[str, Any], known: Counter[str]) -> dict[str, object] | None:
    """What does not tie; None where it does, or where the accident does not say how many there were."""
    if "killed" not in body or "injured" not in body:
        return None
    killed, injured, either = (known[outcome] for outcome in (*_STATED, VictimOutcome.UNKNOWN))
    stated, on_record = body["killed"] + body["injured"], killed + injured + either
    fits = killed <= body["killed"] and injured <= body["injured"]
    if fits and on_record + body.get("unidentified", 0) == stated:
        return None
    return {
        "accident": subject, "stated": stated, "victims": on_record, "unidentified": body.get("unidentified", 0)
    }  # fmt: skip
