"""Unresolved land in blocks: nothing lost, nothing twice, none too large."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.geo.crs import WGS84
from landrelease.geo.geodesic import geodesic_area_m2
from landrelease.plan.blocks import planning_crs, work_blocks
from landrelease.profile import load_profile

PROFILE = load_profile()
KM = 0.009  # about a kilometre in degrees near the equator


def square(x, y, side_km):
    return shapely.box(30 + x * KM, 1 + y * KM, 30 + (x + side_km) * KM, 1 + (y + side_km) * KM)


def parts(*rows):
    """Rows of area_id, classification, release_status, shape."""
    columns = ("area_id", "classification", "release_status", "geometry")
    frame = gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=WGS84)
    frame["area_m2"] = [geodesic_area_m2(shape) if shape else 5_000.0 for shape in frame.geometry]
    return frame.assign(name="Green hill", admin_area="North")


@pytest.mark.parametrize(
    ("classification", "side_km", "pieces"),
    [("cha", 0.1, 1), ("cha", 0.2, 2), ("cha", 0.3, 8), ("sha", 0.2, 1), ("sha", 0.3, 2), ("indication", 1.0, 1)],
)
def test_pieces_by_class_and_size(classification, side_km, pieces):
    frame = work_blocks(parts(("A", classification, "unresolved", square(0, 0, side_km))), PROFILE)
    assert len(frame) == pieces
    assert frame["area_m2"].max() <= {"cha": 2e4, "sha": 6e4, "indication": 2e6}[classification]
    assert frame["area_m2"].sum() == pytest.approx((side_km * 1e3) ** 2, rel=0.01)


def test_one_block_keeps_the_name_of_its_area_and_more_are_numbered():
    frame = work_blocks(
        parts(("A", "cha", "unresolved", square(0, 0, 0.1)), ("B", "cha", "unresolved", square(5, 5, 0.2))), PROFILE
    )
    assert frame["block_id"].tolist() == ["A", "B/1", "B/2"]
    assert frame["area_id"].tolist() == ["A", "B", "B"]
    assert set(frame["name"]) == {"Green hill"}
    assert set(frame["admin_area"]) == {"North"}


@pytest.mark.parametrize(
    ("status", "is_work"),
    [
        ("unresolved", True), ("reopened", True), ("cancelled", False), ("reduced", False), ("cleared", False),
        ("released", False), ("handed_over", False),
    ],
)  # fmt: skip
def test_only_open_land_is_work(status, is_work):
    assert len(work_blocks(parts(("A", "cha", status, square(0, 0, 0.1))), PROFILE)) == is_work


def test_parts_of_one_class_are_one_block_and_of_two_classes_two():
    rows = [("A", kind, "unresolved", square(x, 0, 0.1)) for x, kind in ((0, "cha"), (0.1, "cha"), (0.2, "sha"))]
    frame = work_blocks(parts(*rows), PROFILE)
    assert list(zip(frame["block_id"], frame["classification"], strict=True)) == [("A/1", "cha"), ("A/2", "sha")]
    assert frame["area_m2"].tolist() == pytest.approx([2e4, 1e4], rel=0.02)


def test_blocks_cover_the_land_and_do_not_meet():
    ring = square(0, 0, 0.5).difference(square(0.1, 0.1, 0.2))
    frame = work_blocks(parts(("A", "cha", "unresolved", ring)), PROFILE)
    assert len(frame) > 9
    assert shapely.union_all(frame.geometry.to_numpy()).symmetric_difference(ring).area < 1e-6 * ring.area
    assert sum(shape.area for shape in frame.geometry) == pytest.approx(ring.area, rel=1e-6)
    assert set(frame.geometry.geom_type) <= {"Polygon", "MultiPolygon"}


def test_stated_areas_are_kept():
    frame = parts(("A", "cha", "unresolved", square(0, 0, 0.2))).assign(area_m2=1000.0)
    assert work_blocks(frame, PROFILE)["area_m2"].sum() == pytest.approx(1000.0)
    unknown = frame.assign(area_m2=np.nan)
    assert work_blocks(unknown, PROFILE)["area_m2"].sum() == pytest.approx(4e4, rel=0.01)


def test_land_without_a_shape_stays_named():
    frame = work_blocks(parts(("A", "sha", "unresolved", None)), PROFILE)
    assert (frame["block_id"][0], frame["area_m2"][0], frame.geometry.isna()[0]) == ("A", 5000.0, True)


def test_names_that_are_not_known_are_empty():
    frame = parts(("A", "sha", "unresolved", square(0, 0, 0.1))).assign(admin_area=None).drop(columns="name")
    assert work_blocks(frame, PROFILE)[["name", "admin_area"]].to_numpy().tolist() == [["", ""]]


def test_no_land_gives_no_blocks():
    empty = parts(("A", "cha", "cleared", square(0, 0, 0.1)))
    assert len(work_blocks(empty, PROFILE)) == 0
    assert planning_crs(empty).is_projected


@pytest.mark.parametrize("missing", ["area_id", "classification", "release_status", "area_m2"])
def test_missing_columns_are_named(missing):
    frame = parts(("A", "cha", "unresolved", square(0, 0, 0.1))).drop(columns=missing)
    with pytest.raises(LandreleaseError, match=f"LR6002.*{missing}"):
        work_blocks(frame, PROFILE)


def test_frames_in_another_system_are_brought_to_degrees():
    frame = parts(("A", "cha", "unresolved", square(0, 0, 0.2)))
    metric = work_blocks(frame.to_crs(planning_crs(frame)), PROFILE)
    assert metric.crs == WGS84
    np.testing.assert_allclose(metric.total_bounds, frame.total_bounds, atol=1e-9)


def test_the_same_parts_give_the_same_blocks():
    frame = parts(*(("A", "cha", "unresolved", square(x, 0, 0.3)) for x in (0, 2)))
    again = work_blocks(frame.iloc[::-1], PROFILE)
    assert work_blocks(frame, PROFILE).equals(again)


def test_a_thin_part_that_crosses_itself_is_no_obstacle():
    crossed = shapely.Polygon(
        [(30, 1), (30.002, 1), (30.001, 1 + 1e-10), (30.001, 1 - 1e-10), (30.002, 1.002), (30, 1.002)]
    )
    assert not crossed.is_valid
    frame = work_blocks(parts(("A", "cha", "unresolved", crossed)).assign(area_m2=40_000.0), PROFILE)
    assert len(frame) > 1
    assert frame["area_m2"].sum() == pytest.approx(40_000.0)
    assert frame.geometry.is_valid.all()


def test_a_part_thinner_than_the_grid_stays_named_without_a_shape():
    sliver = shapely.Polygon([(30, 1), (30.001, 1), (30.001, 1 + 1e-13)])
    frame = work_blocks(parts(("A", "cha", "unresolved", sliver)).assign(area_m2=1e-6), PROFILE)
    assert (frame["block_id"].tolist(), frame.geometry.isna().tolist()) == (["A"], [True])
