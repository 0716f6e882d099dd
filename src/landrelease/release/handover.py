"""Handover of released land to its owner or community, with the residual risk assigned."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from landrelease.errors import ErrorCode, fail
from landrelease.geo.shapes import body_from_shape
from landrelease.i18n import N_, _
from landrelease.profile import Profile
from landrelease.record.entry import Entry, Statement
from landrelease.record.releasing import Handover
from landrelease.record.signing.trust import Trust
from landrelease.record.standing import age
from landrelease.release.decision import check_key
from landrelease.release.released import Released, released_land
from landrelease.terms import PositionQuality, Recipient, ReleaseStatus

if TYPE_CHECKING:
    from landrelease.land.accounts import Accounts
    from landrelease.record.register import Register

NEEDS: Mapping[str, str] = {
    "residual_risk": N_("who answers for the residual risk"),
    "community_told": N_("that the community was told"),
    "numbers": N_("how many women, men, girls and boys were told"),
    "turning_points": N_("how many turning points were surveyed"),
    "documents": N_("the documents handed over"),
}
"""What the profile may ask of a handover, in words (standards 4.3 and 5.2)."""


def hand_over(
    area_id: str,
    register: "Register",
    accounts: "Accounts",
    profile: Profile,
    *,
    signatory: str,
    organisation: str,
    day: str,
    recipient: str,
    recipient_kind: Recipient,
    part_ids: Sequence[str] | None = None,
    residual_risk_holder: str | None = None,
    residual_risk_duty: str | None = None,
    community_told: bool | None = None,
    told: Mapping[str, int] | None = None,
    turning_points_surveyed: int | None = None,
    markers_left: int | None = None,
    documents: Sequence[str] = (),
    note: str | None = None,
    trust: Trust | None = None,
) -> Statement:
    """Make the statement of a handover; nothing is recorded before it is appended.

    Parameters
    ----------
    signatory, organisation, day
        Who hands over, for whom, and when (ISO).
    told
        People present when the community was told: ``women``, ``men``, ``girls``, ``boys``; a missing one is unknown.
    part_ids
        Only these parts; all released parts of the area by default.
    trust
        Keys of the record; the signatory must hold one in force on the day.

    Raises
    ------
    LandreleaseError
        LR7011 where nothing is released, LR7022 for a signatory without a key in force, LR7030 naming all that the
        profile asks of a handover and that is missing.
    """
    land = _released(area_id, register, accounts, part_ids)
    if trust is not None:
        check_key(trust, signatory, day)
    shape = body_from_shape(land.parts.union_all(), PositionQuality.UNKNOWN) if part_ids is not None else None
    body = Handover(
        area=area_id, shape=shape, decision=land.decision.hash, signatory=signatory, recipient=recipient,
        recipient_kind=recipient_kind, residual_risk_holder=residual_risk_holder,
        residual_risk_duty=residual_risk_duty, community_told=community_told,
        turning_points_surveyed=turning_points_surveyed, markers_left=markers_left, documents=list(documents),
        note=note, **(told or {}),
    )  # fmt: skip
    _check_needs(body, profile)
    return Statement("handover", area_id, body, day, signatory, organisation, cites=land.cites)


def handover_of(area_id: str, register: "Register", decision: Entry) -> Entry | None:
    """Return the last handover of the land that a decision released, or None."""
    found = [
        entry for entry in register.entries("handover")
        if entry.body["area"] == area_id and entry.body["decision"] == decision.hash
    ]  # fmt: skip
    return max(found, key=age, default=None)


def _released(area_id: str, register: "Register", accounts: "Accounts", part_ids: Sequence[str] | None) -> Released:
    states = (ReleaseStatus.RELEASED,)
    land = released_land(register, accounts, area_id=area_id, states=states, part_ids=part_ids)
    if not land:
        raise fail(ErrorCode.RELEASE_NOTHING, area=area_id, wanted=ReleaseStatus.RELEASED.label)
    return Released.joined(land)


def _check_needs(body: Handover, profile: Profile) -> None:
    given = {
        "residual_risk": bool(body.residual_risk_holder and body.residual_risk_holder.strip()),
        "community_told": body.community_told is True,
        "numbers": None not in (body.women, body.men, body.girls, body.boys),
        "turning_points": body.turning_points_surveyed is not None,
        "documents": bool(body.documents),
    }
    missing = [_(NEEDS[need]) for need in profile.release.handover_needs if not given[need]]
    if missing:
        raise fail(ErrorCode.HANDOVER_INCOMPLETE, area=body.area, missing="; ".join(missing))
