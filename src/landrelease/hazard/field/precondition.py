"""What makes the inner solves short: wide modes are solved on coarser grids, narrow ones by their diagonal.

Curvature sits on few cells, so that its mean says little of any place. Modes that a grid of cells four times as wide
can carry are therefore solved there, by the same method down to a few hundred cells; each cell's curvature counts there
only as far as the modes that stay behind leave it uncertain, ``w / (1 + v w)``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from landrelease.hazard.field.effects import Coefficients, Effect, FieldEffect, advance, coarser_effect, dot, in_parts
from landrelease.hazard.field.frame import FACTOR, coarsen

Floats = NDArray[np.float64]
Product = Callable[[Coefficients], Coefficients]
Change = Callable[[list[Floats], slice], None]

SMALLEST = 16 * 16
"""No coarser grid has fewer cells."""

INNER, LEAVE = 10, 0.01
"""Iterations of a coarser solve at most, and the share of its squared residual that it may leave."""


@dataclass(frozen=True, eq=False)
class Curvature:
    """``1 + sum over streams of P' W P``.

    Attributes
    ----------
    effects
        Of the model.
    members
        Indices of the effects that make up each stream.
    weights
        Curvature in the cells of each stream, shape (rows, columns).
    """

    effects: tuple[Effect, ...]
    members: tuple[tuple[int, ...], ...]
    weights: tuple[Floats, ...]

    def __call__(self, direction: Coefficients) -> Coefficients:
        """Product with a direction."""
        return self.product(direction)

    def product(self, direction: Coefficients, change: Change | None = None) -> Coefficients:
        """Product with a direction; `change` may alter the weighted moves of the streams, some rows at a time."""
        groups = self._groups()
        found = self._from(self._gathered(direction, {group for group in groups if group}, change), groups)
        advance(found, 1.0, direction)
        return found

    def _gathered(
        self, direction: Coefficients, groups: set[tuple[int, ...]], change: Change | None
    ) -> dict[tuple[int, ...], Floats]:
        """Weighted moves in cells, summed over each group of streams."""
        maps = [effect.cells(values) for effect, values in zip(self.effects, direction, strict=True)]
        gathered = {group: np.empty_like(self.weights[0]) for group in groups}

        def gather(rows: slice) -> None:
            moves = [
                sum((maps[i][rows] for i in members[1:]), maps[members[0]][rows]) * weight[rows]
                for members, weight in zip(self.members, self.weights, strict=True)
            ]
            if change is not None:
                change(moves, rows)
            for group, total in gathered.items():
                total[rows] = sum((moves[k] for k in group[1:]), moves[group[0]])

        if self.weights:
            in_parts(gather, (self.weights[0].shape[0], self.weights[0].shape[1]))
        return gathered

    def moves(self, direction: Coefficients) -> list[Floats]:
        """Change of each stream's log rate."""
        maps = [effect.cells(values) for effect, values in zip(self.effects, direction, strict=True)]
        return [sum((maps[i] for i in members[1:]), maps[members[0]]) for members in self.members]

    def to_coefficients(self, by_stream: Sequence[Floats]) -> Coefficients:
        """Transpose of `moves`."""
        groups = self._groups()
        gathered = {
            group: sum((by_stream[k] for k in group[1:]), by_stream[group[0]]) for group in set(groups) if group
        }
        return self._from(gathered, groups)

    def _groups(self) -> list[tuple[int, ...]]:
        """Streams that read each effect."""
        return [
            tuple(k for k, members in enumerate(self.members) if index in members) for index in range(len(self.effects))
        ]

    def _from(self, gathered: dict[tuple[int, ...], Floats], groups: Sequence[tuple[int, ...]]) -> Coefficients:
        """Coefficients of each effect from what its streams gathered in cells."""
        return [
            effect.adjoint(gathered[group]) if group else effect.zeros()
            for effect, group in zip(self.effects, groups, strict=True)
        ]

    def diagonal(self) -> Coefficients:
        """Approximate inverse of the diagonal."""
        found = []
        for index, effect in enumerate(self.effects):
            shared = [weight for members, weight in zip(self.members, self.weights, strict=True) if index in members]
            found.append(effect.precondition(sum(shared[1:], shared[0])) if shared else np.ones_like(effect.zeros()))
        return found

    def coarser(self) -> "Curvature | None":
        """The same on cells `FACTOR` times as wide; None where they would be too few."""
        if not self.weights:
            return None
        rows, columns = self.weights[0].shape
        if rows % FACTOR or columns % FACTOR or rows * columns < SMALLEST * FACTOR**2:
            return None
        weights = [
            coarsen(weight / (1.0 + self._narrow(members) * weight))
            for members, weight in zip(self.members, self.weights, strict=True)
        ]
        return Curvature(tuple(coarser_effect(effect) for effect in self.effects), self.members, tuple(weights))

    def _narrow(self, members: Sequence[int]) -> float:
        """Variance in a cell of the modes that a coarser grid does not carry."""
        total = 0.0
        for effect in (self.effects[index] for index in members):
            if isinstance(effect, FieldEffect):
                rows, columns = (count // FACTOR for count in effect.scale.shape)
                squared = effect.scale**2
                total += float(squared.sum() - squared[:rows, :columns].sum()) / squared.size
        return total


@dataclass(frozen=True, eq=False)
class Preconditioner:
    """Approximate inverse of a curvature."""

    diagonal: Coefficients
    coarser: "tuple[Curvature, Preconditioner] | None"

    def __call__(self, residual: Coefficients) -> Coefficients:
        """Apply it."""
        found = [own * part for own, part in zip(self.diagonal, residual, strict=True)]
        if self.coarser is None:
            return found
        curvature, inner = self.coarser
        wide, _used = conjugate_gradients(curvature, _wide(residual, curvature), inner, INNER, LEAVE)
        for part, low in zip(found, wide, strict=True):
            part[tuple(slice(size) for size in low.shape)] = low
        return found


def make_preconditioner(curvature: Curvature) -> Preconditioner:
    """Assemble the preconditioner of a curvature, with all its coarser grids."""
    coarser = curvature.coarser()
    return Preconditioner(curvature.diagonal(), None if coarser is None else (coarser, make_preconditioner(coarser)))


def _wide(residual: Coefficients, curvature: Curvature) -> Coefficients:
    """Modes that the coarser grid carries; other coefficients whole."""
    return [
        part[tuple(slice(size) for size in effect.zeros().shape)].copy()
        for part, effect in zip(residual, curvature.effects, strict=True)
    ]


def conjugate_gradients(
    product: Product, right: Coefficients, preconditioner: Product, most: int, leave: float, enough: float = 0.0
) -> tuple[Coefficients, int]:
    """Solve ``product(x) = right`` until the preconditioned squared residual falls to a share `leave` or to `enough`.

    The preconditioner may itself be an iteration (flexible conjugate gradients, Notay 2000). Returns `x` and the
    iterations.
    """
    found, residual = [np.zeros_like(part) for part in right], [part.copy() for part in right]
    guess = preconditioner(residual)
    direction, size = [part.copy() for part in guess], dot(residual, guess)
    wanted, used = max(size * leave, enough), 0
    while used < most and size > wanted:
        curved = product(direction)
        step = size / dot(direction, curved)
        advance(found, step, direction)
        advance(residual, -step, curved)
        guess = preconditioner(residual)
        turn = -step * dot(curved, guess) / size
        for part in direction:
            part *= turn
        advance(direction, 1.0, guess)
        size = dot(residual, guess)
        used += 1
    return found, used
