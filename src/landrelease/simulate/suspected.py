"""What people believe before the force arrives: areas drawn too large, displaced, some missing, most of them empty."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from landrelease.simulate.hazards import CLASSES, Hazard, HazardKindOf, Items
from landrelease.simulate.places import Places
from landrelease.simulate.scenario import Reports, Scenario
from landrelease.simulate.shapes import drawn_around, irregular, largest, near
from landrelease.simulate.terrain import Floats
from landrelease.terms import EvidenceKind, HowKnown, OrdnanceClass, PositionQuality, Reliability


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that someone says about contamination.

    Attributes
    ----------
    place
        Where they say it is, metres; None where they cannot say.
    """

    kind: EvidenceKind
    how_known: HowKnown
    reliability: Reliability
    place: BaseGeometry | None = None
    quality: PositionQuality = PositionQuality.UNKNOWN
    ordnance: tuple[OrdnanceClass, ...] = ()
    observed: date | None = None


@dataclass(frozen=True)
class SuspectedArea:
    """A suspected or confirmed hazardous area as reported before the deployment.

    Attributes
    ----------
    outline
        Polygon in metres from the province's centre.
    beneficiaries
        People who would use the land.
    """

    area_id: str
    name: str
    outline: Polygon
    district: int
    ground: int
    beneficiaries: int
    reported: date
    evidence: tuple[Evidence, ...] = field(default=())

    @property
    def centre(self) -> tuple[float, float]:
        """A point inside, metres."""
        point = self.outline.representative_point()
        return point.x, point.y


@dataclass(frozen=True)
class Outline:
    """An outline before it becomes an area, and the hazards it was drawn for."""

    polygon: Polygon
    hazards: tuple[int, ...] = ()


def draw_outlines(
    scenario: Scenario, hazards: list[Hazard], items: Items, places: Places, rng: np.random.Generator
) -> list[Outline]:
    """Draw outlines around the reported hazards, then empty ones until the wanted area is suspected; none overlap."""
    real = _real_outlines(scenario, hazards, items, rng)
    missing = scenario.reports.suspected_m2 - sum(outline.polygon.area for outline in real)
    return real + _empty_outlines(scenario, missing, real, places, rng)


def _real_outlines(scenario: Scenario, hazards: list[Hazard], items: Items, rng: np.random.Generator) -> list[Outline]:
    reports, half = scenario.reports, scenario.place.side_m / 2
    frame = shapely.box(-half, -half, half, half)
    points, starts = np.column_stack([items.x_m, items.y_m]), np.searchsorted(items.hazard, np.arange(len(hazards) + 1))
    drawn, of = [], []
    for index in range(len(hazards)):
        beyond, shift, silent = (
            rng.uniform(*reports.exaggeration_m),
            rng.normal(0, reports.displacement_m, 2),
            rng.random(),
        )
        outline = drawn_around(points[starts[index] : starts[index + 1]], beyond, shift, rng)
        if silent >= reports.missing_share:
            drawn.append(largest(outline.intersection(frame)))
            of.append(index)
    return _merged(drawn, of)


def _merged(drawn: list[Polygon], of: list[int]) -> list[Outline]:
    """Outlines that overlap are one area."""
    union = [part for part in shapely.get_parts(shapely.union_all(drawn)) if part.area > 0]
    tree = shapely.STRtree(union)
    owner, part = tree.query(np.array(drawn), predicate="intersects") if drawn else (np.empty(0), np.empty(0))
    members: dict[int, list[int]] = {}
    for one, which in zip(owner.tolist(), part.tolist(), strict=True):
        members.setdefault(int(which), []).append(of[int(one)])
    return [Outline(Polygon(union[which].exterior), tuple(members[which])) for which in sorted(members)]


def _empty_outlines(
    scenario: Scenario, wanted_m2: float, taken: list[Outline], places: Places, rng: np.random.Generator
) -> list[Outline]:
    """Fear, rumour and old fighting: outlines with no hazard of their own."""
    reports, half = scenario.reports, scenario.place.side_m / 2
    frame, packer, made, tries = shapely.box(-half, -half, half, half), _Packer(taken), [], 0
    while wanted_m2 > reports.empty_area_m2[0] and tries < 60_000:
        size = float(
            np.clip(rng.lognormal(np.log(reports.empty_median_m2), reports.empty_log_spread), *reports.empty_area_m2)
        )
        outline = irregular(*_feared_place(places, half, rng), min(size, wanted_m2), rng)
        tries += 1
        if outline.within(frame) and packer.free(outline):
            packer.add(outline)
            made.append(Outline(outline))
            wanted_m2 -= outline.area
    return made


def _feared_place(places: Places, half: float, rng: np.random.Generator) -> tuple[float, float]:
    kind = rng.random()
    if kind < 0.6:
        at = places.front.interpolate(rng.random(), normalized=True)
        spread = 0.14 * half
    elif kind < 0.85:
        road = places.roads.geoms[int(rng.integers(len(places.roads.geoms)))]
        at, spread = road.interpolate(rng.random(), normalized=True), 400.0
    else:
        town = int(rng.integers(len(places.x_m)))
        at, spread = shapely.Point(places.x_m[town], places.y_m[town]), 1500.0
    point = near(at.x, at.y, spread, rng)
    return point.x, point.y


class _Packer:
    """Keeps outlines apart; circles first, polygons where circles meet."""

    def __init__(self, taken: list[Outline]) -> None:
        self.polygons = [outline.polygon for outline in taken]
        self.circles = [_circle(polygon) for polygon in self.polygons]

    def free(self, polygon: Polygon) -> bool:
        if not self.circles:
            return True
        x, y, radius = _circle(polygon)
        others = np.array(self.circles)
        close = np.nonzero(np.hypot(others[:, 0] - x, others[:, 1] - y) < others[:, 2] + radius)[0]
        return not any(polygon.intersects(self.polygons[index]) for index in close)

    def add(self, polygon: Polygon) -> None:
        self.polygons.append(polygon)
        self.circles.append(_circle(polygon))


def _circle(polygon: Polygon) -> tuple[float, float, float]:
    x_min, y_min, x_max, y_max = polygon.bounds
    return (x_min + x_max) / 2, (y_min + y_max) / 2, float(np.hypot(x_max - x_min, y_max - y_min)) / 2


def evidence_of(
    hazard: Hazard, points: Floats, codes: NDArray[np.int8], reports: Reports, rng: np.random.Generator
) -> list[Evidence]:
    """Draw what people tell of one real hazard: records, sightings, stories with errors of place."""
    ordnance = tuple(CLASSES[code] for code in np.unique(codes))
    observed = _day(reports, rng)
    stories, error = int(rng.poisson(reports.verbal_reports_a_group)), 2 * reports.evidence_error_m
    told = [
        Evidence(EvidenceKind.VERBAL_REPORT, HowKnown.VERBAL, _reliability(rng),
                 near(*_some(points, rng), error, rng), PositionQuality.MAP, (), observed)
        for _ in range(stories)
    ]  # fmt: skip
    seen = {HazardKindOf.ROWS: (EvidenceKind.MARKING, 0.25), HazardKindOf.NUISANCE: (EvidenceKind.EXPLOSIVE_ITEM, 0.25),
            HazardKindOf.STRIKE: (EvidenceKind.STRIKE, 0.6)}[hazard.kind]  # fmt: skip
    if rng.random() < seen[1]:
        place = near(*_some(points, rng), reports.evidence_error_m, rng)
        told.append(
            Evidence(
                seen[0], HowKnown.VISUAL, Reliability.USUALLY_RELIABLE, place, PositionQuality.GNSS, ordnance, observed
            )
        )
    if hazard.kind is HazardKindOf.ROWS and rng.random() < reports.minefield_record_share:
        told.append(_minefield_record(points, ordnance, reports, rng))
    return told


def _minefield_record(
    points: Floats, ordnance: tuple[OrdnanceClass, ...], reports: Reports, rng: np.random.Generator
) -> Evidence:
    """The laying party's sketch: the right shape, a little displaced."""
    hull = shapely.convex_hull(shapely.MultiPoint(points)).buffer(15.0)
    shifted = shapely.transform(hull, lambda xy: xy + rng.normal(0, reports.evidence_error_m / 2, 2))
    laid = date(reports.first_year - 3, 6, 15)
    return Evidence(EvidenceKind.MINEFIELD_RECORD, HowKnown.RECORDS, Reliability.USUALLY_RELIABLE,
                    shifted.simplify(2.0), PositionQuality.MAP, ordnance, laid)  # fmt: skip


def rumour(outline: Polygon, reports: Reports, rng: np.random.Generator) -> list[Evidence]:
    """Why an area without a hazard of its own is suspected."""
    kind = [EvidenceKind.OLD_SURVEY, EvidenceKind.FORMER_COMBAT_ZONE, EvidenceKind.UNUSED_LAND][int(rng.integers(3))]
    how = HowKnown.RECORDS if kind is EvidenceKind.OLD_SURVEY else HowKnown.VERBAL
    told = [Evidence(kind, how, Reliability.UNKNOWN, observed=_day(reports, rng))]
    if rng.random() < reports.false_evidence_share:
        inside = outline.representative_point()
        place = near(inside.x, inside.y, 0.2 * outline.area**0.5, rng)
        told.append(Evidence(EvidenceKind.VERBAL_REPORT, HowKnown.VERBAL, _reliability(rng), place, PositionQuality.MAP,
                             observed=_day(reports, rng)))  # fmt: skip
    return told


def _reliability(rng: np.random.Generator) -> Reliability:
    choices = (Reliability.USUALLY_RELIABLE, Reliability.FAIRLY_RELIABLE, Reliability.UNKNOWN)
    return choices[int(rng.integers(len(choices)))]


def _some(points: Floats, rng: np.random.Generator) -> tuple[float, float]:
    x, y = points[int(rng.integers(len(points)))]
    return float(x), float(y)


def _day(reports: Reports, rng: np.random.Generator) -> date:
    return date(reports.first_year, 1, 1) + timedelta(days=int(rng.integers(5 * 365)))


def beneficiaries_of(outline: Polygon, places: Places, rng: np.random.Generator) -> int:
    """People who would use the land: nearby settlements, more for more land, with a spread. A proposal, no source."""
    centre = outline.centroid
    away = np.hypot(places.x_m - centre.x, places.y_m - centre.y)
    close = float((places.people * np.exp(-away / 1500.0)).sum())
    return int(0.03 * close * (outline.area / 1e5) ** 0.4 * rng.lognormal(0, 0.4))
