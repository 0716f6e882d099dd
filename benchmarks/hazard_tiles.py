"""A field fitted in tiles on Dask: one worker against two, and against the one-shot fit.

python -m benchmarks.hazard_tiles [--seed N] [--quick]        method: docs/explanation/hazard.md
"""

import numpy as np
import pyproj
import shapely
from distributed import Client

from benchmarks.common import Figures, run, stopwatch
from landrelease.geo.grid import Grid
from landrelease.hazard.field import fitting
from landrelease.hazard.field.basis import Matern
from landrelease.hazard.field.estimator import FieldEstimator, FieldSurface
from landrelease.hazard.field.mode import ModeSettings
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.field.tiles import fit_in_tiles
from landrelease.hazard.field.workers import local_client
from landrelease.hazard.looks import LookKind, Looks, Outcome, looks_from_arrays

YEAR = 2020.0
CELL_M = 50.0
TILES_A_SIDE = 2
SEARCHES, ACCIDENTS, REPORTS, CLUSTERS = 60, 300, 1_500, 40


def territory(side: int, seed: int) -> tuple[Looks, Grid]:
    """Searched squares with finds, accidents and reports in clusters; a square of so many cells a side."""
    rng = np.random.default_rng(seed)
    length = side * CELL_M
    centres = rng.uniform(0, length, (CLUSTERS, 2))

    def clustered(count: int) -> np.ndarray:
        return np.clip(centres[rng.integers(CLUSTERS, size=count)] + rng.normal(0, 600, (count, 2)), 1, length - 1)

    corners = clustered(SEARCHES).clip(0, length - 900)
    shapes = [shapely.box(x, y, x + 800, y + 800) for x, y in corners]
    found = np.repeat(corners, rng.poisson(4, SEARCHES), axis=0)
    found = found + rng.uniform(0, 800, found.shape)
    points = np.concatenate([found, clustered(ACCIDENTS), clustered(REPORTS)])
    at = np.concatenate([corners + 400, points])
    counts = (SEARCHES, len(found), ACCIDENTS, REPORTS)
    kinds = [LookKind.SEARCHED, LookKind.FIND, LookKind.ACCIDENT, LookKind.DIRECT_EVIDENCE]
    outcomes = [Outcome.SEARCHED, Outcome.FOUND, Outcome.REPORTED, Outcome.REPORTED]
    looks = looks_from_arrays(
        at[:, 0], at[:, 1], rng.uniform(2012, 2020, len(at)),
        [kind for kind, count in zip(kinds, counts, strict=True) for _each in range(count)],
        np.repeat([0.0, 1.0], [SEARCHES, len(points)]),
        footprint=[*shapes, *[None] * len(points)],
        outcome=[outcome for outcome, count in zip(outcomes, counts, strict=True) for _each in range(count)],
        chance=np.repeat([0.85, np.nan], [SEARCHES, len(points)]), method="manual",
    )  # fmt: skip
    crs = pyproj.CRS.from_proj4("+proj=laea +lat_0=10 +lon_0=20 +datum=WGS84 +units=m +no_defs")
    return looks, Grid(crs, 0.0, length, CELL_M, side, side)


def settings(side: int, rounds: int = 0, seed: int = 1) -> FieldSettings:
    """Short range of six cells, long range of a tenth of the side; no draws."""
    return FieldSettings(
        Matern(6 * CELL_M, 1.3), Matern(side * CELL_M / 10, 1.2), site_sd=0.7, draws=0, rounds=rounds, seed=seed
    )


def differences(one: FieldSurface, other: FieldSurface) -> list[float]:
    """Median and 95th percentile over cells of the relative difference, and that of the totals."""
    each = np.abs(one.items_per_m2 / other.items_per_m2 - 1)
    totals = abs(one.items_per_m2.sum() / other.items_per_m2.sum() - 1)
    return [round(float(value), 6) for value in (np.median(each), np.quantile(each, 0.95), totals)]


def timed(looks: Looks, grid: Grid, estimator: FieldEstimator, client: Client) -> tuple[FieldSurface, float]:
    """A fit on four tiles and its seconds, workers warmed up on a small one."""
    warm_looks, warm_grid = territory(160, 2)
    fit_in_tiles(warm_looks, warm_grid, YEAR, FieldEstimator(settings(160)), tile_cells=80, client=client)
    with stopwatch() as watch:
        surface = fit_in_tiles(looks, grid, YEAR, estimator, tile_cells=grid.rows // TILES_A_SIDE, client=client)
    return surface, watch.seconds


def measure_tiles(seed: int, quick: bool) -> Figures:
    """Speed-up by the second worker, and how far tiles lie from the one-shot fit.

    `tile_difference` is the 95th percentile over cells against the one-shot fit climbed to its very mode, without the
    uncertainty that either side works out from draws; `tile_difference_with_draws` with it, beside what another seed
    of the one-shot fit changes.
    """
    side = 256 if quick else 1_000
    looks, grid = territory(side, seed)
    estimator = FieldEstimator(settings(side))
    surfaces, seconds = [], []
    for workers in (1, 2):
        with local_client(workers) as client:
            surface, took = timed(looks, grid, estimator, client)
        surfaces.append(surface)
        seconds.append(took)
    usual, fitting._MODE = fitting._MODE, ModeSettings(tolerance=1e-5)
    try:
        with stopwatch() as watch:
            wanted = estimator.fit(looks, grid, YEAR)
    finally:
        fitting._MODE = usual
    against = differences(surfaces[1], wanted)
    rounds = [FieldEstimator(settings(side, 2, number)).fit(looks, grid, YEAR) for number in (1, 2)]
    fed_back = fit_in_tiles(looks, grid, YEAR, FieldEstimator(settings(side, 2)), tile_cells=side // TILES_A_SIDE)
    return {
        "dask_speedup": round(seconds[0] / seconds[1], 3), "one_worker_s": round(seconds[0], 2),
        "two_workers_s": round(seconds[1], 2), "one_shot_s": round(watch.seconds, 2),
        "cells": side**2, "tiles": TILES_A_SIDE**2, "sweeps": surfaces[1].parameters["sweeps"],
        "worker_difference": differences(surfaces[0], surfaces[1])[1],
        "tile_difference": against[1], "tile_difference_median": against[0], "tile_difference_total": against[2],
        "tile_difference_with_draws": differences(fed_back, rounds[0]),
        "seed_difference_with_draws": differences(rounds[1], rounds[0]),
    }  # fmt: skip


if __name__ == "__main__":
    run(measure_tiles, __doc__ or "")
