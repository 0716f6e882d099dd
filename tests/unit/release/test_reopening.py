"""What proposes a reopening, and what does not."""

import pytest
from tests.samples.releases import AREA, point
from tests.samples.signing import SIGNED

from landrelease.release.decision import decide
from landrelease.release.reopening import reopening_proposals

INSIDE, OUTSIDE = (36.0005, 48.001), (36.01, 48.001)


@pytest.fixture
def released(story):
    """The released field."""
    story.finished()
    story.decision = story.append(decide(AREA, *story.state, **SIGNED)).hash
    return story


def proposals(story):
    return reopening_proposals(*story.state[:2])


@pytest.mark.invariant(6)
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("ordnance.item", {"ordnance": "mine_ap", "shape": point(*INSIDE)}),
        ("ordnance.item", {"ordnance": "mine_ap", "shape": point(*INSIDE), "disposed": True}),
        ("ordnance.item", {"ordnance": "mine_ap", "shape": point(36.0041, 48.001, 20)}),
        ("accident", {"kind": "mine", "shape": point(*INSIDE)}),
        ("evidence", {"kind": "marking", "grade": "direct", "shape": point(*INSIDE)}),
    ],
)
def test_what_is_found_inside_proposes_a_reopening(released, kind, body):
    said = released.report(kind, body, "2026-07-05", subject="x:1")
    (proposal,) = proposals(released)
    assert (proposal.area_id, proposal.cause, proposal.kind, proposal.decision) == (
        AREA, said, kind, released.decision,
    )  # fmt: skip
    assert proposal.placed
    assert len(proposal.part_ids) == 1


def test_what_names_the_area_alone_concerns_all_of_it(released):
    released.report("accident", {"kind": "mine", "area": AREA}, "2026-07-05", subject="accident:1")
    (proposal,) = proposals(released)
    assert (len(proposal.part_ids), proposal.placed) == (3, False)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("ordnance.item", {"ordnance": "mine_ap", "shape": point(*OUTSIDE)}),
        ("evidence", {"kind": "land_in_use", "grade": "indirect", "shape": point(*INSIDE)}),
        ("release.check", {"area": AREA, "result": "nothing_found"}),
    ],
)
def test_what_does_not_contradict_proposes_nothing(released, kind, body):
    released.report(kind, body, "2026-07-05", subject="x:1")
    assert proposals(released) == []


def test_evidence_of_before_that_arrives_late_is_new(released):
    released.report(
        "evidence", {"kind": "marking", "grade": "direct", "shape": point(*INSIDE)}, "2025-01-01", subject="x:1"
    )
    assert len(proposals(released)) == 1


def test_what_the_decision_considered_is_not_new(story):
    story.outline()
    item = {"kind": "marking", "grade": "direct", "shape": point(*INSIDE)}
    story.report("evidence", item, "2026-02-01", subject="x:1")  # cleared later, and cited by the decision
    story.work()
    story.inspect()
    story.append(decide(AREA, *story.state, **SIGNED))
    assert proposals(story) == []


@pytest.mark.invariant(6)
def test_a_check_of_released_land_that_contradicts_it(released):
    said = released.report("release.check", {"area": AREA, "result": "new_evidence"}, "2026-08-01", subject="check:1")
    (proposal,) = proposals(released)
    assert (proposal.cause, proposal.kind) == (said, "release.check")


def test_nothing_is_proposed_twice_after_the_person_has_decided(released):
    said = released.report("ordnance.item", {"ordnance": "mine_ap", "area": AREA}, "2026-07-05", subject="x:1")
    before = len(released.ledger)
    assert len(proposals(released)) == 1
    assert len(released.ledger) == before
    reopen = {**SIGNED, "day": "2026-07-06", "decision": "reopen", "reason": "a mine", "cites": [said]}
    released.append(decide(AREA, *released.state, **reopen))
    assert set(released.accounts.parts()["release_status"]) == {"reopened"}
    assert proposals(released) == []
