"""Wide and narrow parts of a field, steps of the common coefficients, extrapolation."""

import numpy as np
import pytest

from landrelease.hazard.field.basis import Matern, spectrum, to_cells
from landrelease.hazard.field.tiling import Tile
from landrelease.hazard.field.wide import Extrapolation, make_band

SHAPE = (96, 128)


def whole() -> Tile:
    window = (slice(0, SHAPE[0]), slice(0, SHAPE[1]))
    return Tile(0, window, window)


@pytest.mark.parametrize("range_m", [300.0, 2_000.0, 6_000.0])
def test_wide_and_narrow_modes_are_the_spectrum(range_m: float) -> None:
    term = Matern(range_m, 1.3)
    band, wanted = make_band(term, SHAPE, 100.0), spectrum(SHAPE, 100.0, [term])
    rows, columns = band.wide.shape
    np.testing.assert_allclose(band.variance(SHAPE, narrow=False), wanted)
    np.testing.assert_allclose(band.wide**2, wanted[:rows, :columns])
    rest = band.variance(SHAPE, narrow=True)
    assert not rest[:rows, :columns].any()
    np.testing.assert_allclose(rest[rows:], wanted[rows:])


@pytest.mark.parametrize("range_m", [2_000.0, 6_000.0])
def test_little_is_left_to_the_narrow_modes(range_m: float) -> None:
    band = make_band(Matern(range_m, 1.0), SHAPE, 100.0)
    assert band.variance(SHAPE, narrow=True).sum() < 0.04 * band.variance(SHAPE, narrow=False).sum()


def test_wide_modes_are_those_of_the_frame() -> None:
    band = make_band(Matern(2_000.0, 1.0), SHAPE, 100.0)
    coefficients = np.random.default_rng(1).normal(size=band.wide.shape)
    modes = np.zeros(SHAPE)
    modes[: band.wide.shape[0], : band.wide.shape[1]] = band.wide * coefficients
    cells = to_cells(modes)
    np.testing.assert_allclose(band.on(whole()).cells(coefficients), cells, atol=1e-10)
    window = (slice(16, 60), slice(100, 128))
    np.testing.assert_allclose(band.on(Tile(1, window, window)).cells(coefficients), cells[window], atol=1e-10)


def test_slopes_of_tiles_sum_to_that_of_the_whole() -> None:
    band = make_band(Matern(2_000.0, 1.0), SHAPE, 100.0)
    cells = np.random.default_rng(2).normal(size=SHAPE)
    total = np.zeros(band.wide.shape)
    for window in ((slice(0, 40), slice(0, 128)), (slice(40, 96), slice(0, 50)), (slice(40, 96), slice(50, 128))):
        total += band.on(Tile(0, window, window)).adjoint(cells[window])
    np.testing.assert_allclose(total, band.on(whole()).adjoint(cells), atol=1e-10)


def test_a_tile_has_the_density_of_the_frame() -> None:
    """The variance of a field in the middle of a tile is that of the frame, whatever the tile's size."""
    band = make_band(Matern(300.0, 1.0), SHAPE, 100.0)
    for shape in ((48, 48), (64, 32)):
        middle = np.zeros(shape)
        middle[shape[0] // 2, shape[1] // 2] = 1.0
        from_modes = (to_modes_squared(shape) * band.variance(shape, narrow=False)).sum()
        assert from_modes == pytest.approx(1.0, rel=0.06)


def to_modes_squared(shape: tuple[int, int]) -> np.ndarray:
    unit = np.zeros(shape)
    unit[shape[0] // 2, shape[1] // 2] = 1.0
    from landrelease.hazard.field.basis import to_modes

    return np.asarray(to_modes(unit) ** 2)


def test_extrapolation_of_a_linear_map_arrives() -> None:
    """A contraction of rate .9 in four directions: within 1e-6 after as many steps as directions and one."""
    rng = np.random.default_rng(3)
    turn = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    matrix, target = turn @ np.diag([0.9, 0.7, 0.4, 0.1]) @ turn.T, rng.normal(size=4)
    mixing, at = Extrapolation(), [np.zeros(4)]
    for _step in range(8):
        step = [matrix @ (at[0] - target) + target - at[0]]
        at = mixing.next(at, step)
    assert np.abs(at[0] - target).max() < 1e-3
