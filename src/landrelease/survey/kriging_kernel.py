"""Ordinary kriging with a moving neighbourhood, compiled: one small system a cell, cells spread over the cores."""

import math

import numpy as np
from numba import njit, prange

_OCTANTS = 8


@njit(cache=True)
def _chosen(x, y, places, near, per_octant, most, picked):  # type: ignore[no-untyped-def]
    """Nearest data first, at most so many in each octant around the cell; returns how many are picked."""
    in_octant = np.zeros(_OCTANTS, np.int64)
    kept = 0
    for datum in near:
        if datum < 0 or kept == most:
            break
        octant = int((math.atan2(places[datum, 1] - y, places[datum, 0] - x) + math.pi) / (2 * math.pi) * _OCTANTS)
        octant = min(octant, _OCTANTS - 1)
        if in_octant[octant] < per_octant:
            in_octant[octant] += 1
            picked[kept] = datum
            kept += 1
    return kept


@njit(cache=True)
def _gamma(h, kind, nugget, scale, reach):  # type: ignore[no-untyped-def]
    """Variogram of `variogram.shape_of`: 0 spherical, 1 exponential, 2 Gaussian, 3 power."""
    if h <= 0.0:
        return 0.0
    if kind == 3:
        return nugget + scale * h**reach
    if kind == 0:
        u = min(h / reach, 1.0)
        return nugget + scale * (1.5 * u - 0.5 * u**3)
    u = 3.0 * h / reach
    return nugget - scale * math.expm1(-u if kind == 1 else -u * u)


@njit(cache=True, parallel=True)
def krige(x, y, places, values, near, variogram, limits):  # type: ignore[no-untyped-def]
    """Estimate and kriging variance at cells.

    Parameters
    ----------
    x, y
        Cells, shape (cells,).
    places, values
        Data, shapes (data, 2) and (data,).
    near
        Data within reach of each cell, nearest first, -1 beyond the last; shape (cells, most).
    variogram
        Kind, nugget, scale, reach.
    limits
        Fewest data, most data, most in an octant.
    """
    estimate, variance = np.full(len(x), np.nan), np.full(len(x), np.nan)
    kind, nugget, scale, reach = int(variogram[0]), variogram[1], variogram[2], variogram[3]
    for cell in prange(len(x)):
        picked = np.empty(limits[1], np.int64)
        n = _chosen(x[cell], y[cell], places, near[cell], limits[2], limits[1], picked)
        if n < limits[0]:
            continue
        system, right = np.ones((n + 1, n + 1)), np.ones(n + 1)
        system[n, n] = 0.0
        for i in range(n):
            a = picked[i]
            right[i] = _gamma(math.hypot(places[a, 0] - x[cell], places[a, 1] - y[cell]), kind, nugget, scale, reach)
            system[i, i] = 0.0
            for j in range(i):
                b = picked[j]
                h = math.hypot(places[a, 0] - places[b, 0], places[a, 1] - places[b, 1])
                system[i, j] = system[j, i] = _gamma(h, kind, nugget, scale, reach)
        weights = np.linalg.solve(system, right)
        estimate[cell] = 0.0
        for i in range(n):
            estimate[cell] += weights[i] * values[picked[i]]
        variance[cell] = max(np.dot(weights, right), 0.0)
    return estimate, variance
