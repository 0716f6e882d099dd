"""A named signatory's decision on land, as a statement that cites all evidence considered."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

import pandas as pd

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.geo.shapes import body_from_shape
from landrelease.hazard.surface import Surface
from landrelease.i18n import _
from landrelease.profile import Profile
from landrelease.record.entry import Statement
from landrelease.record.kinds import ReleaseDecision
from landrelease.record.people import same_person
from landrelease.release.dossier import Dossier, Dossiers
from landrelease.release.gate import unmet_in
from landrelease.release.residual import residual_items
from landrelease.terms import PositionQuality, ReleaseRoute, ReleaseStatus

if TYPE_CHECKING:
    from landrelease.land.accounts import Accounts
    from landrelease.record.register import Register

Decision = Literal["release", "refuse", "hand_over", "reopen"]

DECIDED_FROM: dict[str, frozenset[ReleaseStatus]] = {
    "release": frozenset({ReleaseStatus.CANCELLED, ReleaseStatus.REDUCED, ReleaseStatus.CLEARED}),
    "refuse": frozenset({ReleaseStatus.CANCELLED, ReleaseStatus.REDUCED, ReleaseStatus.CLEARED}),
    "hand_over": frozenset({ReleaseStatus.RELEASED}),
    "reopen": frozenset({ReleaseStatus.RELEASED, ReleaseStatus.HANDED_OVER}),
}
"""States of parts that each decision is about; a release also meets unresolved parts, which the gate refuses."""

DECIDED_TO: dict[str, ReleaseStatus] = {
    "release": ReleaseStatus.RELEASED,
    "refuse": ReleaseStatus.UNRESOLVED,
    "hand_over": ReleaseStatus.HANDED_OVER,
    "reopen": ReleaseStatus.REOPENED,
}
"""State that each decision leads to; a refusal leaves the parts as they were reported."""

REASONED = frozenset({"refuse", "reopen"})


def decide(
    area_id: str,
    register: "Register",
    accounts: "Accounts",
    profile: Profile,
    *,
    signatory: str,
    organisation: str,
    day: str,
    decision: Decision = "release",
    part_ids: Sequence[str] | None = None,
    surface: Surface | None = None,
    estimate: str | None = None,
    reason: str | None = None,
    limits: Iterable[str] = (),
    cites: Iterable[str] = (),
) -> Statement:
    """Make the statement of a person's decision; nothing is recorded before it is appended to a ledger.

    Parameters
    ----------
    signatory, organisation
        Who signs, and for whom.
    day
        Day of the decision, ISO.
    part_ids
        Only these parts; all parts of the area that the decision can be about by default.
    surface, estimate
        The advisory estimate and the hash of the statement that recorded it.
    reason
        Why the advisory figure is overridden, the release refused, or the land reopened.
    limits
        What the decision does not cover, in words for the land user.
    cites
        Further statements considered, for example the item found that reopens the land.

    Raises
    ------
    LandreleaseError
        LR7001 to LR7010 for every criterion that a release does not meet; LR7011 where there is no such land, LR7012
        for a signatory who wrote a report behind it, LR7013 where a reason is missing.
    """
    dossier = _dossier(area_id, Dossiers(register, accounts, profile.release.evidence_fade_out_m), decision, part_ids)
    _check_signatory(dossier, signatory)
    _check_reason(dossier, profile, surface, decision, reason)
    items = [left for _part, left, _area in residual_items(dossier, profile, surface)]
    override = reason if decision in REASONED or _overrides(dossier, profile, surface, decision) else None
    body = ReleaseDecision(
        area=area_id,
        decision=decision,
        to=DECIDED_TO[decision],
        shape=body_from_shape(dossier.parts.union_all(), PositionQuality.UNKNOWN) if part_ids is not None else None,
        routes=sorted({ReleaseRoute(route) for route in dossier.parts["route"].dropna()}),
        signatory=signatory,
        profile=f"{profile.identity.name} {profile.identity.version} {profile.sha256}",
        advisory_items_left=f"{sum(items):.6f}" if items else None,
        advisory_estimate=estimate if items else None,
        override_reason=override,
        limits=[*limits, *([] if items else [_("No estimate of the items left was made.")])],
    )
    cited = sorted({*dossier.considered, *cites, *([estimate] if estimate else [])})
    return Statement("release.decision", area_id, body, day, signatory, organisation, cites=tuple(cited))


def _dossier(area_id: str, dossiers: Dossiers, decision: Decision, part_ids: Sequence[str] | None) -> Dossier:
    """Keep the parts that this decision is about; a release keeps unresolved ones too, so that the gate names them."""
    whole = dossiers.of(area_id, part_ids)
    states = DECIDED_FROM[decision]
    if decision == "release":
        states = states | {ReleaseStatus.UNRESOLVED, ReleaseStatus.REOPENED}
    parts = whole.parts[whole.parts["release_status"].isin(states)]
    if parts.empty:
        raise fail(ErrorCode.RELEASE_NOTHING, area=area_id, wanted=", ".join(sorted(part.label for part in states)))
    return whole.only(parts)


def _check_signatory(dossier: Dossier, signatory: str) -> None:
    made = {str(report) for report in dossier.parts["report"] if not pd.isna(report)}
    for report in sorted(made & set(dossier.reports)):
        if same_person(dossier.reports[report].author, signatory):
            raise fail(ErrorCode.RELEASE_SIGNATORY, signatory=signatory, report=report[:12], area=dossier.area_id)


def _check_reason(
    dossier: Dossier, profile: Profile, surface: Surface | None, decision: Decision, reason: str | None
) -> None:
    if decision in REASONED and not (reason and reason.strip()):
        raise fail(ErrorCode.RELEASE_REASON, area=dossier.area_id, decision=decision)
    if decision != "release":
        return
    overridden = bool(reason and reason.strip())
    binding = [unmet for unmet in unmet_in(dossier, profile, surface) if not (unmet.criterion.advisory and overridden)]
    if binding:
        raise LandreleaseError(unmet.finding for unmet in binding)


def _overrides(dossier: Dossier, profile: Profile, surface: Surface | None, decision: Decision) -> bool:
    return decision == "release" and any(unmet.criterion.advisory for unmet in unmet_in(dossier, profile, surface))
