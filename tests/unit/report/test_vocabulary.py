"""Words for codes; a code that is not ours is shown as it is."""

import math

import pytest

from landrelease.report.vocabulary import (
    kind_label,
    measure_label,
    method_label,
    parameter_text,
    record_label,
    severity_label,
)

NARROW = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ("roc_auc", "ROC AUC"),
        ("pr_auc", "PR AUC"),
        ("height", "Height"),
        ("r_height", "rHeight"),
        ("brier", "Brier score"),
        ("log_score", "Log score (nats a cell)"),
        ("place_log_score", "Log score, places (nats an event)"),
        ("km2_for_90", "km² for 90 %"),
        ("captured_1000", f"Share in 1{NARROW}000 km²"),
        ("a_new_one", "a new one"),
    ],
)
def test_measures(measure, words):
    assert measure_label(measure) == words


@pytest.mark.parametrize(
    ("method", "words"),
    [
        ("distance", "Distance to the nearest event"),
        ("kernel", "Kernel"),
        ("kernel_tuned", "Kernel, tuned"),
        ("mine", "mine"),
    ],
)
def test_methods(method, words):
    assert method_label(method) == words


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("width_m", 1_500.0, f"Kernel width, m: 1{NARROW}500"),
        ("decay_years", math.inf, "Decay, years: unlimited"),
        ("weights", "accident 1, direct_evidence 0.2", "Weights: Accident 1, Direct evidence 0.2"),
        ("wide_share", 0.0, "Share of the wide kernel: 0"),
        ("site_sd", 0.5, "Single cells: standard deviation: 0.500"),
        ("long_sd", 1.4142, "Long field: standard deviation: 1.41"),
        ("seed", 1.0, "Seed: 1"),
        ("looks", 7_189.0, f"Looks read: 7{NARROW}189"),
        ("converged", "yes", "Converged: yes"),
        ("converged", "no", "Converged: no"),
        ("theirs", "so", "theirs: so"),
    ],
)
def test_parameters(name, value, words):
    assert parameter_text(name, value) == words


@pytest.mark.parametrize(
    ("record", "kind", "words"),
    [
        ("accident", "mine", "Mine accident"),
        ("accident", None, "not stated"),
        ("accident", math.nan, "not stated"),
        ("accident", "unheard of", "unheard of"),
        ("theirs", "so", "so"),
    ],
)
def test_kinds(record, kind, words):
    assert kind_label(record, kind) == words


def test_records_and_severities():
    assert record_label("eod.spot_task") == "EOD spot task"
    assert record_label("theirs") == "theirs"
    assert [severity_label(each) for each in ("error", "warning", "note")] == ["Error", "Warning", "Note"]
