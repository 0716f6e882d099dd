"""The loop that the feature formats share: attributes and a geometry in, rows out."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.exchange.mapped import check_seen, mapping_of, propose
from landrelease.exchange.mapping import Mapping
from landrelease.exchange.proposal import Reading, Refusal, Row
from landrelease.exchange.rowreader import RowCheck, check_text
from landrelease.exchange.spreadsheet import cell_text
from landrelease.exchange.staging import ENTERED_CRS, ENTERED_SHAPE
from landrelease.exchange.territory import check_territory

Feature = tuple[dict[str, Any], BaseGeometry | Refusal | None, list[Refusal]]
"""Attributes, the geometry or why it cannot be read, and remarks on it."""


def read_features(
    reading: Reading, features: Iterable[Feature], crs: str | None, layer: str | None = None, encoding: str = "utf-8"
) -> Iterator[Row | Finding]:
    """Yield a row for every feature, numbered from 1.

    Parameters
    ----------
    crs
        The file's system; the mapping's, where it names one, goes first.

    Raises
    ------
    LandreleaseError
        LR2005 where there is no feature, LR2023 where no system is known, LR2004 where a mapped attribute never occurs.
    """
    mapping = mapping_of(reading)
    own = mapping.geometry.crs if mapping.geometry and mapping.geometry.crs else crs
    if own is None:
        details = {"problem": layer or reading.path.name}
        raise LandreleaseError(Finding(ErrorCode.CRS_MISSING, details, file=reading.path.name, sheet=layer))
    yield from check_territory(reading)
    seen: dict[str, None] = {}
    number = unread = 0
    for number, (attributes, geometry, remarks) in enumerate(features, 1):
        values = {name: cell_text(value, mapping) for name, value in attributes.items()}
        seen |= dict.fromkeys(values)
        unread += _is_invalid(geometry)
        check = RowCheck(reading.path.name, number, layer)
        check_text(check, values, encoding)
        yield _row(values, geometry, remarks, own, check, reading)
    if number == 0:
        raise LandreleaseError(Finding(ErrorCode.FILE_EMPTY, file=reading.path.name, sheet=layer))
    if number > unread:
        check_seen(mapping, seen, reading.path.name, layer)


def _is_invalid(geometry: BaseGeometry | Refusal | None) -> bool:
    return isinstance(geometry, Refusal) and geometry.error is ErrorCode.FEATURE_INVALID


def _row(
    values: dict[str, str], geometry: BaseGeometry | Refusal | None, remarks: list[Refusal], crs: str, check: RowCheck,
    reading: Reading,
) -> Row:  # fmt: skip
    readable = not check.findings
    for remark in remarks:
        check.add(remark, "geometry")
    if isinstance(geometry, Refusal):
        check.add(geometry, None if _is_invalid(geometry) else "geometry")
        readable = False
    shape = None if isinstance(geometry, Refusal) else geometry
    proposal = propose(values, shape, crs, check, reading) if readable else None
    row = Row(check.number, values, proposal, check.findings)
    return row if row.sound else replace(row, values=_correctable(values, shape, crs, mapping_of(reading)))


def _correctable(values: dict[str, str], shape: BaseGeometry | None, crs: str, mapping: Mapping) -> dict[str, str]:
    """Return what a table needs to hold of a feature so that it can be corrected there and imported."""
    whole = dict.fromkeys(mapping.columns, "") | values
    if mapping.geometry is None:
        return whole
    text = "" if shape is None else shapely.to_wkt(shape, rounding_precision=-1)
    return whole | {ENTERED_SHAPE: text, ENTERED_CRS: crs}
