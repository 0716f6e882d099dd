"""Every command on a small simulated province, as a person and as a machine would call it."""

import itertools
import json
import re
import sqlite3
from datetime import date, timedelta

import geopandas as gpd
import pandas as pd
import pytest

from landrelease import cli
from landrelease.cli.common import PASSPHRASE
from landrelease.demo import DEMO_PASSPHRASE, MARKER
from landrelease.simulate import POLICIES

SCENARIO = "company-24"


def run(*arguments, code=0):
    with pytest.raises(SystemExit) as ended:
        cli.main([str(argument) for argument in arguments])
    assert (ended.value.code or 0) == code


def told(capsys, *arguments, code=0):
    capsys.readouterr()
    run(*arguments, "--json", code=code)
    return json.loads(capsys.readouterr().out)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Folder of a demo of the small scenario."""
    out = tmp_path_factory.mktemp("demo") / "results"
    run("demo", "--out", out, "--scenario", SCENARIO)
    return out


@pytest.fixture
def workspace(demo):
    return demo / "workspaces" / "estimate"


def test_the_demo_compares_policies_on_one_truth(demo):
    table = pd.read_csv(demo / "outcomes.csv").set_index("measure")
    assert list(table.columns) == ["label", *POLICIES]
    for policy in POLICIES:
        routes = table.loc[["cancelled_m2", "reduced_m2", "cleared_m2"], policy].sum()
        assert routes == pytest.approx(table.loc["released_m2", policy])
    for name in ("balance.csv", "land.gpkg", "hazard.tif", "plan.xlsx", "report.pdf", "map.html"):
        assert (demo / "study" / name).stat().st_size > 0, name


def test_the_balance_of_the_demo_closes(demo):
    lines = pd.read_csv(demo / "study" / "balance.csv")
    gained = lines[["opening_m2", "new_m2", "expansion_m2", "correction_m2", "reopened_m2"]].sum(axis=1)
    lost = lines[["cancelled_m2", "reduced_m2", "cleared_m2"]].sum(axis=1)
    assert (gained - lost - lines["closing_m2"]).abs().max() < 0.01
    assert set(lines["by"]) == {"area_id", "admin_area", "period"}


def test_the_balance_equals_what_the_simulator_counted(demo):
    """The truth's account and the register's account of the same land agree."""
    outcome = pd.read_csv(demo / "outcomes.csv").set_index("measure")["estimate"]
    parts = gpd.read_file(demo / "study" / "land.gpkg", layer="land_part")
    released = parts[parts["release_status"].isin(["released", "handed_over"])].groupby("route")["area_m2"].sum()
    for route in ("cancelled", "reduced", "cleared"):
        assert released.get(route, 0.0) == pytest.approx(outcome[f"{route}_m2"], rel=0.002, abs=50), route


def test_a_demo_writes_over_a_demo_and_over_nothing_else(demo, tmp_path, capsys):
    assert (demo / MARKER).exists()
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    run("demo", "--out", tmp_path, "--scenario", SCENARIO, code=1)
    assert "LR9004" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_status_by_period_opens_where_the_last_closed(workspace, capsys):
    months = told(capsys, "status", workspace, "--by", "month")["balance"]
    assert len(months) > 1
    for earlier, later in itertools.pairwise(months):
        assert later["opening_m2"] == pytest.approx(earlier["closing_m2"], abs=1e-3)


def test_status_as_of_the_day_before_the_deployment_has_nothing_released(workspace, capsys):
    log = told(capsys, "log", workspace, "--last", "100000", "--kind", "work_day")
    first = min(row["received"] for row in log)[:10]
    eve = (date.fromisoformat(first) - timedelta(days=1)).isoformat()
    before = told(capsys, "status", workspace, "--as-of", eve)["balance"][0]
    now = told(capsys, "status", workspace)["balance"][0]
    assert before["cancelled_m2"] + before["reduced_m2"] + before["cleared_m2"] == 0
    assert now["cancelled_m2"] + now["reduced_m2"] + now["cleared_m2"] > 0


def test_log_lists_the_newest_last(workspace, capsys):
    rows = told(capsys, "log", workspace, "--last", "5")
    assert [row["index"] for row in rows] == sorted(row["index"] for row in rows)
    assert len(rows) == 5


def test_explain_lists_reports_reviews_and_decisions_of_an_area(demo, workspace, capsys):
    parts = gpd.read_file(demo / "study" / "land.gpkg", layer="land_part")
    released = parts.loc[parts["release_status"] == "released", "area_id"].iloc[0]
    lines = told(capsys, "explain", workspace, released)
    assert {"hazard.report", "review", "release.decision"} <= {line["kind"] for line in lines}
    assert all(line["reason"] for line in lines)


def areas(demo, status):
    parts = gpd.read_file(demo / "study" / "land.gpkg", layer="land_part")
    return parts.loc[parts["release_status"] == status, "area_id"]


def test_a_certificate_of_released_land_is_a_pdf(demo, workspace, tmp_path):
    run("certificate", workspace, areas(demo, "released").iloc[0], tmp_path / "certificate.pdf")
    assert (tmp_path / "certificate.pdf").read_bytes().startswith(b"%PDF")


def test_there_is_no_certificate_of_land_that_nobody_released(demo, workspace, tmp_path, capsys):
    only_unresolved = set(areas(demo, "unresolved")) - set(areas(demo, "released"))
    run("certificate", workspace, min(only_unresolved), tmp_path / "certificate.pdf", code=1)
    assert "LR7014" in capsys.readouterr().err
    assert not (tmp_path / "certificate.pdf").exists()


def test_the_gate_names_what_is_unresolved(demo, workspace, capsys):
    run("gate", workspace, areas(demo, "unresolved").iloc[0], code=1)
    assert "LR7001" in capsys.readouterr().err


def test_explain_of_an_unknown_area_says_so(workspace, capsys):
    run("explain", workspace, "area:nowhere", code=1)
    assert "LR9003" in capsys.readouterr().err


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".csv", ".xlsx"])
def test_export_writes_what_the_register_holds(workspace, tmp_path, capsys, ending):
    file = tmp_path / f"parts{ending}"
    run("export", workspace, file)
    assert file.stat().st_size > 0
    if ending in (".gpkg", ".geojson"):
        told_m2 = told(capsys, "status", workspace)["balance"][0]["closing_m2"]
        parts = gpd.read_file(file)
        left = parts[parts["release_status"].isin(["unresolved", "reopened"])]["area_m2"].sum()
        assert left == pytest.approx(told_m2, abs=0.01)


def test_export_of_an_unknown_layer_names_the_layers(workspace, tmp_path, capsys):
    run("export", workspace, tmp_path / "x.csv", "--layer", "roads", code=1)
    said = " ".join(capsys.readouterr().err.split())
    assert "LR9002" in said
    assert "land_part" in said


def test_simulate_fills_a_new_workspace_and_never_an_old_one(tmp_path, capsys):
    outcome = told(capsys, "simulate", tmp_path / "new", "--scenario", SCENARIO, "--policy", "sweep")
    assert {row["measure"] for row in outcome} >= {"released_m2", "items_found"}
    run("simulate", tmp_path / "new", "--scenario", SCENARIO, code=1)
    assert "LR0004" in capsys.readouterr().err


def test_simulate_refuses_a_policy_that_is_not_there(tmp_path, capsys):
    run("simulate", tmp_path / "new", "--scenario", SCENARIO, "--policy", "hope", code=1)
    assert "LR8003" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_recorded_study_is_a_statement_that_cites_the_record(workspace, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv(PASSPHRASE, DEMO_PASSPHRASE)
    told(capsys, "study", workspace, "--out", tmp_path, "--record-as", "analyst")
    estimate = told(capsys, "log", workspace, "--kind", "estimate")
    assert [row["author"] for row in estimate] == ["analyst"]
    assert told(capsys, "audit", workspace)["findings"] == []


def flipped(content):
    """The same bytes with one bit of one letter changed."""
    at = content.index(b'"author":"') + len(b'"author":"')
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def corners(parts):
    return {(str(round(x * 1e6)), str(round(y * 1e6))) for x, y in parts.get_coordinates().to_numpy()}


def test_a_public_map_has_no_corner_of_land_that_is_not_released(workspace, demo, tmp_path, capsys):
    told(capsys, "study", workspace, "--out", tmp_path, "--public")
    parts = gpd.read_file(demo / "study" / "land.gpkg", layer="land_part")
    hidden = parts["release_status"].isin(["unresolved", "reopened"])
    uncleared = corners(parts[hidden]) - corners(parts[~hidden])  # what is released may be drawn, its edge too
    starts = {
        name: set(re.findall(r"\[(-?\d+),(-?\d+)[,\]]", (tmp_path / name).read_text(encoding="utf-8")))
        for name in ("map.html", "map-public.html")
    }
    assert starts["map.html"] & uncleared
    assert not starts["map-public.html"] & uncleared


def test_audit_names_an_edited_entry_and_exits_with_1(demo, tmp_path, capsys):
    source = sqlite3.connect(demo / "workspaces" / "sweep" / "ledger.sqlite")
    run("init", tmp_path / "copy")
    target = sqlite3.connect(tmp_path / "copy" / "ledger.sqlite")
    source.backup(target)
    for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        target.execute(f"DROP TRIGGER {name}")
    (edited,) = target.execute("SELECT hash FROM entry ORDER BY rowid LIMIT 1 OFFSET 40").fetchone()
    (content,) = target.execute("SELECT content FROM entry WHERE hash = ?", (edited,)).fetchone()
    target.execute("UPDATE entry SET content = ? WHERE hash = ?", (flipped(content), edited))
    target.commit()
    target.close()
    source.close()
    name = edited if isinstance(edited, str) else edited.hex()
    findings = told(capsys, "audit", tmp_path / "copy", code=1)["findings"]
    assert any(name[:12] in finding["what"] for finding in findings)


def test_a_folder_that_is_no_workspace_is_refused(tmp_path, capsys):
    run("status", tmp_path, code=1)
    assert "LR0003" in capsys.readouterr().err


def test_a_date_that_is_none_is_refused(workspace, capsys):
    for option in ("--as-of", "--valid"):
        run("status", workspace, option, "yesterday", code=1)
        assert "LR9001" in capsys.readouterr().err
