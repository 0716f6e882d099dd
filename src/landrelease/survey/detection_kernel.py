"""The compiled simulation behind `detection`: one run a pass of a loop, spread over the processor's cores.

Each run has a stream of its own, seeded by the run's number, so that the answer depends neither on the number of
threads nor on the order of the runs. Only what lies in a swath is drawn: a Poisson process restricted to a strip is a
Poisson process on the strip, so nothing is lost. A run ends with the first transect on which a window
rejects; the one nearest to the target's centre is drawn first, which changes no answer and ends most runs early.
"""

import math

import numpy as np
from numba import njit, prange

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_STREAM = np.uint64(0xD1342543DE82EF95)
BLOCK = 128
"""Runs that share their working space; it is made once a block."""
_PART = 500.0  # exp(-500) is a normal number
_UNIT = 1.0 / 9007199254740992.0  # 2^-53
_SHIFT_A, _SHIFT_B, _SHIFT_C, _SHIFT_D = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


@njit(cache=True, inline="always")
def _mix(z):  # type: ignore[no-untyped-def]
    """Finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    z = (z ^ (z >> _SHIFT_A)) * _FIRST
    z = (z ^ (z >> _SHIFT_B)) * _SECOND
    return z ^ (z >> _SHIFT_C)


@njit(cache=True, inline="always")
def _uniform(state):  # type: ignore[no-untyped-def]
    """Next number strictly between 0 and 1; the state is a counter."""
    state[0] += _GOLDEN
    return (np.float64(_mix(state[0]) >> _SHIFT_D) + 0.5) * _UNIT


@njit(cache=True)
def _poisson(state, mean):  # type: ignore[no-untyped-def]
    """Draw a Poisson count: multiply uniforms until they fall below exp(-mean), in parts that do not underflow."""
    count = 0
    while mean > 0.0:
        limit = math.exp(-min(mean, _PART))
        product = _uniform(state)
        while product > limit:
            count += 1
            product *= _uniform(state)
        mean -= _PART
    return count


@njit(cache=True)
def _two_normals(state):  # type: ignore[no-untyped-def]
    """Two standard normal numbers by the polar method (Marsaglia and Bray 1964)."""
    while True:
        u, v = 2.0 * _uniform(state) - 1.0, 2.0 * _uniform(state) - 1.0
        square = u * u + v * v
        if square < 1.0:
            scale = math.sqrt(-2.0 * math.log(square) / square)
            return u * scale, v * scale


@njit(cache=True)
def _background_counts(state, table, steps, counts):  # type: ignore[no-untyped-def]
    """Fill the steps of a transect with background, by the cumulative chances of a count in one step."""
    for step in range(steps):
        chance, count = _uniform(state), 0
        while count < len(table) and chance >= table[count]:
            count += 1
        counts[step] = count


@njit(cache=True)
def _background(state, density, left, swath, half, points):  # type: ignore[no-untyped-def]
    """Put the background of one swath into the points; returns how many there are."""
    kept = _poisson(state, density * swath * 2.0 * half)
    for at in range(kept):
        points[at, 0] = left + swath * _uniform(state)
        points[at, 1] = half * (2.0 * _uniform(state) - 1.0)
    return kept


@njit(cache=True)
def _target(state, expected, normal, shape, left, swath, half, points, kept):  # type: ignore[no-untyped-def]
    """Add the target's anomalies inside a swath: candidates at the rate of the swath's densest line, then thinned.

    ``shape`` is the covariance of a normal spread, or the matrix of a uniform ellipse: (across, along, joint).
    """
    across, slope = math.sqrt(shape[0]), shape[2] / shape[0]
    rest = math.sqrt(max(shape[1] - shape[2] * slope, 0.0))
    near = min(max(left, 0.0), left + swath) if left < 0.0 else left
    candidates = _poisson(state, expected * swath * _line_share(near, across, normal))
    spare, has_spare = 0.0, False
    for _ in range(candidates):
        x = left + swath * _uniform(state)
        if not _accepted(_uniform(state), x, near, across, normal):
            continue
        y = slope * x
        if not normal:
            y += rest * math.sqrt(max(1.0 - (x / across) ** 2, 0.0)) * (2.0 * _uniform(state) - 1.0)
        elif has_spare:
            y += rest * spare
            has_spare = False
        else:
            one, spare = _two_normals(state)
            y += rest * one
            has_spare = True
        if abs(y) < half:
            points[kept, 0] = x
            points[kept, 1] = y
            kept += 1
    return kept


@njit(cache=True, inline="always")
def _accepted(chance, x, near, across, normal):  # type: ignore[no-untyped-def]
    """Whether a candidate is kept: the target is thinner at x than on the swath's densest line."""
    if not normal:
        return chance * math.sqrt(1.0 - (near / across) ** 2) < math.sqrt(max(1.0 - (x / across) ** 2, 0.0))
    thinner = 0.5 * (x * x - near * near) / (across * across)
    return chance < 1.0 - thinner or chance < math.exp(-thinner)  # exp(-t) >= 1 - t spares most exponentials


@njit(cache=True)
def _line_share(x, across, normal):  # type: ignore[no-untyped-def]
    """Share of the target's anomalies that a metre of width holds at this distance from its centre."""
    if normal:
        return math.exp(-0.5 * (x / across) ** 2) / (across * math.sqrt(2.0 * math.pi))
    return 2.0 * math.sqrt(max(1.0 - (x / across) ** 2, 0.0)) / (math.pi * across)


@njit(cache=True)
def _rejects(points, kept, half, step, steps, window_steps, flag_count, counts):  # type: ignore[no-untyped-def]
    """Add the points to the steps, and say whether any window of neighbouring steps holds the flag count."""
    for at in range(kept):
        counts[min(int((points[at, 1] + half) / step), steps - 1)] += 1
    total = 0
    for at in range(steps):
        total += counts[at]
        if at >= window_steps:
            total -= counts[at - window_steps]
        if at >= window_steps - 1 and total >= flag_count:
            return True
    return False


@njit(cache=True)
def _crossed(points, kept, first_set, pitch, swath):  # type: ignore[no-untyped-def]
    """Drop the points that lie in a swath of the first set, which has drawn them already; returns how many stay.

    ``first_set`` holds where its first swath begins, before where its last one does, and half its length.
    """
    stay = 0
    for at in range(kept):
        into = (points[at, 1] - first_set[0]) % pitch
        begins = points[at, 1] - into
        drawn = into < swath and first_set[0] - 1e-9 <= begins < first_set[1] and abs(points[at, 0]) < first_set[2]
        if not drawn:
            points[stay, 0] = points[at, 0]
            points[stay, 1] = points[at, 1]
            stay += 1
    return stay


@njit(cache=True)
def _shared(first, kept_first, left, swath, half, points, kept):  # type: ignore[no-untyped-def]
    """Add the anomalies of the first set that lie in a swath of the second one."""
    for at in range(kept_first):
        if left <= first[at, 1] < left + swath and abs(first[at, 0]) < half:
            points[kept, 0] = first[at, 1]
            points[kept, 1] = first[at, 0]
            kept += 1
    return kept


@njit(cache=True, inline="always")
def _outward(turn, nearest, lines):  # type: ignore[no-untyped-def]
    """Number of the transect that is drawn at a turn: the nearest first, then to both sides while there are any."""
    inner = min(nearest, lines - 1 - nearest)
    if turn <= 2 * inner:
        away = (turn + 1) // 2
        return nearest + away if turn % 2 else nearest - away
    return turn if nearest <= lines - 1 - nearest else lines - 1 - turn


@njit(cache=True)
def _one_run(state, axes, target, background, table, gaps, swath, window, first, points, counts):  # type: ignore[no-untyped-def]
    """Whether one random target is found; see `simulate` for the arguments."""
    step, window_steps, flag_count = window[0] / window[1], int(window[1]), window[2]
    angle = math.pi * _uniform(state)
    c, s = math.cos(angle), math.sin(angle)
    wide = (axes[0] * c) ** 2 + (axes[1] * s) ** 2
    long = (axes[0] * s) ** 2 + (axes[1] * c) ** 2
    joint = (axes[0] ** 2 - axes[1] ** 2) * c * s
    kept_first, first_set = 0, (0.0, 0.0, 0.0)
    for number in range(len(gaps)):
        if number == 1:
            wide, long = long, wide
        shape = (wide / target[1] ** 2, long / target[1] ** 2, joint / target[1] ** 2)
        width = math.sqrt(wide)
        steps = max(math.ceil(2.0 * math.sqrt(long) / step - 1e-9), window_steps)
        half = 0.5 * step * steps
        pitch = gaps[number] + swath
        begin = -width - swath + pitch * _uniform(state)
        lines = max(math.ceil((width - begin) / pitch), 0)
        nearest = min(max(round((-0.5 * swath - begin) / pitch), 0), max(lines - 1, 0))
        if number == 0:
            first_set = (begin, width, half)
        for turn in range(lines):
            left = begin + pitch * _outward(turn, nearest, lines)
            if len(gaps) == 1:
                kept = 0
                _background_counts(state, table, steps, counts)
            else:
                counts[:steps] = 0
                kept = _background(state, background, left, swath, half, points)
            kept = _target(state, target[0], target[2] > 0.0, shape, left, swath, half, points, kept)
            if number == 1:
                kept = _crossed(points, kept, first_set, gaps[0] + swath, swath)
                kept = _shared(first, kept_first, left, swath, half, points, kept)
            elif len(gaps) == 2:
                first[kept_first : kept_first + kept] = points[:kept]
                kept_first += kept
            if _rejects(points, kept, half, step, steps, window_steps, flag_count, counts):
                return True
    return False


@njit(cache=True, parallel=True)
def simulate(first_run, runs, seed, axes, target, background, table, gaps, swath, window, room):  # type: ignore[no-untyped-def]
    """Simulate runs and say which found the target.

    Parameters
    ----------
    first_run, runs, seed
        Runs `first_run` to `first_run + runs - 1` of the streams of a seed (unsigned).
    axes
        Semi-axes, metres, the longer one first.
    target
        Expected anomalies of the target that the detector sees, semi-axes in standard deviations (1 for a uniform
        spread), and 1 for a normal spread or 0.
    background
        Anomalies of the background that the detector sees, a square metre.
    table
        Chances of at most 0, 1, 2, ... anomalies of the background in one step of a transect.
    gaps, swath
        Gap of each set of transects and width of the swath, metres.
    window
        Length of a window, metres, steps in it, flag count.
    room
        Anomalies that a site may hold; chosen so that none holds more.

    Returns
    -------
    numpy.ndarray
        Shape (runs,), true where a window rejected.
    """
    found = np.zeros(runs, np.bool_)
    most_steps = int(2.0 * axes[0] / window[0] * window[1] + window[1]) + 2
    blocks = (runs + BLOCK - 1) // BLOCK
    for block in prange(blocks):
        state = np.empty(1, np.uint64)
        points, counts = np.empty((room, 2)), np.empty(most_steps, np.int64)
        first = np.empty((room if len(gaps) == 2 else 1, 2))
        for run in range(block * BLOCK, min((block + 1) * BLOCK, runs)):
            state[0] = _mix(seed * _STREAM + np.uint64(first_run + run + 1))
            found[run] = _one_run(state, axes, target, background, table, gaps, swath, window, first, points, counts)
    return found
