"""Looks: what was observed where, as arrays that every estimator reads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import shapely
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
    SEARCHED = "searched", N_("Ground searched, finds listed apart")
    SURVEY_VERDICT = "survey_verdict", N_("Verdict of a non-technical survey")
    AGGREGATE = "aggregate", N_("Known by administrative area only")
    MINEFIELD_RECORD = "minefield_record", N_("Minefield record")


class Outcome(Term):
    """What a look says, and so which likelihood an estimator gives it."""

    SEARCHED = "searched", N_("Footprint searched; its finds are looks of their own")
    FOUND = "found", N_("Items found by a search")
    REPORTED = "reported", N_("Event that someone happened to report")
    VERDICT = "verdict", N_("Yes or no on a footprint")
    COUNTED = "counted", N_("Count over a footprint")


USUAL_OUTCOME: Mapping[LookKind, Outcome] = {
    LookKind.NEGATIVE_SECTOR: Outcome.SEARCHED,
    LookKind.SEARCHED: Outcome.SEARCHED,
    LookKind.LAND_IN_USE: Outcome.VERDICT,
    LookKind.SURVEY_VERDICT: Outcome.VERDICT,
    LookKind.AGGREGATE: Outcome.COUNTED,
    LookKind.MINEFIELD_RECORD: Outcome.COUNTED,
}
"""Outcome of a kind where none is given; every other kind is an event, reported by chance."""

KINDS_OF_EVENT: frozenset[LookKind] = frozenset(LookKind) - frozenset(USUAL_OUTCOME) | {LookKind.MINEFIELD_RECORD}
"""Kinds that speak for contamination at a place; the baselines learn from these alone."""

WITH_CHANCE: frozenset[Outcome] = frozenset({Outcome.SEARCHED, Outcome.VERDICT, Outcome.COUNTED})
"""Outcomes whose chance to see is stated with the look; for the others it is modelled."""

Floats = NDArray[np.float64]
Objects = NDArray[np.object_]
UNSTATED: Any = None
"""An array that was not given: filled with its usual values."""


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
        Items or events seen: 0 for a look that found nothing. Not read of a SEARCHED look, whose finds are looks of
        their own.
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
    outcome
        `Outcome` of each, object array; by default what is usual for the kind.
    chance
        Chance to see one item in the footprint, 0..1, of SEARCHED, VERDICT and COUNTED looks; NaN where it is not
        known (such a look moves no estimate) and for FOUND and REPORTED. 0 says nothing; 1 says that nothing can have
        been missed, and is named in a finding (LR4024).
    chance_sd
        Standard deviation of `chance`; 0 where the chance is held to be known.
    method
        Label; looks of one label share one error in `chance`. Empty where each stands for itself.
    false_positive, false_negative
        Of verdicts: chance of a yes without any item, and of a no although an item was seen. 0 elsewhere.
    years
        How long the look lasted (land in use, the period of a figure); NaN elsewhere.
    remarks
        What was found when the looks were made, for `findings`.
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
    outcome: Objects = UNSTATED
    chance: Floats = UNSTATED
    chance_sd: Floats = UNSTATED
    method: Objects = UNSTATED
    false_positive: Floats = UNSTATED
    false_negative: Floats = UNSTATED
    years: Floats = UNSTATED
    remarks: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        for name, usual in _usual(self.kind).items():
            if getattr(self, name) is UNSTATED:
                object.__setattr__(self, name, usual)
        lengths = {name: len(getattr(self, name)) for name in ARRAYS}
        if len(set(lengths.values())) > 1:
            raise fail(ErrorCode.LOOKS_UNEVEN, lengths=lengths)
        unplaced = ~(np.isfinite(self.x_m) & np.isfinite(self.y_m) & np.isfinite(self.year))
        if unplaced.any():
            raise fail(ErrorCode.LOOKS_NOT_FINITE, count=int(unplaced.sum()))
        _check_quantity(self)
        _check_chance(self)
        _check_errors(self)

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

    def is_outcome(self, *outcomes: Outcome) -> NDArray[np.bool_]:
        """Whether each look has one of these outcomes."""
        return np.isin(self.outcome.astype(str), [outcome.value for outcome in outcomes])

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
        """What a reader of a map should know: observations without a position (LR4006), chances of 1 (LR4024)."""
        certain = int((self.chance == 1).sum())
        noted = ((ErrorCode.LOOKS_WITHOUT_POSITION, self.without_position), (ErrorCode.LOOKS_CERTAIN, certain))
        return tuple(Finding(code, {"count": count}) for code, count in noted if count) + self.remarks

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


ARRAYS = tuple(item.name for item in fields(Looks) if item.name not in ("without_position", "remarks"))


def _usual(kind: Objects) -> dict[str, Objects | Floats]:
    """Values of the arrays that may be left out."""
    n = len(kind)
    return {
        "outcome": objects([USUAL_OUTCOME.get(each, Outcome.REPORTED) for each in kind]),
        "chance": np.full(n, np.nan),
        "chance_sd": np.zeros(n),
        "method": objects([""] * n),
        "false_positive": np.zeros(n),
        "false_negative": np.zeros(n),
        "years": np.full(n, np.nan),
    }


def _check_quantity(looks: Looks) -> None:
    """Counts are counts, and a find is of something."""
    wrong = ~(looks.quantity >= 0) | ~np.isfinite(looks.quantity)
    wrong |= looks.is_outcome(Outcome.FOUND) & (looks.quantity == 0)
    if wrong.any():
        raise fail(ErrorCode.LOOKS_QUANTITY, count=int(wrong.sum()))


def _check_chance(looks: Looks) -> None:
    chance, spread = looks.chance, looks.chance_sd
    known = ~np.isnan(chance)
    wrong = known & ~((chance >= 0) & (chance <= 1)) | known & ~looks.is_outcome(*WITH_CHANCE)
    widest = np.sqrt(np.clip(np.where(known, chance * (1 - chance), 0.0), 0.0, None))
    wrong |= ~((spread >= 0) & (spread <= widest + 1e-9))
    if wrong.any():
        raise fail(ErrorCode.LOOKS_CHANCE, count=int(wrong.sum()))
    said = looks.is_outcome(Outcome.VERDICT, Outcome.COUNTED) & (looks.quantity > 0)
    blind = said & (chance == 0) & (looks.false_positive == 0)
    if blind.any():
        raise fail(ErrorCode.LOOKS_BLIND, count=int(blind.sum()))


def _check_errors(looks: Looks) -> None:
    positive, negative = looks.false_positive, looks.false_negative
    wrong = ~((positive >= 0) & (negative >= 0) & (positive + negative < 1))
    wrong |= ~looks.is_outcome(Outcome.VERDICT) & ((positive != 0) | (negative != 0))
    if wrong.any():
        raise fail(ErrorCode.LOOKS_VERDICT_ERRORS, count=int(wrong.sum()))


def looks_from_arrays(
    x_m: ArrayLike,
    y_m: ArrayLike,
    year: ArrayLike,
    kind: LookKind | Iterable[LookKind] = LookKind.ACCIDENT,
    quantity: ArrayLike = 1.0,
    entry: Iterable[str] | None = None,
    *,
    footprint: Iterable[object] | None = None,
    accuracy_m: ArrayLike | None = None,
    outcome: Outcome | Iterable[Outcome] | None = None,
    chance: ArrayLike | None = None,
    chance_sd: ArrayLike = 0.0,
    method: str | Iterable[str] = "",
    false_positive: ArrayLike = 0.0,
    false_negative: ArrayLike = 0.0,
    years: ArrayLike | None = None,
) -> Looks:
    """Make looks of plain arrays, for tables that are not in a register.

    Parameters
    ----------
    x_m, y_m, year
        Shape (n,): metres in the grid's system, decimal years.
    kind, quantity, outcome, method
        One for all looks, or one each; without `outcome`, what is usual for each kind.
    entry
        Hashes, where there are entries.
    footprint
        Shapely geometry of each in the grid's system, or None; `area_m2` is that of its polygons.
    accuracy_m, chance, chance_sd, false_positive, false_negative, years
        One for all looks, or one each; see `Looks`.

    Raises
    ------
    LandreleaseError
        LR4008 for arrays of different lengths, LR4010 for positions that are not finite, LR4020 to LR4023 for
        chances, errors and quantities that cannot be.
    """
    x = np.atleast_1d(np.asarray(x_m, dtype=np.float64))
    n = len(x)
    shapes = objects([None] * n if footprint is None else list(footprint))
    areas = shapely.area(shapes)
    kinds = _one_or_each(kind, n)
    return Looks(
        x,
        np.atleast_1d(np.asarray(y_m, dtype=np.float64)),
        np.atleast_1d(np.asarray(year, dtype=np.float64)),
        kinds,
        _spread(quantity, n),
        np.where(areas > 0, areas, np.nan),
        _spread(np.nan if accuracy_m is None else accuracy_m, n),
        objects([""] * n if entry is None else list(entry)),
        shapes,
        outcome=UNSTATED if outcome is None else _one_or_each(outcome, n),
        chance=_spread(np.nan if chance is None else chance, n),
        chance_sd=_spread(chance_sd, n),
        method=_one_or_each(method, n),
        false_positive=_spread(false_positive, n),
        false_negative=_spread(false_negative, n),
        years=_spread(np.nan if years is None else years, n),
    )


def _one_or_each(value: str | Iterable[Any], n: int) -> Objects:
    return objects([value] * n if isinstance(value, str) else list(value))


def _spread(value: ArrayLike, n: int) -> Floats:
    array = np.asarray(value, dtype=np.float64)
    return np.full(n, float(array)) if array.ndim == 0 else array


def objects(values: list[Any]) -> Objects:
    """Object array of a list, never broadcast over what its members hold."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
