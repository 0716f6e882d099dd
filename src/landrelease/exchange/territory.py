"""The territory that positions are checked against, where the mapping names none: where the ledger's positions lie."""

from collections.abc import Iterator, Mapping
from typing import Any

from landrelease.errors import ErrorCode, Finding
from landrelease.exchange.mapping import BoundsSection
from landrelease.exchange.mapping import Mapping as TableMapping
from landrelease.exchange.proposal import Reading
from landrelease.geo.shapes import shape_from_body
from landrelease.i18n import _
from landrelease.record.ledger import Ledger

FEWEST_PLACED = 20
"""Statements with a position from which their extent says where the territory lies."""
LEAST_MARGIN_DEGREES = 1.0
"""The margin is as wide as the extent, and at least this: the first surveys of a programme lie in one district."""

Box = tuple[float, float, float, float]


def with_territory(mapping: TableMapping | None, ledger: Ledger) -> TableMapping | None:
    """Return the mapping with the bounds that the ledger's positions give, where it has a shape and no bounds."""
    if mapping is None or mapping.geometry is None or mapping.geometry.bounds is not None:
        return mapping
    bounds = bounds_of(ledger)
    return mapping.model_copy(update={"geometry": mapping.geometry.model_copy(update={"bounds": bounds})})


def bounds_of(ledger: Ledger) -> BoundsSection | None:
    """Return the extent of all positions in the ledger with a margin; None where fewer than 20 statements have one.

    The log is read once, and nothing of it is kept. All statements count, also those that were rejected: one wrong
    position makes the check weaker, never a right row refused.
    """
    west, south, east, north, placed = 180.0, 90.0, -180.0, -90.0, 0
    for logged in ledger.log():
        for box in _boxes(logged.entry.body):
            placed += 1
            west, south = min(west, box[0]), min(south, box[1])
            east, north = max(east, box[2]), max(north, box[3])
    if placed < FEWEST_PLACED:
        return None
    wide, high = max(east - west, LEAST_MARGIN_DEGREES), max(north - south, LEAST_MARGIN_DEGREES)
    return BoundsSection(
        name=_("where the positions of the ledger lie, with as much again on every side"),
        west=max(-180.0, west - wide), south=max(-90.0, south - high),
        east=min(180.0, east + wide), north=min(90.0, north + high),
    )  # fmt: skip


def _boxes(body: Mapping[str, Any]) -> Iterator[Box]:
    for value in body.values():
        if isinstance(value, Mapping) and "coordinates" in value and "type" in value:
            yield shape_from_body(value).bounds


def check_territory(reading: Reading) -> Iterator[Finding]:
    """Yield the note, once for a file, that its positions are checked against no territory."""
    rule = reading.mapping.geometry if reading.mapping else None
    if rule is not None and rule.bounds is None:
        yield Finding(ErrorCode.BOUNDS_MISSING, {}, file=reading.path.name)
