"""What commands show: words for columns, numbers in groups, no text of a source that steers the terminal."""

import io
import json

import pandas as pd
import pytest
from rich.console import Console

from landrelease import terminal
from landrelease.errors import ErrorCode, Finding
from landrelease.i18n import language


@pytest.fixture
def screen(monkeypatch):
    """Both streams as one text."""
    paper = io.StringIO()
    for name in ("out", "err"):
        monkeypatch.setattr(terminal, name, Console(file=paper, width=120))
    return paper


@pytest.fixture
def tty(monkeypatch):
    """An error stream that is a terminal."""
    paper = io.StringIO()
    monkeypatch.setattr(terminal, "err", Console(file=paper, width=120, force_terminal=True))
    return paper


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1_234_567, "1,234,567"),
        (0, "0"),
        (0.0012345, "0.001234"),
        (99.9, "99.9"),
        (1234.5, "1,234"),
        (True, "yes"),
        (None, "unknown"),
        ("A-1", "A-1"),
        ("\x1b[31mred", "\N{REPLACEMENT CHARACTER}[31mred"),
    ],
)
def test_shown(value, expected):
    assert terminal.shown(value) == expected


def test_columns_have_words(screen):
    terminal.print_frame("Balance", pd.DataFrame({"closing_m2": [12.0], "area_id": ["area:1"]}))
    assert "Closing" in screen.getvalue()
    assert "closing_m2" not in screen.getvalue()


def test_columns_are_translated(screen):
    with language("fr"):
        terminal.print_pairs("x", {"rows": 3})
        assert terminal._(terminal.HEADS["rows"]) in screen.getvalue()


def test_a_table_without_rows_says_so(screen):
    terminal.print_rows("Figures", [])
    assert screen.getvalue().strip() == "Figures: none"


def test_text_of_a_source_does_not_steer_the_terminal(screen):
    details = {"path": "\x1b[2J[bold]x.csv"}
    terminal.print_findings([Finding(ErrorCode.FILE_MISSING, details, file="\x07.csv")])
    terminal.print_rows("[red]Rows", [{"name": "[link=x]a[/link]\x1b"}])
    terminal.say("\x9b31m")
    shown = screen.getvalue()
    assert not set(shown) & {"\x1b", "\x07", "\x9b"}
    assert "[bold]x.csv" in shown
    assert "[link=x]a[/link]" in shown


def test_json_takes_findings_frames_and_numpy(capsys):
    frame = pd.DataFrame({"n": [1]})
    terminal.print_json(
        {"finding": Finding(ErrorCode.FILE_MISSING, {"path": "p"}), "frame": frame, "sum": frame["n"].sum()}
    )
    said = json.loads(capsys.readouterr().out)
    assert (said["finding"]["code"], said["frame"], said["sum"]) == ("LR0002", [{"n": 1}], 1)


def steps_inside_steps():
    with terminal.progress_bars() as bars:
        bars.begin("outer", 2)
        bars.begin("inner")
        bars.advance(3)
        bars.end()
        bars.advance(2)
        bars.end()


def test_bars_of_steps_inside_steps_end_full(tty):
    steps_inside_steps()
    assert "3/3" in tty.getvalue()
    assert "2/2" in tty.getvalue()


def test_bars_are_for_terminals_only(screen):
    steps_inside_steps()
    with pytest.raises(ValueError, match="refused"), terminal.progress_bars():
        raise ValueError("refused")
    assert screen.getvalue() == ""
