"""Who is sent where: two policies that see only what was reported, never the truth."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from landrelease.errors import ErrorCode, fail
from landrelease.profile import Profile
from landrelease.simulate.field import Crew
from landrelease.simulate.workforce import ACTIVITIES
from landrelease.simulate.worksite import Worksite
from landrelease.terms import Activity, AssetKind


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
    """

    area: int
    activity: Activity
    everything: bool = False
    coverage: float = 0.0


@dataclass
class View:
    """What a policy may know.

    Attributes
    ----------
    sites
        Areas as reported, with the work reported on them.
    days_left
        Work days from today, today included.
    free_sites
        How many more sites medical teams can cover today.
    """

    sites: Sequence[Worksite]
    profile: Profile
    crews: Sequence[Crew]
    day: int = 0
    days_left: int = 0
    free_sites: int = 0
    distance_m: float = 25.0

    def may_open(self, site: Worksite) -> bool:
        """Whether medical cover allows work on this site today."""
        return self.free_sites > 0 or any(
            site.workers[activity] > 0 for activity in (Activity.TS, Activity.CLEARANCE, Activity.MECHANICAL)
        )

    def has_room(self, site: Worksite, crew: Crew) -> bool:
        """Whether the ground left keeps the distance between workers if this team joins."""
        people = max(1, crew.team.searchers or crew.team.assets)
        return (site.workers[Activity.CLEARANCE] * 8 + min(people, 4)) * self.distance_m**2 <= max(
            site.clear_m2(), self.distance_m**2 * min(people, 4)
        )


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
        near = sorted(view.sites, key=lambda site: _away(crew, site))
        for site in near:
            if view.may_open(site) and self._work(site, activity) and (
                activity is Activity.MECHANICAL or not site.started or view.has_room(site, crew)
            ):  # fmt: skip
                return Order(site.index, activity, everything=True)
        return None

    @staticmethod
    def _work(site: Worksite, activity: Activity) -> bool:
        if activity is Activity.MECHANICAL:
            return site.machine_ground and (not site.started or site.unprepared_m2() > 0)
        return not site.started or site.clear_m2() > 0


class LandRelease:
    """Survey first where it changes a decision; clear only where indications are; most value for a team-day first."""

    name = "landrelease"

    def __init__(self, coverage_factor: float = 2.0, clear_share: float = 0.15) -> None:
        self.coverage_factor, self.clear_share = coverage_factor, clear_share

    def morning(self, view: View) -> None:
        """Nothing to prepare yet."""

    def next_order(self, crew: Crew, view: View) -> Order | None:
        """Take the best order of those that the team is trained for."""
        found = [
            (score, -site.index, order)
            for activity in ACTIVITIES[crew.team.kind]
            for site in view.sites
            for score, order in self._candidate(crew, site, activity, view)
        ]
        return max(found)[2] if found else None

    def _candidate(self, crew: Crew, site: Worksite, activity: Activity, view: View) -> list[tuple[float, Order]]:
        if activity is Activity.NTS:
            if site.surveyed or site.workers[activity] or site.started:
                return []
            return [(self._value(crew, site, site.area_m2, 2e5), Order(site.index, activity))]
        if not site.surveyed or site.closed or not view.may_open(site):
            return []
        if activity is Activity.TS:
            left = site.untested_m2()
            if left <= 0 or site.workers[activity] * 40_000 >= left + 20_000:
                return []
            coverage = self.coverage_factor * view.profile.release.survey_coverage_permille / 1000
            return [(self._value(crew, site, left, 3e3), Order(site.index, activity, coverage=coverage))]
        return self._clear(crew, site, activity, view)

    def _clear(self, crew: Crew, site: Worksite, activity: Activity, view: View) -> list[tuple[float, Order]]:
        left = site.unprepared_m2() if activity is Activity.MECHANICAL else site.clear_m2()
        if left <= 0 or (activity is Activity.CLEARANCE and not view.has_room(site, crew)):
            return []
        pace = {AssetKind.MACHINE: 4e3, AssetKind.DOG_TEAM: 8e2}.get(crew.team.kind, 2e2)
        return [(self._value(crew, site, left, pace * (1 + site.workers[activity])) + 1.0, Order(site.index, activity))]

    @staticmethod
    def _value(crew: Crew, site: Worksite, work_m2: float, m2_a_day: float) -> float:
        days = work_m2 / m2_a_day + _away(crew, site) / 100_000 + 0.05
        return (site.area.beneficiaries + 5 + site.area_m2 / 1e5) / days


def _away(crew: Crew, site: Worksite) -> float:
    return math.hypot(site.centre[0] - crew.x_m, site.centre[1] - crew.y_m)


POLICIES: Mapping[str, type[Sweep] | type[LandRelease]] = {"sweep": Sweep, "landrelease": LandRelease}
"""Policies by name."""


def policy_named(name: str) -> Policy:
    """Make a policy by its name; LR8003 where there is none."""
    if name not in POLICIES:
        raise fail(ErrorCode.POLICY_UNKNOWN, name=name, names=", ".join(POLICIES))
    return POLICIES[name]()
