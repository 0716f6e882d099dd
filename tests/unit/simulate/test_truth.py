import numpy as np
import pytest
import shapely

from landrelease.profile import load_profile
from landrelease.simulate.province import generate
from landrelease.simulate.scenario import load_scenario
from landrelease.simulate.truth import ItemState, Method, Truth

PROFILE = load_profile()
PROVINCE = generate(load_scenario("company-24"), 2)
EVERY = np.arange(len(PROVINCE.items))


def _truth(seed: int = 1, **accidents: float) -> Truth:
    rates = PROFILE.accidents.model_copy(update=accidents)
    return Truth(PROVINCE, PROFILE.model_copy(update={"accidents": rates}), seed)


@pytest.mark.parametrize(
    ("method", "chance"),
    [
        (Method.MANUAL, PROFILE.detection.manual),
        (Method.MACHINE, PROFILE.detection.machine),
        (Method.DOG, PROFILE.detection.dog),
        (Method.TECHNICAL_SURVEY, PROFILE.detection.technical_survey),
        (Method.SPOT, 1.0),
    ],
)
def test_each_search_sees_its_share(method: Method, chance: float) -> None:
    shallow = EVERY[(PROVINCE.items.depth_cm <= PROFILE.land.required_depth_cm) & PROVINCE.items.detectable]
    seen = len(_truth().seen(shallow, method)) / len(shallow)
    assert seen == pytest.approx(chance, abs=0.03)


def test_detectors_never_see_what_holds_no_metal() -> None:
    blind = EVERY[~PROVINCE.items.detectable]
    assert len(blind)
    for method in (Method.MANUAL, Method.TECHNICAL_SURVEY, Method.QUALITY, Method.SECOND_SEARCH):
        assert len(_truth().seen(blind, method)) == 0
    assert len(_truth().seen(blind, Method.DOG)) > 0


def test_deep_items_are_seen_less_often() -> None:
    deep = EVERY[PROVINCE.items.depth_cm > PROFILE.land.required_depth_cm]
    shallow = np.setdiff1d(EVERY, deep)
    truth = _truth()
    assert len(truth.seen(deep, Method.DOG)) / len(deep) < 0.8 * len(truth.seen(shallow, Method.DOG)) / len(shallow)


def test_a_second_look_by_the_same_method_shows_nothing_new() -> None:
    truth = _truth()
    truth.handle(truth.seen(EVERY, Method.MANUAL))
    assert len(truth.seen(EVERY, Method.MANUAL)) == 0
    assert len(truth.seen(EVERY, Method.DOG)) > 0


def test_every_item_is_found_exploded_or_left() -> None:
    truth = _truth(per_item=0.2)
    handled = truth.handle(truth.seen(EVERY, Method.MANUAL))
    counts = np.bincount(truth.state, minlength=3)
    assert counts.sum() == len(EVERY)
    assert counts[ItemState.FOUND] == len(handled.found)
    assert counts[ItemState.EXPLODED] == len(handled.exploded) > 0
    assert len(np.intersect1d(handled.found, handled.exploded)) == 0
    assert truth.expected_accidents == pytest.approx(0.2 * (len(handled.found) + len(handled.exploded)))


def test_nothing_explodes_on_a_machines_crew() -> None:
    truth = _truth(per_item=1.0)
    assert len(truth.handle(EVERY, by_machine=True).exploded) == 0
    assert truth.expected_accidents == 0


def test_luck_depends_on_the_seed_only() -> None:
    one, same, other = (_truth(seed).seen(EVERY, Method.MACHINE) for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_items_of_a_part_of_an_area() -> None:
    truth, area = _truth(), int(PROVINCE.item_area.max())
    everything = truth.in_area(area)
    assert set(everything) == set(EVERY[PROVINCE.item_area == area])
    assert len(truth.in_area(area, shapely.box(0, 0, 0.001, 0.001))) == 0
    assert len(truth.in_area(-5)) == 0
