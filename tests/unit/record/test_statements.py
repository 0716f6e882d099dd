"""What may enter a ledger, and what is said when it may not."""

import dataclasses
import json

import pytest

from landrelease.errors import LandreleaseError
from landrelease.record.body import LARGEST
from landrelease.record.canonical import canonical
from landrelease.record.entry import Source, Statement
from landrelease.record.kinds import (
    KINDS,
    Body,
    ClearanceReport,
    Organisation,
    PlanAdopted,
    Team,
)
from landrelease.record.shapes import PolygonShape
from landrelease.record.statements import _parts, check_statement, prepare
from landrelease.terms import AssetKind, HowKnown, PositionQuality, Reliability


def statement_members(statement: Statement) -> dict:
    members, body = prepare(statement)
    return {**members, "body": json.loads(body)}


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


RING = [[0, 0], [0, 9], [9, 9], [0, 0]]
SHAPE = {"type": "Polygon", "quality": "gnss", "coordinates": [RING], "accuracy_m": 3}
BODIES = [
    ("hazard.report", {"name": "x", "classification": "sha", "shape": SHAPE, "blocked": ["road"], "note": "ї",
                       "evidence": [{"kind": "strike", "grade": "direct", "shape": {"type": "Point",
                                                                                    "coordinates": [1, 2]}}]}),
    ("survey.ts", {"method": "dog_team", "area": "a", "sectors": [{"shape": SHAPE, "result": "negative"}],
                   "finds": [{"quantity": 1, "ordnance": "uxo"}]}),
    ("clearance.report", {"stage": "progress", "area": "a", "method": "machine", "cleared": {
        **SHAPE, "entered": {"crs": "EPSG:3116", "coordinates": [["1.50", "2"]], "start": [1, 2],
                             "legs": [{"distance_cm": 5, "bearing_centidegrees": 7}]}}}),
    ("figure", {"dataset": "d", "admin_area": "a", "period": "2020",
                "measures": {"z": 1, "a": 2, "ї": 3, "\U0001f600": 4, "\ue000": 5}}),
    ("estimate", {"method": "m", "seed": 9_007_199_254_740_991, "parameters": {"b": "1", "a": "2"}}),
    ("plan", {"rule": "r", "seed": 1, "value": "1.50", "results": {"z": A, "b": B}}),
    ("qa.visit", {"result": "pass", "inspected_organisation": "o",
                  "nonconformities": [{"severity": "minor", "requirement": "r"}],
                  "sampled": {**SHAPE, "type": "MultiPolygon", "coordinates": [[RING]]}}),
    ("claim", {"text": "1500 items", "about": "a", "speaker": "s", "said": "2026",
               "figures": {"items": "1500", "days": "90"}}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body"), BODIES, ids=[kind for kind, _body in BODIES])
def test_bodies_are_canonical_however_they_come(kind, body):
    """As mapping, as body, as body that was never validated: the same bytes, members in order at every level."""
    model = KINDS[kind].body.model_validate(body)
    unordered = type(model).model_construct(**dict(reversed(model.__dict__.items())))
    made = [
        prepare(Statement(kind, "s", form, "2026", "a", "o"))[1]
        for form in (body, dict(reversed(body.items())), model, unordered)
    ]
    assert made == [canonical(json.loads(made[0]))] * 4


def test_a_nested_body_that_was_never_validated_is_checked(report):
    loose = PolygonShape.model_construct(quality=PositionQuality.GNSS, coordinates=[RING], type="Polygon")
    body = {"area": "a", "stage": "progress", "method": "machine"}
    made = prepare(dataclasses.replace(report(), body={**body, "cleared": loose}))[1]
    assert made == canonical(json.loads(made))
    wrong = PolygonShape.model_construct(quality=PositionQuality.GNSS, coordinates="none", type="Polygon")
    assert codes(dataclasses.replace(report(), body={**body, "cleared": wrong})) == ("LR1002",)


@pytest.mark.parametrize(("seed", "expected"), [(2**53 - 1, ()), (2**53, ("LR1002",)), (-(2**53), ("LR1002",))])
@pytest.mark.parametrize("form", [dict, lambda body: PlanAdopted.model_construct(**body)])
def test_integers_beyond_every_reader_are_refused(seed, expected, form):
    found = codes(Statement("plan", "s", form({"rule": "r", "seed": seed, "value": "1"}), "2026", "a", "o"))
    assert found in (expected, ("LR1003",) if expected else ())


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_no_body_has_fractions_or_fields_out_of_order(kind):
    """What the fast way of writing bodies relies on."""
    parts = list(_parts(kind.body.model_json_schema(mode="serialization")))
    assert not [part for part in parts if part.get("type") == "number"]
    integers = [part for part in parts if part.get("type") == "integer"]
    assert all(part.get("minimum", part.get("exclusiveMinimum")) >= -LARGEST for part in integers)
    assert all(part.get("maximum", part.get("exclusiveMaximum")) <= LARGEST for part in integers)
    fields = [field for part in parts for field in part.get("properties", {}).values()]
    assert all(field.keys() & {"type", "$ref", "anyOf", "oneOf", "const", "enum"} for field in fields)


def test_fields_of_every_body_are_validated_in_order():
    classes, found = [Body], set()
    while classes:
        found.add(body := classes.pop())
        classes += body.__subclasses__()
    assert len(found) > len(KINDS)
    for body in found:
        inner = body.__pydantic_core_schema__
        while inner["type"] != "model-fields":
            inner = inner["schema"]
        assert list(inner["fields"]) == sorted(inner["fields"])
