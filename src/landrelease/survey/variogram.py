"""How window densities differ with distance: empirical variogram, four models, weighted least squares (methods A4)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.spatial import cKDTree

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import N_
from landrelease.terms import Term

Floats = NDArray[np.float64]

LAGS = 36
"""Lags of a sixth of the window's diameter, each with a tolerance of a twelfth (methods A4)."""
LEAST_PAIRS = 30
"""Pairs that a variogram needs at the least; a rule of thumb."""


class VariogramModel(Term):
    """Shape of a variogram."""

    SPHERICAL = "spherical", N_("Spherical")
    EXPONENTIAL = "exponential", N_("Exponential")
    GAUSSIAN = "gaussian", N_("Gaussian")
    POWER = "power", N_("Power")


@dataclass(frozen=True, slots=True)
class Variogram:
    """Half the mean squared difference at a distance: ``nugget + scale * shape(distance / reach)``.

    Attributes
    ----------
    model
        Shape.
    nugget
        Just beyond distance 0.
    scale
        Sill above the nugget; for the power model the value at one metre, above the nugget.
    reach
        Range in metres, where the sill is reached (95 % of it for exponential and Gaussian); for the power model the
        exponent, between 0 and 2.
    """

    model: VariogramModel
    nugget: float
    scale: float
    reach: float

    def __call__(self, distance_m: Floats) -> Floats:
        """Value at distances; 0 at distance 0."""
        h = np.asarray(distance_m, dtype=np.float64)
        return np.where(h > 0, self.nugget + self.scale * shape_of(self.model, h, self.reach), 0.0)


def shape_of(model: VariogramModel, h: Floats, reach: float) -> Floats:
    """Shape of a model without nugget and scale (methods A4)."""
    if model is VariogramModel.POWER:
        return np.asarray(h**reach)
    if model is VariogramModel.SPHERICAL:
        u = np.minimum(h / reach, 1.0)
        return np.asarray(1.5 * u - 0.5 * u**3)
    u = 3 * h / reach
    return np.asarray(-np.expm1(-u if model is VariogramModel.EXPONENTIAL else -(u**2)))


@dataclass(frozen=True)
class EmpiricalVariogram:
    """Lags with at least one pair: mean distance, half the mean squared difference, pairs; shape (lags,)."""

    distance_m: Floats
    value: Floats
    pairs: NDArray[np.int64]


def empirical_variogram(x_m: Floats, y_m: Floats, value: Floats, lag_m: float, lags: int = LAGS) -> EmpiricalVariogram:
    """Half the mean squared difference of pairs, by distance in lags ``lag_m`` apart with a tolerance of half a lag.

    Raises
    ------
    LandreleaseError
        LR5016 where fewer than 30 pairs lie within the longest lag.
    """
    places = np.column_stack([x_m, y_m])
    pairs = (
        cKDTree(places).query_pairs(lag_m * (lags + 0.5), output_type="ndarray")
        if len(places)
        else np.zeros((0, 2), int)
    )
    distance = np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)
    lag = np.rint(distance / lag_m).astype(np.int64)
    at = (lag >= 1) & (distance > 0)
    if at.sum() < LEAST_PAIRS:
        raise fail(ErrorCode.WINDOWS_TOO_FEW, count=len(places), pairs=int(at.sum()), least=LEAST_PAIRS)
    lag, distance = lag[at] - 1, distance[at]
    squared = (value[pairs[:, 0]] - value[pairs[:, 1]])[at] ** 2
    count = np.bincount(lag, minlength=lags)
    known = count > 0
    mean = [np.bincount(lag, each, lags)[known] / count[known] for each in (distance, squared / 2)]
    return EmpiricalVariogram(mean[0], mean[1], count[known])


def fit_variogram(empirical: EmpiricalVariogram, model: VariogramModel | None = None) -> Variogram:
    """Fit a model, or the best of the four, by weighted least squares: ``sum n/2 (g / model - 1)^2`` (methods A4).

    A record without any spread gives a pure nugget of 0.
    """
    if not empirical.value.any():
        return Variogram(model or VariogramModel.SPHERICAL, 0.0, 0.0, float(empirical.distance_m.max()))
    fits = [_fit(empirical, each) for each in ([model] if model else VariogramModel)]
    return min(fits, key=lambda fit: weighted_misfit(empirical, fit))


def weighted_misfit(empirical: EmpiricalVariogram, variogram: Variogram) -> float:
    """What the fit makes small."""
    modelled = np.maximum(variogram(empirical.distance_m), 1e-300)
    return float((empirical.pairs / 2 * (empirical.value / modelled - 1) ** 2).sum())


def _fit(empirical: EmpiricalVariogram, model: VariogramModel) -> Variogram:
    """Fit from three starts; parameters in units of the data so that every density is as easy."""
    far, top = float(empirical.distance_m.max()), float(empirical.value.max())
    power = model is VariogramModel.POWER
    unit = far if not power else 1.0
    weight = np.sqrt(empirical.pairs / 2)

    def modelled(parameters: Floats) -> Variogram:
        nugget, scale, reach = parameters
        return Variogram(model, nugget * top, scale * top / (far**reach if power else 1.0), reach * unit)

    def misfit(parameters: Floats) -> Floats:
        return np.asarray(weight * (empirical.value / modelled(parameters)(empirical.distance_m) - 1))

    bounds = ([1e-6, 0.0, 0.01], [10.0, 10.0, 1.99 if power else 10.0])
    starts = [(0.1, 0.8, reach) for reach in ((0.5, 1.0, 1.5) if power else (0.15, 0.5, 1.5))]
    found = [least_squares(misfit, start, bounds=bounds) for start in starts]
    return modelled(min(found, key=lambda one: float(one.cost)).x)
