"""Look-back: the table of what is shared, ranked."""

import pytest
from tests.samples.releases import AREA, EAST, MIDDLE, WEST, clearance, point

from landrelease.errors import LandreleaseError
from landrelease.geo.shapes import body_from_shape
from landrelease.release.look_back import COLUMNS, LookBack

DAYS = 30


@pytest.fixture
def index(story):
    """Seven pieces of cleared land, of which the first holds a missed item."""
    story.outline()
    pieces = [
        # area, team, assets, method, day
        ("area:1", "team:1", ["detector:1"], "manual_team", "2026-05-10"),
        ("area:2", "team:1", ["detector:1"], "manual_team", "2026-05-20"),
        ("area:3", "team:1", ["detector:2"], "manual_team", "2025-01-10"),
        ("area:4", "team:2", ["detector:1"], "manual_team", "2025-01-10"),
        ("area:5", "team:3", ["detector:3"], "manual_team", "2026-05-11"),
        ("area:6", "team:3", ["detector:3"], "manual_team", "2025-05-11"),
        ("area:7", "team:4", None, "machine", "2026-05-10"),
    ]
    for number, (area, team, assets, method, day) in enumerate(pieces):
        place = WEST if area == AREA else _moved(number)
        if area != AREA:
            story.report("hazard.report", {"name": area, "classification": "cha", "shape": body_from_shape(place)},
                         "2024-01-01", subject=area, author="person:surveyor")  # fmt: skip
        body = clearance(place, area=area, team=team, method=method, assets=assets)
        story.report("clearance.report", body, day, subject=area)
    return LookBack(*story.state[:2], DAYS)


def _moved(number):
    import shapely

    return shapely.affinity.translate(MIDDLE, 0.01 * number)


@pytest.mark.invariant(6)
def test_all_that_shares_is_listed_the_most_first(index):
    found = index.alike(AREA)
    assert tuple(found.columns) == COLUMNS
    assert found["area_id"].tolist() == ["area:2", "area:3", "area:4", "area:5"]
    assert found["shared"].tolist() == [
        "team, assets, method, period", "team, method", "assets, method", "method, period",
    ]  # fmt: skip
    assert found["days_apart"].tolist() == [10, 485, 485, 1]
    assert found["worked_from"].iloc[0] == "2026-05-20"


@pytest.mark.invariant(6)
def test_an_item_finds_the_land_that_it_lies_in(story, index):
    inside = WEST.representative_point()
    item = story.report("ordnance.item", {"ordnance": "mine_ap", "shape": point(inside.x, inside.y)}, "2026-08-01",
                        subject="item:1")  # fmt: skip
    again = LookBack(*story.state[:2], DAYS)
    assert again.alike(item)["area_id"].tolist() == index.alike(AREA)["area_id"].tolist()


@pytest.mark.invariant(6)
def test_an_accident_that_names_the_area_alone(story, index):
    said = story.report("accident", {"kind": "mine", "area": AREA}, "2026-08-01", subject="accident:1")
    assert len(LookBack(*story.state[:2], DAYS).alike(said)) == len(index.alike(AREA))


def test_reopened_land_is_looked_back_from_by_the_work_that_resolved_it(story, index):
    item = story.report("ordnance.item", {"ordnance": "mine_ap", "area": AREA}, "2026-08-01", subject="item:1")
    body = {"area": AREA, "decision": "reopen", "to": "reopened", "signatory": "person:director", "profile": "x"}
    story.say("release.decision", body, "2026-08-02", author="person:director", cites=[item])
    state = story.state[:2]
    assert "reopened" in set(state[1].parts()["release_status"])
    assert LookBack(*state, DAYS).alike(item)["area_id"].tolist() == index.alike(AREA)["area_id"].tolist()


def test_released_land_only(index):
    assert index.alike(AREA, released_only=True).empty


def test_what_is_unknown_is_shared_by_nobody(story):
    story.outline()
    for area, place in (("area:1", WEST), ("area:9", EAST)):
        body = clearance(place, area=area, team=None)
        story.report("clearance.report", body, "2026-05-10" if area == AREA else "2020-01-01", subject=area)
    assert LookBack(*story.state[:2], DAYS).alike(AREA).empty


@pytest.mark.parametrize("subject", ["area:99", "f" * 64])
def test_what_has_no_land_is_refused(index, subject):
    with pytest.raises(LandreleaseError) as refused:
        index.alike(subject)
    assert refused.value.codes[0] in {"LR7032", "LR1015"}
