"""Teams as the planner sees them, from the official register and the profile's rates."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import pyproj

from landrelease.geo.crs import from_wgs84
from landrelease.geo.shapes import shape_from_body
from landrelease.plan.problem import PlanTeam
from landrelease.profile import Profile
from landrelease.terms import Activity, AssetKind, Ground

if TYPE_CHECKING:
    from landrelease.record.kinds import Team
    from landrelease.record.register import Register

_RATES: Mapping[AssetKind, str] = {
    AssetKind.SURVEY_TEAM: "survey_m2_a_team",
    AssetKind.TECHNICAL_SURVEY_TEAM: "technical_survey_m2_a_team",
    AssetKind.MANUAL_TEAM: "manual_m2_a_deminer",
    AssetKind.DOG_TEAM: "dog_m2_a_team",
    AssetKind.MACHINE: "machine_m2_a_machine",
    AssetKind.QA_TEAM: "quality_m2_a_team",
}
"""Rate of each kind of team in the profile; kinds that are missing search no ground."""


def teams_from_register(register: "Register", profile: Profile, crs: pyproj.CRS) -> tuple[PlanTeam, ...]:
    """Make the planner's teams of the register's official team statements.

    Parameters
    ----------
    crs
        Metric system of the problem (`landrelease.plan.blocks.planning_crs`). A team without a known base starts at its
        origin, the middle of the work.

    Returns
    -------
    tuple of PlanTeam
        Sorted by identifier; the last statement about a team counts. Teams that search no ground (medical, EOD) are
        among them, with no activity.
    """
    last = {entry.subject: entry for entry in register.entries("team")}
    return tuple(
        plan_team(team_id, cast("Team", entry.model()), profile, crs, entry.organisation)
        for team_id, entry in sorted(last.items())
    )


def plan_team(team_id: str, body: "Team", profile: Profile, crs: pyproj.CRS, organisation: str = "") -> PlanTeam:
    """Make a planner's team of one team statement."""
    base = None if body.base is None else from_wgs84(shape_from_body(body.base.model_dump()), crs)
    # a handover searches nothing: no statement of what a team searches leaves it out
    named = {*(body.activities or Activity), Activity.HANDOVER}
    able = [activity for activity, kinds in profile.planning.doers.items() if body.asset_kind in kinds]
    pace = most_likely_pace(body.asset_kind, body.people, profile)
    return PlanTeam(
        team_id=team_id,
        asset_kind=body.asset_kind,
        m2_a_day={activity: pace for activity in able if activity in named},
        base_x_m=0.0 if base is None else float(base.x),
        base_y_m=0.0 if base is None else float(base.y),
        organisation=organisation,
    )


def most_likely_pace(kind: AssetKind, people: int, profile: Profile) -> float:
    """Most likely m² a working day of a team on open ground; 0 for kinds that search no ground.

    Manual teams are counted by the share of their people who search, all others by team.
    """
    if kind not in _RATES:
        return 0.0
    _least, most_likely, _greatest = getattr(profile.rates, _RATES[kind])
    return float(most_likely * (people * profile.planning.searching_share if kind is AssetKind.MANUAL_TEAM else 1))


def ground_factors(profile: Profile) -> dict[tuple[AssetKind, Ground], float]:
    """Share of the pace on open ground that each kind keeps on each ground that the profile names."""
    return {(kind, ground): kept for kind, grounds in profile.ground_pace.items() for ground, kept in grounds.items()}


def can_do(teams: tuple[PlanTeam, ...], activity: Activity) -> bool:
    """Whether any team does an activity at all."""
    return any(team.m2_a_day.get(activity, 0.0) > 0 for team in teams)
