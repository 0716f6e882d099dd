"""Hazard maps of Colombia: learned from the record before 2015, judged on the mine accidents of 2015 to 2019.

python -m benchmarks.hazard [--seed N] [--quick]        method: docs/explanation/benchmarks.md
"""

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj

from benchmarks.common import Figures, run, stopwatch
from landrelease.geo.crs import WGS84, transformer
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import DistanceEstimator, KernelEstimator
from landrelease.hazard.evaluate import Capture, bootstrap_interval, capture, place_log_score
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays
from landrelease.hazard.surface import Estimator
from landrelease.hazard.tuning import Tuned, estimator_of, tune_kernel

EVENTS = Path(__file__).parents[2] / "shared" / "data" / "colombia_events" / "events_1990_2019.csv"
SPLIT_YEAR = 2015.0
MARGIN_M = 20_000.0
SHARES = (0.5, 0.8, 0.9)
AREAS_KM2 = (1_000, 5_000, 10_000, 50_000)
CRS = pyproj.CRS.from_epsg(3116)

ACCIDENT_TYPES = (1, 2)
FIND_TYPES = (4, 6)
MINE_ACCIDENT = 1


def read_events(path: Path = EVENTS) -> pd.DataFrame:
    """Events with metric coordinates (x_m, y_m); the one longitude without its minus sign is put right."""
    events = pd.read_csv(path)
    lon = -events["lon"].abs()
    x, y = transformer(WGS84, CRS).transform(lon.to_numpy(), events["lat"].to_numpy())
    return events.assign(x_m=x, y_m=y)


def looks_of(events: pd.DataFrame) -> Looks:
    """Every event as a look; the year stands at its middle."""
    kinds = dict.fromkeys(ACCIDENT_TYPES, LookKind.ACCIDENT) | dict.fromkeys(FIND_TYPES, LookKind.FIND)
    kind = [kinds.get(code, LookKind.INDIRECT_EVIDENCE) for code in events["type_code"]]
    return looks_from_arrays(events["x_m"], events["y_m"], events["year"] + 0.5, kind)


def test_points(events: pd.DataFrame) -> pd.DataFrame:
    """Mine accidents from the split year on, one a distinct coordinate."""
    chosen = (events["year"] >= SPLIT_YEAR) & (events["type_code"] == MINE_ACCIDENT)
    return events[chosen].drop_duplicates(["lon", "lat"])


def colombia_grid(events: pd.DataFrame, cell_m: float) -> Grid:
    """The extent of all events and 20 km on each side, from the south-west corner: 1,296 by 1,587 cells of 1 km."""
    x_min, y_min = events["x_m"].min() - MARGIN_M, events["y_m"].min() - MARGIN_M
    columns, rows = (
        int(np.ceil((events[axis].max() + MARGIN_M - low) / cell_m)) for axis, low in (("x_m", x_min), ("y_m", y_min))
    )
    return Grid(CRS, float(x_min), float(y_min + rows * cell_m), cell_m, columns, rows)


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


def measure(seed: int, quick: bool) -> Figures:
    """Figures of every map."""
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
    return {
        "grid": {"crs": "EPSG:3116", "cell_m": grid.cell_m, "columns": grid.columns, "rows": grid.rows,
                 "x_min_m": round(grid.x_min_m, 3), "y_max_m": round(grid.y_max_m, 3)},
        "test_points": len(test), "training_events": int((events["year"] < SPLIT_YEAR).sum()), "interval_level": 0.95,
        "distance": judged(DistanceEstimator(), looks),
        "distance_between_cells": judged(DistanceEstimator(), at_cell_centres(looks, grid)),
        "kernel": judged(tuned.estimator, looks) | {"chosen": chosen.to_dict()},
        "kernel_one_width": judged(estimator_of(one_width), looks) | {"chosen": one_width.to_dict()},
        "kernel_2km_3y": kernels["2km_3y"],
        "kernels": kernels,
        "tuning_s": round(watch.seconds, 2), "tuned_on_events": tuned.target_events,
        "tuned_combinations": len(tuned.table),
    }  # fmt: skip


if __name__ == "__main__":
    run(measure, __doc__ or "")
