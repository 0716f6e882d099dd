"""The baselines that every later estimator must beat: distance to past events, and kernel maps.

Both learn from events alone (accidents, finds, evidence, positive sectors); ground searched without a find does not
lower them: see `landrelease.hazard.residual` for that. They count *recorded* events, so they follow reporting as much
as contamination.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid
from landrelease.hazard.looks import KINDS_OF_EVENT, LookKind, Looks
from landrelease.hazard.surface import Surface
from landrelease.i18n import _

Floats = NDArray[np.float64]

TRUNCATE = 4.0
"""Kernels end at this many widths."""

ACCIDENTS_FIRST: Mapping[LookKind, float] = {kind: 1.2 if kind == LookKind.ACCIDENT else 0.2 for kind in KINDS_OF_EVENT}
"""Weights of the prototype (methods B3): an accident counts six times as much as any other event."""


@dataclass(frozen=True)
class Scale:
    """What the total of a baseline map stands for.

    Attributes
    ----------
    items_per_event
        Items on the ground for one recorded event. The default 1 is a convention, not an estimate: as many again as
        were recorded.
    exposure_years
        None: the total over the region is `items_per_event` times the quantity recorded in it. Otherwise the total is
        the quantity expected to be recorded in so many years, at the time-weighted rate of the record.
    kinds
        Kinds that the total counts, for example accidents alone; all that the map learns from where None.
    """

    items_per_event: float = 1.0
    exposure_years: float | None = None
    kinds: frozenset[LookKind] | None = None

    def __post_init__(self) -> None:
        check_positive("items_per_event", self.items_per_event)
        if self.exposure_years is not None:
            check_positive("exposure_years", self.exposure_years)

    def total(self, events: Looks, at_year: float, decay_years: float) -> float:
        """Items that the whole map stands for, from the events in its region."""
        counted = events if self.kinds is None else events.of(self.kinds)
        if self.exposure_years is None:
            return float(counted.quantity.sum()) * self.items_per_event
        span = max(at_year - np.floor(float(events.year.min())), 1.0)
        effective = span if np.isinf(decay_years) else -decay_years * np.expm1(-span / decay_years)
        weighted = float((counted.quantity * decay(counted, at_year, decay_years)).sum())
        return weighted / float(effective) * self.exposure_years * self.items_per_event


@dataclass(frozen=True)
class DistanceEstimator:
    """Intensity that falls with the distance to the nearest past event: ``1 / (1 + (distance / range_m)²)``.

    The order of the cells is that of the distance, whatever `range_m`; the range only shapes the expected counts.
    Distance is taken from the centre of a cell to the event's position.
    """

    range_m: float = 1_000.0
    kinds: frozenset[LookKind] = KINDS_OF_EVENT
    scale: Scale = field(default_factory=Scale)

    def __post_init__(self) -> None:
        check_positive("range_m", self.range_m)

    def fit(self, looks: Looks, grid: Grid, at_year: float) -> Surface:
        """Estimate from the events up to a (decimal) year.

        Raises
        ------
        LandreleaseError
            LR4001 without an event, LR4002 when all lie outside the region.
        """
        events, inside = training_events(looks.of(self.kinds), grid, at_year)
        x, y = grid.centres()
        centres = np.column_stack([np.tile(x, grid.rows), np.repeat(y, grid.columns)])
        distance, _ = cKDTree(np.column_stack([events.x_m, events.y_m])).query(centres)
        shape = 1.0 / (1.0 + (distance.reshape(grid.shape) / self.range_m) ** 2)
        total = self.scale.total(inside, at_year, np.inf)
        return scaled_surface(grid, shape, total, "distance", {"range_m": self.range_m}, events, inside, self.scale)


@dataclass(frozen=True)
class KernelEstimator:
    """Gaussian kernel map of past events, weighted by kind and by age.

    Attributes
    ----------
    width_m
        Standard deviation of the kernel, metres.
    decay_years
        An event of this age counts ``1/e`` as much as one now; infinite for no decay.
    weights
        Weight of each kind; a kind that is missing counts nothing.
    wide_m, wide_share
        A second, wide kernel and its share of the map, for ground away from all events.
    background_share
        Share of the map spread evenly over the region, so that no place is held to be impossible.
    scale
        What the total stands for.
    """

    width_m: float = 2_000.0
    decay_years: float = 3.0
    weights: Mapping[LookKind, float] = field(default_factory=lambda: dict(ACCIDENTS_FIRST))
    wide_m: float = 20_000.0
    wide_share: float = 0.0
    background_share: float = 0.01
    scale: Scale = field(default_factory=Scale)

    def __post_init__(self) -> None:
        for name in ("width_m", "decay_years", "wide_m"):
            check_positive(name, getattr(self, name))
        if self.wide_share < 0 or self.background_share < 0 or self.wide_share + self.background_share > 1:
            shares = (self.wide_share, self.background_share)
            raise fail(
                ErrorCode.HAZARD_PARAMETER, name="shares", value=shares, wanted=_("at least 0 with a sum of at most 1")
            )
        if any(not weight >= 0 for weight in self.weights.values()):
            raise fail(ErrorCode.HAZARD_PARAMETER, name="weights", value=dict(self.weights), wanted=_("at least 0"))

    def fit(self, looks: Looks, grid: Grid, at_year: float) -> Surface:
        """Estimate from the events up to a (decimal) year.

        Raises
        ------
        LandreleaseError
            LR4001 without an event of positive weight, LR4002 when all lie outside the region.
        """
        counted = [kind for kind, weight in self.weights.items() if weight > 0]
        events, inside = training_events(looks.of(counted), grid, at_year)
        weight = inside.quantity * decay(inside, at_year, self.decay_years) * kind_weights(inside, self.weights)
        counts = weighted_counts(inside, weight / weight.sum(), grid)
        shape = self._shape(counts, grid)
        total = self.scale.total(inside, at_year, self.decay_years)
        return scaled_surface(grid, shape, total, "kernel", self._parameters(), events, inside, self.scale)

    def _shape(self, counts: Floats, grid: Grid) -> Floats:
        shape = (1 - self.wide_share - self.background_share) * smooth(counts, self.width_m / grid.cell_m)
        if self.wide_share:
            shape += self.wide_share * smooth(counts, self.wide_m / grid.cell_m)
        cells = grid.rows * grid.columns if grid.mask is None else int(grid.mask.sum())
        return shape + self.background_share / cells

    def _parameters(self) -> dict[str, float | str]:
        weights = ", ".join(f"{kind.value} {weight:g}" for kind, weight in sorted(self.weights.items()))
        return {
            "width_m": self.width_m, "decay_years": self.decay_years, "weights": weights, "wide_m": self.wide_m,
            "wide_share": self.wide_share, "background_share": self.background_share,
        }  # fmt: skip


def smooth(counts: Floats, width_cells: float) -> Floats:
    """Gaussian smoothing on the grid, direct and separable, zero beyond the edge: no noise where there is nothing."""
    return np.asarray(gaussian_filter(counts, width_cells, mode="constant", truncate=TRUNCATE), dtype=np.float64)


def decay(events: Looks, at_year: float, decay_years: float) -> Floats:
    """Weight of each event by its age."""
    return np.asarray(np.exp((events.year - at_year) / decay_years), dtype=np.float64)


def kind_weights(events: Looks, weights: Mapping[LookKind, float]) -> Floats:
    """Weight of each event by its kind."""
    return np.array([weights.get(kind, 0.0) for kind in events.kind], dtype=np.float64)


def weighted_counts(events: Looks, weight: Floats, grid: Grid) -> Floats:
    """Sum of the weights in each cell, shape (rows, columns); all events must lie in the grid."""
    rows, columns = grid.cells_of(events.x_m, events.y_m)
    flat = np.bincount(rows * grid.columns + columns, weights=weight, minlength=grid.rows * grid.columns)
    return np.asarray(flat, dtype=np.float64).reshape(grid.shape)


def in_region(looks: Looks, grid: Grid) -> NDArray[np.bool_]:
    """Whether each look lies in a cell of the region."""
    rows, columns = grid.cells_of(looks.x_m, looks.y_m)
    inside = grid.contains(rows, columns)
    if grid.mask is not None:
        inside[inside] = grid.mask[rows[inside], columns[inside]]
    return inside


def check_positive(name: str, value: float) -> None:
    """Refuse what is not a number above 0."""
    if not value > 0:
        raise fail(ErrorCode.HAZARD_PARAMETER, name=name, value=value, wanted=_("greater than 0"))


def training_events(looks: Looks, grid: Grid, at_year: float) -> tuple[Looks, Looks]:
    """Events up to a year, and those of them inside the region; refused where there is none (LR4001, LR4002)."""
    events = looks.events()
    events = events.where(events.year <= at_year)
    if not len(events):
        raise fail(ErrorCode.EVENTS_NONE)
    inside = events.where(in_region(events, grid))
    if not len(inside):
        raise fail(ErrorCode.EVENTS_OUTSIDE_GRID, count=len(events))
    return events, inside


def scaled_surface(
    grid: Grid, shape: Floats, total: float, method: str, parameters: Mapping[str, float | str],
    events: Looks, inside: Looks, scale: Scale,
) -> Surface:  # fmt: skip
    """Surface of a shape, brought to the total of a scale inside the region."""
    inside_shape = shape if grid.mask is None else np.where(grid.mask, shape, np.nan)
    items = inside_shape * (total / np.nansum(inside_shape) / grid.cell_area_m2)
    said: dict[str, float | str] = {
        "events": float(len(inside)), "events_outside": float(len(events) - len(inside)),
        "total_items": total, "items_per_event": scale.items_per_event,
    }  # fmt: skip
    if scale.exposure_years is not None:
        said["exposure_years"] = scale.exposure_years
    return Surface(grid, items, method, {**parameters, **said})
