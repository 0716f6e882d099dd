"""Clauses of the standards reference that the release room answers for; the number is the invariant's (section 11)."""

import pytest
from tests.samples.releases import AREA, clearance, surface, technical_survey

from landrelease.errors import LandreleaseError
from landrelease.release.certificate import certificate
from landrelease.release.decision import decide
from landrelease.release.gate import unmet_criteria

SIGNED = {"signatory": "person:director", "organisation": "org:authority", "day": "2026-06-20"}


def codes(story, *more):
    return {unmet.criterion.code for unmet in unmet_criteria(AREA, *story.state, *more)}


@pytest.mark.invariant(2)
def test_2_a_release_names_authority_date_and_profile_version(story):
    story.finished()
    statement = decide(AREA, *story.state, **SIGNED)
    assert statement.body.signatory == "person:director"
    assert statement.valid_from == "2026-06-20"
    assert story.profile.identity.version in statement.body.profile


@pytest.mark.invariant(2)
def test_2_progress_releases_nothing(story):
    story.outline()
    story.work(west=clearance(stage="progress"))
    story.inspect()
    assert "resolved" in codes(story)


@pytest.mark.invariant(3)
def test_3_a_decision_lists_contrary_evidence(story):
    story.finished()
    against = story.report(
        "evidence", {"kind": "land_in_use", "grade": "indirect", "area": AREA}, "2026-06-02", subject="evidence:1"
    )
    assert against in decide(AREA, *story.state, **SIGNED).cites


@pytest.mark.invariant(5)
def test_5_an_open_nonconformity_on_the_team_blocks_its_other_land(story):
    story.finished()
    story.inspect("2026-06-02", area="area:9", nonconformities=[{"severity": "major", "requirement": "overlap"}])
    assert codes(story) == {"nonconformity"}


@pytest.mark.invariant(8)
def test_8_nobody_approves_their_own_work(story):
    story.finished()
    with pytest.raises(LandreleaseError):
        decide(AREA, *story.state, **(SIGNED | {"signatory": "person:leader"}))


@pytest.mark.invariant(8)
def test_8_a_report_approved_by_its_author_is_not_approved(story):
    story.outline()
    own = story.say("clearance.report", clearance(), "2026-05-10")
    story.say("review", {"verdict": "accepted"}, "2026-05-11", subject="review:9", author="person:leader", cites=[own])
    assert "resolved" in codes(story)


@pytest.mark.invariant(8)
def test_8_the_inspector_belongs_to_another_organisation(story):
    story.outline()
    story.work()
    story.inspect(organisation="org:operator")
    assert codes(story) == {"quality_visit"}


@pytest.mark.invariant(18)
def test_18_the_model_never_releases_land(story):
    """However low the figure, every other criterion still stands."""
    story.outline()
    story.work(middle=technical_survey(coverage_permille=10))
    assert codes(story, surface(0.0)) == {"coverage", "quality_visit"}


@pytest.mark.invariant(18)
def test_18_overriding_needs_a_reason_either_way(story):
    story.finished()
    with pytest.raises(LandreleaseError):
        decide(AREA, *story.state, **SIGNED, surface=surface(50.0))
    with pytest.raises(LandreleaseError):
        decide(AREA, *story.state, **SIGNED, decision="refuse")


def test_a_certificate_never_says_that_ground_is_safe(story):
    story.finished()
    story.append(decide(AREA, *story.state, **SIGNED))
    made = certificate(AREA, *story.state)
    assert "does not state that the ground is safe" in made.statement
    assert "risk always remains" in made.residual
