"""The register as frames of places: areas, evidence, tasks, administrative areas."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.geo.geodesic import geodesic_area_m2
from landrelease.geo.shapes import shape_from_body
from landrelease.land.accounts import Accounts
from landrelease.land.areas import AreaState
from landrelease.record.entry import Entry
from landrelease.record.register import Register
from landrelease.report.data import ADMIN_COLUMNS, AREA_COLUMNS, EVIDENCE_COLUMNS, TASK_COLUMNS, empty_places

Row = dict[str, Any]


def places(rows: Iterable[Row], columns: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Make a frame of places of rows that carry the columns and `geometry` (WGS 84, None where unknown)."""
    listed = list(rows)
    if not listed:
        return empty_places(columns)
    geometry = [row.pop("geometry") for row in listed]
    return gpd.GeoDataFrame(pd.DataFrame(listed, columns=list(columns)), geometry=geometry, crs="EPSG:4326")


def area_layer(register: Register, accounts: Accounts) -> gpd.GeoDataFrame:
    """Hazardous areas as first outlined, with what is said of them now; columns `AREA_COLUMNS`."""
    first: dict[str, Entry] = {}
    for entry in register.entries("hazard.report"):
        if entry.body.get("shape"):
            first.setdefault(entry.subject, entry)
    return places((_area(entry, accounts.area(area)) for area, entry in sorted(first.items())), AREA_COLUMNS)


def evidence_layer(register: Register) -> gpd.GeoDataFrame:
    """Whatever shows contamination or speaks against it; columns `EVIDENCE_COLUMNS`."""
    rows = (row for kind, read in _READERS.items() for entry in register.entries(kind) for row in read(entry))
    return places(rows, EVIDENCE_COLUMNS)


def task_layer(register: Register, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Task orders at their areas; columns `TASK_COLUMNS`."""
    by_area = dict(zip(areas["area_id"], zip(areas["name"], areas.geometry, strict=True), strict=True))
    return places((_task(entry, by_area) for entry in register.entries("task.order")), TASK_COLUMNS)


def admin_layer(register: Register) -> gpd.GeoDataFrame:
    """Administrative areas; columns `ADMIN_COLUMNS`, the geometry may be missing."""
    return places((_admin(entry) for entry in register.entries("admin_area")), ADMIN_COLUMNS)


def _task(entry: Entry, by_area: Mapping[str, tuple[str, BaseGeometry]]) -> Row:
    body = entry.body
    name, geometry = by_area.get(body["area"], (None, None))
    return {
        "entry": entry.hash, "task_id": entry.subject, "area_id": body["area"], "name": name,
        "activity": body["activity"], "team": body["team"], "start": body["start"], "end": body.get("end"),
        "work_status": body.get("work_status"), "geometry": geometry,
    }  # fmt: skip


def _area(entry: Entry, state: AreaState) -> Row:
    geometry = _shape(entry.body["shape"])
    return {
        "area_id": entry.subject, "name": state.name, "admin_area": state.admin_area,
        "classification": state.classification.value, "hazard_kind": state.hazard_kind.value,
        "work_status": state.work_status.value, "reported_on": entry.valid_from,
        "area_m2": geodesic_area_m2(geometry), "report": entry.hash, "geometry": geometry,
    }  # fmt: skip


def _admin(entry: Entry) -> Row:
    body = entry.body
    return {
        "admin_area": entry.subject, "name": body["name"], "code": body.get("code"), "level": body["level"],
        "parent": body.get("parent"), "geometry": _shape(body.get("shape")),
    }  # fmt: skip


def _evidence_items(entry: Entry) -> Iterator[Row]:
    """Items of evidence: a statement of its own, or inside a survey's report."""
    body = entry.body
    items = [body] if entry.kind == "evidence" else body.get("evidence", [])
    area = entry.subject if entry.kind == "hazard.report" else body.get("area")
    for item in items:
        if item.get("shape"):
            more = {"grade": item["grade"], "resolved": item.get("resolved"), "area_id": item.get("area") or area}
            yield _row(entry, "evidence", item["kind"], item, more)


def _accidents(entry: Entry) -> Iterator[Row]:
    if entry.body.get("shape"):
        yield _row(entry, "accident", entry.body["kind"], entry.body, {"grade": "direct"})


def _items(entry: Entry) -> Iterator[Row]:
    if entry.body.get("shape"):
        more = {"grade": "direct", "resolved": "disposed" if entry.body.get("disposed") else None}
        yield _row(entry, "ordnance.item", entry.body["ordnance"], entry.body, more)


def _spot_tasks(entry: Entry) -> Iterator[Row]:
    for find in entry.body.get("finds") or [{"ordnance": "unknown"}]:
        yield _row(entry, "eod.spot_task", find["ordnance"], entry.body, {"grade": "direct", "resolved": "disposed"})


_READERS: dict[str, Callable[[Entry], Iterator[Row]]] = {
    "hazard.report": _evidence_items,
    "survey.nts": _evidence_items,
    "evidence": _evidence_items,
    "accident": _accidents,
    "ordnance.item": _items,
    "eod.spot_task": _spot_tasks,
}


def _row(entry: Entry, record: str, kind: str, placed: Mapping[str, Any], more: Row) -> Row:
    row = {
        "entry": entry.hash, "record": record, "kind": kind, "grade": None, "resolved": None,
        "quality": placed["shape"].get("quality"), "observed": placed.get("observed") or entry.valid_from,
        "admin_area": placed.get("admin_area") or entry.body.get("admin_area"), "area_id": placed.get("area"),
        "geometry": _shape(placed["shape"]),
    }  # fmt: skip
    return {**row, **more}


def _shape(body: Mapping[str, Any] | None) -> shapely.Geometry | None:
    return shape_from_body(body) if body else None
