"""An operator's report as the context of a Word template (``docs/formats/report-context-v1.md``): texts and numbers."""

from collections.abc import Callable, Sequence
from typing import Any

from landrelease.i18n import N_, _, current_language, direction
from landrelease.report.figures import BALANCE_LABELS
from landrelease.report.operator_data import OperatorReport, PartLine, ReportKind
from landrelease.report.wording import UNKNOWN, number

CONTEXT = "landrelease report context 1"

Row = dict[str, Any]

LABELS = {
    "period": N_("Period"), "organisation": N_("Organisation"), "area": N_("Area"),
    "admin_area": N_("Administrative area"), "profile": N_("Standards profile"), "as_of": N_("Known by"),
    "statements": N_("Statements read"), "pending": N_("Of these, waiting for a review"),
    "beneficiaries": N_("Direct beneficiaries, as the survey states"),
    "team_days": N_("Team-days worked"), "lost_days": N_("Team-days lost"), "hours": N_("Team-hours worked"),
    "work": N_("Work"), "activity": N_("Activity"), "person_days": N_("Person-days"), "stints": N_("Stints"),
    "searched_m2": N_("Searched, m²"), "finds_count": N_("Finds"), "lost": N_("Days lost"), "reason": N_("Reason"),
    "teams": N_("Teams"), "team": N_("Team"), "days_worked": N_("Worked"), "days_lost": N_("Lost"),
    "longest_stint": N_("Longest stint, min"), "finds": N_("Finds by class"), "group": N_("Counted as"),
    "ordnance": N_("Ordnance"), "found": N_("Found"), "destroyed": N_("Destroyed"),
    "land": N_("Land, as reports of the period state it"), "report": N_("Report"), "reports": N_("Reports"),
    "area_m2": N_("m²"), "accidents": N_("Accidents"), "day": N_("Day"), "kind": N_("Kind"), "killed": N_("Killed"),
    "injured": N_("Injured"), "quality": N_("Quality checks"), "by": N_("Inspected by"), "inspected": N_("Work of"),
    "result": N_("Result"), "sampled_m2": N_("Sampled, m²"), "nonconformities": N_("Nonconformities"),
    "raised": N_("Raised"), "severity": N_("Severity"), "requirement": N_("Requirement"), "closed": N_("Closed"),
    "balance": N_("Area balance, m²"), "term": N_("Term"), "credited": N_("Credited to this organisation, m²"),
    "parts": N_("Parts of the area"), "part": N_("Part"), "state": N_("State of the land"), "method": N_("Method"),
    "depth": N_("Depth, cm"), "coverage": N_("Coverage, ‰"), "worked_days": N_("Worked"),
    "points": N_("Turning points"), "point": N_("Point"), "latitude": N_("Latitude"), "longitude": N_("Longitude"),
    "bearing": N_("Bearing to next, °"), "distance": N_("Distance to next, m"), "limits": N_("Deviations and limits"),
    "signatures": N_("Signatures"), "role": N_("Role"), "name": N_("Name"), "signature": N_("Signature"),
    "none": N_("None on record."),
}  # fmt: skip
"""Words of a report by the name that templates use."""

NOTES = (
    N_("Searched m² are an operational figure from the teams' days. They are not land released, and are not added "
       "across activities."),
    N_("Land is credited once, in the month when its report was accepted. Progress and completion are never added."),
    N_("Finds by class come from reports, which hold what was found since the one before. Small arms ammunition and "
       "what is free from explosive are counted apart."),
    N_("A team that did two kinds of work on a day counts in both lines, and once in the total."),
    N_("Nobody is named in this report."),
)  # fmt: skip
"""What figures mean; part of every report."""

_ROLES = (N_("Operator"), N_("Quality assurance"), N_("Authority"), N_("Recipient"))


def report_context(report: OperatorReport) -> Row:
    """Give a report as plain data, in the user's language: what a template reads, and what ``.json`` holds.

    Returns
    -------
    dict
        Texts, whole numbers, decimal numbers and lists of such tables; None where a figure is unknown.
    """
    return {
        "context": CONTEXT, "kind": report.kind.value, "title": report.kind.label, "language": current_language(),
        "direction": direction(current_language()), "audience": report.audience.value,
        "labels": {name: _(text) for name, text in LABELS.items()}, "notes": [_(note) for note in NOTES],
        "period": {"from": report.start, "to": report.end, "text": period_text(report)},
        "organisation": {"id": report.organisation, "name": report.organisation_name},
        "area": _area(report), "profile": report.profile, "as_of": report.as_of,
        "statements": report.statements, "pending": report.pending,
        "totals": {"team_days": report.team_days, "lost_days": report.lost_days, "minutes": report.minutes,
                   "hours": hours(report.minutes)},
        **_tables(report),
        "signatures": [{"role": _(role)} for role in _ROLES],
    }  # fmt: skip


def _tables(report: OperatorReport) -> Row:
    return {
        "work": [_work(line) for line in report.work],
        "lost": [{"reason": line.reason, "team_days": line.team_days} for line in report.lost],
        "teams": [_fields(line, "team name organisation days_worked days_lost minutes searched_m2 finds "
                                "longest_stint_minutes") | {"hours": hours(line.minutes)} for line in report.teams],
        "finds": [{"group": line.group.label, "group_code": line.group.value, "ordnance": line.ordnance.label,
                   "ordnance_code": line.ordnance.value, "found": line.found, "destroyed": line.destroyed}
                  for line in report.finds],
        "land": [_fields(line, "kind label reports area_m2") for line in report.land],
        "accidents": [_fields(line, "day area killed injured") | _term("kind", line.kind) for line in report.accidents],
        "visits": [_fields(line, "day organisation inspected area sampled_m2") | _term("result", line.result)
                   for line in report.visits],
        "nonconformities": [_fields(line, "raised requirement closed") | _term("severity", line.severity)
                            for line in report.nonconformities],
        "balance": _balance(report.balance), "credited": _balance(report.credited),
        "parts": [_part(line) for line in report.parts], "limits": list(report.limits),
    }  # fmt: skip


def _area(report: OperatorReport) -> Row | None:
    if report.area is None:
        return None
    return {"id": report.area, "name": report.area_name, "admin_area": report.admin_area,
            "beneficiaries_direct": report.beneficiaries_direct}  # fmt: skip


def _work(line: Any) -> Row:
    label, code = (line.activity.label, line.activity.value) if line.activity else (_("not stated"), None)
    told = _fields(line, "team_days person_days minutes stints searched_m2 finds")
    return {"activity": label, "activity_code": code, **told, "hours": hours(line.minutes)}


def _part(line: PartLine) -> Row:
    told = _fields(line, "part_id area_m2 depth_cm coverage_permille organisation worked_from worked_to")
    many = len(line.rings) > 1
    points = [
        _fields(point, "latitude longitude bearing_deg distance_m")
        | {"ring": ring, "label": f"{ring}: {point.label}" if many else point.label}
        for ring, of_ring in enumerate(line.rings, start=1)
        for point in of_ring
    ]
    method = line.method.label if line.method else None
    return told | _term("state", line.state) | {"method": method, "points": points}


def _balance(lines: Sequence[Any]) -> list[Row]:
    return [{"term": line.term, "label": _(BALANCE_LABELS[line.term]), "area_m2": line.area_m2} for line in lines]


def _fields(line: Any, names: str) -> Row:
    return {name: getattr(line, name) for name in names.split()}


def _term(name: str, term: Any) -> Row:
    return {name: term.label, f"{name}_code": term.value}


def hours(minutes: int) -> float:
    """Minutes as hours, to a tenth."""
    return round(minutes / 60, 1)


def period_text(report: OperatorReport) -> str:
    """Period as people read it: the day, the month, or from one day to another."""
    if report.kind is ReportKind.MONTHLY:
        return report.start[:7]
    return (
        report.start if report.start == report.end else _("{low} to {high}").format(low=report.start, high=report.end)
    )


def shown_number(value: Any, decimals: int = 0) -> str:
    """Write a number of a context; a dash where it is unknown. Templates have it as the filter ``number``."""
    return UNKNOWN if value is None else number(value, decimals)


FILTERS: dict[str, Callable[..., str]] = {"number": shown_number}
"""Filters of templates, beside those of Jinja."""
