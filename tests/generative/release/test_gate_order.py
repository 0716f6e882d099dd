"""No order of statements lets an unmet criterion through; reopened land is never shown released."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.generative.release.test_gate_properties import FAULTS, told
from tests.samples.releases import AREA, Story, clearance, effort, surface, survey, technical_survey, visit
from tests.samples.signing import SIGNED

from landrelease.errors import LandreleaseError
from landrelease.release.certificate import certificate
from landrelease.release.decision import decide
from landrelease.release.released import released_land
from landrelease.terms import ReleaseStatus


def statements(unmet):
    """The finished field as single statements; one of them short of a criterion where `unmet` names it."""
    west = clearance(finds=[{"ordnance": "mine_ap", "quantity": 2, "destroyed": 1 if unmet == "finds_disposed" else 2}])
    middle = technical_survey(coverage_permille=10 if unmet == "coverage" else 60)
    east = survey(criteria=[] if unmet == "cancellation_criteria" else ["a", "b"])
    result = "fail" if unmet == "quality_visit" else "pass"
    said = [
        ("clearance.report", west, "2026-05-10"), ("survey.ts", middle, "2026-05-11"),
        ("survey.nts", east, "2026-05-12"), ("qa.visit", visit(result=result), "2026-06-01"),
    ]  # fmt: skip
    if unmet != "effort":
        said.append(("release.effort", effort(), "2026-05-13"))
    return said


@settings(max_examples=20)
@given(
    unmet=st.sampled_from([None, "finds_disposed", "coverage", "cancellation_criteria", "quality_visit", "effort"]),
    order=st.permutations(range(5)),
)
def test_no_order_of_statements_lets_an_unmet_criterion_through(unmet, order):
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder))
        story.outline(exert=False)
        said = statements(unmet)
        for place in order:
            if place < len(said):
                kind, body, day = said[place]
                if kind == "qa.visit":
                    story.say(kind, body, day, subject="visit:1", author="person:inspector", organisation="org:qa")
                elif kind == "release.effort":
                    story.say(kind, body, day, subject="effort:1", author="person:manager")
                else:
                    story.report(kind, body, day)
        before = len(story.ledger)
        if unmet is None:
            story.append(decide(AREA, *story.state, **SIGNED))
            assert set(story.accounts.parts()["release_status"]) == {"released"}
        else:
            with pytest.raises(LandreleaseError):
                decide(AREA, *story.state, **SIGNED, reason="it will do")
            assert len(story.ledger) == before
        story.ledger.close()


@settings(max_examples=12)
@given(faults=st.sets(st.sampled_from(FAULTS), min_size=1), reason=st.sampled_from([None, "", "  ", "we know better"]))
def test_a_reason_overrides_what_advises_and_nothing_else(faults, reason):
    with tempfile.TemporaryDirectory() as folder:
        story = told(folder, faults)
        estimate = surface(9.0 if "residual" in faults else 0.01)
        may = faults == {"residual"} and bool(reason and reason.strip())
        if may:
            assert decide(AREA, *story.state, **SIGNED, surface=estimate, reason=reason).body.overridden == ["residual"]
        else:
            with pytest.raises(LandreleaseError):
                decide(AREA, *story.state, **SIGNED, surface=estimate, reason=reason)
        story.ledger.close()


ACTS = ("release", "hand_over", "reopen", "work")


@settings(max_examples=15)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=1, max_size=5))
def test_reopened_land_is_never_shown_released(acts):
    with tempfile.TemporaryDirectory() as folder:
        story = Story(Path(folder))
        story.finished()
        item = story.report("ordnance.item", {"ordnance": "mine_ap", "area": AREA, "disposed": True}, "2026-04-01",
                            subject="item:1")  # fmt: skip
        for count, act in enumerate(acts):
            attempted(story, act, item, f"2026-07-{count + 10}")
            parts = story.accounts.parts()
            reopened = set(parts.loc[parts["release_status"] == ReleaseStatus.REOPENED, "part_id"])
            shown = {part for land in released_land(*story.state[:2]) for part in land.parts["part_id"]}
            assert not reopened & shown
            if reopened == set(parts["part_id"]):
                with pytest.raises(LandreleaseError):
                    certificate(AREA, *story.state)
        story.ledger.close()


def attempted(story, act, item, day):
    """Try an act; what the states do not allow is refused and changes nothing."""
    before = len(story.ledger)
    try:
        if act == "work":
            story.report("clearance.report", clearance(), day)
            return
        options = {"reason": "found", "cites": [item]} if act == "reopen" else {}
        story.append(decide(AREA, *story.state, **(SIGNED | {"day": day}), decision=act, **options))
    except LandreleaseError:
        assert len(story.ledger) == before
