"""Statements about nonconformities: each is checked against the record before anyone writes it.

Nothing here writes: the statement is handed back, and the record takes it (`Ledger.append`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.i18n import N_, _
from landrelease.profile import Profile
from landrelease.quality.nonconformities import (
    CORRECTION,
    EFFECTIVENESS,
    RAISED,
    VERIFICATION,
    Nonconformity,
    before,
    nonconformities,
)
from landrelease.quality.people import check_person
from landrelease.quality.states import QualityAct, step_of
from landrelease.record.conduct import CorrectiveAction, EffectivenessReview, NonconformityRaised, Verification
from landrelease.record.entry import Statement
from landrelease.terms import NonconformityState

if TYPE_CHECKING:
    from landrelease.record.register import Register


@dataclass(frozen=True, slots=True)
class Author:
    """Who says something, for whom, and about which day (ISO)."""

    person: str
    organisation: str
    day: str


@dataclass(frozen=True)
class Quality:
    """Nonconformities of a register under a profile: the place to raise, correct and verify them.

    Every method returns a statement for `Ledger.append`, or refuses with the reason.
    """

    register: "Register"
    profile: Profile
    _cases: dict[str, Nonconformity] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        cases = nonconformities(self.register, outside=self.profile.quality.verify_outside)
        object.__setattr__(self, "_cases", {case.nonconformity: case for case in cases})

    def knows(self, nonconformity: str) -> bool:
        """Whether an identifier is taken."""
        return nonconformity in self._cases

    def case(self, nonconformity: str) -> Nonconformity:
        """Return a nonconformity. Refuses (LR3200) one that is not in the record."""
        if nonconformity not in self._cases:
            raise fail(ErrorCode.NONCONFORMITY_UNKNOWN, nonconformity=nonconformity)
        return self._cases[nonconformity]

    def raise_(self, nonconformity: str, body: NonconformityRaised, by: Author, cites: Sequence[str] = ()) -> Statement:
        """State that a requirement was not met.

        Parameters
        ----------
        nonconformity
            New identifier, for example ``nc:2026-014``.
        body
            Without a due date, that of the profile's ``quality.due_days`` is set.
        cites
            What shows it: the visit, the day report, the accident.

        Raises
        ------
        LandreleaseError
            LR3208 where the identifier is taken, LR3206 without a requirement, LR3207 for an owner that is not in the
            record, LR3237 where it is due before it was found.
        """
        if nonconformity in self._cases:
            raise fail(ErrorCode.NONCONFORMITY_EXISTS, nonconformity=nonconformity)
        _require(body.requirement, N_("the requirement"))
        check_person(self.register, body.owner)
        due = body.due or self.due_date(body, by.day)
        _check_span(_("nonconformity {name}").format(name=nonconformity), by.day, due)
        return _statement(RAISED, nonconformity, body.model_copy(update={"due": due}), by, cites)

    def due_date(self, body: NonconformityRaised, day: str) -> str | None:
        """Day by which the profile wants a nonconformity of this severity corrected; None for a day not known."""
        days = self.profile.quality.due_days.get(body.severity)
        return None if days is None or len(day) < len("2026-01-01") else _later(day, days)

    def correct(self, nonconformity: str, body: CorrectiveAction, by: Author, cites: Sequence[str] = ()) -> Statement:
        """State what is planned, or was done, about a nonconformity.

        Raises
        ------
        LandreleaseError
            LR3200, LR3203, LR3204 (before it was found), LR3206 (no action; done without a root cause), LR3207.
        """
        case = self.case(nonconformity)
        act = QualityAct.CORRECT if body.done else QualityAct.PLAN
        _check_state(case, act)
        _require(body.action, N_("the corrective action"))
        owner = body.owner or (None if case.owners else by.person)
        check_person(self.register, owner, by.person)
        if body.done:
            _require(body.root_cause or case.root_cause, N_("the root cause"))
        self._check_day(case, act, case.raised_on, body.done or by.day)
        self._check_day(case, act, body.done or case.raised_on, by.day)
        return _statement(CORRECTION, nonconformity, body.model_copy(update={"owner": owner}), by, (case.entry, *cites))

    def verify(self, nonconformity: str, body: Verification, by: Author, cites: Sequence[str] = ()) -> Statement:
        """State that a correction holds, or not; only then is a nonconformity closed.

        Raises
        ------
        LandreleaseError
            LR3200, LR3203 (nothing was corrected), LR3201 (by its owner or whoever corrected it), LR3202 (inside the
            responsible organisation), LR3204 (before the correction), LR3207.
        """
        case = self.case(nonconformity)
        act = QualityAct.CONFIRM if body.holds else QualityAct.REFUTE
        _check_state(case, act)
        self._check_judge(case, by)
        outside = body.holds and case.needs_outsider(self.profile.quality.verify_outside)
        if outside and case.responsible_organisation == by.organisation:
            raise fail(ErrorCode.VERIFIED_INSIDE, nonconformity=nonconformity, severity=case.severity.label,
                       organisation=by.organisation)  # fmt: skip
        self._check_day(case, act, case.corrected_on or case.raised_on, by.day)
        return _statement(VERIFICATION, nonconformity, body, by, _citing(case, cites))

    def review(self, nonconformity: str, body: EffectivenessReview, by: Author, cites: Sequence[str] = ()) -> Statement:
        """State whether the cause of a closed nonconformity has come back; where it has, it is open again.

        Raises
        ------
        LandreleaseError
            LR3200, LR3203 (not closed), LR3201, LR3204 (before it was closed), LR3207.
        """
        case = self.case(nonconformity)
        act = QualityAct.FIND_EFFECTIVE if body.effective else QualityAct.FIND_INEFFECTIVE
        _check_state(case, act)
        self._check_judge(case, by)
        self._check_day(case, act, case.closed_on or case.raised_on, by.day)
        return _statement(EFFECTIVENESS, nonconformity, body, by, _citing(case, cites))

    def _check_judge(self, case: Nonconformity, by: Author) -> None:
        check_person(self.register, by.person)
        if case.owned_by(by.person):
            raise fail(ErrorCode.VERIFIED_BY_OWNER, person=by.person, nonconformity=case.nonconformity)

    def _check_day(self, case: Nonconformity, act: QualityAct, earlier: str, day: str) -> None:
        problem = before(earlier, day)
        if problem:
            raise fail(ErrorCode.NONCONFORMITY_BEFORE, nonconformity=case.nonconformity, act=act.label, problem=problem)


def reminders(cases: Iterable[Nonconformity], profile: Profile, day: str) -> list[Finding]:
    """List the nonconformities that are overdue on a day (LR3214), and those whose effectiveness review is (LR3213)."""
    found = []
    for case in cases:
        named = {"nonconformity": case.nonconformity}
        if case.is_overdue(day):
            details = {**named, "due": case.due, "state": case.state.label}
            found.append(Finding(ErrorCode.NONCONFORMITY_OVERDUE, details))
        closed = case.closed_on if case.state is NonconformityState.CLOSED and not case.noted else None
        if closed and len(closed) == len(day) and _later(closed, profile.quality.effectiveness_days) <= day:
            found.append(Finding(ErrorCode.EFFECTIVENESS_DUE, {**named, "closed": closed}))
    return found


def can(quality: Quality, act: str, *args: Any) -> bool:
    """Whether a method of `Quality`, by name, would hand a statement back."""
    try:
        getattr(quality, act)(*args)
    except LandreleaseError:
        return False
    return True


def _citing(case: Nonconformity, cites: Sequence[str]) -> tuple[str, ...]:
    return (case.entry, *([case.last_act] if case.last_act else []), *cites)


def _statement(kind: str, subject: str, body: Any, by: Author, cites: Sequence[str]) -> Statement:
    return Statement(kind, subject, body, by.day, by.person, by.organisation, cites=tuple(dict.fromkeys(cites)))


def _check_state(case: Nonconformity, act: QualityAct) -> None:
    if step_of(case.state, act) is None:
        raise fail(
            ErrorCode.NONCONFORMITY_STATE, nonconformity=case.nonconformity, state=case.state.label, act=act.label
        )


def _require(text: str | None, what: str) -> None:
    if not (text or "").strip():
        raise fail(ErrorCode.QUALITY_INCOMPLETE, what=_(what))


def _check_span(what: str, start: str, end: str | None) -> None:
    if end is not None and before(start, end):
        raise fail(ErrorCode.SPAN_REVERSED, what=what, start=start, end=end)


def _later(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
