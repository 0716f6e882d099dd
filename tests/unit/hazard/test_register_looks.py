"""Looks from statements: what counts, where and when it was seen, and with what chance."""

import numpy as np
import pyproj
import pytest
import shapely
from tests.samples.looks import (
    BESIDE,
    CLEARANCE,
    EVIDENCE,
    HARMLESS,
    MINE,
    MINE_INSIDE,
    NTS,
    POINT,
    REPORT,
    SCRAP,
    SQUARE,
    STRIKE,
    TS,
    UNIT,
    VISIT,
    Body,
    Record,
    point,
    seen,
    square,
    told,
)

from landrelease.geo.crs import from_wgs84
from landrelease.hazard.chances import chances_from_profile
from landrelease.hazard.looks import Outcome
from landrelease.hazard.register_looks import READERS, decimal_year, looks_from_register
from landrelease.profile import load_profile, parse_profile
from landrelease.record.kinds import KINDS
from landrelease.terms import AssetKind

CHANCES = chances_from_profile(load_profile())

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
     [("survey_verdict", "verdict", 1), ("direct_evidence", "reported", 1), ("direct_evidence", "verdict", 1)]),
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
    ("eod.spot_task", {"shape": POINT, "finds": [MINE]}, [("find", "reported", 1)]),
    ("eod.spot_task", {"shape": POINT}, []),
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


def test_ground_whose_rounded_ring_crosses_itself_is_mended(crs: pyproj.CRS) -> None:
    """Two triangles that touch at a point and cross: looks are cut by other ground, which needs valid shapes."""
    corners = [[200_000_000, 100_000_000], [200_100_000, 100_100_000], [200_100_000, 100_000_000],
               [200_000_000, 100_100_000], [200_000_000, 100_000_000]]  # fmt: skip
    crossed = {"type": "Polygon", "coordinates": [corners]}
    for statements in (
        [("clearance.report", CLEARANCE | {"cleared": crossed})],
        [("hazard.report", REPORT | {"shape": crossed}), ("survey.nts", NTS | {"cancelled": SQUARE})],
        [("hazard.report", REPORT), ("survey.nts", NTS | {"cancelled": crossed})],
    ):
        looks = seen(Record(*statements), crs)
        assert len(looks) >= 1
        assert shapely.is_valid(looks.footprint).all()
        assert (looks.area_m2 > 0).all()


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


def test_the_ground_around_a_spot_task_was_searched_as_far_as_the_profile_says(crs: pyproj.CRS) -> None:
    chances = chances_from_profile(parse_profile(load_profile().text.replace("spot_m = 0 ", "spot_m = 10 ")))
    record = Record(("eod.spot_task", {"shape": POINT, "finds": [MINE]}))
    looks = looks_from_register(record, crs, chances=chances)  # type: ignore[arg-type]
    assert told(looks) == [("find", "reported", 1), ("searched", "searched", 0)]
    assert looks.area_m2[1] == pytest.approx(np.pi * 10**2, rel=0.01)
    assert looks.chance[1] == pytest.approx(0.97 * (1 - 0.5 * np.exp(-13 / 5)))


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
    ("clearance.report", CLEARANCE | {"method": "technical_survey_team"}, "technical_survey_team", 0.85, 1.0, 13),
    ("survey.ts", TS | {"reduced": SQUARE, "method": "machine"}, "machine", 0.8, 0.05, 13),
    ("survey.ts", TS | {"reduced": SQUARE}, "technical_survey_team", 0.85, 0.05, 13),
    ("survey.ts", TS | {"reduced": SQUARE, "coverage_permille": 200}, "technical_survey_team", 0.85, 0.2, 13),
    ("survey.ts", TS | {"reduced": SQUARE, "method": "dog_team", "coverage_permille": 500}, "dog_team", 0.9, 0.5, 13),
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
    record = Record(("clearance.report", CLEARANCE))
    looks = looks_from_register(record, crs, chances=chances_from_profile(parse_profile(text)))  # type: ignore[arg-type]
    assert looks.chance[0] == pytest.approx(16.5 / 17 * (1 - 0.5 * np.exp(-13 / 5)))


def test_the_profile_in_force_decides(crs: pyproj.CRS) -> None:
    text = load_profile().text.replace("manual = 0.97", "manual = 0.5")
    body = {"name": "n", "version": "1", "sha256": "0" * 64, "text": text}
    chance, _, _ = searched(Record(("profile", body), ("clearance.report", CLEARANCE)), crs)
    assert chance == pytest.approx(0.5 * (1 - 0.5 * np.exp(-13 / 5)))


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
