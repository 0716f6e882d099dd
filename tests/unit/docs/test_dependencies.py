"""Every package that we require is explained, pinned and hashed."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def wanted(name: str) -> set[str]:
    """Packages that a requirements file asks for by name."""
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    names = (re.match(r"[A-Za-z0-9_.-]+", line) for line in lines if not line.startswith(("-", "#")))
    return {match[0].lower() for match in names if match}


def pins(name: str) -> dict[str, int]:
    """Number of hashes of each pinned package."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {re.split(r"\[|==", line)[0].lower(): line.count("--hash=sha256:") for line in lines if "==" in line}


@pytest.mark.parametrize("name", ["runtime.in", "development.in"])
def test_every_package_is_in_the_decision_record(name):
    record = (ROOT / "docs" / "decisions" / "0003-dependencies.md").read_text(encoding="utf-8")
    assert {package for package in wanted(name) if not re.search(rf"\b{re.escape(package)}\b", record)} == set()


@pytest.mark.parametrize("name", ["runtime", "development"])
def test_every_package_is_pinned_with_hashes(name):
    assert wanted(f"{name}.in") - set(pins(f"{name}.txt")) == set()
    assert [package for package, hashes in pins(f"{name}.txt").items() if not hashes] == []


def test_development_pins_are_those_of_the_runtime():
    pinned = re.compile(r"^([\w.-]+(?:\[\w+\])?==[\w.]+)", re.M)
    names = ("runtime", "development")
    lines = [set(pinned.findall((ROOT / "requirements" / f"{name}.txt").read_text())) for name in names]
    assert lines[0] - lines[1] == set()


def test_the_package_declares_what_the_runtime_file_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.match(r"[A-Za-z0-9_.-]+", line)[0].lower() for line in project["dependencies"]}
    assert declared == wanted("runtime.in")
