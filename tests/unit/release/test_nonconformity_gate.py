"""Nonconformities with statements of their own at the gate; rows: who has one, whether it stops the release."""

import pytest
from tests.samples.releases import AREA

from landrelease.release.dossier import Dossiers
from landrelease.release.gate import unmet_criteria

pytestmark = pytest.mark.invariant(5)

QA = {"author": "person:inspector", "organisation": "org:qa"}


def raise_(story, day="2026-06-02", subject="nc:1", cites=(), **changes):
    body = {"severity": "major", "requirement": "SOP 4.2", "responsible_organisation": "org:operator",
            "owner": "person:leader"} | changes  # fmt: skip
    return story.say("nonconformity", body, day, subject=subject, cites=cites, **QA)


def close(story, made, subject="nc:1"):
    body = {"action": "searched again", "root_cause": "setting", "done": "2026-06-03"}
    done = story.say("nonconformity.correction", body, "2026-06-03", subject=subject, cites=[made])
    story.say("nonconformity.verification", {"holds": True}, "2026-06-04", subject=subject, cites=[made, done], **QA)


def codes(story):
    return [unmet.criterion.code for unmet in unmet_criteria(AREA, *story.state)]


@pytest.mark.parametrize(
    ("changes", "stops"),
    [
        ({"area": AREA}, True),
        ({"area": AREA, "severity": "minor"}, False),
        ({"area": "area:2"}, False),
        ({"area": "area:2", "team": "team:1"}, True),
        ({"team": "team:9"}, False),
        ({"method": "manual_team"}, True),
        ({"method": "dog_team"}, False),
        ({"method": "manual_team", "responsible_organisation": "org:other"}, False),
    ],
)
def test_what_an_open_one_stops(story, changes, stops):
    story.finished()
    made = raise_(story, **changes)
    assert codes(story) == (["nonconformity"] if stops else [])
    if stops:
        [unmet] = unmet_criteria(AREA, *story.state)
        assert unmet.entries == (made,)
        close(story, made)
        assert codes(story) == []


def test_a_later_passed_check_of_the_team_counts_elsewhere_but_not_on_the_area(story):
    story.finished()
    raise_(story, area="area:2", team="team:1")
    story.inspect(day="2026-06-10")
    assert codes(story) == []
    raise_(story, subject="nc:2", area=AREA, team="team:1")
    story.inspect(day="2026-06-11")
    assert codes(story) == ["nonconformity"]


def test_one_that_a_visit_noted_speaks_through_its_own_statement(story):
    story.outline()
    story.work()
    noted = story.inspect(nonconformities=[{"severity": "major", "requirement": "SOP 4.2"}])
    assert codes(story) == ["nonconformity"]
    made = raise_(story, area=AREA, cites=[noted])
    close(story, made)
    assert codes(story) == []


def test_a_decision_cites_them_open_or_closed(story):
    story.finished()
    made = raise_(story, area=AREA)
    register, accounts, profile = story.state
    considered = Dossiers(register, accounts, profile.release.evidence_fade_out_m).of(AREA).considered
    assert made in considered
