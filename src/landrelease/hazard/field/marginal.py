"""Approximate marginal likelihood of a fitted field model, to choose hyper-parameters by.

It is the evidence lower bound of the Gaussian with the fit's mean and precision. The log determinant in it is found by
stochastic Lanczos quadrature (Ubaru, Chen and Saad 2017) with probes drawn from a seed: models that are compared share
their probes, so that the noise of the quadrature cancels in their difference.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh_tridiagonal

from landrelease.hazard.field.effects import Coefficients, add, dot
from landrelease.hazard.field.fitting import Fit

Floats = NDArray[np.float64]
Product = Callable[[Coefficients], Coefficients]

PROBES, STEPS = 3, 30
"""Random directions, and Lanczos steps in each."""


def log_evidence(fit: Fit, seed: int = 1, probes: int = PROBES, steps: int = STEPS) -> float:
    """Lower bound of the log marginal likelihood, nats, up to a constant of the data."""
    state, model = fit.mode.state, fit.model
    curvature = sum(state.curvature[1:], state.curvature[0])
    counts = sum((stream.counts for stream in model.streams[1:]), model.streams[0].counts)
    uncertain = float(np.vdot(curvature - counts, fit.variance)) / 2
    return -state.objective + uncertain - log_determinant(fit, seed, probes, steps) / 2


def log_determinant(fit: Fit, seed: int, probes: int = PROBES, steps: int = STEPS) -> float:
    """Log determinant of the Hessian at the mode in whitened coefficients."""
    product = partial(fit.model.curve, fit.mode.state)
    generator = np.random.default_rng([seed, 2])
    shapes = [part.shape for part in fit.mode.coefficients]
    found = [_quadrature(product, _signs(shapes, generator), steps) for _probe in range(probes)]
    return float(np.mean(found))


def _signs(shapes: list[tuple[int, ...]], generator: np.random.Generator) -> Coefficients:
    return [generator.choice([-1.0, 1.0], size=shape) for shape in shapes]


def _quadrature(product: Product, start: Coefficients, steps: int) -> float:
    """``start' log(H) start`` by Gauss quadrature of a Lanczos run."""
    size = dot(start, start)
    now, before = [part / np.sqrt(size) for part in start], [np.zeros_like(part) for part in start]
    diagonal: list[float] = []
    beside: list[float] = []
    for step in range(steps):
        following = product(now)
        diagonal.append(dot(now, following))
        following = add(following, -diagonal[-1], now)
        if step:
            following = add(following, -beside[-1], before)
        length = float(np.sqrt(dot(following, following)))
        if step == steps - 1 or length < 1e-10 * diagonal[0]:
            break
        beside.append(length)
        before, now = now, [part / length for part in following]
    values, vectors = eigh_tridiagonal(np.array(diagonal), np.array(beside[: len(diagonal) - 1]))
    return size * float(vectors[0] ** 2 @ np.log(np.maximum(values, 1e-12)))
