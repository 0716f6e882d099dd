"""Targets chosen by the hazard estimate of a workspace."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

from landrelease import cli
from landrelease.geo.crs import from_wgs84, to_wgs84
from landrelease.geo.shapes import body_from_shape
from landrelease.record.entry import Statement
from landrelease.record.review import review_statements
from landrelease.record.workspace import Workspace
from landrelease.report.audience import CELL_SYSTEM

ORIGIN = np.array(from_wgs84(shapely.Point(36.0, 48.0), CELL_SYSTEM).coords[0])


def test_units_near_accidents_are_targeted(tmp_path, capsys):
    """Accidents in the west of a field of 4 km: the estimate's targets lie in its west, at odds above one."""
    field = shapely.box(*ORIGIN, *(ORIGIN + np.array([4_000, 1_000])))
    rng = np.random.default_rng(2)
    points = to_wgs84(shapely.points(ORIGIN + rng.uniform((0, 0), (800, 1_000), (12, 2))), CELL_SYSTEM)
    ground = to_wgs84(field, CELL_SYSTEM)
    with Workspace.create(tmp_path / "workspace") as workspace:
        hazard = {"name": "Field", "classification": "sha", "shape": body_from_shape(ground)}
        said = [Statement("hazard.report", "area:1", hazard, "2014-02-01", "amina", "op:1")]
        for number, point in enumerate(points):
            body = {"kind": "mine", "shape": body_from_shape(point, "gnss")}
            day = f"{2012 + number % 6}-05-05"
            said.append(Statement("accident", f"accident:{number}", body, day, "amina", "op:1"))
        entries = workspace.ledger.append(said)
        workspace.ledger.append(review_statements([e.hash for e in entries], "accepted", "bo", "op:nc"))
    gpd.GeoDataFrame(geometry=[ground], crs=4326).to_file(tmp_path / "field.geojson")
    with pytest.raises(SystemExit) as ended:
        cli.main(["sample", "draw", "--polygon", str(tmp_path / "field.geojson"), "--workspace",
                  str(tmp_path / "workspace"), "--targeted", "40", "--random", "5", "--unit-m2", "10000", "--baseline",
                  "--out", str(tmp_path / "units.gpkg"), "--json"])  # fmt: skip
    assert not ended.value.code
    told = json.loads(capsys.readouterr().out)
    assert (told["targeted"], told["random"]) == (40, 5)
    assert told["odds_by_the_estimate"] > 1
    units = gpd.read_file(tmp_path / "units.gpkg").to_crs(CELL_SYSTEM)
    chosen = units[units["drawn_as"] == "targeted"].geometry.centroid.x - ORIGIN[0]
    assert chosen.median() < 1_500
