"""``docs/reference/compliance.md``: each land-release invariant with the tests that hold it.

A test names what it holds by ``@pytest.mark.invariant(4)``, on itself, its class or its module (``pytestmark``). Marks
are read from the source, without running anything.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.pages import NOTICE, table

TESTS = Path(__file__).parents[2] / "tests"
MARK = "invariant"


@dataclass(frozen=True)
class Invariant:
    """A rule of land release, in our own words.

    Attributes
    ----------
    level
        ``E``: what breaks it is refused. ``W``: it is warned of.
    """

    number: int
    level: str
    text: str


@dataclass(frozen=True)
class Held:
    """A test that holds an invariant: file under ``tests``, name, and what its docstring says first."""

    file: str
    name: str
    says: str


E, W = "E", "W"
INVARIANTS = (
    Invariant(1, E,
        "Parts of an area do not overlap and lie inside its boundary of that time; opening, expansions, "
        "cancelled, reduced, cleared and what remains balance, in m², from geometry."),
    Invariant(2, E,
        "A released part has one route, one approved report that fits the route, and a decision with a "
        "named authority, a date and the version of the standards profile."),
    Invariant(3, E,
        "A confirmed area rests on accepted direct evidence, a suspected one on accepted evidence; a "
        "decision lists all evidence considered, contrary evidence too."),
    Invariant(4, E,
        "Cleared means: depth and method stated, at least the required depth, the polygon covered in full. "
        "What was left uncovered stays hazardous."),
    Invariant(5, E,
        "Nothing is released while a critical or major nonconformity is open on it, or on its team, asset "
        "or method since it last passed; a minor one warns."),
    Invariant(6, E,
        "An item found or an accident in released land leads to reopening, an investigation and a look-back "
        "over the same team, asset, method and period."),
    Invariant(7, E,
        "Nothing recorded is changed or removed; states follow from statements; any past figure can be had "
        "again."),
    Invariant(8, E,
        "Who approves is not who wrote; who inspects belongs to another organisation than the inspected; "
        "how independent they are is recorded."),
    Invariant(9, E,
        "Work lies within the scope and dates of an accreditation, by a qualified and insured team with a "
        "medical plan and a medic on duty."),
    Invariant(10, E,
        "Limits on stints, breaks, daily hours, distance and evacuation come from the profile; a breach is "
        "a nonconformity."),
    Invariant(11, E,
        "A shape is valid, has at least three corners and a stated system; a traverse closes; duplicates "
        "are refused. Long legs and a unit that does not fit the place warn."),
    Invariant(12, E,
        "Areas are in m², depths in cm, times carry a zone; unknown, zero and none are three things; "
        "finding nothing is a recorded result."),
    Invariant(13, E,
        "No more devices are disposed of than were found; what is free from explosive does not count; small "
        "arms, submunitions and anti-personnel mines are counted apart."),
    Invariant(14, E,
        "Totals are sums of records, a country's of its provinces; nothing counts twice; released land "
        "counts once, in the period of its approval."),
    Invariant(15, E,
        "Killed and injured of an accident are its victims and those not identified. Personal data, exact "
        "uncleared positions and notices are restricted; no name leaves before the next of kin know."),
    Invariant(16, E,
        "Figures by sex and age add up to their totals; direct and indirect beneficiaries are never added; "
        "first-time ones are at most all; counted and estimated are told apart."),
    Invariant(17, W,
        "Asked about: a reported area that differs from its polygon, progress beyond what an asset does, "
        "unusual finds or depths, evidence that stays unresolved."),
    Invariant(18, E,
        "A model's figure is advice, kept with its version and inputs beside the decision and never in its "
        "place; going against it needs a reason."),
    Invariant(19, W,
        "What media, agencies and parties say is kept with its speaker, reliability, date said and date "
        "known; what conflicts stands side by side; acknowledgements have dates."),
    Invariant(20, E,
        "A suspension has a reason, a date, what remains and its marking; it takes no land out of what "
        "remains."),
)  # fmt: skip
"""All twenty, in the order of the standards reference, part 11."""

HEAD = f"""{NOTICE}

# Compliance

The twenty invariants of land release that landrelease enforces, each with the tests that hold it. They are our own
reading of the field's standards (IMAS 05.10, 07.11, 07.12, 07.40, 09.10, 10.40, 10.60 and others), not their text, and
this page is no certificate: an authority decides what complies. *Blocks*: what breaks it is refused or counts nothing.
*Warns*: it is listed for a person to judge. A test names its invariant by `@pytest.mark.invariant(4)`; an invariant
without a test, or a mark that names none, fails the build.
"""


def page() -> str:
    """Text of the page."""
    held = held_by()
    return "\n".join([HEAD, *(_section(invariant, held.get(invariant.number, ())) for invariant in INVARIANTS)])


def _section(invariant: Invariant, held: Sequence[Held]) -> str:
    level = "Blocks" if invariant.level == E else "Warns"
    rows = [(f"`{one.name}`", one.says, f"`tests/{one.file}`") for one in held]
    return f"## {invariant.number}. {level}\n\n{invariant.text}\n\n" + table(("Test", "What it says", "File"), rows)


def held_by(tests: Path = TESTS) -> dict[int, list[Held]]:
    """Tests of each number that marks name, in the order of files and lines."""
    found: defaultdict[int, list[Held]] = defaultdict(list)
    for path in sorted(tests.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if f"mark.{MARK}" not in text:
            continue
        tree = ast.parse(text)
        for numbers, held in _marked(tree.body, _of_module(tree), path.relative_to(tests).as_posix()):
            for number in numbers:
                found[number].append(held)
    return dict(found)


def _marked(body: Sequence[ast.stmt], above: frozenset[int], file: str) -> Iterator[tuple[list[int], Held]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _marked(node.body, above | _numbers(node.decorator_list), file)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            numbers = above | _numbers(node.decorator_list)
            if numbers:
                said = (ast.get_docstring(node) or "").split("\n")[0]
                yield sorted(numbers), Held(file, node.name, said or _words(node.name))


def _of_module(tree: ast.Module) -> frozenset[int]:
    marks: list[ast.expr] = []
    for node in tree.body:
        named = isinstance(node, ast.Assign) and any(getattr(each, "id", "") == "pytestmark" for each in node.targets)
        if named and isinstance(node, ast.Assign):
            marks += node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
    return _numbers(marks)


def _numbers(marks: Sequence[ast.expr]) -> frozenset[int]:
    """Numbers of the marks; 0 for a mark that names none, which no invariant has."""
    found: set[int] = set()
    for mark in marks:
        call = mark if isinstance(mark, ast.Call) else None
        if getattr(call.func if call else mark, "attr", "") != MARK:
            continue
        given = [each.value for each in call.args if isinstance(each, ast.Constant)] if call else []
        found |= {each if isinstance(each, int) else 0 for each in given} or {0}
    return frozenset(found)


def _words(name: str) -> str:
    """What a test says by its name."""
    return name.removeprefix("test_").replace("_", " ")
