"""Why an estimate says what it says of a place: which observations and covariates moved it, and by how much.

For a field the account is one of factors on the expected items, against ordinary ground: the fitted level of the region
at the uncertainty of the place, without a covariate or look that speaks of it. It is exact: the product of all factors,
the reference and the area is the answer. What was reported nearby and where nothing was are one factor a stream of
reports, with its parts inside. A polygon stands for its cells, each weighted by its expected items; the factors are
geometric means over them.

For a kernel map the account is one of shares: an event's kernel at the place over the sum of all kernels. For any other
estimate only the distance of the nearest observations is told; no amounts are made up.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, fail
from landrelease.hazard.answers import check_shape
from landrelease.hazard.baselines import in_region, smooth
from landrelease.hazard.field.estimator import FieldSurface
from landrelease.hazard.influence import Influence, influence_of
from landrelease.hazard.looks import Looks
from landrelease.hazard.reasons import Reason, ReasonKind, distances_of, fold, group_looks, of_stream
from landrelease.hazard.shares import shares_matrix
from landrelease.hazard.surface import Surface
from landrelease.i18n import _

Floats = NDArray[np.float64]
MOST = 12
"""Reasons told one by one."""

LEAST = 0.05
"""A group of looks that moves the estimate by less than 5 % is told with the others."""

NEAREST = 5
"""Events told of an estimate that cannot be taken apart."""


@dataclass(frozen=True)
class Explanation:
    """What makes up the estimate of a place.

    Attributes
    ----------
    expected_items
        At the place, now.
    area_m2
        Of the place, as far as it lies in the region.
    reference_per_m2
        Items per m² that the factors start from; None in an account of shares or of distances.
    reasons
        Strongest first.
    method
        Name of the estimator.
    """

    expected_items: float
    area_m2: float
    reference_per_m2: float | None
    reasons: tuple[Reason, ...]
    method: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The explanation in words, in the user's language: the figure, the reference, one line a reason."""
        hectares = self.area_m2 / 1e4
        said = [
            _("{items} expected items on {hectares} ha").format(
                items=f"{self.expected_items:.3g}", hectares=f"{hectares:.3g}"
            )
        ]
        if self.reference_per_m2 is not None:
            ordinary = f"{self.reference_per_m2 * self.area_m2:.3g}"
            said.append(_("Ordinary ground, known no better, would have {items}").format(items=ordinary))
        return (*said, *(reason.text for reason in self.reasons))


def explain(
    surface: Surface,
    place: tuple[int, int] | BaseGeometry,
    looks: Looks,
    at_year: float | None = None,
    most: int = MOST,
    least: float = LEAST,
) -> Explanation:
    """Say which looks and covariates moved the estimate of a place.

    Parameters
    ----------
    surface
        Of any estimator; a field's keeps the looks that it read.
    place
        Row and column of a cell, or a polygon in the grid's system.
    looks
        What a baseline was fitted to, in the grid's system.
    at_year
        Year that a baseline was fitted for; later events are left out. None takes all.
    most
        Reasons told one by one at most; the others are told together.
    least
        Strength (log of a factor, or a share) below which a reason is told with the others.

    Raises
    ------
    LandreleaseError
        LR4050 for ground outside the region, LR4051 for a shape without an area or that crosses itself.
    """
    shape, shares = _shares(surface, place)
    items = np.nan_to_num(surface.items_per_m2) * shares
    area, expected = float(shares.sum()) * surface.grid.cell_area_m2, float(items.sum()) * surface.grid.cell_area_m2
    weights = items / items.sum() if items.sum() > 0 else shares / shares.sum()
    influence = influence_of(surface) if isinstance(surface, FieldSurface) else None
    if influence is not None and expected > 0:
        reasons, reference = _of_field(influence, shape, weights, math.log(expected / area))
        return Explanation(expected, area, reference, fold(reasons, most, least), surface.method)
    events = _past(looks, at_year)
    events = events.where(in_region(events, surface.grid))
    distances = distances_of(events, shape)
    if surface.method.startswith("kernel") and expected > 0 and len(events):
        reasons = _kernel_shares(surface, events, distances, shares, at_year)
        return Explanation(expected, area, None, fold(reasons, most, least), surface.method)
    return Explanation(expected, area, None, _nearest(events, distances), surface.method)


def _shares(surface: Surface, place: tuple[int, int] | BaseGeometry) -> tuple[BaseGeometry, Floats]:
    """Shape of a place, and the share of each known cell inside it, shape (rows, columns)."""
    grid = surface.grid
    if isinstance(place, tuple):
        row, column = place
        if not (0 <= row < grid.rows and 0 <= column < grid.columns):
            raise fail(ErrorCode.ANSWER_OUTSIDE_REGION)
        west, north = grid.x_min_m + column * grid.cell_m, grid.y_max_m - row * grid.cell_m
        place = shapely.box(west, north - grid.cell_m, west + grid.cell_m, north)
    check_shape(place)
    shares = shares_matrix(grid, [place]).toarray().reshape(grid.shape)
    shares = np.where(np.isfinite(surface.items_per_m2), shares, 0.0)
    if not shares.any():
        raise fail(ErrorCode.ANSWER_OUTSIDE_REGION)
    return place, shares


def _of_field(
    influence: Influence, shape: BaseGeometry, weights: Floats, log_density: float
) -> tuple[list[Reason], float]:
    """All reasons of a field's answer, and the reference that they start from."""
    pull = influence.covariance_with(weights).ravel()
    looks, distances = influence.looks, distances_of(influence.looks, shape)
    moved = np.asarray(influence.pulls @ pull)
    reasons = group_looks(looks, np.where(np.isin(influence.stream, list(influence.silence)), 0.0, moved), distances)
    reasons += group_looks(looks, influence.removed @ weights.ravel(), distances, ReasonKind.SEARCHED)
    for stream, slope in influence.silence.items():
        groups = group_looks(looks, np.where(influence.stream == stream, moved, 0.0), distances)
        reasons.append(of_stream(stream, groups, float(slope.ravel() @ pull)))
    reasons += [
        Reason(ReasonKind.COVARIATE, math.exp(float((cells * weights).sum())), subject=name)
        for name, cells in influence.effects.items()
    ]
    told = math.fsum(math.log(reason.factor) for reason in reasons if reason.factor is not None)
    log_reference = float((influence.log_reference * weights).sum())
    reasons.append(Reason(ReasonKind.UNEVENNESS, math.exp(log_density - log_reference - told)))
    return reasons, math.exp(log_reference)


def _past(looks: Looks, at_year: float | None) -> Looks:
    events = looks.events()
    return events if at_year is None else events.where(events.year <= at_year)


def _kernel_shares(
    surface: Surface, events: Looks, distances: Floats, shares: Floats, at_year: float | None
) -> list[Reason]:
    """Share of each event's kernels in the expected items of the place, and that of the even background.

    A kernel is as high at the place as one from the place is at the event, so the map's own smoothing of the place,
    read at the events, gives every event's share at once.
    """
    said = {name: value for name, value in surface.parameters.items() if isinstance(value, float)}
    weights = _kind_weights(str(surface.parameters.get("weights", "")))
    amount = events.quantity * np.array([weights.get(str(kind), 0.0) for kind in events.kind])
    amount *= np.exp((events.year - (events.year.max() if at_year is None else at_year)) / said["decay_years"])
    wide, even, cell_m = said["wide_share"], said["background_share"], surface.grid.cell_m
    seen = (1 - wide - even) * smooth(shares, said["width_m"] / cell_m)
    if wide:
        seen += wide * smooth(shares, said["wide_m"] / cell_m)
    of_events = amount / amount.sum() * seen[surface.grid.cells_of(events.x_m, events.y_m)]
    background = even * float(shares.sum()) / int(np.isfinite(surface.items_per_m2).sum())
    whole = float(of_events.sum()) + background
    reasons = group_looks(events, of_events / whole, distances, shares=True)
    return [*reasons, Reason(ReasonKind.BACKGROUND, share=background / whole)]


def _kind_weights(text: str) -> dict[str, float]:
    """Read ``accident 1.2, find 0.2`` as the surface's parameters carry it."""
    pairs = (each.rsplit(" ", 1) for each in text.split(", ") if each)
    return {kind: float(weight) for kind, weight in pairs}


def _nearest(events: Looks, distances: Floats) -> tuple[Reason, ...]:
    """The nearest events, each by itself, without an amount."""
    nearest = np.argsort(distances, kind="stable")[:NEAREST]
    reasons = []
    for index in nearest:
        alone = np.zeros(len(events))
        alone[index] = 1.0
        reasons += [replace(each, share=None) for each in group_looks(events, alone, distances, shares=True)]
    return tuple(reasons)
