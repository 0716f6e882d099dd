"""The house as it is written down is the house as it is built and held."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "src" / "landrelease"
PAGE = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
LAYERS = next(contract for contract in LINTER["contracts"] if contract["type"] == "layers")["layers"]
ROOMS = [name for layer in reversed(LAYERS) for name in re.findall(r"landrelease\.(\w+)", layer)]
"""Rooms from the first on which nothing depends up to the faces; the desk is optional."""


def test_every_room_is_in_the_order_of_imports():
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert rooms - {"__init__", "py"} - set(ROOMS) == set()


def test_every_room_of_the_order_exists():
    assert [name for name in ROOMS if name != "desk" and not list(PACKAGE.glob(f"{name}*"))] == []


@pytest.mark.parametrize("page", [PAGE, (ROOT / "docs" / "decisions" / "0006-order-of-rooms.md").read_text("utf-8")])
def test_pages_give_the_order_that_the_linter_holds(page):
    order = re.search(r"`(i18n, [a-z0-9_, \n]+)`", page)
    assert order
    assert re.split(r",\s*", order[1]) == [name for name in ROOMS if name != "desk"]


def test_every_room_with_an_engine_is_forbidden_to_read_and_write():
    held = next(c for c in LINTER["contracts"] if c["name"] == "Engines do no input or output")["source_modules"]
    engines = {"geo", "land", "quality", "claims", "hazard", "survey", "plan", "release", "simulate"}
    assert {name.partition(".")[2] for name in held} == engines


def test_the_desk_alone_may_import_django():
    held = next(c for c in LINTER["contracts"] if c["name"] == "Django only in the desk")["source_modules"]
    assert set(ROOMS) - {name.partition(".")[2] for name in held} - {"desk"} == set()


KEYS = {
    "land": [
        "balance_relative_error",
        "rebuild_equals_incremental",
        "incremental_speedup_vs_geopandas",
        "rebuild_speedup_vs_geopandas",
    ],
    "ledger": [
        "bulk_appends_per_s",
        "single_appends_per_s",
        "fold_100k_s",
        "audit_100k_s",
        "append_ratio_vs_eventsourcing",
    ],
    "hazard": [
        *("km2_for_50", "km2_for_80", "km2_for_90"),
        *("captured_1000", "captured_5000", "captured_10000", "captured_50000"),
    ],
}


@pytest.mark.parametrize("name", KEYS)
class TestBenchmark:
    def test_is_described_with_its_keys_and_method(self, name):
        text = (ROOT / "docs" / "explanation" / "benchmarks.md").read_text(encoding="utf-8")
        assert f"benchmarks.{name}" in text
        assert [key for key in KEYS[name] if key not in text and key.rpartition("_")[0] not in text] == []

    def test_is_a_script_with_a_seed(self, name):
        script = (ROOT / "benchmarks" / f"{name}.py").read_text(encoding="utf-8")
        assert 'if __name__ == "__main__":' in script
        assert "run(" in script


def test_no_benchmark_is_left_out():
    scripts = [path for path in (ROOT / "benchmarks").glob("*.py") if "__main__" in path.read_text(encoding="utf-8")]
    text = (ROOT / "docs" / "explanation" / "benchmarks.md").read_text(encoding="utf-8")
    assert [path.stem for path in scripts if f"benchmarks.{path.stem}" not in text] == []
