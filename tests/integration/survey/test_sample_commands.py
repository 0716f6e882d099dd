"""`landrelease sample`: from a design to its verdict."""

import json

import geopandas as gpd
import pytest
import shapely
from tests.samples.releases import FIELD

from landrelease import cli


@pytest.fixture
def told(capsys):
    """Run a command and return its JSON, or its output and errors."""

    def asked(*arguments, code=0, as_json=True):
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main(["sample", *(str(each) for each in arguments), *(["--json"] if as_json else [])])
        assert (ended.value.code or 0) == code
        out, err = capsys.readouterr()
        return json.loads(out) if as_json and out.startswith("{") else out + err

    return asked


@pytest.fixture
def field(tmp_path):
    path = tmp_path / "field.geojson"
    gpd.GeoDataFrame(geometry=[FIELD], crs=4326).to_file(path)
    return path


def test_design_draw_verdict(told, field, tmp_path):
    """The whole way: a design for the field, its units on file, and three ends of the inspection."""
    design, units = tmp_path / "design.json", tmp_path / "units.gpkg"
    drawn = told("draw", "--polygon", field, "--unit-m2", 400, "--random", 1)
    made = told("design", "--units", drawn["units"], "--trial", "59/60", "--save", design, "--out", tmp_path / "oc.svg")
    assert made["attained"] >= 0.95
    assert (tmp_path / "oc.svg").read_bytes().startswith(b"<?xml")
    drawn = told("draw", "--polygon", field, "--unit-m2", 400, "--random", made["sample"], "--out", units)
    assert len(gpd.read_file(units)) == made["sample"] == len(drawn["drawn"])
    inspected = ("verdict", design, "--inspected", made["sample"])
    assert told(*inspected, "--seeds", 3, "--seeds-found", 3)["outcome"] == "accepted"
    assert told(*inspected, "--items", 1, code=1)["outcome"] == "rejected"
    assert told(*inspected, "--seeds", 3, "--seeds-found", 2, code=1)["outcome"] == "failed"
    assert told("verdict", design, "--inspected", 5, code=1)["outcome"] == "incomplete"


def test_the_published_example(told):
    assert told("design", "--units", 23_029, "--confidence", 0.99)["sample"] == 454
    made = told("remaining", "--most-items", 50, "--confidence", 0.99, "--prior-most", 20, "--prior-probability", 0.75,
                "--site-m2", 952.375, "--unit-m2", 300 * 6 / 43_560)  # fmt: skip
    assert made["transects"] == 84
    assert made["share"] == pytest.approx(0.00360991, abs=5e-9)


@pytest.mark.parametrize(
    ("options", "key", "value"),
    [
        (("--method", "presumptively-clean", "--area-m2", 1e6, "--unit-m2", 1_000, "--width-m", 2), "transects", 1_290),
        (("--method", "discovery", "--units", 1_000, "--bad-share", 0.01), "sample", 258),
        (("--method", "combined", "--units", 1_000, "--targeted", 100), "sample", 238),
        (("--area-m2", 25_000, "--form", "exact"), "sample", 238),
    ],
)
def test_every_method(told, options, key, value):
    assert told("design", *options)[key] == value


def test_words_for_people(told):
    said = told("design", "--units", 1_000, "--chance", 0.9, "--design-effect", 3, as_json=False)
    for word in ("Operating characteristic", "lying together", "drawn at random", "0.900, taken as known"):
        assert word in said
    assert "Presumed free of items" in told("design", "--method", "presumptively-clean", "--units", 500, as_json=False)


def test_seeds(told):
    assert told("seeds", "--wanted", 0.9, "--units", 1_000, "--sample", 200)["seeds"] == 29
    assert told("seeds", "--placed", 16, "--found", 16)["low"] == pytest.approx(0.8293, abs=5e-5)
    assert told("seeds", "--placed", 16, "--found", 15, code=1)["findings"][0]["code"] == "LR5042"
    assert "LR5042" in told("seeds", "--placed", 16, "--found", 15, code=1, as_json=False)


def test_targets_by_polygon(told, field, tmp_path):
    half = tmp_path / "half.geojson"
    gpd.GeoDataFrame(geometry=[shapely.box(36, 48, 36.002, 48.002)], crs=4326).to_file(half)
    drawn = told("draw", "--polygon", field, "--unit-m2", 2_500, "--random", 3, "--targets", half)
    assert drawn["targeted"] == pytest.approx(drawn["units"] / 2, abs=3)
    gpd.GeoDataFrame(geometry=[shapely.box(1, 1, 2, 2)], crs=4326).to_file(half)
    assert "LR5051" in told("draw", "--polygon", field, "--targets", half, code=1)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("design", "--units", 100, "--confidence", 1), "LR5001"),
        (("design", "--units", 100, "--confidence", 0), "LR5001"),
        (("design", "--units", 0), "LR5001"),
        (("design", "--units", 100, "--method", "guess"), "LR5001"),
        (("design", "--units", 100, "--form", "guess"), "LR5001"),
        (("design", "--units", 100, "--method", "combined", "--targeted", 101), "LR5040"),
        (("design", "--units", 50, "--chance", 0.5), "LR5041"),
        (("seeds", "--placed", 3, "--found", 4), "LR5049"),
        (("verdict", "nowhere.json", "--inspected", 3), "LR0002"),
    ],
)
def test_refused_with_the_reason_and_nothing_written(told, tmp_path, monkeypatch, arguments, code):
    monkeypatch.chdir(tmp_path)
    more = ("--out", "x.svg", "--save", "x.json") if arguments[0] == "design" else ()
    assert code in told(*arguments, *more, code=1)
    assert not list(tmp_path.iterdir())


def test_a_sample_larger_than_the_lot(told, field, tmp_path):
    out = tmp_path / "units.gpkg"
    assert "LR5040" in told("draw", "--polygon", field, "--unit-m2", 2_500, "--random", 1_000, "--out", out, code=1)
    assert not out.exists()


def test_a_file_that_is_no_design(told, tmp_path):
    (tmp_path / "x.json").write_text("{}")
    assert "LR5048" in told("verdict", tmp_path / "x.json", "--inspected", 3, code=1)


@pytest.mark.parametrize(
    "arguments",
    [
        ("design",), ("design", "--units", 5, "--area-m2", 5), ("design", "--units", 5, "--trial", "many"),
        ("design", "--units", 5, "--trial", "3/4", "--chance", 0.5), ("seeds", "--placed", 3),
        ("remaining", "--most-items", 5, "--prior-most", 2),
    ],
)  # fmt: skip
def test_options_that_belong_together(told, arguments):
    assert told(*arguments, code=2)
