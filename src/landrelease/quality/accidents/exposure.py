"""What people were exposed to, from day reports; accidents of the same people and time; rates from both."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from landrelease.errors import ErrorCode, Finding
from landrelease.i18n import N_, _
from landrelease.quality.accidents.rates import Rate, rate_of
from landrelease.record.entry import Entry
from landrelease.terms import AccidentKind

if TYPE_CHECKING:
    from landrelease.record.register import Register

ON_DUTY = (AccidentKind.DEMINING, AccidentKind.ROAD, AccidentKind.ATTACK, AccidentKind.STORED_AMMUNITION)
"""Accidents of people at work, on the road and in camp too. Others count where the statement names a team."""

UNITS: tuple[tuple[str, str, float], ...] = (
    ("deployment_person_days", N_("1,000 person-years of deployment"), 365_250.0),
    ("worked_person_days", N_("1,000 person-days worked"), 1_000.0),
    ("person_hours", N_("100,000 person-hours worked"), 100_000.0),
    ("items", N_("1,000 items found"), 1_000.0),
    ("searched_m2", N_("km² searched"), 1_000_000.0),
)
"""Measures of exposure, how rates are shown, and how many units that is."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What the day reports of some teams and time add up to.

    Attributes
    ----------
    deployment_person_days
        People on all reported days, also on those without work.
    worked_person_days, person_hours
        People on days with work; people times hours worked.
    items, searched_m2
        Finds, and ground that was searched.
    days, findings
        Team-days that were reported; what could not be counted.
    """

    deployment_person_days: float
    worked_person_days: float
    person_hours: float
    items: float
    searched_m2: float
    days: int
    findings: tuple[Finding, ...] = ()


def in_period(entry: Entry, start: str | None, end: str | None) -> bool:
    """Whether a statement is about a day from `start` to `end`; None is no limit."""
    day = entry.valid_from
    return (start is None or day >= start[: len(day)]) and (end is None or day[: len(end)] <= end)


def exposure_of(
    register: "Register", organisation: str | None = None, start: str | None = None, end: str | None = None
) -> Exposure:
    """Add up the day reports of an organisation (None: of all) between two days, both included."""
    days = [entry for entry in register.entries("work_day")
            if organisation in (None, entry.organisation) and in_period(entry, start, end)]  # fmt: skip
    bodies = [entry.body for entry in days]
    worked = [body for body in bodies if body.get("minutes_worked")]
    silent = sum(not body.get("people") for body in worked)
    details = {"who": organisation or _("all organisations"), "what": _("exposure"), "missing": _("people"),
               "count": silent, "all": len(worked)}  # fmt: skip
    return Exposure(
        deployment_person_days=float(sum(body.get("people", 0) for body in bodies)),
        worked_person_days=float(sum(body.get("people", 0) for body in worked)),
        person_hours=sum(body.get("people", 0) * body["minutes_worked"] for body in worked) / 60,
        items=float(sum(body.get("finds", 0) for body in bodies)),
        searched_m2=float(sum(body.get("searched_area_m2", 0) for body in bodies)),
        days=len(days),
        findings=(Finding(ErrorCode.EXPOSURE_NOT_STATED, details),) if silent else (),
    )


def employer_of(entry: Entry) -> str:
    """Organisation whose people an accident met: the one it names, else the one that reports it."""
    named: str | None = (entry.body.get("circumstances") or {}).get("organisation")
    return named or entry.organisation


def accidents_on_duty(
    register: "Register", organisation: str | None = None, start: str | None = None, end: str | None = None
) -> Iterator[Entry]:
    """Yield official accidents of people at work, on the road and under attack too."""
    for entry in register.entries("accident"):
        on_duty = AccidentKind(entry.body["kind"]) in ON_DUTY or entry.body.get("team")
        if on_duty and organisation in (None, employer_of(entry)) and in_period(entry, start, end):
            yield entry


def accident_rates(
    register: "Register", organisation: str | None = None, start: str | None = None, end: str | None = None,
    level: float = 0.95,
) -> tuple[pd.DataFrame, Exposure]:  # fmt: skip
    """Rates of accidents, of killed and of injured people, for each measure of exposure above 0.

    Returns
    -------
    DataFrame
        Columns ``what`` (accidents, killed, injured), ``count``, ``exposure``, ``measure``, ``per`` (in words),
        ``rate``, ``low``, ``high`` (for that many units), ``level``.
    Exposure
        What the rates stand on.
    """
    exposure = exposure_of(register, organisation, start, end)
    entries = list(accidents_on_duty(register, organisation, start, end))
    counts = {"accidents": len(entries)} | {
        what: sum(entry.body.get(what, 0) for entry in entries) for what in ("killed", "injured")
    }
    rows = [
        _row(what, rate_of(count, getattr(exposure, measure), measure, level), per, units)
        for what, count in counts.items()
        for measure, per, units in UNITS
        if getattr(exposure, measure) > 0
    ]
    columns = ["what", "count", "exposure", "measure", "per", "rate", "low", "high", "level"]
    return pd.DataFrame(rows, columns=columns), exposure


def _row(what: str, rate: Rate, per: str, units: float) -> dict[str, Any]:
    value, low, high = rate.per(units)
    return {"what": what, "count": rate.count, "exposure": rate.exposure, "measure": rate.unit, "per": _(per),
            "rate": value, "low": low, "high": high, "level": rate.level}  # fmt: skip
