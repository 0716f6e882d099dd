"""Whatever comes in whatever order: parts are disjoint and covering, the balance closes, a rebuild is the same."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.samples.land import accounts, body, boundary, cancelled, cleared, decision, hazard, reduced

from landrelease.geo.plane import NODE_M, POSITION_M
from landrelease.land.accounts import Accounts
from landrelease.land.balance import COLUMNS
from landrelease.land.partition import Line
from landrelease.record.entry import Entry

few = settings(max_examples=12)

AREAS = ("area:A", "area:B", "area:C")
REPORTS = {
    "cancelled": cancelled,
    "reduced": reduced,
    "cleared": cleared,
    "added": lambda area, shape, on: boundary(area, on, added=shape),
    "removed": lambda area, shape, on: boundary(area, on, removed=shape),
    "release": lambda area, shape, on: decision(area, "release", on, shape),
    "release all": lambda area, _shape, on: decision(area, "release", on),
    "hand over": lambda area, _shape, on: decision(area, "hand_over", on),
    "reopen": lambda area, shape, on: decision(area, "reopen", on, shape),
    "outline": lambda area, shape, on: hazard(area, shape, on),
}

corners = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda at: (at[0] * 5.0, at[1] * 5.0))
tilt = st.sampled_from([0.0, 0.31, 1.07])


@st.composite
def polygons(draw) -> dict:
    """Rectangles, triangles, polygons that share corners and edges, some turned so that they cross at odd places."""
    points = draw(st.lists(corners, min_size=3, max_size=7, unique=True))
    hull = shapely.MultiPoint(points).convex_hull
    if hull.geom_type != "Polygon":
        hull = shapely.MultiPoint(points).buffer(20.0, quad_segs=1)
    return body(shapely.affinity.rotate(hull, draw(tilt), use_radians=True))


days = st.integers(0, 360).map(lambda day: str(np.datetime64("2026-01-01") + day))


@st.composite
def records(draw, least: int = 2, most: int = 9) -> list[Entry]:
    """An outline for each area, and reports on any of them, on any days."""
    outlines = [hazard(area, draw(polygons()), draw(days)) for area in AREAS[: draw(st.integers(1, 3))]]
    kinds = st.sampled_from(sorted(REPORTS))
    count = draw(st.integers(least, most))
    reports = [REPORTS[draw(kinds)](draw(st.sampled_from(AREAS)), draw(polygons()), draw(days)) for _ in range(count)]
    return list({entry.hash: entry for entry in [*outlines, *reports]}.values())


def by_label(made: Accounts) -> dict[str, shapely.Geometry]:
    return {part.part_id: part.geometry for part in made.plane_parts()}


def assert_same(one: Accounts, other: Accounts) -> None:
    """Same parts with the same ground to within the grid of nodes, same balance."""
    left, right = by_label(one), by_label(other)
    assert left.keys() == right.keys()
    for name, shape in left.items():
        assert shape.symmetric_difference(right[name]).area <= 4 * NODE_M * shape.length
    keys = ["area_id", "period"]
    balances = [made.balance(by=keys).set_index(keys) for made in (one, other)]
    assert balances[0].index.equals(balances[1].index)
    np.testing.assert_allclose(balances[0], balances[1], rtol=1e-9, atol=1e-3)
    assert sorted(map(str, one.findings)) == sorted(map(str, other.findings))


@few
@given(records())
def test_parts_of_an_area_share_their_corners_and_nothing_else(entries):
    made = accounts(*entries)
    for area in AREAS:
        shapes = [part.geometry for part in made.plane_parts() if part.label.area == area]
        assert shapely.coverage_is_valid(np.array(shapes, dtype=object))
        assert all(shapely.is_valid(shapes))


@few
@given(records())
def test_parts_are_disjoint_across_areas_and_cover_every_outline(entries):
    made = accounts(*entries)
    shapes = np.array([part.geometry for part in made.plane_parts()], dtype=object)
    whole = shapely.union_all(shapes)
    assert whole.area == pytest.approx(shapely.area(shapes).sum(), rel=1e-9)
    removed = {each.area for each in made.movements() if each.line is Line.CORRECTION and each.area_m2 < 0}
    for event in (event for area in made.areas for event in made._store.of(area)):
        if event.action == "open" and not removed:
            missing = event.shape.difference(whole.buffer(POSITION_M))
            assert missing.area <= 1e-6


@few
@given(records())
def test_the_balance_closes_for_every_area_and_in_total(entries):
    made = accounts(*entries)
    assert made.balance_errors().max() <= 1e-9
    for by in (("area_id",), ("admin_area",), ("period",), ("area_id", "period"), ()):
        frame = made.balance(by=by)
        opening, *lines, closing = (frame[name] for name in COLUMNS)
        total = opening + sum(line.sign * column for line, column in zip(Line, lines, strict=True))
        np.testing.assert_allclose(total, closing, rtol=1e-9, atol=1e-6)
    held = sum(part.area_m2 for part in made.plane_parts() if part.on_hand)
    assert made.balance(by=())["closing_m2"].iloc[0] == pytest.approx(held, rel=1e-9, abs=1e-6)


@few
@given(records(), st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_accounts(entries, random):
    mixed = entries.copy()
    random.shuffle(mixed)
    assert_same(accounts(*entries), accounts(*mixed))


@few
@given(records(), st.randoms(use_true_random=False), st.integers(0, 4))
def test_incremental_is_a_rebuild(entries, random, first):
    """Statements of any day, outlines too, arriving one by one in any order."""
    mixed = entries.copy()
    random.shuffle(mixed)
    made = accounts(*mixed[:first])
    for entry in mixed[first:]:
        made.apply(entry)
    assert_same(made, accounts(*entries))


@few
@given(records(least=3), st.data())
def test_a_withdrawn_statement_leaves_no_trace(entries, data):
    from tests.samples.land import entry

    gone = data.draw(st.sampled_from(entries))
    made = accounts(*entries)
    made.apply(entry("withdrawal", {"reason": "entered twice"}, "2026-12-31", cites=[gone.hash]))
    assert_same(made, accounts(*(each for each in entries if each is not gone)))


@few
@given(records())
def test_a_statement_counts_once(entries):
    made = accounts(*entries)
    change = made.apply(entries[-1])
    assert change.moved_m2 == {}
    assert_same(made, accounts(*entries))


@few
@given(records(), st.integers(1, 11))
def test_what_was_known_of_a_day_is_the_balance_up_to_it(entries, month):
    """Closing figure of a month, from all statements = land on hand from the statements dated up to then."""
    last = f"2026-{month:02d}"
    known = accounts(*(each for each in entries if each.valid_from <= f"{last}-31"))
    whole = accounts(*entries)
    if {each.area for each in known._store._events.values()} >= set(whole._accounts):
        held = sum(part.area_m2 for part in known.plane_parts() if part.on_hand)
        closing = whole.balance(by=(), end=last)["closing_m2"].iloc[0]
        assert closing == pytest.approx(held, rel=1e-6, abs=1e-2)
