"""GDAL, QGIS's engine for files and databases, opens the views and the GeoPackage and counts what `status` counts.

The wheels that we install have no PostgreSQL driver; ogr2ogr of Debian's gdal-bin has it and hands the features over.
"""

import json
import subprocess

import numpy as np
import psycopg
import pyogrio
import pyproj
import pytest
from tests.samples import published as sample

from landrelease import cli
from landrelease.exchange.postgis_layers import LAYERS
from landrelease.geo.plane import BEND_M
from landrelease.land.states import ON_HAND
from landrelease.record.stores.postgres_schema import prepare

DATES = {
    "all that is known": (),
    "as of 2020": ("--as-of", "2020-12-31"),
    "before the first report": ("--valid", "2019-02-01"),
    "while the field was being cleared": ("--valid", "2019-07-01"),
    "as of 2020, about 2021": ("--as-of", "2020-12-31", "--valid", "2021-12-31"),
}
VIEWS = {view.name: view.shape.type for layer in LAYERS for view in layer.views}
ELLIPSOID = pyproj.Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    path = tmp_path_factory.mktemp("gdal") / "record"
    with sample.workspace(path) as made:
        sample.continue_in_2021(made)
    return path


@pytest.fixture(scope="module")
def database(postgres_server, _postgis_template):
    dsn = postgres_server.create("gdal", _postgis_template)
    prepare(dsn)
    yield dsn
    postgres_server.drop("gdal")


@pytest.fixture
def published(record, database, capfd, monkeypatch):
    """Publish for dates by the command line; what it says."""
    monkeypatch.setenv("LANDRELEASE_DATABASE", database)
    return lambda *dates: told(capfd, "publish", record, *dates)


@pytest.fixture
def opened(ogr2ogr, database, tmp_path):
    """Open a view with GDAL; the features as a frame."""

    def open_view(view):
        file = tmp_path / f"{view}.gpkg"
        source = f"PG:{database} active_schema=landrelease"
        subprocess.run([ogr2ogr, "-f", "GPKG", file, source, view, "-nln", view], check=True, capture_output=True)
        return pyogrio.read_info(file, layer=view), pyogrio.read_dataframe(file, layer=view)

    return open_view


def told(capfd, *arguments):
    with pytest.raises(SystemExit) as ended:
        cli.main([*map(str, arguments), "--json"])
    said = capfd.readouterr().out
    assert ended.value.code in (0, None), said
    return json.loads(said.strip().splitlines()[-1])


def exported(record, layer, dates, tmp_path):
    file = tmp_path / f"exported-{layer}.gpkg"
    with pytest.raises(SystemExit):
        cli.main(["export", str(record), str(file), "--layer", layer, *dates])
    return pyogrio.read_dataframe(file, layer=layer)


@pytest.mark.parametrize("name", DATES)
def test_views_geopackage_and_status_count_the_same_land(record, published, opened, capfd, tmp_path, name):
    dates = DATES[name]
    published(*dates)
    _, view = opened("land_part")
    file = exported(record, "land_part", dates, tmp_path)
    capfd.readouterr()
    (balance,) = told(capfd, "status", record, *dates)["balance"] or [{}]
    assert len(view) == len(file)
    assert dict(zip(view["part_id"], view["area_m2"], strict=True)) == dict(
        zip(file["part_id"], file["area_m2"], strict=True)
    )
    on_hand = {state.value for state in ON_HAND}
    for frame in (view, file):
        closing = frame.loc[frame["release_status"].isin(on_hand), "area_m2"].sum()
        assert closing == pytest.approx(balance.get("closing_m2", 0), rel=1e-9)
        measured = [ELLIPSOID.geometry_area_perimeter(shape) for shape in frame.geometry]
        # a straight edge of the accounts' plane leaves the geodesic by at most BEND_M
        for stated, (area, perimeter) in zip(frame["area_m2"], measured, strict=True):
            assert abs(abs(area) - stated) <= BEND_M * perimeter


@pytest.mark.parametrize("name", DATES)
def test_by_area_the_view_is_the_balance(record, published, opened, capfd, name):
    dates = DATES[name]
    published(*dates)
    _, view = opened("land_part")
    rows = told(capfd, "status", record, "--by", "area", *dates)["balance"]
    left = view[view["release_status"].isin([state.value for state in ON_HAND])].groupby("area_id")["area_m2"].sum()
    assert set(view["area_id"]) == {row["area_id"] for row in rows}
    for row in rows:
        assert left.get(row["area_id"], 0.0) == pytest.approx(row["closing_m2"], rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("name", ["all that is known", "as of 2020", "before the first report"])
def test_every_view_opens_with_its_type_and_has_the_features_of_the_geopackage(
    record, published, opened, capfd, tmp_path, name
):
    dates = DATES[name]
    published(*dates)
    counted = {row["kind"]: row.get("official", 0) for row in told(capfd, "status", record, *dates)["statements"]}
    for view, kind in VIEWS.items():
        info, features = opened(view)
        assert (info["geometry_type"], info["crs"]) == (kind, "EPSG:4326"), view
        columns = next(layer for layer in LAYERS if view in {each.name for each in layer.views}).all_columns
        assert list(info["fields"]) == ["key", *(column.name for column in columns)], view
        assert features["key"].is_unique
        if view == "evidence_outline":
            continue
        file = exported(record, view, dates, tmp_path)
        assert len(features) == len(file), view
        shared = [column for column in ("entry", "area_id", "report", "kind", "start") if column in file]
        for column in shared:
            assert sorted(features[column].fillna("")) == sorted(file[column].fillna("")), (view, column)
    assert len(opened("task")[1]) == counted.get("task.order", 0)
    assert len(opened("hazardous_area")[1]) == counted.get("hazard.report", 0) - (name == "all that is known")


def test_positions_are_those_of_the_record_to_the_last_digit(record, published, opened, tmp_path):
    published()
    _, view = opened("evidence")
    file = exported(record, "evidence", (), tmp_path)
    points = view[view["kind"] != "minefield_record"].geometry
    from_file = file[file["kind"] != "minefield_record"].geometry
    assert sorted(points.to_wkb()) == sorted(from_file.to_wkb())
    assert np.isfinite(view.total_bounds).all()


def test_a_reader_of_one_organisation_opens_its_rows_only(record, published, opened, database, ogr2ogr, tmp_path):
    published()
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("CREATE ROLE gdal_reader LOGIN IN ROLE landrelease_reader")
        owner.execute("INSERT INTO landrelease.scope VALUES ('gdal_reader', %s, NULL)", [sample.SECOND])
        file = tmp_path / "mine.gpkg"
        source = f"PG:{database} active_schema=landrelease".replace("user=postgres", "user=gdal_reader")
        subprocess.run([ogr2ogr, "-f", "GPKG", file, source, "land_part"], check=True, capture_output=True)
        owner.execute("DELETE FROM landrelease.scope; DROP OWNED BY gdal_reader; DROP ROLE gdal_reader")
    assert set(pyogrio.read_dataframe(file, layer="land_part")["organisation"]) == {sample.SECOND}
    assert len(opened("land_part")[1]) > len(pyogrio.read_dataframe(file, layer="land_part"))


def test_the_command_says_the_number_and_the_root_and_checks(record, published, capfd):
    made = published()
    with pytest.raises(SystemExit):
        cli.main(["publish", str(record)])
    assert f"number {made['number'] + 1}: {made['log_size']} statements, root {made['root']}" in capfd.readouterr().out
    with pytest.raises(SystemExit) as ended:
        cli.main(["publish", str(record), "--check"])
    assert ended.value.code in (0, None)
    assert "What is published is what the record says" in capfd.readouterr().out


def test_without_a_database_the_command_says_how_to_name_one(record, capfd, monkeypatch):
    monkeypatch.delenv("LANDRELEASE_DATABASE", raising=False)
    with pytest.raises(SystemExit) as ended:
        cli.main(["publish", str(record)])
    assert ended.value.code == 1
    assert "LR2076" in "".join(capfd.readouterr())
