"""The mode of a field model: Newton steps, each solved by preconditioned conjugate gradients."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from landrelease.hazard.field.crowded import is_crowded, solve_looks
from landrelease.hazard.field.effects import Coefficients, add, dot, in_parts
from landrelease.hazard.field.model import FieldModel, Floats, State
from landrelease.hazard.field.precondition import Preconditioner, conjugate_gradients, make_preconditioner
from landrelease.hazard.field.reduced import solve_reduced
from landrelease.progress import SILENT, Progress

LONGEST_STEP = 4.0
"""A Newton step changes no cell's log intensity by more: the exponential is not quadratic beyond."""


NEAR = 1.5
"""After a step that changed no cell's log intensity by more, the next is Newton's own: it converges quadratically."""

ROUGHLY, TIGHTLY = 0.03, 0.003
"""Share of the squared residual that an inner solve may leave far from the mode, and near it."""

NEARLY = 100.0
"""With a decrement of fewer tolerances it is worth while to ask whether a step was the last."""

TINY = 1e-300
"""No mean is divided by less."""

ENOUGH = 0.1
"""An inner solve may stop where about this share of the tolerance is still to be gained."""


@dataclass(frozen=True, slots=True)
class ModeSettings:
    """When to stop.

    Attributes
    ----------
    tolerance
        Newton decrement (nats) below which the mode is reached.
    steps
        Newton steps at most.
    inner
        Conjugate gradient steps in each at most.
    """

    tolerance: float = 0.05
    steps: int = 60
    inner: int = 60


@dataclass(frozen=True, eq=False)
class Mode:
    """Where the posterior is highest, and how it was reached.

    Attributes
    ----------
    coefficients, predictors, state
        Of the mode.
    decrement
        Newton decrement at the last step, nats: about the log posterior still to gain.
    steps, products
        Newton steps, and products with the Hessian.
    converged
        Whether the decrement fell below the tolerance.
    """

    coefficients: Coefficients
    predictors: tuple[Floats, ...]
    state: State
    decrement: float
    steps: int
    products: int
    converged: bool


def find_mode(
    model: FieldModel,
    start: Coefficients | None = None,
    settings: ModeSettings | None = None,
    progress: Progress = SILENT,
) -> Mode:
    """Climb to the mode of a model's log posterior.

    Parameters
    ----------
    start
        Coefficients to begin from, for example of a coarser grid; the prior mean where None.
    """
    settings = settings or ModeSettings()
    at, predictors, state = _begin(model, start)
    products, decrement, longest = 0, np.inf, np.inf
    for step in range(settings.steps):
        progress.advance(0)
        downhill = [-slope for slope in model.gradient(at, state)]
        curved = _cautious(model, state) if longest > NEAR else state
        leave, enough = _forcing(decrement), ENOUGH * settings.tolerance
        move, used = solve(model, curved, downhill, settings.inner, leave, enough=enough)
        products += used
        decrement, before = dot(downhill, move), state
        at, predictors, state, length, longest = _line(model, at, predictors, state, move, decrement)
        whole = curved is before and used < settings.inner and length == 1.0
        if whole and settings.tolerance < decrement < NEARLY * settings.tolerance:
            decrement = min(decrement, _left(model, before, state, move, max(leave * decrement, enough)))
        if decrement < settings.tolerance or not length:
            return Mode(at, predictors, state, decrement, step + 1, products, decrement < settings.tolerance)
    return Mode(at, predictors, state, decrement, settings.steps, products, False)


def _begin(model: FieldModel, start: Coefficients | None) -> tuple[Coefficients, tuple[Floats, ...], State]:
    """The start, or the prior mean where that is more probable.

    The exponential is nearly flat for Newton far above the mode: each step lowers log intensity by one, and where it is
    cut (`HIGHEST`) there is no slope at all. The objective never rises, and it is at least half the square of the
    coefficients: from the prior mean on, no step leaves a bounded region.
    """
    zeros, flat = model.zeros(), (np.zeros(model.shape),) * len(model.streams)
    if start is None:
        return zeros, flat, model.state(zeros, flat)
    predictors = model.predictors(start)
    state = model.state(start, predictors)
    if _plausible(model, start, state):
        return start, predictors, state
    prior = model.state(zeros, flat)
    return (start, predictors, state) if state.objective <= prior.objective else (zeros, flat, prior)


def _plausible(model: FieldModel, start: Coefficients, state: State) -> bool:
    """Whether a start is worth no comparison: no wilder than the prior, and expecting about what was counted."""
    counted = sum(float(stream.counts.sum()) for stream in model.streams)
    expected = sum(float(curvature.sum()) for curvature in state.curvature)
    return dot(start, start) < 2 * sum(part.size for part in start) and expected < 2 * counted + 100


def _cautious(model: FieldModel, state: State) -> State:
    """The state with a curvature under which no step overshoots where much more was counted than expected.

    Alone, a cell with a count ``y`` and a mean ``m`` is right after the step ``log(y / m)``. Newton's is
    ``(y - m) / m``: wildly longer where searches found many items, and that cell would then shorten the step of the
    whole map. The curvature that gives the right step is the logarithmic mean of the two.
    """
    curvature = []
    for stream, intensity, known in zip(model.streams, state.intensity, state.curvature, strict=True):
        counted = stream.counted
        counts, mean = (values.ravel()[counted] for values in (stream.counts, stream.exposure))
        mean = mean * intensity.ravel()[counted]
        more = (mean > 0) & (counts > 1.01 * mean)
        if not more.any():
            curvature.append(known)
            continue
        counted, counts, mean = counted[more], counts[more], mean[more]
        eased = known.copy()
        between = (counts - mean) / np.log(counts / mean)
        eased.flat[counted] = np.maximum(known.flat[counted], between)
        curvature.append(eased)
    return state._replace(curvature=tuple(curvature))


def _left(model: FieldModel, before: State, after: State, move: Coefficients, unsolved: float) -> float:
    """About the decrement after a whole Newton step: what the solve left, and what the quadratic model missed.

    The slope after a step ``d`` is the solve's residual plus what means ``m`` differ by from ``m (1 + d)``. The
    Hessian is at least the curvature in cells, so that the decrement of the second part is at most the sum of its
    squares over the new means. Infinite where looks on footprints are read: their curvature is expected, not observed.
    """
    if model.footprints:
        return np.inf
    missed = 0.0
    for old, new, moved in zip(before.curvature, after.curvature, model.predictors(move), strict=True):

        def squares(rows: slice, old: Floats = old, new: Floats = new, moved: Floats = moved) -> float:
            apart = new[rows] - old[rows] * (1.0 + moved[rows])
            return float((apart * (apart / np.maximum(new[rows], TINY))).sum())

        missed += sum(in_parts(squares, model.shape))
    return float((np.sqrt(missed) + np.sqrt(unsolved)) ** 2)


def _forcing(decrement: float) -> float:
    """Share of the residual (squared) that an inner solve may leave: loose far from the mode, tight near it."""
    return ROUGHLY if decrement > 100 else TIGHTLY


def _line(
    model: FieldModel, at: Coefficients, predictors: tuple[Floats, ...], state: State, move: Coefficients, slope: float
) -> tuple[Coefficients, tuple[Floats, ...], State, float, float]:
    """Go along a move as far as the objective falls enough; last its share and the largest change of a log rate."""
    shifts = model.predictors(move)
    longest = max(max(float(shift.max()), -float(shift.min())) for shift in _distinct(shifts).values())
    length = min(1.0, LONGEST_STEP / max(longest, 1e-12))
    for _try in range(30):
        there = add(at, length, move)
        moved = _moved(predictors, length, shifts)
        found = model.state(there, moved)
        if found.objective <= state.objective - 1e-4 * length * slope:
            return there, moved, found, length, length * longest
        length /= 2
    return at, predictors, state, 0.0, 0.0


def _distinct(arrays: Sequence[Floats]) -> dict[int, Floats]:
    return {id(array): array for array in arrays}


def _moved(predictors: Sequence[Floats], length: float, shifts: Sequence[Floats]) -> tuple[Floats, ...]:
    """Predictors after a step; streams of the same effects go on sharing one array."""
    made: dict[tuple[int, int], Floats] = {}
    for a, b in zip(predictors, shifts, strict=True):
        if (id(a), id(b)) not in made:
            made[id(a), id(b)] = a + length * b
    return tuple(made[id(a), id(b)] for a, b in zip(predictors, shifts, strict=True))


def solve(
    model: FieldModel,
    state: State,
    right: Coefficients,
    most: int,
    leave: float,
    preconditioner: Preconditioner | None = None,
    enough: float = 0.0,
) -> tuple[Coefficients, int]:
    """Solve ``Hessian x = right``; see `landrelease.hazard.field.reduced`, `.precondition` and `.crowded`.

    The squared residual may keep a share `leave`, or the amount `enough`.
    """
    curvature = model.curvature(state)
    if preconditioner is None and not model.footprints and curvature.weights:
        solved = solve_reduced(curvature, right, most, leave, enough)
        if solved is not None:
            return solved
    if preconditioner is None and is_crowded(model, state):
        return solve_looks(model, state, right, most)
    ready = preconditioner or make_preconditioner(curvature)
    return conjugate_gradients(partial(model.curve, state), right, ready, most, leave, enough)
