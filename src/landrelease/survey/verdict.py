"""What was found against the design: a verdict with its reason.

Order of the questions: seeds first (an inspection that misses them shows nothing), then finds, then whether everything
drawn was inspected. No verdict releases land, and none says that ground is free of items.
"""

import math
from dataclasses import dataclass, replace

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.i18n import N_, _
from landrelease.survey.combined import CombinedDesign
from landrelease.survey.discovery import DiscoveryDesign
from landrelease.survey.lots import check_count
from landrelease.survey.sampling import SampleDesign, confidence_of
from landrelease.survey.seeds import check_seeds
from landrelease.terms import Term


class SampleOutcome(Term):
    """How an inspection by sample ends."""

    ACCEPTED = "accepted", N_("No item found in the sample")
    REJECTED = "rejected", N_("Item found: the lot is rejected")
    FAILED = "failed", N_("Seeds not found: the verification fails")
    INCOMPLETE = "incomplete", N_("Not all units drawn were inspected")


@dataclass(frozen=True, slots=True)
class SampleResult:
    """What an inspection reports.

    Attributes
    ----------
    inspected
        Units inspected; with targets, those drawn at random are counted in `inspected` and the targets apart.
    items
        Items found, seeds not counted.
    seeds, seeds_found
        Seeded items in the inspected units, and how many of them were found.
    targeted
        Targeted units inspected.
    """

    inspected: int
    items: int = 0
    seeds: int = 0
    seeds_found: int = 0
    targeted: int = 0

    def __post_init__(self) -> None:
        for name in ("inspected", "items", "seeds", "targeted"):
            check_count(name, getattr(self, name), 0)
        check_seeds(self.seeds_found, self.seeds)


@dataclass(frozen=True, slots=True)
class SampleVerdict:
    """Outcome, reason in words, and what must be known of it.

    Attributes
    ----------
    attained
        Chance that the inspection would have caught what the design is made to catch; 0 where it shows nothing.
    """

    outcome: SampleOutcome
    reason: str
    attained: float
    findings: tuple[Finding, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the lot passes."""
        return self.outcome is SampleOutcome.ACCEPTED


Judgeable = SampleDesign | DiscoveryDesign | CombinedDesign
"""Designs whose result can be judged."""


def judge_sample(design: Judgeable, result: SampleResult) -> SampleVerdict:
    """Judge what was found against the design.

    Raises
    ------
    LandreleaseError
        LR5040 where more units were inspected than the lot holds.
    """
    done = result.inspected + result.targeted
    if done > design.units:
        raise fail(ErrorCode.SAMPLE_IMPOSSIBLE, sample=done, units=design.units)
    attained = _attained(design, result)
    if result.seeds_found < result.seeds:
        details: dict[str, object] = {"missing": result.seeds - result.seeds_found, "placed": result.seeds}
        return _verdict(SampleOutcome.FAILED, 0.0, Finding(ErrorCode.SEEDS_NOT_FOUND, details))
    if result.items:
        details = {"items": result.items, "inspected": done, "units": design.units}
        return _verdict(SampleOutcome.REJECTED, 0.0, Finding(ErrorCode.ITEM_IN_SAMPLE, details))
    targets, random = _asked(design)
    if result.inspected < random or result.targeted < targets:
        details = {"inspected": done, "sample": design.sample, "attained": f"{attained:.4f}"}
        return _verdict(SampleOutcome.INCOMPLETE, attained, Finding(ErrorCode.SAMPLE_INCOMPLETE, details))
    return _accepted(design, result, attained)


def check_sample_accepted(design: Judgeable, result: SampleResult) -> SampleVerdict:
    """Judge, and raise with the reason unless the lot passes (LR5042, LR5043, LR5044)."""
    verdict = judge_sample(design, result)
    if not verdict.accepted:
        raise LandreleaseError(verdict.findings)
    return verdict


def _accepted(design: Judgeable, result: SampleResult, attained: float) -> SampleVerdict:
    reason = _(
        "No item was found in {inspected} of {units} units. Had {bad} or more of them held one, the inspection would "
        "have shown it with a chance of {attained:.4f}. It says nothing about fewer, and it is not a statement that "
        "the ground is free of items."
    ).format(inspected=result.inspected + result.targeted, units=design.units, bad=_aim(design), attained=attained)
    if result.seeds:
        reason += " " + _("All {seeds} seeded items were found.").format(seeds=result.seeds)
        return SampleVerdict(SampleOutcome.ACCEPTED, reason, attained, design.findings)
    return SampleVerdict(SampleOutcome.ACCEPTED, reason, attained, (*design.findings, Finding(ErrorCode.NO_SEEDS, {})))


def _verdict(outcome: SampleOutcome, attained: float, finding: Finding) -> SampleVerdict:
    return SampleVerdict(outcome, finding.what + ".", attained, (finding,))


def _asked(design: Judgeable) -> tuple[int, int]:
    """Targeted and random units that the design asks for."""
    return (design.targeted, design.random) if isinstance(design, CombinedDesign) else (0, design.sample)


def _aim(design: Judgeable) -> int:
    return math.ceil(design.bad_units)


def _attained(design: Judgeable, result: SampleResult) -> float:
    """Chance to catch what the design is made for, with what was inspected in truth."""
    if isinstance(design, CombinedDesign):
        done = replace(design, random=result.inspected, targeted=result.targeted)
        return done.attained
    if isinstance(design, DiscoveryDesign):
        return replace(design, sample=result.inspected).attained
    return confidence_of(design.units, result.inspected, design.clean_share, design.form, design.seen.low)
