"""What a published map tells: nothing finer than its cells, through the whole of a study."""

import json
import re

import numpy as np
import pytest
import shapely

from landrelease.geo.crs import from_wgs84, to_wgs84
from landrelease.geo.shapes import body_from_shape
from landrelease.record.entry import Statement
from landrelease.record.review import review_statements
from landrelease.record.workspace import Workspace
from landrelease.report.audience import CELL_SYSTEM
from landrelease.study import study

CELL_M = 1_000.0
PLACES = 12
ORIGIN = np.floor(np.array(from_wgs84(shapely.Point(36.0, 48.0), CELL_SYSTEM).coords[0]) / CELL_M)
CELLS = ORIGIN + np.random.default_rng(5).integers(0, 15, (PLACES, 2))


def told(folder, seed):
    """The payload of a public map of accidents and fields that lie somewhere in the same cells."""
    at = (CELLS + np.random.default_rng(seed).uniform(0.1, 0.9, (PLACES, 2))) * CELL_M
    points = to_wgs84(shapely.points(at), CELL_SYSTEM)
    fields = to_wgs84(shapely.buffer(shapely.points(at), 80.0, quad_segs=4), CELL_SYSTEM)
    with Workspace.create(folder / "workspace") as workspace:
        for number, (point, field) in enumerate(zip(points, fields, strict=True)):
            _tell(workspace, f"{number:02d}", f"{2014 + number}-05-05", point, field)
        study(workspace, folder / "out", title="Somewhere", as_of="2027-01-01", valid_on="2026-06-01", public=True)
    page = (folder / "out" / "map-public.html").read_text(encoding="utf-8")
    return json.loads(re.search(r'id="study">(.*?)</script>', page, re.S)[1])


def _tell(workspace, name, day, point, field):
    accident = {"kind": "mine", "shape": body_from_shape(point, "gnss")}
    hazard = {"name": f"Field {name}", "classification": "sha", "shape": body_from_shape(field)}
    made = workspace.ledger.append([
        Statement("accident", f"accident:{name}", accident, day, "person:a", "org:a"),
        Statement("hazard.report", f"area:{name}", hazard, day, "person:a", "org:a"),
    ])  # fmt: skip
    hashes = [entry.hash for entry in made]
    workspace.ledger.append(review_statements(hashes, "accepted", "person:b", "org:b"))


@pytest.fixture(scope="module")
def maps(tmp_path_factory):
    return [told(tmp_path_factory.mktemp(f"map{seed}"), seed) for seed in (1, 2)]


def test_moving_everything_inside_its_cells_changes_nothing_that_is_published(maps):
    first, second = maps
    assert len(first["parts"]["id"]) == PLACES
    assert len(first["evidence"]["x"]) == PLACES
    assert first["hazard"]
    for name in first.keys() - {"parts", "tables"}:
        assert first[name] == second[name], name
    for name in first["parts"].keys() - {"m2"}:  # sizes are published as they are; they change by the projection
        assert first["parts"][name] == second["parts"][name], name


def test_the_corners_of_the_estimate_do_not_give_the_outermost_places(maps):
    """From corners and the margin of 2 % an observer gets the westernmost place; only its cell may come out."""
    corners = np.array(maps[0]["hazard"]["corners"])
    west, north = from_wgs84(shapely.Point(*corners[0]), CELL_SYSTEM).coords[0]
    assert west < CELLS[:, 0].min() * CELL_M
    assert north > (CELLS[:, 1].max() + 1) * CELL_M
    assert maps[0]["hazard"]["corners"] == maps[1]["hazard"]["corners"]
