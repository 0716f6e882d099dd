"""The stop rule of a register, from where finished tasks found their mines."""

from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from tests.samples import studies

from landrelease.geo.crs import local_equal_area, to_wgs84
from landrelease.geo.shapes import body_from_shape
from landrelease.report.sections import report_blocks
from landrelease.report.stop_rule import stop_rule

CRS = local_equal_area([36.0], [48.0])
ROW = [(3.0 * n, 0.0) for n in range(12)]


def find(x, y, **more):
    point = to_wgs84(shapely.Point(x, y), CRS)
    return {"ordnance": "mine_ap", "quantity": 1, "shape": body_from_shape(point, "gnss"), **more}


def report(area, finds, stage="completion"):
    return SimpleNamespace(body={"area": area, "stage": stage, "finds": finds})


def register(*reports):
    return SimpleNamespace(entries=lambda kind: list(reports) if kind == "clearance.report" else [])


def task(area, beyond, **more):
    """A finished task with a row of twelve mines and mines so far beyond it."""
    return report(area, [find(*place) for place in ROW] + [find(17.0, far, **more) for far in beyond])


def test_the_mean_and_the_prior_of_finished_tasks():
    rule = stop_rule(register(task("a", [8.0, 16.0]), task("b", [6.0]), task("c", [])), 0.9)
    assert rule.distance.mean_m == pytest.approx(10.0, rel=0.05)
    assert rule.distance.count == 3
    assert (rule.prior, rule.chance_to_see) == (pytest.approx(2.5 / 4), 0.9)
    assert "From 3 finished tasks" in rule.source


def test_reports_of_one_area_are_one_task():
    first = report("a", [find(*place) for place in ROW], stage="progress")
    rule = stop_rule(register(first, report("a", [find(17.0, far) for far in (5.0, 10.0, 15.0)])), 0.9)
    assert rule.distance.count == 3


TOO_LITTLE = {
    "nothing": [],
    "no task is finished": [report("a", [find(*place) for place in [*ROW, (17, 9), (20, 14), (8, 30)]], "progress")],
    "no row": [report("a", [find(40.0 * n, 33.0 * (n * n % 7)) for n in range(4)])],
    "two mines beyond": [task("a", [8.0, 16.0])],
    "scrap beyond": [task("a", [8.0, 16.0, 12.0], ordnance="scrap")],
    "no positions": [report("a", [{"ordnance": "mine_ap", "quantity": 3}] * 20)],
}


@pytest.mark.parametrize("name", TOO_LITTLE)
def test_too_little_is_no_rule(name):
    assert stop_rule(register(*TOO_LITTLE[name]), 0.9) is None


def test_the_report_shows_it_where_there_is_one():
    rule = stop_rule(register(task("a", [8.0, 16.0]), task("b", [6.0])), 0.97)
    blocks = report_blocks(studies.province(stop=rule))
    words = [block.get("text", "") for block in blocks]
    assert "When to stop searching" in words
    assert any("2 finished tasks" in text for text in words)
    drawn = next(block for block in blocks if block["kind"] == "figure" and block["file"] == "stop.svg")
    assert drawn["draw"]().startswith(b"<?xml")
    assert "When to stop searching" not in [block.get("text", "") for block in report_blocks(studies.province())]


def test_positions_are_measured_on_the_ground():
    """The same task anywhere on a metric plane: distances do not stretch with longitude."""
    rule = stop_rule(register(task("a", [8.0, 16.0, 24.0])), 0.9)
    assert rule.distance.mean_m == pytest.approx(np.mean([8.0, 16.0, 24.0]), rel=0.02)
