"""The table of covariates of a grid, and the design matrix that regressions read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from landrelease.errors import ErrorCode, fail
from landrelease.geo.grid import Grid

Floats = NDArray[np.float64]
Values = NDArray[np.floating]

Item = TypeVar("Item")

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

    def in_region(self) -> Floats:
        """Values of the cells inside the mask, on the scale on which they act, shape (cells, covariates); NaN stays."""
        inside = self.values.reshape(len(self), -1) if self.grid.mask is None else self.values[:, self.grid.mask]
        columns = np.array(inside.T, dtype=np.float64, order="F")
        for column, start in enumerate(self.log_from):
            if start is not None:
                columns[:, column] = np.log1p(columns[:, column] / start)
        return columns

    def design(self) -> tuple[Floats, tuple[str, ...]]:
        """Return the matrix for a regression: standardised columns, missing values at 0, and where they are missing.

        A covariate with a missing value gets a second column ``name_missing``, 1 where it is missing and 0 elsewhere,
        before centring left as it is; equal columns of this kind stand once. A covariate that is the same everywhere,
        or nowhere known, has no column: it tells no cells apart.

        Returns
        -------
        matrix
            Shape (cells inside the mask, columns), row by row from the north-west.
        names
            Of the columns.
        """
        values = self.in_region()
        columns: list[Floats] = []
        names: list[str] = []
        absent: list[Floats] = []
        absent_names: list[str] = []
        for name, column in zip(self.names, values.T, strict=True):
            known = np.isfinite(column)
            spread = float(column[known].std()) if known.any() else 0.0
            if spread > 1e-9 * (1 + float(np.abs(column[known]).max(initial=0.0))):
                columns.append(np.where(known, (column - column[known].mean()) / spread, 0.0))
                names.append(name)
            missing = (~known).astype(np.float64)
            if known.any() and missing.any() and not any(np.array_equal(missing, other) for other in absent):
                absent.append(missing)
                absent_names.append(name + MISSING)
        matrix = np.column_stack(columns + absent) if columns or absent else np.empty((len(values), 0))
        return matrix, (*names, *absent_names)


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
