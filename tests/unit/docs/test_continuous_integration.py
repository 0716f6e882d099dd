"""``.ci/run``: valid shell, the steps that issue and design ask for, and an honest count at the end."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / ".ci" / "run"
TEXT = SCRIPT.read_text(encoding="utf-8")


def bash(code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHON": "python3", **variables}
    return subprocess.run(["bash", "-euo", "pipefail", "-c", code], capture_output=True, text=True, env=environment)


def function(name: str) -> str:
    """Source of one shell function of the script."""
    match = re.search(rf"^{name}\(\) \{{.*?^\}}$", TEXT, flags=re.DOTALL | re.MULTILINE)
    assert match, name
    return match[0] + "\n"


def test_the_script_is_valid_shell():
    assert subprocess.run(["bash", "-n", str(SCRIPT)], capture_output=True, text=True).stderr == ""


@pytest.mark.parametrize(
    "words",
    [
        "set -euo pipefail",
        "exec </dev/null",
        "chromium gdal-bin postgresql poppler-utils",
        "make check",
        "postgres,browser,data",
        "offline make demo",
        "--require-hashes -r requirements/runtime.txt",
        "--no-deps dist/landrelease-*.whl",
        "installed/bin/landrelease --help",
        "installed/bin/landrelease demo",
        "check_the_proof .venv/bin/python",
        "check_the_proof installed/bin/python",
        "--quick",
    ],
)
def test_the_script_takes_each_step(words):
    assert words in TEXT


@pytest.mark.parametrize(
    ("tests", "failures", "errors", "skipped", "line"),
    [
        (12, 0, 0, 0, "12 passed, 0 failed, 0 skipped"),
        (12, 2, 1, 3, "6 passed, 3 failed, 3 skipped"),
        (0, 0, 0, 0, "0 passed, 0 failed, 0 skipped"),
    ],
)
def test_the_last_line_counts_the_tests(tmp_path, tests, failures, errors, skipped, line):
    report = tmp_path / "junit.xml"
    counts = f'tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
    report.write_text(f"<testsuites><testsuite {counts}/></testsuites>", encoding="utf-8")
    done = bash(function("count_of_tests") + "count_of_tests", REPORT=str(report))
    assert done.stdout.splitlines()[-1] == line


@pytest.mark.parametrize(("succeeds_at", "code", "tries"), [(1, 0, 1), (3, 0, 3), (9, 1, 3)])
def test_a_slow_archive_is_tried_three_times(tmp_path, succeeds_at, code, tries):
    counter = tmp_path / "tries"
    work = f'sleep() {{ :; }}; work() {{ echo x >>"{counter}"; [ "$(wc -l <"{counter}")" -ge {succeeds_at} ]; }}\n'
    assert bash(function("retry") + work + "retry work").returncode == code
    assert len(counter.read_text().splitlines()) == tries


def test_a_failing_step_fails_the_run():
    assert bash(function("offline") + "offline false; echo went on").stdout.endswith("went on\n") is False
