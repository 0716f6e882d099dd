"""Canonical JSON: one value, one sequence of bytes (RFC 8785 for the values that statements may hold)."""

import hashlib
from functools import lru_cache
from typing import Any

from pydantic_core import from_json, to_json

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.record.body import LARGEST

DEEPEST = 32
"""Deepest nesting of objects and arrays."""
_LEAF = b"\x00"  # RFC 6962: a leaf is hashed with this prefix, so that it can never be taken for an inner node


def canonical(value: Any) -> bytes:
    """Encode a value: sorted members, no spaces, UTF-8.

    Parameters
    ----------
    value
        Objects with text keys, arrays (lists or tuples), text, booleans, and integers within ±(2^53 - 1).

    Returns
    -------
    bytes
        Exactly the bytes of RFC 8785.

    Raises
    ------
    LandreleaseError
        LR1003 for a float, None, lone surrogate, larger integer, other type, or nesting deeper than `DEEPEST`.
    """
    try:
        return to_json(_ordered(value, DEEPEST))
    except LandreleaseError:
        raise
    except ValueError as error:  # a lone surrogate has no UTF-8
        raise _refused(_("text with a lone surrogate")) from error


def parse(content: bytes) -> Any:
    """Decode canonical bytes.

    Raises
    ------
    LandreleaseError
        LR1003 unless the value encodes to the same bytes again.
    """
    try:
        value = from_json(content)
    except ValueError as error:
        raise _refused(_("bytes that are not JSON")) from error
    _check(value, DEEPEST)
    if to_json(value) != content:
        raise _refused(_("bytes that are not canonical JSON"))
    return value


def content_hash(content: bytes) -> str:
    """SHA-256 of an RFC 6962 leaf with this content, hexadecimal."""
    return hashlib.sha256(_LEAF + content).hexdigest()


def _ordered(value: Any, depth: int) -> Any:
    """Return the value with members in canonical order, refusing what has no canonical form."""
    kind = type(value)
    if kind is str or kind is bool:
        return value
    if kind is int:
        return value if -LARGEST <= value <= LARGEST else _refuse(_("the integer {value}").format(value=value))
    if depth == 0:
        return _refuse(_("objects nested more than {depth} deep").format(depth=DEEPEST))
    depth -= 1
    if kind is dict:
        # text is by far the commonest member, integers the commonest item: they are spared the call
        return {key: item if type(item := value[key]) is str else _ordered(item, depth) for key in _sorted_keys(value)}
    if kind is list or kind is tuple:
        return [item if type(item) is int and -LARGEST <= item <= LARGEST else _ordered(item, depth) for item in value]
    return _refuse(_unsupported(value))


def _check(value: Any, depth: int) -> None:
    """Refuse a decoded value that `_ordered` would change or refuse."""
    kind = type(value)
    if kind is list or kind is dict:
        if depth == 0:
            _refuse(_("objects nested more than {depth} deep").format(depth=DEEPEST))
        if kind is dict:
            names = tuple(value)
            if _order(names) != names:
                _refuse(_("bytes that are not canonical JSON"))
            value = value.values()
        for item in value:
            inner = type(item)
            if inner is not str and not (inner is int and -LARGEST <= item <= LARGEST):
                _check(item, depth - 1)
    elif kind is not str:
        _ordered(value, depth)


def _sorted_keys(members: dict[Any, Any]) -> tuple[str, ...]:
    return _order(tuple(members))


@lru_cache(maxsize=4096)  # the same few sets of member names come again and again
def _order(names: tuple[Any, ...]) -> tuple[str, ...]:
    if not all(type(name) is str for name in names):
        raise _refused(_("a member whose name is not text"))
    return tuple(sorted(names, key=_utf_16))


def _utf_16(name: str) -> bytes:
    return name.encode("utf-16-be")  # RFC 8785 orders by UTF-16 code units, Python by code points


def _unsupported(value: Any) -> str:
    if value is None:
        return _("nothing (null)")
    if isinstance(value, float):
        return _("the fraction {value}").format(value=value)
    return _("a value of type {type}").format(type=type(value).__name__)


def _refuse(problem: str) -> Any:
    raise _refused(problem)


def _refused(problem: str) -> LandreleaseError:
    return fail(ErrorCode.VALUE_NOT_CANONICAL, problem=problem)
