"""Statements about land drawn in metres: `box(0, 0, 100, 50)` runs 100 m to the east and 50 m to the north."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.geo.plane import from_plane
from landrelease.geo.shapes import body_from_shape
from landrelease.land.accounts import Accounts
from landrelease.land.events import Approved
from landrelease.profile import Profile, load_profile
from landrelease.record.entry import Entry
from landrelease.record.kinds import KINDS

CORNER = (3_500_000.0, 5_500_000.0)
"""Of the plane: at 36.3 degrees east, 48.8 degrees north."""
CRITERIA = ["land_in_use", "no_accident"]


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """Body shape of a rectangle in metres from the corner."""
    return body(shapely.box(west, south, east, north))


def body(drawn: BaseGeometry) -> dict[str, Any]:
    """Body shape of a geometry drawn in metres from the corner."""
    placed = shapely.transform(drawn, lambda points: points + CORNER)
    return body_from_shape(from_plane(np.array([placed], dtype=object))[0])


def entry(
    kind: str, content: dict[str, Any], on: str, *, to: str | None = None, subject: str = "", **more: Any
) -> Entry:
    """An entry as a ledger would give it; its hash follows from its content."""
    KINDS[kind].body.model_validate(content)
    recorded = more.pop("recorded", f"{(to or on)[:10]:-<10}T12:00:00Z")
    cites = tuple(more.pop("cites", ()))
    text = json.dumps([kind, content, on, to, recorded, subject, cites, sorted(more.items())], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    author, organisation = more.get("author", "person:a"), more.get("organisation", "organisation:1")
    return Entry(digest, b"", "node", 1, "", kind, subject, on, to, recorded, author, organisation, {}, cites, content)


def hazard(area: str, shape: dict[str, Any] | None, on: str = "2026-01-10", **more: Any) -> Entry:
    """Hazard report; an SHA with one indirect item of evidence unless said otherwise."""
    evidence = [{"kind": "verbal_report", "grade": "indirect"}]
    content = {"name": f"Field {area[-1]}", "classification": "sha", "evidence": evidence} | more
    content |= {} if shape is None else {"shape": shape}
    return entry("hazard.report", content, on, subject=area)


def cancelled(area: str, shape: dict[str, Any] | None, on: str, **more: Any) -> Entry:
    """NTS report that cancels a polygon."""
    content = {"area": area, "hazard_found": True, "criteria": CRITERIA} | more
    return entry("survey.nts", content | ({} if shape is None else {"cancelled": shape}), on, subject=f"nts:{on}")


def reduced(area: str, shape: dict[str, Any] | None, on: str, **more: Any) -> Entry:
    """TS report that reduces a polygon."""
    content = {"area": area, "method": "dog_team", "coverage_permille": 300} | more
    return entry("survey.ts", content | ({} if shape is None else {"reduced": shape}), on, subject=f"ts:{on}")


def cleared(area: str, shape: dict[str, Any] | None, on: str, **more: Any) -> Entry:
    """Completion report that clears a polygon; None as a value leaves the field out."""
    content = {"stage": "completion", "method": "manual_team", "depth_cm": 20, "coverage_permille": 1000} | more
    content = {"area": area} | {name: value for name, value in content.items() if value is not None}
    return entry("clearance.report", content | ({} if shape is None else {"cleared": shape}), on, subject=f"c:{on}")


def boundary(area: str, on: str, *, added: Any = None, removed: Any = None) -> Entry:
    """Boundary change."""
    shapes = {name: shape for name, shape in (("added", added), ("removed", removed)) if shape is not None}
    return entry("boundary.change", {"area": area, "reason": "resurvey", **shapes}, on, subject=f"b:{on}")


def decision(area: str, what: str, on: str, shape: dict[str, Any] | None = None, **more: Any) -> Entry:
    """Decision of a signatory."""
    to = {"release": "released", "hand_over": "handed_over", "reopen": "reopened", "refuse": "cleared"}[what]
    content = {"area": area, "decision": what, "to": to, "signatory": "person:s", "profile": "default"} | more
    return entry("release.decision", content | ({} if shape is None else {"shape": shape}), on, subject=f"d:{on}")


def order(area: str, on: str, status: str = "tasked", **more: Any) -> Entry:
    """Task order."""
    content = {"area": area, "activity": "clearance", "team": "team:1", "start": on, "work_status": status} | more
    return entry("task.order", content, on, subject=f"task:{on}")


def accounts(*entries: Entry, profile: Profile | None = None, approved: dict[str, str] | None = None) -> Accounts:
    """Accounts of official statements."""
    given = [Approved(each, (approved or {}).get(each.hash)) for each in entries]
    return Accounts(profile or load_profile(), given)


def balance_row(made: Accounts, **choice: Any) -> dict[str, int]:
    """The balance over everything, to 10 m² (positions are rounded to 1 cm); lines of 0 left out."""
    row = made.balance(by=(), **choice).iloc[0]
    return {name.removesuffix("_m2"): round(value, -1) for name, value in row.items() if round(value, -1)}


def states(made: Accounts) -> dict[str, int]:
    """m² by release status, to 10 m²."""
    frame = made.parts().groupby("release_status")["area_m2"].sum()
    return {str(name): round(value, -1) for name, value in frame.items()}


def codes(made: Accounts) -> list[str]:
    """Codes of the findings, sorted."""
    return sorted(finding.error.code for finding in made.findings)


def what(findings: Iterable[Any], code: str) -> list[str]:
    """Texts of the findings with a code."""
    return [finding.what for finding in findings if finding.error.code == code]
