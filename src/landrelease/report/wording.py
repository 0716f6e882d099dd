"""Numbers, names and writing direction as people read them."""

import math
from typing import Any

import pandas as pd

from landrelease.hazard.answers import Answer
from landrelease.i18n import _

UNKNOWN = "–"
"""Shown where a value is not known; zero is written 0."""

_NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"


def number(value: Any, decimals: int = 0) -> str:
    """Write a number with narrow spaces between thousands, which no language mistakes for a decimal sign."""
    if value is None or pd.isna(value):
        return UNKNOWN
    text = f"{float(value):,.{decimals}f}"
    return text.replace(",", _NARROW_SPACE).replace("-", "\N{MINUS SIGN}")


def significant(value: Any, digits: int = 3) -> str:
    """Write a number to so many significant digits, never in powers of ten unless it is below 0.0001."""
    if value is None or pd.isna(value):
        return UNKNOWN
    value = float(value)
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if exponent < -4:
        return f"{value:.{digits - 1}e}"
    return number(value, max(0, digits - 1 - exponent))


def per_cent(chance: Any) -> str:
    """Write a chance in per cent to two digits; one that is neither 0 nor 1 is never written as such."""
    if chance is None or pd.isna(chance):
        return UNKNOWN
    if 0.995 <= chance < 1:
        return _("over 99 %")
    return f"{significant(100 * float(chance), 2)} %"


def said_items(answer: Answer) -> str:
    """Write expected items with the bounds of their number, or say that there are none of these."""
    value = significant(answer.value)
    if answer.counts is None:
        return _("{items} expected items (no bounds: the estimate has no draws)").format(items=value)
    low, high = (number(bound) for bound in answer.counts)
    return _("{items} expected items ({level} %: {low} to {high})").format(
        items=value, level=f"{100 * answer.level:g}", low=low, high=high
    )


def square_kilometres(area_m2: Any) -> str:
    """Write an area of m² in km²: four decimals below 1 km² (100 m²), two above; none at all is 0."""
    if area_m2 is None or pd.isna(area_m2):
        return UNKNOWN
    if float(area_m2) == 0:
        return "0"
    return number(float(area_m2) / 1e6, 4 if abs(float(area_m2)) < 1e6 else 2)


def stated(value: Any) -> str:
    """Write a name or code as it is, and say so where none was stated."""
    return _("not stated") if value is None or pd.isna(value) else str(value)


def plain(value: Any) -> str:
    """Write any value of a table."""
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):
        return UNKNOWN
    if isinstance(value, int | float):
        return number(value, 0 if float(value).is_integer() else 2)
    return str(value)
