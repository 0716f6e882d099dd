"""Compiled loop of the bound: the best plan of each area alone, given prices of team-days.

Each area is a small dynamic programme over its operations, from the last to the first (planning part 3.3, turned round
so that the outcomes of a survey can branch). ``to_go[o, t]`` is the most that operation ``o`` and what follows it can
earn when it may start at point ``t`` of a grid of days. On a grid of single days the result is a certificate; a coarser
one only serves to find prices to start from. All is in float64, so that no certificate has to be worked out again.
"""

import numpy as np
from numba import njit

NOWHERE = -1
"""No pair was chosen, or no day."""


# One loop nest, longer than ten lines: numba compiles it whole, and each step reads the arrays of the one before.
@njit(cache=True, nogil=True)
def price_areas(  # type: ignore[no-untyped-def]
    low, high, head, tail, ready, begin, team_class, days, calendar, setup, reach, charge,
    finish, worked_at, point_of, values, release, branch, chance, price, profit, usage, weight, starts, ends, chosen,
):  # fmt: skip
    """Solve areas `low` to `high - 1`: write profits, weights and starts, and add the team-days of the best plans.

    Parameters
    ----------
    head, tail, ready
        Nodes of each area, `head` to before `tail` (a chain, or a tree in which a node comes before its branches), and
        the grid point from which it may start.
    begin, team_class, days, calendar, setup, reach, charge
        The pairs (`Pairs`), and what each costs beside its team-days.
    finish, worked_at, point_of
        Day by open days worked, shape (calendars, horizon + 2); open days up to each grid point, shape (calendars,
        points); grid point of each start day, shape (horizon + 1,).
    values, release
        Value of an area at each grid point; share of it that is released when a node ends.
    branch, chance
        Following nodes of each node, shape (nodes, branches), -1 for none; the chance of each.
    price
        Summed prices, shape (classes, horizon + 1).
    usage
        Changes of use by day, shape (classes, horizon + 1).
    weight, starts, ends, chosen
        Of each node in the best plan of its area: chance that it is done, first day, finish day, pair; -1 for none.
    """
    points = values.shape[1]
    longest = 1
    for area in range(low, high):
        longest = max(longest, tail[area] - head[area])
    to_go = np.empty((longest, points))
    pair_at, start_at = np.empty((longest, points), np.int64), np.empty((longest, points), np.int64)
    end_at, best_at = np.empty((longest, points), np.int64), np.empty((longest, points), np.int64)
    reward = np.empty(points)
    for area in range(low, high):
        base, count = head[area], tail[area] - head[area]
        for local in range(count - 1, -1, -1):
            node = base + local
            for t in range(points):
                reward[t] = release[node] * values[area, t]
            for k in range(branch.shape[1]):
                if branch[node, k] >= 0:
                    ahead = to_go[branch[node, k] - base]
                    for t in range(points):
                        if ahead[t] > 0:
                            reward[t] += chance[node, k] * ahead[t]
            gain = to_go[local]
            gain[:] = -np.inf
            for pair in range(begin[node], begin[node + 1]):
                length, before, own, row = days[pair], setup[pair], price[team_class[pair]], calendar[pair]
                least = max(before, reach[pair]) if local == 0 else before
                days_to, worked_by = finish[row], worked_at[row]
                for t in range(1, points):
                    worked = worked_by[t]
                    if worked < length or worked == worked_by[t - 1]:
                        continue
                    start = days_to[worked - length + 1] - 1
                    if start < least:
                        continue
                    value = own[start - before] - own[days_to[worked]] - charge[pair] + reward[t]
                    at = point_of[start]
                    if value > gain[at]:
                        gain[at] = value
                        pair_at[local, at], start_at[local, at], end_at[local, at] = pair, start, t
            best, where = -np.inf, NOWHERE
            for t in range(points - 1, -1, -1):
                if gain[t] > best:
                    best, where = gain[t], t
                gain[t], best_at[local, t] = best, where
        profit[area] = 0.0
        for node in range(base, base + count):
            weight[node], starts[node], ends[node], chosen[node] = 0.0, NOWHERE, NOWHERE, NOWHERE
        if count == 0 or ready[area] >= points or not to_go[0, ready[area]] > 0:
            continue
        profit[area], weight[base], starts[base] = to_go[0, ready[area]], 1.0, ready[area]
        for local in range(count):
            node = base + local
            if weight[node] == 0.0:
                continue
            at = best_at[local, starts[node]]
            pair, t = pair_at[local, at], end_at[local, at]
            start, end = start_at[local, at], finish[calendar[pair], worked_at[calendar[pair], t]]
            usage[team_class[pair], start - setup[pair]] += weight[node]
            usage[team_class[pair], end] -= weight[node]
            starts[node], ends[node], chosen[node] = start, end, pair
            for k in range(branch.shape[1]):
                following = branch[node, k]
                if following >= 0 and to_go[following - base, t] > 0:
                    weight[following], starts[following] = weight[node] * chance[node, k], t
