"""What the register holds about one area's release: parts, the reports behind them, evidence, QA visits."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.geo.shapes import shape_from_body
from landrelease.i18n import _
from landrelease.quality.nonconformities import Nonconformity, concerning, followed_up, nonconformities
from landrelease.quality.safety.cover import Cover
from landrelease.record.entry import Entry
from landrelease.record.in_force import profile_in_force
from landrelease.record.kinds import QAVisit
from landrelease.terms import AssetKind, EvidenceKind

if TYPE_CHECKING:
    from landrelease.land.accounts import Accounts
    from landrelease.record.register import Register

REPORT_KINDS = ("survey.nts", "survey.ts", "clearance.report")
METRES_A_DEGREE = 110_000.0  # shortest meridian degree is 110.57 km: a search box in degrees never comes out too small


@dataclass(frozen=True)
class EvidenceRecord:
    """One item of evidence that a decision must consider.

    Attributes
    ----------
    entry
        Hash of the statement that holds it.
    kind
        Kind of evidence: accidents are `ACCIDENT`, ordnance reported by itself is `EXPLOSIVE_ITEM`.
    day
        When it was observed or happened: ISO date, month or year.
    area
        Area that the statement names, or None.
    geometry
        Position in WGS 84, or None where it is not known.
    accuracy_m
        Stated accuracy of the position, 0 where none is stated.
    resolved
        How it was resolved, in words; None while it is not. Land in use without harm speaks against contamination: it
        is considered like all evidence and needs no resolving.
    """

    entry: str
    kind: EvidenceKind
    day: str
    area: str | None
    geometry: BaseGeometry | None
    accuracy_m: float
    resolved: str | None


@dataclass(frozen=True)
class Dossier:
    """Everything about one area that the criteria look at.

    Attributes
    ----------
    parts
        The parts in question (columns of `Accounts.parts`, EPSG:4326).
    reports
        Official survey and clearance reports on the area, by hash.
    outlines
        Hashes of the hazard reports and boundary changes of the area.
    evidence
        Evidence that names the area or lies within reach of its parts.
    visits
        QA visits to the area, then those to its teams elsewhere, each in order of date.
    nonconformities
        Those with statements of their own (`landrelease.quality.nonconformities`), open or closed: on the area, on its
        teams, or on the kind of asset that an organisation worked with here.
    followed_up
        Visits and requirements of noted nonconformities for which one of `nonconformities` speaks.
    cover
        What the record says of accreditations and insurances.
    effort
        The last statement of all reasonable effort on the area, or None.
    """

    area_id: str
    parts: gpd.GeoDataFrame
    reports: dict[str, Entry]
    outlines: tuple[str, ...]
    evidence: tuple[EvidenceRecord, ...]
    visits: tuple[Entry, ...]
    cover: Cover
    nonconformities: tuple[Nonconformity, ...] = ()
    followed_up: frozenset[tuple[str, str]] = frozenset()
    effort: Entry | None = None

    def only(self, parts: gpd.GeoDataFrame) -> "Dossier":
        """Copy with fewer parts."""
        return replace(self, parts=parts)

    def report_of(self, part: Any) -> Entry | None:
        """Return the official report that made a part, or None."""
        return self.reports.get(str(part.report)) if part.report is not None else None

    @property
    def made_by(self) -> set[str]:
        """Hashes of the statements that made the parts."""
        return {str(report) for report in self.parts["report"].dropna()}

    @property
    def teams(self) -> set[str]:
        """Teams that the reports behind the parts name."""
        entries = (self.report_of(part) for part in self.parts.itertuples())
        return {entry.body["team"] for entry in entries if entry is not None and entry.body.get("team")}

    @property
    def methods(self) -> set[tuple[AssetKind, str]]:
        """Kinds of asset that the reports behind the parts name, with the organisation that reports."""
        entries = (self.report_of(part) for part in self.parts.itertuples())
        return {(AssetKind(entry.body["method"]), entry.organisation)
                for entry in entries if entry is not None and entry.body.get("method")}  # fmt: skip

    @property
    def considered(self) -> tuple[str, ...]:
        """Hashes of all statements that a decision on these parts must cite, contrary ones too."""
        cited = self.made_by | {record.entry for record in self.evidence} | {visit.hash for visit in self.visits}
        cited |= {entry for each in self.nonconformities for entry in each.entries}
        effort = {self.effort.hash} if self.effort else set()
        return tuple(sorted(cited | effort | set(self.reports) | set(self.outlines)))


class Dossiers:
    """Index of a register and its accounts, built once and asked for many areas.

    Parameters
    ----------
    register
        The official register.
    accounts
        Accounts of the same register.
    reach_m
        How far from a part evidence matters, metres (the profile's fade-out).
    """

    def __init__(self, register: "Register", accounts: "Accounts", reach_m: float) -> None:
        self._register, self._reach_m = register, reach_m
        self._parts = accounts.parts()
        self._rows = self._parts.groupby("area_id").indices
        self._reports: dict[str, dict[str, Entry]] = defaultdict(dict)
        for kind in REPORT_KINDS:
            for entry in register.entries(kind):
                self._reports[entry.body["area"]][entry.hash] = entry
        self._outlines: dict[str, list[str]] = defaultdict(list)
        for entry in (*register.entries("hazard.report"), *register.entries("boundary.change")):
            self._outlines[entry.body.get("area", entry.subject)].append(entry.hash)

    def of(self, area_id: str, part_ids: Iterable[str] | None = None) -> Dossier:
        """Collect what is known about an area, or about some of its parts."""
        parts = self._parts.iloc[self._rows.get(area_id, np.array([], dtype=np.intp))]
        if part_ids is not None:
            parts = parts[parts["part_id"].isin(list(part_ids))]
        reports = self._reports.get(area_id, {})
        evidence = tuple(sorted(self._about(area_id, parts), key=lambda record: (record.day, record.entry)))
        outlines = tuple(self._outlines.get(area_id, ()))
        bare = Dossier(area_id, parts, reports, outlines, evidence, (), self._cover, effort=self._efforts.get(area_id))
        found = concerning(self._nonconformities, area_id, bare.teams, methods=bare.methods)
        return replace(
            bare, visits=self._visits_to(area_id, bare.teams), nonconformities=tuple(found),
            followed_up=self._followed_up,
        )  # fmt: skip

    def _visits_to(self, area_id: str, teams: set[str]) -> tuple[Entry, ...]:
        here = [visit for visit in self._visits if visit.body.get("area") == area_id]
        elsewhere = [
            visit for visit in self._visits if visit.body.get("area") != area_id and visit.body.get("team") in teams
        ]
        return (*here, *elsewhere)

    def _about(self, area_id: str, parts: gpd.GeoDataFrame) -> Iterator[EvidenceRecord]:
        near = set() if parts.empty else self._near(parts)
        named = self._by_area.get(area_id, set())
        for index in sorted(named | near):
            yield self._evidence[index]

    def _near(self, parts: gpd.GeoDataFrame) -> set[int]:
        bounds = parts.geometry.bounds.to_numpy()
        height = self._reach_m / METRES_A_DEGREE
        width = height / np.maximum(np.cos(np.radians(np.abs(bounds[:, [1, 3]]).max(axis=1) + height)), 0.01)
        boxes = shapely.box(bounds[:, 0] - width, bounds[:, 1] - height, bounds[:, 2] + width, bounds[:, 3] + height)
        tree, positions = self._tree
        return {int(positions[hit]) for hit in tree.query(boxes)[1]}

    @cached_property
    def _visits(self) -> list[Entry]:
        return sorted(self._register.entries("qa.visit"), key=lambda visit: (visit.valid_from, visit.recorded))

    @cached_property
    def _nonconformities(self) -> list[Nonconformity]:
        outside = profile_in_force(self._register).quality.verify_outside
        return nonconformities(self._register, outside=outside)

    @cached_property
    def _followed_up(self) -> frozenset[tuple[str, str]]:
        return frozenset(followed_up(self._register))

    @cached_property
    def _cover(self) -> Cover:
        return Cover(self._register)

    @cached_property
    def _efforts(self) -> dict[str, Entry]:
        said = sorted(self._register.entries("release.effort"), key=lambda entry: (entry.valid_from, entry.recorded))
        return {entry.body["area"]: entry for entry in said}

    @cached_property
    def _evidence(self) -> list[EvidenceRecord]:
        return _resolved_by_later(list(_evidence(self._register)), self._register)

    @cached_property
    def _by_area(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for index, record in enumerate(self._evidence):
            if record.area is not None:
                found[record.area].add(index)
        return found

    @cached_property
    def _tree(self) -> tuple[shapely.STRtree, "np.ndarray[Any, np.dtype[np.intp]]"]:
        placed = [index for index, record in enumerate(self._evidence) if record.geometry is not None]
        # the stated accuracy widens the place, so that the reach alone decides in the query
        shapes = [_widened(self._evidence[index]) for index in placed]
        return shapely.STRtree(shapes), np.array(placed, dtype=np.intp)


def _widened(record: EvidenceRecord) -> BaseGeometry:
    assert record.geometry is not None
    if record.accuracy_m == 0:
        return record.geometry
    x_min, y_min, x_max, y_max = record.geometry.bounds
    height = record.accuracy_m / METRES_A_DEGREE
    width = height / max(float(np.cos(np.radians(min(89.0, max(abs(y_min), abs(y_max)))))), 0.01)
    return shapely.box(x_min - width, y_min - height, x_max + width, y_max + height)


def _evidence(register: "Register") -> Iterator[EvidenceRecord]:
    """Every official item of evidence, for contamination and against it."""
    for entry in register.entries("evidence"):
        yield from _items(entry, None, [entry.body])
    for entry in register.entries("hazard.report"):
        yield from _items(entry, entry.subject, entry.body.get("evidence", ()))
    for entry in register.entries("survey.nts"):
        yield from _items(entry, entry.body["area"], entry.body.get("evidence", ()))
    for entry in register.entries("accident"):
        yield _record(entry, EvidenceKind.ACCIDENT, entry.body)
    for entry in register.entries("ordnance.item"):
        disposed = _("disposed of") if entry.body.get("disposed") else None
        yield _record(entry, EvidenceKind.EXPLOSIVE_ITEM, entry.body, resolved=disposed)


def _items(entry: Entry, area: str | None, items: Iterable[Mapping[str, Any]]) -> Iterator[EvidenceRecord]:
    for item in items:
        against = _("speaks against contamination") if item["kind"] == EvidenceKind.LAND_IN_USE else None
        yield _record(entry, EvidenceKind(item["kind"]), item, area, item.get("resolved") or against)


def _record(
    entry: Entry, kind: EvidenceKind, item: Mapping[str, Any], area: str | None = None, resolved: str | None = None
) -> EvidenceRecord:
    shape = item.get("shape")
    return EvidenceRecord(
        entry=entry.hash, kind=kind, day=item.get("observed") or entry.valid_from, area=item.get("area") or area,
        geometry=shape_from_body(shape) if shape else None, accuracy_m=float((shape or {}).get("accuracy_m", 0)),
        resolved=resolved,
    )  # fmt: skip


def _resolved_by_later(records: list[EvidenceRecord], register: "Register") -> list[EvidenceRecord]:
    """Apply evidence statements that cite an earlier one and say how it was resolved."""
    answers = {
        (cited, EvidenceKind(entry.body["kind"])): entry.body["resolved"]
        for entry in register.entries("evidence")
        for cited in entry.cites
        if entry.body.get("resolved")
    }
    return [replace(record, resolved=record.resolved or answers.get((record.entry, record.kind))) for record in records]


def visit_body(entry: Entry) -> QAVisit:
    """Return the body of a QA visit."""
    return QAVisit.model_validate(entry.body)


def last_day_of(entry: Entry) -> str:
    """Last day that a statement is about: the day it is valid from, where it is about one."""
    return entry.valid_to or entry.valid_from
