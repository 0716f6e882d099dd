"""Display names of what frames carry by code: kinds of evidence, severities, methods and their parameters, scores."""

from typing import Any

import pandas as pd

from landrelease.errors import Severity
from landrelease.hazard.looks import LookKind
from landrelease.i18n import N_, _
from landrelease.report.wording import number, significant, stated
from landrelease.terms import AccidentKind, EvidenceKind, OrdnanceClass, Term

_RECORDS: dict[str, tuple[str, type[Term]]] = {
    "evidence": (N_("Evidence"), EvidenceKind),
    "accident": (N_("Accident"), AccidentKind),
    "ordnance.item": (N_("Ordnance found or reported"), OrdnanceClass),
    "eod.spot_task": (N_("EOD spot task"), OrdnanceClass),
}


def record_label(record: str) -> str:
    """Name of a kind of statement in the user's language; the value itself where it is none of ours."""
    return _(_RECORDS[record][0]) if record in _RECORDS else record


def kind_label(record: str, kind: Any) -> str:
    """Name of a kind within the vocabulary of its statement; the value itself where it is not in it."""
    if record not in _RECORDS or pd.isna(kind):
        return stated(kind)
    try:
        return _RECORDS[record][1](str(kind)).label
    except ValueError:
        return str(kind)


_SEVERITIES = {Severity.ERROR: N_("Error"), Severity.WARNING: N_("Warning"), Severity.NOTE: N_("Note")}


def severity_label(severity: str) -> str:
    """Name of a severity."""
    return _(_SEVERITIES[Severity(severity)])


_METHODS = {
    "distance": N_("Distance to the nearest event"),
    "kernel": N_("Kernel"),
    "kernel_tuned": N_("Kernel, tuned"),
    "field": N_("Field"),
    "logistic": N_("Logistic regression"),
    "boosted": N_("Gradient boosting"),
}


def method_label(method: str) -> str:
    """Name of an estimator; the value itself where it is none of ours."""
    return _(_METHODS[method]) if method in _METHODS else method


_PARAMETERS = {
    "range_m": N_("Range, m"),
    "width_m": N_("Kernel width, m"),
    "decay_years": N_("Decay, years"),
    "wide_m": N_("Width of the wide kernel, m"),
    "wide_share": N_("Share of the wide kernel"),
    "background_share": N_("Share spread evenly"),
    "events": N_("Events used"),
    "events_outside": N_("Events outside the region"),
    "total_items": N_("Expected items in all"),
    "items_per_event": N_("Items an event"),
    "exposure_years": N_("Years of exposure"),
    "short_range_m": N_("Short field: range, m"),
    "short_sd": N_("Short field: standard deviation"),
    "long_range_m": N_("Long field: range, m"),
    "long_sd": N_("Long field: standard deviation"),
    "site_sd": N_("Single cells: standard deviation"),
    "other_weight": N_("Weight of reports that are no accidents"),
    "reporting_sd": N_("Reporting field: standard deviation"),
    "offset": N_("Models that the field starts from in hidden ground"),
    "seed": N_("Seed"),
    "draws": N_("Draws"),
    "looks": N_("Looks read"),
    "converged": N_("Converged"),
    "newton_steps": N_("Newton steps"),
    "decrement": N_("Newton decrement, nats"),
    "last_round": N_("Change of the log total in the last round"),
}


def parameter_text(name: str, value: float | str) -> str:
    """Say a parameter of an estimator in words; its own name where it is none of ours."""
    if name == "weights":
        return _("Weights: {weights}").format(weights=_weights(str(value)))
    said = _amount(value) if not isinstance(value, str) else _(_ANSWERS[value]) if value in _ANSWERS else value
    return f"{_(_PARAMETERS[name]) if name in _PARAMETERS else name}: {said}"


_ANSWERS = {"yes": N_("yes"), "no": N_("no")}


def _amount(value: float) -> str:
    """Write a parameter; one that counts is written whole."""
    if value == float("inf"):
        return _("unlimited")
    return number(value) if float(value).is_integer() else significant(value)


def _weights(text: str) -> str:
    """Name the kinds in ``accident 1, find 0.2``."""
    pairs = (each.rsplit(" ", 1) for each in text.split(", "))
    return ", ".join(f"{LookKind(kind).label} {weight}" for kind, weight in pairs)


_MEASURES = {
    "test_events": N_("Test events"),
    "test_outside": N_("Test events outside the region"),
    "roc_auc": N_("ROC AUC"),
    "pr_auc": N_("PR AUC"),
    "height": N_("Height"),
    "r_height": N_("rHeight"),
    "brier": N_("Brier score"),
    "log_score": N_("Log score (nats a cell)"),
    "place_log_score": N_("Log score, places (nats an event)"),
    "event_log_score": N_("Log score, places and total (nats an event)"),
    "expected_events": N_("Events expected"),
    "events_ratio": N_("Events seen for one expected"),
    "reliability_relative": N_("Miscalibration, relative"),
    "coverage_90": N_("Blocks in their 90 % interval"),
    "pit_coverage_90": N_("The same, for whole numbers"),
}


def measure_label(measure: str) -> str:
    """Words for the name of a score: ``km2_for_50``, ``captured_1000``, ``roc_auc``."""
    if measure.startswith("km2_for_"):
        return _("km² for {share} %").format(share=measure.removeprefix("km2_for_"))
    if measure.startswith("captured_"):
        return _("Share in {area} km²").format(area=number(measure.removeprefix("captured_")))
    return _(_MEASURES[measure]) if measure in _MEASURES else measure.replace("_", " ")
