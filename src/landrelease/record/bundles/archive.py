"""Reading a ZIP archive from anywhere: bounded memory, no surprises (``docs/formats/bundle-v1.md``)."""

import hashlib
import re
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.i18n import _

MANIFEST, ENTRIES = "manifest.json", "entries.jsonl"
_MEMBER = re.compile(r"manifest\.json|entries\.jsonl|blobs/[0-9a-f]{64}")
_LONGEST_NAME = len("blobs/") + 64
_END = struct.Struct("<4s4H2LH")
"""End of the central directory: signature, two disk numbers, two counts, size and offset of the directory, comment."""
_BLOCK = 1 << 20
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Limits:
    """What a bundle may hold at most; sizes in bytes."""

    max_entries: int = 2_000_000
    max_entry_bytes: int = 4 << 20
    max_blob_bytes: int = 64 << 20
    max_entries_bytes: int = (2 << 30) - 1
    max_total_bytes: int = 8 << 30
    max_manifest_bytes: int = 16 << 20
    max_ratio: int = 100
    """Bytes unpacked for one packed."""

    def __post_init__(self) -> None:
        if min(getattr(self, name) for name in self.__slots__) < 1:
            raise ValueError("every limit is 1 or more")


@contextmanager
def opened_archive(path: Path, limits: Limits) -> Iterator[ZipFile]:
    """Open a bundle's archive whose every member is known, plain, single and within the limits.

    Raises
    ------
    LandreleaseError
        LR0002 where there is no file; LR1100 (damaged), LR1101 (no bundle), LR1103 (foreign members), LR1104 (too
        large).
    """
    if not path.is_file():
        raise fail(ErrorCode.FILE_MISSING, path=path)
    with path.open("rb") as stream, damage_reported(path):
        _check_end(path, stream)
        with ZipFile(stream) as archive:
            _check_members(path, archive, limits)
            yield archive


@contextmanager
def damage_reported(path: Path) -> Iterator[None]:
    """Say in the catalogue's words what the library for archives says."""
    try:
        yield
    except LandreleaseError:
        raise
    # the library raises NotImplementedError for ways to pack that it does not know, RuntimeError for encryption
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError, struct.error,
            OverflowError, ValueError) as error:  # fmt: skip
        raise fail(ErrorCode.BUNDLE_DAMAGED, path=path, problem=error) from error


def member_bytes(path: Path, archive: ZipFile, name: str, limit: int) -> bytes:
    """Return a member whole. Refuses (LR1104) one that is larger than the limit."""
    size = archive.getinfo(name).file_size
    if size > limit:
        raise fail(ErrorCode.BUNDLE_TOO_LARGE, path=path, what=name, found=size, limit=limit)
    with archive.open(name) as stream:
        content = stream.read(size + 1)
    if len(content) != size:
        raise fail(ErrorCode.BUNDLE_DAMAGED, path=path, problem=_("{name} is cut off").format(name=name))
    return content


class LineReader:
    """The lines of ``entries.jsonl``, one at a time; `sha256` is that of the bytes so far."""

    def __init__(self, path: Path, archive: ZipFile, limits: Limits) -> None:
        self._path, self._archive = path, archive
        self._longest = limits.max_entry_bytes + 256  # what a line has around its entry
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """SHA-256 of what has been read, hexadecimal."""
        return self._digest.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        rest = b""
        with self._archive.open(ENTRIES) as stream:
            while block := stream.read(_BLOCK):
                self._digest.update(block)
                lines = (rest + block).split(b"\n")
                rest = lines.pop()
                for line in (*lines, rest):
                    if len(line) > self._longest:
                        raise self._too_long(len(line))
                yield from lines
        if rest:
            raise fail(ErrorCode.BUNDLE_DAMAGED, path=self._path, problem=_("its last line is cut off"))

    def _too_long(self, found: int) -> LandreleaseError:
        what = _("the size of an entry")
        return fail(ErrorCode.BUNDLE_TOO_LARGE, path=self._path, what=what, found=found, limit=self._longest)


def _check_end(path: Path, stream: BinaryIO) -> None:
    """Refuse a directory that is not exactly at the end, or too large, before the library reads it into memory."""
    if stream.read(2) != b"PK":
        raise fail(ErrorCode.BUNDLE_FOREIGN, path=path, problem=_("it is not a ZIP archive"))
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _END.size - 20))
    tail = stream.read()
    whole = len(tail) == _END.size + 20
    end = _END.unpack(tail[-_END.size :]) if whole else None
    if end is None or end[0] != b"PK\x05\x06" or end[7] != 0 or tail[:4] == b"PK\x06\x07":
        raise fail(ErrorCode.BUNDLE_DAMAGED, path=path, problem=_("it has no directory at its end"))
    count, length, offset = end[4], end[5], end[6]
    if end[3] != count or offset + length + _END.size != size or length > count * (46 + _LONGEST_NAME):
        raise fail(ErrorCode.BUNDLE_DAMAGED, path=path, problem=_("its directory does not fit the file"))
    stream.seek(0)


def _check_members(path: Path, archive: ZipFile, limits: Limits) -> None:
    members = archive.infolist()
    seen: set[str] = set()
    for member in members:
        name, problem = member.filename, _member_problem(member, seen)
        if problem:
            raise fail(ErrorCode.BUNDLE_UNSAFE, path=path, name=name[:200], problem=problem)
        seen.add(name)
        if member.file_size > limits.max_ratio * member.compress_size + 1_000:
            what = _("the ratio of {name}").format(name=name)
            found = member.file_size // max(1, member.compress_size)
            raise fail(ErrorCode.BUNDLE_TOO_LARGE, path=path, what=what, found=found, limit=limits.max_ratio)
    for name in (MANIFEST, ENTRIES):
        if name not in seen:
            raise fail(ErrorCode.BUNDLE_FOREIGN, path=path, problem=_("it has no {name}").format(name=name))
    _check_sizes(path, archive, limits)


def _check_sizes(path: Path, archive: ZipFile, limits: Limits) -> None:
    total = sum(member.file_size for member in archive.infolist())
    sizes = (
        (_("its size"), total, limits.max_total_bytes),
        (ENTRIES, archive.getinfo(ENTRIES).file_size, limits.max_entries_bytes),
        (MANIFEST, archive.getinfo(MANIFEST).file_size, limits.max_manifest_bytes),
    )
    for what, found, limit in sizes:
        if found > limit:
            raise fail(ErrorCode.BUNDLE_TOO_LARGE, path=path, what=what, found=found, limit=limit)


def _member_problem(member: ZipInfo, seen: set[str]) -> str:
    """Say why a member does not belong, or return an empty text."""
    if not _MEMBER.fullmatch(member.filename):
        return _("the name is not one of the format")
    if member.filename in seen:
        return _("the name occurs twice")
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG) or member.external_attr & 0x10:
        return _("it is not a plain file")
    packed = (ZIP_STORED, ZIP_DEFLATED) if member.filename == ENTRIES else (ZIP_STORED,)
    if member.flag_bits & _ENCRYPTED or member.compress_type not in packed:
        return _("it is encrypted, or packed in another way than the format allows")
    return ""
