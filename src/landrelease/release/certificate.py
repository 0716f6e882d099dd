"""The certificate of released land: unsigned data that repeat what was recorded and decided.

It never says that ground is safe. It says who searched what, how, to which depth, who checked it and who decided.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyproj
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, fail
from landrelease.geo.crs import from_wgs84, local_equal_area, to_wgs84
from landrelease.geo.shapes import shape_from_body
from landrelease.i18n import _
from landrelease.profile import Profile
from landrelease.record.entry import Entry
from landrelease.record.kinds import ReleaseDecision
from landrelease.release.dossier import Dossier, Dossiers, last_day_of
from landrelease.release.gate import SETTLED
from landrelease.terms import AssetKind, OrdnanceClass, QualityResult, ReleaseRoute

if TYPE_CHECKING:
    from landrelease.land.accounts import Accounts
    from landrelease.record.register import Register

_WALKED_M = 0.02
"""Nobody walks finer than this, metres."""
_SHARPEST = 20.0
"""Corners down to 6 degrees stay corners (mitre limit)."""

_ELLIPSOID = pyproj.Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class TurningPoint:
    """A corner of a perimeter and the leg to the next one.

    Attributes
    ----------
    label
        ``SP`` for the start point, ``TP2``, ``TP3`` and so on after it.
    longitude, latitude
        WGS 84, degrees.
    bearing_deg
        True bearing to the next point, 0 up to 360 degrees.
    distance_m
        Geodesic distance to the next point, metres.
    """

    label: str
    longitude: float
    latitude: float
    bearing_deg: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class CertifiedPart:
    """One part of the released land.

    Attributes
    ----------
    method, depth_cm, coverage_permille
        As the report states them; None where it does not, or where the route has none.
    rings
        Turning points of each ring, outer rings clockwise as walked, then holes.
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
    """Everything that a land user reads on the certificate; not signed.

    Attributes
    ----------
    decision
        Hash of the decision that this repeats.
    statement, limits
        What is certified, and what is not, in words.
    residual
        The advisory figure in words.
    cites
        All statements that the decision considered.
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
    parts: tuple[CertifiedPart, ...]
    finds: tuple[CertifiedFind, ...]
    visits: tuple[CertifiedVisit, ...]
    statement: str
    residual: str
    limits: tuple[str, ...]
    cites: tuple[str, ...]
    signed: bool = False


def certificate(
    area_id: str, register: "Register", accounts: "Accounts", profile: Profile, *, decision: str | None = None
) -> Certificate:
    """Gather the certificate of an area's released parts.

    Parameters
    ----------
    decision
        Hash of the release decision; the latest one on the area by default.

    Raises
    ------
    LandreleaseError
        LR7014 where no release decision is on record, LR7011 where no part is released.
    """
    entry = _decision(area_id, register, decision)
    dossier = _released(Dossiers(register, accounts, profile.release.evidence_fade_out_m).of(area_id), entry)
    body = ReleaseDecision.model_validate(entry.body)
    parts = tuple(_part(part, dossier.report_of(part)) for part in dossier.parts.itertuples())
    first = dossier.parts.iloc[0]
    return Certificate(
        area_id=area_id, name=str(first["name"]),
        admin_area=None if pd.isna(first["admin_area"]) else str(first["admin_area"]),
        decision=entry.hash, decided_on=entry.valid_from, signatory=body.signatory, organisation=entry.organisation,
        profile=body.profile, required_depth_cm=profile.land.required_depth_cm,
        area_m2=float(dossier.parts["area_m2"].sum()), parts=parts, finds=tuple(_finds(dossier)),
        visits=tuple(_visits(dossier)), statement=_statement(body), residual=_residual(body),
        limits=(*_standing_limits(), *body.limits), cites=entry.cites,
    )  # fmt: skip


def turning_points(ring: list[tuple[float, float]]) -> tuple[TurningPoint, ...]:
    """Label the corners of a closed ring of WGS 84 positions, with true bearing and distance to the next corner."""
    longitudes, latitudes = [lon for lon, _lat in ring], [lat for _lon, lat in ring]
    forward, _back, distances = _ELLIPSOID.inv(longitudes[:-1], latitudes[:-1], longitudes[1:], latitudes[1:])
    return tuple(
        TurningPoint("SP" if index == 0 else f"TP{index + 1}", lon, lat, float(bearing % 360), float(distance))
        for index, (lon, lat, bearing, distance) in enumerate(
            zip(longitudes[:-1], latitudes[:-1], forward, distances, strict=True)
        )
    )


def _decision(area_id: str, register: "Register", wanted: str | None) -> Entry:
    entries = [
        entry
        for entry in register.entries("release.decision")
        if entry.body["area"] == area_id
        and entry.body["decision"] == "release"
        and (wanted is None or entry.hash == wanted)
    ]
    if not entries:
        raise fail(ErrorCode.CERTIFICATE_NO_DECISION, area=area_id)
    return max(entries, key=lambda entry: (entry.valid_from, entry.recorded))


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


def _part(part: Any, report: Entry | None) -> CertifiedPart:
    body = report.body if report is not None else {}
    return CertifiedPart(
        part_id=part.part_id, route=ReleaseRoute(part.route), area_m2=float(part.area_m2), report=str(part.report),
        organisation=report.organisation if report is not None else "",
        worked_from=report.valid_from if report is not None else str(part.reported_on),
        worked_to=last_day_of(report) if report is not None else str(part.reported_on),
        method=AssetKind(body["method"]) if "method" in body else None,
        depth_cm=body.get("depth_cm"), coverage_permille=body.get("coverage_permille"),
        rings=tuple(turning_points(ring) for ring in _rings(part.geometry)),
    )  # fmt: skip


def _rings(geometry: BaseGeometry) -> Iterator[list[tuple[float, float]]]:
    """Every ring, outer rings clockwise: the order in which a perimeter is walked with the land on the right."""
    for polygon in shapely.get_parts(_walkable(geometry)):
        walked = shapely.orient_polygons(polygon, exterior_cw=True)
        yield [(x, y) for x, y, *_z in walked.exterior.coords]
        for hole in walked.interiors:
            yield [(x, y) for x, y, *_z in hole.coords]


def _walkable(geometry: BaseGeometry) -> BaseGeometry:
    """Perimeter as it can be walked: points on a straight line and hairline spurs, left by overlays, are dropped."""
    x_min, y_min, x_max, y_max = geometry.bounds
    plane = local_equal_area([x_min, x_max], [y_min, y_max])
    shrunk = from_wgs84(geometry, plane).buffer(-_WALKED_M, join_style="mitre", mitre_limit=_SHARPEST)
    opened = shrunk.buffer(_WALKED_M, join_style="mitre", mitre_limit=_SHARPEST)
    # the first point of a ring is never dropped: begin at the next one, which is a corner, and look again
    corners = [_turned(polygon) for polygon in shapely.get_parts(shapely.simplify(opened, _WALKED_M))]
    walked = to_wgs84(shapely.simplify(shapely.MultiPolygon(corners), _WALKED_M), plane)
    return geometry if walked.is_empty else walked


def _turned(polygon: Polygon) -> Polygon:
    rings = (shapely.get_coordinates(ring)[:-1] for ring in (polygon.exterior, *polygon.interiors))
    shell, *holes = (np.roll(ring, -1, axis=0) for ring in rings)
    return Polygon(shell, holes)


def _finds(dossier: Dossier) -> Iterator[CertifiedFind]:
    made = sorted(dossier.made_by & set(dossier.reports))
    finds = [find for report in made for find in dossier.reports[report].body.get("finds", ())]
    for ordnance in sorted({find["ordnance"] for find in finds}):
        of_class = [find for find in finds if find["ordnance"] == ordnance]
        stated = [find["destroyed"] for find in of_class if "destroyed" in find]
        yield CertifiedFind(
            OrdnanceClass(ordnance), sum(find["quantity"] for find in of_class), sum(stated) if stated else None
        )


def _visits(dossier: Dossier) -> Iterator[CertifiedVisit]:
    for visit in dossier.visits:
        if visit.body.get("area") == dossier.area_id:
            inspected, result = visit.body["inspected_organisation"], QualityResult(visit.body["result"])
            yield CertifiedVisit(visit.hash, visit.valid_from, visit.organisation, inspected, result)


def _statement(body: ReleaseDecision) -> str:
    return _(
        "{signatory} decided to release the land described here, on the evidence listed and under the standards "
        "profile named. This document repeats what was recorded; it does not state that the ground is safe."
    ).format(signatory=body.signatory)


def _residual(body: ReleaseDecision) -> str:
    if body.advisory_items_left is None:
        return _("No estimate of the items left was made. Some risk always remains after land release.")
    text = _(
        "The advisory estimate of items left in this land was {items}. Some risk always remains after land release."
    )
    text = text.format(items=f"{float(body.advisory_items_left):.3g}")
    if body.override_reason:
        text += " " + _("The signatory overrode this figure: {reason}").format(reason=body.override_reason)
    return text


def _standing_limits() -> tuple[str, ...]:
    return (
        _("Search reached the depth stated for each part; nothing is said about ground below it."),
        _("Only the land inside the turning points listed is meant."),
        _("Whoever finds a suspicious object leaves it, marks the way back and reports it at once."),
    )
