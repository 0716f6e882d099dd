"""The lowest bound of the priced problem, exactly: column generation for small problems.

A column is one way to work an area. A linear programme (HiGHS, by SciPy) mixes the columns found so far within the
limits; its dual prices are tried, each area answers with its best way at these prices, and when no area has a better
one the prices are the lowest that exist. Large problems have too many rows; `landrelease.plan.bound` serves them.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, vstack

from landrelease.i18n import _
from landrelease.plan.bound import Bound
from landrelease.plan.relaxation import Multipliers, Priced, Relaxation
from landrelease.progress import SILENT, Progress

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CLOSED = 1e-8
"""Relative distance between the mix and the bound at which the search ends."""


@dataclass
class _Columns:
    """Ways found so far: area, worth, and use of each limit (team-days by class and period, then money)."""

    area: list[Ints] = field(default_factory=list)
    worth: list[Floats] = field(default_factory=list)
    use: list[csr_array] = field(default_factory=list)

    def add(self, area: Ints, worth: Floats, use: csr_array) -> None:
        self.area.append(area)
        self.worth.append(worth)
        self.use.append(use)


def settle(bound: Bound, *, rounds: int = 200, progress: Progress = SILENT) -> Bound:
    """Lower a bound to the lowest that prices can prove, or as far as the rounds allow.

    Parameters
    ----------
    rounds
        Linear programmes to solve at most; a bound stopped early is still a bound.

    Raises
    ------
    ValueError
        For problems with corridors, whose prices are left to the subgradient search.
    """
    if bound.tables.problem.corridors:
        raise ValueError("corridors are not priced by columns")
    relaxation = Relaxation(bound.tables, bound.edges)
    columns, best, prices, made = _Columns(), bound, bound.prices, bound.iterations
    priced = bound.priced
    free = relaxation.free()
    columns.add(*_ways(relaxation, relaxation.at(free), free))  # where every area at these prices earns just nothing
    if not len(columns.area[0]):
        return bound
    progress.begin(_("Settling the prices"), rounds)
    try:
        for _round in range(rounds):
            columns.add(*_ways(relaxation, priced, prices))
            mixed = _mixed(relaxation, columns)
            if mixed is None:  # the solver gave up: what was found so far is still a bound
                break
            mix, prices = mixed
            priced = relaxation.at(prices)
            made += 1
            progress.advance()
            if priced.value < best.value:
                best = replace(bound, value=priced.value, prices=prices, priced=priced)
            if best.value - mix <= CLOSED * max(abs(best.value), 1.0):
                break
    finally:
        progress.end()
    return replace(best, iterations=made)


def _ways(relaxation: Relaxation, priced: Priced, prices: Multipliers) -> tuple[Ints, Floats, csr_array]:
    """The best way of each area at some prices: its area, its worth before prices, its use of the limits."""
    use = _use(relaxation, priced)
    cost = use @ np.concatenate([prices.team_day.ravel(), prices.money])
    worked = np.flatnonzero(priced.profits > 0)
    return worked, (priced.profits + cost)[worked], use[worked]


def _use(relaxation: Relaxation, priced: Priced) -> csr_array:
    """Use of the limits by each area's best way, shape (areas, classes x periods + donors)."""
    tables, tree = relaxation.tables, relaxation.tree
    area_of = tables.tables.steps.area
    done = np.flatnonzero(priced.chosen >= 0)
    pair, weight = priced.chosen[done], priced.weight[done]
    own, first = tables.pairs.team_class[pair], priced.starts[done] - tables.pairs.setup_days[pair]
    lengths = priced.ends[done] - first
    day = np.concatenate([np.arange(a, b) for a, b in zip(first, priced.ends[done], strict=True)] or [np.zeros(0)])
    period = relaxation.period_of[day.astype(np.int64)]
    rows = np.repeat(area_of[done], lengths)
    places = np.repeat(own, lengths) * relaxation.periods + period
    donor = tables.donor_of[own]
    paid = donor >= 0
    rows = np.concatenate([rows, area_of[done][paid]])
    places = np.concatenate([places, tables.classes * relaxation.periods + donor[paid]])
    amounts = np.concatenate([np.repeat(weight, lengths), (weight * tables.pairs.charge[pair])[paid]])
    shape = (len(tree.head), tables.classes * relaxation.periods + len(relaxation.budgets))
    return csr_array(coo_array((amounts, (rows, places)), shape=shape))


def _mixed(relaxation: Relaxation, columns: _Columns) -> tuple[float, Multipliers] | None:
    """Worth of the best mix of the columns within all limits, and the prices that support it; None: no solution."""
    area, worth = np.concatenate(columns.area), np.concatenate(columns.worth)
    use = vstack(columns.use).T
    once = coo_array((np.ones(len(area)), (area, np.arange(len(area)))), shape=(len(relaxation.tree.head), len(area)))
    limits = np.concatenate([relaxation.capacity.ravel(), relaxation.budgets])
    found = linprog(
        -worth, A_ub=vstack([csr_array(use), once]).tocsr(), b_ub=np.concatenate([limits, np.ones(once.shape[0])]),
        bounds=(0, None), method="highs",
    )  # fmt: skip
    if not found.success:
        return None
    paid = np.maximum(0.0, -found.ineqlin.marginals[: len(limits)])
    team_day = paid[: relaxation.capacity.size].reshape(relaxation.capacity.shape)
    return -float(found.fun), Multipliers(team_day, paid[relaxation.capacity.size :], relaxation.free().link)
