"""QA visits by another organisation, decisions by a signatory, and spot tasks of EOD teams."""

import math
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from landrelease.simulate.accidents import explosions
from landrelease.simulate.clerk import SIGNATORY
from landrelease.simulate.field import Block, Crew, Field
from landrelease.simulate.province import SpotReport
from landrelease.simulate.survey_work import mark_targets
from landrelease.simulate.truth import Method
from landrelease.simulate.workforce import AUTHORITY, MONITORING, REGIMENT
from landrelease.simulate.worksite import CellState
from landrelease.survey.sampling import accept_on_zero
from landrelease.terms import (
    Activity,
    NonconformitySeverity,
    PositionQuality,
    QualityResult,
    ReleaseRoute,
    ReleaseStatus,
)

SPOT_MINUTES = 60.0
"""One spot task: approach, destroy, check. A proposal."""


def travel_minutes(field: Field, away_m: float) -> float:
    """Minutes on the road for a straight distance."""
    force = field.province.scenario.force
    return away_m * force.winding / force.travel_m_an_hour * 60


class QualityQueue:
    """Reported blocks, oldest first; one team inspects a block at a time."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.visits: dict[str, tuple[Block, NDArray[np.int64], float]] = {}

    def work(self, crew: Crew, minutes: float) -> float:
        """Let a QA team inspect; returns the minutes used."""
        used = 0.0
        while used < minutes and (crew.team.team_id in self.visits or self._next(crew)):
            block, sampled, left = self.visits[crew.team.team_id]
            pace = self.field.pace_m2(crew, Activity.QA)
            if pace <= 0:
                return minutes
            step = min(left, pace * (minutes - used))
            used += step / pace
            crew.today.searched_m2 += step
            crew.today.area, crew.today.activity = block.site.area.area_id, Activity.QA
            self.visits[crew.team.team_id] = (block, sampled, left - step)
            if left - step <= 1e-9:
                del self.visits[crew.team.team_id]
                _finish_visit(self.field, crew, block, sampled)
        return used

    def _next(self, crew: Crew) -> bool:
        ready = [block for block in self.field.waiting if block.report]
        if not ready:
            return False
        block = ready[0]
        self.field.waiting.remove(block)
        away = math.hypot(block.site.centre[0] - crew.x_m, block.site.centre[1] - crew.y_m)
        crew.debt_minutes += travel_minutes(self.field, away)
        crew.x_m, crew.y_m = block.site.centre
        sampled = self._sample(block)
        self.visits[crew.team.team_id] = (block, sampled, float(block.site.cells.area_m2[sampled].sum()))
        return True

    def _sample(self, block: Block) -> NDArray[np.int64]:
        """Squares drawn at random until they hold as many units as accept-on-zero asks for."""
        quality = self.field.profile.quality
        units = max(1, math.ceil(block.area_m2 / quality.unit_m2))
        wanted = accept_on_zero(units, quality.confidence, quality.clean_share).sample * quality.unit_m2
        rng = self.field.draws(10, block.site.index, len(block.cells), int(block.cells[0]))
        order = rng.permutation(block.cells)
        covered = np.cumsum(block.site.cells.area_m2[order])
        return order[: int(np.searchsorted(covered, min(wanted, covered[-1]) - 1e-6)) + 1]


def _finish_visit(field: Field, crew: Crew, block: Block, sampled: NDArray[np.int64]) -> None:
    site, tally = block.site, field.tally
    seen = field.truth.seen(field.items_in(site, sampled), Method.QUALITY)
    handled = field.truth.handle(seen)
    passed = not len(seen)
    crew.today.finds += len(handled.found)
    tally.visits += 1
    tally.failed_visits += 0 if passed else 1
    body: dict[str, Any] = {
        "area": site.area.area_id, "team": block.team, "inspected_organisation": REGIMENT,
        "result": QualityResult.PASS if passed else QualityResult.FAIL,
        "sampled": field.province.frame.body(site.cells.outline(sampled), PositionQuality.GNSS),
        "sampled_area_m2": round(float(site.cells.area_m2[sampled].sum())),
        "finds": field.find_bodies(handled.found.tolist()),
    }  # fmt: skip
    if not passed:
        # closed at once: the block itself is reopened and must pass again before any of it is released
        body["nonconformities"] = [
            {
                "severity": NonconformitySeverity.MAJOR,
                "requirement": "no_item_in_the_sample",
                "closed": field.date.isoformat(),
            }
        ]
        body["measures"] = "searched_again"
        _send_back(field, block, seen)

    def then(made: str) -> None:
        block.visit = made

    field.clerk.say("qa.visit", f"qa:{site.area.area_id}", body, field.date, crew.team.leader, MONITORING,
                    cites=(block.report,), then=then)  # fmt: skip
    (field.passed if passed else field.failed).append(block)
    explosions(field, crew, handled.exploded, "quality_inspection")


def _send_back(field: Field, block: Block, seen: NDArray[np.int64]) -> None:
    """A failed block is open again: cleared ground is searched a second time, reduced ground is cleared."""
    cells = block.site.cells
    cells.state[block.cells] = CellState.OPEN
    cells.target[block.cells] = True
    cells.again[block.cells] = block.route is ReleaseRoute.CLEARED
    mark_targets(field, block.site, seen)
    block.site.touch()


def decide(field: Field) -> None:
    """Release what was accepted and inspected, reopen what failed; a signatory of the centre decides."""
    for site, report, cancelled in field.cancelled:
        shape = field.province.frame.body(cancelled, PositionQuality.GNSS)
        _say_decision(field, site.area.area_id, ReleaseRoute.CANCELLED, (report,), shape)
        field.tally.released_m2[ReleaseRoute.CANCELLED] += float(cancelled.area)
    field.cancelled = []
    for block in field.failed:
        shape = field.province.frame.body(block.site.cells.outline(block.cells), PositionQuality.SURVEYED)
        _say_decision(field, block.site.area.area_id, block.route, (block.report, block.visit), shape, reopen=True)
    field.failed = []
    for block in field.passed:
        cells, cleared = block.site.cells, block.route is ReleaseRoute.CLEARED
        cells.state[block.cells] = CellState.CLEARED if cleared else CellState.REDUCED
        block.site.cleared_m2 += block.area_m2 if cleared else 0.0
        block.site.reduced_m2 += 0.0 if cleared else block.area_m2
        shape = field.province.frame.body(cells.outline(block.cells), PositionQuality.SURVEYED)
        _say_decision(field, block.site.area.area_id, block.route, (block.report, block.visit), shape)
        field.tally.released_m2[block.route] += block.area_m2
    field.passed = []


def _say_decision(
    field: Field, area: str, route: ReleaseRoute, cites: tuple[str, ...], shape: dict[str, Any], reopen: bool = False
) -> None:
    body: dict[str, Any] = {
        "area": area, "decision": "reopen" if reopen else "release", "routes": [route], "signatory": SIGNATORY,
        "to": ReleaseStatus.REOPENED if reopen else ReleaseStatus.RELEASED, "shape": shape,
        "profile": f"{field.profile.identity.name} {field.profile.identity.version}",
    }  # fmt: skip
    field.clerk.say("release.decision", f"decision:{area}", body, field.date, SIGNATORY, AUTHORITY, cites=cites)


class SpotQueue:
    """Items reported outside suspected areas; the nearest first."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.open = list(field.province.spots)

    def work(self, crew: Crew, minutes: float) -> float:
        """Let an EOD team deal with reported items; returns the minutes used."""
        used = 0.0
        while used < minutes and (spot := self._nearest(crew)) is not None:
            needed = travel_minutes(self.field, math.hypot(spot.x_m - crew.x_m, spot.y_m - crew.y_m)) + SPOT_MINUTES
            if used + needed > minutes and used > 0:
                break
            used += needed
            self.open.remove(spot)
            crew.x_m, crew.y_m, crew.today.activity = spot.x_m, spot.y_m, Activity.EOD
            self._deal(crew, spot)
            if crew.stand_down_until >= self.field.day:
                break
        return min(used, minutes)

    def _nearest(self, crew: Crew) -> SpotReport | None:
        known = [spot for spot in self.open if spot.day < self.field.day]
        return min(known, key=lambda s: (math.hypot(s.x_m - crew.x_m, s.y_m - crew.y_m), s.item), default=None)

    def _deal(self, crew: Crew, spot: SpotReport) -> None:
        field = self.field
        handled = field.truth.handle(field.truth.seen(np.array([spot.item]), Method.SPOT))
        shape = field.province.frame.body(shapely.Point(spot.x_m, spot.y_m), PositionQuality.GNSS)
        body = {"shape": shape, "finds": field.find_bodies(handled.found.tolist()), "survey_needed": False}
        field.clerk.say("eod.spot_task", f"spot:{spot.item}", body, field.date, crew.team.leader, REGIMENT)
        crew.today.finds += len(handled.found)
        field.tally.spot_items += len(handled.found)
        explosions(field, crew, handled.exploded, "spot_task")
