"""The map of a completion report: parts of an area by state, numbered, with start points, scale and north."""

from collections.abc import Sequence

import numpy as np
import pyproj
import shapely
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path
from numpy.typing import NDArray

from landrelease.geo.crs import from_wgs84, local_equal_area
from landrelease.release.perimeter import TurningPoint
from landrelease.report.figures import new_figure
from landrelease.report.land_figure import frame_map
from landrelease.report.operator_data import PartLine
from landrelease.report.style import STATE_COLOURS, STATE_HATCHES

_WIDTH_IN, _LOWEST_IN, _TALLEST_IN, _MARGIN = 6.5, 2.2, 4.3, 0.06

Ring = NDArray[np.float64]


def parts_figure(parts: Sequence[PartLine]) -> Figure:
    """Draw the parts that have rings, numbered as in the table of the report; at least one must have some."""
    drawn = _in_plane(parts)
    corners = np.concatenate([ring for _number, _part, rings in drawn for ring in rings])
    (x_min, y_min), (x_max, y_max) = corners.min(axis=0), corners.max(axis=0)
    margin = _MARGIN * max(x_max - x_min, y_max - y_min)
    height = 0.6 + _WIDTH_IN * (y_max - y_min + 2 * margin) / (x_max - x_min + 2 * margin)
    figure = new_figure(_WIDTH_IN, min(_TALLEST_IN, max(_LOWEST_IN, height)))
    axes = figure.add_subplot()
    for number, part, rings in drawn:
        path = Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))
        axes.add_patch(PathPatch(path, facecolor=STATE_COLOURS[part.state], hatch=STATE_HATCHES[part.state],
                                 edgecolor="#333333", linewidth=0.6, alpha=0.75))  # fmt: skip
        axes.plot(*rings[0][0], marker="s", color="black", markersize=3.5)
        place = shapely.Polygon(rings[0]).buffer(0).representative_point()
        axes.annotate(str(number), (place.x, place.y), ha="center", va="center", fontsize=9, fontweight="bold",
                      bbox={"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 1.5})  # fmt: skip
    frame_map(axes, (x_min - margin, y_min - margin, x_max + margin, y_max + margin))
    states = dict.fromkeys(part.state for _number, part, _rings in drawn)
    handles = [Patch(facecolor=STATE_COLOURS[state], hatch=STATE_HATCHES[state], label=state.label) for state in states]
    figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False, fontsize=8)
    return figure


def _in_plane(parts: Sequence[PartLine]) -> list[tuple[int, PartLine, list[Ring]]]:
    """Number, part and rings in metres of every part that has rings."""
    points = [point for part in parts for ring in part.rings for point in ring]
    plane = local_equal_area([point.longitude for point in points], [point.latitude for point in points])
    return [
        (number, part, [_moved(ring, plane) for ring in part.rings])
        for number, part in enumerate(parts, start=1)
        if part.rings
    ]


def _moved(ring: Sequence[TurningPoint], plane: pyproj.CRS) -> Ring:
    """Corners of a ring in the plane, closed."""
    line = shapely.LineString([(point.longitude, point.latitude) for point in (*ring, ring[0])])
    corners: Ring = shapely.get_coordinates(from_wgs84(line, plane))
    return corners
