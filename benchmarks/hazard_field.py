"""The field on the Colombian record: foreseen accidents, counts by department and year, departments left out."""

from dataclasses import replace

import numpy as np
import pandas as pd

from benchmarks.colombia import MINE_ACCIDENT, SPLIT_YEAR, colombia_covariates, colombia_grid
from benchmarks.common import Figures
from benchmarks.hazard_counts import Floats, count_coverage, counts_of
from landrelease.geo.grid import Grid
from landrelease.hazard.apart import usual_sources
from landrelease.hazard.blocked import compare_by_place, nearest_blocks
from landrelease.hazard.competitors import BoostedEstimator
from landrelease.hazard.evaluate import Indices
from landrelease.hazard.field.estimator import FieldEstimator, usual_settings
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.field.tuning import tune_field
from landrelease.hazard.hidden_ground import HidingField
from landrelease.hazard.judging import Judged
from landrelease.hazard.looks import Looks
from landrelease.hazard.surface import Estimator

COUNT_CELL_M, PLACE_CELL_M = 4_000.0, 8_000.0
"""Cells of the maps whose sums over departments are judged, and of those with a department left out."""


def tuned_settings(looks: Looks, grid: Grid, before: float, seed: int, quick: bool = False) -> FieldSettings:
    """Hyper-parameters from the record before a year; the usual ones where it has to be quick."""
    start = replace(usual_settings(grid), draws=0, seed=seed)
    if quick:
        return start
    return tune_field(looks.before(before), grid, before, start).settings


def measure_counts(events: pd.DataFrame, looks: Looks, seed: int, quick: bool) -> Figures:
    """Coverage of predicted counts by department and year; the field is tuned and fitted before each origin alone."""
    grid = colombia_grid(events, 8 * COUNT_CELL_M if quick else COUNT_CELL_M)
    labels, names = departments(events, grid)
    accidents = events[events["type_code"] == MINE_ACCIDENT]
    counts = counts_of(accidents["year"], accidents["department"], names)

    def shares(year: float) -> Floats:
        settings = replace(tuned_settings(looks, grid, year, seed, quick), draws=4 if quick else 30)
        surface = FieldEstimator(settings).fit(looks.before(year), grid, year)
        assert surface.draws is not None
        sums = [np.bincount(labels.ravel(), draw.ravel(), len(names)) for draw in surface.draws]
        return np.array([total / total.sum() for total in sums])

    return count_coverage(counts, int(SPLIT_YEAR), shares, seed)


def departments(events: pd.DataFrame, grid: Grid) -> tuple[Indices, tuple[str, ...]]:
    """Department of each cell: that of the nearest event, whatever its year; the record holds no outlines."""
    return nearest_blocks(grid, events["x_m"], events["y_m"], list(events["department"]))


def measure_places(events: pd.DataFrame, looks: Looks, seed: int, quick: bool) -> Figures:
    """Leave one department out, before and after the split year: gains in nats a test event, with 95 % intervals.

    The field is the one of `landrelease evaluate`, with the layers' covariates: the usual settings, no choice that a
    hidden department had a say in.
    """
    grid = colombia_grid(events, 4 * PLACE_CELL_M if quick else PLACE_CELL_M)
    labels, names = departments(events, grid)
    covariates = colombia_covariates(grid)
    usual = replace(usual_settings(grid), draws=0, seed=seed)
    others: dict[str, Estimator] = {
        "field": HidingField(FieldEstimator(usual), usual_sources(covariates)),
        "field_alone": HidingField(FieldEstimator(usual)),
        "lightgbm": BoostedEstimator(covariates),
    }
    made = compare_by_place(
        looks, grid, labels, split_year=SPLIT_YEAR, others=others, folds=2 if quick else None, seed=seed
    )
    kernels = [name for name in made.judged if name.startswith("kernel")]
    best = max(kernels, key=lambda name: made.judged[name].figures["place_log_score"])
    field = made.judged["field"]
    scores = {name: round(judged.figures["place_log_score"], 4) for name, judged in made.judged.items()}
    return {
        **_gain("log_score_gain_vs_kernel", field, made.judged[best], seed),
        **_gain("log_score_gain_vs_lightgbm", field, made.judged["lightgbm"], seed),
        "kernel": best, "place_log_scores": scores, "departments": len(names), "cell_m": grid.cell_m,
    }  # fmt: skip


def _gain(key: str, field: Judged, other: Judged, seed: int) -> Figures:
    gain, low, high = field.gain_over(other, "place_log_score", seed=seed)
    return {key: round(gain, 4), f"{key}_interval": [round(low, 4), round(high, 4)]}
