"""What a minefield record says of its panel."""

import math

import pytest
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from landrelease.errors import LandreleaseError
from landrelease.hazard.minefield_records import Pattern, panel_sides, recorded_items

PANEL = shapely.box(0, 0, 200, 30)
TURNED = affinity.rotate(PANEL, 37)
TRIANGLE = shapely.Polygon([(0, 0), (200, 0), (100, 30)])


@pytest.mark.parametrize(
    ("panel", "length", "width"),
    [
        (PANEL, 200, 30),
        (TURNED, 200, 30),
        (TRIANGLE, 200, 30),
        (shapely.LineString([(0, 0), (30, 40)]), 50, 0),
        (shapely.Point(1, 1), 0, 0),
        (shapely.Polygon(), 0, 0),
    ],
)
def test_sides(panel: BaseGeometry, length: float, width: float) -> None:
    assert panel_sides(panel) == pytest.approx((length, width))


RECORDS = [
    # rows, row spacing, item spacing, stated count, items
    (Pattern(items=120), PANEL, 120),
    (Pattern(rows=3, item_spacing_m=4.0, items=120), PANEL, 120),
    (Pattern(items=0), PANEL, 0),
    (Pattern(rows=3, item_spacing_m=4.0), PANEL, 3 * 51),
    (Pattern(rows=0, item_spacing_m=4.0), PANEL, 0),
    (Pattern(row_spacing_m=10.0, item_spacing_m=4.0), PANEL, 4 * 51),
    (Pattern(row_spacing_m=50.0, item_spacing_m=4.0), PANEL, 1 * 51),
    (Pattern(rows=2, row_spacing_m=10.0, item_spacing_m=4.0), PANEL, 2 * 51),
    (Pattern(rows=1, item_spacing_m=400.0), PANEL, 1),
    (Pattern(rows=3), PANEL, None),
    (Pattern(row_spacing_m=10.0), PANEL, None),
    (Pattern(item_spacing_m=4.0), PANEL, None),
    (Pattern(), PANEL, None),
    (Pattern(rows=3, item_spacing_m=4.0), shapely.Polygon(), None),
    (Pattern(items=120), shapely.Polygon(), 120),
]


@pytest.mark.parametrize(("pattern", "panel", "wanted"), RECORDS)
def test_recorded_items(pattern: Pattern, panel: BaseGeometry, wanted: float | None) -> None:
    assert recorded_items(pattern, panel) == wanted


@pytest.mark.parametrize("angle", [0, 17, 45, 90, 163])
def test_the_direction_of_the_panel_does_not_matter(angle: float) -> None:
    pattern = Pattern(rows=3, item_spacing_m=4.3)
    assert recorded_items(pattern, affinity.rotate(PANEL, angle)) == recorded_items(pattern, PANEL)


@pytest.mark.parametrize(
    "told",
    [
        {"rows": -1}, {"items": -1}, {"row_spacing_m": 0.0}, {"row_spacing_m": -1.0}, {"item_spacing_m": 0.0},
        {"item_spacing_m": math.nan}, {"item_spacing_m": math.inf},
    ],
)  # fmt: skip
def test_bad_records_are_refused(told: dict[str, float]) -> None:
    with pytest.raises(LandreleaseError, match="LR4005"):
        Pattern(**told)  # type: ignore[arg-type]
