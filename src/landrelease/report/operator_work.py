"""Work, finds, accidents and quality of a period, read from statements."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from landrelease.i18n import N_, _
from landrelease.land.dates import first_day, last_day
from landrelease.quality.nonconformities import Nonconformity, nonconformities
from landrelease.record.entry import Entry
from landrelease.record.kinds import Accident, QAVisit, WorkDay
from landrelease.report.operator_data import (
    AccidentLine,
    FindGroup,
    FindLine,
    LostLine,
    NonconformityLine,
    ReportedLand,
    TeamLine,
    VisitLine,
    WorkLine,
)
from landrelease.terms import OrdnanceClass, OrdnanceStatus, Standing

if TYPE_CHECKING:
    from landrelease.record.register import Register

REPORT_KINDS = ("survey.nts", "survey.ts", "clearance.report", "eod.spot_task")
"""Kinds of report that hold finds or state land."""

LOST = {
    "weather": N_("Weather"), "heat": N_("Heat"), "rest": N_("Rest day"), "leave": N_("Leave"),
    "travel": N_("Travel"), "accident": N_("Accident"), "breakdown": N_("Breakdown"), "security": N_("Security"),
    "medical": N_("No medical cover"),
}  # fmt: skip
"""Reasons for a lost day."""

_LAND = {
    ("survey.nts", None): ("cancelled_area_m2", N_("Cancelled, as non-technical surveys state")),
    ("survey.ts", None): ("reduced_area_m2", N_("Reduced, as technical surveys state")),
    ("clearance.report", "progress"): ("cleared_area_m2", N_("Cleared so far, as progress reports state")),
    ("clearance.report", "completion"): ("cleared_area_m2", N_("Cleared, as completion reports state")),
}


@dataclass(frozen=True)
class Scope:
    """Which statements a report is about: a period, and an organisation or an area, or all."""

    register: "Register"
    start: str
    end: str
    organisation: str | None = None
    area: str | None = None

    def entries(self, kind: str) -> list[Entry]:
        """Statements of a kind that are wholly in the period, those pending review too."""
        return [entry for entry in self.register.entries(kind, official=False) if self._within(entry)]

    def _within(self, entry: Entry) -> bool:
        return first_day(entry.valid_from) >= self.start and last_day(entry.valid_to or entry.valid_from) <= self.end

    def own(self, kind: str) -> list[Entry]:
        """Those of the organisation and on the area."""
        return [entry for entry in self.entries(kind) if self.is_own(entry.organisation) and self.is_here(entry)]

    def is_own(self, organisation: str | None) -> bool:
        """Tell whether this is the organisation of the report."""
        return self.organisation is None or organisation == self.organisation

    def is_here(self, entry: Entry) -> bool:
        """Tell whether a statement is about the area of the report."""
        return self.area is None or self.area in (entry.body.get("area"), entry.subject)

    def names(self, kind: str) -> Mapping[str, str]:
        """Names of the subjects of a kind, as last stated."""
        return {entry.subject: str(entry.body["name"]) for entry in self.register.history(kind)}


Days = list[tuple[Entry, WorkDay]]


def work_days(scope: Scope) -> Days:
    """Days of teams in the scope, with their bodies."""
    return [(entry, cast("WorkDay", entry.model())) for entry in scope.own("work_day")]


def worked(days: Days) -> Days:
    """Days on which there was work: a day is lost where a reason is given and nobody worked."""
    return [(entry, day) for entry, day in days if day.lost_to is None or day.minutes_worked > 0]


def team_days(days: Days) -> set[tuple[str, str]]:
    """Each team and day once."""
    return {(entry.subject, entry.valid_from) for entry, _day in days}


def work_lines(days: Days) -> tuple[WorkLine, ...]:
    """One line an activity, in the order of the vocabulary; days without one come last."""
    groups: defaultdict[object, Days] = defaultdict(list)
    for entry, day in worked(days):
        groups[day.activity].append((entry, day))
    named = [activity for activity in groups if activity is not None]
    order = sorted(named, key=lambda activity: list(type(activity)).index(activity))  # type: ignore[call-overload]
    return tuple(_work_line(groups[activity]) for activity in [*order, *([None] if None in groups else [])])


def _work_line(days: Days) -> WorkLine:
    people: dict[tuple[str, str], int] = {}
    for entry, day in days:
        key = entry.subject, entry.valid_from
        people[key] = max(day.people, people.get(key, 0))
    return WorkLine(
        days[0][1].activity, len(people), sum(people.values()), sum(day.minutes_worked for _e, day in days),
        sum(day.stints or 0 for _e, day in days), sum(day.searched_area_m2 for _e, day in days),
        sum(day.finds for _e, day in days),
    )  # fmt: skip


def lost_lines(days: Days) -> tuple[LostLine, ...]:
    """Team-days lost, by reason; a team that worked on the day has not lost it."""
    kept = team_days(worked(days))
    lost: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for entry, day in days:
        if day.lost_to is not None and (entry.subject, entry.valid_from) not in kept:
            lost[day.lost_to].add((entry.subject, entry.valid_from))
    return tuple(LostLine(_(LOST[reason]), len(lost[reason])) for reason in LOST if reason in lost)


def team_lines(days: Days, names: Mapping[str, str]) -> tuple[TeamLine, ...]:
    """One line a team, by name."""
    groups: defaultdict[str, Days] = defaultdict(list)
    for entry, day in days:
        groups[entry.subject].append((entry, day))
    lines = (_team_line(team, names.get(team, team), of_team) for team, of_team in groups.items())
    return tuple(sorted(lines, key=lambda line: (line.name, line.team)))


def _team_line(team: str, name: str, days: Days) -> TeamLine:
    busy = team_days(worked(days))
    longest = [day.longest_stint_minutes for _e, day in days if day.longest_stint_minutes is not None]
    return TeamLine(
        team, name, days[-1][0].organisation, len(busy), len(team_days(days) - busy),
        sum(day.minutes_worked for _e, day in days), sum(day.searched_area_m2 for _e, day in days),
        sum(day.finds for _e, day in days), max(longest, default=None),
    )  # fmt: skip


def find_lines(reports: Iterable[Entry]) -> tuple[FindLine, ...]:
    """Items by class, in three groups that are never added. A report holds what was found since the one before."""
    found: defaultdict[tuple[FindGroup, OrdnanceClass], list[Mapping[str, object]]] = defaultdict(list)
    for entry in reports:
        for find in entry.body.get("finds", ()):
            ordnance = OrdnanceClass(find["ordnance"])
            found[group_of(ordnance, find.get("status")), ordnance].append(find)
    order = {group: place for place, group in enumerate(FindGroup)}
    classes = {ordnance: place for place, ordnance in enumerate(OrdnanceClass)}
    return tuple(
        _find_line(group, ordnance, finds)
        for (group, ordnance), finds in sorted(found.items(), key=lambda each: (order[each[0][0]], classes[each[0][1]]))
    )


def group_of(ordnance: OrdnanceClass, status: object = None) -> FindGroup:
    """Return the group that items of a class and status are counted in."""
    if ordnance is OrdnanceClass.SCRAP or status in (OrdnanceStatus.FFE, OrdnanceStatus.COMPONENT):
        return FindGroup.FREE_FROM_EXPLOSIVE
    return FindGroup.SMALL_ARMS if ordnance is OrdnanceClass.SMALL_ARMS else FindGroup.COUNTED


def _find_line(group: FindGroup, ordnance: OrdnanceClass, finds: list[Mapping[str, object]]) -> FindLine:
    stated = [cast("int", find["destroyed"]) for find in finds if "destroyed" in find]
    return FindLine(
        group, ordnance, sum(cast("int", find["quantity"]) for find in finds), sum(stated) if stated else None
    )


def land_lines(reports: Iterable[Entry]) -> tuple[ReportedLand, ...]:
    """m² that reports state, by kind and stage; progress and completion are never added."""
    groups: defaultdict[tuple[str, str | None], list[Entry]] = defaultdict(list)
    for entry in reports:
        groups[entry.kind, entry.body.get("stage")].append(entry)
    return tuple(_land_line(key, *said, groups[key]) for key, said in _LAND.items() if key in groups)


def _land_line(key: tuple[str, str | None], field: str, label: str, entries: list[Entry]) -> ReportedLand:
    stated = [entry.body[field] for entry in entries if field in entry.body]
    name = ".".join(part for part in key if part)
    return ReportedLand(name, _(label), len(entries), sum(stated) if stated else None)


def accident_lines(scope: Scope, concerned: Callable[[Entry], bool]) -> tuple[AccidentLine, ...]:
    """Accidents that concern the report, in the order of days; nobody is named, no place is given but the area."""
    entries = [entry for entry in scope.entries("accident") if concerned(entry)]
    bodies = [(entry, cast("Accident", entry.model())) for entry in entries]
    return tuple(
        AccidentLine(entry.valid_from, body.kind, body.area, body.killed, body.injured) for entry, body in bodies
    )


def visit_lines(scope: Scope) -> tuple[VisitLine, ...]:
    """QA visits to the organisation's work."""
    names = scope.names("organisation")
    return tuple(
        _visit_line(entry.valid_from, names.get(entry.organisation, entry.organisation), body, names)
        for entry in scope.entries("qa.visit")
        if scope.is_own((body := cast("QAVisit", entry.model())).inspected_organisation) and scope.is_here(entry)
    )


def _visit_line(day: str, by: str, body: QAVisit, names: Mapping[str, str]) -> VisitLine:
    inspected = names.get(body.inspected_organisation, body.inspected_organisation)
    return VisitLine(day, by, inspected, body.area, body.result, body.sampled_area_m2)


def nonconformity_lines(scope: Scope) -> tuple[NonconformityLine, ...]:
    """Nonconformities that were open at some time in the period, with the day on which they were closed by its end."""
    lines = []
    for each in nonconformities(scope.register, noted=True):
        closed = each.closed_on if each.closed_on and each.closed_on <= scope.end else None
        there = each.raised_on <= scope.end and (closed is None or closed >= scope.start)
        if there and _concerned(scope, each):
            lines.append(NonconformityLine(each.raised_on, each.severity, each.requirement, closed))
    return tuple(lines)


def _concerned(scope: Scope, each: Nonconformity) -> bool:
    own = scope.is_own(each.responsible_organisation or each.raised_by)
    return own and (scope.area is None or each.area == scope.area)


def pending_count(register: "Register", entries: Iterable[Entry]) -> int:
    """Count those that wait for a review."""
    return sum(register.standing(entry.hash) is Standing.PENDING for entry in entries)
