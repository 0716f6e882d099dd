"""Who may decide what, and what the statement of it holds."""

import pytest
from tests.samples.releases import AREA, clearance, surface

from landrelease.errors import LandreleaseError
from landrelease.record.kinds import ReleaseDecision
from landrelease.release.decision import DECIDED_FROM, DECIDED_TO, decide
from landrelease.terms import ReleaseRoute, ReleaseStatus

SIGNED = {"signatory": "person:director", "organisation": "org:authority", "day": "2026-06-20"}


def refused(story, **options):
    with pytest.raises(LandreleaseError) as error:
        decide(AREA, *story.state, **(SIGNED | options))
    return error.value.codes


@pytest.mark.invariant(2)
def test_the_statement_of_a_release(story):
    story.finished()
    statement = decide(AREA, *story.state, **SIGNED, limits=["the stream bed"])
    body = statement.body
    assert isinstance(body, ReleaseDecision)
    assert (statement.kind, statement.subject, statement.author) == ("release.decision", AREA, "person:director")
    assert (body.decision, body.to, body.signatory) == ("release", ReleaseStatus.RELEASED, "person:director")
    assert set(body.routes) == set(ReleaseRoute)
    assert body.profile == f"default 2026.1 {story.profile.sha256}"
    assert body.override_reason is None
    assert body.limits == ["the stream bed", "No estimate of the items left was made."]


@pytest.mark.invariant(3)
def test_all_evidence_considered_is_cited_contrary_evidence_too(story):
    outline = story.outline()
    made = story.work()
    visit = story.inspect()
    in_use = story.report(
        "evidence", {"kind": "land_in_use", "grade": "indirect", "area": AREA}, "2026-04-01", subject="evidence:1"
    )
    pending = story.say("evidence", {"kind": "marking", "grade": "direct", "area": AREA}, "2026-04-01")
    statement = decide(AREA, *story.state, **SIGNED)
    assert {outline, story.effort, *made.values(), visit, in_use} == set(statement.cites)
    assert pending not in statement.cites


@pytest.mark.invariant(18)
def test_the_advisory_figure_is_carried_with_its_estimate(story):
    story.finished()
    estimate = story.say("estimate", {"method": "kernel", "seed": 1}, "2026-06-10")
    statement = decide(AREA, *story.state, **SIGNED, surface=surface(0.1), estimate=estimate)
    hectares = 6.638 * (1 / 3 + (1 - 0.085) / 3 + 0.03 / 3)
    assert float(statement.body.advisory_items_left) == pytest.approx(0.1 * hectares, rel=0.01)
    assert statement.body.advisory_estimate == estimate
    assert estimate in statement.cites
    assert statement.body.limits == []


@pytest.mark.invariant(18)
def test_overriding_the_figure_needs_a_reason_and_records_it(story):
    story.finished()
    assert refused(story, surface=surface(9.0)) == ("LR7010",) * 3
    assert refused(story, surface=surface(9.0), reason="  ") == ("LR7010",) * 3
    statement = decide(AREA, *story.state, **SIGNED, surface=surface(9.0), reason="old figures")
    assert statement.body.override_reason == "old figures"


def test_a_reason_that_overrides_nothing_is_not_recorded_as_an_override(story):
    story.finished()
    statement = decide(AREA, *story.state, **SIGNED, surface=surface(0.1), reason="not needed")
    assert statement.body.override_reason is None


def test_no_reason_overrides_a_binding_criterion(story):
    story.outline()
    story.work()
    assert refused(story, reason="trust me") == ("LR7009",)


@pytest.mark.invariant(8)
@pytest.mark.parametrize("signatory", ["person:leader", "Person:Leader"])
def test_an_author_of_a_report_behind_the_land_cannot_sign(story, signatory):
    story.finished()
    assert refused(story, signatory=signatory) == ("LR7012",)
    assert refused(story, signatory=signatory, decision="refuse", reason="x") == ("LR7012",)


def test_refusing_needs_a_reason_and_no_criteria(story):
    story.outline()
    story.work(west=clearance(finds=[{"ordnance": "mine_ap", "quantity": 1}]))
    assert refused(story, decision="refuse") == ("LR7013",)
    statement = decide(AREA, *story.state, **SIGNED, decision="refuse", reason="items not disposed of")
    assert statement.body.decision == "refuse"
    assert statement.body.override_reason == "items not disposed of"


@pytest.mark.parametrize("decision", ["hand_over", "reopen"])
def test_what_is_not_released_cannot_be_handed_over_or_reopened(story, decision):
    story.finished()
    assert refused(story, decision=decision, reason="x") == ("LR7011",)


def test_an_area_without_parts_cannot_be_decided(story):
    assert refused(story) == ("LR7011",)


def test_every_decision_has_its_states():
    assert set(DECIDED_FROM) == set(DECIDED_TO)
    for decision, states in DECIDED_FROM.items():
        assert states
        assert DECIDED_TO[decision] not in states
