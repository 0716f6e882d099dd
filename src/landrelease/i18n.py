"""Translation of every text that a user sees.

Catalogues live in ``locale/<language>/LC_MESSAGES/landrelease.mo``; what is missing there falls back to English.
The environment variable ``LANDRELEASE_LANGUAGE`` names the language of a process; `language` that of a block.
"""

import gettext as _gettext
import os
from contextlib import contextmanager
from contextvars import ContextVar
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DOMAIN = "landrelease"


def translation(language: str) -> _gettext.NullTranslations:
    """Return the catalogue of a language code such as ``"fr"``, or English where there is none."""
    folder = files("landrelease").joinpath("locale")
    return _gettext.translation(_DOMAIN, str(folder), languages=[language], fallback=True)


def language_of(environment: "Mapping[str, str]") -> _gettext.NullTranslations:
    """Return the catalogue that an environment asks for, or English where it asks for none."""
    return translation(environment.get("LANDRELEASE_LANGUAGE", "en"))


_OF_PROCESS = language_of(os.environ)
_current: ContextVar[_gettext.NullTranslations] = ContextVar("landrelease_language", default=_OF_PROCESS)


@contextmanager
def language(code: str) -> "Iterator[None]":
    """Translate everything inside the block into the language of this code."""
    token = _current.set(translation(code))
    try:
        yield
    finally:
        _current.reset(token)


def _(message: str) -> str:
    """Translate a message now."""
    return _current.get().gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Translate a message that depends on a count."""
    return _current.get().ngettext(singular, plural, count)


def N_(message: str) -> str:  # noqa: N802  (the name that extraction tools know)
    """Mark a message for translation that is translated later, when it is shown."""
    return message
