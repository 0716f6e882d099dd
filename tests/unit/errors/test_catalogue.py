"""The error catalogue as a whole: codes, ranges, remedies, fields."""

import ast
import functools
import re
from pathlib import Path
from string import Formatter

import pytest

from landrelease.errors import ErrorCode, Severity

SOURCE = Path(__file__).parents[3] / "src" / "landrelease"
ALL = list(ErrorCode)
SECTIONS = re.compile(r"^    # (\d): ", flags=re.MULTILINE)
CODE = re.compile(r'"(LR\d{4})"')


def fields_of(message: str) -> set[str]:
    """Names in braces of a format string."""
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}


def test_codes_are_unique():
    assert len({error.code for error in ALL}) == len(ALL)


def test_names_are_unique_so_that_no_member_hides_behind_another():
    assert len(ErrorCode.__members__) == len(ALL)


def test_each_code_stands_in_the_section_of_its_range():
    text = (SOURCE / "errors.py").read_text(encoding="utf-8")
    heads = [*SECTIONS.finditer(text)]
    ends = [head.start() for head in heads[1:]] + [len(text)]
    misplaced = [
        (head[1], code)
        for head, end in zip(heads, ends, strict=True)
        for code in CODE.findall(text[head.end() : end])
        if code[2] != head[1]
    ]
    assert list(dict.fromkeys(head[1] for head in heads)) == list("0123456789")
    assert [head[1] for head in heads] == sorted(head[1] for head in heads)
    assert misplaced == []


def test_codes_are_lr_and_four_digits():
    assert [error.code for error in ALL if not re.fullmatch(r"LR\d{4}", error.code)] == []


def test_each_says_what_is_wrong_and_what_to_do():
    assert [error.code for error in ALL if not isinstance(error.severity, Severity)] == []
    assert [error.code for error in ALL if len(error.message.split()) < 3] == []
    assert [error.code for error in ALL if len(error.remedy.split()) < 2] == []


def test_messages_are_clauses_and_remedies_are_sentences():
    """The full stop after the message is added when the finding is shown."""
    assert [error.code for error in ALL if error.message.endswith(".")] == []
    assert [error.code for error in ALL if not error.remedy.endswith(".")] == []


def test_fields_are_plain_names():
    fields = [(error.code, name) for error in ALL for name in fields_of(error.message) | fields_of(error.remedy)]
    assert [pair for pair in fields if not re.fullmatch(r"[a-z][a-z0-9_]*", pair[1])] == []


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        ("There is no file {path}", {"path"}),
        ("{a} of {b}: {a}", {"a", "b"}),
        ("{share:.1%}", {"share"}),
        ("{{x}}", set()),
    ],
)
def test_fields_are_read_from_a_format_string(message, fields):
    assert fields_of(message) == fields


@functools.cache
def raised() -> list[tuple[str, str, set[str]]]:
    """Place, name and details of each refusal whose details are written out where it is made."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and (name := code_name(node.args[0])):
                details = details_of(node)
                found += [(f"{path.relative_to(SOURCE)}:{node.lineno}", name, details)] if details is not None else []
    return found


def code_name(node: ast.expr) -> str | None:
    return node.attr if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "ErrorCode" else None


def details_of(node: ast.Call) -> set[str] | None:
    """Names of the details that a call gives; None where they cannot be read from the source."""
    called = getattr(node.func, "id", "")
    if called == "fail" and all(keyword.arg for keyword in node.keywords):
        return {str(keyword.arg) for keyword in node.keywords}
    if called == "Finding":
        mapping = (
            node.args[1] if len(node.args) > 1 else next((k.value for k in node.keywords if k.arg == "details"), None)
        )
        if mapping is None:
            return set()
        if isinstance(mapping, ast.Dict) and all(isinstance(key, ast.Constant) for key in mapping.keys):
            return {str(key.value) for key in mapping.keys if isinstance(key, ast.Constant)}
    return None


def test_every_refusal_in_the_source_gives_the_fields_that_its_text_needs():
    lacking = []
    for place, name, details in raised():
        error = ErrorCode.__members__.get(name)
        if error is None:
            lacking.append((place, name, {"no such code"}))
            continue
        missing = (fields_of(error.message) | fields_of(error.remedy)) - details
        lacking += [(place, name, missing)] if missing else []
    assert lacking == []


def test_refusals_are_found_in_the_source():
    assert ("profile/__init__.py", "FILE_MISSING", {"path"}) in [(p.split(":")[0], n, d) for p, n, d in raised()]


def test_every_code_is_used_somewhere():
    modules = (path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py") if path.name != "errors.py")
    used = {word for text in modules for word in re.findall(r"[A-Z][A-Z0-9_]{3,}", text)}
    assert {error.name for error in ALL} - used == set()
