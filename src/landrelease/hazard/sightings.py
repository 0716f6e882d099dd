"""What each statement of the register says of the ground: sightings, before their shapes are put on a grid's system.

One reader a kind of statement. A search gives one sighting of the ground searched and one of each find; a verdict that
a later one of the same area took the place of is not read again; what two statements tell of one thing counts once.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import cast

import shapely

from landrelease.hazard.chances import ChanceToSee
from landrelease.hazard.known import Known, Sighting, decimal_year, in_degrees, some, tested_sectors, work_of
from landrelease.hazard.looks import LookKind, Outcome
from landrelease.hazard.minefield_records import Pattern, recorded_items
from landrelease.record.body import Body
from landrelease.record.entry import Entry
from landrelease.record.kinds import (
    Accident,
    ClearanceReport,
    EODSpotTask,
    EvidenceItem,
    Figure,
    Find,
    HazardReport,
    MinefieldRecord,
    NTSReport,
    OrdnanceItem,
    QAVisit,
    TSReport,
)
from landrelease.record.shapes import Shape
from landrelease.terms import (
    AccidentKind,
    AssetKind,
    EvidenceGrade,
    EvidenceKind,
    HazardKind,
    OrdnanceClass,
    OrdnanceStatus,
    Reliability,
    ReportStage,
    SectorResult,
)

NOT_OF_THE_GROUND = frozenset({AccidentKind.ROAD, AccidentKind.ATTACK, AccidentKind.STORED_AMMUNITION})
"""Accidents that say nothing of what lies in the ground where they happened."""

ITEMS = "devices"
AREA = "area_m2"
"""Measures of a figure that count items destroyed, and the ground cleared."""


def sightings(kind: str, entry: Entry, body: Body, known: Known) -> Iterator[Sighting]:
    """What one statement says of the ground."""
    yield from READERS[kind](entry, body, known)


def _event(
    kind: LookKind, quantity: float, shape: Shape | None, unit: str | None, known: Known, day: str | None = None
) -> Sighting:
    """Event at its place, else somewhere in its administrative area, else without a position."""
    if shape is None and unit is not None and unit in known.units:
        return Sighting(LookKind.AGGREGATE, Outcome.REPORTED, quantity, (known.units[unit],), day, method=kind.value)
    return Sighting(kind, Outcome.REPORTED, quantity, some(shape), day)


def _accident(_entry: Entry, body: Accident, known: Known) -> Iterator[Sighting]:
    if body.kind in NOT_OF_THE_GROUND:
        return
    seen = _event(LookKind.ACCIDENT, 1.0, body.shape, body.admin_area, known)
    # What explodes on a team that searches is met by the search.
    met = body.kind is AccidentKind.DEMINING and body.shape is not None
    yield replace(seen, outcome=Outcome.FOUND) if met else seen


def _ordnance(_entry: Entry, body: OrdnanceItem, known: Known) -> Iterator[Sighting]:
    if _explosive(body) and body.quantity != 0:
        quantity = 1.0 if body.quantity is None else float(body.quantity)
        yield _event(LookKind.FIND, quantity, body.shape, body.admin_area, known)


def _single_evidence(entry: Entry, body: EvidenceItem, known: Known) -> Iterator[Sighting]:
    span = None if entry.valid_to is None else decimal_year(entry.valid_to) - decimal_year(entry.valid_from)
    yield from _evidence(body, known, years=span)


def _evidence(
    body: EvidenceItem, known: Known, default: Shape | None = None, years: float | None = None
) -> Iterator[Sighting]:
    if body.resolved is not None and body.shape is None:
        return  # says what became of evidence that other statements tell
    shape = body.shape or default
    if body.kind is EvidenceKind.LAND_IN_USE:
        yield _in_use(body, shape, years if body.in_use_years is None else float(body.in_use_years), known)
    elif body.kind is EvidenceKind.ACCIDENT:
        if shape is None or shape.type != "Point" or shape.coordinates not in known.accident_places:
            yield _event(LookKind.ACCIDENT, 1.0, shape, body.admin_area, known, body.observed)
    elif body.kind is EvidenceKind.MINEFIELD_RECORD and (body.shape is not None or body.minefield is not None):
        yield _minefield(body, shape, known)
    else:
        yield _indication(body, shape, known)


def _indication(body: EvidenceItem, shape: Shape | None, known: Known) -> Sighting:
    """Evidence at its place; without one of its own it is the reason of the verdict on its area, and no second look."""
    direct = body.grade is EvidenceGrade.DIRECT
    kind = LookKind.DIRECT_EVIDENCE if direct else LookKind.INDIRECT_EVIDENCE
    seen = _event(kind, 1.0, shape, body.admin_area, known, body.observed)
    return replace(seen, outcome=Outcome.VERDICT) if body.shape is None and shape is not None else seen


def _in_use(body: EvidenceItem, shape: Shape | None, years: float | None, known: Known) -> Sighting:
    """Nobody was harmed where people work the land: a verdict by years of use."""
    reach, share = None, 1.0
    if shape is not None and shape.type == "Point":
        plot = math.sqrt(known.chances.believed.plot_m2 / math.pi)
        reach = max(plot, _accuracy(shape, known))
        share = (plot / reach) ** 2  # the plot lies somewhere in the circle
    span = known.chances.believed.in_use_years if years is None else years
    missed = known.chances.verdict_errors(body.reliability)[1]
    return Sighting(
        LookKind.LAND_IN_USE, Outcome.VERDICT, 0.0, some(shape), body.observed, known.chances.harmed(years, share),
        "land_in_use", reach_m=reach, errors=(0.0, missed), years=span,
    )  # fmt: skip


def _minefield(body: EvidenceItem, shape: Shape | None, known: Known) -> Sighting:
    """A count over the panel, where the record gives one; else a verdict on it; a point alone is an indication."""
    told, area = body.minefield, shape is not None and shape.type != "Point"
    if shape is None or (told is None and not area):
        return _indication(body, shape, known)
    panel = known.metric(shape) if area and body.shape is not None else shapely.Polygon()
    count = None if told is None else recorded_items(_pattern(told), panel)
    if count is None and not area:
        return _indication(body, shape, known)
    seen = Sighting(LookKind.MINEFIELD_RECORD, Outcome.COUNTED, 0.0, (shape,), body.observed)
    if count is None:
        errors = known.chances.verdict_errors(body.reliability)
        return replace(seen, outcome=Outcome.VERDICT, quantity=1.0, chance=known.chances.heard, errors=errors)
    laid = count * known.chances.believed.record_true_share
    return replace(seen, quantity=laid, chance=known.chances.recorded, reach_m=None if area else _around(shape, known))


def _pattern(told: MinefieldRecord) -> Pattern:
    spacing = [None if value is None else value / 100 for value in (told.row_spacing_cm, told.item_spacing_cm)]
    return Pattern(told.rows, spacing[0] or None, spacing[1] or None, told.items)


def _around(shape: Shape, known: Known) -> float:
    """Radius in which a panel lies of which only a point is known."""
    return math.sqrt(known.chances.believed.plot_m2 / math.pi) + _accuracy(shape, known)


def _accuracy(shape: Shape, known: Known) -> float:
    """Accuracy of a position, m; 0 where nothing is known of it."""
    accuracy = known.chances.accuracy_m(shape.quality, shape.accuracy_m)
    return 0.0 if math.isnan(accuracy) else accuracy


def _hazard_report(entry: Entry, body: HazardReport, known: Known) -> Iterator[Sighting]:
    """A yes for the area as it was last reported, until a non-technical survey answers it; and its evidence."""
    survey, last = known.last_survey.get(entry.subject), known.last_report.get(entry.subject)
    answered = survey is not None and survey.valid_from >= entry.valid_from
    if last is not None and last.hash == entry.hash and body.hazard_kind is HazardKind.AREA and not answered:
        errors = known.chances.verdict_errors(_reliability(entry), body.classification)
        yield _verdict(True, some(body.shape), known, errors)
    for item in body.evidence:
        yield from _evidence(item, known, body.shape)


def _nts(entry: Entry, body: NTSReport, known: Known) -> Iterator[Sighting]:
    """Cancelled ground: a verdict of no. What the last survey of an area leaves: a verdict of yes."""
    errors = known.chances.verdict_errors(_reliability(entry))
    outline = known.outlines.get(body.area)
    if body.cancelled is not None:
        yield _verdict(False, (body.cancelled,), known, errors)
    elif not body.hazard_found and outline is not None:
        yield _verdict(False, (outline,), known, errors)
    if body.hazard_found and outline is not None and known.last_survey[body.area].hash == entry.hash:
        yield replace(_verdict(True, (outline,), known, errors), without=known.cancelled.get(body.area, ()))
    for item in body.evidence:
        yield from _evidence(item, known)


def _verdict(found: bool, shapes: tuple[Shape, ...], known: Known, errors: tuple[float, float]) -> Sighting:
    return Sighting(
        LookKind.SURVEY_VERDICT, Outcome.VERDICT, float(found), shapes, chance=known.chances.heard, method="heard",
        errors=errors,
    )  # fmt: skip


def _found(finds: list[Find], searched: tuple[Shape, ...], work: str = "") -> Iterator[Sighting]:
    for find in finds:
        yield Sighting(LookKind.FIND, Outcome.FOUND, float(find.quantity), some(find.shape) or searched, work=work)


def _search(
    found: bool, shapes: tuple[Shape, ...], chance: ChanceToSee | None, method: AssetKind, work: str = ""
) -> Sighting:
    kind = LookKind.SEARCHED if found else LookKind.NEGATIVE_SECTOR
    return Sighting(kind, Outcome.SEARCHED, 0.0, shapes, chance=chance, method=method.value, work=work)


def _ts(_entry: Entry, body: TSReport, known: Known) -> Iterator[Sighting]:
    lanes = known.chances.lane_share if body.coverage_permille is None else body.coverage_permille / 1000
    chance = known.chances.searched(body.method, lanes)
    finds, tested = _dangerous(body.finds), tested_sectors(body)
    positive = [sector.shape for sector in body.sectors if sector.result is SectorResult.POSITIVE]
    somewhere = any(find.shape is None for find in finds)
    rest = (body.reduced,) if body.reduced is not None else ()
    work = f"survey:{body.area}"
    yield from _found(finds, tuple(positive) or tested or rest, work)
    for sector in body.sectors:
        if sector.result is SectorResult.POSITIVE and not somewhere and not _holds(sector.shape, finds):
            false = known.chances.believed.sector_false_positive
            yield Sighting(LookKind.POSITIVE_SECTOR, Outcome.VERDICT, 1.0, (sector.shape,), chance=chance,
                           method=body.method.value, errors=(false, 0.0))  # fmt: skip
        elif sector.result is not SectorResult.UNTESTED:
            is_positive = sector.result is SectorResult.POSITIVE
            yield _search(is_positive, (sector.shape,), chance, body.method, work)
    if rest:
        found = somewhere and not tested
        yield replace(_search(found, rest, chance, body.method, work), without=known.sectors.get(body.area, ()))


def _clearance(entry: Entry, body: ClearanceReport, known: Known) -> Iterator[Sighting]:
    finds, searched = _dangerous(body.finds), some(body.cleared)
    progress = body.stage is ReportStage.PROGRESS
    if not progress:
        before = known.found_before
        seen = (find.shape is not None and (work_of(body), find.model_dump_json()) in before for find in finds)
        finds = [find for find, again in zip(finds, seen, strict=True) if not again]
    work = f"clearance:{body.area}"
    yield from _found(finds, searched or known.completed.get(work_of(body), ()), work)
    if searched:
        coverage = 1.0 if body.coverage_permille is None else body.coverage_permille / 1000
        chance = known.chances.searched(body.method, coverage, body.depth_cm)
        search = _search(bool(_dangerous(body.finds)), searched, chance, body.method, work)
        yield replace(search, without=known.searched_later(entry, body) if progress else ())


def _spot_task(_entry: Entry, body: EODSpotTask, known: Known) -> Iterator[Sighting]:
    """What brought the team there was reported; the ground around was searched only as far as the profile says."""
    finds = _dangerous(body.finds)
    before = sum(known.reported_items.get(at, 0) for at in {body.shape.coordinates, *_points(finds)})
    for sighting in _found(finds, (body.shape,)):
        again = min(float(before), sighting.quantity)
        before -= int(again)
        if sighting.quantity > again:
            yield replace(sighting, outcome=Outcome.REPORTED, quantity=sighting.quantity - again)
    reach = known.chances.believed.spot_m
    if reach > 0:
        chance = known.chances.searched(AssetKind.EOD_TEAM)
        yield replace(_search(bool(finds), (body.shape,), chance, AssetKind.EOD_TEAM), reach_m=reach)


def _quality(entry: Entry, body: QAVisit, known: Known) -> Iterator[Sighting]:
    """A sample of released ground is a search of its own."""
    finds, sampled = _dangerous(body.finds), some(body.sampled)
    if sampled:
        yield _search(bool(finds), sampled, known.chances.searched(AssetKind.QA_TEAM), AssetKind.QA_TEAM, entry.hash)
    yield from _found(finds, sampled, entry.hash)


def _figure(_entry: Entry, body: Figure, known: Known) -> Iterator[Sighting]:
    """Items destroyed in a unit and a month; without the ground cleared nobody knows how much was looked at."""
    if ITEMS not in body.measures or body.measures[ITEMS] < 0:
        return
    items, cleared, unit = body.measures[ITEMS], body.measures.get(AREA, 0), known.units.get(body.admin_area)
    method = f"figure:{body.dataset}"
    if cleared > 0:
        unit_m2 = known.unit_areas_m2.get(body.admin_area, 0.0)
        chance = known.chances.of_unit(cleared, unit_m2) if unit_m2 > 0 else None
        seen = Sighting(LookKind.AGGREGATE, Outcome.COUNTED, float(items), some(unit), body.period, chance, method)
        yield replace(seen, years=_PERIOD_YEARS[len(body.period)])
    elif items > 0:
        yield Sighting(LookKind.AGGREGATE, Outcome.REPORTED, float(items), some(unit), body.period, method=method)


_PERIOD_YEARS = {4: 1.0, 7: 1 / 12, 10: 1 / 365.25}
"""Length of a period by that of its text: year, month or day."""


READERS: dict[str, Callable[[Entry, Body, Known], Iterator[Sighting]]] = {
    kind: cast("Callable[[Entry, Body, Known], Iterator[Sighting]]", reader)
    for kind, reader in {
        "accident": _accident,
        "ordnance.item": _ordnance,
        "evidence": _single_evidence,
        "hazard.report": _hazard_report,
        "survey.nts": _nts,
        "survey.ts": _ts,
        "clearance.report": _clearance,
        "eod.spot_task": _spot_task,
        "qa.visit": _quality,
        "figure": _figure,
    }.items()
}
"""How each kind of statement is read; a kind that is not here says nothing of the ground."""


def _explosive(item: Find | OrdnanceItem) -> bool:
    return item.ordnance != OrdnanceClass.SCRAP and item.status != OrdnanceStatus.FFE


def _dangerous(finds: list[Find]) -> list[Find]:
    return [find for find in finds if find.quantity and _explosive(find)]


def _points(finds: list[Find]) -> set[tuple[int, int]]:
    return {find.shape.coordinates for find in finds if find.shape is not None}


def _holds(sector: Shape, finds: list[Find]) -> bool:
    """Whether a find lies in a sector, or within some two metres of its edge."""
    outline = in_degrees(sector)
    return any(find.shape is not None and outline.dwithin(in_degrees(find.shape), 2e-5) for find in finds)


def _reliability(entry: Entry) -> Reliability:
    return Reliability(entry.source.get("reliability", Reliability.UNKNOWN))
