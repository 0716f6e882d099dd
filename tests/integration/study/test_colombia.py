"""The national record end to end: three imports, two editions, totals as the files state them, findings by row."""

import json
import time
from datetime import UTC, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio

from landrelease import cli

pytestmark = pytest.mark.data


def told(capsys, *arguments):
    """Run a command with --json and return what it says."""
    with pytest.raises(SystemExit) as ended:
        cli.main([*map(str, arguments), "--json"])
    said = capsys.readouterr().out
    assert ended.value.code in (0, None), said
    return json.loads(said)


@pytest.fixture(scope="module")
def colombia(tmp_path_factory, shared_data):
    """Workspace with both editions of the clearance register, victims and events; the moment between editions."""
    workspace = tmp_path_factory.mktemp("colombia") / "record"
    run("init", workspace)
    take(workspace, shared_data / "colombia_clearance" / "desminado_2005_2014_latamdataresources.csv")
    time.sleep(1.1)
    between = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    time.sleep(1.1)
    for name in (
        "colombia_clearance/desminado_v1",
        "colombia_victims/victims_2017-10",
        "colombia_events/events_1990_2019",
    ):
        take(workspace, shared_data / f"{name}.csv")
    return workspace, between


def run(*arguments):
    with pytest.raises(SystemExit) as ended:
        cli.main([*map(str, arguments)])
    assert ended.value.code in (0, None)


def take(workspace, file):
    findings = workspace.parent / f"{file.stem}.findings.csv"
    people = ("--author", "importer", "--reviewer", "second person")
    run("import", workspace, file, *people, "--accept-partial", "--findings", findings)


def figure(status, measure):
    return {row["measure"]: row["total"] for row in status["figures"]}[measure]


def findings(workspace, stem):
    table = pd.read_csv(workspace.parent / f"{stem}.findings.csv")
    return {code: set(rows["row"].dropna().astype(int)) for code, rows in table.groupby("code")}


def test_totals_equal_the_files(colombia, capsys):
    status = told(capsys, "status", colombia[0])
    official = {row["kind"]: row["official"] for row in status["statements"]}
    assert official["accident"] + official["ordnance.item"] + official["evidence"] == 36_527
    assert official["victim"] == 11_498
    assert figure(status, "area_m2") == 6_008_612
    assert figure(status, "devices") == 6_862


def test_between_the_editions_the_older_figures_stand(colombia, capsys):
    workspace, between = colombia
    then = told(capsys, "status", workspace, "--as-of", between)
    now = told(capsys, "status", workspace, "--valid", "2014-12-31")
    #                 MAP    MUSE  AEI
    assert [figure(then, name) for name in ("map", "muse", "aei")] == [3_871, 494, 641]
    assert [figure(now, name) for name in ("map", "muse", "aei")] == [4_519, 483, 3]


def test_findings_name_their_rows(colombia, shared_data):
    workspace = colombia[0]
    events = findings(workspace, "events_1990_2019")
    table = pd.read_csv(shared_data / "colombia_events" / "events_1990_2019.csv")
    assert events["LR2021"] == set(table.index[table["lon"] > 0] + 2)
    clearance = findings(workspace, "desminado_v1")
    table = pd.read_csv(shared_data / "colombia_clearance" / "desminado_v1.csv")
    idle = table[(table["areadespejada"] > 0) & (table["operacionesdespeje"] == 0)]
    assert len(idle) == 280
    assert clearance["LR2035"] == set(idle.index + 2)
    assert len(clearance["LR2034"]) == 769
    victims = findings(workspace, "victims_2017-10")
    people = pd.read_csv(shared_data / "colombia_victims" / "victims_2017-10.csv")
    assert victims["LR2010"] == set(people.index[~people["genero"].isin(["Masculino", "Femenino"])] + 2)


def test_a_repeated_import_adds_nothing(colombia, shared_data, capsys):
    file = shared_data / "colombia_clearance" / "desminado_v1.csv"
    again = told(capsys, "import", colombia[0], file, "--author", "importer", "--reviewer", "second person")
    assert (again["added"], again["replaced"], again["withdrawn"]) == (0, 0, 0)


def test_the_ledger_is_sound(colombia, capsys):
    assert told(capsys, "audit", colombia[0])["findings"] == []


def test_study_gives_map_raster_report_and_no_plan(colombia, tmp_path, capsys):
    made = told(capsys, "study", colombia[0], "--out", tmp_path)
    assert set(made["files"]) == {"balance.csv", "land.gpkg", "hazard.tif", "report.pdf", "map.html"}
    assert {name for name, _kind in pyogrio.list_layers(tmp_path / "land.gpkg")} >= {"land_part", "evidence"}
    assert len(gpd.read_file(tmp_path / "land.gpkg", layer="evidence")) == 36_526
    with rasterio.open(tmp_path / "hazard.tif") as raster:
        assert raster.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert np.nanmax(raster.read(1)) > 0
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
