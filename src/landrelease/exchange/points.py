"""Any table of points: positions, dates, kinds and blocks of events, from a CSV or a layer, in WGS 84 degrees.

Nothing is guessed: a value that can be read in two ways, or not at all, refuses the table with its row and column.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.exchange.plain_layers import read_shapes
from landrelease.exchange.point_checks import bad_reason, check_names, left_out_finding, together, with_degrees
from landrelease.exchange.point_rows import PointEvent, event_of, point_records
from landrelease.exchange.point_table import Floats, PointColumns, PointTable
from landrelease.exchange.rowreader import RowCheck
from landrelease.exchange.textfile import sha256_of
from landrelease.geo.crs import WGS84, transformer
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress

Mover = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""Turns the two columns into degrees."""

__all__ = ["PointColumns", "PointTable", "read_points", "read_region"]


def read_points(
    path: Path, columns: PointColumns, *, skip_bad_rows: bool = False, anywhere: bool = False,
    today: str | None = None, progress: Progress = SILENT,
) -> PointTable:  # fmt: skip
    """Read a table of points, whole or not at all.

    Rows without any position, and in a dated table rows without a date, are left out with a finding (LR4047).

    Parameters
    ----------
    skip_bad_rows
        Leave out rows that cannot be read as well, with the same finding, instead of refusing the table.
    anywhere
        Take single events far from all others as they are, because a region says what counts.
    today
        ISO date; later dates are refused.

    Raises
    ------
    LandreleaseError
        LR0002 without a file; LR2004 to LR2008, LR2031 for damaged tables; LR2016 and LR2017 for values; LR2023 for an
        unknown system; LR2079 for single events far from all others; LR4042 to LR4045 for numbers, positions and dates
        that cannot be read; LR2005 where nothing is left.
    """
    if not path.is_file():
        raise fail(ErrorCode.FILE_MISSING, path=path)
    check_names(columns, path)
    move = _mover(columns, path)
    events: list[PointEvent] = []
    refused: list[Finding] = []
    bad = no_position = no_date = 0
    for number, values in point_records(path, columns, progress):
        check = RowCheck(path.name, number)
        event = event_of(values, check, columns, today)
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
    reasons = ((no_position, _("without a position")), (no_date, _("without a date")), (bad, bad_reason(refused)))
    left_out = tuple(left_out_finding(count, reason, path) for count, reason in reasons if count)
    if not events:
        raise LandreleaseError([*left_out, Finding(ErrorCode.FILE_EMPTY, file=path.name)])
    table = _table(events, move, columns, path, left_out, skip_bad_rows, progress)
    return table if anywhere else together(table, columns, path, skip_bad_rows)


def _mover(columns: PointColumns, path: Path) -> Mover:
    try:
        crs = pyproj.CRS.from_user_input(columns.crs)
    except pyproj.exceptions.CRSError as error:
        raise LandreleaseError(Finding(ErrorCode.CRS_MISSING, {"problem": columns.crs}, file=path.name)) from error
    if crs.is_geographic or columns.is_geometry:
        return lambda x, y: (x, y)
    return lambda x, y: transformer(crs, WGS84).transform(x, y)


def _table(
    events: list[PointEvent], move: Mover, columns: PointColumns, path: Path, left_out: tuple[Finding, ...],
    skip_bad_rows: bool, progress: Progress,
) -> PointTable:  # fmt: skip
    x, y = move(np.array([one.longitude for one in events]), np.array([one.latitude for one in events]))
    date, kind, block = (
        np.array(each, dtype=np.str_) for each in zip(*((e.date, e.kind, e.block) for e in events), strict=True)
    )
    lon, lat = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    rows, digest = np.array([one.row for one in events]), sha256_of(path, progress)
    table = PointTable(lon, lat, date, kind, block, rows, digest, left_out)
    return with_degrees(table, columns, path, skip_bad_rows)


def read_region(path: Path, progress: Progress = SILENT) -> BaseGeometry:
    """Read the outline of a region: the union of all areas of a layer, in WGS 84 degrees.

    Raises
    ------
    LandreleaseError
        LR0002 without a file, LR2006 for one that cannot be read, LR2023 without a system, LR2024 without an area.
    """
    shapes = read_shapes(path, progress=progress)
    areas = shapes[np.isin(shapely.get_type_id(shapes), (3, 6))]
    outline = shapely.make_valid(shapely.union_all(areas)) if len(areas) else shapely.Polygon()
    if outline.area == 0:
        raise LandreleaseError(Finding(ErrorCode.GEOMETRY_EMPTY, file=path.name))
    return outline
