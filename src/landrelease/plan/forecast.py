"""When land will be free: the dispatcher let loose in many drawn worlds (planning part 7).

Not the dates of a plan are shaken but the work; the rule decides again in each world, by what is known there that day.
The result is by seed: run and driver have random streams of their own, so that a driver can be switched off and the
rest of each world stays as it was.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.hazard.field.workers import THREADS, workers_of
from landrelease.i18n import _
from landrelease.plan.bound import Bound
from landrelease.plan.forecast_kernel import dispatch_in_world
from landrelease.plan.improve import Improved
from landrelease.plan.priced import IndexWeights, PricedDispatcher
from landrelease.plan.problem import Problem
from landrelease.plan.uncertainty import Driver, Uncertainty
from landrelease.plan.worth import release_values
from landrelease.progress import SILENT, Progress
from landrelease.terms import Activity

if TYPE_CHECKING:
    from distributed import Client

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEVELS = (0.5, 0.8, 0.9)
ALL = frozenset(Driver)
RUNS_A_PIECE = 25
"""Runs of one piece of work; the answer does not depend on it."""


@dataclass(frozen=True)
class Forecast:
    """Days of release in every run.

    Attributes
    ----------
    released
        Shape (runs, areas); horizon + 1 where an area is not released inside the horizon.
    seed
        Of all runs.
    """

    problem: Problem
    released: Ints
    seed: int
    drivers: frozenset[Driver] = field(default=ALL)

    @property
    def never(self) -> int:
        """The day that stands for "not inside the horizon"."""
        return self.problem.horizon_days + 1

    @cached_property
    def area_m2(self) -> Floats:
        """Land of each area, m2."""
        return np.array([area.area_m2 for area in self.problem.areas], dtype=np.float64)

    def days(self, level: float) -> Ints:
        """Day by which each area is released in at least this share of the runs, shape (areas,)."""
        return quantile_day(self.released, level)

    def milestone(self, share: float) -> Ints:
        """Day by which this share of all land is released, in each run; `never` where it is not, shape (runs,)."""
        order = np.argsort(self.released, axis=1, kind="stable")
        land = np.take_along_axis(np.broadcast_to(self.area_m2, order.shape), order, axis=1).cumsum(axis=1)
        at = (land < share * self.area_m2.sum() * (1 - 1e-12)).sum(axis=1)
        return np.take_along_axis(self.released, np.take_along_axis(order, at[:, None], axis=1), axis=1)[:, 0]

    def chance(self, day: int, area_ids: Iterable[str] | None = None) -> tuple[float, float]:
        """Chance that all of some areas (by default every area) are released by a day, and its standard error.

        Raises
        ------
        LandreleaseError
            LR6071 for an area that is not in the problem.
        """
        index = {area.area_id: i for i, area in enumerate(self.problem.areas)}
        chosen = list(index) if area_ids is None else list(area_ids)
        for area_id in chosen:
            if area_id not in index:
                raise fail(ErrorCode.FORECAST_AREA, area=area_id)
        met = self.released[:, [index[area_id] for area_id in chosen]].max(axis=1, initial=0) <= min(
            day, self.problem.horizon_days
        )
        share = float(met.mean())
        return share, math.sqrt(max(share * (1 - share), 1 / len(met) / 4) / len(met))

    def totals(self, day: int) -> dict[str, Floats]:
        """Areas, m2 and value released by a day, in each run."""
        by = self.released <= min(day, self.problem.horizon_days)
        worth = release_values(self.problem)
        at = np.minimum(self.released, self.problem.horizon_days)
        value = np.where(by, worth[np.arange(by.shape[1])[None], at], 0.0)
        return {"areas": by.sum(axis=1).astype(np.float64), "m2": by @ self.area_m2, "value": value.sum(axis=1)}

    def frame(self) -> pd.DataFrame:
        """One row an area: chance inside the horizon, and P50, P80 and P90 as days and, with a start, as dates."""
        rows = []
        quantiles = {level: self.days(level) for level in LEVELS}
        for i, area in enumerate(self.problem.areas):
            row: dict[str, Any] = {"area_id": area.area_id, "area_m2": area.area_m2}
            row["chance"] = float((self.released[:, i] < self.never).mean())
            for level in LEVELS:
                day = int(quantiles[level][i])
                row[f"p{round(100 * level)}"] = None if day >= self.never else self.problem.date_of(day) or day
            rows.append(row)
        return pd.DataFrame(rows)

    def totals_frame(self, days: Iterable[int]) -> pd.DataFrame:
        """What is released by each day: mean, and what is reached with 50, 80 and 90 % chance."""
        rows = []
        for day in days:
            for measure, drawn in self.totals(day).items():
                reached = {
                    f"p{round(100 * level)}": float(np.quantile(drawn, 1 - level, method="inverted_cdf"))
                    for level in LEVELS
                }
                rows.append({"day": self.problem.date_of(day) or day, "measure": measure, "mean": float(drawn.mean())}
                            | reached)  # fmt: skip
        return pd.DataFrame(rows)


def quantile_day(days: Ints, level: float) -> Ints:
    """Least day that at least this share of the runs do not exceed; over the first axis."""
    return np.asarray(np.quantile(days, level, axis=0, method="inverted_cdf")).astype(np.int64)


class WorldDispatcher(PricedDispatcher):
    """The priced dispatcher in worlds that differ from the plan.

    Parameters
    ----------
    bound
        Prices, and the tables of the problem and of where it stands.
    """

    def __init__(self, bound: Bound) -> None:
        super().__init__(bound)
        tables, problem = self.tables.tables, self.tables.problem
        self.operators = sorted({team.organisation for team in problem.teams})
        self.grounds = sorted({area.ground for area in problem.areas}, key=lambda ground: ground.value)
        self.operator_of = np.array([self.operators.index(team.organisation) for team in problem.teams], np.int64)
        self.ground_of = np.array([self.grounds.index(area.ground) for area in problem.areas], np.int64)
        self.region_of = np.asarray(tables.region, dtype=np.int64)
        self.regions = int(self.region_of.max(initial=0)) + 1
        surveys = [list(Activity).index(activity) for activity in (Activity.NTS, Activity.TS)]
        survey = np.isin(tables.steps.activity, surveys)
        same = np.append(tables.steps.area[1:] == tables.steps.area[:-1], False)
        self.after_survey = np.concatenate([[False], (survey & same)[:-1]])

    def live(
        self, uncertainty: Uncertainty, weights: IndexWeights, lean: Floats | None, seed: int, run: int,
        drivers: frozenset[Driver],
    ) -> Ints:  # fmt: skip
        """Day of release of each area in one drawn world."""
        tables, pairs = self.tables, self.tables.pairs
        merit = self._merit(weights)
        if lean is not None:
            merit = merit * lean
        random = {d: np.random.default_rng([seed, run, n]) for n, d in enumerate(Driver)}
        factor, own = self._rates(uncertainty, random[Driver.RATES], Driver.RATES in drivers)
        scale, cancelled = self._outcomes(uncertainty, random[Driver.OUTCOMES], Driver.OUTCOMES in drivers)
        shut, down = self._lost(uncertainty, random, drivers)
        by_result = self.after_survey & (Driver.OUTCOMES in drivers)
        released = np.empty(len(self.ground_of), np.int64)
        dispatch_in_world(
            tables.class_of, tables.free, self._place, tables.stands_in, tables.tables.x_m, tables.tables.y_m,
            self._travel, tables.next_operation, tables.first[1:], tables.ready, tables.tables.steps.area,
            pairs.start, pairs.team_class, pairs.days, pairs.calendar, pairs.charge, pairs.operation,
            self._room, tables.donor_of, self._budgets, tables.tables.calendars.elapsed, tables.finish, self._values,
            self._needed_after, merit, round(weights.delay_days), weights.value_share,
            round(weights.patience_days), weights.speed,
            self.operator_of, self.ground_of, self.region_of, by_result, factor, own, scale, cancelled, shut, down,
            released,
        )  # fmt: skip
        return released

    def _rates(self, given: Uncertainty, random: np.random.Generator, drawn: bool) -> tuple[Floats, Floats]:
        operations = len(self._norm)
        shape = len(self.operators), len(self.grounds)
        if not drawn:
            return np.ones(shape), np.ones(operations)
        groups = [(operator, ground) for operator in self.operators for ground in self.grounds]
        effects, within = given.rates.draw(groups, random)
        return np.exp(effects).reshape(shape), np.exp(within * random.standard_normal(operations))

    def _outcomes(
        self, given: Uncertainty, random: np.random.Generator, drawn: bool
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Work left of each operation, and whether none is; an outcome holds for the rest of the chain."""
        count = len(self._norm)
        scale, cancelled = np.ones(count), np.zeros(count, dtype=np.bool_)
        if not drawn:
            return scale, cancelled
        outcome = random.choice(3, count, p=given.outcomes.draw(random))
        work = np.array([0.0, given.outcomes.reduced_work, given.outcomes.full_work])[outcome]
        area = self.tables.tables.steps.area
        for step in np.flatnonzero(self.after_survey):
            rest = slice(step, self.tables.first[area[step] + 1])
            if step <= self.tables.next_operation[area[step]]:
                continue  # the survey is over, or under way in the state that was given
            cancelled[rest] |= outcome[step] == 0
            scale[rest] *= max(work[step], 1e-6)
        return scale, cancelled

    def _lost(
        self, given: Uncertainty, random: dict[Driver, np.random.Generator], drivers: frozenset[Driver]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        horizon, teams = self.tables.horizon, len(self.operator_of)
        shut = np.zeros((self.regions, horizon), dtype=np.bool_)
        down = np.zeros((teams, horizon), dtype=np.bool_)
        if Driver.WEATHER in drivers:
            shut = given.weather.draw(self.regions, horizon, random[Driver.WEATHER]).astype(np.bool_)
        if Driver.BREAKDOWNS in drivers:
            down |= given.breakdowns.draw(teams, horizon, random[Driver.BREAKDOWNS]).astype(np.bool_)
        if Driver.ACCIDENTS in drivers:
            size = np.bincount(self.operator_of, minlength=len(self.operators)).astype(np.float64)
            still = given.accidents.draw(len(self.operators), horizon, random[Driver.ACCIDENTS], size)
            down |= still.astype(np.bool_)[self.operator_of]
        return shut, down


def _lives(
    dispatcher: WorldDispatcher, uncertainty: Uncertainty, weights: IndexWeights, lean: Floats | None, seed: int,
    runs: range, drivers: frozenset[Driver],
) -> Ints:  # fmt: skip
    return np.stack([dispatcher.live(uncertainty, weights, lean, seed, run, drivers) for run in runs])


def forecast(
    plan: Improved | Bound,
    uncertainty: Uncertainty,
    *,
    runs: int = 1000,
    seed: int = 0,
    drivers: frozenset[Driver] = ALL,
    client: "Client | str | int | None" = THREADS,
    progress: Progress = SILENT,
) -> Forecast:
    """Let the dispatcher decide in drawn worlds.

    Parameters
    ----------
    plan
        Weights and leanings of an improved plan, or a bound: the usual weights at its prices.
    drivers
        What is drawn; the rest goes as planned.
    client
        Who does the work: as `landrelease.hazard.field.workers.workers_of`. The answer does not depend on it.

    Raises
    ------
    LandreleaseError
        LR6070 for fewer than one run.
    """
    if runs < 1:
        raise fail(ErrorCode.FORECAST_SPREAD, name="runs", value=runs)
    bound = plan.bound if isinstance(plan, Improved) else plan
    weights = plan.weights if isinstance(plan, Improved) else IndexWeights()
    lean = plan.lean if isinstance(plan, Improved) else None
    dispatcher = WorldDispatcher(bound)
    pieces = [range(low, min(low + RUNS_A_PIECE, runs)) for low in range(0, runs, RUNS_A_PIECE)]
    progress.begin(_("Forecasting"), runs)
    try:
        with workers_of(client) as workers:
            given = (dispatcher, uncertainty, weights, lean, seed)
            handles = [workers.start(n, _lives, *given, piece, drivers) for n, piece in enumerate(pieces)]
            found = workers.fetch(handles, progress)
        progress.advance(runs)
    finally:
        progress.end()
    return Forecast(bound.tables.problem, np.concatenate(found), seed, drivers)


def tornado(
    plan: Improved | Bound,
    uncertainty: Uncertainty,
    *,
    share: float = 0.5,
    runs: int = 400,
    seed: int = 0,
    progress: Progress = SILENT,
) -> pd.DataFrame:
    """What each driver does to the day by which a share of the land is free: all drawn, less the same with it off.

    Returns
    -------
    DataFrame[driver, label, p50_days, p80_days, variance_share], the widest first; `variance_share` is by how much the
    variance of that day falls without the driver (it can be below 0: the shares need not sum to 1). Days that are not
    inside the horizon count as the day after it.
    """
    whole = forecast(plan, uncertainty, runs=runs, seed=seed, progress=progress).milestone(share)
    rows = []
    for driver in Driver:
        without = forecast(plan, uncertainty, runs=runs, seed=seed, drivers=ALL - {driver}, progress=progress)
        day = without.milestone(share)
        rows.append({
            "driver": driver.value, "label": driver.label,
            "p50_days": int(quantile_day(whole, 0.5) - quantile_day(day, 0.5)),
            "p80_days": int(quantile_day(whole, 0.8) - quantile_day(day, 0.8)),
            "variance_share": float(1 - day.var() / whole.var()) if whole.var() > 0 else 0.0,
        })  # fmt: skip
    return pd.DataFrame(rows).sort_values("p80_days", ascending=False, key=np.abs, kind="stable", ignore_index=True)
