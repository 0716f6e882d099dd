"""Chance that a transect survey crosses *and detects* a target area, by simulation (methods A3).

A run: an ellipse at a random angle, a site just large enough for it, the first transect at a random offset; anomalies
of background and target are Poisson; windows follow each other along each transect at a sixth of their length, from its
beginning until they cover all of it; the target counts as found where any window rejects. Transects reach a whole
number of steps across the site, so that its far end lies in a window too.

"Found" is partly false alarm: each window rejects with up to the significance on background alone, and a site has many.
`DetectionChance.false_alarm` is the same figure with no anomaly in the target.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, poisson

from landrelease.errors import ErrorCode, Finding
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress
from landrelease.survey.crossing import chance_to_cross
from landrelease.survey.target import (
    CUT,
    STEPS_A_WINDOW,
    Spread,
    TargetArea,
    TransectSpacing,
    WindowTest,
    check,
    false_flag_chance,
)

BATCH = 1_000
"""Runs between two looks at the error; at least two batches are run."""
MOST_RUNS = 200_000
Z95 = 1.96


@dataclass(frozen=True, slots=True)
class DetectionChance:
    """What the simulation says.

    Attributes
    ----------
    chance
        Share of runs that found the target.
    runs
        Runs made.
    error
        ``1.96 sqrt(p (1 - p) / runs)``, what the simulation was stopped by.
    low, high
        Exact (Clopper-Pearson) 95 % interval, which does not vanish where every run found the target.
    to_cross
        Chance to cross the ellipse at all, by geometry.
    flag_count, background_mean
        Count at which a window rejects, and what background alone puts into it on average.
    false_window
        Chance that one window rejects on background alone.
    false_alarm
        Chance that any window of the site rejects on background alone; None where it was not asked for.
    findings
        LR5020 where the wanted error was not reached.
    """

    chance: float
    runs: int
    error: float
    low: float
    high: float
    to_cross: float
    flag_count: int
    background_mean: float
    false_window: float
    false_alarm: float | None = None
    findings: tuple[Finding, ...] = ()


def chance_to_detect(
    target: TargetArea, transects: TransectSpacing, test: WindowTest, *, seed: int, max_error: float = 0.01,
    most_runs: int = MOST_RUNS, false_alarm: bool = False, progress: Progress = SILENT,
) -> DetectionChance:  # fmt: skip
    """Simulate until the error is small enough.

    Parameters
    ----------
    seed
        Names the streams; the answer depends on it and on nothing else, not on the number of threads.
    max_error
        The simulation stops where ``1.96 sqrt(p (1 - p) / n)`` is below this.
    most_runs
        And here in any case.
    false_alarm
        Simulate the same without a target as well.

    Raises
    ------
    LandreleaseError
        LR5001 for a parameter out of range.
    """
    check("max_error", max_error, 0 < max_error < 1, _("strictly between 0 and 1"))
    check("most_runs", most_runs, most_runs >= 1, _("at least 1"))
    progress.begin(_("Simulation"))
    try:
        found = _simulate(target, transects, test, seed, max_error, most_runs, progress)
        empty = replace(target, density_per_m2=0.0)
        alarms = _simulate(empty, transects, test, seed + 1, max_error, most_runs, progress) if false_alarm else None
    finally:
        progress.end()
    return _said(found, alarms, target, transects, test, max_error)


def found_runs(
    target: TargetArea, transects: TransectSpacing, test: WindowTest, *, seed: int, runs: int, first_run: int = 0
) -> NDArray[np.bool_]:
    """Which of so many runs found the target, shape (runs,); run number n is the same in every call with this seed."""
    from landrelease.survey.detection_kernel import simulate  # compiled: loaded where it is used

    seen = 1 - test.false_negative
    semi = (target.length_m / 2, target.width_m / 2)
    if normal := target.spread is Spread.NORMAL:
        expected, cut = target.density_per_m2 * 2 * math.pi * semi[0] * semi[1] / CUT**2, CUT
    else:
        expected, cut = target.density_per_m2 * math.pi * semi[0] * semi[1], 1.0
    window = (test.length_m(target), float(STEPS_A_WINDOW), float(test.flag_count(target, transects.swath_m)))
    made: NDArray[np.bool_] = simulate(
        first_run, runs, np.uint64(seed % 2**64), semi, (expected * seen, cut, float(normal)),
        test.background_per_m2 * seen, _step_table(test.background_mean(target, transects.swath_m) / STEPS_A_WINDOW),
        np.array(transects.gaps_m), transects.swath_m, window,
        _room(target, transects, test),
    )  # fmt: skip
    return made


def _step_table(mean: float) -> NDArray[np.float64]:
    """Chances of at most 0, 1, 2, ... anomalies in one step of a transect; beyond the last is beyond a double."""
    return np.asarray(poisson.cdf(np.arange(poisson.isf(1e-16, mean) + 2), mean), dtype=np.float64)


def expected_anomalies(target: TargetArea) -> float:
    """Anomalies that a target area holds above background, on average."""
    area = math.pi * target.length_m * target.width_m / 4
    return target.density_per_m2 * (area if target.spread is Spread.UNIFORM else 2 * area / CUT**2)


def _room(target: TargetArea, transects: TransectSpacing, test: WindowTest) -> int:
    """Anomalies that no run exceeds: the mean of the fullest site and twelve standard deviations."""
    side = target.length_m + 2 * test.length_m(target)
    swaths = sum(min(side, (side / (gap + transects.swath_m) + 2) * transects.swath_m) for gap in transects.gaps_m)
    mean = test.background_per_m2 * side * (swaths + 2 * transects.swath_m) + expected_anomalies(target)
    return int(mean + 12 * math.sqrt(mean)) + 64


def _simulate(
    target: TargetArea, transects: TransectSpacing, test: WindowTest, seed: int, max_error: float, most_runs: int,
    progress: Progress,
) -> NDArray[np.int64]:  # fmt: skip
    """Found runs and all runs, in batches until the error is small enough."""
    found = runs = 0
    while runs < most_runs:
        batch = min(max(BATCH, runs), most_runs - runs)
        found += int(found_runs(target, transects, test, seed=seed, runs=batch, first_run=runs).sum())
        runs += batch
        progress.advance(batch)
        if runs >= 2 * BATCH and _error(found, runs) < max_error:
            break
    return np.array([found, runs])


def _error(found: int, runs: int) -> float:
    share = found / runs
    return Z95 * math.sqrt(share * (1 - share) / runs)


def _said(
    found: NDArray[np.int64], alarms: NDArray[np.int64] | None, target: TargetArea, transects: TransectSpacing,
    test: WindowTest, max_error: float,
) -> DetectionChance:  # fmt: skip
    hits, runs = (int(each) for each in found)
    error = _error(hits, runs)
    findings = []
    if error >= max_error:
        findings.append(
            Finding(ErrorCode.ERROR_NOT_REACHED, {"runs": runs, "error": f"{error:.4f}", "wanted": max_error})
        )
    mean = test.background_mean(target, transects.swath_m)
    return DetectionChance(
        chance=hits / runs, runs=runs, error=error,
        low=float(beta.ppf(0.025, hits, runs - hits + 1)) if hits else 0.0,
        high=float(beta.ppf(0.975, hits + 1, runs - hits)) if hits < runs else 1.0,
        to_cross=chance_to_cross(target, transects), flag_count=test.flag_count(target, transects.swath_m),
        background_mean=mean, false_window=false_flag_chance(mean, test.significance),
        false_alarm=None if alarms is None else float(alarms[0] / alarms[1]), findings=tuple(findings),
    )  # fmt: skip
