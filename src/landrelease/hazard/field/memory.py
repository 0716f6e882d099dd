"""What a fit needs of memory, and what grid or tiling would fit where it is too much."""

import math
import os

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid
from landrelease.hazard.field.settings import FieldSettings

BYTES_A_CELL = 900
"""Of a fit at its peak, with searches, accidents and reports; measured, margins of the frame included."""

BYTES_A_CELL_OF_MAP = 4 * 8
"""Of a finished surface without its draws: what it holds, and what joining it needs."""

SHARE = 0.8
"""Share of the machine's memory that a fit may take."""

SMALLEST_TILE = 64
"""Cells a side."""


def machine_bytes() -> float:
    """Memory of this machine, bytes; infinite where the system does not say."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # no such call on Windows
        return math.inf


def bytes_of_fit(cells: float, draws: int) -> float:
    """Memory that a fit of so many cells takes at its peak."""
    return cells * (BYTES_A_CELL + 4.0 * draws)


def bytes_of_map(cells: float, draws: int) -> float:
    """Memory that a surface put together of tiles takes."""
    return cells * (BYTES_A_CELL_OF_MAP + 4.0 * draws)


def check_memory(grid: Grid, settings: FieldSettings) -> None:
    """Refuse a grid whose fit needs more than the machine has, before any of it is taken.

    Raises
    ------
    LandreleaseError
        LR4060 with the memory needed, and the tiles and the cell size that would fit.
    """
    cells, machine = grid.rows * grid.columns, machine_bytes()
    needed, most = bytes_of_fit(cells, settings.draws), SHARE * machine
    if needed <= most:
        return
    side = fitting_tile(grid, settings, most)
    raise fail(
        ErrorCode.FIELD_TOO_LARGE,
        cells=cells, cell_m=grid.cell_m, gigabytes=round(needed / 1e9, 1), machine_gigabytes=round(machine / 1e9, 1),
        tile_cells=side, tiles=math.ceil(grid.rows / side) * math.ceil(grid.columns / side),
        fitting_cell_m=math.ceil(grid.cell_m * math.sqrt(needed / most)),
    )  # fmt: skip


def check_map_memory(grid: Grid, settings: FieldSettings) -> None:
    """Refuse to join tiles to a map that does not fit; each tile can still be worked off by itself.

    Raises
    ------
    LandreleaseError
        LR4061 with the memory needed.
    """
    cells, machine = grid.rows * grid.columns, machine_bytes()
    needed = bytes_of_map(cells, settings.draws)
    if needed > SHARE * machine:
        raise fail(
            ErrorCode.FIELD_MAP_TOO_LARGE,
            cells=cells, draws=settings.draws, gigabytes=round(needed / 1e9, 1),
            machine_gigabytes=round(machine / 1e9, 1),
        )  # fmt: skip


def fitting_tile(grid: Grid, settings: FieldSettings, most: float) -> int:
    """Side of the largest square tile, in cells, whose fit with its halo takes a quarter of `most` bytes.

    A quarter, because several workers share a machine.
    """
    whole = math.sqrt(most / 4 / (BYTES_A_CELL + 4.0 * settings.draws))
    halo = 2 * usual_halo_cells(grid, settings)
    return max(SMALLEST_TILE, int(min(whole - halo, max(grid.rows, grid.columns))))


def usual_halo_cells(grid: Grid, settings: FieldSettings) -> int:
    """Three short ranges, beyond which the short field of a tile has forgotten its edge."""
    return math.ceil(3 * settings.short.range_m / grid.cell_m)
