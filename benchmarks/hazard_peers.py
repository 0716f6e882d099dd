"""The hazard field beside other libraries: the same 40,000 cells with known truth, quality and time.

python -m benchmarks.hazard_peers [--seed N] [--quick]        method: docs/explanation/benchmarks.md

PyMC is no dependency of this project: it is measured where it is installed.
"""

import importlib.util
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import PoissonRegressor
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.common import Figures, run, stopwatch
from benchmarks.hazard_truth import AT_YEAR, CELL_M, FIRST_YEAR, Truth, draw_truth
from landrelease.hazard.baselines import weighted_counts
from landrelease.hazard.calibration import coverage
from landrelease.hazard.field import basis
from landrelease.hazard.field.estimator import FieldEstimator
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.looks import Looks

Floats = NDArray[np.float64]

SHORT_CELLS, LONG_CELLS, SHORT_SD, LONG_SD = 12.0, 60.0, 1.0, 1.5
SETTINGS = FieldSettings(
    basis.Matern(SHORT_CELLS * CELL_M, SHORT_SD), basis.Matern(LONG_CELLS * CELL_M, LONG_SD),
    site_sd=0.0, decay_years=np.inf, other_weight=1.0, draws=200,
)  # fmt: skip
"""Those of the truth; every library is given the same ranges and standard deviations where it takes them."""

SIDE, CELLS_AN_EVENT = 200, 10.0
LEVEL = 0.9
MATERN_32 = 1.98
"""A Matérn field of smoothness 3/2 with its length this many times shorter has our range (correlation .14)."""


@dataclass(frozen=True)
class Sizes:
    """What the libraries may spend: features, cells a side of a block, basis functions a side, steps."""

    short: int = 600
    long: int = 100
    block: int = 4
    functions: int = 40
    steps: int = 1_500


QUICK = Sizes(short=60, long=20, block=4, functions=8, steps=60)


@dataclass(frozen=True, eq=False)
class Estimate:
    """Expected events in each cell, the log that is nearest to the truth's in the mean, and its interval if any."""

    mean: Floats
    log_mean: Floats
    interval: tuple[Floats, Floats] | None = None


@dataclass(frozen=True, eq=False)
class Task:
    """What every library is given: counts in cells, in two periods for those that choose parameters, and places.

    Attributes
    ----------
    earlier, later
        Counts in the first two thirds of the years and in the rest.
    places
        Row and column of each cell, shape (cells, 2).
    """

    truth: Truth
    earlier: Floats
    later: Floats
    places: Floats
    seed: int
    sizes: Sizes

    @property
    def counts(self) -> Floats:
        """All events in each cell."""
        return self.earlier + self.later


Library = Callable[[Task], Estimate]


def measure_peers(seed: int, quick: bool) -> Figures:
    """Every library on the same events, judged on later events of the same truth and on the truth."""
    side, sizes = (48, QUICK) if quick else (SIDE, Sizes())
    task = draw_task(side, seed, sizes)
    unseen = np.random.default_rng([seed, 99]).poisson(np.exp(task.truth.log_events)).astype(np.float64)
    known = Estimate(np.exp(task.truth.log_events), task.truth.log_events)
    libraries: dict[str, Library] = {
        "field": by_field, "sklearn_poisson_nystroem": by_nystroem, "sklearn_gaussian_process": by_gaussian_process,
    }  # fmt: skip
    figures = {name: judge(library, task, unseen) for name, library in libraries.items()}
    return {
        "cells": side**2, "events": int(task.counts.sum()), "unseen_events": int(unseen.sum()),
        "truth_log_score_gain": log_score_gain(known.mean, unseen), **figures, **_pymc_figures(task, unseen),
    }  # fmt: skip


def draw_task(side: int, seed: int, sizes: Sizes) -> Task:
    """A truth and its record."""
    truth = draw_truth((side, side), seed, SETTINGS, CELLS_AN_EVENT)
    split = FIRST_YEAR + (AT_YEAR - FIRST_YEAR) * 2 / 3
    places = np.indices((side, side)).reshape(2, -1).T.astype(np.float64)
    early = truth.looks.year < split
    earlier, later = (_counts(truth.looks.where(chosen), truth) for chosen in (early, ~early))
    return Task(truth, earlier, later, places, seed, sizes)


def _counts(looks: Looks, truth: Truth) -> Floats:
    return weighted_counts(looks, np.ones(len(looks)), truth.grid)


def judge(library: Library, task: Task, unseen: Floats) -> Figures:
    """Quality and time of one library.

    `log_score_gain`: Poisson log score on the unseen events over that of the mean rate everywhere, nats an event.
    """
    with stopwatch() as watch:
        made = library(task)
    error, covered = made.log_mean - task.truth.log_events, None
    if made.interval is not None:
        covered = round(coverage(*made.interval, truth=task.truth.log_events), 4)
    return {
        "log_score_gain": log_score_gain(made.mean, unseen), "rmse_log": round(float(np.sqrt((error**2).mean())), 4),
        "coverage_90": covered, "seconds": round(watch.seconds, 2),
    }  # fmt: skip


def log_score_gain(mean: Floats, unseen: Floats) -> float:
    """Gain over a flat map of the right total, nats an event."""
    flat = unseen.mean()
    return round(float((unseen * np.log(mean / flat) - mean + flat).sum() / unseen.sum()), 4)


def by_field(task: Task) -> Estimate:
    """Ours, with draws."""
    surface = FieldEstimator(SETTINGS).fit(task.truth.looks, task.truth.grid, AT_YEAR)
    assert surface.draws is not None
    return _of_draws(np.log(surface.draws.astype(np.float64) * task.truth.grid.cell_area_m2),
                     surface.items_per_m2 * task.truth.grid.cell_area_m2)  # fmt: skip


def _of_draws(logs: Floats, mean: Floats) -> Estimate:
    low, high = np.quantile(logs, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return Estimate(mean, logs.mean(axis=0), (low, high))


# scikit-learn


def by_nystroem(task: Task) -> Estimate:
    """Poisson regression on features of a short and a long kernel.

    Widths and penalty are those that foresee the last third of the years best from the years before.
    """
    share = task.later.sum() / task.earlier.sum()
    trials = [(short, 4 * short, alpha) for short in (4.0, 8.0) for alpha in (1e-5, 1e-4, 1e-3)]
    scores = [
        log_score_gain(_poisson(trial, task, task.earlier).reshape(task.later.shape) * share, task.later)
        for trial in trials
    ]
    mean = _poisson(trials[int(np.argmax(scores))], task, task.counts).reshape(task.counts.shape)
    return Estimate(mean, np.log(mean))


def _poisson(trial: tuple[float, float, float], task: Task, counts: Floats) -> Floats:
    *widths, alpha = trial
    many = (task.sizes.short, task.sizes.long)
    features = FeatureUnion([
        (f"width_{width}", Nystroem(gamma=0.5 / width**2, n_components=number, random_state=task.seed))
        for width, number in zip(widths, many, strict=True)
    ])  # fmt: skip
    model: Pipeline = make_pipeline(features, StandardScaler(), PoissonRegressor(alpha=alpha, max_iter=200, tol=1e-3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # not converged: judged by the score of what it found
        return np.asarray(model.fit(task.places, counts.ravel()).predict(task.places))


def by_gaussian_process(task: Task) -> Estimate:
    """Gaussian process of the log counts of blocks of cells; it knows no Poisson, and its noise is fitted."""
    block = task.sizes.block
    rows = task.counts.shape[0] // block
    blocks = task.counts.reshape(rows, block, rows, block).sum(axis=(1, 3)) / block**2
    centres = np.indices(blocks.shape).reshape(2, -1).T * block + (block - 1) / 2
    logs = np.log(blocks + 0.5 / block**2).ravel()
    chosen = np.random.default_rng(task.seed).permutation(len(logs))[:800]
    noise = GaussianProcessRegressor(_kernel() + WhiteKernel(1.0)).fit(centres[chosen], logs[chosen] - logs.mean())
    model = GaussianProcessRegressor(noise.kernel_, optimizer=None).fit(centres, logs - logs.mean())
    found, sd = _in_parts(model, task.places)
    found = found + logs.mean()
    unexplained = np.sqrt(np.maximum(sd**2 - noise.kernel_.k2.noise_level, 0.0))
    shift = np.log(task.counts.sum() / np.exp(found + unexplained**2 / 2).sum())
    shape = task.counts.shape
    logs_of_cells, spread = (found + shift).reshape(shape), unexplained.reshape(shape)
    ends = (logs_of_cells - 1.645 * spread, logs_of_cells + 1.645 * spread)
    return Estimate(np.exp(logs_of_cells + spread**2 / 2), logs_of_cells, ends)


def _kernel() -> Any:
    parts = [
        ConstantKernel(sd**2, "fixed") * Matern(cells / MATERN_32, "fixed", nu=1.5)
        for sd, cells in ((SHORT_SD, SHORT_CELLS), (LONG_SD, LONG_CELLS))
    ]
    return parts[0] + parts[1]


def _in_parts(model: GaussianProcessRegressor, places: Floats, size: int = 4_000) -> tuple[Floats, Floats]:
    parts = [model.predict(places[start : start + size], return_std=True) for start in range(0, len(places), size)]
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


# PyMC


def _pymc_figures(task: Task, unseen: Floats) -> Figures:
    names: dict[str, Library] = {"pymc_hsgp_map": by_pymc_map, "pymc_hsgp_advi": by_pymc_advi}
    if importlib.util.find_spec("pymc") is None:
        return dict.fromkeys(names, "not installed")
    return {name: judge(library, task, unseen) for name, library in names.items()}


def by_pymc_map(task: Task) -> Estimate:
    """Mode of a log-Gaussian Cox model on the Hilbert space basis; no interval."""
    import pymc

    with _pymc_model(task):
        found = pymc.find_MAP(progressbar=False, maxeval=500)
    logs = (found["level"] + found["short"] + found["long"]).reshape(task.counts.shape)
    return Estimate(np.exp(logs), logs)


def by_pymc_advi(task: Task) -> Estimate:
    """The same model with a Gaussian of independent coefficients, fitted by stochastic gradients."""
    import pymc

    with _pymc_model(task):
        found = pymc.fit(task.sizes.steps, method="advi", progressbar=False, random_seed=task.seed,
                         obj_optimizer=pymc.adam(learning_rate=0.02))  # fmt: skip
        drawn = found.sample(200, random_seed=task.seed, return_inferencedata=False)
    logs = drawn["level"][:, None] + drawn["short"] + drawn["long"]
    shaped = np.asarray(logs).reshape(-1, *task.counts.shape)
    return _of_draws(shaped, np.exp(shaped).mean(axis=0))


def _pymc_model(task: Task) -> Any:
    import pymc

    fewer = max(4, int(task.sizes.functions * SHORT_CELLS / LONG_CELLS * 2))
    with pymc.Model() as model:
        rate = pymc.Normal("level", np.log(task.counts.mean()), 3.0)
        for name, sd, cells, functions in (
            ("short", SHORT_SD, SHORT_CELLS, task.sizes.functions), ("long", LONG_SD, LONG_CELLS, fewer)
        ):  # fmt: skip
            kernel = sd**2 * pymc.gp.cov.Matern32(2, ls=cells / MATERN_32)
            rate = rate + pymc.gp.HSGP(m=[functions, functions], c=1.3, cov_func=kernel).prior(name, X=task.places)
        pymc.Poisson("counts", pymc.math.exp(rate), observed=task.counts.ravel())
    return model


if __name__ == "__main__":
    run(measure_peers, __doc__ or "")
