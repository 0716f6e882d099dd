"""The set of covariates that the layers at hand can give: what is not at hand is left out, never guessed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid
from landrelease.hazard.covariates.design import Covariates, Values, joined
from landrelease.hazard.covariates.near import Shapes, distance_to, distance_to_points, inside_of, kernel_sum
from landrelease.hazard.covariates.past import PastEvents
from landrelease.hazard.covariates.terrain import land_use_covariates, terrain_covariates
from landrelease.hazard.looks import Looks
from landrelease.i18n import N_, _

Floats = NDArray[np.float64]

PEOPLE_WIDTHS_M = (5_000.0, 25_000.0)
"""Widths of the kernels that count people around a cell: a walk, and a market's reach."""
PEOPLE_FROM = 100.0


@dataclass(frozen=True, eq=False)
class Places:
    """Settlements, in a grid's system.

    Attributes
    ----------
    x_m, y_m
        Shape (n,), m.
    population
        Shape (n,); NaN where unknown. Such a place counts for the distance, not for the people.
    """

    x_m: Floats
    y_m: Floats
    population: Floats

    def __post_init__(self) -> None:
        lengths = {len(self.x_m), len(self.y_m), len(self.population)}
        if len(lengths) > 1 or not np.isfinite([self.x_m, self.y_m]).all() or (self.population < 0).any():
            raise fail(ErrorCode.COVARIATE_VALUES, name=_("places"))

    def __len__(self) -> int:
        return len(self.x_m)


def covariates_from_layers(
    grid: Grid,
    *,
    places: Places | None = None,
    roads: Shapes | None = None,
    front: Shapes | None = None,
    border: Shapes | None = None,
    elevation: Values | None = None,
    land_use: Values | None = None,
    land_use_classes: Mapping[int, str] | None = None,
    past: Looks | None = None,
    before_year: float = np.inf,
) -> Covariates:
    """Make the covariates of every layer given.

    Parameters
    ----------
    grid
        The cells; all shapes in its system.
    places
        Settlements: distance to the nearest, and people around.
    roads, front, border
        Lines or polygons: roads, lines of confrontation, a country's outline (its edges count, and what lies inside).
    elevation
        Shape (rows, columns), m; NaN where unknown.
    land_use
        Shape (rows, columns), whole-numbered classes; NaN where unknown.
    past
        Looks; only events before `before_year` are read.

    Returns
    -------
    Covariates
        None of them where no layer is given.
    """
    outline = None if border is None else _edges(border)
    lines = (("road_km", ROADS, roads), ("front_km", FRONT, front), ("border_km", BORDER, outline))
    parts = [] if places is None else [_places(grid, places)]
    parts += [_distance(grid, name, _(text), shapes) for name, text, shapes in lines if shapes is not None]
    if border is not None:
        parts += _inside(grid, border)
    if elevation is not None:
        parts.append(terrain_covariates(grid, elevation))
    if land_use is not None:
        parts.append(land_use_covariates(grid, land_use, land_use_classes))
    if past is not None:
        parts.append(PastEvents.for_grid(grid).covariates(grid, past, before_year))
    return joined(Covariates(grid, (), np.empty((0, *grid.shape), dtype=np.float32)), *parts)


ROADS = N_("Distance to the nearest road")
FRONT = N_("Distance to the nearest line of confrontation")
BORDER = N_("Distance to the nearest border")
INSIDE = N_("Inside the outline")
PLACE = N_("Distance to the nearest settlement")
PEOPLE = N_("People within about {km:g} km")


def _edges(shapes: Shapes) -> Shapes:
    parts = np.atleast_1d(np.asarray(shapes, dtype=object))
    dimension = shapely.get_dimensions(parts)
    return np.where(dimension == 2, shapely.boundary(parts), parts)


def _distance(grid: Grid, name: str, text: str, shapes: Shapes) -> Covariates:
    km = (distance_to(grid, shapes) / 1_000).astype(np.float32)
    return Covariates(grid, (name,), km[None], (text,), ("km",), (1.0,))


def _inside(grid: Grid, border: Shapes) -> list[Covariates]:
    """Whether cells lie inside the outline; nothing where the border is given as lines."""
    areas = np.atleast_1d(np.asarray(border, dtype=object))
    areas = areas[shapely.get_dimensions(areas) == 2]
    if not len(areas):
        return []
    return [Covariates(grid, ("inside_border",), inside_of(grid, areas)[None].astype(np.float32), (_(INSIDE),))]


def _places(grid: Grid, places: Places) -> Covariates:
    km = distance_to_points(grid, places.x_m, places.y_m) / 1_000
    names, values, texts = ["place_km"], [km], [_(PLACE)]
    for width, people in _people(grid, places):
        names.append(f"people_{width / 1_000:g}km")
        values.append(people)
        texts.append(_(PEOPLE).format(km=width / 1_000))
    units = ("km", *[_("people")] * (len(names) - 1))
    starts = (1.0, *[PEOPLE_FROM] * (len(names) - 1))
    return Covariates(grid, tuple(names), np.array(values, dtype=np.float32), tuple(texts), units, starts)


def _people(grid: Grid, places: Places) -> Iterator[tuple[float, Floats]]:
    known = np.isfinite(places.population)
    if known.any():
        for width in PEOPLE_WIDTHS_M:
            people = kernel_sum(grid, places.x_m[known], places.y_m[known], places.population[known], width)
            yield width, np.maximum(people, 0.0)
