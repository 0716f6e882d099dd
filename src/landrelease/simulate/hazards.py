"""What was laid and what was left: patterned rows, nuisance mining, cluster strikes, item by item."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray

from landrelease.simulate.places import Places
from landrelease.simulate.scenario import Nuisance, Rows, Scenario, Strikes
from landrelease.simulate.terrain import Floats
from landrelease.terms import OrdnanceClass

CLASSES: tuple[OrdnanceClass, ...] = (
    OrdnanceClass.MINE_AP, OrdnanceClass.MINE_AV, OrdnanceClass.MINE_IMPROVISED, OrdnanceClass.SUBMUNITION,
)  # fmt: skip
"""Meaning of the codes in `Items.ordnance`."""

_DEPTH_CM = {
    OrdnanceClass.MINE_AP: (0, 3, 15),
    OrdnanceClass.MINE_AV: (3, 10, 25),
    OrdnanceClass.MINE_IMPROVISED: (0, 5, 20),
    OrdnanceClass.SUBMUNITION: (0, 2, 20),
}
"""Least, most likely and greatest depth of cover, cm; proposals."""


class HazardKindOf(StrEnum):
    """How a hazard came about."""

    ROWS = "rows"
    NUISANCE = "nuisance"
    STRIKE = "strike"


@dataclass(frozen=True)
class Items:
    """Every item of the province, one array element each, in metres from the centre.

    Attributes
    ----------
    ordnance
        Codes into `CLASSES`.
    depth_cm
        Depth of cover.
    detectable
        Whether a metal detector can show it at all.
    hazard
        Index of the hazard that it belongs to.
    """

    x_m: Floats
    y_m: Floats
    ordnance: NDArray[np.int8]
    depth_cm: NDArray[np.int16]
    detectable: NDArray[np.bool_]
    hazard: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.x_m)


@dataclass(frozen=True, slots=True)
class Hazard:
    """One minefield, group or strike."""

    kind: HazardKindOf
    x_m: float
    y_m: float
    items: int


Placed = tuple[HazardKindOf, Floats, NDArray[np.int8]]
"""Kind, positions of shape (n, 2), codes into `CLASSES`."""


def make_hazards(scenario: Scenario, places: Places, rng: np.random.Generator) -> tuple[list[Hazard], Items]:
    """Lay every hazard; items beyond the province's edge are dropped."""
    half, made = scenario.place.side_m / 2, []
    made += [_panel(scenario.hazards.rows, places, rng) for _ in range(scenario.hazards.rows.panels)]
    made += [_group(scenario.hazards.nuisance, places, half, rng) for _ in range(scenario.hazards.nuisance.groups)]
    made += [_strike(scenario.hazards.strikes, places, half, rng) for _ in range(scenario.hazards.strikes.strikes)]
    kept = [placed for placed in (_inside(placed, half) for placed in made) if len(placed[1])]
    hazards = [
        Hazard(kind, float(points[:, 0].mean()), float(points[:, 1].mean()), len(points)) for kind, points, _ in kept
    ]
    return hazards, _items(kept, scenario.hazards.undetectable_share, rng)


def _inside(placed: Placed, half: float) -> Placed:
    kind, points, codes = placed
    inside = (np.abs(points) < half).all(axis=1)
    return kind, points[inside], codes[inside]


def _items(placed: list[Placed], undetectable: float, rng: np.random.Generator) -> Items:
    points = np.vstack([np.empty((0, 2)), *(points for _, points, _ in placed)])
    codes = np.concatenate([np.empty(0, dtype=np.int8), *(codes for _, _, codes in placed)]).astype(np.int8)
    depths = np.array([_DEPTH_CM[name] for name in CLASSES], dtype=float)[codes].reshape(-1, 3)
    depth = rng.triangular(depths[:, 0], depths[:, 1], depths[:, 2])
    hazard = np.repeat(np.arange(len(placed), dtype=np.int32), [len(points) for _, points, _ in placed])
    detectable = rng.random(len(codes)) >= undetectable
    return Items(points[:, 0], points[:, 1], codes, depth.astype(np.int16), detectable, hazard)


def _panel(rows: Rows, places: Places, rng: np.random.Generator) -> Placed:
    """Rows along the front: evenly spaced mines with gaps and laying error, some with a row of anti-vehicle mines."""
    centre, along = _beside_front(rows, places, rng)
    across = np.array([-along[1], along[0]])
    length, spacing = rng.uniform(*rows.length_m), rng.uniform(*rows.mine_spacing_m)
    depth = rng.uniform(*rows.row_spacing_m)
    count = int(rng.integers(rows.rows[0], rows.rows[1] + 1))
    parts = [(_row(length, spacing, rng), row * depth, OrdnanceClass.MINE_AP) for row in range(count)]
    if rng.random() < rows.vehicle_panel_share:
        vehicle = _row(length, rng.uniform(*rows.vehicle_spacing_m), rng)
        parts.append((vehicle, -depth, OrdnanceClass.MINE_AV))
    points = np.vstack([centre + s[:, None] * along + offset * across for s, offset, _ in parts])
    codes = np.concatenate([np.full(len(s), CLASSES.index(name), dtype=np.int8) for s, _, name in parts])
    laid = rng.random(len(points)) >= rows.gap_share
    points = points + rng.normal(0, rows.laying_error_m, points.shape)
    return HazardKindOf.ROWS, points[laid], codes[laid]


def _row(length: float, spacing: float, rng: np.random.Generator) -> Floats:
    return np.arange(rng.uniform(0, spacing), length, spacing) - length / 2


def _beside_front(rows: Rows, places: Places, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return a place at the wanted distance on either side of the front, and the front's direction there."""
    at = rng.uniform(0.01, 0.99) * places.front.length
    before, after = (places.front.interpolate(at + step) for step in (-200.0, 200.0))
    along = np.array([after.x - before.x, after.y - before.y])
    along /= np.hypot(*along)
    turn = rng.normal(0, 0.15)
    along = np.array(
        [along[0] * np.cos(turn) - along[1] * np.sin(turn), along[0] * np.sin(turn) + along[1] * np.cos(turn)]
    )
    here = places.front.interpolate(at)
    away = rng.uniform(*rows.distance_from_front_m) * rng.choice([-1.0, 1.0])
    return np.array([here.x - along[1] * away, here.y + along[0] * away]), along


def _group(nuisance: Nuisance, places: Places, half: float, rng: np.random.Generator) -> Placed:
    """Few items scattered near a path, a well or a building, more often close to the front."""
    centre = _near_people(places, half, rng)
    count = int(rng.integers(nuisance.items[0], nuisance.items[1] + 1))
    points = centre + rng.normal(0, rng.uniform(*nuisance.spread_m), (count, 2))
    improvised = rng.random() < nuisance.improvised_share
    code = CLASSES.index(OrdnanceClass.MINE_IMPROVISED if improvised else OrdnanceClass.MINE_AP)
    return HazardKindOf.NUISANCE, points, np.full(count, code, dtype=np.int8)


def _near_people(places: Places, half: float, rng: np.random.Generator) -> Floats:
    """Pick a place on a road or at a settlement; of six draws, the one nearest to the front."""
    on_road = shapely.line_interpolate_point(
        places.roads.geoms[int(rng.integers(len(places.roads.geoms)))], rng.random(3), normalized=True
    )
    town = rng.integers(len(places.x_m), size=3)
    at_town = np.column_stack([places.x_m[town], places.y_m[town]]) + rng.normal(0, 700, (3, 2))
    points = np.clip(np.vstack([shapely.get_coordinates(on_road), at_town]) + rng.normal(0, 60, (6, 2)), -half, half)
    away = shapely.distance(shapely.points(points), places.front)
    return np.asarray(points[np.argmin(away * rng.uniform(0.2, 1, 6))], dtype=np.float64)


def _strike(strikes: Strikes, places: Places, half: float, rng: np.random.Generator) -> Placed:
    """Failed submunitions of one strike: a normal ellipse around the point of impact."""
    at = places.front.interpolate(rng.random(), normalized=True)
    centre = np.clip(np.array([at.x, at.y]) + rng.normal(0, 0.1 * half, 2), -half, half)
    failed = rng.binomial(int(rng.uniform(*strikes.submunitions)), rng.uniform(*strikes.failed_share))
    half_axes = np.array([rng.uniform(*strikes.half_length_m), rng.uniform(*strikes.half_width_m)])
    angle = rng.uniform(0, np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = centre + (rng.standard_normal((failed, 2)) * half_axes / 2) @ turn.T
    return HazardKindOf.STRIKE, points, np.full(failed, CLASSES.index(OrdnanceClass.SUBMUNITION), dtype=np.int8)
