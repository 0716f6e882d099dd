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


@njit(cache=True, nogil=True)
def reward_at_end(node, base, share, values, branch, chance, to_go, reward):  # type: ignore[no-untyped-def]
    """What ending a node at each point earns: its release, and what may follow where that is worth starting."""
    for t in range(len(reward)):
        reward[t] = share * values[t]
    for k in range(branch.shape[1]):
        if branch[node, k] >= 0:
            ahead = to_go[branch[node, k] - base]
            for t in range(len(reward)):
                if ahead[t] > 0:
                    reward[t] += chance[node, k] * ahead[t]


@njit(cache=True, nogil=True)
def try_pair(  # type: ignore[no-untyped-def]
    pair, length, before, least, charge, price, day_of, worked_by, point_of, reward, gain, pair_at, start_at, end_at
):
    """Try every finish of one class; keep what is best for each start."""
    for t in range(1, len(reward)):
        worked = worked_by[t]
        if worked < length or worked == worked_by[t - 1]:
            continue
        start = day_of[worked - length + 1] - 1
        if start < least:
            continue
        value = price[start - before] - price[day_of[worked]] - charge + reward[t]
        at = point_of[start]
        if value > gain[at]:
            gain[at] = value
            pair_at[at], start_at[at], end_at[at] = pair, start, t


@njit(cache=True, nogil=True)
def best_from(gain, best_at):  # type: ignore[no-untyped-def]
    """Turn the gain of each start into the best of that start or a later one."""
    best, where = -np.inf, NOWHERE
    for t in range(len(gain) - 1, -1, -1):
        if gain[t] > best:
            best, where = gain[t], t
        gain[t], best_at[t] = best, where


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
            reward_at_end(node, base, release[node], values[area], branch, chance, to_go, reward)
            gain = to_go[local]
            gain[:] = -np.inf
            for pair in range(begin[node], begin[node + 1]):
                least = max(setup[pair], reach[pair]) if local == 0 else setup[pair]
                own, row = price[team_class[pair]], calendar[pair]
                try_pair(
                    pair, days[pair], setup[pair], least, charge[pair], own, finish[row], worked_at[row], point_of,
                    reward, gain, pair_at[local], start_at[local], end_at[local],
                )  # fmt: skip
            best_from(gain, best_at[local])
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
