"""Values of a file: numbers, areas, dates, codes. What can be read in two ways is refused, never guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from landrelease.errors import ErrorCode
from landrelease.exchange.proposal import Refusal

AREA_UNITS: Mapping[str, int] = {
    "m2": 1, "m²": 1, "sqm": 1, "sq m": 1, "ha": 10_000, "hectare": 10_000, "hectares": 10_000,
    "km2": 1_000_000, "km²": 1_000_000, "sqkm": 1_000_000, "sq km": 1_000_000,
}  # fmt: skip
"""Names of area units, and their size in m²."""

_WITH_UNIT = re.compile(r"(?P<number>[^A-Za-zÀ-ÿ²]*\d)\s*(?P<unit>[A-Za-z][A-Za-z ]*[2²]?)")
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_ISO_FORMS = {4: "%Y", 7: "%Y-%m", 10: "%Y-%m-%d"}


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How numbers are written.

    Attributes
    ----------
    decimal
        The decimal sign, ``"."`` or ``","``.
    thousands
        The sign between groups of three digits; empty where there is none.
    """

    decimal: str = "."
    thousands: str = ""

    def __post_init__(self) -> None:
        if self.decimal not in (".", ",", "٫"):
            raise ValueError(f"decimal must be '.' or ',', not {self.decimal!r}")
        if self.thousands == self.decimal:
            raise ValueError("decimal and thousands must differ")


@lru_cache(maxsize=64)
def _pattern(style: NumberStyle) -> re.Pattern[str]:
    whole = rf"\d{{1,3}}(?:{re.escape(style.thousands)}\d{{3}})+|\d+" if style.thousands else r"\d+"
    return re.compile(rf"[+-]?(?:{whole})(?:{re.escape(style.decimal)}\d*)?|[+-]?{re.escape(style.decimal)}\d+")


def parse_number(text: str, style: NumberStyle = NumberStyle()) -> Decimal:
    """Read a number written in this style.

    Raises
    ------
    Refusal
        LR2012 where a comma or point in it is not declared, LR2011 where it is no number.
    """
    clean = text.strip()
    if _pattern(style).fullmatch(clean):
        plain = clean.replace(style.thousands, "") if style.thousands else clean
        return Decimal(plain.replace(style.decimal, "."))
    if re.fullmatch(r"[+-]?\d[\d.,'\s]*", clean):
        raise Refusal(ErrorCode.NUMBER_AMBIGUOUS, value=text)
    raise Refusal(ErrorCode.NUMBER_INVALID, value=text, decimal=style.decimal)


def parse_integer(
    text: str, style: NumberStyle = NumberStyle(), low: int | None = None, high: int | None = None
) -> int:
    """Read a whole number, at least `low` and at most `high`.

    Raises
    ------
    Refusal
        LR2011, LR2012 where it is not a whole number; LR2013 where it is out of range.
    """
    number = parse_number(text, style)
    if number != number.to_integral_value():
        raise Refusal(ErrorCode.NUMBER_INVALID, value=text, decimal=style.decimal)
    if (low is not None and number < low) or (high is not None and number > high):
        raise Refusal(ErrorCode.NUMBER_RANGE, value=text, low=low, high="…" if high is None else high)
    return int(number)


def whole(number: Decimal) -> int:
    """Round to a whole number, halves away from zero."""
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def unit_size(unit: str) -> int:
    """Return the size of an area unit in m².

    Raises
    ------
    Refusal
        LR2009 where the unit is not known.
    """
    size = AREA_UNITS.get(unit.strip().lower())
    if size is None:
        raise Refusal(ErrorCode.CODE_UNKNOWN, value=unit, codes=", ".join(AREA_UNITS))
    return size


def parse_area(text: str, unit: str, style: NumberStyle = NumberStyle()) -> Decimal:
    """Read an area in m².

    Parameters
    ----------
    unit
        ``m2``, ``ha`` or ``km2``; or ``in value`` where every value carries its own.

    Raises
    ------
    Refusal
        LR2014 where the value carries another unit than the one declared, LR2013 where it is negative.
    """
    match = _WITH_UNIT.fullmatch(text.strip())
    found = match["unit"].strip() if match else None
    if unit == "in value":
        unit = found or ""
    elif found and unit_size(found) != unit_size(unit):
        raise Refusal(ErrorCode.UNIT_MIXED, value=text, found=found, expected=unit)
    number = parse_number(match["number"] if match else text, style)
    if number < 0:
        raise Refusal(ErrorCode.NUMBER_RANGE, value=text, low=0, high="…")
    return number * unit_size(unit)


def parse_day(text: str, forms: tuple[str, ...] = (), today: str | None = None) -> str:
    """Read a date, month or year and return it as ISO text of the same precision.

    Parameters
    ----------
    forms
        `strptime` forms such as ``%d/%m/%Y``; ISO dates are read without one.
    today
        ISO date; what lies after it is refused.

    Raises
    ------
    Refusal
        LR2015 where it is not a date in any of the forms, LR2016 where it lies in the future.
    """
    clean = text.strip()
    day = next((found for form in (*_iso_form(clean), *forms) if (found := _try(clean, form))), None)
    if day is None:
        raise Refusal(ErrorCode.DATE_UNREADABLE, value=text, formats=", ".join(forms) or "2026-08-14")
    if today is not None and day > today[: len(day)]:
        raise Refusal(ErrorCode.DATE_FUTURE, value=day, today=today)
    return day


def _iso_form(text: str) -> tuple[str, ...]:
    return (_ISO_FORMS[len(text)],) if _DAY.fullmatch(text) else ()


@lru_cache(maxsize=4096)
def _try(text: str, form: str) -> str | None:
    try:
        moment = datetime.strptime(text, form)
    except ValueError:
        return None
    precision = 10 if "%d" in form or "%j" in form else 7 if "%m" in form or "%b" in form or "%B" in form else 4
    return moment.date().isoformat()[:precision]


def code_of(value: str, codes: Mapping[str, str], label: str | None = None) -> str:
    """Return the term for a code of a list.

    Raises
    ------
    Refusal
        LR2009 where the value is not in the list.
    """
    try:
        return codes[value]
    except KeyError:
        raise Refusal(ErrorCode.CODE_UNKNOWN, value=value, codes=label or ", ".join(sorted(codes))) from None
