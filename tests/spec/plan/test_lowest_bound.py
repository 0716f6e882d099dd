"""The lowest bound of prices is the optimum of the linear programme in which areas flow through days (planning 2, 3.1).

The programme below is written from part 2 alone: an area's chain is a path through (operation, day); an arc is an
operation done by a class that ends on a day, or a day of waiting. Rows keep the teams' days.
"""

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import coo_array

from landrelease.plan.bound import BoundSettings, bound_problem
from landrelease.plan.classes import ClassTables
from landrelease.plan.columns import settle
from landrelease.plan.generate import generate_problem

PERIOD_DAYS = 5


def optimum_of_flows(problem):
    tables = ClassTables(problem)
    pairs, horizon = tables.pairs, tables.horizon
    periods = -(-horizon // PERIOD_DAYS)
    entries, worth, flow_rows = [], [], {}

    def row(*key):
        return flow_rows.setdefault(key, len(flow_rows))

    def arc(source, target, gain, use=()):
        number = len(worth)
        worth.append(gain)
        entries.append((row(*source), number, 1.0))
        if target is not None:
            entries.append((row(*target), number, -1.0))
        for limit, amount in use:
            entries.append((("limit", limit), number, amount))

    for area in range(len(problem.areas)):
        first, last = tables.first[area], tables.first[area + 1] - 1
        for operation in range(first, last + 1):
            for day in range(horizon):
                arc((operation, day), (operation, day + 1), 0.0)
            for pair in range(pairs.start[operation], pairs.start[operation + 1]):
                own, length, line = pairs.team_class[pair], pairs.days[pair], tables.finish[pairs.calendar[pair]]
                least = pairs.reach_day[pair] if operation == first else pairs.setup_days[pair]
                for worked in range(length, tables.open_days[pairs.calendar[pair]] + 1):
                    start, end = line[worked - length + 1] - 1, line[worked]
                    if end > horizon or start < max(least, pairs.setup_days[pair]):
                        continue
                    days = np.arange(start - pairs.setup_days[pair], end) // PERIOD_DAYS
                    use = [
                        ((own, period), count)
                        for period, count in zip(*np.unique(days, return_counts=True), strict=True)
                    ]
                    target = None if operation == last else (operation + 1, end)
                    arc((operation, start), target, tables.values[area, end] if operation == last else 0.0, use)
    sources = {row(tables.first[area], 0) for area in range(len(problem.areas))}
    limit = {
        key: len(flow_rows) + n for n, key in enumerate((c, p) for c in range(tables.classes) for p in range(periods))
    }
    rows = [limit[key[1]] if isinstance(key, tuple) else key for key, _number, _amount in entries]
    matrix = coo_array(
        ([amount for *_rest, amount in entries], (rows, [number for _key, number, _amount in entries])),
        shape=(len(flow_rows) + len(limit), len(worth)),
    )
    room = [float(n in sources) for n in range(len(flow_rows))]
    room += [tables.members[c] * (min((p + 1) * PERIOD_DAYS, horizon) - p * PERIOD_DAYS) for c, p in limit]
    found = linprog(-np.array(worth), A_ub=matrix.tocsr(), b_ub=room, bounds=(0, None), method="highs")
    return -found.fun


@pytest.mark.parametrize("seed", range(1, 5))
def test_settled_prices_reach_the_optimum(seed):
    problem = generate_problem(6, 5, seed, horizon_days=50)
    bound = settle(bound_problem(problem, settings=BoundSettings(period_days=PERIOD_DAYS)))
    assert bound.value == pytest.approx(optimum_of_flows(problem), rel=1e-6)
