"""Flagging target areas from the anomalies of a transect survey (methods A4).

A circular window moves along each transect; it is flagged where its density is critical, or where its count is too
high for the background. The second test is made twice: each window at its own significance, as the published tool
does, and all windows together with the false-discovery rate controlled. Windows overlap by five sixths and are many
(807 in the published example), so that the classic test flags about one in twenty on background alone.

The control is that of Benjamini and Yekutieli (2001), not the usual one of Benjamini and Hochberg: counts of
overlapping windows depend on each other, and only the former holds whatever the dependence. It costs power (a factor
of about ``ln(windows)``); what it flags is worth going to.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.stats import false_discovery_control, poisson
from shapely.geometry.base import BaseGeometry

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.i18n import _
from landrelease.survey.target import STEPS_A_WINDOW, check, false_flag_chance

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

PROXIMITY = 0.5
"""Anomalies count within this share of the swath's width from its middle: .5 is inside the swath (methods A4)."""
_LEAST_SHARE = 0.05
"""Windows with less surveyed ground than this share of the fullest are left out: an edge gives no density."""


@dataclass(frozen=True)
class Windows:
    """Circular windows along transects and what lies in them; places are metres on a plane.

    Attributes
    ----------
    x_m, y_m
        Centres, shape (windows,).
    count
        Anomalies in the window that lie in a swath.
    surveyed_m2
        Ground in the window that swaths cover.
    diameter_m
        Of every window.
    findings
        LR5013 where anomalies lie in no swath.
    """

    x_m: Floats
    y_m: Floats
    count: NDArray[np.int64]
    surveyed_m2: Floats
    diameter_m: float
    findings: tuple[Finding, ...] = ()

    @property
    def density_per_m2(self) -> Floats:
        """Anomalies a square metre of surveyed ground."""
        return self.count / self.surveyed_m2

    def background_per_m2(self, significance: float = 0.05) -> float:
        """Density of the windows that the window test does not flag, repeated until it stays: an estimate.

        Windows in a target area do not count; where target areas fill most of the survey there is no telling.
        """
        kept = np.ones(len(self.count), dtype=bool)
        for _turn in range(50):
            density = float(self.count[kept].sum() / self.surveyed_m2[kept].sum())
            chance = poisson.sf(self.count - 1, density * self.surveyed_m2)
            again = chance >= significance
            if not again.any() or (again == kept).all():
                break
            kept = again
        return density


def transect_windows(
    lines: Sequence[shapely.LineString], swath_m: float, x_m: Floats, y_m: Floats, diameter_m: float,
    step_m: float | None = None, proximity: float = PROXIMITY,
) -> Windows:  # fmt: skip
    """Move a window along transects and count.

    Parameters
    ----------
    lines
        Middle lines of the transects on a plane, metres.
    x_m, y_m
        Anomalies on the same plane.
    diameter_m
        At least the transects' spacing and less than the target area's diameter is advised (methods A4).
    step_m
        Between windows; a sixth of the diameter where None.
    proximity
        How far from the middle line an anomaly counts, as a share of the swath; the swath is twice that wide.

    Raises
    ------
    LandreleaseError
        LR5001 for a parameter out of range (a step longer than the window leaves ground untested), LR5017 for transects
        without a length.
    """
    step = diameter_m / STEPS_A_WINDOW if step_m is None else step_m
    check("diameter_m", diameter_m, diameter_m > 0, _("above 0"))
    check("step_m", step, 0 < step <= diameter_m, _("above 0 and at most the window"))
    check("swath_m", swath_m, swath_m > 0, _("above 0"))
    check("proximity", proximity, 0 < proximity <= 1, _("above 0 and at most 1"))
    centres = _centres(lines, step)
    strips = shapely.union_all(shapely.buffer(np.array(lines, dtype=object), swath_m * proximity, cap_style="flat"))
    shapely.prepare(strips)
    inside = shapely.intersects_xy(strips, x_m, y_m)
    surveyed = shapely.area(shapely.intersection(shapely.buffer(shapely.points(centres), diameter_m / 2), strips))
    count = np.zeros(len(centres), dtype=np.int64)
    if inside.any():
        tree = cKDTree(np.column_stack([x_m, y_m])[inside])
        count = np.asarray(tree.query_ball_point(centres, diameter_m / 2, return_length=True), dtype=np.int64)
    kept = surveyed > _LEAST_SHARE * surveyed.max()
    details = {"count": int((~inside).sum()), "total": len(inside)}
    found = (Finding(ErrorCode.ANOMALIES_OUTSIDE, details),) if details["count"] else ()
    return Windows(centres[kept, 0], centres[kept, 1], count[kept], surveyed[kept], diameter_m, found)


def _centres(lines: Sequence[shapely.LineString], step: float) -> Floats:
    """Centres along each transect from its beginning, a step apart, shape (windows, 2)."""
    if not sum(line.length for line in lines) > 0:
        raise fail(ErrorCode.NO_SWATH)
    places = [shapely.get_coordinates(line.interpolate(np.arange(0.0, line.length + 1e-9, step))) for line in lines]
    return np.concatenate(places)


@dataclass(frozen=True)
class Flags:
    """Which windows are flagged, by which test.

    Attributes
    ----------
    windows
        What was tested.
    background_per_m2, significance
        What it was tested against.
    p_value
        Chance of the count or more on background alone, shape (windows,).
    classic
        Flagged by the window test at the significance.
    controlled
        Flagged with the false-discovery rate held at the significance (Benjamini-Yekutieli).
    critical
        Flagged because the density is at least a critical one; None where none was given.
    """

    windows: Windows
    background_per_m2: float
    significance: float
    p_value: Floats
    classic: Booleans
    controlled: Booleans
    critical: Booleans | None = None

    @cached_property
    def expected_false(self) -> float:
        """Windows that the classic test flags on background alone, on average."""
        means = np.round(self.background_per_m2 * self.windows.surveyed_m2, 6)
        every, times = np.unique(means, return_counts=True)
        return float(sum(false_flag_chance(mean, self.significance) * n for mean, n in zip(every, times, strict=True)))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """LR5013 anomalies outside, LR5021 false windows, LR5022 no background."""
        found = [*self.windows.findings]
        if self.background_per_m2 == 0:
            found.append(Finding(ErrorCode.BACKGROUND_ZERO))
        expected = f"{self.expected_false:.1f}"
        return (*found, Finding(ErrorCode.WINDOWS_FALSE, {"windows": len(self.p_value), "expected": expected}))


def flag_windows(
    windows: Windows, background_per_m2: float, significance: float = 0.05, critical_per_m2: float | None = None
) -> Flags:
    """Test every window against the background.

    Raises
    ------
    LandreleaseError
        LR5001 for a density below 0 or a significance that is not strictly between 0 and 1.
    """
    check("background_per_m2", background_per_m2, background_per_m2 >= 0, _("at least 0"))
    check("significance", significance, 0 < significance < 1, _("strictly between 0 and 1"))
    p_value = poisson.sf(windows.count - 1, background_per_m2 * windows.surveyed_m2)
    critical = None
    if critical_per_m2 is not None:
        check("critical_per_m2", critical_per_m2, critical_per_m2 > 0, _("above 0"))
        critical = windows.density_per_m2 >= critical_per_m2
    controlled = false_discovery_control(p_value, method="by") <= significance
    return Flags(windows, background_per_m2, significance, p_value, p_value < significance, controlled, critical)


def flagged_areas(
    windows: Windows, flagged: Booleans, least_m2: float = 0.0, within: BaseGeometry | None = None
) -> list[shapely.Polygon]:
    """Make areas of flagged windows: a square block around each, blocks merged, small areas left out (methods A4).

    Parameters
    ----------
    least_m2
        Areas smaller than this are left out.
    within
        Ground that areas are cut to, on the plane.
    """
    check("least_m2", least_m2, least_m2 >= 0, _("at least 0"))
    half = windows.diameter_m / 2
    x, y = windows.x_m[flagged], windows.y_m[flagged]
    merged = shapely.union_all(shapely.box(x - half, y - half, x + half, y + half))
    if within is not None:
        merged = shapely.intersection(merged, within)
    areas = [part for part in shapely.get_parts(merged) if part.geom_type == "Polygon" and part.area >= least_m2]
    return sorted(areas, key=lambda area: -area.area)


def share_inside(areas: Sequence[BaseGeometry], x_m: Floats, y_m: Floats) -> float:
    """Share of places that lie in any of the areas; NaN without places."""
    if not len(x_m):
        return math.nan
    merged = shapely.union_all(np.array(areas, dtype=object))
    shapely.prepare(merged)
    return float(shapely.intersects_xy(merged, x_m, y_m).mean())
