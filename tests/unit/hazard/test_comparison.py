"""The table of baselines for any record, large or small."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import KernelEstimator
from landrelease.hazard.comparison import best_baseline, evaluate_baselines, split_years
from landrelease.hazard.evaluate import capture, r_height
from landrelease.hazard.judging import one_digit
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays
from landrelease.hazard.surface import Surface

Record = Callable[..., Looks]


class Even:
    """A map that knows nothing."""

    def fit(self, looks: Looks, grid: Grid, at_year: float) -> Surface:
        assert (looks.year < 2015.0).all()
        return Surface(grid, np.full(grid.shape, 1e-7), "even")


@pytest.fixture
def rows(record: Record, wide_grid: Grid) -> Mapping[str, Mapping[str, float]]:
    made = evaluate_baselines(record(), wide_grid, 2015.0, others={"even": Even()})
    return {str(row["method"]): dict(row) for row in made.table.to_dict("records")}  # type: ignore[misc]


def test_one_row_a_method(rows: Mapping[str, Mapping[str, float]]) -> None:
    assert list(rows) == ["distance", "kernel", "kernel_tuned", "even"]


def test_a_map_that_knows_nothing_scores_nothing(rows: Mapping[str, Mapping[str, float]]) -> None:
    even = rows["even"]
    assert even["roc_auc"] == 0.5
    assert even["place_log_score"] == pytest.approx(0.0)
    assert even["km2_for_50"] == pytest.approx(100.0, abs=0.04)
    assert even["captured_20"] == pytest.approx(0.1)


def test_the_baselines_beat_it_on_clusters(rows: Mapping[str, Mapping[str, float]]) -> None:
    for method in ("distance", "kernel", "kernel_tuned"):
        assert rows[method]["roc_auc"] > 0.8
        assert rows[method]["km2_for_50"] < 40.0
        assert rows[method]["place_log_score"] > 0.5
        assert rows[method]["brier"] < 0.05


def test_figures_are_those_of_the_functions(
    record: Record, wide_grid: Grid, rows: Mapping[str, Mapping[str, float]]
) -> None:
    looks = record()
    test = looks.since(2015.0).of([LookKind.ACCIDENT]).distinct_places()
    items = KernelEstimator().fit(looks.before(2015.0), wide_grid, 2015.0).items_per_m2
    assert rows["kernel"]["km2_for_80"] == capture(items, wide_grid, test.x_m, test.y_m).km2_for(0.8)
    hit = np.zeros(wide_grid.shape, dtype=bool)
    hit[wide_grid.cells_of(test.x_m, test.y_m)] = True
    assert rows["kernel"]["r_height"] == pytest.approx(r_height(items[hit], items[~hit]))


def test_curves_rise_to_all(record: Record, wide_grid: Grid) -> None:
    made = evaluate_baselines(record(), wide_grid, 2015.0)
    for curve in made.curves.values():
        assert curve["share"].is_monotonic_increasing
        assert (curve["km2"].iloc[-1], curve["share"].iloc[-1]) == pytest.approx((200.0, 1.0))


def test_the_statement_names_years_and_events(record: Record, wide_grid: Grid) -> None:
    made = evaluate_baselines(record(), wide_grid, 2015.0)
    assert "before 2015" in made.statement
    assert f"{int(made.table['test_events'].iloc[0])} accidents" in made.statement


@pytest.mark.parametrize("looks", [looks_from_arrays([], [], []), looks_from_arrays([500.0], [500.0], [2016.0])])
def test_too_few_test_events_is_a_finding(looks: Looks, wide_grid: Grid) -> None:
    made = evaluate_baselines(looks, wide_grid, 2015.0)
    assert made.table.empty
    assert [finding.error.code for finding in made.findings] == ["LR4004"]
    assert "test events from 2015" in made.statement


def test_nothing_to_learn_from_is_a_finding(wide_grid: Grid) -> None:
    at = np.arange(20) * 100.0 + 50.0
    made = evaluate_baselines(looks_from_arrays(at, at, np.full(20, 2016.0)), wide_grid, 2015.0)
    assert made.table.empty
    assert [finding.error.code for finding in made.findings] == ["LR4011", "LR4001"]


def test_a_thin_record_is_judged_without_tuning(wide_grid: Grid) -> None:
    at = np.arange(20) * 100.0 + 50.0
    looks = looks_from_arrays(np.r_[at, 500.0], np.r_[at, 500.0], np.r_[np.full(20, 2016.0), 2010.5])
    made = evaluate_baselines(looks, wide_grid, 2015.0)
    assert made.table["method"].tolist() == ["distance", "kernel"]
    assert [finding.error.code for finding in made.findings] == ["LR4011"]


def test_test_events_outside_are_counted_and_never_met(record: Record, wide_grid: Grid) -> None:
    looks = record()
    moved = looks_from_arrays(np.where(looks.year >= 2019, -5e5, looks.x_m), looks.y_m, looks.year, list(looks.kind))
    made = evaluate_baselines(moved, wide_grid, 2015.0)
    outside = int(made.table["test_outside"].iloc[0])
    assert 0 < outside < made.table["test_events"].iloc[0]
    assert made.curves["kernel"]["share"].iloc[-1] == pytest.approx(1 - outside / made.table["test_events"].iloc[0])


def test_best_baseline_is_tuned_where_it_can_be(record: Record, wide_grid: Grid) -> None:
    estimator, findings = best_baseline(record(), wide_grid, 2015.0)
    assert (estimator != KernelEstimator(), findings) == (True, ())
    estimator, findings = best_baseline(record(events=10), wide_grid, 2015.0)
    assert estimator == KernelEstimator()
    assert [finding.error.code for finding in findings] == ["LR4011"]


def test_split_years_leave_about_a_fifth() -> None:
    years = np.repeat(np.arange(2010, 2020), 10) + 0.5
    assert split_years(looks_from_arrays(years * 0, years * 0, years))[0] == 2018.0
    assert split_years(looks_from_arrays([], [], [])) == []
    assert split_years(looks_from_arrays([0.0], [0.0], [2010.5])) == []


@pytest.mark.parametrize(("value", "wanted"), [(2_056.7, 2_000.0), (0.0347, 0.03), (9.7, 10.0), (1.0, 1.0)])
def test_one_digit(value: float, wanted: float) -> None:
    assert one_digit(value) == pytest.approx(wanted)
