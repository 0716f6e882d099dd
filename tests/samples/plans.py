"""Random planning problems, and the best plan of a small one by enumeration that shares no code with the planner."""

import math

from hypothesis import strategies as st

from landrelease.plan.problem import Assignment, Operation, PlanArea, PlanTeam, Problem
from landrelease.plan.state import State
from landrelease.terms import Activity, AssetKind, Ground

KINDS = (AssetKind.TECHNICAL_SURVEY_TEAM, AssetKind.MANUAL_TEAM, AssetKind.DOG_TEAM)
GROUNDS = (Ground.OPEN, Ground.WOODED)
REGIONS = ("north", "south")
ACTIVITIES = (Activity.TS, Activity.CLEARANCE)
KM = 1000.0

amounts = st.floats(0, 50, allow_subnormal=False)
places = st.integers(-150, 150).map(lambda km: km * KM)
days_off = st.just(frozenset()) | st.frozensets(st.integers(0, 29), max_size=12)


def mostly(value, otherwise):
    """Draw one value three times out of four."""
    return st.one_of(st.just(value), st.just(value), st.just(value), otherwise)


@st.composite
def operations(draw):
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=2, max_size=3, unique=True))
    return Operation(
        draw(st.sampled_from(ACTIVITIES)), draw(st.sampled_from([0.0, 500.0, 1000.0, 2500.0, 6000.0])), tuple(kinds)
    )


@st.composite
def areas(draw, number, chain):
    return PlanArea(
        f"A{number}", draw(places), draw(places), draw(amounts) * 1000, draw(amounts),
        tuple(draw(st.lists(operations(), min_size=1, max_size=chain))),
        region=draw(st.sampled_from(REGIONS)), ground=draw(st.sampled_from(GROUNDS)),
        deadline_day=draw(st.none() | st.integers(0, 30)), deadline_bonus=draw(amounts),
    )  # fmt: skip


@st.composite
def teams(draw, number):
    return PlanTeam(
        f"T{number}", draw(st.sampled_from(KINDS)),
        {activity: draw(mostly(1000.0, st.sampled_from([0.0, 300.0]))) for activity in ACTIVITIES},
        draw(places), draw(places),
        regions=draw(mostly(None, st.frozensets(st.sampled_from(REGIONS), min_size=1))),
        area_ids=draw(mostly(None, st.frozensets(st.sampled_from(["A0", "A1", "A2"]), min_size=1))),
        closed_days=draw(days_off),
    )  # fmt: skip


@st.composite
def problems(draw, most_areas=6, most_teams=4, chain=3):
    return Problem(
        tuple(draw(areas(n, chain)) for n in range(draw(st.integers(1, most_areas)))),
        tuple(draw(teams(n)) for n in range(draw(st.integers(1, most_teams)))),
        horizon_days=draw(mostly(30, st.integers(0, 30))),
        travel_m_a_day=draw(st.sampled_from([1000, 150, 50])) * KM,
        mobilisation_days=draw(st.integers(0, 2)),
        commute_m=draw(st.sampled_from([0.0, 50 * KM])),
        closed_days=draw(days_off),
        region_closed_days={"north": draw(days_off)},
        ground_factor={(kind, Ground.WOODED): draw(mostly(0.5, st.sampled_from([0.0, 1.0]))) for kind in KINDS},
        benefit_days=draw(st.integers(0, 30)),
        discount_a_day=draw(st.sampled_from([0.0, 0.001, 0.05])),
    )


def days_of_travel(problem, place, area):
    metres = math.dist((place.x_m, place.y_m), (area.x_m, area.y_m))
    if place.area_id == area.area_id or metres < problem.commute_m:
        return 0
    return problem.mobilisation_days + math.ceil(metres / problem.travel_m_a_day - 1e-9)


def needed(problem, team, area, step):
    """Days of work, or None where the team may not or cannot."""
    pace = team.m2_a_day.get(step.activity, 0) * problem.ground_factor.get((team.asset_kind, area.ground), 1)
    may = team.asset_kind in step.asset_kinds and area.region in (team.regions or REGIONS)
    may = may and (team.area_ids is None or area.area_id in team.area_ids)
    return max(1, math.ceil(step.work_m2 / pace - 1e-9)) if may and pace > 0 else None


# Every plan, by enumeration


def best_of_all(problem):
    """Greatest value over every order of operations and every choice of teams, each started as early as can be."""
    best, memory = [0.0, ()], {}

    def extend(state, made, value):
        if value > best[0]:
            best[:] = [value, made]
        key = frozenset(state.teams.items()), frozenset(state.areas.items())
        if memory.get(key, -1.0) >= value:
            return
        memory[key] = value
        for area in problem.areas:
            at = state.areas[area.area_id]
            if at.next_operation == len(area.operations):
                continue
            for team in problem.teams:
                step = earliest(problem, state, team, area, at)
                if step is not None:
                    last = step.operation + 1 == len(area.operations)
                    gain = worth(problem, area, step.finish_day) if last else 0.0
                    extend(state.after(problem, step), (*made, step), value + gain)

    extend(State.opening(problem), (), 0.0)
    return best


def earliest(problem, state, team, area, at):
    days = needed(problem, team, area, area.operations[at.next_operation])
    if days is None:
        return None
    place = state.teams[team.team_id]
    day = max(place.free_day + days_of_travel(problem, place, area), at.ready_day)
    shut = problem.closed_days | problem.region_closed_days.get(area.region, frozenset()) | team.closed_days
    worked = [d for d in range(day, problem.horizon_days) if d not in shut][:days]
    if len(worked) < days:
        return None
    return Assignment(team.team_id, area.area_id, at.next_operation, worked[0], worked[-1] + 1)


def worth(problem, area, day):
    end, rate = problem.horizon_days + problem.benefit_days, problem.discount_a_day
    use = (math.exp(-rate * day) - math.exp(-rate * end)) / rate if rate else end - day
    return area.value_a_day * use + (
        area.deadline_bonus if day <= (-1 if area.deadline_day is None else area.deadline_day) else 0
    )
