"""Small grids and records for the hazard room."""

from collections.abc import Callable

import numpy as np
import pyproj
import pytest

from landrelease.geo.grid import Grid
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays


@pytest.fixture
def crs() -> pyproj.CRS:
    return pyproj.CRS.from_proj4("+proj=laea +lat_0=10 +lon_0=20 +datum=WGS84 +units=m +no_defs")


@pytest.fixture
def grid(crs: pyproj.CRS) -> Grid:
    """20 columns by 10 rows of 100 m from the origin."""
    return Grid(crs, 0.0, 1_000.0, 100.0, 20, 10)


@pytest.fixture
def record() -> Callable[..., Looks]:
    """Make a record of clustered accidents and finds, 2000 to 2019, on 20 by 10 km."""

    def make(seed: int = 3, events: int = 400) -> Looks:
        rng = np.random.default_rng(seed)
        centres = rng.uniform([1_000, 1_000], [19_000, 9_000], (8, 2))
        x, y = (centres[rng.integers(0, 8, events)] + rng.normal(0, 400, (events, 2))).T
        kinds = [LookKind.ACCIDENT if accident else LookKind.FIND for accident in rng.random(events) < 0.5]
        return looks_from_arrays(x, y, rng.uniform(2000, 2020, events), kinds)

    return make


@pytest.fixture
def wide_grid(crs: pyproj.CRS) -> Grid:
    """The region of `record`: 20 by 10 km in cells of 200 m."""
    return Grid(crs, 0.0, 10_000.0, 200.0, 100, 50)
