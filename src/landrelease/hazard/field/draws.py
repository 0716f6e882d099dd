"""Joint draws of log intensity around the mode.

Perturb and solve (Papandreou and Yuille 2010): noise of the prior and of the data, scaled by their curvature, is
carried through one solve with the Hessian; the result is an exact draw of the Gaussian with it as its precision.
"""

import numpy as np

from landrelease.hazard.field.effects import Coefficients
from landrelease.hazard.field.mode import Mode, solve
from landrelease.hazard.field.model import FieldModel, Floats

LEFT = 1e-4
"""Share of the squared residual that a draw's solve may leave."""

MOST = 150
"""Products with the Hessian for a draw at most."""


def draw_deviation(model: FieldModel, mode: Mode, generator: np.random.Generator) -> Coefficients:
    """Coefficients of one draw, as a deviation from the mode."""
    noise = [generator.standard_normal(part.shape) for part in mode.coefficients]
    by_stream = [np.sqrt(curvature) * generator.standard_normal(model.shape) for curvature in mode.state.curvature]
    for looks, known in zip(model.footprints, mode.state.information, strict=True):
        values = np.sqrt(known) * generator.standard_normal(len(known))
        by_stream[looks.stream] = by_stream[looks.stream] + looks.spread(values, mode.state.intensity[looks.stream])
    right = [a + b for a, b in zip(noise, model.to_coefficients(by_stream), strict=True)]
    return solve(model, mode.state, right, MOST, LEFT)[0]


def draw_predictors(model: FieldModel, mode: Mode, generator: np.random.Generator) -> tuple[Floats, ...]:
    """Deviation of each stream's log rate from the mode, for one draw."""
    return model.predictors(draw_deviation(model, mode, generator))
