"""Open layers for covariates: places, lines and areas, and the outline of a country."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
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
from landrelease.exchange.textfile import check_columns, check_header, header_of, records, truncated
from landrelease.geo.crs import WGS84, to_crs, transformer
from landrelease.i18n import N_, _
from landrelease.progress import SILENT, Progress

Shapes = NDArray[np.object_]

_DAMAGE = (DataSourceError, DataLayerError, FieldError, GeometryError, RuntimeError)
FORMATS = ("GeoPackage", "GeoJSON", "TopoJSON", "Shapefile", "FlatGeobuf")
_JSON = re.compile(
    rb'"type"\s*:\s*"(Topology|FeatureCollection|Feature|GeometryCollection|(Multi)?(Point|LineString|Polygon))"'
)
_TOPOLOGY = re.compile(rb'"type"\s*:\s*"Topology"')
_STARTS = (b"SQLite format 3\0", b"\x00\x00\x27\x0a", b"fgb\x03")
HEAD = 1 << 16

LONGITUDE, LATITUDE, POPULATION, COUNTRY, NAME = "longitude", "latitude", "population", "countrycode", "name"
"""Columns of a table of places, as GeoNames names them."""


@dataclass(frozen=True)
class _Wanted:
    """Range and name of a number in a table of places."""

    column: str
    least: float
    most: float
    words: str


_NUMBERS = (
    _Wanted(LONGITUDE, -180.0, 180.0, N_("longitude in degrees")),
    _Wanted(LATITUDE, -90.0, 90.0, N_("latitude in degrees")),
    _Wanted(POPULATION, 0.0, 1e9, N_("number of people")),
)


def read_places(path: Path, crs: pyproj.CRS, country: str | None = None, progress: Progress = SILENT) -> "pd.DataFrame":
    """Read settlements from a table with the columns that GeoNames uses.

    Parameters
    ----------
    path
        CSV with ``latitude`` and ``longitude`` (degrees, WGS 84); ``population``, ``name`` and ``countrycode`` where
        known. A population of 0 means unknown, as in GeoNames.
    crs
        System of the positions given back.
    country
        Only places with this ``countrycode``.

    Returns
    -------
    DataFrame
        name, x_m, y_m, population (NaN where unknown).

    Raises
    ------
    LandreleaseError
        LR0002 without a file, LR2004 without the columns, LR2083 for every row with a number that cannot be, LR2084
        without a place in the country; LR2005, LR2006 and LR2031 as for every table.
    """
    _check_file(path)
    header = check_header(header_of(path), path)
    check_columns(header, [LATITUDE, LONGITUDE, *([COUNTRY] if country else [])], path)
    findings: list[Finding] = []
    kept, countries = [], set()
    for row, fields in records(path, progress):
        if isinstance(fields, Refusal):
            findings.append(Finding(fields.error, fields.details, file=path.name, row=row))
            continue
        countries.add(fields.get(COUNTRY, ""))
        if country is None or fields[COUNTRY].strip().casefold() == country.casefold():
            findings += _problems(fields, path, row)
            kept.append(fields)
    if findings:
        raise LandreleaseError(findings)
    if not kept:
        raise _no_country(path, country or "", countries)
    return _places(kept, crs)


def _problems(fields: dict[str, str], path: Path, row: int) -> Iterator[Finding]:
    for wanted in _NUMBERS:
        text = fields.get(wanted.column, "").strip()
        if not text and wanted.column == POPULATION:
            continue
        if not wanted.least <= _number(text) <= wanted.most:
            details = {"value": text[:40], "wanted": _(wanted.words)}
            yield Finding(ErrorCode.PLACE_INVALID, details, file=path.name, row=row, field=wanted.column)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _places(kept: list[dict[str, str]], crs: pyproj.CRS) -> "pd.DataFrame":
    longitude, latitude, people = (
        np.array([_number(fields.get(wanted.column, "")) for fields in kept]) for wanted in _NUMBERS
    )
    x, y = transformer(WGS84, crs).transform(longitude, latitude)
    names = [fields.get(NAME, "") for fields in kept]
    return pd.DataFrame({"name": names, "x_m": x, "y_m": y, "population": np.where(people > 0, people, np.nan)})


def read_shapes(
    path: Path, crs: pyproj.CRS, layer: str | None = None, own_crs: str | None = None, progress: Progress = SILENT
) -> Shapes:
    """Read the shapes of a layer of points, lines or areas.

    Parameters
    ----------
    path
        A file in one of `FORMATS`, known by its beginning, not by its name.
    crs
        System of the shapes given back.
    layer
        Needed where the file has several.
    own_crs
        System of the file where it names none; TopoJSON is taken as WGS 84.

    Returns
    -------
    array
        Shapely geometries, none of them empty, shape (n,); areas made valid.

    Raises
    ------
    LandreleaseError
        LR0002 without a file, LR2086 for another format, LR2006 for a damaged file, LR2023 without a system, LR2050
        for an unknown layer, LR2085 without a shape.
    """
    return _moved(_read(path, layer, own_crs, progress, columns=[]), crs, path)


def read_outline(
    path: Path, name: str, crs: pyproj.CRS, layer: str | None = None, own_crs: str | None = None,
    progress: Progress = SILENT,
) -> BaseGeometry:  # fmt: skip
    """Read the area of a country, or of any unit, from a layer of areas.

    Parameters
    ----------
    name
        The whole text of any attribute of the feature, upper or lower case: a name or a code. All features that have it
        are joined.

    Raises
    ------
    LandreleaseError
        As `read_shapes`; LR2084 where no feature has the name.
    """
    frame = _read(path, layer, own_crs, progress)
    attributes = frame.drop(columns="geometry").astype(str)
    found = attributes.apply(lambda column: column.str.casefold() == name.casefold()).any(axis=1)
    if not found.any():
        raise _no_country(path, name, set(attributes.to_numpy().ravel()))
    return shapely.union_all(_moved(frame[found], crs, path))


def _read(
    path: Path, layer: str | None, own_crs: str | None, progress: Progress, columns: list[str] | None = None
) -> gpd.GeoDataFrame:
    _check_format(path)
    progress.begin(_("Reading {file}").format(file=path.name))
    try:
        frame = pyogrio.read_dataframe(path, layer=_layer(path, layer), columns=columns)
    except _DAMAGE as error:
        raise truncated(path, str(error)) from error
    finally:
        progress.end()
    if not isinstance(frame, gpd.GeoDataFrame):
        raise LandreleaseError(Finding(ErrorCode.LAYER_WITHOUT_SHAPES, file=path.name))
    if frame.crs is not None:
        return frame
    named = own_crs or ("EPSG:4326" if _TOPOLOGY.search(_head(path)) else None)
    if named is None:
        raise LandreleaseError(Finding(ErrorCode.CRS_MISSING, {"problem": path.name}, file=path.name))
    return frame.set_crs(named)


def _layer(path: Path, layer: str | None) -> str:
    layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    if not layers:
        raise truncated(path, _("it holds no layer"))
    wanted = layer or (layers[0] if len(layers) == 1 else "")
    if wanted not in layers:
        details = {"layer": wanted, "layers": ", ".join(layers)}
        raise LandreleaseError(Finding(ErrorCode.LAYER_MISSING, details, file=path.name))
    return wanted


def _check_format(path: Path) -> None:
    """Refuse what is none of the formats: the library would open it as whatever it may be, commands and links too."""
    _check_file(path)
    head = _head(path)
    plain = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    known_json = plain.startswith(b"{") and _JSON.search(head) and b"gdal_streamed_alg" not in head
    if not (head.startswith(_STARTS) or known_json):
        details = {"file": path.name, "formats": ", ".join(FORMATS)}
        raise LandreleaseError(Finding(ErrorCode.VECTOR_FORMAT, details, file=path.name))


def _head(path: Path) -> bytes:
    with path.open("rb") as source:
        return source.read(HEAD)


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise fail(ErrorCode.FILE_MISSING, path=path)


def _moved(frame: gpd.GeoDataFrame, crs: pyproj.CRS, path: Path) -> Shapes:
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    shapes = np.where(shapely.is_valid(shapes), shapes, shapely.make_valid(shapes))
    moved: Shapes = to_crs(shapes, frame.crs, crs)
    moved = moved[np.isfinite(shapely.bounds(moved)).all(axis=1)] if len(moved) else moved
    if not len(moved):
        raise LandreleaseError(Finding(ErrorCode.LAYER_WITHOUT_SHAPES, file=path.name))
    return moved


def _no_country(path: Path, name: str, names: set[str]) -> LandreleaseError:
    some = ", ".join(sorted(each for each in names if each)[:10])
    return LandreleaseError(Finding(ErrorCode.COUNTRY_UNKNOWN, {"name": name, "names": some}, file=path.name))
