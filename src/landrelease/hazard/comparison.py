"""The baselines side by side on any record: fit before a year, judged on the accidents from that year on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import DistanceEstimator, KernelEstimator, Scale, in_region
from landrelease.hazard.evaluate import (
    brier,
    capture,
    height,
    log_score,
    place_log_score,
    pr_auc,
    r_height,
    roc_auc,
    scores_at,
)
from landrelease.hazard.looks import LookKind, Looks
from landrelease.hazard.surface import Estimator, Surface
from landrelease.hazard.tuning import Tuned, TuningPlan, tune_kernel
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track

FEWEST_TEST_EVENTS = 10
"""Test events at distinct places below which a score says nothing."""

SHARES = (0.5, 0.8, 0.9)
AREA_SHARES = (0.001, 0.01, 0.1)


@dataclass(frozen=True)
class Evaluation:
    """How each estimator fared on events that it had not seen.

    Attributes
    ----------
    table
        One row an estimator; empty where there were too few test events. Columns: estimator, test_events, test_outside,
        km2_for_50, km2_for_80, km2_for_90 (infinite where never met), captured_0.1_percent, captured_1_percent,
        captured_10_percent (share of test events in the best part of the region), roc_auc, pr_auc, height, r_height,
        brier, log_score (nats a cell), place_log_score (nats a test event above an even spread).
    findings
        What kept the evaluation from being made or limits it.
    """

    table: pd.DataFrame
    split_year: float
    findings: tuple[Finding, ...] = ()
    tuned: Tuned | None = field(default=None, repr=False)


COLUMNS = (
    "estimator", "test_events", "test_outside",
    *(f"km2_for_{share * 100:.0f}" for share in SHARES),
    *(f"captured_{share * 100:g}_percent" for share in AREA_SHARES),
    "roc_auc", "pr_auc", "height", "r_height", "brier", "log_score", "place_log_score",
)  # fmt: skip


def evaluate_baselines(
    looks: Looks,
    grid: Grid,
    split_year: float,
    *,
    target: LookKind = LookKind.ACCIDENT,
    others: Mapping[str, Estimator] | None = None,
    fewest: int = FEWEST_TEST_EVENTS,
    progress: Progress = SILENT,
) -> Evaluation:
    """Fit distance, the default kernel and, where the record allows, a tuned kernel before a year; judge them after it.

    Test events are those of the target kind from the split year on, one a distinct position, inside the region or
    not. Nothing from the split year on is used to fit or to tune.

    Parameters
    ----------
    looks, grid
        The record and the region.
    split_year
        Decimal year; 2015 puts everything of 2015 on the test side.
    target
        Kind of event to foresee.
    others
        More estimators to judge in the same table, by name.
    fewest
        Test events needed; with fewer the table is empty and a finding (LR4004) says so.
    """
    test = looks.since(split_year).of([target]).events().distinct_places()
    outside = int((~in_region(test, grid)).sum())
    if len(test) - outside < fewest:
        few = {"count": len(test) - outside, "year": f"{split_year:g}", "needed": fewest}
        return Evaluation(pd.DataFrame(columns=COLUMNS), split_year, (Finding(ErrorCode.TEST_EVENTS_FEW, few),))
    past = looks.before(split_year)
    tuned, findings = tune_if_possible(past, grid, split_year)
    scale = Scale(exposure_years=max(float(np.ceil(test.year.max()) - split_year), 1.0), kinds=frozenset({target}))
    estimators: dict[str, Estimator] = {
        "distance": DistanceEstimator(scale=scale),
        "kernel": KernelEstimator(scale=scale),
        **({} if tuned is None else {"kernel_tuned": replace(tuned.estimator, scale=scale)}),
        **(others or {}),
    }
    rows = []
    for name, estimator in track(estimators.items(), progress, _("Judging the hazard maps"), len(estimators)):
        try:
            surface = estimator.fit(past, grid, split_year)
        except LandreleaseError as error:
            findings = (*findings, *error.findings)
            continue
        rows.append({"estimator": name, "test_events": len(test), "test_outside": outside, **scores(surface, test)})
    return Evaluation(pd.DataFrame(rows, columns=COLUMNS), split_year, _unique(findings), tuned)


def _unique(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(finding for at, finding in enumerate(findings) if finding not in findings[:at])


def tune_if_possible(
    looks: Looks, grid: Grid, before_year: float, plan: TuningPlan | None = None
) -> tuple[Tuned | None, tuple[Finding, ...]]:
    """Tune a kernel on the years before; None and the finding where the record is too thin."""
    try:
        return tune_kernel(looks, grid, before_year, plan), ()
    except LandreleaseError as error:
        return None, error.findings


def best_baseline(looks: Looks, grid: Grid, at_year: float) -> tuple[Estimator, tuple[Finding, ...]]:
    """The tuned kernel where the record before the year allows one, else the default kernel and the finding why."""
    tuned, findings = tune_if_possible(looks, grid, at_year)
    return (KernelEstimator() if tuned is None else tuned.estimator), findings


def scores(surface: Surface, test: Looks) -> dict[str, float]:
    """Every figure of one map on test events; see `Evaluation`."""
    items = surface.items_per_m2
    found = capture(items, surface.grid, test.x_m, test.y_m)
    region_km2 = found.cells * found.cell_km2
    return {
        **{f"km2_for_{share * 100:.0f}": found.km2_for(share) for share in SHARES},
        **{f"captured_{share * 100:g}_percent": found.share_in(share * region_km2) for share in AREA_SHARES},
        **_cell_scores(surface, test),
        "place_log_score": place_log_score(items, surface.grid, test.x_m, test.y_m),
    }


def _cell_scores(surface: Surface, test: Looks) -> dict[str, float]:
    """Scores of cells as positive (a test event in it) or negative."""
    happened = np.zeros(surface.grid.shape, dtype=np.bool_)
    inside = np.isfinite(scores_at(surface.items_per_m2, surface.grid, test.x_m, test.y_m))
    rows, columns = surface.grid.cells_of(test.x_m[inside], test.y_m[inside])
    happened[rows, columns] = True
    region = np.isfinite(surface.items_per_m2)
    items, hit = surface.items_per_m2[region], happened[region]
    chance = -np.expm1(-items * surface.grid.cell_area_m2)
    positive, negative = items[hit], items[~hit]
    ranking = {measure.__name__: measure(positive, negative) for measure in RANKINGS}
    return {**ranking, "brier": brier(chance, hit), "log_score": log_score(chance, hit)}


RANKINGS = (roc_auc, pr_auc, height, r_height)


def split_years(looks: Looks, target: LookKind = LookKind.ACCIDENT, test_share: float = 0.2) -> Sequence[float]:
    """Whole years that leave about a share of the target events for the test, best first; empty without events."""
    years = np.floor(looks.of([target]).events().year)
    candidates = np.unique(years)[1:]
    share = np.array([(years >= year).mean() for year in candidates])
    return [float(year) for year in candidates[np.argsort(np.abs(share - test_share), kind="stable")]]
