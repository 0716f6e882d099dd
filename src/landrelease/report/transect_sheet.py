"""The printed sheet of a transect design: map, bearings and distances leg by leg, coordinates of the turning points."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from landrelease.i18n import _, direction, language
from landrelease.report import blocks
from landrelease.report.blocks import Block
from landrelease.report.document import set_document
from landrelease.report.figures import image, new_figure
from landrelease.report.wording import UNKNOWN, number, per_cent, significant
from landrelease.survey.detection import DetectionChance
from landrelease.survey.transects import Move, TransectDesign

_LEG, _OBSTACLE, _OUTLINE = "#0072b2", "#999999", "#1d2b36"
_MOST_LABELS = 40
"""Legs whose number is written on the map; beyond it only some are."""


@dataclass(frozen=True)
class TransectSheet:
    """What a sheet prints.

    Attributes
    ----------
    design
        Transects over the ground.
    title
        Name of the ground or task.
    declination_degrees
        Magnetic declination, east positive; None where it is not known, and then only true bearings are printed.
    detection
        Chance to find a target area, where it was worked out.
    target
        The target area in words.
    """

    design: TransectDesign
    title: str
    declination_degrees: float | None = None
    detection: DetectionChance | None = None
    target: str | None = None


def write_transect_sheet(sheet: TransectSheet, path: Path, language_code: str = "en") -> None:
    """Write the sheet as PDF.

    Raises
    ------
    LandreleaseError
        LR7103 where the document cannot be set.
    """
    with language(language_code):
        content = {
            "title": sheet.title, "subtitle": _("Transects: bearings and distances"), "language": language_code,
            "direction": direction(language_code), "blocks": sheet_blocks(sheet),
            "footer": _("landrelease. Restricted: exact positions of ground that is not released."),
        }  # fmt: skip
        set_document("report.typ", content, path)


def sheet_blocks(sheet: TransectSheet) -> list[Block]:
    """Blocks of the sheet, in the user's language."""
    said = _("Legs in walking order on the ground, north up; grey: nobody walks here")
    rules = [
        _("A leg is walked from its start to its end; the way onward is a move, it is not searched."),
        _("A way onward that leaves the ground or crosses an obstacle is marked *: go back along searched ground."),
        _("Bearings are clockwise from north. Distances are metres on the ground, straight."),
    ]
    if sheet.declination_degrees is None:
        rules.append(
            _("No declination was given: all bearings are true, a compass needs the declination of the place.")
        )
    return [
        blocks.facts(_facts(sheet)),
        blocks.figure("transects.svg", lambda: image(transect_figure(sheet.design)), said, said),
        blocks.bullets(rules),
        blocks.heading(_("Legs")),
        _legs(sheet),
        blocks.heading(_("Turning points")),
        _points(sheet.design),
        *([blocks.heading(_("Findings")), blocks.bullets([str(one) for one in sheet.design.findings])]
          if sheet.design.findings else []),
    ]  # fmt: skip


def _facts(sheet: TransectSheet) -> list[tuple[str, str]]:
    design, spacing = sheet.design, sheet.design.spacing
    gaps = ", ".join(f"{significant(gap)} m" for gap in spacing.gaps_m)
    start = design.legs[0].start
    facts = [
        (_("Pattern"), spacing.pattern.label),
        (_("Gap between swaths"), gaps),
        (_("Width of a swath"), f"{significant(spacing.swath_m)} m"),
        (_("Start point T1"), _degrees(start)),
        (_("Legs"), number(len(design.legs))),
        (_("Length of all legs"), f"{number(design.length_m)} m"),
        (_("Moves between legs"), f"{number(design.onward_m)} m"),
        (_("Ground covered"), f"{number(design.covered_m2)} m² ({per_cent(design.covered_share)})"),
        (_("Declination"), _declination(sheet.declination_degrees)),
    ]
    if sheet.target:
        facts.append((_("Target area looked for"), sheet.target))
    if sheet.detection:
        facts += [(_("Chance to cross it"), per_cent(sheet.detection.to_cross)),
                  (_("Chance to cross and detect it"), per_cent(sheet.detection.chance))]  # fmt: skip
    return facts


def _declination(degrees: float | None) -> str:
    if degrees is None:
        return _("not stated")
    side = _("east") if degrees >= 0 else _("west")
    return f"{abs(degrees):.1f}° {side}"


def _legs(sheet: TransectSheet) -> Block:
    magnetic = sheet.declination_degrees is not None
    head = [_("Leg, from – to"), _("True °"), *([_("Magnetic °")] if magnetic else []), _("Metres")]
    head += [_("Onward, true °"), *([_("Onward, magnetic °")] if magnetic else []), _("Onward, m")]
    rows = [
        [f"{leg.number}, T{2 * leg.number - 1} – T{2 * leg.number}", *_move(leg.along, sheet.declination_degrees),
         *_move(leg.onward, sheet.declination_degrees)]
        for leg in sheet.design.legs
    ]  # fmt: skip
    return blocks.table(head, rows, _("Bearings and distances, leg by leg"))


def _move(move: Move | None, declination: float | None) -> list[str]:
    if move is None:
        return [UNKNOWN] * (2 if declination is None else 3)
    bearings = [move.bearing_degrees] + ([] if declination is None else [move.magnetic_degrees(declination)])
    return [
        *(f"{round(bearing, 1) % 360:05.1f}" for bearing in bearings),
        f"{move.length_m:.1f}" + ("" if move.inside else " *"),
    ]


def _points(design: TransectDesign) -> Block:
    """A leg a line: its start and its end."""
    head = [_("Leg"), _("Start"), _("Latitude"), _("Longitude"), _("End"), _("Latitude"), _("Longitude")]
    rows = [
        [str(leg.number), f"T{2 * leg.number - 1}", *_pair(leg.start), f"T{2 * leg.number}", *_pair(leg.end)]
        for leg in design.legs
    ]
    return blocks.table(head, rows, _("Turning points (WGS 84)"))


def _pair(place: tuple[float, float]) -> tuple[str, str]:
    return f"{place[1]:.7f}", f"{place[0]:.7f}"


def _degrees(place: tuple[float, float]) -> str:
    return ", ".join(_pair(place))


def transect_figure(design: TransectDesign) -> Figure:
    """Draw ground, obstacles and numbered legs with their direction, a scale and the start."""
    low_x, low_y, high_x, high_y = design.ground.outline.bounds
    tall = min(max((high_y - low_y) / (high_x - low_x), 0.35), 0.72)
    figure = new_figure(6.5, 6.5 * tall)
    axes = figure.add_subplot()
    _fill(axes, shapely.difference(design.ground.outline, design.ground.walkable), _OBSTACLE, 0.55)
    _fill(axes, design.swaths(), _LEG, 0.25)
    for part in shapely.get_parts(design.ground.outline):
        axes.plot(*part.exterior.xy, color=_OUTLINE, linewidth=1.2)
    every = max(1, len(design.lines) // _MOST_LABELS)
    for leg, line in zip(design.legs, design.lines, strict=True):
        (x, y), (to_x, to_y) = line.coords
        axes.annotate("", (to_x, to_y), (x, y), arrowprops={"arrowstyle": "->", "color": _LEG, "linewidth": 0.9})
        if (leg.number - 1) % every == 0:
            axes.annotate(
                str(leg.number), (x, y), fontsize=6.5, ha="center", va="center",
                bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": _LEG, "linewidth": 0.4},
            )  # fmt: skip
    _mark(axes, design, (low_x, low_y, high_x, high_y))
    axes.set_aspect("equal")
    axes.set_axis_off()
    return figure


def _mark(axes: Axes, design: TransectDesign, bounds: tuple[float, float, float, float]) -> None:
    """Add the start, a scale below the ground and an arrow to the north."""
    low_x, low_y, high_x, high_y = bounds
    start = design.lines[0].coords[0]
    axes.plot(*start, marker="*", markersize=13, color="#d55e00", zorder=5)
    axes.annotate(_("start T1"), start, (8, 8), textcoords="offset points", fontsize=8, color="#a84900")
    step = _round_length((high_x - low_x) / 4)
    foot = low_y - 0.06 * (high_y - low_y)
    axes.plot([low_x, low_x + step], [foot, foot], color=_OUTLINE, linewidth=2)
    axes.annotate(f"{step:g} m", (low_x + step, foot), (4, -3), textcoords="offset points", fontsize=8)
    axes.annotate(
        _("N"), (high_x + 0.05 * (high_x - low_x), high_y), (0, -34), textcoords="offset points", ha="center",
        fontsize=9, arrowprops={"arrowstyle": "->", "color": _OUTLINE},
    )  # fmt: skip


def _round_length(metres: float) -> float:
    """Largest of 1, 2, 5 times a power of ten that is not longer."""
    power = 10.0 ** np.floor(np.log10(metres))
    return float(max(factor * power for factor in (1, 2, 5) if factor * power <= metres))


def _fill(axes: Axes, shape: shapely.Geometry, colour: str, opacity: float) -> None:
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            axes.fill(*part.exterior.xy, color=colour, alpha=opacity, linewidth=0)
            for hole in part.interiors:
                axes.fill(*hole.xy, color="white", linewidth=0)
