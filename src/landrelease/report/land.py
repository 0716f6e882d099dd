"""The land as a GeoPackage that QGIS opens."""

from pathlib import Path

import geopandas as gpd

from landrelease.exchange.writing import write_frame
from landrelease.report.data import StudyData
from landrelease.report.files import replacing

LAYERS = {
    "land_part": "parts",
    "hazardous_area": "areas",
    "evidence": "evidence",
    "task": "tasks",
    "admin_area": "admin",
    "hazard_class": "hazard_classes",
}
"""Layers, and the frame of `StudyData` that each holds."""


def write_land(data: StudyData, path: Path) -> None:
    """Write every layer, empty ones too, so that a project file finds what it expects; coordinates in EPSG:4326."""
    with replacing(path) as draft:
        for layer, name in LAYERS.items():
            write_frame(_plain(getattr(data, name)), draft, layer)


def _plain(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep numbers, turn everything else into text; a missing value stays missing."""
    plain = frame.copy()
    for column in plain.columns.drop("geometry"):
        if plain[column].dtype.kind not in "iufb":
            plain[column] = plain[column].map(str, na_action="ignore").astype("string")
    return plain
