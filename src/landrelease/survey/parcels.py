"""Land presumed free of items: accept on zero over equal parcels, walked as transects (methods A2).

The published tool states the same: a sample of equal parcels, whose area is then turned into transects of given width
and length; its equations were not read.
"""

import math
from dataclasses import dataclass

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.hazard.chances import ChanceToSee
from landrelease.i18n import _
from landrelease.survey.designs import Characteristic
from landrelease.survey.lots import CERTAIN
from landrelease.survey.sampling import SampleDesign, SampleForm, accept_on_zero


@dataclass(frozen=True, slots=True)
class ParcelDesign:
    """A sample of equal parcels, and the transects that make up its area.

    Attributes
    ----------
    parcels
        The sample.
    parcel_m2, width_m, length_m
        Of one parcel and of one transect.
    transects
        Whole transects that cover the sampled area.
    """

    parcels: SampleDesign
    parcel_m2: float
    width_m: float
    length_m: float

    @property
    def sampled_m2(self) -> float:
        """Area to walk, m²."""
        return self.parcels.sample * self.parcel_m2

    @property
    def transects(self) -> int:
        """Whole transects that cover the sampled area."""
        return math.ceil(self.sampled_m2 / (self.width_m * self.length_m) - 1e-9)

    @property
    def walked_m(self) -> float:
        """Length of all transects, m."""
        return self.transects * self.length_m

    @property
    def title(self) -> str:
        """Name of the design."""
        return _("Presumed free of items: {transects} transects").format(transects=self.transects)

    @property
    def statement(self) -> str:
        """What the design supports, in words."""
        transects = _(
            "The sampled {area:.0f} m² are walked as {transects} transects of {width:g} m by {length:g} m."
        ).format(area=self.sampled_m2, transects=self.transects, width=self.width_m, length=self.length_m)
        return f"{self.parcels.statement} {transects}"

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What must hold, in words."""
        return (
            *self.parcels.assumptions,
            _("Parcels are of one size, and transects lie at random: the ground under a transect stands for a parcel."),
            _("Nothing found before speaks of items here; where there is evidence, survey it and do not sample."),
        )

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the user must know of the design."""
        return self.parcels.findings

    def characteristic(self) -> Characteristic:
        """Chance to accept the land for each true number of bad parcels."""
        return self.parcels.characteristic()


def presumptively_clean(
    area_m2: float, parcel_m2: float, confidence: float, clean_share: float, *, width_m: float, length_m: float,
    form: SampleForm = SampleForm.APPROXIMATE, seen: ChanceToSee = CERTAIN,
) -> ParcelDesign:  # fmt: skip
    """Design transects over land that is presumed free of items.

    Parameters
    ----------
    area_m2, parcel_m2
        Of the land and of one parcel.
    confidence, clean_share, form, seen
        As for `accept_on_zero`.
    width_m, length_m
        Of one transect.

    Raises
    ------
    LandreleaseError
        LR5001 for a parameter out of range, LR5041 where inspecting all of it would not do.
    """
    for name, value in (("area", area_m2), ("parcel", parcel_m2), ("width", width_m), ("length", length_m)):
        if not (value > 0 and math.isfinite(value)):
            raise fail(ErrorCode.SURVEY_PARAMETER, name=name, value=value, wanted=_("greater than 0"))
    if parcel_m2 > area_m2:
        wanted = _("at most the land")
        raise fail(ErrorCode.SURVEY_PARAMETER, name="parcel", value=parcel_m2, wanted=wanted)
    parcels = math.ceil(area_m2 / parcel_m2 - 1e-9)
    design = accept_on_zero(parcels, confidence, clean_share, form, seen)
    return ParcelDesign(design, parcel_m2, width_m, length_m)
