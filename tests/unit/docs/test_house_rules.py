"""The house rules that a machine can check, on every tracked source."""

import ast
import functools
import re
import statistics
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
PYTHON = [path for folder in ("src", "tests", "tools", "benchmarks") for path in sorted((ROOT / folder).rglob("*.py"))]
LONGEST_MODULE = 600
EXCUSE = "longer than the house allows"
MEDIAN_MODULE = 180
LONGEST_FUNCTION = 80
LONG_FUNCTION_AT_90_PERCENT = 40


def tracked() -> list[Path]:
    """Text files that git tracks, or all files where this is no checkout."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
        paths = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [
            path for path in ROOT.rglob("*") if path.is_file() and not any(part.startswith(".") for part in path.parts)
        ]
    binary = {".png", ".jpg", ".mo", ".gpkg", ".kmz", ".xlsx", ".tif", ".zip"}
    return [path for path in paths if path.suffix not in binary and path.exists()]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """Syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def functions(path: Path) -> list[tuple[str, int, int]]:
    """Name, first line and length in lines, without decorators, of every function of a module."""
    nodes = ast.walk(tree_of(path))
    found = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [(node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1) for node in found]


def test_the_length_of_a_function_is_counted_without_decorators(tmp_path):
    source = tmp_path / "sample.py"
    source.write_text("@cache\n@other\ndef f():\n    '''Doc.'''\n    return 1\n\nclass A:\n    def g(self): return 2\n")
    assert functions(source) == [("f", 3, 3), ("g", 8, 1)]


def test_no_module_is_too_long_without_saying_why():
    texts = {name_of(path): path.read_text(encoding="utf-8") for path in PYTHON}
    long = {name: len(text.splitlines()) for name, text in texts.items() if len(text.splitlines()) > LONGEST_MODULE}
    assert {name: length for name, length in long.items() if EXCUSE not in texts[name][:2000]} == {}


def test_modules_are_short():
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES if path.name != "__init__.py"]
    assert statistics.median(lengths) <= MEDIAN_MODULE


def test_no_function_is_too_long():
    long = [
        f"{name_of(path)}:{line} {name}, {length} lines"
        for path in SOURCES
        for name, line, length in functions(path)
        if length > LONGEST_FUNCTION
    ]
    assert long == []


def test_functions_are_short():
    lengths = [length for path in SOURCES for _, _, length in functions(path)]
    assert statistics.quantiles(lengths, n=10)[-1] <= LONG_FUNCTION_AT_90_PERCENT
    assert statistics.median(lengths) <= 12


@functools.cache
def calls(path: Path) -> list[tuple[str, int]]:
    """Name and line of every call of a plain name."""
    found = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    return [(node.func.id, node.lineno) for node in found if isinstance(node.func, ast.Name)]


def calls_of(path: Path, name: str) -> list[int]:
    return [line for called, line in calls(path) if called == name]


def test_only_the_command_line_prints():
    printing = {name_of(path): calls_of(path, "print") for path in SOURCES}
    assert {name: lines for name, lines in printing.items() if lines} == {}


def test_nothing_is_run_from_text():
    for name in ("eval", "exec"):
        assert [name_of(path) for path in SOURCES if calls_of(path, name)] == []


def test_every_module_and_public_function_says_what_it_is():
    bare = []
    for path in SOURCES:
        tree = tree_of(path)
        bare += [name_of(path)] if not ast.get_docstring(tree) else []
        public = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")]
        bare += [f"{name_of(path)}:{node.lineno} {node.name}" for node in public if not ast.get_docstring(node)]
    assert bare == []


MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home|Users|tmp/lr)/")
OUTSIDE_HOST = re.compile(r"https?://([\w.-]+)")
INDEX_ADDRESS = re.compile(r"--(?:extra-)?index-url|--trusted-host|files\.python|pypi\.org/simple")
NAMES_NOT_ADDRESSES = {
    "www.opengis.net",  # XML name space of KML
    "www.topografix.com",  # XML name space of GPX
    "www.w3.org",  # XML and SVG name spaces
    "www.apache.org",  # in the licence's own text
    "schemas.opengis.net",
    "json-schema.org",
    "127.0.0.1",
    "localhost",
}
"""Hosts that stand in a file as the name of something; nothing is fetched from them."""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("data in /wo" + "rk/shared", True),
        ("/ho" + "me/someone/x", True),
        ("./work/x and docs/root/y", False),
        ("https://example.org/home/x", False),
    ],
)
def test_machine_paths_are_recognised(text, found):
    assert bool(MACHINE_PATH.search(text)) is found


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name_of(path)}:{number}: {match[0]}"
        for path in tracked()
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (match := pattern.search(line))
    ]


def test_no_tracked_file_knows_a_machine():
    assert lines_with(MACHINE_PATH) == []


def test_no_tracked_file_names_a_package_index():
    assert lines_with(INDEX_ADDRESS) == []


def test_nothing_that_runs_names_an_outside_host():
    running = {".py", ".toml", ".yml", ".html", ".js", ".css", ".typ", ".svg", ".sh", ".j2", ""}
    named = [
        f"{name_of(path)}:{number}: {host}"
        for path in tracked()
        if path.suffix in running and path != Path(__file__) and path.name != "LICENSE"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for host in OUTSIDE_HOST.findall(line)
        if host not in NAMES_NOT_ADDRESSES and not host.endswith((".example", ".invalid", "example.org"))
    ]
    assert named == []
