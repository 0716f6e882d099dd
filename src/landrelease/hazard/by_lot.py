"""The level of ground that nobody searched, where lot decided which ground was searched.

Mines lie in rows and not in log-normal heaps: next to rich finds a log-Gaussian field can foresee more than any
search ever found in a cell of its size, and a few such cells then carry the total. Where the ground to be searched was
drawn by lot (or cleared square by square without regard to what was known of it), the searched ground says without any
model what the rest holds on average. The map then says where, and the searches how much.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from landrelease.hazard.baselines import check_positive
from landrelease.hazard.field.estimator import FieldSurface

Floats = NDArray[np.float64]

SEARCHED_SHARE = 0.5
"""A cell counts as searched when the searches together saw so much of it."""


def levelled_by_lot(surface: FieldSurface) -> FieldSurface:
    """The surface with unsearched ground as rich, on average, as the ground that searches drew by lot.

    First no unsearched cell, nor a draw of one, holds more than the richest searched cell; then all of them, and their
    draws, are multiplied by one number. Searched ground stays as it is. Without searched or
    without unsearched ground the surface is returned unchanged.

    Raises
    ------
    LandreleaseError
        LR4005 where the searched ground holds nothing at all.
    """
    inside = np.isfinite(surface.items_ever)
    searched = inside & (surface.missed <= SEARCHED_SHARE)
    rest = inside & ~searched
    if not searched.any() or not rest.any():
        return surface
    check_positive("items_ever", float(surface.items_ever[searched].mean()))
    most = float(surface.items_ever[searched].max())
    ever = np.where(rest, np.minimum(surface.items_ever, most), surface.items_ever)
    ratio = np.where(rest, float(ever[searched].mean()) / float(ever[rest].mean()), 1.0)
    draws = None
    if surface.draws is not None:
        capped = np.where(rest, np.minimum(surface.draws, most * surface.missed), surface.draws)
        draws = (capped * ratio).astype(np.float32)
    return replace(
        surface, items_ever=ever * ratio, items_per_m2=ever * ratio * surface.missed, draws=draws,
        method="field, levelled by lot",
    )  # fmt: skip
