"""What a field model is fitted with."""

from dataclasses import dataclass

from landrelease.errors import ErrorCode, fail
from landrelease.hazard.baselines import check_positive
from landrelease.hazard.field.basis import Matern
from landrelease.i18n import _


@dataclass(frozen=True)
class FieldSettings:
    """Parameters of a field model.

    Attributes
    ----------
    short, long
        The two fields.
    site_sd
        Standard deviation of an effect of each cell by itself: events that repeat at one place.
    decay_years
        A reported event of this age counts ``1/e`` as much as one now; infinite for no decay.
    other_weight
        Weight of a reported event that is no accident; its own reporting rate is estimated, the weight says how much
        of its place is believed.
    reporting_sd, reporting_range_m
        A field of its own for where such events are reported; sd 0 for none.
    draws
        Joint draws of the posterior; 0 for none.
    seed
        Of every draw.
    rounds
        How often the uncertainty of log intensity is fed back into its mean at most; rounds end where they rest.
    """

    short: Matern
    long: Matern
    site_sd: float = 1.0
    decay_years: float = 3.0
    other_weight: float = 0.2
    reporting_sd: float = 0.0
    reporting_range_m: float = 30_000.0
    draws: int = 30
    seed: int = 1
    rounds: int = 8

    def __post_init__(self) -> None:
        for name in ("decay_years", "reporting_range_m"):
            check_positive(name, getattr(self, name))
        for name in ("site_sd", "other_weight", "reporting_sd", "draws", "rounds"):
            if not getattr(self, name) >= 0:
                raise fail(ErrorCode.HAZARD_PARAMETER, name=name, value=getattr(self, name), wanted=_("at least 0"))

    @property
    def variance(self) -> float:
        """Prior variance of log intensity in a cell."""
        return self.short.sd**2 + self.long.sd**2 + self.site_sd**2
