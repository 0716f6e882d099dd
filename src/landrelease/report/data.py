"""What a study hands to every writer: frames, the estimate, the plan, and where they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import geopandas as gpd
import pandas as pd

from landrelease.errors import ErrorCode, fail
from landrelease.hazard.answers import Answer
from landrelease.hazard.stopping import StopRule
from landrelease.hazard.surface import Surface

PART_COLUMNS = (
    "part_id", "area_id", "name", "admin_area", "classification", "work_status", "release_status", "route",
    "decided_on", "report", "reported_on", "area_m2",
)  # fmt: skip
"""Parts, as `Accounts.parts` gives them: one state a part, `report` is the entry that made it."""

PART_HAZARD_COLUMNS = (
    "expected_items", "items_low", "items_high", "probability", "probability_low", "probability_high",
)  # fmt: skip
"""What the estimate says of a part: expected items, 90 % bounds of their number, chance of at least one with bounds.

A missing figure is none: it never means 0. These columns may be absent from the parts of a study.
"""

AREA_COLUMNS = (
    "area_id", "name", "admin_area", "classification", "hazard_kind", "work_status", "reported_on", "area_m2", "report",
)  # fmt: skip
"""Hazardous areas as first outlined; `reported_on` is the day from which the map shows them."""

EVIDENCE_COLUMNS = ("entry", "record", "kind", "grade", "resolved", "quality", "observed", "admin_area", "area_id")
"""Whatever shows contamination or speaks against it, with a position.

`record` is the kind of statement (``evidence``, ``accident``, ``ordnance.item``, ``eod.spot_task``), `kind` the value
of its own vocabulary (evidence kind, accident kind, ordnance class), `quality` the position's quality.
"""

TASK_COLUMNS = ("entry", "task_id", "area_id", "name", "activity", "team", "start", "end", "work_status")
"""Task orders; the geometry is the area's."""

HAZARD_CLASS_COLUMNS = (
    "label", "chance_from", "chance_to", "area_m2", "chance", "chance_low", "chance_high", "expected_items",
    "items_low", "items_high",
)  # fmt: skip
"""Ground by its chance of at least one item in a hectare, a row a class."""

ADMIN_COLUMNS = ("admin_area", "name", "code", "level", "parent")
"""Administrative areas; a geometry may be missing."""

FIGURE_COLUMNS = ("dataset", "admin_area", "period", "operator", "category", "measure", "value", "entry")
"""Figures without geometry."""

ASSIGNMENT_COLUMNS = (
    "team_id", "asset_kind", "area_id", "name", "activity", "work_m2",
    "start_day", "finish_day", "start_on", "finish_on",
)  # fmt: skip
"""A plan's assignments; `finish_day` is the first day after the work, in elapsed calendar days."""

WAITING_COLUMNS = ("area_id", "name", "area_m2", "value_a_day", "expected_items", "reason")
"""Areas that the plan leaves waiting, and why."""

FINDING_COLUMNS = ("code", "severity", "what", "remedy", "count", "example")
"""Findings, one row a code."""


class Audience(StrEnum):
    """Who may see what a map or table shows."""

    RESTRICTED = "restricted"
    """People in mine action: exact positions of uncleared land, evidence, accidents and tasks."""
    PUBLIC = "public"
    """Anyone: uncleared land, evidence and accidents only by coarse cells, no tasks, no plan."""


def empty_places(columns: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Make a frame of places with these columns and no row, in WGS 84."""
    return gpd.GeoDataFrame({column: pd.Series(dtype=object) for column in columns}, geometry=[], crs="EPSG:4326")


def empty_table(columns: tuple[str, ...]) -> pd.DataFrame:
    """Make a table with these columns and no row."""
    return pd.DataFrame({column: pd.Series(dtype=object) for column in columns})


def rows_of(frame: pd.DataFrame) -> list[Any]:
    """Rows of a frame as named tuples."""
    return list(frame.itertuples(index=False))


@dataclass(frozen=True)
class Evaluation:
    """How well each method found later events, and how that was tested.

    Attributes
    ----------
    scores
        One row a method: column ``method``, then figures such as ``km2_for_50`` or ``captured_1000``.
    statement
        What was trained on, what was tested on, and how places and times were kept apart, in plain words.
    curves
        By method, a frame with columns ``km2`` and ``share``: the capture curve.
    """

    scores: pd.DataFrame
    statement: str
    curves: Mapping[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class PlanData:
    """A plan in frames.

    Attributes
    ----------
    assignments
        Columns `ASSIGNMENT_COLUMNS`.
    waiting
        Columns `WAITING_COLUMNS`.
    summary
        Columns ``measure``, ``value``, ``unit``: what the plan amounts to.
    horizon_days
        Calendar days planned, closed ones included.
    closed_days
        Days of the horizon on which nobody works.
    """

    assignments: pd.DataFrame
    waiting: pd.DataFrame
    summary: pd.DataFrame
    horizon_days: int
    closed_days: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Refuse frames that lack a column."""
        _require("plan.assignments", self.assignments, ASSIGNMENT_COLUMNS)
        _require("plan.waiting", self.waiting, WAITING_COLUMNS)


@dataclass(frozen=True)
class Provenance:
    """Where a study's figures come from, so that a stranger can repeat them."""

    ledger_entries: int
    last_hash: str
    profile_name: str
    profile_version: str
    profile_sha256: str
    seed: int
    software: str
    node: str | None = None
    generated: str | None = None
    """Time of generation, RFC 3339; None leaves it out, so that the same study gives the same bytes."""


@dataclass(frozen=True)
class StudyData:
    """Everything that the writers of a study need.

    Attributes
    ----------
    title
        Name of the country, programme or scenario.
    as_of
        What was known by when: date or time of receipt, ISO.
    valid_on
        Which day on the ground the answer is about, ISO.
    parts, areas, evidence, tasks, admin
        Frames of places in EPSG:4326; columns `PART_COLUMNS`, `AREA_COLUMNS`, `EVIDENCE_COLUMNS`, `TASK_COLUMNS`,
        `ADMIN_COLUMNS`. Any may be empty.
    balances
        Area balances by key: ``area_id``, ``admin_area``, ``period``; columns as `Accounts.balance` gives them, m².
    figures
        Figures without geometry, columns `FIGURE_COLUMNS`.
    surface, evaluation, plan
        The estimate, its evaluation and the plan; None where there is none.
    stop
        The stop rule fitted from finished tasks; None where they show too little.
    hazard_classes
        Ground by its chance of an item in a hectare, columns `HAZARD_CLASS_COLUMNS`.
    items_on_hand
        Expected items in all land that is still to be released; None where there is no estimate.
    public_surface
        Estimate made anew from the cells that the public is told; the public sees no other.
    findings
        Columns `FINDING_COLUMNS`.
    limits
        What this study cannot say, in plain words, one sentence each.
    language
        Language code of texts and documents; decides the writing direction.
    public_cell_m
        Side of the cells by which the public sees uncleared land, from the profile.
    """

    title: str
    as_of: str
    valid_on: str
    provenance: Provenance
    parts: gpd.GeoDataFrame = field(default_factory=lambda: empty_places(PART_COLUMNS))
    areas: gpd.GeoDataFrame = field(default_factory=lambda: empty_places(AREA_COLUMNS))
    evidence: gpd.GeoDataFrame = field(default_factory=lambda: empty_places(EVIDENCE_COLUMNS))
    tasks: gpd.GeoDataFrame = field(default_factory=lambda: empty_places(TASK_COLUMNS))
    admin: gpd.GeoDataFrame = field(default_factory=lambda: empty_places(ADMIN_COLUMNS))
    balances: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    figures: pd.DataFrame = field(default_factory=lambda: empty_table(FIGURE_COLUMNS))
    surface: Surface | None = None
    hazard_classes: gpd.GeoDataFrame = field(default_factory=lambda: empty_places(HAZARD_CLASS_COLUMNS))
    items_on_hand: Answer | None = None
    stop: StopRule | None = None
    public_surface: Surface | None = None
    evaluation: Evaluation | None = None
    plan: PlanData | None = None
    findings: pd.DataFrame = field(default_factory=lambda: empty_table(FINDING_COLUMNS))
    limits: tuple[str, ...] = ()
    language: str = "en"
    public_cell_m: float = 1000.0

    def __post_init__(self) -> None:
        """Refuse frames that lack a column or are not in WGS 84."""
        for name, columns in _PLACES.items():
            _require_places(name, getattr(self, name), columns)
        _require("figures", self.figures, FIGURE_COLUMNS)
        _require("findings", self.findings, FINDING_COLUMNS)

    def with_frames(self, **frames: object) -> "StudyData":
        """Copy with some frames replaced."""
        return replace(self, **frames)  # type: ignore[arg-type]


_PLACES = {
    "parts": PART_COLUMNS, "areas": AREA_COLUMNS, "evidence": EVIDENCE_COLUMNS, "tasks": TASK_COLUMNS,
    "admin": ADMIN_COLUMNS, "hazard_classes": HAZARD_CLASS_COLUMNS,
}  # fmt: skip


def _require(name: str, frame: pd.DataFrame, columns: tuple[str, ...]) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise fail(ErrorCode.REPORT_COLUMNS_MISSING, frame=name, columns=", ".join(missing))


def _require_places(name: str, frame: gpd.GeoDataFrame, columns: tuple[str, ...]) -> None:
    _require(name, frame, (*columns, "geometry"))
    if frame.crs is None or frame.crs.to_epsg() != 4326:
        raise fail(ErrorCode.REPORT_SYSTEM, frame=name, crs=frame.crs and frame.crs.to_string())
