"""Decision, signature, certificate in each language, proof, the stand-alone verifier; and what each refuses."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.integration.release.test_commands import AREA, SIGNER, decide, office, run  # noqa: F401

from landrelease.report.document import CERTIFICATE_LANGUAGES

LANGUAGES = [word for code in CERTIFICATE_LANGUAGES for word in ("--language", code)]


@pytest.fixture
def given(office, tmp_path, capsys):  # noqa: F811
    """A decision with its certificate in four languages and its proof."""
    decide(office)
    capsys.readouterr()
    run("certificate", office, AREA, tmp_path / "paper" / "land.pdf", *LANGUAGES, "--json")
    return json.loads(capsys.readouterr().out), tmp_path / "paper"


def verifier(folder, proof, *keys):
    """Run the stand-alone program as a stranger does: another process, without this package."""
    command = [sys.executable, "-I", str(folder / "verify_landrelease.py"), str(proof), *keys]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def key_of(folder):
    """Verifier key of the log, as the proof names it first."""
    lines = (folder / "land.proof.txt").read_text(encoding="utf-8").splitlines()
    return next(line.removeprefix("key ") for line in lines if line.startswith("key "))


def test_each_language_has_its_document_and_the_proof_holds(given):
    said, folder = given
    assert said["signed"] is True
    assert set(said["files"]) == {
        *(f"land-{code}.pdf" for code in CERTIFICATE_LANGUAGES), "land.proof.txt", "verify_landrelease.py",
    }  # fmt: skip
    assert all(Path(path).stat().st_size > 1_000 for path in said["files"].values())
    checked = verifier(folder, folder / "land.proof.txt", key_of(folder))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "The proof holds." in checked.stdout
    assert said["decision"] in checked.stdout
    assert "signed as person:director" in checked.stdout
    assert "That the ground is safe" in checked.stdout.partition("Not proven")[2]


def test_the_library_says_the_same(given, capsys):
    _said, folder = given
    run("verify", folder / "land.proof.txt", "--key", key_of(folder))
    assert capsys.readouterr().out == verifier(folder, folder / "land.proof.txt", key_of(folder)).stdout


@pytest.mark.parametrize("where", [0.02, 0.2, 0.4, 0.6, 0.8, 0.97])
def test_a_change_of_one_byte_of_the_proof_is_refused(given, where):
    _said, folder = given
    content = bytearray((folder / "land.proof.txt").read_bytes())
    place = int(where * len(content))
    content[place] ^= 1
    (folder / "changed.txt").write_bytes(bytes(content))
    assert verifier(folder, folder / "changed.txt", key_of(folder)).returncode != 0


@pytest.mark.parametrize("where", [0.1, 0.5, 0.9])
def test_a_change_of_one_byte_of_the_entry_is_refused(given, where):
    _said, folder = given
    first, entry, *rest = (folder / "land.proof.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    content = bytearray(base64.b64decode(entry.removeprefix("entry ")))
    content[int(where * len(content))] ^= 1
    entry = f"entry {base64.b64encode(bytes(content)).decode()}\n"
    (folder / "changed.txt").write_text("".join([first, entry, *rest]), encoding="utf-8", newline="\n")
    assert verifier(folder, folder / "changed.txt", key_of(folder)).returncode != 0


def test_without_a_decision_nothing_is_written(office, tmp_path, capsys):  # noqa: F811
    run("certificate", office, AREA, tmp_path / "land.pdf", code=1)
    assert "LR7014" in capsys.readouterr().err
    assert not (tmp_path / "land.pdf").exists()


def test_an_unknown_language_is_refused_before_anything_is_written(office, tmp_path, capsys):  # noqa: F811
    decide(office)
    run("certificate", office, AREA, tmp_path / "land.pdf", "--language", "en", "--language", "xx", code=1)
    assert "LR7040" in capsys.readouterr().err
    assert list(tmp_path.glob("land*")) == []


def test_reopened_land_has_no_certificate(office, tmp_path, capsys):  # noqa: F811
    from tests.integration.release.test_commands import report

    decide(office)
    item = report(office, "ordnance.item", {"ordnance": "mine_ap", "area": AREA}, "2026-08-01")
    run("release", "reopen", office, AREA, *SIGNER, "--key", office.parent / "director.key", "--day", "2026-08-02",
        "--cite", item[:12], "--reason", "a mine was found")  # fmt: skip
    run("certificate", office, AREA, tmp_path / "land.pdf", code=1)
    assert "LR7011" in capsys.readouterr().err
    assert not (tmp_path / "land.pdf").exists()
