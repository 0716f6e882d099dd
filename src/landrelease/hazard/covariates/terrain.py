"""Covariates of the ground: height, slope and ruggedness of an elevation grid, and classes of land use."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid
from landrelease.hazard.covariates.design import Covariates
from landrelease.i18n import N_, _

Values = NDArray[np.floating]

MOST_CLASSES = 50
"""Classes of land use beyond which a raster is taken for one of measurements."""


def terrain_covariates(grid: Grid, elevation_m: Values) -> Covariates:
    """Height, slope and ruggedness; missing where the elevation or a neighbour's is.

    Parameters
    ----------
    elevation_m
        Shape (rows, columns), m; NaN where unknown. Slope and ruggedness mean little where the source is coarser than
        the grid: leave them out with `Covariates.without`.

    Notes
    -----
    Slope in degrees from central differences. Ruggedness is the root mean square of the eight height differences to the
    neighbours, m, after Riley's index.
    """
    height = np.asarray(elevation_m, dtype=np.float64)
    if height.shape != grid.shape:
        raise fail(ErrorCode.COVARIATES_SHAPE, found=height.shape, wanted=grid.shape)
    values = np.array([height, _slope_degrees(height, grid.cell_m), _ruggedness_m(height)], dtype=np.float32)
    texts = (_("Height above the sea"), _("Slope"), _("Ruggedness: mean height difference to the neighbouring cells"))
    names = ("elevation_m", "slope_degrees", "ruggedness_m")
    return Covariates(grid, names, values, texts, ("m", _("degrees"), "m"), (None, None, 10.0))


def _slope_degrees(height: Values, cell_m: float) -> Values:
    steps = [np.gradient(height, cell_m, axis=axis) if height.shape[axis] > 1 else 0 * height for axis in (0, 1)]
    return np.asarray(np.degrees(np.arctan(np.hypot(*steps))))


def _ruggedness_m(height: Values) -> Values:
    padded = np.pad(height, 1, mode="edge")
    squares = np.zeros_like(height)
    for down, right in ((0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2)):
        squares += (padded[down : down + height.shape[0], right : right + height.shape[1]] - height) ** 2
    return np.asarray(np.sqrt(squares / 8))


def land_use_covariates(grid: Grid, codes: Values, classes: Mapping[int, str] | None = None) -> Covariates:
    """One covariate a class of land use: 1 in the class, 0 in another, NaN where unknown.

    Parameters
    ----------
    codes
        Shape (rows, columns), whole numbers; NaN where unknown.
    classes
        Meaning of the codes, for the descriptions.

    Raises
    ------
    LandreleaseError
        LR4030 for another shape than the grid's, LR4034 for more than `MOST_CLASSES` classes or parts of numbers.
    """
    code = np.asarray(codes, dtype=np.float64)
    if code.shape != grid.shape:
        raise fail(ErrorCode.COVARIATES_SHAPE, found=code.shape, wanted=grid.shape)
    found = np.unique(code[np.isfinite(code)])
    if len(found) > MOST_CLASSES or (found != np.floor(found)).any():
        raise fail(ErrorCode.LAND_USE_CLASSES, count=len(found), most=MOST_CLASSES)
    values = np.array([np.where(np.isnan(code), np.nan, code == one) for one in found], dtype=np.float32)
    said = classes or {}
    texts = tuple(_(LAND_USE).format(name=said.get(int(one), int(one))) for one in found)
    names = tuple(f"land_use_{int(one)}" for one in found)
    return Covariates(grid, names, values.reshape(-1, *grid.shape), texts)


LAND_USE = N_("Land use: {name}")
