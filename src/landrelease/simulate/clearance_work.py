"""Mechanical preparation and clearance, square by square, and the reports that they end in."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from landrelease.simulate.accidents import explosions
from landrelease.simulate.field import Block, Crew, Field, leave
from landrelease.simulate.survey_work import close_evidence, mark_targets, report_technical
from landrelease.simulate.truth import Method
from landrelease.simulate.workforce import REGIMENT
from landrelease.simulate.worksite import CellState, Worksite, unprepared
from landrelease.terms import Activity, AssetKind, PositionQuality, ReleaseRoute, ReportStage


def clear(field: Field, crew: Crew, minutes: float) -> float:
    """Let a manual or dog team, or a machine, work through squares; returns the minutes used."""
    site, used = crew.site, 0.0
    assert site is not None
    assert crew.activity is not None
    while used < minutes:
        if crew.cell < 0 and not _take_cell(site, crew):
            leave(crew)
            break
        pace = field.pace_m2(crew, crew.activity, bool(site.cells.prepared[crew.cell]))
        if pace <= 0:
            return minutes
        step = min(crew.left_m2, pace * (minutes - used))
        crew.left_m2 -= step
        used += step / pace
        crew.today.searched_m2 += step
        if crew.left_m2 > 1e-9:
            break
        used += _finish_cell(field, crew, site)
        if crew.stand_down_until >= field.day:
            break
    return used


def _take_cell(site: Worksite, crew: Crew) -> bool:
    """Take the next free square: the first in serpentine order, so that ground is worked through from one edge."""
    cells = site.cells
    if crew.activity is Activity.MECHANICAL:
        free = unprepared(cells)
    else:
        free = cells.target & (cells.state == CellState.OPEN) & ~cells.taken
    if not free.any():
        return False
    crew.cell = int(np.argmax(free))
    cells.taken[crew.cell] = True
    crew.left_m2 = float(cells.area_m2[crew.cell])
    site.touch()
    return True


def _finish_cell(field: Field, crew: Crew, site: Worksite) -> float:
    """Deal with what is seen in the square; returns the minutes that the finds took."""
    cells, cell, machine = site.cells, crew.cell, crew.activity is Activity.MECHANICAL
    crew.today.cells.append(cell)
    seen = field.truth.seen(field.items_in(site, [cell]), _method(crew, bool(cells.again[cell])))
    handled = field.truth.handle(seen, by_machine=machine)
    cells.taken[cell] = False
    if machine:
        cells.prepared[cell] = True
    else:
        cells.state[cell] = CellState.SEARCHED
        field.tally.signals += _signals(field, site, cell) if crew.team.kind is not AssetKind.DOG_TEAM else 0
    mark_targets(field, site, seen)
    site.touch()
    crew.cell = -1
    crew.today.finds += len(handled.found)
    field.found_since[site.index] += handled.found.tolist()
    explosions(field, crew, handled.exploded, "excavation")
    units = max(1, crew.team.searchers)
    return 0.0 if machine else len(seen) * field.profile.detection.minutes_a_signal / units


def _signals(field: Field, site: Worksite, cell: int) -> int:
    """Draw the false alarms dug up in a square; their time is in the pace."""
    mean = field.profile.detection.false_alarms_m2 * field.clutter[site.index] * site.cells.area_m2[cell]
    return int(field.draws(11, site.index, cell).poisson(mean))


def _method(crew: Crew, again: bool) -> Method:
    if crew.activity is Activity.MECHANICAL:
        return Method.MACHINE
    if again:
        return Method.SECOND_SEARCH
    return Method.DOG if crew.team.kind is AssetKind.DOG_TEAM else Method.MANUAL


def report_clearance(field: Field, site: Worksite, crew: Crew, last_day: bool) -> None:
    """Hand in finished ground once there is enough of it, or when nothing is left to clear here."""
    cells = site.cells
    searched = np.nonzero(cells.state == CellState.SEARCHED)[0]
    finished = _nothing_left(site)
    area = float(cells.area_m2[searched].sum())
    if len(searched) and (area >= field.province.scenario.work.block_m2 or finished or last_day):
        _complete(field, site, searched, area, crew)
    elif field.found_since[site.index] and (
        last_day or field.day % field.province.scenario.work.progress_every_days == 0
    ):
        _progress(field, site, crew)
    if finished and _tested_rest(site):
        report_technical(field, site, crew.team.team_id, crew.team.leader, rest=True)
    close_evidence(field, crew, site)


def _nothing_left(site: Worksite) -> bool:
    cells = site.cells
    return not (cells.target & (cells.state == CellState.OPEN)).any()


def _tested_rest(site: Worksite) -> bool:
    """Whether only tested ground without an indication is left open."""
    cells = site.cells
    is_open = cells.state == CellState.OPEN
    return bool(is_open.any() and cells.tested[is_open].all())


def _body(field: Field, site: Worksite, crew: Crew, stage: ReportStage) -> dict[str, Any]:
    return {
        "area": site.area.area_id, "stage": stage, "method": crew.team.kind, "team": crew.team.team_id,
        "finds": field.find_bodies(field.found_since.pop(site.index, [])),
        "minutes_worked": round(field.minutes_since.pop(site.index, 0)),
    }  # fmt: skip


def _progress(field: Field, site: Worksite, crew: Crew) -> None:
    body = _body(field, site, crew, ReportStage.PROGRESS)
    field.clerk.say("clearance.report", f"clearance:{site.area.area_id}", body, field.date, crew.team.leader, REGIMENT,
                    cites=tuple(site.reports))  # fmt: skip


def _complete(field: Field, site: Worksite, searched: NDArray[np.int64], area_m2: float, crew: Crew) -> None:
    cells = site.cells
    body = _body(field, site, crew, ReportStage.COMPLETION)
    body |= {
        "cleared": field.province.frame.body(cells.outline(searched), PositionQuality.SURVEYED),
        "cleared_area_m2": round(area_m2), "depth_cm": int(np.ceil(field.profile.land.required_depth_cm)),
        "coverage_permille": 1000,
    }  # fmt: skip
    cells.state[searched] = CellState.REPORTED
    site.touch()
    block = Block(site, searched, ReleaseRoute.CLEARED, area_m2, crew.team.team_id)

    def then(made: str) -> None:
        block.report = made
        field.waiting.append(block)

    field.clerk.say("clearance.report", f"clearance:{site.area.area_id}", body, field.date, crew.team.leader, REGIMENT,
                    cites=tuple(site.reports), then=then)  # fmt: skip
