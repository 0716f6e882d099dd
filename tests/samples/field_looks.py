"""Looks for whole fits: searched ground with finds, reports, verdicts and figures on a small region."""

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.geo.grid import Grid
from landrelease.hazard.field.basis import Matern
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.looks import LookKind, Looks, Outcome, looks_from_arrays

CRS = pyproj.CRS.from_proj4("+proj=laea +lat_0=10 +lon_0=20 +datum=WGS84 +units=m +no_defs")
GRID = Grid(CRS, 0.0, 2_000.0, 100.0, 24, 20)
SETTINGS = FieldSettings(Matern(300.0, 1.0), Matern(800.0, 0.7), site_sd=0.5, draws=0, other_weight=1.0)
YEAR = 2020.0

Row = dict[str, object]


def search(x0: float, y0: float, x1: float, y1: float, chance: float = 0.9, method: str = "manual") -> Row:
    """Ground searched."""
    return _area(shapely.box(x0, y0, x1, y1), LookKind.SEARCHED, Outcome.SEARCHED, 0.0, chance, method=method)


def find(x: float, y: float, quantity: float = 1.0) -> Row:
    """Items found by a search."""
    return _point(x, y, LookKind.FIND, Outcome.FOUND, quantity)


def report(x: float, y: float, quantity: float = 1.0, year: float = 2019.0) -> Row:
    """Evidence that someone reported."""
    return _point(x, y, LookKind.DIRECT_EVIDENCE, Outcome.REPORTED, quantity) | {"year": year}


def accident(x: float, y: float, year: float = 2019.0, accuracy_m: float = np.nan) -> Row:
    """An accident."""
    return _point(x, y, LookKind.ACCIDENT, Outcome.REPORTED, 1.0) | {"year": year, "accuracy_m": accuracy_m}


def verdict(x0: float, y0: float, x1: float, y1: float, yes: bool, chance: float = 0.5, wrong: float = 0.1) -> Row:
    """What a survey said of ground."""
    row = _area(shapely.box(x0, y0, x1, y1), LookKind.SURVEY_VERDICT, Outcome.VERDICT, float(yes), chance)
    return row | {"false_positive": wrong, "false_negative": wrong}


def counted(x0: float, y0: float, x1: float, y1: float, items: float, chance: float = 0.5, sd: float = 0.1) -> Row:
    """A figure over ground."""
    return _area(shapely.box(x0, y0, x1, y1), LookKind.AGGREGATE, Outcome.COUNTED, items, chance, sd)


def looks_of(*rows: Row) -> Looks:
    """Rows as looks."""
    return looks_from_arrays(
        **{name: [row[name] for row in rows] for name in _point(0, 0, LookKind.FIND, Outcome.FOUND, 1)}
    )  # type: ignore[arg-type]


def programme(seed: int = 1, finds: int = 12, reports: int = 20) -> list[Row]:
    """A quarter of the region searched, with clustered finds; reports and two accidents anywhere."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal([800, 1_200], 150, (finds, 2)).clip(210, 1_190).T
    rows = [search(200, 200, 1_200, 1_200), search(1_300, 1_300, 1_700, 1_800, 0.6, "dogs")]
    rows += [find(*at) for at in zip(x, y.clip(max=1_190), strict=True)]
    rows += [report(*at) for at in rng.uniform([50, 50], [2_350, 1_950], (reports, 2))]
    return [*rows, accident(900, 1_400), accident(1_900, 600)]


def everything(seed: int = 1) -> list[Row]:
    """A programme with verdicts, a figure and an accident of uncertain place."""
    more = [verdict(1_800, 200, 2_300, 800, yes=False), verdict(500, 1_300, 1_000, 1_800, yes=True)]
    return [*programme(seed), *more, counted(0, 0, 2_400, 1_000, 5.0), accident(1_500, 500, accuracy_m=250.0)]


def _point(x: float, y: float, kind: LookKind, outcome: Outcome, quantity: float) -> Row:
    return {
        "x_m": float(x), "y_m": float(y), "year": 2018.0, "kind": kind, "quantity": quantity, "footprint": None,
        "accuracy_m": np.nan, "outcome": outcome, "chance": np.nan, "chance_sd": 0.0, "method": "",
        "false_positive": 0.0, "false_negative": 0.0,
    }  # fmt: skip


def _area(
    shape: BaseGeometry, kind: LookKind, outcome: Outcome, quantity: float, chance: float, sd: float = 0.0,
    method: str = "",
) -> Row:  # fmt: skip
    at = shape.representative_point()
    area = {"footprint": shape, "chance": chance, "chance_sd": sd, "method": method}
    return _point(at.x, at.y, kind, outcome, quantity) | area
