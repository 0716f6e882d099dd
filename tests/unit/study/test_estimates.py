"""The estimate of a study: the field first, the baseline in its place, what a statement says of it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.samples.field_looks import GRID, SETTINGS, YEAR, accident, looks_of, programme, verdict
from tests.samples.studies import SOURCE

from landrelease import estimates
from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.estimates import Hazard, estimate_statement, field_settings, fit_surface, hash_of_looks
from landrelease.hazard.field import fitting
from landrelease.hazard.field.estimator import FieldEstimator, usual_settings
from landrelease.hazard.field.mode import ModeSettings
from landrelease.record.kinds import EstimateRecorded
from landrelease.report.data import Evaluation

LOOKS = looks_of(*programme())
QUICK = replace(SETTINGS, draws=3)
SCORES = pd.DataFrame([{"method": "field", "roc_auc": 0.75, "km2_for_50": np.nan, "test_events": 12}])


def refused(*_args: object, **_options: object) -> None:
    raise fail(ErrorCode.EVENTS_NONE)


def statement(tmp_path: Path, hazard: Hazard) -> EstimateRecorded:
    raster = tmp_path / "hazard.tif"
    raster.write_bytes(b"raster")
    said = estimate_statement(hazard, raster, SOURCE, "estimate:here", "2026-01-01", "analyst")
    assert said.cites == (SOURCE.last_hash,)
    assert isinstance(said.body, EstimateRecorded)
    return EstimateRecorded.model_validate_json(said.body.model_dump_json(exclude_none=True))


def test_the_field_is_the_estimate() -> None:
    surface, findings = fit_surface(LOOKS, GRID, YEAR, QUICK)
    assert (surface.method, findings) == ("field", ())
    assert surface.draws is not None


def test_the_baseline_stands_where_the_field_cannot_be_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FieldEstimator, "fit", refused)
    surface, findings = fit_surface(LOOKS, GRID, YEAR, QUICK)
    assert surface.method.startswith("kernel")
    assert surface.draws is None
    assert findings[0].error is ErrorCode.FIELD_LEFT_OUT
    assert str(findings[0].details["reason"])


def test_where_nothing_can_be_learned_both_refuse() -> None:
    silent = looks_of(verdict(0, 0, 900, 900, yes=False))
    with pytest.raises(LandreleaseError, match="LR4001"):
        fit_surface(silent, GRID, YEAR, QUICK)


def test_a_fit_that_was_cut_short_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "_MODE", ModeSettings(tolerance=1e-30, steps=1))
    _surface, findings = fit_surface(LOOKS, GRID, YEAR, QUICK)
    assert [finding.error for finding in findings] == [ErrorCode.FIELD_NOT_CONVERGED]


def test_settings_are_the_usual_ones_of_the_grid_with_a_smoother_short_field() -> None:
    usual = usual_settings(GRID)
    short = replace(usual.short, sd=estimates.SHORT_SD)
    assert short.sd < usual.short.sd
    assert field_settings(GRID, 7, 5) == replace(usual, short=short, seed=7, draws=5)
    assert field_settings(GRID).draws == estimates.DRAWS


def test_the_statement_of_a_field(tmp_path: Path) -> None:
    surface, _findings = fit_surface(LOOKS, GRID, YEAR, QUICK)
    body = statement(tmp_path, Hazard(surface, LOOKS, Evaluation(SCORES, "so")))
    assert (body.method, body.converged, body.draws) == ("field", True, 3)
    assert (body.looks, body.events) == (len(LOOKS), len(LOOKS.events()))
    assert body.looks_sha256 == hash_of_looks(LOOKS.entry)
    assert body.scores == {"field.roc_auc": "0.75", "field.test_events": "12"}
    assert 1 <= len(body.rounds) <= QUICK.rounds
    assert body.inputs == [SOURCE.last_hash]
    assert float(body.parameters["long_sd"]) == QUICK.long.sd


def test_the_statement_of_a_baseline_says_nothing_of_convergence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FieldEstimator, "fit", refused)
    surface, _findings = fit_surface(LOOKS, GRID, YEAR, QUICK)
    body = statement(tmp_path, Hazard(surface, LOOKS, None))
    assert (body.converged, body.newton_steps, body.newton_decrement, body.rounds) == (None, None, None, [])
    assert (body.draws, body.scores) == (0, {})


def test_an_older_statement_can_be_read() -> None:
    assert EstimateRecorded(method="kernel", seed=1).looks_sha256 is None


@given(st.lists(st.text("0123456789abcdef", min_size=4, max_size=4), max_size=6), st.randoms())
def test_the_hash_of_looks_knows_neither_order_nor_repeats(entries: list[str], random: object) -> None:
    shuffled = [*entries, *entries]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert hash_of_looks(shuffled) == hash_of_looks(entries)


@given(st.sets(st.text("0123456789abcdef", min_size=4, max_size=4), min_size=1, max_size=6))
def test_the_hash_of_looks_knows_each_statement(entries: set[str]) -> None:
    left = sorted(entries)[1:]
    assert hash_of_looks(entries) != hash_of_looks(left)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-1e-12, "0"), (12.0, "12"), (-0.25, "-0.25"), (1e-9, "0.000000001"), (100.0, "100")],
)
def test_decimals_are_plain(value: float, text: str) -> None:
    assert estimates._decimal(value) == text


def test_one_accident_is_enough() -> None:
    surface, findings = fit_surface(looks_of(accident(500, 500)), GRID, YEAR, QUICK)
    assert (surface.method, findings) == ("field", ())
