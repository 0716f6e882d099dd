"""Small field models for tests: every kind of look on a few cells, and the same model written as matrices."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from landrelease.hazard.field.basis import Matern, spectrum
from landrelease.hazard.field.effects import Coefficients, DesignEffect, FieldEffect, LevelEffect
from landrelease.hazard.field.model import FieldModel, Footprints, Stream

Floats = NDArray[np.float64]

LOOK_KINDS = ("counts", "yes", "no", "counted", "counted, overdispersed", "somewhere")
"""Kinds of looks; the last five are on footprints."""


@dataclass(frozen=True)
class Dense:
    """A model as matrices: `maps[s]` takes all coefficients in one vector to the log rate of stream s."""

    model: FieldModel
    maps: tuple[Floats, ...]

    def split(self, vector: Floats) -> Coefficients:
        """One vector as coefficients of each effect."""
        parts, at = [], 0
        for like in self.model.zeros():
            parts.append(np.asarray(vector[at : at + like.size]).reshape(like.shape))
            at += like.size
        return parts

    def objective(self, vector: Floats) -> float:
        """Negative log posterior."""
        coefficients = self.split(vector)
        return self.model.state(coefficients, self.model.predictors(coefficients)).objective

    def gradient(self, vector: Floats) -> Floats:
        """Its gradient."""
        coefficients = self.split(vector)
        state = self.model.state(coefficients, self.model.predictors(coefficients))
        return flat(self.model.gradient(coefficients, state))

    def hessian(self, vector: Floats) -> Floats:
        """Its expected Hessian, column by column from the model's products."""
        coefficients = self.split(vector)
        state = self.model.state(coefficients, self.model.predictors(coefficients))
        return np.column_stack([flat(self.model.curve(state, self.split(unit))) for unit in np.eye(len(vector))])


def flat(coefficients: Coefficients) -> Floats:
    """All coefficients in one vector."""
    return np.concatenate([part.ravel() for part in coefficients])


def dense(model: FieldModel) -> Dense:
    """Write a model as matrices."""
    size = sum(part.size for part in model.zeros())
    bare = Dense(model, ())
    columns = [model.predictors(bare.split(unit)) for unit in np.eye(size)]
    return Dense(model, tuple(np.column_stack([c[s].ravel() for c in columns]) for s in range(len(model.streams))))


def field_effect(shape: tuple[int, int], short: float = 3.0, long: float = 8.0, site_sd: float = 0.5) -> FieldEffect:
    """A short and a long field; ranges in cells."""
    return FieldEffect(np.sqrt(spectrum(shape, 1.0, [Matern(short, 1.0), Matern(long, 0.7)], site_sd)))


def footprints(shape: tuple[int, int], kind: str, rng: np.random.Generator, looks: int = 4) -> Footprints:
    """Looks of one kind, each on three cells of the first stream."""
    cells = shape[0] * shape[1]
    at = np.concatenate([rng.choice(cells, 3, replace=False) for _look in range(looks)])
    area = csr_array((rng.uniform(0.5, 2.0, 3 * looks), (np.repeat(np.arange(looks), 3), at)), (looks, cells))
    verdict, somewhere = kind in ("yes", "no"), kind == "somewhere"
    count = {"yes": 1.0, "no": 0.0}.get(kind)
    counts = np.full(looks, count) if count is not None else rng.integers(1, 4, looks).astype(float)
    return Footprints(
        area, 0, counts, np.full(looks, verdict), np.full(looks, somewhere),
        np.full(looks, 0.1 * verdict), np.full(looks, 0.05 * verdict),
        np.full(looks, 2.5 if kind == "counted, overdispersed" else np.inf),
    )  # fmt: skip


def small_model(*kinds: str, shape: tuple[int, int] = (6, 5), seed: int = 0) -> FieldModel:
    """Two streams (searches; reports with a rate of their own), a covariate, and looks of these kinds."""
    rng = np.random.default_rng(seed)
    design = DesignEffect(rng.normal(size=(2, *shape)), np.array([0.8, 0.5]), ("road", "slope"))
    effects = (field_effect(shape), LevelEffect(shape, 1.5), design, LevelEffect(shape, 2.0))
    exposure = rng.uniform(0.5, 3.0, shape)
    exposure[0, :2] = 0.0
    counts = rng.poisson(exposure).astype(float) if "counts" in kinds else np.zeros(shape)
    streams = (
        Stream("search", exposure, counts, (0, 1, 2), -0.3),
        Stream(
            "report", np.full(shape, 2.0), rng.poisson(1.0, shape).astype(float), (0, 1, 2, 3), rng.normal(size=shape)
        ),
    )
    return FieldModel(effects, streams, tuple(footprints(shape, kind, rng) for kind in kinds if kind != "counts"))
