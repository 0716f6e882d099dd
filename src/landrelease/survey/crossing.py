"""Chance that transects cross a target area, by geometry (methods A3)."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.survey.target import TargetArea, TransectSpacing, check

_ANGLES = 20_000
"""Angles of the mean over a half turn."""


def chance_to_cross(target: TargetArea, transects: TransectSpacing) -> float:
    """Chance that at least one swath touches the ellipse, which lies anywhere and at any angle.

    Across one set of parallel transects the ellipse at angle t is ``E(t) = 2 sqrt(a^2 sin^2 t + b^2 cos^2 t)`` wide,
    and is missed with chance ``1 - min(1, (E(t) + w) / (S + w))``. Two sets at right angles have offsets that know
    nothing of each other: at a given angle the chances to be missed multiply.
    """
    angles = (np.arange(_ANGLES) + 0.5) * np.pi / _ANGLES
    missed = np.ones(_ANGLES)
    for turn, gap_m in enumerate(transects.gaps_m):
        wide = _extent(target, angles + turn * np.pi / 2)
        missed *= 1 - np.minimum(1.0, (wide + transects.swath_m) / (gap_m + transects.swath_m))
    return float(1 - missed.mean())


def _extent(target: TargetArea, angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Width of the ellipse across the transects at each angle, metres."""
    return np.hypot(target.length_m * np.sin(angles), target.width_m * np.cos(angles))


def spacing_to_cross(target: TargetArea, transects: TransectSpacing, chance: float) -> float:
    """Widest gap at which the target area is still crossed with this chance, metres.

    Parameters
    ----------
    transects
        Swath and pattern; its own gap is not read but for the ratio of a rectangle.

    Raises
    ------
    LandreleaseError
        LR5001 for a chance that is not strictly between 0 and 1; LR5012 where no gap gives it.
    """
    check("chance", chance, 0 < chance < 1, _("strictly between 0 and 1"))

    def excess(gap_m: float) -> float:
        return chance_to_cross(target, transects.scaled(gap_m)) - chance

    far = target.length_m + transects.swath_m
    while excess(far) > 0:
        far *= 2
    if excess(0.0) < 0:
        raise fail(ErrorCode.SPACING_UNREACHABLE, spacing_m=0, chance=f"{excess(0.0) + chance:.4f}", wanted=chance)
    return float(brentq(excess, 0.0, far, xtol=1e-9 * far))
