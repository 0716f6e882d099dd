"""The bytes of a blob: a salted header, then the content (``docs/formats/blob-v1.md``)."""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.record.canonical import canonical, parse

LARGEST_BLOB = 200_000_000
"""Most bytes of content that are taken. One blob is held in memory while it is stored or read."""
LONGEST_HEADER = 2_048
LONGEST_NAME = 255
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_SALT = re.compile(r"[0-9a-f]{64}")
_MEMBERS = ({"media_type", "salt"}, {"media_type", "name", "salt"})


def random_salt() -> str:
    """Return 32 random bytes in hexadecimal: nobody can confirm a guessed content from the hash of its envelope."""
    return secrets.token_hex(32)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A content in its envelope, and the hash by which statements refer to it."""

    sha256: str
    envelope: bytes | bytearray
    size_bytes: int
    """Of the content."""


@dataclass(frozen=True, slots=True)
class Blob:
    """An envelope that was checked and opened."""

    media_type: str
    name: str | None
    envelope: bytes
    start: int
    """Where the content begins in the envelope."""

    @property
    def content(self) -> bytes:
        """The content; a copy of its own."""
        return self.envelope[self.start :]

    @property
    def view(self) -> memoryview:
        """The content without a copy."""
        return memoryview(self.envelope)[self.start :]


def seal(content: bytes, media_type: str, name: str | None = None, salt: Callable[[], str] = random_salt) -> Sealed:
    """Put a content into an envelope with a salt of its own.

    Raises
    ------
    LandreleaseError
        LR1142 for a media type or name that no header may hold, LR1146 for more than `LARGEST_BLOB` bytes.
    """
    _check_size(len(content), name or "-")
    envelope = header(media_type, name, salt()) + content
    return Sealed(blob_hash(envelope), envelope, len(content))


def seal_file(path: Path, media_type: str, name: str | None = None, salt: Callable[[], str] = random_salt) -> Sealed:
    """Put a file into an envelope; its bytes are held once. Raises as `seal`, and LR1147 where the file changes."""
    head = header(media_type, name, salt())
    with path.open("rb", buffering=0) as stream:
        size = path.stat().st_size
        _check_size(size, path)
        envelope = bytearray(len(head) + size)
        envelope[: len(head)] = head
        place = len(head)
        while got := stream.readinto(memoryview(envelope)[place:]):
            place += got
        if place != len(envelope) or stream.read(1):
            raise fail(ErrorCode.BLOB_FILE_CHANGED, path=path)
    return Sealed(blob_hash(envelope), envelope, size)


def open_envelope(sha256: str, envelope: bytes) -> Blob:
    """Check an envelope against its hash and open it.

    Raises
    ------
    LandreleaseError
        LR1170 where the bytes have another hash, LR1141 where they are no envelope.
    """
    if blob_hash(envelope) != sha256:
        raise fail(ErrorCode.BLOB_CHANGED, hash=sha256)
    end = envelope.find(b"\n", 0, LONGEST_HEADER + 1)
    problem, members = _header_members(envelope[: max(end, 0)])
    if problem:
        raise fail(ErrorCode.BLOB_MALFORMED, hash=sha256, problem=problem)
    return Blob(members["media_type"], members.get("name"), envelope, end + 1)


def header(media_type: str, name: str | None, salt: str) -> bytes:
    """Return the first line of an envelope. Raises LR1142 for values that it may not hold."""
    members = {"media_type": media_type, "salt": salt} | ({} if name is None else {"name": name})
    if problem := _problem(members):
        raise fail(ErrorCode.BLOB_HEADER_INVALID, problem=problem)
    return canonical(members) + b"\n"


def blob_hash(envelope: bytes | bytearray) -> str:
    """SHA-256 of an envelope, hexadecimal."""
    return hashlib.sha256(envelope).hexdigest()


def _header_members(line: bytes) -> tuple[str, dict[str, Any]]:
    try:
        members = parse(line)
    except LandreleaseError as error:
        return error.findings[0].what, {}
    if not isinstance(members, dict) or set(members) not in _MEMBERS:
        return _("its first line does not hold media type, name and salt"), {}
    return _problem(members), members


def _problem(members: dict[str, Any]) -> str:
    """Say what is wrong with the values of a header, or return an empty text."""
    media_type, name, salt = members["media_type"], members.get("name", "-"), members["salt"]
    if not isinstance(media_type, str) or not _MEDIA_TYPE.fullmatch(media_type):
        return _("'{media_type}' is no media type such as image/jpeg").format(media_type=media_type)
    if not isinstance(salt, str) or not _SALT.fullmatch(salt):
        return _("its salt is not 64 hexadecimal digits")
    if not isinstance(name, str) or not _is_plain_name(name):
        return _("'{name}' is no plain file name").format(name=name)
    return ""


def _is_plain_name(name: str) -> bool:
    """Tell whether a text names a file and neither a folder nor a way out of one, on any system."""
    return (
        0 < len(name) <= LONGEST_NAME
        and name not in (".", "..")
        and not any(letter in "/\\:" or not letter.isprintable() for letter in name)
    )


def _check_size(size: int, name: object) -> None:
    if size > LARGEST_BLOB:
        raise fail(ErrorCode.BLOB_TOO_LARGE, name=name, size=size, largest=LARGEST_BLOB)
