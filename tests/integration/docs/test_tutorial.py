"""The tutorial does what it says: its files are written, its commands are run, its outputs appear."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

from landrelease import cli, terminal

PAGE = Path(__file__).parents[3] / "docs" / "tutorials" / "first-map.md"
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
    assert program == "landrelease"
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    captured = capsys.readouterr()
    text = re.sub(r"[│┃|╭╰─━┏┓┗┛┡┩├┤┼┴┬]+", " ", captured.out + captured.err)
    return " ".join(text.split()), int(ended.value.code or 0)


def test_the_tutorial_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(terminal.out, "width", 300, raising=False)
    ran = 0
    for language, title, block in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if title:
            Path(title).write_text(block, encoding="utf-8")
        if language == "console":
            for step in steps(block):
                output, code = run(step.command, capsys)
                assert code == step.exit_code, (step.command, output)
                assert [text for text in step.expected if text not in output] == [], (step.command, output)
                ran += 1
    assert ran >= 11
    for name in ("map.html", "balance.csv", "land.gpkg", "hazard.tif", "plan.xlsx", "report.pdf"):
        assert (tmp_path / "results" / name).stat().st_size > 0, name
