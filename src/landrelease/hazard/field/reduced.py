"""Solve with what each cell has by itself taken out exactly: what is left is smooth, and short to solve.

The spectrum has a floor, ``S² = R² + floor``: the effect of each single cell and the least variance of a mode.
With ``B`` the transform and ``z = S^-1 (R x + root(floor) B' u)`` of smooth coefficients ``x`` and a number ``u`` in
each cell, the Hessian in ``u`` is diagonal, cell by cell, and is eliminated. A cell with hundreds of events then counts
no more than ``1 / floor``, on a map of any size; in the coefficients ``z`` it is one large number in every mode.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from landrelease.hazard.field.basis import Floats, to_cells, to_modes
from landrelease.hazard.field.effects import Coefficients, Effect, FieldEffect, advance, single_effect
from landrelease.hazard.field.precondition import (
    Curvature,
    Preconditioner,
    conjugate_gradients,
    make_preconditioner,
)

LEAST_FLOOR = 1e-3
"""With a smaller floor (in units of log intensity squared) nothing is gained."""

SINGLE = 1e-5
"""Where a solve may leave this share of its squared residual or more, single precision does."""

SINGLE_CELLS = 65_536
"""Smaller grids fit the cache in double precision as well."""


@dataclass(frozen=True, eq=False)
class Reduced:
    """A curvature without the floor of its first field.

    Attributes
    ----------
    whole
        Scale of the field with the floor.
    smooth
        The curvature with the field's scale without the floor.
    floor
        Variance of the floor.
    shared
        Streams that read the field.
    total
        Curvature of these streams together in each cell.
    """

    whole: Floats
    smooth: Curvature
    floor: float
    shared: tuple[int, ...]
    total: Floats

    @classmethod
    def of(cls, curvature: Curvature, single: bool = False) -> "Reduced | None":
        """Take the floor out of the first effect; None where it is no field or has next to no floor."""
        first = curvature.effects[0]
        shared = tuple(index for index, members in enumerate(curvature.members) if members[0] == 0)
        if not isinstance(first, FieldEffect) or not shared:
            return None
        floor = float(first.scale.min()) ** 2
        if floor < LEAST_FLOOR:
            return None
        kind: Any = np.float32 if single else np.float64
        smooth = np.sqrt(np.maximum(first.scale**2 - floor, 0.0)).astype(kind)
        effects: list[Effect] = [FieldEffect(smooth), *curvature.effects[1:]]
        weights = tuple(weight.astype(kind, copy=False) for weight in curvature.weights)
        if single:
            effects = [single_effect(effect) for effect in effects]
        total = sum((weights[index] for index in shared[1:]), weights[shared[0]])
        made = Curvature(tuple(effects), curvature.members, weights)
        return cls(first.scale.astype(kind, copy=False), made, floor, shared, np.asarray(total))

    def __call__(self, direction: Coefficients) -> Coefficients:
        """Product of the reduced curvature and a direction."""
        return self.smooth.product(direction, self._take_out)

    def _take_out(self, moves: list[Floats], rows: slice) -> None:
        """What the cells' own numbers take of the weighted moves of the streams, in place, in some rows."""
        taken = sum((moves[index] for index in self.shared[1:]), moves[self.shared[0]])
        taken = taken * (self.floor / (1.0 + self.floor * self.total[rows]))
        for index in self.shared:
            moves[index] -= self.smooth.weights[index][rows] * taken

    def preconditioner(self) -> Preconditioner:
        """Of the reduced curvature."""
        return make_preconditioner(self.eased(self.floor))

    def eased(self, variance: float) -> Curvature:
        """The smooth curvature with each cell's weights as far as a variance of its own leaves them."""
        easing = 1.0 / (1.0 + variance * self.total)
        weights = tuple(
            weight * easing if index in self.shared else weight for index, weight in enumerate(self.smooth.weights)
        )
        return Curvature(self.smooth.effects, self.smooth.members, weights)

    def solve(self, right: Coefficients, most: int, leave: float, enough: float = 0.0) -> tuple[Coefficients, int]:
        """Solve ``curvature(z) = right`` for the whole coefficients; returns them and the iterations."""
        kind = self.whole.dtype
        right = [part.astype(kind, copy=False) for part in right]
        root = float(np.sqrt(self.floor))
        eased = right[0] / self.whole
        own = to_cells(eased, overwrite=False)
        own *= root
        eased *= self.smooth.effects[0].scale  # type: ignore[attr-defined]
        there = [eased, *(part.copy() for part in right[1:])]
        gain = own / (1.0 + self.floor * self.total)
        pulled = [
            weight * gain if index in self.shared else np.zeros_like(weight)
            for index, weight in enumerate(self.smooth.weights)
        ]
        advance(there, -root, self.smooth.to_coefficients(pulled))
        found, used = conjugate_gradients(self, there, self.preconditioner(), most, leave, enough)
        return self._whole(found, own, root), used

    def _whole(self, found: Coefficients, own: Floats, root: float) -> Coefficients:
        """Whole coefficients of smooth ones, with the cells' own numbers put back."""
        moves = self.smooth.moves(found)
        for index in self.shared:
            own -= root * (self.smooth.weights[index] * moves[index])
        own /= 1.0 + self.floor * self.total
        own *= root
        field = to_modes(own, overwrite=True)
        field += self.smooth.effects[0].scale * found[0]  # type: ignore[attr-defined]
        field /= self.whole
        return [part.astype(np.float64, copy=False) for part in (field, *found[1:])]


def solve_reduced(
    curvature: Curvature, right: Coefficients, most: int, leave: float, enough: float = 0.0
) -> tuple[Coefficients, int] | None:
    """Solve ``curvature(x) = right``; None where the field has no floor to take out."""
    single = leave >= SINGLE and right[0].size >= SINGLE_CELLS
    reduced = Reduced.of(curvature, single)
    return None if reduced is None else reduced.solve(right, most, leave, enough)
