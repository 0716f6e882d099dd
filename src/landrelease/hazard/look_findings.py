"""What someone should look at in a set of looks: contradictions, and observations outside the region."""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, Finding
from landrelease.geo.grid import Grid
from landrelease.hazard.looks import LookKind, Looks, Outcome
from landrelease.i18n import N_
from landrelease.terms import Term

Indices = NDArray[np.intp]

OVERLAP = 0.01
"""Verdicts on ground that overlaps by less than this share of the smaller one are neighbours, not contradictions."""


class ContradictionKind(Term):
    """How two looks contradict each other."""

    HARM_IN_USE = "harm_in_use", N_("an accident on land said to be in use without harm")
    SEEN_ON_FREE = "seen_on_free", N_("an accident or find on ground that a survey held to be free")
    VERDICTS = "verdicts", N_("verdicts of yes and no on the same ground")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two looks that cannot both be right, by their places in the looks.

    Attributes
    ----------
    kind
        How they contradict each other.
    no, yes
        Index of the look that speaks against items, and of the one that speaks for them.
    """

    kind: ContradictionKind
    no: int
    yes: int


def contradictions(looks: Looks) -> list[Contradiction]:
    """Pairs of looks that contradict each other; legal, for they are data, but worth a check.

    A verdict of no stands against a verdict of yes on ground that overlaps, and against accidents and finds inside it;
    land in use against accidents since its use began. Only ground that was stated as such counts: a circle around an
    uncertain position contradicts nothing.
    """
    stated = np.isfinite(looks.area_m2) & looks.is_outcome(Outcome.VERDICT)
    no = np.flatnonzero(stated & (looks.quantity == 0))
    yes = np.flatnonzero(stated & (looks.quantity > 0) & looks.is_kind([LookKind.SURVEY_VERDICT]))
    in_use = no[looks.is_kind([LookKind.LAND_IN_USE])[no]]
    free = no[looks.is_kind([LookKind.SURVEY_VERDICT])[no]]
    return [
        *(Contradiction(ContradictionKind.HARM_IN_USE, *pair) for pair in _events_inside(looks, in_use, _HARM)),
        *(Contradiction(ContradictionKind.SEEN_ON_FREE, *pair) for pair in _events_inside(looks, free, _SEEN)),
        *(Contradiction(ContradictionKind.VERDICTS, *pair) for pair in _overlaps(looks, free, yes)),
    ]


def contradiction_findings(looks: Looks) -> tuple[Finding, ...]:
    """One finding a kind of contradiction (LR4026), with the entries of the first pair."""
    found = contradictions(looks)
    return tuple(_finding(looks, kind, members) for kind in ContradictionKind if (members := _of(found, kind)))


def looks_in_region(looks: Looks, grid: Grid) -> tuple[Looks, tuple[Finding, ...]]:
    """Looks that meet the grid, and a finding (LR4025) on those that lie outside or reach across its edge.

    A mask inside the grid is the estimator's matter. Footprints are kept whole.
    """
    west, south = grid.x_min_m, grid.y_max_m - grid.rows * grid.cell_m
    east, north = grid.x_min_m + grid.columns * grid.cell_m, grid.y_max_m
    region = shapely.box(west, south, east, north)
    shapes = _shapes(looks)
    meets, inside = shapely.intersects(shapes, region), shapely.covers(region, shapes)
    outside, across = int((~meets).sum()), int((meets & ~inside).sum())
    told = Finding(ErrorCode.LOOKS_OUTSIDE_GRID, {"outside": outside, "across": across})
    return looks.where(meets), (told,) if outside or across else ()


def with_remarks(looks: Looks, *more: Finding) -> Looks:
    """The looks with these findings and those of their contradictions."""
    return replace(looks, remarks=(*looks.remarks, *more, *contradiction_findings(looks)))


_HARM = (LookKind.ACCIDENT,)
_SEEN = (LookKind.ACCIDENT, LookKind.FIND)


def _events_inside(looks: Looks, no: Indices, kinds: tuple[LookKind, ...]) -> list[tuple[int, int]]:
    """Pairs of a verdict of no and an event in its ground, since its use began where it is land in use."""
    events = np.flatnonzero(looks.is_kind(kinds) & (looks.quantity > 0))
    if not len(no) or not len(events):
        return []
    tree = shapely.STRtree(shapely.points(looks.x_m[events], looks.y_m[events]))
    which, event = tree.query(looks.footprint[no], predicate="contains")
    ground, seen = no[which], events[event]
    placed = ~(looks.accuracy_m[seen] > np.sqrt(looks.area_m2[ground]))
    begun = looks.year[ground] - np.nan_to_num(looks.years[ground])
    since = np.isnan(looks.years[ground]) | (looks.year[seen] >= begun)
    return _pairs(ground[placed & since], seen[placed & since])


def _overlaps(looks: Looks, no: Indices, yes: Indices) -> list[tuple[int, int]]:
    if not len(no) or not len(yes):
        return []
    which, other = shapely.STRtree(looks.footprint[yes]).query(looks.footprint[no], predicate="intersects")
    first, second = no[which], yes[other]
    shared = shapely.area(shapely.intersection(looks.footprint[first], looks.footprint[second]))
    enough = shared > OVERLAP * np.minimum(looks.area_m2[first], looks.area_m2[second])
    return _pairs(first[enough], second[enough])


def _pairs(first: Indices, second: Indices) -> list[tuple[int, int]]:
    return sorted(zip(first.tolist(), second.tolist(), strict=True))


def _of(found: list[Contradiction], kind: ContradictionKind) -> list[Contradiction]:
    return [each for each in found if each.kind is kind]


def _finding(looks: Looks, kind: ContradictionKind, members: list[Contradiction]) -> Finding:
    first, second = looks.entry[members[0].no], looks.entry[members[0].yes]
    details = {"count": len(members), "what": kind.label, "first": first, "second": second}
    return Finding(ErrorCode.LOOKS_CONTRADICT, details)


def _shapes(looks: Looks) -> NDArray[np.object_]:
    """Footprints; the point where there is none."""
    shapes = looks.footprint.copy()
    bare = np.array([shape is None for shape in shapes], dtype=bool)
    shapes[bare] = shapely.points(looks.x_m[bare], looks.y_m[bare])
    return shapes
