"""Small instances solved by enumeration: is the bound ever below a plan, and how far our plans are from the best."""

import math
from dataclasses import replace

import numpy as np

from benchmarks.common import Figures
from landrelease.plan.bound import BoundSettings, Descent, bound_problem
from landrelease.plan.checker import plan_findings
from landrelease.plan.dispatch import RULES, dispatch
from landrelease.plan.generate import generate_problem
from landrelease.plan.improve import Effort, improve
from landrelease.plan.problem import Problem
from landrelease.plan.tables import Tables
from landrelease.plan.worth import release_values

AREAS, TEAMS, HORIZON = 6, 3, 90
Step = tuple[int, ...]


def small_problem(seed: int) -> Problem:
    """Six areas and three teams of a drawn instance, with short chains; one team for each of three kinds of work."""
    drawn = generate_problem(AREAS, 5, seed, horizon_days=HORIZON, load=0.8)
    kept = [drawn.teams[n] for n in (0, 2, 4)]
    wanted = {activity for team in kept for activity in team.m2_a_day}
    areas = [
        replace(area, operations=tuple(o for o in area.operations if o.activity in wanted)[:2]) for area in drawn.areas
    ]
    everywhere = [replace(team, regions=None) for team in kept]
    return replace(drawn, areas=tuple(a for a in areas if a.operations), teams=tuple(everywhere))


def best_value(problem: Problem) -> float:
    """Greatest value over every order in which teams may take operations, each as early as can be."""
    tables, values = Tables(problem), release_values(problem)
    first = tables.steps.first
    options = [
        [
            (team, int(np.flatnonzero(mine.operations == o)[0]))
            for team, mine in enumerate(tables.eligible)
            if o in mine.operations
        ]
        for o in range(len(tables.norm))
    ]
    best, seen = [0.0], {}  # type: ignore[var-annotated]
    rest = np.array([values[a, 0] for a in range(len(problem.areas))])

    def go(at: Step, ready: Step, free: Step, where: Step, value: float) -> None:
        best[0] = max(best[0], value)
        open_areas = [a for a in range(len(at)) if at[a] < first[a + 1]]
        if value + sum(rest[a] for a in open_areas) <= best[0]:
            return
        key = (at, ready, free, where)
        if seen.get(key, -1.0) >= value:
            return
        seen[key] = value
        for area in open_areas:
            for team, place in options[at[area]]:
                mine = tables.eligible[team]
                x, y = (tables.x_m[where[team]], tables.y_m[where[team]]) if where[team] >= 0 else _base(problem, team)
                travel = tables.travel_days(float(x), float(y), where[team], mine.areas[place : place + 1])
                arrival = np.maximum(free[team] + travel, ready[area])
                _start, finish = tables.calendars.span(
                    mine.calendars[place : place + 1], arrival, mine.days[place : place + 1]
                )
                end = int(finish[0])
                if end > problem.horizon_days:
                    continue
                last = at[area] + 1 == first[area + 1]
                go(
                    _with(at, area, at[area] + 1), _with(ready, area, end), _with(free, team, end),
                    _with(where, team, area), value + (float(values[area, end]) if last else 0.0),
                )  # fmt: skip

    zeros = (0,) * len(problem.areas)
    go(tuple(first[:-1].tolist()), zeros, (0,) * len(problem.teams), (-1,) * len(problem.teams), 0.0)
    return best[0]


def _base(problem: Problem, team: int) -> tuple[float, float]:
    return problem.teams[team].base_x_m, problem.teams[team].base_y_m


def _with(items: Step, place: int, value: int) -> Step:
    return (*items[:place], value, *items[place + 1 :])


def measure_small(seed: int, quick: bool) -> Figures:
    """Gap to the best of all plans on 200 instances, and breaches over 1,000: bounds below plans, plans refused."""
    solved, watched = (10, 40) if quick else (200, 1_000)
    gaps, above, refused = [], 0, 0
    for number in range(solved):
        problem = small_problem(1_000 * seed + number)
        best = best_value(problem)
        found = improve(problem, effort=Effort(tries=60, leans=1_500), seed=number)
        refused += bool(plan_findings(problem, found.plan))
        above += found.plan.value > best * (1 + 1e-9) + 1e-9 or found.bound.value < best * (1 - 1e-12)
        gaps.append(1 - found.plan.value / best if best > 0 else 0.0)
    short = BoundSettings(coarse=Descent(1.0, iterations=20), fine=Descent(0.3, iterations=30))
    violations = 0
    for number in range(watched):
        random = np.random.default_rng([seed, number])
        problem = generate_problem(int(random.integers(2, 15)), int(random.integers(5, 9)), number, horizon_days=60)
        bound = bound_problem(problem, settings=short).value
        values = [dispatch(problem, rule).value for rule in RULES]
        values.append(improve(problem, effort=Effort(tries=2, leans=4), seed=number).plan.value)
        violations += any(value > bound * (1 + 1e-12) + 1e-9 for value in values)
    return {
        "small_mean_gap": round(math.fsum(gaps) / len(gaps), 5), "small_worst_gap": round(max(gaps), 5),
        "small_solved": solved, "small_above_optimum": above, "small_refused": refused,
        "bound_violations": violations, "bound_instances": watched,
    }  # fmt: skip
