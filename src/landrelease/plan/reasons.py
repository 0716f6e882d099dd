"""Why an area is not released by a plan."""

from collections.abc import Callable, Iterable

import numpy as np

from landrelease.errors import ErrorCode, Finding
from landrelease.i18n import _
from landrelease.plan.problem import Assignment, Rule
from landrelease.plan.tables import Floats, Ints, Tables

Index = Callable[[Tables, Ints, Ints], Floats]


def waiting_reasons(tables: Tables, rule: Rule, index: Index, assignments: Iterable[Assignment]) -> dict[str, Finding]:
    """Give each area that is not released a finding: a warning where it can never be, a note where others go first."""
    done = np.zeros(len(tables.problem.areas), dtype=np.int64)
    for made in assignments:
        done[tables.area_index[made.area_id]] += 1
    waiting = np.flatnonzero(done < np.diff(tables.steps.first))
    ranks = _ranks(tables, index)
    return {tables.problem.areas[i].area_id: _reason(tables, rule, int(i), int(done[i]), ranks) for i in waiting}


def _reason(tables: Tables, rule: Rule, area: int, done: int, ranks: Ints) -> Finding:
    impossible = _impossible(tables, area)
    if impossible is not None:
        return impossible
    plan_area = tables.problem.areas[area]
    activity = plan_area.operations[done].activity.label
    if done:
        horizon = tables.problem.horizon_days
        return Finding(
            ErrorCode.PLAN_UNFINISHED, _named(plan_area.area_id, activity, horizon=horizon), field="horizon_days"
        )
    teams = int(tables.teams_of[tables.steps.first[area]])
    details = _named(plan_area.area_id, activity, rank=int(ranks[area]), count=len(ranks), rule=rule.label, teams=teams)
    return Finding(ErrorCode.PLAN_OUTRANKED, details, field="value_a_day")


def _named(area_id: str, activity: str, **more: object) -> dict[str, object]:
    return {"area": area_id, "activity": activity, **more}


def _impossible(tables: Tables, area: int) -> Finding | None:
    """Find what keeps an area from ever being released, whatever the plan."""
    first, end = (int(n) for n in tables.steps.first[area : area + 2])
    for operation in range(first, end):
        if not tables.teams_of[operation]:
            return _no_team(tables, operation)
    earliest = 0
    for operation in range(first, end):
        finish, finding = _earliest(tables, operation, earliest)
        if finding is not None:
            return finding
        earliest = finish
    return None


def _no_team(tables: Tables, operation: int) -> Finding:
    area = tables.problem.areas[tables.steps.area[operation]]
    step = area.operations[tables.steps.step[operation]]
    kinds = [team for team in tables.problem.teams if team.asset_kind in step.asset_kinds]
    able = [team for team in kinds if team.m2_a_day.get(step.activity, 0) > 0]
    if not kinds:
        why, name = (
            _("no team of the kinds {kinds}").format(kinds=", ".join(k.label for k in step.asset_kinds)),
            "asset_kinds",
        )
    elif not able:
        why, name = _("the productivity of every such team is 0"), "m2_a_day"
    elif all(tables.problem.ground_factor.get((team.asset_kind, area.ground), 1.0) == 0 for team in able):
        why, name = _("their productivity on this ground is 0"), "ground"
    else:
        why, name = _("none is accredited here, or all are earmarked elsewhere"), "regions"
    details = _named(area.area_id, step.activity.label, step=int(tables.steps.step[operation]), why=why)
    return Finding(ErrorCode.PLAN_NO_TEAM, details, field=name)


def _earliest(tables: Tables, operation: int, ready: int) -> tuple[int, Finding | None]:
    """Earliest finish of an operation by any team straight from its base, or why there is none."""
    problem, area = tables.problem, int(tables.steps.area[operation])
    plan_area = problem.areas[area]
    named = _named(plan_area.area_id, plan_area.operations[tables.steps.step[operation]].activity.label)
    travel, open_days, finishes = [], [], []
    for team, mine in zip(problem.teams, tables.eligible, strict=True):
        at = np.searchsorted(mine.operations, operation)
        if at < len(mine.operations) and mine.operations[at] == operation:
            days = tables.travel_days(team.base_x_m, team.base_y_m, -1, np.array([area]))
            row = mine.calendars[at : at + 1]
            travel.append(int(days[0]))
            open_days.append(int(tables.calendars.elapsed[row[0], -1]))
            finishes.append(int(tables.calendars.span(row, np.maximum(days, ready), mine.days[at : at + 1])[1][0]))
    horizon = problem.horizon_days
    if not any(open_days):
        return 0, Finding(ErrorCode.PLAN_CALENDAR_CLOSED, {**named, "region": plan_area.region}, field="closed_days")
    if min(travel) >= horizon:
        details = {**named, "horizon": horizon, "days": min(travel)}
        return 0, Finding(ErrorCode.PLAN_UNREACHABLE, details, field="x_m, y_m")
    if min(finishes) > horizon:
        return 0, Finding(ErrorCode.PLAN_TOO_LONG, {**named, "horizon": horizon}, field="work_m2")
    return min(finishes), None


def _ranks(tables: Tables, index: Index) -> Ints:
    """Rank of each area by its best index over the teams that could open its chain from their bases on day 0."""
    best = np.full(len(tables.problem.areas), -np.inf)
    for team, mine in zip(tables.problem.teams, tables.eligible, strict=True):
        opening = mine.operations == tables.steps.first[mine.areas]
        operations, areas = mine.operations[opening], mine.areas[opening]
        days = tables.travel_days(team.base_x_m, team.base_y_m, -1, areas) + mine.days[opening]
        best[areas] = np.maximum(best[areas], index(tables, operations, days))
    ranks = np.empty(len(best), dtype=np.int64)
    ranks[np.argsort(-best, kind="stable")] = np.arange(1, len(best) + 1)
    return ranks
