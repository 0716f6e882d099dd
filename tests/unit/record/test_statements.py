"""What may enter a ledger, and what is said when it may not."""

import dataclasses

import pytest

from landrelease.errors import LandreleaseError
from landrelease.record.entry import Source, Statement
from landrelease.record.kinds import ClearanceReport, Organisation, Team
from landrelease.record.statements import check_statement, statement_members
from landrelease.terms import AssetKind, HowKnown, Reliability

A, B, C = "a" * 64, "b" * 64, "c" * 64


def codes(statement: Statement) -> tuple[str, ...]:
    try:
        check_statement(statement)
    except LandreleaseError as refusal:
        return refusal.codes
    return ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ()),
        ({"kind": "rumour"}, ("LR1001",)),
        ({"body": {}}, ("LR1002",)),
        ({"body": {"name": "x", "nickname": "y"}}, ("LR1002",)),
        ({"body": {"name": 5, "type": "club"}}, ("LR1002", "LR1002")),
        ({"body": Team(name="t", asset_kind=AssetKind.MANUAL_TEAM, people=7)}, ("LR1002",) * 3),
        ({"body": Organisation.model_construct(name=5, type="other")}, ("LR1002",)),
        ({"body": Organisation(name="\ud800")}, ("LR1003",)),
        ({"subject": "\ud800"}, ("LR1003",)),
        ({"subject": ""}, ("LR1004",)),
        ({"subject": " organisation:1"}, ("LR1004",)),
        ({"author": ""}, ("LR1004",)),
        ({"organisation": "x\n"}, ("LR1004",)),
        ({"valid_from": "11.08.2026"}, ("LR1005",)),
        ({"valid_from": "2026-02-30"}, ("LR1005",)),
        ({"valid_from": "2026-08-11", "valid_to": "2026-08-10"}, ("LR1005",)),
        ({"valid_from": "2026-08-11", "valid_to": "2026-08"}, ()),
        ({"cites": (A, A)}, ("LR1002",)),
    ],
    ids=str,
)
def test_checks(organisation, changes, expected):
    assert codes(dataclasses.replace(organisation(), **changes)) == expected


@pytest.mark.parametrize(
    ("kind", "body", "cites", "expected"),
    [
        ("review", {"verdict": "accepted"}, (A,), ()),
        ("review", {"verdict": "accepted"}, (), ("LR1007",)),
        ("withdrawal", {"reason": "entered twice"}, (A, B), ()),
        ("withdrawal", {"reason": "entered twice"}, (), ("LR1007",)),
        ("supersession", {"replaced": [A], "by": [B], "reason": "r"}, (A, B), ()),
        ("supersession", {"replaced": [A], "reason": "r"}, (A,), ()),
        ("supersession", {"replaced": [A], "by": [B], "reason": "r"}, (A,), ("LR1007",)),
        ("supersession", {"replaced": [A], "by": [B], "reason": "r"}, (B, C), ("LR1007",)),
        ("supersession", {"replaced": [A], "by": [A], "reason": "r"}, (A,), ("LR1002",)),
        ("supersession", {"replaced": [], "by": [A], "reason": "r"}, (A,), ("LR1002",)),
        ("supersession", {"replaced": ["A"], "reason": "r"}, (A,), ("LR1002",)),
    ],
)
def test_acts_cite_what_they_act_on(kind, body, cites, expected):
    assert codes(Statement(kind, "s", body, "2026", "a", "o", cites=cites)) == expected


def test_findings_name_the_field_and_the_row_of_the_source(report):
    wrong = dataclasses.replace(
        report(), body={"area": "area:1", "stage": "done", "method": "manual_team"}, source=Source(row=17)
    )
    with pytest.raises(LandreleaseError) as refusal:
        check_statement(wrong)
    (finding,) = refusal.value.findings
    assert (finding.row, finding.field) == (17, "stage")
    assert "clearance.report about report:1" in finding.what


def test_what_is_unknown_is_left_out(report):
    members = statement_members(report())
    assert members == {
        "kind": "clearance.report", "kind_version": 1, "subject": "report:1", "valid": ["2026-08-11"],
        "author": "person:amina", "organisation": "organisation:1",
        "body": {
            "area": "area:1", "stage": "completion", "method": "manual_team", "cleared_area_m2": 5400, "finds": [],
        },
    }  # fmt: skip


def test_source_and_end_are_kept(report):
    source = Source(HowKnown.RECORDS, Reliability.USUALLY_RELIABLE, A, 0, "sheet 2")
    members = statement_members(report(source=source, valid_to="2026-08-14", cites=(B,)))
    assert members["valid"] == ["2026-08-11", "2026-08-14"]
    assert members["cites"] == (B,)
    assert members["source"] == {
        "how_known": "records", "reliability": "usually_reliable", "file": A, "row": 0, "note": "sheet 2",
    }  # fmt: skip


def test_a_body_and_its_mapping_give_the_same_members(report):
    mapping = report()
    model = dataclasses.replace(mapping, body=ClearanceReport.model_validate(mapping.body))
    assert statement_members(model) == statement_members(mapping)
