"""``landrelease audit``: what people and cron see."""

import json

import pytest
from tests.samples.programme import Ticking, report, revocation
from tests.samples.tampering import behind_triggers

from landrelease.cli import main
from landrelease.record.entry import Statement
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import make_checkpoint
from landrelease.record.signing.keys import SigningKey
from landrelease.record.workspace import LEDGER, Workspace

KEY = SigningKey.from_seed(b"\7" * 32)


@pytest.fixture
def workspace(tmp_path):
    """A workspace whose ledger signs since its third entry."""
    path = tmp_path / "w"
    Workspace.create(path, clock=Ticking()).close()
    with Ledger.open(path / LEDGER, Ticking(), signer=KEY) as ledger:
        ledger.introduce()
        ledger.append([report(1), report(2)])
    return path


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as left:
        main(["audit", *map(str, arguments)])
    return left.value.code, capsys.readouterr()


def spoil(workspace):
    behind_triggers(workspace / LEDGER, "UPDATE entry SET content = content || x'20' WHERE seq = 3")


def test_a_sound_record(workspace, capsys):
    code, said = run(capsys, workspace)
    assert code == 0
    assert "4 entries, all sound" in said.out
    assert "Signed: 3, Signatures computed again: 3" in said.out


def test_heads_only_says_on_what_the_rest_relies(workspace, capsys):
    code, said = run(capsys, workspace, "--signatures", "heads")
    assert code == 0
    assert "Signed: 3, Signatures computed again: 1" in said.out
    assert "rest on the chain below" in said.out


def test_quiet_says_nothing_of_a_sound_record(workspace, capsys):
    code, said = run(capsys, workspace, "--quiet")
    assert (code, said.out, said.err) == (0, "", "")


def test_a_changed_entry(workspace, capsys):
    spoil(workspace)
    for options in ([], ["--quiet"]):
        code, said = run(capsys, workspace, *options)
        assert code == 1
        assert "LR1018" in said.err
        assert "First bad entry" in said.out
        assert "Later entries of its node, which its chain no longer vouches for: 1" in said.out
        assert "Subjects concerned: 1: report:1" in said.out
        assert "all sound" not in said.out


def test_warnings_alone_are_no_failure(workspace, capsys):
    with Ledger.open(workspace / LEDGER, Ticking(), signer=KEY) as ledger:
        ledger.append([revocation(KEY.public, from_seq=5)])
    code, said = run(capsys, workspace, "--quiet")
    assert code == 0
    assert "LR1076" in said.err


def test_json_says_it_all(workspace, capsys):
    code, said = run(capsys, workspace, "--json")
    told = json.loads(said.out)
    assert (code, told["intact"], told["entries"], told["signed"], told["dependents"]) == (0, True, 4, 3, None)
    spoil(workspace)
    code, said = run(capsys, workspace, "--json")
    told = json.loads(said.out)
    assert (code, told["intact"], told["errors"], told["first"]["code"]) == (1, False, 1, "LR1018")
    assert (told["dependents"]["index"], told["dependents"]["subjects"]) == (2, ["report:1"])
    assert told["findings"][0]["remedy"]


def test_checkpoints_from_elsewhere(workspace, tmp_path, capsys):
    with Ledger.open(workspace / LEDGER, Ticking(), signer=KEY) as ledger:
        (tmp_path / "note.txt").write_text(make_checkpoint(ledger), encoding="utf-8")
    code, said = run(capsys, workspace, "--checkpoint", tmp_path / "note.txt")
    assert code == 0
    assert "Checkpoints compared: 2" in said.out
    assert "The first 4 entries are those of a signed checkpoint." in said.out
    behind_triggers(
        workspace / LEDGER, "DELETE FROM log WHERE idx = 3", "DELETE FROM entry WHERE seq = 4", "DELETE FROM checkpoint"
    )
    assert run(capsys, workspace)[0] == 0
    code, said = run(capsys, workspace, "--checkpoint", tmp_path / "note.txt")
    assert code == 1
    assert "LR1083" in said.err
    assert "note.txt" in said.err


def test_the_entry_that_a_checkpoint_covers_and_what_cites_it(workspace, capsys):
    with Ledger.open(workspace / LEDGER, Ticking(), signer=KEY) as ledger:
        first = [logged.entry.hash for logged in ledger.log()][2]
        ledger.append([withdrawal_of(first)])
        make_checkpoint(ledger)
    spoil(workspace)
    code, said = run(capsys, workspace)
    assert code == 1
    assert "First checkpoint that covers it" in said.out
    assert "Entries that rest on it" in said.out


def withdrawal_of(entry_hash):
    return Statement("withdrawal", "report:1", {"reason": "typed twice"}, "2026-08-12", "person:amina", "op:1",
                     cites=(entry_hash,))  # fmt: skip


@pytest.mark.parametrize(("content", "code"), [(None, "LR0002"), (b"\xff\xfe", "LR1080"), (b"no note", "LR1080")])
def test_a_checkpoint_file_that_is_none(workspace, tmp_path, capsys, content, code):
    path = tmp_path / "note.txt"
    if content is not None:
        path.write_bytes(content)
    left, said = run(capsys, workspace, "--checkpoint", path)
    assert left == 1
    assert code in said.err + said.out
