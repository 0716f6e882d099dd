"""A deployment day by day: who works where, what the day allows, what is written down."""

import math
from collections import Counter
from typing import Any

import numpy as np

from landrelease.errors import ErrorCode, fail
from landrelease.hazard.register_looks import looks_from_register
from landrelease.i18n import _
from landrelease.profile import Profile
from landrelease.progress import SILENT, Progress, track
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger
from landrelease.simulate.accidents import exposure
from landrelease.simulate.clearance_work import clear, report_clearance
from landrelease.simulate.clerk import PLANNER, Clerk
from landrelease.simulate.clock import clock_of
from landrelease.simulate.field import HAZARD_WORK, Crew, DayLog, Field, leave, searchers_of
from landrelease.simulate.outcome import Outcome
from landrelease.simulate.policies import Order, Policy, View
from landrelease.simulate.province import Province
from landrelease.simulate.quality_work import QualityQueue, SpotQueue, decide, travel_minutes
from landrelease.simulate.reports import base_of, say_spot, write_baseline
from landrelease.simulate.survey_work import report_technical, survey, technical_survey
from landrelease.simulate.truth import ItemState, Truth
from landrelease.simulate.weather import DayWeather, Shift, draw_weather, shift_of
from landrelease.simulate.workforce import ACTIVITIES, REGIMENT, DayKind, calendar, draw_roster, make_teams
from landrelease.simulate.worksite import CellState, Worksite
from landrelease.terms import Activity, AssetKind, ReleaseRoute, WorkStatus

SHORTEST_JOB_MINUTES = 10.0
"""Nobody starts on something new with less of the day left."""


def run_policy(
    province: Province, policy: Policy, ledger: Ledger, profile: Profile, seed: int, progress: Progress = SILENT
) -> Outcome:
    """Run a deployment under a policy and write it to a ledger, as real teams would.

    Parameters
    ----------
    province
        From `generate`.
    policy
        Sees what was reported, never the truth.
    ledger
        Empty, made with ``clock=SimulatedClock()``; entries get the simulated dates.
    profile
        Rates, detection, safety limits, sampling, accident rates.
    seed
        Weather, roster, detection and accidents; the same seed gives each policy the same luck.

    Raises
    ------
    LandreleaseError
        LR8004 where the policy orders what cannot be done, LR8005 where the ledger's clock cannot be set.
    """
    clock_of(ledger)
    run = _Run(province, policy, ledger, profile, seed)
    run.baseline(progress)
    days = range(province.scenario.deployment.days)
    for day in track(days, progress, _("Simulating {policy} day by day").format(policy=policy.name)):
        run.day(day)
    return run.outcome()


class _Run:
    """One policy's deployment."""

    def __init__(self, province: Province, policy: Policy, ledger: Ledger, profile: Profile, seed: int) -> None:
        scenario = province.scenario
        self.teams = make_teams(scenario)
        streams = [np.random.default_rng(child) for child in np.random.SeedSequence([seed, 2]).spawn(3)]
        self.weather = draw_weather(scenario, streams[0])
        self.calendar = calendar(scenario, profile.safety.days_on)
        sites = [
            Worksite(area, index, scenario.work.cell_m, scenario.survey.sector_m, profile.ground_pace)
            for index, area in enumerate(province.areas)
        ]
        crews = [Crew(team, *base_of(province)) for team in self.teams]
        roster = draw_roster(scenario, self.teams, streams[1])
        self.field = Field(
            province, profile, Truth(province, profile, seed), roster, Clerk(ledger, profile), seed, sites, crews
        )  # fmt: skip
        spread = scenario.force.clutter_spread
        self.field.clutter = streams[2].lognormal(-(spread**2) / 2, spread, len(sites))
        self.policy, self.seed = policy, seed
        force, shift_minutes = scenario.force, profile.safety.minutes_a_day
        self.view = View(
            sites,
            profile,
            crews,
            force.manual_technical_share,
            force.travel_m_an_hour * shift_minutes / 60 / force.winding,
            looks=lambda: looks_from_register(fold(ledger.log()), province.frame.crs),
            crs=province.frame.crs,
        )
        self.quality, self.spots = QualityQueue(self.field), SpotQueue(self.field)
        self.run_of_days = self.most_days = self.work_days = 0
        self.touched: dict[int, Crew] = {}
        self._shifts: dict[tuple[DayWeather, float], Shift] = {}

    def baseline(self, progress: Progress) -> None:
        reports = write_baseline(self.field.province, self.teams, self.field.clerk, progress)
        for site in self.field.sites:
            site.reports.append(reports[site.area.area_id])

    def day(self, day: int) -> None:
        """Morning: reviews and decisions. Then the work. Evening: what was done is written down."""
        field = self.field
        field.day, kind = day, self.calendar[day]
        self.touched = {}
        for crew in field.crews:
            crew.today = DayLog(lost_to=None if kind is DayKind.WORK else kind.value)
        field.clerk.review(field.date)
        decide(field)
        field.clerk.write(field.date, 8)
        for spot in field.province.spots:
            if spot.day == day:
                say_spot(field.province, spot, field.date, field.clerk)
        if kind is DayKind.WORK:
            self._work(self.weather[day])
        self._count_rest(kind)
        for crew in field.crews:
            self._write_day(crew, kind)
        self._report()
        field.clerk.write(field.date, 18)

    def _count_rest(self, kind: DayKind) -> None:
        worked = any(crew.today.minutes > 0 for crew in self.field.crews)
        self.work_days += worked
        self.run_of_days = self.run_of_days + 1 if kind is DayKind.WORK else 0
        self.most_days = max(self.most_days, self.run_of_days)

    @property
    def _last_work_day(self) -> int:
        return max(day for day, kind in enumerate(self.calendar) if kind is DayKind.WORK)

    def _work(self, weather: DayWeather) -> None:
        field, view = self.field, self.view
        for crew in field.crews:
            crew.today.lost_to = self._lost_to(crew, weather)
        view.day, view.days_left = field.day, len(self.calendar) - field.day
        view.year = field.date.year + (field.date.timetuple().tm_yday - 1) / 365.25
        view.free_sites = self._cover()
        self.policy.morning(view)
        for crew in field.crews:
            if crew.today.lost_to is None:
                self._crew_day(crew, weather)

    def _lost_to(self, crew: Crew, weather: DayWeather) -> str | None:
        roster, team, day = self.field.roster, crew.team.number, self.field.day
        if roster.leave[team, day]:
            return "leave"
        if roster.broken[team, day]:
            return "breakdown"
        if crew.stand_down_until >= day:
            return "accident"
        return "weather" if weather.lost else None

    def _cover(self) -> int:
        """Give medical cover to the sites with most teams; the others lose the day. Returns the sites to spare."""
        crews = self.field.crews
        ready = sum(crew.team.kind is AssetKind.MEDICAL_TEAM and crew.today.lost_to is None for crew in crews)
        covered = ready * self.field.province.scenario.force.sites_a_medical_team
        sites = Counter(self._hazard_sites()).most_common()
        without = {site for site, _teams in sites[covered:]}
        self.view.covered = {site for site, _teams in sites[:covered]}
        for crew in crews:
            if crew.site is not None and crew.activity in HAZARD_WORK and crew.site.index in without:
                crew.today.lost_to = crew.today.lost_to or "medical"
        return max(0, covered - len(sites))

    def _hazard_sites(self) -> list[int]:
        """Site of each team that works inside a hazardous area today."""
        return [
            crew.site.index
            for crew in self.field.crews
            if crew.site is not None and crew.activity in HAZARD_WORK and crew.today.lost_to is None
        ]

    def _crew_day(self, crew: Crew, weather: DayWeather) -> None:
        """Work until the shift is over; what the day allows depends on heat and on when the team gets there."""
        safety = self.field.profile.safety
        stop = safety.dog_stop_c if crew.team.kind is AssetKind.DOG_TEAM else safety.stop_c
        shift = self._shift(weather, stop)
        crew.today.shift = shift
        if shift.minutes == 0:
            crew.today.lost_to = "heat"
            return
        if crew.team.kind is AssetKind.MEDICAL_TEAM:
            crew.today.minutes = shift.minutes
            return
        left = max(0.0, shift.minutes - crew.debt_minutes)
        crew.debt_minutes = max(0.0, crew.debt_minutes - shift.minutes)
        used = self._use(crew, left)
        crew.today.minutes = min(shift.minutes, used + shift.minutes - left)

    def _shift(self, weather: DayWeather, stop_c: float) -> Shift:
        if (weather, stop_c) not in self._shifts:
            deployment, safety = self.field.province.scenario.deployment, self.field.profile.safety
            self._shifts[weather, stop_c] = shift_of(weather, deployment, safety, 0, stop_c)
        return self._shifts[weather, stop_c]

    def _use(self, crew: Crew, left: float) -> float:
        """Spend the day's minutes; returns those worked, travel left out."""
        if crew.team.kind is AssetKind.QA_TEAM:
            return self.quality.work(crew, left)
        if crew.team.kind is AssetKind.EOD_TEAM:
            return self.spots.work(crew, left)
        worked = 0.0
        while left > SHORTEST_JOB_MINUTES and crew.stand_down_until < self.field.day:
            if crew.site is None:
                travel = self._send(crew)
                if travel is None:
                    break
                left -= travel
                if left <= 0:
                    crew.today.lost_to = "travel" if worked == 0 else None
                    break
            used = self._do(crew, left)
            worked, left = worked + min(used, left), left - used
        crew.debt_minutes += max(0.0, -left) if worked else 0.0
        return worked

    def _send(self, crew: Crew) -> float | None:
        """Ask the policy, check the order and go; returns the minutes of travel and setting up."""
        field, force = self.field, self.field.province.scenario.force
        order = self.policy.next_order(crew, self.view)
        if order is None:
            return None
        site = self._checked(crew, order)
        travel = travel_minutes(field, math.hypot(site.centre[0] - crew.x_m, site.centre[1] - crew.y_m))
        crew.x_m, crew.y_m = site.centre
        if order.activity in HAZARD_WORK and site.index not in self.view.covered:
            self.view.free_sites -= 1
            self.view.covered.add(site.index)
        crew.site, crew.activity, crew.coverage = site, order.activity, order.coverage
        if order.activity is Activity.NTS:
            site.keep = order.keep
        site.workers[order.activity] += 1
        site.searchers += searchers_of(crew) if order.activity is Activity.CLEARANCE else 0.0
        if order.everything:
            site.cells.target |= site.cells.state == CellState.OPEN
            site.touch()
        worked_on = site.first_day is not None
        body = {
            "area": site.area.area_id, "activity": order.activity, "team": crew.team.team_id,
            "start": field.date.isoformat(),
            "work_status": WorkStatus.WORKED_ON if worked_on else WorkStatus.TASKED,
        }  # fmt: skip
        field.clerk.say("task.order", f"task:{site.area.area_id}", body, field.date, PLANNER, REGIMENT)
        return travel + (force.site_minutes if order.activity in HAZARD_WORK else 0.0)

    def _checked(self, crew: Crew, order: Order) -> Worksite:
        """Refuse an order that cannot be carried out."""
        site = self.field.sites[order.area]
        problem = None
        if order.activity not in ACTIVITIES[crew.team.kind]:
            problem = _("the team is not trained for it")
        elif order.activity is Activity.NTS and (site.surveyed or site.started):
            problem = _("it has been surveyed or work on the ground has begun")
        elif order.activity is Activity.TS and not 0 < order.coverage <= 1:
            problem = _("the coverage is not above 0 and up to 1")
        elif order.activity in HAZARD_WORK and not self.view.may_open(site):
            problem = _("no medical team covers one more site")
        elif site.closed:
            problem = _("nothing is left to work on")
        elif site.pace_kept(crew.team.kind) <= 0:
            problem = _("it cannot work on this ground")
        if problem:
            raise fail(
                ErrorCode.ORDER_IMPOSSIBLE, team=crew.team.team_id, activity=order.activity.value,
                area=site.area.area_id, problem=problem,
            )  # fmt: skip
        return site

    def _do(self, crew: Crew, minutes: float) -> float:
        site = crew.site
        assert site is not None
        crew.today.area, crew.today.activity = site.area.area_id, crew.activity
        site.first_day = self.field.day if site.first_day is None else site.first_day
        if crew.activity is Activity.NTS:
            return survey(self.field, crew, minutes)
        self.touched[site.index] = crew
        before, crew.today.cells = crew.today.searched_m2, []
        work = technical_survey if crew.activity is Activity.TS else clear
        used = work(self.field, crew, minutes)
        self.field.tally.searched_m2[crew.today.activity] += crew.today.searched_m2 - before
        self.field.minutes_since[site.index] += round(min(used, minutes))
        if crew.activity in (Activity.TS, Activity.CLEARANCE):
            exposure(self.field, crew, site, crew.today.cells, min(used, minutes))
        if crew.stand_down_until >= self.field.day:
            leave(crew)
        return max(used, 1e-6)

    def _report(self) -> None:
        """Hand in what is finished on the sites worked on today; on the last work day, on every site."""
        last = self.field.day == self._last_work_day
        for index, crew in sorted(self.touched.items()):
            site = self.field.sites[index]
            self._report_survey(site, crew)
            report_clearance(self.field, site, crew, False)
        if last:
            for site in self.field.sites:
                if site.started:
                    report_clearance(self.field, site, self._anyone(site), True)

    def _report_survey(self, site: Worksite, crew: Crew) -> None:
        done = site.coverage > 0 and site.untested_m2() <= 0 and not site.workers[Activity.TS]
        if done and not site.technically_surveyed:
            site.technically_surveyed = True
            report_technical(self.field, site, crew.team.team_id, crew.team.leader)

    def _anyone(self, site: Worksite) -> Crew:
        return next((crew for crew in self.field.crews if crew.site is site), self.field.crews[0])

    def _write_day(self, crew: Crew, kind: DayKind) -> None:
        """Put down a team's day."""
        log, field = crew.today, self.field
        body: dict[str, Any] = {
            "people": int(field.roster.present[crew.team.number, field.day]), "minutes_worked": round(log.minutes),
            "searched_area_m2": round(log.searched_m2), "finds": log.finds, "days_since_rest": self.run_of_days,
        }  # fmt: skip
        body |= {
            name: value
            for name, value in (("area", log.area), ("activity", log.activity), ("lost_to", log.lost_to))
            if value
        }
        if log.shift is not None and log.minutes > 0:
            body |= self._stints(crew, log.shift)
        field.clerk.say("work_day", crew.team.team_id, body, field.date, crew.team.leader, crew.team.organisation)
        self._tally(log, kind)

    def _stints(self, crew: Crew, shift: Shift) -> dict[str, int]:
        force, tally = self.field.province.scenario.force, self.field.tally
        longest = min(shift.longest_stint_minutes, max(1, round(crew.today.minutes)))
        if self.field.roster.overrun[crew.team.number, self.field.day]:
            longest += round(force.overrun_minutes)
            tally.overruns += 1
        tally.longest_stint_minutes = max(tally.longest_stint_minutes, longest)
        return {"stints": shift.stints, "longest_stint_minutes": longest, "temperature_c": shift.temperature_c}

    def _tally(self, log: DayLog, kind: DayKind) -> None:
        tally = self.field.tally
        if log.minutes > 0:
            tally.team_days[log.activity] += 1
        elif log.lost_to is not None:
            tally.lost_days[log.lost_to] += 1
        elif kind is DayKind.WORK:
            tally.idle_team_days += 1

    def outcome(self) -> Outcome:
        """Count what came of it, with the truth beside the record."""
        field, tally = self.field, self.field.tally
        counts = np.bincount(field.truth.state, minlength=3)
        left = {route: self._left_in(route) for route in ReleaseRoute}
        return Outcome(
            scenario=field.province.scenario.name, policy=self.policy.name, seed=self.seed,
            areas=len(field.sites), suspected_m2=field.province.suspected_m2,
            cancelled_m2=tally.released_m2[ReleaseRoute.CANCELLED], reduced_m2=tally.released_m2[ReleaseRoute.REDUCED],
            cleared_m2=tally.released_m2[ReleaseRoute.CLEARED], unclosed_m2=self._unclosed_m2(),
            searched_m2=tally.searched_m2[Activity.CLEARANCE], prepared_m2=tally.searched_m2[Activity.MECHANICAL],
            areas_surveyed=tally.areas_surveyed, items_laid=len(field.truth.items),
            items_found=int(counts[ItemState.FOUND]), items_found_by_spot_tasks=tally.spot_items,
            items_exploded=int(counts[ItemState.EXPLODED]),
            items_left=int(counts[ItemState.LEFT]), items_left_in_cancelled=left[ReleaseRoute.CANCELLED],
            items_left_in_reduced=left[ReleaseRoute.REDUCED], items_left_in_cleared=left[ReleaseRoute.CLEARED],
            accidents_expected=field.truth.expected_accidents + tally.exposure_expected, accidents=tally.accidents,
            killed=tally.killed, injured=tally.injured, beneficiaries=self._beneficiaries(), work_days=self.work_days,
            team_days=sum(tally.team_days.values()), idle_team_days=tally.idle_team_days,
            lost_team_days=dict(sorted(tally.lost_days.items())), longest_stint_minutes=tally.longest_stint_minutes,
            stint_overruns=tally.overruns, most_days_without_rest=self.most_days, visits=tally.visits,
            failed_visits=tally.failed_visits, signals=tally.signals, statements=field.clerk.said,
        )  # fmt: skip

    def _left_in(self, route: ReleaseRoute) -> int:
        """Truth: items left in land released by a route."""
        field, count = self.field, 0
        for site in field.sites:
            if route is ReleaseRoute.CANCELLED:
                if site.cancelled_m2:
                    everything = field.truth.left(field.truth.in_area(site.index))
                    inside = field.truth.left(field.truth.in_area(site.index, site.ground))
                    count += len(everything) - len(inside)
            elif site.started:
                state = CellState.REDUCED if route is ReleaseRoute.REDUCED else CellState.CLEARED
                count += len(field.truth.left(field.items_in(site, np.nonzero(site.cells.state == state)[0])))
        return count

    def _unclosed_m2(self) -> float:
        """Ground searched or reported but not released."""
        states = (CellState.SEARCHED, CellState.REPORTED)
        return float(sum(
            site.cells.area_m2[np.isin(site.cells.state, states)].sum() for site in self.field.sites if site.started
        ))  # fmt: skip

    def _beneficiaries(self) -> float:
        """People who would use the land, by the share of their area that was released."""
        return sum(
            site.area.beneficiaries * min(1.0, (site.cancelled_m2 + site.reduced_m2 + site.cleared_m2) / site.area_m2)
            for site in self.field.sites
        )
