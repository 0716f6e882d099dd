"""What a transect survey looks for, how it walks, and what its detector sees: the settings of methods A3 and A4."""

from dataclasses import dataclass

from scipy.stats import poisson

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import N_, _
from landrelease.terms import Term

CUT = 2.576
"""Semi-axes of a target area in standard deviations of a normal spread: 99 % along a cross-section.

The written recipe says "99 % inside", which would be 3.035 for the disc; 2.576 fits its published spacings better
(methods A3).
"""
WINDOW_SHARE = 0.9
"""Length of a window by the target's minor axis, the published tool's default (methods A3)."""
STEPS_A_WINDOW = 6
"""Windows follow each other at a sixth of their length (methods A3 and A4)."""


class Spread(Term):
    """How the anomalies of a target area lie in it."""

    NORMAL = "normal", N_("Normal, densest at the centre")
    UNIFORM = "uniform", N_("Uniform")


class TransectPattern(Term):
    """How transects lie."""

    PARALLEL = "parallel", N_("Parallel")
    SQUARE = "square", N_("Square")
    RECTANGULAR = "rectangular", N_("Rectangular")


@dataclass(frozen=True, slots=True)
class TargetArea:
    """An elliptic patch with more anomalies than the ground around it: a firing target, a strike, a dump.

    Attributes
    ----------
    length_m, width_m
        Full axes of the ellipse, metres; the longer one first.
    density_per_m2
        Anomalies above background: at the centre for a normal spread, everywhere for a uniform one.
    spread
        How they lie.
    """

    length_m: float
    width_m: float
    density_per_m2: float = 0.0
    spread: Spread = Spread.NORMAL

    def __post_init__(self) -> None:
        check("width_m", self.width_m, self.width_m > 0, _("above 0"))
        check("length_m", self.length_m, self.length_m >= self.width_m, _("at least the width"))
        check("density_per_m2", self.density_per_m2, self.density_per_m2 >= 0, _("at least 0"))


@dataclass(frozen=True, slots=True)
class TransectSpacing:
    """Transects by their gaps: edge to edge between neighbours, so that centres lie `spacing_m + swath_m` apart.

    Attributes
    ----------
    spacing_m, swath_m
        Gap between neighbours and width that is seen, metres.
    pattern
        `PARALLEL`, or two sets at right angles: `SQUARE` with one gap, `RECTANGULAR` with two.
    across_spacing_m
        Gap of the second set; only for `RECTANGULAR`.
    """

    spacing_m: float
    swath_m: float
    pattern: TransectPattern = TransectPattern.PARALLEL
    across_spacing_m: float | None = None

    def __post_init__(self) -> None:
        check("spacing_m", self.spacing_m, self.spacing_m >= 0, _("at least 0"))
        check("swath_m", self.swath_m, self.swath_m > 0, _("above 0"))
        has_second = self.across_spacing_m is not None
        wants_second = self.pattern is TransectPattern.RECTANGULAR
        check("across_spacing_m", self.across_spacing_m, has_second == wants_second, _("given for rectangles only"))
        if self.across_spacing_m is not None:
            check("across_spacing_m", self.across_spacing_m, self.across_spacing_m >= 0, _("at least 0"))

    @property
    def gaps_m(self) -> tuple[float, ...]:
        """Gap of each set of parallel transects: one set or two at right angles."""
        if self.pattern is TransectPattern.PARALLEL:
            return (self.spacing_m,)
        return self.spacing_m, self.spacing_m if self.across_spacing_m is None else self.across_spacing_m

    def scaled(self, spacing_m: float) -> "TransectSpacing":
        """Return the same pattern with another gap; the second gap keeps its ratio to the first."""
        across = self.across_spacing_m
        if across is not None:
            across = across * spacing_m / self.spacing_m if self.spacing_m else spacing_m
        return TransectSpacing(spacing_m, self.swath_m, self.pattern, across)


@dataclass(frozen=True, slots=True)
class WindowTest:
    """The test that calls a target area found: too many anomalies in one window along a transect.

    Attributes
    ----------
    background_per_m2
        Anomalies a square metre where there is no target area.
    window_m
        Length of a window; None for nine tenths of the target's minor axis.
    significance
        A window rejects where its count has less than this chance on background alone.
    false_negative
        Share of anomalies that the detector passes over, background and target alike; the test counts with the
        background that the detector sees.
    """

    background_per_m2: float
    window_m: float | None = None
    significance: float = 0.05
    false_negative: float = 0.0

    def __post_init__(self) -> None:
        check("background_per_m2", self.background_per_m2, self.background_per_m2 >= 0, _("at least 0"))
        check("window_m", self.window_m, self.window_m is None or self.window_m > 0, _("above 0"))
        check("significance", self.significance, 0 < self.significance < 1, _("strictly between 0 and 1"))
        check("false_negative", self.false_negative, 0 <= self.false_negative < 1, _("at least 0 and below 1"))

    def length_m(self, target: TargetArea) -> float:
        """Length of a window for a target."""
        return WINDOW_SHARE * target.width_m if self.window_m is None else self.window_m

    def background_mean(self, target: TargetArea, swath_m: float) -> float:
        """Anomalies expected in a window on background alone."""
        return self.background_per_m2 * (1 - self.false_negative) * self.length_m(target) * swath_m

    def flag_count(self, target: TargetArea, swath_m: float) -> int:
        """Count at which a window rejects."""
        return flag_count(self.background_mean(target, swath_m), self.significance)


def flag_count(background_mean: float, significance: float = 0.05) -> int:
    """Smallest count whose chance of being reached on background alone is below the significance (methods A3, A4).

    3, 4, 6, 10, 29 for means .5, 1, 2, 5, 20 at 5 %.
    """
    check("background_mean", background_mean, background_mean >= 0, _("at least 0"))
    check("significance", significance, 0 < significance < 1, _("strictly between 0 and 1"))
    count = int(poisson.isf(significance, background_mean)) + 1
    return count if poisson.sf(count - 1, background_mean) < significance else count + 1


def false_flag_chance(background_mean: float, significance: float = 0.05) -> float:
    """Chance that one window rejects on background alone; below the significance because counts are whole."""
    return float(poisson.sf(flag_count(background_mean, significance) - 1, background_mean))


def check(name: str, value: object, holds: bool, wanted: str) -> None:
    """Refuse (LR5001) a parameter that does not hold, saying what is wanted."""
    if not holds:
        raise fail(ErrorCode.SURVEY_PARAMETER, name=name, value=value, wanted=wanted)
