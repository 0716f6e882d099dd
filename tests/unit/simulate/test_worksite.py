from datetime import date

import numpy as np
import pytest
import shapely

from landrelease.geo.shapes import shape_from_body
from landrelease.simulate.shapes import Frame, drawn_around, irregular, largest
from landrelease.simulate.suspected import Evidence, SuspectedArea
from landrelease.simulate.worksite import Cells, CellState, Worksite, unprepared
from landrelease.terms import AssetKind, EvidenceKind, Ground, HowKnown, PositionQuality, Reliability

SQUARE = shapely.box(3, 3, 97, 97)
HOLE = shapely.difference(SQUARE, shapely.box(40, 40, 60, 60))
SPLIT = shapely.MultiPolygon([shapely.box(0, 0, 30, 30), shapely.box(70, 70, 99, 99)])


def _site(outline=SQUARE, evidence: tuple[Evidence, ...] = (), ground: int = 0) -> Worksite:
    area = SuspectedArea("area:1", "Field", outline, 0, ground, 50, date(2020, 1, 1), evidence)
    return Worksite(area, 0, 25.0, 50.0, {AssetKind.DOG_TEAM: {Ground.WOODED: 0.0}})


@pytest.mark.parametrize("ground", [SQUARE, HOLE, SPLIT], ids=["square", "hole", "two parts"])
def test_squares_cover_the_ground_once(ground) -> None:
    cells = Cells(ground, 25.0, 50.0)
    assert cells.area_m2.sum() == pytest.approx(ground.area)
    assert cells.outline(np.arange(len(cells.shapes))).area == pytest.approx(ground.area, rel=1e-6)
    assert (cells.area_m2 <= 625 + 1e-9).all()


def test_squares_are_in_serpentine_order() -> None:
    cells = Cells(SQUARE, 25.0, 50.0)
    steps = np.abs(np.diff(cells.column)) + np.abs(np.diff(cells.row))
    assert (steps == 1).all()


def test_sectors_are_blocks_of_squares() -> None:
    cells = Cells(SQUARE, 25.0, 50.0)
    assert cells.sectors == 4
    for sector in range(4):
        inside = cells.sector == sector
        assert np.ptp(cells.column[inside]) == np.ptp(cells.row[inside]) == 1


def test_positions_find_their_square() -> None:
    cells = Cells(HOLE, 25.0, 50.0)
    x, y = np.array([4.0, 96.0, 500.0]), np.array([4.0, 30.0, 5.0])
    found = cells.find(x, y)
    assert found[2] == -1
    for at, (a, b) in zip(found[:2], zip(x, y, strict=True), strict=False):
        assert cells.shapes[at].contains(shapely.Point(a, b))


@pytest.mark.parametrize(("distance", "count"), [(0.0, 1), (12.4, 1), (12.6, 5), (25.0, 9)])
def test_squares_within_the_fade_out_distance(distance: float, count: int) -> None:
    cells = Cells(shapely.box(0, 0, 125, 125), 25.0, 50.0)
    assert cells.near(62.5, 62.5, distance).sum() == count


def test_survey_leaves_less_ground() -> None:
    site = _site()
    site.narrow(shapely.box(3, 3, 50, 97))
    assert site.cancelled_m2 == pytest.approx(SQUARE.area - 47 * 94)
    assert site.open_m2() == pytest.approx(47 * 94)
    assert not site.started


def test_amounts_follow_the_squares() -> None:
    site = _site()
    assert site.untested_m2() == pytest.approx(SQUARE.area)
    site.cells.target[:3] = True
    site.touch()
    part = site.cells.area_m2[:3].sum()
    assert site.clear_m2() == pytest.approx(part)
    assert site.untested_m2() == pytest.approx(SQUARE.area - part)
    site.cells.state[0] = CellState.SEARCHED
    site.cells.prepared[1] = True
    site.touch()
    assert site.clear_m2() == pytest.approx(site.cells.area_m2[1:3].sum())
    assert site.unprepared_m2() == pytest.approx(site.cells.area_m2[2])
    assert unprepared(site.cells).sum() == 1


def test_room_keeps_the_distance_between_workers() -> None:
    site = _site()
    assert site.room(25) == 1.0
    site.cells.target[:] = True
    site.touch()
    assert site.room(25) == pytest.approx(SQUARE.area / 625)


def test_pace_kept_comes_from_the_profile() -> None:
    assert _site(ground=2).pace_kept(AssetKind.DOG_TEAM) == 0.0
    assert _site(ground=0).pace_kept(AssetKind.DOG_TEAM) == 1.0
    assert _site(ground=2).pace_kept(AssetKind.MANUAL_TEAM) == 1.0


@pytest.mark.parametrize(("kind", "direct"), [(EvidenceKind.MINEFIELD_RECORD, 1), (EvidenceKind.UNUSED_LAND, 0)])
def test_direct_evidence_is_counted(kind: EvidenceKind, direct: int) -> None:
    assert _site(evidence=(Evidence(kind, HowKnown.VERBAL, Reliability.UNKNOWN),)).direct == direct


@pytest.mark.parametrize("area", [1e3, 1e5, 1e6])
def test_irregular_outlines_have_the_wanted_area(area: float) -> None:
    for seed in range(5):
        outline = irregular(100, -50, area, np.random.default_rng(seed))
        assert outline.is_valid
        assert outline.area == pytest.approx(area)
        assert outline.area < outline.minimum_rotated_rectangle.area * 0.95


def test_people_draw_hazards_too_large() -> None:
    rng = np.random.default_rng(1)
    points = rng.normal(0, 20, (30, 2))
    hull = shapely.convex_hull(shapely.MultiPoint(points))
    drawn = drawn_around(points, 100.0, np.zeros(2), rng)
    assert drawn.area > 3 * hull.area
    assert drawn.contains(hull)
    moved = drawn_around(points, 100.0, np.array([5000.0, 0.0]), rng)
    assert not moved.intersects(hull)


def test_largest_part_of_nothing_is_nothing() -> None:
    assert largest(shapely.Point(0, 0)).is_empty


def test_pieces_too_small_to_draw_belong_to_the_square_beside_them() -> None:
    ground = shapely.box(0, 0, 50.0001, 25)
    cells = Cells(ground, 25.0, 50.0)
    assert len(cells.shapes) == 2
    assert cells.area_m2.sum() == pytest.approx(ground.area)
    assert cells.find(np.array([50.00005]), np.array([1.0]))[0] == cells.find(np.array([49.0]), np.array([1.0]))[0]


@pytest.mark.parametrize(
    "shape",
    [
        shapely.difference(shapely.box(0, 0, 50, 50), shapely.box(10, 10, 10.001, 10.001)),
        shapely.Polygon([(0, 0), (50, 0), (50, 50), (25.002, 0.002), (0, 50)]),
        shapely.MultiPolygon([shapely.box(0, 0, 9, 9), shapely.box(20, 20, 20.001, 20.001)]),
    ],
    ids=["hole that vanishes", "ring that touches itself", "part that vanishes"],
)
def test_bodies_are_valid_as_they_are_written(shape) -> None:
    assert shape.is_valid
    written = shape_from_body(Frame(-155.0, 38.0).body(shape, PositionQuality.GNSS))
    assert written.is_valid
    assert not written.is_empty
