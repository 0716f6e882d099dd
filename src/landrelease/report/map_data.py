"""What the map page is given: compact columns, texts in the user's language, tables."""

from collections.abc import Callable, Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from landrelease.i18n import _
from landrelease.report.blocks import Block
from landrelease.report.compact import NEVER, coded, days, identifiers, positions, shape_steps
from landrelease.report.data import Audience, StudyData
from landrelease.report.hazard_image import hazard_image
from landrelease.report.map_texts import map_texts
from landrelease.report.sections import map_tables
from landrelease.report.style import HAZARD_RAMP, STATE_COLOURS, STATE_PATTERNS
from landrelease.report.vocabulary import kind_label, record_label
from landrelease.report.wording import said_items, significant
from landrelease.terms import Activity, LandClass, PositionQuality, ReleaseRoute, ReleaseStatus, Term

STATES = list(ReleaseStatus)
_STATE_CODES = {state.value: code for code, state in enumerate(STATES)}
DECIDED = {ReleaseStatus.RELEASED.value, ReleaseStatus.HANDED_OVER.value, ReleaseStatus.REOPENED.value}
MOST_STEPS = 400
"""Positions of the time slider; more dates than this are shown by month, then by year."""

Payload = dict[str, Any]


def map_payload(data: StudyData, audience: Audience) -> Payload:
    """Everything that the page shows; `data` is already what the audience may see."""
    parts, evidence, tasks = _parts(data), _evidence(data.evidence), _tasks(data.tasks)
    return {
        "title": data.title, "audience": audience.value, "language": data.language, "texts": map_texts(data, audience),
        "bounds": _bounds(data), "states": _states(), "steps": steps(_all_days(parts, evidence, tasks)), "parts": parts,
        "evidence": evidence, "tasks": tasks, "admin": _admin(data.admin), "hazard": _hazard(data),
        "tables": [_table(block) for block in map_tables(data)],
    }  # fmt: skip


def _states() -> list[Payload]:
    return [
        {"value": state.value, "label": state.label, "colour": STATE_COLOURS[state], "pattern": STATE_PATTERNS[state]}
        for state in STATES
    ]


def _parts(data: StudyData) -> Payload:
    """Parts with the days on which their state changed.

    A part is unresolved from the day on which its area was reported; takes the state of its route on the day of the
    report that made it, and its last state on the day of the decision. Reopened land whose earlier route the frame no
    longer tells is unresolved until it was reopened: the cautious reading.
    """
    parts, first = data.parts, _first_days(data)
    final = parts["release_status"].astype(str)
    routed, settled = parts["route"].notna().to_numpy(), (final != ReleaseStatus.UNRESOLVED).to_numpy()
    decided = final.isin(DECIDED).to_numpy() & parts["decided_on"].notna().to_numpy()
    decisions = days(parts["decided_on"], missing=0)
    reported = np.where(routed, days(parts["reported_on"], missing=0), np.where(settled, decisions, NEVER))
    after = np.where(routed & decided, parts["route"].astype(str), final)
    return {
        "id": [str(value) for value in parts["part_id"]], "area": coded(parts["area_id"]), "name": coded(parts["name"]),
        "admin": coded(_admin_names(data, parts["admin_area"])),
        "class": coded(_labels(parts["classification"], LandClass)),
        "route": coded(_labels(parts["route"], ReleaseRoute)),
        "from": first, "reported": [int(day) for day in reported],
        "decided": [int(day) for day in np.where(decided, decisions, NEVER)],
        "after": [_STATE_CODES[value] for value in after], "final": [_STATE_CODES[value] for value in final],
        "m2": [round(float(value)) for value in parts["area_m2"]], "report": identifiers(parts["report"]),
        "items": _amounts(parts, "expected_items"), "items_low": _amounts(parts, "items_low"),
        "items_high": _amounts(parts, "items_high"), "chance": _amounts(parts, "probability"),
        "shape": [shape_steps(geometry) for geometry in parts.geometry],
    }  # fmt: skip


def _amounts(parts: pd.DataFrame, column: str) -> list[float | None]:
    """Figures of the estimate to three digits; None where there is none."""
    values = parts[column] if column in parts.columns else pd.Series(np.nan, index=parts.index)
    return [None if pd.isna(value) else float(f"{value:.3g}") for value in values]


def _first_days(data: StudyData) -> list[int]:
    """Day from which each part is known: its area's first report, or its own where the area has none."""
    first = dict(zip(data.areas["area_id"], days(data.areas["reported_on"]), strict=True))
    own = days(data.parts["reported_on"], missing=0)
    return [min(first.get(area, day), day) for area, day in zip(data.parts["area_id"], own, strict=True)]


def _evidence(evidence: gpd.GeoDataFrame) -> Payload:
    placed = evidence[evidence.geometry.notna()]
    x, y = positions(placed)
    kinds = [kind_label(record, kind) for record, kind in zip(placed["record"], placed["kind"], strict=True)]
    return {
        "record": coded(placed["record"]), "label": coded([record_label(record) for record in placed["record"]]),
        "kind": coded(kinds), "quality": coded(_labels(placed["quality"], PositionQuality)),
        "day": days(placed["observed"], missing=0), "entry": identifiers(placed["entry"]), "x": x, "y": y,
    }  # fmt: skip


def _tasks(tasks: gpd.GeoDataFrame) -> Payload:
    placed = tasks[tasks.geometry.notna()]
    return {
        "name": coded(placed["name"]), "team": coded(placed["team"]),
        "activity": coded(_labels(placed["activity"], Activity)), "start": days(placed["start"], missing=0),
        "end": days(placed["end"]), "entry": identifiers(placed["entry"]),
        "shape": [shape_steps(geometry) for geometry in placed.geometry],
    }  # fmt: skip


def _admin(admin: gpd.GeoDataFrame) -> Payload:
    outlined = admin[admin.geometry.notna()]
    x, y = positions(outlined)
    return {
        "name": [str(name) for name in outlined["name"]], "x": x, "y": y,
        "shape": [shape_steps(geometry) for geometry in outlined.geometry],
    }  # fmt: skip


def _hazard(data: StudyData) -> Payload | None:
    drawn = None if data.surface is None else hazard_image(data.surface)
    if drawn is None:
        return None
    return {
        "image": drawn.uri, "corners": drawn.corners, "ramp": HAZARD_RAMP, "low": significant(drawn.low, 2),
        "high": significant(drawn.high, 2), "left": _left(data),
    }  # fmt: skip


def _left(data: StudyData) -> str:
    """What the legend says of all land that is still to be released; empty where there is nothing to say."""
    if data.items_on_hand is None:
        return ""
    return _("In land still to be released: {items}").format(items=said_items(data.items_on_hand))


def _labels(values: Iterable[Any], term: type[Term]) -> list[str | None]:
    """Display names of a column of a vocabulary; a value that is not in it is shown as it is."""
    known: dict[Any, str] = {member.value: member.label for member in term}
    return [None if value is None or pd.isna(value) else known.get(str(value), str(value)) for value in values]


def _admin_names(data: StudyData, keys: Iterable[Any]) -> list[Any]:
    names = dict(zip(data.admin["admin_area"], data.admin["name"], strict=True))
    return [names.get(key, key) for key in keys]


def _bounds(data: StudyData) -> list[float]:
    """West, south, east, north of everything drawn, degrees; the whole world where nothing is."""
    frames = (data.parts, data.areas, data.evidence, data.tasks, data.admin)
    known = [frame.total_bounds for frame in frames if frame.geometry.notna().any()]
    drawn = None if data.surface is None or known else hazard_image(data.surface)
    if drawn is not None:
        known = [np.array([*drawn.corners[3], *drawn.corners[1]])]
    if not known:
        return [-170.0, -60.0, 170.0, 75.0]
    stacked = np.array(known)
    return [round(float(value), 6) for value in (*stacked[:, :2].min(axis=0), *stacked[:, 2:].max(axis=0))]


def _all_days(parts: Payload, evidence: Payload, tasks: Payload) -> list[int]:
    columns = (parts["from"], parts["reported"], parts["decided"], evidence["day"], tasks["start"])
    return sorted({day for column in columns for day in column if 0 < day < NEVER})


def steps(dates: list[int]) -> list[int]:
    """Days at which the slider stops: each day of change, or the last of each month or year where too many."""
    for period in _PERIODS:
        kept = sorted({period(day): day for day in dates}.values())
        if len(kept) <= MOST_STEPS:
            return kept
    return kept


def _month(day: int) -> Any:
    return np.datetime64(day, "D").astype("datetime64[M]")


def _year(day: int) -> Any:
    return np.datetime64(day, "D").astype("datetime64[Y]")


_PERIODS: tuple[Callable[[int], Any], ...] = (lambda day: day, _month, _year)


def _table(block: Block) -> Payload:
    return {
        "title": block["caption"], "head": block["head"], "rows": block["rows"], "text": block["text_columns"],
        "total": block["total"],
    }  # fmt: skip
