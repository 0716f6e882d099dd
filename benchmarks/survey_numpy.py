"""The peer of the detection simulation: the same recipe (methods A3) in NumPy, vectorised over a batch of runs.

Two forms. `found_by_strips` draws, as ours does, only what lies in a swath. `found_by_sites` does what the recipe says
literally: it draws every anomaly of the site and keeps those in a swath. Both give their all: flat arrays, no loop over
runs, transects or windows, one ``bincount`` and one cumulative sum for all windows of a batch.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from landrelease.survey.target import CUT, STEPS_A_WINDOW, TargetArea, TransectSpacing, WindowTest

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Batch:
    """Random sites of a batch: angle, half width, half length and steps of each, and their transects, flat."""

    joint: Floats
    wide: Floats
    half_width: Floats
    half_length: Floats
    steps: NDArray[np.int64]
    run: NDArray[np.int64]
    left: Floats
    first: NDArray[np.int64]


def draw_batch(
    rng: np.random.Generator, target: TargetArea, transects: TransectSpacing, step: float, runs: int
) -> Batch:
    """Place the ellipses and lay the transects of one parallel set."""
    a, b = target.length_m / 2, target.width_m / 2
    angle = rng.random(runs) * np.pi
    wide = (a * np.cos(angle)) ** 2 + (b * np.sin(angle)) ** 2
    long = (a * np.sin(angle)) ** 2 + (b * np.cos(angle)) ** 2
    joint = (a * a - b * b) * np.cos(angle) * np.sin(angle)
    half_width = np.sqrt(wide)
    steps = np.maximum(np.ceil(2 * np.sqrt(long) / step - 1e-9), STEPS_A_WINDOW).astype(np.int64)
    pitch = transects.spacing_m + transects.swath_m
    begin = -half_width - transects.swath_m + pitch * rng.random(runs)
    lines = np.maximum(np.ceil((half_width - begin) / pitch), 0).astype(np.int64)
    run = np.repeat(np.arange(runs), lines)
    number = np.arange(len(run)) - np.repeat(np.cumsum(lines) - lines, lines)
    left = begin[run] + number * pitch
    first = np.concatenate([[0], np.cumsum(steps[run])])  # of each transect among all steps
    return Batch(joint, wide, half_width, steps * step / 2, steps, run, left, first)


def found_by_strips(
    target: TargetArea, transects: TransectSpacing, test: WindowTest, rng: np.random.Generator, runs: int
) -> NDArray[np.bool_]:
    """Which runs find a target with a normal spread, shape (runs,)."""
    step, swath = test.length_m(target) / STEPS_A_WINDOW, transects.swath_m
    batch = draw_batch(rng, target, transects, step, runs)
    half = batch.half_length[batch.run]
    rate = test.background_per_m2 * (1 - test.false_negative) * swath
    own = np.repeat(np.arange(len(batch.run)), rng.poisson(rate * 2 * half))
    along = rng.random(len(own)) * 2 * half[own]
    spread = np.sqrt(batch.wide[batch.run]) / CUT
    low, high = ndtr(batch.left / spread), ndtr((batch.left + swath) / spread)
    hits = np.repeat(np.arange(len(batch.run)), rng.poisson(_expected(target, test) * (high - low)))
    across = ndtri(low[hits] + rng.random(len(hits)) * (high - low)[hits]) * spread[hits]
    y = _along(rng, target, batch, batch.run[hits], across)
    inside = np.abs(y) < half[hits]
    own, along = np.concatenate([own, hits[inside]]), np.concatenate([along, (y + half[hits])[inside]])
    return _found(batch, own, along, step, test.flag_count(target, swath), runs)


def found_by_sites(
    target: TargetArea, transects: TransectSpacing, test: WindowTest, rng: np.random.Generator, runs: int
) -> NDArray[np.bool_]:
    """The same by drawing every anomaly of every site."""
    step, swath = test.length_m(target) / STEPS_A_WINDOW, transects.swath_m
    batch = draw_batch(rng, target, transects, step, runs)
    seen = 1 - test.false_negative
    reach = batch.half_width + swath
    run = np.repeat(np.arange(runs), rng.poisson(test.background_per_m2 * seen * 4 * reach * batch.half_length))
    x = (2 * rng.random(len(run)) - 1) * reach[run]
    y = (2 * rng.random(len(run)) - 1) * batch.half_length[run]
    own = np.repeat(np.arange(runs), rng.poisson(_expected(target, test), runs))
    across = rng.standard_normal(len(own)) * np.sqrt(batch.wide[own]) / CUT
    x, y, run = (
        np.concatenate([x, across]),
        np.concatenate([y, _along(rng, target, batch, own, across)]),
        np.concatenate([run, own]),
    )
    lines = np.bincount(batch.run, minlength=runs)
    begin = np.cumsum(lines) - lines
    with_line = lines[run] > 0
    x, y, run = x[with_line], y[with_line], run[with_line]
    number, into = np.divmod(x - batch.left[begin[run]], transects.spacing_m + swath)
    kept = (into < swath) & (number >= 0) & (number < lines[run]) & (np.abs(y) < batch.half_length[run])
    line = (begin[run] + number.astype(np.int64))[kept]
    return _found(batch, line, (y + batch.half_length[run])[kept], step, test.flag_count(target, swath), runs)


def _expected(target: TargetArea, test: WindowTest) -> float:
    """Anomalies of the target that the detector sees."""
    return target.density_per_m2 * (1 - test.false_negative) * 2 * np.pi * target.length_m * target.width_m / 4 / CUT**2


def _along(
    rng: np.random.Generator, target: TargetArea, batch: Batch, run: NDArray[np.int64], across: Floats
) -> Floats:
    """Place anomalies along their transect, given where they lie across it."""
    area = target.length_m * target.width_m / 4
    rest = area / np.sqrt(batch.wide[run]) / CUT
    return np.asarray(batch.joint[run] / batch.wide[run] * across + rest * rng.standard_normal(len(across)))


def _found(
    batch: Batch, line: NDArray[np.int64], along: Floats, step: float, flag_count: int, runs: int
) -> NDArray[np.bool_]:
    """Which runs have a window with the flag count: all windows of all transects in one cumulative sum."""
    steps = batch.steps[batch.run]
    at = np.minimum((along / step).astype(np.int64), steps[line] - 1)
    counts = np.bincount(batch.first[line] + at, minlength=int(batch.first[-1]))
    sums = np.concatenate([[0], np.cumsum(counts)])
    windows = sums[STEPS_A_WINDOW:] - sums[:-STEPS_A_WINDOW]
    owner = np.repeat(np.arange(len(batch.run)), steps)[: len(windows)]
    whole = np.arange(len(windows)) + STEPS_A_WINDOW <= batch.first[owner + 1]  # a window lies on one transect
    found = np.zeros(runs, dtype=np.bool_)
    found[batch.run[owner[whole & (windows >= flag_count)]]] = True
    return found
