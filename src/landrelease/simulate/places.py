"""Settlements with people, districts, roads, rivers and the old front line."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import Delaunay
from shapely import LineString, MultiLineString, MultiPoint, Polygon

from landrelease.simulate.names import place_names
from landrelease.simulate.scenario import Scenario
from landrelease.simulate.terrain import Floats, Terrain, noise

_ROUTE_CELLS = 4
_CLIMB_COST = 25.0
"""Metres of road that one metre of climb is worth."""


@dataclass(frozen=True)
class Places:
    """What people made, in metres from the province's centre.

    Attributes
    ----------
    names, x_m, y_m, people
        Settlements, largest first.
    district
        Index into `districts` of each settlement.
    districts
        Polygons that share out the province; each is named after its town.
    roads, rivers
        Lines.
    front
        The old front line, west to east.
    """

    names: tuple[str, ...]
    x_m: Floats
    y_m: Floats
    people: NDArray[np.int64]
    district: NDArray[np.int64]
    districts: tuple[Polygon, ...]
    roads: MultiLineString
    rivers: MultiLineString
    front: LineString

    def district_at(self, x_m: Floats, y_m: Floats) -> NDArray[np.int64]:
        """District of each position: that of the nearest town."""
        towns = slice(0, len(self.districts))
        away = np.hypot(
            np.asarray(x_m)[:, None] - self.x_m[None, towns], np.asarray(y_m)[:, None] - self.y_m[None, towns]
        )
        return np.asarray(np.argmin(away, axis=1), dtype=np.int64)


def make_places(scenario: Scenario, terrain: Terrain, rng: np.random.Generator) -> Places:
    """Draw settlements where ground is gentle, share out the people by rank, join them by roads."""
    x, y = _sites(scenario, terrain, rng)
    count, towns = len(x), min(scenario.people.districts, len(x))
    weights = 1 / np.arange(1, count + 1) ** 0.9 * rng.uniform(0.7, 1.3, count)
    people = np.sort(np.maximum(20, scenario.people.people * weights / weights.sum()).astype(np.int64))[::-1]
    districts = _districts(x[:towns], y[:towns], scenario.place.side_m)
    nearest = np.argmin(np.hypot(x[:, None] - x[None, :towns], y[:, None] - y[None, :towns]), axis=1)
    routes = _Routes(terrain)
    return Places(
        tuple(place_names(count, rng)), x, y, people, nearest, districts,
        routes.roads(x, y), routes.rivers(scenario.people.rivers, rng), _front(scenario.place.side_m, rng),
    )  # fmt: skip


def _sites(scenario: Scenario, terrain: Terrain, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Candidates weighted by gentle slope and low ground, thinned so that towns (the first) lie apart."""
    half, wanted = 0.96 * scenario.place.side_m / 2, scenario.people.settlements
    x, y = rng.uniform(-half, half, (2, 40 * wanted))
    rows, columns = terrain.cells_at(x, y)
    height = terrain.height_m[rows, columns] / terrain.height_m.max()
    liking = np.exp(-terrain.slope[rows, columns] / 0.03 - 2 * height) * rng.uniform(0.2, 1, len(x))
    chosen: list[int] = []
    for apart in (0.12, 0.05, 0.02, 0.0):
        limit = scenario.people.districts if apart == 0.12 else wanted
        for index in np.argsort(-liking):
            if len(chosen) >= limit:
                break
            away = np.hypot(x[chosen] - x[index], y[chosen] - y[index])
            if not chosen or away.min() > apart * scenario.place.side_m:
                chosen.append(int(index))
    return x[chosen], y[chosen]


def _districts(x: Floats, y: Floats, side_m: float) -> tuple[Polygon, ...]:
    """Share out the province by the nearest town, in the towns' order."""
    frame = shapely.box(-side_m / 2, -side_m / 2, side_m / 2, side_m / 2)
    if len(x) == 1:
        return (frame,)
    cells = shapely.voronoi_polygons(MultiPoint(np.column_stack([x, y])), extend_to=frame, ordered=True)
    return tuple(shapely.intersection(cell, frame) for cell in cells.geoms)


def _front(side_m: float, rng: np.random.Generator) -> LineString:
    """Draw a line from west to east that wanders as fronts do."""
    size = 128
    wander = noise(size, 1.6, rng)[size // 2]
    y = (wander - wander.mean()) / max(float(np.ptp(wander)), 1e-9) * 0.45 * side_m
    return LineString(np.column_stack([np.linspace(-0.5, 0.5, size) * side_m, y]))


class _Routes:
    """Least-cost paths over coarse cells."""

    def __init__(self, terrain: Terrain) -> None:
        self.height, self.centres = terrain.coarse(_ROUTE_CELLS)
        self.size = len(self.centres)
        self.step_m = _ROUTE_CELLS * terrain.cell_m

    def roads(self, x: Floats, y: Floats) -> MultiLineString:
        """Join neighbouring settlements by the cheapest network, then by its missing short links."""
        nodes = self._node(x, y)
        graph = self._graph(lambda climb: np.abs(climb) * _CLIMB_COST)
        cost, before = csgraph.dijkstra(graph, indices=nodes, return_predecessors=True)
        links = _links(x, y, cost[:, nodes])
        return MultiLineString([self._path(before[a], nodes[b], (x[[a, b]], y[[a, b]])) for a, b in links])

    def rivers(self, count: int, rng: np.random.Generator) -> MultiLineString:
        """Run water from high ground to the lowest place on the edge; rivers join on the way."""
        graph = self._graph(lambda climb: np.maximum(climb, 0) * 400)
        high = np.argsort(-self.height.ravel())[: max(1, self.height.size // 8)]
        springs = rng.choice(high, size=min(count, len(high)), replace=False)
        mouth, lines = int(self._edge[np.argmin(self.height.ravel()[self._edge])]), []
        for spring in springs:
            before = csgraph.dijkstra(graph, indices=int(spring), return_predecessors=True)[1]
            lines.append(self._path(before, mouth, None))
        return MultiLineString([line for line in lines if line.length > 0])

    @property
    def _edge(self) -> NDArray[np.int64]:
        index = np.arange(self.size**2).reshape(self.size, self.size)
        return np.unique(np.concatenate([index[0], index[-1], index[:, 0], index[:, -1]]))

    def _node(self, x: Floats, y: Floats) -> NDArray[np.int64]:
        columns, rows = (np.abs(self.centres[:, None] - value[None, :]).argmin(axis=0) for value in (x, y))
        return np.asarray(rows * self.size + columns, dtype=np.int64)

    def _graph(self, climbing: "object") -> sparse.csr_matrix:
        index = np.arange(self.size**2).reshape(self.size, self.size)
        pairs = [(index[:, :-1], index[:, 1:], 1.0), (index[:-1], index[1:], 1.0),
                 (index[:-1, :-1], index[1:, 1:], 2**0.5), (index[1:, :-1], index[:-1, 1:], 2**0.5)]  # fmt: skip
        starts = np.concatenate([np.concatenate([a.ravel(), b.ravel()]) for a, b, _ in pairs])
        ends = np.concatenate([np.concatenate([b.ravel(), a.ravel()]) for a, b, _ in pairs])
        lengths = np.concatenate([np.full(2 * a.size, factor * self.step_m) for a, _, factor in pairs])
        climb = self.height.ravel()[ends] - self.height.ravel()[starts]
        return sparse.csr_matrix((lengths + climbing(climb), (starts, ends)), shape=(self.size**2,) * 2)  # type: ignore[operator]

    def _path(self, before: NDArray[np.int32], end: int, ends: tuple[Floats, Floats] | None) -> LineString:
        nodes = [int(end)]
        while (previous := int(before[nodes[-1]])) >= 0:
            nodes.append(previous)
        points = np.column_stack(
            [self.centres[np.array(nodes[::-1]) % self.size], self.centres[np.array(nodes[::-1]) // self.size]]
        )
        if ends is not None:
            start_end = np.column_stack(ends)
            points = np.vstack([start_end[:1], points[1:-1], start_end[1:]])
        return LineString(_rounded(points)) if len(points) > 1 else LineString(np.vstack([points, points]))


def _links(x: Floats, y: Floats, cost: Floats) -> list[tuple[int, int]]:
    """Minimum spanning tree over Delaunay neighbours, and each neighbour pair that it leaves far apart."""
    corners = Delaunay(np.column_stack([x, y])).simplices
    pairs = {(int(min(a, b)), int(max(a, b))) for s in corners for a, b in ((s[0], s[1]), (s[1], s[2]), (s[0], s[2]))}
    first, second = np.array(sorted(pairs)).T
    graph = sparse.csr_matrix((cost[first, second] + 1.0, (first, second)), shape=(len(x), len(x)))
    tree = csgraph.minimum_spanning_tree(graph)
    along = csgraph.dijkstra(tree, directed=False)
    extra = [(int(a), int(b)) for a, b in zip(first, second, strict=True) if along[a, b] > 4 * (cost[a, b] + 1.0)]
    return sorted({*zip(*(axis.tolist() for axis in tree.nonzero()), strict=True), *extra})


def _rounded(points: Floats, times: int = 2) -> Floats:
    """Cut corners (Chaikin), so that lines on a grid look like roads."""
    for _ in range(times):
        near, far = 0.75 * points[:-1] + 0.25 * points[1:], 0.25 * points[:-1] + 0.75 * points[1:]
        points = np.vstack([points[:1], np.stack([near, far], axis=1).reshape(-1, 2), points[-1:]])
    return points
