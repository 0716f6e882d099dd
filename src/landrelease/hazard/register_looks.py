"""Looks from the official register: accidents, ordnance, evidence, finds, searched ground."""

import calendar
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import pyproj
import shapely

from landrelease.geo.crs import from_wgs84
from landrelease.geo.shapes import shapes_from_bodies
from landrelease.hazard.looks import LookKind, Looks, objects
from landrelease.record.body import Body
from landrelease.record.entry import Entry
from landrelease.record.kinds import (
    Accident,
    ClearanceReport,
    EODSpotTask,
    EvidenceItem,
    Find,
    HazardReport,
    NTSReport,
    OrdnanceItem,
    Shape,
    TSReport,
)
from landrelease.terms import EvidenceGrade, EvidenceKind, OrdnanceClass, OrdnanceStatus, SectorResult

if TYPE_CHECKING:
    from landrelease.record.register import Register


@dataclass(frozen=True, slots=True)
class Sighting:
    """One observation of a statement, before its shape is put on the grid's system."""

    kind: LookKind
    quantity: float
    shape: Shape | None
    day: str | None = None


def looks_from_register(register: "Register", crs: pyproj.CRS, official: bool = True) -> Looks:
    """Every observation of the register that has a position.

    Parameters
    ----------
    register
        What is known and valid; superseded and withdrawn statements are not in it.
    crs
        Metric system of the grid.
    official
        False adds what is pending review.

    Returns
    -------
    Looks
        In the order of the register. `without_position` counts what could not be placed. Scrap and items free from
        explosive are no sightings. A find without a point of its own stands for the whole searched shape.
    """
    rows = [
        (entry, sighting)
        for kind, read in READERS.items()
        for entry in register.entries(kind, official=official)
        for sighting in read(entry.model())
    ]
    placed = [(entry, sighting) for entry, sighting in rows if sighting.shape is not None]
    return _arrays(placed, crs, len(rows) - len(placed))


def decimal_year(day: str) -> float:
    """Middle of the day, month or year that an ISO date names: ``"2014"`` is 2014.5."""
    year, *rest = (int(part) for part in day.split("-"))
    if not rest:
        return year + 0.5
    length = 366 if calendar.isleap(year) else 365
    before = sum(calendar.monthrange(year, month)[1] for month in range(1, rest[0]))
    inside = rest[1] - 0.5 if len(rest) > 1 else calendar.monthrange(year, rest[0])[1] / 2
    return year + (before + inside) / length


def _accident(body: Accident) -> Iterator[Sighting]:
    yield Sighting(LookKind.ACCIDENT, 1.0, body.shape)


def _explosive(item: Find | OrdnanceItem) -> bool:
    return item.ordnance != OrdnanceClass.SCRAP and item.status != OrdnanceStatus.FFE


def _ordnance(body: OrdnanceItem) -> Iterator[Sighting]:
    if _explosive(body):
        yield Sighting(LookKind.FIND, 1.0 if body.quantity is None else float(body.quantity), body.shape)


def _evidence(body: EvidenceItem, default: Shape | None = None) -> Iterator[Sighting]:
    shape = body.shape or default
    if body.kind == EvidenceKind.LAND_IN_USE:
        yield Sighting(LookKind.LAND_IN_USE, 0.0, shape, body.observed)
    elif body.kind == EvidenceKind.ACCIDENT:
        yield Sighting(LookKind.ACCIDENT, 1.0, shape, body.observed)
    else:
        direct = body.grade == EvidenceGrade.DIRECT
        kind = LookKind.DIRECT_EVIDENCE if direct else LookKind.INDIRECT_EVIDENCE
        yield Sighting(kind, 1.0, shape, body.observed)


def _hazard_report(body: HazardReport) -> Iterator[Sighting]:
    for item in body.evidence:
        yield from _evidence(item, body.shape)


def _nts(body: NTSReport) -> Iterator[Sighting]:
    for item in body.evidence:
        yield from _evidence(item)


def _finds(finds: list[Find], searched: Shape | None) -> Iterator[Sighting]:
    for find in finds:
        if find.quantity and _explosive(find):
            yield Sighting(LookKind.FIND, float(find.quantity), find.shape or searched)


def _ts(body: TSReport) -> Iterator[Sighting]:
    yield from _finds(body.finds, body.reduced)
    for sector in body.sectors:
        if sector.result == SectorResult.POSITIVE:
            yield Sighting(LookKind.POSITIVE_SECTOR, 1.0, sector.shape)
        elif sector.result == SectorResult.NEGATIVE:
            yield Sighting(LookKind.NEGATIVE_SECTOR, 0.0, sector.shape)


def _clearance(body: ClearanceReport) -> Iterator[Sighting]:
    yield from _finds(body.finds, body.cleared)
    if body.cleared is not None and not any(find.quantity and _explosive(find) for find in body.finds):
        yield Sighting(LookKind.NEGATIVE_SECTOR, 0.0, body.cleared)


def _spot_task(body: EODSpotTask) -> Iterator[Sighting]:
    yield from _finds(body.finds, body.shape)


READERS: dict[str, Callable[[Body], Iterator[Sighting]]] = {
    kind: cast("Callable[[Body], Iterator[Sighting]]", reader)
    for kind, reader in {
        "accident": _accident,
        "ordnance.item": _ordnance,
        "evidence": _evidence,
        "hazard.report": _hazard_report,
        "survey.nts": _nts,
        "survey.ts": _ts,
        "clearance.report": _clearance,
        "eod.spot_task": _spot_task,
    }.items()
}
"""How each kind of statement is read; a kind that is not here says nothing of the ground."""


def _arrays(placed: list[tuple[Entry, Sighting]], crs: pyproj.CRS, without_position: int) -> Looks:
    bodies = [
        {"type": shape.type, "coordinates": shape.coordinates} for _, sighting in placed if (shape := sighting.shape)
    ]
    shapes = from_wgs84(shapes_from_bodies(bodies), crs)
    points = shapely.point_on_surface(shapes)
    areas = shapely.area(shapes)
    return Looks(
        x_m=shapely.get_x(points).astype(np.float64),
        y_m=shapely.get_y(points).astype(np.float64),
        year=np.array([decimal_year(sighting.day or entry.valid_from) for entry, sighting in placed], dtype=np.float64),
        kind=objects([sighting.kind for _, sighting in placed]),
        quantity=np.array([sighting.quantity for _, sighting in placed], dtype=np.float64),
        area_m2=np.where(areas > 0, areas, np.nan),
        accuracy_m=np.array([_accuracy(sighting.shape) for _, sighting in placed], dtype=np.float64),
        entry=objects([entry.hash for entry, _ in placed]),
        footprint=shapes,
        without_position=without_position,
    )


def _accuracy(shape: Shape | None) -> float:
    return float("nan") if shape is None or shape.accuracy_m is None else float(shape.accuracy_m)
