"""Questions on the command line, on a small record of accidents and fields."""

import json
import math

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

PLACES = 8
ORIGIN = np.array(from_wgs84(shapely.Point(36.0, 48.0), CELL_SYSTEM).coords[0])


def run(*arguments, code=0):
    with pytest.raises(SystemExit) as ended:
        cli.main([str(argument) for argument in arguments])
    assert (ended.value.code or 0) == code


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A workspace: eight fields, an accident beside each of the first six, and a file with the ground of one."""
    made = tmp_path_factory.mktemp("questions")
    rng = np.random.default_rng(5)
    at = ORIGIN + rng.uniform(0, 12_000, (PLACES, 2))
    fields = to_wgs84(shapely.buffer(shapely.points(at), 400.0, quad_segs=4), CELL_SYSTEM)
    accidents = to_wgs84(shapely.points(at + rng.uniform(-300, 300, (PLACES, 2))), CELL_SYSTEM)
    with Workspace.create(made / "workspace") as workspace:
        for number, (field, point) in enumerate(zip(fields, accidents, strict=True)):
            hazard = {"name": f"Field {number}", "classification": "sha", "shape": body_from_shape(field)}
            said = [Statement("hazard.report", f"area:{number}", hazard, "2014-02-01", "amina", "op:1")]
            if number < 6:
                body = {"kind": "mine", "shape": body_from_shape(point, "gnss")}
                said.append(
                    Statement("accident", f"accident:{number}", body, f"{2014 + number}-05-05", "amina", "op:1")
                )
            entries = workspace.ledger.append(said)
            workspace.ledger.append(review_statements([e.hash for e in entries], "accepted", "bo", "op:nc"))
    gpd.GeoDataFrame(geometry=[fields[0]], crs=4326).to_file(made / "field.geojson")
    gpd.GeoDataFrame(geometry=[shapely.box(10, 10, 10.1, 10.1)], crs=4326).to_file(made / "far.geojson")
    return made


@pytest.fixture
def told(folder, capsys, monkeypatch):
    """Run a question on the workspace and return what it says as JSON."""
    monkeypatch.setattr("landrelease.estimates.SEARCHED_CELLS", 3_000)
    monkeypatch.setattr("landrelease.estimates.REPORTED_CELLS", 3_000)

    def asked(name, *arguments, code=0):
        capsys.readouterr()
        run("hazard", name, folder / "workspace", *arguments, *(["--json"] if code == 0 else []), code=code)
        said = capsys.readouterr()
        return json.loads(said.out) if code == 0 else said.err

    return asked


def test_ask_of_an_area(told):
    said = told("ask", "--area", "area:0")
    items, chance = said["expected_items"], said["probability"]
    assert (said["day"], items["unit"], chance["unit"]) == ("2019-05-05", "items", "chance")
    assert 0 < items["low"] < items["high"]
    assert items["counts"][0] <= items["counts"][1]
    assert 0 < chance["low"] < chance["value"] < chance["high"] < 1
    assert items["findings"] == []


def test_ask_of_a_polygon_is_the_same_ground(told, folder):
    by_area, by_file = (
        told("ask", *place) for place in (("--area", "area:0"), ("--polygon", folder / "field.geojson"))
    )
    assert by_file["expected_items"]["value"] == pytest.approx(by_area["expected_items"]["value"], rel=1e-3)


def test_a_search_without_a_find_leaves_less(told):
    said = told("ask", "--area", "area:0", "--searched", "0.9")
    assert said["left"]["value"] < 0.15 * said["expected_items"]["value"]
    assert said["left"]["chance_of_none"] > said["expected_items"]["chance_of_none"]


def test_a_baseline_has_no_interval(told):
    said = told("ask", "--area", "area:0", "--baseline")
    assert said["expected_items"]["low"] is None
    assert [each["code"] for each in said["expected_items"]["findings"]] == ["LR4053"]


def test_rank(told, folder):
    said = told("rank", "--most", "3", "--out", folder / "ranked.csv")
    assert [part["rank"] for part in said["parts"]] == [1, 2, 3]
    amounts = [part["expected_items"] for part in said["parts"]]
    assert amounts == sorted(amounts, reverse=True)
    assert all(1 <= part["rank_low"] <= part["rank_high"] <= PLACES for part in said["parts"])
    assert len((folder / "ranked.csv").read_text(encoding="utf-8").splitlines()) == PLACES + 1


@pytest.mark.parametrize("place", [("--area", "area:0"), ("--at", "36.05,48.05")])
def test_explain(told, place):
    said = told("explain", *place)
    factors = [reason["factor"] for reason in said["reasons"]]
    assert math.prod(factors) * said["reference_per_m2"] * said["area_m2"] == pytest.approx(said["expected_items"])
    assert all(reason["text"].startswith("× ") for reason in said["reasons"])


def test_explain_a_baseline(told):
    said = told("explain", "--area", "area:0", "--baseline")
    assert sum(reason["share"] for reason in said["reasons"]) == pytest.approx(1.0)
    assert said["reference_per_m2"] is None


REFUSED = [
    (("ask", "--area", "area:99"), 1, "LR9003"),
    (("ask",), 2, "--polygon"),
    (("ask", "--area", "area:0", "--found", "3"), 1, "LR4054"),
    (("ask", "--area", "area:0", "--level", "90"), 1, "LR4005"),
    (("rank", "--by", "beauty"), 1, "LR4005"),
    (("explain", "--at", "here"), 2, "36.5,48.2"),
    (("explain", "--at", "10,10"), 1, "LR4050"),
    (("ask", "--polygon", "far.geojson"), 1, "LR4050"),
    (("ask", "--polygon", "missing.geojson"), 1, "LR0002"),
]


@pytest.mark.parametrize(("question", "code", "words"), REFUSED)
def test_bad_questions(told, folder, monkeypatch, question, code, words):
    monkeypatch.chdir(folder)
    assert words in told(*question, code=code)


def test_people_get_words(told, folder, capsys):
    run("hazard", "ask", folder / "workspace", "--area", "area:0")
    run("hazard", "rank", folder / "workspace", "--most", "2")
    run("hazard", "explain", folder / "workspace", "--area", "area:0")
    said = capsys.readouterr().out
    for words in ("Expected items", "Chance of none", "bounds of 90 %", "Ordinary ground", "× "):
        assert words in said


class TestStop:
    """The stop rule without a workspace."""

    def stop(self, capsys, *arguments, code=0):
        run("hazard", "stop", "--prior", "0.2", "--chance", "0.95", *arguments, code=code)
        return capsys.readouterr()

    def test_the_table_of_the_method(self, capsys):
        said = self.stop(capsys, "--mean", "10").out
        for cell in ("9.1 %", "2.4 %", "1.4 %", "1.2 %"):
            assert cell in said

    def test_a_fitted_mean_and_its_picture(self, capsys, tmp_path):
        said = self.stop(capsys, "--distances", "4,8.5,12,7,30", "--out", tmp_path / "stop.svg", "--json").out
        made = json.loads(said)
        assert (made["mean_m"], made["count"]) == (pytest.approx(12.3), 5)
        assert made["low_m"] < 12.3 < made["high_m"]
        assert made["limit"] == pytest.approx(0.012346, abs=1e-6)
        assert (tmp_path / "stop.svg").read_text(encoding="utf-8").startswith("<?xml")

    @pytest.mark.parametrize(
        ("arguments", "code", "words"),
        [
            ((), 2, "distances of finished tasks"),
            (("--distances", "4,x"), 2, "numbers with commas"),
            (("--distances", "4,5"), 1, "LR4058"),
            (("--mean", "-1"), 1, "LR4005"),
            (("--mean", "10", "--out", "stop.docx"), 1, "LR2001"),
        ],
    )
    def test_bad_input(self, capsys, arguments, code, words):
        assert words in self.stop(capsys, *arguments, code=code).err
