"""Drawing the sample: squares of ground in a polygon, targeted by judgement or by the hazard surface, others at random.

The draw is repeatable: the same ground, size and seed give the same units.
"""

import math
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, fail
from landrelease.geo.crs import from_wgs84, local_equal_area, to_crs, to_wgs84
from landrelease.hazard.surface import Surface
from landrelease.i18n import N_, _
from landrelease.survey.combined import EVEN, Odds
from landrelease.survey.lots import check_count, check_sample
from landrelease.terms import Term

MOST_UNITS = 1_000_000
"""More units than this are a mistaken unit size."""
_LEAST_M2 = 1e-4


class DrawnAs(Term):
    """Why a unit is inspected."""

    RANDOM = "random", N_("Drawn at random")
    TARGETED = "targeted", N_("Targeted")


@dataclass(frozen=True)
class Lot:
    """Units of a piece of ground.

    Attributes
    ----------
    shapes
        Squares clipped to the ground, in `crs`; those at the edge are smaller.
    unit_m2
        Area of a whole square.
    """

    shapes: NDArray[np.object_]
    crs: pyproj.CRS
    unit_m2: float

    def __len__(self) -> int:
        return len(self.shapes)

    def expected_items(self, surface: Surface) -> NDArray[np.float64]:
        """Items that a hazard surface expects in each unit; NaN where it does not reach."""
        moved = to_crs(self.shapes, self.crs, surface.grid.crs)
        return np.asarray(surface.expected_items_of(moved), dtype=np.float64)

    def meeting(self, ground: BaseGeometry) -> NDArray[np.int64]:
        """Units of which the larger part lies in ground given in degrees."""
        inside = shapely.area(shapely.intersection(self.shapes, from_wgs84(ground, self.crs)))
        return np.flatnonzero(inside > shapely.area(self.shapes) / 2)


@dataclass(frozen=True)
class Drawn:
    """Units to inspect.

    Attributes
    ----------
    random, targeted
        Numbers of the units, random ones in the order drawn.
    """

    lot: Lot
    random: NDArray[np.int64]
    targeted: NDArray[np.int64]
    seed: int

    @property
    def area_m2(self) -> float:
        """Ground to inspect, m²."""
        return float(shapely.area(self.lot.shapes[np.append(self.random, self.targeted)]).sum())

    def frame(self) -> gpd.GeoDataFrame:
        """Units to inspect, EPSG:4326: `unit`, `drawn_as`, `order`, `area_m2`, `geometry`."""
        units = np.append(self.targeted, self.random)
        kinds = [DrawnAs.TARGETED.value] * len(self.targeted) + [DrawnAs.RANDOM.value] * len(self.random)
        shapes = self.lot.shapes[units]
        columns = {
            "unit": units, "drawn_as": kinds, "order": np.arange(1, len(units) + 1), "area_m2": shapely.area(shapes)
        }  # fmt: skip
        return gpd.GeoDataFrame(columns, geometry=to_wgs84(shapes, self.lot.crs), crs=4326)


def units_of(ground: BaseGeometry, unit_m2: float) -> Lot:
    """Cut ground into squares of `unit_m2`, clipped to it.

    Parameters
    ----------
    ground
        Polygon in degrees (EPSG:4326).
    unit_m2
        Area of a square, m².

    Raises
    ------
    LandreleaseError
        LR5001 for an area that is not positive, LR5046 for ground without area or with too many units.
    """
    if not (unit_m2 > 0 and math.isfinite(unit_m2)):
        raise fail(ErrorCode.SURVEY_PARAMETER, name="unit_m2", value=unit_m2, wanted=_("greater than 0"))
    if ground.is_empty or not ground.area > 0:
        raise fail(ErrorCode.UNITS_IMPOSSIBLE, units=0, most=MOST_UNITS)
    centre = ground.centroid
    crs = local_equal_area([centre.x], [centre.y])
    plane = shapely.make_valid(from_wgs84(ground, crs))
    side = math.sqrt(unit_m2)
    x_min, y_min, x_max, y_max = plane.bounds
    columns, rows = math.ceil((x_max - x_min) / side), math.ceil((y_max - y_min) / side)
    if columns * rows > 20 * MOST_UNITS or plane.area / unit_m2 > MOST_UNITS:
        raise fail(ErrorCode.UNITS_IMPOSSIBLE, units=round(plane.area / unit_m2), most=MOST_UNITS)
    shapely.prepare(plane)
    at = np.arange(columns * rows)
    x, y = x_min + side * (at % columns), y_min + side * (at // columns)
    squares = shapely.box(x, y, x + side, y + side)
    squares = squares[shapely.intersects(plane, squares)]
    whole = shapely.contains_properly(plane, squares)
    shapes = np.where(whole, squares, shapely.intersection(squares, plane))
    return Lot(shapes[shapely.area(shapes) > _LEAST_M2], crs, unit_m2)


def draw(lot: Lot, random: int, seed: int, targeted: NDArray[np.int64] | None = None) -> Drawn:
    """Draw so many units at random from those that are not targeted.

    Parameters
    ----------
    targeted
        Numbers of units to inspect in any case.

    Raises
    ------
    LandreleaseError
        LR5001 for a negative number, LR5040 for more units than the lot holds.
    """
    chosen = np.empty(0, dtype=np.int64) if targeted is None else np.unique(np.asarray(targeted, dtype=np.int64))
    check_count("random", random, 0)
    check_sample(len(lot), random + len(chosen))
    others = np.setdiff1d(np.arange(len(lot)), chosen)
    drawn = np.random.default_rng(seed).permutation(others)[:random]
    return Drawn(lot, drawn.astype(np.int64), chosen, seed)


def highest(expected: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Units in which a surface expects most items; unknown ones come last, ties in the order of their numbers.

    Raises
    ------
    LandreleaseError
        LR5001 for a negative number, LR5040 for more units than there are.
    """
    check_count("targeted", count, 0)
    check_sample(len(expected), count)
    return np.argsort(-np.nan_to_num(expected, nan=-1.0), kind="stable")[:count].astype(np.int64)


def odds_by_surface(expected: NDArray[np.float64], targeted: NDArray[np.int64]) -> Odds:
    """Worth of targets by the surface that chose them: mean of their odds against the mean of the others'.

    No more than the surface says: with bounds from its own calibration, or from finds that did not choose the targets
    (`targets.FindsDensity`), where there are any.
    """
    known = np.nan_to_num(expected, nan=0.0)
    inside = np.zeros(len(known), dtype=bool)
    inside[targeted] = True
    if not inside.any() or inside.all():
        return EVEN
    here, there = (float(np.expm1(known[which]).mean()) for which in (inside, ~inside))
    worth = here / there if there > 0 else 1.0
    return Odds(worth, min(1.0, worth), worth)
