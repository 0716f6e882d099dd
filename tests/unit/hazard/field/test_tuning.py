"""Hyper-parameters from the record: what is tried, what is read, what is kept."""

from dataclasses import replace

import numpy as np
import pyproj
import pytest

from landrelease.geo.grid import Grid
from landrelease.hazard.field.basis import Matern
from landrelease.hazard.field.estimator import usual_settings
from landrelease.hazard.field.tuning import FEWEST, TunedField, tune_field
from landrelease.hazard.looks import LookKind, Looks, looks_from_arrays

GRID = Grid(pyproj.CRS.from_epsg(3857), 0.0, 32_000.0, 1_600.0, 20, 20)
YEAR = 2015.0


def record(seed: int, events: int = 150, others: int = 80) -> Looks:
    """Accidents around three places over ten years, and other reports around one of them."""
    generator = np.random.default_rng(seed)
    centres = np.array([[8_000.0, 8_000.0], [22_000.0, 12_000.0], [14_000.0, 25_000.0]])
    of = np.concatenate([generator.integers(0, 3, events), np.zeros(others, dtype=int)])
    places = np.clip(centres[of] + generator.normal(0.0, 1_500.0, (events + others, 2)), 10.0, 31_990.0)
    years = generator.uniform(2005.0, YEAR, events + others)
    kinds = [LookKind.ACCIDENT] * events + [LookKind.DIRECT_EVIDENCE] * others
    return looks_from_arrays(places[:, 0], places[:, 1], years, kinds)


@pytest.fixture(scope="module")
def tuned() -> TunedField:
    return tune_field(record(1), GRID, YEAR, replace(usual_settings(GRID), draws=0))


def test_every_trial_is_in_the_table(tuned: TunedField) -> None:
    assert set(tuned.table["step"]) == {"long", "time"}
    assert tuned.table["score"].notna().all()


def test_the_best_of_each_step_is_chosen(tuned: TunedField) -> None:
    steps = {step: rows.loc[rows["score"].idxmax()] for step, rows in tuned.table.groupby("step")}
    assert tuned.settings.decay_years == steps["time"]["decay_years"]
    assert tuned.settings.other_weight == steps["time"]["other_weight"]
    # a step must gain half a nat, so that the long field may stay just below the best that was tried
    chosen = tuned.table[tuned.table["step"] == "long"]
    kept = chosen[
        (chosen["long_sd"] == tuned.settings.long.sd) & (chosen["long_range_m"] == tuned.settings.long.range_m)
    ]
    assert kept["score"].max() >= chosen["score"].max() - 0.5


def test_what_comes_later_is_not_read(tuned: TunedField) -> None:
    later = looks_from_arrays([1_000.0] * 40, [1_000.0] * 40, [YEAR + 1.0] * 40)
    parts = {name: np.concatenate([getattr(record(1), name), getattr(later, name)]) for name in ("x_m", "y_m", "year")}
    kinds = [*record(1).kind, *later.kind]
    both = looks_from_arrays(parts["x_m"], parts["y_m"], parts["year"], kinds)
    again = tune_field(both, GRID, YEAR, replace(usual_settings(GRID), draws=0))
    assert again.settings == tuned.settings


def test_few_events_keep_the_usual_ageing() -> None:
    start = replace(usual_settings(GRID), draws=0, decay_years=4.5)
    few = tune_field(record(2, events=FEWEST // 4, others=0), GRID, YEAR, start)
    assert few.settings.decay_years == 4.5
    assert set(few.table["step"]) == {"long"}


def test_a_record_of_accidents_alone_tries_no_weights_of_others() -> None:
    made = tune_field(record(3, others=0), GRID, YEAR, replace(usual_settings(GRID), draws=0))
    assert made.table.loc[made.table["step"] == "time", "other_weight"].nunique() == 1


def test_short_field_and_cells_are_kept(tuned: TunedField) -> None:
    assert tuned.settings.short == Matern(9_600.0, 2.0)
    assert tuned.settings.site_sd == usual_settings(GRID).site_sd
