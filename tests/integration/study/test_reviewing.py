"""Reviewing from the command line: what is pending becomes official by someone else's verdict, and only so."""

import json

import pytest

from landrelease import cli

MAPPING = """
mapping = 1
dataset = "made.up"
kind = "evidence"
key = ["id"]
subject = "evidence:{id}"

[valid.from]
column = "day"

[geometry]
x = "lon"
y = "lat"
crs = "EPSG:4326"

[geometry.bounds]
name = "the sea"
west = -160.0
south = 30.0
east = -150.0
north = 40.0

[constants]
kind = "marking"
grade = "direct"
"""
ROWS = "id;day;lon;lat\n1;2024-01-02;-155.1;37.9\n2;2024-01-03;-155.2;37.8\n"


def run(*arguments, code=0):
    with pytest.raises(SystemExit) as ended:
        cli.main([str(argument) for argument in arguments])
    assert (ended.value.code or 0) == code


def told(capsys, *arguments):
    capsys.readouterr()
    run(*arguments, "--json")
    return json.loads(capsys.readouterr().out)


def standings(capsys, workspace):
    status = told(capsys, "status", workspace)
    return next({**row} for row in status["statements"] if row["kind"] == "evidence")


@pytest.fixture
def workspace(tmp_path):
    (tmp_path / "rows.csv").write_text(ROWS.replace(";", ","), encoding="utf-8")
    (tmp_path / "rows.toml").write_text(MAPPING, encoding="utf-8")
    run("init", tmp_path / "centre")
    run("import", tmp_path / "centre", tmp_path / "rows.csv", "--mapping", tmp_path / "rows.toml", "--author", "ana")
    return tmp_path / "centre"


def test_an_import_without_a_reviewer_is_pending_until_someone_else_accepts_it(workspace, capsys):
    assert standings(capsys, workspace)["pending"] == 2
    source = workspace.parent / "rows.csv"
    run("review", workspace, "--source", source, "--verdict", "accepted", "--reviewer", "ben")
    assert standings(capsys, workspace)["official"] == 2
    assert told(capsys, "review", workspace) == []


def test_one_statement_is_rejected_by_its_hash_with_a_reason(workspace, capsys):
    pending = told(capsys, "review", workspace)
    run("review", workspace, pending[0]["hash"], "--verdict", "rejected", "--reviewer", "ben", "--reason", "no visit")
    now = standings(capsys, workspace)
    assert (now["pending"], now["rejected"]) == (1, 1)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--verdict", "accepted", "--reviewer", "ana"], "LR1029"),
        (["--verdict", "accepted"], "LR9007"),
        (["--verdict", "returned", "--reviewer", "ben"], "LR9007"),
        (["0000000000", "--verdict", "accepted", "--reviewer", "ben"], "LR9008"),
        (["--source", "no-such.csv", "--verdict", "accepted", "--reviewer", "ben"], "LR9006"),
    ],
)
def test_a_review_that_cannot_count_is_refused_and_nothing_is_written(workspace, capsys, options, code):
    before = told(capsys, "log", workspace, "--last", "100")
    run("review", workspace, *options, code=1)
    assert code in capsys.readouterr().err
    assert told(capsys, "log", workspace, "--last", "100") == before


def test_folders_that_cannot_be_written_are_refused_in_the_catalogues_words(workspace, tmp_path, capsys):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for command in (
        ["study", workspace, "--out", tmp_path / "file"],
        ["init", tmp_path / "file" / "centre"],
        ["demo", "--out", tmp_path / "file" / "demo"],
    ):
        run(*command, code=1)
        assert "LR9006" in capsys.readouterr().err, command
