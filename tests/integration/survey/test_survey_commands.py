"""Survey design on the command line: figures as JSON, files, refusals."""

import json

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from tests.samples.survey_ground import CORNER, FIELD, POND, place, rectangle

from landrelease import cli

TARGET = ("--length", 260, "--width", 180, "--swath", 2, "--density", 1000, "--background", 100)


@pytest.fixture
def told(capsys):
    """Run a command and return what it says: JSON, or the text of its refusal."""

    def asked(*arguments, code=0):
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main(["survey", *map(str, arguments), "--json"])
        captured = capsys.readouterr()
        assert (ended.value.code or 0) == code, captured.err
        return json.loads(captured.out) if code == 0 else captured.err

    return asked


@pytest.fixture
def field(tmp_path):
    path = tmp_path / "field.geojson"
    gpd.GeoDataFrame(geometry=[FIELD], crs=4326).to_file(path)
    gpd.GeoDataFrame(geometry=[POND], crs=4326).to_file(tmp_path / "pond.geojson")
    return path


def test_transects_write_layers_tracks_and_a_sheet(told, field, tmp_path):
    out = tmp_path / "out"
    said = told("transects", field, "--spacing", 18, "--swath", 2, "--bearing", 0, "--offset", 0.5,
                "--obstacles", tmp_path / "pond.geojson", "--margin", 5,
                "--declination", 7.5, "--out", out)  # fmt: skip
    legs = pyogrio.read_dataframe(out / "transects.gpkg", layer="legs")
    assert said["legs"] == len(legs) == len(pyogrio.read_dataframe(out / "transects.gpx", layer="tracks"))
    assert said["length_m"] == pytest.approx(legs["length_m"].sum(), abs=0.5)
    assert np.allclose((legs["bearing_true"] - legs["bearing_magnetic"]) % 360, 7.5, atol=0.011)
    points = pyogrio.read_dataframe(out / "transects.gpkg", layer="turning_points")
    assert len(points) == 2 * len(legs)
    swaths, ground = (pyogrio.read_dataframe(out / "transects.gpkg", layer=name) for name in ("swaths", "ground"))
    assert ground.geometry[0].buffer(1e-7).covers(swaths.geometry[0])  # a centimetre
    assert (out / "transects.pdf").read_bytes().startswith(b"%PDF")
    assert {finding["code"] for finding in said["findings"]} == {"LR5015"}


def test_a_refused_design_writes_nothing(told, field, tmp_path):
    out = tmp_path / "out"
    assert "LR5011" in told("transects", field, "--spacing", 5_000, "--swath", 2, "--bearing", 0, "--offset", 0.5,
                            "--out", out, code=1)  # fmt: skip
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--spacing", -1, "--swath", 2), "LR5001"),
        (("--spacing", 10, "--swath", 0), "LR5001"),
        (("--spacing", 10, "--swath", 2, "--pattern", "spiral"), "LR5001"),
        (("--spacing", 10, "--swath", 2, "--pattern", "rectangular"), "LR5001"),
    ],
)
def test_impossible_designs_are_refused(told, field, tmp_path, options, code):
    assert code in told("transects", field, *options, "--out", tmp_path / "out", code=1)


def test_detect_gives_the_chance_with_its_interval(told):
    said = told("detect", *TARGET, "--spacing", 150)
    assert said["low"] <= said["chance"] <= said["high"]
    assert said["flag_count"] == 7
    assert said["to_cross"] == pytest.approx(1.0)
    assert 0 < said["false_alarm"] < said["chance"]


def test_spacing_is_the_widest_that_reaches_the_chance(told):
    said = told("spacing", *TARGET, "--chance", 0.9, "--precision", 10)
    assert said["detection"]["chance"] >= 0.9
    beyond = [row for row in said["tried"] if row["spacing_m"] > said["spacing_m"]]
    assert all(row["chance"] < 0.9 for row in beyond)
    crossed = told("spacing", "--length", 100, "--width", 100, "--swath", 2, "--chance", 0.5, "--cross-only")
    assert crossed["spacing_m"] == pytest.approx(202.0)


@pytest.mark.parametrize("chance", [0, 1])
def test_a_chance_of_0_or_1_is_refused(told, chance):
    assert "LR5001" in told("spacing", *TARGET, "--chance", chance, code=1)


@pytest.fixture
def walked(told, tmp_path):
    """A walked survey: 600 by 600 m, anomalies with a dense patch in the middle."""
    ground = tmp_path / "ground.geojson"
    gpd.GeoDataFrame(geometry=[rectangle(600, 600)], crs=4326).to_file(ground)
    told("transects", ground, "--spacing", 38, "--swath", 2, "--bearing", 0, "--out", tmp_path / "t")
    rng = np.random.default_rng(2)
    metres = np.concatenate([rng.random((3_600, 2)) * 600, rng.normal(300, 40, (4_000, 2))])
    degrees = np.array(CORNER) + metres / 600 * (np.array(rectangle(600, 600).bounds[2:]) - CORNER)
    path = tmp_path / "anomalies.csv"
    np.savetxt(path, degrees, "%.7f", ",", header="longitude,latitude", comments="")
    return (path, "--transects", tmp_path / "t" / "transects.gpkg", "--swath", 2, "--window", 120)


def test_flags_of_both_tests_hold_the_patch(told, walked, tmp_path):
    out = tmp_path / "flags.gpkg"
    said = told("flag", *walked, "--critical", 500, "--out", out)
    assert said["background_per_hectare"] == pytest.approx(100, rel=0.25)
    assert said["classic"] >= said["controlled"] > 0
    areas = pyogrio.read_dataframe(out, layer="areas")
    assert set(areas["test"]) == {"classic", "controlled", "critical"}
    middle = shapely.Point(place(300, 300))
    assert areas[areas["test"] == "controlled"].geometry.union_all().contains(middle)
    assert len(pyogrio.read_dataframe(out, layer="windows")) == said["windows"]
    assert {finding["code"] for finding in said["findings"]} == {"LR5013", "LR5021"}


def test_density_maps_the_patch(told, walked, tmp_path):
    said = told("density", *walked, "--least", 3_000, "--out", tmp_path / "d")
    with rasterio.open(tmp_path / "d" / "density.tif") as raster:
        values = raster.read(1)
        assert np.nanmax(values) > 5 * said["background_per_hectare"]
        assert raster.res == pytest.approx((20.0, 20.0))
    areas = pyogrio.read_dataframe(tmp_path / "d" / "areas.gpkg")
    assert len(areas) == said["areas"] >= 1
    assert areas.geometry[0].contains(shapely.Point(place(300, 300)))
    assert "LR5001" in told("density", *walked, "--model", "linear", "--out", tmp_path / "e", code=1)


def test_a_step_and_a_negative_density_are_refused(told, walked):
    assert "LR5001" in told("flag", *walked, "--background", -1, code=1)
    assert "LR5001" in told("flag", *walked[:-1], 0, code=1)


def test_boxes_say_what_is_due(told, tmp_path):
    results = tmp_path / "results.csv"
    lines = [f"{i},{j},{'evidence' if (i, j) == (0, 0) else 'nothing'}" for i in (-1, 0, 1) for j in (-1, 0, 1)]
    results.write_text("\n".join(["column,row,result", *lines, "5,5,"]), encoding="utf-8")
    point = f"{CORNER[0]},{CORNER[1]}"
    first = told("boxes", "--at", point, "--out", tmp_path / "b.gpkg")
    assert len(first["due"]) == 9
    assert not first["complete"]
    done = told("boxes", "--at", point, "--results", results, "--out", tmp_path / "b.gpkg")
    assert done["complete"]
    assert done["confirmed_m2"] == 22_500
    assert len(pyogrio.read_dataframe(tmp_path / "b.gpkg", layer="boxes")) == 9


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("column,row\n0,0", "LR5001"),
        ("column,row,result\n0,0,maybe", "LR5001"),
        ("column,row,result\nx,0,nothing", "LR5001"),
        ("column,row,result\n0,0,nothing\n0,0,evidence", "LR5018"),
    ],
)
def test_wrong_results_are_refused(told, tmp_path, table, code):
    (tmp_path / "results.csv").write_text(table, encoding="utf-8")
    out = tmp_path / "b.gpkg"
    assert code in told("boxes", "--at", "36,48", "--results", tmp_path / "results.csv", "--out", out, code=1)
    assert not out.exists()


def test_value_from_numbers(told):
    prices = ("--area-value", 15_000, "--item-loss", 50_000, "--clearance-day", 700, "--survey-day", 700)
    said = told("value", "--items", "0.02,0.1,0.6,2.5", "--ground-m2", 40_000, *prices, "--share", 0.3)
    assert said["net"] == pytest.approx(said["gain"] - said["cost"])
    assert said["cost"] == pytest.approx(700 / 6_000 * 40_000 * 0.3)
    assert said["values_now"]["clear"] == pytest.approx(60_000 - 56_000)
    assert said["gain"] > 0


def test_value_needs_ground_from_one_side_only(told):
    told("value", code=2)
    told("value", "--items", "1", code=2)
