"""The field model where searches found many items in few cells: the mode is reached, and the level is theirs."""

from dataclasses import replace

import numpy as np
import pyproj
import pytest
import shapely

from landrelease.geo.grid import Grid
from landrelease.hazard.field.basis import Matern
from landrelease.hazard.field.estimator import FieldEstimator, FieldSurface
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.looks import ARRAYS, LookKind, Looks, Outcome, looks_from_arrays

GRID = Grid(pyproj.CRS.from_epsg(3116), 0.0, 4_800.0, 100.0, 48, 48)
SETTINGS = FieldSettings(Matern(300.0, 2.0), Matern(1_500.0, 1.0), site_sd=1, draws=10)


def _joined(*parts: Looks) -> Looks:

    return replace(parts[0], **{name: np.concatenate([getattr(part, name) for part in parts]) for name in ARRAYS})


def _fit(counts: dict[tuple[float, float], int], chance: float = 0.9) -> FieldSurface:
    """Search the western half and find so many items at each place."""
    half = shapely.box(0, 0, 2_400, 4_800)
    searched = looks_from_arrays(
        [1_200.0], [2_400.0], [2025.5], LookKind.SEARCHED, 0.0, footprint=[half], chance=chance
    )
    x, y = (np.repeat([place[axis] for place in counts], list(counts.values())) for axis in (0, 1))
    found = looks_from_arrays(x, y, np.full(len(x), 2025.5), LookKind.FIND, outcome=Outcome.FOUND)
    return FieldEstimator(SETTINGS).fit(_joined(searched, found), GRID, 2026.0)


CROWDED = {(250.0, 250.0): 400, (1_250.0, 3_050.0): 150, (2_050.0, 1_050.0): 1}


def test_a_cell_with_hundreds_of_finds_does_not_hold_up_the_map() -> None:
    said = _fit(CROWDED).parameters
    assert said["converged"] == "yes"
    assert float(said["newton_steps"]) < 20


@pytest.mark.parametrize("chance", [0.5, 0.9])
def test_what_searches_missed_is_left(chance: float) -> None:
    """Of the items of searched ground, as many are left as the chance says: finds times (1 - q) / q."""
    surface = _fit(CROWDED, chance)
    searched = surface.items_per_m2[:, :24].sum() * GRID.cell_area_m2
    assert searched == pytest.approx(sum(CROWDED.values()) * (1 - chance) / chance, rel=0.05)


def test_draws_are_finite_and_lie_around_the_mean() -> None:
    surface = _fit(CROWDED)
    assert surface.draws is not None
    assert np.isfinite(surface.draws).all()
    totals = surface.draws[:, :, :24].sum(axis=(1, 2)) * GRID.cell_area_m2
    assert totals.min() < surface.items_per_m2[:, :24].sum() * GRID.cell_area_m2 < totals.max()
