"""The anomalies of a walked transect survey: positions in degrees in, windows and areas as frames in degrees out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.geo.crs import WGS84, from_wgs84, local_equal_area, to_wgs84
from landrelease.geo.grid import Grid
from landrelease.survey.density import advised_grid
from landrelease.survey.flagging import Flags, Floats, Windows, flagged_areas, transect_windows


@dataclass(frozen=True)
class AnomalySurvey:
    """Windows along walked transects, on a plane around them.

    Attributes
    ----------
    crs
        The plane.
    windows
        What lies in them.
    """

    crs: pyproj.CRS
    windows: Windows

    def grid(self, cell_m: float | None = None) -> Grid:
        """Cells over the windows and half a window around; a sixth of the window's diameter where no side is given."""
        around = self.windows.diameter_m / 2
        x, y = self.windows.x_m, self.windows.y_m
        bounds = (x.min() - around, y.min() - around, x.max() + around, y.max() + around)
        return advised_grid(self.crs, bounds, self.windows.diameter_m if cell_m is None else 6 * cell_m)

    def windows_frame(self, flags: Flags) -> gpd.GeoDataFrame:
        """Windows in WGS 84: count, surveyed ground, density, chance on background alone, what flags them."""
        places = to_wgs84(shapely.points(self.windows.x_m, self.windows.y_m), self.crs)
        columns = {
            "count": self.windows.count, "surveyed_m2": self.windows.surveyed_m2.round(2),
            "per_hectare": (self.windows.density_per_m2 * 1e4).round(3), "p_value": flags.p_value,
            "classic": flags.classic, "controlled": flags.controlled,
        }  # fmt: skip
        if flags.critical is not None:
            columns["critical"] = flags.critical
        return gpd.GeoDataFrame(columns, geometry=list(places), crs=WGS84)

    def flagged_frame(self, flags: Flags, least_m2: float = 0.0) -> gpd.GeoDataFrame:
        """Areas of each test in WGS 84."""
        tests = {"classic": flags.classic, "controlled": flags.controlled}
        if flags.critical is not None:
            tests["critical"] = flags.critical
        return self.areas_frame(
            {name: flagged_areas(self.windows, flagged, least_m2) for name, flagged in tests.items()}
        )

    def areas_frame(self, areas: Mapping[str, Sequence[BaseGeometry]]) -> gpd.GeoDataFrame:
        """Areas of the plane in WGS 84, named by what made them: test, area in m²."""
        shapes = [shape for found in areas.values() for shape in found]
        columns = {
            "test": [name for name, found in areas.items() for _one in found],
            "area_m2": [float(round(shape.area, 1)) for shape in shapes],
        }
        return gpd.GeoDataFrame(columns, geometry=list(to_wgs84(np.array(shapes, dtype=object), self.crs)), crs=WGS84)


def anomaly_survey(
    lon: Floats, lat: Floats, lines: Sequence[shapely.LineString], swath_m: float, diameter_m: float
) -> AnomalySurvey:
    """Count anomalies in windows along transects, all in degrees.

    Raises
    ------
    LandreleaseError
        As `transect_windows`.
    """
    bounds = shapely.total_bounds(np.array(lines, dtype=object))
    crs = local_equal_area(bounds[[0, 2]], bounds[[1, 3]])
    plane = list(from_wgs84(np.array(lines, dtype=object), crs))
    x, y = shapely.get_coordinates(from_wgs84(shapely.points(lon, lat), crs)).T
    return AnomalySurvey(crs, transect_windows(plane, swath_m, x, y, diameter_m))
