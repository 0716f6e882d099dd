"""Checkpoints, witnesses and proofs on the command line, from one office to another and to a land user."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from landrelease.cli import main
from landrelease.record.entry import Statement
from landrelease.record.ledger import Ledger
from landrelease.record.workspace import LEDGER, Workspace

PASSPHRASE = "correct horse battery"
VERIFIER = Path(__file__).parents[3] / "verifier" / "verify_landrelease.py"


@pytest.fixture
def command(capsys, monkeypatch, tmp_path):
    """Run a command; return its exit code and what it printed."""
    monkeypatch.setenv("LANDRELEASE_PASSPHRASE", PASSPHRASE)
    monkeypatch.chdir(tmp_path)

    def command(*arguments) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as left:
            printed = capsys.readouterr()
            return int(left.code or 0), printed.out, printed.err
        raise AssertionError("the command line always exits")

    return command


@pytest.fixture
def offices(tmp_path, command) -> str:
    """A centre and a donor, each with a key; returns the hash of a statement of the centre."""
    for name in ("centre", "donor"):
        Workspace.create(tmp_path / name, passphrase=PASSPHRASE).close()
    with Workspace.open(tmp_path / "centre", passphrase=PASSPHRASE) as centre:
        body = {"name": "Operator One"}
        return centre.ledger.append([Statement("organisation", "op:1", body, "2026-01-01", "person:a", "op:1")])[0].hash


def keys_of(command, workspace) -> list[str]:
    """Verifier keys of a workspace: of its log, of it as a witness."""
    return json.loads(command("checkpoint", "show", workspace, "--json")[1])["keys"]


def test_from_checkpoint_to_verdict(command, offices, tmp_path):
    assert command("checkpoint", "make", "centre", "--out", "note")[0] == 0
    assert command("checkpoint", "request", "centre", "--out", "request")[0] == 0
    log_key, donor_key = keys_of(command, "centre")[0], keys_of(command, "donor")[1]
    assert command("checkpoint", "cosign", "donor", "request", "--key", log_key, "--out", "line")[0] == 0
    assert command("checkpoint", "add", "centre", "line", "--key", donor_key)[0] == 0
    assert command("prove", "centre", offices[:12], "--key", donor_key, "--out", "proof")[0] == 0
    code, verdict, _errors = command("verify", "proof", "--key", log_key, "--key", donor_key)
    assert code == 0
    assert verdict.startswith("The proof holds.\n\nProven:\n- Statement " + offices)
    alone = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), "proof", log_key, donor_key],
        capture_output=True, encoding="utf-8", check=False, cwd=tmp_path,
    )  # fmt: skip
    assert (alone.returncode, alone.stdout) == (0, verdict)


def test_a_changed_proof_exits_with_one(command, offices, tmp_path):
    assert command("prove", "centre", offices, "--out", "proof")[0] == 0
    proof = tmp_path / "proof"
    proof.write_bytes(proof.read_bytes().replace(b"received 2", b"received 3"))
    code, verdict, _errors = command("verify", "proof")
    assert (code, verdict.splitlines()[0]) == (1, "The proof does not hold.")
    code, printed, _errors = command("verify", "proof", "--json")
    assert (code, json.loads(printed)["ok"]) == (1, False)


def test_a_proof_that_is_covered_needs_no_key(command, offices, monkeypatch):
    command("checkpoint", "make", "centre")
    monkeypatch.delenv("LANDRELEASE_PASSPHRASE")
    code, proof, _errors = command("prove", "centre", offices)
    assert code == 0
    assert proof.startswith("landrelease proof v1\n")


def test_a_checkpoint_is_printed_as_it_was_made(command, offices):
    note = command("checkpoint", "make", "centre")[1]
    assert command("checkpoint", "show", "centre", "--size", 3)[1] == note
    listed = command("checkpoint", "show", "centre")[1]
    assert "landrelease/" in listed
    shown = json.loads(command("checkpoint", "show", "centre", "--json")[1])
    assert [(row["entries"], row["signatures"]) for row in shown["checkpoints"]] == [(3, 1)]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("checkpoint", "show", "centre", "--size", "99"), "LR1095"),
        (("checkpoint", "request", "donor"), "LR1095"),
        (("checkpoint", "cosign", "donor", "nothing"), "LR0002"),
        (("checkpoint", "cosign", "donor", "junk"), "LR1088"),
        (("checkpoint", "cosign", "donor", "junk", "--key", "x"), "LR1094"),
        (("prove", "centre", "abc"), "LR1015"),
        (("prove", "centre", "0" * 64), "LR1015"),
        (("verify", "nothing"), "LR0002"),
        (("verify", "junk", "--key", "x"), "LR1094"),
    ],
)
def test_refusals(command, offices, tmp_path, arguments, code):
    (tmp_path / "junk").write_bytes(b"\xff junk")
    left, _printed, errors = command(*arguments)
    assert left == 1
    assert code in errors


def test_the_donor_refuses_a_second_history_and_records_it(command, offices, tmp_path):
    """The centre is put back to a copy and goes on from there with other statements."""
    copy = (tmp_path / "centre" / LEDGER).read_bytes()
    key = keys_of(command, "centre")[0]
    grow(tmp_path, "true", 3)
    command("checkpoint", "make", "centre")
    command("checkpoint", "request", "centre", "--out", "request")
    assert command("checkpoint", "cosign", "donor", "request", "--key", key)[0] == 0
    (tmp_path / "centre" / LEDGER).write_bytes(copy)
    grow(tmp_path, "false", 5)
    command("checkpoint", "make", "centre")
    command("checkpoint", "request", "centre", "--old", 6, "--out", "request")
    left, _printed, errors = command("checkpoint", "cosign", "donor", "request", "--key", key)
    assert left == 1
    assert "LR1090" in errors
    with Ledger.open(tmp_path / "donor" / LEDGER) as ledger:
        (incident,) = [logged.entry for logged in ledger.log(kind="incident")]
    assert incident.body["kind"] == "log_inconsistent"


def grow(folder: Path, name: str, entries: int) -> None:
    with Workspace.open(folder / "centre", passphrase=PASSPHRASE) as centre:
        centre.ledger.append(
            [
                Statement("organisation", f"{name}:{number}", {"name": name}, "2026-01-01", "person:a", "op:1")
                for number in range(entries)
            ]
        )
