import numpy as np
import pytest

from landrelease.simulate.hazards import CLASSES, HazardKindOf, make_hazards
from landrelease.simulate.places import make_places
from landrelease.simulate.scenario import Scenario, load_scenario
from landrelease.simulate.terrain import make_terrain
from landrelease.terms import OrdnanceClass

SCENARIO = load_scenario("company-24")


def _only(**counts: int) -> Scenario:
    """The small scenario with so many panels, groups and strikes."""
    hazards = SCENARIO.hazards
    changed = hazards.model_copy(
        update={
            "rows": hazards.rows.model_copy(update={"panels": counts.get("panels", 0)}),
            "nuisance": hazards.nuisance.model_copy(update={"groups": counts.get("groups", 0)}),
            "strikes": hazards.strikes.model_copy(update={"strikes": counts.get("strikes", 0)}),
        }
    )
    return SCENARIO.model_copy(update={"hazards": changed})


def _laid(scenario: Scenario, seed: int = 1):
    rng = np.random.default_rng(seed)
    places = make_places(scenario, make_terrain(scenario, rng), rng)
    return *make_hazards(scenario, places, rng), places


def test_items_are_counted_once() -> None:
    hazards, items, _ = _laid(SCENARIO)
    assert sum(hazard.items for hazard in hazards) == len(items)
    assert np.array_equal(np.bincount(items.hazard, minlength=len(hazards)), [hazard.items for hazard in hazards])


def test_nothing_lies_outside_the_province() -> None:
    _hazards, items, _ = _laid(SCENARIO)
    assert max(np.abs(items.x_m).max(), np.abs(items.y_m).max()) < SCENARIO.place.side_m / 2


@pytest.mark.parametrize(
    ("counts", "kind", "classes"),
    [
        ({"panels": 6}, HazardKindOf.ROWS, {OrdnanceClass.MINE_AP, OrdnanceClass.MINE_AV}),
        ({"groups": 20}, HazardKindOf.NUISANCE, {OrdnanceClass.MINE_AP, OrdnanceClass.MINE_IMPROVISED}),
        ({"strikes": 4}, HazardKindOf.STRIKE, {OrdnanceClass.SUBMUNITION}),
    ],
)
def test_each_kind_lays_its_own_classes(
    counts: dict[str, int], kind: HazardKindOf, classes: set[OrdnanceClass]
) -> None:
    hazards, items, _ = _laid(_only(**counts))
    assert {hazard.kind for hazard in hazards} == {kind}
    assert {CLASSES[code] for code in items.ordnance} <= classes


def test_rows_are_narrow_and_evenly_spaced() -> None:
    hazards, items, _ = _laid(_only(panels=8), seed=3)
    for index, hazard in enumerate(hazards):
        points = np.column_stack([items.x_m, items.y_m])[items.hazard == index]
        across, along = np.sqrt(np.linalg.eigvalsh(np.cov(points.T)))
        assert along > 2 * across, hazard
        nearest = np.sort(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)), axis=1)[:, 1]
        assert (
            SCENARIO.hazards.rows.mine_spacing_m[0] - 3
            < np.median(nearest)
            < SCENARIO.hazards.rows.mine_spacing_m[1] + 3
        )


def test_rows_lie_near_the_front() -> None:
    hazards, _items, places = _laid(_only(panels=8), seed=3)
    import shapely

    away = [places.front.distance(shapely.Point(h.x_m, h.y_m)) for h in hazards]
    assert max(away) < SCENARIO.hazards.rows.distance_from_front_m[1] + 300


def test_a_strike_leaves_the_failed_share() -> None:
    hazards, _items, _ = _laid(_only(strikes=30), seed=2)
    low = SCENARIO.hazards.strikes.submunitions[0] * SCENARIO.hazards.strikes.failed_share[0]
    high = SCENARIO.hazards.strikes.submunitions[1] * SCENARIO.hazards.strikes.failed_share[1]
    mean = np.mean([hazard.items for hazard in hazards])
    assert low < mean < high


def test_no_hazard_at_all_is_possible() -> None:
    hazards, items, _ = _laid(_only())
    assert hazards == []
    assert len(items) == 0


def test_share_that_no_detector_shows() -> None:
    _hazards, items, _ = _laid(_only(panels=30), seed=5)
    assert (~items.detectable).mean() == pytest.approx(SCENARIO.hazards.undetectable_share, abs=0.01)
    assert items.depth_cm.min() >= 0
