"""What each audience may see: the public gets uncleared land and evidence only by coarse cells (invariant 15)."""

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from landrelease.geo.crs import from_wgs84, to_wgs84
from landrelease.geo.grid import Grid
from landrelease.hazard.surface import Surface
from landrelease.report.data import TASK_COLUMNS, Audience, StudyData, empty_places
from landrelease.terms import ReleaseStatus

CELL_SYSTEM = pyproj.CRS.from_epsg(6933)
"""One equal-area grid for the whole world: cells that moved with the data would give borders away by comparison."""

UNCLEARED = (ReleaseStatus.UNRESOLVED, ReleaseStatus.REOPENED)


def for_audience(data: StudyData, audience: Audience) -> StudyData:
    """Keep what an audience may see.

    For the public, unresolved and reopened parts and all area outlines become the cells of `public_cell_m` that they
    meet, evidence and accidents move to the centre of their cell and lose their statement and area, tasks and the plan
    (where teams will be) are left out, and the estimate is averaged to cells no smaller.
    """
    if audience is Audience.RESTRICTED:
        return data
    cell_m = data.public_cell_m
    hidden = data.parts["release_status"].isin(UNCLEARED).to_numpy()
    parts = data.parts.copy()
    parts.geometry = _where(hidden, _cells(parts, cell_m), parts)
    parts.loc[hidden, "report"] = None
    areas = data.areas.copy()
    areas.geometry = _cells(areas, cell_m)
    areas["report"] = None
    return data.with_frames(
        parts=parts,
        areas=areas,
        evidence=_coarse_points(data.evidence, cell_m),
        tasks=empty_places(TASK_COLUMNS),
        plan=None,
        surface=None if data.surface is None else coarse_surface(data.surface, cell_m),
    )


def _where(chosen: NDArray[np.bool_], these: gpd.GeoSeries, those: gpd.GeoDataFrame) -> gpd.GeoSeries:
    mixed = np.where(chosen, these.to_numpy(), those.geometry.to_numpy())
    return gpd.GeoSeries(mixed, index=those.index, crs="EPSG:4326")


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


def _coarse_points(evidence: gpd.GeoDataFrame, cell_m: float) -> gpd.GeoDataFrame:
    coarse = evidence.copy()
    points = from_wgs84(coarse.geometry.representative_point().to_numpy(), CELL_SYSTEM)
    centres = (np.floor(np.column_stack([shapely.get_x(points), shapely.get_y(points)]) / cell_m) + 0.5) * cell_m
    moved = to_wgs84(shapely.points(centres), CELL_SYSTEM) if len(coarse) else []
    coarse.geometry = gpd.GeoSeries(moved, index=coarse.index, crs="EPSG:4326")
    coarse[["entry", "area_id"]] = None
    coarse["quality"] = "admin_area"
    return coarse


def coarse_surface(surface: Surface, cell_m: float) -> Surface:
    """Average an estimate over blocks of cells until a cell is at least so wide; what is outside stays outside."""
    grid = surface.grid
    times = int(np.ceil(cell_m / grid.cell_m))
    if times <= 1:
        return surface
    rows, columns = -(-grid.rows // times), -(-grid.columns // times)
    padded = np.full((rows * times, columns * times), np.nan)
    padded[: grid.rows, : grid.columns] = surface.items_per_m2
    blocks = padded.reshape(rows, times, columns, times).swapaxes(1, 2).reshape(rows, columns, -1)
    known = np.isfinite(blocks).sum(axis=2)
    mean = np.where(known > 0, np.nansum(blocks, axis=2) / np.maximum(known, 1), np.nan)
    wide = Grid(grid.crs, grid.x_min_m, grid.y_max_m, grid.cell_m * times, columns, rows)
    return Surface(wide, mean, surface.method, surface.parameters)
