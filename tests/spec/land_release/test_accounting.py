"""Standards 4.6 and invariants 1, 4, 14, 17, 20: the accounts of one field of 100 m by 100 m, in m²."""

import pytest
from tests.samples.land import (
    accounts,
    balance_row,
    boundary,
    box,
    cancelled,
    cleared,
    codes,
    decision,
    hazard,
    order,
    reduced,
    states,
    what,
)

A, B = "area:A", "area:B"
FIELD = hazard(A, box(0, 0, 100, 100), "2026-01-10")

STORIES = {
    "a new area is new land": (
        [],
        {"new": 10_000, "closing": 10_000},
    ),
    "non-technical survey cancels, technical survey reduces, completion clears": (
        [
            cancelled(A, box(0, 0, 100, 20), "2026-02-01"),
            reduced(A, box(0, 20, 100, 50), "2026-03-01"),
            cleared(A, box(0, 50, 100, 60), "2026-04-01"),
        ],
        {"new": 10_000, "cancelled": 2_000, "reduced": 3_000, "cleared": 1_000, "closing": 4_000},
    ),
    "land is credited once: the first report has it": (
        [cancelled(A, box(0, 0, 100, 50), "2026-02-01"), reduced(A, box(0, 40, 100, 100), "2026-03-01")],
        {"new": 10_000, "cancelled": 5_000, "reduced": 5_000},
    ),
    "clearance beyond the boundary is an expansion": (
        [cleared(A, box(0, 50, 110, 100), "2026-02-01")],
        {"new": 10_000, "expansion": 500, "cleared": 5_500, "closing": 5_000},
    ),
    "survey beyond the boundary counts for nothing": (
        [cancelled(A, box(0, 90, 100, 120), "2026-02-01")],
        {"new": 10_000, "cancelled": 1_000, "closing": 9_000},
    ),
    "land added by a boundary change is an expansion": (
        [boundary(A, "2026-02-01", added=box(100, 0, 120, 100))],
        {"new": 10_000, "expansion": 2_000, "closing": 12_000},
    ),
    "land taken out by a boundary change is a correction": (
        [boundary(A, "2026-02-01", removed=box(80, 0, 100, 100))],
        {"new": 10_000, "correction": -2_000, "closing": 8_000},
    ),
    "land that a report resolved cannot be taken out": (
        [cleared(A, box(0, 0, 100, 50), "2026-02-01"), boundary(A, "2026-03-01", removed=box(0, 0, 100, 100))],
        {"new": 10_000, "correction": -5_000, "cleared": 5_000},
    ),
    "a second outline corrects upwards and leaves nothing out": (
        [hazard(A, box(50, 0, 150, 100), "2026-02-01")],
        {"new": 10_000, "correction": 5_000, "closing": 15_000},
    ),
    "reopened land is on hand again": (
        [
            cleared(A, box(0, 0, 100, 100), "2026-02-01"),
            decision(A, "release", "2026-03-01"),
            decision(A, "reopen", "2026-04-01", box(0, 0, 10, 10)),
        ],
        {"new": 10_000, "cleared": 10_000, "reopened": 100, "closing": 100},
    ),
    "reopened land can be cleared again": (
        [
            cleared(A, box(0, 0, 100, 100), "2026-02-01"),
            decision(A, "reopen", "2026-04-01", box(0, 0, 10, 10)),
            cleared(A, box(0, 0, 10, 10), "2026-05-01"),
        ],
        {"new": 10_000, "cleared": 10_100, "reopened": 100},
    ),
    "suspension never removes land": (
        [order(A, "2026-02-01"), order(A, "2026-03-01", "suspended", reason="flooded")],
        {"new": 10_000, "closing": 10_000},
    ),
    "said to be completed, but land is left": (
        [order(A, "2026-02-01"), order(A, "2026-03-01", "completed")],
        {"new": 10_000, "closing": 10_000},
    ),
    "a younger area has only what the older one leaves": (
        [hazard(B, box(50, 0, 150, 100), "2026-02-01")],
        {"new": 15_000, "closing": 15_000},
    ),
    "a younger area that lies inside an older one has no land": (
        [hazard(B, box(40, 40, 60, 60), "2026-02-01")],
        {"new": 10_000, "closing": 10_000},
    ),
}


@pytest.mark.invariant(1, 20)
@pytest.mark.parametrize(("reports", "expected"), STORIES.values(), ids=STORIES.keys())
def test_balance(reports, expected):
    assert balance_row(accounts(FIELD, *reports)) == expected


NOT_CLEARED = {
    "no depth": ({"depth_cm": None}, ["LR3132", "LR3132"]),
    "too shallow": ({"depth_cm": 12}, ["LR3132"]),
    "no coverage": ({"coverage_permille": None}, ["LR3132"]),
    "99.9 % coverage": ({"coverage_permille": 999}, ["LR3132"]),
    "progress, not completion": ({"stage": "progress"}, []),
}


@pytest.mark.invariant(4)
@pytest.mark.parametrize(("fields", "found"), NOT_CLEARED.values(), ids=NOT_CLEARED.keys())
def test_invariant_4_what_is_not_cleared(fields, found):
    made = accounts(FIELD, cleared(A, box(0, 0, 100, 100), "2026-02-01", **fields))
    assert states(made) == {"unresolved": 10_000}
    assert codes(made) == found


@pytest.mark.invariant(4)
def test_invariant_4_depth_is_the_countrys(deep_profile):
    report = cleared(A, box(0, 0, 100, 100), "2026-02-01", depth_cm=13)
    assert states(accounts(FIELD, report)) == {"cleared": 10_000}
    assert states(accounts(FIELD, report, profile=deep_profile)) == {"unresolved": 10_000}


FINDINGS = {
    "LR3135": [cancelled(A, box(0, 0, 100, 50), "2026-02-01"), reduced(A, box(0, 40, 100, 100), "2026-03-01")],
    "LR3136": [cleared(A, box(0, 50, 110, 100), "2026-02-01")],
    "LR3137": [cancelled(A, box(0, 90, 100, 120), "2026-02-01")],
    "LR3118": [cleared(A, box(0, 0, 100, 50), "2026-02-01"), boundary(A, "2026-03-01", removed=box(0, 0, 100, 50))],
    "LR3117": [hazard(A, box(0, 0, 50, 100), "2026-02-01")],
    "LR3116": [hazard(B, box(50, 0, 150, 100), "2026-02-01")],
    "LR3115": [cancelled(A, box(0, 0, 100, 50), "2025-12-01")],
    "LR3112": [cancelled(B, box(0, 0, 100, 50), "2026-02-01")],
    "LR3113": [hazard(B, None, hazard_kind="spot"), cancelled(B, box(0, 0, 100, 50), "2026-02-01")],
    "LR3114": [hazard(B, None)],
    "LR3131": [cleared(A, None, "2026-02-01", cleared_area_m2=4_000)],
    "LR3133": [cancelled(A, box(0, 0, 100, 50), "2026-02-01", criteria=["land_in_use"])],
    "LR3134": [cancelled(A, box(0, 0, 100, 50), "2026-02-01", cancelled_area_m2=5_300)],
    "LR3141": [decision(A, "release", "2026-02-01", box(0, 0, 1, 1), to="reopened")],
    "LR3142": [decision(A, "release", "2026-02-01", box(0, 0, 50, 50))],
    "LR3157": [order(A, "2026-02-01"), order(A, "2026-03-01", "completed")],
    "LR3156": [order(A, "2026-02-01"), order(A, "2026-03-01", "suspended")],
}


@pytest.mark.invariant(1, 17)
@pytest.mark.parametrize(("code", "reports"), FINDINGS.items(), ids=FINDINGS.keys())
def test_each_departure_is_listed_once(code, reports):
    assert codes(accounts(FIELD, *reports)) == [code]


MEASURED = [
    ("LR3135", "Area area:A: 1,000 m² of report"),
    ("LR3136", "Area area:A: 500 m² of report"),
    ("LR3137", "Area area:A: 2,000 m² of statement"),
    ("LR3118", "takes out 5,000 m² that a report resolved"),
    ("LR3117", "m² that are still to be released; they stay"),
    ("LR3116", "lie in area area:A"),
    ("LR3142", "covers 2,500 m² that no report resolved"),
    ("LR3134", "reports 5,300 m², the polygon has 5,000"),
]


@pytest.mark.invariant(17)
@pytest.mark.parametrize(("code", "words"), MEASURED, ids=[code for code, _ in MEASURED])
def test_findings_give_the_square_metres(code, words):
    (text,) = what(accounts(FIELD, *FINDINGS[code]).findings, code)
    assert words in text


@pytest.mark.invariant(17)
def test_reported_area_within_the_tolerance_is_no_finding():
    assert codes(accounts(FIELD, cancelled(A, box(0, 0, 100, 50), "2026-02-01", cancelled_area_m2=5_200))) == []


def test_report_of_an_unknown_area_counts_from_its_outline_on():
    report = cancelled(B, box(200, 0, 300, 50), "2026-02-01")
    made = accounts(FIELD, report)
    assert balance_row(made) == {"new": 10_000, "closing": 10_000}
    made.apply(hazard(B, box(200, 0, 300, 100), "2026-01-20"))
    assert balance_row(made) == {"new": 20_000, "cancelled": 5_000, "closing": 15_000}
    assert codes(made) == []


@pytest.mark.parametrize("clearing_first", [True, False])
def test_work_is_credited_to_the_area_that_it_names(clearing_first):
    """Clearance for A that runs into B leaves B as it was: B's land needs a report that names B."""
    east = hazard(B, box(100, 0, 200, 100), "2026-01-11")
    given = [FIELD, east, cleared(A, box(50, 0, 150, 100), "2026-02-01")]
    made = accounts(*(reversed(given) if clearing_first else given))
    by_area = made.balance().set_index("area_id")["closing_m2"].round(-1).to_dict()
    assert by_area == {A: 5_000, B: 10_000}
    assert codes(made) == ["LR3116"]


def test_expansion_keeps_land_from_an_area_outlined_later():
    made = accounts(
        FIELD, cleared(A, box(50, 0, 150, 100), "2026-02-01"), hazard(B, box(100, 0, 200, 100), "2026-03-01")
    )
    by_area = made.balance().set_index("area_id")[["new_m2", "expansion_m2", "closing_m2"]].round(-1)
    assert by_area.loc[A].tolist() == [10_000, 5_000, 5_000]
    assert by_area.loc[B].tolist() == [5_000, 0, 5_000]


def test_outlines_within_a_centimetre_are_one():
    """A report drawn along the area's edge, 5 mm off, leaves no strip and adds none."""
    made = accounts(FIELD, cleared(A, box(-0.005, 0.005, 100.005, 100.0), "2026-02-01"))
    assert states(made) == {"cleared": 10_000}
    assert len(made.parts()) == 1
    assert balance_row(made) == {"new": 10_000, "cleared": 10_000}
