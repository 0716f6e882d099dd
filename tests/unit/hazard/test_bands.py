"""A surface as layers of cells and as classes of ground."""

import math

import numpy as np
import pytest

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.bands import CLASS_COLUMNS, bands, chance_a_hectare, chance_classes, class_answers, class_label
from landrelease.hazard.surface import Surface

LEVELS = np.arange(1, 20) * 0.1
"""Nineteen draws: their 5 % and 95 % bounds are the least and the greatest."""


@pytest.fixture
def surface(grid: Grid) -> Surface:
    """1e-5 items per m² in the west, a hundred times as many in the east, nothing known in the north-west corner."""
    pattern = np.full(grid.shape, 1e-5)
    pattern[:, 10:] = 1e-3
    pattern[0, 0] = np.nan
    draws = (LEVELS[:, None, None] * pattern).astype(np.float32)
    return Surface(grid, pattern.copy(), "made up", draws=draws)


def without_draws(surface: Surface) -> Surface:
    return Surface(surface.grid, surface.items_per_m2, "made up")


def test_layers_with_bounds(surface: Surface) -> None:
    made = {band.name: band for band in bands(surface)}
    assert list(made) == ["mean", "low", "high", "probability"]
    cell = {name: float(band.values[5, 5]) for name, band in made.items()}
    chance = float(np.mean(1 - np.exp(-LEVELS * 0.1)))
    assert cell == pytest.approx({"mean": 1e-5, "low": 1e-6, "high": 1.9e-5, "probability": chance}, rel=1e-5)
    assert [band.unit for band in made.values()] == ["items/m2"] * 3 + ["1"]
    assert all(math.isnan(band.values[0, 0]) for band in made.values())
    assert "5 %" in made["low"].description


def test_layers_without_bounds(surface: Surface) -> None:
    assert [band.name for band in bands(without_draws(surface))] == ["mean", "probability"]


def test_many_cells_are_bounded_some_rows_at_a_time(surface: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bands(surface)[1].values
    monkeypatch.setattr("landrelease.hazard.bands._AT_ONCE", 19 * 20 * 3)
    assert np.array_equal(bands(surface)[1].values, whole, equal_nan=True)


@pytest.mark.parametrize(("column", "items"), [(5, 0.1), (15, 10.0)])
def test_chance_in_a_hectare(column: int, items: float, surface: Surface) -> None:
    assert chance_a_hectare(without_draws(surface))[5, column] == pytest.approx(1 - math.exp(-items))


@pytest.mark.parametrize(("cell_m", "around"), [(150.0, 1), (100.0, 1), (50.0, 1), (33.0, 9), (20.0, 25)])
def test_small_cells_speak_for_the_hectare_around_them(cell_m: float, around: int, grid: Grid) -> None:
    """One dense cell among empty ones: its hectare holds its items once, whatever the cell's side."""
    small = Grid(grid.crs, 0.0, 1_000.0, cell_m, 40, 40)
    items = np.zeros(small.shape)
    items[20, 20] = 1e-4
    items[20, 30] = np.nan
    chance = chance_a_hectare(Surface(small, items, "made up"))
    assert chance[20, 20] == pytest.approx(1 - math.exp(-1.0 / around))
    assert np.count_nonzero(np.nan_to_num(chance) > 1e-12) == around
    assert math.isnan(chance[20, 30])
    assert np.isfinite(chance).sum() == items.size - 1


def test_at_the_edge_of_what_is_known_the_hectare_is_what_is_known(grid: Grid) -> None:
    small = Grid(grid.crs, 0.0, 1_000.0, 20.0, 40, 40)
    items = np.full(small.shape, 1e-4)
    items[:, 20:] = np.nan
    chance = chance_a_hectare(Surface(small, items, "made up"))
    assert chance[:, :20] == pytest.approx(np.full((40, 20), 1 - math.exp(-1)))


def test_classes(surface: Surface) -> None:
    classes = chance_classes(without_draws(surface), (0.01, 0.5))
    assert (classes[0, 0], classes[5, 5], classes[5, 15]) == (-1, 1, 2)


def test_what_a_class_holds(surface: Surface) -> None:
    frame = class_answers(surface, (0.01, 0.5))
    assert tuple(frame.columns) == CLASS_COLUMNS
    assert frame["class"].tolist() == [1, 2]
    assert frame["area_m2"].tolist() == [99 * 1e4, 100 * 1e4]
    assert frame["expected_items"].tolist() == pytest.approx([9.9, 1_000.0])
    assert frame[["chance_from", "chance_to"]].to_numpy().tolist() == [[0.01, 0.5], [0.5, 1.0]]
    east = frame.loc[1]
    assert (east["items_low"], east["items_high"]) == pytest.approx((100, 1_900), rel=0.2)
    assert (east["chance_low"], east["chance_high"]) == pytest.approx((1 - math.exp(-1), 1.0), abs=1e-4)


def test_classes_without_draws_have_no_bounds(surface: Surface) -> None:
    frame = class_answers(without_draws(surface))
    assert frame[["items_low", "items_high", "chance_low", "chance_high"]].isna().all(axis=None)
    assert frame["expected_items"].sum() == pytest.approx(1_009.9)


def test_nothing_known_is_no_class(grid: Grid) -> None:
    assert class_answers(Surface(grid, np.full(grid.shape, np.nan), "made up")).empty


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0.0, 0.0001, "below 0.01 %"), (0.01, 0.1, "1 to 10 %"), (0.5, 1.0, "50 % and more"), (0.0, 1.0, "below 100 %")],
)
def test_words_of_a_class(low: float, high: float, words: str) -> None:
    assert class_label(low, high) == words


@pytest.mark.parametrize("edges", [(), (0.0, 0.5), (0.5, 1.0), (0.5, 0.1), (0.1, 0.1), (math.nan,)])
def test_bad_edges(edges: tuple[float, ...], surface: Surface) -> None:
    with pytest.raises(LandreleaseError, match="LR4005"):
        chance_classes(surface, edges)
