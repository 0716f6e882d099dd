"""Solve for a model in which searches found many items in few cells: over the looks, not over the coefficients.

With ``L`` from coefficients to looks, weighted by the root of their curvature,
``(1 + L'L)^-1 = 1 - L' (1 + LL')^-1 L``.
A cell with hundreds of finds is one large number on the diagonal of ``LL'``; in the coefficients it is in every mode.
``LL'`` is taken as what the narrow modes give each cell by itself plus what the wide modes and the other effects give,
of which there are few: its inverse is a division and a Cholesky factor of their number (Woodbury).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dctn
from scipy.linalg import cho_factor, cho_solve

from landrelease.hazard.field.effects import Coefficients, FieldEffect, add, dot
from landrelease.hazard.field.gridding import SEARCH
from landrelease.hazard.field.model import FieldModel, State

Floats = NDArray[np.float64]
Looked = list[Floats]
"""One array a stream, shape (rows, columns), then one a set of footprints, shape (looks,)."""

WIDE_MODES = 24
"""Modes a side that are solved densely at most."""

LEFT = 1e-9
"""Share of the squared residual that is left: the answer is a small difference of large numbers."""

CROWDED = 30.0
"""Curvature of a searched cell, times the prior variance in it, from which a model is solved this way."""

MOST_CELLS = 400_000
"""Larger models are solved over the coefficients: their dense wide modes would be too few to help."""


def is_crowded(model: FieldModel, state: State) -> bool:
    """Whether searches know some cell so much better than the rest that a solve over the coefficients takes long."""
    searched = [
        float(known.max())
        for stream, known in zip(model.streams, state.curvature, strict=True)
        if stream.name == SEARCH
    ]
    return state.curvature[0].size <= MOST_CELLS and max(searched, default=0.0) * _variances(model)[1] > CROWDED


def solve_looks(
    model: FieldModel, state: State, right: Coefficients, most: int, leave: float = LEFT
) -> tuple[Coefficients, int]:
    """Solve ``Hessian x = right`` by conjugate gradients over the looks; returns `x` and the iterations."""
    ready = Ready.of(model, state)
    residual = ready.look(right)
    found = [np.zeros_like(part) for part in residual]
    direction = guess = ready.divide(residual)
    size = dot(residual, guess)
    wanted, used = size * leave, 0
    while used < most and size > wanted:
        curved = add(direction, 1.0, ready.look(ready.look_back(direction)))
        step = size / dot(direction, curved)
        found, residual = add(found, step, direction), add(residual, -step, curved)
        guess = ready.divide(residual)
        before, size = size, dot(residual, guess)
        direction = add(guess, size / before, direction)
        used += 1
    return add(right, -1.0, ready.look_back(found)), used


@dataclass(frozen=True, eq=False)
class Ready:
    """A point of the posterior, ready for solves.

    Attributes
    ----------
    root
        Root of the curvature of each stream, and of the information of each set of footprints.
    own
        One plus what the narrow modes give each cell, and all modes each footprint, by itself.
    factor
        Cholesky factor of the small matrix of wide modes and other effects.
    """

    model: FieldModel
    state: State
    root: Looked
    own: Looked
    factor: tuple[Floats, bool]

    @classmethod
    def of(cls, model: FieldModel, state: State) -> "Ready":
        """Assemble it."""
        narrow, whole = _variances(model)
        root = [np.sqrt(values) for values in (*state.curvature, *state.information)]
        own = [1.0 + narrow * curvature for curvature in state.curvature]
        own += [
            1.0 + whole * known * looks.seen(state.intensity[looks.stream]) ** 2
            for looks, known in zip(model.footprints, state.information, strict=True)
        ]
        weights = [w / alone for w, alone in zip(state.curvature, own, strict=False)]
        return cls(model, state, root, own, cho_factor(_small(model, weights), lower=True))

    def look(self, coefficients: Coefficients) -> Looked:
        """What the looks see of a change in the coefficients."""
        streams, moves = len(self.model.streams), self.model.predictors(coefficients)
        cells = [root * move for root, move in zip(self.root, moves, strict=False)]
        rows = [
            root * looks.seen(self.state.intensity[looks.stream] * moves[looks.stream])
            for looks, root in zip(self.model.footprints, self.root[streams:], strict=True)
        ]
        return [*cells, *rows]

    def look_back(self, looked: Looked) -> Coefficients:
        """Transpose of `look`."""
        streams = len(self.model.streams)
        by_stream = [root * part for root, part in zip(self.root[:streams], looked, strict=False)]
        for looks, root, values in zip(self.model.footprints, self.root[streams:], looked[streams:], strict=True):
            spread = looks.spread(root * values, self.state.intensity[looks.stream])
            by_stream[looks.stream] = by_stream[looks.stream] + spread
        return self.model.to_coefficients(by_stream)

    def divide(self, residual: Looked) -> Looked:
        """Approximate inverse of ``1 + LL'``; the small matrix does not hold the footprints."""
        first = [part / own for part, own in zip(residual, self.own, strict=True)]
        small = cho_solve(self.factor, np.concatenate(_few(self.model, self.look_back(self._cells_only(first)))))
        back = self._cells_only(self.look(_all(self.model, small)))
        return [part - there / own for part, there, own in zip(first, back, self.own, strict=True)]

    def _cells_only(self, looked: Looked) -> Looked:
        streams = len(self.model.streams)
        return [*looked[:streams], *(np.zeros_like(part) for part in looked[streams:])]


def _block(effect: FieldEffect) -> tuple[int, int]:
    """How many modes a side of a field are solved densely."""
    rows, columns = effect.scale.shape
    return min(WIDE_MODES, rows // 2), min(WIDE_MODES, columns // 2)


def _variances(model: FieldModel) -> tuple[float, float]:
    """Prior variance in a cell by the narrow modes of all fields, and by all their modes."""
    narrow = whole = 0.0
    for effect in model.effects:
        if isinstance(effect, FieldEffect):
            rows, columns = _block(effect)
            squared = effect.scale**2
            whole += float(squared.sum()) / squared.size
            narrow += float(squared.sum() - squared[:rows, :columns].sum()) / squared.size
    return narrow, whole


def _small(model: FieldModel, weights: Sequence[Floats]) -> Floats:
    """``1 + U' W U`` over the wide modes and all coefficients of other effects."""
    starts = np.cumsum([0, *(len(part) for part in _few(model, model.zeros()))])
    matrix = np.eye(starts[-1])
    fields = [index for index, effect in enumerate(model.effects) if isinstance(effect, FieldEffect)]
    for first in fields:
        for second in fields:
            pairs = zip(model.streams, weights, strict=True)
            shared = [weight for stream, weight in pairs if {first, second} <= {*stream.effects}]
            if shared:
                part = _product(model, first, second, sum(shared[1:], shared[0]))
                matrix[starts[first] : starts[first + 1], starts[second] : starts[second + 1]] += part
    for index in (index for index in range(len(model.effects)) if index not in fields):
        for at in range(starts[index], starts[index + 1]):
            column = _column(model, weights, index, at - starts[index])
            matrix[:, at] = matrix[at, :] = column
            matrix[at, at] += 1.0
    return matrix


def _product(model: FieldModel, first: int, second: int, weight: Floats) -> Floats:
    """Wide modes of two fields under a weight in cells."""
    one, other = (effect for effect in (model.effects[first], model.effects[second]) if isinstance(effect, FieldEffect))
    rows, columns = _block(one)
    scales = [effect.scale[:rows, :columns].ravel() for effect in (one, other)]
    return gram(weight, (rows, columns)) * np.outer(*scales)


def _column(model: FieldModel, weights: Sequence[Floats], index: int, at: int) -> Floats:
    unit = model.zeros()
    unit[index][at] = 1.0
    moves = model.predictors(unit)
    pulled = [np.asarray(weight * move) for weight, move in zip(weights, moves, strict=True)]
    return np.concatenate(_few(model, model.to_coefficients(pulled)))


def gram(weight: Floats, block: tuple[int, int]) -> Floats:
    """Products of the wide orthonormal cosine modes under a weight in cells, shape (modes, modes).

    By ``cos a cos b = (cos(a - b) + cos(a + b)) / 2`` all of them follow from one transform of the weight.
    """
    rows, columns = block
    waves = dctn(weight)[: 2 * rows - 1, : 2 * columns - 1] / 4
    total = np.zeros((rows, columns, rows, columns))
    for r in _differences(rows):
        for c in _differences(columns):
            total += waves[r[:, None, :, None], c[None, :, None, :]]
    norm = np.outer(_norms(rows, weight.shape[0]), _norms(columns, weight.shape[1])).ravel()
    return np.asarray(total.reshape(rows * columns, rows * columns) / 4 * norm[:, None] * norm[None, :])


def _differences(count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    index = np.arange(count)
    return np.abs(index[:, None] - index[None, :]), index[:, None] + index[None, :]


def _norms(count: int, cells: int) -> Floats:
    norms = np.full(count, np.sqrt(2.0 / cells))
    norms[0] = np.sqrt(1.0 / cells)
    return norms


def _few(model: FieldModel, coefficients: Coefficients) -> Coefficients:
    """Wide modes of fields and all coefficients of other effects, each flat."""
    found = []
    for effect, values in zip(model.effects, coefficients, strict=True):
        if isinstance(effect, FieldEffect):
            rows, columns = _block(effect)
            found.append(values[:rows, :columns].ravel())
        else:
            found.append(values)
    return found


def _all(model: FieldModel, small: Floats) -> Coefficients:
    """Coefficients of which only the few of `_few` are not 0."""
    found, start = model.zeros(), 0
    for effect, values in zip(model.effects, found, strict=True):
        rows, columns = _block(effect) if isinstance(effect, FieldEffect) else (len(values), 1)
        here = small[start : start + rows * columns]
        if isinstance(effect, FieldEffect):
            values[:rows, :columns] = here.reshape(rows, columns)
        else:
            values[:] = here
        start += rows * columns
    return found
