"""Effects: linear maps from standard normal coefficients to log intensity in cells."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from landrelease.hazard.field.basis import THREADED_CELLS, threads, to_cells, to_modes
from landrelease.hazard.field.frame import FACTOR, coarsen

Floats = NDArray[np.float64]
Coefficients = list[Floats]
"""One array an effect."""

Result = TypeVar("Result")

PART = 32_768
"""Numbers that sums in place take at a time."""


class Effect(Protocol):
    """A Gaussian prior over maps, written as a linear map of standard normal coefficients."""

    def zeros(self) -> Floats:
        """Coefficients of the prior mean."""
        ...

    def cells(self, coefficients: Floats) -> Floats:
        """Log intensity in cells, shape (rows, columns)."""
        ...

    def adjoint(self, cells: Floats) -> Floats:
        """The transpose: from a gradient in cells to a gradient in coefficients."""
        ...

    def precondition(self, curvature: Floats) -> Floats:
        """Approximate inverse of the diagonal of ``1 + B' W B`` for a curvature `W` in cells."""
        ...


@dataclass(frozen=True, eq=False)
class FieldEffect:
    """A stationary field; `scale` is the square root of the variance of each cosine mode."""

    scale: Floats

    def zeros(self) -> Floats:
        """Coefficients of the prior mean."""
        return np.zeros_like(self.scale)

    def cells(self, coefficients: Floats) -> Floats:
        """Log intensity in cells."""
        return to_cells(self.scale * coefficients, overwrite=True)

    def adjoint(self, cells: Floats) -> Floats:
        """Gradient in the coefficients of a gradient in cells."""
        modes = to_modes(cells)
        modes *= self.scale
        return modes

    def precondition(self, curvature: Floats) -> Floats:
        """Approximate inverse of the Hessian's diagonal."""
        return np.asarray(1.0 / (1.0 + curvature.mean() * self.scale**2))


@dataclass(frozen=True, eq=False)
class DesignEffect:
    """Named columns with independent normal coefficients.

    Attributes
    ----------
    columns
        Shape (p, rows, columns).
    sd
        Prior standard deviation of each coefficient, shape (p,).
    names
        Of the columns.
    """

    columns: Floats
    sd: Floats
    names: tuple[str, ...]

    def zeros(self) -> Floats:
        """Coefficients of the prior mean."""
        return np.zeros(len(self.sd))

    def cells(self, coefficients: Floats) -> Floats:
        """Log intensity in cells."""
        return np.asarray(np.tensordot(self.sd * coefficients, self.columns, axes=1))

    def adjoint(self, cells: Floats) -> Floats:
        """Gradient in the coefficients of a gradient in cells."""
        return np.asarray(self.sd * np.tensordot(self.columns, cells, axes=2))

    def precondition(self, curvature: Floats) -> Floats:
        """Approximate inverse of the Hessian's diagonal."""
        return np.asarray(1.0 / (1.0 + self.sd**2 * np.tensordot(self.columns**2, curvature, axes=2)))


@dataclass(frozen=True)
class LevelEffect:
    """A number that is the same everywhere, with a normal prior of standard deviation `sd`."""

    shape: tuple[int, int]
    sd: float

    def zeros(self) -> Floats:
        """Coefficients of the prior mean."""
        return np.zeros(1)

    def cells(self, coefficients: Floats) -> Floats:
        """Log intensity in cells."""
        return np.broadcast_to(self.sd * coefficients[:, None], self.shape)

    def adjoint(self, cells: Floats) -> Floats:
        """Gradient in the coefficients of a gradient in cells."""
        return np.array([self.sd * cells.sum()])

    def precondition(self, curvature: Floats) -> Floats:
        """Approximate inverse of the Hessian's diagonal."""
        return np.array([1.0 / (1.0 + self.sd**2 * curvature.sum())])


def coarser_effect(effect: Effect, factor: int = FACTOR) -> Effect:
    """The effect on cells `factor` times as wide; a field keeps its wide modes."""
    if isinstance(effect, FieldEffect):
        rows, columns = (count // factor for count in effect.scale.shape)
        return FieldEffect(effect.scale[:rows, :columns] / factor)
    if isinstance(effect, DesignEffect):
        return replace(effect, columns=np.array([coarsen(column, factor) for column in effect.columns]) / factor**2)
    if isinstance(effect, LevelEffect):
        return replace(effect, shape=(effect.shape[0] // factor, effect.shape[1] // factor))
    raise TypeError(type(effect))


def single_effect(effect: Effect) -> Effect:
    """The effect in single precision."""
    if isinstance(effect, FieldEffect):
        return FieldEffect(effect.scale.astype(np.float32))
    if isinstance(effect, DesignEffect):
        return replace(effect, columns=effect.columns.astype(np.float32), sd=effect.sd.astype(np.float32))
    return effect


def blocks(shape: tuple[int, int]) -> list[slice]:
    """Rows of a map that together stay in the cache."""
    step = max(1, PART // max(shape[1], 1))
    return [slice(start, start + step) for start in range(0, shape[0], step)]


def in_parts(work: Callable[[slice], Result], shape: tuple[int, int]) -> list[Result]:
    """Do work on some rows of a map after the other, in threads where the map is large; results in order."""
    rows = blocks(shape)
    if threads() < 2 or shape[0] * shape[1] < THREADED_CELLS:
        return [work(some) for some in rows]
    with ThreadPoolExecutor(threads()) as pool:
        return list(pool.map(work, rows))


def dot(left: Sequence[Floats], right: Sequence[Floats]) -> float:
    """Inner product of two sets of coefficients, without BLAS: the start of its threads costs more than they save.

    In parts, each summed in double precision with the others, so that single precision loses nothing by their number.
    """
    total = 0.0
    for a, b in zip(left, right, strict=True):
        flat, more = a.reshape(-1), b.reshape(-1)
        for start in range(0, flat.size, PART):
            total += float(np.einsum("i,i", flat[start : start + PART], more[start : start + PART]))
    return total


def add(left: Sequence[Floats], factor: float, right: Sequence[Floats]) -> Coefficients:
    """``left + factor * right``."""
    return [a + factor * b for a, b in zip(left, right, strict=True)]


def advance(left: Sequence[Floats], factor: float, right: Sequence[Floats]) -> None:
    """``left += factor * right`` in place, in parts that stay in the cache: a map's worth of scratch is dear."""
    for a, b in zip(left, right, strict=True):
        if not a.flags.c_contiguous:  # flat would be a copy
            a += factor * b
            continue
        flat, more = a.reshape(-1), b.reshape(-1)
        for start in range(0, flat.size, PART):
            flat[start : start + PART] += factor * more[start : start + PART]
