"""GeoPackage layers, read in pieces."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.exchange.features import Feature, read_features
from landrelease.exchange.mapped import mapping_of
from landrelease.exchange.mapping import Mapping
from landrelease.exchange.proposal import Reading, Refusal, Row
from landrelease.exchange.textfile import truncated
from landrelease.i18n import _

_MAGIC = b"SQLite format 3\0"
PIECE = 5_000
"""Features read at once."""
_DAMAGE = (DataSourceError, DataLayerError, FieldError, GeometryError, RuntimeError)


def read(reading: Reading) -> Iterator[Row | Finding]:
    """Yield a row for every feature of the layer."""
    mapping = mapping_of(reading)
    _check_magic(reading.path)
    try:
        layer = _layer(reading.path, mapping)
        info = pyogrio.read_info(reading.path, layer=layer)
    except _DAMAGE as error:
        raise truncated(reading.path, str(error)) from error
    return read_features(reading, _features(reading, layer, info), info["crs"], layer)


def _check_magic(path: Path) -> None:
    """Refuse what is no SQLite file: the library would open it as whatever else it may be, links and all."""
    if not is_geopackage(path):
        raise truncated(path, _("it is no GeoPackage"))


def is_geopackage(path: Path) -> bool:
    """Whether the file begins as a database; what else it must hold, the library finds out."""
    with path.open("rb") as source:
        return source.read(len(_MAGIC)) == _MAGIC


def _layer(path: Path, mapping: Mapping) -> str:
    layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    wanted = mapping.file.layer or (layers[0] if len(layers) == 1 else "")
    if wanted not in layers:
        details = {"layer": wanted, "layers": ", ".join(layers)}
        raise LandreleaseError(Finding(ErrorCode.LAYER_MISSING, details, file=path.name))
    return wanted


def _features(reading: Reading, layer: str, info: dict[str, Any]) -> Iterator[Feature]:
    reading.progress.begin(_("Reading {file}").format(file=reading.path.name), info["features"])
    try:
        last = -1
        while True:
            # By feature id, not by offset: the database would count through everything before it.
            where = f'"{info["fid_column"] or "fid"}" > {last}'
            names, fids, wkb, columns = _piece(reading.path, layer, where)
            if not len(fids):
                return
            last = int(fids[-1])
            for index, geometry in enumerate(wkb):
                yield _feature(names, columns, index, geometry)
                reading.progress.advance()
    finally:
        reading.progress.end()


def _piece(path: Path, layer: str, where: str) -> tuple[list[str], Any, Any, Any]:
    try:
        meta, fids, wkb, columns = pyogrio.raw.read(
            path, layer=layer, where=where, max_features=PIECE, return_fids=True, force_2d=True
        )
    except _DAMAGE as error:
        raise truncated(path, str(error)) from error
    return list(meta["fields"]), fids, wkb if wkb is not None else [None] * len(fids), columns


def _feature(names: list[str], columns: Any, index: int, wkb: bytes | None) -> Feature:
    attributes = {name: _plain(column[index]) for name, column in zip(names, columns, strict=True)}
    if wkb is None:
        return attributes, None, []
    try:
        return attributes, shapely.from_wkb(wkb), []
    except shapely.errors.ShapelyError as error:
        return attributes, Refusal(ErrorCode.GEOMETRY_UNREADABLE, problem=str(error)), []


def _plain(value: Any) -> str | int | float | bool | date | datetime | None:
    """Return a NumPy value as plain Python; not-a-number and not-a-time are nothing."""
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else value.astype("datetime64[s]").item()
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and value != value else value
