"""Bodies of statements about the conduct of work: quality, qualification and cover, accidents, care for people.

Field lists follow IMAS 07.12, 07.30, 07.40, 10.40 and 10.60 as the standards reference has them (5.2, 6.3, 7).
Nothing here names a person: people are pseudonyms, and what is told about them lies in erasable blobs.
"""

from typing import Annotated

from pydantic import Field, model_validator

from landrelease.record.body import Body, Count, Day, Hash, Integer, Position
from landrelease.terms import (
    AccidentActivity,
    AccidentCause,
    AccreditationPhase,
    AccreditationStatus,
    Activity,
    AssetKind,
    ChecklistAnswer,
    ContributingFactor,
    NonconformityOrigin,
    NonconformitySeverity,
)

Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="local time, hh:mm")]
Track = Annotated[
    list[Annotated[list[Position], Field(min_length=1)]], Field(description="lines of a receiver's track")
]


class CheckedItem(Body):
    """One item of a QA checklist. Items and their groups are in the standards profile."""

    item: str
    answer: ChecklistAnswer
    note: str | None = None


class Stint(Body):
    """One unbroken spell of work of one person; from `start` to `end`."""

    start: Clock
    end: Clock
    worker: Annotated[str | None, Field(description="pseudonym")] = None
    temperature_c: Integer | None = None


class NonconformityRaised(Body):
    """A requirement that was not met. It stays open until someone other than its owner has verified the correction."""

    severity: NonconformitySeverity
    requirement: str
    origin: NonconformityOrigin = NonconformityOrigin.REPORTED
    found: Annotated[str | None, Field(description="what was seen, in neutral words")] = None
    area: str | None = None
    team: str | None = None
    asset: str | None = None
    method: AssetKind | None = None
    responsible_organisation: str | None = None
    stop_work: bool | None = None
    immediate_action: str | None = None
    root_cause: str | None = None
    owner: Annotated[str | None, Field(description="person who has to correct it")] = None
    due: Day | None = None


class CorrectiveAction(Body):
    """What is done about the nonconformity that it cites: planned while `done` is left out. Subject: the same."""

    action: str
    root_cause: str | None = None
    owner: str | None = None
    due: Day | None = None
    done: Day | None = None


class Verification(Body):
    """Whether a correction holds, by its author, who is not the owner. Cites the nonconformity and its correction."""

    holds: bool
    note: str | None = None


class EffectivenessReview(Body):
    """Whether the corrective action has kept the cause away since. Cites the nonconformity and its verification."""

    effective: bool
    note: str | None = None


class Qualification(Body):
    """What a person, team or asset may do, between the valid days. The subject is the holder."""

    activities: list[Activity]
    level: str | None = None
    certificate: str | None = None
    issued_by: str | None = None


class Accreditation(Body):
    """Formal approval of an organisation or team to do kinds of work, between the valid days; the subject holds it."""

    activities: list[Activity]
    phase: AccreditationPhase = AccreditationPhase.OPERATIONAL
    status: AccreditationStatus = AccreditationStatus.GRANTED
    number: str | None = None
    documents: list[str] = []
    conditions: list[str] = []
    reason: str | None = None


class InsuranceCover(Body):
    """Cover of an organisation's, a team's or a person's work, between the valid days; the subject is covered."""

    insurer: str | None = None
    policy: str | None = None
    activities: Annotated[list[Activity], Field(description="all, where it is empty")] = []
    sum_insured: Count | None = None
    currency: str | None = None


class InsuranceClaim(Body):
    """Where a claim on a cover stands. The subject is the accident; personal content is in an erasable blob."""

    victim: str | None = None
    status: str
    paid: Day | None = None
    blob: Hash | None = None


class MedicalPlan(Body):
    """Plan for care and evacuation at an area, or a drill of it. The subject is the area or the team."""

    area: str | None = None
    team: str | None = None
    facility: str | None = None
    evacuation_minutes: Count | None = None
    drill: bool = False
    note: str | None = None


class Conclusion(Body):
    """One conclusion of an investigation, with the statements and files that show it."""

    text: str
    evidence: Annotated[list[Hash], Field(min_length=1, description="statements or attachments")]


class Recommendation(Body):
    """What an investigation asks to be done."""

    number: Annotated[int, Field(ge=1, le=999)]
    text: str
    owner: str | None = None
    due: Day | None = None


class AccidentInvestigation(Body):
    """Report on an accident: causes, not blame. The subject is the accident; every conclusion cites its evidence."""

    independent: bool
    conclusions: list[Conclusion] = []
    factors: list[ContributingFactor] = []
    recommendations: list[Recommendation] = []
    note: str | None = None

    @model_validator(mode="after")
    def _numbered_once(self) -> "AccidentInvestigation":
        if len({each.number for each in self.recommendations}) < len(self.recommendations):
            raise ValueError("two recommendations have one number")
        return self


class AccidentFollowUp(Body):
    """What was done about a recommendation of the investigation that it cites. The subject is the accident."""

    recommendation: Annotated[int, Field(ge=1, le=999)]
    done: Day | None = None
    note: str | None = None


class NextOfKinNotice(Body):
    """The next of kin of a victim have been told. The subject is the victim; who was told is in an erasable blob."""

    accident: str
    notified: Day
    notified_by: str
    consent_to_publish: bool | None = None
    blob: Hash | None = None


class WelfareEntry(Body):
    """Rest, leave, an offer of care or contact home of someone: all of it lies in the organisation's erasable blob."""

    blob: Hash


class AccidentCircumstances(Body):
    """When in the shift, and doing what: asked of every accident on duty."""

    time: Clock | None = None
    minutes_into_shift: Count | None = None
    days_since_leave: Count | None = None
    activity: AccidentActivity | None = None
    cause: AccidentCause | None = None
    organisation: str | None = None
