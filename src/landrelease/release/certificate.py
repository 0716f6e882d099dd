"""The certificate of released land: data that repeat what was recorded and decided, and who signed it.

It never says that ground is safe. It says who searched what, how, to which depth, who checked it and who decided.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, fail
from landrelease.geo.shapes import shape_from_body
from landrelease.i18n import _, isolated
from landrelease.profile import Profile
from landrelease.record.entry import Entry
from landrelease.record.kinds import ReleaseDecision
from landrelease.record.people import same_person
from landrelease.record.releasing import Handover
from landrelease.record.signing.keys import PublicKey
from landrelease.record.signing.trust import Trust, check_officer_signature
from landrelease.record.standing import age
from landrelease.release.dossier import METRES_A_DEGREE, Dossier, Dossiers, last_day_of
from landrelease.release.gate import SETTLED
from landrelease.release.handover import handover_of
from landrelease.release.perimeter import TurningPoint, rings_of, turning_points, utm_zone, walkable
from landrelease.release.released import released_land
from landrelease.terms import AssetKind, Effort, OrdnanceClass, QualityResult, ReleaseRoute, ReleaseStatus

if TYPE_CHECKING:
    from landrelease.land.accounts import Accounts
    from landrelease.record.register import Register

NEIGHBOURHOOD_M = 250.0
"""How far around the released land its neighbours are shown, metres."""


@dataclass(frozen=True, slots=True)
class CertifiedPart:
    """One part of the released land.

    Attributes
    ----------
    method, depth_cm, coverage_permille
        As the report states them; None where it does not, or where the route has none.
    rings
        Turning points of each ring, outer rings clockwise as walked, then holes.
    shape
        Perimeter as walked, WGS 84.
    """

    part_id: str
    route: ReleaseRoute
    area_m2: float
    report: str
    organisation: str
    worked_from: str
    worked_to: str
    method: AssetKind | None
    depth_cm: int | None
    coverage_permille: int | None
    rings: tuple[tuple[TurningPoint, ...], ...]
    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Land beside the released land, and its state."""

    state: ReleaseStatus
    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class CertifiedEffort:
    """One item of the checklist of all reasonable effort, in the profile's words."""

    item: str
    effort: Effort
    note: str | None


@dataclass(frozen=True, slots=True)
class CertifiedSignature:
    """A signature of the decision by an officer.

    Attributes
    ----------
    fingerprint
        Of the key; people compare it with what the office gave them.
    holds
        Whether it is the key's signature of the decision, and the key was the officer's on that day.
    """

    officer: str
    fingerprint: str
    day: str
    holds: bool


@dataclass(frozen=True, slots=True)
class CertifiedHandover:
    """The handover of the land, as recorded."""

    day: str
    recipient: str
    residual_risk_holder: str | None
    women: int | None
    men: int | None
    girls: int | None
    boys: int | None


@dataclass(frozen=True, slots=True)
class CertifiedProof:
    """The proof file beside the certificate.

    Attributes
    ----------
    file
        Its name.
    sha256
        Of its bytes, hexadecimal digits.
    log_key
        Verifier key of the log that signed it.
    """

    file: str
    sha256: str
    log_key: str


@dataclass(frozen=True, slots=True)
class CertifiedFind:
    """Items of one class found in the released land."""

    ordnance: OrdnanceClass
    found: int
    destroyed: int | None


@dataclass(frozen=True, slots=True)
class CertifiedVisit:
    """A QA visit to the land."""

    entry: str
    day: str
    organisation: str
    inspected_organisation: str
    result: QualityResult


@dataclass(frozen=True)
class Certificate:
    """Everything that a land user reads on the certificate; words are added when it is set in a language.

    Attributes
    ----------
    decision
        Hash of the decision that this repeats.
    signatory, organisation
        Who decided, and for whom (its name, where the record has one).
    advisory_items_left, advisory_method, override_reason
        The advisory figure, how it was estimated, and why it or another advisory criterion was overridden.
    zone
        UTM zone of eastings and northings.
    decision_limits
        What the decision itself says that it does not cover.
    cites
        All statements that the decision considered.
    signatures
        Officers' signatures of the decision, none where nobody signed it.
    proof
        None until a proof is made (`dataclasses.replace`).
    """

    area_id: str
    name: str
    admin_area: str | None
    decision: str
    decided_on: str
    signatory: str
    organisation: str
    profile: str
    required_depth_cm: float
    area_m2: float
    zone: pyproj.CRS
    parts: tuple[CertifiedPart, ...]
    neighbours: tuple[Neighbour, ...]
    finds: tuple[CertifiedFind, ...]
    visits: tuple[CertifiedVisit, ...]
    effort: tuple[CertifiedEffort, ...]
    handover: CertifiedHandover | None
    advisory_items_left: str | None
    advisory_method: str | None
    override_reason: str | None
    decision_limits: tuple[str, ...]
    cites: tuple[str, ...]
    signatures: tuple[CertifiedSignature, ...] = ()
    proof: CertifiedProof | None = None

    @property
    def signed(self) -> bool:
        """Whether the person who decided has signed, with a key that was theirs."""
        return any(each.holds and same_person(each.officer, self.signatory) for each in self.signatures)

    @property
    def statement(self) -> str:
        """What is certified, in the user's language."""
        return _(
            "{signatory} decided to release the land described here, on the evidence listed and under the standards "
            "profile named. This document repeats what was recorded; it does not state that the ground is safe."
        ).format(signatory=isolated(self.signatory))

    @property
    def residual(self) -> str:
        """The advisory figure, in the user's language."""
        if self.advisory_items_left is None:
            text = _("No estimate of the items left was made. Some risk always remains after land release.")
        else:
            text = _(
                "The advisory estimate of items left in this land was {items}. Some risk always remains after land "
                "release."
            ).format(items=isolated(f"{float(self.advisory_items_left):.3g}"))
        if self.override_reason:
            text += " " + _("The signatory overrode what was advisory: {reason}").format(reason=self.override_reason)
        return text

    @property
    def limits(self) -> tuple[str, ...]:
        """What the certificate does not say, in the user's language."""
        return (
            _("Search reached the depth stated for each part; nothing is said about ground below it."),
            _("Only the land inside the turning points listed is meant."),
            _("Whoever finds a suspicious object leaves it, marks the way back and reports it at once."),
            *(_(limit) for limit in self.decision_limits),
        )


def certificate(
    area_id: str,
    register: "Register",
    accounts: "Accounts",
    profile: Profile,
    *,
    decision: str | None = None,
    part_ids: Sequence[str] | None = None,
    trust: Trust | None = None,
) -> Certificate:
    """Gather the certificate of an area's released parts.

    Parameters
    ----------
    decision
        Hash of the release decision; the latest one on the area by default, or on `part_ids` where these are given.
    part_ids
        Only these parts.
    trust
        Keys of the record, by which signatures are judged; without them only whether they are the key's.

    Raises
    ------
    LandreleaseError
        LR7014 where no release decision is on record, LR7011 where no part is released.
    """
    dossiers = Dossiers(register, accounts, profile.release.evidence_fade_out_m)
    entry = _decision(area_id, register, decision, accounts, part_ids)
    dossier = _released(dossiers.of(area_id, part_ids), entry)
    body, names = ReleaseDecision.model_validate(entry.body), Names(register)
    zone = utm_zone(*dossier.parts.union_all().representative_point().coords[0])
    first = dossier.parts.iloc[0]
    return Certificate(
        area_id=area_id, name=str(first["name"]),
        admin_area=None if pd.isna(first["admin_area"]) else names.of("admin_area", str(first["admin_area"])),
        decision=entry.hash, decided_on=entry.valid_from, signatory=body.signatory,
        organisation=names.of("organisation", entry.organisation),
        profile=body.profile, required_depth_cm=profile.land.required_depth_cm,
        area_m2=float(dossier.parts["area_m2"].sum()), zone=zone,
        parts=tuple(_part(part, dossier.report_of(part), zone, names) for part in dossier.parts.itertuples()),
        neighbours=tuple(_neighbours(dossier, accounts)), finds=tuple(_finds(dossier)),
        visits=tuple(_visits(dossier, names)), effort=tuple(_effort(dossier, profile)),
        handover=_handover(area_id, register, entry),
        advisory_items_left=body.advisory_items_left, advisory_method=body.advisory_method,
        override_reason=body.override_reason, decision_limits=tuple(body.limits), cites=entry.cites,
        signatures=tuple(_signatures(entry, register, trust)),
    )  # fmt: skip


class Names:
    """Names of organisations and administrative areas as the record has them last; else their identifiers."""

    def __init__(self, register: "Register") -> None:
        self._register = register

    def of(self, kind: str, subject: str) -> str:
        """Name of a subject of this kind."""
        said = [entry for entry in self._register.about(subject) if entry.kind == kind]
        return str(said[-1].body["name"]) if said else subject


def _decision(
    area_id: str, register: "Register", wanted: str | None, accounts: "Accounts", part_ids: Sequence[str] | None
) -> Entry:
    if wanted is None and part_ids is not None:
        land = released_land(register, accounts, area_id=area_id, part_ids=part_ids)
        wanted = land[-1].decision.hash if land else None
    entries = [
        entry
        for entry in register.entries("release.decision")
        if entry.body["area"] == area_id
        and entry.body["decision"] == "release"
        and (wanted is None or entry.hash == wanted)
    ]
    if not entries:
        raise fail(ErrorCode.CERTIFICATE_NO_DECISION, area=area_id)
    return max(entries, key=age)


def _released(dossier: Dossier, decision: Entry) -> Dossier:
    """Keep the released parts that the decision is about: inside its shape, where it has one."""
    parts = dossier.parts[
        dossier.parts["release_status"].isin(SETTLED) & dossier.parts["report"].isin(list(decision.cites))
    ]
    if decision.body.get("shape"):
        parts = parts[parts.representative_point().within(shape_from_body(decision.body["shape"]))]
    if parts.empty:
        raise fail(ErrorCode.RELEASE_NOTHING, area=dossier.area_id, wanted=_("released parts"))
    return dossier.only(parts)


def _part(part: Any, report: Entry | None, zone: pyproj.CRS, names: Names) -> CertifiedPart:
    body = report.body if report is not None else {}
    shape = walkable(part.geometry)
    return CertifiedPart(
        part_id=part.part_id, route=ReleaseRoute(part.route), area_m2=float(part.area_m2), report=str(part.report),
        organisation=names.of("organisation", report.organisation) if report is not None else "",
        worked_from=report.valid_from if report is not None else str(part.reported_on),
        worked_to=last_day_of(report) if report is not None else str(part.reported_on),
        method=AssetKind(body["method"]) if "method" in body else None,
        depth_cm=body.get("depth_cm"), coverage_permille=body.get("coverage_permille"),
        rings=tuple(turning_points(ring, zone) for ring in rings_of(shape)), shape=shape,
    )  # fmt: skip


def _finds(dossier: Dossier) -> Iterator[CertifiedFind]:
    made = sorted(dossier.made_by & set(dossier.reports))
    finds = [find for report in made for find in dossier.reports[report].body.get("finds", ())]
    for ordnance in sorted({find["ordnance"] for find in finds}):
        of_class = [find for find in finds if find["ordnance"] == ordnance]
        stated = [find["destroyed"] for find in of_class if "destroyed" in find]
        yield CertifiedFind(
            OrdnanceClass(ordnance), sum(find["quantity"] for find in of_class), sum(stated) if stated else None
        )


def _visits(dossier: Dossier, names: Names) -> Iterator[CertifiedVisit]:
    for visit in dossier.visits:
        if visit.body.get("area") == dossier.area_id:
            by, of = (
                names.of("organisation", one) for one in (visit.organisation, visit.body["inspected_organisation"])
            )
            yield CertifiedVisit(visit.hash, visit.valid_from, by, of, QualityResult(visit.body["result"]))


def _neighbours(dossier: Dossier, accounts: "Accounts") -> Iterator[Neighbour]:
    """Parts near the land that are not certified here, whosever area they belong to."""
    mine, everything = dossier.parts, accounts.parts()
    x_min, y_min, x_max, y_max = mine.total_bounds
    height = NEIGHBOURHOOD_M / METRES_A_DEGREE
    width = height / max(float(np.cos(np.radians(max(abs(y_min), abs(y_max)) + height))), 0.01)
    near = everything.sindex.query(shapely.box(x_min - width, y_min - height, x_max + width, y_max + height))
    own = set(mine["part_id"])
    for part in everything.iloc[sorted(near)].itertuples():
        if part.part_id not in own and not part.geometry.is_empty:
            yield Neighbour(ReleaseStatus(part.release_status), part.geometry)


def _effort(dossier: Dossier, profile: Profile) -> Iterator[CertifiedEffort]:
    words = profile.reasonable_effort
    for item in dossier.effort.body["items"] if dossier.effort else ():
        yield CertifiedEffort(words.get(item["item"], item["item"]), Effort(item["effort"]), item.get("note"))


def _handover(area_id: str, register: "Register", decision: Entry) -> CertifiedHandover | None:
    entry = handover_of(area_id, register, decision)
    if entry is None:
        return None
    body = Handover.model_validate(entry.body)
    return CertifiedHandover(
        entry.valid_from, body.recipient, body.residual_risk_holder, body.women, body.men, body.girls, body.boys
    )


def _signatures(decision: Entry, register: "Register", trust: Trust | None) -> Iterator[CertifiedSignature]:
    for entry in register.about(f"entry:{decision.hash}"):
        if entry.kind == "signature" and entry.body["entry"] == decision.hash:
            holds = check_officer_signature(entry, trust) is None
            key = PublicKey.from_hex(entry.body["public_key"])
            yield CertifiedSignature(entry.author, key.fingerprint, entry.valid_from, holds)
