"""A territory large enough for four tiles, and how far two surfaces lie apart."""

from dataclasses import replace

import numpy as np
from tests.samples.field_looks import CRS, Row, accident, counted, find, looks_of, report, search, verdict

from landrelease.geo.grid import Grid
from landrelease.hazard.field.basis import Matern
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.looks import Looks
from landrelease.hazard.surface import Surface

SIDE, CELL_M = 140, 20.0
LENGTH = SIDE * CELL_M
GRID = Grid(CRS, 0.0, LENGTH, CELL_M, SIDE, SIDE)
SETTINGS = FieldSettings(Matern(80.0, 1.2), Matern(700.0, 1.2), site_sd=0.5, draws=0, rounds=0, other_weight=1.0)
TILE_CELLS = 72


def territory(seed: int = 1) -> Looks:
    """Searched ground with finds, reports and accidents in clusters, a verdict and a figure across all tiles."""
    rng = np.random.default_rng(seed)
    rows: list[Row] = []
    for corner in rng.uniform(0, LENGTH * 0.8, (6, 2)):
        far = corner + LENGTH * 0.15
        rows.append(search(*corner, *far, 0.8))
        rows += [find(*at) for at in rng.uniform(corner, far, (int(rng.integers(0, 20)), 2))]
    centres = rng.uniform(0, LENGTH, (10, 2))
    for make, count in ((report, 150), (accident, 40)):
        at = np.clip(centres[rng.integers(10, size=count)] + rng.normal(0, 120, (count, 2)), 1, LENGTH - 1)
        rows += [make(*place) for place in at]
    rows += [verdict(LENGTH * 0.4, LENGTH * 0.4, LENGTH * 0.65, LENGTH * 0.65, yes=False)]
    rows += [counted(0, 0, LENGTH, LENGTH * 0.6, 60.0), accident(LENGTH / 2, LENGTH / 2, accuracy_m=200.0)]
    return looks_of(*rows)


def with_settings(**changes: object) -> FieldSettings:
    """The settings with some changed."""
    return replace(SETTINGS, **changes)  # type: ignore[arg-type]


def apart(one: Surface, other: Surface) -> tuple[float, float, float]:
    """Median and 95th percentile of the relative difference of intensity, and that of the totals."""
    ratio = one.items_per_m2 / other.items_per_m2
    difference = np.abs(ratio[np.isfinite(ratio)] - 1)
    totals = np.nansum(one.items_per_m2) / np.nansum(other.items_per_m2)
    return float(np.median(difference)), float(np.quantile(difference, 0.95)), abs(float(totals) - 1)
