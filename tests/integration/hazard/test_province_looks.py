"""Looks of a simulated province against what lies there: nothing counts twice, and no search claims too much."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import shapely

from landrelease.hazard.looks import LookKind, Looks, Outcome
from landrelease.hazard.register_looks import looks_from_register
from landrelease.profile import load_profile
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger
from landrelease.record.register import Register
from landrelease.simulate import Outcome as Deployment
from landrelease.simulate import Province, SimulatedClock, generate, load_scenario, policy_named, run_policy


@dataclass(frozen=True)
class Run:
    """A deployment, its record and its looks."""

    province: Province
    outcome: Deployment
    register: Register
    looks: Looks

    def kinds_of_entry(self, chosen: Any) -> list[str]:
        return [self.register.entry(entry).kind for entry in self.looks.entry[chosen]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    province = generate(load_scenario("company-24"), 2)
    with Ledger.create(tmp_path_factory.mktemp("ledger") / "ledger.db", clock=SimulatedClock()) as ledger:
        outcome = run_policy(province, policy_named("landrelease"), ledger, load_profile(), 2)
        register = fold(ledger.log())
    return Run(province, outcome, register, looks_from_register(register, province.frame.crs))


def test_every_item_that_was_found_is_one_find(run: Run) -> None:
    """Found by searches, and by spot tasks that dealt with what had been reported."""
    found = run.looks.is_kind([LookKind.FIND])
    kinds = np.array(run.kinds_of_entry(found))
    quantity = run.looks.quantity[found]
    dealt_with = run.outcome.items_found_by_spot_tasks
    assert quantity[kinds != "ordnance.item"].sum() == run.outcome.items_found - dealt_with
    assert quantity[kinds == "ordnance.item"].sum() >= dealt_with > 0


def test_every_accident_is_one_look(run: Run) -> None:
    assert run.looks.is_kind([LookKind.ACCIDENT]).sum() == len(run.register.entries("accident"))


def test_finds_of_searches_lie_in_searched_ground(run: Run) -> None:
    looks = run.looks
    ground = shapely.union_all(looks.footprint[looks.is_outcome(Outcome.SEARCHED)])
    found = looks.where(looks.is_outcome(Outcome.FOUND))
    assert len(found) > 10
    assert shapely.distance(shapely.points(found.x_m, found.y_m), ground).max() <= 10.0


def test_ground_is_searched_as_often_as_it_was(run: Run) -> None:
    """By one method, the searched shapes of this run do not overlap: progress is not added to completion."""
    looks = run.looks
    for method in set(looks.method[looks.is_outcome(Outcome.SEARCHED)]):
        shapes = looks.footprint[looks.is_outcome(Outcome.SEARCHED) & (looks.method == method)]
        assert shapely.area(shapes).sum() == pytest.approx(shapely.union_all(shapes).area, rel=0.01), method


def test_searches_find_what_their_chances_say(run: Run) -> None:
    """Items in searched ground, each found with 1 - product(1 - chance): as many as were, within four deviations."""
    looks, items = run.looks, run.province.items
    points = shapely.points(items.x_m, items.y_m)
    missed = np.ones(len(points))
    for at in np.flatnonzero(looks.is_outcome(Outcome.SEARCHED)):
        missed[shapely.intersects(looks.footprint[at], points)] *= 1 - looks.chance[at]
    expected, spread = (1 - missed).sum(), np.sqrt((missed * (1 - missed)).sum())
    found = looks.quantity[looks.is_outcome(Outcome.FOUND)].sum()
    assert expected > 20
    assert abs(found - expected) < 4 * spread


def test_surveys_are_right_more_often_than_not(run: Run) -> None:
    """Verdicts of no: a share below the false negatives of their source holds items; of yes, more than of no."""
    looks, items = run.looks, run.province.items
    tree = shapely.STRtree(shapely.points(items.x_m, items.y_m))
    share = {}
    for said in (0.0, 1.0):
        chosen = looks.is_kind([LookKind.SURVEY_VERDICT]) & (looks.quantity == said)
        share[said] = np.mean(
            [len(tree.query(ground, predicate="intersects")) > 0 for ground in looks.footprint[chosen]]
        )
    assert share[0.0] < 0.1 < 0.3 < share[1.0]


def test_the_record_of_a_province_has_a_place_for_everything(run: Run) -> None:
    assert run.looks.without_position == 0
