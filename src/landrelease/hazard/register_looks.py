"""Looks from the official register: accidents, finds, evidence, verdicts, searched ground, figures, land in use."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, Finding
from landrelease.geo.crs import from_wgs84
from landrelease.geo.shapes import shapes_from_bodies
from landrelease.hazard.chances import Chances, ChanceToSee, chances_from_profile
from landrelease.hazard.known import Known, Sighting, decimal_year, shape_body
from landrelease.hazard.look_findings import with_remarks
from landrelease.hazard.looks import LookKind, Looks, Outcome, objects
from landrelease.hazard.sightings import READERS, sightings
from landrelease.record.entry import Entry
from landrelease.record.in_force import profile_in_force
from landrelease.record.shapes import PointShape, Shape

if TYPE_CHECKING:
    from landrelease.record.register import Register

__all__ = ["READERS", "decimal_year", "looks_from_register"]

LATE_YEARS = 1 / 12
"""A report within a month of a figure's period tells of the same work."""
SLIVER = 0.005
"""What is left of ground when other ground is taken from it is nothing below this share: edges are rounded."""

Floats = NDArray[np.float64]
Row = tuple[Entry, Sighting]

AT_THE_EDGE_M = 1.0
"""A find this near to searched ground lies in it, whatever accuracy its position claims."""


def looks_from_register(
    register: "Register", crs: pyproj.CRS, official: bool = True, chances: Chances | None = None
) -> Looks:
    """Every observation of the register that has a position.

    Parameters
    ----------
    register
        What is known and valid; superseded and withdrawn statements are not in it.
    crs
        Metric system of the grid, best an equal-area one.
    official
        False adds what is pending review.
    chances
        Chances to see and how far sources are believed; by default those of the profile in force.

    Returns
    -------
    Looks
        In the order of the register. `without_position` counts what could not be placed. Scrap and items free from
        explosive are no sightings. Each search is one SEARCHED look of its ground and one FOUND look a find, which
        without a point of its own stands for the whole searched shape. Every FOUND look lies in ground that a SEARCHED
        look of the same work covers; a find elsewhere is REPORTED. `findings` names contradictions.
    """
    believed = chances_from_profile(profile_in_force(register)) if chances is None else chances
    said = {kind: [(entry, entry.model()) for entry in register.entries(kind, official=official)] for kind in _KINDS}
    known = Known(said, believed, crs)
    rows = [(entry, sighting) for kind in READERS for entry, body in said[kind]
            for sighting in sightings(kind, entry, body, known)]  # fmt: skip
    placed = [(entry, sighting) for entry, sighting in rows if sighting.shapes]
    looks = replace(_arrays(placed, known), without_position=len(rows) - len(placed))
    return with_remarks(*_figures_once(looks))


_KINDS = (*READERS, "admin_area")


def _arrays(rows: Sequence[Row], known: Known) -> Looks:
    stated = _stated(rows, known.crs)
    there = ~shapely.is_empty(stated)
    rows, stated = [row for row, kept in zip(rows, there, strict=True) if kept], stated[there]
    points = shapely.point_on_surface(stated)
    accuracy = _each(rows, lambda sighting: _accuracy(sighting, known))
    reach = _each(rows, lambda sighting: sighting.reach_m)
    shapes, ground = _footprints(stated, accuracy, reach)
    chances = [_usable(sighting) for _entry, sighting in rows]
    looks = Looks(
        x_m=shapely.get_x(points).astype(np.float64),
        y_m=shapely.get_y(points).astype(np.float64),
        year=np.array([decimal_year(sighting.day or entry.valid_from) for entry, sighting in rows], dtype=np.float64),
        kind=objects([sighting.kind for _entry, sighting in rows]),
        quantity=_each(rows, lambda sighting: sighting.quantity),
        area_m2=np.where(ground, shapely.area(shapes), np.nan),
        accuracy_m=accuracy,
        entry=objects([entry.hash for entry, _sighting in rows]),
        footprint=shapes,
        outcome=objects([sighting.outcome for _entry, sighting in rows]),
        chance=np.array([np.nan if chance is None else chance.mean for chance in chances], dtype=np.float64),
        chance_sd=np.array([0.0 if chance is None else chance.sd for chance in chances], dtype=np.float64),
        method=objects([sighting.method for _entry, sighting in rows]),
        false_positive=_each(rows, lambda sighting: sighting.errors[0]),
        false_negative=_each(rows, lambda sighting: sighting.errors[1]),
        years=_each(rows, lambda sighting: sighting.years),
    )
    return _finds_in_searched_ground(looks, objects([sighting.work for _entry, sighting in rows]))


def _usable(sighting: Sighting) -> ChanceToSee | None:
    """Chance of a sighting; none where something was seen with a chance of 0: the chance is wrong, not the sighting."""
    chance = sighting.chance
    return None if chance is not None and chance.mean == 0 and sighting.quantity > 0 else chance


def _each(rows: Sequence[Row], read: Callable[[Sighting], float | None]) -> Floats:
    """One number a row; NaN for None."""
    values = (read(sighting) for _entry, sighting in rows)
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _stated(rows: Sequence[Row], crs: pyproj.CRS) -> NDArray[np.object_]:
    """Shapes as stated, in the grid's system: several as one, less what does not belong to them."""
    shapes = _joined([sighting.shapes for _entry, sighting in rows], crs)
    cut = np.array([bool(sighting.without) for _entry, sighting in rows], dtype=bool)
    before = shapes[cut]
    left = shapely.difference(before, _joined([sighting.without for _entry, sighting in rows if sighting.without], crs))
    kept = shapely.area(left) > SLIVER * shapely.area(before)
    shapes[cut] = np.where(kept, left, shapely.Polygon())
    return shapes


def _joined(groups: Sequence[tuple[Shape, ...]], crs: pyproj.CRS) -> NDArray[np.object_]:
    """One geometry a group of shapes, in the grid's system; valid, as the next operation needs it."""
    sizes = np.array([len(group) for group in groups], dtype=np.intp)
    flat = _mended(from_wgs84(shapes_from_bodies([shape_body(shape) for group in groups for shape in group]), crs))
    first = np.cumsum(sizes) - sizes
    joined = np.asarray(flat[first], dtype=object)
    for at in np.flatnonzero(sizes > 1):
        joined[at] = shapely.union_all(flat[first[at] : first[at] + sizes[at]])
    return joined


def _mended(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Valid shapes: coordinates rounded to 1e-7 degree can make a thin ring touch or cross itself."""
    crossed = ~shapely.is_valid(shapes)
    if crossed.any():
        shapes = np.array(shapes, dtype=object)
        shapes[crossed] = shapely.make_valid(shapes[crossed], method="structure", keep_collapsed=False)
    return shapes


def _accuracy(sighting: Sighting, known: Known) -> float | None:
    """Accuracy of a place; for an area only what is stated."""
    shape = sighting.shapes[0]
    if isinstance(shape, PointShape):
        return known.chances.accuracy_m(shape.quality, shape.accuracy_m)
    return shape.accuracy_m


def _footprints(
    stated: NDArray[np.object_], accuracy: Floats, reach: Floats
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Footprints, and which of them are ground: a point stands for its reach, else for all within its accuracy."""
    points = shapely.get_type_id(stated) == shapely.GeometryType.POINT
    radius = np.where(np.isnan(reach), np.nan_to_num(accuracy), reach)
    around = points & (radius > 0)
    shapes = stated.copy()
    shapes[around] = shapely.buffer(stated[around], radius[around], quad_segs=8)
    ground = ~points | (points & (reach > 0))
    return shapes, ground & (shapely.area(shapes) > 0)


def _finds_in_searched_ground(looks: Looks, work: NDArray[np.object_]) -> Looks:
    """A find that no ground of its work covers was reported: nobody knows how much was searched for it."""
    searched = np.flatnonzero(looks.is_outcome(Outcome.SEARCHED) & (looks.chance > 0))
    found = np.flatnonzero(looks.is_outcome(Outcome.FOUND))
    outcome, covered = looks.outcome.copy(), np.zeros(len(found), dtype=bool)
    if len(searched):
        points = shapely.points(looks.x_m[found], looks.y_m[found])
        near = np.fmax(looks.accuracy_m[found], AT_THE_EDGE_M)
        which, ground = shapely.STRtree(looks.footprint[searched]).query(points, predicate="dwithin", distance=near)
        own = (work[found[which]] == work[searched[ground]]) | (work[found[which]] == "")
        covered[which[own.astype(bool)]] = True
    outcome[found[~covered]] = Outcome.REPORTED
    return replace(looks, outcome=outcome)


def _figures_once(looks: Looks) -> tuple[Looks, *tuple[Finding, ...]]:
    """Leave out figures of a unit and time of which reports with positions tell."""
    figures = np.flatnonzero(looks.is_kind([LookKind.AGGREGATE]) & looks.is_outcome(Outcome.COUNTED))
    searched = np.flatnonzero(looks.is_outcome(Outcome.SEARCHED))
    if not len(figures) or not len(searched):
        return (looks,)
    tree = shapely.STRtree(shapely.points(looks.x_m[searched], looks.y_m[searched]))
    which, report = tree.query(looks.footprint[figures], predicate="contains")
    apart = np.abs(looks.year[figures[which]] - looks.year[searched[report]])
    at_once = apart <= looks.years[figures[which]] / 2 + LATE_YEARS
    told = np.unique(figures[which[at_once]])
    if not len(told):
        return (looks,)
    kept = ~np.isin(np.arange(len(looks)), told)
    return looks.where(kept), Finding(ErrorCode.LOOKS_FIGURES_LEFT_OUT, {"count": len(told)})
