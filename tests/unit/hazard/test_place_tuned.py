"""A kernel tuned by leaving squares out."""

import numpy as np
import pyproj
import pytest

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import KernelEstimator
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays
from landrelease.hazard.place_tuned import PlaceTunedKernel


def along_a_road(width_cells: float, seed: int = 2, events: int = 600) -> Looks:
    """Events scattered about a straight road through the map: it goes on in every square that is left out."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 20_000, events)
    return looks_from_arrays(x, 5_000 + rng.normal(0, 200 * width_cells, events), np.full(events, 0.5))


def test_a_smooth_pattern_is_foreseen_by_a_wider_kernel(wide_grid: Grid) -> None:
    """The kernel must reach across a square of fifteen cells."""
    chosen = PlaceTunedKernel().chosen(along_a_road(3.0), wide_grid)
    assert chosen.width_m >= 5 * wide_grid.cell_m
    assert chosen.decay_years == np.inf


def test_events_without_any_pattern_get_the_most_even_map(wide_grid: Grid) -> None:
    rng = np.random.default_rng(4)
    even = looks_from_arrays(rng.uniform(0, 20_000, 300), rng.uniform(0, 10_000, 300), np.full(300, 0.5))
    chosen = PlaceTunedKernel().chosen(even, wide_grid)
    assert (chosen.width_m, chosen.background_share) >= (2_400.0, 0.05)


def test_misleading_events_get_little_weight(wide_grid: Grid) -> None:
    road = along_a_road(2.0)
    rng = np.random.default_rng(5)
    kinds = [LookKind.ACCIDENT] * 600 + [LookKind.FIND] * 600
    mixed = looks_from_arrays(
        np.r_[road.x_m, rng.uniform(0, 900, 600)], np.r_[road.y_m, rng.uniform(9_000, 10_000, 600)],
        np.full(1_200, 0.5), kinds,
    )  # fmt: skip
    weights = PlaceTunedKernel(square_cells=5.0).chosen(mixed, wide_grid).weights
    assert weights[LookKind.FIND] == pytest.approx(0.1)


def test_a_thin_record_keeps_the_default(wide_grid: Grid) -> None:
    chosen = PlaceTunedKernel().chosen(along_a_road(2.0, events=19), wide_grid)
    assert chosen.width_m == KernelEstimator().width_m


def test_all_events_in_one_square_can_still_be_fitted(wide_grid: Grid) -> None:
    looks = looks_from_arrays(np.full(50, 500.0), np.full(50, 500.0), np.full(50, 0.5))
    made = PlaceTunedKernel().fit(looks, wide_grid, 1.0)
    assert np.nansum(made.items_per_m2) * wide_grid.cell_area_m2 == pytest.approx(50.0)


def test_nothing_to_learn_from_is_refused(crs: pyproj.CRS, wide_grid: Grid) -> None:
    with pytest.raises(LandreleaseError, match="LR4001"):
        PlaceTunedKernel().fit(looks_from_arrays([], [], []), wide_grid, 1.0)


def test_a_mask_and_the_seed(wide_grid: Grid) -> None:
    mask = np.zeros(wide_grid.shape, dtype=bool)
    mask[:, :50] = True
    part = Grid(wide_grid.crs, 0.0, 10_000.0, 200.0, 100, 50, mask)
    looks = along_a_road(2.0)
    assert PlaceTunedKernel().chosen(looks, part) == PlaceTunedKernel().chosen(looks, part)
    made = PlaceTunedKernel().fit(looks, part, 1.0)
    assert np.isnan(made.items_per_m2[~mask]).all()
