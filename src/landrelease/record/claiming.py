"""Bodies of what is claimed and answered in public. None of them ever changes land."""

from typing import Annotated

from pydantic import Field

from landrelease.record.body import AreaM2, Body, Count, Day, Decimal, Hash
from landrelease.terms import ClaimDefinition, ClaimVerdict, FigureBound, SpeakerInterest


class Claim(Body):
    """What someone said about anything. A claim never changes land. The subject is what all claims on it share."""

    about: str
    speaker: str
    speaker_kind: str | None = None
    said: Annotated[str, Field(description="day, month or year; two with .. between; or before one")]
    text: str
    figures: dict[str, Decimal] = {}
    definition: ClaimDefinition = ClaimDefinition.NOT_STATED
    acknowledged: str | None = None
    link: str | None = None
    known: Annotated[Day | None, Field(description="when it became known, as distinct from when it was said")] = None
    period_from: Day | None = None
    period_to: Day | None = None
    area_m2: AreaM2 | None = None
    items: Count | None = None
    people: Count | None = None
    days: Count | None = None
    deaths: Count | None = None
    wounded: Count | None = None
    wounded_counted: Annotated[bool | None, Field(description="whether the speaker counted the wounded at all")] = None
    bounds: Annotated[dict[str, FigureBound] | None, Field(description="by figure: how exactly it was said")] = None
    interest: SpeakerInterest | None = None
    interest_note: str | None = None


class ClaimResponse(Body):
    """How someone answered a claim, which is also cited. The subject is that of the claim."""

    claim: Hash
    speaker: str
    speaker_kind: str | None = None
    said: Annotated[str, Field(description="day, month or year; two with .. between; or before one")]
    verdict: ClaimVerdict
    text: str
    link: str | None = None
    known: Day | None = None
