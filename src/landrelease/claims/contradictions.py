"""Claims on the same subject that give different figures, or mean different things by "cleared": side by side."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from landrelease.claims.entering import FIGURES
from landrelease.claims.held import HeldClaim
from landrelease.terms import ClaimDefinition, ClaimVerdict

DEFINITION, ANSWER = "definition", "answer"
"""Measures beside the figures: what 'cleared' means, and how a claim was answered."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one claim says."""

    claim: HeldClaim
    value: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Claims on one subject that differ in one measure. Nothing is merged, and no side is preferred."""

    subject: str
    measure: str
    sides: tuple[Side, ...]


def contradictions(claims: Sequence[HeldClaim]) -> list[Contradiction]:
    """Every measure of every subject on which claims differ, in the order of subject and measure.

    Definitions are compared among claims that speak of land or items; "not stated" is not a definition that contradicts
    another one. A claim that some acknowledge and others deny differs in its answers.
    """
    sides: defaultdict[tuple[str, str], list[Side]] = defaultdict(list)
    for claim in claims:
        for measure, value in _said(claim):
            sides[claim.subject, measure].append(Side(claim, value))
    return [
        Contradiction(subject, measure, tuple(found))
        for (subject, measure), found in sorted(sides.items())
        if len({side.value for side in found}) > 1
    ]


def figures_of(claim: HeldClaim) -> dict[str, str]:
    """Every figure of a claim by name, as text: those with a field of their own, then the others."""
    own = {name: str(value) for name in FIGURES if (value := getattr(claim.body, name)) is not None}
    return own | {name: str(value) for name, value in claim.body.figures.items()}


def _said(claim: HeldClaim) -> Iterator[tuple[str, str]]:
    yield from figures_of(claim).items()
    if claim.body.definition not in (ClaimDefinition.NOT_STATED, ClaimDefinition.NOT_APPLICABLE):
        yield DEFINITION, claim.body.definition.value
    verdicts = {answer.body.verdict for answer in claim.answers}
    if ClaimVerdict.ACKNOWLEDGED in verdicts and len(verdicts) > 1:
        for verdict in sorted(verdicts):
            yield f"{ANSWER}:{claim.hash}", verdict.value
