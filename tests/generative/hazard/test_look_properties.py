"""Looks of any record: what holds whatever is said; chances of any trial; any panel."""

import math
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity

from landrelease.hazard.chances import (
    ChanceToSee,
    DepthLaw,
    chance_between,
    chance_from_trial,
    chances_from_profile,
    combined,
)
from landrelease.hazard.look_findings import contradictions
from landrelease.hazard.looks import WITH_CHANCE, LookKind, Looks, Outcome, looks_from_arrays
from landrelease.hazard.minefield_records import Pattern, recorded_items
from landrelease.hazard.register_looks import looks_from_register
from landrelease.hazard.search import detection_lower_bound, fade_out_radius, risk_factor, share_beyond
from landrelease.profile import load_profile
from landrelease.record.entry import Entry
from landrelease.terms import AssetKind

CRS = pyproj.CRS.from_proj4("+proj=laea +lat_0=10 +lon_0=20 +datum=WGS84 +units=m +no_defs")
CHANCES = chances_from_profile(load_profile())
SHARES = st.floats(0, 1)

# Chances


@given(st.integers(1, 2_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.99))
def test_the_mean_of_a_trial_lies_in_its_exact_interval(trial: tuple[int, int], level: float) -> None:
    chance = chance_from_trial(*trial, level=level)
    assert 0 <= chance.low <= chance.mean <= chance.high <= 1
    assert chance.low == pytest.approx(detection_lower_bound(*trial, (1 + level) / 2))
    assert 0 < chance.mean < 1


@given(st.integers(1, 300), st.integers(1, 300))
def test_more_targets_never_prove_less(targets: int, more: int) -> None:
    few, many = chance_from_trial(targets, targets), chance_from_trial(targets + more, targets + more)
    assert many.low > few.low
    assert many.sd < few.sd


@given(st.lists(SHARES, min_size=3, max_size=3).map(sorted), SHARES)
def test_a_share_of_the_ground_never_adds(three: list[float], share: float) -> None:
    whole = chance_between(*three)
    part = whole.times(share)
    assert part.mean <= whole.mean + 1e-12
    assert part.low <= part.mean <= part.high
    assert part.sd <= math.sqrt(part.mean * (1 - part.mean)) + 1e-9


@given(st.lists(SHARES.map(ChanceToSee), min_size=1, max_size=5))
def test_methods_together_see_no_less_than_the_best_alone(chances: list[ChanceToSee]) -> None:
    both, best = combined(chances), max(chance.mean for chance in chances)
    assert best - 1e-12 <= both.mean <= 1
    assert both.low == pytest.approx(best)
    assert both.high == pytest.approx(both.mean)


@given(st.floats(0.1, 100), SHARES, st.floats(0, 200), st.floats(0, 200))
def test_depth_never_hurts(mean_cm: float, below: float, depth_cm: float, more_cm: float) -> None:
    law = DepthLaw(mean_cm, below)
    assert below - 1e-12 <= law.share_seen(depth_cm) <= law.share_seen(depth_cm + more_cm) + 1e-12 <= 1 + 1e-9


@given(st.floats(0, 50), st.floats(0, 50))
def test_longer_use_tells_more(years: float, more: float) -> None:
    assert CHANCES.harmed(years).mean <= CHANCES.harmed(years + more).mean + 1e-12


@given(st.sampled_from([kind for kind in AssetKind if CHANCES.searched(kind)]), SHARES, st.floats(0, 100))
def test_no_search_sees_all(method: AssetKind, coverage: float, depth_cm: float) -> None:
    chance = CHANCES.searched(method, coverage, depth_cm)
    assert chance is not None
    assert 0 <= chance.mean < 1


@given(st.floats(1e-12, 1), st.floats(0.1, 1e3))
def test_radius_and_tail_are_inverse(tail: float, cep_m: float) -> None:
    assert share_beyond(fade_out_radius(tail, cep_m), cep_m) == pytest.approx(tail)


@given(st.lists(SHARES, max_size=5), st.floats(0, 1e6))
def test_no_process_adds_risk(efficiencies: list[float], polluted: float) -> None:
    before = risk_factor(polluted, 1e6, [])
    assert 0 <= risk_factor(polluted, 1e6, efficiencies) <= before


# Minefield records


@given(st.integers(1, 6), st.floats(0.5, 20), st.floats(20, 500), st.floats(1, 20), st.floats(0, 180))
def test_a_laid_panel_is_counted_again(rows: int, spacing: float, length: float, apart: float, angle: float) -> None:
    """Lay rows of mines, draw the outline around them, count by the record: within one mine a row."""
    along = np.arange(0.0, length, spacing)
    mines = shapely.MultiPoint([(x, row * apart) for row in range(rows) for x in along])
    outline = affinity.rotate(mines.envelope if rows > 1 else mines.envelope.buffer(0.01), angle)
    if along[-1] <= (rows - 1) * apart:
        return  # rows run along the longer side
    counted = recorded_items(Pattern(rows=rows, item_spacing_m=spacing), outline)
    assert counted == pytest.approx(rows * len(along), abs=rows)


# Looks of any register


def square(at: tuple[int, int], side: int) -> dict[str, Any]:
    x, y = 200_000_000 + at[0], 100_000_000 + at[1]
    return {"type": "Polygon", "coordinates": [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]}


def point(at: tuple[int, int], quality: str) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [200_000_000 + at[0], 100_000_000 + at[1]], "quality": quality}


PLACES = st.tuples(st.integers(0, 50_000), st.integers(0, 50_000))
POINTS = st.builds(point, PLACES, st.sampled_from(["gnss", "map", "place", "unknown"]))
SQUARES = st.builds(square, PLACES, st.integers(500, 30_000))
TEAMS = st.sampled_from(["manual_team", "dog_team", "machine", "technical_survey_team", "survey_team"])
AREAS = st.sampled_from(["area:1", "area:2"])
FINDS = st.lists(
    st.fixed_dictionaries(
        {"ordnance": st.sampled_from(["mine_ap", "scrap", "uxo"]), "quantity": st.integers(0, 5)},
        optional={"shape": POINTS},
    ),
    max_size=3,
)
EVIDENCE = st.fixed_dictionaries(
    {"kind": st.sampled_from(["accident", "marking", "minefield_record", "land_in_use", "unused_land"]),
     "grade": st.sampled_from(["direct", "indirect"])},
    optional={
        "shape": POINTS | SQUARES, "in_use_years": st.integers(0, 40), "resolved": st.just("looked into"),
        "reliability": st.sampled_from(["reliable", "unreliable"]),
        "minefield": st.fixed_dictionaries({}, optional={
            "rows": st.integers(0, 5), "row_spacing_cm": st.integers(0, 2_000),
            "item_spacing_cm": st.integers(0, 2_000), "items": st.integers(0, 500)}),
    },
)  # fmt: skip
PERMILLE = st.integers(0, 1_000)
STATEMENTS = st.one_of(
    st.tuples(st.just("accident"), st.fixed_dictionaries(
        {"kind": st.sampled_from(["mine", "demining", "road"])},
        optional={"shape": POINTS, "admin_area": st.just("U")})),
    st.tuples(st.just("ordnance.item"), st.fixed_dictionaries(
        {"ordnance": st.just("mine_ap")}, optional={"shape": POINTS, "quantity": st.integers(0, 9)})),
    st.tuples(st.just("evidence"), EVIDENCE),
    st.tuples(st.just("hazard.report"), st.fixed_dictionaries(
        {"name": st.just("A"), "classification": st.sampled_from(["indication", "sha", "cha"])},
        optional={"shape": SQUARES, "evidence": st.lists(EVIDENCE, max_size=2)})),
    st.tuples(st.just("survey.nts"), st.fixed_dictionaries(
        {"area": AREAS, "hazard_found": st.booleans()},
        optional={"cancelled": SQUARES, "evidence": st.lists(EVIDENCE, max_size=2)})),
    st.tuples(st.just("survey.ts"), st.fixed_dictionaries(
        {"area": AREAS, "method": TEAMS, "finds": FINDS},
        optional={"coverage_permille": PERMILLE, "reduced": SQUARES, "sectors": st.lists(st.fixed_dictionaries(
            {"shape": SQUARES, "result": st.sampled_from(["positive", "negative", "untested"])}), max_size=3)})),
    st.tuples(st.just("clearance.report"), st.fixed_dictionaries(
        {"area": AREAS, "method": TEAMS, "finds": FINDS, "stage": st.sampled_from(["progress", "completion"])},
        optional={"coverage_permille": PERMILLE, "cleared": SQUARES, "depth_cm": st.integers(0, 50)})),
    st.tuples(st.just("eod.spot_task"), st.fixed_dictionaries({"shape": POINTS, "finds": FINDS})),
    st.tuples(st.just("figure"), st.fixed_dictionaries(
        {"dataset": st.just("d"), "admin_area": st.sampled_from(["U", "V"]), "period": st.just("2014-03"),
         "measures": st.fixed_dictionaries(
             {"devices": st.integers(0, 9)}, optional={"area_m2": st.integers(0, 10**6)})})),
    st.tuples(st.just("admin_area"), st.fixed_dictionaries(
        {"name": st.just("U"), "level": st.just(2), "shape": SQUARES})),
)  # fmt: skip


class Record:
    """A register of generated statements."""

    valid_on = None

    def __init__(self, said: list[tuple[str, dict[str, Any]]], days: list[str]) -> None:
        self.said = [
            Entry(f"{at:064x}", b"", "n", at, "", kind, body.get("area", f"area:{at % 2 + 1}"), days[at % len(days)],
                  None, "", "a", "o", {}, (), body)
            for at, (kind, body) in enumerate(said)
        ]  # fmt: skip
        self.said.sort(key=lambda entry: (entry.valid_from, entry.seq))

    def entries(self, kind: str, official: bool = True) -> list[Entry]:
        return [entry for entry in self.said if entry.kind == kind]


RECORDS = st.builds(
    Record, st.lists(STATEMENTS, max_size=10), st.lists(st.sampled_from(["2012", "2014-03", "2014-07-01"]), min_size=1)
)


def read(record: Record) -> Looks:
    return looks_from_register(record, CRS, chances=CHANCES)  # type: ignore[arg-type]


@given(RECORDS)
def test_every_find_of_a_search_lies_in_searched_ground(record: Record) -> None:
    looks = read(record)
    ground = shapely.union_all(looks.footprint[looks.is_outcome(Outcome.SEARCHED) & (looks.chance > 0)])
    found = looks.where(looks.is_outcome(Outcome.FOUND))
    reach = np.fmax(found.accuracy_m, 1.0)
    away = shapely.distance(shapely.points(found.x_m, found.y_m), ground)
    assert (away <= reach + 1e-6).all()


@given(RECORDS)
def test_looks_are_whole(record: Record) -> None:
    """A chance where the outcome has one, ground where something was judged, and every look cites a statement."""
    looks = read(record)
    assert set(looks.entry) <= {entry.hash for entry in record.said}
    stated = ~np.isnan(looks.chance)
    assert looks.is_outcome(*WITH_CHANCE)[stated].all()
    judged = looks.is_outcome(Outcome.SEARCHED, Outcome.VERDICT, Outcome.COUNTED)
    assert (shapely.area(looks.footprint[judged]) > 0).all()
    assert ((looks.chance < 1) | ~stated).all()
    assert shapely.is_valid(looks.footprint).all()


@given(RECORDS)
def test_items_are_counted_at_most_once(record: Record) -> None:
    """No more items in finds than the statements name, and no more searched ground than they draw."""
    looks = read(record)
    named = sum(
        find["quantity"] for entry in record.said for find in entry.body.get("finds", []) if find["ordnance"] != "scrap"
    )
    named += sum(entry.body.get("quantity", 1) for entry in record.entries("ordnance.item"))
    assert looks.of([LookKind.FIND]).quantity.sum() <= named
    accidents = [e for e in record.entries("accident") if e.body["kind"] != "road"]
    told = [e for k in ("hazard.report", "survey.nts") for r in record.entries(k) for e in r.body.get("evidence", [])]
    told += [entry.body for entry in record.entries("evidence")]
    evidence = sum(item["kind"] == "accident" for item in told)
    assert looks.is_kind([LookKind.ACCIDENT]).sum() <= len(accidents) + evidence


@given(RECORDS)
def test_reading_again_gives_the_same(record: Record) -> None:
    one, two = read(record), read(record)
    for name in ("x_m", "y_m", "year", "quantity", "chance", "chance_sd"):
        assert np.array_equal(getattr(one, name), getattr(two, name), equal_nan=True)
    assert list(map(str, one.findings)) == list(map(str, two.findings))


@given(RECORDS, st.integers(0, 10))
def test_what_is_chosen_keeps_all_that_was_said(record: Record, first: int) -> None:
    looks = read(record)
    chosen = looks.where(np.arange(len(looks)) >= first)
    assert len(chosen) == max(len(looks) - first, 0)
    assert np.array_equal(chosen.chance, looks.chance[first:], equal_nan=True)
    assert chosen.outcome.tolist() == looks.outcome[first:].tolist()


BOXES = st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(5, 40)).map(
    lambda b: shapely.box(b[0], b[1], b[0] + b[2], b[1] + b[2])
)
SAID = st.lists(st.tuples(st.sampled_from([LookKind.SURVEY_VERDICT, LookKind.LAND_IN_USE, LookKind.ACCIDENT]), BOXES,
                          st.booleans()), max_size=12)  # fmt: skip


@given(SAID)
def test_contradictions_are_those_of_every_pair(said: list[tuple[LookKind, Any, bool]]) -> None:
    """The tree finds what looking at every pair finds."""
    looks = looks_from_arrays(
        [box.centroid.x for _, box, _ in said], [box.centroid.y for _, box, _ in said], [2014.0] * len(said),
        [kind for kind, _, _ in said], [float(kind is LookKind.ACCIDENT or (yes and kind is LookKind.SURVEY_VERDICT))
                                        for kind, _, yes in said],
        footprint=[None if kind is LookKind.ACCIDENT else box for kind, box, _ in said],
    )  # fmt: skip
    found = {(each.no, each.yes) for each in contradictions(looks)}
    wanted = {
        (no, yes) for no in range(len(said)) for yes in range(len(said))
        if looks.quantity[no] == 0 and looks.quantity[yes] > 0 and _against(said[no], said[yes])
    }  # fmt: skip
    assert found == wanted


def _against(no: tuple[LookKind, Any, bool], yes: tuple[LookKind, Any, bool]) -> bool:
    if yes[0] is LookKind.ACCIDENT:
        return bool(no[1].contains(yes[1].centroid))
    both = no[1].intersection(yes[1]).area
    return no[0] is LookKind.SURVEY_VERDICT and both > 0.01 * min(no[1].area, yes[1].area)
