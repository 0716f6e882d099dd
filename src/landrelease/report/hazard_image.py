"""The hazard surface as a picture in web-map projection, with the values of its legend."""

import base64
import io
from dataclasses import dataclass

import numpy as np
import pyproj
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.image import imsave
from numpy.typing import NDArray

from landrelease.geo.crs import transformer
from landrelease.hazard.surface import Surface
from landrelease.report.style import HAZARD_RAMP

_MERCATOR = pyproj.CRS.from_epsg(3857)
_WGS84 = pyproj.CRS.from_epsg(4326)
_WORLD_M = 2 * 20_037_508.342789244
_MOST_PIXELS = 1_400
_CLASSES = 24  # few colours compress well; the eye tells fewer apart
_SPAN = 1e-4  # below this share of the greatest value everything is drawn as lowest


@dataclass(frozen=True)
class HazardImage:
    """A picture that a web map can place by its corners.

    Attributes
    ----------
    uri
        PNG as a data URI.
    corners
        Longitude and latitude of the corners: north-west, north-east, south-east, south-west; longitudes above 180 for
        what lies east of the 180th meridian in a picture across it.
    low, high
        Expected items a km² at the ends of the (logarithmic) ramp.
    """

    uri: str
    corners: tuple[tuple[float, float], ...]
    low: float
    high: float


def hazard_image(surface: Surface) -> HazardImage | None:
    """Draw a surface; None where it holds no value above zero."""
    values = surface.items_per_m2 * 1e6
    positive = values[np.isfinite(values) & (values > 0)]
    if positive.size == 0:
        return None
    high = float(positive.max())
    low = float(max(np.quantile(positive, 0.02), high * _SPAN))
    low = min(low, high / 10)
    bounds = _mercator_bounds(surface)
    return HazardImage(_uri(_colours(_resampled(surface, values, bounds), low, high)), _corners(bounds), low, high)


def _mercator_bounds(surface: Surface) -> tuple[float, float, float, float]:
    """Bounds in web-map metres of the grid, its edge followed densely: straight in one system, curved in the other."""
    grid = surface.grid
    x = grid.x_min_m + np.linspace(0, grid.columns, 40) * grid.cell_m
    y = grid.y_max_m - np.linspace(0, grid.rows, 40) * grid.cell_m
    edge_x = np.concatenate([x, x, np.full(40, x[0]), np.full(40, x[-1])])
    edge_y = np.concatenate([np.full(40, y[0]), np.full(40, y[-1]), y, y])
    moved_x, moved_y = transformer(grid.crs, _MERCATOR).transform(edge_x, edge_y)
    if np.ptp(moved_x) > _WORLD_M / 2:  # across the 180th meridian: east of it goes on, beyond the edge of the world
        moved_x = np.where(moved_x < 0, moved_x + _WORLD_M, moved_x)
    return float(moved_x.min()), float(moved_y.min()), float(moved_x.max()), float(moved_y.max())


def _resampled(
    surface: Surface, values: NDArray[np.float64], bounds: tuple[float, float, float, float]
) -> NDArray[np.float64]:
    """Value of the cell under each pixel's centre; NaN outside the grid."""
    x_min, y_min, x_max, y_max = bounds
    # odd: MapLibre GL 5.3 draws a square picture black whose side is a power of two
    longest = min(_MOST_PIXELS - 1, 2 * max(surface.grid.columns, surface.grid.rows)) | 1
    pixel = max(x_max - x_min, y_max - y_min) / longest
    columns, rows = (max(1, round((high - low) / pixel)) for low, high in ((x_min, x_max), (y_min, y_max)))
    x = x_min + (np.arange(columns) + 0.5) * (x_max - x_min) / columns
    y = y_max - (np.arange(rows) + 0.5) * (y_max - y_min) / rows
    grid_x, grid_y = transformer(_MERCATOR, surface.grid.crs).transform(*np.meshgrid(x, y))
    row, column = surface.grid.cells_of(grid_x, grid_y)
    inside = surface.grid.contains(row, column)
    drawn = np.full(row.shape, np.nan)
    drawn[inside] = values[row[inside], column[inside]]
    return drawn


def _colours(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.uint8]:
    """RGBA bytes: logarithmic ramp in classes, opacity rising with the value, clear where there is no estimate."""
    known = np.isfinite(values)
    share = np.log(np.clip(np.where(known, values, low), low, high) / low) / np.log(high / low)
    share = np.round(share * (_CLASSES - 1)) / (_CLASSES - 1)
    rgba = LinearSegmentedColormap.from_list("hazard", HAZARD_RAMP)(share)
    rgba[..., 3] = np.where(known, 0.15 + 0.7 * share, 0.0)
    return np.asarray(np.round(rgba * 255), dtype=np.uint8)


def _uri(rgba: NDArray[np.uint8]) -> str:
    buffer = io.BytesIO()
    imsave(buffer, rgba, format="png", pil_kwargs={"optimize": True})
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def _corners(bounds: tuple[float, float, float, float]) -> tuple[tuple[float, float], ...]:
    west, south, east, north = bounds
    back = transformer(_MERCATOR, _WGS84).transform
    corners = [back(x, y) for x, y in ((west, north), (east, north), (east, south), (west, south))]
    first = corners[0][0]
    return tuple((round(lon if lon >= first else lon + 360, 7), round(lat, 7)) for lon, lat in corners)
