"""A fit in tiles is the one-shot fit."""

from dataclasses import replace

import numpy as np
import pytest
from tests.samples.field_looks import YEAR, looks_of, report, search
from tests.samples.tiled import GRID, LENGTH, SETTINGS, TILE_CELLS, apart, territory, with_settings
from tests.samples.watchers import Impatient

from landrelease.errors import LandreleaseError
from landrelease.hazard.covariates import Covariates
from landrelease.hazard.field import fitting
from landrelease.hazard.field.basis import Matern
from landrelease.hazard.field.estimator import FieldEstimator, FieldSurface
from landrelease.hazard.field.mode import ModeSettings
from landrelease.hazard.field.tiles import fit_in_tiles


@pytest.fixture
def one_shot(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """One-shot fit, climbed to the very mode."""
    monkeypatch.setattr(fitting, "_MODE", ModeSettings(tolerance=1e-6))

    def fit(estimator: FieldEstimator, looks=None, grid=GRID) -> FieldSurface:  # type: ignore[no-untyped-def]
        return estimator.fit(territory() if looks is None else looks, grid, YEAR)

    return fit


def tiled(estimator: FieldEstimator, looks=None, grid=GRID, **options: object) -> FieldSurface:  # type: ignore[no-untyped-def]
    return fit_in_tiles(looks or territory(), grid, YEAR, estimator, tile_cells=TILE_CELLS, **options)  # type: ignore[arg-type]


def same(one: FieldSurface, other: FieldSurface) -> bool:
    """Within 1 %: median and 95th percentile of cells, and total."""
    return max(apart(one, other)) < 0.01


def layer(seed: int) -> Covariates:
    rng = np.random.default_rng(seed)
    slope = np.linspace(-1, 1, GRID.columns)[None, :] + np.zeros((GRID.rows, 1))
    return Covariates(GRID, ("east", "rough"), np.stack([slope, rng.normal(size=GRID.shape)]))


ESTIMATORS = {
    "plain": FieldEstimator(SETTINGS),
    "one report field more": FieldEstimator(with_settings(reporting_sd=0.8, reporting_range_m=600.0)),
    "covariates": FieldEstimator(SETTINGS, covariates=layer(1), reporting=layer(2)),
    "offset": FieldEstimator(SETTINGS, offset=np.tile(np.linspace(-1, 1, GRID.columns), (GRID.rows, 1))),
}


@pytest.mark.parametrize("name", list(ESTIMATORS))
def test_tiles_are_the_one_shot_fit(name: str, one_shot) -> None:  # type: ignore[no-untyped-def]
    estimator = ESTIMATORS[name]
    found = tiled(estimator)
    assert found.parameters["converged"] == "yes"
    assert found.parameters["tiles"] == 4
    assert same(found, one_shot(estimator))


def test_one_tile_is_the_one_shot_fit(one_shot) -> None:  # type: ignore[no-untyped-def]
    found = fit_in_tiles(territory(), GRID, YEAR, FieldEstimator(SETTINGS), tile_cells=400)
    assert found.parameters["tiles"] == 1
    assert same(found, one_shot(FieldEstimator(SETTINGS)))


def test_reports_alone_are_scaled_as_in_one_shot(one_shot) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(5)
    looks = looks_of(*[report(*at) for at in rng.uniform(0, LENGTH, (80, 2)) ** 1.1 % LENGTH])
    found = tiled(FieldEstimator(SETTINGS), looks)
    assert same(found, one_shot(FieldEstimator(SETTINGS), looks))
    assert float(found.items_per_m2.sum()) * GRID.cell_area_m2 == pytest.approx(80)


def test_ground_that_no_tile_needs_is_left_out(one_shot) -> None:  # type: ignore[no-untyped-def]
    mask = np.ones(GRID.shape, dtype=bool)
    mask[80:, 80:] = False
    mask[:70, 60:62] = False
    grid = replace(GRID, mask=mask)
    found = tiled(FieldEstimator(SETTINGS), grid=grid)
    assert np.isnan(found.items_per_m2[~mask]).all()
    assert np.isfinite(found.items_per_m2[mask]).all()
    assert same(found, one_shot(FieldEstimator(SETTINGS), grid=grid))


def test_uncertainty_fed_back_differs_from_one_shot_as_seeds_do() -> None:
    """The uncertainty is worked out from draws on both sides: 40 of them leave some per cent in a cell."""
    estimator = FieldEstimator(with_settings(rounds=1))
    median, high, totals = apart(tiled(estimator), estimator.fit(territory(), GRID, YEAR))
    assert median < 0.03
    assert high < 0.10
    assert totals < 0.02


def test_draws_spread_as_those_of_one_shot() -> None:
    estimator = FieldEstimator(with_settings(draws=24))
    found, wanted = tiled(estimator).draws, estimator.fit(territory(), GRID, YEAR).draws
    assert found is not None
    assert wanted is not None
    spreads = [np.log(draws).std(axis=0).mean() for draws in (found, wanted)]
    assert spreads[0] == pytest.approx(spreads[1], rel=0.06)
    totals = [draws.sum(axis=(1, 2), dtype=float) for draws in (found, wanted)]
    assert totals[0].std() / totals[0].mean() == pytest.approx(totals[1].std() / totals[1].mean(), rel=0.5)


def test_common_part_of_a_draw_is_one_over_all_tiles() -> None:
    """Almost without a field of the tiles' own a draw has no step at their edges."""
    smooth = with_settings(short=Matern(80.0, 0.01), site_sd=0.0, draws=4)
    surface = tiled(FieldEstimator(smooth))
    deviation = np.log(surface.draws.astype(float)) - np.log(surface.items_per_m2)  # type: ignore[union-attr]
    steps = np.abs(np.diff(deviation - deviation.mean(axis=(1, 2), keepdims=True), axis=2)).mean(axis=(0, 1))
    assert deviation.std() > 0.2
    assert steps.max() < 3 * np.median(steps)


def test_the_same_seed_gives_the_same_map_and_draws() -> None:
    estimator = FieldEstimator(with_settings(draws=2))
    one, again = tiled(estimator), tiled(estimator, client="threads")
    np.testing.assert_allclose(one.items_per_m2, again.items_per_m2, rtol=1e-6)
    np.testing.assert_allclose(one.draws, again.draws, rtol=1e-4)  # type: ignore[arg-type]


def test_tiles_without_any_look_are_told_by_their_neighbours() -> None:
    """Events in one corner: the others still have an intensity, lower with distance."""
    looks = looks_of(search(100, 2_100, 800, 2_700), *[report(300 + 10 * i, 2_400) for i in range(20)])
    surface = tiled(FieldEstimator(SETTINGS), looks)
    assert surface.parameters["converged"] == "yes"
    corners = [float(surface.items_ever[part].mean()) for part in (np.s_[:30, :30], np.s_[-30:, -30:])]
    assert corners[0] > 1.5 * corners[1] > 0


@pytest.mark.parametrize(
    ("rows", "options", "code"),
    [
        ([], {}, "LR4001"),
        ([search(9e5, 9e5, 9.1e5, 9.1e5)], {}, "LR4001"),
        ([report(5, 5)], {"tile_cells": 10}, "LR4062"),
        ([report(5, 5)], {"halo_m": 0.0}, "LR4062"),
    ],
)
def test_what_cannot_be_fitted_is_refused(rows: list, options: dict, code: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(LandreleaseError, match=code):
        fit_in_tiles(looks_of(*rows), GRID, YEAR, FieldEstimator(SETTINGS), **{"tile_cells": TILE_CELLS, **options})


def test_a_watcher_cancels() -> None:
    for client in (None, "threads"):
        with pytest.raises(KeyboardInterrupt):
            tiled(FieldEstimator(SETTINGS), progress=Impatient(3), client=client)
