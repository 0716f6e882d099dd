"""Weights of the criteria: the profile says what binds and what advises, within what the standards leave open."""

import dataclasses

import pytest
from tests.samples.releases import AREA, clearance, effort, surface, survey, technical_survey
from tests.samples.signing import SIGNED

from landrelease.errors import LandreleaseError
from landrelease.profile import load_profile, parse_profile
from landrelease.release.criteria import CHECKLIST_ITEMS, CRITERIA, weights
from landrelease.release.decision import decide
from landrelease.release.gate import unmet_criteria


def profile_with(weights_of):
    return load_profile().model_copy(update={"release_criteria": weights_of})


def test_the_default_profile_names_every_criterion():
    assert list(load_profile().release_criteria) == list(CRITERIA)
    assert weights(load_profile()) == {code: criterion.weight for code, criterion in CRITERIA.items()}


def test_a_profile_of_before_there_were_weights_keeps_them_all():
    text = load_profile().text
    head, _, rest = text.partition("[release_criteria]")
    old = parse_profile(head + "[quality]" + rest.partition("[quality]")[2])
    assert old.release_criteria == {}
    assert old.reasonable_effort == {}
    assert weights(old) == weights(load_profile())


@pytest.mark.parametrize(
    ("code", "weight"),
    [("depth", "advisory"), ("depth", "off"), ("nonconformity", "off"), ("residual", "binding"), ("luck", "binding")],
)
def test_what_the_standards_fix_is_refused(code, weight):
    with pytest.raises(LandreleaseError) as refused:
        weights(profile_with({code: weight}))
    assert refused.value.codes == ("LR7020",)


@pytest.mark.parametrize("code", [code for code, criterion in CRITERIA.items() if criterion.fixed])
def test_an_invariant_binds_under_every_profile(code):
    assert weights(profile_with({}))[code] == "binding"
    for weight in ("advisory", "off"):
        with pytest.raises(LandreleaseError):
            weights(profile_with({code: weight}))


def test_an_advisory_criterion_is_overridden_with_a_reason_that_is_kept(story):
    story.profile = profile_with({"finds_disposed": "advisory"})
    story.outline()
    story.work(west=clearance(finds=[{"ordnance": "uxo", "quantity": 1}]))
    story.inspect()
    with pytest.raises(LandreleaseError) as refused:
        decide(AREA, *story.state, **SIGNED)
    assert refused.value.codes == ("LR7006",)
    made = decide(AREA, *story.state, **SIGNED, reason="destroyed the same day, form follows")
    assert made.body.overridden == ["finds_disposed"]
    assert made.body.override_reason == "destroyed the same day, form follows"


def test_a_criterion_that_is_off_is_not_asked(story):
    story.profile = profile_with({"cancellation_criteria": "off", "residual": "off"})
    story.outline()
    story.work(east=survey(criteria=[]))
    story.inspect()
    assert unmet_criteria(AREA, *story.state, surface(50.0)) == []


def test_the_checklist_can_be_translated():
    assert tuple(load_profile().reasonable_effort.values()) == CHECKLIST_ITEMS


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, False),
        ({"sources": "not_done"}, True),
        ({"sources": "not_applicable"}, True),
    ],
)
def test_each_item_of_the_checklist_is_done_or_explained(story, changes, missing):
    story.finished()
    said = story.exert("2026-05-14", **changes)
    found = unmet_criteria(AREA, *story.state)
    assert [unmet.criterion.code for unmet in found] == (["effort"] if missing else [])
    assert all(unmet.entries == (said,) for unmet in found)
    assert all("women, men, girls, boys" in unmet.reason for unmet in found)


def test_an_item_that_does_not_apply_says_why(story):
    story.finished()
    body = effort()
    body["items"][0] = {"item": "sources", "effort": "not_applicable", "note": "nobody has lived here since"}
    story.say("release.effort", body, "2026-05-15", subject="effort:1")
    assert unmet_criteria(AREA, *story.state) == []


def test_without_any_statement_of_effort_every_item_is_missing(story):
    story.outline(exert=False)
    story.work()
    story.inspect()
    (found,) = unmet_criteria(AREA, *story.state)
    assert found.criterion.code == "effort"
    assert found.entries == ()


def test_every_finding_names_the_statements_behind_it(story):
    story.outline()
    made = story.work(middle=technical_survey(coverage_permille=5))
    story.inspect()
    (unmet,) = unmet_criteria(AREA, *story.state)
    assert unmet.finding.statements == (made["middle"],)
    assert made["middle"][:12] in str(unmet.finding)


def test_unmet_is_plain_data(story):
    story.outline()
    assert {field.name for field in dataclasses.fields(unmet_criteria(AREA, *story.state)[0])} == {
        "criterion", "details", "entries", "part_id", "advisory",
    }  # fmt: skip
