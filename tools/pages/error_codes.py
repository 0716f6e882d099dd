"""``docs/reference/errors.md``, from the error catalogue."""

from landrelease.errors import ErrorCode
from tools.pages import NOTICE, table

ROOMS = {
    0: "profile and system",
    1: "record",
    2: "exchange",
    3: "geometry, land and quality",
    4: "hazard",
    5: "survey",
    6: "plan",
    7: "release",
    8: "simulate",
    9: "study and command line",
}
"""Who owns the codes that begin with LR and this digit."""

HEAD = f"""{NOTICE}

# Errors and findings

Generated from the catalogue (`src/landrelease/errors.py`). A code never changes its meaning and is never used
again. An *error* refuses the row, the file or the command; a *warning* is accepted, but someone should look; a
*note* is worth knowing. Words in braces are filled in when the finding is shown. A finding also names its place:
file, sheet, row (the header is row 1), field.
"""


def page() -> str:
    """Text of the page: one table a room."""
    return "\n".join([HEAD, *(_room(digit, name) for digit, name in ROOMS.items() if codes_of(digit))])


def codes_of(digit: int) -> list[ErrorCode]:
    """Codes of one room, in order."""
    return sorted((error for error in ErrorCode if error.code.startswith(f"LR{digit}")), key=lambda error: error.code)


def _room(digit: int, name: str) -> str:
    rows = [(f"`{e.code}`", e.severity.value, _text(e.message), _text(e.remedy)) for e in codes_of(digit)]
    return f"## LR{digit}: {name}\n\n" + table(("Code", "Severity", "What is wrong", "What to do"), rows)


def _text(message: str) -> str:
    return message.replace("<", "&lt;")
