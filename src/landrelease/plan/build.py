"""A planning problem from the area accounts, the hazard surface, the teams and the standards profile."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from landrelease.errors import ErrorCode, Finding
from landrelease.hazard.surface import Surface
from landrelease.plan.blocks import planning_crs, work_blocks
from landrelease.plan.problem import Operation, PlanArea, PlanTeam, Problem
from landrelease.plan.teams import can_do, ground_factors
from landrelease.plan.value import DAYS_A_YEAR, AreaAmounts, ValueWeights, discounted_days, rank_areas
from landrelease.profile import Profile
from landrelease.survey.sampling import accept_on_zero
from landrelease.terms import Activity, Ground, LandClass

if TYPE_CHECKING:
    from landrelease.record.kinds import HazardReport
    from landrelease.record.register import Register

Chains = Mapping[LandClass, Sequence[Activity]]


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """What the planner wants to know of an area beside its parts; None where it is not known.

    Attributes
    ----------
    exposure
        How much of the time people are there, against an ordinary place: 1.
    deadline
        Date by which a release earns the profile's bonus; counts where the problem has a start date.
    """

    ground: Ground = Ground.UNKNOWN
    beneficiaries: float | None = None
    blockages: float | None = None
    exposure: float = 1.0
    deadline: date | None = None


def area_facts(register: "Register") -> dict[str, AreaFacts]:
    """Ground, beneficiaries and blockages of each area, from its last official hazard report."""
    last = {entry.subject: cast("HazardReport", entry.model()) for entry in register.entries("hazard.report")}
    return {
        area_id: AreaFacts(body.ground, body.beneficiaries_direct, float(len(body.blocked)) if body.blocked else None)
        for area_id, body in last.items()
    }


def problem_from_accounts(
    parts: gpd.GeoDataFrame,
    surface: Surface | None,
    teams: Iterable[PlanTeam],
    profile: Profile,
    *,
    horizon_days: int,
    start: date | None = None,
    facts: Mapping[str, AreaFacts] | None = None,
    chains: Chains | None = None,
    weights: ValueWeights | None = None,
    closed_days: frozenset[int] | None = None,
    region_closed_days: Mapping[str, frozenset[int]] | None = None,
    crs: pyproj.CRS | None = None,
) -> Problem:
    """Turn unresolved and reopened land into work.

    Parameters
    ----------
    parts
        As the area accounts make them, EPSG:4326; or the blocks that `work_blocks` made of them.
    surface
        Intensity, for the expected items; None where there is none.
    teams
        Their bases in the system `crs`.
    horizon_days
        Calendar days; day 0 is `start`.
    facts
        Ground, beneficiaries and more by area_id (`area_facts`).
    chains
        Operations by classification; the profile's where None. A chain without survey clears everything suspected.
    weights
        The profile's where None.
    closed_days
        Where None, one rest day after each `safety.days_on` work days.
    region_closed_days
        Closed days by admin area.
    crs
        Metric system of places; `planning_crs(parts)` where None.

    Returns
    -------
    Problem
        An area a block (`work_blocks`). Blocks without a shape have no place to send a team to: they are left out and
        named in ``problem.findings``.
    """
    blocks, force = parts if "block_id" in parts else work_blocks(parts, profile), tuple(teams)
    unplaced = blocks.geometry.isna()
    placed = blocks[~unplaced].to_crs(crs or planning_crs(blocks))
    builder = _Builder(profile, force, horizon_days, start, facts or {}, chains or profile.planning.chains)
    planning = profile.planning
    return Problem(
        areas=builder.areas(placed, _expected_items(placed, surface), weights or ValueWeights.of(profile)),
        teams=force,
        horizon_days=horizon_days,
        travel_m_a_day=planning.travel_m_a_day,
        mobilisation_days=planning.mobilisation_days,
        commute_m=planning.commute_m,
        closed_days=rest_days(profile, horizon_days) if closed_days is None else closed_days,
        region_closed_days=region_closed_days or {},
        ground_factor=ground_factors(profile),
        benefit_days=planning.benefit_days,
        discount_a_day=planning.discount_a_year / DAYS_A_YEAR,
        start=start,
        findings=tuple(_unplaced(area_id) for area_id in blocks["block_id"][unplaced]),
    )


def rest_days(profile: Profile, horizon_days: int) -> frozenset[int]:
    """One rest day after each run of `safety.days_on` work days."""
    cycle = profile.safety.days_on + 1
    return frozenset(range(cycle - 1, horizon_days, cycle))


def _expected_items(blocks: gpd.GeoDataFrame, surface: Surface | None) -> list[float | None]:
    if surface is None:
        return [None] * len(blocks)
    shapes = blocks.to_crs(surface.grid.crs).geometry
    return [surface.expected_items(shape) for shape in shapes]


def _unplaced(area_id: str) -> Finding:
    return Finding(ErrorCode.PLAN_NO_SHAPE, {"area": area_id}, field="geometry")


@dataclass(frozen=True, slots=True)
class _Builder:
    """Everything that turns a block into an area of the problem."""

    profile: Profile
    teams: tuple[PlanTeam, ...]
    horizon_days: int
    start: date | None
    facts: Mapping[str, AreaFacts]
    chains: Chains

    def areas(self, blocks: gpd.GeoDataFrame, items: list[float | None], weights: ValueWeights) -> tuple[PlanArea, ...]:
        total = blocks.groupby("area_id")["area_m2"].transform("sum")
        shares = np.divide(blocks["area_m2"], total, out=np.zeros(len(blocks)), where=total > 0)
        amounts = {
            block_id: self._amounts(area_id, area_m2, share, found)
            for block_id, area_id, area_m2, share, found in zip(
                blocks["block_id"], blocks["area_id"], blocks["area_m2"], shares, items, strict=True
            )
        }
        ranked = rank_areas(amounts, weights).set_index("area_id")["value_a_day"]
        return tuple(
            self._area(block, amounts[block["block_id"]], float(ranked[block["block_id"]]))
            for block in blocks.to_dict("records")
        )

    def _amounts(self, area_id: str, area_m2: float, share: float, items: float | None) -> AreaAmounts:
        """What a block offers: its own land and items, its share of what the whole area offers."""
        facts = self._facts(area_id)
        people, blockages = (None if n is None else n * share for n in (facts.beneficiaries, facts.blockages))
        return AreaAmounts(area_m2, items, facts.exposure, people, blockages)

    def _facts(self, area_id: str) -> AreaFacts:
        return self.facts.get(area_id, AreaFacts())

    def _area(self, block: Mapping[str, Any], amounts: AreaAmounts, value_a_day: float) -> PlanArea:
        facts, place = self._facts(block["area_id"]), shapely.point_on_surface(block["geometry"])
        deadline = None if facts.deadline is None or self.start is None else (facts.deadline - self.start).days
        return PlanArea(
            area_id=block["block_id"],
            x_m=place.x,
            y_m=place.y,
            area_m2=block["area_m2"],
            value_a_day=value_a_day,
            operations=self._chain(LandClass(block["classification"]), block["area_m2"], facts.ground),
            expected_items=amounts.expected_items,
            beneficiaries=amounts.beneficiaries,
            region=block["admin_area"],
            ground=facts.ground,
            deadline_day=deadline,
            deadline_bonus=0.0 if deadline is None else value_a_day * self._bonus_days(),
            parent_id="" if block["block_id"] == block["area_id"] else block["area_id"],
        )

    def _bonus_days(self) -> float:
        planning = self.profile.planning
        days, rate = self.horizon_days + planning.benefit_days, planning.discount_a_year / DAYS_A_YEAR
        return planning.deadline_bonus * discounted_days(0, days, rate)

    def _chain(self, land_class: LandClass, area_m2: float, ground: Ground) -> tuple[Operation, ...]:
        """Operations of a block. Each survey leaves a share of the ground; land that no survey cancelled is sampled."""
        planning, left, sampled = self.profile.planning, area_m2, area_m2
        operations = []
        for activity in self.chains[land_class]:
            if activity is Activity.MECHANICAL and not self._prepares(ground):
                continue
            work = self._sample_m2(sampled) if activity is Activity.QA else left * (activity is not Activity.HANDOVER)
            operations.append(Operation(activity, work, tuple(planning.doers.get(activity, ()))))
            left *= planning.share_left.get(activity, 1.0)
            sampled = left if activity is Activity.NTS else sampled
        return tuple(operations)

    def _prepares(self, ground: Ground) -> bool:
        return ground in self.profile.planning.prepared_ground and can_do(self.teams, Activity.MECHANICAL)

    def _sample_m2(self, lot_m2: float) -> float:
        """Ground that a QA visit inspects: an accept-on-zero sample of the lot."""
        quality = self.profile.quality
        units = max(1, math.ceil(lot_m2 / quality.unit_m2))
        design = accept_on_zero(units, quality.confidence, quality.clean_share)
        return min(lot_m2, design.sample * quality.unit_m2)
