"""Relief and cover of an invented province, drawn from a seed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from landrelease.simulate.scenario import Scenario
from landrelease.terms import Ground

GROUNDS: tuple[Ground, ...] = (Ground.OPEN, Ground.VEGETATED, Ground.WOODED, Ground.URBAN, Ground.STEEP)
"""Meaning of the codes in `Terrain.ground`."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Terrain:
    """Height and ground on square cells; row 0 is the southernmost, the origin is the province's centre.

    Attributes
    ----------
    cell_m
        Side of a cell, metres.
    side_m
        Side of the province, metres.
    height_m, slope
        Shape (rows, columns); slope is rise over run.
    ground
        Codes into `GROUNDS`, shape (rows, columns).
    """

    cell_m: float
    side_m: float
    height_m: Floats
    slope: Floats
    ground: NDArray[np.int8]

    def __post_init__(self) -> None:
        if not self.height_m.shape == self.slope.shape == self.ground.shape:
            raise ValueError("height, slope and ground must have one shape")

    def cells_at(self, x_m: Floats, y_m: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Row and column under each position; positions outside take the nearest cell."""
        last = self.height_m.shape[0] - 1
        rows = ((np.asarray(y_m) + self.side_m / 2) / self.cell_m).astype(np.int64)
        columns = ((np.asarray(x_m) + self.side_m / 2) / self.cell_m).astype(np.int64)
        return np.clip(rows, 0, last), np.clip(columns, 0, last)

    def ground_at(self, x_m: Floats, y_m: Floats) -> NDArray[np.int8]:
        """Ground code under each position."""
        return self.ground[self.cells_at(x_m, y_m)]

    def coarse(self, cells: int) -> tuple[Floats, Floats]:
        """Mean height and the centre coordinates of blocks of `cells` x `cells` cells."""
        size = self.height_m.shape[0] // cells
        trimmed = self.height_m[: size * cells, : size * cells]
        centres = (np.arange(size) + 0.5) * cells * self.cell_m - self.side_m / 2
        return trimmed.reshape(size, cells, size, cells).mean(axis=(1, 3)), centres


def noise(size: int, roughness: float, rng: np.random.Generator) -> Floats:
    """Draw a smooth random field, mean 0, deviation 1; power falls as frequency to the power ``-2 * roughness``."""
    frequency = np.hypot(fft.fftfreq(size)[:, None], fft.fftfreq(size)[None, :])
    frequency[0, 0] = 1.0
    spectrum = fft.fft2(rng.standard_normal((size, size))) * frequency**-roughness
    spectrum[0, 0] = 0.0
    field = np.real(fft.ifft2(spectrum))
    return np.asarray(field / field.std(), dtype=np.float64)


def make_terrain(scenario: Scenario, rng: np.random.Generator) -> Terrain:
    """Draw relief and cover; built-up ground is added once the settlements are known (`with_urban`)."""
    side, cell = scenario.place.side_m, scenario.ground.cell_m
    size = max(8, int(np.ceil(side / cell)))
    field = noise(size, 2.1, rng)
    height = (field - field.min()) / (field.max() - field.min()) * scenario.ground.relief_m
    slope = np.hypot(*np.gradient(height, cell))
    return Terrain(cell, side, height, slope, _cover(scenario, slope, rng))


def _cover(scenario: Scenario, slope: Floats, rng: np.random.Generator) -> NDArray[np.int8]:
    green = noise(slope.shape[0], 1.4, rng)
    wooded = np.quantile(green, 1 - scenario.ground.wooded_share)
    vegetated = np.quantile(green, 1 - scenario.ground.wooded_share - scenario.ground.vegetated_share)
    ground = np.full(slope.shape, GROUNDS.index(Ground.OPEN), dtype=np.int8)
    ground[green > vegetated] = GROUNDS.index(Ground.VEGETATED)
    ground[green > wooded] = GROUNDS.index(Ground.WOODED)
    ground[slope > scenario.ground.steep_slope] = GROUNDS.index(Ground.STEEP)
    return ground


def with_urban(terrain: Terrain, x_m: Floats, y_m: Floats, radius_m: Floats) -> Terrain:
    """Mark the ground around settlements as built-up."""
    rows, columns = terrain.cells_at(x_m, y_m)
    ground = terrain.ground.copy()
    for row, column, radius in zip(rows, columns, radius_m / terrain.cell_m, strict=True):
        reach = int(np.ceil(radius))
        window = (slice(max(0, row - reach), row + reach + 1), slice(max(0, column - reach), column + reach + 1))
        away = np.hypot(*(np.indices(ground[window].shape) + _corner(window) - [[[row]], [[column]]]))
        ground[window][away <= radius] = GROUNDS.index(Ground.URBAN)
    return Terrain(terrain.cell_m, terrain.side_m, terrain.height_m, terrain.slope, ground)


def _corner(window: tuple[slice, slice]) -> NDArray[np.int64]:
    return np.array([window[0].start, window[1].start]).reshape(2, 1, 1)


def smoothed(field: Floats, cells: float) -> Floats:
    """Smooth a field with a Gaussian of this width in cells."""
    return np.asarray(ndimage.gaussian_filter(field, cells), dtype=np.float64)
