"""An area as those who work on it know it: no truth in here, only what was reported and done."""

from collections import Counter
from collections.abc import Mapping
from enum import IntEnum

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from landrelease.simulate.suspected import SuspectedArea
from landrelease.simulate.terrain import GROUNDS, Floats
from landrelease.terms import Activity, AssetKind, EvidenceKind, Ground

GroundPace = Mapping[AssetKind, Mapping[Ground, float]]


LEAST_M2 = 5.0
"""Smaller pieces of a square belong to the square beside them."""


class CellState(IntEnum):
    """Where the work on one square stands."""

    OPEN = 0
    SEARCHED = 1
    """Cleared by hand or dogs, not yet handed in."""
    REPORTED = 2
    """In a completion or technical survey report, not yet released."""
    CLEARED = 3
    REDUCED = 4


class Cells:
    """Squares of an area's open ground, clipped to it.

    Attributes
    ----------
    shapes, area_m2
        Clipped squares and their areas.
    state
        `CellState` of each.
    target
        Squares to be cleared.
    prepared
        Squares that a machine has been over.
    again
        Squares sent back, to be searched a second time.
    sector
        Technical survey sector of each.
    tested, positive
        What technical survey did and found.
    taken
        Squares on which a team is at work.
    """

    def __init__(self, ground: BaseGeometry, cell_m: float, sector_m: float) -> None:
        columns, rows, shapes = _squares(ground, cell_m)
        kept, owner = _joined(columns, rows, shapes)
        column, row, self.shapes = columns[kept], rows[kept], shapes[kept]
        self.column, self.row, self.cell_m = column, row, cell_m
        keys = self._key(columns, rows)
        order = np.argsort(keys)
        self._keys, self._owner = keys[order], owner[order]
        self.area_m2 = np.asarray(shapely.area(self.shapes), dtype=np.float64)
        count = len(self.shapes)
        self.state = np.full(count, CellState.OPEN, dtype=np.int8)
        self.target, self.prepared, self.again = (np.zeros(count, dtype=bool) for _ in range(3))
        self.tested, self.positive, self.taken = (np.zeros(count, dtype=bool) for _ in range(3))
        side = max(1, round(sector_m / cell_m))
        keys = np.column_stack([column // side, row // side])
        self.sector = np.unique(keys, axis=0, return_inverse=True)[1].ravel()
        self.sector_taken = np.zeros(self.sectors, dtype=bool)

    @property
    def sectors(self) -> int:
        """Number of sectors."""
        return int(self.sector.max()) + 1 if len(self.sector) else 0

    def find(self, x_m: Floats, y_m: Floats) -> NDArray[np.int64]:
        """Index of the square under each position, -1 where there is none."""
        wanted = self._key(np.floor(x_m / self.cell_m).astype(np.int64), np.floor(y_m / self.cell_m).astype(np.int64))
        at = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        return np.where(self._keys[at] == wanted, self._owner[at], -1)

    @staticmethod
    def _key(column: NDArray[np.int64], row: NDArray[np.int64]) -> NDArray[np.int64]:
        return (row + 2**20) * 2**22 + (column + 2**20)

    def near(self, x_m: float, y_m: float, distance_m: float) -> NDArray[np.bool_]:
        """Squares that come within this distance of a position."""
        dx = np.maximum(np.abs((self.column + 0.5) * self.cell_m - x_m) - self.cell_m / 2, 0)
        dy = np.maximum(np.abs((self.row + 0.5) * self.cell_m - y_m) - self.cell_m / 2, 0)
        return np.asarray(dx * dx + dy * dy <= distance_m * distance_m)

    def outline(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> BaseGeometry:
        """Union of squares: Polygon or MultiPolygon."""
        shapes = self.shapes[chosen]
        return shapes[0] if len(shapes) == 1 else _areas(shapely.union_all(shapes, grid_size=0.001))


def _areas(geometry: BaseGeometry) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(geometry) if isinstance(part, Polygon)]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _joined(
    columns: NDArray[np.int64], rows: NDArray[np.int64], shapes: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Join pieces too small to be worked or drawn to a neighbour, in place; returns those kept and each one's owner."""
    area, owner = shapely.area(shapes), np.arange(len(shapes))
    for small in np.nonzero(area < LEAST_M2)[0]:
        beside = (np.abs(columns - columns[small]) <= 1) & (np.abs(rows - rows[small]) <= 1) & (area >= LEAST_M2)
        if beside.any():
            owner[small] = large = int(np.argmax(np.where(beside, area, 0)))
            shapes[large] = _areas(shapely.union(shapes[large], shapes[small]))
    kept = np.nonzero(owner == np.arange(len(shapes)))[0]
    return kept, np.searchsorted(kept, owner)


def _squares(ground: BaseGeometry, cell_m: float) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.object_]]:
    """Squares that meet the ground in serpentine order, clipped; each piece is one polygon or several."""
    x_min, y_min, x_max, y_max = (np.floor(np.array(ground.bounds) / cell_m)).astype(np.int64)
    columns, rows = (array.ravel() for array in np.meshgrid(np.arange(x_min, x_max + 1), np.arange(y_min, y_max + 1)))
    order = np.lexsort([np.where(rows % 2 == 0, columns, -columns), rows])
    columns, rows = columns[order], rows[order]
    boxes = shapely.box(columns * cell_m, rows * cell_m, (columns + 1) * cell_m, (rows + 1) * cell_m)
    shapely.prepare(ground)
    met = shapely.intersects(ground, boxes)
    columns, rows, boxes = columns[met], rows[met], boxes[met]
    edge = ~shapely.contains_properly(ground, boxes)
    boxes[edge] = shapely.intersection(boxes[edge], ground)
    boxes[edge] = [_areas(shape) if shape.geom_type == "GeometryCollection" else shape for shape in boxes[edge]]
    kept = shapely.area(boxes) > 1e-6
    return columns[kept], rows[kept], boxes[kept]


class Worksite:
    """One suspected area and the work on it.

    Attributes
    ----------
    ground
        What is left of it to work on; survey takes from it.
    surveyed
        Whether a survey team has been there; `hazard_found` is what they said.
    survey_m2
        Ground that survey teams have covered so far.
    keep
        Ground that a survey may not cancel; None for none.
    reports
        Hashes of the reports on it, oldest first.
    workers, searchers
        Teams by activity, and people or dogs who clear.
    """

    def __init__(
        self, area: SuspectedArea, index: int, cell_m: float, sector_m: float, ground_pace: GroundPace
    ) -> None:
        self.area, self.index, self._ground_pace = area, index, ground_pace
        self.ground: BaseGeometry = area.outline
        self.centre = area.centre
        self.ground_kind = GROUNDS[area.ground]
        self.area_m2 = float(area.outline.area)
        self.evidence = Counter(told.kind for told in area.evidence)
        self.surveyed, self.hazard_found, self.survey_m2 = False, False, 0.0
        self.cancelled_m2 = self.reduced_m2 = self.cleared_m2 = 0.0
        self.reports: list[str] = []
        self.first_day: int | None = None
        self.coverage, self.technically_surveyed = 0.0, False
        self.keep: BaseGeometry | None = None
        self.evidence_closed, self.heard = False, set[EvidenceKind]()
        self.workers: Counter[Activity] = Counter()
        self.searchers = 0.0
        self._sizes = cell_m, sector_m
        self._cells: Cells | None = None
        self._sums: dict[str, float] = {}

    @property
    def cells(self) -> Cells:
        """Squares of the ground, cut when work on the ground begins."""
        if self._cells is None:
            self._cells = Cells(self.ground, *self._sizes)
        return self._cells

    @property
    def started(self) -> bool:
        """Whether work on the ground has begun."""
        return self._cells is not None

    @property
    def closed(self) -> bool:
        """Whether nothing is left to work on."""
        return bool(self.ground.is_empty)

    def pace_kept(self, kind: AssetKind) -> float:
        """Share of its pace on open ground that a kind of team keeps here; 0 where it cannot work."""
        return self._ground_pace.get(kind, {}).get(self.ground_kind, 1.0)

    @property
    def direct(self) -> int:
        """Number of pieces of evidence that show contamination itself, as reported before the deployment."""
        kinds = (EvidenceKind.MINEFIELD_RECORD, EvidenceKind.MARKING, EvidenceKind.EXPLOSIVE_ITEM, EvidenceKind.STRIKE,
                 EvidenceKind.ACCIDENT)  # fmt: skip
        return sum(self.evidence[kind] for kind in kinds)

    def touch(self) -> None:
        """Say that squares have changed."""
        self._sums.clear()

    def narrow(self, ground: BaseGeometry) -> None:
        """Leave only this ground to work on; the rest is cancelled. Only before work on the ground begins."""
        assert self._cells is None
        self.cancelled_m2 += float(self.ground.area - ground.area)
        self.ground = ground

    def untested_m2(self) -> float:
        """Open ground without technical survey, m²."""
        return self._sum("untested", lambda c: (c.state == CellState.OPEN) & ~c.tested & ~c.target)

    def clear_m2(self) -> float:
        """Open ground to be cleared that nobody is working on, m²."""
        return self._sum("clear", lambda c: c.target & (c.state == CellState.OPEN) & ~c.taken)

    def unprepared_m2(self) -> float:
        """Ground to be cleared that a machine could still prepare, m²."""
        return self._sum("unprepared", unprepared)

    def open_m2(self) -> float:
        """Ground that nobody has resolved, m²."""
        return self._sum("open", lambda c: c.state == CellState.OPEN) if self.started else float(self.ground.area)

    def room(self, distance_m: float) -> float:
        """How many searchers the ground still to be cleared holds at this distance from each other; at least one."""
        waiting = self._sum("to clear", lambda c: c.target & (c.state == CellState.OPEN))
        return max(1.0, waiting / distance_m**2)

    def _sum(self, name: str, chosen: "object") -> float:
        if name not in self._sums:
            cells = self.cells
            self._sums[name] = float(cells.area_m2[chosen(cells)].sum())  # type: ignore[operator]
        return self._sums[name]


def unprepared(cells: Cells) -> NDArray[np.bool_]:
    """Open squares to be cleared that no machine has been over and nobody is working on."""
    return np.asarray(cells.target & (cells.state == CellState.OPEN) & ~cells.prepared & ~cells.taken)
