"""Bundles: entries and attachments of a ledger as one archive, to carry or to send (``docs/formats/bundle-v1.md``)."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track
from landrelease.record.attachments.blobs import may_leave
from landrelease.record.bundles.archive import (
    ENTRIES,
    MANIFEST,
    Limits,
    LineReader,
    damage_reported,
    member_bytes,
    opened_archive,
)
from landrelease.record.bundles.manifest import Manifest, bundle_line, line_bytes, read_manifest
from landrelease.record.bundles.voids import VoidTails
from landrelease.record.encoding import read_entry
from landrelease.record.entry import Entry
from landrelease.record.keeping import NAMING
from landrelease.record.ledger import Ledger
from landrelease.record.proofs import merkle
from landrelease.record.proofs.checkpoint import Checkpoint, kept_checkpoints, make_checkpoint, origin_of
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
    since: int | Checkpoint | None = None,
    *,
    max_bytes: int | None = None,
    blobs: bool = True,
    personal: bool = False,
    welfare_of: str | None = None,
    progress: Progress = SILENT,
) -> list[Path]:
    """Write what a ledger has received from an index on.

    Parameters
    ----------
    since
        Size of this log up to which the reader has it, or a checkpoint of this log that the reader keeps; None for
        everything.
    max_bytes
        Largest part, before compression; more than one part is written as ``path.001``, ``path.002``...
    blobs, personal
        Whether attachments come along, and those marked as personal too.
    welfare_of
        Organisation whose welfare entries come along, for a node of its own; no others ever do.

    Returns
    -------
    list of Path
        The files, each a bundle of its own. The same log and options give the same bytes.

    Raises
    ------
    LandreleaseError
        LR1124 where the log is shorter than `since`, LR1084 where it does not fit the checkpoint, LR1086 where that is
        another log's; LR1125 where an entry does not fit a part; LR1126 for a file that exists; LR1127 where it cannot
        be written: no file is left then.
    """
    path, start, stop = Path(path), _start(ledger, since), len(ledger)
    signed = _checkpoint(ledger, start, stop, progress)
    choice = _Choice(ledger, start, stop, blobs, personal, welfare_of)
    parts = _plan(choice, start, stop, max_bytes or PART_BYTES)
    paths = [path] if len(parts) == 1 else [path.with_name(f"{path.name}.{n:03}") for n in range(1, len(parts) + 1)]
    for taken in filter(Path.exists, paths):
        raise fail(ErrorCode.BUNDLE_EXISTS, path=taken)
    written: list[Path] = []
    try:
        for number, (part, target) in enumerate(zip(parts, paths, strict=True), 1):
            with _new_file(target) as draft:
                _write(ledger, draft, choice, part, (number, len(parts)), signed if number == 1 else ("", ()), progress)
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


class _Choice:
    """What of a stretch of the log goes along: not the void entries that nobody needs, not every attachment."""

    def __init__(
        self, ledger: Ledger, start: int, stop: int, blobs: bool, personal: bool, welfare_of: str | None = None
    ) -> None:
        self._store, void = ledger.store, VoidTails(ledger.trust())
        naming: list[Entry] = []
        if blobs or ledger.trust().revocations:
            for line in self._store.lines(start, stop):
                entry = read_entry(line.hash, line.content)
                void.take(line.place, entry.hash, entry.node, entry.seq, entry.cites)
                naming += [entry] if entry.kind in NAMING else []
        self._left_out = {one.hash for one in void.unneeded()}
        earlier = self._naming_before(start) if naming and not personal else ()
        self._blobs = set(may_leave([*earlier, *naming], personal, welfare_of)) if blobs else set()

    def _naming_before(self, start: int) -> Iterator[Entry]:
        """Yield what names attachments ahead of the stretch: it may have marked as personal what is named again."""
        lines = (line for kind in NAMING for line in self._store.lines(0, start, kind))
        return (read_entry(line.hash, line.content) for line in lines)

    def lines(self, start: int, stop: int) -> Iterator[Line]:
        """Lines of the log that go along."""
        return (line for line in self._store.lines(start, stop) if line.hash not in self._left_out)

    def blobs_of(self, line: Line) -> dict[str, int]:
        """Attachments that an entry brings along, with their sizes."""
        if not self._blobs or b'"blob":"' not in line.content:
            return {}
        entry = read_entry(line.hash, line.content)
        name = entry.body.get("blob") if entry.kind in NAMING else None
        blob = self._store.blob(name) if name in self._blobs else None
        return {} if blob is None or blob.content is None else {blob.sha256: len(blob.content)}


def _plan(choice: _Choice, start: int, stop: int, limit: int) -> list[Part]:
    """Cut the log into parts, each within the limit with its attachments."""
    parts = [Part(start, start)]
    for line in choice.lines(start, stop):
        part, blobs = parts[-1], choice.blobs_of(line)
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


def _start(ledger: Ledger, since: "int | Checkpoint | None") -> int:
    """Return the index from which to export, after comparing a checkpoint with the log."""
    size = since.size if isinstance(since, Checkpoint) else since or 0
    if not 0 <= size <= len(ledger):
        raise fail(ErrorCode.BUNDLE_SINCE, since=size, size=len(ledger))
    if isinstance(since, Checkpoint) and merkle.root(ledger.store.hashes(0, size)) != since.root:
        origin, received = origin_of(ledger.node), since.received or "?"
        if since.origin != origin:
            raise fail(ErrorCode.CHECKPOINT_FOREIGN, found=since.origin, origin=origin)
        raise fail(ErrorCode.CHECKPOINT_ROOT_DIFFERS, size=size, origin=origin, received=received)
    return size


def _checkpoint(ledger: Ledger, start: int, stop: int, progress: Progress) -> tuple[str, tuple[str, ...]]:
    """Return a signed checkpoint of the log, with its proof from size `start`; empty where nobody can sign."""
    if stop and ledger.signer is not None and ledger.trust().revocation_of(ledger.signer.public) is None:
        make_checkpoint(ledger, progress)
    kept = [one for one in kept_checkpoints(ledger, origin_of(ledger.node)) if start <= one.checkpoint.size <= stop]
    if not kept:
        return "", ()
    note, size = max(((one.note, one.checkpoint.size) for one in kept), key=lambda known: known[1])
    proof = merkle.consistency_proof(ledger.store.hashes(0, size), start, size)
    return note, tuple(one.hex() for one in proof)


def _write(
    ledger: Ledger, draft: Path, choice: _Choice, part: Part, number: tuple[int, int],
    signed: tuple[str, tuple[str, ...]], progress: Progress,
) -> None:  # fmt: skip
    with ZipFile(draft, "w", allowZip64=False) as archive:
        digest, size, entries = hashlib.sha256(), 0, 0
        lines = track(choice.lines(part.start, part.stop), progress, _("Writing the bundle"), part.entries)
        with archive.open(_member(ENTRIES, ZIP_DEFLATED), "w") as stream:
            for stored in lines:
                line = bundle_line(stored.content, stored.signature)
                stream.write(line)
                digest.update(line)
                size, entries = size + len(line), entries + 1
        blobs = tuple(_write_blobs(ledger.store, archive, part))
        manifest = Manifest(
            ledger.node, part.start, part.stop, entries, size, digest.hexdigest(), blobs, *number, *signed
        )
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
