"""The figures that a claim is audited with, each with who gave it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from landrelease.claims.held import HeldClaim
from landrelease.terms import FigureBound

DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Given:
    """One figure that someone gave. `claim` is empty where it was only assumed for the audit."""

    name: str
    value: int
    bound: FigureBound
    claim: str
    speaker: str
    said: str


@dataclass(frozen=True)
class Figures:
    """What an audit goes by: every value given for each figure, those of the claim itself before all others."""

    given: Mapping[str, tuple[Given, ...]]

    def values(self, name: str) -> tuple[int, ...]:
        """Different values of a figure, least first; several where claims differ, for nothing is merged."""
        return tuple(sorted({one.value for one in self.given.get(name, ())}))

    def span(self, name: str) -> tuple[int, int] | None:
        """Least and greatest value; None where nobody gave any."""
        values = self.values(name)
        return (values[0], values[-1]) if values else None

    def bound(self, name: str) -> FigureBound:
        """How exactly a figure was said: as its speakers agree, else "about"."""
        bounds = {one.bound for one in self.given.get(name, ())}
        return bounds.pop() if len(bounds) == 1 else FigureBound.ABOUT


def figures_for(
    claim: HeldClaim, others: Sequence[HeldClaim], assumed: Mapping[str, Sequence[int]] | None = None
) -> Figures:
    """Gather the figures of a claim, and from others on the subject what it does not give itself.

    The number of days is gathered from all of them: each is plausible. What is assumed takes the place of what was
    said.
    """
    related = [other for other in others if other.subject == claim.subject and other.hash != claim.hash]
    found: dict[str, tuple[Given, ...]] = {}
    for name in ("area_m2", "items", "people", "days", "deaths"):
        own, foreign = _given(name, [claim]), _given(name, related)
        found[name] = (*own, *foreign) if name == "days" else own or foreign
        if assumed and name in assumed:
            found[name] = tuple(Given(name, value, FigureBound.EXACT, "", "", "") for value in assumed[name])
    found["deaths_days"] = found["days"] if assumed and "days" in assumed else _days_of_deaths([claim, *related], found)
    return Figures(found)


def _given(name: str, claims: Sequence[HeldClaim]) -> tuple[Given, ...]:
    return tuple(
        Given(name, value, _bound(each, name), each.hash, each.body.speaker, each.body.said)
        for each in claims
        if (value := getattr(each.body, name)) is not None
    )


def _bound(claim: HeldClaim, name: str) -> FigureBound:
    return (claim.body.bounds or {}).get(name, FigureBound.EXACT)


def _days_of_deaths(claims: Sequence[HeldClaim], found: Mapping[str, tuple[Given, ...]]) -> tuple[Given, ...]:
    """Days over which the deaths were counted: those given with them, else all."""
    counting = {one.claim for one in found["deaths"]}
    return _given("days", [claim for claim in claims if claim.hash in counting]) or found["days"]
