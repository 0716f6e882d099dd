"""Bundles: entries and attachments of a ledger as one archive, to carry or to send (``docs/formats/bundle-v1.md``)."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from pydantic_core import from_json

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track
from landrelease.record.archive import (
    ENTRIES,
    MANIFEST,
    Limits,
    LineReader,
    damage_reported,
    member_bytes,
    opened_archive,
)
from landrelease.record.ledger import Ledger
from landrelease.record.manifest import Manifest, bundle_line, line_bytes, read_manifest
from landrelease.record.stores import Line, Store

PART_BYTES = 1 << 30
"""Largest part that is written when nothing else is asked for; well below what a reader takes."""
PART_ENTRIES = 1_000_000
_PART_BLOBS = 60_000
_DEFLATE_LEVEL = 6


@dataclass(slots=True)
class Part:
    """What one archive is to hold: lines of the log from `start` to before `stop`, and attachments with their sizes."""

    start: int
    stop: int
    size_bytes: int = 0
    entries: int = 0
    blobs: dict[str, int] = field(default_factory=dict)


def export_bundle(
    ledger: Ledger,
    path: Path | str,
    since: int | None = None,
    *,
    max_bytes: int | None = None,
    blobs: bool = True,
    personal: bool = False,
    progress: Progress = SILENT,
) -> list[Path]:
    """Write what a ledger has received from an index on.

    Parameters
    ----------
    since
        Size that the reader's copy of the log already has; None for everything.
    max_bytes
        Largest part, before compression; more than one part is written as ``path.001``, ``path.002``...
    blobs, personal
        Whether attachments come along, and those marked as personal too.

    Returns
    -------
    list of Path
        The files, each a bundle of its own. The same log and options give the same bytes.

    Raises
    ------
    LandreleaseError
        LR1124 where the log is shorter than `since`; LR1125 where an entry does not fit a part; LR1126 for a file that
        exists; LR1127 where it cannot be written: no file is left then.
    """
    path, start, stop = Path(path), since or 0, len(ledger)
    if not 0 <= start <= stop:
        raise fail(ErrorCode.BUNDLE_SINCE, since=start, size=stop)
    wanted = _Attachments(ledger.store, blobs, personal)
    parts = _plan(ledger.store, start, stop, max_bytes or PART_BYTES, wanted)
    paths = [path] if len(parts) == 1 else [path.with_name(f"{path.name}.{n:03}") for n in range(1, len(parts) + 1)]
    for taken in filter(Path.exists, paths):
        raise fail(ErrorCode.BUNDLE_EXISTS, path=taken)
    written: list[Path] = []
    try:
        for number, (part, target) in enumerate(zip(parts, paths, strict=True), 1):
            with _new_file(target) as draft:
                _write(ledger, draft, part, (number, len(parts)), progress)
            written.append(target)
    except BaseException:
        for target in written:
            target.unlink(missing_ok=True)
        raise
    return written


class Bundle:
    """An archive open for reading; nothing of it is believed. Make one with `opened_bundle`."""

    def __init__(self, path: Path, archive: ZipFile, limits: Limits) -> None:
        self.path, self._archive, self._limits = path, archive, limits
        content = member_bytes(path, archive, MANIFEST, limits.max_manifest_bytes)
        self.manifest = read_manifest(path, content)
        self._check_manifest()

    def lines(self) -> LineReader:
        """Read the lines of ``entries.jsonl``, each without its line feed."""
        return LineReader(self.path, self._archive, self._limits)

    def blob(self, sha256: str) -> bytes:
        """Return an attachment. Refuses (LR1100) one that is not what its name says."""
        with damage_reported(self.path):
            content = member_bytes(self.path, self._archive, f"blobs/{sha256}", self._limits.max_blob_bytes)
        if hashlib.sha256(content).hexdigest() != sha256:
            problem = _("attachment {sha256} has other bytes").format(sha256=sha256)
            raise fail(ErrorCode.BUNDLE_DAMAGED, path=self.path, problem=problem)
        return content

    def _check_manifest(self) -> None:
        """Refuse a manifest that tells of other members than the archive has, or of too much."""
        limits, manifest = self._limits, self.manifest
        largest = max((size for _name, size in manifest.blobs), default=0)
        for what, found, limit in (
            (_("the number of entries"), manifest.entries, limits.max_entries),
            (_("the size of an attachment"), largest, limits.max_blob_bytes),
        ):
            if found > limit:
                raise fail(ErrorCode.BUNDLE_TOO_LARGE, path=self.path, what=what, found=found, limit=limit)
        told = {f"blobs/{name}": size for name, size in manifest.blobs} | {ENTRIES: manifest.size_bytes}
        here = {member.filename: member.file_size for member in self._archive.infolist()}
        del here[MANIFEST]
        if told != here:
            problem = _("its manifest and its members do not fit")
            raise fail(ErrorCode.BUNDLE_DAMAGED, path=self.path, problem=problem)


@contextmanager
def opened_bundle(path: Path | str, limits: Limits | None = None) -> Iterator[Bundle]:
    """Open a bundle.

    Raises
    ------
    LandreleaseError
        LR0002 where there is no file; LR1100 to LR1104 where it is no sound bundle within the limits.
    """
    path, limits = Path(path), limits or Limits()
    with opened_archive(path, limits) as archive:
        yield Bundle(path, archive, limits)


class _Attachments:
    """Which attachments go along with an entry, and how large they are."""

    def __init__(self, store: Store, blobs: bool, personal: bool) -> None:
        self._store, self._blobs, self._personal = store, blobs, personal

    def of(self, line: Line) -> dict[str, int]:
        if not self._blobs or b'"kind":"attachment"' not in line.content:
            return {}
        members = from_json(line.content)
        body = members["body"]
        if members["kind"] != "attachment" or (body.get("personal") and not self._personal):
            return {}
        blob = self._store.blob(body["blob"])
        return {} if blob is None or blob.content is None else {blob.sha256: len(blob.content)}


def _plan(store: Store, start: int, stop: int, limit: int, wanted: _Attachments) -> list[Part]:
    """Cut the log into parts, each within the limit with its attachments."""
    parts = [Part(start, start)]
    for line in store.lines(start, stop):
        part, blobs = parts[-1], wanted.of(line)
        size = line_bytes(line.content, line.signature)
        more = size + sum(blob_size for name, blob_size in blobs.items() if name not in part.blobs)
        if more > limit:
            raise fail(ErrorCode.BUNDLE_PART_TOO_SMALL, hash=line.hash, bytes=more, limit=limit)
        full = part.entries == PART_ENTRIES or len(part.blobs) >= _PART_BLOBS
        if full or part.size_bytes + more > limit:
            part = Part(line.place, line.place)
            parts.append(part)
        part.stop = line.place + 1
        part.entries += 1
        part.size_bytes += more
        part.blobs.update(blobs)
    parts[-1].stop = stop
    return parts


def _write(ledger: Ledger, draft: Path, part: Part, number: tuple[int, int], progress: Progress) -> None:
    with ZipFile(draft, "w", allowZip64=False) as archive:
        digest, size, entries = hashlib.sha256(), 0, 0
        lines = track(ledger.store.lines(part.start, part.stop), progress, _("Writing the bundle"), part.entries)
        with archive.open(_member(ENTRIES, ZIP_DEFLATED), "w") as stream:
            for stored in lines:
                line = bundle_line(stored.content, stored.signature)
                stream.write(line)
                digest.update(line)
                size, entries = size + len(line), entries + 1
        blobs = tuple(_write_blobs(ledger.store, archive, part))
        manifest = Manifest(ledger.node, part.start, part.stop, entries, size, digest.hexdigest(), blobs, *number)
        archive.writestr(_member(MANIFEST, ZIP_STORED), manifest.text())


def _write_blobs(store: Store, archive: ZipFile, part: Part) -> Iterator[tuple[str, int]]:
    for name, size in part.blobs.items():
        blob = store.blob(name)
        if blob is not None and blob.content is not None:  # it may have been erased since the part was planned
            archive.writestr(_member(f"blobs/{name}", ZIP_STORED), blob.content)
            yield name, size


def _member(name: str, packed: int) -> ZipInfo:
    member = ZipInfo(name)  # dated 1980-01-01: the same entries give the same bytes
    member.compress_type, member.external_attr = packed, 0o644 << 16
    member._compresslevel = _DEFLATE_LEVEL if packed == ZIP_DEFLATED else None  # type: ignore[attr-defined]
    return member


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """Give the path of a draft that becomes the file when the block ends, and is removed when it fails."""
    draft = path.with_name(path.name + ".part")
    try:
        yield draft
        with draft.open("rb+") as stream:
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError as error:
        raise fail(ErrorCode.BUNDLE_WRITE_FAILED, path=path, problem=error.strerror or error) from error
    finally:
        draft.unlink(missing_ok=True)
