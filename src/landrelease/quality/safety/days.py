"""The day reports of a register against the limits: every team, day by day, with rest and leave counted."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from landrelease.errors import Finding
from landrelease.profile import Profile
from landrelease.quality.safety.breaches import Breach, NotStated
from landrelease.quality.safety.cover import Cover
from landrelease.quality.safety.day import TeamDay, check_day
from landrelease.record.entry import Entry
from landrelease.record.kinds import WorkDay
from landrelease.terms import AssetKind, SafetyRule

if TYPE_CHECKING:
    from landrelease.record.register import Register

_DAY = len("2026-01-01")


@dataclass(frozen=True)
class SafetyCheck:
    """What the day reports of some teams do not keep.

    Attributes
    ----------
    days
        Team-days that were looked at, with work.
    not_stated
        Team-days on which a rule could not be looked at, by rule.
    """

    breaches: tuple[Breach, ...]
    not_stated: Counter[SafetyRule]
    days: int
    silent: tuple[NotStated, ...] = ()

    @property
    def findings(self) -> list[Finding]:
        """The breaches' findings."""
        return [breach.finding for breach in self.breaches]


def check_team_days(
    register: "Register",
    profile: Profile,
    *,
    teams: Collection[str] | None = None,
    start: str | None = None,
    end: str | None = None,
) -> SafetyCheck:
    """Compare the official day reports with the limits of the profile.

    Rest days and leave are counted from the reports themselves, also from those before `start`; where a report states
    its days since the last rest, the greater number counts.

    Parameters
    ----------
    teams
        Only these; all by default.
    start, end
        First and last day, both included.
    """
    cover, breaches, silent, days = Cover(register), list[Breach](), list[NotStated](), 0
    for day in team_days(register, teams):
        if day.worked and _within(day.day, start, end):
            check = check_day(day, profile, cover)
            days += 1
            breaches += check.breaches
            silent += check.not_stated
    return SafetyCheck(tuple(breaches), Counter(each.rule for each in silent), days, tuple(silent))


def _within(day: str, start: str | None, end: str | None) -> bool:
    return (start is None or day >= start) and (end is None or day[: len(end)] <= end)


def asset_kinds(register: "Register") -> dict[str, AssetKind]:
    """Kind of asset of each team, by its last official statement."""
    return {entry.subject: AssetKind(entry.body["asset_kind"]) for entry in register.history("team")}


def team_days(register: "Register", teams: Collection[str] | None = None) -> Iterator[TeamDay]:
    """Yield every official day report with its rest and leave counted, by team and day."""
    kinds, by_team = asset_kinds(register), defaultdict[str, list[Entry]](list)
    for entry in register.entries("work_day"):
        if (teams is None or entry.subject in teams) and len(entry.valid_from) == _DAY:
            by_team[entry.subject].append(entry)
    for team, entries in sorted(by_team.items()):
        yield from _counted(team, entries, kinds.get(team))


def _counted(team: str, entries: list[Entry], kind: AssetKind | None) -> Iterator[TeamDay]:
    told = [(date.fromisoformat(entry.valid_from), entry, WorkDay.model_validate(entry.body)) for entry in entries]
    runs = _runs({day for day, _entry, body in told if body.minutes_worked})
    leaves = sorted(day for day, _entry, body in told if body.lost_to == "leave")
    for day, entry, body in told:
        before = [leave for leave in leaves if leave <= day]
        since = (day - before[-1]).days if before else None
        yield TeamDay(
            team, entry.valid_from, entry.organisation, body, kind, entry.hash, runs.get(day), since
        )  # fmt: skip


def _runs(worked: set[date]) -> dict[date, int]:
    """How many days in a row up to each work day were work days; a day without a report is no work day."""
    runs: dict[date, int] = {}
    for day in sorted(worked):
        runs[day] = runs.get(day - timedelta(days=1), 0) + 1
    return runs


def hours(
    register: "Register", teams: Collection[str] | None = None, start: str | None = None, end: str | None = None
) -> list[dict[str, Any]]:
    """Add up each team's work: days, minutes, greatest day, longest stint, longest run of days without rest."""
    rows: dict[str, dict[str, Any]] = {}
    for day in team_days(register, teams):
        if not _within(day.day, start, end):
            continue
        row = rows.setdefault(day.team, {"team": day.team, "days_reported": 0, "days_worked": 0, "minutes": 0,
                                         "most_minutes_a_day": 0, "longest_stint_minutes": None,
                                         "most_days_on": 0})  # fmt: skip
        row["days_reported"] += 1
        row["days_worked"] += day.worked
        row["minutes"] += day.body.minutes_worked
        row["most_minutes_a_day"] = max(row["most_minutes_a_day"], day.body.minutes_worked)
        row["most_days_on"] = max(row["most_days_on"], day.days_on or 0)
        stints = [minutes for minutes in (row["longest_stint_minutes"], day.body.longest_stint_minutes) if minutes]
        row["longest_stint_minutes"] = max(stints, default=None)
    return list(rows.values())
