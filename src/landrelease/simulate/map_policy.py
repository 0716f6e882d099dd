"""A policy that reads a hazard map made from the register: where survey goes first, and what it may cancel."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, LandreleaseError
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

CELL_M = 400.0
"""Cells of the map: about the size of the smaller areas."""

MARGIN_M = 1_000.0

NOTHING_KNOWN = frozenset({ErrorCode.EVENTS_NONE.code, ErrorCode.EVENTS_OUTSIDE_GRID.code})
"""Errors of an estimator that has nothing to learn from."""


class MapLed(LandRelease):
    """As `LandRelease`, led by a map that is made anew every few weeks from the looks of the register.

    Areas in which the map expects most items for each m² are surveyed last, and so are those with evidence that shows
    contamination itself: a survey cancels most of an area even where it misses a hazard, and time ends before land.
    Maps are compared fairly, for each may put off the same share of the suspected land; only the order decides.

    Parameters
    ----------
    estimator
        Makes the map.
    name
        Stable name of the policy.
    late_share
        Share of the suspected land that is surveyed last. Proposal: what the force will not reach.
    keep_share
        Share of the suspected land, highest cells first, that survey may not cancel. None by default: such cells lie
        in areas that are surveyed last.
    every_days
        Days between two maps.
    others
        Of `LandRelease`.
    """

    def __init__(
        self, estimator: Estimator, name: str, late_share: float = 0.36, keep_share: float = 0.0, every_days: int = 30,
        **others: Any,
    ) -> None:  # fmt: skip
        super().__init__(**others)
        self.name, self.estimator, self.every_days = name, estimator, every_days
        self.late_share, self.keep_share = late_share, keep_share
        self._next_map = 0
        self._hot: NDArray[np.bool_] = np.zeros(0, dtype=bool)
        self._late: NDArray[np.bool_] = np.zeros(0, dtype=bool)

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
        cells = np.asarray(self._shares[[site.index]].indices, dtype=np.int64)
        chosen = cells[self._hot[cells]]
        if not len(chosen):
            return None
        rows, columns = np.divmod(chosen, self._grid.columns)
        x, y = self._grid.x_min_m + columns * CELL_M, self._grid.y_max_m - rows * CELL_M
        return shapely.union_all(shapely.box(x, y - CELL_M, x + CELL_M, y))

    def late(self, site: Worksite) -> bool:
        """Whether an area is surveyed last because of the map."""
        return bool(len(self._late) and self._late[site.index])

    def _read(self, view: View) -> None:
        assert view.looks is not None
        if not hasattr(self, "_shares"):
            self._grid, self._shares = _ground(view)
        try:
            surface = self.estimator.fit(view.looks(), self._grid, view.year)
        except LandreleaseError as problem:
            if not NOTHING_KNOWN.issuperset(problem.codes):
                raise
            return  # nothing to make a map of: the policy without one
        self._hot = highest(surface, np.asarray(self._shares.sum(axis=0)), self.keep_share)
        self._late = put_off(view.sites, density(surface, self._shares), self.late_share)
        self._surveys.clear()

    def _stay(self, site: Worksite) -> float:
        """As much as evidence lets one expect, for all areas that are to come last."""
        return self.likely if self.late(site) else super()._stay(site)


def density(surface: Surface, shares: csr_array) -> NDArray[np.float64]:
    """Items for each m² that a map expects in each area, shape (areas,); `shares` as from `shares_matrix`."""
    return np.asarray(shares @ surface.items_per_m2.ravel() / shares.sum(axis=1), dtype=np.float64)


def put_off(sites: Sequence[Worksite], risk: NDArray[np.float64], late_share: float) -> NDArray[np.bool_]:
    """Areas not yet surveyed that come last: with direct evidence first, then of the highest risk, up to a share.

    Parameters
    ----------
    risk
        Of each area, shape (areas,).
    late_share
        Of the land of all areas; an area that would go beyond it, and all after it, are not put off.
    """
    area = np.array([site.area_m2 for site in sites])
    waiting = np.array([not site.surveyed for site in sites])
    indirect = np.array([not site.direct for site in sites])
    order = np.lexsort((-risk, indirect, ~waiting))
    late = np.zeros(len(area), dtype=bool)
    late[order[np.cumsum(area[order]) <= late_share * area.sum()]] = True
    return np.asarray(late & waiting)


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
        Matern(400.0, 1.5), Matern(4_000.0, 1.0), site_sd=0.1, decay_years=np.inf, other_weight=1.0, draws=0, rounds=0
    )
    return MapLed(FieldEstimator(settings), "estimate")


def kernel_policy() -> MapLed:
    """Led by the kernel map of past events, as it is by default."""
    return MapLed(KernelEstimator(), "kernel")
