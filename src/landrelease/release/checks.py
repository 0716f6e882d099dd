"""The test of each release criterion: pure functions from a case to what is not met."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import pandas as pd
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.errors import Finding
from landrelease.geo.crs import from_wgs84, local_equal_area
from landrelease.hazard.surface import Surface
from landrelease.i18n import _
from landrelease.land.dates import first_day, last_day
from landrelease.profile import Profile
from landrelease.quality.safety.cover import Held
from landrelease.record.entry import Entry
from landrelease.release.criteria import ROUTE_ACTIVITY, ROUTE_REPORT, Criterion
from landrelease.release.dossier import Dossier, EvidenceRecord, last_day_of, visit_body
from landrelease.release.residual import residual_items
from landrelease.terms import (
    Effort,
    OrdnanceStatus,
    QualityResult,
    ReleaseRoute,
    ReleaseStatus,
    ReportStage,
    SafetyRule,
)

OPEN = frozenset({ReleaseStatus.UNRESOLVED, ReleaseStatus.REOPENED})


@dataclass(frozen=True)
class Unmet:
    """A criterion that an area does not meet.

    Attributes
    ----------
    entries
        Hashes of the statements that show it.
    part_id
        The part concerned, or None where it is the whole area.
    advisory
        Whether the signatory may override it with a reason, under the profile in force.
    """

    criterion: Criterion
    details: Mapping[str, Any] = field(default_factory=dict)
    entries: tuple[str, ...] = ()
    part_id: str | None = None
    advisory: bool = False

    @property
    def finding(self) -> Finding:
        """The catalogue's finding of it, with the statements behind it."""
        return Finding(self.criterion.error, self.details, statements=self.entries)

    @property
    def reason(self) -> str:
        """What is missing, in the user's language."""
        return self.finding.what


@dataclass(frozen=True)
class Case:
    """A dossier with the values to judge it by."""

    dossier: Dossier
    profile: Profile
    surface: Surface | None

    @property
    def area(self) -> str:
        """The area in question."""
        return self.dossier.area_id

    def resolved_parts(self, *routes: ReleaseRoute) -> Iterator[tuple[Any, Entry]]:
        """Parts that left the unresolved land by one of the routes and have an official report."""
        for part in self.dossier.parts.itertuples():
            report = self.dossier.report_of(part)
            if part.release_status not in OPEN and part.route in routes and report is not None:
                yield part, report


def _resolved(case: Case, criterion: Criterion) -> Iterator[Unmet]:
    for part in case.dossier.parts.itertuples():
        if part.release_status in OPEN or pd.isna(part.route):
            details = {
                "area": case.area, "part": part.part_id, "area_m2": round(part.area_m2),
                "state": ReleaseStatus(part.release_status).label,
            }  # fmt: skip
            yield Unmet(criterion, details, _entries(part.report), part.part_id)


def _report_approved(case: Case, criterion: Criterion) -> Iterator[Unmet]:
    for part in case.dossier.parts.itertuples():
        if part.release_status in OPEN or pd.isna(part.route):
            continue
        route = ReleaseRoute(part.route)
        if not _fits(case.dossier.report_of(part), route):
            details = {"area": case.area, "part": part.part_id, "route": route.label, "kind": ROUTE_REPORT[route]}
            yield Unmet(criterion, details, _entries(part.report), part.part_id)


def _fits(report: Entry | None, route: ReleaseRoute) -> bool:
    if report is None or report.kind != ROUTE_REPORT[route]:
        return False
    return route is not ReleaseRoute.CLEARED or report.body["stage"] == ReportStage.COMPLETION


def _cancellation_criteria(case: Case, criterion: Criterion) -> Iterator[Unmet]:
    required = case.profile.release.cancellation_criteria
    for part, report in case.resolved_parts(ReleaseRoute.CANCELLED):
        count = len(set(report.body.get("criteria", ())))
        if count < required:
            details = {"area": case.area, "part": part.part_id, "count": count, "required": required}
            yield Unmet(criterion, details, (report.hash,), part.part_id)


def _depth(case: Case, criterion: Criterion) -> Iterator[Unmet]:
    required = case.profile.land.required_depth_cm
    for part, report in case.resolved_parts(ReleaseRoute.CLEARED):
        depth = report.body.get("depth_cm")
        if depth is None or depth < required:
            said = _("a depth that is not stated") if depth is None else f"{depth} cm"
            details = {"area": case.area, "part": part.part_id, "depth": said, "required": f"{required:g}"}
            yield Unmet(criterion, details, (report.hash,), part.part_id)


def _coverage(case: Case, criterion: Criterion) -> Iterator[Unmet]:
    release = case.profile.release
    needed = {
        ReleaseRoute.CLEARED: release.coverage_permille,
        ReleaseRoute.REDUCED: release.survey_coverage_permille,
    }
    for part, report in case.resolved_parts(*needed):
        coverage, required = report.body.get("coverage_permille"), needed[ReleaseRoute(part.route)]
        if coverage is None or coverage < required:
            said = _("a share that is not stated") if coverage is None else f"{coverage} ‰"
            details = {"area": case.area, "part": part.part_id, "coverage": said, "required": required}
            yield Unmet(criterion, details, (report.hash,), part.part_id)


def _finds_disposed(case: Case, criterion: Criterion) -> Iterator[Unmet]:
    for part, report in case.resolved_parts(ReleaseRoute.REDUCED, ReleaseRoute.CLEARED):
        left = sum(
            find["quantity"] - min(find.get("destroyed", 0), find["quantity"])
            for find in report.body.get("finds", ())
            if find.get("status") != OrdnanceStatus.FFE
        )
        if left:
            details = {"area": case.area, "part": part.part_id, "count": left}
            yield Unmet(criterion, details, (report.hash,), part.part_id)


def _evidence_resolved(case: Case, criterion: Criterion) -> Iterator[Unmet]:
    open_records = [record for record in case.dossier.evidence if record.resolved is None]
    if not open_records:
        return
    crs = _local_system(case.dossier.parts)
    land = from_wgs84(case.dossier.parts.union_all(), crs)
    cleared, answered = _cleared_ground(case, crs), _answered_by_reports(case)
    for record in open_records:
        place = None if record.geometry is None else from_wgs84(record.geometry, crs)
        distance_m = None if place is None else float(land.distance(place))
        if distance_m is not None and distance_m > case.profile.release.evidence_fade_out_m + record.accuracy_m:
            continue
        if record.day <= answered.get(record.entry, "") or _is_cleared(record, place, cleared):
            continue
        details = {
            "area": case.area, "kind": record.kind.label, "day": record.day, "place": _place(distance_m),
        }  # fmt: skip
        yield Unmet(criterion, details, (record.entry,))


def _answered_by_reports(case: Case) -> dict[str, str]:
    """By cited hash, the last day on the ground of the approved report that cites it and made one of the parts."""
    made = case.dossier.made_by
    reports = [report for report in case.dossier.reports.values() if report.hash in made]
    return {cited: last_day_of(report) for report in reports for cited in report.cites}


def _cleared_ground(case: Case, crs: pyproj.CRS) -> list[tuple[str, BaseGeometry]]:
    """Ground of each cleared part, with the last day of the work."""
    return [
        (last_day_of(report), from_wgs84(part.geometry, crs))
        for part, report in case.resolved_parts(ReleaseRoute.CLEARED)
    ]


def _is_cleared(record: EvidenceRecord, place: BaseGeometry | None, cleared: list[tuple[str, BaseGeometry]]) -> bool:
    """Whether the whole place of the evidence was cleared after it was seen."""
    ground = [shape for day, shape in cleared if record.day <= day]
    if place is None or not ground:
        return False
    # parts share edges that differ by rounding: a centimetre closes the seams
    whole = place.buffer(record.accuracy_m) if record.accuracy_m else place  # a point buffered by 0 is empty
    return bool(shapely.union_all(shapely.buffer(ground, 0.01)).covers(whole))


def _place(distance_m: float | None) -> str:
    if distance_m is None:
        return _("somewhere in the area")
    return _("inside the land") if distance_m == 0 else _("{distance} m away").format(distance=round(distance_m, 1))


def _effort(case: Case, criterion: Criterion) -> Iterator[Unmet]:
    recorded = case.dossier.effort
    said = {item["item"]: item for item in recorded.body["items"]} if recorded else {}
    lacking = [words for code, words in case.profile.reasonable_effort.items() if not _shown(said.get(code))]
    if lacking:
        items = "; ".join(_(words) for words in lacking)
        yield Unmet(criterion, {"area": case.area, "items": items}, (recorded.hash,) if recorded else ())


def _shown(item: Mapping[str, Any] | None) -> bool:
    """Whether an item of the checklist was done, or is said not to apply with a reason."""
    if item is None or item["effort"] == Effort.NOT_DONE:
        return False
    return item["effort"] == Effort.DONE or bool(item.get("note", "").strip())


def _accreditation(case: Case, criterion: Criterion) -> Iterator[Unmet]:
    yield from _covered(case, criterion, SafetyRule.ACCREDITATION)


def _insurance(case: Case, criterion: Criterion) -> Iterator[Unmet]:
    yield from _covered(case, criterion, SafetyRule.INSURANCE)


def _covered(case: Case, criterion: Criterion, rule: SafetyRule) -> Iterator[Unmet]:
    """One line a report: the first day of its work that nothing covers. What was never recorded covers nothing."""
    reports = {report.hash: (report, part.route) for part, report in case.resolved_parts(*ROUTE_ACTIVITY)}
    for report, route in reports.values():
        activity, holders = ROUTE_ACTIVITY[ReleaseRoute(route)], (report.body.get("team"), report.organisation)
        for day in _days(report):
            held, said = case.dossier.cover.statements(rule, holders, activity, day)
            if held is not Held.YES:
                details = {
                    "area": case.area, "activity": activity.label, "day": day,
                    "holders": ", ".join(holder for holder in holders if holder),
                }  # fmt: skip
                yield Unmet(criterion, details, (report.hash, *said))
                break


def _days(report: Entry) -> Iterator[str]:
    first, last = date.fromisoformat(first_day(report.valid_from)), date.fromisoformat(last_day(last_day_of(report)))
    for count in range((last - first).days + 1):
        yield (first + timedelta(days=count)).isoformat()


def _nonconformity(case: Case, criterion: Criterion) -> Iterator[Unmet]:
    yield from _noted_nonconformity(case, criterion)
    for each in case.dossier.nonconformities:
        on = each.area if each.area == case.area else each.team or each.area or case.area
        blocks = each.is_open and each.severity in case.profile.quality.blocking
        if blocks and (each.area == case.area or not _passed_after(each.team, each.raised_on, case.dossier)):
            details = {"area": case.area, "severity": each.severity.label, "requirement": each.requirement, "on": on}
            yield Unmet(criterion, details, each.entries)


def _noted_nonconformity(case: Case, criterion: Criterion) -> Iterator[Unmet]:
    """Those that are only noted within visits; one with a statement of its own speaks for itself."""
    for visit in case.dossier.visits:
        body = visit_body(visit)
        on = body.area if body.area == case.area else body.team
        if on != case.area and _passed_since(visit, case.dossier):
            continue
        for each in body.nonconformities:
            followed = (visit.hash, each.requirement) in case.dossier.followed_up
            if each.closed is None and not followed and each.severity in case.profile.quality.blocking:
                details = {
                    "area": case.area, "severity": each.severity.label, "requirement": each.requirement, "on": on,
                }  # fmt: skip
                yield Unmet(criterion, details, (visit.hash,))


def _passed_since(visit: Entry, dossier: Dossier) -> bool:
    """Whether the visited team passed a later check (invariant 5: open on the team since its last passing check)."""
    team = visit.body.get("team")
    return any(
        later.body.get("team") == team
        and later.body["result"] == QualityResult.PASS
        and (later.valid_from, later.recorded) > (visit.valid_from, visit.recorded)
        for later in dossier.visits
    )


def _passed_after(team: str | None, day: str, dossier: Dossier) -> bool:
    """Whether a team passed a check on a later day."""
    visits = (visit for visit in dossier.visits if team is not None and visit.body.get("team") == team)
    return any(visit.body["result"] == QualityResult.PASS and visit.valid_from > day for visit in visits)


def _quality_visit(case: Case, criterion: Criterion) -> Iterator[Unmet]:
    work: dict[str, list[Entry]] = {}
    for _part, report in case.resolved_parts(*case.profile.release.quality_visit_routes):
        work.setdefault(report.organisation, []).append(report)
    for organisation, reports in sorted(work.items()):
        day = max(last_day_of(report) for report in reports)
        if not _inspected(case, organisation, day):
            details = {"area": case.area, "day": day, "organisation": organisation}
            yield Unmet(criterion, details, tuple(sorted({report.hash for report in reports})))


def _inspected(case: Case, organisation: str, day: str) -> bool:
    """Whether the last independent visit to the area since a day was passed."""
    visits = [
        visit
        for visit in case.dossier.visits
        if visit.body.get("area") == case.area
        and visit.body["inspected_organisation"] == organisation
        and visit.organisation != organisation
        and last_day_of(visit) >= day
    ]
    return bool(visits) and visits[-1].body["result"] == QualityResult.PASS


def _residual(case: Case, criterion: Criterion) -> Iterator[Unmet]:
    tolerated = case.profile.release.residual_items_per_hectare
    reports = {part.part_id: _entries(part.report) for part in case.dossier.parts.itertuples()}
    for part_id, items, area_m2 in residual_items(case.dossier, case.profile, case.surface):
        density = items / area_m2 * 10_000
        if density > tolerated:
            details = {"area": case.area, "part": part_id, "density": f"{density:.3g}", "tolerated": f"{tolerated:g}"}
            yield Unmet(criterion, details, reports[part_id], part_id)


def _local_system(parts: gpd.GeoDataFrame) -> pyproj.CRS:
    x_min, y_min, x_max, y_max = parts.total_bounds
    return local_equal_area([x_min, x_max], [y_min, y_max])


def _entries(report: Any) -> tuple[str, ...]:
    return () if report is None or pd.isna(report) else (str(report),)


TESTS: dict[str, Callable[[Case, Criterion], Iterator[Unmet]]] = {
    "resolved": _resolved,
    "report_approved": _report_approved,
    "cancellation_criteria": _cancellation_criteria,
    "depth": _depth,
    "coverage": _coverage,
    "finds_disposed": _finds_disposed,
    "evidence_resolved": _evidence_resolved,
    "effort": _effort,
    "accreditation": _accreditation,
    "insurance": _insurance,
    "nonconformity": _nonconformity,
    "quality_visit": _quality_visit,
    "residual": _residual,
}
"""The test of each criterion, by its code."""
