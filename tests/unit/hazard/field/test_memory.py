"""Memory: refused before any is taken, with a tiling that fits."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from tests.samples.field_looks import GRID, SETTINGS, YEAR, looks_of, programme

from landrelease.errors import LandreleaseError
from landrelease.hazard.field import memory
from landrelease.hazard.field.estimator import FieldEstimator
from landrelease.hazard.field.memory import BYTES_A_CELL, bytes_of_fit, check_map_memory, check_memory, machine_bytes

GB = 1e9


@pytest.fixture
def small_machine(monkeypatch: pytest.MonkeyPatch) -> float:
    monkeypatch.setattr(memory, "machine_bytes", lambda: 8 * GB)
    return 8 * GB


def billion(cell_m: float = 10.0):  # type: ignore[no-untyped-def]
    return replace(GRID, rows=40_000, columns=25_000, cell_m=cell_m)


def test_this_machine_has_memory() -> None:
    assert machine_bytes() > 0.1 * GB


def test_a_billion_cells_are_refused_with_tiles_that_fit(small_machine: float) -> None:
    settings = replace(SETTINGS, draws=30)
    with pytest.raises(LandreleaseError, match="LR4060") as refused:
        check_memory(billion(), settings)
    told = refused.value.findings[0].details
    side, halo = told["tile_cells"], 2 * 90
    assert told["gigabytes"] == pytest.approx(bytes_of_fit(1e9, 30) / GB, rel=1e-3)
    assert told["tiles"] == -(-40_000 // side) * -(-25_000 // side)
    assert bytes_of_fit((side + halo) ** 2, 30) < small_machine / 4
    check_memory(replace(GRID, rows=side + halo, columns=side + halo), settings)


def test_the_cell_size_that_is_named_fits(small_machine: float) -> None:
    with pytest.raises(LandreleaseError) as refused:
        check_memory(billion(), SETTINGS)
    wider = refused.value.findings[0].details["fitting_cell_m"]
    shrunk = 10.0 / wider
    check_memory(replace(GRID, rows=int(40_000 * shrunk), columns=int(25_000 * shrunk)), SETTINGS)


@pytest.mark.parametrize(("draws", "refused"), [(0, True), (1, True)])
def test_a_map_that_cannot_be_joined_is_refused(draws: int, refused: bool, small_machine: float) -> None:
    assert small_machine < memory.bytes_of_map(1e9, draws)
    with pytest.raises(LandreleaseError, match="LR4061"):
        check_map_memory(billion(), replace(SETTINGS, draws=draws))


def test_an_unknown_machine_refuses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "machine_bytes", lambda: float("inf"))
    check_memory(billion(), SETTINGS)
    check_map_memory(billion(), SETTINGS)


def test_what_is_said_of_a_cell_is_what_a_fit_takes() -> None:
    """Peak of the arrays of a fit of 90,000 cells: no more than said, and not far below."""
    grid = replace(GRID, rows=300, columns=300, y_max_m=30_000.0)
    looks = looks_of(*programme())
    FieldEstimator(replace(SETTINGS, rounds=0)).fit(looks, GRID, YEAR)
    tracemalloc.start()
    FieldEstimator(replace(SETTINGS, rounds=1)).fit(looks, grid, YEAR)
    peak = tracemalloc.get_traced_memory()[1] / (grid.rows * grid.columns)
    tracemalloc.stop()
    assert BYTES_A_CELL / 3 < peak < BYTES_A_CELL
    assert np.isfinite(peak)
