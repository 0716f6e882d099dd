import numpy as np
import pytest

from landrelease.profile import load_profile
from landrelease.simulate.scenario import load_scenario
from landrelease.simulate.weather import DayWeather, draw_weather, shift_of

SCENARIO, SAFETY = load_scenario("regiment-120"), load_profile().safety


def _shift(high_c: float, late: int = 0, stop_c: float = SAFETY.stop_c):
    return shift_of(DayWeather(high_c - 13, high_c, False, False), SCENARIO.deployment, SAFETY, late, stop_c)


@pytest.mark.parametrize(("hour", "expected"), [(5, 20.0), (10, 25.0), (15, 30.0), (3, 20.0)])
def test_temperature_runs_from_dawn_to_afternoon(hour: int, expected: float) -> None:
    assert DayWeather(20, 30, False, False).at(hour * 60) == pytest.approx(expected)


def test_a_mild_day_gives_full_hours_in_full_stints() -> None:
    shift = _shift(25)
    assert shift.minutes == SAFETY.minutes_a_day
    assert shift.longest_stint_minutes == SAFETY.stint_minutes
    assert not shift.stopped


def test_heat_shortens_stints() -> None:
    shift = _shift(48)
    assert shift.longest_stint_minutes <= SAFETY.stint_minutes
    assert shift.stints > SAFETY.minutes_a_day / SAFETY.stint_minutes or shift.stopped


@pytest.mark.parametrize("high_c", [34, 38, 42])
def test_dogs_stop_earlier_than_people(high_c: float) -> None:
    assert _shift(high_c, stop_c=SAFETY.dog_stop_c).minutes < _shift(high_c).minutes


def test_nobody_works_where_the_morning_is_too_hot() -> None:
    shift = _shift(60, stop_c=30)
    assert (shift.minutes, shift.stints, shift.longest_stint_minutes) == (0, 0, 0)


def test_a_late_start_costs_time() -> None:
    assert _shift(25, late=300).minutes < _shift(25).minutes


def test_work_stays_inside_the_shift() -> None:
    for high_c in range(20, 50, 3):
        for late in (0, 60, 240, 539):
            shift = _shift(high_c, late)
            breaks = max(0, shift.stints - 1) * SAFETY.break_minutes
            assert shift.minutes + breaks + late <= SCENARIO.deployment.shift_hours * 60
            assert shift.minutes <= SAFETY.minutes_a_day


def test_summer_is_warmer_than_autumn() -> None:
    days = draw_weather(SCENARIO, np.random.default_rng(1))
    assert len(days) == 120
    assert np.mean([d.high_c for d in days[:30]]) > np.mean([d.high_c for d in days[90:]]) + 8
    assert all(d.high_c - d.low_c == pytest.approx(SCENARIO.weather.daily_range_c) for d in days)


def test_days_are_lost_only_to_rain() -> None:
    days = draw_weather(SCENARIO, np.random.default_rng(2))
    assert all(day.rain for day in days if day.lost)
    assert 0 < sum(day.lost for day in days) < 30
