"""Translation of every text that a user sees.

Catalogues live in ``locale/<language>/LC_MESSAGES/landrelease.mo``; what is missing there falls back to English.
The environment variable ``LANDRELEASE_LANGUAGE`` names the language of a process; `language` that of a block.
"""

import gettext as _gettext
import os
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DOMAIN = "landrelease"


def translation(language: str) -> _gettext.NullTranslations:
    """Return the catalogue of a language code such as ``"fr"``, or English where there is none."""
    folder = files("landrelease").joinpath("locale")
    return _gettext.translation(_DOMAIN, str(folder), languages=[language], fallback=True)


class _Language(NamedTuple):
    code: str
    catalogue: _gettext.NullTranslations


def language_of(environment: "Mapping[str, str]") -> _Language:
    """Return the language that an environment asks for: its code and catalogue; English where it asks for none."""
    code = environment.get("LANDRELEASE_LANGUAGE") or "en"
    return _Language(code, translation(code))


_OF_PROCESS = language_of(os.environ)
_current: ContextVar[_Language] = ContextVar("landrelease_language", default=_OF_PROCESS)


def current_language() -> str:
    """Code of the language that texts are shown in now, for documents that must name it."""
    return _current.get().code


@contextmanager
def language(code: str) -> "Iterator[None]":
    """Translate everything inside the block into the language of this code."""
    token = _current.set(_Language(code, translation(code)))
    try:
        yield
    finally:
        _current.reset(token)


RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ur", "yi"})
"""Language codes written from right to left (``ku``: Central Kurdish is meant where the script is not named)."""


def direction(code: str) -> str:
    """Writing direction of a language code: ``rtl`` or ``ltr``."""
    return "rtl" if code.split("-")[0].split("_")[0] in RIGHT_TO_LEFT else "ltr"


def isolated(text: str) -> str:
    """Keep a name, date, number or code in its own order inside a text that runs from right to left.

    Without it digits after Arabic letters are reordered: 2026-06-20 would be shown as 20-06-2026 (Unicode UAX 9, W2).
    """
    return (
        f"\N{LEFT-TO-RIGHT ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"
        if direction(current_language()) == "rtl"
        else text
    )


def _(message: str) -> str:
    """Translate a message now."""
    return _current.get().catalogue.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate a message that depends on a count."""
    return _current.get().catalogue.ngettext(singular, plural, count)


def N_(message: str) -> str:  # noqa: N802  (the name that extraction tools know)
    """Mark a message for translation that is translated later, when it is shown."""
    return message
