"""Seeded items: how many to hide, and what finding some of them says of those who search (methods A1, C3)."""

from collections.abc import Iterable
from dataclasses import dataclass

from scipy.stats import hypergeom

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.hazard.chances import ChanceToSee, chance_from_trial
from landrelease.hazard.search import trial_targets_for
from landrelease.i18n import _
from landrelease.survey.designs import Characteristic, characteristic
from landrelease.survey.lots import Chance, check_chance, check_count, check_sample


@dataclass(frozen=True, slots=True)
class SeedDesign:
    """Seeds that must all be found to show a chance to see.

    Attributes
    ----------
    seeds
        Seeded items in the inspected units.
    wanted
        Chance to see that finding all of them shows, with `confidence`.
    """

    seeds: int
    wanted: float
    confidence: float
    findings: tuple[Finding, ...] = ()

    @property
    def title(self) -> str:
        """Name of the design."""
        return _("{seeds} seeded items").format(seeds=self.seeds)

    @property
    def statement(self) -> str:
        """What the design supports, in words."""
        return _(
            "If all {seeds} seeded items in the inspected units are found, the chance to see is at least {wanted:g} "
            "with a confidence of {confidence:g}. One seed not found, and the verification fails."
        ).format(seeds=self.seeds, wanted=self.wanted, confidence=self.confidence)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What must hold, in words."""
        return (
            _("Seeds are as hard to see as what may have been missed: same kind, metal, depth and ground."),
            _("Those who inspect know neither how many seeds there are nor where."),
            _("Seeds are placed in units that are inspected, are found or not by themselves, and are all removed."),
        )

    def passed(self, per_cent: int) -> Chance:
        """Chance that all seeds are found by those whose true chance to see is so many per cent."""
        return Chance(*((1 - (per_cent / 100) ** self.seeds),) * 3)

    def characteristic(self, per_cents: Iterable[int] = range(50, 101, 2)) -> Characteristic:
        """Chance that all seeds are found, for each true chance to see in per cent."""
        axis = _("True chance to see, %")
        return characteristic(self.title, axis, per_cents, self.passed, 100 * self.wanted)


def seeds_for(wanted: float, confidence: float) -> SeedDesign:
    """Fewest seeds which, all found, show a chance to see of `wanted` with this confidence: 59 for .95 at .95.

    Raises
    ------
    LandreleaseError
        LR5001 for a chance or confidence of 0 or 1.
    """
    check_chance("wanted", wanted)
    check_chance("confidence", confidence)
    return SeedDesign(trial_targets_for(wanted, confidence), wanted, confidence)


def chance_from_seeds(found: int, placed: int, level: float = 0.9) -> ChanceToSee:
    """Chance to see that finding so many of the placed seeds supports: mean and exact (Clopper-Pearson) interval.

    Raises
    ------
    LandreleaseError
        LR5001 for no seeds, LR5049 for more found than placed.
    """
    check_chance("level", level)
    check_count("placed", placed)
    check_seeds(found, placed)
    said = _("seeds: {found} of {placed} found").format(found=found, placed=placed)
    return chance_from_trial(found, placed, level, said)


def seeds_to_place(units: int, sample: int, needed: int, confidence: float) -> int:
    """Units to seed before the sample is drawn, so that it holds at least `needed` of them with this confidence.

    For an organiser who must not know the sample: one seed a unit, drawn at random.

    Raises
    ------
    LandreleaseError
        LR5001 for a parameter out of range, LR5040 where the sample has fewer units than seeds are needed.
    """
    check_chance("confidence", confidence)
    check_count("needed", needed)
    check_sample(units, sample)
    check_sample(sample, needed)
    low, high = needed, units
    while low < high:
        middle = (low + high) // 2
        enough = float(hypergeom.sf(needed - 1, units, middle, sample)) >= confidence
        low, high = (low, middle) if enough else (middle + 1, high)
    return low


def check_seeds(found: int, placed: int) -> None:
    """Refuse (LR5049) seeds that cannot be."""
    if not 0 <= found <= placed:
        raise fail(ErrorCode.SEEDS_IMPOSSIBLE, found=found, placed=placed)
