"""Expected items left after the search that the reports state: advisory, never a decision."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from landrelease.hazard.surface import Surface
from landrelease.profile import Profile
from landrelease.record.entry import Entry
from landrelease.release.criteria import DETECTION_PARAMETER
from landrelease.release.dossier import Dossier
from landrelease.terms import AssetKind, ReleaseRoute


def residual_items(dossier: Dossier, profile: Profile, surface: Surface | None) -> Iterator[tuple[str, float, float]]:
    """Expected items left in each part: part, items, area in m².

    The surface's items times the share that the reported search would not have found: one minus coverage times the
    method's chance to find (profile, section ``detection``). Non-technical survey searches no ground. Advisory only.
    """
    if surface is None or dossier.parts.empty:
        return
    shapes = dossier.parts.geometry.to_crs(surface.grid.crs)
    for part, shape in zip(dossier.parts.itertuples(), shapes, strict=True):
        left = 1.0 - _searched(part, dossier.report_of(part), profile)
        yield part.part_id, surface.expected_items(shape) * left, float(part.area_m2)


def _searched(part: Any, report: Entry | None, profile: Profile) -> float:
    if report is None or pd.isna(part.route) or part.route == ReleaseRoute.CANCELLED:
        return 0.0
    parameter = DETECTION_PARAMETER.get(AssetKind(report.body["method"]))
    chance = getattr(profile.detection, parameter) if parameter else 0.0
    return float(chance) * int(report.body.get("coverage_permille", 0)) / 1000
