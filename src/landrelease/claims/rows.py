"""One line of the plausibility table."""

from dataclasses import dataclass

from landrelease.terms import ClaimMeasure, FigureBound


@dataclass(frozen=True, slots=True)
class Row:
    """A ratio of claimed figures.

    Attributes
    ----------
    value
        None where claims differ: then only the bounds are known.
    low, high
        Bounds: of an exact interval where `level` is given, else the least and greatest that the claims allow.
    days
        Number of days that it goes by; None where time plays no part.
    level
        Chance that the interval is meant to hold; None where there is no chance in it.
    bound
        How exactly it is known, from how exactly the figures were said.
    """

    measure: ClaimMeasure
    value: float | None
    low: float
    high: float
    days: int | None = None
    level: float | None = None
    bound: FigureBound = FigureBound.EXACT


def claimed_span(rows: tuple[Row, ...], measure: ClaimMeasure) -> tuple[float, float] | None:
    """Least and greatest claimed value of a measure over all its lines, leaving chance out; None without any."""
    lines = [row for row in rows if row.measure is measure]
    if not lines:
        return None
    spans = [(row.low, row.high) if row.value is None else (row.value, row.value) for row in lines]
    return min(low for low, _high in spans), max(high for _low, high in spans)
