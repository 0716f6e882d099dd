import numpy as np
import pytest
import shapely

from landrelease.land.arrangement import arrange

BOX = shapely.box


def cover(arrangement, polygon):
    return round(float(arrangement.area_m2[arrangement.covered[polygon]].sum()), 6)


def test_two_overlapping_squares_make_three_faces():
    made = arrange([BOX(0, 0, 10, 10), BOX(5, 5, 15, 15)])
    assert sorted(made.area_m2.round(6)) == [25, 75, 75]
    assert [cover(made, 0), cover(made, 1)] == [100, 100]
    assert shapely.coverage_is_valid(made.faces)


def test_a_square_inside_another():
    made = arrange([BOX(0, 0, 10, 10), BOX(2, 2, 4, 4)])
    assert [cover(made, 0), cover(made, 1)] == [100, 4]
    assert len(made.covered[0]) == 2


def test_a_hole_is_not_covered():
    made = arrange([BOX(0, 0, 10, 10).difference(BOX(2, 2, 4, 4))])
    assert cover(made, 0) == 96


def test_ground_enclosed_by_polygons_is_covered_by_none():
    frame = [BOX(0, 0, 10, 1), BOX(0, 9, 10, 10), BOX(0, 0, 1, 10), BOX(9, 0, 10, 10)]
    made = arrange(frame)
    free = set(range(len(made.faces))) - {face for faces in made.covered for face in faces}
    assert [round(float(made.area_m2[face])) for face in free] == [64]


def test_no_polygons():
    made = arrange([])
    assert (len(made.faces), made.covered) == (0, [])


THIN = {
    "a gap at the edge of the later one is closed": ([BOX(0, 0, 10, 10), BOX(0, 0, 9.995, 10)], [100, 100]),
    "an overhang of the later one is cut": ([BOX(0, 0, 10, 10), BOX(0, 0, 10.005, 10)], [100, 100]),
    "the earlier one is not moved": ([BOX(0, 0, 9.995, 10), BOX(0, 0, 10, 10)], [99.95, 99.95]),
    "a gap that is open at its ends is no face and stays": ([BOX(0, 0, 10, 10), BOX(10.005, 0, 20, 10)], [100, 99.95]),
    "an overlap of neighbours stays with the earlier one": ([BOX(0, 0, 10, 10), BOX(9.995, 0, 20, 10)], [100, 100]),
    "a strip of 2 cm is land": ([BOX(0, 0, 10, 10), BOX(0, 0, 9.98, 10)], [100, 99.8]),
}


@pytest.mark.parametrize(("polygons", "areas"), THIN.values(), ids=THIN.keys())
def test_what_positions_cannot_resolve(polygons, areas):
    made = arrange(polygons)
    assert [cover(made, at) for at in range(len(polygons))] == pytest.approx(areas, abs=1e-4)


def test_every_face_is_covered_as_its_inner_point_says():
    rng = np.random.default_rng(5)
    middles = rng.uniform(0, 100, (12, 2))
    polygons = [shapely.Point(at).buffer(30, quad_segs=3) for at in middles]
    made = arrange(polygons)
    points = shapely.point_on_surface(made.faces)
    for polygon, faces in zip(polygons, made.covered, strict=True):
        assert set(faces) == set(np.flatnonzero(shapely.contains(polygon, points)).tolist())
    assert made.area_m2[made.covered[0]].sum() == pytest.approx(polygons[0].area, rel=1e-8)
