"""Time and memory of the hazard field from 250,000 to 4,000,000 cells, on fields drawn from the model itself.

python -m benchmarks.hazard_speed [--seed N] [--quick]        method: docs/explanation/benchmarks.md
"""

import os
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import Figures, run, stopwatch
from benchmarks.hazard_truth import AT_YEAR, Truth, draw_truth
from landrelease.hazard.field.basis import Matern
from landrelease.hazard.field.draws import draw_predictors
from landrelease.hazard.field.estimator import FieldEstimator, FieldSurface
from landrelease.hazard.field.settings import FieldSettings

SETTINGS = FieldSettings(Matern(6_000.0, 1.5), Matern(50_000.0, 2.0), site_sd=2.0, draws=0)
"""Standard deviations of `usual_settings`; ranges of 6 and 50 cells at every size."""

SIZES = {"250k": (500, 500), "1m": (1_000, 1_000), "2m": (1_250, 1_600), "4m": (2_000, 2_000)}
QUICK_SIZES = {"250k": (64, 64), "1m": (96, 96), "2m": (100, 128), "4m": (128, 128)}
"""Rows and columns of cells of 1 km, by name."""

DRAWN, DRAWS = "2m", 30
"""The size on which the rounds of uncertainty and the draws are timed, and how many draws."""


def measure_speed(seed: int, quick: bool) -> Figures:
    """Every size in a fresh process of its own, one after the other."""
    sizes, draws = (QUICK_SIZES, 2) if quick else (SIZES, DRAWS)
    by_size = {name: _in_a_fresh_process(shape, seed, draws if name == DRAWN else 0) for name, shape in sizes.items()}
    drawn = by_size[DRAWN]
    return {
        "fit_2m_cells_s": drawn["mode_s"], "fit_2m_cells_gb": drawn["mode_gb"],
        "fit_2m_cells_with_uncertainty_s": drawn["fit_s"], "fit_2m_cells_with_uncertainty_gb": drawn["fit_gb"],
        "draws_30_s": drawn["draws_s"], "draws_30_gb": drawn["draws_gb"], "draws": draws,
        "per_cell_growth": round(by_size["4m"]["mode_us_a_cell"] / by_size["250k"]["mode_us_a_cell"], 3),
        "per_cell_growth_cpu": round(by_size["4m"]["cpu_us_a_cell"] / by_size["250k"]["cpu_us_a_cell"], 3),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2), "by_size": by_size,
    }  # fmt: skip


def _in_a_fresh_process(shape: tuple[int, int], seed: int, draws: int) -> Figures:
    """Peak memory is a process's own, and it never falls."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(measure_size, shape, seed, draws).result()


def measure_size(shape: tuple[int, int], seed: int, draws: int) -> Figures:
    """Time the mode on one size; with `draws` the rounds of uncertainty and the draws after it as well."""
    truth = draw_truth(shape, seed, SETTINGS)
    cells, start = shape[0] * shape[1], time.process_time()
    with stopwatch() as watch:
        mode = _fit(truth, rounds=0)
    cpu = time.process_time() - start
    figures = {"cells": cells, "events": len(truth.looks), "mode_s": round(watch.seconds, 2), "mode_gb": peak_gb(),
               "mode_cpu_s": round(cpu, 2), "mode_us_a_cell": round(watch.seconds / cells * 1e6, 3),
               "cpu_us_a_cell": round(cpu / cells * 1e6, 3), **_effort(mode)}  # fmt: skip
    del mode
    return figures | _with_draws(truth, draws) if draws else figures


def _with_draws(truth: Truth, draws: int) -> Figures:
    with stopwatch() as fitting:
        surface = _fit(truth, rounds=SETTINGS.rounds)
    figures = {"fit_s": round(fitting.seconds, 2), "fit_gb": peak_gb()}
    with stopwatch() as drawing:
        made = draw_intensities(surface, draws)
    assert np.isfinite(made).all()
    return {**figures, "draws_s": round(drawing.seconds, 2), "draws_gb": peak_gb()}


def _fit(truth: Truth, rounds: int) -> FieldSurface:
    return FieldEstimator(replace(SETTINGS, rounds=rounds)).fit(truth.looks, truth.grid, AT_YEAR)


def draw_intensities(surface: FieldSurface, draws: int) -> NDArray[np.float32]:
    """Joint draws of the intensity of a fitted surface, shape (draws, rows, columns)."""
    fit = surface.fit
    assert fit is not None
    made = np.empty((draws, *surface.grid.shape), dtype=np.float32)
    centre = fit.log_mean - fit.variance / 2
    for index in range(draws):
        generator = np.random.default_rng([SETTINGS.seed, 1, index])
        made[index] = np.exp(fit.frame.cut(centre + draw_predictors(fit.model, fit.mode, generator)[0]))
    return made


def _effort(surface: FieldSurface) -> Figures:
    """How the mode was reached."""
    assert surface.fit is not None
    mode = surface.fit.mode
    return {"frame_cells": surface.fit.variance.size, "newton_steps": mode.steps, "products": mode.products,
            "converged": mode.converged, "decrement": round(mode.decrement, 4)}  # fmt: skip


def peak_gb() -> float:
    """Most memory that this process ever held, GB (1e9 bytes)."""
    unit = 1 if sys.platform == "darwin" else 1_024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9, 3)


if __name__ == "__main__":
    run(measure_speed, __doc__ or "")
