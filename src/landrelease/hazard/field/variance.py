"""How uncertain log intensity is in each cell, without inverting anything.

A local formula (what a stationary field keeps of its variance under the curvature around the cell) gives the shape; the
level comes from a few exact draws, compared in classes of that formula. The posterior mean of an intensity is
``exp(m + v / 2)``: without `v` a map's total over ground that nobody searched would be too low, or, where its level is
fitted to the total found, too high.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from landrelease.hazard.field.basis import Matern, spectrum, to_cells, to_modes
from landrelease.hazard.field.settings import FieldSettings

Floats = NDArray[np.float64]

CLASSES, CELLS_IN_A_CLASS = 12, 60
"""Classes of the local formula in which it is compared with draws: at most, and cells that one has at least."""

TINY = 1e-9
"""A field of a smaller standard deviation is none."""

CURVATURES = np.concatenate([[0.0], np.geomspace(1e-8, 1e4, 60)])
"""Curvatures at which the kept variance is tabulated."""


def local_variance(settings: FieldSettings, curvature: Floats, cell_m: float) -> Floats:
    """Posterior variance that a field would have if the curvature around a cell went on for ever.

    From the finest effect to the widest: what is left uncertain below blurs what the wider one can learn.
    """
    return _learned(settings, curvature, cell_m)[0]


def curvature_for_wide(settings: FieldSettings, curvature: Floats, cell_m: float) -> Floats:
    """What the curvature in cells leaves for effects wider than the short field to learn from."""
    return _learned(replace(settings, long=replace(settings.long, sd=TINY)), curvature, cell_m)[1]


def variance_without_long(settings: FieldSettings, curvature: Floats, cell_m: float) -> Floats:
    """The part of `local_variance` that is not the long field's."""
    return _learned(replace(settings, long=replace(settings.long, sd=TINY)), curvature, cell_m)[0]


def variance_of_long(settings: FieldSettings, left: Floats, cell_m: float, cells: tuple[float, float]) -> Floats:
    """The part of `local_variance` that is the long field's, on a coarser grid.

    Parameters
    ----------
    left
        Mean over each coarser cell of `curvature_for_wide`.
    cells
        Cells of `cell_m` that a coarser one is high and wide.
    """
    width = settings.long.range_m / 2 / cell_m
    seen = np.maximum(_blurred(left, width / cells[0], width / cells[1]), 0.0)
    return _kept(settings.long, seen, cell_m)


def _learned(settings: FieldSettings, curvature: Floats, cell_m: float) -> tuple[Floats, Floats]:
    """Variance kept in each cell, and the curvature left after all effects."""
    seen, total = np.maximum(curvature, 0.0), np.zeros(curvature.shape)
    if settings.site_sd > 0:
        kept = settings.site_sd**2 / (1.0 + settings.site_sd**2 * seen)
        total += kept
        seen = seen / (1.0 + kept * seen)
    for term in (settings.short, settings.long):
        if term.sd <= TINY:
            continue
        width = term.range_m / 2 / cell_m
        seen = np.maximum(_blurred(seen, width, width), 0.0)
        kept = _kept(term, seen, cell_m)
        total += kept
        seen = seen / (1.0 + kept * seen)
    return total, seen


def _kept(term: Matern, curvature: Floats, cell_m: float) -> Floats:
    side = int(np.clip(8 * term.range_m / cell_m, 16, 256))
    variance = spectrum((side, side), cell_m, [term])
    table = np.array([float((variance / (1.0 + variance * level)).mean()) for level in CURVATURES])
    return np.asarray(np.interp(np.log1p(curvature / 1e-8), np.log1p(CURVATURES / 1e-8), table))


def _blurred(cells: Floats, height: float, width: float) -> Floats:
    """Gaussian blur on the cosine basis."""
    rows, columns = (
        np.exp(-0.5 * (blur * np.pi * np.arange(count) / count) ** 2)
        for blur, count in zip((height, width), cells.shape, strict=True)
    )
    return to_cells(to_modes(cells) * rows[:, None] * columns[None, :])


def bounded(variance: Floats, curvature: Floats, settings: FieldSettings) -> Floats:
    """The variance, as far as a cell's own looks allow it.

    Whatever the looks around it say, a cell with prior variance `K` and curvature `w` of its own keeps no more than
    ``K / (1 + K w)``: more looks never add uncertainty. The local formula is smoothed over cells and knows nothing of
    one among them in which a search found hundreds. `K` is twice the settings', for the basis mirrors at the edges.
    """
    prior = 2.0 * settings.variance
    return np.asarray(np.minimum(variance, prior / (1.0 + prior * np.maximum(curvature, 0.0))))


def damped(before: Floats, now: Floats) -> Floats:
    """Half way, in logarithms, between the variance of the round before and this one's.

    More variance raises the expected count of a cell, which lowers its variance: alone, the rounds may swing about the
    fixed point; half way they close in on it.
    """
    return np.asarray(np.sqrt(before * now))


def calibrated(local: Floats, draws: Sequence[Floats], inside: NDArray[np.bool_]) -> Floats:
    """The local variance, scaled class by class to the mean square of draws about the mode.

    Parameters
    ----------
    local
        `local_variance`, shape (rows, columns).
    draws
        Deviations from the mode, each of the same shape.
    inside
        Cells to compare.
    """
    values = local[inside]
    classes = int(np.clip(len(values) // CELLS_IN_A_CLASS, 1, CLASSES))
    edges = np.unique(np.quantile(values, np.linspace(0, 1, classes + 1)))
    if len(edges) < 3:
        return np.asarray(local * (np.mean([np.mean(draw[inside] ** 2) for draw in draws]) / values.mean()))
    label = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    count = np.bincount(label, minlength=len(edges) - 1)
    square = np.mean([np.bincount(label, draw[inside] ** 2, len(edges) - 1) for draw in draws], axis=0)
    expected = np.bincount(label, values, len(edges) - 1)
    kept = count > 0
    centre, ratio = (expected / np.maximum(count, 1))[kept], (square[kept] / expected[kept])
    return np.asarray(local * np.interp(local, centre, ratio))
