"""Invariant 13: devices found and disposed of, by the classes that treaties keep apart."""

import pytest
from tests.samples.releases import AREA, Story, clearance

from landrelease.land.devices import DeviceGroup, device_counts, device_findings
from landrelease.terms import OrdnanceClass

pytestmark = pytest.mark.invariant(13)


@pytest.fixture
def story(tmp_path):
    told = Story(tmp_path)
    yield told
    told.ledger.close()


@pytest.fixture
def told(story):
    def tell(*finds):
        story.report("clearance.report", clearance(finds=list(finds)), "2026-05-10")
        return story

    return tell


def find(ordnance, quantity, destroyed=None, **more):
    body = {"ordnance": ordnance, "quantity": quantity, **more}
    return body if destroyed is None else body | {"destroyed": destroyed}


def counted(story):
    table = device_counts(story.register).set_index("group")
    return {group: tuple(row) for group, row in zip(table.index, table.to_numpy().tolist(), strict=True) if row[0]}


def test_classes_are_counted_apart(told):
    story = told(
        find("mine_ap", 5, 5), find("mine_av", 2, 1), find("submunition", 7, 7), find("small_arms", 900, 900),
        find("mortar", 3, 3), find("uxo", 1), find("mine_improvised", 1, 0),
    )  # fmt: skip
    assert counted(story) == {
        "mine_ap": (5, 5, 0), "mine_av": (2, 1, 0), "submunition": (7, 7, 0), "small_arms": (900, 900, 0),
        "other": (4, 3, 1), "mine_improvised": (1, 0, 0),
    }  # fmt: skip


def test_every_class_has_one_group():
    """And the table has a row for each group, at 0 where nothing was found."""
    assert len(DeviceGroup) == 6
    assert all(isinstance(one, OrdnanceClass) for one in OrdnanceClass)


@pytest.mark.parametrize("nothing", [find("scrap", 40, 40), find("mortar", 3, 3, status="ffe")])
def test_what_is_free_from_explosive_counts_nowhere(told, nothing):
    assert counted(told(nothing)) == {}


def test_more_disposed_of_than_found_is_listed_and_not_counted(told):
    story = told(find("mine_ap", 2, 3))
    assert counted(story) == {"mine_ap": (2, 2, 0)}
    (finding,) = device_findings(story.register)
    assert (finding.error.code, finding.details["destroyed"], finding.details["found"]) == ("LR5060", 3, 2)


def test_no_more_than_found_is_no_finding(told):
    assert device_findings(told(find("mine_ap", 2, 2), find("uxo", 3)).register) == []


def test_unknown_disposal_is_not_none(told):
    assert counted(told(find("mine_ap", 4))) == {"mine_ap": (4, 0, 4)}


def test_what_waits_for_review_or_was_superseded_is_not_counted(story):
    story.say("clearance.report", clearance(), "2026-05-10")
    assert counted(story) == {}


def test_single_items_count_where_their_number_is_stated(story):
    for number, body in enumerate(({"quantity": 2, "disposed": True}, {"quantity": 1, "disposed": False}, {})):
        item = {"ordnance": "projectile", "area": AREA, **body}
        story.report("ordnance.item", item, "2026-05-11", subject=f"item:{number}")
    assert counted(story) == {"other": (3, 2, 0)}
