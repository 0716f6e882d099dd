"""Everything that the parts of a simulated deployment share: sites, crews, truth, clerk, tallies."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from landrelease.profile import Profile
from landrelease.simulate.clerk import Clerk
from landrelease.simulate.hazards import CLASSES
from landrelease.simulate.province import Province
from landrelease.simulate.truth import Truth
from landrelease.simulate.weather import Shift
from landrelease.simulate.workforce import Roster, Team, triangle_of, triangular, units_of
from landrelease.simulate.worksite import Worksite
from landrelease.terms import Activity, AssetKind, OrdnanceClass, OrdnanceStatus, PositionQuality, ReleaseRoute

HAZARD_WORK = frozenset({Activity.TS, Activity.CLEARANCE, Activity.MECHANICAL})
"""Work inside hazardous areas, which needs medical cover."""


@dataclass
class DayLog:
    """What one team did on one day."""

    minutes: float = 0.0
    searched_m2: float = 0.0
    finds: int = 0
    lost_to: str | None = None
    shift: Shift | None = None
    area: str | None = None
    activity: Activity | None = None
    cells: list[int] = field(default_factory=list)


@dataclass
class Crew:
    """A team at work: where it is and what it is doing.

    Attributes
    ----------
    cell, sector
        Square or sector under work, -1 where none.
    left_m2
        What is left of it.
    debt_minutes
        Time that finds took beyond the day; worked off first.
    """

    team: Team
    x_m: float
    y_m: float
    site: Worksite | None = None
    activity: Activity | None = None
    coverage: float = 0.0
    cell: int = -1
    sector: int = -1
    left_m2: float = 0.0
    debt_minutes: float = 0.0
    stand_down_until: int = -1
    today: DayLog = field(default_factory=DayLog)


@dataclass
class Block:
    """Ground that a report resolves and that waits for its QA visit and decision."""

    site: Worksite
    cells: NDArray[np.int64]
    route: ReleaseRoute
    area_m2: float
    team: str
    report: str = ""
    visit: str = ""


@dataclass
class Tally:
    """Figures of one run; areas in m².

    Attributes
    ----------
    released_m2
        By route: reported, accepted, inspected where the profile asks, and decided.
    team_days
        Team-days worked, by activity; None for medical cover.
    exposure_expected
        Part of the expected accidents that comes from time on site.
    """

    released_m2: defaultdict[ReleaseRoute, float] = field(default_factory=lambda: defaultdict(float))
    searched_m2: defaultdict[Activity | None, float] = field(default_factory=lambda: defaultdict(float))
    team_days: Counter[Activity | None] = field(default_factory=Counter)
    lost_days: Counter[str] = field(default_factory=Counter)
    signals: int = 0
    spot_items: int = 0
    accidents: int = 0
    killed: int = 0
    injured: int = 0
    exposure_expected: float = 0.0
    longest_stint_minutes: int = 0
    overruns: int = 0
    failed_visits: int = 0
    visits: int = 0
    areas_surveyed: int = 0
    idle_team_days: int = 0


@dataclass
class Field:
    """State of one run."""

    province: Province
    profile: Profile
    truth: Truth
    roster: Roster
    clerk: Clerk
    seed: int
    sites: list[Worksite]
    crews: list[Crew]
    tally: Tally = field(default_factory=Tally)
    clutter: NDArray[np.float64] = field(default_factory=lambda: np.ones(0))
    day: int = 0
    waiting: list[Block] = field(default_factory=list)
    passed: list[Block] = field(default_factory=list)
    failed: list[Block] = field(default_factory=list)
    cancelled: list[tuple[Worksite, str, BaseGeometry]] = field(default_factory=list)
    found_since: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    minutes_since: Counter[int] = field(default_factory=Counter)
    technical_finds: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    accident_number: int = 0
    _cell_items: dict[int, tuple[NDArray[np.int64], NDArray[np.int64]]] = field(default_factory=dict)

    @property
    def date(self) -> date:
        """Today."""
        return self.province.scenario.deployment.day(self.day)

    def draws(self, *key: int) -> np.random.Generator:
        """Return the draws that belong to a key, the same under every policy."""
        return np.random.default_rng(np.random.SeedSequence([self.seed, *key]))

    def items_in(self, site: Worksite, cells: NDArray[np.int64] | list[int]) -> NDArray[np.int64]:
        """Truth: items in squares of a site."""
        ids, starts = self._items_by_cell(site)
        spans = [ids[starts[cell] : starts[cell + 1]] for cell in cells]
        return np.concatenate(spans) if spans else np.empty(0, dtype=np.int64)

    def _items_by_cell(self, site: Worksite) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        if site.index not in self._cell_items:
            ids = self.truth.in_area(site.index, site.ground)
            cell = site.cells.find(*self.truth.places(ids))
            ids, cell = ids[cell >= 0], cell[cell >= 0]
            order = np.argsort(cell, kind="stable")
            starts = np.searchsorted(cell[order], np.arange(len(site.cells.shapes) + 1))
            self._cell_items[site.index] = ids[order], starts
        return self._cell_items[site.index]

    def pace_m2(self, crew: Crew, activity: Activity, prepared: bool = False) -> float:
        """m² a minute of a crew today: from the profile's range, the ground, machine preparation and who is present."""
        team, force = crew.team, self.province.scenario.force
        _low, _mode, high = triangle = triangle_of(self.profile, team.kind, activity)
        rate = triangular(float(self.roster.pace[team.number, self.day]), triangle)
        if crew.site is not None:
            rate *= crew.site.pace_kept(team.kind)
            if activity is Activity.CLEARANCE and team.kind is not AssetKind.DOG_TEAM:
                rate = self._with_clutter(rate, crew.site)
        if activity is Activity.CLEARANCE and prepared:
            rate *= force.prepared_pace
        if activity is Activity.TS:
            share = self.profile.release.survey_coverage_permille / 1000
            rate *= share / max(crew.coverage, share)
            rate *= force.manual_technical_share if team.kind is AssetKind.MANUAL_TEAM else 1.0
        units = units_of(team, activity, int(self.roster.present[team.number, self.day]))
        if activity is Activity.CLEARANCE and crew.site is not None:
            units = min(units, crew.site.room(self.profile.safety.distance_m))
        return min(rate, high) * units / self.profile.safety.minutes_a_day

    def _with_clutter(self, rate: float, site: Worksite) -> float:
        """Pace with more or fewer false alarms than the profile's rate holds (methods D1, time model)."""
        detection, day = self.profile.detection, self.profile.safety.minutes_a_day
        more = detection.false_alarms_m2 * (self.clutter[site.index] - 1) * detection.minutes_a_signal
        return day / max(day / rate + more, 1e-9) if rate > 0 else 0.0

    def find_bodies(self, ids: list[int]) -> list[dict[str, Any]]:
        """Bodies of finds, one for each item, with position and depth."""
        items, frame = self.province.items, self.province.frame
        return [
            {"ordnance": (kind := CLASSES[items.ordnance[i]]), "quantity": 1, "destroyed": 1,
             "status": OrdnanceStatus.UXO if kind is OrdnanceClass.SUBMUNITION else OrdnanceStatus.EMPLACED,
             "shape": frame.body(shapely.Point(items.x_m[i], items.y_m[i]), PositionQuality.GNSS),
             "depth_cm": int(items.depth_cm[i])}
            for i in ids
        ]  # fmt: skip

    def fade_out_m(self, item: int) -> float:
        """How far to search beyond a find, from the profile."""
        strike = CLASSES[self.province.items.ordnance[item]] is OrdnanceClass.SUBMUNITION
        return self.profile.land.fade_out_m.strike if strike else self.profile.land.fade_out_m.area


def searchers_of(crew: Crew) -> float:
    """People or dogs of a crew who search at the same time when it clears."""
    return float(crew.team.searchers or crew.team.assets)


def leave(crew: Crew) -> None:
    """Take a crew off its site; an unfinished square or sector is left to others."""
    site = crew.site
    if site is not None and crew.activity is not None:
        site.workers[crew.activity] -= 1
        site.searchers -= searchers_of(crew) if crew.activity is Activity.CLEARANCE else 0.0
        if crew.cell >= 0:
            site.cells.taken[crew.cell] = False
        if crew.sector >= 0:
            site.cells.sector_taken[crew.sector] = False
        site.touch()
    crew.site, crew.activity, crew.cell, crew.sector, crew.left_m2 = None, None, -1, -1, 0.0
