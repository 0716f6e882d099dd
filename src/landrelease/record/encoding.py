"""Between entries and their exact bytes (``docs/formats/ledger-v1.md``)."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from pydantic_core import from_json

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.record.canonical import canonical, content_hash, parse
from landrelease.record.entry import VERSION, Entry
from landrelease.record.kinds import KINDS
from landrelease.record.upcasters import upcast
from landrelease.record.when import is_span, is_time

FIRST_PREV = "0" * 64
"""What the first entry of a node carries as its predecessor."""

_BODIES_KEPT = 4_096
_NOTHING: Mapping[str, Any] = {}

_REQUIRED: dict[str, type] = {
    "v": int, "kind": str, "kind_version": int, "node": str, "seq": int, "prev": str, "subject": str, "valid": list,
    "recorded": str, "author": str, "organisation": str, "nonce": str, "body": dict,
}  # fmt: skip
_OPTIONAL: dict[str, type] = {"source": dict, "cites": list}
_MEMBERS = _REQUIRED | _OPTIONAL
_SOURCE: dict[str, type] = {"how_known": str, "reliability": str, "file": str, "row": int, "note": str}
_HASH = re.compile(r"[0-9a-f]{64}")
_NONCE = re.compile(r"[0-9a-f]{32}")


def encode_entry(
    members: Mapping[str, Any], body: bytes, *, node: str, seq: int, prev: str, recorded: str, nonce: str
) -> tuple[str, bytes]:
    """Return the hash and the bytes of an entry.

    Parameters
    ----------
    members, body
        What its statement contributes (`landrelease.record.statements.prepare`).
    node, seq, prev, recorded, nonce
        What its node adds.
    """
    author = {"author": members["author"]}
    rest = {**members, "v": VERSION, "node": node, "seq": seq, "prev": prev, "recorded": recorded, "nonce": nonce}
    del rest["author"]
    # "author" and "body" come before all other members
    content = canonical(author)[:-1] + b',"body":' + body + b"," + canonical(rest)[1:]
    return content_hash(content), content


def read_entry(entry_hash: str, content: bytes) -> Entry:
    """Decode bytes that this ledger has checked before, without checking their form again.

    Raises
    ------
    LandreleaseError
        LR1016 where the bytes are no entry after all, LR1017 where the kind or its version is newer than this program.
    """
    try:
        return _entry(entry_hash, content, from_json(_without_body(content)))
    except (ValueError, KeyError, TypeError, IndexError):
        return decode_entry(content)  # says what is wrong


def _without_body(content: bytes) -> bytes:
    """Cut the body out of an entry's bytes: most of them, and of no use until someone looks at it.

    Canonical order puts the body after "author" and before "cites" and "kind". Quotes inside texts are escaped, and
    nothing after the top "kind" has a member of that name, so that the first and the last occurrence are the top ones.
    """
    start, end = content.index(b',"body":{'), content.rindex(b',"kind":"')
    if content[end - 1] == ord("]"):  # a body ends with a brace, so this is the end of "cites"
        end = content.rindex(b',"cites":["', 0, end)
    return content[:start] + content[end:]


def decode_entry(content: bytes, index: int | str = "-") -> Entry:
    """Decode bytes from anywhere, checking everything that the format demands.

    Parameters
    ----------
    content
        Bytes of one entry.
    index
        Place in the log, for the message.

    Raises
    ------
    LandreleaseError
        LR1016 where the bytes are not an entry, LR1017 where they are of a newer kind.
    """
    return _entry(content_hash(content), content, entry_members(content, index))


def entry_members(content: bytes, index: int | str = "-") -> dict[str, Any]:
    """Return the members of an entry as they are written, of whatever kind. Raises LR1016 as `decode_entry`."""
    try:
        members = parse(content)
        problem = _problem(members)
    except LandreleaseError as error:
        problem = error.findings[0].what
    if problem:
        raise fail(ErrorCode.ENTRY_NOT_CANONICAL, hash=content_hash(content), index=index, problem=problem)
    checked: dict[str, Any] = members
    return checked


def _entry(entry_hash: str, content: bytes, members: dict[str, Any]) -> Entry:
    name, version, valid = members["kind"], members["kind_version"], members["valid"]
    kind = KINDS.get(name)
    if kind is None or version > kind.version:
        raise fail(ErrorCode.ENTRY_NEWER, hash=entry_hash, kind=name, version=version)
    return Entry(
        entry_hash, content, members["node"], members["seq"], members["prev"], name, members["subject"],
        valid[0], valid[1] if len(valid) == 2 else None, members["recorded"], members["author"],
        members["organisation"], members.get("source", _NOTHING), tuple(members.get("cites", ())),
        StoredBody(content), version,
    )  # fmt: skip


class StoredBody(Mapping[str, Any]):
    """The body inside an entry's bytes, decoded when it is first looked at.

    A register of 100,000 entries would otherwise hold millions of small objects that nobody reads.
    """

    __slots__ = ("_content",)

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __getitem__(self, name: str) -> Any:
        return _body(self._content)[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field, or the default where it is unknown."""
        return _body(self._content).get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(_body(self._content))

    def __len__(self) -> int:
        return len(_body(self._content))

    def __repr__(self) -> str:
        return repr(_body(self._content))


@lru_cache(maxsize=_BODIES_KEPT)
def _body(content: bytes) -> dict[str, Any]:
    members = from_json(content)
    return upcast(members["kind"], members["kind_version"], members["body"])


def _problem(members: Any) -> str:
    """Say what is wrong with an entry's members, or return an empty text."""
    if not isinstance(members, dict) or members.get("v") != VERSION:
        return _("it is not an entry of version {version}").format(version=VERSION)
    for name in _REQUIRED:
        if name not in members:
            return _("'{name}' is missing").format(name=name)
    for name, value in members.items():
        if type(value) is not _MEMBERS.get(name) or (not value and name in _OPTIONAL):
            return _("'{name}' does not belong or is of the wrong type").format(name=name)
    return next((_("'{name}' is malformed").format(name=name) for name in _malformed_members(members)), "")


def _malformed_members(members: dict[str, Any]) -> list[str]:
    cites = members.get("cites", [])
    first = members["seq"] == 1
    tests = {
        "seq": members["seq"] >= 1,
        "kind_version": members["kind_version"] >= 1,
        "prev": bool(_HASH.fullmatch(members["prev"])) and first == (members["prev"] == FIRST_PREV),
        "cites": all(isinstance(cited, str) and _HASH.fullmatch(cited) for cited in cites)
        and len(set(cites)) == len(cites),
        "source": all(type(value) is _SOURCE.get(name) for name, value in members.get("source", {}).items()),
        "nonce": bool(_NONCE.fullmatch(members["nonce"])),
        "valid": is_span(members["valid"]),
        "recorded": is_time(members["recorded"]),
        **{name: bool(members[name]) for name in ("node", "subject", "author", "organisation")},
    }
    return [name for name, holds in tests.items() if not holds]
