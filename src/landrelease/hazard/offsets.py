"""A competitor's map as a starting point of another estimator, taken only where it foresees later events better."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid
from landrelease.hazard.evaluate import blocks_by_place, scores_at
from landrelease.hazard.examples import BLOCKS_ACROSS
from landrelease.hazard.looks import LookKind, Looks
from landrelease.hazard.surface import Estimator, Surface
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track

Floats = NDArray[np.float64]

LEAST_SHARE = 1e-6
"""No cell starts lower than this share of the mean: data must be able to raise it again."""


def offset_from(surface: Surface) -> Floats:
    """Log factor of each cell above the mean of the region, shape (rows, columns); 0 outside the region.

    The level is left to the model that takes the offset: the mean factor over the region is 1, but for cells below
    `LEAST_SHARE`.
    """
    items = surface.items_per_m2
    mean = float(np.nanmean(items))
    return np.where(np.isfinite(items), np.log(np.maximum(np.nan_to_num(items) / mean, LEAST_SHARE)), 0.0)


@dataclass(frozen=True)
class OffsetChoice:
    """Whether an offset helps on events that were held back.

    Attributes
    ----------
    gain
        Nats a target event by which the map with the offset gives later events a higher density of place.
    standard_error
        Of the gain, blocks of land taken as independent, not events: events cluster.
    events
        Target events it rests on, at distinct places.
    """

    gain: float
    standard_error: float
    events: int

    @property
    def wins(self) -> bool:
        """Whether the gain is above its standard error; False without an event."""
        return self.events > 0 and self.gain > self.standard_error


def choose_offset(
    source: Estimator,
    plain: Estimator,
    with_offset: Callable[[Floats], Estimator],
    looks: Looks,
    grid: Grid,
    at_year: float,
    *,
    target: LookKind = LookKind.ACCIDENT,
    folds: int = 2,
    fold_years: float = 2.0,
    progress: Progress = SILENT,
) -> OffsetChoice:
    """Judge an offset by blocks of time before a year; nothing from the year on is read.

    For each block, the source, the plain estimator and the one with the source's offset learn from the looks before it,
    and the two maps are scored on the target events in it.

    Parameters
    ----------
    source
        Estimator whose map is the offset, for example `BoostedEstimator`.
    plain, with_offset
        The estimator without an offset, and how one is made with an offset of shape (rows, columns).
    folds, fold_years
        Number and length of the blocks of time, the last ending at `at_year`.
    """
    if folds < 1 or not fold_years > 0:
        raise fail(ErrorCode.HAZARD_PARAMETER, name="folds", value=folds, wanted=_("a valid number of folds"))
    gains, blocks = [], []
    starts = [at_year - fold_years * back for back in range(folds, 0, -1)]
    for start in track(starts, progress, _("Judging the offset"), len(starts)):
        past = looks.before(start)
        later = looks.since(start).before(start + fold_years).of([target]).events().distinct_places()
        if len(past.events()) and len(later):
            offset = offset_from(source.fit(past, grid, start))
            pair = (with_offset(offset).fit(past, grid, start), plain.fit(past, grid, start))
            gain = np.subtract(*(_log_density(surface, later) for surface in pair))
            inside = np.isfinite(gain)
            gains.append(gain[inside])
            block_m = max(grid.shape) * grid.cell_m / BLOCKS_ACROSS
            blocks.append(blocks_by_place(later.x_m, later.y_m, block_m)[inside])
    return _judged(np.concatenate(gains), blocks) if gains else OffsetChoice(float("nan"), float("nan"), 0)


def _log_density(surface: Surface, events: Looks) -> Floats:
    """Log density of place at each event; NaN outside the region."""
    at = scores_at(surface.items_per_m2, surface.grid, events.x_m, events.y_m) / np.nansum(surface.items_per_m2)
    return np.log(np.maximum(at, np.finfo(np.float64).tiny))


def _judged(gains: Floats, blocks: list[NDArray[np.int64]]) -> OffsetChoice:
    if not len(gains):
        return OffsetChoice(float("nan"), float("nan"), 0)
    firsts = np.cumsum([0, *(block.max(initial=-1) + 1 for block in blocks[:-1])])
    labels = np.concatenate([block + first for block, first in zip(blocks, firsts, strict=True)])
    sums = np.bincount(labels, gains - gains.mean())
    return OffsetChoice(float(gains.mean()), float(np.sqrt((sums**2).sum()) / len(gains)), len(gains))
