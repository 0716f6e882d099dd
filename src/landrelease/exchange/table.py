"""CSV and XLSX tables with a mapping file."""

from collections.abc import Iterator
from functools import partial
from itertools import chain

import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.exchange import shapes
from landrelease.exchange.mapped import mapping_of, propose
from landrelease.exchange.mapping import Mapping
from landrelease.exchange.proposal import Proposal, Reading, Refusal, Row
from landrelease.exchange.rowreader import RowCheck, read_rows
from landrelease.exchange.spreadsheet import sheet_records
from landrelease.exchange.staging import ENTERED_CRS, ENTERED_SHAPE
from landrelease.exchange.territory import check_territory
from landrelease.exchange.textfile import (
    Dialect,
    Record,
    check_columns,
    detect_encoding,
    header_of,
    is_refused_file,
    records,
)
from landrelease.exchange.values import parse_number


def read(reading: Reading) -> Iterator[Row | Finding]:
    """Yield a row for every line of the table."""
    mapping = mapping_of(reading)
    stated = None if _is_refused(reading) else mapping.file.encoding
    encoding = stated or detect_encoding(reading.path)
    rows = read_rows(
        reading, _records(reading, mapping), lambda values, check: _propose(values, check, reading, mapping),
        encoding, mapping.file.sheet,
    )  # fmt: skip
    return chain(check_territory(reading), rows)


def _is_refused(reading: Reading) -> bool:
    return reading.path.suffix.lower() != ".xlsx" and is_refused_file(reading.path)


def _records(reading: Reading, mapping: Mapping) -> Iterator[Record]:
    if reading.path.suffix.lower() == ".xlsx":
        return sheet_records(reading.path, mapping, reading.progress)
    dialect = Dialect(mapping.file.encoding, mapping.file.delimiter, mapping.file.header_row)
    header = header_of(reading.path, dialect)
    if not any(header):
        raise LandreleaseError(Finding(ErrorCode.FILE_EMPTY, file=reading.path.name))
    check_columns(header, mapping.columns, reading.path)
    return records(reading.path, reading.progress, dialect)


def _propose(values: dict[str, str], check: RowCheck, reading: Reading, mapping: Mapping) -> Proposal | None:
    geometry = _geometry(values, check, mapping)
    if check.findings:
        propose(values, None, None, check, reading)  # the other fields are still checked
        return None
    crs = values.get(ENTERED_CRS) or (mapping.geometry.crs if mapping.geometry else None)
    return propose(values, geometry, crs, check, reading)


def _geometry(values: dict[str, str], check: RowCheck, mapping: Mapping) -> BaseGeometry | None:
    rule = mapping.geometry
    if rule is None:
        return None
    if ENTERED_SHAPE in values:
        check.read(ENTERED_CRS, lambda: _check_crs(values.get(ENTERED_CRS, "")))
        return _from_text(values[ENTERED_SHAPE], ENTERED_SHAPE, check)
    if rule.crs is None:
        problem = Finding(ErrorCode.CRS_MISSING, {"problem": "geometry.crs"}, file=check.file, sheet=check.sheet)
        raise LandreleaseError(problem)
    if rule.wkt is not None:
        return _from_text(values[rule.wkt], rule.wkt, check)
    if rule.x is None or rule.y is None:
        return None
    x, y = values[rule.x].strip(), values[rule.y].strip()
    if not x and not y:
        return None
    pair = [check.read(name, partial(parse_number, text, mapping.numbers.style))
            for name, text in ((rule.x, x), (rule.y, y))]  # fmt: skip
    return None if None in pair else shapely.Point([float(value) for value in pair if value is not None])


def _check_crs(text: str) -> None:
    try:
        shapes.crs_of(text)
    except pyproj.exceptions.CRSError as error:
        raise Refusal(ErrorCode.CRS_MISSING, problem=text) from error


def _from_text(text: str, column: str, check: RowCheck) -> BaseGeometry | None:
    if not text.strip():
        return None
    try:
        geometry: BaseGeometry = shapely.from_wkt(text)
    except shapely.errors.ShapelyError as error:
        check.add(Refusal(ErrorCode.GEOMETRY_UNREADABLE, problem=str(error)), column)
        return None
    return geometry
