"""The map of a certificate as SVG: released parts, turning points, neighbours, grid, scale bar, north.

Drawn by hand, in the UTM zone of the certificate and with no word in it: words would have to be set, and Typst sets
them in every language and direction; numbers and codes read the same everywhere.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.geo.crs import from_wgs84
from landrelease.release.certificate import Certificate
from landrelease.report.land_figure import round_length
from landrelease.report.style import STATE_COLOURS
from landrelease.terms import ReleaseStatus

RELEASED_FILL = "#7fceb9"
"""The colour of released land, lighter, so that labels stand out on it."""
_WIDTH, _TALLEST, _SHORTEST = 640.0, 520.0, 260.0
_MARGIN = 0.12
"""Share of the land's extent that is shown around it, and at least `_MARGIN_M`."""
_MARGIN_M = 25.0
_FRAME = (44.0, 8.0, 8.0, 22.0)
"""Room for the grid's figures: left, top, right, bottom."""
_MOST_LABELS = 40
"""With more turning points only some are named: the table has them all."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """From metres in the plane to the sheet."""

    x_min: float
    y_max: float
    scale: float
    width: float
    height: float

    def x(self, easting: float) -> float:
        return _FRAME[0] + (easting - self.x_min) * self.scale

    def y(self, northing: float) -> float:
        return _FRAME[1] + (self.y_max - northing) * self.scale

    @property
    def inside(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the map itself."""
        return _FRAME[0], _FRAME[1], self.width - _FRAME[2], self.height - _FRAME[3]


def map_states(certificate: Certificate) -> list[ReleaseStatus]:
    """States of the neighbours that the map shows, in the order of the states: what its legend has to name."""
    shown = {neighbour.state for neighbour in certificate.neighbours}
    return [state for state in ReleaseStatus if state in shown]


def certificate_map(certificate: Certificate) -> bytes:
    """Draw the map of a certificate as SVG."""
    shapes = [from_wgs84(part.shape, certificate.zone) for part in certificate.parts]
    sheet = _sheet(shapely.union_all(shapes).bounds)
    drawn = [
        *_head(sheet),
        '<g clip-path="url(#map)">',
        *_neighbours(certificate, sheet),
        *_grid_lines(sheet),
        *(_area(shape, sheet, RELEASED_FILL, "#00614a", 1.6) for shape in shapes),
        *_points(certificate, sheet),
        *_part_numbers(shapes, sheet),
        "</g>",
        *_frame(sheet),
        *_scale_bar(sheet),
        _north(certificate, sheet),
        "</svg>",
    ]
    return "\n".join(drawn).encode()


def _sheet(bounds: tuple[float, float, float, float]) -> _Sheet:
    x_min, y_min, x_max, y_max = bounds
    margin = max(_MARGIN * max(x_max - x_min, y_max - y_min), _MARGIN_M)
    wide, tall = x_max - x_min + 2 * margin, y_max - y_min + 2 * margin
    across, up = _WIDTH - _FRAME[0] - _FRAME[2], _FRAME[1] + _FRAME[3]
    scale = min(across / wide, (_TALLEST - up) / tall)
    height = max(tall * scale, _SHORTEST - up)
    x_middle, y_middle = (x_min + x_max) / 2, (y_min + y_max) / 2
    return _Sheet(x_middle - across / scale / 2, y_middle + height / scale / 2, scale, _WIDTH, height + up)


def _head(sheet: _Sheet) -> Iterator[str]:
    left, top, right, bottom = sheet.inside
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sheet.width:g} {sheet.height:.1f}" '
        'font-family="DejaVu Sans" font-size="8">'
    )
    box = f'x="{left}" y="{top}" width="{right - left:.1f}" height="{bottom - top:.1f}"'
    yield f'<defs><clipPath id="map"><rect {box}/></clipPath></defs>'
    yield f'<rect {box} fill="#ffffff"/>'


def _neighbours(certificate: Certificate, sheet: _Sheet) -> Iterator[str]:
    for neighbour in certificate.neighbours:
        shape = from_wgs84(neighbour.shape, certificate.zone)
        yield _area(shape, sheet, STATE_COLOURS[neighbour.state], "#333333", 0.5, 0.45)
        if neighbour.state in (ReleaseStatus.UNRESOLVED, ReleaseStatus.REOPENED):
            yield from _hatch(shape, sheet)


def _hatch(shape: BaseGeometry, sheet: _Sheet) -> Iterator[str]:
    """Lines over ground that nobody may enter, so that it is known without colour."""
    left, top, right, bottom = sheet.inside
    step, height = 9.0, bottom - top
    starts = np.arange(left - height, right, step)
    lines = shapely.multilinestrings(
        [shapely.linestrings([(x, bottom), (x + height, top)]) for x in starts]
    )  # on the sheet; the shape is brought there
    inside = shapely.intersection(lines, _on_sheet(shape, sheet))
    for line in shapely.get_parts(inside):
        if line.geom_type == "LineString" and not line.is_empty:  # neighbours may lie beyond the sheet
            (x_0, y_0), (x_1, y_1) = line.coords[0], line.coords[-1]
            yield f'<path d="M{x_0:.1f} {y_0:.1f}L{x_1:.1f} {y_1:.1f}" stroke="#333333" stroke-width="0.6"/>'


def _on_sheet(shape: BaseGeometry, sheet: _Sheet) -> BaseGeometry:
    moved = shapely.transform(
        shape,
        lambda xy: np.column_stack([_FRAME[0] + (xy[:, 0] - sheet.x_min) * sheet.scale,
                                    _FRAME[1] + (sheet.y_max - xy[:, 1]) * sheet.scale]),
    )  # fmt: skip
    return shapely.make_valid(moved)


def _area(shape: BaseGeometry, sheet: _Sheet, fill: str, edge: str, width: float, opacity: float = 1.0) -> str:
    rings = []
    for polygon in shapely.get_parts(shape):
        if polygon.geom_type == "Polygon":
            rings += [polygon.exterior, *polygon.interiors]
    path = "".join(_path(ring.coords, sheet) for ring in rings)
    return (
        f'<path d="{path}" fill="{fill}" fill-opacity="{opacity:g}" fill-rule="evenodd" stroke="{edge}" '
        f'stroke-width="{width:g}"/>'
    )


def _path(ring: Sequence[tuple[float, ...]], sheet: _Sheet) -> str:
    places = [f"{sheet.x(x):.2f} {sheet.y(y):.2f}" for x, y, *_z in ring[:-1]]
    return "M" + "L".join(places) + "Z"


def _points(certificate: Certificate, sheet: _Sheet) -> Iterator[str]:
    """Turning points with their labels; the start point is square."""
    rings = [ring for part in certificate.parts for ring in part.rings]
    every = math.ceil(sum(map(len, rings)) / _MOST_LABELS)
    for ring in rings:
        middle = np.mean([(point.easting_m, point.northing_m) for point in ring], axis=0)
        for number, point in enumerate(ring):
            x, y = sheet.x(point.easting_m), sheet.y(point.northing_m)
            if number == 0:
                yield f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6" fill="#000000"/>'
            else:
                yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.2" fill="#000000"/>'
            if number % every == 0:
                yield _label(point.label, x, y, (sheet.x(middle[0]), sheet.y(middle[1])))


def _label(text: str, x: float, y: float, middle: tuple[float, float]) -> str:
    """A label inside its ring, so that those of two parts at one corner stand apart, with a white edge."""
    inward = (math.copysign(15, middle[0] - x), math.copysign(9, middle[1] - y))
    place = f'x="{x + inward[0]:.1f}" y="{y + inward[1] + 3:.1f}"'
    return f'<text {place} text-anchor="middle" stroke="#ffffff" stroke-width="2" paint-order="stroke">{text}</text>'


def _part_numbers(shapes: Sequence[BaseGeometry], sheet: _Sheet) -> Iterator[str]:
    for number, shape in enumerate(shapes, start=1):
        inside = shape.representative_point()
        yield (
            f'<text x="{sheet.x(inside.x):.1f}" y="{sheet.y(inside.y) + 4:.1f}" text-anchor="middle" font-size="13" '
            f'font-weight="bold" stroke="#ffffff" stroke-width="3" paint-order="stroke">{number}</text>'
        )


def _ticks(low: float, high: float) -> list[float]:
    step = round_length(high - low)
    first = math.ceil(low / step)
    return [step * number for number in range(first, math.floor(high / step) + 1)]


def _span(sheet: _Sheet) -> tuple[float, float, float, float]:
    """Eastings and northings at the edges of the map."""
    left, top, right, bottom = sheet.inside
    across, up = (right - left) / sheet.scale, (bottom - top) / sheet.scale
    return sheet.x_min, sheet.y_max - up, sheet.x_min + across, sheet.y_max


def _grid_lines(sheet: _Sheet) -> Iterator[str]:
    left, top, right, bottom = sheet.inside
    x_min, y_min, x_max, y_max = _span(sheet)
    for easting in _ticks(x_min, x_max):
        yield f'<path d="M{sheet.x(easting):.1f} {top}V{bottom:.1f}" stroke="#b9c4cc" stroke-width="0.5"/>'
    for northing in _ticks(y_min, y_max):
        yield f'<path d="M{left} {sheet.y(northing):.1f}H{right}" stroke="#b9c4cc" stroke-width="0.5"/>'


def _frame(sheet: _Sheet) -> Iterator[str]:
    """The edge of the map with eastings below and northings on the left."""
    left, top, right, bottom = sheet.inside
    x_min, y_min, x_max, y_max = _span(sheet)
    yield (
        f'<rect x="{left}" y="{top}" width="{right - left:.1f}" height="{bottom - top:.1f}" fill="none" '
        'stroke="#1d2b36"/>'
    )
    for easting in _ticks(x_min, x_max):
        yield (
            f'<text x="{sheet.x(easting):.1f}" y="{bottom + 11:.1f}" text-anchor="middle" font-size="7">'
            f"{easting:.0f}</text>"
        )
    for northing in _ticks(y_min, y_max):
        yield (
            f'<text x="{left - 3}" y="{sheet.y(northing) + 2.5:.1f}" text-anchor="end" font-size="7">'
            f"{northing:.0f}</text>"
        )


def _scale_bar(sheet: _Sheet) -> Iterator[str]:
    left, _top, right, bottom = sheet.inside
    length = round_length((right - left) / sheet.scale)
    x, y, end = left + 10, bottom - 10, left + 10 + length * sheet.scale
    label = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    yield f'<rect x="{x - 5}" y="{y - 16:.1f}" width="{end - x + 10:.1f}" height="22" fill="#ffffff" opacity="0.85"/>'
    yield f'<path d="M{x} {y - 4:.1f}V{y:.1f}H{end:.1f}V{y - 4:.1f}" fill="none" stroke="#000000" stroke-width="1.5"/>'
    yield f'<text x="{(x + end) / 2:.1f}" y="{y - 5:.1f}" text-anchor="middle">{label}</text>'


def _north(certificate: Certificate, sheet: _Sheet) -> str:
    """An arrow to true north: the grid's lines run to the north of the zone, which differs by the convergence."""
    _left, top, right, _bottom = sheet.inside
    middle = certificate.parts[0].shape.centroid
    turned = -pyproj.Proj(certificate.zone).get_factors(middle.x, middle.y).meridian_convergence
    x, y = right - 18, top + 26
    return (
        f'<g transform="rotate({turned:.2f} {x:.1f} {y:.1f})">'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="16" fill="#ffffff" opacity="0.85"/>'
        f'<path d="M{x:.1f} {y - 15:.1f}L{x + 6:.1f} {y + 11:.1f}L{x:.1f} {y + 6:.1f}L{x - 6:.1f} {y + 11:.1f}Z" '
        'fill="#000000"/></g>'
    )
