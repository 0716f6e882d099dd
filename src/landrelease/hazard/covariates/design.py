"""The table of covariates of a grid, and the design matrix that regressions read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Values = NDArray[np.floating]

Item = TypeVar("Item")

NEGLIGIBLE = 1e-7
"""Spread, relative to the values, below which a covariate is the same everywhere."""

MISSING = "_missing"
"""End of the name of a column that says where a covariate is missing."""


@dataclass(frozen=True, eq=False)
class Covariates:
    """Numbers known of each cell of a grid.

    Attributes
    ----------
    grid
        The cells; those outside its mask are not read.
    names
        Name of each covariate, unique; the unit is part of it where there is one (``road_km``).
    values
        Shape (covariates, rows, columns), 32- or 64-bit; NaN where missing.
    descriptions, units
        What each one is, and its unit ("" for a pure number); one a name.
    log_from
        Value from which each one counts by its logarithm, in `design`: ``log(1 + value / log_from)``; None for as it
        is. Distances and counts act on the log scale: the first kilometre matters more than the fiftieth.
    """

    grid: Grid
    names: tuple[str, ...]
    values: Values
    descriptions: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    log_from: tuple[float | None, ...] = ()

    def __post_init__(self) -> None:
        for name, default in (("descriptions", ""), ("units", ""), ("log_from", None)):
            if not getattr(self, name):
                object.__setattr__(self, name, (default,) * len(self.names))
        wanted = (len(self.names), *self.grid.shape)
        lengths = {len(self.descriptions), len(self.units), len(self.log_from), len(self.names)}
        if self.values.shape != wanted or len(lengths) > 1:
            raise fail(ErrorCode.COVARIATES_SHAPE, found=self.values.shape, wanted=wanted)
        if len(set(self.names)) < len(self.names):
            raise fail(ErrorCode.COVARIATE_NAMES, names=", ".join(self.names))
        self._check_values()

    def _check_values(self) -> None:
        for name, values, start in zip(self.names, self.values, self.log_from, strict=True):
            if np.isinf(values).any() or (start is not None and (not start > 0 or np.nanmin(values, initial=0) < 0)):
                raise fail(ErrorCode.COVARIATE_VALUES, name=name)

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, name: str) -> Values:
        """Values of one covariate, shape (rows, columns)."""
        values: Values = self.values[self._positions([name])[0]]
        return values

    def subset(self, names: Iterable[str]) -> "Covariates":
        """Only these covariates, in this order.

        Raises
        ------
        LandreleaseError
            LR4031 for a name that is not among them.
        """
        at = self._positions(names)
        return Covariates(
            self.grid, _pick(self.names, at), self.values[at], _pick(self.descriptions, at), _pick(self.units, at),
            _pick(self.log_from, at),
        )  # fmt: skip

    def without(self, names: Iterable[str]) -> "Covariates":
        """All but these covariates."""
        left_out = set(names)
        return self.subset(name for name in self.names if name not in left_out)

    def _positions(self, names: Iterable[str]) -> list[int]:
        wanted = list(names)
        unknown = [name for name in wanted if name not in self.names]
        if unknown or len(set(wanted)) < len(wanted):
            raise fail(ErrorCode.COVARIATE_NAMES, names=", ".join(wanted))
        return [self.names.index(name) for name in wanted]

    def at(self, rows: Indices, columns: Indices) -> Floats:
        """Values of cells on the scale on which they act, shape (cells, covariates); NaN stays."""
        values = np.array(self.values[:, rows, columns].T, dtype=np.float64)
        for column, start in enumerate(self.log_from):
            if start is not None:
                values[:, column] = np.log1p(values[:, column] / start)
        return values

    def in_region(self) -> Floats:
        """Values of all cells inside the mask, row by row from the north-west, as `at`."""
        rows, columns = np.nonzero(np.ones(self.grid.shape, np.bool_) if self.grid.mask is None else self.grid.mask)
        return self.at(rows, columns)

    def design(self) -> tuple[Floats, tuple[str, ...]]:
        """Matrix for a regression and the names of its columns, standardised over the cells inside the mask.

        Returns
        -------
        matrix
            Shape (cells inside the mask, columns), row by row from the north-west, as `Standard.apply` has it.
        names
            Of the columns.
        """
        values = self.in_region()
        standard = Standard.of(self.names, values)
        return standard.apply(values), standard.columns


@dataclass(frozen=True, eq=False)
class Standard:
    """How values become columns of a regression: centred and scaled, missing values marked.

    A covariate with a missing value gets a second column ``name_missing``, 1 where it is missing and 0 elsewhere;
    covariates that are missing together share one. One that is the same everywhere, or nowhere known, has no column: it
    tells no cells apart.

    Attributes
    ----------
    columns
        Names of the columns.
    kept, centre, spread
        Positions of the covariates that have a column, shape (kept,), their means and standard deviations.
    marked
        Positions of the covariates whose missing values are marked, shape (marked,).
    """

    columns: tuple[str, ...]
    kept: Indices
    centre: Floats
    spread: Floats
    marked: Indices

    @classmethod
    def of(cls, names: Sequence[str], values: Floats, weight: Floats | None = None) -> "Standard":
        """Take centre and spread from values, shape (cells, covariates), each cell with its weight."""
        weights = np.ones(len(values)) if weight is None else weight
        known = np.isfinite(values)
        total = np.maximum(weights @ known, np.finfo(np.float64).tiny)
        filled = np.where(known, values, 0.0)
        centre = weights @ filled / total
        spread = np.sqrt(weights @ (np.where(known, values - centre, 0.0) ** 2) / total)
        varies = spread > NEGLIGIBLE * (1 + np.abs(filled).max(axis=0, initial=0.0))
        gaps = np.atleast_1d(~known.all(axis=0) & known.any(axis=0))
        first = [at for at in np.flatnonzero(gaps).tolist() if not _repeats(known, at, gaps)]
        kept, marked = np.flatnonzero(varies), np.array(first, dtype=np.int64)
        columns = (*(names[at] for at in kept.tolist()), *(names[at] + MISSING for at in first))
        return cls(columns, kept, centre[kept], spread[kept], marked)

    def apply(self, values: Floats) -> Floats:
        """Columns of values, shape (cells, columns); a missing value is 0, the mean."""
        scaled = (values[:, self.kept] - self.centre) / self.spread
        missing = ~np.isfinite(values[:, self.marked])
        return np.hstack([np.where(np.isfinite(scaled), scaled, 0.0), missing.astype(np.float64)])


def _repeats(known: NDArray[np.bool_], at: int, gaps: NDArray[np.bool_]) -> bool:
    return any(np.array_equal(known[:, at], known[:, other]) for other in np.flatnonzero(gaps[:at]))


def joined(first: Covariates, *others: Covariates) -> Covariates:
    """One table of several on the same grid."""
    parts = (first, *others)
    return Covariates(
        first.grid,
        tuple(name for part in parts for name in part.names),
        np.concatenate([part.values for part in parts]),
        tuple(text for part in parts for text in part.descriptions),
        tuple(unit for part in parts for unit in part.units),
        tuple(start for part in parts for start in part.log_from),
    )


def _pick(items: tuple[Item, ...], positions: list[int]) -> tuple[Item, ...]:
    return tuple(items[position] for position in positions)
