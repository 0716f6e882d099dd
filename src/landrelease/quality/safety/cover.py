"""Accreditation, insurance, qualification and medical plans: whether they hold on a day for a kind of work."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from landrelease.errors import ErrorCode, fail
from landrelease.record.entry import Entry, Statement
from landrelease.record.when import holds_on
from landrelease.terms import AccreditationStatus, Activity, SafetyRule

if TYPE_CHECKING:
    from landrelease.record.register import Register

KIND_OF_RULE = {
    SafetyRule.ACCREDITATION: "accreditation",
    SafetyRule.INSURANCE: "insurance",
    SafetyRule.QUALIFICATION: "qualification",
    SafetyRule.MEDICAL_PLAN: "medical.plan",
}


class Held(StrEnum):
    """Whether something holds on a day."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """Nothing of the kind was ever recorded for the holder: unknown, which is not a breach."""


@dataclass(frozen=True)
class Cover:
    """What a register says of approvals and cover; built once, asked for many days."""

    register: "Register"
    _by_holder: dict[str, dict[str, list[Entry]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        found: dict[str, dict[str, list[Entry]]] = {}
        for kind in KIND_OF_RULE.values():
            holders = found.setdefault(kind, defaultdict(list))
            for entry in self.register.history(kind):
                named = (entry.subject, entry.body.get("area"), entry.body.get("team"))
                for holder in dict.fromkeys(str(one) for one in named if one is not None):
                    holders[holder].append(entry)
        object.__setattr__(self, "_by_holder", found)

    def held(self, rule: SafetyRule, holders: Iterable[str | None], activity: Activity | None, day: str) -> Held:
        """Whether one of the holders (team, organisation, area) has what a rule asks for, for an activity on a day.

        Parameters
        ----------
        activity
            None where it is not stated: then any activity will do.
        """
        return self.statements(rule, holders, activity, day)[0]

    def statements(
        self, rule: SafetyRule, holders: Iterable[str | None], activity: Activity | None, day: str
    ) -> tuple[Held, tuple[str, ...]]:
        """Answer as `held`, with the hashes of the statements that say so."""
        known = self._by_holder[KIND_OF_RULE[rule]]
        told = [entry for holder in holders if holder is not None for entry in known.get(holder, ())]
        if not told:
            return Held.UNKNOWN, ()
        now = [entry for entry in told if holds_on(_holds(rule), entry.valid_from, entry.valid_to, day)]
        stopped = {entry.subject for entry in now if _stopped(entry)}
        good = [entry for entry in now if entry.subject not in stopped and _covers(entry, activity)]
        return (Held.YES if good else Held.NO), tuple(entry.hash for entry in good or told)


def _holds(rule: SafetyRule) -> str:
    return "event" if rule is SafetyRule.MEDICAL_PLAN else "interval"


def _stopped(entry: Entry) -> bool:
    status = entry.body.get("status", AccreditationStatus.GRANTED)
    return entry.kind == "accreditation" and status != AccreditationStatus.GRANTED


def _covers(entry: Entry, activity: Activity | None) -> bool:
    named = entry.body.get("activities", ())
    everything = entry.kind == "medical.plan" or (entry.kind == "insurance" and not named)
    return everything or activity is None or activity in named


def check_cover(statement: Statement) -> None:
    """Refuse (LR3237) an approval or cover that ends before it begins; the record refuses it too, in other words."""
    start, end = statement.valid_from, statement.valid_to
    if end is not None and end < start[: len(end)]:
        raise fail(ErrorCode.SPAN_REVERSED, what=statement.subject, start=start, end=end)
