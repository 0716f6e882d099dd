"""Cells that a spreadsheet would run as formulas."""

import re
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[\d.,\s]*\d[\d.,\s]*([eE][+-]?\d+)?")


def escape_formula(value: Any) -> Any:
    """Return the value safe to open in a spreadsheet: text that would start a formula gets a leading apostrophe.

    Numbers, also as text with a sign, stay as they are.
    """
    if not isinstance(value, str) or not value.startswith(_FORMULA) or _NUMBER.fullmatch(value):
        return value
    return "'" + value


def unescape_formula(value: str) -> str:
    """Take back what `escape_formula` did."""
    return value[1:] if value.startswith("'") and escape_formula(value[1:]) == value else value
