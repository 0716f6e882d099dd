"""Unsearched ground levelled by searched ground that was drawn by lot."""

from dataclasses import replace

import numpy as np
import pyproj
import pytest

from landrelease.errors import LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.by_lot import levelled_by_lot
from landrelease.hazard.field.estimator import FieldSurface

GRID = Grid(pyproj.CRS.from_epsg(3116), 0.0, 400.0, 100.0, 4, 4)


def _surface(ever: np.ndarray, missed: np.ndarray, draws: int = 3) -> FieldSurface:
    now = ever * missed
    drawn = (now * np.linspace(0.5, 1.5, draws)[:, None, None]).astype(np.float32)
    return FieldSurface(GRID, now, "field", {}, drawn, items_ever=ever, missed=missed)


def _half() -> tuple[np.ndarray, np.ndarray]:
    """Western half searched, on average .02 items a m² and at most .05; the eastern foreseen in order, far too rich."""
    ever = np.tile([0.0, 0.02, 0.1, 3.0], (4, 1)) + 1e-6
    ever[0, 1], ever[1:, 1] = 0.05, 0.01
    return ever, np.tile([0.1, 0.1, 1.0, 1.0], (4, 1))


def test_the_rest_is_as_rich_as_the_lot() -> None:
    ever, missed = _half()
    found = levelled_by_lot(_surface(ever, missed))
    assert found.items_ever[:, 2:].mean() == pytest.approx(ever[:, :2].mean())
    np.testing.assert_allclose(found.items_per_m2, found.items_ever * missed)


def test_no_cell_is_richer_than_the_richest_that_was_searched_before_the_level() -> None:
    ever, missed = _half()
    east = levelled_by_lot(_surface(ever, missed)).items_ever[:, 2:]
    np.testing.assert_allclose(east[:, 1], east[:, 0])  # .1 and 3 are both cut to .05


def test_order_is_kept_and_searched_ground_is_left_alone() -> None:
    ever, missed = _half()
    ever[:, 2:] = [0.001, 0.03]
    found = levelled_by_lot(_surface(ever, missed))
    assert (found.items_ever[:, 2] < found.items_ever[:, 3]).all()
    np.testing.assert_array_equal(found.items_per_m2[:, :2], (ever * missed)[:, :2])
    assert found.draws is not None
    np.testing.assert_allclose(found.draws[1], found.items_per_m2, rtol=1e-5)


@pytest.mark.parametrize("missed", [0.1, 1.0])
def test_all_or_nothing_searched_changes_nothing(missed: float) -> None:
    surface = _surface(np.full(GRID.shape, 0.01), np.full(GRID.shape, missed))
    assert levelled_by_lot(surface) is surface


def test_masked_cells_stay_out() -> None:
    ever, missed = _half()
    ever[3, 3] = np.nan
    found = levelled_by_lot(_surface(ever, missed))
    assert np.isnan(found.items_ever[3, 3])
    assert np.nanmean(found.items_ever[:, 2:]) == pytest.approx(ever[:, :2].mean())


def test_a_surface_without_items_where_it_was_searched_is_refused() -> None:
    ever, missed = _half()
    ever[:, :2] = 0.0
    with pytest.raises(LandreleaseError, match="LR4005"):
        levelled_by_lot(_surface(ever, missed))


def test_without_draws_there_are_none() -> None:
    surface = replace(_surface(*_half()), draws=None)
    assert levelled_by_lot(surface).draws is None
