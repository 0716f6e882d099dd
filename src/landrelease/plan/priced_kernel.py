"""Compiled event loop of the priced dispatcher (planning 4.1 and 4.2)."""

import heapq
import math

import numpy as np
from numba import njit

IDLE_DAYS = 5
GIVEN_OUT, LATER = -2, -1
"""States of an operation beside the day from which it may start."""


@njit(cache=True, nogil=True)
def open_up(operation, begin, team_class, room, count, open_pairs):  # type: ignore[no-untyped-def]
    """Put an operation that has become the next of its area on the list of each class that may do it."""
    for pair in range(begin[operation], begin[operation + 1]):
        own = team_class[pair]
        open_pairs[room[own] + count[own]] = pair
        count[own] += 1


@njit(cache=True, nogil=True)
def slowness_of(speed, horizon):  # type: ignore[no-untyped-def]
    """Weight of each number of days that a team takes; its power is worked out once and not for each candidate."""
    weights = np.ones(horizon + 2)
    for length in range(1, horizon + 2):
        weights[length] = float(length) ** (-speed)
    return weights


@njit(cache=True, nogil=True)
def days_of_move(x, y, travel):  # type: ignore[no-untyped-def]
    """Whole days of a move by so many m east and north; `travel` as below."""
    distance = math.hypot(x, y)
    return 0 if distance < travel[2] else int(travel[1] + math.ceil(distance / travel[0] - 1e-9))


@njit(cache=True, nogil=True)
def choose(  # type: ignore[no-untyped-def]
    day, x, y, at, money, listed, open_count, ready, area_x, area_y, travel, area_of, days, calendar, charge,
    operation_of, elapsed, finish, values, needed_after, merit, delay_days, value_share, patience, slowness,
):  # fmt: skip
    """Look through the open pairs of one team's class; those that are over are taken off the list.

    Returns the length of the list, the soonest day on which something that is not ready becomes so (the horizon for
    none), and operation, pair, start and finish day of the greatest index, ties to the lowest operation; -1 for none.
    """
    horizon = values.shape[1] - 1
    best, chosen, chosen_pair, chosen_start, chosen_end = 0.0, -1, -1, 0, 0
    soonest, position = horizon, 0
    while position < open_count:
        pair = listed[position]
        operation = operation_of[pair]
        area, row, length = area_of[operation], calendar[pair], days[pair]
        today = elapsed[row, day] + length
        never = today > horizon + 1 or finish[row, today] + needed_after[operation] > horizon
        if ready[operation] == GIVEN_OUT or never or merit[operation] <= 0:
            open_count -= 1
            listed[position] = listed[open_count]
            continue
        position += 1
        arrival = day
        if at != area:
            arrival += days_of_move(area_x[area] - x, area_y[area] - y, travel)
        if ready[operation] > arrival + patience:
            soonest = min(soonest, ready[operation] - patience)
            continue
        arrival = max(arrival, ready[operation])
        if arrival >= horizon or elapsed[row, arrival] + length > horizon + 1:
            continue
        worked = elapsed[row, arrival]
        end = finish[row, worked + length]
        released = end + needed_after[operation]
        if released > horizon or charge[pair] > money:
            continue
        value = values[area, released]
        late = values[area, released + delay_days] if released + delay_days <= horizon else 0.0
        index = (value - late + value_share * value) * merit[operation] * slowness[end - day]
        if index > best or (index == best and operation < chosen) or chosen < 0:
            best, chosen, chosen_pair = index, operation, pair
            chosen_start, chosen_end = finish[row, worked + 1] - 1, end
    return open_count, soonest, chosen, chosen_pair, chosen_start, chosen_end


# One loop nest, longer than ten lines: numba compiles it whole, and each step reads the arrays of the one before.
@njit(cache=True, nogil=True)
def dispatch_priced(  # type: ignore[no-untyped-def]
    class_of, free, place, stands_in, area_x, area_y, travel, head, tail, area_ready, area_of,
    begin, team_class, days, calendar, charge, operation_of, room, donor_of, budgets,
    elapsed, finish, values, needed_after, merit, delay_days, value_share, patience, speed, made,
):  # fmt: skip
    """Send each free team to the operation with the greatest index; return how many operations were given out.

    Parameters
    ----------
    class_of, free, place, stands_in
        Class, first free day, x and y in m (shape (teams, 2)) and area (-1: none) of each team; not changed.
    travel
        m a day, mobilisation days, and the move below which no day is taken.
    room
        First place of each class in the list of its pairs, shape (classes + 1,).
    merit
        What the index is multiplied with, by operation; its part that does not depend on the day. 0: left alone.
    delay_days, value_share, patience, speed
        Days of the delay whose loss counts, weight of the value itself, days that a team may wait on the spot for an
        operation that is not ready, and power of the team's time.
    made
        Team, operation, start day and finish day of each assignment, shape (operations, 4); written.
    """
    teams, horizon = len(class_of), values.shape[1] - 1
    ready = np.full(len(area_of), LATER, np.int64)
    count = np.zeros(len(room) - 1, np.int64)
    open_pairs = np.empty(room[-1], np.int64)
    for area in range(len(head)):
        if head[area] < tail[area]:
            ready[head[area]] = area_ready[area]
            open_up(head[area], begin, team_class, room, count, open_pairs)
    slowness = slowness_of(speed, horizon)
    x, y, at = place[:, 0].copy(), place[:, 1].copy(), stands_in.copy()
    left = budgets.copy()
    wake = [(free[team], team) for team in range(teams)]
    heapq.heapify(wake)
    number = 0
    while len(wake) > 0 and wake[0][0] < horizon:
        day, team = wake[0]
        own = class_of[team]
        money = left[donor_of[own]] if donor_of[own] >= 0 else np.inf
        count[own], soonest, chosen, chosen_pair, chosen_start, chosen_end = choose(
            day, x[team], y[team], at[team], money, open_pairs[room[own] : room[own + 1]], count[own], ready,
            area_x, area_y, travel, area_of, days, calendar, charge, operation_of,
            elapsed, finish, values, needed_after, merit, delay_days, value_share, patience, slowness,
        )  # fmt: skip
        if chosen < 0:
            heapq.heapreplace(wake, (max(soonest, day + 1) if soonest < horizon else day + IDLE_DAYS, team))
            continue
        area = area_of[chosen]
        ready[chosen] = GIVEN_OUT
        made[number, 0], made[number, 1], made[number, 2], made[number, 3] = team, chosen, chosen_start, chosen_end
        number += 1
        x[team], y[team], at[team] = area_x[area], area_y[area], area
        if donor_of[own] >= 0:
            left[donor_of[own]] -= charge[chosen_pair]
        if chosen + 1 < tail[area]:
            ready[chosen + 1] = chosen_end
            open_up(chosen + 1, begin, team_class, room, count, open_pairs)
        heapq.heapreplace(wake, (np.int64(chosen_end), team))
    return number
