"""Any table of points: positions, dates, kinds and blocks of events, from a CSV or a layer, in WGS 84 degrees.

Nothing is guessed: a value that can be read in two ways, or not at all, refuses the table with its row and column.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
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
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
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
    sha256_of,
    truncated,
)
from landrelease.exchange.values import NumberStyle, parse_day, parse_number
from landrelease.geo.crs import WGS84, to_wgs84, transformer
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress

Floats = NDArray[np.float64]

GEOMETRY = "geometry"
"""Name that stands for a layer's own shapes instead of two columns."""
LAYERS = (".gpkg", ".geojson", ".json", ".shp", ".kml", ".fgb")
"""Endings of files that are read as layers; every other file is read as a CSV."""
SOUTHERNMOST = -60.0
"""Latitude south of which nobody lives: events there are a sign of exchanged columns."""
_NAMES_OF_LATITUDE = re.compile(r"(lat|y$|y_|north)", re.IGNORECASE)
_NAMES_OF_LONGITUDE = re.compile(r"(lon|lng|x$|x_|east)", re.IGNORECASE)
_TIME_OF_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*")
_WHOLE_YEAR = re.compile(r"(\d{4})\.0+")
_DAMAGE = (DataSourceError, DataLayerError, FieldError, GeometryError, RuntimeError)


@dataclass(frozen=True)
class PointColumns:
    """Which columns hold what, and how they are written.

    Attributes
    ----------
    longitude, latitude
        Columns of the position; both `GEOMETRY` for the shapes of a layer.
    date
        Column of years, months or days; None where the table has none and stands for one period.
    kind, block
        Columns of the kind of event and of the administrative block, where there are.
    crs
        System of the two columns, such as ``EPSG:4326``.
    decimal
        Decimal sign of the two columns.
    date_form
        `strptime` form of dates that are not ISO.
    """

    longitude: str
    latitude: str
    date: str | None = None
    kind: str | None = None
    block: str | None = None
    crs: str = "EPSG:4326"
    decimal: str = "."
    date_form: str | None = None

    def __post_init__(self) -> None:
        if self.decimal not in (".", ","):
            raise fail(ErrorCode.HAZARD_PARAMETER, name="--decimal", value=self.decimal, wanted=_("'.' or ','"))
        if not self.longitude or not self.latitude:
            raise _events_refused(f"{self.longitude},{self.latitude}")

    @classmethod
    def of_option(cls, events: str, **others: str | None) -> "PointColumns":
        """Read ``longitude,latitude``, ``longitude,latitude,date``, ``geometry`` or ``geometry,date``.

        Raises
        ------
        LandreleaseError
            LR4005 for anything else.
        """
        names = [name.strip() for name in events.split(",")]
        if names[0] == GEOMETRY:
            names.insert(0, GEOMETRY)
        if not 2 <= len(names) <= 3 or not all(names):
            raise _events_refused(events)
        given = {name: value for name, value in others.items() if value is not None}
        return cls(*names, **given)

    @property
    def is_geometry(self) -> bool:
        """Whether positions come from the shapes of a layer."""
        return self.longitude == GEOMETRY

    @property
    def needed(self) -> list[str]:
        """Columns that the file must have."""
        place = () if self.is_geometry else (self.longitude, self.latitude)
        return [name for name in (*place, self.date, self.kind, self.block) if name]


def _events_refused(value: str) -> LandreleaseError:
    wanted = _("two or three names of columns: longitude, latitude and, where there is one, the date")
    return fail(ErrorCode.HAZARD_PARAMETER, name="--events", value=repr(value), wanted=wanted)


@dataclass(frozen=True, eq=False)
class PointTable:
    """Events with a position, in the order of the file.

    Attributes
    ----------
    longitude, latitude
        WGS 84 degrees, shape (n,), longitudes from -180 to 180.
    date
        ISO year, month or day of each; empty texts where the table has no column of dates.
    kind, block
        Values of those columns; empty texts where there are none.
    rows
        Number of each event's row in the file, the header being row 1.
    sha256
        Hash of the file.
    findings
        What was left out and why.
    """

    longitude: Floats
    latitude: Floats
    date: NDArray[np.str_]
    kind: NDArray[np.str_]
    block: NDArray[np.str_]
    rows: NDArray[np.int64]
    sha256: str
    findings: tuple[Finding, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.longitude)

    @property
    def is_dated(self) -> bool:
        """Whether every event has a date."""
        return len(self) > 0 and bool((self.date != "").all())


@dataclass(slots=True)
class _Event:
    row: int
    longitude: float = np.nan
    latitude: float = np.nan
    date: str = ""
    kind: str = ""
    block: str = ""


def read_points(
    path: Path, columns: PointColumns, *, skip_bad_rows: bool = False, today: str | None = None,
    progress: Progress = SILENT,
) -> PointTable:  # fmt: skip
    """Read a table of points, whole or not at all.

    Rows without any position, and in a dated table rows without a date, are left out with a finding (LR4047).

    Parameters
    ----------
    skip_bad_rows
        Leave out rows that cannot be read as well, with the same finding, instead of refusing the table.
    today
        ISO date; later dates are refused.

    Raises
    ------
    LandreleaseError
        LR0002 without a file; LR2004 to LR2008, LR2031 for damaged tables; LR2016 and LR2017 for values; LR2023 for an
        unknown system; LR4042 to LR4045 for numbers, positions and dates that cannot be read; LR2005 where nothing is
        left.
    """
    if not path.is_file():
        raise fail(ErrorCode.FILE_MISSING, path=path)
    _check_names(columns, path)
    move = _mover(columns, path)
    events: list[_Event] = []
    refused: list[Finding] = []
    bad = no_position = no_date = 0
    for number, values in _records(path, columns, progress):
        check = RowCheck(path.name, number)
        event = _event(values, check, columns, today)
        if check.failed or event is None:
            refused += check.findings
            bad += 1
        elif np.isnan(event.longitude):
            no_position += 1
        elif columns.date and not event.date:
            no_date += 1
        else:
            events.append(event)
    if refused and not skip_bad_rows:
        raise LandreleaseError(refused)
    reasons = ((no_position, _("without a position")), (no_date, _("without a date")), (bad, _bad_reason(refused)))
    left_out = tuple(_left_out(count, reason, path) for count, reason in reasons if count)
    if not events:
        raise LandreleaseError([*left_out, Finding(ErrorCode.FILE_EMPTY, file=path.name)])
    return _table(events, move, columns, path, left_out, skip_bad_rows, progress)


def _bad_reason(refused: Sequence[Finding]) -> str:
    codes = sorted({finding.error.code for finding in refused})
    rows = [str(finding.row) for finding in refused[:10]]
    return _("unreadable ({codes}), the first: {rows}").format(codes=", ".join(codes), rows=", ".join(rows))


def _left_out(count: int, reason: str, path: Path) -> Finding:
    return Finding(ErrorCode.TABLE_ROWS_LEFT_OUT, {"count": count, "reason": reason}, file=path.name)


def _check_names(columns: PointColumns, path: Path) -> None:
    """Refuse a longitude whose column is called latitude, and the other way round."""
    x, y = columns.longitude.strip(), columns.latitude.strip()
    if _NAMES_OF_LATITUDE.match(x) and _NAMES_OF_LONGITUDE.match(y):
        raise _swapped(columns, path, _("the column '{name}' was given as the longitude").format(name=x))


def _swapped(columns: PointColumns, path: Path, reason: str) -> LandreleaseError:
    details = {"reason": reason, "columns": f"{columns.latitude},{columns.longitude}"}
    return LandreleaseError(Finding(ErrorCode.TABLE_SWAPPED, details, file=path.name))


def _mover(columns: PointColumns, path: Path) -> Callable[[Floats, Floats], tuple[Floats, Floats]]:
    try:
        crs = pyproj.CRS.from_user_input(columns.crs)
    except pyproj.exceptions.CRSError as error:
        raise LandreleaseError(Finding(ErrorCode.CRS_MISSING, {"problem": columns.crs}, file=path.name)) from error
    if crs.is_geographic or columns.is_geometry:
        return lambda x, y: (x, y)
    return lambda x, y: transformer(crs, WGS84).transform(x, y)


# Records: from a text file, or from a layer


def _records(path: Path, columns: PointColumns, progress: Progress) -> Iterator[Record]:
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
    except _DAMAGE as error:
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


def _event(
    values: "dict[str, str] | Refusal", check: RowCheck, columns: PointColumns, today: str | None
) -> _Event | None:
    if isinstance(values, Refusal):
        check.add(values)
        return None
    check_text(check, {name: values[name] for name in columns.needed}, "utf-8")
    if check.findings:
        return None
    event = _Event(check.number)
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


# The whole


def _table(
    events: list[_Event], move: Callable[[Floats, Floats], tuple[Floats, Floats]], columns: PointColumns, path: Path,
    left_out: tuple[Finding, ...], skip_bad_rows: bool, progress: Progress,
) -> PointTable:  # fmt: skip
    x, y = move(np.array([one.longitude for one in events]), np.array([one.latitude for one in events]))
    date, kind, block = (
        np.array(each, dtype=np.str_) for each in zip(*((e.date, e.kind, e.block) for e in events), strict=True)
    )
    lon, lat = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    rows, digest = np.array([one.row for one in events]), sha256_of(path, progress)
    table = PointTable(lon, lat, date, kind, block, rows, digest, left_out)
    return _with_degrees(table, columns, path, skip_bad_rows)


def _with_degrees(table: PointTable, columns: PointColumns, path: Path, skip_bad_rows: bool) -> PointTable:
    """Check that positions are degrees, in the order that was said, and turn longitudes of 0..360 to -180..180."""
    lon, lat = table.longitude, table.latitude
    sound = (np.abs(lat) <= 90) & (lon >= -180) & (lon <= 360)
    turned = ~sound & (np.abs(lon) <= 90) & (lat >= -180) & (lat <= 360)
    if turned.any():
        reason = _("{count} of {all} positions fit only so").format(count=int(turned.sum()), all=len(table))
        raise _swapped(columns, path, reason)
    if (~sound).any() and not skip_bad_rows:
        raise LandreleaseError([_outside(table, at, columns, path) for at in np.flatnonzero(~sound).tolist()])
    south = int((lat[sound] < SOUTHERNMOST).sum())
    if 2 * south > sound.sum():
        reason = _("{count} of {all} events would lie south of 60° south").format(count=south, all=len(table))
        raise _swapped(columns, path, reason)
    kept = chosen(table, sound)
    wrapped = replace(kept, longitude=(kept.longitude + 180.0) % 360.0 - 180.0)
    if sound.all():
        return wrapped
    reason = _bad_reason([_outside(table, at, columns, path) for at in np.flatnonzero(~sound).tolist()])
    return replace(wrapped, findings=(*table.findings, _left_out(int((~sound).sum()), reason, path)))


def _outside(table: PointTable, at: int, columns: PointColumns, path: Path) -> Finding:
    details = {"longitude": f"{table.longitude[at]:g}", "latitude": f"{table.latitude[at]:g}"}
    return Finding(
        ErrorCode.TABLE_COORDINATE, details, file=path.name, row=int(table.rows[at]), field=columns.longitude
    )


def chosen(table: PointTable, kept: NDArray[np.bool_]) -> PointTable:
    """Events that a boolean array chooses."""
    names = ("longitude", "latitude", "date", "kind", "block", "rows")
    return replace(table, **{name: getattr(table, name)[kept] for name in names})


def read_region(path: Path, progress: Progress = SILENT) -> BaseGeometry:
    """Read the outline of a region: the union of all areas of a layer, in WGS 84 degrees.

    Raises
    ------
    LandreleaseError
        LR0002 without a file, LR2006 for one that cannot be read, LR2023 without a system, LR2024 without an area.
    """
    if not path.is_file():
        raise fail(ErrorCode.FILE_MISSING, path=path)
    progress.begin(_("Reading {file}").format(file=path.name))
    try:
        frame = pyogrio.read_dataframe(path, columns=[])
    except _DAMAGE as error:
        raise truncated(path, str(error)) from error
    finally:
        progress.end()
    if getattr(frame, "crs", None) is None:
        raise LandreleaseError(Finding(ErrorCode.CRS_MISSING, {"problem": path.name}, file=path.name))
    shapes = frame.geometry.to_numpy()
    areas = shapes[np.isin(shapely.get_type_id(shapes), (3, 6))]
    outline = shapely.make_valid(shapely.union_all(to_wgs84(areas, frame.crs))) if len(areas) else shapely.Polygon()
    if outline.area == 0:
        raise LandreleaseError(Finding(ErrorCode.GEOMETRY_EMPTY, file=path.name))
    return outline
