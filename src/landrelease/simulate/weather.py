"""Weather of each day, and what it leaves of a working day: stints, breaks, heat."""

import math
from dataclasses import dataclass

import numpy as np

from landrelease.profile.conduct import Safety
from landrelease.simulate.scenario import Deployment, Scenario

COOLEST_HOUR, WARMEST_HOUR = 5, 15


@dataclass(frozen=True, slots=True)
class DayWeather:
    """Temperatures and rain of one day; `lost` means that nobody can search."""

    low_c: float
    high_c: float
    rain: bool
    lost: bool

    def at(self, minute: float) -> float:
        """Temperature at a minute of the day, °C; coolest at 05:00, warmest at 15:00."""
        share = (minute / 60 - COOLEST_HOUR) / (WARMEST_HOUR - COOLEST_HOUR)
        return self.low_c + (self.high_c - self.low_c) * (1 - math.cos(math.pi * min(max(share, 0.0), 1.5))) / 2


@dataclass(frozen=True, slots=True)
class Shift:
    """What one team may work on one day.

    Attributes
    ----------
    minutes
        Working time of each person, breaks left out.
    stopped
        Whether the heat ended it early.
    """

    minutes: int
    stints: int
    longest_stint_minutes: int
    temperature_c: int
    stopped: bool


def draw_weather(scenario: Scenario, rng: np.random.Generator) -> tuple[DayWeather, ...]:
    """Draw every day: a season's mean, deviations that persist, rain in spells."""
    weather, days = scenario.weather, scenario.deployment.days
    deviation, rain, drawn = 0.0, False, []
    for index in range(days):
        day = scenario.deployment.day(index).timetuple().tm_yday
        phase = math.cos(2 * math.pi * (day - weather.warmest_day_of_year) / 365.25)
        mean = (weather.warmest_c + weather.coldest_c) / 2 + phase * (weather.warmest_c - weather.coldest_c) / 2
        fresh = weather.spread_c * math.sqrt(1 - weather.persistence**2) * rng.standard_normal()
        deviation = weather.persistence * deviation + fresh
        rain = bool(rng.random() < (weather.rain_goes_on if rain else weather.rain_starts))
        lost = bool(rng.random() < weather.rain_lost_share) and rain
        high = mean + deviation - (5.0 if rain else 0.0)
        drawn.append(DayWeather(high - weather.daily_range_c, high, rain, lost))
    return tuple(drawn)


def shift_of(weather: DayWeather, deployment: Deployment, safety: Safety, late_minutes: int, stop_c: float) -> Shift:
    """Lay out stints and breaks from the start of the shift, shorter in the heat, until a limit is reached.

    Parameters
    ----------
    late_minutes
        Minutes after the shift's start at which the team begins (travel, setting up).
    stop_c
        Temperature from which this kind of team stops.
    """
    minute, end = deployment.shift_starts_hour * 60 + late_minutes, _end(deployment)
    limit, stints, warmest = int(safety.minutes_a_day), [0], weather.at(minute)
    while minute < end and sum(stints) < limit and weather.at(minute) < stop_c:
        hot = weather.at(minute) >= safety.heat_c
        length = int(safety.stint_minutes_heat if hot else safety.stint_minutes)
        stints.append(min(length, limit - sum(stints), end - minute))
        minute += stints[-1] + int(safety.break_minutes)
        warmest = max(warmest, weather.at(minute))
    stopped = minute < end and sum(stints) < limit
    return Shift(sum(stints), len(stints) - 1, max(stints), round(warmest), stopped)


def _end(deployment: Deployment) -> int:
    return (deployment.shift_starts_hour + deployment.shift_hours) * 60
