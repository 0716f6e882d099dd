"""What accidents have in common, in counts: no rate, no verdict, what is not stated stays a line of its own."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from landrelease.errors import ErrorCode, Finding
from landrelease.i18n import _
from landrelease.quality.accidents.exposure import accidents_on_duty, employer_of
from landrelease.record.entry import Entry
from landrelease.terms import AccidentActivity, AccidentCause, AccidentKind, ContributingFactor

if TYPE_CHECKING:
    from landrelease.record.register import Register

COLUMNS = ("label", "accidents", "killed", "injured")


def accident_tables(register: "Register", entries: Iterable[Entry] | None = None) -> dict[str, pd.DataFrame]:
    """Count accidents by kind, activity, cause, hour of the shift, and contributing factor.

    Parameters
    ----------
    entries
        Which accidents; those on duty by default.

    Returns
    -------
    dict of DataFrame
        ``kind``, ``activity``, ``cause``, ``hour_of_shift``, ``factor``; columns `COLUMNS`. An accident with several
        factors counts for each of them.
    """
    told = list(accidents_on_duty(register) if entries is None else entries)
    factors = _factors(register)
    by: dict[str, Callable[[Entry], list[str]]] = {
        "kind": lambda entry: [AccidentKind(entry.body["kind"]).label],
        "activity": lambda entry: [_named(AccidentActivity, _circumstances(entry).get("activity"))],
        "cause": lambda entry: [_named(AccidentCause, _circumstances(entry).get("cause"))],
        "hour_of_shift": lambda entry: [_hour(_circumstances(entry).get("minutes_into_shift"))],
        "factor": lambda entry: factors.get(entry.subject) or [_("Not stated")],
    }
    return {name: _table(told, key) for name, key in by.items()}


def _circumstances(entry: Entry) -> dict[str, Any]:
    return entry.body.get("circumstances") or {}


def _named(vocabulary: Any, value: str | None) -> str:
    return str(vocabulary(value).label) if value else _("Not stated")


def _hour(minutes: int | None) -> str:
    return _("Not stated") if minutes is None else _("Hour {hour}").format(hour=minutes // 60 + 1)


def _factors(register: "Register") -> dict[str, list[str]]:
    """Labels of the contributing factors that official investigations name, by accident."""
    found: dict[str, list[str]] = {}
    for entry in register.entries("accident.investigation"):
        labels = (ContributingFactor(factor).label for factor in entry.body.get("factors", ()))
        found[entry.subject] = list(dict.fromkeys((*found.get(entry.subject, ()), *labels)))
    return found


def _table(entries: list[Entry], key: Callable[[Entry], list[str]]) -> pd.DataFrame:
    rows = [
        {"label": label, "accidents": 1, "killed": entry.body.get("killed", 0), "injured": entry.body.get("injured", 0)}
        for entry in entries
        for label in key(entry)
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    grouped = frame.groupby("label", as_index=False)[["accidents", "killed", "injured"]].sum()
    return grouped.sort_values(["accidents", "label"], ascending=[False, True], ignore_index=True)


MEASURES = ("accidents", "killed", "injured")
DATASET = "annual-report"
"""Dataset of the figures that an organisation's annual report gives; measures `MEASURES`, period the year."""


def reconcile(register: "Register", organisation: str, year: str) -> tuple[pd.DataFrame, list[Finding]]:
    """Put the record's accidents of a year beside the organisation's annual report.

    The report's figures are statements of kind ``figure``: dataset `DATASET`, operator the organisation, period the
    year. Both stay as they are: the finding (LR3235) names what differs.

    Returns
    -------
    DataFrame
        Columns ``measure``, ``recorded``, ``reported`` (NaN where the report says nothing), ``difference``.
    list of Finding
        One for each measure that differs.
    """
    entries = [entry for entry in accidents_on_duty(register, organisation) if entry.valid_from[:4] == year]
    recorded = {"accidents": len(entries)} | {
        what: sum(entry.body.get(what, 0) for entry in entries) for what in ("killed", "injured")
    }
    reported: dict[str, int] = {}
    for figure in register.entries("figure"):
        body = figure.body
        if body["dataset"] == DATASET and body.get("operator") == organisation and body["period"][:4] == year:
            reported |= body["measures"]
    rows = [{"measure": what, "recorded": recorded[what], "reported": reported.get(what)} for what in MEASURES]
    frame = pd.DataFrame(rows).astype({"reported": "float64"})
    frame["difference"] = frame["recorded"] - frame["reported"]
    findings = [
        Finding(ErrorCode.ACCIDENTS_DISAGREE, {"organisation": organisation, "year": year, "what": _(what),
                                               "recorded": recorded[what], "reported": reported[what]})
        for what in MEASURES if what in reported and reported[what] != recorded[what]
    ]  # fmt: skip
    return frame, findings


def incident_log(register: "Register") -> list[dict[str, Any]]:
    """List every accident on duty, road and attack deaths too, without names: kind, day, employer, counts."""
    return [
        {"accident": entry.subject, "day": entry.valid_from, "kind": AccidentKind(entry.body["kind"]).label,
         "organisation": employer_of(entry), "killed": entry.body.get("killed"), "injured": entry.body.get("injured")}
        for entry in accidents_on_duty(register)
    ]  # fmt: skip
