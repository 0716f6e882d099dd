"""The best plan that the time allows: bound, search of the index's weights, then areas leaned on one by one.

Every plan comes from the dispatcher, so every plan can be followed; only the order of preference is searched. Tries
run two at a time and are taken in order, so that with counted effort the result depends on the seed alone.
"""

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from landrelease.i18n import _
from landrelease.plan.bound import Bound, BoundSettings, bound_tables
from landrelease.plan.classes import ClassTables
from landrelease.plan.dispatch import dispatch
from landrelease.plan.priced import Dispatched, IndexWeights, PricedDispatcher, neighbour
from landrelease.plan.problem import Plan, Problem, Rule
from landrelease.plan.state import State
from landrelease.progress import SILENT, Progress

Floats = NDArray[np.float64]
Answer = TypeVar("Answer")

AT_A_TIME = 2
"""Tries that run together; fixed, so that a seed means the same on every machine."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search.

    Attributes
    ----------
    seconds
        For everything; None counts tries instead, and then the plan depends on problem, seed and counts alone.
    bound_share, weights_share
        Shares of the seconds for the bound and for the weights; the rest leans on areas.
    tries, leans
        Tries of the weights and of leaning, where they are counted.
    """

    seconds: float | None = None
    bound_share: float = 0.4
    weights_share: float = 0.3
    tries: int = 200
    leans: int = 400


@dataclass(frozen=True)
class Improved:
    """A plan with what bounds it.

    Attributes
    ----------
    plan
        Assignments, value and reasons.
    bound
        Above every plan of the problem.
    weights, lean
        What the dispatcher was given.
    seed, tries
        Seed, and dispatches made.
    bound_seconds, reached
        Seconds that the bound took; seconds of the search of plans after it, and the value, of each better plan.
    """

    plan: Plan
    bound: Bound
    weights: IndexWeights
    lean: Floats
    seed: int
    tries: int
    bound_seconds: float = field(default=0.0, compare=False)
    reached: tuple[tuple[float, float], ...] = field(default=(), compare=False)

    @property
    def share(self) -> float:
        """Value of the plan as a share of the bound; 1 where both are 0."""
        return self.plan.value / self.bound.value if self.bound.value > 0 else 1.0


def improve(
    problem: Problem,
    state: State | None = None,
    *,
    effort: Effort | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Improved:
    """Make the best plan that the effort allows, with its bound.

    Parameters
    ----------
    state
        Where teams and areas stand; the plan then holds what is still to be given out.
    """
    effort = effort or Effort()
    begun = time.monotonic()
    tables = ClassTables(problem, state)
    usual = dispatch(problem, Rule.VALUE_PER_TEAM_DAY).value if state is None else 0.0
    seconds = None if effort.seconds is None else effort.seconds * effort.bound_share
    bound = bound_tables(tables, target=TARGET * usual, settings=BoundSettings(seconds=seconds), progress=progress)
    search = _Search(bound, seed, time.monotonic() - begun)
    until = None if effort.seconds is None else begun + effort.seconds * (effort.bound_share + effort.weights_share)
    search.weigh(_Clock(effort.tries, until, _("Choosing the weights of the index"), progress))
    until = None if effort.seconds is None else begun + effort.seconds
    search.lean_on(_Clock(effort.leans, until, _("Improving the plan"), progress))
    return search.result(seed)


TARGET = 1.08
"""The bound aims at the value of the plain rule times this (planning 3.6)."""


@dataclass
class _Clock:
    """Counts tries, or watches the time; tells the share of the effort that is used."""

    tries: int
    until: float | None
    label: str
    progress: Progress

    def rounds(self) -> Iterator[float]:
        """Yield the share used, once for each round of tries."""
        begun, done = time.monotonic(), 0
        length = 0.0 if self.until is None else max(self.until - begun, 0.0)
        self.progress.begin(self.label, self.tries if self.until is None else None)
        try:
            while True:
                used = done / self.tries if self.until is None and self.tries else 1.0
                if self.until is not None and length:
                    used = (time.monotonic() - begun) / length
                if used >= 1.0:
                    return
                yield used
                done += AT_A_TIME
                self.progress.advance(AT_A_TIME)
        finally:
            self.progress.end()


class _Search:
    """The best run so far, and ways to a better one."""

    def __init__(self, bound: Bound, seed: int, bound_seconds: float) -> None:
        self.bound_seconds = bound_seconds
        self.bound, self.dispatcher = bound, PricedDispatcher(bound)
        self.random = np.random.default_rng(seed)
        self.weights, self.lean = IndexWeights(), np.ones(len(bound.tables.tables.norm))
        self._begun = time.monotonic()
        self.best = self.dispatcher.run(self.weights)
        self.tries = 1
        self.reached = [(time.monotonic() - self._begun, self.best.value)]
        self._near = _neighbours(bound.tables)

    def weigh(self, clock: _Clock) -> None:
        """Climb from the usual weights of the index to better ones."""
        for _used in clock.rounds():
            tried = [neighbour(self.weights, self.random) for _number in range(AT_A_TIME)]
            for weights, run in zip(tried, self._together(self.dispatcher.run, tried), strict=True):
                if self._better(run):
                    self.weights = weights

    def lean_on(self, clock: _Clock) -> None:
        """Anneal the areas' factors: a few near areas at a time are preferred more, less, or not at all."""
        now, lean = self.best.value, self.lean
        for used in clock.rounds():
            heat = self.best.value * self._heat() * COOLING**used
            tried = [self._leaned(lean) for _number in range(AT_A_TIME)]
            for other, run in zip(tried, self._together(self._run_leaned, tried), strict=True):
                gain = run.value - now
                if gain > 0 or (heat > 0 and self.random.random() < math.exp(gain / heat)):
                    now, lean = run.value, other
                if self._better(run):
                    self.lean = other

    def result(self, seed: int) -> Improved:
        """The best run as a plan."""
        assignments = self.dispatcher.assignments(self.best.made)
        plan = Plan(Rule.PRICED, assignments, self.best.value)
        return Improved(
            plan, self.bound, self.weights, self.lean, seed, self.tries, self.bound_seconds, tuple(self.reached)
        )

    def _better(self, run: Dispatched) -> bool:
        """Keep a run that is better than the best."""
        if run.value <= self.best.value:
            return False
        self.best = run
        self.reached.append((time.monotonic() - self._begun, run.value))
        return True

    def _run_leaned(self, lean: Floats) -> Dispatched:
        return self.dispatcher.run(self.weights, lean)

    def _together(self, run: Callable[..., Dispatched], given: list[Answer]) -> list[Dispatched]:
        self.tries += len(given)
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            return list(pool.map(run, given))

    def _leaned(self, lean: Floats) -> Floats:
        """Change the factors of one to three areas near each other, or of one operation alone."""
        changed, random, first = lean.copy(), self.random, self.bound.tables.first
        centre = int(random.integers(len(self._near)))
        others = random.choice(self._near[centre], int(random.integers(0, 3)))
        chosen = np.concatenate([np.arange(first[area], first[area + 1]) for area in {centre, *others.tolist()}])
        if random.random() < ALONE:
            chosen = random.choice(np.arange(first[centre], first[centre + 1]), 1)
        kind = random.random()
        if kind < BACK_TO_USUAL:
            changed[chosen] = 1.0
        elif kind < BACK_TO_USUAL + HELD_BACK:
            changed[chosen] *= 0.0 if random.random() < LEFT_OUT else HOLD_BACK
        else:
            changed[chosen] = np.where(changed[chosen] > 0, changed[chosen], 1.0) * math.exp(random.normal(0, 1))
        return changed

    def _heat(self) -> float:
        """Temperature at the start, as a share of the value: a fraction of what one area is worth."""
        return HEAT / max(len(self._near), 1)


HEAT = 0.15
COOLING = 0.01
BACK_TO_USUAL, HELD_BACK = 0.2, 0.15
ALONE, LEFT_OUT = 0.3, 0.5
HOLD_BACK = 0.05
NEAR = 20


def _neighbours(tables: ClassTables) -> NDArray[np.int64]:
    """The nearest areas of each area, shape (areas, at most `NEAR`), itself among them."""
    places = np.column_stack([tables.tables.x_m, tables.tables.y_m])
    count = min(NEAR, len(places))
    return np.asarray(cKDTree(places).query(places, k=count)[1], dtype=np.int64).reshape(len(places), count)
