"""Maps side by side on any record: fitted on the same events, judged on the same later ones or in hidden places.

The order of a comparison by time: fit before a year, judge on the target events from that year on. By place: hide the
events of a block, judge the map in it (`landrelease.hazard.blocked`). Cells are never drawn at random.
"""

import inspect
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import DistanceEstimator, KernelEstimator, in_region
from landrelease.hazard.evaluate import Indices
from landrelease.hazard.judging import Judged, capture_curve, events_to_expect, judge, levelled
from landrelease.hazard.looks import LookKind, Looks
from landrelease.hazard.surface import Estimator, Surface
from landrelease.hazard.tuning import Tuned, TuningPlan, tune_kernel
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track

FEWEST_TEST_EVENTS = 10
"""Test events at distinct places below which a score says nothing."""


class SplitBy(Enum):
    """How training and test are kept apart."""

    TIME = "time"
    PLACE = "place"
    TABLES = "tables"
    """Two tables, as someone else parted them."""


@dataclass(frozen=True)
class Evaluation:
    """How each estimator fared on events that it had not seen.

    Attributes
    ----------
    table
        One row an estimator; empty where there were too few test events. Columns: method, test_events, test_outside
        (the region, so never met), then the figures of `Judged`.
    split_year
        First year of the test; NaN where training and test are kept apart by place alone.
    findings
        What kept the comparison from being made or limits it.
    tuned
        What was tried for the tuned kernel; None where the record is too thin.
    judged
        By method, how it fared: intervals, gains over another, reliability, counts by block.
    split
        How training and test are kept apart.
    blocks
        Blocks hidden in turn; 0 for a comparison by time.
    seed
        Of the bootstrap.
    """

    table: pd.DataFrame
    split_year: float
    findings: tuple[Finding, ...] = ()
    tuned: Tuned | None = field(default=None, repr=False)
    judged: Mapping[str, Judged] = field(default_factory=dict, repr=False)
    split: SplitBy = SplitBy.TIME
    blocks: int = 0
    seed: int = 1

    @cached_property
    def curves(self) -> dict[str, pd.DataFrame]:
        """By method, the capture curve: columns km2, share."""
        return {name: capture_curve(each.found) for name, each in self.judged.items()}

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """95 % bootstrap intervals over the test events: columns method, measure, low, high."""
        rows = [
            {"method": name, "measure": measure, "low": low, "high": high}
            for name, each in self.judged.items()
            for measure, (low, high) in each.intervals(self.seed).items()
        ]
        return pd.DataFrame(rows, columns=["method", "measure", "low", "high"])

    @property
    def statement(self) -> str:
        """What was trained on and tested on, in words."""
        if self.table.empty:
            return " ".join(finding.what + "." for finding in self.findings)
        if self.split is SplitBy.PLACE:
            return self._placed()
        if self.split is SplitBy.TABLES:
            return _(
                "Each map was made from the first table and judged on the {count} accidents of the second at distinct "
                "places. Cells of equal rank count by their average. Nothing of the second table was used to choose a "
                "parameter. Recorded events follow where people were and reported, so the scores do too."
            ).format(count=int(self.table["test_events"].iloc[0]))
        return _(
            "Each map was made from what happened before {year:g} and judged on the {count} accidents from {year:g} on "
            "at distinct places. Cells of equal rank count by their average. Nothing of the test years was used to "
            "choose a parameter. Recorded events follow where people were and reported, so the scores do too."
        ).format(year=self.split_year, count=int(self.table["test_events"].iloc[0]))

    def _placed(self) -> str:
        hidden = _(
            "The region was cut into {blocks} blocks. Each block was foreseen without any event of its own and judged "
            "on the accidents in it, {count} at distinct places in all; the blocks were then joined to one map. "
            "Recorded events follow where people were and reported, so the scores do too."
        ).format(blocks=self.blocks, count=int(self.table["test_events"].iloc[0]))
        if math.isnan(self.split_year):
            return hidden
        years = _("The maps were made from what happened before {year:g}, the accidents are those from {year:g} on.")
        return f"{hidden} {years.format(year=self.split_year)}"


def evaluate_baselines(
    looks: Looks,
    grid: Grid,
    split_year: float,
    *,
    target: LookKind = LookKind.ACCIDENT,
    others: Mapping[str, Estimator] | None = None,
    fewest: int = FEWEST_TEST_EVENTS,
    labels: Indices | None = None,
    seed: int = 1,
    progress: Progress = SILENT,
) -> Evaluation:
    """Fit distance, the default kernel, where the record allows a tuned kernel, and `others` before a year; judge them.

    Parameters
    ----------
    looks
        The record, before and after the split.
    grid
        Region and cells.
    split_year
        Trained on what is before it, tested on target events from it on, one for each distinct place.
    target
        Kind of event that a map should foresee.
    others
        Estimators to judge beside the baselines: the field, competitors on covariates.
    fewest
        Test events at distinct places inside the region below which no table is made (finding LR4004).
    labels
        Blocks whose counts are foreseen with an interval: shape (rows, columns), -1 where none.
    seed
        Of the bootstrap over test events.

    Returns
    -------
    Evaluation
        Estimators that cannot be fitted are left out with a finding. All maps are judged in the same unit, target
        events expected in the test years: a map of other items is brought to the total that the record before the
        split lets expect, unless it says itself what it expects (`expected_events`).
    """
    past, test = looks.before(split_year), looks.since(split_year)
    test = test.of([target]).events().distinct_places()
    if too_few := _too_few(test, grid, fewest, split_year):
        return Evaluation(pd.DataFrame(), split_year, (too_few,))
    split = Split(past, split_year, max(math.ceil(float(test.year.max())) - split_year, 1.0), target)
    return compare(split, test, grid, others=others, labels=labels, seed=seed, progress=progress)


def _too_few(test: Looks, grid: Grid, fewest: int, split_year: float) -> Finding | None:
    inside = int(in_region(test, grid).sum())
    few = {"count": inside, "year": f"{split_year:g}", "needed": fewest}
    return Finding(ErrorCode.TEST_EVENTS_FEW, few) if inside < fewest else None


def compare(
    split: "Split",
    test: Looks,
    grid: Grid,
    *,
    others: Mapping[str, Estimator] | None = None,
    labels: Indices | None = None,
    by: SplitBy = SplitBy.TIME,
    seed: int = 1,
    progress: Progress = SILENT,
) -> Evaluation:
    """Fit the baselines and `others` on one split and judge them on test events, one a distinct place."""
    inside = int(in_region(test, grid).sum())
    tuned, findings = tune_if_possible(split.past, grid, split.at_year)
    estimators = {**baselines(tuned), **(others or {})}
    fitted, failed = fit_all(estimators, split, grid, tuned, progress)
    judged = {name: judge(surface, test, labels) for name, surface in fitted.items()}
    table = figures_table(judged, test, inside)
    return Evaluation(table, split.at_year, distinct((*findings, *failed)), tuned, judged, by, seed=seed)


@dataclass(frozen=True)
class Split:
    """What one fit may read.

    Attributes
    ----------
    past
        Looks to learn from.
    at_year, years
        First year of the test and its length.
    target
        Kind that is foreseen.
    hidden
        Cells whose events were withheld, shape (rows, columns); None where nothing was.
    """

    past: Looks
    at_year: float
    years: float
    target: LookKind = LookKind.ACCIDENT
    hidden: NDArray[np.bool_] | None = None


def baselines(tuned: Tuned | None) -> dict[str, Estimator]:
    """The estimators that every table holds."""
    found: dict[str, Estimator] = {"distance": DistanceEstimator(), "kernel": KernelEstimator()}
    return found if tuned is None else {**found, "kernel_tuned": tuned.estimator}


def fit_all(
    estimators: Mapping[str, Estimator], split: Split, grid: Grid, tuned: Tuned | None, progress: Progress = SILENT
) -> tuple[dict[str, Surface], tuple[Finding, ...]]:
    """Fit each estimator on one split, in expected test events; what cannot be fitted is left out with its findings."""
    fitted: dict[str, Surface] = {}
    findings: list[Finding] = []
    decay = decay_of(tuned)
    for name, estimator in track(estimators.items(), progress, _("Judging the hazard maps"), len(estimators)):
        try:
            fitted[name] = fit_in_events(estimator, split, grid, decay, progress)
        except LandreleaseError as error:
            findings.extend(error.findings)
    return fitted, tuple(findings)


def decay_of(tuned: Tuned | None) -> float:
    """Decay of the record's rate, years: that of the tuned kernel, else of the default one."""
    return (KernelEstimator() if tuned is None else tuned.estimator).decay_years


def fit_in_events(
    estimator: Estimator, split: Split, grid: Grid, decay_years: float, progress: Progress = SILENT
) -> Surface:
    """Fit one estimator; its map in expected target events at distinct places over the test years.

    An estimator whose ``fit`` has the parameter ``hidden`` is told which cells' events were withheld: no event there
    means nothing. To one without it they are ground without events; its level is then taken from the other cells.
    """
    takes = inspect.signature(estimator.fit).parameters
    options: dict[str, Any] = {"hidden": split.hidden, "progress": progress}
    if split.hidden is None:
        del options["hidden"]
    surface = estimator.fit(
        split.past, grid, split.at_year, **{name: given for name, given in options.items() if name in takes}
    )
    if hasattr(surface, "expected_events"):
        foreseen: Surface = surface.expected_events(split.target, split.years)
        return foreseen
    visible = None if split.hidden is None else ~split.hidden
    past = split.past.of([split.target]).events()
    return levelled(surface, events_to_expect(past, grid, split.at_year, split.years, decay_years), visible)


def figures_table(judged: Mapping[str, Judged], test: Looks, inside: int) -> pd.DataFrame:
    """One row a map: see `Evaluation.table`."""
    outside = {"test_events": len(test), "test_outside": len(test) - inside}
    return pd.DataFrame([{"method": name} | outside | dict(each.figures) for name, each in judged.items()])


def distinct(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings without repeats, in order."""
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


def split_years(looks: Looks, target: LookKind = LookKind.ACCIDENT, test_share: float = 0.2) -> Sequence[float]:
    """Whole years that leave about a share of the target events for the test, best first; empty without events."""
    years = np.floor(looks.of([target]).events().year)
    candidates = np.unique(years)[1:]
    share = np.array([(years >= year).mean() for year in candidates])
    return [float(year) for year in candidates[np.argsort(np.abs(share - test_share), kind="stable")]]
