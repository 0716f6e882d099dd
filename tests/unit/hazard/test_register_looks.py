"""Looks from statements: what counts, where and when it was seen, with what chance, and nothing twice."""

from typing import Any

import numpy as np
import pyproj
import pytest
import shapely

from landrelease.geo.crs import from_wgs84
from landrelease.hazard.chances import chances_from_profile
from landrelease.hazard.looks import LookKind, Looks, Outcome
from landrelease.hazard.register_looks import READERS, decimal_year, looks_from_register
from landrelease.profile import load_profile
from landrelease.record.entry import Entry
from landrelease.record.kinds import KINDS
from landrelease.terms import AssetKind

Body = dict[str, Any]
CHANCES = chances_from_profile(load_profile())


def square(west: int, south: int, side: int = 100_000) -> Body:
    """A square of 0.01 degree, or another side, whose corner lies west and south (1e-7 degree) of 20 E 10 N."""
    x, y = 200_000_000 + west, 100_000_000 + south
    return {"type": "Polygon", "coordinates": [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]}


def point(east: int = 0, north: int = 0, **more: Any) -> Body:
    return {"type": "Point", "coordinates": [200_000_000 + east, 100_000_000 + north], **more}


POINT, SQUARE, INSIDE, BESIDE = point(accuracy_m=12), square(0, 0), point(50_000, 50_000), square(100_000, 0)
EVIDENCE = {"kind": "marking", "grade": "direct", "shape": POINT}
STRIKE = {"kind": "strike", "grade": "direct"}
SCRAP = {"ordnance": "scrap", "quantity": 5}
HARMLESS = {"ordnance": "mortar", "quantity": 5, "status": "ffe"}
REPORT = {"name": "A", "classification": "sha", "shape": SQUARE}
NTS = {"area": "area:1", "hazard_found": True}
TS = {"area": "area:1", "method": "technical_survey_team"}
CLEARANCE = {"area": "area:1", "stage": "completion", "method": "manual_team", "cleared": SQUARE}
PROGRESS = CLEARANCE | {"stage": "progress"}
MINE = {"ordnance": "mine_ap", "quantity": 1}
MINE_INSIDE = MINE | {"shape": INSIDE}
UNIT = {"name": "Riverside", "level": 2, "shape": square(0, 0, 1_000_000)}
FIGURE = {"dataset": "d", "admin_area": "Riverside", "period": "2014-03", "measures": {"devices": 3, "area_m2": 5000}}
VISIT = {"inspected_organisation": "o", "result": "pass"}


class Record:
    """A register of a few entries: kind, body, and where it matters the source's reliability and the days."""

    valid_on = None

    def __init__(self, *said: tuple[Any, ...], valid_from: str = "2014") -> None:
        self.said = []
        for at, (kind, body, *more) in enumerate(said):
            told = {"source": {}, "days": (valid_from, None), "subject": "area:1"} | (more[0] if more else {})
            self.said.append(
                Entry(f"{at:064x}", b"", "n", at, "", kind, told["subject"], *told["days"], "", "a", "o",
                      told["source"], (), body)
            )  # fmt: skip

    def entries(self, kind: str, official: bool = True) -> list[Entry]:
        return [entry for entry in self.said if entry.kind == kind]

    history = entries


def seen(record: Record, crs: pyproj.CRS) -> Looks:
    return looks_from_register(record, crs)  # type: ignore[arg-type]


def told(looks: Looks) -> list[tuple[str, str, float]]:
    return [(str(k), str(o), q) for k, o, q in zip(looks.kind, looks.outcome, looks.quantity, strict=True)]


STATEMENTS = [
    ("accident", {"kind": "mine", "shape": POINT}, [("accident", "reported", 1)]),
    ("accident", {"kind": "road", "shape": POINT}, []),
    ("accident", {"kind": "attack", "shape": POINT}, []),
    ("accident", {"kind": "stored_ammunition", "shape": POINT}, []),
    ("ordnance.item", {"ordnance": "mine_ap", "quantity": 7, "shape": POINT}, [("find", "reported", 7)]),
    ("ordnance.item", {"ordnance": "mine_ap", "shape": POINT}, [("find", "reported", 1)]),
    ("ordnance.item", {"ordnance": "mine_ap", "quantity": 0, "shape": POINT}, []),
    ("ordnance.item", {"ordnance": "scrap", "quantity": 7, "shape": POINT}, []),
    ("evidence", EVIDENCE, [("direct_evidence", "reported", 1)]),
    ("evidence", EVIDENCE | {"grade": "indirect"}, [("indirect_evidence", "reported", 1)]),
    ("evidence", EVIDENCE | {"kind": "accident"}, [("accident", "reported", 1)]),
    ("evidence", EVIDENCE | {"kind": "land_in_use"}, [("land_in_use", "verdict", 0)]),
    ("evidence", {"kind": "marking", "grade": "direct", "resolved": "removed"}, []),
    ("evidence", EVIDENCE | {"resolved": "removed"}, [("direct_evidence", "reported", 1)]),
    ("hazard.report", REPORT, [("survey_verdict", "verdict", 1)]),
    ("hazard.report", REPORT | {"hazard_kind": "storage"}, []),
    ("hazard.report", {"name": "A", "classification": "sha"}, []),
    ("hazard.report", REPORT | {"evidence": [EVIDENCE, STRIKE]},
     [("survey_verdict", "verdict", 1), *[("direct_evidence", "reported", 1)] * 2]),
    ("survey.nts", NTS | {"evidence": [EVIDENCE]}, [("direct_evidence", "reported", 1)]),
    ("survey.nts", NTS | {"cancelled": SQUARE}, [("survey_verdict", "verdict", 0)]),
    ("survey.ts", TS | {"sectors": [{"shape": SQUARE, "result": "positive"}]}, [("positive_sector", "verdict", 1)]),
    ("survey.ts", TS | {"sectors": [{"shape": SQUARE, "result": "negative"}]}, [("negative_sector", "searched", 0)]),
    ("survey.ts", TS | {"sectors": [{"shape": SQUARE, "result": "untested"}]}, []),
    ("survey.ts", TS | {"sectors": [{"shape": SQUARE, "result": "positive"}], "finds": [MINE_INSIDE]},
     [("find", "found", 1), ("searched", "searched", 0)]),
    ("survey.ts", TS | {"sectors": [{"shape": SQUARE, "result": "positive"}], "finds": [MINE]},
     [("find", "found", 1), ("searched", "searched", 0)]),
    ("survey.ts", TS | {"sectors": [{"shape": BESIDE, "result": "positive"}], "finds": [MINE_INSIDE]},
     [("find", "reported", 1), ("positive_sector", "verdict", 1)]),
    ("survey.ts", TS | {"reduced": SQUARE}, [("negative_sector", "searched", 0)]),
    ("survey.ts", TS | {"reduced": SQUARE, "finds": [MINE]}, [("find", "found", 1), ("searched", "searched", 0)]),
    ("clearance.report", CLEARANCE, [("negative_sector", "searched", 0)]),
    ("clearance.report", CLEARANCE | {"finds": [MINE | {"quantity": 3}]},
     [("find", "found", 3), ("searched", "searched", 0)]),
    ("clearance.report", CLEARANCE | {"finds": [MINE | {"quantity": 0}]}, [("negative_sector", "searched", 0)]),
    ("clearance.report", CLEARANCE | {"finds": [SCRAP]}, [("negative_sector", "searched", 0)]),
    ("clearance.report", CLEARANCE | {"finds": [SCRAP | {"ordnance": "mortar"}]},
     [("find", "found", 5), ("searched", "searched", 0)]),
    ("clearance.report", CLEARANCE | {"finds": [HARMLESS]}, [("negative_sector", "searched", 0)]),
    ("eod.spot_task", {"shape": POINT, "finds": [MINE]}, [("find", "reported", 1), ("searched", "searched", 0)]),
    ("eod.spot_task", {"shape": POINT}, [("negative_sector", "searched", 0)]),
    ("qa.visit", VISIT | {"sampled": SQUARE}, [("negative_sector", "searched", 0)]),
    ("qa.visit", VISIT | {"sampled": SQUARE, "finds": [MINE_INSIDE]},
     [("searched", "searched", 0), ("find", "found", 1)]),
    ("qa.visit", VISIT, []),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "body", "wanted"), STATEMENTS)
def test_what_a_statement_shows(kind: str, body: Body, wanted: list[tuple[str, str, float]], crs: pyproj.CRS) -> None:
    looks = seen(Record((kind, body)), crs)
    assert told(looks) == wanted
    assert set(looks.entry) <= {f"{0:064x}"}


def test_every_reader_reads_a_registered_kind() -> None:
    assert set(READERS) <= set(KINDS)


def test_an_empty_register_gives_no_looks(crs: pyproj.CRS) -> None:
    assert len(seen(Record(), crs)) == 0


# Where


def test_a_point_stands_where_it_was_reported(crs: pyproj.CRS) -> None:
    looks = seen(Record(("accident", {"kind": "mine", "shape": POINT})), crs)
    wanted = from_wgs84(shapely.Point(20.0, 10.0), crs)
    assert (looks.x_m[0], looks.y_m[0]) == pytest.approx((wanted.x, wanted.y))
    assert looks.accuracy_m.tolist() == [12.0]
    assert str(looks.area_m2[0]) == "nan"


@pytest.mark.parametrize(
    ("more", "accuracy", "radius"),
    [
        ({"accuracy_m": 12}, 12.0, 12.0),
        ({"accuracy_m": 12, "quality": "place"}, 12.0, 12.0),
        ({"quality": "place"}, 1_000.0, 1_000.0),
        ({"quality": "map"}, 100.0, 100.0),
        ({"quality": "gnss"}, 10.0, 10.0),
        ({"accuracy_m": 0}, 0.0, None),
        ({}, np.nan, None),
    ],
)
def test_a_position_is_as_wide_as_its_accuracy(
    more: Body, accuracy: float, radius: float | None, crs: pyproj.CRS
) -> None:
    """A point of a named place is a circle of a kilometre, not a surveyed position."""
    looks = seen(Record(("accident", {"kind": "mine", "shape": point(**more)})), crs)
    assert looks.accuracy_m[0] == pytest.approx(accuracy, nan_ok=True)
    centre = shapely.Point(looks.x_m[0], looks.y_m[0])
    if radius is None:
        assert looks.footprint[0].equals(centre)
    else:
        assert shapely.hausdorff_distance(looks.footprint[0], centre) == pytest.approx(radius)


def test_a_polygon_is_kept_as_footprint(crs: pyproj.CRS) -> None:
    looks = seen(Record(("clearance.report", CLEARANCE)), crs)
    footprint = looks.footprint[0]
    assert looks.area_m2[0] == pytest.approx(footprint.area)
    assert looks.area_m2[0] == pytest.approx(1_095.0 * 1_106.0, rel=0.01)
    assert footprint.contains_properly(footprint.representative_point())
    assert footprint.bounds[0] < looks.x_m[0] < footprint.bounds[2]


def test_a_find_without_a_point_stands_for_the_searched_shape(crs: pyproj.CRS) -> None:
    looks = seen(Record(("clearance.report", CLEARANCE | {"finds": [MINE, MINE_INSIDE]})), crs)
    assert [shape.geom_type for shape in looks.footprint] == ["Polygon", "Point", "Polygon"]
    assert looks.footprint[0].equals(looks.footprint[2])


def test_a_find_of_a_survey_without_a_point_lies_in_its_positive_sectors(crs: pyproj.CRS) -> None:
    sectors = [{"shape": SQUARE, "result": "negative"}, *({"shape": square(west, 0), "result": "positive"}
               for west in (100_000, 300_000))]  # fmt: skip
    looks = seen(Record(("survey.ts", TS | {"sectors": sectors, "finds": [MINE]})), crs)
    assert told(looks)[0] == ("find", "found", 1)
    assert looks.footprint[0].equals(shapely.union_all(looks.footprint[2:4]))


def test_the_ground_of_a_spot_task_is_a_circle_around_it(crs: pyproj.CRS) -> None:
    looks = seen(Record(("eod.spot_task", {"shape": POINT})), crs)
    assert looks.area_m2[0] == pytest.approx(np.pi * 10**2, rel=0.01)


def test_what_has_no_position_is_counted(crs: pyproj.CRS) -> None:
    looks = seen(
        Record(("accident", {"kind": "mine", "admin_area": "x"}), ("accident", {"kind": "mine", "shape": POINT})), crs
    )
    assert (len(looks), looks.without_position) == (1, 1)
    assert [str(finding)[:40] for finding in looks.findings] == ["LR4006 1 observations have no position a"]
    assert seen(Record(), crs).findings == ()


@pytest.mark.parametrize("name", ["Riverside", "R-1", "unit:1"])
def test_what_is_known_by_its_unit_alone_is_spread_over_the_unit(name: str, crs: pyproj.CRS) -> None:
    """No event of the baselines, which would put it at the unit's centre."""
    unit = ("admin_area", UNIT | {"code": "R-1"}, {"subject": "unit:1"})
    looks = seen(Record(unit, ("accident", {"kind": "mine", "admin_area": name})), crs)
    assert told(looks) == [("aggregate", "reported", 1)]
    assert looks.area_m2[0] == pytest.approx(10_950.0 * 11_060.0, rel=0.01)
    assert len(looks.events()) == 0


def test_a_name_of_two_units_is_no_name(crs: pyproj.CRS) -> None:
    units = [("admin_area", UNIT, {"subject": f"unit:{at}"}) for at in range(2)]
    looks = seen(Record(*units, ("accident", {"kind": "mine", "admin_area": "Riverside"})), crs)
    assert (len(looks), looks.without_position) == (0, 1)


# Chances


def searched(record: Record, crs: pyproj.CRS) -> tuple[float, float, str]:
    looks = seen(record, crs)
    only = looks.where(looks.is_outcome(Outcome.SEARCHED))
    return float(only.chance[0]), float(only.chance_sd[0]), str(only.method[0])


SEARCHES = [
    ("clearance.report", CLEARANCE, "manual_team", 0.97, 1.0, 13),
    ("clearance.report", CLEARANCE | {"method": "dog_team"}, "dog_team", 0.90, 1.0, 13),
    ("clearance.report", CLEARANCE | {"method": "machine", "depth_cm": 20}, "machine", 0.80, 1.0, 20),
    ("clearance.report", CLEARANCE | {"coverage_permille": 900}, "manual_team", 0.97, 0.9, 13),
    ("clearance.report", CLEARANCE | {"depth_cm": 5}, "manual_team", 0.97, 1.0, 5),
    ("survey.ts", TS | {"reduced": SQUARE}, "technical_survey_team", 0.85, 0.05, 13),
    ("survey.ts", TS | {"reduced": SQUARE, "coverage_permille": 200}, "technical_survey_team", 0.85, 0.2, 13),
    ("survey.ts", TS | {"reduced": SQUARE, "method": "dog_team", "coverage_permille": 500}, "dog_team", 0.9, 0.5, 13),
    ("eod.spot_task", {"shape": POINT}, "eod_team", 0.97, 1.0, 13),
    ("qa.visit", VISIT | {"sampled": SQUARE}, "qa_team", 0.97, 1.0, 13),
]


@pytest.mark.parametrize(("kind", "body", "method", "detection", "coverage", "depth_cm"), SEARCHES)
def test_the_chance_of_a_search_is_that_of_method_coverage_and_depth(
    kind: str, body: Body, method: str, detection: float, coverage: float, depth_cm: float, crs: pyproj.CRS
) -> None:
    """Half as well seen below the depth, where exp(-depth / 5 cm) of the items lie; spread of 40 targets."""
    share = coverage * (1 - 0.5 * np.exp(-depth_cm / 5))
    chance, spread, label = searched(Record((kind, body)), crs)
    assert (chance, label) == (pytest.approx(detection * share), method)
    assert spread == pytest.approx(share * np.sqrt(detection * (1 - detection) / 41))


def test_a_tool_that_searches_no_ground_gives_no_chance(crs: pyproj.CRS) -> None:
    looks = seen(Record(("clearance.report", CLEARANCE | {"method": "survey_team"})), crs)
    assert np.isnan(looks.chance).tolist() == [True]


def test_a_sector_seen_positive_without_lanes_is_kept_without_a_chance(crs: pyproj.CRS) -> None:
    body = TS | {"coverage_permille": 0, "sectors": [{"shape": SQUARE, "result": "positive"}]}
    looks = seen(Record(("survey.ts", body)), crs)
    assert told(looks) == [("positive_sector", "verdict", 1)]
    assert np.isnan(looks.chance[0])


def test_other_chances_can_be_given(crs: pyproj.CRS) -> None:
    text = load_profile().text.replace("trials = {}", "trials = { manual_team = [16, 16] }")
    from landrelease.profile import parse_profile

    record = Record(("clearance.report", CLEARANCE))
    looks = looks_from_register(record, crs, chances=chances_from_profile(parse_profile(text)))  # type: ignore[arg-type]
    assert looks.chance[0] == pytest.approx(16.5 / 17 * (1 - 0.5 * np.exp(-13 / 5)))


def test_the_profile_in_force_decides(crs: pyproj.CRS) -> None:
    text = load_profile().text.replace("manual = 0.97", "manual = 0.5")
    body = {"name": "n", "version": "1", "sha256": "0" * 64, "text": text}
    chance, _, _ = searched(Record(("profile", body), ("clearance.report", CLEARANCE)), crs)
    assert chance == pytest.approx(0.5 * (1 - 0.5 * np.exp(-13 / 5)))


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


SOUTH = {"type": "Polygon", "coordinates": [[[200_000_000, 100_000_000], [200_100_000, 100_000_000],
         [200_100_000, 100_050_000], [200_000_000, 100_050_000], [200_000_000, 100_000_000]]]}  # fmt: skip


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
    assert looks.is_outcome(Outcome.SEARCHED).sum() == 1


def test_what_explodes_on_a_searching_team_was_met_by_the_search(crs: pyproj.CRS) -> None:
    accident = ("accident", {"kind": "demining", "shape": INSIDE})
    assert told(seen(Record(accident), crs)) == [("accident", "reported", 1)]
    looks = seen(Record(accident, ("clearance.report", CLEARANCE)), crs)
    assert told(looks)[0] == ("accident", "found", 1)


# When


@pytest.mark.parametrize(
    ("day", "wanted"),
    [
        ("2014", 2014.5),
        ("2014-01", 2014 + 15.5 / 365),
        ("2014-12-31", 2014 + 364.5 / 365),
        ("2016-02-29", 2016 + 59.5 / 366),
        ("2016-12", 2016 + (335 + 15.5) / 366),
    ],
)
def test_decimal_year(day: str, wanted: float) -> None:
    assert decimal_year(day) == pytest.approx(wanted)


def test_the_day_of_the_observation_goes_before_that_of_the_report(crs: pyproj.CRS) -> None:
    looks = seen(Record(("evidence", EVIDENCE | {"observed": "1999"}), ("evidence", EVIDENCE), valid_from="2020"), crs)
    assert looks.year.tolist() == [1999.5, 2020.5]


def test_every_tool_that_searches_has_a_chance() -> None:
    silent = {AssetKind.SURVEY_TEAM, AssetKind.MEDICAL_TEAM}
    assert {kind for kind in AssetKind if CHANCES.searched(kind) is None} == silent
