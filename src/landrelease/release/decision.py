"""A named signatory's decision on land, as a statement that cites all evidence considered."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from landrelease.errors import ErrorCode, fail
from landrelease.geo.shapes import body_from_shape
from landrelease.hazard.surface import Surface
from landrelease.i18n import N_
from landrelease.profile import Profile
from landrelease.record.entry import Statement
from landrelease.record.kinds import ReleaseDecision
from landrelease.record.people import same_person
from landrelease.record.signing.keys import PublicKey
from landrelease.record.signing.trust import Trust
from landrelease.release.checks import Unmet
from landrelease.release.dossier import Dossier, Dossiers, last_day_of
from landrelease.release.gate import refuse_unmet, unmet_in
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

CAUSES = frozenset({
    "ordnance.item", "accident", "evidence", "release.check", "qa.visit", "nonconformity", "eod.spot_task",
    "survey.nts", "survey.ts", "hazard.report", "clearance.report",
})  # fmt: skip
"""Kinds of statement on which land may be reopened: something was found, seen or heard of."""

NO_ESTIMATE = N_("No estimate of the items left was made.")


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
    trust: Trust | None = None,
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
        Why an advisory criterion is overridden, the release refused, or the land reopened.
    limits
        What the decision does not cover, in words for the land user.
    cites
        Further statements considered, for example the item found that reopens the land.
    trust
        Keys of the record (`Ledger.trust`): the signatory must hold one in force on the day. Without it nothing is
        asked of keys; whoever records the decision signs it with `landrelease.record.signing.keyring.append_signed`.

    Raises
    ------
    LandreleaseError
        LR7001 to LR7010 and LR7021 for every criterion that a release does not meet; LR7011 where there is no such
        land, LR7012 for a signatory who wrote a report behind it, LR7024 for one who inspected it, LR7013 where a
        reason is missing, LR7022 for a signatory without a key in force, LR7025 for a day before the work, LR7031 for
        a reopening that cites nothing found.
    """
    dossier = _dossier(area_id, Dossiers(register, accounts, profile.release.evidence_fade_out_m), decision, part_ids)
    if trust is not None:
        check_key(trust, signatory, day)
    _check_signatory(dossier, signatory)
    _check_day(dossier, day)
    cites = tuple(cites)
    unmet = unmet_in(dossier, profile, surface) if decision == "release" else []
    _check_reason(dossier, register, unmet, decision, reason, cites)
    items = [left for _part, left, _area in residual_items(dossier, profile, surface)]
    overridden = sorted({each.criterion.code for each in unmet})
    known = _estimate_inputs(register, estimate) if items else {}
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
        override_reason=reason if decision in REASONED or overridden else None,
        overridden=overridden,
        limits=[*limits, *([] if items else [NO_ESTIMATE])],
        **known,
    )
    cited = sorted({*dossier.considered, *cites, *([estimate] if estimate else [])})
    return Statement("release.decision", area_id, body, day, signatory, organisation, cites=tuple(cited))


def check_key(trust: Trust, signatory: str, day: str, key: PublicKey | None = None) -> None:
    """Refuse a signatory without an officer's key in force on a day, or with another key than theirs.

    Parameters
    ----------
    key
        The key at hand; None where it does not matter which of the signatory's keys will sign.

    Raises
    ------
    LandreleaseError
        LR7022 where no key is in force, with the reason; LR7023 where `key` is none of them.
    """
    held = trust.officers(signatory, day)
    if not held:
        raise fail(ErrorCode.RELEASE_KEY, signatory=signatory, day=day, problem=trust.officer_lapsed(signatory, day))
    if key is not None and key not in held:
        raise fail(ErrorCode.RELEASE_KEY_OTHER, fingerprint=key.fingerprint, signatory=signatory, day=day)


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
    """Nobody decides on work that they reported or inspected themselves (invariant 8)."""
    made = {str(report) for report in dossier.parts["report"] if not pd.isna(report)}
    for report in sorted(made & set(dossier.reports)):
        if same_person(dossier.reports[report].author, signatory):
            raise fail(ErrorCode.RELEASE_SIGNATORY, signatory=signatory, report=report[:12], area=dossier.area_id)
    for visit in dossier.visits:
        if visit.body.get("area") == dossier.area_id and same_person(visit.author, signatory):
            raise fail(ErrorCode.RELEASE_SELF_CHECK, signatory=signatory, visit=visit.hash[:12], area=dossier.area_id)


def _check_day(dossier: Dossier, day: str) -> None:
    made = [dossier.reports[report] for report in dossier.made_by & set(dossier.reports)]
    later = max((last_day_of(report) for report in made), default="")
    if day < later:
        raise fail(ErrorCode.RELEASE_DAY, area=dossier.area_id, day=day, later=later)


def _check_reason(
    dossier: Dossier,
    register: "Register",
    unmet: list[Unmet],
    decision: Decision,
    reason: str | None,
    cites: tuple[str, ...],
) -> None:
    if decision in REASONED and not (reason and reason.strip()):
        raise fail(ErrorCode.RELEASE_REASON, area=dossier.area_id, decision=decision)
    if decision == "reopen" and not any(register.entry(one).kind in CAUSES for one in cites):
        raise fail(ErrorCode.REOPEN_UNFOUNDED, area=dossier.area_id)
    refuse_unmet(unmet, reason)


def _estimate_inputs(register: "Register", estimate: str | None) -> dict[str, Any]:
    """Return what the estimate was made of, so that the decision says it without the estimate at hand."""
    if estimate is None:
        return {}
    body = register.entry(estimate).body
    return {"advisory_method": body.get("method"), "advisory_inputs": list(body.get("inputs", ()))}
