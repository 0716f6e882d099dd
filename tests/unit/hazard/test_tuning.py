"""Tuning: what is tried, what is chosen, what is never read."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import KernelEstimator
from landrelease.hazard.evaluate import place_log_score
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays
from landrelease.hazard.tuning import TuningPlan, tune_kernel, weights_of_others

SMALL = TuningPlan(
    (200.0, 400.0, 2_000.0), ((2_000.0, 0.0), (2_000.0, 0.3)), (3.0, float("inf")), (0.2, 1.0), (0.02,), block_m=4_000.0
)
Record = Callable[..., Looks]


def joined(first: Looks, second: Looks) -> Looks:
    both = [np.concatenate([getattr(first, name), getattr(second, name)]) for name in ("x_m", "y_m", "year", "kind")]
    return looks_from_arrays(both[0], both[1], both[2], list(both[3]))


def test_every_combination_is_in_the_table_best_first(record: Record, wide_grid: Grid) -> None:
    tuned = tune_kernel(record(), wide_grid, 2015.0, SMALL)
    assert len(tuned.table) == 3 * 2 * 2 * 2
    assert tuned.table["score"].is_monotonic_decreasing
    assert tuned.estimator.width_m == tuned.table["width_m"].iloc[0]
    assert tuned.table["score"].equals(tuned.table["log_score_time"])


def test_the_width_of_the_clusters_is_found(record: Record, wide_grid: Grid) -> None:
    """Clusters of 400 m spread: neither a fifth of it nor five times."""
    assert tune_kernel(record(), wide_grid, 2015.0, SMALL).estimator.width_m in (200.0, 400.0)


def test_later_years_are_never_read(record: Record, wide_grid: Grid) -> None:
    before = record().before(2015.0)
    rng = np.random.default_rng(9)
    after = looks_from_arrays(rng.uniform(0, 20_000, 300), rng.uniform(0, 10_000, 300), rng.uniform(2015, 2020, 300))
    tables = [tune_kernel(looks, wide_grid, 2015.0, SMALL).table for looks in (before, joined(before, after))]
    pd.testing.assert_frame_equal(*tables)


def test_the_score_is_that_of_the_map_itself(record: Record, wide_grid: Grid) -> None:
    """One fold: the table's score against a map fitted on the years before it."""
    looks = record()
    plan = TuningPlan((400.0,), ((2_000.0, 0.3),), (3.0,), (0.2,), (0.02,), folds=1, fold_years=5.0)
    row = tune_kernel(looks, wide_grid, 2015.0, plan).table.iloc[0]
    estimator = KernelEstimator(400.0, 3.0, weights_of_others(0.2), 2_000.0, 0.3, 0.02)
    surface = estimator.fit(looks, wide_grid, 2010.0)
    targets = looks.since(2010.0).before(2015.0).of([LookKind.ACCIDENT]).distinct_places()
    fitted = place_log_score(surface.items_per_m2, wide_grid, targets.x_m, targets.y_m)
    assert row["log_score_time"] == pytest.approx(fitted)


def test_the_place_score_leaves_the_block_out(wide_grid: Grid) -> None:
    """Two far clusters in two blocks: without its own block each target lies in the background alone."""
    x = np.r_[np.linspace(5_000, 5_500, 40), np.linspace(14_500, 15_000, 40)]
    looks = looks_from_arrays(x, np.full(80, 5_000.0), np.tile(np.linspace(2009.1, 2014.9, 40), 2))
    plan = TuningPlan((400.0,), ((2_000.0, 0.0),), (3.0,), (0.2,), (0.02,), block_m=10_000.0)
    row = tune_kernel(looks, wide_grid, 2015.0, plan).table.iloc[0]
    assert row["log_score_place"] == pytest.approx(np.log(0.02))
    assert row["log_score_time"] > 2.0


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_the_choice_may_weigh_places(share: float, record: Record, wide_grid: Grid) -> None:
    from dataclasses import replace

    table = tune_kernel(record(), wide_grid, 2015.0, replace(SMALL, place_share=share)).table
    wanted = (1 - share) * table["log_score_time"] + share * table["log_score_place"]
    assert table["score"].to_numpy() == pytest.approx(wanted.to_numpy())


def test_a_best_value_at_the_end_is_told(record: Record, wide_grid: Grid) -> None:
    plan = TuningPlan((2_000.0, 5_000.0), ((2_000.0, 0.0),), (3.0,), (0.2,), (0.02,))
    assert tune_kernel(record(), wide_grid, 2015.0, plan).limits == (
        "The best width_m (2000) is at the end of the values tried",
    )


def test_the_default_plan_follows_the_cell(wide_grid: Grid) -> None:
    plan = TuningPlan.for_grid(wide_grid)
    assert (min(plan.widths_m), max(plan.widths_m)) == (50.0, 2_000.0)
    assert plan.wide[0][1] == 0.0


def test_masked_cells_are_left_out(record: Record, wide_grid: Grid) -> None:
    from dataclasses import replace

    mask = np.ones(wide_grid.shape, dtype=bool)
    mask[:, 50:] = False
    looks, grid = record(), replace(wide_grid, mask=mask)
    inside = looks.where(looks.x_m < 10_000.0)
    tables = [tune_kernel(chosen, grid, 2015.0, SMALL).table for chosen in (looks, inside)]
    pd.testing.assert_frame_equal(*tables)


@pytest.mark.parametrize("events", [0, 1, 25])
def test_a_thin_record_is_refused(events: int, record: Record, wide_grid: Grid) -> None:
    looks = record(events=400).where(np.arange(400) < events)
    with pytest.raises(LandreleaseError, match="LR4007"):
        tune_kernel(looks, wide_grid, 2015.0, SMALL)


@pytest.mark.parametrize("options", [{"folds": 0}, {"fold_years": 0.0}, {"place_share": 1.5}])
def test_bad_plans_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(LandreleaseError, match="LR4005"):
        TuningPlan((100.0,), **options)  # type: ignore[arg-type]
