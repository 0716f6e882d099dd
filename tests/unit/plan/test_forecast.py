"""Forecasts: the dispatcher in drawn worlds."""

from dataclasses import replace

import numpy as np
import pytest

from landrelease.errors import LandreleaseError
from landrelease.plan.bound import BoundSettings, Descent, bound_problem
from landrelease.plan.forecast import ALL, Forecast, WorldDispatcher, forecast, quantile_day, tornado
from landrelease.plan.forecast_kernel import scaled_days, work_through
from landrelease.plan.generate import generate_problem
from landrelease.plan.improve import Effort, improve
from landrelease.plan.priced import IndexWeights
from landrelease.plan.uncertainty import Chance, Driver, Outcomes, PastTask, Rates, Spell, Uncertainty, calibrated
from landrelease.plan.worth import release_days
from landrelease.profile import load_profile
from landrelease.terms import Ground

SHORT = BoundSettings(coarse=Descent(step=1.0, iterations=30), fine=Descent(step=0.3, iterations=20))
PRIORS = Uncertainty.from_profile(load_profile())
NEVER_SPELL = Spell(Chance(0, 1), 1)


@pytest.fixture(scope="module")
def bound():
    return bound_problem(generate_problem(30, 10, 3, horizon_days=150), settings=SHORT)


@pytest.fixture(scope="module")
def made(bound):
    return forecast(bound, PRIORS, runs=60, seed=7)


def test_a_world_without_surprises_is_the_plan(bound):
    dispatcher = WorldDispatcher(bound)
    days = release_days(bound.tables.problem, dispatcher.assignments(dispatcher.run(IndexWeights()).made))
    expected = [days.get(area.area_id, 151) for area in bound.tables.problem.areas]
    told = forecast(bound, PRIORS, runs=2, drivers=frozenset())
    assert told.released.tolist() == [expected, expected]


@pytest.mark.parametrize("seed", range(4))
def test_an_improved_plan_without_surprises_is_followed(seed):
    found = improve(generate_problem(12, 5, seed, horizon_days=80), effort=Effort(tries=30, leans=60), seed=seed)
    days = release_days(found.bound.tables.problem, found.plan.assignments)
    told = forecast(found, PRIORS, runs=1, drivers=frozenset())
    assert told.released[0].tolist() == [days.get(area.area_id, 81) for area in told.problem.areas]


def test_a_team_may_wait_as_long_as_its_patience(bound):
    waits = replace(IndexWeights(), patience_days=20.0)
    dispatcher = WorldDispatcher(bound)
    days = release_days(bound.tables.problem, dispatcher.assignments(dispatcher.run(waits).made))
    lived = dispatcher.live(PRIORS, waits, None, 1, 0, frozenset())
    assert lived.tolist() == [days.get(area.area_id, 151) for area in bound.tables.problem.areas]


def test_the_seed_gives_the_forecast_whoever_works(bound, made):
    again = forecast(bound, PRIORS, runs=60, seed=7, client=None)
    assert np.array_equal(again.released, made.released)
    assert not np.array_equal(forecast(bound, PRIORS, runs=60, seed=8).released, made.released)


def test_more_runs_begin_with_the_same(bound, made):
    assert np.array_equal(forecast(bound, PRIORS, runs=10, seed=7).released, made.released[:10])


@pytest.mark.parametrize("driver", [Driver.WEATHER, Driver.BREAKDOWNS, Driver.ACCIDENTS])
def test_a_driver_that_takes_every_day_lets_nothing_finish(bound, driver):
    always = {driver.value: Spell(Chance(1, 0), 1)}
    told = forecast(bound, replace(PRIORS, **always), runs=2, drivers=frozenset({driver}))
    assert (told.released == told.never).all()


def test_teams_at_half_their_pace_release_less(bound):
    slow = replace(PRIORS, rates=Rates(np.log(2), 0, 0, 0))
    only = frozenset({Driver.RATES})
    usual, halved = (
        forecast(bound, given, runs=1, drivers=only) for given in (replace(PRIORS, rates=Rates(0, 0, 0, 0)), slow)
    )
    assert halved.totals(150)["m2"][0] < 0.8 * usual.totals(150)["m2"][0]


def test_a_survey_that_cancels_everything_releases_at_its_end(bound):
    only = frozenset({Driver.OUTCOMES})
    gone = forecast(bound, replace(PRIORS, outcomes=Outcomes(1e9, 0, 0, 0.7, 2)), runs=1, drivers=only)
    kept = forecast(bound, replace(PRIORS, outcomes=Outcomes(0, 0, 1e9, 0.7, 2)), runs=1, drivers=only)
    assert (gone.released < gone.never).sum() > (kept.released < kept.never).sum()


def test_quantiles_are_days_that_enough_runs_keep(made):
    for level in (0.5, 0.8, 0.9):
        days = made.days(level)
        assert ((made.released <= days).mean(axis=0) >= level).all()
        assert ((made.released < days).mean(axis=0) < level).all()
    assert quantile_day(np.array([1, 2, 3, 4, 5]), 0.8) == 4


def test_milestones_and_totals_tell_the_same(made):
    day = made.milestone(0.5)
    for run in range(5):
        if day[run] < made.never:
            free = made.totals(int(day[run]))["m2"][run]
            assert free >= 0.5 * made.area_m2.sum() * (1 - 1e-9)
            assert made.totals(int(day[run]) - 1)["m2"][run] < 0.5 * made.area_m2.sum()


def test_the_chance_of_a_date_counts_all_its_areas(made):
    first = [area.area_id for area in made.problem.areas[:2]]
    both, error = made.chance(120, first)
    assert both == pytest.approx(float((made.released[:, :2] <= 120).all(axis=1).mean()))
    assert error > 0
    assert made.chance(120)[0] <= both <= made.chance(120, first[:1])[0]
    assert made.chance(10_000)[0] == pytest.approx(float((made.released < made.never).all(axis=1).mean()))
    with pytest.raises(LandreleaseError, match="nowhere"):
        made.chance(1, ["nowhere"])


def test_tables_name_areas_and_levels(made):
    frame = made.frame()
    assert list(frame.columns) == ["area_id", "area_m2", "chance", "p50", "p80", "p90"]
    assert len(frame) == 30
    totals = made.totals_frame([50, 150]).set_index(["day", "measure"])
    assert totals.loc[(150, "m2"), "p90"] <= totals.loc[(150, "m2"), "p80"] <= totals.loc[(150, "m2"), "p50"]
    assert totals.loc[(50, "areas"), "mean"] <= totals.loc[(150, "areas"), "mean"]


def test_a_tornado_has_every_driver_and_none_for_a_sure_world(bound):
    sure = Uncertainty(
        Rates(0, 0, 0, 0), replace(PRIORS.outcomes, cancelled=0, full=0, reduced_work=1.0, reduced=1e12),
        NEVER_SPELL, NEVER_SPELL, NEVER_SPELL,
    )  # fmt: skip
    rows = tornado(bound, sure, runs=4, share=0.2).set_index("driver")
    assert set(rows.index) == {driver.value for driver in ALL}
    assert (rows.loc[["rates", "weather", "breakdowns", "accidents"], ["p50_days", "p80_days"]] == 0).all(axis=None)


def test_work_takes_open_days_only():
    elapsed = np.array([0, 1, 1, 2, 3, 4])
    shut, down = np.array([False, False, False, True, False]), np.zeros(5, dtype=bool)
    assert work_through(0, 2, elapsed, shut, down) == 3
    assert work_through(0, 3, elapsed, shut, down) == 5
    assert work_through(0, 4, elapsed, shut, down) == 6
    assert scaled_days(4, 0.5) == 2
    assert scaled_days(4, 0.0) == 1


def test_few_tasks_leave_the_priors():
    prior = Rates()
    assert calibrated(prior, [PastTask("a", Ground.OPEN, 10, 20)] * 4) is prior


def test_many_tasks_find_bias_and_spreads():
    random, past = np.random.default_rng(4), []
    for operator in range(40):
        effect = 0.4 + random.normal(0, 0.5)
        past += [
            PastTask(str(operator), Ground.OPEN, 10, 10 * float(np.exp(effect + random.normal(0, 0.2))))
            for _n in range(30)
        ]
    found = calibrated(Rates(), past)
    assert found.bias == pytest.approx(0.4, abs=0.2)
    assert found.between_sd == pytest.approx(0.5, abs=0.12)
    assert found.within_sd == pytest.approx(0.2, abs=0.02)
    draws = np.array([found.draw([("0", Ground.OPEN), ("new", Ground.OPEN)], random)[0] for _n in range(500)])
    assert draws[:, 0].std() < 0.1 < 0.4 < draws[:, 1].std()
    assert draws[:, 0].mean() == pytest.approx(found.groups[("0", Ground.OPEN)][0], abs=0.05)


@pytest.mark.parametrize("days", [0.0, -1.0, float("nan")])
def test_days_that_are_none_are_refused(days):
    with pytest.raises(LandreleaseError, match="worked_days"):
        calibrated(Rates(), [PastTask("a", Ground.OPEN, 10, days)])


@pytest.mark.parametrize(
    "make",
    [
        lambda: Rates(within_sd=-1),
        lambda: Chance(0, 0),
        lambda: Outcomes(0, 0, 0, 1, 1),
        lambda: Outcomes(1, 1, 1, -1, 1),
    ],
)
def test_spreads_that_are_none_are_refused(make):
    with pytest.raises(LandreleaseError):
        make()


def test_no_runs_are_refused(bound):
    with pytest.raises(LandreleaseError, match="runs"):
        forecast(bound, PRIORS, runs=0)


def test_spells_last_as_long_as_they_say():
    lost = Spell(Chance(1, 99), 10, fixed=True).draw(50, 2000, np.random.default_rng(1))
    starts = np.diff(lost.astype(int), axis=1, prepend=0) == 1
    assert lost.mean() == pytest.approx(1 - 0.99**10, abs=0.06)
    ends = np.flatnonzero(np.diff(lost[0].astype(int)) == -1)
    assert ends[0] - np.flatnonzero(starts[0])[0] + 1 >= 10


def test_counts_move_a_chance():
    assert Chance(1, 99).seen(50, 100).yes == 51
    assert PRIORS.outcomes.seen(100, 0, 0).chances[0] > 0.8


def test_a_forecast_of_nothing_released_says_so(bound):
    none = Forecast(bound.tables.problem, np.full((3, 30), 151), 0)
    assert none.frame()["p50"].isna().all()
    assert none.chance(150)[0] == 0
