"""Day reports about to be taken in: the limits are applied before anything is written."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from landrelease.errors import Finding
from landrelease.profile import Profile
from landrelease.quality.safety.cover import Cover
from landrelease.quality.safety.day import TeamDay, check_day
from landrelease.quality.safety.days import asset_kinds
from landrelease.quality.safety.stints import reversed_times
from landrelease.record.entry import Statement
from landrelease.record.kinds import WorkDay

if TYPE_CHECKING:
    from landrelease.exchange.proposal import Proposal
    from landrelease.record.register import Register


def day_report_check(
    register: "Register", profile: Profile, organisation: str
) -> "Callable[[Proposal | Statement], list[Finding]]":
    """Make the check of day reports that `landrelease.exchange.importing.import_file` takes.

    Parameters
    ----------
    organisation
        For whom the reports are taken in: whose accreditation and insurance count.

    Returns
    -------
    Callable
        Gives an error for each breach that the profile refuses and for times that run backwards, a warning for each
        breach that it flags; nothing for statements of other kinds. Rest days count as far as the report states them.
    """
    cover, kinds = Cover(register), asset_kinds(register)

    def check(said: "Proposal | Statement") -> list[Finding]:
        if said.kind != "work_day" or said.subject is None:
            return []
        body = said.body if isinstance(said.body, WorkDay) else WorkDay.model_validate(said.body)
        day = TeamDay(said.subject, said.valid_from, organisation, body, kinds.get(said.subject))
        return [
            *reversed_times(day.team, body),
            *(breach.finding for breach in check_day(day, profile, cover).breaches),
        ]

    return check


def check_day_reports(
    register: "Register", profile: Profile, organisation: str, statements: Iterable[Statement]
) -> list[Finding]:
    """Look at day reports of any source, such as a form; the caller refuses where a finding is an error."""
    check = day_report_check(register, profile, organisation)
    return [finding for statement in statements for finding in check(statement)]
