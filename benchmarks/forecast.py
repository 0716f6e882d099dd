"""Calibration of forecasts: how often dates given at P80 and P90 hold in simulated programmes.

Each programme has rates, chances and survey outcomes of its own, drawn from the profile's spreads and shown to nobody.
It has finished some tasks, surveys and days; from their results alone the forecaster calibrates, forecasts, and is
then judged by one further life of the same programme.
"""

import math
from dataclasses import replace

import numpy as np

from benchmarks.common import Figures, run, stopwatch
from landrelease.plan.bound import Bound, BoundSettings, Descent, bound_problem
from landrelease.plan.forecast import Forecast, WorldDispatcher, forecast, quantile_day
from landrelease.plan.generate import generate_problem
from landrelease.plan.uncertainty import Chance, Outcomes, PastTask, Rates, Spell, Uncertainty, calibrated
from landrelease.profile import load_profile
from landrelease.terms import Ground

SETTINGS = BoundSettings(coarse=Descent(step=1.0, iterations=60), fine=Descent(step=0.3, iterations=60))
MILESTONES = (0.2, 0.3, 0.4, 0.5)
"""Shares of all land whose dates are judged."""
PAST_TASKS, PAST_SURVEYS, PAST_DAYS = 60, 30, 200
RUNS = 300
LOAD = 0.8
"""Half of the published load, so that most milestones lie inside the horizon."""


def programme(priors: Uncertainty, random: np.random.Generator, groups: list[tuple[str, Ground]]) -> Uncertainty:
    """The truth of one programme: every belief drawn once, and then sure."""
    effects, within = priors.rates.draw(groups, random)
    sure = 10**9
    rates = Rates(0.0, 0.0, 1.0, within, 0.0, {g: (float(e), sure) for g, e in zip(groups, effects, strict=True)})
    cancelled, reduced, full = (float(share) * sure for share in priors.outcomes.draw(random))
    outcomes = replace(priors.outcomes, cancelled=cancelled, reduced=reduced, full=full)
    return Uncertainty(
        rates, outcomes, *(settled(s, random) for s in (priors.breakdowns, priors.weather, priors.accidents))
    )


def settled(spell: Spell, random: np.random.Generator) -> Spell:
    """The same spell with a chance that is known."""
    chance = spell.chance.draw(random)
    return replace(spell, chance=Chance(chance * 1e12, (1 - chance) * 1e12))


def learnt(
    priors: Uncertainty, truth: Uncertainty, groups: list[tuple[str, Ground]], random: np.random.Generator
) -> Uncertainty:
    """What the forecaster knows: priors, and the results of the programme's past."""
    chosen = random.integers(0, len(groups), PAST_TASKS)
    effect = {group: mean for group, (mean, _count) in truth.rates.groups.items()}
    past = []
    for number in chosen:
        days = float(random.integers(5, 40))
        log = effect[groups[number]] + truth.rates.within_sd * random.standard_normal()
        operator, ground = groups[number]
        past.append(PastTask(operator, ground, days, days * math.exp(log)))
    counts = random.multinomial(PAST_SURVEYS, truth.outcomes.chances)
    spells = {
        name: replace(getattr(priors, name), chance=counted(getattr(priors, name).chance, getattr(truth, name), random))
        for name in ("breakdowns", "weather", "accidents")
    }
    outcomes: Outcomes = priors.outcomes.seen(*counts.tolist())
    return Uncertainty(calibrated(priors.rates, past), outcomes, **spells)


def counted(prior: Chance, truth: Spell, random: np.random.Generator) -> Chance:
    """A chance after the days of the past were counted."""
    chance = truth.chance.yes / (truth.chance.yes + truth.chance.no)
    return prior.seen(float(random.binomial(PAST_DAYS, chance)), PAST_DAYS)


def live_once(bound: Bound, truth: Uncertainty, seed: int) -> Forecast:
    """What then happened."""
    return forecast(bound, truth, runs=1, seed=seed, client=None)


def judge(told: Forecast, happened: Forecast) -> dict[str, list[bool]]:
    """Whether dates held; those that are not inside the horizon promise nothing and are left out."""
    held: dict[str, list[bool]] = {}
    for level in (0.5, 0.8, 0.9):
        key = f"p{round(100 * level)}"
        dates = [int(quantile_day(told.milestone(share), level)) for share in MILESTONES]
        truth = [int(happened.milestone(share)[0]) for share in MILESTONES]
        held[key] = [t <= d for t, d in zip(truth, dates, strict=True) if d < told.never]
        areas = told.days(level)
        held[f"{key}_areas"] = [
            bool(t <= d) for t, d in zip(happened.released[0], areas, strict=True) if d < told.never
        ]
    return held


def measure(seed: int, quick: bool) -> Figures:
    """All figures."""
    programmes = 10 if quick else 100
    priors = Uncertainty.from_profile(load_profile())
    held: dict[str, list[list[bool]]] = {}
    with stopwatch() as watch:
        for number in range(programmes):
            random = np.random.default_rng([seed, number])
            bound = bound_problem(
                generate_problem(50, 10, int(random.integers(1, 10**6)), load=LOAD), settings=SETTINGS
            )
            dispatcher = WorldDispatcher(bound)
            groups = [(operator, ground) for operator in dispatcher.operators for ground in dispatcher.grounds]
            truth = programme(priors, random, groups)
            known = learnt(priors, truth, groups, random)
            told = forecast(bound, known, runs=100 if quick else RUNS, seed=int(random.integers(2**31)))
            happened = live_once(bound, truth, int(random.integers(2**31)))
            for key, values in judge(told, happened).items():
                held.setdefault(key, []).append(values)
    figures: Figures = {}
    for key, lists in held.items():
        means = np.array([np.mean(values) for values in lists if values])
        name = key.replace("_areas", "") + "_hold" + ("_areas" if key.endswith("_areas") else "")
        figures[name] = round(float(means.mean()), 3)
        figures[f"{name}_se"] = round(float(means.std(ddof=1) / math.sqrt(len(means))), 3)
    bound = bound_problem(generate_problem(500, 50, seed), settings=SETTINGS)
    forecast(bound, priors, runs=1)
    with stopwatch() as runs:
        forecast(bound, priors, runs=20 if quick else 200, seed=seed)
    figures |= {"programmes": programmes, "seconds": round(watch.seconds, 1)}
    figures["ms_a_run_500"] = round(1000 * runs.seconds / (20 if quick else 200), 2)
    return figures


if __name__ == "__main__":
    run(measure, __doc__.splitlines()[0])
