"""Looks: what was observed where, as arrays that every estimator reads."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.i18n import N_
from landrelease.terms import Term


class LookKind(Term):
    """What kind of observation a look is."""

    ACCIDENT = "accident", N_("Accident")
    FIND = "find", N_("Item found")
    DIRECT_EVIDENCE = "direct_evidence", N_("Direct evidence")
    INDIRECT_EVIDENCE = "indirect_evidence", N_("Indirect evidence")
    POSITIVE_SECTOR = "positive_sector", N_("Sector searched, positive")
    NEGATIVE_SECTOR = "negative_sector", N_("Ground searched, nothing found")
    LAND_IN_USE = "land_in_use", N_("Land in use without harm")


KINDS_OF_EVENT: frozenset[LookKind] = frozenset(LookKind) - {LookKind.NEGATIVE_SECTOR, LookKind.LAND_IN_USE}
"""Kinds that speak for contamination; the baselines learn from these alone."""

Floats = NDArray[np.float64]
Objects = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Looks:
    """Observations, one an index; arrays of one length.

    Attributes
    ----------
    x_m, y_m
        Position, or a point inside the footprint, metres in the grid's system.
    year
        Decimal year on the ground; a date known to the year only stands at the year's middle.
    kind
        `LookKind` of each, shape (n,), object array.
    quantity
        Items or events seen: 0 for a look that found nothing.
    area_m2
        Area of the footprint, m²; NaN for a point.
    accuracy_m
        Stated accuracy of the position, m; NaN where unknown.
    entry
        Hash of the entry that says so; empty where the look comes from a plain table.
    footprint
        Shapely geometry in the grid's system; None where the look is a plain point.
    without_position
        Statements that were left out because they have no position.
    """

    x_m: Floats
    y_m: Floats
    year: Floats
    kind: Objects
    quantity: Floats
    area_m2: Floats
    accuracy_m: Floats
    entry: Objects
    footprint: Objects
    without_position: int = 0

    def __post_init__(self) -> None:
        lengths = {name: len(getattr(self, name)) for name in ARRAYS}
        if len(set(lengths.values())) > 1:
            raise fail(ErrorCode.LOOKS_UNEVEN, lengths=lengths)
        unplaced = ~(np.isfinite(self.x_m) & np.isfinite(self.y_m) & np.isfinite(self.year))
        if unplaced.any():
            raise fail(ErrorCode.LOOKS_NOT_FINITE, count=int(unplaced.sum()))

    def __len__(self) -> int:
        return len(self.x_m)

    def where(self, chosen: NDArray[np.bool_]) -> "Looks":
        """Looks that a boolean array chooses."""
        return replace(self, **{name: getattr(self, name)[chosen] for name in ARRAYS})

    def of(self, kinds: Iterable[LookKind]) -> "Looks":
        """Looks of these kinds."""
        return self.where(self.is_kind(kinds))

    def is_kind(self, kinds: Iterable[LookKind]) -> NDArray[np.bool_]:
        """Whether each look is of one of these kinds."""
        return np.isin(self.kind.astype(str), [kind.value for kind in kinds])

    def before(self, year: float) -> "Looks":
        """Looks whose decimal year is before this one."""
        return self.where(self.year < year)

    def since(self, year: float) -> "Looks":
        """Looks from this decimal year on."""
        return self.where(self.year >= year)

    def events(self) -> "Looks":
        """Looks that speak for contamination: of an event's kind, with at least one item or event."""
        return self.where(self.is_kind(KINDS_OF_EVENT) & (self.quantity > 0))

    def distinct_places(self) -> "Looks":
        """The first look at each exact position, in order."""
        _, first = np.unique(np.column_stack([self.x_m, self.y_m]), axis=0, return_index=True)
        return self.where(np.isin(np.arange(len(self)), first))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a reader of a map should know of the record behind it: observations without a position (LR4006)."""
        if not self.without_position:
            return ()
        return (Finding(ErrorCode.LOOKS_WITHOUT_POSITION, {"count": self.without_position}),)

    @property
    def bounds_m(self) -> tuple[float, float, float, float]:
        """Least and greatest x and y: (x_min, y_min, x_max, y_max), metres.

        Raises
        ------
        LandreleaseError
            LR4001 without any look.
        """
        if not len(self):
            raise fail(ErrorCode.EVENTS_NONE)
        return float(self.x_m.min()), float(self.y_m.min()), float(self.x_m.max()), float(self.y_m.max())


ARRAYS = tuple(item.name for item in fields(Looks) if item.name != "without_position")


def looks_from_arrays(
    x_m: ArrayLike,
    y_m: ArrayLike,
    year: ArrayLike,
    kind: LookKind | Iterable[LookKind] = LookKind.ACCIDENT,
    quantity: ArrayLike = 1.0,
    entry: Iterable[str] | None = None,
) -> Looks:
    """Make point looks of plain arrays, for tables that are not in a register.

    Parameters
    ----------
    x_m, y_m, year
        Shape (n,): metres in the grid's system, decimal years.
    kind, quantity
        One for all looks, or one each.
    entry
        Hashes, where there are entries.

    Raises
    ------
    LandreleaseError
        LR4008 for arrays of different lengths, LR4010 for positions that are not finite.
    """
    x = np.atleast_1d(np.asarray(x_m, dtype=np.float64))
    many = [kind] * len(x) if isinstance(kind, LookKind) else list(kind)
    quantities = np.asarray(quantity, dtype=np.float64)
    unknown = np.full(len(x), np.nan)
    return Looks(
        x,
        np.atleast_1d(np.asarray(y_m, dtype=np.float64)),
        np.atleast_1d(np.asarray(year, dtype=np.float64)),
        objects(many),
        np.full(len(x), float(quantities)) if quantities.ndim == 0 else quantities,
        unknown,
        unknown.copy(),
        objects([""] * len(x) if entry is None else list(entry)),
        objects([None] * len(x)),
    )


def objects(values: list[object] | list[LookKind] | list[str] | list[None]) -> Objects:
    """Object array of a list, never broadcast over what its members hold."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
