"""Standards 4.6, invariants 7 and 14: the balance by area, administrative unit and period, in m²."""

import pandas as pd
import pytest
from tests.samples.land import accounts, balance_row, box, cancelled, cleared, decision, hazard

from landrelease.errors import LandreleaseError
from landrelease.land.balance import COLUMNS

A, B, C = "area:A", "area:B", "area:C"
GIVEN = (
    hazard(A, box(0, 0, 100, 100), "2025-11-10", admin_area="admin:north"),
    hazard(B, box(200, 0, 300, 100), "2026-01-15", admin_area="admin:north"),
    hazard(C, box(0, 200, 100, 300), "2026-02-20"),
    cancelled(A, box(0, 0, 100, 20), "2026-01-20"),
    cleared(B, box(200, 0, 310, 50), "2026-03-05"),
    decision(B, "reopen", "2026-05-01", box(200, 0, 210, 10)),
)


@pytest.fixture(scope="module")
def made():
    return accounts(*GIVEN)


def rows(frame: pd.DataFrame, *keys: str) -> dict[object, list[int]]:
    """Opening, all seven lines, closing, to 10 m², by key."""
    found = {}
    for row in frame.itertuples(index=False):
        key = tuple(getattr(row, key) for key in keys)
        key = tuple(None if pd.isna(part) else part for part in key)
        found[key if len(keys) > 1 else key[0]] = [round(getattr(row, name), -1) for name in COLUMNS]
    return found


#           opening    new  expan. corr. reop. cancel. red. cleared closing
BY_AREA = {
    A: [0, 10_000, 0, 0, 0, 2_000, 0, 0, 8_000],
    B: [0, 10_000, 500, 0, 100, 0, 0, 5_500, 5_100],
    C: [0, 10_000, 0, 0, 0, 0, 0, 0, 10_000],
}
BY_ADMIN = {
    "admin:north": [0, 20_000, 500, 0, 100, 2_000, 0, 5_500, 13_100],
    None: [0, 10_000, 0, 0, 0, 0, 0, 0, 10_000],
}
BY_MONTH = {
    "2025-11": [0, 10_000, 0, 0, 0, 0, 0, 0, 10_000],
    "2025-12": [10_000, 0, 0, 0, 0, 0, 0, 0, 10_000],
    "2026-01": [10_000, 10_000, 0, 0, 0, 2_000, 0, 0, 18_000],
    "2026-02": [18_000, 10_000, 0, 0, 0, 0, 0, 0, 28_000],
    "2026-03": [28_000, 0, 500, 0, 0, 0, 0, 5_500, 23_000],
    "2026-04": [23_000, 0, 0, 0, 0, 0, 0, 0, 23_000],
    "2026-05": [23_000, 0, 0, 0, 100, 0, 0, 0, 23_100],
}
BY_QUARTER = {
    "2025-Q4": [0, 10_000, 0, 0, 0, 0, 0, 0, 10_000],
    "2026-Q1": [10_000, 20_000, 500, 0, 0, 2_000, 0, 5_500, 23_000],
    "2026-Q2": [23_000, 0, 0, 0, 100, 0, 0, 0, 23_100],
}
BY_YEAR = {
    "2025": [0, 10_000, 0, 0, 0, 0, 0, 0, 10_000],
    "2026": [10_000, 20_000, 500, 0, 100, 2_000, 0, 5_500, 23_100],
}


@pytest.mark.invariant(14)
def test_by_area(made):
    assert rows(made.balance(), "area_id") == BY_AREA


@pytest.mark.invariant(14)
def test_by_administrative_unit_unknown_is_none(made):
    assert rows(made.balance(by=("admin_area",)), "admin_area") == BY_ADMIN


@pytest.mark.invariant(14)
@pytest.mark.parametrize(("period", "expected"), [("month", BY_MONTH), ("quarter", BY_QUARTER), ("year", BY_YEAR)])
def test_by_period(made, period, expected):
    assert rows(made.balance(by=("period",), period=period), "period") == expected


def test_by_area_and_year_a_key_begins_with_its_first_movement(made):
    found = rows(made.balance(by=("area_id", "period"), period="year"), "area_id", "period")
    assert found == {
        (A, "2025"): [0, 10_000, 0, 0, 0, 0, 0, 0, 10_000],
        (A, "2026"): [10_000, 0, 0, 0, 0, 2_000, 0, 0, 8_000],
        (B, "2026"): BY_AREA[B],
        (C, "2026"): BY_AREA[C],
    }


def test_by_all_three_keys(made):
    found = made.balance(by=("admin_area", "area_id", "period"), period="year")
    assert list(found.columns) == ["admin_area", "area_id", "period", *COLUMNS]
    assert found["closing_m2"].sum() == pytest.approx(10_000 + 8_000 + 5_100 + 10_000, rel=1e-3)


SPANS = {
    "a year": ("2026", "2026", {"opening": 10_000, "new": 20_000, "expansion": 500, "reopened": 100,
                                "cancelled": 2_000, "cleared": 5_500, "closing": 23_100}),
    "January to March": ("2026-01", "2026-03", {"opening": 10_000, "new": 20_000, "expansion": 500,
                                                "cancelled": 2_000, "cleared": 5_500, "closing": 23_000}),
    "the last day counts": ("2026-01-15", "2026-01-20", {"opening": 10_000, "new": 10_000, "cancelled": 2_000,
                                                         "closing": 18_000}),
    "the day before does not": ("2026-01-16", "2026-01-19", {"opening": 20_000, "closing": 20_000}),
    "before anything": ("2024", "2024", {}),
    "from the beginning": (None, "2025", {"new": 10_000, "closing": 10_000}),
    "to the end": ("2026-05", None, {"opening": 23_000, "reopened": 100, "closing": 23_100}),
    "after everything": ("2027", "2027", {"opening": 23_100, "closing": 23_100}),
}  # fmt: skip


@pytest.mark.parametrize(("start", "end", "expected"), SPANS.values(), ids=SPANS.keys())
def test_between_days(made, start, end, expected):
    assert balance_row(made, start=start, end=end) == expected


def test_a_partial_month_covers_only_its_days(made):
    found = rows(made.balance(by=("period",), start="2026-01-16", end="2026-02-10"), "period")
    assert found == {
        "2026-01": [20_000, 0, 0, 0, 0, 2_000, 0, 0, 18_000],
        "2026-02": [18_000, 0, 0, 0, 0, 0, 0, 0, 18_000],
    }


@pytest.mark.invariant(14)
def test_land_is_credited_on_the_day_of_approval():
    field, report = hazard(A, box(0, 0, 100, 100), "2026-01-10"), cleared(A, box(0, 0, 100, 50), "2026-03-28")
    made = accounts(field, report, approved={field.hash: "2026-01-20", report.hash: "2026-04-03"})
    assert balance_row(made, start="2026-03", end="2026-03") == {"opening": 10_000, "closing": 10_000}
    assert balance_row(made, start="2026-04", end="2026-04")["cleared"] == 5_000
    assert balance_row(made, start="2026-03", end="2026-03", clock="ground")["cleared"] == 5_000
    assert balance_row(made, start="2026-01-10", end="2026-01-10", clock="ground")["new"] == 10_000


def test_work_that_took_several_days_counts_on_its_last():
    from dataclasses import replace

    report = replace(cleared(A, box(0, 0, 100, 50), "2026-03-28"), valid_to="2026-04")
    made = accounts(hazard(A, box(0, 0, 100, 100)), report)
    (movement,) = [each for each in made.movements() if each.line == "cleared"]
    assert movement.ground_on == "2026-04-30"


def test_land_is_not_credited_before_it_is_on_the_account():
    """A report approved before the outline of its area is dated with the outline, so that no month opens below zero."""
    field, report = hazard(A, box(0, 0, 100, 100), "2026-01-10"), cleared(A, box(0, 0, 100, 50), "2026-02-01")
    made = accounts(field, report, approved={field.hash: "2026-06-01", report.hash: "2026-02-05"})
    assert (made.balance(by=("period",))[["opening_m2", "closing_m2"]] >= 0).all(axis=None)
    assert balance_row(made, end="2026-05") == {}


REFUSED = {
    "LR3121": {"by": ("province",)},
    "LR3122": {"by": (), "start": "2026-02", "end": "2026-01"},
}


@pytest.mark.parametrize(("code", "choice"), REFUSED.items(), ids=REFUSED.keys())
def test_refusals(made, code, choice):
    with pytest.raises(LandreleaseError) as refused:
        made.balance(**choice)
    assert refused.value.codes == (code,)


def test_a_key_named_twice_is_refused(made):
    with pytest.raises(LandreleaseError):
        made.balance(by=("area_id", "area_id"))


@pytest.mark.parametrize("by", [(), ("area_id",), ("admin_area",), ("period",), ("area_id", "period")])
def test_no_land_at_all(by):
    empty = accounts()
    frame = empty.balance(by=by)
    assert list(frame.columns) == [*by, *COLUMNS]
    assert frame[list(COLUMNS)].to_numpy().sum() == 0
    assert empty.parts().empty
    assert empty.findings == []
