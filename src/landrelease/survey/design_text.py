"""A sampling design as plain values, for a file that goes with the sample to its verdict (``landrelease-sample/1``)."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from landrelease.hazard.chances import ChanceToSee
from landrelease.survey.combined import CombinedDesign, Odds
from landrelease.survey.discovery import DiscoveryDesign
from landrelease.survey.sampling import SampleDesign, SampleForm
from landrelease.survey.verdict import Judgeable

FORMAT = "landrelease-sample/1"
"""Tag of the format: one JSON object with `format`, `design` and the fields of that design."""

DESIGNS: Mapping[str, type[Judgeable]] = {
    "accept-on-zero": SampleDesign,
    "discovery": DiscoveryDesign,
    "combined": CombinedDesign,
}
"""Name of each design that a verdict can be asked of."""
_WHOLE = frozenset({"units", "sample", "targeted", "random"})


def design_to_values(design: Judgeable) -> dict[str, Any]:
    """Plain values of a design; its findings follow from it and are left out."""
    name = next(name for name, kind in DESIGNS.items() if type(design) is kind)
    values = {
        each.name: _plain(getattr(design, each.name)) for each in dataclasses.fields(design) if each.name != "findings"
    }
    return {"format": FORMAT, "design": name, **values}


def design_from_values(values: Any) -> Judgeable:
    """Design of plain values.

    Raises
    ------
    ValueError
        With what is wrong, for anything else than `design_to_values` made.
    """
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise ValueError(f"format is not {FORMAT}")
    kind = DESIGNS.get(values.get("design", ""))
    if kind is None:
        raise ValueError(f"design {values.get('design')!r}")
    given = {key: value for key, value in values.items() if key not in ("format", "design")}
    if any(type(given.get(name, 0)) is not int for name in _WHOLE):
        raise ValueError("units are whole numbers")
    if "seen" in given:
        given["seen"] = ChanceToSee(**given["seen"])
    if "odds" in given:
        given["odds"] = Odds(*given["odds"])
    if "form" in given:
        given["form"] = SampleForm(given["form"])
    try:
        return kind(**given)
    except TypeError as error:
        raise ValueError(str(error)) from error


def _plain(value: Any) -> Any:
    if isinstance(value, ChanceToSee):
        return dataclasses.asdict(value)
    return list(value) if isinstance(value, Odds) else value
