"""The independent checker: slow, plain, from the dates of a plan alone.

It shares no code with the dispatcher: it walks each assignment day by day, reads the rules from the problem's fields
and adds the value up again. Any plan can be checked, also one made by hand.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.i18n import _
from landrelease.plan.problem import Assignment, Operation, Plan, PlanArea, PlanTeam, Problem

VALUE_TOLERANCE = 1e-6
"""Relative difference between claimed and recomputed value that rounding may explain."""
NAMED_AREAS = 5
"""Released areas that a refused value names."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a checked plan is worth.

    Attributes
    ----------
    value
        Recomputed, value units.
    released
        Areas whose whole chain is finished inside the horizon, in order of release.
    release_day
        Elapsed days at which each was released.
    assignments
        Number of assignments checked.
    """

    value: float
    released: tuple[str, ...]
    release_day: dict[str, int]
    assignments: int


def check_plan(problem: Problem, plan: Plan) -> Verdict:
    """Check a plan and recompute its value.

    Raises
    ------
    LandreleaseError
        LR6021 to LR6030, LR6032: every breach found, each naming team and area.
    """
    check = _Check(problem, plan)
    findings = check.findings()
    if findings:
        raise LandreleaseError(findings)
    days = check.release_days()
    in_order = tuple(sorted(days, key=lambda area_id: (days[area_id], area_id)))
    return Verdict(check.value(days), in_order, days, len(plan.assignments))


def can_follow(problem: Problem, plan: Plan) -> bool:
    """Whether the plan passes `check_plan`."""
    return not plan_findings(problem, plan)


def plan_findings(problem: Problem, plan: Plan) -> list[Finding]:
    """List every breach of a plan; empty where it is sound."""
    return _Check(problem, plan).findings()


class _Check:
    """One plan against its problem."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem, self.plan = problem, plan
        self.areas = {area.area_id: area for area in problem.areas}
        self.teams = {team.team_id: team for team in problem.teams}

    def findings(self) -> list[Finding]:
        unknown = [self.unknown(made) for made in self.plan.assignments if not self.is_known(made)]
        if unknown:
            return unknown
        findings = [*self.twice()]
        for made in self.plan.assignments:
            findings += self.single(made)
        for team in self.problem.teams:
            findings += self.movements(team)
        findings += self.chain_order()
        findings += self.over_budget()
        return findings or [*self.wrong_value()]

    def is_known(self, made: Assignment) -> bool:
        area = self.areas.get(made.area_id)
        return made.team_id in self.teams and area is not None and 0 <= made.operation < len(area.operations)

    def unknown(self, made: Assignment) -> Finding:
        details = {"team": made.team_id, "area": made.area_id, "step": made.operation}
        return Finding(ErrorCode.PLAN_UNKNOWN, details)

    def refuse(self, error: ErrorCode, made: Assignment, **more: object) -> Finding:
        operation = self.areas[made.area_id].operations[made.operation]
        named = {"team": made.team_id, "area": made.area_id, "activity": operation.activity.label}
        return Finding(error, {**named, "day": made.start_day, "finish": made.finish_day, **more})

    def twice(self) -> Iterator[Finding]:
        given: dict[tuple[str, int], str] = {}
        for made in self.plan.assignments:
            key = made.area_id, made.operation
            if key in given:
                yield self.refuse(ErrorCode.PLAN_TWICE, made, step=made.operation, other=given[key])
            given.setdefault(key, made.team_id)

    def single(self, made: Assignment) -> list[Finding]:
        area, team, problem = self.areas[made.area_id], self.teams[made.team_id], self.problem
        operation = area.operations[made.operation]
        if not 0 <= made.start_day < made.finish_day <= problem.horizon_days:
            return [self.refuse(ErrorCode.PLAN_PAST_HORIZON, made, horizon=problem.horizon_days)]
        why = _not_eligible(problem, team, area, operation)
        if why:
            return [self.refuse(ErrorCode.PLAN_NOT_ELIGIBLE, made, why=why)]
        shut = [day for day in (made.start_day, made.finish_day - 1) if not is_open(problem, team, area, day)]
        if shut:
            return [self.refuse(ErrorCode.PLAN_CLOSED_DAY, made, day=shut[0])]
        opened = sum(is_open(problem, team, area, day) for day in range(made.start_day, made.finish_day))
        needed = _days_needed(problem, team, area, operation)
        if opened < needed:
            return [self.refuse(ErrorCode.PLAN_TOO_SHORT, made, open=opened, needed=needed)]
        return []

    def movements(self, team: PlanTeam) -> Iterator[Finding]:
        mine = sorted(
            (made for made in self.plan.assignments if made.team_id == team.team_id), key=lambda made: made.start_day
        )
        at: PlanArea | None = None
        free = 0
        for made in mine:
            area = self.areas[made.area_id]
            days = travel_days(self.problem, team, at, area)
            place = at.area_id if at else _("its base")
            if made.start_day < free:
                yield self.refuse(ErrorCode.PLAN_OVERLAP, made, other=place, busy=free)
            elif made.start_day < free + days:
                yield self.refuse(ErrorCode.PLAN_TRAVEL, made, place=place, days=days, arrival=free + days)
            at, free = area, max(free, made.finish_day)

    def chain_order(self) -> Iterator[Finding]:
        finish = {(made.area_id, made.operation): made.finish_day for made in self.plan.assignments}
        for made in self.plan.assignments:
            before = finish.get((made.area_id, made.operation - 1))
            if made.operation and (before is None or before > made.start_day):
                told = _("no day: it is not planned") if before is None else before
                yield self.refuse(ErrorCode.PLAN_CHAIN_ORDER, made, before=told)

    def over_budget(self) -> Iterator[Finding]:
        for donor, budget in self.problem.budgets.items():
            spent = math.fsum(
                self.cost(made) for made in self.plan.assignments if self.teams[made.team_id].donor == donor
            )
            if spent > budget + VALUE_TOLERANCE * max(1.0, budget):
                yield Finding(ErrorCode.PLAN_BUDGET, {"donor": donor, "spent": spent, "budget": budget})

    def cost(self, made: Assignment) -> float:
        """Money for the days that the operation needs; open days beyond them cost nothing more."""
        team, area = self.teams[made.team_id], self.areas[made.area_id]
        return team.cost_a_day * _days_needed(self.problem, team, area, area.operations[made.operation])

    def release_days(self) -> dict[str, int]:
        return {
            made.area_id: made.finish_day
            for made in self.plan.assignments
            if made.operation + 1 == len(self.areas[made.area_id].operations)
        }

    def value(self, release_days: dict[str, int]) -> float:
        """Discounted use from release to the end of the benefit, and the bonus of each deadline that was met."""
        total = 0.0
        for area_id, day in release_days.items():
            area = self.areas[area_id]
            total += area.value_a_day * _use_days(self.problem, day)
            if area.deadline_day is not None and day <= area.deadline_day:
                total += area.deadline_bonus
        return total + self.corridor_value(release_days)

    def corridor_value(self, release_days: dict[str, int]) -> float:
        """Discounted use of each corridor from the day on which the last of its areas is released."""
        total = 0.0
        for corridor in self.problem.corridors:
            days = [release_days.get(area_id) for area_id in corridor.area_ids]
            opened = [day for day in days if day is not None]
            if len(opened) == len(days):
                total += corridor.value_a_day * _use_days(self.problem, max(opened))
        return total

    def wrong_value(self) -> Iterator[Finding]:
        days = self.release_days()
        value, claimed = self.value(days), self.plan.value
        if not math.isclose(claimed, value, rel_tol=VALUE_TOLERANCE, abs_tol=VALUE_TOLERANCE):
            names = ", ".join(list(days)[:NAMED_AREAS]) + (" ..." if len(days) > NAMED_AREAS else "")
            details = {"claimed": claimed, "value": value, "count": len(days), "areas": names}
            yield Finding(ErrorCode.PLAN_VALUE, details)


def _not_eligible(problem: Problem, team: PlanTeam, area: PlanArea, operation: Operation) -> str:
    """Why a team may not do an operation; empty where it may."""
    if team.asset_kind not in operation.asset_kinds:
        return _("a {kind} is not the kind of team asked for").format(kind=team.asset_kind.label)
    if team.regions is not None and area.region not in team.regions:
        return _("not accredited in region '{region}'").format(region=area.region)
    if team.area_ids is not None and area.area_id not in team.area_ids:
        return _("earmarked for other areas")
    if _pace(problem, team, area, operation) <= 0:
        return _("its productivity here is 0")
    return ""


def _pace(problem: Problem, team: PlanTeam, area: PlanArea, operation: Operation) -> float:
    on_open_ground = team.m2_a_day.get(operation.activity, 0.0)
    return on_open_ground * problem.ground_factor.get((team.asset_kind, area.ground), 1.0)


def _days_needed(problem: Problem, team: PlanTeam, area: PlanArea, operation: Operation) -> int:
    # A billionth of a day is rounding, not work.
    return max(1, math.ceil(operation.work_m2 / _pace(problem, team, area, operation) - 1e-9))


def is_open(problem: Problem, team: PlanTeam, area: PlanArea, day: int) -> bool:
    """Whether a team may work in an area on a day."""
    in_region = problem.region_closed_days.get(area.region, frozenset())
    return not (day in problem.closed_days or day in in_region or day in team.closed_days)


def travel_days(problem: Problem, team: PlanTeam, at: PlanArea | None, area: PlanArea) -> int:
    """Days that a team needs from an area, or from its base where None, to another area."""
    if at is area:
        return 0
    x_m, y_m = (at.x_m, at.y_m) if at else (team.base_x_m, team.base_y_m)
    metres = math.hypot(area.x_m - x_m, area.y_m - y_m)
    if metres < problem.commute_m:
        return 0
    return problem.mobilisation_days + math.ceil(metres / problem.travel_m_a_day - 1e-9)


def _use_days(problem: Problem, day: int) -> float:
    days = problem.horizon_days + problem.benefit_days - day
    rate = problem.discount_a_day
    return days if rate == 0 else math.exp(-rate * day) * -math.expm1(-rate * days) / rate
