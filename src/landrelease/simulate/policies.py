"""Who is sent where: policies that see only what was reported, never the truth."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyproj
from shapely.geometry.base import BaseGeometry

from landrelease.hazard.looks import Looks
from landrelease.plan.dispatch import Dispatcher
from landrelease.plan.problem import Operation, PlanArea, PlanTeam, Problem, Rule
from landrelease.plan.state import AreaState, State, TeamState
from landrelease.plan.value import AreaAmounts, ValueWeights, value_a_day
from landrelease.profile import Profile
from landrelease.simulate.field import Crew
from landrelease.simulate.workforce import ACTIVITIES, Team, triangle_of, units_of
from landrelease.simulate.worksite import Worksite
from landrelease.terms import Activity, AssetKind

MOST_TEAMS = 12
"""Teams of one activity on one area at most, so that the site can be led."""

PARTS_A_DAY = 10
"""The planner counts whole days; here its day is a tenth of one, for a survey team does several areas a day."""

TRIES = 8
"""How often a team asks again when the work that it is offered has just gone."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a team does next.

    Attributes
    ----------
    area
        Index into `View.sites`.
    everything
        For clearance and preparation: all open ground, not only where indications are.
    coverage
        For technical survey: share of each sector that the lanes cover.
    keep
        For non-technical survey: ground that may not be cancelled, whatever is heard; metres, None for none.
    """

    area: int
    activity: Activity
    everything: bool = False
    coverage: float = 0.0
    keep: BaseGeometry | None = None


@dataclass
class View:
    """What a policy may know.

    Attributes
    ----------
    sites
        Areas as reported, with the work reported on them.
    crews
        Teams and where they are.
    days_left
        Days of the deployment from today, today included.
    covered, free_sites
        Sites with medical cover today, and how many more may be opened.
    looks, crs
        Reads the looks of the register as it stands, and their metric system; None where no register is kept.
    year
        Decimal year of today.
    """

    sites: Sequence[Worksite]
    profile: Profile
    crews: Sequence[Crew]
    manual_technical_share: float
    travel_m_a_day: float
    day: int = 0
    days_left: int = 1
    covered: set[int] = field(default_factory=set)
    free_sites: int = 0
    looks: Callable[[], Looks] | None = None
    crs: pyproj.CRS | None = None
    year: float = 0.0

    def may_open(self, site: Worksite) -> bool:
        """Whether medical cover allows work on this site today."""
        return self.free_sites > 0 or site.index in self.covered

    def has_room(self, site: Worksite) -> bool:
        """Whether the ground left keeps the distance between workers if one more joins."""
        return site.clear_m2() > 0 and site.searchers < site.room(self.profile.safety.distance_m)


class Policy(Protocol):
    """A way to send teams."""

    @property
    def name(self) -> str:
        """Stable name."""
        ...

    def morning(self, view: View) -> None:
        """Look at the register before the teams leave."""
        ...

    def next_order(self, crew: Crew, view: View) -> Order | None:
        """Say what a free team does next; None leaves it in camp for the day."""
        ...


class Sweep:
    """Nearest first, clear everything suspected. Survey teams search by hand, for there is nothing to survey."""

    name = "sweep"

    def morning(self, view: View) -> None:
        """Nothing to prepare."""

    def next_order(self, crew: Crew, view: View) -> Order | None:
        """Take the nearest area with ground left to clear, machines the nearest with ground left to prepare."""
        activity = Activity.MECHANICAL if crew.team.kind is AssetKind.MACHINE else Activity.CLEARANCE
        if activity not in ACTIVITIES[crew.team.kind]:
            return None
        for site in sorted(view.sites, key=lambda site: _away(crew, site)):
            if view.may_open(site) and site.pace_kept(crew.team.kind) > 0 and self._work(site, activity, view):
                return Order(site.index, activity, everything=True)
        return None

    @staticmethod
    def _work(site: Worksite, activity: Activity, view: View) -> bool:
        if not site.started:
            return True
        return site.unprepared_m2() > 0 if activity is Activity.MECHANICAL else view.has_room(site)


class LandRelease:
    """Survey first where it changes a decision, release by evidence, most value for a team-day first.

    Non-technical survey cancels what has no evidence, technical survey reduces, clearance goes only where indications
    are. Each morning the open work becomes a planning problem, and the planner's dispatcher answers for each free team
    (`landrelease.plan.dispatch.Dispatcher.next_assignment`).

    Parameters
    ----------
    coverage
        Share of a sector that technical survey lanes cover, as a multiple of the profile's least share.
    likely, unlikely
        Share of an area that is expected to stay after non-technical survey, with and without evidence that shows
        contamination itself. Proposals.
    positive
        Share of surveyed ground that technical survey is expected to leave for clearance. Proposal.
    """

    name = "landrelease"

    def __init__(
        self, coverage: float = 2.0, likely: float = 0.2, unlikely: float = 0.01, positive: float = 0.2
    ) -> None:
        self.coverage, self.likely, self.unlikely, self.positive = coverage, likely, unlikely, positive
        self._surveys: dict[int, PlanArea] = {}

    def morning(self, view: View) -> None:
        """Turn the open work into a problem for the teams that are free or soon will be."""
        self._orders: dict[str, Order] = {}
        self._share = min(1.0, self.coverage * view.profile.release.survey_coverage_permille / 1000)
        areas = tuple(self._jobs(view))
        sent = [crew.team for crew in view.crews if _JOB_KINDS.keys() & ACTIVITIES[crew.team.kind]]
        teams = tuple(self._plan_team(team, view) for team in sent)
        travel = view.travel_m_a_day / PARTS_A_DAY
        problem = Problem(areas, teams, max(1, view.days_left) * PARTS_A_DAY, travel_m_a_day=travel, commute_m=1_000.0)
        self._dispatcher = Dispatcher(problem, Rule.VALUE_PER_TEAM_DAY)
        self._given: dict[str, AreaState] = {}
        self._steps = {area.area_id: len(area.operations) for area in areas}

    def next_order(self, crew: Crew, view: View) -> Order | None:
        """Ask the dispatcher, passing over work that is gone or cannot be opened."""
        if crew.team.team_id not in self._dispatcher.tables.team_index:
            return None
        state = State({crew.team.team_id: TeamState(0, crew.x_m, crew.y_m)}, self._given)
        for _try in range(TRIES):
            made = self._dispatcher.next_assignment(state, crew.team.team_id, 0)
            if made is None:
                return None
            # given out for today, with all that follows
            self._given[made.area_id] = AreaState(self._steps[made.area_id])
            order = self._orders[made.area_id]
            if self._possible(crew, order, view):
                return order
        return None

    def _possible(self, crew: Crew, order: Order, view: View) -> bool:
        site = view.sites[order.area]
        if site.pace_kept(crew.team.kind) <= 0:
            return False
        if order.activity is Activity.NTS:
            return not site.surveyed and not site.workers[Activity.NTS]
        if not view.may_open(site):
            return False
        if order.activity is Activity.TS:
            return site.untested_m2() > 0
        return site.unprepared_m2() > 0 if order.activity is Activity.MECHANICAL else view.has_room(site)

    def _jobs(self, view: View) -> Iterator[PlanArea]:
        weights = ValueWeights.of(view.profile)
        for site in view.sites:
            if not site.surveyed:
                if not site.workers[Activity.NTS]:
                    yield self._survey_job(site, weights)
                continue
            if site.closed:
                continue
            for activity, left in (
                (Activity.TS, site.untested_m2()), (Activity.CLEARANCE, site.clear_m2()),
                (Activity.MECHANICAL, site.unprepared_m2()),
            ):  # fmt: skip
                size = _JOB_M2[activity]
                jobs = min(MOST_TEAMS - site.workers[activity], math.ceil(left / size))
                for job in range(jobs):
                    yield self._job(site, activity, min(left, size), job, weights)

    def _survey_job(self, site: Worksite, weights: ValueWeights) -> PlanArea:
        """Make the survey of an area; it is the same every morning until the survey begins."""
        if site.survey_m2:
            return self._job(site, Activity.NTS, site.area_m2 - site.survey_m2, 0, weights)
        if site.index not in self._surveys:
            self._surveys[site.index] = self._job(site, Activity.NTS, site.area_m2, 0, weights)
        self._orders[self._surveys[site.index].area_id] = Order(site.index, Activity.NTS)
        return self._surveys[site.index]

    def _job(self, site: Worksite, activity: Activity, work_m2: float, block: int, weights: ValueWeights) -> PlanArea:
        """Make one piece of work with the chain that it begins; its value is its share of what the area is worth."""
        name = f"{site.index}/{activity.value}/{block}"
        self._orders[name] = Order(site.index, activity, coverage=self._share if activity is Activity.TS else 0.0)
        share = min(1.0, work_m2 / site.area_m2)
        amounts = AreaAmounts(work_m2, None, beneficiaries=site.area.beneficiaries * share)
        stay = self._stay(site)
        return PlanArea(
            name, *site.centre, site.area_m2, value_a_day(amounts, weights), self._chain(activity, work_m2, stay),
            ground=site.ground_kind, region="",
        )  # fmt: skip

    def _stay(self, site: Worksite) -> float:
        """Share of an area that is expected to stay after its non-technical survey."""
        return self.likely if site.direct else self.unlikely

    def _chain(self, activity: Activity, work_m2: float, stay: float) -> tuple[Operation, ...]:
        """The work itself and what is expected to follow from it."""
        chain = [Operation(activity, work_m2, _JOB_KINDS[activity])]
        if activity is Activity.NTS:
            chain.append(Operation(Activity.TS, work_m2 * stay, _JOB_KINDS[Activity.TS]))
        if activity in (Activity.NTS, Activity.TS):
            left = work_m2 * self.positive * (stay if activity is Activity.NTS else 1.0)
            chain.append(Operation(Activity.CLEARANCE, left, _JOB_KINDS[Activity.CLEARANCE]))
        return tuple(chain)

    def _plan_team(self, team: Team, view: View) -> PlanTeam:
        """Pace of a team at the most likely rates, m² a tenth of a day."""
        pace: dict[Activity, float] = {}
        for activity in sorted(_JOB_KINDS.keys() & ACTIVITIES[team.kind]):
            if team.kind in _JOB_KINDS[activity]:
                rate = triangle_of(view.profile, team.kind, activity)[1] * units_of(team, activity, team.people)
                rate *= view.manual_technical_share if (team.kind, activity) == _MANUAL_SURVEY else 1.0
                pace[activity] = rate / (self.coverage if activity is Activity.TS else 1.0) / PARTS_A_DAY
        return PlanTeam(team.team_id, team.kind, pace, 0.0, 0.0)


_JOB_KINDS: Mapping[Activity, tuple[AssetKind, ...]] = {
    Activity.NTS: (AssetKind.SURVEY_TEAM,),
    Activity.TS: (AssetKind.TECHNICAL_SURVEY_TEAM, AssetKind.MANUAL_TEAM),
    Activity.CLEARANCE: (AssetKind.MANUAL_TEAM, AssetKind.DOG_TEAM),
    Activity.MECHANICAL: (AssetKind.MACHINE,),
}
"""Who does what under `LandRelease`."""

_JOB_M2: Mapping[Activity, float] = {
    Activity.TS: 15_000.0,
    Activity.CLEARANCE: 2_500.0,
    Activity.MECHANICAL: 12_500.0,
}
"""Ground offered to one team at a time, about a week of its work; a proposal."""

_MANUAL_SURVEY = (AssetKind.MANUAL_TEAM, Activity.TS)


def _away(crew: Crew, site: Worksite) -> float:
    return math.hypot(site.centre[0] - crew.x_m, site.centre[1] - crew.y_m)
