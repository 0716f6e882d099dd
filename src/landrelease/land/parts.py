"""Parts: faces with the same label as one polygon or multipolygon, and their table."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from landrelease.geo.crs import WGS84
from landrelease.geo.plane import from_plane
from landrelease.land.areas import AreaState
from landrelease.land.partition import Label, Settled
from landrelease.land.states import ON_HAND

COLUMNS = (
    "part_id", "area_id", "name", "admin_area", "classification", "work_status", "release_status", "route",
    "decided_on", "report", "reported_on", "area_m2",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """Land of one area with one state, made by one statement.

    Attributes
    ----------
    label
        Its state, and what made it.
    geometry
        Polygon or multipolygon in the plane.
    area_m2
        Area in the plane, which is the area on the ellipsoid.
    """

    label: Label
    geometry: BaseGeometry
    area_m2: float

    @property
    def part_id(self) -> str:
        """Name that stays while the land keeps its state: area, state, statements."""
        marks = [self.label.report[:8], *([self.label.decision[:8]] if self.label.decision else [])]
        return "/".join([self.label.area, self.label.state.value, *marks])

    @property
    def on_hand(self) -> bool:
        """Whether the land is still to be released."""
        return self.label.state in ON_HAND


def parts_of(settled: Settled, areas: Container[str]) -> dict[str, list[Part]]:
    """Join the faces of each label of these areas, by area; parts of an area are in the order of their names."""
    faces, wanted = settled.arrangement.faces, (each for each in settled.labelled if each[0].area in areas)
    made = [Part(label, geometry := _joined(faces[at]), float(geometry.area)) for label, at in wanted]
    parts: dict[str, list[Part]] = {area: [] for area in settled.movements if area in areas}
    for part in sorted(made, key=lambda part: part.part_id):
        parts[part.label.area].append(part)
    return parts


def _joined(faces: "np.ndarray[tuple[int], np.dtype[np.object_]]") -> BaseGeometry:
    """Union of faces of one arrangement: their shared edges cancel, every corner stays."""
    return shapely.normalize(faces[0] if len(faces) == 1 else shapely.coverage_union_all(faces))


def parts_frame(parts: Iterable[Part], state_of: Callable[[str], AreaState]) -> gpd.GeoDataFrame:
    """Table of parts in WGS 84, sorted by area and part, columns `COLUMNS` and ``geometry``."""
    parts = list(parts)
    rows = [_row(part, state_of(part.label.area)) for part in parts]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    shapes = np.array([part.geometry for part in parts], dtype=object)
    return gpd.GeoDataFrame(frame, geometry=from_plane(shapes) if len(shapes) else [], crs=WGS84)


def _row(part: Part, area: AreaState) -> tuple[object, ...]:
    label = part.label
    return (
        part.part_id, label.area, area.name, area.admin_area, area.classification.value, area.work_status.value,
        label.state.value, label.route.value if label.route else None, label.decided_on, label.report,
        label.reported_on, part.area_m2,
    )  # fmt: skip
