"""The widest gap between transects that still gives a wanted chance to find a target area (methods A3)."""

from dataclasses import dataclass

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress
from landrelease.survey.crossing import chance_to_cross
from landrelease.survey.detection import DetectionChance, chance_to_detect
from landrelease.survey.target import TargetArea, TransectSpacing, WindowTest, check

MOST_STEPS = 100_000
"""Multiples of the precision that are looked through."""


@dataclass(frozen=True, slots=True)
class Spacing:
    """A gap with its chance, and every gap that was tried on the way.

    Attributes
    ----------
    transects
        The widest gap tried whose simulated chance reaches the wanted one; a multiple of the precision.
    detection
        What the simulation says of it.
    tried
        Gap in metres and what was simulated there, by gap.
    """

    transects: TransectSpacing
    detection: DetectionChance
    tried: tuple[tuple[float, DetectionChance], ...]


def spacing_to_detect(
    target: TargetArea, transects: TransectSpacing, test: WindowTest, chance: float, *, seed: int,
    precision_m: float, max_error: float = 0.01, progress: Progress = SILENT,
) -> Spacing:  # fmt: skip
    """Insert gaps between the widest that reaches the chance and the narrowest that does not, until none fits between.

    All gaps are simulated with the same streams, so that they differ by the gap more than by luck.

    Parameters
    ----------
    transects
        Swath and pattern; its own gap is read only for the ratio of a rectangle.
    chance
        Wanted chance to cross and detect, strictly between 0 and 1.
    precision_m
        Gaps are multiples of this.

    Raises
    ------
    LandreleaseError
        LR5001 for a parameter out of range; LR5012 where even transects side by side do not reach the chance.
    """
    check("chance", chance, 0 < chance < 1, _("strictly between 0 and 1"))
    check("precision_m", precision_m, precision_m > 0, _("above 0"))
    tried: dict[int, DetectionChance] = {}

    def enough(multiple: int) -> bool:
        at = transects.scaled(multiple * precision_m)
        tried[multiple] = chance_to_detect(target, at, test, seed=seed, max_error=max_error, progress=progress)
        return tried[multiple].chance >= chance

    best, beyond = 0, _never(target, transects, chance, precision_m)
    while beyond - best > 1:
        middle = (best + beyond) // 2
        best, beyond = (middle, beyond) if enough(middle) else (best, middle)
    if best == 0 and not enough(0):  # side by side: dear to simulate, so only where nothing wider will do
        raise fail(ErrorCode.SPACING_UNREACHABLE, spacing_m=0, chance=f"{tried[0].chance:.4f}", wanted=chance)
    every = tuple((multiple * precision_m, tried[multiple]) for multiple in sorted(tried))
    return Spacing(transects.scaled(best * precision_m), tried[best], every)


def _never(target: TargetArea, transects: TransectSpacing, chance: float, precision_m: float) -> int:
    """Multiple of the precision at which the target is crossed too rarely; what is not crossed is not found."""
    multiple = 1
    while chance_to_cross(target, transects.scaled(multiple * precision_m)) > chance:
        multiple *= 2
        check("precision_m", precision_m, multiple < MOST_STEPS, _("not so small beside the target"))
    return multiple
