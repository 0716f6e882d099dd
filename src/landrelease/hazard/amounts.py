"""Expected items of many polygons at once: the mean, each draw, and how much of the ground is known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from shapely.geometry.base import BaseGeometry

from landrelease.hazard.predictive import interval_of_counts
from landrelease.hazard.shares import shares_matrix
from landrelease.hazard.surface import Surface

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Amounts:
    """Sums of a surface over polygons.

    Attributes
    ----------
    mean
        Expected items, shape (polygons,).
    draws
        The same for each draw, shape (draws, polygons); None where the surface has no draws.
    known_share
        Share of each polygon's area that lies in cells with an estimate, 0 to 1; not-a-number without an area.
    """

    mean: Floats
    draws: Floats | None
    known_share: Floats


def amounts(surface: Surface, geometries: Sequence[BaseGeometry | None]) -> Amounts:
    """Sum a surface over each of many valid polygons in the grid's system."""
    shares = shares_matrix(surface.grid, geometries)
    area = surface.grid.cell_area_m2
    values = surface.items_per_m2.ravel()
    known = _summed(shares, np.isfinite(values).astype(np.float64)) * area
    whole = shapely.area(np.array(list(geometries), dtype=object))
    with np.errstate(invalid="ignore", divide="ignore"):
        known_share = np.where(whole > 0, np.minimum(known / whole, 1.0), np.nan)
    draws = (
        None if surface.draws is None else np.array([_summed(shares, draw.ravel()) for draw in surface.draws]) * area
    )
    return Amounts(_summed(shares, values) * area, draws, known_share)


def weighted_sums(surface: Surface, weights: csr_array) -> tuple[Floats, Floats | None]:
    """Sums over cells with any weights, shape (sums, cells) in cells: expected items, and of each draw."""
    area = surface.grid.cell_area_m2
    mean = _summed(weights, surface.items_per_m2.ravel()) * area
    if surface.draws is None:
        return mean, None
    return mean, np.array([_summed(weights, draw.ravel()) for draw in surface.draws]) * area


def _summed(shares: csr_array, values: NDArray[np.floating]) -> Floats:
    """Sum of shares times values along each row; cells without a value add nothing."""
    rows = np.repeat(np.arange(shares.shape[0]), np.diff(shares.indptr))
    known = np.nan_to_num(values[shares.indices].astype(np.float64), nan=0.0)
    return np.bincount(rows, weights=shares.data * known, minlength=shares.shape[0]).astype(np.float64)


def quantiles(draws: Floats, chances: Sequence[float], weights: Floats | None = None) -> Floats:
    """Quantiles of draws along their first axis, such that a new draw lies below with the wanted chance.

    Parameters
    ----------
    draws
        Shape (draws, ...).
    weights
        Shape (draws,), adding up to 1; the draws are then of one number each, shape (draws,).

    Returns
    -------
    array
        Shape (chances, ...). Of n even draws the k-th least is the quantile of ``k / (n + 1)`` (Weibull's plotting
        position), so that an interval holds a new draw as often as it says even with few draws; weights take the
        effective number of draws for n.
    """
    if weights is None:
        return np.asarray(np.quantile(draws, np.array(chances), axis=0, method="weibull"), dtype=np.float64)
    order = np.argsort(draws, kind="stable")
    effective = effective_number(weights)
    position = np.cumsum(weights[order]) * effective / (effective + 1)
    return np.interp(chances, position, draws[order]).astype(np.float64)


def counts_interval(means: Floats, level: float) -> tuple[Floats, Floats]:
    """Predictive interval of the number of items: Poisson on each draw of the mean, shape (draws, polygons).

    Counts vary with the draw and around it. The tails asked of the mixture are those of Weibull's plotting position, as
    in `quantiles`: without that, few draws would give bounds that are too narrow.
    """
    low, high = interval_of_counts(means, 1 - 2 * few_draws_tail((1 - level) / 2, len(means)))
    return low.astype(np.float64), high.astype(np.float64)


def few_draws_tail(tail: float, draws: float) -> float:
    """Tail to ask of a mixture of few draws for a new value to lie beyond it with chance `tail`; at least half."""
    return max(tail - (0.5 - tail) / draws, tail / 2)


def effective_number(weights: Floats) -> float:
    """How many even draws so uneven weights are worth: ``1 / sum(weights²)`` for weights that add up to 1."""
    return float(1.0 / np.sum(np.square(weights)))
