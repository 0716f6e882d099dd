"""Merging a bundle into a ledger: checked whole, then written in one transaction, or refused whole."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track
from landrelease.record.attachments.blobs import confirm
from landrelease.record.attachments.erasure import apply_erasures
from landrelease.record.bundles.archive import Limits
from landrelease.record.bundles.bundle import Bundle, opened_bundle
from landrelease.record.bundles.chains import ChainError, Chains, ForkError, OrderError, Place
from landrelease.record.bundles.held import Chunks, release
from landrelease.record.bundles.incidents import record_contradiction, record_fork
from landrelease.record.bundles.manifest import cut_line
from landrelease.record.bundles.offered import Checked, Fork, ForkFound, check_bundle
from landrelease.record.bundles.seen import Contradiction
from landrelease.record.canonical import content_hash
from landrelease.record.conflicts import Conflict, conflicts_since
from landrelease.record.encoding import read_entry
from landrelease.record.entry import Entry
from landrelease.record.ledger import Ledger
from landrelease.record.signing.trust import KEY_KINDS, SYSTEM
from landrelease.record.stores import Writer
from landrelease.record.when import time_text

_TRIES = 5


class _Stale(Exception):  # noqa: N818 - not an error: the check is made again
    """Keys were granted or revoked here while the bundle was checked, or another root was trusted."""


@dataclass(frozen=True)
class MergeResult:
    """What a merge did.

    Attributes
    ----------
    added, known
        Entries of the bundle that joined the log, and those that were stored before.
    held
        Entries of the bundle that wait.
    released
        Entries held by earlier merges that joined the log now.
    blobs
        Hashes of the attachments that were stored.
    incidents
        Hashes of the incidents that others report in what was added.
    findings
        What someone should look at.
    """

    ledger: Ledger = field(repr=False, compare=False)
    added: int = 0
    known: int = 0
    held: int = 0
    released: int = 0
    blobs: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    indices: range = range(0)
    """Places in the log of what was added and released."""

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """Statements with several supersessions, that this merge has brought. Judges the whole log when asked."""
        return conflicts_since(self.ledger, self.indices.start)


def merge(
    ledger: Ledger,
    path: Path | str,
    *,
    limits: Limits | None = None,
    allow_unsigned: bool = False,
    progress: Progress = SILENT,
) -> MergeResult:
    """Take in what a bundle holds and this ledger lacks.

    Parameters
    ----------
    allow_unsigned
        Merge although this ledger trusts no key, so that nobody can tell who wrote the entries.

    Raises
    ------
    LandreleaseError
        LR0002, LR1100 to LR1118, LR1128: nothing of the bundle is written then; where it contradicts the record, an
        incident is. LR1013 and LR1030 as an append.

    Notes
    -----
    Merging is the union of sets of entries: doing it again changes nothing, and the order of bundles does not matter. A
    merge that is interrupted leaves nothing. Memory grows with the number of the bundle's new entries (a hash of each),
    not with their size.
    """
    limits = limits or Limits()
    with opened_bundle(path, limits) as bundle:
        for _attempt in range(_TRIES):
            keys_at = len(ledger)
            now = time_text(ledger.clock())
            try:
                checked = check_bundle(
                    bundle, ledger, limits=limits, now=now, allow_unsigned=allow_unsigned, progress=progress
                )
                result = _write(ledger, bundle, checked, keys_at, now, progress)
                return _after(ledger, result)
            except ForkFound as found:
                raise record_fork(ledger, bundle.path, found.fork) from found
            except Contradiction as found:
                raise record_contradiction(ledger, bundle.path, found) from found
            except _Stale:
                continue
    raise fail(ErrorCode.LEDGER_BUSY, path=ledger.store.name)


def _write(ledger: Ledger, bundle: Bundle, checked: Checked, keys_at: int, now: str, progress: Progress) -> MergeResult:
    store = ledger.store
    with store.writing() as writer:
        if any(next(store.lines(keys_at, kind=kind), None) for kind in KEY_KINDS):
            raise _Stale
        if ledger.root != (checked.trust.root.hex if checked.trust.root else None):
            raise _Stale
        writing = _Writing(writer, bundle, checked, now)
        writing.waiting_nodes.update(held.node for held in store.held())
        writing.entries(progress)
        blobs = [name for name, _size in bundle.manifest.blobs if _add_blob(ledger, writer, bundle, name)]
        if checked.seen.keep is not None:
            writer.keep(checked.seen.keep)
        return writing.result(ledger, tuple(blobs))


def _after(ledger: Ledger, result: MergeResult) -> MergeResult:
    """Do what follows from what was merged: erase what others ask to be erased, state which attachments are here."""
    if not result.indices and not result.blobs:
        return result
    result = replace(result, findings=(*result.findings, *apply_erasures(ledger).findings))
    here = [state.sha256 for state in ledger.store.blob_states() if state.erased_reason is None] if result.blobs else []
    stored = sorted(set(result.blobs) & set(here))
    if stored:
        try:
            confirm(ledger, SYSTEM, SYSTEM, stored)
        except LandreleaseError as error:  # without its key a node cannot speak; the attachments are here all the same
            if ErrorCode.KEY_NEEDED.code not in error.codes:
                raise
            return replace(result, findings=(*result.findings, *error.findings))
    return result


def _add_blob(ledger: Ledger, writer: Writer, bundle: Bundle, name: str) -> bool:
    if ledger.store.blob(name) is not None:
        return False
    writer.add_blob(name, bundle.blob(name))
    return True


class _Writing:
    """The one transaction of a merge."""

    def __init__(self, writer: Writer, bundle: Bundle, checked: Checked, now: str) -> None:
        self._writer, self._bundle, self._checked = writer, bundle, checked
        last_index, last_received = writer.last()
        self._start = last_index + 1
        self._chunks = Chunks(writer, self._start, max(now, last_received))
        self._chains = Chains(writer)
        self._counts: Counter[str] = Counter()
        self._held: dict[str, str] = {}
        self._incidents: list[str] = []
        self.waiting_nodes: set[str] = set()

    def entries(self, progress: Progress) -> None:
        """Write what is ready, hold the rest, let in what waited for it."""
        reader = self._bundle.lines()
        lines = track(reader, progress, _("Merging the bundle"), self._bundle.manifest.entries)
        for number, line in enumerate(lines, 1):
            self._take(number, line)
        if reader.sha256 != self._checked.sha256:
            raise fail(ErrorCode.BUNDLE_CHANGED, path=self._bundle.path)
        self._chunks.send()
        for entry_hash in release(self._writer, self.waiting_nodes, self._checked.trust, self._chunks):
            self._counts["added" if self._held.pop(entry_hash, None) else "released"] += 1

    def _take(self, number: int, line: bytes) -> None:
        content, signature = self._cut(line)
        entry = read_entry(content_hash(content), content)
        unvouched = (
            signature is None
            and self._checked.trust.root is not None
            and entry.seq > self._checked.vouched.get(entry.node, 0)
        )
        try:
            place = self._chains.place(entry.node, entry.seq, entry.prev, entry.hash, entry.cites, unvouched)
        except ForkError as error:
            fork = Fork(number, entry.node, error.seq, error.stored, error.offered, content, signature)
            raise ForkFound(fork) from error
        except (OrderError, ChainError) as error:  # not the file that was checked
            raise fail(ErrorCode.BUNDLE_CHANGED, path=self._bundle.path) from error
        if place is Place.KNOWN:
            self._counts["known"] += 1
            return
        self._settle_rivals(number, entry, signature, added=place is Place.READY)
        if place is Place.READY:
            self._chunks.add(entry, signature)
            self._counts["added"] += 1
            self._incidents += [entry.hash] if entry.kind == "incident" else []
        else:
            self._chunks.hold(entry, signature)
            self._held[entry.hash] = entry.node
            self.waiting_nodes.add(entry.node)

    def _cut(self, line: bytes) -> tuple[bytes, bytes | None]:
        try:
            return cut_line(line)
        except ValueError as error:
            raise fail(ErrorCode.BUNDLE_CHANGED, path=self._bundle.path) from error

    def _settle_rivals(self, number: int, entry: Entry, signature: bytes | None, added: bool) -> None:
        """Refuse a fork with what is held; forget what waited for the place of an entry that is added."""
        if entry.node not in self.waiting_nodes:
            return
        self._chunks.send()
        rivals = self._writer.held(entry.node, entry.seq)
        for rival in rivals:
            stands = self._checked.trust.stands(rival.node, rival.seq, rival.content, rival.signature)
            if rival.hash != entry.hash and signature is not None and stands:
                raise ForkFound(Fork(number, entry.node, entry.seq, rival.hash, entry.hash, entry.content, signature))
        if added:
            self._writer.release(rival.hash for rival in rivals)

    def result(self, ledger: Ledger, blobs: tuple[str, ...]) -> MergeResult:
        """Count what was done."""
        return MergeResult(
            ledger, self._counts["added"], self._counts["known"], len(self._held), self._counts["released"], blobs,
            tuple(self._incidents), tuple(self._findings()), range(self._start, self._chunks.next_index),
        )  # fmt: skip

    def _findings(self) -> Iterator[Finding]:
        path = self._bundle.path
        if self._checked.trust.root is None:
            yield Finding(ErrorCode.MERGED_UNSIGNED, {"path": path})
        yield from self._checked.seen.findings
        for node, (count, first, recorded) in sorted(self._checked.ahead.items()):
            details = {"node": node, "count": count, "hash": first, "recorded": recorded}
            yield Finding(ErrorCode.RECORDED_AHEAD, details)
        for node, count in sorted(Counter(self._held.values()).items()):
            reason = _("what comes before them, or what they cite, is not here")
            yield Finding(ErrorCode.ENTRIES_HELD, {"node": node, "count": count, "reason": reason})
