"""Survey design: the detection simulation against NumPy, its parity with published spacings, the sampling study.

python -m benchmarks.survey [--seed N] [--quick]        method: docs/explanation/benchmarks.md
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Figures, run, stopwatch
from benchmarks.sampling_study import measure_sampling
from benchmarks.survey_numpy import found_by_sites, found_by_strips
from landrelease.survey.detection import found_runs
from landrelease.survey.target import TargetArea, TransectSpacing, WindowTest

FOOT = 0.3048
ACRE = 43_560 * FOOT**2
PUBLISHED = {
    (849, 566): ((40, 70), (100, 150), (220, 330)),
    (1200, 800): ((125, 180), (225, 345), (465, 570)),
    (2000, 900): ((170, 275), (390, 550), (655, 805)),
    (2828, 1273): ((270, 425), (565, 890), (935, 1190)),
    (707, 424): ((30, 55), (65, 105), (130, 230)),
    (1000, 600): ((70, 120), (135, 225), (315, 420)),
    (1500, 1500): ((175, 275), (400, 610), (785, 935)),
    (2121, 2121): ((320, 505), (780, 1045), (1145, 1400)),
}
"""Full axes in feet; spacings in feet at 99 % and at 95 % for 100, 200 and 400 anomalies an acre at the centre."""
DENSITIES = (100, 200, 400)
WANTED = (0.99, 0.95)
STRIPS_BATCH, SITES_BATCH = 2_000, 20
"""Runs that each form of the NumPy peer takes at once: about the fastest for the caches of a laptop."""

Setting = tuple[TargetArea, TransectSpacing, WindowTest]
Found = Callable[[Setting, int], NDArray[np.bool_]]
Peer = Callable[..., NDArray[np.bool_]]


def settings() -> list[tuple[Setting, float]]:
    """All 48 published settings with the chance that they are published for."""
    test = WindowTest(100 / ACRE)
    return [
        ((TargetArea(long * FOOT, wide * FOOT, density / ACRE), TransectSpacing(gap * FOOT, 6 * FOOT), test), chance)
        for (long, wide), rows in PUBLISHED.items()
        for density, gaps in zip(DENSITIES, rows, strict=True)
        for gap, chance in zip(gaps, WANTED, strict=True)
    ]


def measure_parity(seed: int, quick: bool) -> Figures:
    """Largest distance between a simulated chance and the one that its spacing is published for."""
    runs = 5_000 if quick else 100_000
    distances = [
        abs(float(found_runs(*setting, seed=seed, runs=runs).mean()) - chance) for setting, chance in settings()
    ]
    return {
        "transect_parity_worst": round(max(distances), 4),
        "transect_parity_mean": round(float(np.mean(distances)), 4),
        "transect_parity_runs": runs,
    }


def in_batches(found: Peer, batch: int, seed: int, setting: Setting, runs: int) -> NDArray[np.bool_]:
    """Give the peer batches that suit its caches."""
    rng = np.random.default_rng(seed)
    return np.concatenate([found(*setting, rng, batch) for _ in range(runs // batch)])


def timed(found: Found, runs: int) -> tuple[float, NDArray[np.float64]]:
    """Seconds a run, over all settings, and the share found in each; a warm-up compiles what is compiled."""
    every = [setting for setting, _ in settings()]
    found(every[0], runs)
    with stopwatch() as watch:
        shares = np.array([float(found(setting, runs).mean()) for setting in every])
    return watch.seconds / (len(every) * runs), shares


def measure_speed(seed: int, quick: bool) -> Figures:
    """Time of ours and of both forms of the peer on all settings; the answers must agree before a time is printed."""
    runs, runs_of_strips, runs_of_sites = (10_000, 2_000, 200) if quick else (100_000, 20_000, 1_000)
    ours_s, ours = timed(lambda setting, count: found_runs(*setting, seed=seed, runs=count), runs)
    strips_s, strips = timed(partial(in_batches, found_by_strips, STRIPS_BATCH, seed), runs_of_strips)
    sites_s, sites = timed(partial(in_batches, found_by_sites, SITES_BATCH, seed), runs_of_sites)
    check_agreement("strips", ours, strips, runs, runs_of_strips)
    check_agreement("sites", ours, sites, runs, runs_of_sites)
    return {
        "detection_speedup_vs_numpy": round(sites_s / ours_s, 1),
        "detection_speedup_vs_numpy_strips": round(strips_s / ours_s, 1),
        "detection_runs_per_s": round(1 / ours_s),
        "detection_largest_difference": round(float(np.abs(ours - strips).max()), 4),
    }


def check_agreement(name: str, ours: NDArray[np.float64], theirs: NDArray[np.float64], runs: int, made: int) -> None:
    """Stop where a chance differs by more than luck: 4.5 standard deviations in any of the 48 settings."""
    pooled = (ours * runs + theirs * made) / (runs + made)
    sd = np.sqrt(pooled * (1 - pooled) * (1 / runs + 1 / made)) + 1 / made
    if (np.abs(ours - theirs) > 4.5 * sd).any():
        raise SystemExit(f"the simulation and its peer ({name}) disagree")


def measure(seed: int, quick: bool) -> Figures:
    """All figures."""
    parts = (measure_speed, measure_parity, measure_sampling)
    return {key: value for part in map(partial, parts) for key, value in part(seed, quick).items()}


if __name__ == "__main__":
    run(measure, __doc__.splitlines()[0])
