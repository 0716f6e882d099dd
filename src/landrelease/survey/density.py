"""Anomaly density map by ordinary kriging with a moving neighbourhood, and the areas that stand out (methods A4)."""

from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.stats import norm
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid
from landrelease.i18n import _
from landrelease.survey.flagging import Windows
from landrelease.survey.target import check
from landrelease.survey.variogram import (
    LEAST_PAIRS,
    EmpiricalVariogram,
    Variogram,
    VariogramModel,
    empirical_variogram,
    fit_variogram,
)

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
"""One-sided: an area is delineated where the estimate exceeds the background by 1.645 standard deviations."""
_KINDS = tuple(VariogramModel)


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Data that estimate a cell; the defaults are the published settings (methods A4).

    Attributes
    ----------
    radius_windows
        Reach as a multiple of the window's diameter.
    fewest, most, per_octant
        Data; a cell with fewer has no estimate.
    """

    radius_windows: float = 2.0
    fewest: int = 2
    most: int = 50
    per_octant: int = 8

    def __post_init__(self) -> None:
        check("radius_windows", self.radius_windows, self.radius_windows > 0, _("above 0"))
        check("fewest, most", (self.fewest, self.most), 1 <= self.fewest <= self.most, _("at least 1 and in order"))
        check("per_octant", self.per_octant, self.per_octant >= 1, _("at least 1"))


@dataclass(frozen=True)
class DensityMap:
    """Anomalies a square metre with their kriging variance, on a grid.

    Attributes
    ----------
    grid
        Cells.
    per_m2, variance
        Shape (rows, columns); NaN where too few windows are near.
    empirical, variogram
        What it was made with.
    """

    grid: Grid
    per_m2: Floats
    variance: Floats
    empirical: EmpiricalVariogram
    variogram: Variogram

    def standing_out(self, background_per_m2: float, confidence: float = CONFIDENCE) -> NDArray[np.bool_]:
        """Cells whose estimate exceeds the background by more than its uncertainty, shape (rows, columns)."""
        check("background_per_m2", background_per_m2, background_per_m2 >= 0, _("at least 0"))
        check("confidence", confidence, 0.5 <= confidence < 1, _("at least .5 and below 1"))
        least = background_per_m2 + norm.ppf(confidence) * np.sqrt(self.variance)
        return np.asarray(self.per_m2 > least)

    def areas(
        self, background_per_m2: float, least_m2: float = 0.0, confidence: float = CONFIDENCE,
        within: BaseGeometry | None = None,
    ) -> list[shapely.Polygon]:  # fmt: skip
        """Areas of neighbouring cells that stand out, largest first; small ones are left out."""
        check("least_m2", least_m2, least_m2 >= 0, _("at least 0"))
        rows, columns = np.nonzero(self.standing_out(background_per_m2, confidence))
        x, y = self.grid.centres()
        half = self.grid.cell_m / 2
        cells = shapely.box(x[columns] - half, y[rows] - half, x[columns] + half, y[rows] + half)
        merged = shapely.union_all(cells)
        if within is not None:
            merged = shapely.intersection(merged, within)
        parts = [one for one in shapely.get_parts(merged) if one.geom_type == "Polygon" and one.area >= least_m2]
        return sorted(parts, key=lambda area: -area.area)


def density_map(
    windows: Windows, grid: Grid, model: VariogramModel | None = None, near: Neighbourhood | None = None
) -> DensityMap:
    """Krige the densities of windows.

    Parameters
    ----------
    grid
        Cells on the windows' plane; a sixth of the window's diameter is the published choice.
    model
        Of the variogram; None for the best fit of the four.

    Raises
    ------
    LandreleaseError
        LR5016 where there are too few windows.
    """
    near = near or Neighbourhood()
    if len(windows.count) < LEAST_PAIRS // 3:
        raise fail(ErrorCode.WINDOWS_TOO_FEW, count=len(windows.count), pairs=0, least=LEAST_PAIRS)
    density = windows.density_per_m2
    empirical = empirical_variogram(windows.x_m, windows.y_m, density, windows.diameter_m / 6)
    variogram = fit_variogram(empirical, model)
    x, y = (each.ravel() for each in np.meshgrid(*grid.centres()))
    per_m2, variance = krige_at(windows.x_m, windows.y_m, density, variogram, x, y, near, windows.diameter_m)
    return DensityMap(grid, per_m2.reshape(grid.shape), variance.reshape(grid.shape), empirical, variogram)


def krige_at(
    x_m: Floats, y_m: Floats, value: Floats, variogram: Variogram, at_x_m: Floats, at_y_m: Floats,
    near: Neighbourhood, diameter_m: float,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Estimate and variance at places, shape (places,); NaN where too few data are near.

    Data at one place count once, by their mean: kriging cannot tell them apart.
    """
    from landrelease.survey.kriging_kernel import krige  # compiled: loaded where it is used

    places, values = _distinct(x_m, y_m, value)
    if variogram.nugget + variogram.scale <= 0:  # all data alike
        flat = np.full(len(at_x_m), values.mean())
        return flat, np.zeros(len(at_x_m))
    reach = near.radius_windows * diameter_m
    tree = cKDTree(places)
    estimate, variance = np.full(len(at_x_m), np.nan), np.full(len(at_x_m), np.nan)
    candidates = min(len(places), near.most * 8)
    settings = (_KINDS.index(variogram.model), variogram.nugget, variogram.scale, variogram.reach)
    limits = (near.fewest, near.most, near.per_octant)
    for begin in range(0, len(at_x_m), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        _far, nearest = tree.query(
            np.column_stack([at_x_m[part], at_y_m[part]]), candidates, distance_upper_bound=reach
        )
        nearest = np.where(nearest == len(places), -1, nearest).reshape(-1, candidates)
        estimate[part], variance[part] = krige(
            at_x_m[part], at_y_m[part], places, values, nearest, tuple(map(float, settings)), limits
        )
    return estimate, variance


_CHUNK = 20_000
"""Cells whose neighbours are in memory at once."""


def _distinct(x_m: Floats, y_m: Floats, value: Floats) -> tuple[Floats, Floats]:
    """Distinct places to a centimetre and the mean value at each."""
    every = np.column_stack([x_m, y_m]).astype(np.float64)
    first, back, times = np.unique(
        np.round(every, 2), axis=0, return_index=True, return_inverse=True, return_counts=True
    )[1:]
    return every[first], np.bincount(back.ravel(), value) / times


def advised_grid(crs: pyproj.CRS, bounds_m: tuple[float, float, float, float], diameter_m: float) -> Grid:
    """Grid with cells of a sixth of the window's diameter (methods A4)."""
    return Grid.covering(crs, bounds_m, diameter_m / 6)
