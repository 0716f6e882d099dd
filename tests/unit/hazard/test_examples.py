"""Examples: what is asked, what is answered, and that no answer is in a question."""

from dataclasses import replace

import numpy as np
import pyproj
import pytest

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.covariates import PastEvents
from landrelease.hazard.examples import ExampleMaker, LearningPlan, target_counts
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays

PLAN = LearningPlan(zeros=200, past=PastEvents((500.0, 2_000.0), (3.0,)))


@pytest.fixture
def region(crs: pyproj.CRS) -> Grid:
    return Grid(crs, 0.0, 10_000.0, 500.0, 40, 20)


def maker(looks: Looks, grid: Grid, at_year: float = 2020.0, plan: LearningPlan = PLAN, region=None) -> ExampleMaker:  # type: ignore[no-untyped-def]
    return ExampleMaker(looks, grid, at_year, None, np.ones(grid.shape, bool) if region is None else region, plan)


@pytest.mark.parametrize(
    ("first", "at_year", "starts"),
    [
        (2000.5, 2020.0, [2012, 2014, 2016, 2018]),
        (2014.5, 2020.0, [2016, 2018]),
        (2017.9, 2020.0, [2018]),
        (2018.0, 2020.0, [-np.inf]),
        (0.0, 1.0, [-np.inf]),
    ],
)
def test_periods_need_a_past(first: float, at_year: float, starts: list[float], region: Grid) -> None:
    looks = looks_from_arrays([50.0], [50.0], [first])
    assert [start for start, _end, _before in maker(looks, region, at_year).periods()] == starts


def test_an_event_at_the_very_moment_of_the_map_is_known(region: Grid) -> None:
    looks = looks_from_arrays([50.0, 5_050.0], [50.0, 50.0], [2000.5, 2020.0])
    assert maker(looks, region).make().events.sum() == 1


def test_answers_are_the_events_of_each_period_at_distinct_places(record, region: Grid) -> None:  # type: ignore[no-untyped-def]
    looks = record()
    found = maker(looks, region).make()
    for number, start in enumerate((2012.0, 2014.0, 2016.0, 2018.0)):
        aimed = looks.since(start).before(start + 2).of([LookKind.ACCIDENT]).distinct_places()
        inside = (aimed.x_m >= 0) & (aimed.x_m < 20_000) & (aimed.y_m > 0) & (aimed.y_m <= 10_000)
        assert found.events[found.period == number].sum() == inside.sum()


def test_the_weights_stand_for_all_cells(record, region: Grid) -> None:  # type: ignore[no-untyped-def]
    """Over twenty draws the weights of a period sum to the 800 cells, though a third of them is drawn."""
    drawn = [maker(record(), region, plan=replace(PLAN, seed=seed)).make() for seed in range(20)]
    assert sum(each.weight.sum() for each in drawn) / 80 == pytest.approx(800, rel=0.03)
    assert all((each.weight[each.events > 0] == 1).all() for each in drawn)
    assert max(map(len, drawn)) < 4 * 400


def test_questions_do_not_change_with_the_answers(record, region: Grid) -> None:  # type: ignore[no-untyped-def]
    """With every event of the last period moved elsewhere, the cells have the same covariates."""
    looks = record()
    moved = replace(looks, x_m=np.where(looks.year >= 2018, 20_000 - looks.x_m, looks.x_m))
    plan = replace(PLAN, zeros=100_000)
    one, other = (maker(given, region, plan=plan).make() for given in (looks, moved))
    assert len(one) == len(other) == 4 * 800
    assert np.array_equal(one.values, other.values)
    assert not np.array_equal(one.events, other.events)


def test_hidden_examples_read_nothing_of_their_own_land(record, region: Grid) -> None:  # type: ignore[no-untyped-def]
    """Events of one group of blocks are doubled: examples of that group do not see it, those of others do."""
    looks, plan = record(), replace(PLAN, zeros=100_000)
    group = maker(looks, region, plan=plan).block_groups(np.random.default_rng(plan.seed))
    rows, columns = region.cells_of(looks.x_m, looks.y_m)
    own = group[np.clip(rows, 0, 19), np.clip(columns, 0, 39)] == 2
    doubled = replace(looks, quantity=np.where(own & (looks.kind == LookKind.FIND), 2.0, 1.0))
    one, other = (maker(given, region, plan=plan).make(hidden=True) for given in (looks, doubled))
    same = (one.values == other.values).all(axis=1)
    assert same[one.group == 2].all()
    assert not same[one.group != 2].all()
    assert np.array_equal(one.group, np.tile(group.ravel(), 4))


def test_cells_outside_the_region_are_no_examples(record, region: Grid) -> None:  # type: ignore[no-untyped-def]
    west = np.zeros(region.shape, bool)
    west[:, :20] = True
    plan = replace(PLAN, zeros=100_000)
    assert len(maker(record(), region, plan=plan, region=west).make()) == 4 * 400


def test_blocks_are_square_and_dealt_evenly(region: Grid) -> None:
    group = maker(looks_from_arrays([], [], []), region).block_groups(np.random.default_rng(1))
    blocks = group.reshape(5, 4, 10, 4)
    assert (blocks == blocks[:, :1, :, :1]).all()
    assert np.bincount(group.ravel()).tolist() == [208, 208, 192, 192]


def test_counts_are_of_distinct_places_in_the_grid(grid: Grid) -> None:
    looks = looks_from_arrays(
        [50.0, 50.0, 60.0, -50.0, 150.0], [50.0] * 5, [2010.5] * 5, [LookKind.ACCIDENT] * 4 + [LookKind.FIND]
    )
    counts = target_counts(looks, grid, LookKind.ACCIDENT)
    assert counts[9, 0] == counts.sum() == 2


def test_names_are_those_of_the_layers_and_of_the_past(record, region: Grid) -> None:  # type: ignore[no-untyped-def]
    found = maker(record(), region).make()
    assert found.names == PLAN.past.names  # type: ignore[union-attr]
    assert found.values.shape == (len(found), len(found.names))


@pytest.mark.parametrize("change", [{"period_years": 0.0}, {"periods": 0}, {"zeros": 0}, {"groups": 1}])
def test_plans_that_cannot_be_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(LandreleaseError, match="LR4005"):
        LearningPlan(**change)  # type: ignore[arg-type]
