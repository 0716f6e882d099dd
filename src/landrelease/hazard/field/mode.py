"""The mode of a field model: Newton steps, each solved by preconditioned conjugate gradients."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from landrelease.hazard.field.crowded import is_crowded, solve_looks
from landrelease.hazard.field.effects import Coefficients, add, dot
from landrelease.hazard.field.model import FieldModel, Floats, State
from landrelease.hazard.field.precondition import Preconditioner, conjugate_gradients, make_preconditioner
from landrelease.hazard.field.reduced import solve_reduced
from landrelease.progress import SILENT, Progress

LONGEST_STEP = 4.0
"""A Newton step changes no cell's log intensity by more: the exponential is not quadratic beyond."""


NEAR = 1.5
"""After a step that changed no cell's log intensity by more, the next is Newton's own, with its quadratic convergence."""

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
    at = model.zeros() if start is None else start
    predictors = model.predictors(at)
    state = model.state(at, predictors)
    products, decrement, longest = 0, np.inf, np.inf
    for step in range(settings.steps):
        progress.advance(0)
        downhill = [-slope for slope in model.gradient(at, state)]
        curved = _cautious(model, state) if longest > NEAR else state
        move, used = solve(
            model, curved, downhill, settings.inner, _forcing(decrement), enough=ENOUGH * settings.tolerance
        )
        products += used
        decrement = dot(downhill, move)
        at, predictors, state, longest = _line(model, at, predictors, state, move, decrement)
        if decrement < settings.tolerance or not longest:
            return Mode(at, predictors, state, decrement, step + 1, products, decrement < settings.tolerance)
    return Mode(at, predictors, state, decrement, settings.steps, products, False)


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


def _forcing(decrement: float) -> float:
    """Share of the residual (squared) that an inner solve may leave: loose far from the mode, tight near it."""
    return 0.03 if decrement > 100 else 0.003


def _line(
    model: FieldModel, at: Coefficients, predictors: tuple[Floats, ...], state: State, move: Coefficients, slope: float
) -> tuple[Coefficients, tuple[Floats, ...], State, float]:
    """Go along a move as far as the objective falls enough; the last number is the largest change of a log rate."""
    shifts = model.predictors(move)
    longest = max(max(float(shift.max()), -float(shift.min())) for shift in _distinct(shifts).values())
    length = min(1.0, LONGEST_STEP / max(longest, 1e-12))
    for _try in range(30):
        there = add(at, length, move)
        moved = _moved(predictors, length, shifts)
        found = model.state(there, moved)
        if found.objective <= state.objective - 1e-4 * length * slope:
            return there, moved, found, length * max(longest, 1e-300)
        length /= 2
    return at, predictors, state, 0.0


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
    """Solve ``Hessian x = right``; see `landrelease.hazard.field.reduced`, `.precondition` and, of crowded cells, `.crowded`.

    The squared residual may keep a share `leave`, or the amount `enough`.
    """
    if preconditioner is None and is_crowded(model, state):
        return solve_looks(model, state, right, most)
    curvature = model.curvature(state)
    if preconditioner is None and not model.footprints and curvature.weights:
        solved = solve_reduced(curvature, right, most, leave, enough)
        if solved is not None:
            return solved
    ready = preconditioner or make_preconditioner(curvature)
    return conjugate_gradients(partial(model.curve, state), right, ready, most, leave, enough)
