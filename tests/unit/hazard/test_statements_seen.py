"""Looks from several statements: verdicts, land in use, minefield records, figures; nothing told twice counts twice."""

from typing import Any

import numpy as np
import pyproj
import pytest
from tests.samples.looks import (
    CLEARANCE,
    EVIDENCE,
    FIGURE,
    INSIDE,
    MINE,
    MINE_INSIDE,
    NTS,
    POINT,
    PROGRESS,
    REPORT,
    SOUTH,
    SQUARE,
    TS,
    UNIT,
    Body,
    Record,
    point,
    seen,
    square,
    told,
)

from landrelease.hazard.looks import LookKind, Looks, Outcome
from landrelease.hazard.register_looks import decimal_year

# Verdicts of non-technical survey


@pytest.mark.parametrize(
    ("classification", "reliability", "false_positive", "false_negative"),
    [
        ("indication", "reliable", 0.6, 0.03),
        ("sha", "usually_reliable", 0.5, 0.08),
        ("cha", "reliable", 0.15, 0.03),
        ("cha", "fairly_reliable", 0.2, 0.15),
        ("cha", "unreliable", 0.4, 0.3),
        ("cha", None, 0.3, 0.25),
    ],
)
def test_a_verdict_errs_as_its_source_and_class_do(
    classification: str, reliability: str | None, false_positive: float, false_negative: float, crs: pyproj.CRS
) -> None:
    source = {"source": {} if reliability is None else {"reliability": reliability}}
    looks = seen(Record(("hazard.report", REPORT | {"classification": classification}, source)), crs)
    assert (looks.false_positive[0], looks.false_negative[0]) == (false_positive, false_negative)
    assert looks.chance[0] == pytest.approx((0.1 + 0.3 + 0.6) / 3)


def test_a_survey_takes_the_place_of_the_report_that_it_looked_into(crs: pyproj.CRS) -> None:
    """What it cancels: no. The rest: yes. The report's own yes is answered."""
    looks = seen(Record(("hazard.report", REPORT), ("survey.nts", NTS | {"cancelled": SOUTH})), crs)
    assert told(looks) == [("survey_verdict", "verdict", 0), ("survey_verdict", "verdict", 1)]
    assert set(looks.entry) == {f"{1:064x}"}
    assert looks.area_m2[0] == pytest.approx(looks.area_m2[1], rel=1e-3)
    assert looks.footprint[0].intersection(looks.footprint[1]).area == pytest.approx(0.0, abs=1.0)
    assert looks.findings == ()


def test_a_report_after_the_survey_speaks_anew_and_contradicts_it(crs: pyproj.CRS) -> None:
    later = ("hazard.report", REPORT, {"days": ("2016", None)})
    looks = seen(Record(("survey.nts", NTS | {"cancelled": SOUTH, "hazard_found": False}), later), crs)
    assert sorted(looks.quantity) == [0.0, 1.0]
    assert [finding.error.code for finding in looks.findings] == ["LR4026"]
    said = str(looks.findings[0])
    assert f"{0:064x}" in said
    assert f"{1:064x}" in said


def test_only_the_last_report_of_an_area_stands(crs: pyproj.CRS) -> None:
    larger = REPORT | {"shape": square(0, 0, 200_000)}
    looks = seen(Record(("hazard.report", REPORT), ("hazard.report", larger, {"days": ("2015", None)})), crs)
    assert looks.entry.tolist() == [f"{1:064x}"]


@pytest.mark.parametrize(
    ("found", "wanted"), [(False, [("survey_verdict", "verdict", 0)]), (True, [("survey_verdict", "verdict", 1)])]
)
def test_a_survey_that_cancels_nothing_judges_the_whole_area(
    found: bool, wanted: list[tuple[str, str, float]], crs: pyproj.CRS
) -> None:
    looks = seen(Record(("hazard.report", REPORT), ("survey.nts", NTS | {"hazard_found": found})), crs)
    assert told(looks) == wanted


def test_ground_cancelled_by_a_second_survey_is_retained_by_neither(crs: pyproj.CRS) -> None:
    first = ("survey.nts", NTS)
    second = ("survey.nts", NTS | {"cancelled": SOUTH}, {"days": ("2015", None)})
    looks = seen(Record(("hazard.report", REPORT), first, second), crs)
    assert told(looks) == [("survey_verdict", "verdict", 0), ("survey_verdict", "verdict", 1)]
    assert looks.findings == ()


def test_evidence_without_a_place_of_its_own_is_in_the_verdict_on_its_area(crs: pyproj.CRS) -> None:
    """Still an event of the baselines, but it moves no estimate a second time; an accident is an event anywhere."""
    rumour, accident = {"kind": "unused_land", "grade": "indirect"}, {"kind": "accident", "grade": "indirect"}
    looks = seen(Record(("hazard.report", REPORT | {"evidence": [rumour, accident]})), crs)
    assert told(looks) == [
        ("survey_verdict", "verdict", 1),
        ("indirect_evidence", "verdict", 1),
        ("accident", "reported", 1),
    ]
    assert np.isfinite(looks.chance).tolist() == [True, False, False]
    assert len(looks.events()) == 2


# Land in use


def in_use(**more: Any) -> Body:
    return {"kind": "land_in_use", "grade": "indirect", "shape": SQUARE} | more


@pytest.mark.parametrize(
    ("body", "days", "years"),
    [
        (in_use(in_use_years=5), ("2014", None), 5.0),
        (in_use(), ("2004", "2014"), 10.0),
        (in_use(in_use_years=5), ("2004", "2014"), 5.0),
        (in_use(), ("2014", None), 1.0),
        (in_use(in_use_years=0), ("2014", None), 0.0),
    ],
)
def test_years_of_use_without_harm_tell_more_the_longer_they_are(
    body: Body, days: tuple[str, str | None], years: float, crs: pyproj.CRS
) -> None:
    looks = seen(Record(("evidence", body, {"days": days})), crs)
    least, likely, greatest = (1 - np.exp(-rate * years) for rate in (0.03, 0.1, 0.3))
    assert looks.years[0] == pytest.approx(years)
    assert looks.chance[0] == pytest.approx((least + likely + greatest) / 3)
    assert (looks.chance_sd[0] > 0) == (years > 0)


@pytest.mark.parametrize(("accuracy", "radius"), [(10, 56.42), (1_000, 1_000.0)])
def test_a_point_in_use_is_a_plot_somewhere_within_its_accuracy(accuracy: int, radius: float, crs: pyproj.CRS) -> None:
    """One hectare: a circle of 56 m; in a circle of a kilometre, a plot that covers 1 / 314 of it."""
    exact, looks = (
        seen(Record(("evidence", in_use(in_use_years=5, shape=shape))), crs)
        for shape in (SQUARE, point(accuracy_m=accuracy))
    )
    assert np.sqrt(looks.area_m2[0] / np.pi) == pytest.approx(radius, rel=0.01)
    assert looks.chance[0] == pytest.approx(exact.chance[0] * (56.42 / radius) ** 2, rel=1e-3)


def test_an_accident_on_land_in_use_contradicts_it(crs: pyproj.CRS) -> None:
    accident = ("accident", {"kind": "mine", "shape": INSIDE})
    looks = seen(Record(("evidence", in_use()), accident), crs)
    assert [finding.error.code for finding in looks.findings] == ["LR4026"]
    assert "an accident on land said to be in use" in str(looks.findings[0])


# Minefield records


def panel(minefield: Body | None, **more: Any) -> Body:
    told = {} if minefield is None else {"minefield": minefield}
    return {"kind": "minefield_record", "grade": "direct", "shape": SQUARE} | told | more


LENGTH_M = 1_106.0
RECORDS = [
    (panel({"items": 200}), "counted", 160.0),
    (panel({"rows": 3, "item_spacing_cm": 500}), "counted", 3 * 222 * 0.8),
    (panel({"row_spacing_cm": 50_000, "item_spacing_cm": 500}), "counted", 3 * 222 * 0.8),
    (panel({"items": 0}), "counted", 0.0),
    (panel({"rows": 3}), "verdict", 1.0),
    (panel({"rows": 3, "item_spacing_cm": 0}), "verdict", 1.0),
    (panel(None), "verdict", 1.0),
    (panel({"items": 200}, shape=POINT), "counted", 160.0),
]


@pytest.mark.parametrize(("body", "outcome", "quantity"), RECORDS)
def test_a_minefield_record_counts_its_panel(body: Body, outcome: str, quantity: float, crs: pyproj.CRS) -> None:
    """Four fifths of what is recorded lies there; a record that gives no count is a verdict on the panel."""
    looks = seen(Record(("evidence", body)), crs)
    assert told(looks) == [("minefield_record", outcome, pytest.approx(quantity, rel=0.01))]
    assert 0 < looks.chance[0] < 1
    assert looks.area_m2[0] > 0


@pytest.mark.parametrize("body", [panel(None, shape=POINT), panel({"rows": 3}, shape=POINT)])
def test_a_record_known_by_a_point_alone_is_an_indication(body: Body, crs: pyproj.CRS) -> None:
    assert told(seen(Record(("evidence", body)), crs)) == [("direct_evidence", "reported", 1)]


def test_a_record_stays_an_event_of_the_baselines(crs: pyproj.CRS) -> None:
    assert len(seen(Record(("evidence", panel(None))), crs).events()) == 1


# Figures


def test_a_figure_is_a_count_over_its_unit(crs: pyproj.CRS) -> None:
    """5,000 m² of a unit of 121 km², chosen 1 to 50 times as well as at random, searched by hand."""
    looks = seen(Record(("admin_area", UNIT), ("figure", FIGURE)), crs)
    assert told(looks) == [("aggregate", "counted", 3)]
    share = 5_000 / looks.area_m2[0] * (1 + 10 + 50) / 3
    assert looks.chance[0] == pytest.approx(share * 0.97 * (1 - 0.5 * np.exp(-13 / 5)), rel=1e-3)
    assert looks.chance_sd[0] > 0.3 * looks.chance[0]
    assert looks.year[0] == pytest.approx(decimal_year("2014-03"))
    assert looks.method[0] == "figure:d"


@pytest.mark.parametrize(
    ("measures", "wanted"),
    [
        ({"devices": 0, "area_m2": 5000}, [("aggregate", "counted", 0)]),
        ({"devices": 3}, [("aggregate", "reported", 3)]),
        ({"devices": 3, "area_m2": 0}, [("aggregate", "reported", 3)]),
        ({"devices": 0, "area_m2": 0}, []),
        ({"devices": -3, "area_m2": 10}, []),
        ({"area_m2": 5000}, []),
    ],
)
def test_figures_with_and_without_ground(
    measures: dict[str, int], wanted: list[tuple[str, str, float]], crs: pyproj.CRS
) -> None:
    assert told(seen(Record(("admin_area", UNIT), ("figure", FIGURE | {"measures": measures})), crs)) == wanted


def test_a_figure_of_an_unknown_unit_has_no_position(crs: pyproj.CRS) -> None:
    looks = seen(Record(("figure", FIGURE)), crs)
    assert (len(looks), looks.without_position) == (0, 1)


@pytest.mark.parametrize(
    ("day", "period", "left_out"),
    [
        ("2014-03-20", "2014-03", True), ("2014-06-20", "2014-03", False),
        ("2014-11-20", "2014", True), ("2016-03-20", "2014", False),
    ],
)  # fmt: skip
def test_a_figure_gives_way_to_reports_of_the_same_unit_and_time(
    day: str, period: str, left_out: bool, crs: pyproj.CRS
) -> None:
    report = ("clearance.report", CLEARANCE, {"days": (day, None)})
    looks = seen(Record(("admin_area", UNIT), ("figure", FIGURE | {"period": period}), report), crs)
    assert (LookKind.AGGREGATE in looks.kind) is not left_out
    assert ([finding.error.code for finding in looks.findings] == ["LR4027"]) is left_out


# Nothing counts twice


def ground_m2(looks: Looks) -> float:
    return float(looks.area_m2[looks.is_outcome(Outcome.SEARCHED)].sum())


def test_reduced_ground_was_searched_in_its_sectors(crs: pyproj.CRS) -> None:
    sectors = TS | {"sectors": [{"shape": SQUARE, "result": "negative"}], "reduced": SQUARE}
    one = seen(Record(("survey.ts", sectors)), crs)
    both = seen(Record(("survey.ts", sectors), ("survey.ts", TS | {"reduced": square(0, 0, 150_000)})), crs)
    assert told(one) == [("negative_sector", "searched", 0)]
    assert ground_m2(both) == pytest.approx(2.25 * ground_m2(one), rel=1e-3)


@pytest.mark.parametrize(
    ("reports", "times"),
    [
        ([CLEARANCE], 1.0),
        ([PROGRESS, CLEARANCE], 1.0),
        ([PROGRESS, PROGRESS], 1.0),
        ([PROGRESS | {"cleared": SOUTH}, PROGRESS], 1.0),
        ([PROGRESS, CLEARANCE | {"cleared": SOUTH}], 1.0),
        ([PROGRESS, CLEARANCE | {"method": "dog_team"}], 2.0),
        ([PROGRESS, CLEARANCE | {"team": "team:2"}], 2.0),
        ([CLEARANCE, CLEARANCE], 2.0),
    ],
)
def test_progress_is_part_of_the_completed_ground(reports: list[Body], times: float, crs: pyproj.CRS) -> None:
    """By the same team and method; another tool, and a second completion, are searches of their own."""
    one = ground_m2(seen(Record(("clearance.report", CLEARANCE)), crs))
    looks = seen(Record(*(("clearance.report", body) for body in reports)), crs)
    assert ground_m2(looks) == pytest.approx(times * one, rel=1e-3)


def test_a_find_of_a_progress_report_is_not_found_again(crs: pyproj.CRS) -> None:
    elsewhere = MINE | {"shape": point(20_000, 20_000)}
    reports = [PROGRESS | {"finds": [MINE_INSIDE]}, CLEARANCE | {"finds": [MINE_INSIDE, elsewhere]}]
    looks = seen(Record(*(("clearance.report", body) for body in reports)), crs)
    assert looks.quantity[looks.is_outcome(Outcome.FOUND)].sum() == 2


def test_a_find_before_its_ground_is_reported_searched(crs: pyproj.CRS) -> None:
    """Progress without ground: reported until the completion says what was searched."""
    progress = {key: value for key, value in PROGRESS.items() if key != "cleared"} | {"finds": [MINE_INSIDE]}
    early = seen(Record(("clearance.report", progress)), crs)
    late = seen(Record(("clearance.report", progress), ("clearance.report", CLEARANCE)), crs)
    assert told(early) == [("find", "reported", 1)]
    assert told(late) == [("find", "found", 1), ("negative_sector", "searched", 0)]


@pytest.mark.parametrize(("east", "outcome"), [(100_300, "found"), (103_000, "reported")])
def test_a_find_at_the_edge_was_found_there(east: int, outcome: str, crs: pyproj.CRS) -> None:
    """Accuracy 5 m: one 3.3 m outside lies in the ground, one 33 m outside does not."""
    find = MINE | {"shape": point(east, 50_000, accuracy_m=5)}
    looks = seen(Record(("clearance.report", CLEARANCE | {"finds": [find]})), crs)
    assert str(looks.outcome[0]) == outcome


def test_an_accident_told_twice_happened_once(crs: pyproj.CRS) -> None:
    evidence = EVIDENCE | {"kind": "accident"}
    accident = ("accident", {"kind": "mine", "shape": point()})
    assert told(seen(Record(accident, ("evidence", evidence)), crs)) == [("accident", "reported", 1)]


@pytest.mark.parametrize(
    ("item", "finds", "wanted"),
    [
        ({"ordnance": "mine_ap"}, [MINE], [1]),
        ({"ordnance": "unknown"}, [MINE], [1]),
        ({"ordnance": "mine_ap", "quantity": 2}, [MINE], [2]),
        ({"ordnance": "mine_ap"}, [MINE | {"quantity": 3}], [1, 2]),
        ({"ordnance": "mine_ap"}, [MINE | {"shape": point(1_000, 0)}, MINE], [1, 1]),
        ({"ordnance": "mine_ap", "shape": point(1_000, 0)}, [MINE | {"shape": point(1_000, 0)}], [1]),
        ({"ordnance": "mine_ap", "shape": point(9_000, 0)}, [MINE], [1, 1]),
    ],
)
def test_an_item_reported_and_then_dealt_with_is_one(
    item: Body, finds: list[Body], wanted: list[float], crs: pyproj.CRS
) -> None:
    """The task stands where the item was reported, whatever it turned out to be."""
    looks = seen(
        Record(("ordnance.item", {"shape": POINT} | item), ("eod.spot_task", {"shape": POINT, "finds": finds})), crs
    )
    assert looks.of([LookKind.FIND]).quantity.tolist() == wanted


def test_what_explodes_on_a_searching_team_was_met_by_the_search(crs: pyproj.CRS) -> None:
    accident = ("accident", {"kind": "demining", "shape": INSIDE})
    assert told(seen(Record(accident), crs)) == [("accident", "reported", 1)]
    looks = seen(Record(accident, ("clearance.report", CLEARANCE)), crs)
    assert told(looks)[0] == ("accident", "found", 1)
