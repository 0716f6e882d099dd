"""Bodies of statements around a release: effort made, handover to the land user, checks of released land."""

from typing import Annotated

from pydantic import Field

from landrelease.record.body import Body, Count, Hash
from landrelease.record.shapes import AreaShape
from landrelease.terms import Effort, PostReleaseResult, Recipient


class EffortItem(Body):
    """One item of the checklist of all reasonable effort."""

    item: Annotated[str, Field(description="code of the profile's checklist")]
    effort: Effort
    note: Annotated[str | None, Field(description="what was done, or why it does not apply")] = None


class ReleaseEffort(Body):
    """All reasonable effort on an area, item by item of the profile's checklist; reports behind it are cited."""

    area: str
    items: list[EffortItem]


class Handover(Body):
    """Transfer of released land to its owner or community. Names of private people are pseudonyms.

    Numbers are those of the people present when the community was told; a number left out is unknown.
    """

    area: str
    shape: AreaShape | None = None
    decision: Annotated[Hash, Field(description="release decision that stands behind it")]
    signatory: Annotated[str, Field(description="who hands over, for the authority")]
    recipient: str
    recipient_kind: Recipient
    residual_risk_holder: Annotated[str | None, Field(description="who answers for what may still be found")] = None
    residual_risk_duty: Annotated[str | None, Field(description="what the holder has to do")] = None
    community_told: bool | None = None
    women: Count | None = None
    men: Count | None = None
    girls: Count | None = None
    boys: Count | None = None
    turning_points_surveyed: Count | None = None
    markers_left: Count | None = None
    documents: list[str] = []
    note: str | None = None


class PostReleaseCheck(Body):
    """A visit to released land: whether it is used, and whether anything contradicts the release."""

    area: str
    shape: AreaShape | None = None
    result: PostReleaseResult
    land_used: bool | None = None
    markers_in_place: bool | None = None
    informants: Count | None = None
    note: str | None = None
