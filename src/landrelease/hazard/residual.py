"""Items left after searches, and when to stop searching (methods C2 and F1).

Figures here advise; a named person releases land. They hold under their assumptions: items within the searched depth,
searches independent of each other, chances to see that hold for the ground at hand.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, vstack
from scipy.stats import gamma, nbinom, poisson
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid
from landrelease.hazard.shares import cell_shares, shares_matrix
from landrelease.hazard.surface import Surface
from landrelease.i18n import _

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Search:
    """Ground that was searched, in the grid's system, and the chance that an item there would have been found."""

    geometry: BaseGeometry
    chance_to_see: float

    def __post_init__(self) -> None:
        if not 0 <= self.chance_to_see <= 1:
            value = self.chance_to_see
            raise fail(ErrorCode.HAZARD_PARAMETER, name="chance_to_see", value=value, wanted=_("between 0 and 1"))


@dataclass(frozen=True, slots=True)
class ItemsLeft:
    """A distribution of the number of items left: Poisson where `shape` is infinite, else negative binomial.

    Attributes
    ----------
    mean
        Expected items left.
    shape
        Shape of the Gamma that the mean is uncertain by; infinite when it is held to be known.
    """

    mean: float
    shape: float = math.inf

    @property
    def chance_of_none(self) -> float:
        """Chance that nothing is left."""
        return self.at_most(0)

    def at_most(self, count: int) -> float:
        """Chance that at most so many items are left."""
        if math.isinf(self.shape):
            return float(poisson.cdf(count, self.mean))
        return float(nbinom.cdf(count, self.shape, self.shape / (self.shape + self.mean)))

    def bound(self, confidence: float) -> int:
        """Smallest number of items that is not exceeded with this confidence."""
        if math.isinf(self.shape):
            return int(poisson.ppf(confidence, self.mean))
        return int(nbinom.ppf(confidence, self.shape, self.shape / (self.shape + self.mean)))

    def interval(self, level: float = 0.9) -> tuple[int, int]:
        """Central interval of the number of items left."""
        return self.bound((1 - level) / 2), self.bound((1 + level) / 2)

    def mean_interval(self, level: float = 0.9) -> tuple[float, float]:
        """Central interval of the expected items left, which the Gamma leaves open; a point where it is known."""
        if math.isinf(self.shape):
            return self.mean, self.mean
        low, high = gamma.ppf([(1 - level) / 2, (1 + level) / 2], self.shape, scale=self.mean / self.shape)
        return float(low), float(high)


def left_by_poisson(expected: float, chance_to_see: float) -> ItemsLeft:
    """Items left when the prior count is Poisson with a known mean: whatever was found changes nothing (methods C2)."""
    return ItemsLeft(expected * (1 - chance_to_see))


def left_by_negative_binomial(shape: float, rate: float, area: float, chance_to_see: float, found: int) -> ItemsLeft:
    """Items left when the density has a Gamma(shape, rate) prior: finds teach (methods C2).

    Left ~ NegBin(shape + found, q'), ``q' = area (1 - chance_to_see) / (rate + area)``; `rate` in the unit of `area`.
    """
    still, mean_shape = area * (1 - chance_to_see), shape + found
    return ItemsLeft(mean_shape * still / (rate + area * chance_to_see), mean_shape)


def after_searches(surface: Surface, searches: Iterable[Search]) -> Surface:
    """The surface lowered by what each search could have seen; what was found is for `items_left` to learn from."""
    items = surface.items_per_m2.copy()
    for search in searches:
        rows, columns, shares = cell_shares(surface.grid, search.geometry)
        items[rows, columns] *= 1 - shares * search.chance_to_see
    return replace(surface, items_per_m2=items)


def items_left(
    surface: Surface, part: BaseGeometry, searches: Iterable[Search], found: int = 0, shape: float = math.inf
) -> ItemsLeft:
    """Items left in a part after searches of it.

    Parameters
    ----------
    surface
        Expected items before the searches, per m².
    part, searches
        In the grid's system; the searches may reach beyond the part and overlap each other.
    found
        Items found in the part by these searches together.
    shape
        Gamma shape of the uncertainty in the surface's level within the part; infinite holds the level to be known,
        and then finds teach nothing.
    """
    if found < 0 or not shape > 0:
        raise fail(
            ErrorCode.HAZARD_PARAMETER, name="found, shape", value=(found, shape), wanted=_("a count, a positive shape")
        )
    before, left = surface.expected_items(part), _expected_left(surface, part, list(searches))
    if math.isinf(shape):
        return ItemsLeft(left)
    return ItemsLeft(left * (shape + found) / (shape + before - left), shape + found)


def missed_shares(grid: Grid, part: BaseGeometry, searches: Iterable[Search]) -> csr_array:
    """Share of each cell in a part, and share of it that every search missed, from the exact overlaps of the shapes.

    Returns
    -------
    scipy.sparse.csr_array
        Shape (2, rows * columns): of the part before the searches, and of what is left after them.
    """
    pieces: list[tuple[BaseGeometry, float]] = [(part, 1.0)]
    for search in searches:
        cut = [(piece.intersection(search.geometry), missed * (1 - search.chance_to_see)) for piece, missed in pieces]
        rest = [(piece.difference(search.geometry), missed) for piece, missed in pieces]
        pieces = [(piece, missed) for piece, missed in cut + rest if piece.area > 0]
    shares = shares_matrix(grid, [part, *(piece for piece, _missed in pieces)])
    missed = np.array([share for _piece, share in pieces])
    return csr_array(vstack([shares[[0]], csr_array(missed[None, :]) @ shares[1:]]))


def _expected_left(surface: Surface, part: BaseGeometry, searches: list[Search]) -> float:
    """Expected items that every search missed."""
    left = missed_shares(surface.grid, part, searches)[[1]]
    return (
        float((left.data * np.nan_to_num(surface.items_per_m2.ravel()[left.indices])).sum()) * surface.grid.cell_area_m2
    )


# Stop rule (methods F1)


@dataclass(frozen=True, slots=True)
class StopCurve:
    """Chances after searching `searched_m` past the last row without a find.

    Attributes
    ----------
    searched_m
        Distance searched beyond the last find, m.
    beyond, missed, total
        Chance that one more mine lies past the searched strip, was missed inside it, or either; same shape.
    """

    searched_m: Floats
    beyond: Floats
    missed: Floats
    total: Floats


def stop_curve(prior: float, mean_distance_m: float, chance_to_see: float, searched_m: ArrayLike) -> StopCurve:
    """How the chance of one more mine falls with the distance searched (methods F1).

    With chance `prior` one more mine lies past the last row, at an exponential distance of mean `mean_distance_m`;
    nothing is found. More distance cannot repair a poor detector: the total never falls below `stop_limit`.

    Raises
    ------
    LandreleaseError
        LR4005 for a chance outside 0..1, both chances 1, or a distance that is not positive.
    """
    _check_stop(prior, mean_distance_m, chance_to_see)
    x = np.asarray(searched_m, dtype=np.float64)
    inside = -np.expm1(-x / mean_distance_m)
    unseen = 1 - prior * chance_to_see * inside
    beyond, missed = prior * (1 - inside) / unseen, prior * (1 - chance_to_see) * inside / unseen
    return StopCurve(x, beyond, missed, prior * (1 - chance_to_see * inside) / unseen)


def stop_limit(prior: float, chance_to_see: float) -> float:
    """What the total of the stop curve tends to, however far one searches."""
    _check_stop(prior, 1.0, chance_to_see)
    return prior * (1 - chance_to_see) / (1 - prior * chance_to_see)


def worth_searching(
    curve: StopCurve, strip_m: float, mean_distance_m: float, chance_to_see: float, loss_if_left: float, cost_a_m: float
) -> NDArray[np.bool_]:
    """Whether the next strip should be searched at each point of the curve: expected loss avoided against its cost."""
    met_in_strip = curve.beyond * -np.expm1(-strip_m / mean_distance_m) * chance_to_see
    return np.asarray(met_in_strip * loss_if_left > cost_a_m * strip_m, dtype=np.bool_)


def _check_stop(prior: float, mean_distance_m: float, chance_to_see: float) -> None:
    chances = (prior, chance_to_see)
    if not all(0 <= chance <= 1 for chance in chances) or prior * chance_to_see == 1 or not mean_distance_m > 0:
        value = (*chances, mean_distance_m)
        raise fail(
            ErrorCode.HAZARD_PARAMETER, name="prior, chance, distance", value=value, wanted=_("chances, not both 1")
        )
