"""The life of a nonconformity as data: what leads where, who may do it, what it needs.

Source: standards reference 6.1 and 6.3 [P], after IMAS 07.12; docs/reference/nonconformities.md is generated from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from landrelease.i18n import N_
from landrelease.terms import NonconformityState, Term


class QualityAct(Term):
    """What is done about a nonconformity."""

    RAISE = "raise", N_("Raise")
    PLAN = "plan", N_("Plan a corrective action")
    CORRECT = "correct", N_("Report the corrective action as done")
    CONFIRM = "confirm", N_("Verify: the correction holds")
    REFUTE = "refute", N_("Verify: the correction does not hold")
    FIND_EFFECTIVE = "find_effective", N_("Review: the cause has not come back")
    FIND_INEFFECTIVE = "find_ineffective", N_("Review: the cause has come back")


class Doer(Term):
    """Who may do it."""

    ANYONE = "anyone", N_("inspector, manager or check; anyone may report")
    OWNER = "owner", N_("owner, or whoever acts for the responsible organisation")
    VERIFIER = (
        "verifier",
        N_("someone who neither owns nor corrected it; of another organisation where the profile says"),
    )


class Needed(Term):
    """What an act needs."""

    REQUIREMENT = "requirement", N_("the requirement cited")
    ACTION = "action", N_("the action, an owner and a due date")
    DONE = "done", N_("the root cause and the day on which it was done")
    CORRECTION = "correction", N_("the correction cited, a day not before it")
    VERIFICATION = "verification", N_("the verification cited, a day not before it")


@dataclass(frozen=True, slots=True)
class Step:
    """One allowed change of state; `source` is None where there was nothing before."""

    source: NonconformityState | None
    act: QualityAct
    target: NonconformityState
    by: Doer
    needs: Needed


OPEN_STATES: tuple[NonconformityState, ...] = (
    NonconformityState.OPEN, NonconformityState.PLANNED, NonconformityState.CORRECTED,
)  # fmt: skip
"""A nonconformity counts as open until its correction is verified."""


def _steps() -> tuple[Step, ...]:
    opened, planned, corrected, closed, effective = tuple(NonconformityState)
    act, by, needs = QualityAct, Doer, Needed
    return (
        Step(None, act.RAISE, opened, by.ANYONE, needs.REQUIREMENT),
        *(Step(source, act.PLAN, planned, by.OWNER, needs.ACTION) for source in (opened, planned)),
        *(Step(source, act.CORRECT, corrected, by.OWNER, needs.DONE) for source in (opened, planned, corrected)),
        Step(corrected, act.CONFIRM, closed, by.VERIFIER, needs.CORRECTION),
        Step(corrected, act.REFUTE, opened, by.VERIFIER, needs.CORRECTION),
        Step(closed, act.FIND_EFFECTIVE, effective, by.VERIFIER, needs.VERIFICATION),
        *(Step(source, act.FIND_INEFFECTIVE, opened, by.VERIFIER, needs.VERIFICATION)
          for source in (closed, effective)),
    )  # fmt: skip


STEPS: tuple[Step, ...] = _steps()
"""Every allowed change of state; what is not listed is refused when it is written, and counts nothing when read."""

_BY_ACT: Mapping[tuple[NonconformityState | None, QualityAct], Step] = {(step.source, step.act): step for step in STEPS}


def step_of(source: NonconformityState | None, act: QualityAct) -> Step | None:
    """Return the step that an act takes from a state; None where there is none."""
    return _BY_ACT.get((source, act))
