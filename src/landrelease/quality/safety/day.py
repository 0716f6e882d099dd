"""One team's day against the limits of the profile."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from landrelease.i18n import N_, _
from landrelease.profile import Profile
from landrelease.quality.safety.breaches import Breach, NotStated
from landrelease.quality.safety.cover import KIND_OF_RULE, Cover, Held
from landrelease.quality.safety.stints import (
    all_stated,
    longest_day,
    longest_in_heat,
    longest_stint,
    shortest_break,
)
from landrelease.record.kinds import WorkDay
from landrelease.terms import Activity, AssetKind, SafetyRule

HAZARD_WORK = frozenset({Activity.TS, Activity.MECHANICAL, Activity.CLEARANCE, Activity.BAC, Activity.EOD, Activity.QA})
"""Work inside hazardous areas: distance, medic and evacuation are asked for here."""


@dataclass(frozen=True, slots=True)
class TeamDay:
    """A day report with what is known of its team.

    Attributes
    ----------
    entry
        Hash of the statement; empty where it is not recorded yet.
    days_on
        Work days without a rest day up to this one; None where it is not known.
    days_since_leave
        Calendar days since the last leave that was reported; None where none was.
    """

    team: str
    day: str
    organisation: str
    body: WorkDay
    asset_kind: AssetKind | None = None
    entry: str = ""
    days_on: int | None = None
    days_since_leave: int | None = None

    @property
    def worked(self) -> bool:
        """Whether anyone worked."""
        return self.body.minutes_worked > 0

    @property
    def in_hazard(self) -> bool:
        """Whether the work was inside a hazardous area; also where the activity is not stated."""
        return self.worked and (self.body.activity is None or self.body.activity in HAZARD_WORK)


@dataclass(frozen=True, slots=True)
class DayCheck:
    """What a day does not keep, and what could not be looked at."""

    breaches: tuple[Breach, ...]
    not_stated: tuple[NotStated, ...]


Judged = tuple[str, str] | None
"""What was observed and what the limit is, in words; None where the rule is kept."""
Unknown = str
"""Name of what is not stated."""


def check_day(day: TeamDay, profile: Profile, cover: Cover | None = None) -> DayCheck:
    """Compare a day report with every rule that the profile's ``safety.on_report`` names.

    Parameters
    ----------
    cover
        Approvals and insurance; without it these rules are not looked at.

    Returns
    -------
    DayCheck
        A day on which nobody worked keeps every rule.
    """
    breaches, silent = [], []
    for rule, leads_to in profile.safety.on_report.items() if day.worked else ():
        judged = _judge(rule, day, profile, cover)
        if isinstance(judged, str):
            silent.append(NotStated(rule, day.team, day.day, judged))
        elif judged is not None:
            observed, limit = judged
            breaches.append(
                Breach(rule, day.team, day.day, observed, limit, leads_to, (day.entry,) if day.entry else (),
                       day.body.area, day.organisation)
            )  # fmt: skip
    return DayCheck(tuple(breaches), tuple(silent))


def _judge(rule: SafetyRule, day: TeamDay, profile: Profile, cover: Cover | None) -> Judged | Unknown:
    if rule in KIND_OF_RULE:
        return None if cover is None else _cover(rule, day, cover)
    return _TESTS[rule](day, profile)


def _over(value: float | None, limit: float, unit: str, missing: str) -> Judged | Unknown:
    """Judge an amount that must not be greater than the limit."""
    if value is None:
        return missing
    return None if value <= limit else (f"{value:g} {unit}", _("at most {limit}").format(limit=f"{limit:g} {unit}"))


def _under(value: float | None, limit: float, unit: str, missing: str) -> Judged | Unknown:
    """Judge an amount that must not be less than the limit."""
    if value is None:
        return missing
    return None if value >= limit else (f"{value:g} {unit}", _("at least {limit}").format(limit=f"{limit:g} {unit}"))


def _stint(day: TeamDay, profile: Profile) -> Judged | Unknown:
    """Judge the longest stint, and those logged in the heat by the shorter limit.

    The temperature of a day is its highest: it does not tell whether the longest stint fell into the heat.
    """
    safety, unit = profile.safety, _("minutes")
    in_heat = _over(longest_in_heat(day.body, safety.heat_c) or 0, safety.stint_minutes_heat, unit, "")
    longest, missing = longest_stint(day.body), _("the longest stint")
    judged = in_heat or _over(longest, safety.stint_minutes, unit, missing)
    hot = day.body.temperature_c is not None and day.body.temperature_c >= safety.heat_c
    unsure = hot and judged is None and longest is not None and longest > safety.stint_minutes_heat
    return _("the temperature during each stint") if unsure and not all_stated(day.body) else judged


def _break(day: TeamDay, profile: Profile) -> Judged | Unknown:
    one = (day.body.stints or len(day.body.stint_log or ())) == 1  # a single stint has no break
    missing = _("the shortest break")
    judged = _under(shortest_break(day.body), profile.safety.break_minutes, _("minutes"), missing)
    return None if one and judged == missing else judged


def _daily_hours(day: TeamDay, profile: Profile) -> Judged | Unknown:
    return _over(longest_day(day.body), profile.safety.minutes_a_day, _("minutes"), "")


def _heat(day: TeamDay, profile: Profile) -> Judged | Unknown:
    dogs = day.asset_kind is AssetKind.DOG_TEAM
    limit = profile.safety.dog_stop_c if dogs else profile.safety.stop_c
    return _over(day.body.temperature_c, limit, "°C", _("the temperature"))


def _days_on(day: TeamDay, profile: Profile) -> Judged | Unknown:
    known = [days for days in (day.days_on, day.body.days_since_rest) if days is not None]
    return _over(max(known, default=None), profile.safety.days_on, _("days"), _("the last rest day"))


def _leave(day: TeamDay, profile: Profile) -> Judged | Unknown:
    return _over(day.days_since_leave, profile.safety.leave_days, _("days"), _("the last leave"))


def _distance(day: TeamDay, profile: Profile) -> Judged | Unknown:
    if not day.in_hazard or day.body.people == 1:
        return None
    return _under(day.body.least_distance_m, profile.safety.distance_m, "m", _("the distance between workers"))


def _evacuation_time(day: TeamDay, profile: Profile) -> Judged | Unknown:
    limit, missing = profile.safety.evacuation_minutes, _("the time of evacuation")
    return _over(day.body.evacuation_minutes, limit, _("minutes"), missing) if day.in_hazard else None


def _present(name: str, missing: str) -> Callable[[TeamDay, Profile], Judged | Unknown]:
    def test(day: TeamDay, _profile: Profile) -> Judged | Unknown:
        there: bool | None = getattr(day.body, name)
        if not day.in_hazard or there:
            return None
        return _(missing) if there is None else (_("none"), _("one on the site"))

    return test


_TESTS: Mapping[SafetyRule, Callable[[TeamDay, Profile], Judged | Unknown]] = {
    SafetyRule.STINT: _stint,
    SafetyRule.BREAK: _break,
    SafetyRule.DAILY_HOURS: _daily_hours,
    SafetyRule.HEAT: _heat,
    SafetyRule.DAYS_ON: _days_on,
    SafetyRule.LEAVE: _leave,
    SafetyRule.DISTANCE: _distance,
    SafetyRule.MEDIC: _present("medic_on_site", N_("a medic")),
    SafetyRule.EVACUATION_VEHICLE: _present("evacuation_vehicle", N_("a vehicle for evacuation")),
    SafetyRule.EVACUATION_TIME: _evacuation_time,
}


def _cover(rule: SafetyRule, day: TeamDay, cover: Cover) -> Judged | Unknown:
    if rule is SafetyRule.MEDICAL_PLAN and not day.in_hazard:
        return None
    held = cover.held(rule, holders_of(rule, day.team, day.organisation, day.body.area), day.body.activity, day.day)
    if held is Held.UNKNOWN:
        return rule.label
    return None if held is Held.YES else (_("not in date for this work"), _("in date on the day"))


def holders_of(rule: SafetyRule, team: str, organisation: str | None, area: str | None) -> Iterator[str | None]:
    """Whose approval or cover a rule asks for: the team's or its organisation's; of a medical plan also the area's."""
    yield team
    yield organisation
    if rule is SafetyRule.MEDICAL_PLAN:
        yield area
