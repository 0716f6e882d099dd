"""Hazard: maps of Colombia judged on later accidents, the field in a simulated province, its speed, peers and tiles.

python -m benchmarks.hazard [--seed N] [--quick]        method: docs/explanation/benchmarks.md
"""

import sys
from dataclasses import replace
from functools import partial

import pandas as pd

from benchmarks.colombia import EVENTS, SPLIT_YEAR, colombia_grid, looks_of, read_events, test_points
from benchmarks.common import Figures, run, stopwatch
from benchmarks.hazard_field import measure_counts, measure_places, tuned_settings
from benchmarks.hazard_peers import measure_peers
from benchmarks.hazard_province import measure_provinces
from benchmarks.hazard_speed import measure_speed
from benchmarks.hazard_tiles import measure_tiles
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import DistanceEstimator, KernelEstimator
from landrelease.hazard.evaluate import Capture, bootstrap_interval, capture, place_log_score
from landrelease.hazard.field.estimator import FieldEstimator
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.looks import Looks
from landrelease.hazard.surface import Estimator
from landrelease.hazard.tuning import Tuned, estimator_of, tune_kernel

SHARES = (0.5, 0.8, 0.9)
AREAS_KM2 = (1_000, 5_000, 10_000, 50_000)


def at_cell_centres(looks: Looks, grid: Grid) -> Looks:
    """Looks moved to the centres of their cells: distance between cells, as the reference has it."""
    rows, columns = grid.cells_of(looks.x_m, looks.y_m)
    x, y = grid.centres()
    return replace(looks, x_m=x[columns], y_m=y[rows])


def judge(estimator: Estimator, looks: Looks, grid: Grid, test: pd.DataFrame, seed: int, draws: int) -> Figures:
    """Fit on the looks before the split year; the figures with a bootstrap interval over test points beside each."""
    with stopwatch() as watch:
        surface = estimator.fit(looks, grid, SPLIT_YEAR)
    x, y = test["x_m"].to_numpy(), test["y_m"].to_numpy()
    found = capture(surface.items_per_m2, grid, x, y)
    measures = {f"km2_for_{share * 100:.0f}": partial(Capture.km2_for, share=share) for share in SHARES}
    measures |= {f"captured_{area}": partial(Capture.share_in, km2=area) for area in AREAS_KM2}
    figures: Figures = {}
    for name, measure in measures.items():
        figures[name] = round(measure(found), 4)
        figures[f"{name}_interval"] = [round(end, 4) for end in bootstrap_interval(measure, found, seed, draws)]
    log_score = place_log_score(surface.items_per_m2, grid, x, y)
    return {**figures, "place_log_score": round(log_score, 4), "fit_s": round(watch.seconds, 2)}


def best_rows(tuned: Tuned) -> tuple["pd.Series[float]", "pd.Series[float]"]:
    """What was chosen, and the best kernel of one width: two rows of the same table."""
    return tuned.table.iloc[0], tuned.table[tuned.table["wide_share"] == 0].iloc[0]


def kernel_table() -> dict[str, KernelEstimator]:
    """Kernels of several widths, decay and weights of the reference."""
    return {f"{width}km_3y": KernelEstimator(width * 1_000.0, 3.0) for width in (1, 2, 3, 5, 10, 20)}


def settings_said(settings: FieldSettings) -> Figures:
    """The hyper-parameters that were chosen."""
    return {
        "short_range_m": settings.short.range_m, "short_sd": settings.short.sd,
        "long_range_m": round(settings.long.range_m), "long_sd": round(settings.long.sd, 3),
        "site_sd": settings.site_sd, "decay_years": settings.decay_years, "other_weight": settings.other_weight,
        "reporting_sd": settings.reporting_sd,
    }  # fmt: skip


def measure(seed: int, quick: bool) -> Figures:
    """All figures."""
    return {
        **measure_colombia(seed, quick),
        "province": measure_provinces(quick),
        "speed": measure_speed(seed, quick),
        "peers": measure_peers(seed, quick),
        "tiles": measure_tiles(seed, quick),
    }


def measure_colombia(seed: int, quick: bool) -> Figures:
    """Figures of every map of Colombia."""
    if not EVENTS.exists():
        sys.exit(f"error: the Colombian events are not at {EVENTS}; this benchmark needs the shared data sets")
    events = read_events()
    looks, test = looks_of(events), test_points(events)
    grid = colombia_grid(events, 4_000.0 if quick else 1_000.0)
    with stopwatch() as watch:
        tuned = tune_kernel(looks.before(SPLIT_YEAR), grid, SPLIT_YEAR)
    chosen, one_width = best_rows(tuned)
    judged = partial(judge, grid=grid, test=test, seed=seed, draws=100 if quick else 1_000)
    kernels = {name: judged(estimator, looks) for name, estimator in kernel_table().items()}
    settings = tuned_settings(looks, grid, SPLIT_YEAR, seed, quick)
    return {
        "grid": {"crs": "EPSG:3116", "cell_m": grid.cell_m, "columns": grid.columns, "rows": grid.rows,
                 "x_min_m": round(grid.x_min_m, 3), "y_max_m": round(grid.y_max_m, 3)},
        "test_points": len(test), "training_events": int((events["year"] < SPLIT_YEAR).sum()), "interval_level": 0.95,
        "field": judged(FieldEstimator(settings), looks) | {"settings": settings_said(settings)}
        | measure_counts(events, looks, seed, quick),
        "distance": judged(DistanceEstimator(), looks),
        "distance_between_cells": judged(DistanceEstimator(), at_cell_centres(looks, grid)),
        "kernel": judged(tuned.estimator, looks) | {"chosen": chosen.to_dict()},
        "kernel_one_width": judged(estimator_of(one_width), looks) | {"chosen": one_width.to_dict()},
        "kernel_2km_3y": kernels["2km_3y"],
        "kernels": kernels,
        "tuning_s": round(watch.seconds, 2), "tuned_on_events": tuned.target_events,
        "tuned_combinations": len(tuned.table),
        "places": measure_places(events, looks, seed, quick),
    }  # fmt: skip


if __name__ == "__main__":
    run(measure, __doc__ or "")
