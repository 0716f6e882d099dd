"""The log posterior of a log-Gaussian Cox model on a grid: streams of counts and looks on footprints.

Of a stream, the counts in cell i are Poisson with mean ``exposure_i * exp(eta_i)``; ``eta`` is the sum of the stream's
effects and its offset. A look on a footprint sees ``m_j = sum_i area_ji exp(eta_i)`` of one stream:

- counted: the count is negative binomial with mean ``m_j`` and a shape (infinite: Poisson);
- verdict: yes with chance ``s + (1 - s - c) (1 - exp(-m_j))``, s false positives, c false negatives;
- somewhere: events of a stream whose cell is known only up to a footprint add ``y_j log m_j``; their exposure is the
  stream's.

Curvature is Fisher's, never negative, so that every Newton step goes uphill.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from landrelease.hazard.field.effects import Coefficients, Effect, advance, dot, in_parts
from landrelease.hazard.field.precondition import Curvature

Floats = NDArray[np.float64]

HIGHEST = 60.0
"""Log intensity is cut here, so that a wild step gives a large number and not infinity."""


@dataclass(frozen=True, eq=False)
class Stream:
    """Counts on cells.

    Attributes
    ----------
    name
        Of the stream.
    exposure
        m² (or m² times years) times the share that could be seen, shape (rows, columns); 0 where nobody looked.
    counts
        Events or items seen, same shape; may be fractions where old events count less.
    effects
        Which of the model's effects make up the stream's log rate.
    offset
        Fixed part of the log rate, shape (rows, columns) or a number.
    """

    name: str
    exposure: Floats
    counts: Floats
    effects: tuple[int, ...]
    offset: Floats | float = 0.0

    @cached_property
    def looked(self) -> bool:
        """Whether there is any exposure."""
        return bool(self.exposure.any())

    @cached_property
    def counted(self) -> NDArray[np.int64]:
        """Flat index of the cells with a count."""
        return np.flatnonzero(self.counts)

    def judge(self, predictor: Floats) -> tuple[float, Floats, Floats, Floats]:
        """Negative log likelihood, intensity, slope and expected counts, in parts that stay in the cache."""
        shape, offset = self.exposure.shape, np.broadcast_to(self.offset, self.exposure.shape)
        rate, seen = np.empty(shape), self.looked or bool(len(self.counted))
        score, mean = (np.empty(shape), np.empty(shape)) if seen else (np.zeros(shape), np.zeros(shape))

        def judged(rows: slice) -> float:
            total = predictor[rows] + offset[rows]
            np.minimum(total, HIGHEST, out=total)
            there = np.exp(total, out=rate[rows])
            if not seen:
                return 0.0
            expected = np.multiply(self.exposure[rows], there, out=mean[rows])
            np.subtract(self.counts[rows], expected, out=score[rows])
            return float(expected.sum() - np.einsum("ij,ij", self.counts[rows], total))

        return sum(in_parts(judged, (shape[0], shape[1]))), rate, score, mean


@dataclass(frozen=True, eq=False)
class Footprints:
    """Looks on footprints of one stream.

    Attributes
    ----------
    area
        m² of each cell that each look could see, shape (looks, cells), sparse, cells in C order.
    stream
        Index of the stream whose intensity is seen.
    count
        Events counted; 1 or 0 for a verdict.
    verdict, somewhere
        Which looks are verdicts, and which are events with an uncertain place; the others are counts.
    false_positive, false_negative
        Of verdicts.
    shape
        Negative binomial shape of counts; infinite for Poisson.
    elsewhere
        Expected items seen on ground outside the grid that the look covers as well, fixed; shape (looks,) or a number.
    """

    area: csr_array
    stream: int
    count: Floats
    verdict: NDArray[np.bool_]
    somewhere: NDArray[np.bool_]
    false_positive: Floats
    false_negative: Floats
    shape: Floats
    elsewhere: Floats | float = 0.0
    _transposed: csr_array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_transposed", self.area.T.tocsr())

    def seen(self, intensity: Floats) -> Floats:
        """Expected items seen by each look, shape (looks,)."""
        return np.asarray(self.area @ intensity.ravel(), dtype=np.float64)

    def spread(self, values: Floats, intensity: Floats) -> Floats:
        """Transpose of `seen` times the intensity: from looks to cells."""
        return np.asarray((self._transposed @ values).reshape(intensity.shape) * intensity)

    def judge(self, mean: Floats) -> tuple[Floats, Floats, Floats]:
        """Log likelihood, its slope in the mean and Fisher's information on it, of each look."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            log, slope, information = self._counted(np.maximum(mean, 1e-300))
            for chosen, judged in ((self.verdict, self._judged), (self.somewhere, self._somewhere)):
                if chosen.any():
                    for total, part in zip((log, slope, information), judged(mean), strict=True):
                        total[chosen] = part[chosen]
        return log, slope, information

    def _counted(self, mean: Floats) -> tuple[Floats, Floats, Floats]:
        spread = 1.0 + mean / self.shape
        infinite = np.isinf(self.shape)
        log = self.count * np.log(mean) - np.where(
            infinite, mean, (self.count + self.shape) * np.log1p(mean / self.shape)
        )
        return log, (self.count / mean - 1.0) / spread, 1.0 / (mean * spread)

    def _judged(self, mean: Floats) -> tuple[Floats, Floats, Floats]:
        reach = 1.0 - self.false_positive - self.false_negative
        none = np.exp(-mean)
        yes = np.clip(self.false_positive + reach * (1.0 - none), 1e-300, 1.0)
        no = np.clip(self.false_negative + reach * none, 1e-300, 1.0)
        said = self.count > 0
        rate = reach * none
        return np.log(np.where(said, yes, no)), rate * np.where(said, 1 / yes, -1 / no), rate**2 / (yes * no)

    def _somewhere(self, mean: Floats) -> tuple[Floats, Floats, Floats]:
        mean = np.maximum(mean, 1e-300)
        return self.count * np.log(mean), self.count / mean, self.count / mean**2


class State(NamedTuple):
    """A point of the posterior: the objective (negative log posterior), intensities, scores and curvature by stream."""

    objective: float
    intensity: tuple[Floats, ...]
    score: tuple[Floats, ...]
    curvature: tuple[Floats, ...]
    information: tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class FieldModel:
    """Effects with standard normal coefficients, and the streams and footprints that they explain."""

    effects: tuple[Effect, ...]
    streams: tuple[Stream, ...]
    footprints: tuple[Footprints, ...] = ()

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.streams[0].exposure.shape
        return rows, columns

    def zeros(self) -> Coefficients:
        """Coefficients of the prior mean."""
        return [effect.zeros() for effect in self.effects]

    def predictors(self, coefficients: Coefficients) -> tuple[Floats, ...]:
        """Log rate of each stream without its offset; streams of the same effects share one array."""
        maps = [effect.cells(values) for effect, values in zip(self.effects, coefficients, strict=True)]
        made: dict[tuple[int, ...], Floats] = {}
        for own in (stream.effects for stream in self.streams):
            if own not in made:
                made[own] = sum((maps[i] for i in own[1:]), maps[own[0]])
        return tuple(made[stream.effects] for stream in self.streams)

    def state(self, coefficients: Coefficients, predictors: Sequence[Floats]) -> State:
        """Objective and derivatives with respect to the predictors."""
        objective = dot(coefficients, coefficients) / 2
        intensity, score, curvature = [], [], []
        for stream, predictor in zip(self.streams, predictors, strict=True):
            cost, rate, pulled, mean = stream.judge(predictor)
            objective += cost
            intensity.append(rate)
            score.append(pulled)
            curvature.append(mean)
        information = []
        for looks in self.footprints:
            rate = intensity[looks.stream]
            log, slope, known = looks.judge(looks.seen(rate) + looks.elsewhere)
            objective -= float(log.sum())
            score[looks.stream] = score[looks.stream] + looks.spread(slope, rate)
            if looks.somewhere.any():
                placed = looks.spread(np.where(looks.somewhere, slope, 0.0), rate)
                curvature[looks.stream] = np.maximum(curvature[looks.stream] - placed, 0.0)
            information.append(known)
        return State(objective, tuple(intensity), tuple(score), tuple(curvature), tuple(information))

    def gradient(self, coefficients: Coefficients, state: State) -> Coefficients:
        """Gradient of the objective in the coefficients."""
        return [values - pulled for values, pulled in zip(coefficients, self.to_coefficients(state.score), strict=True)]

    @cached_property
    def _looked(self) -> tuple[bool, ...]:
        """Streams with any exposure: the others weigh nothing in their cells."""
        return tuple(stream.looked for stream in self.streams)

    @cached_property
    def _read(self) -> tuple[bool, ...]:
        """Streams with any exposure or footprint."""
        on = {looks.stream for looks in self.footprints}
        return tuple(looked or index in on for index, looked in enumerate(self._looked))

    def to_coefficients(self, by_stream: Sequence[Floats]) -> Coefficients:
        """Transpose of `predictors`, over the streams that anything was seen of."""
        found = []
        for index, effect in enumerate(self.effects):
            parts = [
                cells
                for stream, cells, read in zip(self.streams, by_stream, self._read, strict=True)
                if read and index in stream.effects
            ]
            found.append(effect.adjoint(sum(parts[1:], parts[0])) if parts else effect.zeros())
        return found

    def curvature(self, state: State) -> Curvature:
        """Curvature of the streams' cells, without the footprints."""
        kept = [index for index, looked in enumerate(self._looked) if looked]
        return Curvature(
            self.effects,
            tuple(self.streams[index].effects for index in kept),
            tuple(state.curvature[index] for index in kept),
        )

    def curve(self, state: State, direction: Coefficients) -> Coefficients:
        """Product of the Hessian (with Fisher's information) and a direction."""
        moves = self.predictors(direction)
        weighted = [
            curvature * move if looked else curvature
            for looked, curvature, move in zip(self._looked, state.curvature, moves, strict=True)
        ]
        for looks, known in zip(self.footprints, state.information, strict=True):
            rate = state.intensity[looks.stream]
            seen = looks.seen(rate * moves[looks.stream])
            weighted[looks.stream] = weighted[looks.stream] + looks.spread(known * seen, rate)
        found = self.to_coefficients(weighted)
        advance(found, 1.0, direction)
        return found

    def with_offsets(self, offsets: Sequence[Floats | float]) -> "FieldModel":
        """The same model with these amounts added to the streams' offsets."""
        streams = tuple(
            replace(stream, offset=stream.offset + more) for stream, more in zip(self.streams, offsets, strict=True)
        )
        return replace(self, streams=streams)
