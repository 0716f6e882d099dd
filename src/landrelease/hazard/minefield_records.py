"""Old minefield records: how many items a panel should hold, by its record.

A record states a count, or rows and the spacing within them; what is missing follows from the panel's outline.
Plain geometry: a row of length L with an item every s metres holds ``L / s + 1`` items.
"""

import math
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a minefield was laid, as far as its record says.

    Attributes
    ----------
    rows
        Number of rows; None where not stated.
    row_spacing_m, item_spacing_m
        Distance between rows, and between the items of a row, m; None where not stated.
    items
        Items recorded; None where not stated.
    """

    rows: int | None = None
    row_spacing_m: float | None = None
    item_spacing_m: float | None = None
    items: int | None = None

    def __post_init__(self) -> None:
        for name in ("rows", "items"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise fail(ErrorCode.HAZARD_PARAMETER, name=name, value=value, wanted=_("at least 0"))
        for name in ("row_spacing_m", "item_spacing_m"):
            value = getattr(self, name)
            if value is not None and not 0 < value < math.inf:
                raise fail(ErrorCode.HAZARD_PARAMETER, name=name, value=value, wanted=_("greater than 0"))


def panel_sides(panel: BaseGeometry) -> tuple[float, float]:
    """Length and width of a panel, m: the sides of the smallest rectangle around it, at any angle."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(panel))
    if len(corners) < 4:
        return float(panel.length), 0.0
    sides = sorted(math.dist(corners[at], corners[at + 1]) for at in (0, 1))
    return sides[1], sides[0]


def recorded_items(pattern: Pattern, panel: BaseGeometry) -> float | None:
    """Items that the record puts into the panel.

    Parameters
    ----------
    pattern
        What the record says.
    panel
        Outline in a metric system; the rows run along its longer side.

    Returns
    -------
    float | None
        The count as stated; else rows times items a row, the rows from their spacing where only that is stated; None
        where the record says too little, or the outline has no extent to go by.
    """
    if pattern.items is not None:
        return float(pattern.items)
    length, width = panel_sides(panel)
    rows = pattern.rows
    if rows is None and pattern.row_spacing_m is not None:
        rows = math.floor(width / pattern.row_spacing_m) + 1
    if rows is None or pattern.item_spacing_m is None or length == 0:
        return None
    return float(rows * (math.floor(length / pattern.item_spacing_m) + 1))
