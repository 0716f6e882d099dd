"""Frames as compact JSON for a page: columns, code lists, whole numbers, coordinate steps."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

UNITS_A_DEGREE = 1_000_000
"""Coordinates of a page are integers of 1e-6 degree: 11 cm of latitude."""

NEVER = 10_000_000
"""Day number after every day."""

ID_DIGITS = 16
"""Hexadecimal digits of a statement's hash that a page shows: 64 bits, enough to name one statement of any ledger."""


def coded(values: Iterable[Any]) -> dict[str, list[Any]]:
    """Write a column as its distinct values and the code of each row; a missing value has the code -1."""
    codes, distinct = pd.factorize(pd.Series(list(values), dtype=object))
    return {"values": [str(value) for value in distinct], "codes": codes.tolist()}


def day_number(text: Any) -> int | None:
    """Days since 1970-01-01 of an ISO date or time; a month or year counts from its first day; None where unknown."""
    if text is None or (not isinstance(text, str) and pd.isna(text)):
        return None
    if isinstance(text, date):
        text = text.isoformat()
    year, month, day = (*text[:10].split("-"), "01", "01")[:3]
    return date(int(year), int(month), int(day)).toordinal() - _EPOCH


_EPOCH = date(1970, 1, 1).toordinal()


def days(values: Iterable[Any], missing: int = NEVER) -> list[int]:
    """Day numbers of a column, `missing` where a day is not known."""
    known: dict[Any, int] = {}
    return [_day(value, known, missing) for value in values]


def _day(value: Any, known: dict[Any, int], missing: int) -> int:
    if value not in known:
        number = day_number(value)
        known[value] = missing if number is None else number
    return known[value]


def identifiers(hashes: Iterable[Any]) -> list[str]:
    """First digits of each statement's hash, empty where there is none."""
    return ["" if value is None or pd.isna(value) else str(value)[:ID_DIGITS] for value in hashes]


def shape_steps(geometry: shapely.Geometry | None) -> list[list[list[int]]]:
    """Polygons as rings of integers: the first position, then the step to each next one; empty where there is none."""
    if geometry is None or geometry.is_empty:
        return []
    polygons = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    rings = ([_steps(ring) for ring in (polygon.exterior, *polygon.interiors)] for polygon in polygons)
    return [kept for kept in ([ring for ring in polygon if len(ring) >= 8] for polygon in rings) if kept]


def _steps(ring: shapely.LinearRing) -> list[int]:
    units = np.round(shapely.get_coordinates(ring) * UNITS_A_DEGREE).astype(np.int64)
    moves = np.diff(units, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    moves = moves[[True, *(moves[1:] != 0).any(axis=1)]]
    return [int(value) for value in moves.ravel()]


def positions(frame: gpd.GeoDataFrame) -> tuple[list[int], list[int]]:
    """Integer longitudes and latitudes of a point inside each place."""
    points = frame.geometry.representative_point()
    return tuple([int(value) for value in np.round(axis.to_numpy() * UNITS_A_DEGREE)] for axis in (points.x, points.y))  # type: ignore[return-value]
