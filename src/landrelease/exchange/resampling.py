"""Rasters and tables of a measurement, brought onto the cells of a grid; missing stays missing."""

import csv
import warnings
from pathlib import Path

import numpy as np
import pyproj
import rasterio
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError
from rasterio.io import DatasetReader
from rasterio.transform import Affine
from rasterio.warp import reproject
from scipy.interpolate import RegularGridInterpolator

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.exchange.textfile import DELIMITERS, detect_encoding
from landrelease.geo.crs import WGS84, transformer
from landrelease.geo.grid import Grid
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress

Floats = NDArray[np.float64]

FORMATS = ("GTiff", "AAIGrid", "SRTMHGT", "HFA")
"""GDAL's drivers that a raster may be read with: each keeps to its own file and opens no address."""

MEMORY_MB = 256


def read_raster(path: Path, grid: Grid, *, band: int = 1, classes: bool = False, progress: Progress = SILENT) -> Floats:
    """Read one band of a raster on the cells of a grid.

    Parameters
    ----------
    path
        A raster with a coordinate system, in one of `FORMATS`.
    band
        Number of the band, from 1.
    classes
        Whether the values are codes of classes: a cell takes the commonest of its pixels. Else it takes their mean, or
        where the pixels are larger than the cells the value between their centres.

    Returns
    -------
    array
        Shape (rows, columns); NaN where the raster has no value, or none of its pixels lie in the cell.

    Raises
    ------
    LandreleaseError
        LR0002 without a file, LR2080 for one that cannot be read, LR2081 for one that lies elsewhere.
    """
    _check_file(path)
    progress.begin(_("Reading {file}").format(file=path.name))
    try:
        # a raster without a place on the ground is refused below, in the user's words
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with _opened(path) as source:
                values = _on_grid(source, grid, band, classes, path)
    except (RasterioError, ValueError, MemoryError) as error:
        raise _unreadable(path, str(error)) from error
    finally:
        progress.end()
    return _reaching(values, path)


def _opened(path: Path) -> DatasetReader:
    """Open with the first driver that can: asked openly, the library would try those that follow links as well."""
    problem = ""
    for driver in FORMATS:
        try:
            return rasterio.open(path, driver=driver)
        except RasterioIOError as error:
            problem = problem or str(error)
    raise _unreadable(path, problem)


def _on_grid(source: DatasetReader, grid: Grid, band: int, classes: bool, path: Path) -> Floats:
    if source.crs is None or source.transform.is_identity:
        raise _unreadable(path, _("it has no coordinate system"))
    if not 1 <= band <= source.count:
        raise _unreadable(path, _("it has {count} bands, not {band}").format(count=source.count, band=band))
    target = rasterio.crs.CRS.from_wkt(grid.crs.to_wkt())
    found = np.full(grid.shape, np.nan)
    reproject(
        rasterio.band(source, band), found, src_nodata=source.nodata, dst_transform=Affine(*grid.transform),
        dst_crs=target, dst_nodata=np.nan, resampling=_method(source, grid, classes),
        warp_mem_limit=MEMORY_MB, num_threads=1,
    )  # fmt: skip
    return found


def _method(source: DatasetReader, grid: Grid, classes: bool) -> Resampling:
    fine = _pixel_m(source, grid) < grid.cell_m * (1 - 1e-6)
    if classes:
        return Resampling.mode if fine else Resampling.nearest
    return Resampling.average if fine else Resampling.bilinear


def _pixel_m(source: DatasetReader, grid: Grid) -> float:
    """Side of a pixel at the middle of the grid, m: the longer one."""
    middle = [(ends[0] + ends[-1]) / 2 for ends in grid.centres()]
    own = pyproj.CRS.from_wkt(source.crs.to_wkt())
    x, y = transformer(grid.crs, own).transform(*middle)
    step = source.transform
    at_x, at_y = transformer(own, grid.crs).transform([x, x + step.a, x + step.b], [y, y + step.d, y + step.e])
    sides = [np.hypot(at_x[side] - at_x[0], at_y[side] - at_y[0]) for side in (1, 2)]
    return float(max(sides))


def read_degree_grid(path: Path, grid: Grid) -> Floats:
    """Read a CSV table of values by latitude (rows) and longitude (columns) on the cells of a grid.

    Parameters
    ----------
    path
        First row: a name and the longitudes; then a row a latitude: the latitude and its values. Degrees of WGS 84,
        both in order, up or down. An empty field is missing.

    Returns
    -------
    array
        Shape (rows, columns): values between the four places around each cell's centre; NaN where one of them is
        missing, and outside the table.

    Raises
    ------
    LandreleaseError
        LR0002 without a file, LR2082 for another table, LR2081 for one that lies elsewhere.
    """
    _check_file(path)
    latitudes, longitudes, values = _degree_grid(path)
    x, y = np.meshgrid(*grid.centres())
    longitude, latitude = transformer(grid.crs, WGS84).transform(x, y)
    between = RegularGridInterpolator((latitudes, longitudes), values, bounds_error=False, fill_value=np.nan)
    return _reaching(np.asarray(between(np.stack([latitude, longitude], axis=-1)), dtype=np.float64), path)


def _degree_grid(path: Path) -> tuple[Floats, Floats, Floats]:
    """Latitudes, longitudes, both ascending, and values, shape (latitudes, longitudes)."""
    rows = _rows(path)
    if len(rows) < 3 or len(rows[0]) < 3:
        raise _no_degree_grid(path, _("it needs two latitudes and two longitudes at least"))
    uneven = next((number for number, row in enumerate(rows, 1) if len(row) != len(rows[0])), None)
    if uneven:
        raise _no_degree_grid(path, _("its rows have different lengths"), uneven)
    longitudes = np.array([_number(path, 1, text) for text in rows[0][1:]])
    table = np.array([[_number(path, number, text) for text in row] for number, row in enumerate(rows[1:], 2)])
    latitudes, values = table[:, 0], table[:, 1:]
    _check_axis(path, latitudes, 90.0)
    _check_axis(path, longitudes, 360.0)
    down, left = latitudes[0] > latitudes[-1], longitudes[0] > longitudes[-1]
    values = values[:: -1 if down else 1, :: -1 if left else 1]
    return np.sort(latitudes), np.sort(longitudes), values


def _rows(path: Path) -> list[list[str]]:
    try:
        with path.open(encoding=detect_encoding(path), newline="") as text:
            start = text.readline()
            text.seek(0)
            return [row for row in csv.reader(text, delimiter=max(DELIMITERS, key=start.count)) if row]
    except (UnicodeError, csv.Error) as error:
        raise _no_degree_grid(path, str(error)) from error


def _number(path: Path, row: int, text: str) -> float:
    try:
        number = float(text) if text.strip() else np.nan
    except ValueError as error:
        raise _no_degree_grid(path, _("'{value}' is no number").format(value=text[:40]), row) from error
    if np.isinf(number):
        raise _no_degree_grid(path, _("'{value}' is no number").format(value=text[:40]), row)
    return number


def _check_axis(path: Path, degrees: Floats, most: float) -> None:
    steps = np.diff(degrees)
    if not (np.all(steps > 0) or np.all(steps < 0)) or np.abs(degrees).max() > most:
        raise _no_degree_grid(path, _("its degrees are not in order, or out of range"))


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise fail(ErrorCode.FILE_MISSING, path=path)


def _reaching(values: Floats, path: Path) -> Floats:
    if not np.isfinite(values).any():
        raise LandreleaseError(Finding(ErrorCode.LAYER_ELSEWHERE, file=path.name))
    return values


def _unreadable(path: Path, problem: str) -> LandreleaseError:
    details = {"problem": problem, "formats": ", ".join(FORMATS)}
    return LandreleaseError(Finding(ErrorCode.RASTER_UNREADABLE, details, file=path.name))


def _no_degree_grid(path: Path, problem: str, row: int | None = None) -> LandreleaseError:
    return LandreleaseError(Finding(ErrorCode.DEGREE_GRID_INVALID, {"problem": problem}, file=path.name, row=row))
