"""The estimate as a picture in web-map projection."""

import base64
import io

import numpy as np
import pyproj
import pytest
from matplotlib.image import imread
from tests.samples import studies

from landrelease.geo.grid import Grid
from landrelease.hazard.surface import Surface
from landrelease.report.hazard_image import hazard_image


def pixels(drawn):
    return imread(io.BytesIO(base64.b64decode(drawn.uri.split(",", 1)[1])))


def test_the_picture_is_placed_where_the_cells_are():
    drawn = hazard_image(studies.surface())
    (west, north), (east, _), (_, south), _ = drawn.corners
    grid = studies.surface().grid
    back = pyproj.Transformer.from_crs(grid.crs, 4326, always_xy=True).transform
    assert (west, north) == pytest.approx(back(0, 1_500), abs=1e-4)
    assert (east, south) == pytest.approx(back(6_000, -500), abs=1e-4)


def test_unknown_cells_are_clear_and_hazard_is_opaque():
    values = np.array([[np.nan, 1e-9], [1e-5, 1e-3]])
    crs = pyproj.CRS.from_epsg(6933)
    drawn = pixels(hazard_image(Surface(Grid(crs, 0, 2_000, 1_000, 2, 2), values, "made up")))
    alpha = drawn[..., 3]
    quarter = alpha[0, 0], alpha[0, -1], alpha[-1, 0], alpha[-1, -1]
    assert quarter[0] == 0
    assert quarter[1] < quarter[2] < quarter[3]


def test_the_ends_of_the_legend_are_per_square_kilometre():
    crs = pyproj.CRS.from_epsg(6933)
    values = np.geomspace(1e-7, 1e-5, 16).reshape(4, 4)
    drawn = hazard_image(Surface(Grid(crs, 0, 4_000, 1_000, 4, 4), values, "made up"))
    assert drawn.high == pytest.approx(10.0)
    assert 0 < drawn.low <= 1.0


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_an_estimate_of_nothing_is_not_drawn(value):
    crs = pyproj.CRS.from_epsg(6933)
    assert hazard_image(Surface(Grid(crs, 0, 1_000, 1_000, 1, 1), np.array([[value]]), "made up")) is None


def test_a_country_fits_in_a_moderate_picture():
    crs = pyproj.CRS.from_epsg(3116)
    x, y = np.meshgrid(np.linspace(0, 6, 1_296), np.linspace(0, 6, 1_587))
    values = np.exp(-10 + np.sin(x) * np.cos(y)) + 1e-9
    grid = Grid(crs, 400_000, 1_900_000, 1_000, 1_296, 1_587)
    drawn = hazard_image(Surface(grid, values, "made up"))
    assert max(pixels(drawn).shape[:2]) <= 1_400
    assert len(drawn.uri) < 600_000


@pytest.mark.parametrize("cells", [1, 2, 16, 64, 128, 700])
def test_no_picture_is_a_square_of_a_power_of_two(cells):
    """MapLibre GL 5.3 draws such a picture black: it asks for reductions that it never made."""
    crs = pyproj.CRS.from_epsg(6933)
    grid = Grid(crs, 0, cells * 1_000, 1_000, cells, cells)
    shape = pixels(hazard_image(Surface(grid, np.full(grid.shape, 1e-6), "made up"))).shape
    assert max(shape[:2]) % 2 == 1
    assert max(shape[:2]) <= 1_400
