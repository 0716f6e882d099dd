"""Graded conflicts: what two offices make of one report, and what a reviewer is told."""

from dataclasses import replace

import pytest

from landrelease.record.conflicts import Conflict, changes, conflicts_since, contested
from landrelease.record.entry import Source, Statement
from landrelease.record.fold import fold
from landrelease.record.kinds import Supersession
from landrelease.terms import ConflictGrade, HowKnown, Reliability

DAY = "2026-08-14"
REPORT = {"area": "area:1", "stage": "completion", "method": "manual_team", "cleared_area_m2": 5400, "depth_cm": 13}
SQUARE = [[[0, 0], [0, 9], [9, 9], [0, 0]]]
LARGER = [[[0, 0], [0, 99], [99, 99], [0, 0]]]
FIND = {"ordnance": "mine_ap", "quantity": 1, "status": "unknown"}


def shape(rings, quality="unknown"):
    return {"cleared": {"type": "Polygon", "coordinates": rings, "quality": quality}}


def report(body, number=1, **changes) -> Statement:
    said = {"kind": "clearance.report", "subject": "report:1", "valid_from": DAY} | changes
    return Statement(body=body, author=f"person:{number}", organisation=f"op:{number}", **said)


def replaced(ledger, original, *rivals):
    """Record a report and its rivals, each the statements in its place. Return its hash and those of the acts."""
    old = ledger.append([original])[0].hash
    acts = []
    for number, statements in enumerate(rivals):
        by = [entry.hash for entry in ledger.append(statements)]
        body = Supersession(replaced=[old], by=by, reason="r")
        acts.append(Statement("supersession", f"s:{number}", body, DAY, "person:1", "op:1", cites=(old, *by)))
    return old, [ledger.append([act])[0].hash for act in acts]


def without(name):
    return {key: value for key, value in REPORT.items() if key != name}


@pytest.mark.parametrize(
    ("one", "other", "fields"),
    [
        pytest.param({"depth_cm": 20}, {"note": "wet"}, "", id="different fields"),
        pytest.param({"depth_cm": 20}, {"depth_cm": 25}, "body.depth_cm", id="one field, two values"),
        pytest.param({"depth_cm": 20}, {"depth_cm": 20}, "", id="one field, one value"),
        pytest.param({"depth_cm": 20, "note": "a"}, {"depth_cm": 20, "note": "b"}, "body.note", id="only what differs"),
        pytest.param(
            {"depth_cm": 20, "note": "a"}, {"depth_cm": 25, "note": "b"}, "body.depth_cm body.note", id="each is named"
        ),
        pytest.param({"depth_cm": None}, {"depth_cm": 20}, "body.depth_cm", id="left out and changed"),
        pytest.param({"depth_cm": None}, {"depth_cm": None}, "", id="left out by both"),
        pytest.param({"depth_cm": None}, {"note": "wet"}, "", id="left out and another field changed"),
        pytest.param({"note": ""}, {"note": "wet"}, "body.note", id="an empty text is a value"),
        pytest.param({"depth_cm": 0}, {"depth_cm": None}, "body.depth_cm", id="zero is not unknown"),
        pytest.param({"finds": [FIND]}, {"finds": [FIND]}, "", id="equal lists"),
        pytest.param({"finds": [FIND]}, {"finds": [FIND, FIND]}, "body.finds", id="a list is one value"),
        pytest.param(
            {"finds": [FIND]}, {"finds": [FIND | {"quantity": 2}]}, "body.finds", id="whatever differs inside the list"
        ),
        pytest.param(shape(SQUARE), shape(LARGER), "body.cleared.coordinates", id="both draw it, not the same"),
        pytest.param(shape(SQUARE), shape(SQUARE, "gnss"), "body.cleared.quality", id="a field inside an object"),
        pytest.param(shape(SQUARE), {"note": "wet"}, "", id="one draws it, one writes a note"),
        pytest.param({"valid_to": "2026-08-15"}, {"valid_to": "2026-08-16"}, "valid", id="valid time"),
        pytest.param({"valid_from": "2026-08-12"}, {"valid_to": "2026-08-16"}, "valid", id="which is one value"),
        pytest.param({"valid_from": "2026-08-12"}, {"depth_cm": 20}, "", id="valid time and a field"),
        pytest.param({"subject": "report:2"}, {"subject": "report:3"}, "subject", id="what it is about"),
        pytest.param({"source": Source(HowKnown.RECORDS)}, {"source": Source(HowKnown.VISUAL)}, "source.how_known",
                     id="how it is known"),
        pytest.param({"source": Source(reliability=Reliability("reliable"))}, {"source": Source(HowKnown.RECORDS)}, "",
                     id="how known and how reliable"),
        pytest.param({"source": Source(file="0" * 64, row=1)}, {"source": Source(file="1" * 64, row=2)}, "",
                     id="where it was read says nothing about the ground"),
        pytest.param({}, {"depth_cm": 20}, "", id="said again unchanged, and changed"),
        pytest.param({}, {}, "", id="said again by both"),
    ],
)  # fmt: skip
def test_two_rivals(ledger, one, other, fields):
    def rival(changed, number):
        outside = {name: changed[name] for name in ("subject", "valid_from", "valid_to", "source") if name in changed}
        inside = {name: value for name, value in (REPORT | changed).items() if name not in outside}
        return [report({name: value for name, value in inside.items() if value is not None}, number, **outside)]

    old, acts = replaced(ledger, report(REPORT), rival(one, 2), rival(other, 3))
    (conflict,) = fold(ledger.log()).conflicts
    assert conflict.fields == tuple(fields.split())
    assert conflict.grade is (ConflictGrade.HARD if fields else ConflictGrade.SOFT)
    assert (conflict.replaced, conflict.supersessions) == (old, tuple(sorted(acts)))


def test_what_each_changes_is_listed_beside_its_act(ledger):
    one = [report(REPORT | {"depth_cm": 20, **shape(SQUARE)}, 2)]
    other = [report(without("cleared_area_m2") | {"note": "wet"}, 3, valid_to="2026-08-15")]
    _old, (first, second) = replaced(ledger, report(REPORT), one, other)
    (conflict,) = fold(ledger.log()).conflicts
    assert dict(zip(conflict.supersessions, conflict.changes, strict=True)) == {
        first: ("body.cleared.coordinates", "body.cleared.quality", "body.cleared.type", "body.depth_cm"),
        second: ("body.cleared_area_m2", "body.note", "valid"),
    }


@pytest.mark.parametrize(
    ("rivals", "fields"),
    [
        pytest.param([[], [{"depth_cm": 20}]], ("statement",), id="removed and changed"),
        pytest.param([[], [{}]], (), id="removed, and said again unchanged"),
        pytest.param([[{"depth_cm": 20}, {"note": "b"}], [{"depth_cm": 20}]], ("statement",), id="split and changed"),
        pytest.param([[{"note": "a"}, {"note": "b"}], [{"note": "a"}, {"note": "b"}]], (), id="split alike"),
        pytest.param([[{"note": "a"}, {"note": "b"}], [{"note": "b"}, {"note": "a"}]], (), id="in whatever order"),
        pytest.param([[{"note": "a"}, {"note": "b"}], [{"note": "a"}, {"note": "c"}]], ("statement",), id="otherwise"),
        pytest.param([[{"note": "a"}, {"note": "b"}], []], ("statement",), id="split and removed"),
        pytest.param(
            [[{"note": "a"}], [{"note": "b"}], []], ("body.note", "statement"), id="three: two differ, one removes"
        ),
        pytest.param([[{"note": "a"}], [{"depth_cm": 1}], [{"note": "a"}]], (), id="three: nobody contradicts"),
        pytest.param([[{"note": "a"}], [{"depth_cm": 1}], [{"note": "c"}]], ("body.note",), id="three: two do"),
    ],
)
def test_more_than_one_for_one(ledger, rivals, fields):
    statements = [[report(REPORT | body, number + 2) for body in rival] for number, rival in enumerate(rivals)]
    replaced(ledger, report(REPORT), *statements)
    (conflict,) = fold(ledger.log()).conflicts
    assert conflict.fields == fields


def test_another_kind_in_its_place(ledger):
    note = Statement("ordnance.item", "report:1", {"ordnance": "unknown", "depth_cm": 13}, DAY, "person:2", "op:2")
    replaced(ledger, report(REPORT), [note], [report(REPORT | {"depth_cm": 20}, 3)])
    (conflict,) = fold(ledger.log()).conflicts
    assert conflict.fields == ()
    assert {"kind", "body.stage", "body.ordnance"} <= set(conflict.changes[0]) | set(conflict.changes[1])


def test_a_rival_is_compared_as_it_stands_now(ledger):
    """The first office has corrected its correction: its last word agrees with the second."""
    _old, acts = replaced(
        ledger, report(REPORT), [report(REPORT | {"depth_cm": 20}, 2)], [report(REPORT | {"depth_cm": 30}, 3)]
    )
    assert fold(ledger.log()).conflicts[0].grade is ConflictGrade.HARD
    (second,) = ledger.entry(acts[0]).body["by"]
    (third,) = ledger.append([report(REPORT | {"depth_cm": 30}, 2)])
    body = Supersession(replaced=[second], by=[third.hash], reason="r")
    ledger.append([Statement("supersession", "s", body, DAY, "person:2", "op:2", cites=(second, third.hash))])
    (conflict,) = fold(ledger.log()).conflicts
    assert (conflict.grade, conflict.fields) == (ConflictGrade.SOFT, ())
    assert conflict.supersessions == tuple(sorted(acts))


def test_statements_that_replace_each_other_in_a_circle_are_graded(ledger):
    old, acts = replaced(
        ledger, report(REPORT), [report(REPORT | {"depth_cm": 20}, 1)], [report(REPORT | {"depth_cm": 30}, 1)]
    )
    (by,) = ledger.entry(acts[0]).body["by"]
    back = Supersession(replaced=[by], by=[old], reason="r")
    ledger.append([Statement("supersession", "s", back, DAY, "person:1", "op:1", cites=(by, old))])
    assert len(fold(ledger.log()).conflicts) == 1


def test_only_what_came_since_is_told(ledger):
    replaced(ledger, report(REPORT), [report(REPORT | {"depth_cm": 20})], [report(REPORT | {"depth_cm": 30})])
    middle = len(ledger)
    ledger.append([report(REPORT | {"note": "no act"})])
    assert conflicts_since(ledger, middle) == []
    other, _acts = replaced(ledger, report(REPORT), [report(REPORT | {"note": "a"})], [report(REPORT | {"note": "b"})])
    assert [conflict.replaced for conflict in conflicts_since(ledger, middle)] == [other]
    assert conflicts_since(ledger, 0) == fold(ledger.log()).conflicts
    assert len(conflicts_since(ledger, 0)) == 2
    assert conflicts_since(ledger, len(ledger)) == []


def test_a_third_rival_makes_a_known_conflict_news(ledger):
    old, _acts = replaced(ledger, report(REPORT), [report(REPORT | {"depth_cm": 1})], [report(REPORT | {"note": "b"})])
    middle = len(ledger)
    (third,) = ledger.append([report(REPORT | {"depth_cm": 2})])
    body = Supersession(replaced=[old], by=[third.hash], reason="r")
    ledger.append([Statement("supersession", "s", body, DAY, "person:1", "op:1", cites=(old, third.hash))])
    (conflict,) = conflicts_since(ledger, middle)
    assert (conflict.fields, len(conflict.supersessions)) == (("body.depth_cm",), 3)


def test_the_pure_functions_agree_with_the_table(ledger):
    old, one, other = ledger.append([report(REPORT), report(REPORT | {"depth_cm": 20}), report(without("depth_cm"))])
    assert changes(old, [old]) == {}
    assert changes(old, [one]) == {("body", "depth_cm"): b"20"}
    assert changes(old, [other]) == {("body", "depth_cm"): b""}
    assert contested([changes(old, [one]), changes(old, [other])]) == ("body.depth_cm",)
    assert contested([changes(old, [one])] * 2) == contested([]) == ()


@pytest.mark.parametrize(
    "values",
    [
        {"grade": ConflictGrade.HARD, "changes": ((), ())},
        {"grade": ConflictGrade.SOFT, "fields": ("body.note",), "changes": ((), ())},
        {"grade": ConflictGrade.SOFT, "changes": ((),)},
    ],
)
def test_an_inconsistent_conflict_is_not_made(values):
    with pytest.raises(ValueError, match="inconsistent"):
        Conflict("a", ("b", "c"), **values)
    with pytest.raises(ValueError, match="inconsistent"):
        replace(Conflict("a", ("b", "c"), ConflictGrade.SOFT, (), ((), ())), **values)
