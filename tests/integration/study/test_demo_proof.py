"""The demo hands out a proof: signed record, checkpoint, proof, verifier, and what is printed about them."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from landrelease import cli
from landrelease.demo import DEMO_PASSPHRASE, provable, run_demo
from landrelease.errors import LandreleaseError
from landrelease.record.proofs.checkpoint import kept_checkpoints, make_checkpoint
from landrelease.record.proofs.verdict import verify_proof
from landrelease.record.workspace import Workspace
from landrelease.report import proof_folder
from landrelease.report.document import CERTIFICATE_LANGUAGES
from landrelease.study import register_of

SCENARIO = "company-24"
VERIFIER = Path(__file__).parents[3] / "verifier" / "verify_landrelease.py"


def run(*arguments, code=0):
    with pytest.raises(SystemExit) as ended:
        cli.main([str(argument) for argument in arguments])
    assert (ended.value.code or 0) == code


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "results"


@pytest.fixture(scope="module")
def result(out):
    """A demo of the small scenario."""
    return run_demo(out, SCENARIO, 1)


def words(command):
    return shlex.split(command)


def started(command, folder, **options):
    return subprocess.run(words(command), cwd=folder, capture_output=True, encoding="utf-8", check=False, **options)


def test_only_the_record_that_is_shown_is_signed(out, result):
    with Workspace.open(result.workspace) as shown, Workspace.open(out / "workspaces" / "sweep") as other:
        assert all(line.signature for line in shown.ledger.store.lines())
        assert not any(line.signature for line in other.ledger.store.lines())
        assert (shown.ledger.root is None, other.ledger.root is None) == (False, True)


def test_the_certificate_lies_beside_the_proof_in_each_language(out, result):
    assert result.proof.entry.kind == "release.decision"
    for code in CERTIFICATE_LANGUAGES:
        assert (out / "study" / f"certificate-{code}.pdf").read_bytes().startswith(b"%PDF-")
        assert f"certificate-{code}.pdf" in result.files
    assert any("signed as" in line for line in result.proof.verdict.proven)


def test_the_checkpoint_stands_for_the_whole_log(result):
    with Workspace.open(result.workspace) as workspace:
        assert [one.checkpoint.size for one in kept_checkpoints(workspace.ledger)] == [len(workspace.ledger)]


def test_the_passphrase_is_written_in_the_folder_and_is_the_key_s(out, result):
    assert f"\n    {DEMO_PASSPHRASE}\n" in (out / "README.txt").read_text(encoding="utf-8")
    with Workspace.open(result.workspace, passphrase=DEMO_PASSPHRASE) as workspace:
        assert make_checkpoint(workspace.ledger) == kept_checkpoints(workspace.ledger)[0].note


def test_the_proof_is_of_a_decision_that_released_land_and_still_stands(result):
    entry = result.proof.entry
    with Workspace.open(result.workspace) as workspace:
        decisions = register_of(workspace).entries("release.decision")
    of_the_area = [one for one in decisions if one.body["area"] == entry.body["area"]]
    assert (entry.kind, entry.body["decision"], entry.body["routes"]) == ("release.decision", "release", ["cleared"])
    assert of_the_area[-1].hash == entry.hash


def test_the_proof_holds_under_the_key_of_the_log(result):
    text = result.proof.file.read_text(encoding="utf-8")
    verdict = verify_proof(text, [result.proof.key])
    assert verdict.ok
    assert (verdict, verdict.heading) == (result.proof.verdict, "The proof holds.")
    assert result.proof.entry.hash in verdict.proven[0]


def test_the_verifier_beside_the_proof_is_the_one_of_the_source(result):
    assert result.proof.verifier.read_bytes() == VERIFIER.read_bytes()


def test_the_printed_command_checks_the_proof(result, tmp_path):
    done = started(result.proof.command, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == result.proof.verdict.text()


def test_the_command_of_the_read_me_checks_it_in_its_folder_after_that_was_moved(out, result, tmp_path):
    shutil.copytree(out / "study", tmp_path / "elsewhere")
    command = (out / "README.txt").read_text(encoding="utf-8").splitlines()[-1].strip()
    python, *arguments = words(command)
    assert (command, python) == (result.proof.short_command, "python3")
    done = started(shlex.join([sys.executable, "-I", *arguments]), tmp_path / "elsewhere")
    assert done.stdout == result.proof.verdict.text()


def test_the_figures_are_those_of_an_unsigned_record(out, result, tmp_path, capsys):
    capsys.readouterr()
    run("simulate", tmp_path / "unsigned", "--scenario", SCENARIO, "--policy", "landrelease", "--json")
    unsigned = pd.DataFrame(json.loads(capsys.readouterr().out)).set_index("measure")["landrelease"]
    shown = pd.DataFrame(result.outcomes).set_index("measure")["landrelease"]
    pd.testing.assert_series_equal(unsigned, shown, check_dtype=False)


def test_the_command_says_how_to_check(result, out, monkeypatch, capsys):
    monkeypatch.setattr("landrelease.demo.run_demo", lambda *_: result)
    run("demo", "--out", out)
    said = capsys.readouterr().out
    assert f"{result.proof.file}: release.decision on {result.proof.entry.subject}. The proof holds.\n" in said
    assert f"\n  {result.proof.command}\n" in said
    assert f'"{DEMO_PASSPHRASE}"' in said


def test_machines_get_the_proof_too(result, out, monkeypatch, capsys):
    monkeypatch.setattr("landrelease.demo.run_demo", lambda *_: result)
    capsys.readouterr()
    run("demo", "--out", out, "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["proof"] == {
        "hash": result.proof.entry.hash, "subject": result.proof.entry.subject, "key": result.proof.key, "ok": True,
        "heading": "The proof holds.", "command": result.proof.command,
    }  # fmt: skip
    assert {"proof.txt", "verify_landrelease.py", "README.txt"} <= set(told["files"])


@pytest.fixture
def register(result):
    with Workspace.open(result.workspace) as workspace:
        yield register_of(workspace)


class Only:
    """A register that shows only some statements."""

    def __init__(self, register, wanted):
        self.register, self.wanted = register, wanted

    def entries(self, kind):
        return [entry for entry in self.register.entries(kind) if self.wanted(entry)]


@pytest.mark.parametrize(
    ("wanted", "kind", "routes"),
    [
        (lambda entry: True, "release.decision", ["cleared"]),
        (lambda entry: entry.body.get("routes") != ["cleared"], "release.decision", ["cancelled"]),
        (lambda entry: entry.kind != "release.decision", "clearance.report", None),
        (lambda entry: entry.body.get("decision") == "reopen", None, None),
    ],
    ids=["cleared land first", "else released land", "else a clearance report", "nothing released or cleared"],
)
def test_what_is_proven(register, wanted, kind, routes):
    chosen = provable(Only(register, wanted))
    assert (chosen and chosen.kind) == kind
    assert (chosen.body.get("routes") if chosen else None) == routes


def test_without_release_and_clearance_there_is_no_proof_and_it_is_said(out, result, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("landrelease.demo.provable", lambda register: None)
    run("demo", "--out", tmp_path / "none", "--scenario", SCENARIO)
    assert "Nothing was released or cleared: there is nothing to prove." in capsys.readouterr().out
    assert not (tmp_path / "none" / "study" / "proof.txt").exists()
    assert "proof.txt" not in (tmp_path / "none" / "README.txt").read_text(encoding="utf-8")


def test_a_log_without_a_checkpoint_gives_no_proof(result, tmp_path, register):
    with Workspace.create(tmp_path / "new", passphrase=DEMO_PASSPHRASE) as workspace:
        entry = next(iter(workspace.ledger.log())).entry
        with pytest.raises(LandreleaseError, match="LR1095"):
            proof_folder.give_proof(workspace.ledger, entry, tmp_path / "out")
    assert not (tmp_path / "out").exists()


class Installed:
    """What the package's list of files names in an environment."""

    def __init__(self, *places):
        self.files = [Installed.File(place) for place in places]

    class File:
        def __init__(self, place):
            self.place, self.name = place, place.name

        def locate(self):
            return self.place


def test_without_a_checkout_the_verifier_is_the_one_of_the_wheel(tmp_path, monkeypatch):
    place = tmp_path / "share" / "landrelease" / "verify_landrelease.py"
    monkeypatch.setattr(proof_folder, "_CHECKOUT", tmp_path / "nowhere")
    monkeypatch.setattr(proof_folder, "distribution", lambda _: Installed(tmp_path / "other.py", place))
    assert proof_folder.verifier_file() is None
    place.parent.mkdir(parents=True)
    place.write_text("", encoding="utf-8")
    assert proof_folder.verifier_file() == place


def test_without_any_verifier_the_command_is_that_of_landrelease(result, tmp_path, monkeypatch):
    monkeypatch.setattr(proof_folder, "verifier_file", lambda: None)
    with Workspace.open(result.workspace) as workspace:
        given = proof_folder.give_proof(workspace.ledger, result.proof.entry, tmp_path)
    assert list(given.files) == ["proof.txt"]
    assert words(given.command) == ["landrelease", "verify", str(tmp_path / "proof.txt"), "--key", given.key]
    assert words(given.short_command) == ["landrelease", "verify", "proof.txt", "--key", given.key]


@pytest.mark.skipif(os.name == "nt", reason="quotes as a POSIX shell does")
@pytest.mark.parametrize("text", ["plain", "two words", "it's", "$HOME", "a+b/c="])
def test_a_command_line_is_read_back_as_it_was(text):
    assert words(proof_folder.command_line(["x", text])) == ["x", text]


def test_the_read_me_names_no_place_on_this_machine(out):
    assert not re.search(r"(?m)(^|\s)/", (out / "README.txt").read_text(encoding="utf-8"))
