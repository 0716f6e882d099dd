"""Hyper-parameters of a field model from the record itself; nothing later than the estimate is read.

1. The long field: by the approximate marginal likelihood of the last years' events, unweighted.
2. How far the place of other reports is believed, and how fast reports age: by the log score of target events in the
   last years of the record, foreseen from the years before them (blocked in time). Weighted reports are no Poisson
   counts, so that their marginal likelihood would not do. Where the record has too few dated events the usual values
   stand.

Both on a coarser grid over the whole region. The short field and the effect of single cells keep their usual values, in
cells: on coarser cells both steps prefer a smoother map than serves the cells of the final one.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import in_region
from landrelease.hazard.evaluate import place_log_score
from landrelease.hazard.field.basis import Matern
from landrelease.hazard.field.fitting import Fit, Layers, build_model, fit_model, make_frame
from landrelease.hazard.field.gridding import grid_looks
from landrelease.hazard.field.marginal import log_evidence
from landrelease.hazard.field.settings import FieldSettings
from landrelease.hazard.looks import LookKind, Looks, Outcome
from landrelease.hazard.territory import coarser
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress

Floats = NDArray[np.float64]

COARSE, MEDIUM = 20_000, 80_000
"""Cells at most of the grids of the two steps."""

RECENT_YEARS = 6.0
"""Years of events that choose the long field."""

FEWEST = 20
"""Target events in the last years, below which they choose nothing."""

MOST_STEPS = 16
"""Evaluations of the marginal likelihood at most."""

FACTOR = 1.5
"""Step of a parameter."""

ENOUGH = 0.5
"""Gain in nats below which a step is not taken."""

DECAYS = (1.5, 3.0, 6.0)
OTHERS = ((0.2, 0.0), (0.5, 1.0), (1.0, 1.0))
"""Weight of reports that are no accidents, and the spread of a reporting field of their own."""


@dataclass(frozen=True)
class TunedField:
    """Settings that were chosen, and everything that was tried.

    Attributes
    ----------
    table
        One row a trial: step (long, time), the parameters, score (nats: a target event, or in all).
    """

    settings: FieldSettings
    table: pd.DataFrame


def tune_field(
    looks: Looks,
    grid: Grid,
    at_year: float,
    start: FieldSettings,
    *,
    target: LookKind = LookKind.ACCIDENT,
    progress: Progress = SILENT,
) -> TunedField:
    """Choose the hyper-parameters of a field model.

    Parameters
    ----------
    looks, grid, at_year
        As of the fit; looks after the year are not read.
    start
        Settings to begin from; draws, seed and rounds are kept.
    target
        Kind of event that should be foreseen.
    """
    known = looks.where(looks.year <= at_year)
    progress.begin(_("Choosing the parameters of the field"))
    try:
        rows: list[dict[str, float | str]] = []
        settings = _by_evidence(known, coarser(grid, COARSE), at_year, start, rows, progress)
        settings = _by_time(known, coarser(grid, MEDIUM), at_year, settings, target, rows, progress)
    finally:
        progress.end()
    return TunedField(settings, pd.DataFrame(rows))


# Blocked in time


def _by_time(
    looks: Looks, grid: Grid, at_year: float, start: FieldSettings, target: LookKind,
    rows: list[dict[str, float | str]], progress: Progress,
) -> FieldSettings:  # fmt: skip
    """Settings whose maps of earlier years best foresee the target events of the years after them."""
    folds = list(_folds(looks, grid, at_year, target))
    if sum(len(test) for _split, test in folds) < FEWEST:
        return start
    chosen, best = start, -np.inf
    for trials in (partial(_others, looks), _aging):
        for settings in trials(chosen):
            score = _foreseen(looks, grid, settings, folds, progress)
            rows.append({"step": "time", **_row(settings), "score": score})
            if score > best:
                best, chosen = score, settings
    return chosen


def _foreseen(
    looks: Looks, grid: Grid, settings: FieldSettings, folds: list[tuple[float, Looks]], progress: Progress
) -> float:
    """Mean log score of the folds' target events, nats."""
    scores = []
    for split, test in folds:
        fit = _fit(looks.before(split), grid, split, replace(settings, rounds=0), progress)
        intensity = np.exp(fit.frame.cut(fit.log_mean))
        inside = intensity if grid.mask is None else np.where(grid.mask, intensity, np.nan)
        scores.append(place_log_score(inside, grid, test.x_m, test.y_m))
    return float(np.average(scores, weights=[len(test) for _split, test in folds]))


def _folds(looks: Looks, grid: Grid, at_year: float, target: LookKind) -> Iterator[tuple[float, Looks]]:
    """Last years of the record, two by two: the split and the target events of the two years after it."""
    for back in (4.0, 2.0):
        split = at_year - back
        test = looks.since(split).before(split + 2.0).of([target]).events().distinct_places()
        test = test.where(in_region(test, grid))
        if len(test) and len(looks.before(split).events()):
            yield split, test


def _others(looks: Looks, start: FieldSettings) -> Iterator[FieldSettings]:
    accidents = looks.events().is_kind([LookKind.ACCIDENT])
    both = accidents.any() and not accidents.all()
    for weight, own in OTHERS if both else ((start.other_weight, 0.0),):
        yield replace(start, other_weight=weight, reporting_sd=own)


def _aging(start: FieldSettings) -> Iterator[FieldSettings]:
    for decay in DECAYS:
        if decay != start.decay_years:
            yield replace(start, decay_years=decay)


# By the marginal likelihood


def _by_evidence(
    looks: Looks, grid: Grid, at_year: float, start: FieldSettings, rows: list[dict[str, float | str]],
    progress: Progress,
) -> FieldSettings:  # fmt: skip
    """The long field of highest marginal likelihood, found parameter by parameter."""
    events = looks.is_outcome(Outcome.REPORTED)
    recent = looks.where(~events | (looks.year >= at_year - RECENT_YEARS))
    recent = recent if len(recent.events()) else looks

    def evidence(settings: FieldSettings) -> float:
        plain = replace(settings, rounds=1, decay_years=np.inf, other_weight=1.0)
        score = log_evidence(_fit(recent, grid, at_year, plain, progress))
        rows.append({"step": "long", **_row(settings), "score": score})
        return score

    return _climb(start, ("long_sd", "long_range"), evidence)


def _fit(looks: Looks, grid: Grid, at_year: float, settings: FieldSettings, progress: Progress) -> Fit:
    frame = make_frame(grid, settings)
    model = build_model(grid_looks(looks, grid, at_year, settings), frame, settings, Layers())
    return fit_model(model, frame, settings, progress=progress)


def _with(settings: FieldSettings, name: str, factor: float) -> FieldSettings:
    """Settings with one parameter of the long field multiplied."""
    term = settings.long
    if name == "long_range":
        return replace(settings, long=Matern(term.range_m * factor, term.sd))
    return replace(settings, long=Matern(term.range_m, term.sd * factor))


def _climb(
    settings: FieldSettings, names: tuple[str, ...], evidence: Callable[[FieldSettings], float]
) -> FieldSettings:
    """Go up parameter by parameter, as far as each step gains enough."""
    best, spent, moved = evidence(settings), 1, True
    while moved and spent < MOST_STEPS:
        moved = False
        for name, factor in itertools.product(names, (FACTOR, 1 / FACTOR)):
            while spent < MOST_STEPS and _allowed(tried := _with(settings, name, factor)):
                score, spent = evidence(tried), spent + 1
                if score <= best + ENOUGH:
                    break
                settings, best, moved = tried, score, True
    return settings


def _allowed(settings: FieldSettings) -> bool:
    """Whether the fields keep their order and the spread its proportion."""
    return settings.long.range_m > 2 * settings.short.range_m and 0.1 <= settings.long.sd <= 5.0


def _row(settings: FieldSettings) -> dict[str, float]:
    return {
        "short_range_m": settings.short.range_m, "short_sd": settings.short.sd,
        "long_range_m": settings.long.range_m, "long_sd": settings.long.sd, "site_sd": settings.site_sd,
        "decay_years": settings.decay_years, "other_weight": settings.other_weight,
        "reporting_sd": settings.reporting_sd,
    }  # fmt: skip
