"""The same instances given to general solvers: OR-Tools CP-SAT and PyJobShop, as planning part 11.2 models them.

Both get what their models can hold; the order and the teams that they choose are then worked out day by day with all
travel and all calendars, so that their plans are valued as ours are.
"""

from collections.abc import Iterable
from itertools import pairwise

from landrelease.plan.problem import Assignment, Problem
from landrelease.plan.tables import Ints, Tables
from landrelease.plan.worth import release_value, value_of

FLAT_TRAVEL_DAYS = 2
Choice = tuple[int, int]
"""Operation and team."""


def worked_out(problem: Problem, order: Iterable[Choice]) -> tuple[Assignment, ...]:
    """Dates of operations given to teams in an order, each as early as can be; what does not fit is left out."""
    tables = Tables(problem)
    free = [0] * len(problem.teams)
    at = [(team.base_x_m, team.base_y_m, -1) for team in problem.teams]
    ready: dict[tuple[int, int], int] = {}
    made = []
    for operation, team in order:
        area, step = int(tables.steps.area[operation]), int(tables.steps.step[operation])
        if step and (area, step - 1) not in ready:
            continue
        mine = tables.eligible[team]
        place = int(mine.operations.searchsorted(operation))
        travel = tables.travel_days(*at[team], mine.areas[place : place + 1])
        arrival = max(free[team] + int(travel[0]), ready.get((area, step - 1), 0))
        start, finish = tables.calendars.span(
            mine.calendars[place : place + 1], travel * 0 + arrival, mine.days[place : place + 1]
        )
        if finish[0] > problem.horizon_days:
            continue
        free[team], ready[area, step] = int(finish[0]), int(finish[0])
        at[team] = (float(tables.x_m[area]), float(tables.y_m[area]), area)
        made.append(
            Assignment(problem.teams[team].team_id, problem.areas[area].area_id, step, int(start[0]), int(finish[0]))
        )
    return tuple(made)


def cp_sat_value(problem: Problem, seconds: float) -> float | None:
    """Value of what CP-SAT finds on two workers; None without a solution.

    A start and a finish an operation on the region's open days, an optional interval a team, no overlap, two flat days
    of travel, and a table of values by finish day.
    """
    from ortools.sat.python import cp_model

    tables, model = Tables(problem), cp_model.CpModel()
    horizon, count = problem.horizon_days, len(tables.norm)
    start = [model.new_int_var(0, horizon, f"s{o}") for o in range(count)]
    finish = [model.new_int_var(0, horizon, f"e{o}") for o in range(count)]
    done = [model.new_bool_var(f"d{o}") for o in range(count)]
    given: dict[int, list[tuple[int, cp_model.IntVar]]] = {o: [] for o in range(count)}
    busy: list[list[cp_model.IntervalVar]] = [[] for _team in problem.teams]
    for team, mine in enumerate(tables.eligible):
        for operation, days, row in zip(
            mine.operations.tolist(), mine.days.tolist(), mine.calendars.tolist(), strict=True
        ):
            if days > horizon:
                continue
            chosen = model.new_bool_var(f"x{operation}_{team}")
            given[operation].append((team, chosen))
            spans = _spans(tables, row, days)
            if not spans:
                model.add(chosen == 0)
                continue
            model.add_allowed_assignments([start[operation], finish[operation]], spans).only_enforce_if(chosen)
            length = model.new_int_var(days, horizon + FLAT_TRAVEL_DAYS, "")
            early = model.new_int_var(-FLAT_TRAVEL_DAYS, horizon, "")
            model.add(early == start[operation] - FLAT_TRAVEL_DAYS)
            busy[team].append(model.new_optional_interval_var(early, length, finish[operation], chosen, ""))
    for intervals in busy:
        model.add_no_overlap(intervals)
    worth = []
    for operation in range(count):
        model.add(sum(chosen for _team, chosen in given[operation]) == done[operation])
        area = int(tables.steps.area[operation])
        if operation > tables.steps.first[area]:
            model.add(start[operation] >= finish[operation - 1]).only_enforce_if(done[operation])
            model.add_implication(done[operation], done[operation - 1])
        if operation + 1 == tables.steps.first[area + 1]:
            curve = [round(release_value(problem, problem.areas[area], day)) for day in range(horizon + 1)]
            earned, paid = model.new_int_var(0, max(curve), ""), model.new_int_var(0, max(curve), "")
            model.add_element(finish[operation], curve, earned)
            model.add(paid <= earned)
            model.add(paid == 0).only_enforce_if(done[operation].negated())
            worth.append(paid)
    model.maximize(sum(worth))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = seconds, 2
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen_teams = [(solver.value(start[o]), o, team) for o in range(count) for team, x in given[o] if solver.value(x)]
    order = [(operation, team) for _start, operation, team in sorted(chosen_teams)]
    return value_of(problem, worked_out(problem, order))


def _spans(tables: Tables, row: int, days: int) -> list[tuple[int, int]]:
    """Every start and finish of work of so many open days."""
    day_of: Ints = tables.calendars.finish[row]
    most = int(tables.calendars.elapsed[row, -1])
    return [(int(day_of[n - days + 1]) - 1, int(day_of[n])) for n in range(days, most + 1)]


def pyjobshop_value(problem: Problem, seconds: float) -> float | None:
    """Value of what PyJobShop finds on two workers; None without a solution.

    A job an area, weighted tardiness against day 0, a mode a team; two flat days of travel lie in the durations and
    closures are dropped, for its machines cannot have a calendar for each region.
    """
    from pyjobshop import Model

    tables, model = Tables(problem), Model()
    machines = [model.add_machine(name=team.team_id) for team in problem.teams]
    scale = 1000.0 / max(area.value_a_day for area in problem.areas)
    tasks, modes = [], []
    for area, (first, after) in enumerate(zip(tables.steps.first[:-1], tables.steps.first[1:], strict=True)):
        job = model.add_job(weight=max(1, round(problem.areas[area].value_a_day * scale)), due_date=0)
        chain = [model.add_task(job=job) for _operation in range(first, after)]
        for one, other in pairwise(chain):
            model.add_end_before_start(one, other)
        tasks += chain
    for team, mine in enumerate(tables.eligible):
        for operation, days in zip(mine.operations.tolist(), mine.days.tolist(), strict=True):
            model.add_mode(tasks[operation], machines[team], days + FLAT_TRAVEL_DAYS)
            modes.append((operation, team))
    model.set_objective(weight_total_tardiness=1)
    found = model.solve(time_limit=seconds, display=False, num_workers=2)
    if found.best is None or not found.best.tasks:
        return None
    order = sorted((task.start, *modes[task.mode]) for task in found.best.tasks)
    return value_of(problem, worked_out(problem, [(operation, team) for _start, operation, team in order]))
