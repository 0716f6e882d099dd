"""Targets chosen by where items were found, and what they are worth, told by finds that did not choose them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist
from scipy.stats import beta

from landrelease.errors import ErrorCode, fail
from landrelease.hazard.chances import LEVEL, ChanceToSee
from landrelease.i18n import _
from landrelease.survey.lots import check_sample

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def density_at_units(centres_m: ArrayLike, finds_m: ArrayLike, width_m: float) -> Floats:
    """Kernel density of finds at the centres of units, items per m², shape (units,).

    Parameters
    ----------
    centres_m, finds_m
        Shape (n, 2), metres.
    width_m
        Standard deviation of the Gaussian kernel.
    """
    return np.asarray(_kernels(centres_m, finds_m, width_m).sum(axis=0), dtype=np.float64)


def share_in_targets(
    centres_m: ArrayLike, finds_m: ArrayLike, unit_of_find: ArrayLike, targeted: int, width_m: float,
    level: float = LEVEL,
) -> ChanceToSee:  # fmt: skip
    """Share of what was missed that targets are expected to hold: each find asks the targets chosen without it.

    Missed items lie as found ones do where misses are by chance. Leave-one-out over the finds: the `targeted` units of
    highest density of all other finds are chosen, and hold the find or not. Mean, spread and interval are those of the
    Beta law from Jeffreys' prior.

    Parameters
    ----------
    centres_m, finds_m
        Centres of the units and places of the finds, shape (n, 2), metres.
    unit_of_find
        Number of the unit in which each find lies.
    targeted
        Units that will be targeted.
    """
    centres = np.asarray(centres_m, dtype=float).reshape(-1, 2)
    check_sample(len(centres), targeted)
    kernels = _kernels(centres, finds_m, width_m)
    owner = np.asarray(unit_of_find, dtype=np.int64)
    held = 0
    if targeted and len(owner):
        left_out = kernels.sum(axis=0) - kernels
        threshold = -np.partition(-left_out, targeted - 1, axis=1)[:, targeted - 1]
        held = int((left_out[np.arange(len(owner)), owner] >= threshold).sum())
    a, b = held + 0.5, len(owner) - held + 0.5
    mean, low, high = (float(each) for each in (a / (a + b), *beta.ppf(((1 - level) / 2, (1 + level) / 2), a, b)))
    spread = float(beta.std(a, b))
    said = _("{held} of {finds} finds lay in targets chosen without them").format(held=held, finds=len(owner))
    return ChanceToSee(mean, spread, min(low, mean), max(high, mean), level, said)


def _kernels(centres_m: ArrayLike, finds_m: ArrayLike, width_m: float) -> Floats:
    """Kernel of each find at each unit, shape (finds, units)."""
    if not width_m > 0:
        raise fail(ErrorCode.SURVEY_PARAMETER, name="width_m", value=width_m, wanted=_("greater than 0"))
    finds, centres = (np.asarray(each, dtype=float).reshape(-1, 2) for each in (finds_m, centres_m))
    away = cdist(finds, centres, "sqeuclidean")
    return np.asarray(np.exp(-away / (2 * width_m**2)) / (2 * np.pi * width_m**2), dtype=np.float64)
