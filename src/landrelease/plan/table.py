"""A plan as tables: assignments, bars for a Gantt chart, team-days, waiting areas, summary."""

from collections import Counter
from collections.abc import Iterator
from itertools import repeat

import pandas as pd

from landrelease.i18n import _
from landrelease.plan.checker import is_open, travel_days
from landrelease.plan.problem import Assignment, Plan, PlanArea, PlanTeam, Problem

PLAN_COLUMNS = (
    "team_id", "asset_kind", "area_id", "parent_id", "step", "activity", "work_m2", "start_day", "finish_day",
    "work_days", "travel_days", "start_date", "last_date",
)  # fmt: skip
BAR_COLUMNS = ("row", "team_id", "bar", "area_id", "activity", "start_day", "days", "start_date")
WAITING_COLUMNS = ("area_id", "area_m2", "value_a_day", "code", "reason", "remedy")
TEAM_DAY_COLUMNS = ("asset_kind", "teams", "work_days", "travel_days", "team_days", "used_share")


def plan_frame(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Assignments, by team and day.

    Returns
    -------
    DataFrame
        ``team_id, asset_kind, area_id, parent_id, step, activity, work_m2, start_day, finish_day, work_days``
        (open days worked), ``travel_days`` (before the start), ``start_date, last_date`` (None where the problem has no
        start date). `asset_kind` and `activity` are values of the vocabulary.
    """
    rows = [
        (
            team.team_id, team.asset_kind.value, area.area_id, area.parent_id or area.area_id, made.operation,
            area.operations[made.operation].activity.value, area.operations[made.operation].work_m2,
            made.start_day, made.finish_day,
            sum(is_open(problem, team, area, day) for day in range(made.start_day, made.finish_day)),
            travel_days(problem, team, before, area),
            problem.date_of(made.start_day), problem.date_of(made.finish_day - 1),
        )
        for team, made, area, before in _journeys(problem, plan)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(PLAN_COLUMNS))


def _journeys(problem: Problem, plan: Plan) -> Iterator[tuple[PlanTeam, Assignment, PlanArea, PlanArea | None]]:
    """Each assignment with its team, its area and the area before, by team in order of start."""
    areas = {area.area_id: area for area in problem.areas}
    of_team: dict[str, list[Assignment]] = {team.team_id: [] for team in problem.teams}
    for made in sorted(plan.assignments, key=lambda made: made.start_day):
        of_team[made.team_id].append(made)
    for team in problem.teams:
        journey = [areas[made.area_id] for made in of_team[team.team_id]]
        yield from zip(repeat(team), of_team[team.team_id], journey, [None, *journey], strict=False)


def gantt_frame(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Bars of a Gantt chart: ``row`` (one a team), ``bar`` (``travel`` or ``work``), ``start_day``, ``days``."""
    number = {team.team_id: row for row, team in enumerate(problem.teams)}
    bars = []
    for made in plan_frame(problem, plan).to_dict("records"):
        # Travel is drawn just before the work, though a team may have arrived earlier and waited for an open day.
        spans = (
            ("travel", made["start_day"] - made["travel_days"], made["travel_days"]),
            ("work", made["start_day"], made["finish_day"] - made["start_day"]),
        )
        bars += [
            (
                number[made["team_id"]],
                made["team_id"],
                bar,
                made["area_id"],
                made["activity"],
                day,
                days,
                problem.date_of(day),
            )
            for bar, day, days in spans
            if days
        ]
    return pd.DataFrame(bars, columns=list(BAR_COLUMNS))


def team_days_frame(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Team-days by kind of team: worked, travelled, and the share of all days that both take."""
    frame = plan_frame(problem, plan)
    rows = []
    for kind, count in Counter(team.asset_kind.value for team in problem.teams).items():
        made, days = frame[frame["asset_kind"] == kind], count * problem.horizon_days
        worked, travelled = int(made["work_days"].sum()), int(made["travel_days"].sum())
        rows.append((kind, count, worked, travelled, days, (worked + travelled) / days if days else float("nan")))
    return pd.DataFrame(rows, columns=list(TEAM_DAY_COLUMNS))


def waiting_frame(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Areas that the plan does not release, most valuable first, with the code of the reason and its text."""
    rows = [
        (area.area_id, area.area_m2, area.value_a_day, reason.error.code, reason.what, reason.remedy)
        for area in problem.areas
        if (reason := plan.reasons.get(area.area_id)) is not None
    ]
    frame = pd.DataFrame(rows, columns=list(WAITING_COLUMNS))
    return frame.sort_values(["value_a_day", "area_id"], ascending=[False, True], ignore_index=True)


def summary_frame(problem: Problem, plan: Plan) -> pd.DataFrame:
    """What the plan does, in ``measure, value, unit``: value, areas and m² released and waiting, team-days by kind."""
    waiting = [area for area in problem.areas if area.area_id in plan.reasons]
    total_m2, waiting_m2 = (sum(area.area_m2 for area in some) for some in (problem.areas, waiting))
    rows: list[tuple[str, object, str]] = [
        (_("Rule"), plan.rule.label, ""),
        (_("Value"), plan.value, _("value units")),
        (_("Horizon"), problem.horizon_days, _("days")),
        (_("Areas released by the plan"), len(problem.areas) - len(waiting), _("areas")),
        (_("Land released by the plan"), total_m2 - waiting_m2, _("m²")),
        (_("Areas waiting"), len(waiting), _("areas")),
        (_("Land waiting"), waiting_m2, _("m²")),
    ]
    rows += _team_day_rows(problem, plan)
    return pd.DataFrame(rows, columns=["measure", "value", "unit"])


def _team_day_rows(problem: Problem, plan: Plan) -> list[tuple[str, object, str]]:
    labels = {team.asset_kind.value: team.asset_kind.label for team in problem.teams}
    return [
        (_("Team-days of work, {kind}").format(kind=labels[kind]), days, _("team-days"))
        for kind, days in zip(
            *(team_days_frame(problem, plan)[name] for name in ("asset_kind", "work_days")), strict=True
        )
    ]
