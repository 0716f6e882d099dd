"""Handover: who takes the land over, who answers for what may remain, who was told."""

import pytest
from tests.samples.releases import AREA
from tests.samples.signing import SIGNED

from landrelease.errors import LandreleaseError
from landrelease.release.decision import decide
from landrelease.release.handover import NEEDS, hand_over, handover_of
from landrelease.terms import Recipient

WHOLE = {
    "recipient": "village council", "recipient_kind": Recipient.COMMUNITY, "residual_risk_holder": "local authority",
    "residual_risk_duty": "reports what is found", "community_told": True,
    "told": {"women": 12, "men": 9, "girls": 7, "boys": 0}, "turning_points_surveyed": 4, "markers_left": 2,
    "documents": ["certificate", "map"],
}  # fmt: skip
BY = SIGNED | {"day": "2026-07-01"}


@pytest.fixture
def released(story):
    """The released field."""
    story.finished()
    story.decision = story.append(decide(AREA, *story.state, **SIGNED)).hash
    return story


def states(story):
    return set(story.accounts.parts()["release_status"])


def test_released_land_changes_hands(released):
    statement = hand_over(AREA, *released.state, **BY, **WHOLE)
    assert states(released) == {"released"}
    entry = released.append(statement)
    assert states(released) == {"handed_over"}
    assert released.decision in entry.cites
    assert entry.body["boys"] == 0
    register = released.register
    assert handover_of(AREA, register, register.entry(released.decision)) == entry


def test_some_parts_change_hands(released):
    part = released.accounts.parts()["part_id"].iloc[0]
    released.append(hand_over(AREA, *released.state, **BY, **WHOLE, part_ids=[part]))
    assert states(released) == {"released", "handed_over"}


@pytest.mark.parametrize(
    ("need", "changes"),
    [
        ("residual_risk", {"residual_risk_holder": None}),
        ("residual_risk", {"residual_risk_holder": "  "}),
        ("community_told", {"community_told": False}),
        ("numbers", {"told": {"women": 12, "men": 9}}),
        ("turning_points", {"turning_points_surveyed": None}),
        ("documents", {"documents": []}),
    ],
)
def test_what_a_handover_lacks_is_named(released, need, changes):
    with pytest.raises(LandreleaseError) as refused:
        hand_over(AREA, *released.state, **BY, **(WHOLE | changes))
    assert refused.value.codes == ("LR7030",)
    assert NEEDS[need] in str(refused.value)


def test_all_that_is_missing_is_named_at_once(released):
    with pytest.raises(LandreleaseError) as refused:
        hand_over(AREA, *released.state, **BY, recipient="x", recipient_kind=Recipient.OWNER)
    assert all(words in str(refused.value) for words in NEEDS.values())


def test_land_that_is_not_released_does_not_change_hands(story):
    story.finished()
    with pytest.raises(LandreleaseError) as refused:
        hand_over(AREA, *story.state, **BY, **WHOLE)
    assert refused.value.codes == ("LR7011",)


def test_the_profile_names_only_known_needs(released):
    assert set(released.profile.release.handover_needs) <= set(NEEDS)
