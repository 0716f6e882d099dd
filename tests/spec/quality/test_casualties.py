"""Invariant 15: killed and injured of an accident are its victims and those not identified."""

import pytest

from landrelease.quality.accidents.casualties import casualty_findings

pytestmark = pytest.mark.invariant(15)
STATED = {"kind": "mine", "killed": 2, "injured": 1}


def told(conduct, accident, *outcomes):
    conduct.report("accident", accident, "2026-05-01", subject="accident:1")
    for number, outcome in enumerate(outcomes):
        body = {"accident": "accident:1", "outcome": outcome}
        conduct.report("victim", body, "2026-05-01", subject=f"victim:{number}")
    return [finding.error.code for finding in casualty_findings(conduct.register)]


@pytest.mark.parametrize(
    ("accident", "outcomes"),
    [
        (STATED, ["killed", "killed", "injured"]),
        (STATED, ["killed", "unknown", "injured"]),
        (STATED | {"unidentified": 1}, ["killed", "injured"]),
        (STATED, []),
        ({"kind": "mine"}, ["killed"]),
    ],
    ids=["all on record", "an outcome not stated", "one not identified", "no victim recorded yet", "no figure stated"],
)
def test_what_ties(conduct, accident, outcomes):
    assert told(conduct, accident, *outcomes) == []


@pytest.mark.parametrize(
    ("accident", "outcomes"),
    [
        (STATED, ["killed", "injured"]),
        (STATED, ["killed", "injured", "injured"]),
        (STATED | {"unidentified": 1}, ["killed", "killed", "injured"]),
        (STATED | {"killed": 0}, ["killed"]),
    ],
    ids=["one missing", "other outcomes", "one counted twice", "more than stated"],
)
def test_what_does_not_tie_is_listed(conduct, accident, outcomes):
    assert told(conduct, accident, *outcomes) == ["LR5061"]
