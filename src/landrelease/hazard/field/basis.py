"""Whitened cosine basis of a stationary Gaussian field on a grid: every product costs O(n log n).

A field is ``f = T(s z)`` with independent standard normal ``z``, ``T`` the orthonormal inverse cosine transform and
``s²`` the Matérn spectrum. A sum of independent fields is one field whose spectra add up, so that a short and a long
range cost no more than one. The basis mirrors the field at the edges: variance there is up to double; a margin keeps
that away from the region.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn, idctn

from landrelease.hazard.baselines import check_positive

Floats = NDArray[np.float64]
"""Inside a solve also of single precision: transforms keep what they are given."""

WORKERS = 2
"""Threads of one transform, where nothing else is said."""

THREADED_CELLS = 65_536
"""Smaller transforms take one thread: to start another costs more than it saves."""

_threads: ContextVar[int] = ContextVar("transform_threads", default=WORKERS)


def threads() -> int:
    """Threads that one transform may use here and now."""
    return _threads.get()


@contextmanager
def transform_threads(count: int) -> Iterator[None]:
    """Let every transform inside the block use so many threads: one where processes share the cores."""
    token = _threads.set(count)
    try:
        yield
    finally:
        _threads.reset(token)


@dataclass(frozen=True, slots=True)
class Matern:
    """One Matérn field of smoothness 1.

    Attributes
    ----------
    range_m
        Distance at which correlation has fallen to about .14.
    sd
        Marginal standard deviation of log intensity.
    """

    range_m: float
    sd: float

    def __post_init__(self) -> None:
        check_positive("range_m", self.range_m)
        check_positive("sd", self.sd)


def spectrum(shape: tuple[int, int], cell_m: float, terms: Sequence[Matern], site_sd: float = 0.0) -> Floats:
    """Variance of each cosine mode, shape `shape`, so that the mean marginal variance is that of the terms.

    `site_sd` adds an effect of each cell by itself (white spectrum): repeated events at one place.
    """
    squared = _squared_frequency(shape)
    total = np.full(shape, float(site_sd) ** 2)
    for term in terms:
        density = (8.0 / (term.range_m / cell_m) ** 2 + squared) ** -2.0
        total += density * (term.sd**2 * density.size / density.sum())
    return total


def _squared_frequency(shape: tuple[int, int]) -> Floats:
    rows, columns = (np.pi * np.arange(count) / count for count in shape)
    return np.asarray(rows[:, None] ** 2 + columns[None, :] ** 2, dtype=np.float64)


def to_cells(modes: Floats, overwrite: bool = False) -> Floats:
    """Values in cells of cosine coefficients; with `overwrite` in their place."""
    return np.asarray(idctn(modes, norm="ortho", workers=_threads_of(modes), overwrite_x=overwrite), dtype=modes.dtype)


def to_modes(cells: Floats, overwrite: bool = False) -> Floats:
    """Cosine coefficients of values in cells; with `overwrite` in their place."""
    return np.asarray(dctn(cells, norm="ortho", workers=_threads_of(cells), overwrite_x=overwrite), dtype=cells.dtype)


def _threads_of(values: Floats) -> int:
    return threads() if values.size >= THREADED_CELLS else 1


def covariance_with(variance: Floats, row: int, column: int) -> Floats:
    """Prior covariance of every cell with one cell, shape of the grid."""
    impulse = np.zeros(variance.shape)
    impulse[row, column] = 1.0
    return to_cells(variance * to_modes(impulse))


def resample_modes(modes: Floats, scale: Floats, fine_shape: tuple[int, int], fine_scale: Floats) -> Floats:
    """Whitened coefficients on a finer grid that give the same field as those of a coarser one, where both have modes.

    `scale` and `fine_scale` are the square roots of the two spectra.
    """
    rows, columns = min(modes.shape[0], fine_shape[0]), min(modes.shape[1], fine_shape[1])
    fine = np.zeros(fine_shape)
    ratio = np.sqrt(fine_shape[0] * fine_shape[1] / modes.size)
    fine[:rows, :columns] = modes[:rows, :columns] * scale[:rows, :columns] * ratio / fine_scale[:rows, :columns]
    return fine
