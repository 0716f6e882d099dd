"""The Colombian record as the hazard benchmarks read it: looks, grid, test points, departments, covariates."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyproj

from landrelease.exchange.layers import read_outline, read_places
from landrelease.exchange.resampling import read_degree_grid
from landrelease.geo.crs import WGS84, transformer
from landrelease.geo.grid import Grid
from landrelease.hazard.covariates import Covariates, Places, covariates_from_layers
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays

EVENTS = Path(__file__).parents[2] / "shared" / "data" / "colombia_events" / "events_1990_2019.csv"
LAYERS = EVENTS.parents[1] / "covariates"
SPLIT_YEAR = 2015.0
MARGIN_M = 20_000.0
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


def colombia_covariates(grid: Grid) -> Covariates:
    """Settlements and people, border, height: what the open layers hold of every cell."""
    towns = read_places(LAYERS / "geonames_places500.csv", CRS, "CO")
    places = Places(*(towns[name].to_numpy(dtype=np.float64) for name in ("x_m", "y_m", "population")))
    border = read_outline(LAYERS / "countries-50m.json", "Colombia", CRS, "countries")
    elevation = read_degree_grid(LAYERS / "etopo5_COL.csv", grid)
    return covariates_from_layers(grid, places=places, border=border, elevation=elevation)
