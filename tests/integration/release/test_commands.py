"""The commands of release, as an officer types them: effort, decision, handover, reopening, look-back."""

import json

import pytest
from tests.samples.releases import AREA, WEST, Story, point
from tests.samples.signing import DIRECTOR, grant_officer, key

from landrelease.cli import main
from landrelease.record.ledger import Ledger
from landrelease.record.signing.keys import write_key
from landrelease.record.workspace import Workspace

PASSPHRASE = "a passphrase of the test"
SIGNER = ("--signatory", DIRECTOR, "--organisation", "org:authority")


def run(*arguments, code=0):
    ended = 0
    try:
        main([str(argument) for argument in arguments])
    except SystemExit as left:
        ended = left.code or 0
    assert ended == code, arguments


@pytest.fixture
def office(tmp_path, monkeypatch):
    """A signed workspace with the finished field, and an officer's key in force."""
    monkeypatch.setenv("LANDRELEASE_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("LANDRELEASE_OFFICER_PASSPHRASE", PASSPHRASE)
    folder = tmp_path / "centre"
    with Workspace.create(folder, passphrase=PASSPHRASE) as opened:
        story = Story.on(opened.ledger)
        story.finished()
        officer = grant_officer(story, since="2026-06-01")
    write_key(tmp_path / "director.key", officer, PASSPHRASE)
    write_key(tmp_path / "other.key", key(9), PASSPHRASE)
    return folder


def size(office):
    with Ledger.open(office / "ledger.sqlite") as ledger:
        return len(ledger)


def said(capsys):
    return json.loads(capsys.readouterr().out)


def decide(office, *more, key="director.key", code=0):
    run("release", "decide", office, AREA, *SIGNER, "--key", office.parent / key, "--day", "2026-06-20", *more,
        code=code)  # fmt: skip


def report(office, kind, body, day):
    """Say something and have it accepted."""
    with Workspace.open(office, passphrase=PASSPHRASE) as opened:
        return Story.on(opened.ledger).report(kind, body, day, subject="x:1")


def test_the_whole_way(office, capsys):
    run("gate", office, AREA)
    decide(office)
    assert f"{DIRECTOR} has signed" in capsys.readouterr().out
    handing = ("release", "hand-over", office, AREA, *SIGNER, "--key", office.parent / "director.key", "--day",
               "2026-07-01", "--recipient", "village council", "--recipient-kind", "community")  # fmt: skip
    before = size(office)
    run(*handing, code=1)
    assert "LR7030" in capsys.readouterr().err
    assert size(office) == before
    run(*handing, "--residual-risk", "local authority", "--told", "--women", 12, "--men", 9, "--girls", 7, "--boys", 0,
        "--turning-points", 4, "--document", "certificate")  # fmt: skip
    inside = WEST.representative_point()
    item = report(office, "ordnance.item", {"ordnance": "mine_ap", "shape": point(inside.x, inside.y)}, "2026-08-01")
    capsys.readouterr()
    run("release", "proposals", office, "--json")
    (proposal,) = said(capsys)
    assert (proposal["cause"], proposal["area_id"]) == (item, AREA)
    run("release", "reopen", office, AREA, *SIGNER, "--key", office.parent / "director.key", "--day", "2026-08-02",
        "--cite", item[:12], "--reason", "a mine was found", "--part", proposal["part_ids"][0])  # fmt: skip
    assert "look-back" in capsys.readouterr().out
    run("status", office, "--json")
    assert "reopened" in capsys.readouterr().out
    run("release", "look-back", office, item[:12], "--json")
    assert said(capsys) == []
    run("release", "look-back", office, AREA)
    run("release", "look-back", office, AREA, "--out", office.parent / "again.csv")
    assert (office.parent / "again.csv").read_text(encoding="utf-8-sig").startswith("part_id,")


@pytest.mark.parametrize(
    ("more", "error"),
    [
        (("--day", "2026-05-01"), "LR7022"),
        (("--refuse",), "LR7013"),
        (("--part", "part:none"), "LR7011"),
        (("--estimate", "00000000"), "LR1015"),
    ],
)
def test_what_is_refused_writes_nothing(office, capsys, more, error):
    before = size(office)
    decide(office, *more, code=1)
    assert error in capsys.readouterr().err
    assert size(office) == before


def test_a_key_that_is_not_the_officers_is_refused(office, capsys):
    before = size(office)
    decide(office, key="other.key", code=1)
    assert "LR7023" in capsys.readouterr().err
    decide(office, key="none.key", code=1)
    assert "LR0002" in capsys.readouterr().err
    assert size(office) == before


def test_the_gate_says_what_is_missing_and_on_which_statements(office, capsys):
    run("release", "effort", office, AREA, "--done", "sources", "--not-applicable", "depth=surface only", "--day",
        "2026-06-10")  # fmt: skip
    capsys.readouterr()
    run("gate", office, AREA, "--json", code=1)
    (row,) = said(capsys)
    assert (row["criterion"], row["code"], row["advisory"]) == ("effort", "LR7021", False)
    assert "Quality was checked" in row["reason"]
    assert "The depth is justified" not in row["reason"]
    assert len(row["statements"]) == 1
    run("gate", office, AREA, code=1)
    assert row["statements"][0][:12] in capsys.readouterr().err
    run("release", "effort", office, AREA, "--done", "luck", code=1)
    assert "LR7034" in capsys.readouterr().err


def test_a_check_of_released_land_waits_for_its_review(office, capsys):
    decide(office)
    run("release", "check", office, AREA, "new_evidence", "--author", "person:visitor", "--organisation", "org:centre",
        "--used", "--informants", 3, "--day", "2026-09-01")  # fmt: skip
    capsys.readouterr()
    run("release", "proposals", office)
    assert "none" in capsys.readouterr().out
    run("review", office, "--verdict", "accepted", "--reviewer", "person:reviewer", "--organisation", "org:centre")
    capsys.readouterr()
    run("release", "proposals", office)
    assert "New evidence" in capsys.readouterr().out
