"""Box-by-box survey around evidence points, as for cluster munition remnants (methods F2).

Ground is searched in square boxes, outwards from an evidence point. Each box in which evidence is found makes the
boxes within the fade-out distance due; the survey is complete when every one of these has been searched without a find.
The side of a box and the fade-out distance are national parameters.
"""

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, fail
from landrelease.geo.crs import WGS84, from_wgs84, local_equal_area, to_wgs84
from landrelease.i18n import N_, _
from landrelease.survey.target import check
from landrelease.terms import Term

Box = tuple[int, int]
"""Column to the east and row to the north of the box around the first evidence point."""


class BoxResult(Term):
    """What the survey of a box found."""

    EVIDENCE = "evidence", N_("Evidence found")
    NOTHING = "nothing", N_("Nothing found")
    NOT_ACCESSIBLE = "not_accessible", N_("Not accessible")


class BoxStatus(Term):
    """Where a box stands."""

    EVIDENCE = "evidence", N_("Evidence found")
    NOTHING = "nothing", N_("Nothing found")
    NOT_ACCESSIBLE = "not_accessible", N_("Not accessible, still to be resolved")
    DUE = "due", N_("To be surveyed")


@dataclass(frozen=True)
class BoxSurvey:
    """A grid of boxes around evidence points.

    Attributes
    ----------
    crs
        Plane of the grid.
    x_m, y_m
        Middle of box (0, 0): the first evidence point.
    box_m
        Side of a box.
    fade_out_m
        How far around a box with evidence the ground is searched.
    evidence
        Boxes that hold an evidence point from the start; they and the boxes around them are due.
    within
        Ground of the survey on the plane; boxes that do not meet it are never due. None for no limit.
    """

    crs: pyproj.CRS
    x_m: float
    y_m: float
    box_m: float
    fade_out_m: float
    evidence: frozenset[Box]
    within: BaseGeometry | None = None

    @property
    def rings(self) -> int:
        """Rings of boxes around a box with evidence that the fade-out distance reaches into."""
        return math.ceil(self.fade_out_m / self.box_m - 1e-9)

    def shape(self, box: Box) -> shapely.Polygon:
        """Square of a box on the plane."""
        half = self.box_m / 2
        x, y = self.x_m + box[0] * self.box_m, self.y_m + box[1] * self.box_m
        return shapely.box(x - half, y - half, x + half, y + half)

    def in_ground(self, box: Box) -> bool:
        """Whether a box meets the ground of the survey with some area."""
        return self.within is None or self.shape(box).intersection(self.within).area > 0


def box_survey(
    evidence: Iterable[tuple[float, float]], box_m: float, fade_out_m: float, within: BaseGeometry | None = None
) -> BoxSurvey:
    """Lay boxes around evidence points.

    Parameters
    ----------
    evidence
        Longitude and latitude of each point, degrees; the first one is the middle of box (0, 0).
    box_m, fade_out_m
        Metres, above 0; from the profile (`survey.box_m`, `land.fade_out_m.strike`).
    within
        Ground of the survey, degrees.

    Raises
    ------
    LandreleaseError
        LR5001 for no point or a length that is not above 0.
    """
    places = np.array(list(evidence), dtype=np.float64).reshape(-1, 2)
    check("evidence", len(places), len(places) > 0 and bool(np.isfinite(places).all()), _("at least one point"))
    check("box_m", box_m, box_m > 0, _("above 0"))
    check("fade_out_m", fade_out_m, fade_out_m > 0, _("above 0"))
    crs = local_equal_area(places[:, 0], places[:, 1])
    x, y = shapely.get_coordinates(from_wgs84(shapely.points(places), crs)).T
    boxes = np.floor((np.column_stack([x - x[0], y - y[0]])) / box_m + 0.5).astype(int)
    ground = None if within is None else from_wgs84(within, crs)
    return BoxSurvey(crs, float(x[0]), float(y[0]), box_m, fade_out_m, frozenset(map(_box, boxes)), ground)


def _box(pair: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Box:
    return int(pair[0]), int(pair[1])


@dataclass(frozen=True)
class BoxState:
    """What is known after some results.

    Attributes
    ----------
    survey
        The grid.
    status
        Of every box that was surveyed or is due.
    """

    survey: BoxSurvey
    status: Mapping[Box, BoxStatus] = field(default_factory=dict)

    @property
    def due(self) -> list[Box]:
        """Boxes to survey next: nearest to the first evidence point first."""
        due = [box for box, status in self.status.items() if status is BoxStatus.DUE]
        return sorted(due, key=lambda box: (max(map(abs, box)), math.atan2(box[1], box[0])))

    @property
    def complete(self) -> bool:
        """Whether every box within the fade-out distance of evidence was searched; nobody searched a closed one."""
        return not any(status in (BoxStatus.DUE, BoxStatus.NOT_ACCESSIBLE) for status in self.status.values())

    @property
    def confirmed(self) -> BaseGeometry:
        """Area to record as confirmed, on the plane: boxes with evidence and what lies within the fade-out distance.

        Cut to the ground of the survey; empty where no box holds evidence.
        """
        hit = [self.survey.shape(box) for box, status in self.status.items() if status is BoxStatus.EVIDENCE]
        area = shapely.union_all(hit).buffer(self.survey.fade_out_m, join_style="mitre") if hit else shapely.Polygon()
        return area if self.survey.within is None else shapely.intersection(area, self.survey.within)

    def frame(self) -> gpd.GeoDataFrame:
        """Boxes in WGS 84: column, row, status, side in metres."""
        boxes = sorted(self.status)
        squares = to_wgs84(np.array([self.survey.shape(box) for box in boxes], dtype=object), self.survey.crs)
        columns = {
            "column": [box[0] for box in boxes], "row": [box[1] for box in boxes],
            "status": [self.status[box].value for box in boxes], "box_m": self.survey.box_m,
        }  # fmt: skip
        return gpd.GeoDataFrame(columns, geometry=list(squares), crs=WGS84)


def box_state(survey: BoxSurvey, results: Iterable[tuple[Box, BoxResult]] = ()) -> BoxState:
    """Work out where a survey stands from its results, in any order.

    A result of a box that is not due yet counts too, and evidence in it makes its neighbours due.

    Raises
    ------
    LandreleaseError
        LR5018 where a box is told twice and differently, or lies outside the ground.
    """
    told: dict[Box, BoxResult] = {}
    for box, result in results:
        if told.setdefault(box, result) is not result or not survey.in_ground(box):
            raise fail(ErrorCode.BOX_RESULT, column=box[0], row=box[1])
    status = {box: BoxStatus(result.value) for box, result in told.items()}
    for box in [*survey.evidence, *(box for box, result in told.items() if result is BoxResult.EVIDENCE)]:
        for near in _around(survey, box, survey.rings):
            status.setdefault(near, BoxStatus.DUE)
    return BoxState(survey, status)


def _around(survey: BoxSurvey, box: Box, rings: int) -> Iterable[Box]:
    """Boxes of the ground up to so many rings around a box, itself included."""
    steps = range(-rings, rings + 1)
    return [near for i in steps for j in steps if survey.in_ground(near := (box[0] + i, box[1] + j))]


def told_results(text: str) -> list[tuple[Box, BoxResult]]:
    """Read results from the text of a table (CSV) with the columns column, row and result; an empty result is none.

    Raises
    ------
    LandreleaseError
        LR5001 for a missing column, a box that is no pair of whole numbers, or a result that is none of `BoxResult`.
    """
    rows = csv.DictReader(text.splitlines())
    missing = {"column", "row", "result"} - set(rows.fieldnames or ())
    check("columns", ", ".join(rows.fieldnames or ()), not missing, "column, row, result")
    return [_told(row) for row in rows if (row["result"] or "").strip()]


def _told(row: Mapping[str, str]) -> tuple[Box, BoxResult]:
    result = row["result"].strip()
    check("result", result, result in list(BoxResult), ", ".join(BoxResult))
    try:
        return (int(row["column"]), int(row["row"])), BoxResult(result)
    except (TypeError, ValueError):
        value = f"{row['column']}, {row['row']}"
        raise fail(ErrorCode.SURVEY_PARAMETER, name="column, row", value=value, wanted=_("whole numbers")) from None
