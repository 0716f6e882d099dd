"""Non-technical and technical survey: what they find out, what they miss, what land they cancel and reduce."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from landrelease.record.entry import Source
from landrelease.simulate.accidents import explosions
from landrelease.simulate.field import Block, Crew, Field, leave
from landrelease.simulate.hazards import HazardKindOf
from landrelease.simulate.reports import evidence_body
from landrelease.simulate.shapes import near
from landrelease.simulate.suspected import Evidence
from landrelease.simulate.truth import Method
from landrelease.simulate.workforce import REGIMENT
from landrelease.simulate.worksite import CellState, Worksite
from landrelease.terms import (
    Activity,
    AssetKind,
    EvidenceKind,
    HowKnown,
    PositionQuality,
    ReleaseRoute,
    Reliability,
    SectorResult,
)

KEPT_EVIDENCE = frozenset({EvidenceKind.MINEFIELD_RECORD, EvidenceKind.MARKING, EvidenceKind.EXPLOSIVE_ITEM,
                           EvidenceKind.STRIKE, EvidenceKind.ACCIDENT})  # fmt: skip
"""Evidence that a survey team may not talk away: the ground around it stays."""

CRITERIA = ("informants_agree", "land_in_use", "no_evidence_found")
SLIVER_M2 = 50.0
RETAIN_ALL = 0.85
"""Where more than this share would stay, the team leaves the outline as it is."""


def survey(field: Field, crew: Crew, minutes: float) -> float:
    """Let a survey team work on its area; returns the minutes used."""
    site = crew.site
    assert site is not None
    pace = field.pace_m2(crew, Activity.NTS)
    done = min(pace * minutes, site.area_m2 - site.survey_m2)
    site.survey_m2 += done
    crew.today.searched_m2 += done
    if site.survey_m2 >= site.area_m2 - 1e-6:
        _finish_survey(field, crew, site)
        leave(crew)
    return done / pace if pace > 0 else minutes


def _finish_survey(field: Field, crew: Crew, site: Worksite) -> None:
    """Report what was heard and seen; cancel what nothing points to."""
    heard = _heard(field, site)
    retained = _retained(field, site, heard)
    cancelled = _cleaned(site.ground.difference(retained))
    site.heard = {told.kind for told in heard}
    site.surveyed, site.hazard_found = True, bool(heard) or not retained.is_empty
    body: dict[str, Any] = {
        "area": site.area.area_id, "cancelled_area_m2": 0, "hazard_found": site.hazard_found,
        "informants": int(field.draws(5, site.index).integers(2, 9)),
        "evidence": [evidence_body(field.province, told, field.profile, site.area.area_id) for told in heard],
    }  # fmt: skip
    cancelled_m2 = float(cancelled.area)
    if cancelled_m2:
        body |= {"cancelled": field.province.frame.body(cancelled, PositionQuality.GNSS), "criteria": list(CRITERIA),
                 "cancelled_area_m2": round(cancelled_m2)}  # fmt: skip
    site.narrow(_cleaned(site.ground.difference(cancelled)) if cancelled_m2 else site.ground)
    site.touch()
    field.tally.areas_surveyed += 1

    def then(made: str) -> None:
        site.reports.append(made)
        if cancelled_m2:
            field.cancelled.append((site, made, cancelled))

    _rebut(field, crew, site)
    field.clerk.say(
        "survey.nts", f"survey:{site.area.area_id}", body, field.date, crew.team.leader, crew.team.organisation,
        source=Source(HowKnown.VERBAL, Reliability.USUALLY_RELIABLE), cites=tuple(site.reports), then=then,
    )  # fmt: skip


def _rebut(field: Field, crew: Crew, site: Worksite) -> None:
    """Say of each indirect kind of evidence in the area's report that the survey looked into it."""
    for kind in sorted({told.kind for told in site.area.evidence} - KEPT_EVIDENCE):
        resolve_evidence(field, crew, site, kind, "looked into by survey", site.reports[0])


def resolve_evidence(field: Field, crew: Crew, site: Worksite, kind: EvidenceKind, how: str, report: str) -> None:
    """Say how the evidence of one kind in an earlier report was resolved."""
    body = {"kind": kind, "grade": field.profile.evidence.grade(kind), "area": site.area.area_id, "resolved": how}
    subject = f"evidence:{site.area.area_id}:{kind.value}"
    field.clerk.say("evidence", subject, body, field.date, crew.team.leader, crew.team.organisation, cites=(report,))


def close_evidence(field: Field, crew: Crew, site: Worksite) -> None:
    """When the whole ground has been worked, every indication in it has been searched for."""
    if site.evidence_closed or (site.cells.state == CellState.OPEN).any():
        return
    site.evidence_closed = True
    for kind in sorted({told.kind for told in site.area.evidence} & KEPT_EVIDENCE):
        resolve_evidence(field, crew, site, kind, "ground searched, items found removed", site.reports[0])
    for kind in sorted(site.heard):
        resolve_evidence(field, crew, site, kind, "ground searched, items found removed", site.reports[1])


def _heard(field: Field, site: Worksite) -> list[Evidence]:
    """Evidence that the team comes back with: real hazards with the chance of their kind, sometimes one that is not."""
    chances, items = field.province.scenario.survey, field.province.items
    by_kind = {HazardKindOf.ROWS: chances.found_rows, HazardKindOf.NUISANCE: chances.found_nuisance,
               HazardKindOf.STRIKE: chances.found_strikes}  # fmt: skip
    ids = field.truth.left(field.truth.in_area(site.index))
    heard: list[Evidence] = []
    for hazard in np.unique(items.hazard[ids]).tolist():
        rng, kind = field.draws(6, site.index, int(hazard)), field.province.hazards[hazard].kind
        if rng.random() < by_kind[kind]:
            heard += _evidence_of(field, ids[items.hazard[ids] == hazard], kind, rng)
    rng = field.draws(7, site.index)
    if not heard and rng.random() < chances.false_evidence_share:
        inside = site.ground.representative_point()
        heard.append(_told(EvidenceKind.VERBAL_REPORT, near(inside.x, inside.y, 20.0, rng), field))
    return heard


def _evidence_of(field: Field, ids: NDArray[np.int64], kind: HazardKindOf, rng: np.random.Generator) -> list[Evidence]:
    """Places that people point out along a hazard, each with an error."""
    shown = rng.choice(ids, size=min(len(ids), 2 + len(ids) // 12, 14), replace=False)
    error = field.province.scenario.reports.evidence_error_m / 2
    x, y = field.truth.places(shown)
    evidence = EvidenceKind.STRIKE if kind is HazardKindOf.STRIKE else EvidenceKind.EXPLOSIVE_ITEM
    return [_told(evidence, near(float(a), float(b), error, rng), field) for a, b in zip(x, y, strict=True)]


def _told(kind: EvidenceKind, place: BaseGeometry, field: Field) -> Evidence:
    return Evidence(
        kind, HowKnown.VERBAL, Reliability.USUALLY_RELIABLE, place, PositionQuality.GNSS, observed=field.date
    )


def _retained(field: Field, site: Worksite, heard: list[Evidence]) -> BaseGeometry:
    """Ground that stays: around what was heard and around what was known before and may not be talked away."""
    rng = field.draws(8, site.index)
    margin = rng.uniform(*field.province.scenario.survey.retained_margin_m)
    kept = [told.place for told in site.area.evidence if told.kind in KEPT_EVIDENCE and told.place is not None]
    shapes = [place.buffer(margin, quad_segs=4) for place in kept]
    by_kind: dict[EvidenceKind, list[BaseGeometry]] = {}
    for told in heard:
        if told.place is not None:
            by_kind.setdefault(told.kind, []).append(told.place)
    shapes += [part for places in by_kind.values() for part in _hulls(places, margin)]
    shapes += [] if site.keep is None else [site.keep]
    if not shapes:
        return shapely.Polygon()
    retained = _cleaned(shapely.union_all(shapes).intersection(site.ground))
    return (
        site.ground
        if retained.area > RETAIN_ALL * site.ground.area
        else retained.simplify(3.0).intersection(site.ground)
    )


def _hulls(places: list[BaseGeometry], margin: float) -> list[BaseGeometry]:
    """Outline each group of places that lie close together."""
    groups = shapely.get_parts(shapely.union_all(shapely.buffer(places, 2 * margin)))
    points = np.array(places)
    members = [points[shapely.contains(group, points)] for group in groups]
    return [
        shapely.convex_hull(shapely.MultiPoint(list(group))).buffer(margin, quad_segs=4)
        for group in members
        if len(group)
    ]


def _cleaned(geometry: BaseGeometry) -> BaseGeometry:
    """Keep polygons that are more than slivers, so that none of their squares is one."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon" and part.area > SLIVER_M2]
    if not parts:
        return shapely.Polygon()
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def technical_survey(field: Field, crew: Crew, minutes: float) -> float:
    """Let a team search lanes, sector by sector; returns the minutes used."""
    site, used = crew.site, 0.0
    assert site is not None
    pace = field.pace_m2(crew, Activity.TS)
    while used < minutes and pace > 0:
        if crew.sector < 0 and not _take_sector(site, crew):
            leave(crew)
            break
        step = min(crew.left_m2, pace * (minutes - used))
        crew.left_m2 -= step
        used += step / pace
        crew.today.searched_m2 += step * crew.coverage
        if crew.left_m2 > 1e-9:
            break
        used += _finish_sector(field, crew, site)
        if crew.stand_down_until >= field.day:
            break
    return used if pace > 0 else minutes


def _open_sectors(site: Worksite) -> NDArray[np.int64]:
    cells = site.cells
    waiting = (cells.state == CellState.OPEN) & ~cells.tested & ~cells.target
    sectors = np.unique(cells.sector[waiting])
    return np.asarray(sectors[~cells.sector_taken[sectors]], dtype=np.int64)


def _take_sector(site: Worksite, crew: Crew) -> bool:
    sectors = _open_sectors(site)
    if not len(sectors):
        return False
    cells = site.cells
    crew.sector = int(sectors[0])
    cells.sector_taken[crew.sector] = True
    site.coverage = crew.coverage if site.coverage == 0 else min(site.coverage, crew.coverage)
    crew.left_m2 = float(cells.area_m2[(cells.sector == crew.sector) & (cells.state == CellState.OPEN)].sum())
    return True


def _finish_sector(field: Field, crew: Crew, site: Worksite) -> float:
    """See what the lanes show; returns the minutes that the finds took."""
    cells, sector = site.cells, crew.sector
    inside = np.nonzero((cells.sector == sector) & (cells.state == CellState.OPEN))[0]
    crew.today.cells += inside.tolist()
    under_lanes = _in_lanes(field, site, sector, field.items_in(site, inside), crew.coverage)
    seen = field.truth.seen(under_lanes, Method.TECHNICAL_SURVEY)
    handled = field.truth.handle(seen)
    cells.tested[inside] = True
    if len(seen):
        cells.positive[inside] = True
        cells.target[inside] = True
        mark_targets(field, site, seen)
        field.technical_finds[site.index] += handled.found.tolist()
    crew.today.finds += len(handled.found)
    cells.sector_taken[sector] = False
    crew.sector = -1
    site.touch()
    explosions(field, crew, handled.exploded, "excavation")
    return len(seen) * field.profile.detection.minutes_a_signal


def _in_lanes(field: Field, site: Worksite, sector: int, ids: NDArray[np.int64], coverage: float) -> NDArray[np.int64]:
    """Items under the lanes: parallel strips that cover the wanted share, laid from a random offset and direction."""
    rng, width = field.draws(9, site.index, sector), field.province.scenario.survey.lane_width_m
    offset, turn = rng.random(), rng.uniform(0, np.pi)
    x, y = field.truth.places(ids)
    across = (x * np.cos(turn) + y * np.sin(turn)) / (width / coverage) + offset
    return np.asarray(ids[across % 1.0 < coverage], dtype=np.int64)


def mark_targets(field: Field, site: Worksite, found: NDArray[np.int64]) -> None:
    """Every open square within the fade-out distance of a find is to be cleared."""
    cells = site.cells
    for item in found.tolist():
        x, y = field.truth.places(np.array([item]))
        close = cells.near(float(x[0]), float(y[0]), field.fade_out_m(item))
        cells.target |= close & (cells.state == CellState.OPEN)


def report_technical(field: Field, site: Worksite, team: str, leader: str, rest: bool = False) -> None:
    """Report a finished technical survey: sectors, finds, and the land that it reduces.

    Negative sectors next to an indication stay open until the clearance beside them has ended without a find at its
    edge; with `rest`, that has happened and the remaining tested ground is reduced.
    """
    cells = site.cells
    reducible = (cells.state == CellState.OPEN) & cells.tested & ~cells.target
    if not rest:
        reducible &= ~_beside_targets(field, site)
    chosen = np.nonzero(reducible)[0]
    finds = field.technical_finds.pop(site.index, [])
    body: dict[str, Any] = {
        "area": site.area.area_id, "reduced_area_m2": 0, "method": AssetKind.TECHNICAL_SURVEY_TEAM, "team": team,
        "coverage_permille": round(site.coverage * 1000),
        "finds": field.find_bodies(finds), "sectors": [] if rest else _sectors(field, site),
    }  # fmt: skip
    if not rest:
        body["searched_area_m2"] = round(float(cells.area_m2[cells.tested].sum()) * site.coverage)
    then = None
    if len(chosen):
        outline = cells.outline(chosen)
        block = Block(site, chosen, ReleaseRoute.REDUCED, float(cells.area_m2[chosen].sum()), team)
        body |= {
            "reduced": field.province.frame.body(outline, PositionQuality.GNSS),
            "reduced_area_m2": round(block.area_m2),
        }
        cells.state[chosen] = CellState.REPORTED
        site.touch()
        then = _queue(field, block)
    field.clerk.say("survey.ts", f"technical-survey:{site.area.area_id}", body, field.date, leader, REGIMENT,
                    cites=tuple(site.reports), then=then)  # fmt: skip


def _queue(field: Field, block: Block) -> Any:
    def then(made: str) -> None:
        block.report = made
        field.waiting.append(block)

    return then


def _beside_targets(field: Field, site: Worksite) -> NDArray[np.bool_]:
    """Squares within one sector of a square to be cleared."""
    cells, reach = site.cells, round(field.province.scenario.survey.sector_m / site.cells.cell_m)
    near_target = np.zeros(len(cells.state), dtype=bool)
    for target in np.nonzero(cells.target)[0]:
        near_target |= (np.abs(cells.column - cells.column[target]) <= reach) & (
            np.abs(cells.row - cells.row[target]) <= reach
        )
    return near_target


def _sectors(field: Field, site: Worksite) -> list[dict[str, Any]]:
    cells, bodies = site.cells, []
    for sector in np.unique(cells.sector[cells.tested]).tolist():
        inside = (cells.sector == sector) & cells.tested
        result = SectorResult.POSITIVE if cells.positive[inside].any() else SectorResult.NEGATIVE
        bodies.append(
            {"shape": field.province.frame.body(cells.outline(inside), PositionQuality.GNSS), "result": result}
        )
    return bodies
