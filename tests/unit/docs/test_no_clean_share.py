"""No text says how clean land is: not the program's, not the manual's, not what a design prints."""

import re
from pathlib import Path

import pytest

from landrelease.errors import ErrorCode
from landrelease.hazard.chances import chance_from_trial
from landrelease.survey.combined import Odds, combine
from landrelease.survey.discovery import discover
from landrelease.survey.parcels import presumptively_clean
from landrelease.survey.remaining_design import remaining_design
from landrelease.survey.sampling import accept_on_zero
from landrelease.survey.seeds import seeds_for
from landrelease.survey.verdict import SampleResult, judge_sample

ROOT = Path(__file__).parents[3]
FORBIDDEN = re.compile(
    r"(?:%|per ?cent|pour cent|percent)\s*(?:clean|clear\b|free\b|safe|propre|s[uû]re?s?\b|libre)"
    r"|(?:area|land|ground|lot|terrain|zone)\s+is\s+(?:now\s+)?(?:clean|safe|free of (?:mines|items|ordnance))\b(?!\w)",
    re.IGNORECASE,
)
DENIED = re.compile(r"\b(?:not|never|no|nor|nothing|refuses?|refused|whether|that (?:the )?ground|n')\b", re.IGNORECASE)
SEEN = chance_from_trial(29, 30)


def texts():
    """Every catalogue, page and template that a user may read, the changelog and the glossary."""
    yield from sorted((ROOT / "src" / "landrelease").rglob("*.po"))
    yield from sorted((ROOT / "src" / "landrelease" / "report" / "templates").glob("*.*"))
    yield from sorted((ROOT / "docs").rglob("*.md"))
    yield from (ROOT / name for name in ("README.md", "CHANGELOG.md", "GLOSSARY.md"))


def claims(text):
    """Phrases that say so; one that is denied in its own sentence does not."""
    for found in FORBIDDEN.finditer(text):
        start = max(text.rfind(mark, 0, found.start()) for mark in (". ", ": ", "\n\n", "|"))
        if not DENIED.search(text[start + 1 : found.end()]):
            yield text[start + 1 : found.end()].strip()


@pytest.mark.parametrize("path", list(texts()), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_says_how_clean_land_is(path):
    assert list(claims(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    ["The land is 99 % clean.", "The field is 99.6 percent clear", "95 % safe", "The area is safe.", "à 99 % propre"],
)
def test_what_would_be_found(text):
    assert list(claims(text))


@pytest.mark.parametrize("text", ["It never says that ground is safe.", "It refuses to print '99 % clean'."])
def test_a_denial_is_none(text):
    assert not list(claims(text))


def test_no_design_no_verdict_and_no_error_says_it():
    designs = [
        accept_on_zero(1_000, 0.95, 0.99, seen=SEEN), discover(1_000, 0.02, 0.95, SEEN),
        combine(1_000, 60, 0.95, 0.99, Odds(8, 2, 20), SEEN), remaining_design(5, 0.9, seen=SEEN),
        seeds_for(0.95, 0.95), presumptively_clean(1e6, 1e3, 0.95, 0.99, width_m=2, length_m=100, seen=SEEN),
    ]  # fmt: skip
    said = [text for design in designs for text in (design.title, design.statement, *design.assumptions)]
    said += [judge_sample(designs[0], SampleResult(designs[0].sample)).reason]
    said += [text for error in ErrorCode for text in (error.message, error.remedy)]
    assert [text for text in said if list(claims(text))] == []
    words = [text for text in said[: len(said) - 2 * len(ErrorCode)] if re.search(r"\bclean\b|\bsafe\b", text)]
    assert words == []
