"""Write the generated pages, or check that they are unchanged.

python -m tools.generated            writes them
python -m tools.generated --check    fails where one differs
"""

import sys
from collections.abc import Callable
from pathlib import Path

from tools.pages import (
    commands,
    compliance,
    criteria,
    decisions,
    error_codes,
    formats,
    kinds,
    nonconformities,
    standards_profile,
    states,
    tamper,
    vocabulary,
)

ROOT = Path(__file__).parent.parent

PAGES: dict[str, Callable[[], str]] = {
    "docs/decisions/index.md": decisions.page,
    "docs/explanation/tamper.md": tamper.page,
    "docs/reference/cli.md": commands.page,
    "docs/reference/compliance.md": compliance.page,
    "docs/reference/criteria.md": criteria.page,
    "docs/reference/errors.md": error_codes.page,
    "docs/reference/formats.md": formats.page,
    "docs/reference/kinds.md": kinds.page,
    "docs/reference/nonconformities.md": nonconformities.page,
    "docs/reference/profile.md": standards_profile.page,
    "docs/reference/states.md": states.page,
    "docs/reference/terms.md": vocabulary.page,
}
"""Each generated file, relative to the repository, and the function that gives its text."""


def main() -> int:
    """Write or check; returns the exit code."""
    check = "--check" in sys.argv[1:]
    stale = [name for name, page in PAGES.items() if not _same(name, page())]
    for name in stale:
        if check:
            print(f"stale: {name}; run 'make generated'")
        else:
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_text(PAGES[name](), encoding="utf-8")
            print(f"written: {name}")
    return 1 if check and stale else 0


def _same(name: str, text: str) -> bool:
    path = ROOT / name
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
