"""Standards 4.3 and invariants 2, 3, 6, 20: which state leads where, on what evidence."""

import pytest
from tests.samples.land import accounts, body, box, cancelled, cleared, codes, decision, hazard, order, reduced, states

from landrelease.errors import LandreleaseError
from landrelease.land.states import (
    STATES,
    TRANSITIONS,
    Axis,
    Requirement,
    Transition,
    can_transition,
    check_transition,
    is_transition,
    unmet,
)
from landrelease.terms import LandClass, ReleaseStatus, WorkStatus

A = "area:A"
FIELD = hazard(A, box(0, 0, 100, 100), "2026-01-10")
HALF, REST = box(0, 0, 100, 50), box(0, 50, 100, 100)

EVERY = [pytest.param(axis, state, id=f"{axis.value}-{state.value}") for axis in Axis for state in STATES[axis]]


@pytest.mark.parametrize(("axis", "state"), EVERY)
def test_every_state_can_be_reached(axis, state):
    reached, grown = {None}, True
    mine = [each for each in TRANSITIONS if each.axis is axis]
    while grown:
        more = {each.target for each in mine if each.source in reached} - reached
        reached, grown = reached | more, bool(more)
    assert state in reached


@pytest.mark.parametrize(("axis", "state"), EVERY)
def test_no_state_is_a_dead_end(axis, state):
    assert any(each.axis is axis and each.source is state for each in TRANSITIONS)


ALLOWED = {
    Axis.CLASSIFICATION: {"indication": {"sha", "cha"}, "sha": {"cha"}, "cha": {"sha"}},
    Axis.WORK: {
        "open": {"tasked", "worked_on", "suspended", "completed"},
        "tasked": {"open", "worked_on", "suspended", "completed"},
        "worked_on": {"suspended", "completed"},
        "suspended": {"tasked", "worked_on", "completed"},
        "completed": {"open"},
    },
    Axis.RELEASE: {
        "unresolved": {"cancelled", "reduced", "cleared"},
        "cancelled": {"released", "reopened"},
        "reduced": {"released", "reopened"},
        "cleared": {"released", "reopened"},
        "released": {"handed_over", "reopened"},
        "handed_over": {"reopened"},
        "reopened": {"cancelled", "reduced", "cleared"},
    },
}


@pytest.mark.invariant(2)
@pytest.mark.parametrize("axis", list(Axis))
def test_exactly_these_changes_are_allowed(axis):
    found = {
        source.value: {target.value for target in STATES[axis] if is_transition(axis, source, target)}
        for source in STATES[axis]
    }
    assert found == ALLOWED[axis]


SOME = {
    "a CHA needs direct evidence": (Axis.CLASSIFICATION, LandClass.SHA, LandClass.CHA, {Requirement.DIRECT_EVIDENCE}),
    "a release needs a signature and every criterion": (
        Axis.RELEASE,
        ReleaseStatus.CLEARED,
        ReleaseStatus.RELEASED,
        {Requirement.SIGNATURE, Requirement.CRITERIA_OF_RELEASE},
    ),
    "a suspension needs a reason": (Axis.WORK, WorkStatus.TASKED, WorkStatus.SUSPENDED, {Requirement.REASON}),
    "a handover needs a certificate": (
        Axis.RELEASE,
        ReleaseStatus.RELEASED,
        ReleaseStatus.HANDED_OVER,
        {Requirement.HANDOVER_CERTIFICATE},
    ),
}


@pytest.mark.invariant(2)
@pytest.mark.parametrize(("axis", "source", "target", "needs"), SOME.values(), ids=SOME.keys())
def test_each_missing_requirement_is_named(axis, source, target, needs):
    check_transition(axis, source, target, needs)
    assert set(unmet(axis, source, target, set())) == needs
    with pytest.raises(LandreleaseError) as refused:
        check_transition(axis, source, target, set())
    assert refused.value.codes == ("LR3102",) * len(needs)
    for need in needs:
        assert need.label in str(refused.value)
        assert not can_transition(axis, source, target, needs - {need})


def test_what_is_not_listed_is_refused():
    with pytest.raises(LandreleaseError, match="no change from Unresolved to Released") as refused:
        check_transition(Axis.RELEASE, ReleaseStatus.UNRESOLVED, ReleaseStatus.RELEASED, set(Requirement))
    assert refused.value.codes == ("LR3101",)
    assert not can_transition(Axis.RELEASE, None, ReleaseStatus.RELEASED, set(Requirement))


@pytest.mark.parametrize(("source", "needs"), [(WorkStatus.OPEN, (Requirement.REASON,)), (WorkStatus.TASKED, ())])
def test_a_transition_changes_something_and_needs_something(source, needs):
    with pytest.raises(ValueError, match="no transition"):
        Transition(Axis.WORK, source, WorkStatus.OPEN, needs, TRANSITIONS[0].decides)


DECISIONS = {
    "released": ([decision(A, "release", "2026-03-01")], {"released": 10_000}),
    "then handed over": (
        [decision(A, "release", "2026-03-01"), decision(A, "hand_over", "2026-04-01")],
        {"handed_over": 10_000},
    ),
    "handed over before it is released: nothing": ([decision(A, "hand_over", "2026-03-01")], {"cleared": 10_000}),
    "refused: nothing": ([decision(A, "refuse", "2026-03-01")], {"cleared": 10_000}),
    "released in part": (
        [decision(A, "release", "2026-03-01", HALF)],
        {"cleared": 5_000, "released": 5_000},
    ),
    "handed over, then an item is found": (
        [
            decision(A, "release", "2026-03-01"),
            decision(A, "hand_over", "2026-04-01"),
            decision(A, "reopen", "2026-05-01", box(0, 0, 20, 20)),
        ],
        {"handed_over": 9_600, "reopened": 400},
    ),
}


@pytest.mark.invariant(6)
@pytest.mark.parametrize(("decisions", "expected"), DECISIONS.values(), ids=DECISIONS.keys())
def test_decisions_on_cleared_land(decisions, expected):
    assert states(accounts(FIELD, cleared(A, box(0, 0, 100, 100), "2026-02-01"), *decisions)) == expected


def test_a_decision_is_limited_to_its_routes():
    given = [FIELD, cleared(A, HALF, "2026-02-01"), reduced(A, REST, "2026-02-02")]
    made = accounts(*given, decision(A, "release", "2026-03-01", routes=["reduced"]))
    assert states(made) == {"cleared": 5_000, "released": 5_000}
    assert set(made.parts()["route"]) == {"cleared", "reduced"}


def test_a_decision_never_releases_unresolved_land():
    made = accounts(FIELD, cleared(A, HALF, "2026-02-01"), decision(A, "release", "2026-03-01"))
    assert states(made) == {"released": 5_000, "unresolved": 5_000}
    assert codes(made) == ["LR3142"]


def test_handover_of_unreleased_land_is_listed():
    made = accounts(FIELD, cleared(A, HALF, "2026-02-01"), decision(A, "hand_over", "2026-03-01"))
    assert codes(made) == ["LR3143"]


def test_a_decision_on_a_part_covers_that_part():
    """The polygon of a part, rounded to 1e-7 degree in the decision, leaves no sliver of the part behind."""
    slanted = cleared(A, box(0, 0, 77, 100), "2026-02-01"), reduced(A, box(33, 0, 100, 61), "2026-02-02")
    made = accounts(FIELD, *slanted)
    part = made.parts().set_index("release_status").loc["reduced"]
    before = len(made.parts())
    made.apply(decision(A, "release", "2026-03-01", _as_body(part.geometry)))
    assert len(made.parts()) == before
    assert states(made)["released"] == round(part.area_m2, -1)


def _as_body(geometry):
    from landrelease.geo.shapes import body_from_shape

    return body_from_shape(geometry)


# -- what makes a part


@pytest.mark.invariant(2)
def test_invariant_2_every_part_cites_the_report_that_made_it():
    reports = {
        "cancelled": cancelled(A, box(0, 0, 100, 20), "2026-02-01"),
        "reduced": reduced(A, box(0, 20, 100, 50), "2026-03-01"),
        "cleared": cleared(A, box(0, 50, 100, 60), "2026-04-01"),
        "unresolved": FIELD,
    }
    parts = accounts(*reports.values(), approved={reports["reduced"].hash: "2026-03-09"}).parts()
    parts = parts.set_index("release_status")
    assert parts["report"].to_dict() == {state: report.hash for state, report in reports.items()}
    days = parts["decided_on"].dropna().to_dict()
    assert days == {"cancelled": "2026-02-01", "reduced": "2026-03-09", "cleared": "2026-04-01"}
    assert parts["reported_on"].to_dict()["reduced"] == "2026-03-01"
    assert parts["route"].dropna().to_dict() == {state: state for state in ("cancelled", "reduced", "cleared")}


# -- classification and work status

DIRECT = {"kind": "explosive_item", "grade": "direct"}
INDIRECT = {"kind": "verbal_report", "grade": "indirect"}
REBUTTED = DIRECT | {"resolved": "it was scrap"}

CLASSES = {
    "CHA on direct evidence": ("cha", [DIRECT], "cha", []),
    "CHA without direct evidence is an SHA": ("cha", [INDIRECT], "sha", ["LR3151"]),
    "CHA whose direct evidence was resolved is an SHA": ("cha", [REBUTTED], "sha", ["LR3151"]),
    "SHA on indirect evidence": ("sha", [INDIRECT], "sha", []),
    "SHA with direct evidence is a CHA": ("sha", [INDIRECT, DIRECT], "cha", ["LR3152"]),
    "SHA without evidence stays suspected, and is listed": ("sha", [], "sha", ["LR3153"]),
    "indication": ("indication", [], "indication", []),
}


@pytest.mark.invariant(3)
@pytest.mark.parametrize(("said", "evidence", "expected", "found"), CLASSES.values(), ids=CLASSES.keys())
def test_invariant_3_classification_rests_on_evidence(said, evidence, expected, found):
    made = accounts(hazard(A, box(0, 0, 100, 100), classification=said, evidence=evidence))
    assert made.area(A).classification.value == expected
    assert codes(made) == found
    assert set(made.parts()["classification"]) == {expected}


def test_evidence_counts_wherever_it_was_reported():
    from tests.samples.land import entry

    later = entry("evidence", DIRECT | {"area": A}, "2026-02-01", subject="evidence:1")
    made = accounts(FIELD)
    assert made.area(A).classification is LandClass.SHA
    change = made.apply(later)
    assert (change.areas, change.moved_m2) == ((A,), {})
    assert made.area(A).classification is LandClass.CHA
    assert accounts(FIELD, cancelled(A, HALF, "2026-02-01", evidence=[DIRECT])).area(A).classification is LandClass.CHA


@pytest.mark.invariant(3)
def test_direct_evidence_in_cancelled_land_is_listed():
    import shapely

    item = DIRECT | {"shape": body(shapely.Point(20, 20))}
    field = hazard(A, box(0, 0, 100, 100), classification="cha", evidence=[item])
    assert codes(accounts(field, cancelled(A, HALF, "2026-02-01"))) == ["LR3154"]
    assert codes(accounts(field, cancelled(A, REST, "2026-02-01"))) == []
    assert codes(accounts(field, cleared(A, HALF, "2026-02-01"))) == []


def test_indications_in_reduced_land_are_listed():
    import shapely

    positive = {"sectors": [{"shape": box(40, 40, 60, 60), "result": "positive"}]}
    find = {"finds": [{"ordnance": "uxo", "quantity": 1, "shape": body(shapely.Point(20, 20))}]}
    for marks, found in ((positive, ["LR3133"]), (find, ["LR3133"]), ({}, [])):
        assert codes(accounts(FIELD, reduced(A, HALF, "2026-02-01", **marks))) == found


WORK = {
    "nothing yet": ([], "open", []),
    "ordered": ([order(A, "2026-02-01")], "tasked", []),
    "reported on": ([order(A, "2026-02-01"), cleared(A, None, "2026-03-01", stage="progress")], "worked_on", []),
    "suspended with a reason": (
        [order(A, "2026-02-01"), order(A, "2026-03-01", "suspended", reason="flooded")],
        "suspended",
        [],
    ),
    "suspended, then worked on": (
        [order(A, "2026-02-01", "suspended", reason="x"), cleared(A, None, "2026-03-01", stage="progress")],
        "worked_on",
        [],
    ),
    "all land resolved": ([cleared(A, box(0, 0, 100, 100), "2026-02-01")], "completed", []),
    "resolved, then reopened": (
        [cleared(A, box(0, 0, 100, 100), "2026-02-01"), decision(A, "reopen", "2026-04-01", box(0, 0, 9, 9))],
        "worked_on",
        [],
    ),
    "worked on, then one more order": (
        [cleared(A, None, "2026-02-01", stage="progress"), order(A, "2026-03-01")],
        "worked_on",
        [],
    ),
    "said to be completed, then ordered": (
        [order(A, "2026-02-01", "completed"), order(A, "2026-03-01")],
        "tasked",
        ["LR3155"],
    ),
}


@pytest.mark.invariant(20)
@pytest.mark.parametrize(("entries", "expected", "found"), WORK.values(), ids=WORK.keys())
def test_work_status(entries, expected, found):
    made = accounts(FIELD, *entries)
    assert made.area(A).work_status.value == expected
    assert codes(made) == found


def test_an_unknown_area_is_refused():
    with pytest.raises(LandreleaseError) as refused:
        accounts(FIELD).area("area:none")
    assert refused.value.codes == ("LR3111",)
