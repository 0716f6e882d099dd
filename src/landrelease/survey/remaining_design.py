"""The survey that leaves at most so many items, as a design: its words, its characteristic, a detector that misses.

Methods A2; an item is met with chance p, the surveyed share, and recognised with chance q, so that ``p q`` takes the
place of p in both models of `remaining`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.hazard.chances import ChanceToSee
from landrelease.i18n import _
from landrelease.survey.designs import Characteristic, bounds_of, characteristic, counts_to, effective, said_chance
from landrelease.survey.lots import CERTAIN, Chance
from landrelease.survey.remaining import ItemsPrior, confidence_in_at_most, share_to_survey, share_to_survey_informed
from landrelease.survey.sampling import seeds_first


@dataclass(frozen=True, slots=True)
class RemainingDesign:
    """Survey a share of a site at random; with nothing found, at most `most_items` remain with `confidence`.

    Attributes
    ----------
    share
        Share of the site to survey.
    prior
        Belief about the number of items before; None where every number is equally likely.
    """

    most_items: int
    confidence: float
    share: float
    prior: ItemsPrior | None = None
    seen: ChanceToSee = CERTAIN
    findings: tuple[Finding, ...] = ()

    @property
    def title(self) -> str:
        """Name of the design."""
        return _("Survey of {share:.4f} of the site").format(share=self.share)

    @property
    def statement(self) -> str:
        """What the design supports, in words."""
        return _(
            "If {share:.6f} of the site is surveyed and nothing is found, at most {most} items remain with a "
            "confidence of {attained:.4f}."
        ).format(share=self.share, most=self.most_items, attained=self.attained)

    @property
    def attained(self) -> float:
        """Confidence that at most so many items remain, at the lower end of the chance to see."""
        effective_share = self.share * self.seen.low
        if self.prior is None:
            return confidence_in_at_most(self.most_items, effective_share)
        return self.prior.remaining(effective_share).at_most(self.most_items)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What must hold, in words."""
        belief = (
            _("Before the survey every number of items is equally likely.")
            if self.prior is None
            else _("Before the survey {mean:.1f} items are expected, as stated by those who gave the belief.").format(
                mean=self.prior.mean
            )
        )
        return (
            _("The surveyed ground is a random part of the site, and each item lies in it by itself."),
            belief,
            said_chance(self.seen),
            seeds_first(),
            _("The design counts on finding nothing; one find means working it out again with the find."),
        )

    def caught(self, items: int) -> Chance:
        """Chance that the survey finds at least one of so many items."""
        chances = (self.seen.mean, self.seen.low, self.seen.high)
        return Chance(*(1 - (1 - self.share * each) ** items for each in chances))

    def caught_items(self, items: int, design_effect: float = 1.0) -> Chance:
        """Chance to find at least one of so many items, which lie together by this design effect."""
        return self.caught(effective(items, design_effect))

    def characteristic(self, items: Iterable[int] | None = None) -> Characteristic:
        """Chance that nothing is found for each true number of items."""
        counts = counts_to(self.most_items + 1) if items is None else items
        axis = _("Items on the site")
        return characteristic(self.title, axis, counts, self.caught, self.most_items + 1, None, bounds_of(self.seen))


def remaining_design(
    most_items: int, confidence: float, prior: ItemsPrior | None = None, seen: ChanceToSee = CERTAIN
) -> RemainingDesign:
    """Share of a site to survey so that, with nothing found, at most so many items remain with this confidence.

    Parameters
    ----------
    most_items
        Items that may remain.
    prior
        From `prior_from_statement`; without one every number of items is equally likely.
    seen
        Chance to recognise an item in surveyed ground; the share is large enough at its lower end.

    Raises
    ------
    LandreleaseError
        LR5001 for a parameter out of range, LR5041 where a survey of the whole site would not do.
    """
    if prior is None:
        wanted = share_to_survey(most_items, confidence)
    else:
        wanted = share_to_survey_informed(prior, most_items, confidence)
    if wanted > seen.low:
        whole = RemainingDesign(most_items, confidence, 1.0, prior, seen)
        raise fail(
            ErrorCode.DETECTOR_TOO_WEAK,
            bad=most_items + 1, chance=f"{seen.low:.3g}", most=f"{whole.attained:.4f}", wanted=f"{confidence:.4f}",
        )  # fmt: skip
    share = wanted / seen.low if wanted else 0.0
    return RemainingDesign(most_items, confidence, share, prior, seen)
