"""Targets chosen by where items were found, and what they are worth, told by finds that did not choose them."""

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import cdist
from scipy.stats import beta

from landrelease.errors import ErrorCode, fail
from landrelease.hazard.chances import LEVEL, ChanceToSee
from landrelease.i18n import _
from landrelease.survey.lots import check_count, check_sample

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class FindsDensity:
    """Kernel density of finds at the units of a lot, and the targets that it chooses.

    Where a whole strip was skipped, its items are missing among the finds, and these targets point away from it: only
    random units see such ground. Never draw targets alone.

    Parameters
    ----------
    centres_m, finds_m
        Centres of the units and places of the finds, shape (n, 2), metres.
    unit_of_find
        Number of the unit in which each find lies.
    width_m
        Standard deviation of the Gaussian kernel.
    """

    def __init__(self, centres_m: ArrayLike, finds_m: ArrayLike, unit_of_find: ArrayLike, width_m: float) -> None:
        if not width_m > 0:
            raise fail(ErrorCode.SURVEY_PARAMETER, name="width_m", value=width_m, wanted=_("greater than 0"))
        finds, centres = (np.asarray(each, dtype=float).reshape(-1, 2) for each in (finds_m, centres_m))
        self.unit_of_find = np.asarray(unit_of_find, dtype=np.int64)
        away = cdist(finds, centres, "sqeuclidean")
        self._kernels = np.exp(-away / (2 * width_m**2)) / (2 * np.pi * width_m**2)
        self.items_per_m2 = np.asarray(self._kernels.sum(axis=0), dtype=np.float64)

    @cached_property
    def _left_out(self) -> Floats:
        """Density without each find, shape (finds, units)."""
        return np.asarray(self.items_per_m2 - self._kernels, dtype=np.float64)

    def highest(self, targeted: int) -> Integers:
        """Units of highest density, ties in the order of their numbers."""
        self._check(targeted)
        return np.argsort(-self.items_per_m2, kind="stable")[:targeted].astype(np.int64)

    def share_in_targets(self, targeted: int, level: float = LEVEL) -> ChanceToSee:
        """Share of what was missed that so many targets are expected to hold: each find asks those chosen without it.

        Missed items lie as found ones do where misses are by chance. Leave-one-out over the finds: the targets of the
        density of all other finds hold the find or not. Mean, spread and interval are those of the Beta law from
        Jeffreys' prior.
        """
        self._check(targeted)
        owner, held = self.unit_of_find, 0
        if targeted and len(owner):
            threshold = np.partition(self._left_out, -targeted, axis=1)[:, -targeted]
            held = int((self._left_out[np.arange(len(owner)), owner] >= threshold).sum())
        a, b = held + 0.5, len(owner) - held + 0.5
        mean, total = a / (a + b), a + b
        low, high = (float(each) for each in beta.ppf(((1 - level) / 2, (1 + level) / 2), a, b))
        spread = float(np.sqrt(a * b / (total + 1)) / total)
        said = _("{held} of {finds} finds lay in targets chosen without them").format(held=held, finds=len(owner))
        return ChanceToSee(mean, spread, min(low, mean), max(high, mean), level, said)

    def _check(self, targeted: int) -> None:
        check_count("targeted", targeted, 0)
        check_sample(len(self.items_per_m2), targeted)
