"""The field estimator on records of every shape, good and bad."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from tests.samples.field_looks import (
    GRID,
    SETTINGS,
    YEAR,
    Row,
    accident,
    counted,
    everything,
    find,
    looks_of,
    programme,
    report,
    search,
    verdict,
)

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import Scale
from landrelease.hazard.field import fitting
from landrelease.hazard.field.estimator import FieldEstimator, FieldSurface, usual_settings
from landrelease.hazard.field.mode import ModeSettings
from landrelease.hazard.looks import objects

ESTIMATOR = FieldEstimator(SETTINGS)


def fitted(*rows: Row, grid: Grid = GRID, estimator: FieldEstimator = ESTIMATOR) -> FieldSurface:
    return estimator.fit(looks_of(*rows), grid, YEAR)


def total(surface: FieldSurface) -> float:
    return float(np.nansum(surface.items_per_m2)) * surface.grid.cell_area_m2


RECORDS: dict[str, list[Row]] = {
    "one accident": [accident(500, 500)],
    "one report": [report(500, 500)],
    "one find without a search": [find(500, 500)],
    "all events at one point": [accident(500, 500) for _each in range(30)],
    "searches without any find": [search(0, 0, 1_200, 2_000)],
    "one find": [search(0, 0, 1_200, 2_000), find(500, 500)],
    "chance of one": [search(0, 0, 1_200, 2_000, 1.0), find(500, 500)],
    "chance of nothing": [search(0, 0, 1_200, 2_000, 0.0), accident(500, 500)],
    "everything searched": [search(0, 0, 2_400, 2_000, 0.9), find(500, 500)],
    "searched beyond the grid": [search(-5_000, -5_000, 5_000, 5_000), find(500, 500)],
    "accident on cancelled ground": [verdict(0, 0, 900, 900, yes=False, chance=0.99, wrong=0.0), accident(500, 500)],
    "yes and no on the same ground": [
        verdict(0, 0, 900, 900, yes=False, chance=1.0, wrong=0.0),
        verdict(0, 0, 900, 900, yes=True, chance=1.0, wrong=0.0),
        accident(1_500, 900),
    ],
    "a find after a search with a chance of one": [
        search(0, 0, 900, 900, 1.0), search(0, 0, 900, 900, 1.0), find(500, 500), verdict(0, 0, 900, 900, yes=True),
    ],
    "a figure of many where nothing was found": [counted(0, 0, 900, 900, 1e5, 0.01, 0.005), search(0, 0, 900, 900)],
    "a thousand items in one cell": [search(0, 0, 900, 900), find(500, 500, 1_000.0)],
    "a huge uncertain place": [accident(500, 500, accuracy_m=50_000.0)],
    "everything": everything(),
}  # fmt: skip


@pytest.mark.parametrize("name", list(RECORDS))
def test_every_record_gives_a_whole_surface(name: str) -> None:
    surface = FieldEstimator(replace(SETTINGS, draws=2)).fit(looks_of(*RECORDS[name]), GRID, YEAR)
    assert np.isfinite(surface.items_per_m2).all()
    assert surface.items_per_m2.min() >= 0
    assert surface.items_ever.min() > 0
    assert surface.parameters["converged"] == "yes"
    assert surface.draws is not None
    assert np.isfinite(surface.draws).all()


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [accident(9_000, 9_000)],
        [accident(500, 500, 2020.5)],
        [search(0, 0, 900, 900, 0.0)],
        [search(5e4, 5e4, 6e4, 6e4)],
    ],
    ids=["none", "all outside", "all later", "a search that sees nothing", "searched elsewhere"],
)
def test_a_record_that_says_nothing_is_refused(rows: list[Row]) -> None:
    with pytest.raises(LandreleaseError, match=r"LR400[12]"):
        fitted(*rows)


@pytest.mark.parametrize(
    "rows", [[verdict(0, 0, 900, 900, yes=True)], [counted(0, 0, 900, 900, 5.0)]], ids=["verdict", "figure"]
)
def test_a_verdict_or_figure_alone_fixes_no_level(rows: list[Row]) -> None:
    with pytest.raises(LandreleaseError, match="LR4001"):
        fitted(*rows)


def test_the_total_is_as_many_items_as_were_recorded_where_no_search_says_more() -> None:
    assert total(fitted(accident(500, 500), accident(900, 900), report(50, 50, 3.0))) == pytest.approx(5.0)


def test_the_total_of_a_scale() -> None:
    estimator = replace(ESTIMATOR, scale=Scale(items_per_event=7.0))
    assert total(fitted(accident(500, 500), estimator=estimator)) == pytest.approx(7.0)


def test_events_outside_the_region_do_not_scale_it() -> None:
    """A footprint that reaches into the grid, and an event in a masked cell, are no events of the region."""
    mask = np.ones(GRID.shape, dtype=bool)
    mask[:, 12:] = False
    rows = [accident(500, 500), accident(900, 900)]
    alone = fitted(*rows, grid=replace(GRID, mask=mask))
    beside = fitted(*rows, accident(2_000, 900), report(2_100, 400, 50.0), grid=replace(GRID, mask=mask))
    assert total(beside) == pytest.approx(total(alone))
    np.testing.assert_allclose(beside.items_per_m2, alone.items_per_m2)


def test_masked_cells_are_missing_and_the_others_are_not() -> None:
    mask = np.ones(GRID.shape, dtype=bool)
    mask[8:12] = False
    surface = FieldEstimator(replace(SETTINGS, draws=2)).fit(looks_of(*programme()), replace(GRID, mask=mask), YEAR)
    assert np.isnan(surface.items_per_m2[8:12]).all()
    assert np.isfinite(surface.items_per_m2[mask]).all()
    assert np.isnan(surface.draws[:, ~mask]).all()  # type: ignore[index]


def test_a_mask_in_pieces_leaves_each_piece_its_own_events() -> None:
    mask = np.ones(GRID.shape, dtype=bool)
    mask[:, 11:13] = False
    surface = fitted(
        *[accident(x, 1_000) for x in (300, 350, 400, 450)], accident(1_800, 1_000), grid=replace(GRID, mask=mask)
    )
    west, east = surface.items_per_m2[:, :11], surface.items_per_m2[:, 13:]
    assert west.sum() > 1.2 * east.sum()
    assert east.sum() > 0


def test_searched_ground_keeps_what_was_missed() -> None:
    surface = fitted(search(0, 0, 1_200, 2_000, 0.9), *[find(x, 900) for x in range(100, 1_100, 100)])
    np.testing.assert_allclose(surface.items_per_m2, surface.items_ever * surface.missed)
    assert surface.missed[5, 5] == pytest.approx(0.1)
    assert surface.missed[5, 20] == 1


def test_a_chance_of_one_leaves_nothing() -> None:
    surface = fitted(search(0, 0, 1_200, 2_000, 1.0), find(500, 500))
    assert surface.expected_items(shapely.box(0, 0, 1_200, 2_000)) < 1e-6
    assert surface.expected_items(shapely.box(1_200, 0, 2_400, 2_000)) > 0


def test_a_search_without_a_find_lowers_its_ground() -> None:
    rows, ground = programme(), shapely.box(1_800, 200, 2_200, 600)
    before, after = fitted(*rows), fitted(*rows, search(1_800, 200, 2_200, 600, 0.9))
    ever = [float(surface.items_ever[14:18, 18:22].sum()) for surface in (before, after)]
    assert ever[1] < 0.95 * ever[0]
    assert after.expected_items(ground) < 0.15 * before.expected_items(ground)


@pytest.mark.parametrize(("yes", "more"), [(True, 1), (False, -1)])
def test_a_verdict_moves_its_ground(yes: bool, more: int) -> None:
    ground = shapely.box(1_800, 200, 2_200, 600)
    before, after = fitted(*programme()), fitted(*programme(), verdict(1_800, 200, 2_200, 600, yes=yes))
    assert more * (after.expected_items(ground) - before.expected_items(ground)) > 0


@pytest.fixture
def to_the_end(monkeypatch: pytest.MonkeyPatch) -> FieldEstimator:
    """Climbs to the very mode, and feeds no drawn uncertainty back: what is left is the model alone."""
    monkeypatch.setattr(fitting, "_MODE", ModeSettings(tolerance=1e-9))
    return FieldEstimator(replace(SETTINGS, rounds=0))


def test_order_of_the_looks_does_not_matter(to_the_end: FieldEstimator) -> None:
    rows = everything()
    there, back = fitted(*rows, estimator=to_the_end), fitted(*rows[::-1], estimator=to_the_end)
    np.testing.assert_allclose(there.items_per_m2, back.items_per_m2, rtol=1e-4)


@pytest.mark.parametrize("cells", [7, 1_000])
def test_a_shift_by_whole_cells_does_not_matter(cells: int, to_the_end: FieldEstimator) -> None:
    by = cells * GRID.cell_m
    there = replace(GRID, x_min_m=GRID.x_min_m + by, y_max_m=GRID.y_max_m - by)
    looks = looks_of(*everything())
    shapes = [None if s is None else shapely.transform(s, lambda xy: xy + np.array([by, -by])) for s in looks.footprint]
    moved = replace(looks, x_m=looks.x_m + by, y_m=looks.y_m - by, footprint=objects(shapes))
    here = to_the_end.fit(looks, GRID, YEAR).items_per_m2
    np.testing.assert_allclose(to_the_end.fit(moved, there, YEAR).items_per_m2, here, rtol=1e-4)


def test_the_same_seed_gives_the_same_draws() -> None:
    one, again, other = (FieldEstimator(replace(SETTINGS, draws=2, seed=seed)) for seed in (1, 1, 2))
    surfaces = [estimator.fit(looks_of(*programme()), GRID, YEAR) for estimator in (one, again, other)]
    np.testing.assert_array_equal(surfaces[0].draws, surfaces[1].draws)
    assert np.abs(surfaces[0].draws / surfaces[2].draws - 1).max() > 0.5  # type: ignore[operator]


def test_draws_lie_about_the_mean() -> None:
    surface = FieldEstimator(replace(SETTINGS, draws=200)).fit(looks_of(*programme()), GRID, YEAR)
    totals = surface.draws.sum(axis=(1, 2), dtype=float) * GRID.cell_area_m2  # type: ignore[union-attr]
    assert totals.mean() == pytest.approx(total(surface), rel=0.15)
    assert 0.05 < totals.std() / totals.mean() < 1.5


def test_what_was_fitted_is_said() -> None:
    said = fitted(*programme()).parameters
    assert said["looks"] == len(programme())
    assert said["short_range_m"] == 300.0


@pytest.mark.parametrize("side", [1, 2, 5])
def test_a_grid_of_few_cells(side: int) -> None:
    small = replace(GRID, rows=side, columns=side)
    surface = FieldEstimator(replace(usual_settings(small), draws=1)).fit(looks_of(accident(50, 1_950)), small, YEAR)
    assert total(surface) == pytest.approx(1.0)


def test_a_grid_too_large_for_memory_is_refused_before_any_work() -> None:
    huge = replace(GRID, rows=40_000, columns=25_000)
    with pytest.raises(LandreleaseError, match="LR4060") as refused:
        FieldEstimator(SETTINGS).fit(looks_of(accident(500, 500)), huge, YEAR)
    told = refused.value.findings[0].details
    assert told["cells"] == 1_000_000_000
    assert told["gigabytes"] > 100
    assert told["tiles"] > 50
