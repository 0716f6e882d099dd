"""Teams, and the days on which each of them works."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from landrelease.profile import Profile, Triangle
from landrelease.simulate.scenario import Scenario
from landrelease.terms import Activity, AssetKind

REGIMENT, AUTHORITY, MONITORING = "org:regiment", "org:authority", "org:monitoring"

ACTIVITIES: dict[AssetKind, tuple[Activity, ...]] = {
    AssetKind.SURVEY_TEAM: (Activity.NTS, Activity.CLEARANCE),
    AssetKind.TECHNICAL_SURVEY_TEAM: (Activity.TS, Activity.CLEARANCE),
    AssetKind.MANUAL_TEAM: (Activity.TS, Activity.CLEARANCE),
    AssetKind.DOG_TEAM: (Activity.CLEARANCE,),
    AssetKind.MACHINE: (Activity.MECHANICAL,),
    AssetKind.EOD_TEAM: (Activity.EOD,),
    AssetKind.QA_TEAM: (Activity.QA,),
    AssetKind.MEDICAL_TEAM: (),
}
"""What each kind of team is trained for; everyone in a survey team has been a deminer first."""


class DayKind(StrEnum):
    """What a day of the deployment is for."""

    TRAVEL = "travel"
    REST = "rest"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class Team:
    """A team of the force.

    Attributes
    ----------
    number
        Place in the force, for draws.
    searchers
        People who search at the same time; 0 where dogs or a machine do.
    """

    team_id: str
    name: str
    number: int
    kind: AssetKind
    organisation: str
    people: int
    searchers: int
    assets: int

    @property
    def leader(self) -> str:
        """Author of the team's statements."""
        return f"person:{self.team_id.removeprefix('team:')}-leader"


def make_teams(scenario: Scenario) -> tuple[Team, ...]:
    """Number the teams of the force; QA teams belong to the monitoring body, not to those whom they inspect."""
    teams: list[Team] = []
    for group in scenario.force.groups:
        organisation = MONITORING if group.kind is AssetKind.QA_TEAM else REGIMENT
        for index in range(group.teams):
            label = group.kind.value.removesuffix("_team").replace("_", "-")
            name = f"{group.kind.display} {index + 1}"
            teams.append(
                Team(f"team:{label}-{index + 1:02d}", name, len(teams), group.kind, organisation, group.people,
                     group.searchers, group.assets)
            )  # fmt: skip
    return tuple(teams)


def calendar(scenario: Scenario, days_on: int) -> tuple[DayKind, ...]:
    """Days of the deployment: travel at both ends, a rest day after `days_on` days, at most `work_days` of work."""
    deployment, kinds, run, worked = scenario.deployment, [], 0, 0
    for index in range(deployment.days):
        if index < deployment.arrival_days or index >= deployment.days - deployment.departure_days:
            kinds.append(DayKind.TRAVEL)
        elif run == days_on or worked == deployment.work_days:
            kinds.append(DayKind.REST)
            run = 0
        else:
            kinds.append(DayKind.WORK)
            run, worked = run + 1, worked + 1
    return tuple(kinds)


@dataclass(frozen=True)
class Roster:
    """Draws that do not depend on the policy: who is on leave, ill, broken down, and how good each day is.

    Attributes
    ----------
    leave, broken
        Shape (teams, days).
    present
        People present, shape (teams, days).
    pace
        Uniform draws, shape (teams, days): where in its range the pace of a day lies.
    overrun
        Days on which a team lets a stint run over.
    """

    leave: np.ndarray[tuple[int, int], np.dtype[np.bool_]]
    broken: np.ndarray[tuple[int, int], np.dtype[np.bool_]]
    present: np.ndarray[tuple[int, int], np.dtype[np.int64]]
    pace: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    overrun: np.ndarray[tuple[int, int], np.dtype[np.bool_]]


def draw_roster(scenario: Scenario, teams: tuple[Team, ...], rng: np.random.Generator) -> Roster:
    """Draw leave, illness, breakdowns and the pace of every team and day."""
    force, days = scenario.force, scenario.deployment.days
    shape = (len(teams), days)
    first, last = scenario.deployment.arrival_days, days - scenario.deployment.departure_days
    leave = np.zeros(shape, dtype=bool)
    start = rng.integers(first, max(first + 1, last - force.leave_days), len(teams))
    for team, day in enumerate(start):
        leave[team, day : day + force.leave_days] = True
    chance = [
        force.machine_breakdown_a_day if t.kind is AssetKind.MACHINE else force.vehicle_breakdown_a_day for t in teams
    ]
    breaks = rng.random(shape) < np.array(chance)[:, None]
    broken = np.zeros(shape, dtype=bool)
    for later in range(force.repair_days):
        broken[:, later:] |= breaks[:, : days - later]
    people = np.array([team.people for team in teams])[:, None]
    ill = rng.binomial(np.broadcast_to(people, shape), force.sick_share)
    return Roster(leave, broken, people - ill, rng.random(shape), rng.random(shape) < force.overrun_share)


def triangular(share: float, triangle: Triangle) -> float:
    """Value of a triangular distribution at a cumulative share."""
    low, mode, high = triangle
    if high == low:
        return low
    bend = (mode - low) / (high - low)
    if share < bend:
        return low + math.sqrt(share * (high - low) * (mode - low))
    return high - math.sqrt((1 - share) * (high - low) * (high - mode))


def triangle_of(profile: Profile, kind: AssetKind, activity: Activity) -> Triangle:
    """Rate that the profile gives a kind of team for an activity, m² a day of the unit named there."""
    rates = profile.rates
    if activity is Activity.NTS:
        return rates.survey_m2_a_team
    if activity is Activity.TS:
        return rates.technical_survey_m2_a_team
    if activity is Activity.QA:
        return rates.quality_m2_a_team
    if activity is Activity.MECHANICAL:
        return rates.machine_m2_a_machine
    return rates.dog_m2_a_team if kind is AssetKind.DOG_TEAM else rates.manual_m2_a_deminer


def units_of(team: Team, activity: Activity, present: int) -> float:
    """Units that work side by side: deminers, pairs of dogs, machines; 1 where the rate is a whole team's.

    Parameters
    ----------
    present
        People present; a team short of people has fewer searchers, and works at a share of a team's pace.
    """
    share = present / team.people
    if activity is Activity.MECHANICAL or (activity is Activity.CLEARANCE and team.kind is AssetKind.DOG_TEAM):
        return team.assets * min(1.0, 2 * share)  # a pair of dogs or a machine needs half of its team
    if activity is Activity.CLEARANCE:
        return float(min(team.searchers, int(team.searchers * share + 0.5)))
    return share
