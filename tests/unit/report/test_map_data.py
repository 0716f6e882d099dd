"""What the map page is given."""

import json
from datetime import date

import pytest
from tests.samples import studies

from landrelease.report.audience import for_audience
from landrelease.report.compact import NEVER
from landrelease.report.data import Audience
from landrelease.report.map_data import STATES, map_payload
from landrelease.terms import ReleaseStatus


def payload(study, audience=Audience.RESTRICTED):
    return map_payload(for_audience(study, audience), audience)


def day(text):
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def state_on(parts, row, when):
    """What the page's script shows of a part on a day; None before it is known."""
    if when < parts["from"][row]:
        return None
    if when < parts["reported"][row]:
        return "unresolved"
    return STATES[parts["after" if when < parts["decided"][row] else "final"][row]].value


@pytest.mark.parametrize(
    ("state", "shown"),
    [  # before the area, after its report, after the release report, after the decision
        ("unresolved", [None, "unresolved", "unresolved", "unresolved"]),
        ("cancelled", [None, "unresolved", "cancelled", "cancelled"]),
        ("reduced", [None, "unresolved", "reduced", "reduced"]),
        ("cleared", [None, "unresolved", "cleared", "cleared"]),
        ("released", [None, "unresolved", "cleared", "released"]),
        ("handed_over", [None, "unresolved", "reduced", "handed_over"]),
        ("reopened", [None, "unresolved", "cleared", "reopened"]),
    ],
)
def test_the_state_of_a_part_on_each_day(state, shown):
    parts = payload(studies.province())["parts"]
    row = [STATES[code].value for code in parts["final"]].index(state)
    days = ("2026-01-31", "2026-02-01", "2026-05-01", "2026-06-15")
    assert [state_on(parts, row, day(when)) for when in days] == shown


def test_reopened_land_without_a_route_is_unresolved_until_it_was_reopened():
    of = studies.parts((ReleaseStatus.REOPENED,)).assign(route=None, reported_on="2026-06-15")
    parts = payload(studies.province(parts=of, areas=studies.areas(of)))["parts"]
    shown = [state_on(parts, 0, day(when)) for when in ("2026-02-01", "2026-06-14", "2026-06-15")]
    assert shown == ["unresolved", "unresolved", "reopened"]


def test_the_last_day_shows_what_the_parts_are_now():
    study = studies.province()
    made = payload(study)
    last = made["steps"][-1]
    now = [state_on(made["parts"], row, last) for row in range(len(study.parts))]
    assert now == list(study.parts["release_status"])


def test_parts_of_unknown_areas_start_with_their_own_report():
    study = studies.province(areas=studies.nothing().areas)
    assert payload(study)["parts"]["from"][0] == day("2026-03-01")


@pytest.mark.parametrize(("surface", "bounded"), [(studies.field_surface, True), (studies.surface, False)])
def test_the_estimate_of_each_part(surface, bounded):
    study = studies.with_figures(studies.province(), surface())
    parts = payload(study)["parts"]
    wanted = study.parts["expected_items"][0]
    assert parts["items"][0] == pytest.approx(wanted, rel=0.01)
    assert parts["chance"][0] == pytest.approx(study.parts["probability"][0], rel=0.01)
    assert [low is not None for low in parts["items_low"]] == [bounded] * 7
    assert (parts["items"][3] is not None) == bounded  # cleared: a baseline reads no searches


@pytest.mark.parametrize(
    ("surface", "words"),
    [(studies.field_surface, "expected items (90 %: "), (studies.surface, "(no bounds: the estimate has no draws)")],
)
def test_the_legend_says_what_is_in_land_still_to_be_released(surface, words):
    study = studies.with_figures(studies.province(), surface())
    assert words in payload(study)["hazard"]["left"]
    assert payload(studies.province())["hazard"]["left"] == ""


def test_without_an_estimate_no_part_has_figures():
    assert set(payload(studies.province())["parts"]["items"]) == {None}


def test_the_public_is_told_no_figure_of_a_part():
    study = studies.with_figures(studies.province(public_surface=studies.surface()), studies.field_surface())
    made = payload(study, Audience.PUBLIC)
    for column in ("items", "items_low", "items_high", "chance"):
        assert set(made["parts"][column]) == {None}
    assert made["hazard"]["left"] == ""


def test_columns_are_as_long_as_the_frames():
    study = studies.province()
    made = payload(study)
    for name, count in (("parts", 7), ("evidence", 12), ("tasks", 3)):
        for column in made[name].values():
            assert len(column["codes"] if isinstance(column, dict) else column) == count


def test_it_is_json_without_nan():
    text = json.dumps(payload(studies.province()), allow_nan=False)
    assert json.loads(text)["audience"] == "restricted"


def test_statements_are_named_by_sixteen_digits():
    study = studies.province()
    assert payload(study)["parts"]["report"][3] == study.parts["report"][3][:16]


@pytest.mark.invariant(15)
def test_the_public_is_told_no_statement_no_task_no_plan_no_exact_place():
    study = studies.province()
    made = payload(study, Audience.PUBLIC)
    restricted = payload(study)
    assert set(made["evidence"]["entry"]) == {""}
    assert made["tasks"]["shape"] == []
    assert not any("wait" in table["title"].lower() for table in made["tables"])
    exact = set(zip(restricted["evidence"]["x"], restricted["evidence"]["y"], strict=True))
    assert not exact & set(zip(made["evidence"]["x"], made["evidence"]["y"], strict=True))
    hidden = [row for row, state in enumerate(study.parts["release_status"]) if state in ("unresolved", "reopened")]
    for row in hidden:
        assert made["parts"]["shape"][row] != restricted["parts"]["shape"][row]
        assert made["parts"]["report"][row] == ""
    assert "cells of 1000 m" in made["texts"]["banner"]


def test_a_country_of_points():
    made = payload(studies.points_only())
    assert made["parts"]["id"] == []
    assert len(made["evidence"]["x"]) == 400
    assert made["tables"][0]["title"] == "clearance"


def test_an_empty_ledger_shows_the_world():
    made = payload(studies.nothing())
    assert made["bounds"] == [-170.0, -60.0, 170.0, 75.0]
    assert (made["steps"], made["hazard"], made["tables"]) == ([], None, [])


def test_an_estimate_alone_sets_the_bounds():
    west, south, east, north = payload(studies.nothing().with_frames(surface=studies.surface()))["bounds"]
    assert west < east
    assert south < north < 49


def test_days_that_are_not_known_are_never_reached():
    tasks = payload(studies.province())["tasks"]
    assert set(tasks["end"]) == {NEVER}
