"""Writing tables and layers: GeoPackage, GeoJSON, CSV, XLSX, by the ending of the path."""

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError
from xlsxwriter.exceptions import FileCreateError

from landrelease.errors import ErrorCode, fail
from landrelease.exchange.escaping import escape_formula
from landrelease.exchange.geopackage import is_geopackage
from landrelease.i18n import _

LAYER = "data"
SHEET_NAME_LENGTH = 31
"""Characters of a sheet name that spreadsheets take."""
_NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
_EARLIEST_GEOPACKAGE = {"VERSION": "1.3"}

Frame = pd.DataFrame
"""A table; a `GeoDataFrame` where it has shapes."""


Writer = Callable[[Frame, Path, str], None]
_SHAPES_ONLY = (".geojson", ".json")
_LIBRARY_ERRORS = (DataSourceError, DataLayerError, FeatureError, FileCreateError)


def write_frame(frame: Frame, path: Path | str, layer: str | None = None) -> Path:
    """Write a table or layer in the format of the path's ending.

    Parameters
    ----------
    frame
        A `GeoDataFrame` in any system for GeoPackage and GeoJSON (written in EPSG:4326); in CSV and XLSX shapes become
        WKT. A `DataFrame` goes to every format but GeoJSON.
    path
        Ending in ``.gpkg``, ``.geojson``, ``.json``, ``.csv`` or ``.xlsx``. It is replaced whole, or not at all where
        the write fails; in a GeoPackage only the layer is replaced.
    layer
        Name of the layer or sheet.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    LandreleaseError
        LR2049 for another ending, LR2056 where the file cannot be written, LR2057 for GeoJSON without shapes.

    Notes
    -----
    Text that a spreadsheet would run as a formula gets a leading apostrophe in CSV, and is marked as text in XLSX.
    """
    path = Path(path)
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise fail(ErrorCode.SUFFIX_UNKNOWN, suffix=path.suffix, suffixes=", ".join(WRITERS))
    if path.suffix.lower() in _SHAPES_ONLY and not _has_shapes(frame):
        raise fail(ErrorCode.SHAPES_MISSING, path=path)
    try:
        return _write(writer, frame, path, layer or LAYER)
    except (OSError, *_LIBRARY_ERRORS) as error:
        raise fail(ErrorCode.WRITE_FAILED, path=path, problem=getattr(error, "strerror", None) or error) from error


def _has_shapes(frame: Frame) -> bool:
    return isinstance(frame, geopandas.GeoDataFrame) and frame.active_geometry_name is not None


def _write(writer: Writer, frame: Frame, path: Path, layer: str) -> Path:
    if path.suffix.lower() == ".gpkg":
        if not path.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        if path.exists() and not is_geopackage(path):  # the library would replace some of them
            raise OSError(errno.EEXIST, _("the file there is no GeoPackage"))
        writer(frame, path, layer)
        return path
    return replace_whole(path, lambda draft: writer(frame, draft, layer))


def replace_whole(path: Path, write: Callable[[Path], object]) -> Path:
    """Write a file beside its place and move it there: whole, or not at all where the writing fails."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".landrelease-", suffix=path.suffix)
    os.close(handle)
    try:
        write(Path(name))
        Path(name).chmod(0o644)
        return Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def _geopackage(frame: Frame, path: Path, layer: str) -> None:
    append = path.exists()
    if not isinstance(frame, geopandas.GeoDataFrame):
        pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG", append=False)
        return
    pyogrio.write_dataframe(
        _in_degrees(frame), path, layer=layer, driver="GPKG", promote_to_multi=_mixed(frame), append=False,
        **({} if append else {"dataset_options": _EARLIEST_GEOPACKAGE}),
    )  # fmt: skip


def _mixed(frame: "geopandas.GeoDataFrame") -> bool:
    """Whether single and several polygons occur together: a layer has one type."""
    return frame.geometry.dropna().geom_type.isin(("Polygon", "MultiPolygon")).all()  # type: ignore[no-any-return]


def _geojson(frame: Frame, path: Path, _layer: str) -> None:
    frame = _in_degrees(geopandas.GeoDataFrame(frame))
    path.unlink(missing_ok=True)
    pyogrio.write_dataframe(
        frame, path, driver="GeoJSON", layer_options={"RFC7946": "YES", "COORDINATE_PRECISION": "7"}
    )


def _in_degrees(frame: "geopandas.GeoDataFrame") -> "geopandas.GeoDataFrame":
    return frame if frame.crs is None or frame.crs.to_epsg() == 4326 else frame.to_crs(4326)


def _csv(frame: Frame, path: Path, _layer: str) -> None:
    _as_text(frame).map(escape_formula).rename(columns=escape_formula).to_csv(path, index=False, encoding="utf-8-sig")


def _xlsx(frame: Frame, path: Path, layer: str) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    sheet = layer.translate(_NOT_IN_SHEET_NAMES)[:SHEET_NAME_LENGTH]
    table = _as_text(frame)
    for column in table.columns:
        if isinstance(table[column].dtype, pd.DatetimeTZDtype):  # spreadsheets have no time zones
            table[column] = table[column].dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": options}) as book:
        table.to_excel(book, sheet_name=sheet, index=False)
        book.sheets[sheet].freeze_panes(1, 0)


def _as_text(frame: Frame) -> Frame:
    """Return a plain table: shapes as WKT with 7 decimals, lists joined with semicolons."""
    table = pd.DataFrame(frame).copy()
    for column in table.columns:
        if isinstance(frame, geopandas.GeoDataFrame) and isinstance(frame[column], geopandas.GeoSeries):
            degrees = frame[column] if frame[column].crs is None else frame[column].to_crs(4326)
            table[column] = [None if s is None else shapely.to_wkt(s, rounding_precision=7) for s in degrees]
        elif table[column].dtype == object:
            table[column] = table[column].map(_joined)
    return table


def _joined(value: Any) -> Any:
    return "; ".join(str(part) for part in value) if isinstance(value, list | tuple | set) else value


WRITERS: dict[str, Writer] = {
    ".gpkg": _geopackage,
    ".geojson": _geojson,
    ".json": _geojson,
    ".csv": _csv,
    ".xlsx": _xlsx,
}
"""What writes each ending."""
