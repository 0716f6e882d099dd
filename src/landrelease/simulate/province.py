"""A province with known truth, and what people report about it."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import shapely
from numpy.typing import NDArray

from landrelease.i18n import _
from landrelease.progress import SILENT, Progress
from landrelease.simulate.hazards import Hazard, Items, make_hazards
from landrelease.simulate.places import Places, make_places
from landrelease.simulate.scenario import Scenario
from landrelease.simulate.shapes import Frame
from landrelease.simulate.suspected import (
    Evidence,
    Outline,
    SuspectedArea,
    beneficiaries_of,
    draw_outlines,
    evidence_of,
    rumour,
)
from landrelease.simulate.terrain import Floats, Terrain, make_terrain, with_urban
from landrelease.terms import EvidenceKind, HowKnown, PositionQuality, Reliability


@dataclass(frozen=True, slots=True)
class PastAccident:
    """An accident of civilians before the deployment, as reported."""

    x_m: float
    y_m: float
    day: date
    killed: int
    injured: int
    ordnance: int
    area: int
    """Index of the area around it, -1 where it lies in none."""


@dataclass(frozen=True, slots=True)
class SpotReport:
    """An item seen outside every suspected area.

    `day` counts from the first day of the deployment; earlier days are negative.
    """

    item: int
    x_m: float
    y_m: float
    day: int


@dataclass(frozen=True)
class Province:
    """Truth and what is reported; policies only ever see what was reported.

    Attributes
    ----------
    items
        Truth: every item.
    item_area
        Truth: index of the suspected area around each item, -1 where it lies in none.
    areas
        Reported: suspected and confirmed hazardous areas; disjoint.
    """

    scenario: Scenario
    seed: int
    frame: Frame
    terrain: Terrain
    places: Places
    hazards: tuple[Hazard, ...]
    items: Items
    item_area: NDArray[np.int32]
    areas: tuple[SuspectedArea, ...]
    accidents: tuple[PastAccident, ...]
    spots: tuple[SpotReport, ...]

    @property
    def suspected_m2(self) -> float:
        """Area of all suspected and confirmed hazardous areas, m²."""
        return float(sum(area.outline.area for area in self.areas))

    def contaminated_hectares(self) -> int:
        """Truth: number of squares of one hectare that hold an item."""
        return len(np.unique(np.floor(np.column_stack([self.items.x_m, self.items.y_m]) / 100), axis=0))

    def suspected_with_items_m2(self) -> float:
        """Truth: suspected land within hectare squares that hold an item, m² (whole squares counted)."""
        inside = self.item_area >= 0
        squares = np.floor(np.column_stack([self.items.x_m, self.items.y_m])[inside] / 100)
        return float(len(np.unique(squares, axis=0)) * 1e4)


def generate(scenario: Scenario, seed: int, progress: Progress = SILENT) -> Province:
    """Draw a province from a seed.

    The same scenario and seed always give the same province.

    Parameters
    ----------
    scenario
        From `load_scenario`.
    seed
        Every draw follows from it.
    """
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(5)]
    progress.begin(_("Drawing the province"), 5)
    terrain = make_terrain(scenario, streams[0])
    places = make_places(scenario, terrain, streams[1])
    terrain = with_urban(terrain, places.x_m, places.y_m, 6.0 * np.sqrt(places.people.astype(np.float64)))
    progress.advance(2)
    hazards, items = make_hazards(scenario, places, streams[2])
    progress.advance()
    outlines = draw_outlines(scenario, hazards, items, places, streams[3])
    progress.advance()
    province = _reported(scenario, seed, terrain, places, hazards, items, outlines, streams[4])
    progress.advance()
    progress.end()
    return province


def _reported(
    scenario: Scenario, seed: int, terrain: Terrain, places: Places, hazards: list[Hazard], items: Items,
    outlines: list[Outline], rng: np.random.Generator,
) -> Province:  # fmt: skip
    polygons = np.array([outline.polygon for outline in outlines])
    accidents = _accidents(scenario, hazards, items, places, polygons, rng)
    areas = _areas(scenario, terrain, places, hazards, items, outlines, accidents, rng)
    item_area = _owner(polygons, items.x_m, items.y_m)
    spots = _spots(scenario, items, item_area, rng)
    frame = Frame(scenario.place.longitude, scenario.place.latitude)
    return Province(
        scenario, seed, frame, terrain, places, tuple(hazards), items, item_area, areas, accidents, spots
    )  # fmt: skip


def _owner(polygons: NDArray[np.object_], x_m: Floats, y_m: Floats) -> NDArray[np.int32]:
    """Index of the polygon around each position, -1 where there is none."""
    owner = np.full(len(x_m), -1, dtype=np.int32)
    if len(polygons) and len(owner):
        point, polygon = shapely.STRtree(polygons).query(shapely.points(x_m, y_m), predicate="within")
        owner[point] = polygon
    return owner


def _areas(
    scenario: Scenario, terrain: Terrain, places: Places, hazards: list[Hazard], items: Items,
    outlines: list[Outline], accidents: tuple[PastAccident, ...], rng: np.random.Generator,
) -> tuple[SuspectedArea, ...]:  # fmt: skip
    order = rng.permutation(len(outlines))  # so that an area's number says nothing about whether it holds a hazard
    numbers = {int(index): number + 1 for number, index in enumerate(order)}
    return tuple(
        _area(index, numbers[index], outline, scenario, terrain, places, hazards, items, accidents, rng)
        for index, outline in enumerate(outlines)
    )


def _area(
    index: int, number: int, outline: Outline, scenario: Scenario, terrain: Terrain, places: Places,
    hazards: list[Hazard], items: Items, accidents: tuple[PastAccident, ...], rng: np.random.Generator,
) -> SuspectedArea:  # fmt: skip
    centre = outline.polygon.representative_point()
    x, y = np.array([centre.x]), np.array([centre.y])
    nearest = int(np.argmin(np.hypot(places.x_m - centre.x, places.y_m - centre.y)))
    evidence = [
        told for hazard in outline.hazards
        for told in evidence_of(hazards[hazard], *_of(items, hazard), scenario.reports, rng)
    ]  # fmt: skip
    evidence += [_accident_evidence(accident) for accident in accidents if accident.area == index]
    reported = date(scenario.reports.first_year, 1, 1) + timedelta(days=int(rng.integers(5 * 365)))
    return SuspectedArea(
        f"area:{number:04d}", f"{places.names[nearest]} {number}", outline.polygon, int(places.district_at(x, y)[0]),
        int(terrain.ground_at(x, y)[0]), beneficiaries_of(outline.polygon, places, rng), reported,
        tuple(evidence or rumour(outline.polygon, scenario.reports, rng)),
    )  # fmt: skip


def _of(items: Items, hazard: int) -> tuple[Floats, NDArray[np.int8]]:
    span = slice(*np.searchsorted(items.hazard, [hazard, hazard + 1]))
    return np.column_stack([items.x_m[span], items.y_m[span]]), items.ordnance[span]


def _accident_evidence(accident: PastAccident) -> Evidence:
    place = shapely.Point(accident.x_m, accident.y_m)
    return Evidence(EvidenceKind.ACCIDENT, HowKnown.RECORDS, Reliability.USUALLY_RELIABLE, place,
                    PositionQuality.MAP, (), accident.day)  # fmt: skip


def _accidents(
    scenario: Scenario, hazards: list[Hazard], items: Items, places: Places, polygons: NDArray[np.object_],
    rng: np.random.Generator,
) -> tuple[PastAccident, ...]:  # fmt: skip
    """Civilian accidents of earlier years: where items are near people, each record with an error of place."""
    count = scenario.reports.accidents if len(items) else 0
    where = _chosen(hazards, items, places, count, rng)
    error = rng.normal(0, scenario.reports.evidence_error_m, (2, count))
    x, y = items.x_m[where] + error[0], items.y_m[where] + error[1]
    victims = 1 + rng.poisson(scenario.reports.victims_an_accident - 1, count)
    killed = rng.binomial(victims, scenario.reports.killed_share)
    first, last = date(scenario.reports.first_year, 1, 1), scenario.deployment.start
    days = np.sort(rng.integers(0, (last - first).days - 30, count))
    owner = _owner(polygons, x, y)
    return tuple(
        PastAccident(float(x[i]), float(y[i]), first + timedelta(days=int(days[i])), int(killed[i]),
                     int(victims[i] - killed[i]), int(items.ordnance[where[i]]), int(owner[i]))
        for i in range(count)
    )  # fmt: skip


def _chosen(
    hazards: list[Hazard], items: Items, places: Places, count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Items met by people: of hazards near settlements more often."""
    x, y = np.array([h.x_m for h in hazards]), np.array([h.y_m for h in hazards])
    near = np.hypot(x[:, None] - places.x_m[None], y[:, None] - places.y_m[None]).min(axis=1) if len(hazards) else x
    weight = (np.exp(-near / 1500.0) + 0.02) / np.array([h.items for h in hazards]) ** 0.5
    chance = weight[items.hazard]
    return rng.choice(len(items), size=count, p=chance / chance.sum()) if count else np.empty(0, dtype=np.int64)


def _spots(
    scenario: Scenario, items: Items, item_area: NDArray[np.int32], rng: np.random.Generator
) -> tuple[SpotReport, ...]:
    """Items outside every suspected area that someone sees and reports, before or during the deployment."""
    outside = np.nonzero(item_area < 0)[0]
    count = min(len(outside), int(scenario.reports.spot_items_share * len(items)))
    seen = rng.choice(outside, size=count, replace=False)
    days = np.sort(rng.integers(-100, scenario.deployment.days, count))
    error = rng.normal(0, 8.0, (2, count))
    return tuple(
        SpotReport(int(item), float(items.x_m[item] + dx), float(items.y_m[item] + dy), int(day))
        for item, day, dx, dy in zip(seen, days, *error, strict=True)
    )
