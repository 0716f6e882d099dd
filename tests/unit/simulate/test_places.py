import numpy as np
import pytest
import shapely

from landrelease.simulate.names import place_names
from landrelease.simulate.places import Places, make_places
from landrelease.simulate.scenario import load_scenario
from landrelease.simulate.terrain import make_terrain

SCENARIO = load_scenario("company-24")


@pytest.fixture(scope="module")
def places() -> Places:
    rng = np.random.default_rng(4)
    return make_places(SCENARIO, make_terrain(SCENARIO, rng), rng)


def test_as_many_settlements_as_wanted_largest_first(places: Places) -> None:
    assert len(places.names) == len(set(places.names)) == SCENARIO.people.settlements
    assert (np.diff(places.people) <= 0).all()
    assert places.people.sum() == pytest.approx(SCENARIO.people.people, rel=0.05)


def test_everyone_lives_inside(places: Places) -> None:
    half = SCENARIO.place.side_m / 2
    assert (np.abs(places.x_m) < half).all()
    assert (np.abs(places.y_m) < half).all()


def test_districts_share_out_the_province(places: Places) -> None:
    assert len(places.districts) == SCENARIO.people.districts
    assert sum(d.area for d in places.districts) == pytest.approx(SCENARIO.place.side_m**2)
    overlap = shapely.intersection(places.districts[0], places.districts[1]).area
    assert overlap == pytest.approx(0, abs=1e-3)


def test_a_place_lies_in_the_district_that_it_is_given(places: Places) -> None:
    for x, y, district in zip(places.x_m, places.y_m, places.district, strict=True):
        assert places.districts[district].buffer(1e-6).contains(shapely.Point(x, y))
    assert np.array_equal(places.district_at(places.x_m, places.y_m), places.district)


def test_roads_join_all_settlements(places: Places) -> None:
    joined = shapely.union_all(shapely.buffer(list(places.roads.geoms), 1.0))
    towns = shapely.points(places.x_m, places.y_m)
    assert len(shapely.get_parts(joined)) == 1
    assert shapely.distance(joined, towns).max() < 1.0


def test_rivers_end_at_one_place_on_the_edge(places: Places) -> None:
    mouths = {line.coords[-1] for line in places.rivers.geoms}
    assert len(mouths) == 1
    assert max(abs(c) for c in mouths.pop()) > 0.85 * SCENARIO.place.side_m / 2


def test_the_front_runs_from_west_to_east(places: Places) -> None:
    x = shapely.get_coordinates(places.front)[:, 0]
    assert (np.diff(x) > 0).all()
    assert (x[0], x[-1]) == (-SCENARIO.place.side_m / 2, SCENARIO.place.side_m / 2)


def test_one_district_is_the_whole_province() -> None:
    one = SCENARIO.model_copy(update={"people": SCENARIO.people.model_copy(update={"districts": 1})})
    rng = np.random.default_rng(1)
    assert make_places(one, make_terrain(one, rng), rng).districts[0].area == pytest.approx(one.place.side_m**2)


def test_names_are_distinct_and_repeatable() -> None:
    names = place_names(400, np.random.default_rng(1))
    assert len(set(names)) == 400
    assert names == place_names(400, np.random.default_rng(1))
