"""What all tiles have in common: the wide modes of the long field, levels, covariates.

The long field cannot be learned in a tile alone. Its wide cosine modes, those of the frame of the whole territory, are
coefficients of all tiles together; what is left of it (the narrow modes, a few per cent of its variance) joins the
short field in each tile. Tiles hand over the slope of their log posterior in the wide coefficients, exactly, and their
curvature on a coarse grid, which only sets the length of the steps: where the slopes sum to zero is the mode of the
one-shot fit, but for what a halo cuts off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from landrelease.hazard.field.basis import Matern
from landrelease.hazard.field.draws import LEFT, MOST
from landrelease.hazard.field.effects import Coefficients, DesignEffect, Effect, FieldEffect, LevelEffect, add, dot
from landrelease.hazard.field.precondition import Curvature, conjugate_gradients, make_preconditioner
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.field.tiling import Tile

Floats = NDArray[np.float64]

CUT = 20.0
"""Wide modes are those up to this wave number times the long range: all but about 2 % of the variance."""

CHUNK = 256
"""Rows of the spectrum that are summed at once."""

REMEMBERED = 5
"""Sweeps that extrapolation looks back on."""


class Kind(Enum):
    """Kinds of common effects."""

    MODES = "modes"
    LEVEL = "level"
    HAZARD = "hazard"
    REPORTING = "reporting"
    OWN = "own"


@dataclass(frozen=True, eq=False)
class Band:
    """A Matérn field on a frame, cut into wide modes and the rest.

    Attributes
    ----------
    term
        The field.
    factor
        Variance of a mode divided by its density: that of the whole frame.
    wide
        Square root of the variance of the wide modes, shape (modes by row, modes by column).
    shape
        Of the frame.
    cell_m
        Side of a cell.
    """

    term: Matern
    factor: float
    wide: Floats
    shape: tuple[int, int]
    cell_m: float

    def variance(self, shape: tuple[int, int], narrow: bool) -> Floats:
        """Variance of each mode in a tile of this shape; with `narrow` without the wide ones."""
        rows, columns = (np.pi * np.arange(count) / count for count in shape)
        found = _density(self.term, self.cell_m, rows, columns) * self.factor
        if narrow:
            cuts = [np.pi * modes / count for modes, count in zip(self.wide.shape, self.shape, strict=True)]
            found[np.ix_(rows < cuts[0], columns < cuts[1])] = 0.0
        return found

    def on(self, tile: Tile) -> "CosineEffect":
        """The wide modes in the cells of a tile."""
        left, right = (
            _cosines(count, modes, part)
            for count, modes, part in zip(self.shape, self.wide.shape, tile.outer, strict=True)
        )
        return CosineEffect(left, right, self.wide)


def make_band(term: Matern, shape: tuple[int, int], cell_m: float) -> Band:
    """Cut a field on a frame."""
    rows, columns = (np.pi * np.arange(count) / count for count in shape)
    parts = range(0, shape[0], CHUNK)
    total = sum(float(_density(term, cell_m, rows[start : start + CHUNK], columns).sum()) for start in parts)
    factor = term.sd**2 * shape[0] * shape[1] / total
    cut = CUT * cell_m / term.range_m
    modes = [int(min(count, np.ceil(cut * count / np.pi) + 1)) for count in shape]
    wide = np.sqrt(_density(term, cell_m, rows[: modes[0]], columns[: modes[1]]) * factor)
    return Band(term, factor, wide, shape, cell_m)


def _density(term: Matern, cell_m: float, rows: Floats, columns: Floats) -> Floats:
    squared = rows[:, None] ** 2 + columns[None, :] ** 2
    return np.asarray((8.0 / (term.range_m / cell_m) ** 2 + squared) ** -2.0)


def _cosines(count: int, modes: int, part: slice) -> Floats:
    """Orthonormal cosines over `count` cells, at some of them; shape (cells, modes)."""
    at = (np.arange(part.start, part.stop) + 0.5) / count
    found = np.sqrt(2.0 / count) * np.cos(np.pi * at[:, None] * np.arange(modes)[None, :])
    found[:, 0] = np.sqrt(1.0 / count)
    return np.asarray(found)


@dataclass(frozen=True, eq=False)
class CosineEffect:
    """Wide modes of a frame, in the cells of a tile."""

    left: Floats
    right: Floats
    scale: Floats

    def zeros(self) -> Floats:
        """Coefficients of the prior mean."""
        return np.zeros(self.scale.shape)

    def cells(self, coefficients: Floats) -> Floats:
        """Log intensity in cells."""
        return np.asarray(self.left @ (self.scale * coefficients) @ self.right.T)

    def adjoint(self, cells: Floats) -> Floats:
        """Gradient in the coefficients of a gradient in cells."""
        return np.asarray(self.scale * (self.left.T @ cells @ self.right))

    def precondition(self, curvature: Floats) -> Floats:
        """Approximate inverse of the Hessian's diagonal."""
        return np.asarray(1.0 / (1.0 + curvature.mean() * self.scale**2))


@dataclass(frozen=True, eq=False)
class Plan:
    """What every tile is told before it starts.

    Attributes
    ----------
    settings
        Of the fit.
    long, own
        The long field and, where reports have one, the field of their own.
    short
        The short field, all of it the tiles'.
    kinds, sds
        Kind of each common effect, and prior standard deviations of levels and covariates.
    streams, members, constants
        Names of the streams, the common effects of each, and the fixed part of its log rate.
    years
        Weighted years that reports stand for.
    areas
        Of each look on a footprint, by stream and place in the record: m² times chance over the whole territory.
    """

    settings: FieldSettings
    long: Band
    short: Band
    own: Band | None
    kinds: tuple[Kind, ...]
    sds: tuple[Floats, ...]
    streams: tuple[str, ...]
    members: tuple[tuple[int, ...], ...]
    constants: tuple[float, ...]
    years: float
    areas: dict[tuple[str, str], float]

    @property
    def coarse(self) -> tuple[int, int]:
        """Shape of the grid on which curvature is summed: two cells a wide mode."""
        modes = [2 * count for count in self.long.wide.shape]
        rows, columns = (
            min(16 * -(-m // 16), 4 * max(count // 4, 1)) for m, count in zip(modes, self.long.shape, strict=True)
        )
        return rows, columns

    def effects(self, shape: tuple[int, int], tile: Tile | None, columns: dict[Kind, Floats]) -> tuple[Effect, ...]:
        """The common effects on the cells of a tile, or (without a tile) on the coarse grid."""
        found: list[Effect] = []
        for kind, sd in zip(self.kinds, self.sds, strict=True):
            if kind in (Kind.MODES, Kind.OWN):
                band = self.long if kind == Kind.MODES else self.own
                assert band is not None
                found.append(band.on(tile) if tile is not None else _coarse_field(band, shape))
            elif kind == Kind.LEVEL:
                found.append(LevelEffect(shape, float(sd[0])))
            else:
                found.append(DesignEffect(columns[kind], sd, tuple(str(i) for i in range(len(sd)))))
        return tuple(found)

    def zeros(self) -> Coefficients:
        """Common coefficients of the prior mean."""
        bands = {Kind.MODES: self.long, Kind.OWN: self.own}
        return [
            np.zeros(band.wide.shape) if (band := bands.get(kind)) is not None else np.zeros(len(sd))
            for kind, sd in zip(self.kinds, self.sds, strict=True)
        ]


def _coarse_field(band: Band, shape: tuple[int, int]) -> FieldEffect:
    rows, columns = min(shape[0], band.wide.shape[0]), min(shape[1], band.wide.shape[1])
    scale = np.zeros(shape)
    ratio = np.sqrt(shape[0] * shape[1] / (band.shape[0] * band.shape[1]))
    scale[:rows, :columns] = band.wide[:rows, :columns] * ratio
    return FieldEffect(scale)


@dataclass(frozen=True, eq=False)
class WideCurvature:
    """Approximate Hessian of the common coefficients, with the tiles' own fields following each step."""

    plan: Plan
    curvature: Curvature

    def solve(self, right: Coefficients, leave: float = 1e-4) -> Coefficients:
        """Newton step for a slope."""
        wide = self._padded(right)
        found, _used = conjugate_gradients(self.curvature, wide, make_preconditioner(self.curvature), 200, leave)
        return self._cropped(found, right)

    def draw(self, generator: np.random.Generator) -> Coefficients:
        """Draw of the common coefficients about the mode."""
        right = [generator.standard_normal(effect.zeros().shape) for effect in self.curvature.effects]
        for members, weight in zip(self.curvature.members, self.curvature.weights, strict=True):
            noise = np.sqrt(weight) * generator.standard_normal(weight.shape)
            for index in members:
                right[index] = right[index] + self.curvature.effects[index].adjoint(noise)
        ready = make_preconditioner(self.curvature)
        return self._cropped(conjugate_gradients(self.curvature, right, ready, MOST, LEFT)[0], self.plan.zeros())

    def _padded(self, coefficients: Coefficients) -> Coefficients:
        return [_into(effect.zeros(), part) for effect, part in zip(self.curvature.effects, coefficients, strict=True)]

    def _cropped(self, coefficients: Coefficients, like: Coefficients) -> Coefficients:
        return [_into(np.zeros(shaped.shape), part) for shaped, part in zip(like, coefficients, strict=True)]

    def size(self, step: Coefficients) -> float:
        """Largest change of a log rate that a step makes."""
        padded = self._padded(step)
        maps = [effect.cells(part) for effect, part in zip(self.curvature.effects, padded, strict=True)]
        return max(float(np.abs(sum(maps[i] for i in members)).max()) for members in self.plan.members)


def _into(zeros: Floats, part: Floats) -> Floats:
    """Values laid into an array of another size, as far as both reach."""
    shared = tuple(slice(min(sizes)) for sizes in zip(zeros.shape, part.shape, strict=True))
    zeros[shared] = part[shared]
    return zeros


class Extrapolation:
    """Anderson's mixing of fixed-point steps: the combination of past steps that leaves least."""

    def __init__(self) -> None:
        self.points: list[Coefficients] = []
        self.steps: list[Coefficients] = []

    def next(self, point: Coefficients, step: Coefficients) -> Coefficients:
        """Where to go from a point whose own step is this."""
        self.points, self.steps = [*self.points, point][-REMEMBERED:], [*self.steps, step][-REMEMBERED:]
        weights = self._weights()
        moved = [add(p, 1.0, s) for p, s in zip(self.points, self.steps, strict=True)]
        found = [np.zeros_like(part) for part in point]
        for weight, there in zip(weights, moved, strict=True):
            found = add(found, float(weight), there)
        return found

    def _weights(self) -> Floats:
        count = len(self.steps)
        if count == 1:
            return np.ones(1)
        gram = np.array([[dot(one, other) for other in self.steps] for one in self.steps])
        gram[np.diag_indices(count)] += 1e-8 * np.trace(gram)
        weights = np.linalg.solve(gram, np.ones(count))
        return np.asarray(weights / weights.sum())


def summed(parts: Sequence[Coefficients]) -> Coefficients:
    """Sum of coefficients of several tiles."""
    total = [part.copy() for part in parts[0]]
    for more in parts[1:]:
        total = add(total, 1.0, more)
    return total
