"""A planning problem and its plan as the frames that the writers show."""

from collections.abc import Mapping

import pandas as pd

from landrelease.errors import Finding
from landrelease.i18n import _
from landrelease.plan.problem import Plan, PlanArea, Problem
from landrelease.report.data import ASSIGNMENT_COLUMNS, WAITING_COLUMNS, PlanData


def plan_data(problem: Problem, plan: Plan, names: Mapping[str, str] | None = None) -> PlanData:
    """Turn a plan into frames.

    Parameters
    ----------
    names
        Display name of each area; its identifier where there is none.
    """
    names = names or {}
    areas = {area.area_id: area for area in problem.areas}
    kinds = {team.team_id: team.asset_kind for team in problem.teams}
    rows = [
        (
            made.team_id, kinds[made.team_id].label, made.area_id, names.get(made.area_id, made.area_id),
            areas[made.area_id].operations[made.operation].activity.label,
            areas[made.area_id].operations[made.operation].work_m2, made.start_day, made.finish_day,
            problem.date_of(made.start_day), problem.date_of(made.finish_day - 1),
        )
        for made in plan.assignments
    ]  # fmt: skip
    assignments = pd.DataFrame(rows, columns=list(ASSIGNMENT_COLUMNS))
    waiting = [_waiting(areas[area_id], names, reason) for area_id, reason in sorted(plan.reasons.items())]
    return PlanData(
        assignments=assignments,
        waiting=pd.DataFrame(waiting, columns=list(WAITING_COLUMNS)),
        summary=_summary(problem, plan, assignments),
        horizon_days=problem.horizon_days,
        closed_days=problem.closed_days,
    )


def _waiting(area: PlanArea, names: Mapping[str, str], reason: Finding) -> tuple[object, ...]:
    name = names.get(area.area_id, area.area_id)
    return area.area_id, name, area.area_m2, area.value_a_day, area.expected_items, reason.what


def _summary(problem: Problem, plan: Plan, assignments: pd.DataFrame) -> pd.DataFrame:
    waiting_m2 = sum(area.area_m2 for area in problem.areas if area.area_id in plan.reasons)
    total_m2 = sum(area.area_m2 for area in problem.areas)
    days = (assignments["finish_day"] - assignments["start_day"]).sum()
    rows = [
        (_("Rule"), plan.rule.label, ""),
        (_("Value"), round(plan.value, 1), _("value units")),
        *([] if problem.start is None else [(_("First day"), problem.start.isoformat(), "")]),
        (_("Horizon"), problem.horizon_days, _("calendar days")),
        (_("Areas"), len(problem.areas), ""),
        (_("Areas released by the plan"), len(problem.areas) - len(plan.reasons), ""),
        (_("Area released by the plan"), round(total_m2 - waiting_m2), _("m²")),
        (_("Area left waiting"), round(waiting_m2), _("m²")),
        (_("Teams"), len(problem.teams), ""),
        (_("Team-days assigned, closed days included"), int(days), _("team-days")),
    ]
    return pd.DataFrame(rows, columns=["measure", "value", "unit"])
