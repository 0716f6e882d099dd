"""The files of a transect design: layers, waypoints and tracks, the printed sheet; all of them or none."""

from pathlib import Path

import geopandas as gpd

from landrelease.exchange.gpx import write_gpx
from landrelease.exchange.writing import write_frame
from landrelease.geo.crs import WGS84
from landrelease.i18n import _, current_language
from landrelease.report.files import replacing_folder
from landrelease.report.transect_sheet import TransectSheet, write_transect_sheet


def write_transects(sheet: TransectSheet, folder: Path) -> list[Path]:
    """Write ``transects.gpkg`` (legs, turning points, swaths, ground), ``transects.gpx`` and ``transects.pdf``.

    Raises
    ------
    LandreleaseError
        LR2056 where a file cannot be written, LR7103 where the sheet cannot be set; then no file is changed.
    """
    design = sheet.design
    legs, points = design.legs_frame(sheet.declination_degrees), design.points_frame()
    shapes = {"swaths": design.swaths(), "ground": design.ground.walkable}
    areas = {name: gpd.GeoDataFrame(geometry=[design.ground.degrees(one)], crs=WGS84) for name, one in shapes.items()}
    tracks = legs.assign(name=[_("Leg {number}").format(number=each) for each in legs["leg"]])
    with replacing_folder(folder) as draft:
        for layer, frame in {"legs": legs, "turning_points": points, **areas}.items():
            write_frame(frame, draft / "transects.gpkg", layer)
        waypoints = points.assign(
            desc=[f"{leg} {role}" for leg, role in zip(points["leg"], points["role"], strict=True)]
        )
        write_gpx(draft / "transects.gpx", waypoints, tracks, sheet.title)
        write_transect_sheet(sheet, draft / "transects.pdf", current_language())
    return [folder / f"transects.{suffix}" for suffix in ("gpkg", "gpx", "pdf")]
