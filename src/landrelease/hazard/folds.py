"""Validation blocks of a record, and what a kernel of any width says of their events, on the grid's cells."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import TRUNCATE, smooth
from landrelease.hazard.evaluate import blocks_by_place, blocks_by_time
from landrelease.hazard.looks import LookKind, Looks

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

Weigh = Callable[[Looks, float], Floats]
"""Weights of past events at a year, shape (events, mixes): one column a mix of parameters."""


@dataclass(frozen=True, eq=False)
class Fold:
    """The events before a year and the target events of the years that follow, gathered by cell.

    Attributes
    ----------
    start
        First year of the validation block.
    events, cell
        Past events, and the index of each one's cell in `cells`.
    cells, block
        Row and column of the cells that hold past events, shape (cells, 2), and the place block of each.
    targets, target_count, target_block
        Row and column of the cells that hold target events, how many at distinct positions, the place block of each.
    """

    start: float
    events: Looks
    cell: Indices
    cells: Indices
    block: Indices
    targets: Indices
    target_count: Indices
    target_block: Indices


def make_folds(
    known: Looks, grid: Grid, starts: Floats, length_years: float, block_m: float, target: LookKind
) -> list[Fold]:
    """Blocks of a record in time and place; one without a past or a target is left out.

    Parameters
    ----------
    known
        Events inside the region, none from the test years.
    starts, length_years
        First year and length of each validation block.
    block_m
        Side of the square place blocks; a cell belongs to one block.
    target
        Kind of event that is validated on, one a distinct position.
    """
    cells = np.column_stack(grid.cells_of(known.x_m, known.y_m)).astype(np.int64)
    return list(_folds(known, cells, grid.cell_m, starts, length_years, block_m, target))


def _folds(
    known: Looks, cells: Indices, cell_m: float, starts: Floats, length_years: float, block_m: float, target: LookKind
) -> Iterator[Fold]:
    block = blocks_by_place(cells[:, 1] * cell_m, -cells[:, 0] * cell_m, block_m)
    for start, (past, following) in zip(starts, blocks_by_time(known.year, starts, length_years), strict=True):
        aimed = _first_at_place(known, following & known.is_kind([target]))
        if past.any() and aimed.any():
            learned, of_learned, inverse, _ = _unique(cells[past])
            targets, of_targets, _, count = _unique(cells[aimed])
            block_of = block[past][of_learned], block[aimed][of_targets]
            yield Fold(float(start), known.where(past), inverse, learned, block_of[0], targets, count, block_of[1])


def _unique(cells: Indices) -> tuple[Indices, Indices, Indices, Indices]:
    found, first, inverse, count = np.unique(cells, axis=0, return_index=True, return_inverse=True, return_counts=True)
    return found, first, inverse.reshape(-1), count


def _first_at_place(looks: Looks, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of the chosen looks, the first at each exact position."""
    at = np.flatnonzero(chosen)
    places = np.column_stack([looks.x_m[at], looks.y_m[at]])
    kept = np.zeros(len(looks), dtype=np.bool_)
    kept[at[np.unique(places, axis=0, return_index=True)[1]]] = True
    return kept


def smoothed_region(grid: Grid, width_m: float) -> Floats:
    """Share of a kernel at each cell that lies inside the region, shape (rows, columns)."""
    region = np.ones(grid.shape) if grid.mask is None else grid.mask.astype(np.float64)
    return smooth(region, width_m / grid.cell_m)


def shares(fold: Fold, weigh: Weigh, width: float, region: Floats) -> Floats:
    """Share of the smoothed map in each target's cell, and the share of the map that lies inside the region.

    Parameters
    ----------
    weigh
        Gives the weights of the past events.
    width
        Standard deviation of the kernel, cells.
    region
        What `smoothed_region` gives at this width.

    Returns
    -------
    array
        Shape (2, 2, targets, mixes): density and mass; from all past events, and without those of the target's own
        place block. By symmetry a cell's mass inside the region is the smoothed region at that cell.
    """
    weights = _sum_by(fold.cell, weigh(fold.events, fold.start), len(fold.cells))
    massed = weights * region[fold.cells[:, 0], fold.cells[:, 1]][:, None]
    total, total_mass = weights.sum(axis=0), massed.sum(axis=0)
    away, away_mass = total - _of_block(fold, weights), total_mass - _of_block(fold, massed)
    kernel, same_block = _kernel(fold, width)
    density = [kernel @ weights / total, _ratio((kernel - same_block) @ weights, away, total)]
    mass = [np.broadcast_to(total_mass / total, away.shape), _ratio(away_mass, away, total)]
    return np.array([density, mass])


def _ratio(part: Floats, whole: Floats, scale: Floats) -> Floats:
    """Part of whole, 0 where the whole is nothing but rounding."""
    known = whole > 1e-9 * scale
    return np.where(known, np.maximum(part, 0.0) / np.where(known, whole, 1.0), 0.0)


def _of_block(fold: Fold, values: Floats) -> Floats:
    """Sum over the cells of each target's block, shape (targets, mixes)."""
    blocks = 1 + max(int(fold.block.max()), int(fold.target_block.max()))
    return _sum_by(fold.block, values, blocks)[fold.target_block]


def _sum_by(labels: Indices, values: Floats, count: int) -> Floats:
    members = csr_array((np.ones(len(labels)), (labels, np.arange(len(labels)))), (count, len(labels)))
    return np.asarray(members @ values, dtype=np.float64)


def _kernel(fold: Fold, width: float) -> tuple[csr_array, csr_array]:
    """Kernel between target and past cells, as `smooth` has it, shape (targets, cells); the second within blocks."""
    radius = int(TRUNCATE * width + 0.5)
    near = cKDTree(fold.targets).sparse_distance_matrix(
        cKDTree(fold.cells), radius + 0.5, p=np.inf, output_type="ndarray"
    )
    target, past = near["i"], near["j"]
    steps = np.exp(-0.5 * (np.arange(-radius, radius + 1) / width) ** 2)
    steps /= steps.sum()
    offsets = fold.targets[target] - fold.cells[past] + radius
    kernel = steps[offsets[:, 0]] * steps[offsets[:, 1]]
    shape, own = (len(fold.targets), len(fold.cells)), fold.target_block[target] == fold.block[past]
    return csr_array((kernel, (target, past)), shape), csr_array((kernel * own, (target, past)), shape)
