"""Log-Gaussian Cox fields whose truth is known: the data of the benchmarks of speed and of other libraries."""

from dataclasses import dataclass

import numpy as np
import pyproj
from numpy.typing import NDArray

from landrelease.geo.grid import Grid
from landrelease.hazard.field.basis import spectrum, to_cells
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays

Floats = NDArray[np.float64]

CRS = pyproj.CRS.from_epsg(3116)
CELL_M = 1_000.0
CELLS_AN_EVENT = 70.0
"""The Colombian record up to 2014 has 30,866 events on 2,056,752 cells of 1 km."""

ACCIDENTS = 0.21
"""Share of accidents among its events."""

FIRST_YEAR, AT_YEAR = 1990.0, 2015.0


@dataclass(frozen=True, eq=False)
class Truth:
    """A drawn field and its record.

    Attributes
    ----------
    log_events
        Log of the expected events in each cell over all years, shape (rows, columns).
    """

    grid: Grid
    log_events: Floats
    looks: Looks


def draw_truth(
    shape: tuple[int, int], seed: int, settings: FieldSettings, cells_an_event: float = CELLS_AN_EVENT
) -> Truth:
    """Draw the fields of these settings, and events from them.

    The field is cut out of the middle of one half as large again: the mirrored edges of the basis are away.
    """
    generator = np.random.default_rng([seed, *shape])
    grid = Grid(CRS, 1_000_000.0, 1_000_000.0, CELL_M, shape[1], shape[0])
    margins = [count // 4 for count in shape]
    padded = (shape[0] + 2 * margins[0], shape[1] + 2 * margins[1])
    scale = np.sqrt(spectrum(padded, CELL_M, [settings.short, settings.long], settings.site_sd))
    wide = to_cells(scale * generator.standard_normal(padded))
    field = wide[margins[0] : margins[0] + shape[0], margins[1] : margins[1] + shape[1]].copy()
    total = shape[0] * shape[1] / cells_an_event
    log_events = field - np.log(np.exp(field).sum() / total)
    return Truth(grid, log_events, draw_looks(log_events, grid, generator))


def draw_looks(log_events: Floats, grid: Grid, generator: np.random.Generator) -> Looks:
    """Accidents and other reports of a field, each anywhere in its cell and in any year."""
    counts = generator.poisson(np.exp(log_events))
    cells = np.repeat(np.arange(counts.size), counts.ravel())
    rows, columns = np.divmod(cells, grid.columns)
    x, y = grid.centres()
    shift = generator.uniform(-0.49, 0.49, (2, len(cells))) * grid.cell_m
    accident = generator.random(len(cells)) < ACCIDENTS
    kinds = [LookKind.ACCIDENT if chosen else LookKind.INDIRECT_EVIDENCE for chosen in accident]
    years = generator.uniform(FIRST_YEAR, AT_YEAR, len(cells))
    return looks_from_arrays(x[columns] + shift[0], y[rows] + shift[1], years, kinds)
