"""How figures of a claim are written."""

import math

from landrelease.i18n import _


def figure(value: float) -> str:
    """Write a figure whole where it is, or from 1,000 on, else to three digits."""
    if math.isinf(value):
        return "∞"
    if value == 0:
        return "0"
    if abs(value) >= 1_000 or float(value).is_integer():
        return f"{value:,.0f}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{digits}f}"


def times(low: float, high: float) -> str:
    """Write how many times one is of another, to two digits: "70 to 470", "33"."""
    first, last = _two_digits(low), _two_digits(high)
    return first if first == last else _("{low} to {high}").format(low=first, high=last)


def span(low: float, high: float) -> str:
    """Write a range: "3,533 to 4,711", or one figure where both ends read the same."""
    first, last = figure(low), figure(high)
    return first if first == last else _("{low} to {high}").format(low=first, high=last)


def rounded(value: float, digits: int = 3) -> str:
    """Write a large figure to so many digits, filled up with zeros: 167,000."""
    if value == 0 or math.isinf(value):
        return figure(value)
    return figure(round(value, digits - 1 - math.floor(math.log10(abs(value)))))


def _two_digits(value: float) -> str:
    if value == 0 or math.isinf(value):
        return figure(value)
    rounded = round(value, 1 - math.floor(math.log10(abs(value))))
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:.2g}"
