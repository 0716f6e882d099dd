"""Devices found and disposed of, counted from the official record by the classes that treaties keep apart.

Free from explosive and scrap count nowhere; small arms ammunition, submunitions and anti-personnel mines each stand for
themselves. Only what was found in the ground is counted (Art. 5 of the mine ban convention): stockpiles (Art. 4) are
not in this record. A report lists what no earlier report listed; what corrects a report supersedes it.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from landrelease.errors import ErrorCode, Finding
from landrelease.i18n import N_
from landrelease.record.entry import Entry
from landrelease.terms import OrdnanceClass, OrdnanceStatus, Term

if TYPE_CHECKING:
    from landrelease.record.register import Register


class DeviceGroup(Term):
    """Classes that are never added up."""

    MINE_AP = "mine_ap", N_("Anti-personnel mines")
    MINE_AV = "mine_av", N_("Anti-vehicle mines")
    MINE_IMPROVISED = "mine_improvised", N_("Improvised mines")
    SUBMUNITION = "submunition", N_("Submunitions")
    SMALL_ARMS = "small_arms", N_("Small arms ammunition")
    OTHER = "other", N_("Other explosive ordnance")


GROUPS: Mapping[OrdnanceClass, DeviceGroup] = {
    OrdnanceClass.MINE_AP: DeviceGroup.MINE_AP,
    OrdnanceClass.MINE_AV: DeviceGroup.MINE_AV,
    OrdnanceClass.MINE_IMPROVISED: DeviceGroup.MINE_IMPROVISED,
    OrdnanceClass.SUBMUNITION: DeviceGroup.SUBMUNITION,
    OrdnanceClass.SMALL_ARMS: DeviceGroup.SMALL_ARMS,
}
"""Group of each class; all others are other explosive ordnance."""
_REPORTS = ("clearance.report", "survey.ts", "eod.spot_task", "qa.visit")


def device_counts(register: "Register") -> pd.DataFrame:
    """Count devices of the official record, one row a group.

    Returns
    -------
    DataFrame
        `group`, `found`, `destroyed` (stated as disposed of), `not_stated` (found, and nothing said of their disposal).
        No more are counted as destroyed than were found; `device_findings` lists where more was stated.
    """
    columns = ("group", "found", "destroyed", "not_stated")
    rows = [(GROUPS.get(kind, DeviceGroup.OTHER).value, *amounts) for _entry, kind, amounts in _finds(register)]
    table = pd.DataFrame(rows, columns=list(columns)).groupby("group").sum()
    return table.reindex([group.value for group in DeviceGroup], fill_value=0).rename_axis("group").reset_index()


def device_findings(register: "Register") -> list[Finding]:
    """Reports that state more devices disposed of than found (LR5060)."""
    found = []
    for name in _REPORTS:
        for entry in register.entries(name):
            for find in entry.body.get("finds", ()):
                if find.get("destroyed", 0) > find["quantity"]:
                    details = {"subject": entry.subject, "destroyed": find["destroyed"], "found": find["quantity"]}
                    found.append(Finding(ErrorCode.MORE_DESTROYED_THAN_FOUND, details))
    return found


def _finds(register: "Register") -> Iterator[tuple[Entry, OrdnanceClass, tuple[int, int, int]]]:
    for name in _REPORTS:
        for entry in register.entries(name):
            for find in entry.body.get("finds", ()):
                if _explosive(find):
                    yield entry, OrdnanceClass(find["ordnance"]), _amounts(find["quantity"], find.get("destroyed"))
    for entry in register.entries("ordnance.item"):
        if _explosive(entry.body) and "quantity" in entry.body:
            quantity, disposed = entry.body["quantity"], entry.body.get("disposed")
            gone = None if disposed is None else quantity * int(disposed)
            yield entry, OrdnanceClass(entry.body["ordnance"]), _amounts(quantity, gone)


def _explosive(body: Mapping[str, Any]) -> bool:
    return body["ordnance"] != OrdnanceClass.SCRAP and body.get("status") != OrdnanceStatus.FFE


def _amounts(quantity: int, destroyed: int | None) -> tuple[int, int, int]:
    return quantity, min(destroyed or 0, quantity), quantity if destroyed is None else 0
