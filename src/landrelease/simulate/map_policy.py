"""A policy that reads a hazard map made from the register: what survey may cancel, and where it goes first."""

from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from shapely.geometry.base import BaseGeometry

from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import KernelEstimator
from landrelease.hazard.field.basis import Matern
from landrelease.hazard.field.estimator import FieldEstimator
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.shares import shares_matrix
from landrelease.hazard.surface import Estimator, Surface
from landrelease.simulate.field import Crew
from landrelease.simulate.policies import LandRelease, Order, View
from landrelease.simulate.worksite import Worksite
from landrelease.terms import Activity

CELL_M = 200.0
"""Cells of the map: about the size of a hazard."""

MARGIN_M = 1_000.0


class MapLed(LandRelease):
    """As `LandRelease`, led by a map that is made anew every few weeks from the looks of the register.

    The ground where the map expects most is not cancelled on hearsay: technical survey goes there. Areas of which
    little would have to stay are surveyed first. Two maps are compared fairly, for each may keep the same share of the
    suspected land, and only the order of the cells decides.

    Parameters
    ----------
    estimator
        Makes the map.
    name
        Stable name of the policy.
    keep_share
        Share of the suspected land, highest on the map first, that survey may not cancel. Proposal.
    every_days
        Days between two maps.
    others
        Of `LandRelease`.
    """

    def __init__(
        self, estimator: Estimator, name: str, keep_share: float = 0.01, every_days: int = 30, **others: Any
    ) -> None:
        super().__init__(**others)
        self.name, self.estimator, self.keep_share, self.every_days = name, estimator, keep_share, every_days
        self._next_map = 0
        self._hot: NDArray[np.bool_] = np.zeros(0, dtype=bool)

    def morning(self, view: View) -> None:
        """Make the map anew when it is time."""
        if view.day >= self._next_map and view.looks is not None:
            self._next_map = view.day + self.every_days
            self._read(view)
        super().morning(view)

    def next_order(self, crew: Crew, view: View) -> Order | None:
        """Add to a survey the ground that it may not cancel."""
        order = super().next_order(crew, view)
        if order is None or order.activity is not Activity.NTS:
            return order
        return replace(order, keep=self.kept(view.sites[order.area]))

    def kept(self, site: Worksite) -> BaseGeometry | None:
        """Cells of an area that its survey may not cancel."""
        if not len(self._hot):
            return None
        cells = self._cells_of(site.index)
        chosen = cells[self._hot[cells]]
        if not len(chosen):
            return None
        rows, columns = np.divmod(chosen, self._grid.columns)
        x, y = self._grid.x_min_m + columns * CELL_M, self._grid.y_max_m - rows * CELL_M
        return shapely.union_all(shapely.box(x, y - CELL_M, x + CELL_M, y))

    def _read(self, view: View) -> None:
        assert view.looks is not None
        if not len(self._hot):
            self._grid, self._shares = _ground(view)
        surface = self.estimator.fit(view.looks(), self._grid, view.year)
        self._hot = highest(surface, np.asarray(self._shares.sum(axis=0)), self.keep_share)
        self._surveys.clear()

    def _stay(self, site: Worksite) -> float:
        """What evidence alone lets one expect, and the share of the area that is kept because of the map."""
        if not len(self._hot):
            return super()._stay(site)
        row = self._shares[[site.index]]
        return min(1.0, super()._stay(site) + float(row.data[self._hot[row.indices]].sum() / row.data.sum()))

    def _cells_of(self, index: int) -> NDArray[np.int64]:
        return np.asarray(self._shares[[index]].indices, dtype=np.int64)


def _ground(view: View) -> tuple[Grid, csr_array]:
    """Grid over all areas, and the share of each cell inside each of them."""
    assert view.crs is not None
    outlines = [site.area.outline for site in view.sites]
    x_min, y_min, x_max, y_max = shapely.total_bounds(outlines)
    bounds = (x_min - MARGIN_M, y_min - MARGIN_M, x_max + MARGIN_M, y_max + MARGIN_M)
    grid = Grid.covering(view.crs, bounds, CELL_M)
    return grid, shares_matrix(grid, outlines)


def highest(surface: Surface, share: NDArray[np.float64], keep_share: float) -> NDArray[np.bool_]:
    """Cells that hold this share of the suspected land, highest on the map first, shape (cells,).

    Parameters
    ----------
    share
        Suspected share of each cell, shape (cells,).
    """
    order = np.argsort(-np.where(share > 0, surface.items_per_m2.ravel(), -np.inf), kind="stable")
    held = np.cumsum(share[order])
    chosen = np.zeros(len(share), dtype=bool)
    chosen[order[held <= keep_share * held[-1]]] = True
    return chosen & (share > 0)


def estimate_policy() -> MapLed:
    """Led by the field estimate."""
    settings = FieldSettings(
        Matern(400.0, 1.5), Matern(4_000.0, 1.0), site_sd=0.1, decay_years=np.inf, other_weight=1.0, draws=0
    )
    return MapLed(FieldEstimator(settings), "estimate")


def kernel_policy() -> MapLed:
    """Led by the kernel map of past events, as it is by default."""
    return MapLed(KernelEstimator(), "kernel")
