"""The tutorials do what they say: their files are written, their commands are run, their outputs appear."""

import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from landrelease import cli, terminal

PAGES = Path(__file__).parents[3] / "docs" / "tutorials"
VERIFIER_KEY = re.compile(r"landrelease/[0-9a-f]{32}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+")
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', flags=re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """A command of the page, what its output must contain, and how it must end."""

    command: str
    expected: tuple[str, ...]
    exit_code: int


def steps(block: str) -> list[Step]:
    """Commands of a console block: lines after ``$``, then fragments of output, then ``[code]`` where it is not 0."""
    found: list[Step] = []
    for chunk in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *output = chunk.strip().splitlines()
        codes = [line for line in output if re.fullmatch(r"\[\d+\]", line)]
        fragments = tuple(" ".join(line.split()) for line in output if line not in codes)
        found.append(Step(command, fragments, int(codes[0][1:-1]) if codes else 0))
    return found


def test_console_blocks_are_read_as_commands_fragments_and_exit_codes():
    block = "$ landrelease a b\nfirst\nsecond   word\n$ landrelease c\n[1]\n"
    assert steps(block) == [Step("landrelease a b", ("first", "second word"), 0), Step("landrelease c", (), 1)]


def run(command: str, capsys) -> tuple[str, int]:
    """Output (tables without their rules) and exit code of a command line."""
    program, *arguments = shlex.split(command)
    if program == "python3":
        done = subprocess.run([sys.executable, "-I", *arguments], capture_output=True, encoding="utf-8", check=False)
        return " ".join((done.stdout + done.stderr).split()), done.returncode
    assert program == "landrelease"
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    captured = capsys.readouterr()
    text = re.sub(r"[│┃|╭╰─━┏┓┗┛┡┩├┤┼┴┬]+", " ", captured.out + captured.err)
    return " ".join(text.split()), int(ended.value.code or 0)


@pytest.fixture
def follow(tmp_path, monkeypatch, capsys):
    """Do what a page says, in an empty folder; gives the number of commands.

    ``KEY`` in a command is the first verifier key that was printed, as the reader is told to put it there.
    """

    def followed(page: str) -> int:
        ran, key = 0, "KEY"
        for language, title, block in BLOCK.findall((PAGES / page).read_text(encoding="utf-8")):
            if title:
                Path(title).write_text(block, encoding="utf-8")
            for step in steps(block) if language == "console" else ():
                output, code = run(re.sub(r"\bKEY\b", key, step.command), capsys)
                assert code == step.exit_code, (step.command, output)
                assert [text for text in step.expected if text not in output] == [], (step.command, output)
                if "checkpoint show" in step.command:
                    key = VERIFIER_KEY.findall(output)[0]
                ran += 1
        return ran

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(terminal.out, "width", 300, raising=False)
    return followed


def test_the_first_map(follow, tmp_path):
    assert follow("first-map.md") >= 11
    for name in ("map.html", "balance.csv", "land.gpkg", "hazard.tif", "plan.xlsx", "report.pdf"):
        assert (tmp_path / "results" / name).stat().st_size > 0, name


def test_prove_it_in_under_ten_commands(follow, tmp_path):
    assert follow("prove-it.md") == 9
    honest, changed = (tmp_path / "demo-output" / "study" / name for name in ("proof.txt", "changed.txt"))
    differing = [
        (one, other)
        for one, other in zip(
            honest.read_text("utf-8").splitlines(), changed.read_text("utf-8").splitlines(), strict=True
        )
        if one != other
    ]
    assert [one.split()[0] for pair in differing for one in pair] == ["entry", "entry"]


def test_a_hazard_map_from_any_table(follow, tmp_path):
    assert follow("../how-to/hazard-from-a-table.md") == 4
    for name in ("map.html", "hazard.tif", "hazard.png", "table.csv", "reliability.png", "report.pdf"):
        assert (tmp_path / "map" / name).stat().st_size > 0, name
    assert (tmp_path / "judged" / "reliability.png").stat().st_size > 0
    assert not (tmp_path / "wrong").exists()


def test_a_claim_is_audited(follow, tmp_path):
    shutil.copy(PAGES.parents[1] / "examples" / "claims" / "deployment-2025.toml", tmp_path)
    assert follow("audit-a-claim.md") == 8
    assert (tmp_path / "timeline.svg").stat().st_size > 0


def test_a_transect_survey(follow, tmp_path):
    assert follow("../how-to/survey-design.md") == 11
    for name in ("sheet/transects.pdf", "sheet/transects.gpx", "sheet/transects.gpkg", "density/density.tif"):
        assert (tmp_path / name).stat().st_size > 0, name
    assert not (tmp_path / "transects").exists()


def test_every_tutorial_is_followed():
    assert {page.name for page in PAGES.glob("*.md")} == {"first-map.md", "prove-it.md", "audit-a-claim.md"}
