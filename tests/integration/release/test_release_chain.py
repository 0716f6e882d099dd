"""A field's whole way through ledger, fold, accounts, gate, decision and back into the accounts."""

import pytest
from tests.samples.releases import AREA, clearance

from landrelease.errors import LandreleaseError
from landrelease.release.decision import decide
from landrelease.release.gate import can_release
from landrelease.terms import ReleaseStatus

SIGNED = {"signatory": "person:director", "organisation": "org:authority"}


def states(story):
    return set(story.accounts.parts()["release_status"])


def test_report_release_hand_over_reopen(story):
    story.finished()
    assert states(story) == {"cancelled", "reduced", "cleared"}
    story.append(decide(AREA, *story.state, **SIGNED, day="2026-06-20"))
    assert states(story) == {"released"}
    story.append(decide(AREA, *story.state, **SIGNED, day="2026-06-30", decision="hand_over"))
    assert states(story) == {"handed_over"}
    found = story.report("ordnance.item", {"ordnance": "mine_ap", "area": AREA}, "2026-07-05", subject="item:1")
    reopening = decide(
        AREA, *story.state, **SIGNED, day="2026-07-06", decision="reopen", reason="a mine was found", cites=[found]
    )
    story.append(reopening)
    assert states(story) == {"reopened"}
    assert found in reopening.cites
    assert not can_release(AREA, *story.state)


def test_nothing_is_recorded_by_asking(story):
    story.finished()
    before = len(story.ledger)
    decide(AREA, *story.state, **SIGNED, day="2026-06-20")
    assert len(story.ledger) == before


def test_a_part_released_alone_leaves_no_sliver(story):
    story.outline()
    story.report("clearance.report", clearance(), "2026-05-10")
    story.inspect()
    before = story.accounts.parts().set_index("release_status")["area_m2"]
    cleared = story.accounts.parts().set_index("release_status")["part_id"]["cleared"]
    story.append(decide(AREA, *story.state, **SIGNED, day="2026-06-20", part_ids=[cleared]))
    after = story.accounts.parts().set_index("release_status")["area_m2"]
    assert sorted(after.index) == ["released", "unresolved"]
    assert after["released"] == pytest.approx(before["cleared"], rel=1e-6)
    assert after["unresolved"] == pytest.approx(before["unresolved"], rel=1e-6)


def test_a_withdrawn_report_takes_the_criterion_with_it(story):
    made = story.finished()
    assert can_release(AREA, *story.state)
    story.report("withdrawal", {"reason": "wrong field"}, "2026-06-05", subject="withdrawal:1", cites=[made["west"]])
    with pytest.raises(LandreleaseError) as refused:
        decide(AREA, *story.state, **SIGNED, day="2026-06-20")
    assert "LR7001" in refused.value.codes


def test_released_land_is_not_asked_again(story):
    story.finished()
    story.append(decide(AREA, *story.state, **SIGNED, day="2026-06-20"))
    assert set(story.accounts.parts()["release_status"]) == {ReleaseStatus.RELEASED}
    with pytest.raises(LandreleaseError) as refused:
        decide(AREA, *story.state, **SIGNED, day="2026-06-21")
    assert refused.value.codes == ("LR7011",)
