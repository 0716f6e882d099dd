"""The land map of a document: parts by state over the hazard, with scale, north and legend."""

import math
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pyproj
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from landrelease.hazard.surface import Surface
from landrelease.i18n import _
from landrelease.report.data import StudyData
from landrelease.report.figures import new_figure
from landrelease.report.style import HAZARD_RAMP, STATE_COLOURS, STATE_HATCHES
from landrelease.terms import ReleaseStatus

Bounds = tuple[float, float, float, float]

_WIDTH_IN, _LOWEST_IN, _TALLEST_IN = 6.5, 3.0, 4.3
"""Page width; the tallest map that stands below the summary on a report's first page."""
_MANY_POINTS = 2_000  # above this, points are drawn small and faint so that density shows


def land_figure(data: StudyData) -> Figure:
    """Draw everything that has a place; with no place at all, say so on the sheet."""
    crs = map_system(data)
    window = _window(data, crs)
    height = 1.1 + _WIDTH_IN * (window[3] - window[1]) / (window[2] - window[0])
    tall = height > _TALLEST_IN  # words beside the map, so that it can use the whole height
    figure = new_figure(_WIDTH_IN, min(_TALLEST_IN, max(_LOWEST_IN, height)))
    axes = figure.add_subplot()
    handles: list[Any] = []
    if data.surface is not None:
        _draw_hazard(figure, axes, data.surface, "right" if tall else "top")
    _draw_admin(axes, data.admin, crs)
    handles += _draw_parts(axes, data.parts, crs)
    handles += _draw_evidence(axes, data.evidence, crs)
    frame_map(axes, window)
    if handles:
        place: dict[str, Any] = {"loc": "outside right upper"} if tall else {"loc": "outside lower center", "ncols": 4}
        figure.legend(handles=handles, frameon=False, fontsize=7, **place)
    return figure


def map_system(data: StudyData) -> pyproj.CRS:
    """Equal-area system of a study's map: the estimate's, or one centred on what is shown."""
    if data.surface is not None:
        return data.surface.grid.crs
    x_min, y_min, x_max, y_max = _bounds_wgs84(data)
    return pyproj.CRS.from_dict({"proj": "laea", "lon_0": (x_min + x_max) / 2, "lat_0": (y_min + y_max) / 2})


def _bounds_wgs84(data: StudyData) -> Bounds:
    for frames in ((data.parts, data.areas, data.evidence), (data.admin,)):
        shown = [frame.total_bounds for frame in frames if frame.geometry.notna().any()]
        if shown:
            stacked = np.array(shown)
            low, high = stacked[:, :2].min(axis=0), stacked[:, 2:].max(axis=0)
            return float(low[0]), float(low[1]), float(high[0]), float(high[1])
    return -1.0, -1.0, 1.0, 1.0


def _draw_hazard(figure: Figure, axes: Axes, surface: Surface, side: Literal["right", "top"]) -> None:
    grid, values = surface.grid, surface.items_per_m2 * 1e6
    positive = values[np.isfinite(values) & (values > 0)]
    if positive.size == 0:
        return
    high = float(positive.max())
    low = max(float(np.quantile(positive, 0.05)), high * 1e-4)
    extent = (
        grid.x_min_m, grid.x_min_m + grid.columns * grid.cell_m, grid.y_max_m - grid.rows * grid.cell_m, grid.y_max_m,
    )  # fmt: skip
    ramp = LinearSegmentedColormap.from_list("hazard", HAZARD_RAMP)
    norm = LogNorm(min(low, high * 0.99), high)
    drawn = axes.imshow(values, extent=extent, cmap=ramp, norm=norm, alpha=0.75, interpolation="nearest")
    bar = figure.colorbar(drawn, ax=axes, location=side, shrink=0.5, aspect=40, pad=0.01)
    bar.set_label(_("Expected items a km² (estimate)"), fontsize=7)
    bar.ax.tick_params(labelsize=6)


def _draw_admin(axes: Axes, admin: gpd.GeoDataFrame, crs: pyproj.CRS) -> None:
    outlined = admin[admin.geometry.notna()]
    if len(outlined):
        outlined.to_crs(crs).boundary.plot(ax=axes, color="#888888", linewidth=0.4, aspect=None)


def _draw_evidence(axes: Axes, evidence: gpd.GeoDataFrame, crs: pyproj.CRS) -> list[Any]:
    placed = evidence[evidence.geometry.notna()]
    if placed.empty:
        return []
    points = placed.geometry.to_crs(crs).representative_point()
    many = len(placed) > _MANY_POINTS
    size, alpha = (1.0, 0.25) if many else (9.0, 0.9)
    mark = "." if many else "x"
    axes.scatter(points.x, points.y, s=size, c="black", alpha=alpha, zorder=5, marker=mark, linewidths=0.6)
    label = _("Evidence and events ({count})").format(count=f"{len(placed):,}")
    return [Line2D([], [], color="black", marker=mark, linestyle="", markersize=4, label=label)]


def _draw_parts(axes: Axes, parts: gpd.GeoDataFrame, crs: pyproj.CRS) -> list[Any]:
    handles = []
    projected = parts[parts.geometry.notna()].to_crs(crs)
    for state in ReleaseStatus:
        of_state = projected[projected["release_status"] == state]
        if of_state.empty:
            continue
        colour, hatch = STATE_COLOURS[state], STATE_HATCHES[state]
        of_state.plot(ax=axes, facecolor=colour, edgecolor="#333333", linewidth=0.3, hatch=hatch, aspect=None)
        area_km2 = of_state["area_m2"].sum() / 1e6
        label = f"{state.label}: {area_km2:,.2f} km²"
        handles.append(Patch(facecolor=colour, edgecolor="#333333", hatch=hatch, linewidth=0.3, label=label))
    return handles


def _window(data: StudyData, crs: pyproj.CRS) -> Bounds:
    """Bounds of what is shown, with a margin, in metres."""
    edge = np.array(_corners(_bounds_wgs84(data))).T
    box = gpd.GeoSeries.from_xy(*edge, crs="EPSG:4326").to_crs(crs).total_bounds
    margin = 0.05 * max(box[2] - box[0], box[3] - box[1], 1_000.0)
    return float(box[0] - margin), float(box[1] - margin), float(box[2] + margin), float(box[3] + margin)


def frame_map(axes: Axes, window: Bounds) -> None:
    """Give a map its window, scale bar and north; say so where nothing is on it."""
    axes.set_aspect("equal")
    axes.set(xlabel="", ylabel="")
    axes.set_xticks([])
    axes.set_yticks([])
    if not axes.has_data():
        axes.text(0.5, 0.5, _("No statement gives a place"), ha="center", va="center", transform=axes.transAxes)
        return
    axes.set_xlim(window[0], window[2])
    axes.set_ylim(window[1], window[3])
    _scale_bar(axes)
    axes.annotate(_("N"), xy=(0.97, 0.97), xytext=(-0, -26), xycoords="axes fraction", textcoords="offset points",
                  ha="center", fontsize=9, arrowprops={"arrowstyle": "-|>", "color": "black"})  # fmt: skip


def _corners(bounds: Bounds) -> list[tuple[float, float]]:
    """Positions along the sides of a box: its corners alone may not span it in another system."""
    x_min, y_min, x_max, y_max = bounds
    xs, ys = np.linspace(x_min, x_max, 5), np.linspace(y_min, y_max, 5)
    return [(x, y) for x in xs for y in ys]


def round_length(span_m: float) -> float:
    """Length of a scale bar: the greatest of 1, 2 or 5 times a power of ten, up to a quarter of the span."""
    power = 10.0 ** math.floor(math.log10(span_m / 4))
    return max(step * power for step in (1, 2, 5) if step * power <= span_m / 4)


def _scale_bar(axes: Axes) -> None:
    (x_0, x_1), (y_0, y_1) = axes.get_xlim(), axes.get_ylim()
    length = round_length(x_1 - x_0)
    x, y = x_0 + 0.04 * (x_1 - x_0), y_0 + 0.04 * (y_1 - y_0)
    axes.plot([x, x + length], [y, y], color="black", linewidth=2.5, solid_capstyle="butt")
    label = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    axes.text(x + length / 2, y + 0.012 * (y_1 - y_0), label, ha="center", va="bottom", fontsize=8)
