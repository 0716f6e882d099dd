"""The field carried on into ground whose events were withheld."""

import numpy as np
import pyproj
import pytest

from landrelease.geo.grid import Grid
from landrelease.hazard.field.basis import Matern
from landrelease.hazard.field.estimator import FieldEstimator
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.hidden_ground import HidingField
from landrelease.hazard.looks import Looks, looks_from_arrays


@pytest.fixture
def region(crs: pyproj.CRS) -> Grid:
    """24 by 24 cells of 1 km; a corner lies outside."""
    mask = np.ones((24, 24), dtype=bool)
    mask[:4, :4] = False
    return Grid(crs, 0.0, 24_000.0, 1_000.0, 24, 24, mask)


@pytest.fixture
def band() -> Looks:
    """Events along the middle third from west to east."""
    rng = np.random.default_rng(3)
    return looks_from_arrays(rng.uniform(0, 24_000, 300), rng.uniform(8_000, 16_000, 300), np.full(300, 2015.5))


@pytest.fixture
def hiding() -> HidingField:
    settings = FieldSettings(Matern(4_000.0, 1.0), Matern(12_000.0, 1.0), site_sd=0.2, draws=8, seed=4)
    return HidingField(FieldEstimator(settings))


def columns_hidden(grid: Grid, first: int) -> np.ndarray:
    hidden = np.zeros(grid.shape, dtype=bool)
    hidden[:, first:] = True
    return hidden


def test_without_hidden_ground_it_is_the_field(hiding: HidingField, band: Looks, region: Grid) -> None:
    plain, same = hiding.field.fit(band, region, 2016.0), hiding.fit(band, region, 2016.0)
    assert np.array_equal(plain.items_per_m2, same.items_per_m2, equal_nan=True)


def test_absence_in_hidden_ground_is_no_evidence(hiding: HidingField, band: Looks, region: Grid) -> None:
    """The band goes on into the hidden east; to a field that is not told, no event there means no item there."""
    hidden = columns_hidden(region, 16)
    seen = band.where(band.x_m < 16_000)
    told = hiding.fit(seen, region, 2016.0, hidden).items_per_m2
    untold = hiding.field.fit(seen, region, 2016.0).items_per_m2
    middle, north = np.s_[9:15, 16:19], np.s_[0:4, 16:19]
    assert told[middle].mean() > 3 * untold[middle].mean()
    assert told[middle].mean() > 1.5 * told[north].mean()


def test_every_cell_of_the_region_has_a_value_and_draws(hiding: HidingField, band: Looks, region: Grid) -> None:
    made = hiding.fit(band.where(band.x_m < 12_000), region, 2016.0, columns_hidden(region, 12))
    assert region.mask is not None
    assert np.array_equal(np.isfinite(made.items_per_m2), region.mask)
    assert made.draws is not None
    assert made.draws.shape == (8, 24, 24)
    assert np.array_equal(np.isfinite(made.draws).all(axis=0), region.mask)


def test_hidden_ground_is_less_certain(hiding: HidingField, band: Looks, region: Grid) -> None:
    made = hiding.fit(band.where(band.x_m < 12_000), region, 2016.0, columns_hidden(region, 12))
    assert made.draws is not None
    spread = np.log(made.draws[:, 8:16]).std(axis=0)
    assert spread[:, 16:].mean() > spread[:, :8].mean()


def test_draws_of_visible_cells_are_those_of_the_field_without_hidden_ones(
    hiding: HidingField, band: Looks, region: Grid
) -> None:
    seen, hidden = band.where(band.x_m < 12_000), columns_hidden(region, 12)
    assert region.mask is not None
    visible = Grid(region.crs, 0.0, 24_000.0, 1_000.0, 24, 24, region.mask & ~hidden)
    one, other = hiding.fit(seen, region, 2016.0, hidden), hiding.field.fit(seen, visible, 2016.0)
    assert one.draws is not None
    assert other.draws is not None
    known = visible.mask
    assert one.items_per_m2[known] == pytest.approx(other.items_per_m2[known])
    assert one.draws[:, known] == pytest.approx(other.draws[:, known], rel=1e-4)
