"""Drawing units in a polygon, and targets by polygon, by surface and by finds."""

import numpy as np
import pyproj
import pytest
import shapely
from tests.samples.releases import FIELD, surface

from landrelease.errors import LandreleaseError
from landrelease.geo.geodesic import geodesic_area_m2
from landrelease.hazard.surface import Surface
from landrelease.survey.drawing import DrawnAs, draw, highest, odds_by_surface, units_of
from landrelease.survey.targets import FindsDensity

LOT = units_of(FIELD, 400.0)
L_SHAPE = shapely.Polygon([(36, 48), (36.004, 48), (36.004, 48.001), (36.001, 48.001), (36.001, 48.002), (36, 48.002)])


@pytest.mark.parametrize("ground", [FIELD, L_SHAPE, shapely.affinity.rotate(L_SHAPE, 33)])
def test_units_cover_the_ground_once(ground):
    lot = units_of(ground, 100.0)
    assert shapely.area(lot.shapes).sum() == pytest.approx(geodesic_area_m2(ground), rel=1e-4)
    assert shapely.area(lot.shapes).max() == pytest.approx(100.0)
    assert shapely.union_all(lot.shapes).area == pytest.approx(shapely.area(lot.shapes).sum(), rel=1e-9)


def test_a_draw_is_repeatable_and_without_repeats():
    first, second, other = draw(LOT, 30, 7), draw(LOT, 30, 7), draw(LOT, 30, 8)
    assert first.random.tolist() == second.random.tolist() != other.random.tolist()
    assert len(set(first.random.tolist())) == 30


def test_targets_are_inspected_in_any_case_and_not_drawn_again():
    made = draw(LOT, len(LOT) - 2, 1, np.array([3, 9, 3]))
    assert made.targeted.tolist() == [3, 9]
    assert sorted([*made.targeted, *made.random]) == list(range(len(LOT)))


def test_every_unit_is_drawn_equally_often():
    times = np.bincount(np.concatenate([draw(LOT, 10, seed).random for seed in range(400)]), minlength=len(LOT))
    expected = 4_000 / len(LOT)
    assert ((times - expected) ** 2 / expected).sum() < 2 * len(LOT)


def test_the_frame_is_a_list_to_walk():
    frame = draw(LOT, 5, 1, np.array([2])).frame()
    assert frame["drawn_as"].tolist() == [DrawnAs.TARGETED] + [DrawnAs.RANDOM] * 5
    assert frame["order"].tolist() == [1, 2, 3, 4, 5, 6]
    assert frame.crs.to_epsg() == 4326
    assert shapely.covered_by(frame.geometry.to_numpy(), FIELD.buffer(1e-6)).all()


def test_units_whose_larger_part_lies_in_the_targets():
    chosen = LOT.meeting(shapely.box(36.0, 48.0, 36.002, 48.002))
    assert len(chosen) == pytest.approx(len(LOT) / 2, rel=0.1)
    assert len(LOT.meeting(shapely.box(10, 10, 11, 11))) == 0


def test_the_surface_chooses_and_prices_targets():
    made = surface(1.0)
    values = made.items_per_m2.copy()
    values[:, :7] *= 9  # the west of the field holds more
    expected = LOT.expected_items(Surface(made.grid, values, "made up"))
    chosen = highest(expected, len(LOT) // 4)
    x = shapely.get_x(shapely.centroid(LOT.shapes))
    west = x < np.quantile(x, 0.7)
    assert west[chosen].mean() > 0.95
    odds = odds_by_surface(expected, chosen)
    assert odds.value > 1 == odds.low


def test_odds_of_everything_or_nothing_are_even():
    assert odds_by_surface(np.ones(5), np.array([], dtype=int)) == (1.0, 1.0, 1.0)
    assert odds_by_surface(np.ones(5), np.arange(5)) == (1.0, 1.0, 1.0)
    assert odds_by_surface(np.zeros(5), np.array([1])).value == 1.0


def test_unknown_units_are_targeted_last():
    assert highest(np.array([np.nan, 0.0, 2.0, 1.0]), 3).tolist() == [2, 3, 1]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: draw(LOT, len(LOT) + 1, 1), "LR5040"),
        (lambda: draw(LOT, len(LOT), 1, np.array([0])), "LR5040"),
        (lambda: draw(LOT, -1, 1), "LR5001"),
        (lambda: highest(np.ones(3), 4), "LR5040"),
        (lambda: units_of(FIELD, 0.0), "LR5001"),
        (lambda: units_of(FIELD, 1e-3), "LR5046"),
        (lambda: units_of(shapely.Polygon(), 25.0), "LR5046"),
        (lambda: FindsDensity([[0, 0]], [[0, 0]], [0], 0.0), "LR5001"),
        (lambda: FindsDensity([[0, 0]], [[0, 0]], [0], 5.0).share_in_targets(2), "LR5040"),
        (lambda: FindsDensity([[0, 0]], [[0, 0]], [0], 5.0).highest(-1), "LR5001"),
    ],
)
def test_bad_input(make, code):
    with pytest.raises(LandreleaseError, match=code):
        make()


SIDE = 20
CENTRES = np.stack(np.meshgrid(np.arange(SIDE) * 5 + 2.5, np.arange(SIDE) * 5 + 2.5), -1).reshape(-1, 2)


def _unit(points):
    return (points[:, 1] // 5).astype(int) * SIDE + (points[:, 0] // 5).astype(int)


def test_finds_in_a_row_are_worth_targets_and_scattered_ones_are_not():
    """40 units of 400. A row along one edge: most finds lie where the others point. Scattered: about a tenth."""
    rng = np.random.default_rng(3)
    row = np.column_stack([rng.uniform(0, 100, 60), rng.uniform(20, 25, 60)])
    scattered = rng.uniform(0, 100, (60, 2))
    in_row, loose = (FindsDensity(CENTRES, each, _unit(each), 5.0).share_in_targets(40) for each in (row, scattered))
    assert in_row.low > 0.8
    assert loose.mean < 0.3
    assert loose.low < 0.1 + 0.05


def test_without_finds_nothing_is_known():
    share = FindsDensity(CENTRES, np.empty((0, 2)), [], 5.0).share_in_targets(40)
    assert share.low < 0.01 < 0.99 < share.high
    assert FindsDensity(CENTRES, [[1.0, 1.0]], [0], 5.0).share_in_targets(0).mean == pytest.approx(0.25)


def test_density_integrates_to_the_finds():
    made = FindsDensity(CENTRES, [[50.0, 50.0], [40.0, 60.0]], [210, 248], 8.0)
    assert made.items_per_m2.sum() * 25 == pytest.approx(2.0, rel=1e-3)
    assert {tuple(CENTRES[unit]) for unit in made.highest(6)} < {tuple(place) for place in CENTRES}
    assert np.abs(CENTRES[made.highest(1)[0]] - [45.0, 55.0]).max() < 6


def test_the_lot_has_a_metric_equal_area_system():
    assert LOT.crs.axis_info[0].unit_name == "metre"
    assert isinstance(LOT.crs, pyproj.CRS)
