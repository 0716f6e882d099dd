"""Logistic regression and gradient boosting on the covariates of cells: what a later estimator has to beat.

Both learn to foresee target events of a period from what was known before it (`landrelease.hazard.examples`), so they
foresee *recorded* events: they follow reporting as much as contamination. Their settings are chosen on the last period
and on blocks of land that they did not learn from; nothing after the year of the map is read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import lightgbm
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid
from landrelease.hazard.baselines import Scale, check_positive, scaled_surface, training_events
from landrelease.hazard.covariates import Covariates
from landrelease.hazard.covariates.design import Standard
from landrelease.hazard.examples import ExampleMaker, Examples, LearningPlan
from landrelease.hazard.looks import Looks
from landrelease.hazard.surface import Surface
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track

Floats = NDArray[np.float64]
Cells = NDArray[np.bool_]

FEWEST_EVENTS = 20
"""Target events in the examples, below which nothing is learned but chance."""
CHUNK = 200_000
"""Cells whose covariates are held at once when the map is made."""
THREADS = 2
LEAST_LOGIT = -700.0


@dataclass(frozen=True)
class Learned:
    """A model: its settings, and the log of its rate for values of the covariates, shape (cells, covariates)."""

    settings: Mapping[str, float]
    log_rate: Callable[[Floats], Floats]


class Learner(Protocol):
    """One way to learn from examples; gives several models where that costs no more than one."""

    def learn(self, examples: Examples, seed: int) -> Sequence[Learned]:
        """Learn; always as many models, in the same order of settings."""
        ...


@dataclass(frozen=True)
class Logistic:
    """Logistic regression for 'at least one event', on standardised covariates; `strength` is scikit-learn's C."""

    strength: float

    def __post_init__(self) -> None:
        check_positive("strength", self.strength)

    def learn(self, examples: Examples, seed: int) -> Sequence[Learned]:  # noqa: ARG002
        """Learn by maximum likelihood with a ridge penalty; there is nothing random in it."""
        standard = Standard.of(examples.names, examples.values, examples.weight)
        model = LogisticRegression(C=self.strength, solver="newton-cholesky")
        model.fit(standard.apply(examples.values), examples.events > 0, sample_weight=examples.weight)

        def log_rate(values: Floats) -> Floats:
            # -log(1 - p) for p = 1 / (1 + exp(-t)) is log(1 + exp(t)), which is 0 for a double below about -700
            logit = np.maximum(model.decision_function(standard.apply(values)), LEAST_LOGIT)
            return np.asarray(np.log(np.logaddexp(0.0, logit)), dtype=np.float64)

        return [Learned({"strength": self.strength}, log_rate)]


@dataclass(frozen=True)
class Boosting:
    """Gradient boosted trees (LightGBM) for counts; missing values go their own way at every split.

    Attributes
    ----------
    leaves
        Most leaves of a tree.
    least_events
        Expected events a leaf must hold, times about two: LightGBM's least sum of second derivatives.
    rounds
        Numbers of trees to choose from.
    rate
        Learning rate.
    """

    leaves: int = 15
    least_events: float = 5.0
    rounds: Sequence[int] = (25, 50, 100, 150, 250)
    rate: float = 0.1

    def __post_init__(self) -> None:
        for name in ("least_events", "rate"):
            check_positive(name, getattr(self, name))
        if self.leaves < 2 or not self.rounds or min(self.rounds) < 1:
            raise fail(ErrorCode.HAZARD_PARAMETER, name="leaves", value=self.leaves, wanted=_("at least 2"))

    def learn(self, examples: Examples, seed: int) -> Sequence[Learned]:
        """Learn by the Poisson likelihood; the same on every run with the same seed."""
        parameters = {
            "objective": "poisson", "num_leaves": self.leaves, "min_sum_hessian_in_leaf": self.least_events,
            "learning_rate": self.rate, "feature_fraction": 0.5, "lambda_l2": 10.0, "max_bin": 63, "verbosity": -1,
            "seed": seed, "deterministic": True, "force_row_wise": True, "num_threads": THREADS,
        }  # fmt: skip
        data = lightgbm.Dataset(examples.values, examples.events, weight=examples.weight, free_raw_data=True)
        booster = lightgbm.train(parameters, data, num_boost_round=max(self.rounds))
        return [Learned(self._settings(count), _log_rate_of(booster, count)) for count in self.rounds]

    def _settings(self, count: int) -> dict[str, float]:
        return {"leaves": self.leaves, "least_events": self.least_events, "rounds": count, "rate": self.rate}


def _log_rate_of(booster: lightgbm.Booster, count: int) -> Callable[[Floats], Floats]:
    def log_rate(values: Floats) -> Floats:
        raw = booster.predict(values, num_iteration=count, raw_score=True, num_threads=THREADS)
        return np.asarray(raw, dtype=np.float64)

    return log_rate


@dataclass(frozen=True)
class Competitor:
    """What both competitors share.

    Attributes
    ----------
    covariates
        Of the layers, on the very grid of the map; past events always come beside them.
    plan
        How examples are drawn.
    learners
        Settings to choose from.
    scale
        What the total stands for, as for the baselines.
    """

    covariates: Covariates | None = None
    plan: LearningPlan = field(default_factory=LearningPlan)
    learners: Sequence[Learner] = ()
    scale: Scale = field(default_factory=Scale)

    method = ""

    def fit(
        self, looks: Looks, grid: Grid, at_year: float, hidden: Cells | None = None, progress: Progress = SILENT
    ) -> Surface:
        """Estimate from the events up to a (decimal) year.

        Parameters
        ----------
        looks, grid, at_year
            As the baselines have them.
        hidden
            Cells whose events were withheld, shape (rows, columns): they are no examples of ground without events, and
            a model of their own foresees them, which learned from cells with the events of their block withheld.

        Raises
        ------
        LandreleaseError
            LR4001 without an event, LR4002 when all lie outside the region, LR4030 for covariates of another grid,
            LR4033 with fewer than 20 target events to learn from.
        """
        events, inside = training_events(looks, grid, at_year)
        check_same_grid(self.covariates, grid)
        region = np.ones(grid.shape, np.bool_) if grid.mask is None else grid.mask
        seen = region if hidden is None else region & ~hidden
        maker = ExampleMaker(events, grid, at_year, self.covariates, seen, self.plan)
        log_rate = np.full(grid.shape, -np.inf)
        said: dict[str, float | str] = {}
        for cells, withheld in ((seen, False), (region & ~seen, True)):
            if cells.any():
                model, settings = self.choose(maker.make(withheld, progress), maker, progress)
                said |= settings if not withheld else {f"hidden_{name}": value for name, value in settings.items()}
                log_rate[cells] = _foreseen(model, maker, cells, progress)
        shape = np.exp(log_rate - log_rate[seen].max())
        total = self.scale.total(inside, at_year, np.inf) * shape[region].sum() / shape[seen].sum()
        return scaled_surface(grid, shape, float(total), self.method, said, events, inside, self.scale)

    def choose(
        self, examples: Examples, maker: ExampleMaker, progress: Progress = SILENT
    ) -> tuple[Learned, dict[str, float | str]]:
        """Learn from examples with the settings that foresee held-out blocks best; the model and what to say of it.

        Raises
        ------
        LandreleaseError
            LR4033 with fewer than 20 target events.
        """
        if examples.events.sum() < FEWEST_EVENTS:
            start = maker.periods()[0][0]
            start = float(maker.known.year.min()) if np.isinf(start) else start
            raise fail(
                ErrorCode.COMPETITOR_EVENTS_FEW,
                count=int(examples.events.sum()), start=round(start, 1), end=round(maker.at_year, 1),
                needed=FEWEST_EVENTS,
            )  # fmt: skip
        scores = validation_scores(self.learners, examples, self.plan.seed, progress)
        learner, variant = max(scores, key=lambda key: scores[key])
        model = self.learners[learner].learn(examples, self.plan.seed)[variant]
        return model, {**model.settings, "validation_log_score": scores[learner, variant]}


@dataclass(frozen=True)
class LogisticEstimator(Competitor):
    """Logistic regression on the covariates, its penalty chosen by blocks of time and place."""

    learners: Sequence[Learner] = tuple(Logistic(strength) for strength in (0.001, 0.01, 0.03, 0.1, 0.3, 1.0))

    method = "logistic"


@dataclass(frozen=True)
class BoostedEstimator(Competitor):
    """Gradient boosting (LightGBM) on the covariates, its trees chosen by blocks of time and place."""

    learners: Sequence[Learner] = (Boosting(7, 5.0), Boosting(15, 20.0), Boosting(31, 20.0))

    method = "lightgbm"


def validation_scores(
    learners: Sequence[Learner], examples: Examples, seed: int, progress: Progress = SILENT
) -> dict[tuple[int, int], float]:
    """Held-out place score of every learner and model, nats an event above an even spread.

    Half of the groups of blocks is foreseen by a model that learned from the other half, in the periods before the
    last; with one period, in that one. The halves are joined to one map before they are scored.
    """
    last = examples.period == examples.period.max()
    earlier = ~last if (~last).any() else last
    halves = [examples.group % 2 == half for half in (0, 1)]
    tested = [(earlier & ~half, last & half) for half in halves]
    tested = [(train, test) for train, test in tested if examples.events[train].any() and test.any()]
    foreseen: dict[tuple[int, int], list[Floats]] = {}
    for number, learner in track(enumerate(learners), progress, _("Choosing settings"), len(learners)):
        for train, test in tested:
            for variant, model in enumerate(learner.learn(examples.where(train), seed)):
                foreseen.setdefault((number, variant), []).append(model.log_rate(examples.values[test]))
    if not tested or not any(examples.events[test].any() for _train, test in tested):
        return {(0, 0): float("nan")}
    judged = [examples.where(test) for _train, test in tested]
    events, weight = (np.concatenate([getattr(part, name) for part in judged]) for name in ("events", "weight"))
    return {key: _place_score(np.concatenate(parts), events, weight) for key, parts in foreseen.items()}


def _place_score(log_rate: Floats, events: Floats, weight: Floats) -> float:
    rate = np.exp(log_rate - log_rate.max())
    even = np.log(weight.sum()) - np.log(weight @ rate)
    return float(events @ (np.log(np.maximum(rate, np.finfo(np.float64).tiny)) + even) / events.sum())


def _foreseen(model: Learned, maker: ExampleMaker, cells: Cells, progress: Progress) -> Floats:
    """Log rate of the chosen cells, row by row."""
    past = maker.plan.past_events(maker.grid).covariates(maker.grid, maker.known, maker.end)
    rows, columns = np.nonzero(cells)
    pieces = np.array_split(np.arange(len(rows)), max(1, -(-len(rows) // CHUNK)))
    found = []
    for piece in track(pieces, progress, _("Mapping"), len(pieces)):
        at = rows[piece], columns[piece]
        tables = [table.at(*at) for table in (maker.covariates, past) if table is not None]
        found.append(model.log_rate(np.hstack(tables)))
    return np.concatenate(found)


def check_same_grid(covariates: Covariates | None, grid: Grid) -> None:
    """Refuse covariates that were made on other cells (LR4030)."""
    if covariates is not None:
        found, wanted = ((each.x_min_m, each.y_max_m, each.cell_m, *each.shape) for each in (covariates.grid, grid))
        if found != wanted:
            raise fail(ErrorCode.COVARIATES_SHAPE, found=found, wanted=wanted)
