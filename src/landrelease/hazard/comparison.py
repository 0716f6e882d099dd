"""The baselines side by side on any record: fit before a year, judged on the accidents from that year on."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import DistanceEstimator, KernelEstimator, Scale, in_region
from landrelease.hazard.evaluate import (
    Capture,
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
REGION_SHARES = (0.001, 0.01, 0.1)
"""Shares of the region, rounded to one digit of km², at which the capture is told."""

RANKINGS = (roc_auc, pr_auc, height, r_height)


@dataclass(frozen=True)
class Evaluation:
    """How each estimator fared on events that it had not seen.

    Attributes
    ----------
    table
        One row an estimator; empty where there were too few test events. Columns: method, test_events, test_outside
        (the region, so never met), km2_for_50, km2_for_80, km2_for_90 (infinite where never met), captured_N (share of
        the test events in the best N km², for three N by the size of the region), roc_auc, pr_auc, height, r_height,
        brier, log_score (nats a cell), place_log_score (nats a test event above an even spread).
    split_year
        First year of the test.
    findings
        What kept the comparison from being made or limits it.
    tuned
        What was tried for the tuned kernel; None where the record is too thin.
    curves
        By method, the capture curve: columns km2, share.
    """

    table: pd.DataFrame
    split_year: float
    findings: tuple[Finding, ...] = ()
    tuned: Tuned | None = field(default=None, repr=False)
    curves: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @property
    def statement(self) -> str:
        """What was trained on and tested on, in words."""
        if self.table.empty:
            return " ".join(finding.what + "." for finding in self.findings)
        return _(
            "Each map was made from what happened before {year:g} and judged on the {count} accidents from {year:g} on "
            "at distinct places. Cells of equal rank count by their average. Nothing of the test years was used to "
            "choose a parameter. Recorded events follow where people were and reported, so the scores do too."
        ).format(year=self.split_year, count=int(self.table["test_events"].iloc[0]))


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
        Test events needed inside the region; with fewer the table is empty and a finding (LR4004) says so.
    """
    test = looks.since(split_year).of([target]).events().distinct_places()
    inside = int(in_region(test, grid).sum())
    if inside < fewest:
        few = {"count": inside, "year": f"{split_year:g}", "needed": fewest}
        return Evaluation(pd.DataFrame(), split_year, (Finding(ErrorCode.TEST_EVENTS_FEW, few),))
    past = looks.before(split_year)
    tuned, findings = tune_if_possible(past, grid, split_year)
    estimators = {**_baselines(tuned, test, split_year, target), **(others or {})}
    rows, curves = [], {}
    for name, estimator in track(estimators.items(), progress, _("Judging the hazard maps"), len(estimators)):
        try:
            surface = estimator.fit(past, grid, split_year)
        except LandreleaseError as error:
            findings = (*findings, *error.findings)
            continue
        rows.append(
            {"method": name, "test_events": len(test), "test_outside": len(test) - inside} | scores(surface, test)
        )
        curves[name] = capture_curve(capture(surface.items_per_m2, grid, test.x_m, test.y_m))
    return Evaluation(pd.DataFrame(rows), split_year, _unique(findings), tuned, curves)


def _baselines(tuned: Tuned | None, test: Looks, split_year: float, target: LookKind) -> dict[str, Estimator]:
    """The baselines, their totals set to the target events expected in the test years."""
    years = max(float(np.ceil(test.year.max())) - split_year, 1.0)
    scale = Scale(exposure_years=years, kinds=frozenset({target}))
    found: dict[str, Estimator] = {"distance": DistanceEstimator(scale=scale), "kernel": KernelEstimator(scale=scale)}
    return found if tuned is None else {**found, "kernel_tuned": replace(tuned.estimator, scale=scale)}


def _unique(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(finding for at, finding in enumerate(findings) if finding not in findings[:at])


def tune_if_possible(
    looks: Looks, grid: Grid, before_year: float, plan: TuningPlan | None = None
) -> tuple[Tuned | None, tuple[Finding, ...]]:
    """Tune a kernel on the years before; None and a note (LR4011) where the record is too thin."""
    try:
        return tune_kernel(looks, grid, before_year, plan), ()
    except LandreleaseError as error:
        if error.codes != (ErrorCode.TUNING_EVENTS_FEW.code,):
            raise
        return None, (Finding(ErrorCode.TUNING_LEFT_OUT, error.findings[0].details),)


def best_baseline(looks: Looks, grid: Grid, at_year: float) -> tuple[Estimator, tuple[Finding, ...]]:
    """The tuned kernel where the record before the year allows one, else the default kernel and the finding why."""
    tuned, findings = tune_if_possible(looks, grid, at_year)
    return (KernelEstimator() if tuned is None else tuned.estimator), findings


def scores(surface: Surface, test: Looks) -> dict[str, float]:
    """Every figure of one map on test events; see `Evaluation`."""
    items = surface.items_per_m2
    found = capture(items, surface.grid, test.x_m, test.y_m)
    areas = [one_digit(share * found.cells * found.cell_km2) for share in REGION_SHARES]
    return {
        **{f"km2_for_{share * 100:.0f}": found.km2_for(share) for share in SHARES},
        **{f"captured_{area:.12g}": found.share_in(area) for area in areas},
        **_cell_scores(surface, test),
        "place_log_score": place_log_score(items, surface.grid, test.x_m, test.y_m),
    }


def one_digit(value: float) -> float:
    """A positive number to one significant digit: 2,056 is 2,000."""
    exponent = math.floor(math.log10(value))
    return round(value, -exponent)


def capture_curve(found: Capture, points: int = 200) -> pd.DataFrame:
    """Share of the test events in the best land, from one cell to the whole region: columns km2, share."""
    km2 = np.geomspace(found.cell_km2, max(found.cells, 2) * found.cell_km2, points)
    return pd.DataFrame({"km2": km2, "share": [found.share_in(area) for area in km2]})


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


def split_years(looks: Looks, target: LookKind = LookKind.ACCIDENT, test_share: float = 0.2) -> Sequence[float]:
    """Whole years that leave about a share of the target events for the test, best first; empty without events."""
    years = np.floor(looks.of([target]).events().year)
    candidates = np.unique(years)[1:]
    share = np.array([(years >= year).mean() for year in candidates])
    return [float(year) for year in candidates[np.argsort(np.abs(share - test_share), kind="stable")]]
