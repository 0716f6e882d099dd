"""The stop rule of a register: where finished tasks found mines beyond their rows (methods F1)."""

from collections import defaultdict

import numpy as np
import shapely

from landrelease.errors import LandreleaseError
from landrelease.geo.crs import from_wgs84, local_equal_area
from landrelease.geo.shapes import shape_from_body
from landrelease.hazard.stopping import StopRule, distances_beyond_rows, fit_stop_distance
from landrelease.i18n import _
from landrelease.record.register import Register
from landrelease.terms import OrdnanceClass, OrdnanceStatus, ReportStage


def stop_rule(register: Register, chance_to_see: float) -> StopRule | None:
    """Fit the stop rule to the finished clearance tasks of a register; None where they show too little.

    A task counts when its area has a report of completion and its finds, each at a point, hold a row
    (`landrelease.hazard.stopping.distances_beyond_rows`). The prior is the share of these tasks with a find beyond the
    last row, half a task added to each side; how far a task searched beyond its rows is not on record, and the words of
    the rule say what that means.

    Parameters
    ----------
    chance_to_see
        Chance that a search finds a mine that it meets.
    """
    patterns = [distances_beyond_rows(*_plane(points)) for points in _finished_tasks(register)]
    with_row = [beyond for beyond in patterns if beyond is not None]
    if not with_row:
        return None
    try:
        distance = fit_stop_distance(np.concatenate(with_row))
    except LandreleaseError:
        return None  # too few mines beyond a row
    prior = (sum(len(beyond) > 0 for beyond in with_row) + 0.5) / (len(with_row) + 1)
    source = _(
        "From {count} finished tasks with a row of mines. How far each searched beyond its rows is not on record: "
        "where work ended soon after the row, the mean distance is too small."
    ).format(count=len(with_row))
    return StopRule(prior, distance, chance_to_see, source)


def _finished_tasks(register: Register) -> list[list[shapely.Point]]:
    """Points of the mines found in each finished area, one list an area."""
    finished: set[str] = set()
    found: dict[str, list[shapely.Point]] = defaultdict(list)
    for entry in register.entries("clearance.report"):
        area = entry.body["area"]
        if entry.body.get("stage") == ReportStage.COMPLETION:
            finished.add(area)
        for find in entry.body.get("finds") or []:
            scrap = find["ordnance"] == OrdnanceClass.SCRAP or find.get("status") == OrdnanceStatus.FFE
            if find.get("shape") and not scrap and (shape := shape_from_body(find["shape"])).geom_type == "Point":
                found[area].append(shape)
    return [found[area] for area in sorted(finished) if found[area]]


def _plane(points: list[shapely.Point]) -> tuple[list[float], list[float]]:
    lon, lat = [point.x for point in points], [point.y for point in points]
    moved = from_wgs84(np.array(points, dtype=object), local_equal_area(lon, lat))
    return list(shapely.get_x(moved)), list(shapely.get_y(moved))
