import numpy as np
import pytest

from landrelease.simulate.scenario import load_scenario
from landrelease.simulate.terrain import GROUNDS, Terrain, make_terrain, noise, with_urban
from landrelease.terms import Ground

SCENARIO = load_scenario("company-24")


def _terrain(seed: int = 1) -> Terrain:
    return make_terrain(SCENARIO, np.random.default_rng(seed))


def test_noise_has_mean_zero_and_deviation_one() -> None:
    field = noise(64, 1.5, np.random.default_rng(3))
    assert field.shape == (64, 64)
    assert abs(field.mean()) < 1e-9
    assert field.std() == pytest.approx(1)


def test_rougher_noise_is_less_smooth() -> None:
    rough, smooth = (noise(64, roughness, np.random.default_rng(3)) for roughness in (0.5, 2.5))
    assert np.abs(np.diff(rough)).mean() > 3 * np.abs(np.diff(smooth)).mean()


def test_relief_is_as_wanted() -> None:
    terrain = _terrain()
    assert np.ptp(terrain.height_m) == pytest.approx(SCENARIO.ground.relief_m)
    assert (terrain.slope >= 0).all()


def test_cover_shares_are_as_wanted_where_nothing_is_steep() -> None:
    flat = SCENARIO.model_copy(update={"ground": SCENARIO.ground.model_copy(update={"steep_slope": 9.0})})
    terrain = make_terrain(flat, np.random.default_rng(2))
    share = (terrain.ground == GROUNDS.index(Ground.WOODED)).mean()
    assert share == pytest.approx(SCENARIO.ground.wooded_share, abs=0.01)


def test_steep_ground_is_steep() -> None:
    terrain = _terrain()
    steep = terrain.ground == GROUNDS.index(Ground.STEEP)
    assert (terrain.slope[steep] > SCENARIO.ground.steep_slope).all()


def test_same_seed_same_ground() -> None:
    assert np.array_equal(_terrain(5).height_m, _terrain(5).height_m)
    assert not np.array_equal(_terrain(5).height_m, _terrain(6).height_m)


@pytest.mark.parametrize(("x", "row_column"), [(-1e9, 0), (1e9, -1)])
def test_positions_outside_take_the_nearest_cell(x: float, row_column: int) -> None:
    terrain = _terrain()
    rows, columns = terrain.cells_at(np.array([x]), np.array([x]))
    last = terrain.height_m.shape[0] - 1
    assert rows[0] == columns[0] == (last if row_column else 0)


def test_built_up_ground_lies_within_its_radius_only() -> None:
    terrain = _terrain()
    urban = with_urban(terrain, np.array([0.0]), np.array([0.0]), np.array([1000.0]))
    marked = urban.ground == GROUNDS.index(Ground.URBAN)
    area = marked.sum() * terrain.cell_m**2
    assert area == pytest.approx(np.pi * 1000**2, rel=0.3)
    assert marked[terrain.cells_at(np.array([0.0]), np.array([0.0]))].all()


def test_settlements_at_the_edge_are_marked_too() -> None:
    terrain, edge = _terrain(), np.array([-SCENARIO.place.side_m / 2])
    urban = with_urban(terrain, edge, edge, np.array([600.0]))
    assert urban.ground[0, 0] == GROUNDS.index(Ground.URBAN)


def test_shapes_must_agree() -> None:
    with pytest.raises(ValueError, match="one shape"):
        Terrain(10.0, 20.0, np.zeros((2, 2)), np.zeros((2, 2)), np.zeros((2, 3), dtype=np.int8))


def test_coarse_heights_are_block_means() -> None:
    terrain = _terrain()
    heights, centres = terrain.coarse(4)
    assert heights[0, 0] == pytest.approx(terrain.height_m[:4, :4].mean())
    assert centres[0] == pytest.approx(-SCENARIO.place.side_m / 2 + 2 * terrain.cell_m)
