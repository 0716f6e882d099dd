"""What the rest of the register says, for the reader of one statement: outlines, sectors, surveys, searched ground."""

import calendar
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.geo.crs import from_wgs84
from landrelease.geo.shapes import shape_from_body, shapes_from_bodies
from landrelease.hazard.chances import Chances, ChanceToSee
from landrelease.hazard.looks import LookKind, Outcome
from landrelease.record.body import Body
from landrelease.record.entry import Entry
from landrelease.record.kinds import ClearanceReport, TSReport
from landrelease.record.shapes import Shape
from landrelease.terms import ReportStage, SectorResult

Said = Mapping[str, list[tuple[Entry, Body]]]
"""Statements with their bodies, by kind."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One observation of a statement.

    Attributes
    ----------
    shapes, without
        Ground or place, in WGS 84, and what of it does not belong to it; empty where there is no position.
    reach_m
        Radius of the ground that a point stands for; None where it is a place alone.
    chance
        Chance to see one item; None where it is modelled elsewhere or not known.
    work
        Kind of search and area: a find belongs to the ground of its own work. Empty where any search may have met it.
    """

    kind: LookKind
    outcome: Outcome
    quantity: float
    shapes: tuple[Shape, ...]
    day: str | None = None
    chance: ChanceToSee | None = None
    method: str = ""
    without: tuple[Shape, ...] = ()
    reach_m: float | None = None
    errors: tuple[float, float] = (0.0, 0.0)
    years: float | None = None
    work: str = ""


@dataclass(frozen=True)
class Known:
    """The rest of the register, for a reader of one of its statements."""

    said: Said
    chances: Chances
    crs: pyproj.CRS

    def metric(self, shape: Shape) -> BaseGeometry:
        """Return the geometry in the grid's system."""
        return cast("BaseGeometry", from_wgs84(in_degrees(shape), self.crs))

    def of(self, kind: str) -> list[tuple[Entry, Any]]:
        """Return the statements of a kind."""
        return self.said.get(kind, [])

    @cached_property
    def accident_places(self) -> frozenset[tuple[int, int]]:
        """Positions of accidents that have statements of their own."""
        return frozenset(body.shape.coordinates for _entry, body in self.of("accident") if body.shape is not None)

    @cached_property
    def reported_items(self) -> Mapping[tuple[int, int], int]:
        """Items that have statements of their own, by position."""
        found: Counter[tuple[int, int]] = Counter()
        for _entry, body in self.of("ordnance.item"):
            if body.shape is not None:
                found[body.shape.coordinates] += 1 if body.quantity is None else body.quantity
        return found

    @cached_property
    def last_survey(self) -> Mapping[str, Entry]:
        """The last non-technical survey of each area."""
        return {body.area: entry for entry, body in self.of("survey.nts")}

    @cached_property
    def last_report(self) -> Mapping[str, Entry]:
        """The last report of each area."""
        return {entry.subject: entry for entry, body in self.of("hazard.report") if body.shape is not None}

    @cached_property
    def outlines(self) -> Mapping[str, Shape]:
        """Outline of each area as it was last reported."""
        return {entry.subject: body.shape for entry, body in self.of("hazard.report") if body.shape is not None}

    @cached_property
    def cancelled(self) -> Mapping[str, tuple[Shape, ...]]:
        """Ground of each area that its non-technical surveys cancelled."""
        return _grouped((body.area, (body.cancelled,)) for _entry, body in self.of("survey.nts") if body.cancelled)

    @cached_property
    def sectors(self) -> Mapping[str, tuple[Shape, ...]]:
        """Sectors of each area that its technical surveys tested, in any of their reports."""
        return _grouped((body.area, tested_sectors(body)) for _entry, body in self.of("survey.ts"))

    @cached_property
    def completed(self) -> Mapping[tuple[str, ...], tuple[Shape, ...]]:
        """Ground in completion reports, by area, method and team."""
        reports = (body for _entry, body in self.of("clearance.report") if body.stage is ReportStage.COMPLETION)
        return _grouped((work_of(body), (body.cleared,)) for body in reports if body.cleared is not None)

    def searched_later(self, entry: Entry, body: ClearanceReport) -> tuple[Shape, ...]:
        """Ground of a progress report that the completion, or a later progress report, of the same work covers."""
        reports = self._progress.get(work_of(body), [])
        later = [shape for at, shape in reports[[at for at, _shape in reports].index(entry.hash) + 1 :]]
        return (*self.completed.get(work_of(body), ()), *later)

    @cached_property
    def _progress(self) -> Mapping[tuple[str, ...], list[tuple[str, Shape]]]:
        found: dict[tuple[str, ...], list[tuple[str, Shape]]] = {}
        for entry, body in self.of("clearance.report"):
            if body.stage is ReportStage.PROGRESS and body.cleared is not None:
                found.setdefault(work_of(body), []).append((entry.hash, body.cleared))
        return found

    @cached_property
    def found_before(self) -> frozenset[tuple[object, ...]]:
        """Finds in progress reports, to know them again in the completion report."""
        reports = (body for _entry, body in self.of("clearance.report") if body.stage is ReportStage.PROGRESS)
        return frozenset(
            (work_of(body), find.model_dump_json()) for body in reports for find in body.finds if find.shape
        )

    @cached_property
    def units(self) -> Mapping[str, Shape]:
        """Outline of each administrative area, by identifier, code and name; a name of two areas is no name."""
        said = [(entry.subject, body) for entry, body in self.of("admin_area") if body.shape is not None]
        found: dict[str, Shape] = {}
        for names in ([body.name for _, body in said], [body.code for _, body in said]):
            pairs = zip(names, said, strict=True)
            found |= {name: body.shape for name, (_, body) in pairs if name and names.count(name) == 1}
        return found | {subject: body.shape for subject, body in said}

    @cached_property
    def unit_areas_m2(self) -> Mapping[str, float]:
        """Area of each administrative area, by all of its names."""
        names = list(self.units)
        shapes = from_wgs84(shapes_from_bodies([shape_body(self.units[name]) for name in names]), self.crs)
        return dict(zip(names, shapely.area(shapes).tolist(), strict=True))


def decimal_year(day: str) -> float:
    """Middle of the day, month or year that an ISO date names: ``"2014"`` is 2014.5."""
    year, *rest = (int(part) for part in day.split("-"))
    if not rest:
        return year + 0.5
    length = 366 if calendar.isleap(year) else 365
    before = sum(calendar.monthrange(year, month)[1] for month in range(1, rest[0]))
    inside = rest[1] - 0.5 if len(rest) > 1 else calendar.monthrange(year, rest[0])[1] / 2
    return year + (before + inside) / length


def some(shape: Shape | None) -> tuple[Shape, ...]:
    """Return the shape, or nothing."""
    return () if shape is None else (shape,)


def tested_sectors(body: TSReport) -> tuple[Shape, ...]:
    """Sectors of a technical survey that it searched."""
    return tuple(sector.shape for sector in body.sectors if sector.result is not SectorResult.UNTESTED)


def work_of(body: ClearanceReport) -> tuple[str, ...]:
    """What progress and completion reports of one work have in common: area, method, team."""
    return body.area, body.method.value, body.team or ""


def _grouped(pairs: Iterable[tuple[Any, Iterable[Shape]]]) -> dict[Any, tuple[Shape, ...]]:
    groups: dict[Any, tuple[Shape, ...]] = {}
    for key, shapes in pairs:
        groups[key] = groups.get(key, ()) + tuple(shapes)
    return groups


def in_degrees(shape: Shape) -> BaseGeometry:
    """Return the geometry in degrees of WGS 84."""
    return shape_from_body(shape_body(shape))


def shape_body(shape: Shape) -> dict[str, Any]:
    """Type and coordinates of a shape, as `landrelease.geo.shapes` reads them."""
    return {"type": shape.type, "coordinates": shape.coordinates}
