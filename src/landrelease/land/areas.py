"""What is said of an area as a whole: its name, place, classification and work status, from statements in order."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import shapely

from landrelease.errors import ErrorCode, Finding
from landrelease.geo.plane import to_plane
from landrelease.geo.shapes import shapes_from_bodies
from landrelease.land.dates import first_day
from landrelease.land.states import Axis, is_transition
from landrelease.record.entry import Entry
from landrelease.terms import EvidenceGrade, HazardKind, LandClass, WorkStatus

AREA_KINDS: tuple[str, ...] = (
    "hazard.report", "evidence", "survey.nts", "survey.ts", "clearance.report", "task.order", "work_day",
)  # fmt: skip
"""Kinds of statement that say something of an area as a whole."""

_WORK = frozenset({"survey.nts", "survey.ts", "clearance.report", "work_day"})


@dataclass(frozen=True, slots=True)
class AreaState:
    """An area as a whole.

    Attributes
    ----------
    classification
        A CHA has at least one accepted direct item of evidence that is not resolved; see `classify`.
    opened_on
        First day of its first report, ISO.
    """

    area_id: str
    name: str
    admin_area: str | None
    hazard_kind: HazardKind
    classification: LandClass
    work_status: WorkStatus
    opened_on: str
    findings: tuple[Finding, ...] = ()


def named_area(entry: Entry) -> str | None:
    """Area that a statement of `AREA_KINDS` names, or None."""
    if entry.kind == "hazard.report":
        return entry.subject
    area = entry.body.get("area")
    return None if area is None else str(area)


def describe(area_id: str, entries: Iterable[Entry], remaining_m2: float | None, resolved: list[Any]) -> AreaState:
    """Fold the statements about one area.

    Parameters
    ----------
    entries
        Official statements of `AREA_KINDS` that name the area, in any order; at least one hazard report.
    remaining_m2
        Land on hand, m²; None where the area has no polygon.
    resolved
        Polygons in the plane that survey reports took off hand (cancelled, reduced), to look for evidence in.
    """
    ordered = sorted(entries, key=_order)
    reports = [entry for entry in ordered if entry.kind == "hazard.report"]
    latest = reports[-1].body
    evidence = list(_evidence(ordered))
    classification, findings = classify(area_id, LandClass(latest["classification"]), evidence)
    work_status, more = _work_status(area_id, ordered, remaining_m2)
    admin_areas = [report.body["admin_area"] for report in reports if "admin_area" in report.body]
    return AreaState(
        area_id,
        latest["name"],
        admin_areas[-1] if admin_areas else None,
        HazardKind(latest.get("hazard_kind", "area")),
        classification,
        work_status,
        first_day(reports[0].valid_from),
        tuple(findings + more + _evidence_in(area_id, evidence, resolved)),
    )


def _order(entry: Entry) -> tuple[str, str, str]:
    return first_day(entry.valid_from), entry.recorded, entry.hash


def _evidence(entries: Iterable[Entry]) -> Iterator[Mapping[str, Any]]:
    for entry in entries:
        if entry.kind == "evidence":
            yield entry.body
        elif entry.kind in ("hazard.report", "survey.nts"):
            yield from entry.body.get("evidence", ())


def classify(area_id: str, said: LandClass, evidence: list[Mapping[str, Any]]) -> tuple[LandClass, list[Finding]]:
    """Class of an area from what its latest report says and its accepted evidence (standards 4.3, invariant 3).

    Without direct evidence a CHA counts as an SHA; with it an indication or SHA counts as a CHA. A suspicion without
    any evidence stays a suspicion, and is listed.
    """
    unresolved = [item for item in evidence if not item.get("resolved")]
    direct = any(item["grade"] == EvidenceGrade.DIRECT.value for item in unresolved)
    if said is LandClass.CHA and not direct:
        return LandClass.SHA, [Finding(ErrorCode.CONFIRMED_WITHOUT_EVIDENCE, {"area": area_id})]
    if direct and said is not LandClass.CHA:
        return LandClass.CHA, [Finding(ErrorCode.CLASS_RAISED, {"area": area_id, "said": said.label})]
    if said is LandClass.SHA and not evidence:
        return LandClass.SHA, [Finding(ErrorCode.SUSPECTED_WITHOUT_EVIDENCE, {"area": area_id})]
    return said, []


def _evidence_in(area_id: str, evidence: list[Mapping[str, Any]], resolved: list[Any]) -> list[Finding]:
    """Unresolved direct evidence inside land that a survey report took off hand."""
    places = [
        item["shape"]
        for item in evidence
        if "shape" in item and not item.get("resolved") and item["grade"] == EvidenceGrade.DIRECT.value
    ]
    if not places or not resolved:
        return []
    shapes = to_plane(shapes_from_bodies(places))
    inside = int(sum(bool(shapely.intersects(resolved, shape).any()) for shape in shapes))
    return [Finding(ErrorCode.EVIDENCE_IN_RESOLVED, {"area": area_id, "count": inside})] if inside else []


def _work_status(area_id: str, entries: list[Entry], remaining_m2: float | None) -> tuple[WorkStatus, list[Finding]]:
    """Where the work stands: orders and reports in order, then whether land is left. No status takes land away."""
    status, findings = WorkStatus.OPEN, []
    for entry in entries:
        target = _target(entry, status)
        if target is status:
            continue
        if not is_transition(Axis.WORK, status, target):
            details = {"area": area_id, "source": status.label, "target": target.label, "on": entry.valid_from}
            findings.append(Finding(ErrorCode.WORK_STATUS_UNUSUAL, details))
        if target is WorkStatus.SUSPENDED and not entry.body.get("reason"):
            findings.append(Finding(ErrorCode.SUSPENDED_WITHOUT_REASON, {"area": area_id, "on": entry.valid_from}))
        status = target
    if remaining_m2 is None:
        return status, findings
    return _with_land(area_id, status, remaining_m2, findings)


def _target(entry: Entry, status: WorkStatus) -> WorkStatus:
    if entry.kind == "task.order":
        ordered = WorkStatus(entry.body.get("work_status", "tasked"))
        # one more order, for another team or step, does not take back that the area is worked on
        return status if ordered is WorkStatus.TASKED and status is WorkStatus.WORKED_ON else ordered
    return WorkStatus.WORKED_ON if entry.kind in _WORK and status is not WorkStatus.COMPLETED else status


def _with_land(
    area_id: str, status: WorkStatus, remaining_m2: float, findings: list[Finding]
) -> tuple[WorkStatus, list[Finding]]:
    if remaining_m2 == 0:
        return WorkStatus.COMPLETED, findings
    if status is WorkStatus.COMPLETED:
        details = {"area": area_id, "area_m2": f"{remaining_m2:,.0f}"}
        return WorkStatus.OPEN, [*findings, Finding(ErrorCode.COMPLETED_WITH_LAND, details)]
    return status, findings
