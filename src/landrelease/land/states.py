"""The three axes of a hazardous area as data: what leads where, what it needs, who decides.

Source: standards reference 4.3 [P], after IMAS 07.11; docs/reference/states.md is generated from this table.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.i18n import N_, _
from landrelease.terms import LandClass, ReleaseStatus, Term, WorkStatus


class Axis(Term):
    """What a state is about; the three are never one column."""

    CLASSIFICATION = "classification", N_("Classification")
    WORK = "work", N_("Work status")
    RELEASE = "release", N_("Release status")


class Requirement(Term):
    """What a transition needs."""

    SURVEY_RECORD = "survey_record", N_("a survey record")
    EVIDENCE_ITEM = "evidence_item", N_("at least one accepted item of evidence")
    DIRECT_EVIDENCE = "direct_evidence", N_("at least one accepted item of direct evidence")
    DIRECT_EVIDENCE_RESOLVED = "direct_evidence_resolved", N_("every item of direct evidence resolved with a reason")
    NTS_REPORT = "nts_report", N_("an approved non-technical survey report")
    CRITERIA_TICKED = "criteria_ticked", N_("the criteria for cancellation that the profile asks for")
    NO_DIRECT_EVIDENCE = "no_direct_evidence", N_("no unresolved direct evidence inside the polygon")
    TS_REPORT = "ts_report", N_("an approved technical survey report")
    METHOD_STATED = "method_stated", N_("the method")
    COVERAGE_STATED = "coverage_stated", N_("the coverage")
    NO_INDICATION = "no_indication", N_("no positive sector and no find inside the polygon")
    COMPLETION_REPORT = "completion_report", N_("an approved completion report")
    DEPTH_STATED = "depth_stated", N_("the depth")
    DEPTH_REACHED = "depth_reached", N_("at least the required depth")
    FULL_COVERAGE = "full_coverage", N_("the full coverage that the profile asks for")
    FINDS_DISPOSED = "finds_disposed", N_("all finds disposed of")
    CRITERIA_OF_RELEASE = "criteria_of_release", N_("every release criterion of the profile")
    SIGNATURE = "signature", N_("the decision of a named signatory")
    HANDOVER_CERTIFICATE = "handover_certificate", N_("the certificate signed by authority and recipient")
    ORDNANCE_OR_EVIDENCE = "ordnance_or_evidence", N_("ordnance found, an accident, or new evidence inside the part")
    TASK_ORDER = "task_order", N_("a task order")
    WORK_REPORTED = "work_reported", N_("a day of work or a report on the area")
    REASON = "reason", N_("a reason")
    NO_LAND_LEFT = "no_land_left", N_("no unresolved land left")
    LAND_LEFT = "land_left", N_("unresolved land, by a boundary change or a reopening")


class Decider(Term):
    """Who decides."""

    CENTRE_ON_SURVEY = "centre_on_survey", N_("survey team proposes, mine action centre approves")
    CENTRE = "centre", N_("mine action centre")
    CENTRE_ON_OPERATOR = "centre_on_operator", N_("mine action centre, on the operator's recommendation")
    CENTRE_AFTER_QUALITY = "centre_after_quality", N_("mine action centre, after internal quality control")
    AUTHORITY = "authority", N_("signatory of the mine action authority")
    AUTHORITY_AND_OWNER = "authority_and_owner", N_("authority, and owner or community")
    OPERATOR = "operator", N_("operator reports, mine action centre confirms")
    RECORD = "record", N_("follows from the record")


State = LandClass | WorkStatus | ReleaseStatus


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed change of state; `source` is None where there was nothing before."""

    axis: Axis
    source: State | None
    target: State
    needs: tuple[Requirement, ...]
    decides: Decider

    def __post_init__(self) -> None:
        if self.source == self.target or not self.needs:
            raise ValueError(f"no transition: {self.source} to {self.target}")


STATES: Mapping[Axis, type[StrEnum]] = {
    Axis.CLASSIFICATION: LandClass, Axis.WORK: WorkStatus, Axis.RELEASE: ReleaseStatus,
}  # fmt: skip

ON_HAND: tuple[ReleaseStatus, ...] = (ReleaseStatus.UNRESOLVED, ReleaseStatus.REOPENED)
"""Land that is still to be released: the closing figure of the accounts."""

RESOLVED: tuple[ReleaseStatus, ...] = (ReleaseStatus.CANCELLED, ReleaseStatus.REDUCED, ReleaseStatus.CLEARED)
"""Land that a report resolved and no signatory has released yet."""

_NEW = (Requirement.SURVEY_RECORD, Requirement.EVIDENCE_ITEM)
_CONFIRMED = (Requirement.SURVEY_RECORD, Requirement.DIRECT_EVIDENCE)
_CANCELLED = (Requirement.NTS_REPORT, Requirement.CRITERIA_TICKED, Requirement.NO_DIRECT_EVIDENCE)
_REDUCED = (
    Requirement.TS_REPORT, Requirement.METHOD_STATED, Requirement.COVERAGE_STATED, Requirement.NO_INDICATION,
)  # fmt: skip
_CLEARED = (
    Requirement.COMPLETION_REPORT, Requirement.METHOD_STATED, Requirement.DEPTH_STATED, Requirement.DEPTH_REACHED,
    Requirement.FULL_COVERAGE, Requirement.FINDS_DISPOSED,
)  # fmt: skip
_RELEASED = (Requirement.CRITERIA_OF_RELEASE, Requirement.SIGNATURE)
_REOPENED = (Requirement.ORDNANCE_OR_EVIDENCE, Requirement.SIGNATURE)


def _classification() -> list[Transition]:
    axis, (indication, sha, cha) = Axis.CLASSIFICATION, tuple(LandClass)
    survey, centre = Decider.CENTRE_ON_SURVEY, Decider.CENTRE
    return [
        Transition(axis, None, indication, (Requirement.SURVEY_RECORD,), survey),
        Transition(axis, None, sha, _NEW, survey),
        Transition(axis, None, cha, _CONFIRMED, survey),
        Transition(axis, indication, sha, _NEW, survey),
        Transition(axis, indication, cha, _CONFIRMED, survey),
        Transition(axis, sha, cha, (Requirement.DIRECT_EVIDENCE,), centre),
        Transition(axis, cha, sha, (Requirement.DIRECT_EVIDENCE_RESOLVED, Requirement.REASON), centre),
    ]


def _work() -> list[Transition]:
    axis, (opened, tasked, worked_on, suspended, completed) = Axis.WORK, tuple(WorkStatus)
    ordered, reported, stopped = (Requirement.TASK_ORDER,), (Requirement.WORK_REPORTED,), (Requirement.REASON,)
    done, centre, operator = (Requirement.NO_LAND_LEFT,), Decider.CENTRE, Decider.OPERATOR
    again = (Requirement.LAND_LEFT,)
    return [
        Transition(axis, None, opened, (Requirement.SURVEY_RECORD,), Decider.RECORD),
        Transition(axis, opened, tasked, ordered, centre),
        Transition(axis, tasked, opened, (Requirement.REASON,), centre),
        *(Transition(axis, source, worked_on, reported, operator) for source in (opened, tasked)),
        Transition(axis, suspended, worked_on, reported, operator),
        Transition(axis, suspended, tasked, ordered, centre),
        *(Transition(axis, source, suspended, stopped, operator) for source in (opened, tasked, worked_on)),
        *(
            Transition(axis, source, completed, done, Decider.RECORD)
            for source in (opened, tasked, worked_on, suspended)
        ),
        Transition(axis, completed, opened, again, Decider.RECORD),
    ]


def _release() -> list[Transition]:
    axis, (unresolved, cancelled, reduced, cleared, released, handed_over, reopened) = (
        Axis.RELEASE,
        tuple(ReleaseStatus),
    )
    routes = (
        (cancelled, _CANCELLED, Decider.CENTRE_ON_OPERATOR),
        (reduced, _REDUCED, Decider.CENTRE),
        (cleared, _CLEARED, Decider.CENTRE_AFTER_QUALITY),
    )
    return [
        Transition(axis, None, unresolved, (Requirement.SURVEY_RECORD,), Decider.CENTRE_ON_SURVEY),
        *(Transition(axis, source, *route) for source in (unresolved, reopened) for route in routes),
        *(Transition(axis, source, released, _RELEASED, Decider.AUTHORITY) for source in RESOLVED),
        Transition(axis, released, handed_over, (Requirement.HANDOVER_CERTIFICATE,), Decider.AUTHORITY_AND_OWNER),
        # ours: an item found in land that was resolved but not yet signed for reopens it too
        *(
            Transition(axis, source, reopened, _REOPENED, Decider.CENTRE)
            for source in (*RESOLVED, released, handed_over)
        ),
    ]


TRANSITIONS: tuple[Transition, ...] = (*_classification(), *_work(), *_release())
"""Every allowed change of state; what is not listed is refused."""

_BY_ENDS: Mapping[tuple[Axis, State | None, State], Transition] = {
    (each.axis, each.source, each.target): each for each in TRANSITIONS
}


def unmet(axis: Axis, source: State | None, target: State, met: Collection[Requirement]) -> list[Requirement]:
    """List what a transition still needs.

    Raises
    ------
    LandreleaseError
        LR3101 where there is no such transition.
    """
    transition = _BY_ENDS.get((axis, source, target))
    if transition is None:
        details = {"axis": axis.label, "source": source.label if source else _("nothing"), "target": target.label}
        raise LandreleaseError(Finding(ErrorCode.TRANSITION_UNKNOWN, details))
    return [need for need in transition.needs if need not in met]


def check_transition(axis: Axis, source: State | None, target: State, met: Collection[Requirement]) -> None:
    """Refuse a change of state, with every reason.

    Parameters
    ----------
    met
        What the record holds for this change.

    Raises
    ------
    LandreleaseError
        LR3101 where there is no such transition, LR3102 once for each requirement that is not met.
    """
    missing = unmet(axis, source, target, met)
    if missing:
        details = {"axis": axis.label, "source": source.label if source else _("nothing"), "target": target.label}
        raise LandreleaseError(
            Finding(ErrorCode.TRANSITION_UNMET, {**details, "requirement": need.label}) for need in missing
        )


def can_transition(axis: Axis, source: State | None, target: State, met: Collection[Requirement]) -> bool:
    """Whether `check_transition` would pass."""
    try:
        check_transition(axis, source, target, met)
    except LandreleaseError:
        return False
    return True


def is_transition(axis: Axis, source: State | None, target: State) -> bool:
    """Whether there is such a transition at all, whatever it needs."""
    return (axis, source, target) in _BY_ENDS
