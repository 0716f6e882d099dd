"""Claims from the command line: entered, listed, answered, drawn, audited; refusals write nothing."""

import json
from pathlib import Path

import pytest

from landrelease import cli
from landrelease.record.workspace import Workspace

EXAMPLE = Path(__file__).parents[3] / "examples" / "claims" / "deployment-2025.toml"
ONE = ("--subject", "province:north", "--about", "clearance", "--speaker", "ministry", "--said", "2025-03-01",
       "--text", "Much was cleared.")  # fmt: skip


def run(*arguments, code=0):
    with pytest.raises(SystemExit) as ended:
        cli.main([str(argument) for argument in arguments])
    assert (ended.value.code or 0) == code


def told(capsys, *arguments):
    capsys.readouterr()
    run(*arguments, "--json")
    return json.loads(capsys.readouterr().out)


def size(workspace):
    with Workspace.open(workspace) as opened:
        return len(opened.ledger)


@pytest.fixture
def workspace(tmp_path):
    run("init", tmp_path / "centre")
    return tmp_path / "centre"


@pytest.fixture
def entered(workspace):
    run("claim", "add", workspace, "--file", EXAMPLE, "--author", "ana", "--organisation", "centre")
    return workspace


def test_a_claim_without_a_definition_is_refused_with_its_reason(workspace, capsys):
    before = size(workspace)
    run("claim", "add", workspace, *ONE, "--area-ha", "3", code=1)
    assert "LR3300" in (refusal := capsys.readouterr().err)
    assert "not_stated" in refusal
    assert size(workspace) == before


def test_a_file_with_one_claim_without_a_definition_writes_nothing(workspace, tmp_path, capsys):
    text = EXAMPLE.read_text("utf-8").replace('definition = "not_stated"\narea_ha', "area_ha")
    (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
    before = size(workspace)
    run("claim", "add", workspace, "--file", tmp_path / "bad.toml", code=1)
    assert "LR3300" in capsys.readouterr().err
    assert size(workspace) == before


def test_a_missing_and_an_unreadable_file_are_refused(workspace, tmp_path, capsys):
    run("claim", "add", workspace, "--file", tmp_path / "none.toml", code=1)
    assert "LR0002" in capsys.readouterr().err
    (tmp_path / "latin.toml").write_bytes('format = "é"'.encode("latin-1"))
    run("claim", "add", workspace, "--file", tmp_path / "latin.toml", code=1)
    assert "LR3306" in capsys.readouterr().err


def test_one_claim_is_entered_answered_and_listed(workspace, capsys):
    added = told(capsys, "claim", "add", workspace, *ONE, "--definition", "not_stated", "--items", "5",
                 "--interest", "party")["added"]  # fmt: skip
    run("claim", "answer", workspace, added[0][:10], "--verdict", "denied", "--speaker", "operator", "--said",
        "2025-04-02", "--text", "It is not so.", "--link", "a page")  # fmt: skip
    listed = told(capsys, "claim", "list", workspace)
    (claim,) = listed["claims"]
    assert (claim["items"], claim["interest"], claim["answers"][0]["verdict"]) == (5, "party", "denied")
    assert listed["contradictions"] == []


def test_the_list_sets_differing_claims_side_by_side(entered, capsys):
    (found,) = told(capsys, "claim", "list", entered)["contradictions"]
    assert (found["measure"], sorted({side["value"] for side in found["sides"]})) == ("days", ["120", "90"])


def test_the_timeline_says_who_acknowledged_what_when(entered, capsys, tmp_path):
    moments = told(capsys, "claim", "timeline", entered, "--picture", tmp_path / "t.svg")
    first = [(each["said_text"], each["speaker"]) for each in moments if each["first_acknowledgement"]]
    assert [when for when, _who in first] == ["2025-04", "2025-12-13"]
    assert (tmp_path / "t.svg").exists()


def test_the_audit_is_the_same_from_a_subject_and_from_the_claim(entered, capsys):
    made = told(capsys, "claim", "audit", entered, "deployment:engineers-2025")
    assert told(capsys, "claim", "audit", entered, made["claim"][:8]) == made
    assert {one["definition"]: one["possible"] for one in made["definitions"]} == {
        "inspected": True, "searched": True, "reduced": False, "cleared": False, "certified": False,
    }  # fmt: skip


def test_an_audit_can_assume_other_people_and_days(entered, capsys):
    made = told(capsys, "claim", "audit", entered, "deployment:engineers-2025", "--people", "10000", "--days", "100")
    assert next(row["value"] for row in made["rows"] if row["measure"] == "area_a_person_day") == 424
    run("claim", "audit", entered, "deployment:engineers-2025", "--days", "0", code=2)


def test_people_read_tables(entered, capsys):
    for command in (("list",), ("timeline",), ("audit", "deployment:engineers-2025")):
        run("claim", command[0], entered, *command[1:])
    out = capsys.readouterr().out
    assert "Most of the area was probably inspected or searched, not cleared to depth." in out


def test_an_unknown_claim_is_refused(entered, capsys):
    run("claim", "audit", entered, "deployment:unknown", code=1)
    assert "LR3303" in capsys.readouterr().err


def test_what_was_known_earlier_can_be_had_again(entered, capsys):
    assert told(capsys, "claim", "list", entered, "--as-of", "2020-01-01")["claims"] == []
