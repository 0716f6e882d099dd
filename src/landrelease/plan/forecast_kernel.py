"""Compiled event loop of a forecast: the priced dispatcher, deciding by what is known, in a world that is drawn.

It follows `landrelease.plan.priced_kernel` decision by decision. Beside each nominal duration there is the true one,
which nobody sees before the work is done: what is under way is expected to end when it was meant to, or tomorrow.
"""

import heapq
import math

import numpy as np
from numba import njit

from landrelease.plan.priced_kernel import GIVEN_OUT, IDLE_DAYS, LATER, days_of_move, open_up, slowness_of


@njit(cache=True, nogil=True)
def scaled_days(days, factor):  # type: ignore[no-untyped-def]
    """Whole days, at least 1, of work that has changed by a factor."""
    return max(np.int64(1), np.int64(math.ceil(days * factor - 1e-9)))


@njit(cache=True, nogil=True)
def work_through(begin, need, open_by, shut, down):  # type: ignore[no-untyped-def]
    """Finish day of so many days of true work from a day on; horizon + 1 where it does not end before."""
    horizon = len(shut)
    for day in range(begin, horizon):
        if open_by[day + 1] > open_by[day] and not shut[day] and not down[day]:
            need -= 1
            if need == 0:
                return day + 1
    return horizon + 1


@njit(cache=True, nogil=True)
def choose_known(  # type: ignore[no-untyped-def]
    day, x, y, at, money, listed, open_count, state, expected, truly, by_result, cancelled, area_x, area_y, travel,
    area_of, days, scale, calendar, charge, operation_of, elapsed, finish, values, needed_after, merit, delay_days,
    value_share, patience, slowness,
):  # fmt: skip
    """Do as `landrelease.plan.priced_kernel.choose`, with `expected` days of readiness until they are `truly` over.

    `by_result` marks operations to which nobody is sent before the survey before them has its result.
    """
    horizon = values.shape[1] - 1
    best, chosen, chosen_pair, chosen_arrival, chosen_end = 0.0, -1, -1, 0, 0
    soonest, position = horizon, 0
    while position < open_count:
        pair = listed[position]
        operation = operation_of[pair]
        area, row = area_of[operation], calendar[pair]
        over = day >= truly[operation]
        length = scaled_days(days[pair], scale[operation] if over else 1.0)
        today = elapsed[row, day] + length
        never = over and (today > horizon + 1 or finish[row, today] + needed_after[operation] > horizon)
        if state[operation] == GIVEN_OUT or never or merit[operation] <= 0 or (over and cancelled[operation]):
            open_count -= 1
            listed[position] = listed[open_count]
            continue
        position += 1
        arrival = day
        if at != area:
            arrival += days_of_move(area_x[area] - x, area_y[area] - y, travel)
        seen = day
        if not over:
            seen = max(expected[operation], day + 1)
            waits = 0 if by_result[operation] else patience
            if by_result[operation] or seen > arrival + waits:
                soonest = min(soonest, seen - waits)
                continue
        begin = arrival if over else max(arrival, seen)
        if begin >= horizon or elapsed[row, begin] + length > horizon + 1:
            continue
        end = finish[row, elapsed[row, begin] + length]
        released = end + needed_after[operation]
        if released > horizon or charge[pair] * length / days[pair] > money:
            continue
        value = values[area, released]
        late = values[area, released + delay_days] if released + delay_days <= horizon else 0.0
        index = (value - late + value_share * value) * merit[operation] * slowness[end - day]
        if index > best or (index == best and operation < chosen) or chosen < 0:
            best, chosen, chosen_pair = index, operation, pair
            chosen_arrival, chosen_end = arrival, end
    return open_count, soonest, chosen, chosen_pair, chosen_arrival, chosen_end


# One loop nest, longer than ten lines: numba compiles it whole, and each step reads the arrays of the one before.
@njit(cache=True, nogil=True)
def dispatch_in_world(  # type: ignore[no-untyped-def]
    class_of, free, place, stands_in, area_x, area_y, travel, head, tail, area_ready, area_of,
    begin, team_class, days, calendar, charge, operation_of, room, donor_of, budgets,
    elapsed, finish, values, needed_after, merit, delay_days, value_share, patience, speed,
    operator_of, ground_of, region_of, by_result, factor, own, scale, cancelled, shut, down, released,
):  # fmt: skip
    """Send each free team by what it knows; write the true day of release of each area (horizon + 1: not inside it).

    Parameters beside those of `landrelease.plan.priced_kernel.dispatch_priced`
    ----------
    operator_of, ground_of, region_of
        Operator of each team; ground and region of each area.
    by_result
        Operations that come after a survey whose outcome is drawn, and directly after it.
    factor, own
        True by nominal days: shape (operators, grounds), and of each operation.
    scale, cancelled
        Of each operation: work that the survey has left; whether it has left none, from here on.
    shut, down
        Days lost in each region and by each team, shape (.., horizon).
    """
    teams, horizon = len(class_of), values.shape[1] - 1
    state = np.full(len(area_of), LATER, np.int64)
    expected, truly = np.zeros(len(area_of), np.int64), np.zeros(len(area_of), np.int64)
    count = np.zeros(len(room) - 1, np.int64)
    open_pairs = np.empty(room[-1], np.int64)
    released[:] = horizon + 1
    for area in range(len(head)):
        if head[area] < tail[area]:
            expected[head[area]] = truly[head[area]] = area_ready[area]
            open_up(head[area], begin, team_class, room, count, open_pairs)
    slowness = slowness_of(speed, horizon)
    x, y, at = place[:, 0].copy(), place[:, 1].copy(), stands_in.copy()
    left = budgets.copy()
    wake = [(free[team], team) for team in range(teams)]
    heapq.heapify(wake)
    while len(wake) > 0 and wake[0][0] < horizon:
        day, team = wake[0]
        if down[team, day]:
            heapq.heapreplace(wake, (day + 1, team))
            continue
        own_class = class_of[team]
        money = left[donor_of[own_class]] if donor_of[own_class] >= 0 else np.inf
        count[own_class], soonest, chosen, pair, arrival, nominal = choose_known(
            day, x[team], y[team], at[team], money, open_pairs[room[own_class] : room[own_class + 1]],
            count[own_class], state, expected, truly, by_result, cancelled, area_x, area_y, travel, area_of, days,
            scale, calendar, charge, operation_of, elapsed, finish, values, needed_after, merit, delay_days,
            value_share, patience, slowness,
        )  # fmt: skip
        if chosen < 0:
            heapq.heapreplace(wake, (max(soonest, day + 1) if soonest < horizon else day + IDLE_DAYS, team))
            continue
        area = area_of[chosen]
        known = scaled_days(days[pair], scale[chosen])
        need = scaled_days(known, factor[operator_of[team], ground_of[area]] * own[chosen])
        end = work_through(
            max(arrival, truly[chosen]), need, elapsed[calendar[pair]], shut[region_of[area]], down[team]
        )
        state[chosen] = GIVEN_OUT
        x[team], y[team], at[team] = area_x[area], area_y[area], area
        if donor_of[own_class] >= 0:
            left[donor_of[own_class]] -= charge[pair] * need / days[pair]
        if chosen + 1 < tail[area]:
            expected[chosen + 1], truly[chosen + 1] = nominal, end
            open_up(chosen + 1, begin, team_class, room, count, open_pairs)
        if end <= horizon and (chosen + 1 == tail[area] or (cancelled[chosen + 1] and not cancelled[chosen])):
            released[area] = end
        heapq.heapreplace(wake, (np.int64(end), team))
