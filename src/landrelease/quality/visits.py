"""QA visits and QC inspections: answers to the profile's checklist, and independence."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.profile import Profile
from landrelease.quality.acts import Author
from landrelease.record.entry import Statement
from landrelease.record.kinds import QAVisit
from landrelease.record.people import same_organisation
from landrelease.terms import ChecklistAnswer, Independence

if TYPE_CHECKING:
    from landrelease.record.register import Register


def visit(
    profile: Profile, subject: str, body: QAVisit, by: Author, cites: Sequence[str] = ()
) -> tuple[Statement, list[Finding]]:
    """State a visit, after checking its answers and its independence.

    Parameters
    ----------
    body
        Without a level of independence, external is set.

    Returns
    -------
    Statement
        For `Ledger.append`.
    list of Finding
        LR3212 for each item answered "no" for which the visit notes no nonconformity (one whose requirement is, or
        begins with, the item).

    Raises
    ------
    LandreleaseError
        LR3209 and LR3210 for each item that the profile does not have or that is answered twice; LR3211 where an
        organisation visits itself and does not call it internal.
    """
    body = body if body.independence else body.model_copy(update={"independence": Independence.EXTERNAL})
    own = same_organisation(by.organisation, body.inspected_organisation)
    if own and body.independence is not Independence.INTERNAL:
        raise fail(ErrorCode.VISIT_NOT_INDEPENDENT, organisation=by.organisation)
    if problems := checklist_findings(profile, body):
        raise LandreleaseError(problems)
    made = Statement("qa.visit", subject, body, by.day, by.person, by.organisation, cites=tuple(dict.fromkeys(cites)))
    return made, unexplained(body)


def checklist_items(profile: Profile) -> list[tuple[str, str]]:
    """List group and item of the profile's checklist, in order."""
    return [(group, item) for group, items in profile.checklist.items() for item in items]


def checklist_findings(profile: Profile, body: QAVisit) -> list[Finding]:
    """List the answers to items that the profile does not have (LR3209), or given twice (LR3210)."""
    known = [item for _group, item in checklist_items(profile)]
    answers = Counter(answer.item for answer in body.checklist or ())
    unknown = [Finding(ErrorCode.CHECKLIST_ITEM_UNKNOWN, {"item": item, "known": ", ".join(known)})
               for item in answers if item not in known]  # fmt: skip
    twice = (item for item, count in answers.items() if count > 1)
    return unknown + [Finding(ErrorCode.CHECKLIST_ITEM_TWICE, {"item": item}) for item in twice]


def unexplained(body: QAVisit) -> list[Finding]:
    """List the items answered "no" that no nonconformity and no note of the visit explains."""
    noted = [each.requirement for each in body.nonconformities]
    return [
        Finding(ErrorCode.CHECKLIST_NO_WITHOUT_NONCONFORMITY, {"item": answer.item})
        for answer in body.checklist or ()
        if answer.answer is ChecklistAnswer.NO and not answer.note
        and not any(requirement.startswith(answer.item) for requirement in noted)
    ]  # fmt: skip


def answers_by_item(register: "Register") -> dict[str, Counter[ChecklistAnswer]]:
    """Count the answers to each checklist item over all official visits."""
    counted: dict[str, Counter[ChecklistAnswer]] = {}
    for entry in register.entries("qa.visit"):
        for answer in entry.body.get("checklist", ()):
            counted.setdefault(answer["item"], Counter())[ChecklistAnswer(answer["answer"])] += 1
    return counted
