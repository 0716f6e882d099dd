"""A limit that was not kept: what was observed, what the limit is, what the profile says follows."""

from collections.abc import Iterable
from dataclasses import dataclass

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.profile import Profile
from landrelease.record.conduct import NonconformityRaised
from landrelease.terms import NonconformityOrigin, NonconformitySeverity, OnBreach, SafetyRule


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule that a day or a plan does not keep.

    Attributes
    ----------
    who, day
        Team, and ISO day.
    observed, limit
        In words, with units.
    leads_to
        Whether the profile refuses it or flags it.
    entries
        Hashes of the statements that show it.
    """

    rule: SafetyRule
    who: str
    day: str
    observed: str
    limit: str
    leads_to: OnBreach
    entries: tuple[str, ...] = ()
    area: str | None = None
    organisation: str | None = None

    @property
    def finding(self) -> Finding:
        """The catalogue's finding of it: an error where the profile refuses it."""
        refused = self.leads_to is OnBreach.REFUSE
        error = ErrorCode.SAFETY_BREACH_REFUSED if refused else ErrorCode.SAFETY_BREACH
        return Finding(
            error,
            {"who": self.who, "day": self.day, "rule": self.rule.label, "observed": self.observed, "limit": self.limit},
        )

    def nonconformity(self, profile: Profile) -> NonconformityRaised:
        """The nonconformity that it proposes; it is written only when a person says so."""
        return NonconformityRaised(
            severity=profile.safety.severity.get(self.rule, NonconformitySeverity.MAJOR),
            requirement=f"safety.{self.rule.value}",
            origin=NonconformityOrigin.SAFETY_CHECK,
            found=f"{self.rule.label}: {self.observed} ({self.limit})",
            area=self.area,
            team=self.who,
            responsible_organisation=self.organisation,
        )


@dataclass(frozen=True, slots=True)
class NotStated:
    """A rule that could not be looked at, because a report does not say what it needs."""

    rule: SafetyRule
    who: str
    day: str
    missing: str

    @property
    def finding(self) -> Finding:
        """The catalogue's note of it."""
        return Finding(
            ErrorCode.SAFETY_NOT_STATED,
            {"who": self.who, "day": self.day, "rule": self.rule.label, "missing": self.missing},
        )


def refuse_breaches(breaches: Iterable[Breach]) -> None:
    """Refuse (LR3225, one finding for each) the breaches that the profile refuses; the others pass."""
    refused = [breach.finding for breach in breaches if breach.leads_to is OnBreach.REFUSE]
    if refused:
        raise LandreleaseError(refused)
