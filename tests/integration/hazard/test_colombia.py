"""The Colombian record: parity with the reference's kernel and distance maps, and the benchmark's own figures."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from benchmarks import hazard as benchmark

from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import DistanceEstimator, KernelEstimator
from landrelease.hazard.evaluate import Capture, capture
from landrelease.hazard.looks import Looks
from landrelease.hazard.surface import Estimator

pytestmark = pytest.mark.data
KEYS = ("km2_for_50", "km2_for_80", "km2_for_90", "captured_1000", "captured_5000", "captured_10000", "captured_50000")


@pytest.fixture(scope="module")
def events(shared_data: Path) -> pd.DataFrame:
    return benchmark.read_events(shared_data / "colombia_events" / "events_1990_2019.csv")


@pytest.fixture(scope="module")
def looks(events: pd.DataFrame) -> Looks:
    return benchmark.looks_of(events)


@pytest.fixture(scope="module")
def grid(events: pd.DataFrame) -> Grid:
    return benchmark.colombia_grid(events, 1_000.0)


def judged(estimator: Estimator, looks: Looks, grid: Grid, events: pd.DataFrame) -> Capture:
    test = benchmark.test_points(events)
    surface = estimator.fit(looks, grid, 2015.0)
    return capture(surface.items_per_m2, grid, test["x_m"], test["y_m"])


def test_the_grid_and_the_test_points_are_those_of_the_reference(events: pd.DataFrame, grid: Grid) -> None:
    assert (grid.columns, grid.rows) == (1_296, 1_587)
    assert len(benchmark.test_points(events)) == 308
    assert ((events["year"] < 2015) & (events["x_m"] > 0)).sum() == 30_866


def test_parity_of_the_kernel_map(events: pd.DataFrame, looks: Looks, grid: Grid) -> None:
    """Methods B3: kernel 2 km, decay 3 years, accidents weighted."""
    found = judged(KernelEstimator(2_000.0, 3.0), looks, grid, events)
    assert [found.km2_for(share) for share in (0.5, 0.8, 0.9)] == [16_830, 81_358, 161_405]
    shares = [round(found.share_in(km2), 3) for km2 in (1_000, 5_000, 10_000, 50_000)]
    assert shares == [0.136, 0.312, 0.422, 0.701]


def test_parity_of_the_distance_map_in_the_reference_order_of_ties(
    events: pd.DataFrame, looks: Looks, grid: Grid
) -> None:
    """Methods B3 lists ties in the order of the rows; ours average them, so the order is put back here."""
    moved = benchmark.at_cell_centres(looks, grid)
    surface = DistanceEstimator().fit(moved, grid, 2015.0)
    squared_cells = np.rint(surface.items_per_m2.max() / surface.items_per_m2 - 1)
    order = np.argsort(squared_cells[::-1].ravel(), kind="stable")
    rank = np.empty(len(order))
    rank[order] = np.arange(1, len(order) + 1)
    test = benchmark.test_points(events)
    rows, columns = grid.cells_of(test["x_m"].to_numpy(), test["y_m"].to_numpy())
    met = np.sort(rank.reshape(grid.shape)[::-1][rows, columns])
    shares = [round(float((met <= km2).mean()), 3) for km2 in (1_000, 5_000, 10_000, 50_000)]
    assert shares == [0.010, 0.114, 0.182, 0.588]
    assert [met[int(np.ceil(share * 308)) - 1] for share in (0.5, 0.8, 0.9)] == pytest.approx(
        [27_385, 106_177, 201_363], abs=3
    )


def test_the_quick_benchmark_gives_every_key(shared_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = json.loads(json.dumps(benchmark.measure_colombia(1, True), allow_nan=False))
    for method in ("distance", "kernel", "kernel_2km_3y", "kernel_one_width", "distance_between_cells"):
        assert set(KEYS) | {f"{key}_interval" for key in KEYS} <= set(figures[method])
        for key in KEYS:
            low, high = figures[method][f"{key}_interval"]
            assert low <= figures[method][key] <= high
    assert figures["kernel"]["km2_for_50"] < figures["distance"]["km2_for_50"]


def test_without_the_data_the_benchmark_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "EVENTS", tmp_path / "absent.csv")
    with pytest.raises(SystemExit, match=r"absent\.csv"):
        benchmark.measure_colombia(1, True)
