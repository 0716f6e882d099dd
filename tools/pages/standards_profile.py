"""``docs/reference/profile.md``, from the default profile: every parameter with its value, unit, mark and source."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from tools.pages import NOTICE, table

UNITS = {
    "m2_a_deminer": "m² a deminer and day",
    "m2_a_team": "m² a team and day",
    "m2_a_machine": "m² a machine and day",
    "items_per_hectare": "items a hectare",
    "false_alarms_m2": "a m²",
    "per_person_year": "a person-year",
    "per_item": "an item",
    "per_accident": "an accident",
    "m_a_day": "m a day",
    "a_year": "a year",
    "days_on": "days",
    "days": "days",
    "years": "years",
    "share": "of 1",
    "confidence": "of 1",
    "permille": "‰",
    "minutes_a_day": "minutes a day",
    "minutes_a_signal": "minutes a signal",
    "minutes": "minutes",
    "cm": "cm",
    "m2": "m²",
    "m": "m",
    "c": "°C",
}
"""How the unit is written that words in a parameter's name stand for; the first that fits counts."""

MARKS = {
    "V": "read in the source named",
    "S": "read in the source named, often a secondary one",
    "D": "derived from a source named",
    "M": "recalled: check before relying on it",
    "P": "our proposal",
}

HEAD = f"""{NOTICE}

# Standards profile

Generated from the default profile (`src/landrelease/profile/default.toml`). Every number that a country may set is
here and nowhere else in the code. To set your own, copy that file, change it, give it a name and a version, and
make the workspace with it: `landrelease init WORKSPACE --profile FILE`. A profile is checked when it is read
([LR0001](errors.md#lr0-profile-and-system)); the record keeps the whole text of each profile that was adopted.

The default profile is not a national standard. Its marks say how far each number was checked:
{"; ".join(f"**[{mark}]** {meaning}" for mark, meaning in MARKS.items())}.
"""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One line of the profile. `comment` begins with the mark, `unit` is empty where the number has none."""

    section: str
    name: str
    value: str
    unit: str
    comment: str


def page() -> str:
    """Text of the page: one table a section."""
    lines = parameters(_default())
    sections = dict.fromkeys(line.section for line in lines)
    return "\n".join([HEAD, *(_section(name, [line for line in lines if line.section == name]) for name in sections)])


def parameters(text: str) -> list[Parameter]:
    """Every parameter of a profile, in the order of the file."""
    values, comments = tomllib.loads(text), dict(_comments(text))
    return [
        Parameter(section, name, _shown(value), unit_of(name), comments[section, name])
        for section, entries in values.items()
        for name, value in entries.items()
    ]


def unit_of(name: str) -> str:
    """Unit that a parameter's name carries; empty where it carries none."""
    return next((unit for ending, unit in UNITS.items() if f"_{ending}_" in f"_{name}_"), "")


def _default() -> str:
    return files("landrelease.profile").joinpath("default.toml").read_text(encoding="utf-8")


def _comments(text: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Section and name of each parameter with its comment: that of its line, else that of the line above."""
    section, above = "", ""
    for line in text.splitlines():
        head, _, comment = (part.strip() for part in line.partition("#"))
        if match := re.fullmatch(r"\[(\w+)\]", head):
            section, above = match[1], ""
        elif match := re.match(r"(\w+) *=", head):
            yield (section, match[1]), comment or above
        elif comment:
            above = comment


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name} {_shown(entry)}" for name, entry in value.items())
    if isinstance(value, list):
        return ", ".join(_shown(entry) for entry in value)
    return str(value)


def _section(name: str, lines: list[Parameter]) -> str:
    rows = [(f"`{line.name}`", line.value, line.unit, line.comment) for line in lines]
    return f"## {name}\n\n" + table(("Parameter", "Default", "Unit", "Mark and source"), rows)
