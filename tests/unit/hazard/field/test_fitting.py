"""From looks to a fitted model: what streams are made, the coarse start, the mean that agrees with its uncertainty."""

from dataclasses import replace

import numpy as np
import pytest
from tests.samples.field_looks import (
    GRID,
    SETTINGS,
    YEAR,
    accident,
    everything,
    find,
    looks_of,
    programme,
    report,
    search,
)

from landrelease.errors import LandreleaseError
from landrelease.hazard.covariates import Covariates
from landrelease.hazard.field.effects import DesignEffect, LevelEffect
from landrelease.hazard.field.fitting import REST, Layers, _start, build_model, fit_model, make_frame
from landrelease.hazard.field.gridding import ACCIDENT, REPORT, SEARCH, grid_looks
from landrelease.hazard.field.mode import ModeSettings, find_mode
from landrelease.hazard.field.model import FieldModel
from landrelease.hazard.field.settings import FieldSettings

FRAME = make_frame(GRID, SETTINGS)


def model_of(*rows: dict[str, object], settings: FieldSettings = SETTINGS, layers: Layers | None = None) -> FieldModel:
    return build_model(grid_looks(looks_of(*rows), GRID, YEAR, settings), FRAME, settings, layers or Layers())


@pytest.mark.parametrize(
    ("rows", "streams", "levels"),
    [
        ([search(0, 0, 900, 900)], [SEARCH], 1),
        ([search(0, 0, 900, 900), find(500, 500)], [SEARCH], 1),
        ([search(0, 0, 900, 900), accident(500, 500)], [SEARCH, ACCIDENT], 2),
        ([search(0, 0, 900, 900), accident(500, 500), report(9, 9)], [SEARCH, ACCIDENT, REPORT], 3),
        ([accident(500, 500)], [SEARCH, ACCIDENT], 1),
        ([accident(500, 500), report(9, 9)], [SEARCH, ACCIDENT, REPORT], 2),
        ([report(9, 9)], [SEARCH, REPORT], 1),
    ],
)
def test_reports_have_a_rate_of_their_own_beside_what_fixes_the_level(
    rows: list[dict[str, object]], streams: list[str], levels: int
) -> None:
    model = model_of(*rows)
    assert [stream.name for stream in model.streams] == streams
    assert sum(isinstance(effect, LevelEffect) for effect in model.effects) == levels


def test_nothing_seen_and_nothing_searched_is_refused() -> None:
    with pytest.raises(LandreleaseError, match="LR4001"):
        model_of()


def test_exposure_is_the_ground_times_the_share_seen() -> None:
    stream = model_of(search(0, 0, 1_000, 1_000, 0.8)).streams[0]
    assert stream.exposure.sum() == pytest.approx(0.8 * 1e6)
    assert (stream.exposure > 0).sum() == 100


def test_ground_outside_the_mask_is_not_looked_at() -> None:
    mask = np.ones(GRID.shape, dtype=bool)
    mask[:, :5] = False
    grid = replace(GRID, mask=mask)
    gridded = grid_looks(looks_of(search(0, 0, 1_000, 1_000, 0.8), accident(900, 900)), grid, YEAR, SETTINGS)
    streams = build_model(gridded, make_frame(grid, SETTINGS), SETTINGS, Layers()).streams
    assert streams[0].exposure.sum() == pytest.approx(0.8 * 0.5e6)
    assert streams[1].exposure.sum() == pytest.approx(mask.sum() * GRID.cell_area_m2 * gridded.years)


def test_a_field_of_its_own_for_reports() -> None:
    rows = [search(0, 0, 900, 900), accident(500, 500), report(9, 9)]
    without, beside = (model_of(*rows, settings=replace(SETTINGS, reporting_sd=sd)) for sd in (0.0, 0.7))
    assert len(beside.effects) == len(without.effects) + 1
    assert len(beside.effects) - 1 in beside.streams[2].effects
    assert len(beside.effects) - 1 not in {*beside.streams[0].effects, *beside.streams[1].effects}


def layer(name: str) -> Covariates:
    values = np.random.default_rng(1).normal(size=(1, *GRID.shape))
    return Covariates(GRID, (name,), values)


def test_covariates_of_reporting_need_searches() -> None:
    """Nothing else tells where items are from where people report them."""
    layers = Layers(layer("road"), layer("people"))
    searched, only_reports = (
        model_of(search(0, 0, 900, 900), report(9, 9), layers=layers),
        model_of(report(9, 9), layers=layers),
    )
    designs = [[e for e in model.effects if isinstance(e, DesignEffect)] for model in (searched, only_reports)]
    assert [len(found) for found in designs] == [2, 1]


def test_an_offset_is_added_to_every_stream() -> None:
    offset = np.random.default_rng(2).normal(size=GRID.shape)
    rows = [search(0, 0, 900, 900), accident(50, 50)]
    plain, moved = model_of(*rows), model_of(*rows, layers=Layers(offset=offset))
    for before, after in zip(plain.streams, moved.streams, strict=True):
        np.testing.assert_allclose(FRAME.cut(after.offset - before.offset), offset)


@pytest.mark.parametrize("rows", [programme(), everything(), [accident(500, 500)]], ids=["programme", "all", "one"])
def test_a_coarse_start_leads_to_the_mode_of_a_cold_one(rows: list[dict[str, object]]) -> None:
    grid = replace(GRID, rows=140, columns=140, cell_m=20.0, y_max_m=2_400.0)
    settings = replace(SETTINGS, short=replace(SETTINGS.short, range_m=200.0))
    frame = make_frame(grid, settings)
    model = build_model(grid_looks(looks_of(*rows), grid, YEAR, settings), frame, settings, Layers())
    start = _start(model)
    assert max(np.abs(part).max() for part in start) > 0
    tight = ModeSettings(tolerance=1e-4)
    cold, warm = find_mode(model, settings=tight), find_mode(model, start, tight)
    assert warm.state.objective == pytest.approx(cold.state.objective, abs=1e-3)
    np.testing.assert_allclose(warm.predictors[0], cold.predictors[0], atol=0.03)


def test_rounds_come_to_rest() -> None:
    settings = replace(SETTINGS, rounds=8)
    fit = fit_model(model_of(*programme(), settings=settings), FRAME, settings)
    assert 2 <= len(fit.rounds) < 8
    assert fit.rounds[-1] < REST
    assert fit.mode.converged


def test_no_more_rounds_than_asked_for() -> None:
    settings = replace(SETTINGS, rounds=1)
    assert len(fit_model(model_of(*programme(), settings=settings), FRAME, settings).rounds) == 1


def test_variance_is_less_where_someone_looked() -> None:
    fit = fit_model(
        model_of(search(0, 0, 1_200, 2_000), *[find(x, 900) for x in range(100, 1_100, 100)]), FRAME, SETTINGS
    )
    variance = FRAME.cut(fit.variance)
    assert variance[:, :8].mean() < 0.9 * variance[:, 18:].mean()
    assert variance.max() <= 2 * SETTINGS.variance


def test_expected_finds_are_those_found() -> None:
    """With the uncertainty in the mean: 40 finds, a wide prior of the level."""
    rng = np.random.default_rng(3)
    rows = [search(0, 0, 1_200, 2_000), *[find(*at) for at in rng.uniform([5, 5], [1_195, 1_995], (40, 2))]]
    model = model_of(*rows)
    fit = fit_model(model, FRAME, SETTINGS)
    expected = float((model.streams[0].exposure * np.exp(fit.log_mean)).sum())
    assert expected == pytest.approx(40, abs=1.5)
