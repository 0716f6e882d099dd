"""Rehearse a transect survey on simulated sites: what share of the items it delineates, in what share of the ground.

Published experience with the method (methods A4): most items are found, but too much area is delineated; the assumed
size of the target matters, its assumed density hardly does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from landrelease.geo.grid import Grid
from landrelease.geo.plane import PLANE
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track
from landrelease.survey.density import density_map
from landrelease.survey.detection import expected_anomalies
from landrelease.survey.flagging import Floats, flag_windows, flagged_areas, share_inside, transect_windows
from landrelease.survey.target import CUT, Spread, TargetArea, TransectSpacing, check


@dataclass(frozen=True)
class SimulatedSite:
    """A rectangle from (0, 0) with its anomalies; `of_target` says which belong to a target area, -1 to background."""

    width_m: float
    height_m: float
    x_m: Floats
    y_m: Floats
    of_target: np.ndarray[tuple[int], np.dtype[np.int64]]


def draw_site(
    width_m: float, height_m: float, targets: Sequence[TargetArea], background_per_m2: float, seed: int
) -> SimulatedSite:
    """Draw a site: each target area at a random place and angle with its middle in the site.

    Raises
    ------
    LandreleaseError
        LR5001 for a size that is not above 0 or a density below 0.
    """
    check("width_m, height_m", (width_m, height_m), min(width_m, height_m) > 0, _("above 0"))
    check("background_per_m2", background_per_m2, background_per_m2 >= 0, _("at least 0"))
    rng = np.random.default_rng(seed)
    background = rng.random((rng.poisson(background_per_m2 * width_m * height_m), 2)) * (width_m, height_m)
    places, owner = [background], [np.full(len(background), -1)]
    for number, target in enumerate(targets):
        middle = rng.random(2) * (width_m, height_m)
        angle = rng.random() * np.pi
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        spread = _unit_places(rng, target) * (target.length_m / 2, target.width_m / 2)
        places.append(middle + spread @ turn)
        owner.append(np.full(len(spread), number))
    every, whose = np.concatenate(places), np.concatenate(owner)
    inside = ((every >= 0) & (every <= (width_m, height_m))).all(axis=1)
    return SimulatedSite(width_m, height_m, every[inside, 0], every[inside, 1], whose[inside])


def _unit_places(rng: np.random.Generator, target: TargetArea) -> Floats:
    """Anomalies of a target area in units of its semi-axes, shape (anomalies, 2)."""
    count = rng.poisson(expected_anomalies(target))
    if target.spread is Spread.NORMAL:
        return rng.standard_normal((count, 2)) / CUT
    angle, radius = rng.random(count) * 2 * np.pi, np.sqrt(rng.random(count))
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def rehearse(
    sites: Sequence[SimulatedSite], transects: TransectSpacing, window_m: float, background_per_m2: float, *,
    seed: int, significance: float = 0.05, least_m2: float = 0.0, cell_m: float | None = None,
    progress: Progress = SILENT,
) -> pd.DataFrame:  # fmt: skip
    """Survey simulated sites with parallel transects and delineate by each method.

    Returns
    -------
    pandas.DataFrame
        A row a site and method (``classic``, ``controlled``, ``density``): ``items_share`` of the targets' anomalies
        that lie in delineated areas, ``ground_share`` of the site that is delineated, ``areas``.
    """
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    for number, site in enumerate(track(sites, progress, _("Simulated sites"), len(sites))):
        lines = _lines(site, transects, float(rng.random()))
        windows = transect_windows(lines, transects.swath_m, site.x_m, site.y_m, window_m)
        outline = shapely.box(0, 0, site.width_m, site.height_m)
        flags = flag_windows(windows, background_per_m2, significance)
        grid = Grid.covering(PLANE, (0, 0, site.width_m, site.height_m), cell_m or window_m / 6)
        areas = {
            "classic": flagged_areas(windows, flags.classic, least_m2, outline),
            "controlled": flagged_areas(windows, flags.controlled, least_m2, outline),
            "density": density_map(windows, grid).areas(background_per_m2, least_m2, within=outline),
        }
        item = site.of_target >= 0
        rows += [
            {
                "site": number, "method": method, "areas": len(found),
                "items_share": share_inside(found, site.x_m[item], site.y_m[item]),
                "ground_share": sum(area.area for area in found) / outline.area,
            }
            for method, found in areas.items()
        ]  # fmt: skip
    return pd.DataFrame(rows)


def _lines(site: SimulatedSite, transects: TransectSpacing, share: float) -> list[shapely.LineString]:
    """Transects to the north at a random offset."""
    pitch = transects.spacing_m + transects.swath_m
    middles = np.arange(share * pitch - transects.swath_m / 2, site.width_m, pitch)
    return [shapely.LineString([(x, 0.0), (x, site.height_m)]) for x in middles if x > 0]
