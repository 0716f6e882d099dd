"""Catalogues of translations: bring one up to date, compile all, check all.

python -m tools.messages update [LANGUAGE]  takes new texts of the source into the language's .po, or into every one
python -m tools.messages compile            writes each .mo from its .po
python -m tools.messages --check            fails where a catalogue is wrong or its .mo is stale
"""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "landrelease"
LOCALE = SOURCE / "locale"
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "ngettext": (1, 2)}
NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands in headers instead of the time of the run, so that the same texts give the same bytes."""
HEADER = "# Texts of landrelease in LANGUAGE; docs/how-to/translate.md says how to edit them."


def template(source: Path = SOURCE) -> Catalog:
    """Every marked text of the source, with the modules that use it (no line numbers: they change for nothing)."""
    catalog = Catalog(project="landrelease", charset="utf-8")
    found = extract_from_dir(source, keywords=KEYWORDS, method_map=[("**.py", "python")])
    for module, _line, message, _comments, context in found:
        catalog.add(message, locations=[(module, 0)], context=context)
    return catalog


def catalogues(locale: Path = LOCALE) -> list[Path]:
    """Text files of all languages."""
    return sorted(locale.glob("*/LC_MESSAGES/landrelease.po"))


def read(path: Path) -> Catalog:
    """Read one language's text file."""
    with path.open("rb") as file:
        catalog = read_po(file, locale=path.parts[-3], domain="landrelease")
    catalog.creation_date = NO_DATE
    catalog.last_translator = catalog.language_team = ""
    return catalog


def update(language: str, locale: Path = LOCALE, source: Path = SOURCE) -> Path:
    """Make a language's text file, or take new and changed texts into it; what is gone is dropped."""
    path = locale / language / "LC_MESSAGES" / "landrelease.po"
    catalog = read(path) if path.exists() else Catalog(locale=language, domain="landrelease", fuzzy=False)
    catalog.project, catalog.version, catalog.msgid_bugs_address = "landrelease", "", ""
    catalog.update(template(source), update_header_comment=False)
    catalog.header_comment = HEADER.replace(
        "LANGUAGE", str(catalog.locale.english_name if catalog.locale else language)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_text(catalog))
    return path


def compiled(path: Path) -> bytes:
    """Bytes of the .mo of a text file; fuzzy proposals are left out."""
    buffer = io.BytesIO()
    write_mo(buffer, read(path))
    return buffer.getvalue()


def problems(path: Path, source: Path = SOURCE) -> Iterator[str]:
    """What is wrong with one language: stray texts, other fields than the English text, a stale .mo."""
    known = {message.id for message in template(source) if message.id}
    for message in _translated(read(path)):
        if message.id not in known:
            yield f"{path.name}: not in the source: {message.id!r}"
        elif wrong := _other_fields(message):
            yield f"{path.name}: other fields than the English text: {wrong!r}"
    mo = path.with_suffix(".mo")
    if not mo.exists() or mo.read_bytes() != compiled(path):
        yield f"{mo.name}: stale; run 'python -m tools.messages compile'"


def share_translated(path: Path, source: Path = SOURCE) -> float:
    """Share of the source's texts that a language has."""
    wanted = [message.id for message in template(source) if message.id]
    have = {message.id for message in _translated(read(path))}
    return sum(text in have for text in wanted) / len(wanted)


def _text(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(
        buffer, catalog, width=120, sort_output=True, ignore_obsolete=True, include_lineno=False, omit_header=False
    )
    volatile = (b'"POT-Creation-Date', b'"PO-Revision-Date', b'"Last-Translator', b'"Language-Team', b'"Generated-By')
    lines = [line for line in buffer.getvalue().splitlines(keepends=True) if not line.startswith(volatile)]
    return b"".join(lines)


def _translated(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id and any(_forms(message.string)) and not message.fuzzy]


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _other_fields(message: Message) -> str:
    wanted = {frozenset(_fields(text)) for text in _forms(message.id)}
    return next((text for text in _forms(message.string) if _fields(text) not in wanted), "")


def _fields(text: str) -> frozenset[str]:
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    except ValueError:
        return frozenset({"not a format string"})


def main() -> int:
    """Do what the command line asks for; returns the exit code."""
    match sys.argv[1:]:
        case ["update", language]:
            print(f"written: {update(language).relative_to(ROOT)}")
        case ["update"]:
            for path in catalogues():
                update(path.parts[-3])
        case ["compile"]:
            for path in catalogues():
                path.with_suffix(".mo").write_bytes(compiled(path))
        case ["--check"]:
            found = [problem for path in catalogues() for problem in problems(path)]
            print("\n".join(found) or f"{len(catalogues())} catalogues in order")
            return 1 if found else 0
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
