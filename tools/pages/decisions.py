"""``docs/decisions/index.md``, from the decision records themselves."""

import re
from pathlib import Path

from tools.pages import NOTICE, table

FOLDER = Path(__file__).parents[2] / "docs" / "decisions"

HEAD = f"""{NOTICE}

# Decisions

Half a page each: context, decision, consequences. A record is not rewritten when we change our mind: a later one
says which it supersedes. A dependency that is not in [0003](0003-dependencies.md) needs a record of its own.
"""


def page() -> str:
    """Text of the page: one line a decision."""
    rows = [(path.name[:4], f"[{title(path)}]({path.name})", status(path)) for path in records()]
    return HEAD + "\n" + table(("Number", "Decision", "Status"), rows)


def records(folder: Path = FOLDER) -> list[Path]:
    """Decision records, in order of number."""
    return sorted(folder.glob("[0-9][0-9][0-9][0-9]-*.md"))


def title(path: Path) -> str:
    """Title of a record, without its number."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    return re.sub(r"^# \d{4}[.:]? *", "", first)


def status(path: Path) -> str:
    """What the record says of itself on its line ``Status:``; empty where it says nothing."""
    match = re.search(r"^\*{0,2}Status:?\*{0,2}:? *(.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return match[1].strip() if match else ""
