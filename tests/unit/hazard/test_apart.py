"""Offsets for hidden ground: each cell foreseen without its own block, and what the field makes of it."""

from dataclasses import dataclass, replace

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.samples.watchers import Impatient

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.apart import apart_offset, foreseen_apart, usual_sources
from landrelease.hazard.competitors import (
    BoostedEstimator,
    Boosting,
    Competitor,
    Learned,
    Logistic,
    LogisticEstimator,
)
from landrelease.hazard.covariates import Covariates, PastEvents, covariates_from_layers
from landrelease.hazard.evaluate import place_log_score
from landrelease.hazard.examples import ExampleMaker, Examples, LearningPlan
from landrelease.hazard.field.basis import Matern
from landrelease.hazard.field.estimator import FieldEstimator
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.hidden_ground import CARRIED, HidingField, toned_down
from landrelease.hazard.looks import Looks, looks_from_arrays
from landrelease.hazard.offsets import LEAST_SHARE

PLAN = LearningPlan(zeros=200, periods=3, groups=2, past=PastEvents((500.0, 3_000.0), (3.0,)))
FIELD = FieldEstimator(FieldSettings(Matern(2_000.0, 1.0), Matern(8_000.0, 1.0), site_sd=0.2, draws=0, rounds=1))


def sources(covariates: Covariates | None = None) -> tuple[Competitor, ...]:
    """Both usual sources with few examples and few settings."""
    boosting = (Boosting(4, 2.0, (5, 20), 0.3),)
    return LogisticEstimator(covariates, PLAN, (Logistic(0.1),)), BoostedEstimator(covariates, PLAN, boosting)


@pytest.fixture
def region(crs: pyproj.CRS) -> Grid:
    """20 by 10 km in cells of 500 m; a corner lies outside."""
    mask = np.ones((20, 40), dtype=bool)
    mask[:3, :5] = False
    return Grid(crs, 0.0, 10_000.0, 500.0, 40, 20, mask)


@pytest.fixture
def west(region: Grid) -> np.ndarray:
    hidden = np.zeros(region.shape, dtype=bool)
    hidden[:, :20] = True
    return hidden


@pytest.fixture
def road_bends(region: Grid) -> tuple[Looks, Covariates]:
    """Accidents near a road that runs in the north of the east and in the south of the west."""
    rng = np.random.default_rng(5)
    road = shapely.LineString([(0, 2_000), (9_000, 2_000), (11_000, 8_000), (20_000, 8_000)])
    along = shapely.get_coordinates(road.interpolate(rng.uniform(0, 1, 500), normalized=True))
    x, y = along.T + rng.normal(0, 300, (2, 500))
    inside = (x > 0) & (x < 20_000)
    looks = looks_from_arrays(x[inside], y[inside], rng.uniform(2000, 2010, inside.sum()))
    return looks, covariates_from_layers(region, roads=road)


def score_in(hidden: np.ndarray, items: np.ndarray, grid: Grid, test: Looks) -> float:
    return place_log_score(np.where(hidden, items, np.nan), grid, test.x_m, test.y_m)


def test_the_field_learns_what_hidden_ground_is_like(road_bends, region: Grid, west: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    """Distance alone says that the north of the west is dangerous; the road runs in its south."""
    looks, covariates = road_bends
    seen, test = looks.where(looks.x_m > 10_000), looks.where(looks.x_m <= 10_000)
    told = HidingField(FIELD, sources(covariates)).fit(seen, region, 2010.0, west)
    alone = HidingField(FIELD).fit(seen, region, 2010.0, west)
    assert score_in(west, told.items_per_m2, region, test) > score_in(west, alone.items_per_m2, region, test) + 0.5
    assert told.parameters["offset"] == "logistic, lightgbm"
    assert alone.parameters["offset"] == "none"


def test_without_hidden_ground_no_source_is_read(road_bends, region: Grid) -> None:  # type: ignore[no-untyped-def]
    looks, covariates = road_bends
    told, plain = HidingField(FIELD, sources(covariates)).fit(looks, region, 2010.0), FIELD.fit(looks, region, 2010.0)
    assert np.array_equal(told.items_per_m2, plain.items_per_m2, equal_nan=True)


def test_an_offset_of_the_field_itself_is_kept(road_bends, region: Grid, west: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    looks, _covariates = road_bends
    seen = looks.where(looks.x_m > 10_000)
    tilt = np.broadcast_to(np.linspace(-1, 1, 20)[:, None], region.shape)
    given_one = HidingField(replace(FIELD, offset=tilt)).fit(seen, region, 2010.0, west).items_per_m2
    without = HidingField(FIELD).fit(seen, region, 2010.0, west).items_per_m2
    assert given_one[18, 0] / given_one[4, 0] > 2 * without[18, 0] / without[4, 0]


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 100), groups=st.integers(2, 4))
def test_values_of_a_cell_do_not_depend_on_events_of_its_own_blocks(seed: int, groups: int) -> None:
    """Whatever else happens in a cell's group of blocks, what is asked of the cell stays the same."""
    rng = np.random.default_rng(seed)
    grid = Grid(pyproj.CRS.from_epsg(3857), 0.0, 10_000.0, 500.0, 40, 20)
    looks = looks_from_arrays(rng.uniform(0, 20_000, 60), rng.uniform(0, 10_000, 60), rng.uniform(2000, 2010, 60))
    plan = replace(PLAN, groups=groups, seed=seed)
    whole = ExampleMaker(looks, grid, 2010.0, None, np.ones(grid.shape, bool), plan)
    group = whole.block_groups(np.random.default_rng(seed))
    row, column = (np.array([rng.integers(size)]) for size in grid.shape)
    rows, columns = grid.cells_of(looks.x_m, looks.y_m)
    elsewhere = looks.where(group[rows, columns] != group[row, column])
    assume(np.floor(elsewhere.year.min()) == np.floor(looks.year.min()))  # rates are a year of the record's span
    without = replace(whole, known=elsewhere)
    expected = without.values_at(elsewhere, whole.end, row, column)
    assert whole.values_apart(row, column) == pytest.approx(expected, nan_ok=True)
    assert without.values_apart(row, column) == pytest.approx(expected, nan_ok=True)


def test_hidden_cells_read_the_whole_visible_record(road_bends, region: Grid, west: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    """In hidden ground the offset is the competitor's own map of hidden ground, up to its level."""
    looks, covariates = road_bends
    seen = looks.where(looks.x_m > 10_000)
    for source in sources(covariates):
        rate = foreseen_apart(source, seen, region, 2010.0, west)
        own = source.fit(seen, region, 2010.0, west).items_per_m2
        assert rate is not None
        assert region.mask is not None
        assert np.array_equal(np.isfinite(rate), region.mask)
        inside = west & region.mask
        difference = rate[inside] - np.log(own[inside])
        assert difference == pytest.approx(difference[0] * np.ones(inside.sum()), abs=1e-6)


def test_its_mean_factor_is_one_and_it_is_the_same_on_every_run(road_bends, region: Grid, west: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    looks, covariates = road_bends
    (offset, used), (again, _used) = (apart_offset(sources(covariates), looks, region, 2010.0, west) for _run in "12")
    assert region.mask is not None
    assert np.exp(offset[region.mask]).mean() == pytest.approx(1.0, rel=1e-3)
    assert not offset[~region.mask].any()
    assert offset.min() >= np.log(LEAST_SHARE)
    assert used == ("logistic", "lightgbm")
    assert np.array_equal(offset, again)


@dataclass(frozen=True)
class Told(Competitor):
    """A source that says how well it did, and puts the east above the west."""

    held_out: float = 0.0

    def choose(self, examples: Examples, *_rest: object) -> tuple[Learned, dict[str, float | str]]:
        assert len(examples)
        return Learned({}, lambda values: values[:, 0]), {"validation_log_score": self.held_out}


@pytest.mark.parametrize(("held_out", "used"), [(0.3, True), (0.0, False), (-0.2, False), (float("nan"), False)])
def test_a_source_no_better_than_an_even_spread_is_left_out(
    held_out: float,
    used: bool,
    road_bends,
    region: Grid,
    west: np.ndarray,  # type: ignore[no-untyped-def]
) -> None:
    looks, _covariates = road_bends
    east = Covariates(region, ("east",), np.linspace(-1, 1, 40)[None, None].repeat(20, axis=1))
    offset, said = apart_offset([Told(east, PLAN, held_out=held_out)], looks, region, 2010.0, west)
    assert bool(said) == bool(offset.any()) == used


@settings(max_examples=30)
@given(seed=st.integers(0, 1_000), hidden_columns=st.integers(1, 9))
def test_toned_down_ground_holds_what_the_offset_says(seed: int, hidden_columns: int) -> None:
    """Visible cells stand; hidden ones hold the offset's share, and half the field's departure from it."""
    rng = np.random.default_rng(seed)
    items, offset = np.exp(rng.normal(0, 2, (6, 10))), rng.normal(0, 1, (6, 10))
    hidden = np.zeros((6, 10), dtype=bool)
    hidden[:, :hidden_columns] = True
    made = items * toned_down(items, offset, hidden, ~hidden)
    assert np.array_equal(made[~hidden], items[~hidden])
    start = np.exp(offset)
    share = start[hidden].sum() / start[~hidden].sum()
    assert made[hidden].sum() / made[~hidden].sum() == pytest.approx(share)
    kept, full = (np.log(each[hidden]) - offset[hidden] for each in (made, items))
    assert kept - kept.mean() == pytest.approx(CARRIED * (full - full.mean()))


def test_without_hidden_or_visible_ground_nothing_is_toned_down() -> None:
    items, none = np.ones((2, 3)), np.zeros((2, 3), dtype=bool)
    assert np.array_equal(toned_down(items, items, none, ~none), items)
    assert np.array_equal(toned_down(items, items, ~none, none), items)


def test_draws_are_toned_down_with_the_map(road_bends, region: Grid, west: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    looks, covariates = road_bends
    seen = looks.where(looks.x_m > 10_000)
    drawing = replace(FIELD, settings=replace(FIELD.settings, draws=20))  # type: ignore[type-var]
    made = HidingField(drawing, sources(covariates)).fit(seen, region, 2010.0, west)
    assert made.draws is not None
    assert region.mask is not None
    inside = west & region.mask
    assert made.draws[:, inside].mean() == pytest.approx(made.items_per_m2[inside].mean(), rel=0.35)
    assert np.array_equal(np.isfinite(made.draws).all(axis=0), region.mask)


def test_a_thin_record_has_no_offset(region: Grid, west: np.ndarray) -> None:
    looks = looks_from_arrays(np.linspace(11_000, 19_000, 9), np.full(9, 5_000.0), np.linspace(2004, 2009.9, 9))
    offset, used = apart_offset(sources(), looks, region, 2010.0, west)
    assert not offset.any()
    assert used == ()
    surface = HidingField(FIELD, sources()).fit(looks, region, 2010.0, west)
    plain = HidingField(FIELD).fit(looks, region, 2010.0, west)
    assert np.array_equal(surface.items_per_m2, plain.items_per_m2, equal_nan=True)


def test_covariates_of_another_grid_are_refused(road_bends, region: Grid, west: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    looks, covariates = road_bends
    smaller = Grid(region.crs, 0.0, 10_000.0, 1_000.0, 20, 10)
    with pytest.raises(LandreleaseError, match="LR4030"):
        apart_offset(sources(covariates), looks, smaller, 2010.0, west[::2, ::2])


def test_it_can_be_cancelled(road_bends, region: Grid, west: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    looks, covariates = road_bends
    with pytest.raises(KeyboardInterrupt):
        apart_offset(sources(covariates), looks, region, 2010.0, west, Impatient())


def test_usual_sources_are_a_smooth_and_a_rough_model() -> None:
    assert [source.method for source in usual_sources()] == ["logistic", "lightgbm"]
