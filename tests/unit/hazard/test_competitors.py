"""Logistic regression and boosting: what they learn, what they never read, levels, hidden ground, refusals."""

from dataclasses import replace

import numpy as np
import pyproj
import pytest
import shapely
from tests.samples.watchers import Impatient

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import KernelEstimator, Scale
from landrelease.hazard.competitors import (
    BoostedEstimator,
    Boosting,
    Logistic,
    LogisticEstimator,
    validation_scores,
)
from landrelease.hazard.covariates import Covariates, PastEvents, covariates_from_layers
from landrelease.hazard.evaluate import place_log_score
from landrelease.hazard.examples import Examples, LearningPlan
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays

PLAN = LearningPlan(zeros=200, periods=3, groups=2, past=PastEvents((500.0, 3_000.0), (3.0,)))
SETTINGS = {
    LogisticEstimator: (Logistic(0.01), Logistic(0.3)),
    BoostedEstimator: (Boosting(4, 2.0, (5, 20), 0.3),),
}
BOTH = [LogisticEstimator, BoostedEstimator]


def quick(kind, covariates: Covariates | None = None, **options):  # type: ignore[no-untyped-def]
    """The estimator with few examples and few settings."""
    return kind(covariates, PLAN, SETTINGS[kind], **options)


@pytest.fixture
def region(crs: pyproj.CRS) -> Grid:
    """20 by 10 km in cells of 500 m."""
    return Grid(crs, 0.0, 10_000.0, 500.0, 40, 20)


@pytest.fixture
def along_a_road(region: Grid) -> tuple[Looks, Covariates]:
    """Accidents anywhere within about 300 m of a road through the middle, never twice at a place."""
    rng = np.random.default_rng(5)
    road = shapely.LineString([(0, 5_000), (20_000, 5_000)])
    x, y = rng.uniform(0, 20_000, 500), 5_000 + rng.normal(0, 300, 500)
    return looks_from_arrays(x, y, rng.uniform(2000, 2010, 500)), covariates_from_layers(region, roads=road)


@pytest.mark.parametrize("kind", BOTH)
def test_it_foresees_later_accidents_better_than_an_even_spread(kind, record, region: Grid) -> None:  # type: ignore[no-untyped-def]
    looks = record()
    later = looks.since(2015.0).of([LookKind.ACCIDENT])
    surface = quick(kind).fit(looks, region, 2015.0)
    assert place_log_score(surface.items_per_m2, region, later.x_m, later.y_m) > 1.0


@pytest.mark.parametrize("kind", BOTH)
def test_it_learns_a_road(kind, along_a_road, region: Grid) -> None:  # type: ignore[no-untyped-def]
    """The west half is hidden: only the road says where its accidents are."""
    looks, covariates = along_a_road
    hidden = np.zeros(region.shape, dtype=bool)
    hidden[:, :20] = True
    seen = looks.where(looks.x_m > 10_000)
    west = looks.where(looks.x_m <= 10_000)
    scores = {
        name: place_log_score(
            np.where(hidden, quick(kind, given).fit(seen, region, 2010.0, hidden).items_per_m2, np.nan),
            region, west.x_m, west.y_m,
        )
        for name, given in (("road", covariates), ("nothing", None))
    }  # fmt: skip
    assert scores["road"] > 1.0
    assert scores["road"] > scores["nothing"] + 0.3


@pytest.mark.parametrize("kind", BOTH)
def test_events_after_the_year_are_not_read(kind, record, region: Grid) -> None:  # type: ignore[no-untyped-def]
    looks = record()
    whole, past = (quick(kind).fit(given, region, 2015.0) for given in (looks, looks.before(2015.0)))
    assert np.array_equal(whole.items_per_m2, past.items_per_m2)
    assert whole.parameters == past.parameters


@pytest.mark.parametrize("kind", BOTH)
def test_it_is_the_same_on_every_run(kind, record, region: Grid) -> None:  # type: ignore[no-untyped-def]
    one, other = (quick(kind).fit(record(), region, 2015.0) for _run in range(2))
    assert np.array_equal(one.items_per_m2, other.items_per_m2)


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("scale", [Scale(), Scale(3.0), Scale(exposure_years=2.0)])
def test_its_level_is_that_of_the_baselines(kind, scale: Scale, record, region: Grid) -> None:  # type: ignore[no-untyped-def]
    looks = record().before(2015.0)
    surface = quick(kind, scale=scale).fit(looks, region, 2015.0)
    total = surface.items_per_m2.sum() * region.cell_area_m2
    assert total == pytest.approx(scale.total(looks, 2015.0, np.inf))
    assert surface.parameters["total_items"] == pytest.approx(total)


@pytest.mark.parametrize("kind", BOTH)
def test_with_hidden_ground_the_level_is_that_of_the_rest(kind, record, region: Grid) -> None:  # type: ignore[no-untyped-def]
    hidden = np.zeros(region.shape, dtype=bool)
    hidden[:, :20] = True
    looks = record()
    seen = looks.where(looks.x_m > 10_000)
    surface = quick(kind).fit(seen, region, 2020.0, hidden)
    assert surface.items_per_m2[~hidden].sum() * region.cell_area_m2 == pytest.approx(len(seen))
    assert (surface.items_per_m2[hidden] > 0).all()
    assert "hidden_validation_log_score" in surface.parameters


@pytest.mark.parametrize("kind", BOTH)
def test_cells_outside_the_region_are_unknown(kind, record, region: Grid) -> None:  # type: ignore[no-untyped-def]
    mask = np.ones(region.shape, dtype=bool)
    mask[:, :5] = False
    surface = quick(kind).fit(record(), replace(region, mask=mask), 2015.0)
    assert np.array_equal(np.isnan(surface.items_per_m2), ~mask)
    assert (surface.items_per_m2[mask] > 0).all()


@pytest.mark.parametrize("kind", BOTH)
def test_missing_covariates_are_borne(kind, along_a_road, region: Grid) -> None:  # type: ignore[no-untyped-def]
    """A layer that ends half way, and one that is missing everywhere."""
    looks, covariates = along_a_road
    values = np.concatenate([covariates.values, np.full((1, *region.shape), np.nan)])
    values[0, :, 20:] = np.nan
    gappy = Covariates(region, ("road_km", "nowhere"), values, log_from=(1.0, None))
    surface = quick(kind, gappy).fit(looks, region, 2010.0)
    assert np.isfinite(surface.items_per_m2).all()
    assert place_log_score(surface.items_per_m2, region, looks.x_m, looks.y_m) > 0.5


@pytest.mark.parametrize("kind", BOTH)
def test_a_record_without_dates_is_learned_from_by_place(kind, record, region: Grid) -> None:  # type: ignore[no-untyped-def]
    looks = record()
    undated = replace(looks, year=np.zeros(len(looks)))
    surface = quick(kind).fit(undated, region, 1.0)
    assert np.isfinite(surface.items_per_m2).all()
    assert surface.items_per_m2.sum() * region.cell_area_m2 == pytest.approx(len(looks))


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize(
    ("looks", "code"),
    [
        (looks_from_arrays([], [], []), "LR4001"),
        (looks_from_arrays([50.0], [50.0], [2016.5]), "LR4001"),
        (looks_from_arrays([-50.0], [50.0], [2010.5]), "LR4002"),
        (looks_from_arrays([50.0], [50.0], [2010.5]), "LR4033"),
        (looks_from_arrays([50.0] * 500, [50.0] * 500, np.linspace(2000, 2015, 500)), "LR4033"),
        (looks_from_arrays(np.arange(500.0), np.arange(500.0), np.linspace(2000, 2015, 500), LookKind.FIND), "LR4033"),
    ],
)
def test_nothing_to_learn_from_is_refused(kind, looks: Looks, code: str, region: Grid) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError) as refused:
        quick(kind).fit(looks, region, 2015.0)
    assert refused.value.codes == (code,)


@pytest.mark.parametrize("kind", BOTH)
def test_covariates_of_another_grid_are_refused(kind, record, region: Grid, grid: Grid) -> None:  # type: ignore[no-untyped-def]
    other = covariates_from_layers(grid, roads=shapely.Point(0, 0))
    with pytest.raises(LandreleaseError, match="LR4030"):
        quick(kind, other).fit(record(), region, 2015.0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Logistic(0.0),
        lambda: Boosting(leaves=1),
        lambda: Boosting(rounds=()),
        lambda: Boosting(rounds=(0, 5)),
        lambda: Boosting(rate=0.0),
        lambda: Boosting(least_events=-1.0),
    ],
)
def test_settings_that_cannot_be_are_refused(make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError, match="LR4005"):
        make()


def examples(events: np.ndarray, period: np.ndarray, group: np.ndarray) -> Examples:
    rng = np.random.default_rng(2)
    values = np.column_stack([events + rng.normal(0, 0.1, len(events)), rng.random(len(events))])
    return Examples(("tells", "noise"), values, events.astype(float), np.ones(len(events)), period, group)


def test_settings_are_judged_on_the_last_period_in_land_not_learned_from() -> None:
    """A covariate that tells the answer: the score is near log(cells / events), 10 cells an event."""
    events = (np.arange(400) % 10 == 0).astype(int)
    period, group = np.repeat([0, 1], 200), np.arange(400) // 20 % 2
    scores = validation_scores([Logistic(1e-4), Logistic(100.0)], examples(events, period, group), 1)
    assert scores[0, 0] < 1.0 < scores[1, 0] <= np.log(10) + 1e-9


def test_a_last_period_without_an_event_leaves_the_first_setting() -> None:
    events = np.where(np.arange(400) < 200, np.arange(400) % 10 == 0, False).astype(int)
    scores = validation_scores([Logistic(1.0)], examples(events, np.repeat([0, 1], 200), np.arange(400) % 2), 1)
    assert list(scores) == [(0, 0)]
    assert np.isnan(scores[0, 0])


def test_logistic_gives_a_rate_and_not_a_chance() -> None:
    """Where every cell has an event half the time, the Poisson rate is log 2."""
    events = np.arange(1_000) % 2
    noise = np.random.default_rng(1).random((1_000, 1))
    given = Examples(("x",), noise, events.astype(float), np.ones(1_000), np.zeros(1_000, int), events)
    (model,) = Logistic(1e-6).learn(given, 1)
    assert np.exp(model.log_rate(noise)) == pytest.approx(np.log(2), rel=0.01)


def test_it_can_be_cancelled(record, region: Grid) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(KeyboardInterrupt):
        quick(BoostedEstimator).fit(record(), region, 2015.0, progress=Impatient())


def test_kernel_and_competitors_share_one_interface(record, region: Grid) -> None:  # type: ignore[no-untyped-def]
    surfaces = [each.fit(record(), region, 2015.0) for each in (KernelEstimator(), *map(quick, BOTH))]
    assert [surface.method for surface in surfaces] == ["kernel", "logistic", "lightgbm"]
    assert {surface.items_per_m2.shape for surface in surfaces} == {region.shape}
