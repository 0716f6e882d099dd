"""Invariants 1 and 14: parts are disjoint, lie inside their area, and sums are sums of records."""

import itertools

import pytest
import shapely
from tests.samples.land import accounts, boundary, box, cancelled, cleared, decision, hazard, reduced

A, B = "area:A", "area:B"
FIELD, BESIDE = box(0, 0, 100, 100), box(80, 0, 200, 100)
STORY = (
    hazard(A, FIELD, "2026-01-10", admin_area="admin:north"),
    hazard(B, BESIDE, "2026-01-11", admin_area="admin:south"),
    cancelled(A, box(-10, 60, 60, 120), "2026-02-01"),
    reduced(A, box(30, 30, 70, 70), "2026-02-20"),
    cleared(A, box(0, 0, 50, 50), "2026-03-05", stage="progress"),
    cleared(A, box(0, 0, 50, 50), "2026-03-09"),
    cleared(B, box(70, 0, 120, 40), "2026-04-02"),
    boundary(B, "2026-04-20", added=box(200, 0, 220, 100)),
    decision(A, "release", "2026-05-01", box(0, 0, 50, 50)),
)


@pytest.fixture(scope="module")
def made():
    return accounts(*STORY)


@pytest.mark.invariant(1)
@pytest.mark.parametrize("upto", range(1, len(STORY) + 1))
def test_parts_never_overlap_after_any_statement(upto):
    """Areas that were outlined over one another included: every square metre has one state."""
    shapes = accounts(*STORY[:upto]).parts().to_crs(6933).geometry
    for one, other in itertools.combinations(shapes, 2):
        assert shapely.intersection(one, other).area < 0.5


@pytest.mark.invariant(1)
def test_parts_cover_their_areas_and_no_more(made):
    """The outlines with their expansions, to 10 m²; work beyond an outline expands it and is a line of its own."""
    total = made.parts()["area_m2"].sum()
    row = made.balance(by=()).iloc[0]
    assert total == pytest.approx(row["new_m2"] + row["expansion_m2"] + row["correction_m2"], abs=10)


@pytest.mark.invariant(1)
def test_the_balance_closes(made):
    row = made.balance(by=()).iloc[0]
    gone = row["cancelled_m2"] + row["reduced_m2"] + row["cleared_m2"]
    opened = row["opening_m2"] + row["new_m2"] + row["expansion_m2"] + row["correction_m2"] + row["reopened_m2"]
    assert opened - gone == pytest.approx(row["closing_m2"], abs=1e-6)


@pytest.mark.invariant(14)
def test_the_whole_is_the_sum_of_its_provinces(made):
    whole, provinces = made.balance(by=()).iloc[0], made.balance(by=("admin_area",))
    for column in whole.index:
        assert provinces[column].sum() == pytest.approx(whole[column])


@pytest.mark.invariant(14)
def test_progress_and_completion_are_one_area(made):
    """2,500 m² reported twice are 2,500 m², less the 400 m² that were reduced before."""
    march = made.balance(by=("area_id",), start="2026-03-01", end="2026-03-31").set_index("area_id")
    assert march.loc[A, "cleared_m2"] == pytest.approx(2_100, abs=10)


@pytest.mark.invariant(14)
def test_released_land_counts_once(made):
    """A decision moves no square metre of the balance: clearance was counted when it was approved."""
    may = made.balance(by=(), start="2026-05-01", end="2026-05-31").iloc[0]
    assert may["cleared_m2"] == 0
    assert may["opening_m2"] == may["closing_m2"]
