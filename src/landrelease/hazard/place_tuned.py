"""A kernel tuned by place alone, for records without dates: squares of the map are left out in turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import (
    KernelEstimator,
    Scale,
    in_region,
    kind_weights,
    smooth,
    weighted_counts,
)
from landrelease.hazard.evaluate import blocks_by_place
from landrelease.hazard.looks import KINDS_OF_EVENT, LookKind, Looks
from landrelease.hazard.surface import Surface
from landrelease.hazard.tuning import FEWEST_EVENTS, weights_of_others

GROUPS = 4
"""Squares are left out in so many groups."""


@dataclass(frozen=True)
class PlaceTunedKernel:
    """Kernel whose width, background and weight of other events are chosen on the looks that it is given.

    For each choice, the events of each group of squares are foreseen from the others; the mean log of the density at
    the target events, above an even spread, decides. The choice reads nothing but the looks of the fit, so a comparison
    that hides blocks hides them from the choice too.

    Attributes
    ----------
    widths_cells, background_shares, other_weights
        Values tried, every combination; widths in cells.
    square_cells
        Side of the squares left out, cells.
    seed
        Of the groups.
    """

    widths_cells: Sequence[float] = (1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 35.0)
    background_shares: Sequence[float] = (0.01, 0.05, 0.2, 0.5)
    other_weights: Sequence[float] = (0.1, 0.3, 1.0)
    square_cells: float = 15.0
    seed: int = 1
    scale: Scale = field(default_factory=Scale)

    def fit(self, looks: Looks, grid: Grid, at_year: float) -> Surface:
        """Choose, then estimate from all the looks; the default kernel with fewer than `FEWEST_EVENTS` target events.

        Raises
        ------
        LandreleaseError
            As `KernelEstimator.fit`.
        """
        return self.chosen(looks, grid).fit(looks, grid, at_year)

    def chosen(self, looks: Looks, grid: Grid) -> KernelEstimator:
        """The kernel that foresees left-out squares best."""
        events = looks.of(KINDS_OF_EVENT).events()
        events = events.where(in_region(events, grid))
        aimed = events.is_kind([LookKind.ACCIDENT])
        if aimed.sum() < FEWEST_EVENTS:
            return KernelEstimator(decay_years=np.inf, scale=self.scale)
        groups = self._groups(events, grid)
        tried = [
            (score, width, other, background)
            for width in self.widths_cells
            for other in self.other_weights
            for background, score in self._scores(events, aimed, groups, grid, width, other)
        ]
        _score, width, other, background = max(tried, key=lambda each: each[0])
        return KernelEstimator(
            width * grid.cell_m, np.inf, weights_of_others(other), background_share=background, scale=self.scale
        )

    def _groups(self, events: Looks, grid: Grid) -> NDArray[np.int64]:
        squares = blocks_by_place(events.x_m, events.y_m, self.square_cells * grid.cell_m)
        group: NDArray[np.int64] = np.random.default_rng(self.seed).permutation(squares.max() + 1) % GROUPS
        return group[squares]

    def _scores(
        self, events: Looks, aimed: NDArray[np.bool_], groups: NDArray[np.int64], grid: Grid, width: float, other: float
    ) -> list[tuple[float, float]]:
        """Background and score of each choice of it, at one width and one weight."""
        weight = kind_weights(events, weights_of_others(other))
        region = np.ones(grid.shape, dtype=np.bool_) if grid.mask is None else grid.mask
        rows, columns = grid.cells_of(events.x_m, events.y_m)
        density = np.zeros(len(events))
        for group in range(GROUPS):
            own = groups == group
            if own.all() or not (own & aimed).any():
                continue
            smoothed = smooth(weighted_counts(events.where(~own), weight[~own], grid), width)
            even = float(smoothed[region].sum()) / region.sum()
            density[own] = smoothed[rows[own], columns[own]] / even
        return [
            (background, float(np.log((1 - background) * density[aimed] + background).mean()))
            for background in self.background_shares
        ]
