"""Rich clusters in searched ground: rounds rest, draws agree with the map, the size of cells matters little."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.field_looks import GRID, SETTINGS, YEAR, find, looks_of, report, search

from landrelease.geo.grid import Grid
from landrelease.hazard.field.basis import Matern
from landrelease.hazard.field.estimator import FieldEstimator, FieldSurface
from landrelease.hazard.field.fitting import REST
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.field.variance import bounded, damped
from landrelease.hazard.looks import Looks

DRAWS = 30
WIDE = FieldSettings(Matern(600.0, 2.0), Matern(1_250.0, 2.0), site_sd=2.0, draws=0)
"""The usual settings of this grid: a prior variance of 12."""


def crowded(seed: int) -> Looks:
    """Half of the region searched: three clusters of 40 to 300 finds in a few cells, some finds anywhere."""
    rng = np.random.default_rng(seed)
    rows = [search(0, 0, 1_200, 2_000), *[find(*at) for at in rng.uniform([5, 5], [1_195, 1_995], (15, 2))]]
    for _cluster in range(3):
        centre, items = rng.uniform([150, 150], [1_050, 1_850]), rng.integers(40, 300)
        rows += [find(*at) for at in rng.normal(centre, 25.0, (items, 2)).clip([5, 5], [1_195, 1_995])]
    return looks_of(*rows, *[report(*at) for at in rng.uniform([50, 50], [2_350, 1_950], (25, 2))])


def grid_of(cell_m: float) -> Grid:
    return replace(GRID, cell_m=cell_m, columns=int(2_400 / cell_m), rows=int(2_000 / cell_m))


@cache
def surface_of(seed: int, cell_m: float, draws: int, wide: bool = False) -> FieldSurface:
    made = replace(WIDE if wide else SETTINGS, draws=draws)
    return FieldEstimator(made).fit(crowded(seed), grid_of(cell_m), YEAR)


def total(surface: FieldSurface) -> float:
    return float(surface.items_per_m2.sum()) * surface.grid.cell_area_m2


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_map_and_draws_agree_within_the_error_of_the_draws(seed: int) -> None:
    surface = surface_of(seed, 100.0, DRAWS)
    assert surface.draws is not None
    totals = surface.draws.sum(axis=(1, 2), dtype=float) * surface.grid.cell_area_m2
    error = totals.std(ddof=1) / np.sqrt(DRAWS)
    assert abs(totals.mean() - total(surface)) < 3 * error
    assert error < 0.08 * total(surface)


@pytest.mark.parametrize(("wide", "most"), [(False, 0.05), (True, 0.15)])
@pytest.mark.parametrize("seed", [1, 2])
def test_half_the_cell_size_hardly_changes_the_total(seed: int, wide: bool, most: float) -> None:
    coarse, fine = (surface_of(seed, cell_m, 0 if wide else DRAWS * (cell_m > 50), wide) for cell_m in (100.0, 50.0))
    assert total(fine) == pytest.approx(total(coarse), rel=most)


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
def test_rounds_come_to_rest(seed: int, wide: bool) -> None:
    fit = surface_of(seed, 100.0, 0 if wide else DRAWS, wide).fit
    assert fit is not None
    assert fit.rounds[-1] < REST
    assert fit.mode.converged


@pytest.mark.parametrize("seed", [1, 2])
def test_no_cell_keeps_more_uncertainty_than_its_own_looks_leave(seed: int) -> None:
    fit = surface_of(seed, 100.0, DRAWS).fit
    assert fit is not None
    known = sum(fit.mode.state.curvature[1:], fit.mode.state.curvature[0])
    rich = known > 20
    assert rich.any()
    assert (fit.variance[rich] * known[rich] < 1.1).all()


@settings(max_examples=30)
@given(st.floats(0, 30), st.floats(0, 1e6), st.floats(1e-9, 30))
def test_the_bound_is_that_of_one_cell_alone(variance: float, curvature: float, before: float) -> None:
    prior = 2 * SETTINGS.variance
    found = float(bounded(np.array([variance]), np.array([curvature]), SETTINGS)[0])
    assert found <= variance
    assert found <= prior / (1 + prior * curvature) * (1 + 1e-12)
    assert found == pytest.approx(variance) or found == pytest.approx(prior / (1 + prior * curvature))
    assert min(before, found) <= float(damped(np.array([before]), np.array([found]))[0]) * (1 + 1e-9)
