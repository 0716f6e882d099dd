"""From looks to what a field model reads: exposures and counts in cells, areas of footprints.

Looks by a search fix the level: their exposure is the ground times the share that the searches together could see. What
people happened to report has a rate of its own, which is estimated. See `docs/explanation/hazard.md`.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array

from landrelease.errors import Finding
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import in_region, weighted_counts
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.look_findings import looks_in_region
from landrelease.hazard.looks import LookKind, Looks, Outcome
from landrelease.hazard.shares import shares_matrix

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Labels = NDArray[np.int64]

SEARCH, ACCIDENT, REPORT = "search", "accident", "report"
"""Names of the streams."""

SURELY = 1.0 - 1e-9
"""A share that is held to be all: its logarithm stays finite."""

BLURRED_CELLS = 0.75
"""A position is spread over cells when its stated accuracy is more than so many cells."""

SIDES = 4
"""Sides of a quarter of the polygon that stands for a circle of accuracy."""


@dataclass(frozen=True, eq=False)
class Searches:
    """What the searches covered.

    Attributes
    ----------
    shares
        Share of each cell inside each search, shape (searches, cells of the grid), sparse.
    chance, chance_sd
        Chance to see an item, shape (searches,).
    method
        Integer label of the searches that share their error.
    """

    shares: csr_array
    chance: Floats
    chance_sd: Floats
    method: Labels

    def missed(self, shape: tuple[int, int], chance: Floats | None = None) -> Floats:
        """Share of the items in each cell that every search missed, shape (rows, columns)."""
        by_search = self.chance if chance is None else chance
        seen = self.shares.copy()
        seen.data = np.log1p(-np.minimum(seen.data * np.repeat(by_search, np.diff(seen.indptr)), SURELY))
        return np.asarray(np.exp(seen.sum(axis=0)), dtype=np.float64).reshape(shape)

    def drawn(self, generator: np.random.Generator) -> Floats:
        """One draw of the chances: those of a method move together."""
        errors = generator.standard_normal(int(self.method.max(initial=-1)) + 1)
        return np.clip(self.chance + self.chance_sd * errors[self.method], 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class OnFootprints:
    """Looks of one stream on footprints; `look` is their index, the rest as `landrelease.hazard.field.model`."""

    area: csr_array
    look: Labels
    count: Floats
    verdict: Flags
    somewhere: Flags
    shape: Floats


@dataclass(frozen=True, eq=False)
class Gridded:
    """Looks on a grid.

    Attributes
    ----------
    looks
        The looks that were read: up to the year, on the grid.
    searches
        The searched ground.
    counts
        By stream, events in each cell, reports weighted by age; shape (rows, columns).
    years
        Weighted years that the reports stand for.
    footprints
        By stream.
    stream, weight
        Of each look: the stream that it is an event of, empty for none; and what it counts there.
    """

    looks: Looks
    searches: Searches
    counts: dict[str, Floats]
    years: float
    footprints: dict[str, OnFootprints]
    findings: tuple[Finding, ...]
    stream: NDArray[np.str_]
    weight: Floats


def grid_looks(looks: Looks, grid: Grid, at_year: float, settings: FieldSettings) -> Gridded:
    """Put the looks up to a year on a grid.

    What was found where no search is stated counts as reported: nothing says how hard one looked for it.
    """
    looks, findings = looks_in_region(looks.where(looks.year <= at_year), grid)
    searches = _searches(looks, grid)
    stream, blurred = _streams(looks, searches, grid), _blurred(looks, grid)
    weight = _weights(looks, at_year, settings)
    inside = in_region(looks, grid)
    placed = inside & ~blurred
    seen = (1.0 - searches.missed(grid.shape)).ravel()
    counts, footprints = {}, {}
    for name in (SEARCH, ACCIDENT, REPORT):
        chosen = (stream == name) & (inside | blurred)
        exact = looks.where(chosen & ~blurred)
        counts[name] = weighted_counts(exact, exact.quantity * weight[chosen & ~blurred], grid)
        on = footprints[name] = _on_footprints(looks, grid, chosen & blurred, weight, seen if name == SEARCH else None)
        placed[on.look] |= on.somewhere
    return Gridded(
        looks, searches, counts, _years(looks, stream, at_year, settings.decay_years), footprints, findings,
        np.where(placed, stream, ""), weight,
    )  # fmt: skip


def _searches(looks: Looks, grid: Grid) -> Searches:
    made = looks.where(looks.is_outcome(Outcome.SEARCHED) & (looks.chance > 0))
    shared = [str(label) or f"#{index}" for index, label in enumerate(made.method)]
    labels = np.unique(shared, return_inverse=True)[1].astype(np.int64) if shared else np.empty(0, np.int64)
    return Searches(shares_matrix(grid, made.footprint), made.chance, made.chance_sd, labels.reshape(-1))


def _streams(looks: Looks, searches: Searches, grid: Grid) -> NDArray[np.str_]:
    """Name of each event's stream; empty for what is no event."""
    stream = np.full(len(looks), "", dtype="<U8")
    seen = looks.quantity > 0
    reported = looks.is_outcome(Outcome.REPORTED) & seen
    accident = looks.is_kind([LookKind.ACCIDENT])
    found = looks.is_outcome(Outcome.FOUND) & seen
    searched = _in_searched_cell(looks, searches, grid)
    stream[found & searched] = SEARCH
    stream[(reported & ~accident) | (found & ~searched)] = REPORT
    stream[reported & accident] = ACCIDENT
    return stream


def _in_searched_cell(looks: Looks, searches: Searches, grid: Grid) -> Flags:
    covered = np.zeros(grid.rows * grid.columns, dtype=np.bool_)
    covered[searches.shares.indices] = True
    rows, columns = grid.cells_of(looks.x_m, looks.y_m)
    inside = grid.contains(rows, columns)
    found = np.zeros(len(looks), dtype=np.bool_)
    found[inside] = covered[rows[inside] * grid.columns + columns[inside]]
    return found


def _blurred(looks: Looks, grid: Grid) -> Flags:
    """Whether an event's place is known only up to a footprint wider than a cell."""
    wide = np.nan_to_num(looks.area_m2) > grid.cell_area_m2
    return np.asarray(wide | (np.nan_to_num(looks.accuracy_m) > BLURRED_CELLS * grid.cell_m), dtype=np.bool_)


def _weights(looks: Looks, at_year: float, settings: FieldSettings) -> Floats:
    """Weight of each event: reports by age, others than accidents by their share; finds of searches count whole."""
    weight = np.exp((looks.year - at_year) / settings.decay_years)
    weight *= np.where(looks.is_kind([LookKind.ACCIDENT]), 1.0, settings.other_weight)
    return np.asarray(np.where(looks.is_outcome(Outcome.FOUND), 1.0, weight), dtype=np.float64)


def _years(looks: Looks, stream: NDArray[np.str_], at_year: float, decay_years: float) -> float:
    told = looks.year[(stream == ACCIDENT) | (stream == REPORT)]
    return years_of_reporting(float(told.min(initial=np.inf)), at_year, decay_years)


def years_of_reporting(first_year: float, at_year: float, decay_years: float) -> float:
    """Years of reporting since the first report up to now, each weighted by its age; at least one."""
    span = max(at_year - float(np.floor(first_year)), 1.0) if np.isfinite(first_year) else 1.0
    return span if np.isinf(decay_years) else float(-decay_years * np.expm1(-span / decay_years))


def _on_footprints(looks: Looks, grid: Grid, somewhere: Flags, weight: Floats, seen: Floats | None) -> OnFootprints:
    """Events of uncertain place; of the searches, whose share `seen` of each cell is given, verdicts and counts too.

    A find lies where someone searched, an event that was reported anywhere in its footprint.
    """
    wanted = somewhere.copy()
    if seen is not None:
        wanted |= looks.is_outcome(Outcome.VERDICT, Outcome.COUNTED) & (looks.chance > 0)
    index = np.flatnonzero(wanted)
    chance = np.where(somewhere, 1.0, np.nan_to_num(looks.chance))[index]
    shares = _in_mask(shares_matrix(grid, [_footprint(looks, int(at)) for at in index]), grid)
    by_look = np.diff(shares.indptr)
    shares.data = shares.data * np.repeat(chance * grid.cell_area_m2, by_look)
    if seen is not None:
        shares.data = shares.data * np.where(np.repeat(somewhere[index], by_look), seen[shares.indices], 1.0)
        shares.eliminate_zeros()
    kept = np.diff(shares.indptr) > 0
    index = index[kept]
    said, blurred = looks.is_outcome(Outcome.VERDICT)[index], somewhere[index]
    with np.errstate(divide="ignore", invalid="ignore"):
        shape = (looks.chance / looks.chance_sd)[index] ** 2
    return OnFootprints(
        shares[kept], index, np.where(blurred, looks.quantity[index] * weight[index], looks.quantity[index]),
        said & ~blurred, blurred, np.where(np.isfinite(shape), shape, np.inf),
    )  # fmt: skip


def _footprint(looks: Looks, at: int) -> shapely.Geometry:
    """Shape of a look, widened by its stated accuracy where it is a point."""
    shape = looks.footprint[at]
    if shape is None or shape.area == 0:
        accuracy = float(looks.accuracy_m[at])
        point = shapely.Point(looks.x_m[at], looks.y_m[at])
        return point.buffer(accuracy, quad_segs=SIDES) if accuracy > 0 else point
    return shape


def _in_mask(shares: csr_array, grid: Grid) -> csr_array:
    if grid.mask is None:
        return shares
    kept = shares.copy()
    kept.data = kept.data * grid.mask.ravel()[kept.indices]
    kept.eliminate_zeros()
    return kept
