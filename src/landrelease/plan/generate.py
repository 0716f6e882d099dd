"""Seeded planning instances of country size, drawn as planning part 10 describes; all numbers are plausible inventions.

Order and calls of the draws are part of the format: the same seed gives the same instance everywhere.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.plan.problem import Operation, PlanArea, PlanTeam, Problem
from landrelease.plan.value import discounted_days
from landrelease.terms import Activity, AssetKind, Ground

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KM = 1000.0
DAYS_A_YEAR = 250
BENEFIT_DAYS = 500
DISCOUNT_A_DAY = 0.05 / DAYS_A_YEAR
TOTAL_VALUE = 1e6
STANDARD_M2_A_DAY = 1000.0
"""m² that stand for one standard team-day of work."""

GROUNDS = (Ground.OPEN, Ground.STEEP, Ground.WOODED)
"""Flat, hilly, forest and mountain."""
KINDS = (
    AssetKind.TECHNICAL_SURVEY_TEAM, AssetKind.MACHINE, AssetKind.MANUAL_TEAM, AssetKind.DOG_TEAM, AssetKind.QA_TEAM,
)  # fmt: skip
SHARES = (0.15, 0.12, 0.48, 0.12, 0.13)
ACTIVITY = {
    AssetKind.TECHNICAL_SURVEY_TEAM: Activity.TS, AssetKind.MACHINE: Activity.MECHANICAL,
    AssetKind.MANUAL_TEAM: Activity.CLEARANCE, AssetKind.DOG_TEAM: Activity.CLEARANCE, AssetKind.QA_TEAM: Activity.QA,
}  # fmt: skip
PRODUCTIVITY = {
    AssetKind.TECHNICAL_SURVEY_TEAM: (1.2, 1.0, 0.7),
    AssetKind.MACHINE: (1.3, 0.8, 0.4),
    AssetKind.MANUAL_TEAM: (1.0, 0.9, 0.7),
    AssetKind.DOG_TEAM: (2.0, 1.2, 0.0),
    AssetKind.QA_TEAM: (1.0, 1.0, 0.9),
}
"""Part 10.5: standard team-days a day on each ground."""
CHAINS = (
    (Activity.TS, Activity.QA),
    (Activity.TS, Activity.CLEARANCE, Activity.QA),
    (Activity.TS, Activity.MECHANICAL, Activity.CLEARANCE, Activity.QA),
    (Activity.CLEARANCE, Activity.QA),
)
CHAIN_SHARES = (0.20, 0.30, 0.35, 0.15)
LOAD = {Activity.TS: 0.85, Activity.MECHANICAL: 1.2, Activity.CLEARANCE: 1.6, Activity.QA: 0.75}
"""Part 10.6: work of each activity as a share of what its teams could do, at load 1.6."""
DOG_CAPACITY = 1.4


@dataclass(frozen=True, slots=True)
class _Sizes:
    areas: int
    teams: int
    horizon_days: int
    regions: int
    side_km: float

    @property
    def groups(self) -> int:
        return max(1, self.teams // 20) if self.teams > 10 else 2


@dataclass(frozen=True, slots=True)
class _Places:
    centres: Floats
    region: Ints
    xy_km: Floats
    ground: Ints


def generate_problem(areas: int, teams: int, seed: int = 1, *, load: float = 1.6, horizon_days: int = 0) -> Problem:
    """Draw an instance.

    Parameters
    ----------
    areas, teams
        Published sizes are 50/10, 500/50 and 5,000/200, over 250, 500 and 750 days.
    load
        Clearance work as a share of what the clearance teams could do in the horizon; other work follows.
    horizon_days
        0 takes the published horizon of the size: 250 up to 50 areas, 500 up to 500, else 750.

    Raises
    ------
    LandreleaseError
        LR6031 for fewer than 1 area or 5 teams.
    """
    if areas < 1 or teams < len(KINDS):
        raise fail(ErrorCode.PLAN_SIZES_INVALID, areas=areas, teams=teams)
    sizes, random = _sizes(areas, teams, horizon_days), np.random.default_rng(seed)
    places = _draw_places(sizes, random)
    closed = _draw_seasons(sizes, random)
    force = _draw_teams(sizes, places, random)
    return Problem(
        areas=_draw_areas(sizes, places, force, load, random),
        teams=force,
        horizon_days=sizes.horizon_days,
        travel_m_a_day=150 * KM,
        mobilisation_days=1,
        region_closed_days=closed,
        ground_factor={
            (kind, ground): factor for kind in KINDS for ground, factor in zip(GROUNDS, PRODUCTIVITY[kind], strict=True)
        },
        benefit_days=BENEFIT_DAYS,
        discount_a_day=DISCOUNT_A_DAY,
    )


def _sizes(areas: int, teams: int, horizon_days: int) -> _Sizes:
    published = 250 if areas <= 50 else 500 if areas <= 500 else 750
    regions, side_km = {50: (3, 250.0), 5000: (12, 900.0)}.get(areas, (6, 500.0))
    return _Sizes(areas, teams, horizon_days or published, regions, side_km)


def _draw_places(sizes: _Sizes, random: np.random.Generator) -> _Places:
    centres = random.uniform(0, sizes.side_km, (sizes.regions, 2))
    region = random.integers(0, sizes.regions, sizes.areas)
    xy_km = centres[region] + random.normal(0, sizes.side_km / 12, (sizes.areas, 2))
    main = random.integers(0, 3, sizes.regions)
    is_main = random.random(sizes.areas) < 0.7
    other = random.integers(0, 3, sizes.areas)
    return _Places(centres, region, xy_km, np.where(is_main, main[region], other))


def _draw_seasons(sizes: _Sizes, random: np.random.Generator) -> dict[str, frozenset[int]]:
    closed = {}
    for region in range(sizes.regions):
        length, offset = random.integers(0, 76), random.integers(0, DAYS_A_YEAR)
        days = np.flatnonzero((np.arange(sizes.horizon_days) - offset) % DAYS_A_YEAR < length)
        closed[_region(region)] = frozenset(days.tolist())
    return closed


def _region(number: int) -> str:
    return f"region {number + 1}"


def _draw_teams(sizes: _Sizes, places: _Places, random: np.random.Generator) -> tuple[PlanTeam, ...]:
    counts = _counts(sizes.teams)
    kinds = [kind for kind in KINDS for _ in range(counts[kind])]
    group = np.concatenate([random.permutation(counts[kind]) % sizes.groups for kind in KINDS])
    home = random.integers(0, sizes.regions, sizes.groups)
    accredited = _draw_accreditation(sizes, home, random)
    _repair_accreditation(accredited, kinds, group, sizes.regions, random)
    grade = random.choice([0.85, 1.0, 1.15], sizes.teams)
    base = (places.centres[home[group]] + random.normal(0, 15, (sizes.teams, 2))) * KM
    return tuple(
        PlanTeam(
            team_id=f"team {number + 1}",
            asset_kind=kind,
            m2_a_day={ACTIVITY[kind]: STANDARD_M2_A_DAY * grade[number]},
            base_x_m=float(base[number, 0]),
            base_y_m=float(base[number, 1]),
            organisation=f"group {group[number] + 1}",
            regions=frozenset(_region(region) for region in accredited[group[number]]),
        )
        for number, kind in enumerate(kinds)
    )


def _counts(teams: int) -> dict[AssetKind, int]:
    counts = {kind: max(1, round(share * teams)) for kind, share in zip(KINDS, SHARES, strict=True)}
    counts[AssetKind.MANUAL_TEAM] += teams - sum(counts.values())
    return counts


def _draw_accreditation(sizes: _Sizes, home: Ints, random: np.random.Generator) -> list[set[int]]:
    more = max(1, sizes.regions // 2)
    return [{int(at), *random.choice(sizes.regions, more, replace=False).tolist()} for at in home]


def _repair_accreditation(
    accredited: list[set[int]], kinds: list[AssetKind], group: Ints, regions: int, random: np.random.Generator
) -> None:
    """Give each region a group, and each kind a team in each region, in place (part 10.4, step 5)."""
    for region in range(regions):
        if not any(region in some for some in accredited):
            accredited[random.integers(0, len(accredited))].add(region)
    for kind in KINDS:
        groups = [int(group[k]) for k, other in enumerate(kinds) if other is kind]
        for region in range(regions):
            if not any(region in accredited[g] for g in groups):
                accredited[groups[0]].add(region)


def _draw_areas(
    sizes: _Sizes, places: _Places, force: tuple[PlanTeam, ...], load: float, random: np.random.Generator
) -> tuple[PlanArea, ...]:
    chain = random.choice(len(CHAINS), sizes.areas, p=CHAIN_SHARES)
    size = random.lognormal(0, 0.9, sizes.areas)
    steps = [(area, activity) for area in range(sizes.areas) for activity in CHAINS[chain[area]]]
    work = _scaled(steps, size, force, sizes.horizon_days * load / 1.6, random)
    chains: list[list[Operation]] = [[] for _ in range(sizes.areas)]
    for (area, activity), amount in zip(steps, work, strict=True):
        doers = tuple(kind for kind in KINDS if ACTIVITY[kind] is activity)
        chains[area].append(Operation(activity, float(amount) * STANDARD_M2_A_DAY, doers))
    weight, deadline = _draw_benefit(sizes, size, random)
    return tuple(
        PlanArea(
            area_id=f"area {i + 1}",
            x_m=float(places.xy_km[i, 0]) * KM,
            y_m=float(places.xy_km[i, 1]) * KM,
            area_m2=float(size[i]) * STANDARD_M2_A_DAY,
            value_a_day=float(weight[i]),
            operations=tuple(chains[i]),
            region=_region(int(places.region[i])),
            ground=GROUNDS[places.ground[i]],
            deadline_day=int(deadline[i]) if deadline[i] >= 0 else None,
            deadline_bonus=0.3 * float(weight[i]) * _use_days(sizes.horizon_days) if deadline[i] >= 0 else 0.0,
        )
        for i in range(sizes.areas)
    )


def _scaled(
    steps: list[tuple[int, Activity]],
    size: Floats,
    force: tuple[PlanTeam, ...],
    days: float,
    random: np.random.Generator,
) -> Floats:
    """Work of each operation, standard team-days: drawn, scaled to the load of its activity, at least 1."""
    work = size[[area for area, _ in steps]] * random.lognormal(0, 0.25, len(steps))
    for activity, share in LOAD.items():
        mine = np.array([step is activity for _, step in steps])
        doers = [team.asset_kind for team in force if activity in team.m2_a_day]
        capacity = sum(DOG_CAPACITY if kind is AssetKind.DOG_TEAM else 1.0 for kind in doers)
        if mine.any():
            work[mine] *= share * capacity * days / work[mine].sum()
    return np.maximum(work, 1.0)


def _draw_benefit(sizes: _Sizes, size: Floats, random: np.random.Generator) -> tuple[Floats, Ints]:
    """Value a day of each area, scaled to the published total, and its deadline or -1."""
    weight = np.sqrt(size) * random.lognormal(0, 0.8, sizes.areas)
    has_deadline = random.random(sizes.areas) < 0.2
    deadline = random.integers(sizes.horizon_days // 3, sizes.horizon_days, sizes.areas)
    total = (weight * np.where(has_deadline, 1.3, 1.0)).sum() * _use_days(sizes.horizon_days)
    return weight * TOTAL_VALUE / total, np.where(has_deadline, deadline, -1)


def _use_days(horizon_days: int) -> float:
    """Discounted days of use of land released on day 0."""
    return discounted_days(0, horizon_days + BENEFIT_DAYS, DISCOUNT_A_DAY)
