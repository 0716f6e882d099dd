"""Standards 4.3 and invariants 6, 8 and 9 on the way of released land: who decides, on what, and what follows."""

import pytest
from tests.samples.releases import AREA, point
from tests.samples.signing import SIGNED

from landrelease.errors import LandreleaseError
from landrelease.release.decision import DECIDED_FROM, DECIDED_TO, decide
from landrelease.release.handover import hand_over
from landrelease.release.look_back import LookBack
from landrelease.release.reopening import reopening_proposals
from landrelease.terms import Recipient

TABLE = [
    # from, decision, to (standards 4.3)
    ("cancelled", "release", "released"),
    ("reduced", "release", "released"),
    ("cleared", "release", "released"),
    ("released", "hand_over", "handed_over"),
    ("released", "reopen", "reopened"),
    ("handed_over", "reopen", "reopened"),
]
TAKES_OVER = {
    "recipient": "village council", "recipient_kind": Recipient.COMMUNITY, "residual_risk_holder": "local authority",
    "community_told": True, "told": {"women": 3, "men": 2, "girls": 1, "boys": 0}, "turning_points_surveyed": 12,
    "documents": ["certificate"],
}  # fmt: skip


@pytest.fixture
def released(story):
    """The released field."""
    story.finished()
    story.append(decide(AREA, *story.state, **SIGNED))
    return story


@pytest.mark.parametrize(("source", "decision", "target"), TABLE)
def test_4_3_each_transition_is_allowed(source, decision, target):
    assert source in DECIDED_FROM[decision]
    assert DECIDED_TO[decision] == target


@pytest.mark.parametrize("source", ["unresolved", "reopened"])
def test_4_3_land_on_hand_is_never_released_by_a_decision(source):
    assert source not in DECIDED_FROM["release"]


def test_4_3_handover_briefs_the_community_and_names_the_owner_of_the_risk(released):
    for missing in ("community_told", "residual_risk_holder"):
        with pytest.raises(LandreleaseError):
            hand_over(AREA, *released.state, **SIGNED, **(TAKES_OVER | {missing: None}))
    released.append(hand_over(AREA, *released.state, **SIGNED, **TAKES_OVER))
    assert set(released.accounts.parts()["release_status"]) == {"handed_over"}


@pytest.mark.parametrize("handed_over", [False, True])
def test_6_ordnance_in_released_land_proposes_a_reopening_that_a_person_decides(released, handed_over):
    if handed_over:
        released.append(hand_over(AREA, *released.state, **SIGNED, **TAKES_OVER))
    item = released.report(
        "ordnance.item", {"ordnance": "mine_ap", "shape": point(36.0005, 48.001)}, "2026-08-01", subject="item:1"
    )
    (proposal,) = reopening_proposals(*released.state[:2])
    assert "reopened" not in set(released.accounts.parts()["release_status"])
    reopening = {**SIGNED, "day": "2026-08-02", "decision": "reopen", "reason": "a mine", "cites": [proposal.cause]}
    entry = released.append(decide(AREA, *released.state, **reopening, part_ids=proposal.part_ids))
    assert item in entry.cites
    assert sorted(released.accounts.parts()["release_status"]).count("reopened") == 1


def test_6_look_back_names_team_asset_method_and_period(released):
    frame = LookBack(*released.state[:2], released.profile.release.look_back_days).alike(
        released.accounts.parts().set_index("route")["part_id"]["cleared"]
    )
    assert {"team", "assets", "method", "worked_from", "worked_to", "shared"} <= set(frame.columns)


def test_8_a_signatory_neither_reported_nor_inspected(story):
    story.finished()
    for own in ("person:leader", "person:inspector"):
        with pytest.raises(LandreleaseError):
            decide(AREA, *story.state, **(SIGNED | {"signatory": own}))


@pytest.mark.parametrize(("kind", "code"), [("accreditation", "LR7026"), ("insurance", "LR7027")])
@pytest.mark.parametrize("ends", ["2026-05-09", "2026-05-10"])
def test_9_accreditation_and_insurance_cover_the_days_of_the_work(story, kind, code, ends):
    """The clearance ended on 10 May, the surveys on the two days after it."""
    story.outline(covered=False)
    story.cover("insurance" if kind == "accreditation" else "accreditation")
    story.cover(kind, until=ends)
    story.work()
    story.inspect()
    with pytest.raises(LandreleaseError) as refused:
        decide(AREA, *story.state, **SIGNED)
    late = 3 if ends == "2026-05-09" else 2
    assert refused.value.codes == (code,) * late


def test_9_what_is_not_on_record_covers_nothing(story):
    story.outline(covered=False)
    story.work()
    story.inspect()
    with pytest.raises(LandreleaseError) as refused:
        decide(AREA, *story.state, **SIGNED)
    assert set(refused.value.codes) == {"LR7026", "LR7027"}


def test_9_a_suspended_accreditation_covers_nothing(story):
    story.finished()
    story.cover("accreditation", status="suspended", since="2026-05-01", until="2026-05-31")
    with pytest.raises(LandreleaseError) as refused:
        decide(AREA, *story.state, **SIGNED)
    assert set(refused.value.codes) == {"LR7026"}
