"""Rows of a table of points, from a CSV or a layer: position, date, kind and block of one event each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.exchange.point_table import GEOMETRY, PointColumns
from landrelease.exchange.proposal import Refusal
from landrelease.exchange.rowreader import RowCheck, check_text
from landrelease.exchange.textfile import (
    Dialect,
    Record,
    check_columns,
    check_header,
    detect_encoding,
    header_of,
    records,
    truncated,
)
from landrelease.exchange.values import NumberStyle, parse_day, parse_number
from landrelease.geo.crs import to_wgs84
from landrelease.i18n import _
from landrelease.progress import Progress

LAYERS = (".gpkg", ".geojson", ".json", ".shp", ".kml", ".fgb")
"""Endings of files that are read as layers; every other file is read as a CSV."""
_TIME_OF_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*")
_WHOLE_YEAR = re.compile(r"(\d{4})\.0+")
DAMAGE = (DataSourceError, DataLayerError, FieldError, GeometryError, RuntimeError)


@dataclass(slots=True)
class PointEvent:
    """One row as read: NaN and empty texts where it has no value."""

    row: int
    longitude: float = np.nan
    latitude: float = np.nan
    date: str = ""
    kind: str = ""
    block: str = ""


def point_records(path: Path, columns: PointColumns, progress: Progress) -> Iterator[Record]:
    """Yield number and fields of every row or feature, checked for the columns that are named."""
    if path.stat().st_size == 0:
        raise LandreleaseError(Finding(ErrorCode.FILE_EMPTY, file=path.name))
    if path.suffix.lower() in LAYERS:
        yield from _features(path, columns, progress)
        return
    if columns.is_geometry:
        raise fail(
            ErrorCode.HAZARD_PARAMETER, name="--events", value=GEOMETRY, wanted=_("columns: a table has no shapes")
        )
    dialect = Dialect(detect_encoding(path))
    header = check_header(header_of(path, dialect), path)
    check_columns(header, columns.needed, path)
    yield from records(path, progress, dialect)


def _features(path: Path, columns: PointColumns, progress: Progress) -> Iterator[Record]:
    """Features of the one layer, numbered from 1; shapes in degrees, each by a point inside it."""
    progress.begin(_("Reading {file}").format(file=path.name))
    try:
        frame = pyogrio.read_dataframe(path)
    except DAMAGE as error:
        raise truncated(path, str(error)) from error
    finally:
        progress.end()
    if not len(frame):
        raise LandreleaseError(Finding(ErrorCode.FILE_EMPTY, file=path.name))
    check_columns([str(name) for name in frame.columns], columns.needed, path)
    if columns.is_geometry and (GEOMETRY not in frame or frame.crs is None):
        raise LandreleaseError(Finding(ErrorCode.CRS_MISSING, {"problem": path.name}, file=path.name))
    texts = {name: [_text(value) for value in frame[name]] for name in columns.needed}
    x, y = _points(frame.geometry.to_numpy(), frame.crs) if columns.is_geometry else ([], [])
    for index in range(len(frame)):
        values = {name: column[index] for name, column in texts.items()}
        yield index + 1, values | ({"x": x[index], "y": y[index]} if columns.is_geometry else {})


def _points(shapes: NDArray[np.object_], crs: pyproj.CRS) -> tuple[list[str], list[str]]:
    inside = shapely.point_on_surface(shapes)
    blank = shapely.is_missing(inside) | shapely.is_empty(inside)
    moved = to_wgs84(np.where(blank, shapely.Point(0, 0), inside), crs)
    pairs = [("", "") if gone else (repr(float(x)), repr(float(y)))
             for gone, x, y in zip(blank, shapely.get_x(moved), shapely.get_y(moved), strict=True)]  # fmt: skip
    return [x for x, _y in pairs], [y for _x, y in pairs]


def _text(value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


# One row


def event_of(
    values: "dict[str, str] | Refusal", check: RowCheck, columns: PointColumns, today: str | None
) -> PointEvent | None:
    """Read one row; None, or findings in `check`, where it cannot be read."""
    if isinstance(values, Refusal):
        check.add(values)
        return None
    check_text(check, {name: values[name] for name in columns.needed}, "utf-8")
    if check.findings:
        return None
    event = PointEvent(check.number)
    names, style = (columns.longitude, columns.latitude), NumberStyle(columns.decimal)
    x, y = (values[name].strip() for name in (("x", "y") if columns.is_geometry else names))
    if columns.is_geometry:
        names, style = (GEOMETRY, GEOMETRY), NumberStyle()
        x, y = ("", "") if not x else (f"{float(x):.9f}", f"{float(y):.9f}")
    for name, text, other in ((names[0], x, y), (names[1], y, x)):
        if not text and other:
            check.add(Refusal(ErrorCode.VALUE_MISSING), name)
    if x and y:
        found = [check.read(name, partial(_number, text, style)) for name, text in zip(names, (x, y), strict=True)]
        event.longitude, event.latitude = (np.nan if value is None else value for value in found)
    if columns.date and values[columns.date].strip():
        event.date = check.read(columns.date, partial(_day, values[columns.date], columns.date_form, today)) or ""
    event.kind = values[columns.kind].strip() if columns.kind else ""
    event.block = values[columns.block].strip() if columns.block else ""
    return event


def _number(text: str, style: NumberStyle) -> float:
    try:
        return float(parse_number(text, style))
    except Refusal as error:
        if re.fullmatch(r"[+-]?\d+(\.\d*)?[eE][+-]?\d+", text) and style.decimal == ".":
            return float(text)
        raise Refusal(ErrorCode.TABLE_NUMBER, value=text, decimal=style.decimal) from error


def _day(text: str, form: str | None, today: str | None) -> str:
    clean = text.strip()
    if form is None:
        for pattern in (_TIME_OF_DAY, _WHOLE_YEAR):
            if match := pattern.fullmatch(clean):
                clean = match[1]
    try:
        return parse_day(clean, (form,) if form else (), today)
    except Refusal as error:
        if error.error is ErrorCode.DATE_UNREADABLE:
            raise Refusal(ErrorCode.TABLE_DATE, value=text) from error
        raise
