"""Looks from statements: what counts, where and when it was seen."""

import pyproj
import pytest

from landrelease.geo.crs import from_wgs84
from landrelease.hazard.looks import Looks
from landrelease.hazard.register_looks import READERS, decimal_year, looks_from_register
from landrelease.record.entry import Entry
from landrelease.record.kinds import KINDS

POINT = {"type": "Point", "coordinates": [200_000_000, 100_000_000], "accuracy_m": 12}
ELSEWHERE = {"type": "Point", "coordinates": [200_100_000, 100_000_000]}
RING = [[200_000_000, 100_000_000], [200_100_000, 100_000_000], [200_100_000, 100_100_000], [200_000_000, 100_100_000]]
SQUARE = {"type": "Polygon", "coordinates": [[*RING, RING[0]]]}
EVIDENCE = {"kind": "marking", "grade": "direct", "shape": POINT}
STRIKE = {"kind": "strike", "grade": "direct"}
SCRAP = {"ordnance": "scrap", "quantity": 5}
HARMLESS = {"ordnance": "mortar", "quantity": 5, "status": "ffe"}
REPORT = {"name": "A", "classification": "sha", "shape": SQUARE}
TS = {"area": "area:1", "method": "manual_team"}
CLEARANCE = {"area": "area:1", "stage": "completion", "method": "manual_team", "cleared": SQUARE}


class Record:
    """A register of a few entries."""

    def __init__(self, *said: tuple[str, dict], valid_from: str = "2014") -> None:  # type: ignore[type-arg]
        self.said = [
            Entry(f"{at:064x}", b"", "n", at, "", kind, "s", valid_from, None, "", "a", "o", {}, (), body)
            for at, (kind, body) in enumerate(said)
        ]

    def entries(self, kind: str, official: bool = True) -> list[Entry]:
        return [entry for entry in self.said if entry.kind == kind]


def seen(record: Record, crs: pyproj.CRS) -> Looks:
    return looks_from_register(record, crs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "body", "wanted"),
    [
        ("accident", {"kind": "mine", "shape": POINT}, [("accident", 1)]),
        ("ordnance.item", {"ordnance": "mine_ap", "quantity": 7, "shape": POINT}, [("find", 7)]),
        ("ordnance.item", {"ordnance": "mine_ap", "shape": POINT}, [("find", 1)]),
        ("ordnance.item", {"ordnance": "scrap", "quantity": 7, "shape": POINT}, []),
        ("evidence", EVIDENCE, [("direct_evidence", 1)]),
        ("evidence", EVIDENCE | {"grade": "indirect"}, [("indirect_evidence", 1)]),
        ("evidence", EVIDENCE | {"kind": "accident"}, [("accident", 1)]),
        ("evidence", EVIDENCE | {"kind": "land_in_use"}, [("land_in_use", 0)]),
        ("hazard.report", REPORT | {"evidence": [EVIDENCE, STRIKE]}, [("direct_evidence", 1)] * 2),
        ("survey.nts", {"area": "a", "hazard_found": True, "evidence": [EVIDENCE]}, [("direct_evidence", 1)]),
        ("survey.ts", TS | {"sectors": [{"shape": SQUARE, "result": "positive"}]}, [("positive_sector", 1)]),
        ("survey.ts", TS | {"sectors": [{"shape": SQUARE, "result": "negative"}]}, [("negative_sector", 0)]),
        ("survey.ts", TS | {"sectors": [{"shape": SQUARE, "result": "untested"}]}, []),
        ("clearance.report", CLEARANCE, [("negative_sector", 0)]),
        ("clearance.report", CLEARANCE | {"finds": [{"ordnance": "mine_ap", "quantity": 3}]}, [("find", 3)]),
        ("clearance.report", CLEARANCE | {"finds": [{"ordnance": "mine_ap", "quantity": 0}]}, [("negative_sector", 0)]),
        ("clearance.report", CLEARANCE | {"finds": [SCRAP]}, [("negative_sector", 0)]),
        ("clearance.report", CLEARANCE | {"finds": [SCRAP | {"ordnance": "mortar"}]}, [("find", 5)]),
        ("clearance.report", CLEARANCE | {"finds": [HARMLESS]}, [("negative_sector", 0)]),
        ("eod.spot_task", {"shape": POINT, "finds": [{"ordnance": "mortar", "quantity": 2}]}, [("find", 2)]),
    ],
)  # fmt: skip
def test_what_a_statement_shows(kind: str, body: dict, wanted: list[tuple[str, float]], crs: pyproj.CRS) -> None:  # type: ignore[type-arg]
    looks = seen(Record((kind, body)), crs)
    assert list(zip(looks.kind, looks.quantity, strict=True)) == wanted
    assert set(looks.entry) <= {f"{0:064x}"}


def test_every_reader_reads_a_registered_kind() -> None:
    assert set(READERS) <= set(KINDS)


def test_a_point_stands_where_it_was_reported(crs: pyproj.CRS) -> None:
    import shapely

    looks = seen(Record(("accident", {"kind": "mine", "shape": POINT})), crs)
    wanted = from_wgs84(shapely.Point(20.0, 10.0), crs)
    assert (looks.x_m[0], looks.y_m[0]) == pytest.approx((wanted.x, wanted.y))
    assert looks.accuracy_m.tolist() == [12.0]
    assert str(looks.area_m2[0]) == "nan"


def test_a_polygon_is_kept_as_footprint(crs: pyproj.CRS) -> None:
    looks = seen(Record(("clearance.report", CLEARANCE)), crs)
    footprint = looks.footprint[0]
    assert looks.area_m2[0] == pytest.approx(footprint.area)
    assert looks.area_m2[0] == pytest.approx(1_095.0 * 1_106.0, rel=0.01)
    assert footprint.contains_properly(footprint.representative_point())
    assert footprint.bounds[0] < looks.x_m[0] < footprint.bounds[2]


def test_a_find_without_a_point_stands_for_the_searched_shape(crs: pyproj.CRS) -> None:
    finds = [{"ordnance": "mine_ap", "quantity": 1}, {"ordnance": "mine_ap", "quantity": 1, "shape": ELSEWHERE}]
    looks = seen(Record(("clearance.report", CLEARANCE | {"finds": finds})), crs)
    assert [shape.geom_type for shape in looks.footprint] == ["Polygon", "Point"]


def test_what_has_no_position_is_counted(crs: pyproj.CRS) -> None:
    looks = seen(
        Record(("accident", {"kind": "mine", "admin_area": "x"}), ("accident", {"kind": "mine", "shape": POINT})), crs
    )
    assert (len(looks), looks.without_position) == (1, 1)
    assert [str(finding)[:40] for finding in looks.findings] == ["LR4006 1 observations have no position a"]
    assert seen(Record(), crs).findings == ()


def test_an_empty_register_gives_no_looks(crs: pyproj.CRS) -> None:
    assert len(seen(Record(), crs)) == 0


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
