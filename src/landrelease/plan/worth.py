"""What releases are worth: the curve of each area and corridor over the days, and the value of a plan."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from landrelease.plan.problem import Assignment, Corridor, PlanArea, Problem
from landrelease.plan.value import discounted_days

Floats = NDArray[np.float64]


def release_value(problem: Problem, area: PlanArea, day: int) -> float:
    """Value of releasing an area at a finish day: its discounted use until `benefit_days` after the horizon (10.7)."""
    in_time = area.deadline_day is not None and day <= area.deadline_day
    return area.value_a_day * use_days(problem, day) + (area.deadline_bonus if in_time else 0.0)


def opening_value(problem: Problem, corridor: Corridor, day: int) -> float:
    """Value of opening a corridor at a finish day."""
    return corridor.value_a_day * use_days(problem, day)


def use_days(problem: Problem, day: int) -> float:
    """Discounted days of use from a day until `benefit_days` after the horizon."""
    return discounted_days(day, problem.horizon_days + problem.benefit_days, problem.discount_a_day)


def use_by_day(problem: Problem) -> Floats:
    """`use_days` of every count of elapsed days, shape (horizon + 1,)."""
    return np.array([use_days(problem, day) for day in range(problem.horizon_days + 1)])


def release_values(problem: Problem) -> Floats:
    """`release_value` of every area at every count of elapsed days, shape (areas, horizon + 1)."""
    areas = problem.areas
    value = np.array([area.value_a_day for area in areas], dtype=np.float64)
    deadline = np.array([-1 if a.deadline_day is None else a.deadline_day for a in areas], dtype=np.int64)
    bonus = np.array([area.deadline_bonus for area in areas], dtype=np.float64)
    days = np.arange(problem.horizon_days + 1)
    in_time = days[None] <= deadline[:, None]
    return np.asarray(value[:, None] * use_by_day(problem)[None] + np.where(in_time, bonus[:, None], 0.0))


def release_days(problem: Problem, assignments: Iterable[Assignment]) -> dict[str, int]:
    """Day on which each released area's last operation ends."""
    last = {area.area_id: len(area.operations) - 1 for area in problem.areas}
    return {made.area_id: made.finish_day for made in assignments if made.operation == last[made.area_id]}


def opening_days(problem: Problem, days: dict[str, int]) -> dict[str, int]:
    """Day on which each corridor opens whose areas are all released."""
    return {
        corridor.corridor_id: max(days[area_id] for area_id in corridor.area_ids)
        for corridor in problem.corridors
        if all(area_id in days for area_id in corridor.area_ids)
    }


def value_of(problem: Problem, assignments: Iterable[Assignment]) -> float:
    """Value of a plan: its releases and the corridors that they open."""
    days = release_days(problem, assignments)
    opened = opening_days(problem, days)
    areas = (release_value(problem, area, days[area.area_id]) for area in problem.areas if area.area_id in days)
    roads = (opening_value(problem, c, opened[c.corridor_id]) for c in problem.corridors if c.corridor_id in opened)
    return math.fsum([*areas, *roads])
