import numpy as np
import pytest
import shapely

from landrelease.simulate.province import Province, generate
from landrelease.simulate.scenario import load_scenario
from landrelease.terms import EvidenceKind

SCENARIO = load_scenario("company-24")


@pytest.fixture(scope="module")
def province() -> Province:
    return generate(SCENARIO, 11)


def test_suspected_area_is_as_wanted(province: Province) -> None:
    assert province.suspected_m2 == pytest.approx(SCENARIO.reports.suspected_m2, rel=0.02)


def test_areas_are_valid_disjoint_and_inside(province: Province) -> None:
    outlines = np.array([area.outline for area in province.areas])
    assert shapely.is_valid(outlines).all()
    assert shapely.union_all(outlines).area == pytest.approx(shapely.area(outlines).sum())
    half = SCENARIO.place.side_m / 2
    assert np.abs(shapely.total_bounds(outlines)).max() <= half + 1e-6


def test_items_belong_to_the_area_around_them(province: Province) -> None:
    for index in np.unique(province.item_area[province.item_area >= 0]):
        mine = province.item_area == index
        assert shapely.contains_xy(
            province.areas[index].outline, province.items.x_m[mine], province.items.y_m[mine]
        ).all()


def test_some_items_lie_outside_every_area_and_most_areas_are_empty(province: Province) -> None:
    assert 0 < (province.item_area < 0).mean() < 0.5
    holding = len(np.unique(province.item_area[province.item_area >= 0]))
    assert holding < 0.5 * len(province.areas)


def test_every_area_has_a_reason(province: Province) -> None:
    assert all(area.evidence for area in province.areas)
    assert len({area.area_id for area in province.areas}) == len(province.areas)


def test_the_number_of_an_area_says_nothing_about_what_it_holds(province: Province) -> None:
    numbers = [int(area.area_id.split(":")[1]) for area in province.areas]
    assert numbers != sorted(numbers)


def test_accidents_are_evidence_where_they_lie_in_an_area(province: Province) -> None:
    for accident in province.accidents:
        if accident.area >= 0:
            kinds = [told.kind for told in province.areas[accident.area].evidence]
            assert EvidenceKind.ACCIDENT in kinds
        assert accident.day < SCENARIO.deployment.start
        assert accident.killed + accident.injured >= 1


def test_spots_are_items_outside_the_areas(province: Province) -> None:
    assert province.spots
    assert (province.item_area[[spot.item for spot in province.spots]] < 0).all()
    assert len({spot.item for spot in province.spots}) == len(province.spots)


def test_same_seed_same_province_other_seed_another() -> None:
    one, same, other = generate(SCENARIO, 3), generate(SCENARIO, 3), generate(SCENARIO, 4)
    assert np.array_equal(one.items.x_m, same.items.x_m)
    assert [a.outline.wkb for a in one.areas] == [a.outline.wkb for a in same.areas]
    assert [a.evidence for a in one.areas] == [a.evidence for a in same.areas]
    assert len(one.items) != len(other.items)


def test_the_province_lies_far_out_at_sea(province: Province) -> None:
    body = province.frame.body(province.areas[0].outline, "map")
    longitude, latitude = np.array(body["coordinates"][0]).T / 1e7
    assert (longitude > -156).all()
    assert (longitude < -154).all()
    assert (latitude > 37).all()
    assert (latitude < 39).all()


def test_silence_hides_hazards() -> None:
    def inside(missing: float) -> float:
        reports = SCENARIO.reports.model_copy(update={"missing_share": missing, "displacement_m": 0.0})
        return float((generate(SCENARIO.model_copy(update={"reports": reports}), 5).item_area >= 0).mean())

    assert inside(0.0) == pytest.approx(1.0, abs=0.02)
    assert inside(1.0) < 0.5  # empty outlines near the front meet some by chance


def test_house_scenario_is_calibrated() -> None:
    """Methods D3: under 5 % of suspected land holds items; 5 to 50 items a hectare where it does."""
    house = generate(load_scenario("regiment-120"), 1)
    assert house.suspected_m2 == pytest.approx(4e8, rel=0.01)
    assert house.suspected_with_items_m2() < 0.05 * house.suspected_m2
    assert 10 < len(house.items) / house.contaminated_hectares() < 40
    assert 20_000 < len(house.items) < 80_000
    sizes = np.array([area.outline.area for area in house.areas])
    assert 300 < len(sizes) < 2000
    assert 1e3 <= np.median(sizes) <= 1e6
