"""The generators of reference pages, on small inputs and on the real sources."""

import pytest
import typer
from tools import generated
from tools.pages import commands, decisions, error_codes, kinds, standards_profile, table, vocabulary

from landrelease import terms
from landrelease.errors import ErrorCode
from landrelease.record.kinds import KINDS

PROFILE = """
[land]
depth_cm = 13            # [M] often cited
fade_out_m = { area = 10, strike = 50 } # [S] somewhere
[rates]
# [P] both guessed
manual_m2_a_deminer = [10, 25, 50]
share = 0.5
"""


def test_tables_escape_bars_and_line_ends():
    assert table(("a", "b"), [("x|y", "1\n2")]) == "| a | b |\n| --- | --- |\n| x\\|y | 1 2 |\n"


@pytest.mark.parametrize(
    ("position", "parameter"),
    [
        (0, ("land", "depth_cm", "13", "cm", "[M] often cited")),
        (1, ("land", "fade_out_m", "area 10; strike 50", "m", "[S] somewhere")),
        (2, ("rates", "manual_m2_a_deminer", "10, 25, 50", "m² a deminer and day", "[P] both guessed")),
        (3, ("rates", "share", "0.5", "of 1", "[P] both guessed")),
    ],
)
def test_a_profile_line_keeps_value_unit_and_source(position, parameter):
    assert standards_profile.parameters(PROFILE)[position] == standards_profile.Parameter(*parameter)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("required_depth_cm", "cm"),
        ("coverage_permille", "‰"),
        ("unit_m2", "m²"),
        ("heat_c", "°C"),
        ("stint_minutes_heat", "minutes"),
        ("minutes_a_day", "minutes a day"),
        ("residual_items_per_hectare", "items a hectare"),
        ("quality_m2_a_team", "m² a team and day"),
        ("per_person_year", "a person-year"),
        ("manual", ""),
        ("cancellation_criteria", ""),
    ],
)
def test_units_are_read_from_the_name(name, unit):
    assert standards_profile.unit_of(name) == unit


def test_every_number_of_the_default_profile_says_where_it_comes_from():
    text = standards_profile.files("landrelease.profile").joinpath("default.toml").read_text(encoding="utf-8")
    marks = tuple(f"[{mark}" for mark in standards_profile.MARKS)
    bare = [
        f"{parameter.section}.{parameter.name}"
        for parameter in standards_profile.parameters(text)
        if parameter.section != "identity" and not any(mark in parameter.comment for mark in marks)
    ]
    assert bare == []


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ({"type": "string"}, "string"),
        ({"type": "integer", "minimum": 0}, "integer, from 0"),
        ({"type": "integer", "minimum": 0, "maximum": 1000}, "integer, from 0 to 1000"),
        ({"type": "integer", "minimum": 0, "description": "m²"}, "integer, m², from 0"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string"),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, "string or integer"),
        ({"type": "array", "items": {"type": "string"}}, "list of string"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "object of integer"),
        ({"enum": ["a", "b"], "type": "string"}, "`a`, `b`"),
        ({"const": "Point", "type": "string"}, "`Point`"),
        ({"$ref": "#/$defs/Sector"}, "[Sector](#sector)"),
        ({"$ref": "#/$defs/LandClass"}, "[LandClass](terms.md#landclass)"),
        ({"$ref": "#/$defs/EvidenceItem"}, "[EvidenceItem](#evidence)"),
    ],
)
def test_a_field_is_described_from_its_schema(field, text):
    assert kinds.type_text(field) == text


def test_every_kind_and_every_field_is_on_its_page():
    page = kinds.page()
    for kind in KINDS.values():
        _, _, section = page.partition(f"### `{kind.name}`\n")
        section = section.partition("\n### ")[0]
        assert section, kind.name
        assert [name for name in kind.body.model_fields if f"| `{name}` |" not in section] == []


def test_every_error_is_on_its_page_with_its_remedy():
    page = error_codes.page()
    assert [error.code for error in ErrorCode if f"| `{error.code}` | {error.severity} |" not in page] == []
    assert sum(len(error_codes.codes_of(digit)) for digit in error_codes.ROOMS) == len(ErrorCode)


def test_every_word_is_on_its_page():
    page = vocabulary.page()
    assert vocabulary.vocabularies()[0] is terms.LandClass
    missing = [
        f"{words.__name__}.{term}"
        for words in vocabulary.vocabularies()
        for term in words
        if f"| `{term.value}` | {term.display} |" not in page
    ]
    assert missing == []


def test_a_command_is_described_as_its_help_describes_it(monkeypatch):
    app = typer.Typer()

    @app.callback()
    def top() -> None:
        """Top."""

    @app.command()
    def add(
        path: str = typer.Argument(help="Where."), count: int = typer.Option(3, "--count", help="How many.")
    ) -> None:
        """Add things.

        And more.
        """

    @app.command(hidden=True)
    def secret() -> None:
        """Nobody sees this."""

    monkeypatch.setattr(commands, "app", app)
    paths = [context.command_path for context in commands.contexts()]
    assert paths == ["landrelease", "landrelease add"]
    page = commands.page()
    for text in (
        "Add things.\n\nAnd more.",
        "| `path <str>` | Where.  [required] |",
        "| `--count <int>` | How many.  [default: 3] |",
    ):
        assert text in page


def test_decisions_are_read_from_the_folder(tmp_path):
    record = tmp_path / "0012-colour.md"
    record.write_text("# 0012 The colour\n\n**Status:** accepted, 2026-11\n\n## Context\n", encoding="utf-8")
    (tmp_path / "notes.md").write_text("# Notes\n", encoding="utf-8")
    assert decisions.records(tmp_path) == [record]
    assert (decisions.title(record), decisions.status(record)) == ("The colour", "accepted, 2026-11")


def test_pages_come_out_the_same_twice():
    for page in generated.PAGES.values():
        assert page() == page()


class TestWriteAndCheck:
    """What ``python -m tools.generated`` does with one page."""

    @pytest.fixture
    def run(self, tmp_path, monkeypatch):
        monkeypatch.setattr(generated, "ROOT", tmp_path)
        monkeypatch.setattr(generated, "PAGES", {"docs/x.md": lambda: "text\n"})

        def run(*options):
            monkeypatch.setattr("sys.argv", ["generated", *options])
            return generated.main()

        return run

    def test_a_missing_page_fails_the_check_and_stays_missing(self, run, tmp_path, capsys):
        assert run("--check") == 1
        assert "stale: docs/x.md" in capsys.readouterr().out
        assert not (tmp_path / "docs/x.md").exists()

    def test_writing_makes_the_check_pass(self, run, tmp_path):
        assert run() == 0
        assert (tmp_path / "docs/x.md").read_text() == "text\n"
        assert run("--check") == 0

    def test_an_edited_page_is_stale(self, run, tmp_path):
        run()
        (tmp_path / "docs/x.md").write_text("edited\n")
        assert run("--check") == 1
