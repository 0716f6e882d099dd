"""What each audience may see: the public gets uncleared land and evidence only by coarse cells (invariant 15)."""

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from landrelease.geo.crs import from_wgs84, to_wgs84, transformer
from landrelease.hazard.looks import Looks, looks_from_arrays
from landrelease.report.data import (
    HAZARD_CLASS_COLUMNS,
    PART_HAZARD_COLUMNS,
    TASK_COLUMNS,
    Audience,
    StudyData,
    empty_places,
)
from landrelease.terms import ReleaseStatus

CELL_SYSTEM = pyproj.CRS.from_epsg(6933)
"""One equal-area grid for the whole world: cells that moved with the data would give borders away by comparison."""

Floats = NDArray[np.float64]

UNCLEARED = (ReleaseStatus.UNRESOLVED, ReleaseStatus.REOPENED)


def for_audience(data: StudyData, audience: Audience) -> StudyData:
    """Keep what an audience may see.

    For the public, unresolved and reopened parts and all area outlines become the cells of `public_cell_m` that they
    meet, evidence and accidents move to the centre of their cell and lose their statement and area, tasks and the plan
    (where teams will be) are left out, and the estimate is the one made from these cells, if there is one. What the
    exact estimate says of parts and of ground by classes is left out: it would tell where in a cell events lie.
    """
    if audience is Audience.RESTRICTED:
        return data
    return data.with_frames(
        parts=_coarse_parts(data.parts, data.public_cell_m),
        areas=coarse_areas(data.areas, data.public_cell_m),
        evidence=coarse_points(data.evidence, data.public_cell_m),
        tasks=empty_places(TASK_COLUMNS),
        plan=None,
        surface=data.public_surface,
        hazard_classes=empty_places(HAZARD_CLASS_COLUMNS),
        items_on_hand=None,
    )


def _where(chosen: NDArray[np.bool_], these: gpd.GeoSeries, those: gpd.GeoDataFrame) -> gpd.GeoSeries:
    mixed = np.where(chosen, these.to_numpy(), those.geometry.to_numpy())
    return gpd.GeoSeries(mixed, index=those.index, crs="EPSG:4326")


def coarse_areas(areas: gpd.GeoDataFrame, cell_m: float) -> gpd.GeoDataFrame:
    """Outline areas by the cells that they meet, without the statement behind them."""
    coarse = areas.copy()
    coarse.geometry = _cells(areas, cell_m)
    coarse["report"] = None
    return coarse


def _coarse_parts(parts: gpd.GeoDataFrame, cell_m: float) -> gpd.GeoDataFrame:
    """Outline hidden parts by cells; their names and order come from what is shown, not from statements' hashes."""
    ordered = parts.sort_values(["area_id", "release_status", "reported_on", "area_m2"], kind="stable")
    hidden = ordered["release_status"].isin(UNCLEARED).to_numpy()
    coarse = ordered.copy()
    coarse.geometry = _where(hidden, _cells(ordered, cell_m), ordered)
    numbers = (ordered.groupby(["area_id", "release_status"]).cumcount() + 1).astype(str)
    names = ordered["area_id"] + "/" + ordered["release_status"].astype(str) + "/" + numbers
    coarse["part_id"] = ordered["part_id"].where(~hidden, names)
    coarse.loc[hidden, "report"] = None
    return coarse.drop(columns=list(PART_HAZARD_COLUMNS), errors="ignore")


def _cells(places: gpd.GeoDataFrame, cell_m: float) -> gpd.GeoSeries:
    """Make the union of the cells that each place meets; a missing place stays missing."""
    covers = [None if place is None else _cover(place, cell_m) for place in places.geometry]
    return gpd.GeoSeries(covers, index=places.index, crs="EPSG:4326")


def _cover(place: shapely.Geometry, cell_m: float) -> shapely.Geometry:
    moved = from_wgs84(place, CELL_SYSTEM)
    x_min, y_min, x_max, y_max = np.floor(np.array(moved.bounds) / cell_m) * cell_m
    xs, ys = (np.arange(low, high + cell_m / 2, cell_m) for low, high in ((x_min, x_max), (y_min, y_max)))
    x, y = (corner.ravel() for corner in np.meshgrid(xs, ys))
    boxes = shapely.box(x, y, x + cell_m, y + cell_m)
    return to_wgs84(shapely.union_all(boxes[shapely.intersects(boxes, moved)]), CELL_SYSTEM)


def coarse_points(evidence: gpd.GeoDataFrame, cell_m: float) -> gpd.GeoDataFrame:
    """Move evidence to the centres of its cells, without statement and area, ordered by what is left."""
    coarse = evidence.copy()
    points = from_wgs84(coarse.geometry.representative_point().to_numpy(), CELL_SYSTEM)
    x, y = _centres(shapely.get_x(points), shapely.get_y(points), cell_m)
    moved = to_wgs84(shapely.points(x, y), CELL_SYSTEM) if len(coarse) else []
    coarse.geometry = gpd.GeoSeries(moved, index=coarse.index, crs="EPSG:4326")
    coarse[["entry", "area_id"]] = None
    coarse["quality"] = "admin_area"
    told = [coarse["kind"].astype(str), coarse["record"].astype(str), coarse["observed"].astype(str)]
    return coarse.iloc[np.lexsort((*told, y, x))]


def _centres(x_m: Floats, y_m: Floats, cell_m: float) -> tuple[Floats, Floats]:
    return (np.floor(x_m / cell_m) + 0.5) * cell_m, (np.floor(y_m / cell_m) + 0.5) * cell_m


def coarse_looks(looks: Looks, cell_m: float, crs: pyproj.CRS) -> Looks:
    """Move looks to the centres of their cells, without footprint or statement: what a public estimate is made from.

    Parameters
    ----------
    looks
        Observations in `CELL_SYSTEM`.
    crs
        System of the result.

    Returns
    -------
    Looks
        In an order that tells nothing but what they hold: the register's own follows the statements' hashes.
    """
    x, y = _centres(looks.x_m, looks.y_m, cell_m)
    order = np.lexsort((looks.quantity, looks.kind.astype(str), looks.year, y, x))
    x_m, y_m = transformer(CELL_SYSTEM, crs).transform(x[order], y[order])
    return looks_from_arrays(x_m, y_m, looks.year[order], looks.kind[order], looks.quantity[order])
