"""Documentation that a test can fail: every command, code, kind, decision, page and make target is there."""

import re
from pathlib import Path

import pytest
from tools.pages import commands, decisions

from landrelease.errors import ErrorCode

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
OURS = [ROOT / "README.md", ROOT / "GLOSSARY.md", ROOT / "CHANGELOG.md", *PAGES]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("context", list(commands.contexts()), ids=lambda context: context.command_path)
class TestCommand:
    def test_has_help(self, context):
        assert (context.command.help or "").strip().endswith(".")

    def test_each_argument_and_option_has_help(self, context):
        entries = commands.parameters(context, "argument") + commands.parameters(context, "option")
        assert [name for name, help_text in entries if not help_text.partition("[")[0].strip()] == []

    def test_is_on_the_reference_page(self, context):
        assert f"\n## `{context.command_path}`\n" in text_of(DOCS / "reference" / "cli.md")


def test_every_command_is_used_somewhere_in_prose():
    prose = "\n".join(text_of(page) for page in OURS if page.name != "cli.md")
    names = [context.command_path for context in commands.contexts()]
    assert [name for name in names if not re.search(rf"{name}\b", prose)] == []


def test_prose_names_only_commands_that_exist():
    known = {context.command_path for context in commands.contexts()}
    said = {
        f"landrelease {word}"
        for page in OURS
        for block in re.findall(r"```(?:console|bash|sh)\n(.*?)```", text_of(page), flags=re.DOTALL)
        for word in re.findall(r"^\$? *landrelease ([a-z]+)", block, flags=re.MULTILINE)
    }
    assert said - known == set()


def test_prose_names_only_options_that_exist():
    known = {option for context in commands.contexts() for name, _ in commands.parameters(context, "option")
             for option in re.findall(r"--[a-z-]+", name)} | {"--help"}  # fmt: skip
    said = {
        (name_of(page), option)
        for page in OURS
        for line in re.findall(r"landrelease [a-z]+[^`\n]*", text_of(page))
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", line)
    }
    assert {(page, option) for page, option in said if option not in known} == set()


def test_prose_names_only_make_targets_that_exist():
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), flags=re.MULTILINE))
    pattern = re.compile(r"`make ([a-z]+)|^make ([a-z]+)(?: [A-Z]+=\S+)*$", flags=re.MULTILINE)
    said = {target for page in OURS for pair in pattern.findall(text_of(page)) for target in pair if target}
    assert {"demo", "env", "test", "check"} <= said
    assert said - targets == set()


def test_every_decision_is_a_half_page_with_its_three_parts():
    for record in decisions.records():
        text = text_of(record)
        assert text.startswith(f"# {record.name[:4]} "), record.name
        assert decisions.status(record), record.name
        heads = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
        assert heads[:3] == ["Context", "Decision", "Consequences"], record.name
        assert len(text.split()) < 700, record.name


def test_decisions_are_numbered_without_gap_and_indexed():
    numbers = [int(record.name[:4]) for record in decisions.records()]
    assert numbers == list(range(1, len(numbers) + 1))
    index = text_of(DOCS / "decisions" / "index.md")
    assert [record.name for record in decisions.records() if f"({record.name})" not in index] == []


def test_every_page_is_in_the_navigation():
    navigation = text_of(ROOT / "mkdocs.yml")
    pages = [
        str(page.relative_to(DOCS)) for page in PAGES if page.parent.name != "decisions" or page.name == "index.md"
    ]
    assert [page for page in pages if page not in navigation] == []


def test_every_page_begins_with_one_title():
    for page in PAGES:
        lines = [line for line in text_of(page).splitlines() if line and not line.startswith("<!--")]
        assert lines[0].startswith(("# ", "--8<--")), name_of(page)


def test_no_page_draws_with_a_script_from_elsewhere():
    assert [name_of(page) for page in OURS if "```mermaid" in text_of(page)] == []


def test_the_glossary_explains_every_abbreviation_of_the_display_names():
    glossary = text_of(ROOT / "GLOSSARY.md")
    words = text_of(DOCS / "reference" / "terms.md")
    abbreviations = set(re.findall(r"\b[A-Z]{2,5}\b", words)) - {"GNSS"}
    assert {word for word in abbreviations if not re.search(rf"\b{word}\b", glossary)} == set()


def test_readme_says_what_the_model_never_does():
    assert "never releases land" in text_of(ROOT / "README.md")


def test_readme_pictures_exist():
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text_of(ROOT / "README.md"))
    assert pictures
    assert [picture for picture in pictures if not (ROOT / picture).exists()] == []


def test_remedies_name_only_options_and_commands_that_exist():
    known = {
        option
        for context in commands.contexts()
        for name, _ in commands.parameters(context, "option")
        for option in re.findall(r"--[a-z-]+", name)
    }
    verbs = {context.command_path for context in commands.contexts()}
    for error in ErrorCode:
        said = f"{error.message} {error.remedy}"
        assert set(re.findall(r"--[a-z][a-z-]+", said)) <= known, error.code
        assert {f"landrelease {verb}" for verb in re.findall(r"'landrelease ([a-z]+)", said)} <= verbs, error.code
