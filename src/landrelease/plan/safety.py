"""A plan against the safety limits of the profile: rest days, and approvals and cover in date on every day of work.

It shares no code with the dispatcher, and the checker none with it: open days are read from the problem's calendars.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from landrelease.errors import ErrorCode, Finding
from landrelease.i18n import _
from landrelease.plan.problem import Assignment, Plan, PlanArea, PlanTeam, Problem
from landrelease.profile import Profile
from landrelease.quality.safety.breaches import Breach, refuse_breaches
from landrelease.quality.safety.cover import KIND_OF_RULE, Cover, Held
from landrelease.quality.safety.day import holders_of
from landrelease.terms import Activity, OnBreach, SafetyRule

if TYPE_CHECKING:
    from landrelease.record.register import Register


def plan_safety_findings(
    problem: Problem, plan: Plan, profile: Profile, register: "Register | None" = None
) -> tuple[list[Breach], list[Finding]]:
    """List what a plan does not keep of the profile's ``safety.on_plan``.

    Parameters
    ----------
    register
        Approvals and cover of the teams; without it, or where the problem has no start date, these are not looked at.

    Returns
    -------
    list of Breach
        One a rule and team: the first day that breaks it.
    list of Finding
        LR3240 where nothing was ever recorded that a rule could be checked against: unknown is not a breach.
    """
    rules, breaches = profile.safety.on_plan, list[Breach]()
    worked = _days_of_work(problem, plan)
    if SafetyRule.DAYS_ON in rules:
        breaches += _without_rest(problem, worked, profile)
    if register is None or problem.start is None:
        return breaches, []
    cover, unknown = Cover(register), defaultdict[SafetyRule, set[str]](set)
    for rule in (rule for rule in rules if rule in KIND_OF_RULE):
        for team in problem.teams:
            for day, (area, activity) in sorted(worked[team.team_id].items()):
                if activity is Activity.HANDOVER:  # no kind of work that anyone is accredited for
                    continue
                held = _held(cover, rule, problem, team, area, activity, day)
                if held is Held.UNKNOWN:
                    unknown[rule].add(team.team_id)
                elif held is Held.NO:
                    observed, limit = _("not in date for this work"), _("in date on the day")
                    breaches.append(_breach(rule, problem, team, day, observed, limit, profile, area))
                    break
    silent = [{"count": len(teams), "what": rule.label} for rule, teams in unknown.items()]
    return breaches, [Finding(ErrorCode.PLAN_SAFETY_UNKNOWN, details) for details in silent]


def check_plan_safety(
    problem: Problem, plan: Plan, profile: Profile, register: "Register | None" = None
) -> list[Finding]:
    """Refuse a plan that breaks a rule which the profile refuses; return the findings of those that it flags.

    Raises
    ------
    LandreleaseError
        LR3225: every breach that the profile refuses, each naming team, day, rule and limit.
    """
    breaches, unknown = plan_safety_findings(problem, plan, profile, register)
    refuse_breaches(breaches)
    return [*(breach.finding for breach in breaches), *unknown]


def covered_teams(
    teams: Iterable[PlanTeam], profile: Profile, register: "Register", start: date, horizon_days: int
) -> tuple[PlanTeam, ...]:
    """Close the days on which a team has no approval or cover that the profile would refuse the plan for.

    So the planner sends a team only while its accreditation, insurance and qualification last. Where they hold for some
    of its activities only, the days stay open and `check_plan_safety` looks at each assignment. What was never recorded
    closes nothing.
    """
    cover = Cover(register)
    rules = [rule for rule, leads_to in profile.safety.on_plan.items()
             if leads_to is OnBreach.REFUSE and rule in KIND_OF_RULE]  # fmt: skip
    dates = [(start + timedelta(days=day)).isoformat() for day in range(horizon_days)]
    return tuple(replace(team, closed_days=team.closed_days | _uncovered(cover, rules, team, dates)) for team in teams)


def _uncovered(cover: Cover, rules: list[SafetyRule], team: PlanTeam, dates: list[str]) -> frozenset[int]:
    closed: set[int] = set()
    for rule in rules:
        holders = list(holders_of(rule, team.team_id, team.organisation or None, None))
        closed.update(day for day, on in enumerate(dates) if cover.held(rule, holders, None, on) is Held.NO)
    return frozenset(closed)


Work = dict[str, dict[int, tuple[PlanArea, Activity]]]


def _days_of_work(problem: Problem, plan: Plan) -> Work:
    """By team, the days on which it works, with area and activity."""
    areas, teams = ({area.area_id: area for area in problem.areas}, {team.team_id: team for team in problem.teams})
    found: Work = defaultdict(dict)
    for made in plan.assignments:
        area, team = areas[made.area_id], teams[made.team_id]
        activity = area.operations[made.operation].activity
        for day in _open_days(problem, team, area, made):
            found[made.team_id][day] = area, activity
    return found


def _open_days(problem: Problem, team: PlanTeam, area: PlanArea, made: Assignment) -> Iterator[int]:
    closed = problem.closed_days | team.closed_days | problem.region_closed_days.get(area.region, frozenset())
    return (day for day in range(made.start_day, made.finish_day) if day not in closed)


def _without_rest(problem: Problem, worked: Work, profile: Profile) -> Iterator[Breach]:
    limit = profile.safety.days_on
    for team in problem.teams:
        run = 0
        days = worked[team.team_id]
        for day in range(problem.horizon_days):
            run = run + 1 if day in days else 0
            if run > limit:
                observed = _("{days} work days in a row").format(days=run)
                allowed = _("at most {limit}").format(limit=limit)
                yield _breach(SafetyRule.DAYS_ON, problem, team, day, observed, allowed, profile, days[day][0])
                break


def _held(
    cover: Cover, rule: SafetyRule, problem: Problem, team: PlanTeam, area: PlanArea, activity: Activity, day: int
) -> Held:
    assert problem.start is not None
    on = (problem.start + timedelta(days=day)).isoformat()
    return cover.held(rule, holders_of(rule, team.team_id, team.organisation or None, area.parent_id or area.area_id),
                      activity, on)  # fmt: skip


def _breach(
    rule: SafetyRule, problem: Problem, team: PlanTeam, day: int, observed: str, limit: str, profile: Profile,
    area: PlanArea,
) -> Breach:  # fmt: skip
    on = problem.date_of(day)
    shown = _("day {day}").format(day=day) if on is None else on.isoformat()
    return Breach(rule, team.team_id, shown, observed, limit, profile.safety.on_plan[rule],
                  area=area.parent_id or area.area_id, organisation=team.organisation or None)  # fmt: skip
