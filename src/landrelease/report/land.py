"""The land as a GeoPackage that QGIS opens."""

from pathlib import Path

import geopandas as gpd
import pyogrio

from landrelease.report.data import StudyData
from landrelease.report.files import replacing

LAYERS = {
    "land_part": ("parts", "MultiPolygon"),
    "hazardous_area": ("areas", "MultiPolygon"),
    "evidence": ("evidence", "Unknown"),
    "task": ("tasks", "Unknown"),
    "admin_area": ("admin", "MultiPolygon"),
}
"""Layers in drawing order: frame of `StudyData` and geometry type."""


def write_land(data: StudyData, path: Path) -> None:
    """Write every layer, empty ones too, so that a project file finds what it expects; coordinates in EPSG:4326."""
    with replacing(path) as draft:
        for layer, (name, geometry_type) in LAYERS.items():
            _write_layer(getattr(data, name), draft, layer, geometry_type)


def _write_layer(frame: gpd.GeoDataFrame, path: Path, layer: str, geometry_type: str) -> None:
    pyogrio.write_dataframe(
        _plain(frame),
        path,
        layer=layer,
        driver="GPKG",
        append=path.exists(),
        geometry_type=geometry_type,
        promote_to_multi=geometry_type.startswith("Multi"),
    )


def _plain(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep numbers, turn everything else into text; a missing value stays missing."""
    plain = frame.copy()
    for column in plain.columns.drop("geometry"):
        if plain[column].dtype.kind not in "iufb":
            plain[column] = plain[column].map(str, na_action="ignore").astype("string")
    return plain
