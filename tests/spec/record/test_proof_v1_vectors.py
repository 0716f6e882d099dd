"""docs/formats/proof-v1.md: its vectors, for the library and for the stand-alone verifier in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from landrelease.record.proofs.proof import read_proof
from landrelease.record.proofs.verdict import verify_proof

ROOT = Path(__file__).parents[3]
VERIFIER = ROOT / "verifier" / "verify_landrelease.py"
VECTORS = json.loads((ROOT / "docs" / "formats" / "proof-v1.vectors.json").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "formats" / "proof-v1.md").read_text(encoding="utf-8")


def by_why(vector) -> str:
    return vector["why"]


def alone(file: Path, *keys: str) -> subprocess.CompletedProcess[str]:
    """The verifier, isolated: no environment, nothing of landrelease beside it."""
    command = [sys.executable, "-I", str(VERIFIER), str(file), *keys]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=file.parent)


@pytest.mark.parametrize("vector", VECTORS["valid"], ids=by_why)
def test_proofs_that_hold(vector, tmp_path):
    verdict = verify_proof(vector["proof"], vector["trusted"])
    assert verdict.ok
    assert verdict.text() == vector["verdict"]
    assert read_proof(vector["proof"]).text() == vector["proof"]
    (tmp_path / "proof").write_bytes(vector["proof"].encode())
    result = alone(tmp_path / "proof", *vector["trusted"])
    assert (result.returncode, result.stdout, result.stderr) == (0, vector["verdict"], "")


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=by_why)
def test_proofs_that_do_not_hold(vector, tmp_path):
    verdict = verify_proof(vector["proof"], vector["trusted"])
    assert not verdict.ok
    (tmp_path / "proof").write_bytes(vector["proof"].encode())
    result = alone(tmp_path / "proof", *vector["trusted"])
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.startswith("The proof does not hold.\nWhy: ")


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"landrelease proof v1\n" * 50])
def test_files_that_are_no_proof(content, tmp_path):
    if content is not None:
        (tmp_path / "proof").write_bytes(content)
    result = alone(tmp_path / "proof")
    assert (result.returncode, result.stderr) == (1, "")
    assert "The proof does not hold." in result.stdout


def test_without_a_file_it_says_how_it_is_used():
    result = subprocess.run([sys.executable, "-I", str(VERIFIER)], capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 1
    assert "FILE [VERIFIER-KEY ...]" in result.stderr


def test_a_key_that_is_none_proves_nothing(tmp_path):
    (tmp_path / "proof").write_bytes(VECTORS["valid"][0]["proof"].encode())
    assert alone(tmp_path / "proof", "landrelease/north").returncode == 1


def test_it_is_short_and_rests_on_little():
    source = VERIFIER.read_text(encoding="utf-8")
    imported = {line.split()[1].split(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))}
    assert source.count("\n") <= 150
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def test_the_page_shows_the_first_proof():
    first = VECTORS["valid"][0]
    assert first["proof"].strip() in PAGE
    assert first["verdict"].strip() in PAGE
