"""The baselines: distance and kernel, worked by hand, and what they refuse."""

import math
from dataclasses import replace

import numpy as np
import pytest
import shapely

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import DistanceEstimator, KernelEstimator, Scale
from landrelease.hazard.looks import KINDS_OF_EVENT, LookKind, looks_from_arrays
from landrelease.hazard.surface import Estimator

BASELINES = [DistanceEstimator(), KernelEstimator(), KernelEstimator(wide_share=0.3, wide_m=500.0)]
ONE = ([1_050.0], [450.0], [2010.5])
PEAK = (5, 10)


@pytest.mark.parametrize("estimator", BASELINES)
def test_one_event_is_the_peak_and_the_total(estimator: Estimator, grid: Grid) -> None:
    surface = estimator.fit(looks_from_arrays(*ONE), grid, 2015.0)
    assert np.unravel_index(surface.items_per_m2.argmax(), grid.shape) == PEAK
    assert surface.items_per_m2.sum() * grid.cell_area_m2 == pytest.approx(1.0)
    assert (surface.items_per_m2 > 0).all()


@pytest.mark.parametrize("estimator", BASELINES)
def test_all_events_at_one_point_make_the_map_of_one_event(estimator: Estimator, grid: Grid) -> None:
    many = looks_from_arrays([1_050.0] * 5, [450.0] * 5, [2010.5] * 5)
    one = estimator.fit(looks_from_arrays(*ONE), grid, 2015.0)
    assert estimator.fit(many, grid, 2015.0).items_per_m2 == pytest.approx(5 * one.items_per_m2)


@pytest.mark.parametrize("estimator", BASELINES)
@pytest.mark.parametrize(
    ("looks", "code"),
    [
        (looks_from_arrays([], [], []), "LR4001"),
        (looks_from_arrays([50.0], [50.0], [2016.5]), "LR4001"),
        (looks_from_arrays([50.0], [50.0], [2010.5], LookKind.NEGATIVE_SECTOR, 0), "LR4001"),
        (looks_from_arrays([-50.0, 9e6], [50.0, 50.0], [2010.5, 2010.5]), "LR4002"),
    ],
)
def test_nothing_to_learn_from_is_refused(estimator: Estimator, looks, code: str, grid: Grid) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError) as refused:
        estimator.fit(looks, grid, 2015.0)
    assert refused.value.codes == (code,)


@pytest.mark.parametrize("estimator", BASELINES)
def test_events_after_the_year_are_not_seen(estimator: Estimator, grid: Grid) -> None:
    past = looks_from_arrays(*ONE)
    both = looks_from_arrays([1_050.0, 50.0], [450.0, 50.0], [2010.5, 2015.5])
    found = [estimator.fit(looks, grid, 2015.0).items_per_m2 for looks in (past, both)]
    assert np.array_equal(*found)


@pytest.mark.parametrize("estimator", BASELINES)
def test_cells_outside_the_region_are_unknown_and_hold_nothing(estimator: Estimator, grid: Grid) -> None:
    mask = np.ones(grid.shape, dtype=bool)
    mask[:, :5] = False
    surface = estimator.fit(looks_from_arrays(*ONE), replace(grid, mask=mask), 2015.0)
    assert np.array_equal(np.isnan(surface.items_per_m2), ~mask)
    assert np.nansum(surface.items_per_m2) * grid.cell_area_m2 == pytest.approx(1.0)


def test_an_event_in_a_masked_cell_is_outside(grid: Grid) -> None:
    mask = np.ones(grid.shape, dtype=bool)
    mask[PEAK] = False
    with pytest.raises(LandreleaseError, match="LR4002"):
        KernelEstimator().fit(looks_from_arrays(*ONE), replace(grid, mask=mask), 2015.0)


def test_distance_by_hand(grid: Grid) -> None:
    """1 / (1 + (d/r)²): at the peak 1, one cell (100 m) away at r = 100 m a half, two away a fifth."""
    surface = DistanceEstimator(range_m=100.0).fit(looks_from_arrays(*ONE), grid, 2015.0)
    row = surface.items_per_m2[5] / surface.items_per_m2[PEAK]
    assert row[10:13] == pytest.approx([1.0, 0.5, 0.2])


def test_distance_reads_events_beyond_the_region(grid: Grid) -> None:
    looks = looks_from_arrays([50.0, 2_050.0], [450.0, 450.0], [2010.5, 2010.5])
    surface = DistanceEstimator().fit(looks, grid, 2015.0)
    assert surface.items_per_m2[5, 19] > surface.items_per_m2[5, 15]
    assert (surface.parameters["events"], surface.parameters["events_outside"]) == (1.0, 1.0)


def test_kernel_by_hand(grid: Grid) -> None:
    """Without background, one width apart the map falls by e^-1/2, across and along."""
    surface = KernelEstimator(width_m=100.0, background_share=0.0).fit(looks_from_arrays(*ONE), grid, 2015.0)
    items = surface.items_per_m2 / surface.items_per_m2[PEAK]
    assert items[5, 11] == pytest.approx(math.exp(-0.5))
    assert items[4, 11] == pytest.approx(math.exp(-1.0))


@pytest.mark.parametrize(
    ("estimator", "wanted"),
    [
        (KernelEstimator(width_m=100.0, decay_years=3.0), math.exp(2.0)),
        (KernelEstimator(width_m=100.0, decay_years=math.inf), 1.0),
        (KernelEstimator(width_m=100.0, decay_years=6.0), math.exp(1.0)),
    ],
)
def test_older_events_count_less(estimator: KernelEstimator, wanted: float, grid: Grid) -> None:
    looks = looks_from_arrays([250.0, 1_750.0], [450.0, 450.0], [2008.5, 2014.5])
    items = replace(estimator, background_share=0.0).fit(looks, grid, 2015.0).items_per_m2
    assert items[5, 17] / items[5, 2] == pytest.approx(wanted)


def test_accidents_count_more(grid: Grid) -> None:
    looks = looks_from_arrays([250.0, 1_750.0], [450.0, 450.0], [2014.5, 2014.5], [LookKind.FIND, LookKind.ACCIDENT])
    items = KernelEstimator(width_m=100.0, background_share=0.0).fit(looks, grid, 2015.0).items_per_m2
    assert items[5, 17] / items[5, 2] == pytest.approx(6.0)


def test_a_kind_without_weight_is_not_read(grid: Grid) -> None:
    looks = looks_from_arrays(*ONE, LookKind.FIND)
    with pytest.raises(LandreleaseError, match="LR4001"):
        KernelEstimator(weights={LookKind.ACCIDENT: 1.0, LookKind.FIND: 0.0}).fit(looks, grid, 2015.0)


def test_background_is_even(grid: Grid) -> None:
    surface = KernelEstimator(width_m=100.0, background_share=0.2).fit(looks_from_arrays(*ONE), grid, 2015.0)
    assert surface.items_per_m2[0, 0] * grid.cell_area_m2 == pytest.approx(0.2 / 200, rel=1e-3)


def test_the_wide_kernel_reaches_further(grid: Grid) -> None:
    narrow = KernelEstimator(width_m=100.0, background_share=0.0)
    both = replace(narrow, wide_m=400.0, wide_share=0.5)
    near, far = (estimator.fit(looks_from_arrays(*ONE), grid, 2015.0).items_per_m2 for estimator in (narrow, both))
    assert (near[5, 15], far[5, 15] > 0) == (0.0, True)
    assert far[PEAK] < near[PEAK]


SCALES = [
    (Scale(), math.inf, 8.0),
    (Scale(items_per_event=2.5), math.inf, 20.0),
    (Scale(kinds=frozenset({LookKind.ACCIDENT})), math.inf, 3.0),
    (Scale(exposure_years=2.0), math.inf, 8.0 / 10 * 2),
    (Scale(exposure_years=1.0), 5.0, (3 * math.exp(-9.5 / 5) + 5 * math.exp(-0.5 / 5)) / (5 * (1 - math.exp(-2)))),
]


@pytest.mark.parametrize(("scale", "decay_years", "wanted"), SCALES)
def test_what_the_total_stands_for(scale: Scale, decay_years: float, wanted: float, grid: Grid) -> None:
    """Three accidents in 2005.5 and five finds in 2014.5: ten years of record to 2015."""
    looks = looks_from_arrays(
        [250.0, 1_750.0], [450.0, 450.0], [2005.5, 2014.5], [LookKind.ACCIDENT, LookKind.FIND], [3, 5]
    )
    estimator = KernelEstimator(decay_years=decay_years, scale=scale)
    surface = estimator.fit(looks, grid, 2015.0)
    assert np.nansum(surface.items_per_m2) * grid.cell_area_m2 == pytest.approx(wanted)
    assert surface.parameters["total_items"] == pytest.approx(wanted)


def test_a_steady_record_is_carried_on(grid: Grid) -> None:
    """Four events a year in every year: whatever the decay, four a year are expected."""
    years = np.repeat(np.arange(1975.5, 2015), 4)
    looks = looks_from_arrays(np.full(len(years), 550.0), np.full(len(years), 450.0), years)
    for decay_years in (2.0, 8.0, math.inf):
        surface = KernelEstimator(decay_years=decay_years, scale=Scale(exposure_years=1.0)).fit(looks, grid, 2015.0)
        assert surface.expected_items(shapely.box(0, 0, 2_000, 1_000)) == pytest.approx(4.0, rel=0.02)


def test_the_surface_says_what_it_was_made_with(grid: Grid) -> None:
    surface = KernelEstimator(scale=Scale(exposure_years=2.0)).fit(looks_from_arrays(*ONE), grid, 2015.0)
    assert surface.method == "kernel"
    assert surface.parameters["width_m"] == 2_000.0
    assert surface.parameters["exposure_years"] == 2.0
    assert "accident 1.2" in str(surface.parameters["weights"])


REFUSED = [
    lambda: DistanceEstimator(range_m=0.0),
    lambda: DistanceEstimator(range_m=math.nan),
    lambda: KernelEstimator(width_m=-1.0),
    lambda: KernelEstimator(decay_years=0.0),
    lambda: KernelEstimator(wide_share=0.8, background_share=0.3),
    lambda: KernelEstimator(background_share=-0.1),
    lambda: KernelEstimator(weights=dict.fromkeys(KINDS_OF_EVENT, -1.0)),
    lambda: Scale(items_per_event=0.0),
    lambda: Scale(exposure_years=-1.0),
]


@pytest.mark.parametrize("make", REFUSED)
def test_bad_parameters_are_refused(make) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(LandreleaseError, match="LR4005"):
        make()
