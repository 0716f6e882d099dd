"""The sender's checkpoint in a bundle: who merges is a witness of the sender's log."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.record.bundles.manifest import Manifest
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import (
    Checkpoint,
    KeptCheckpoint,
    is_signed_by_log,
    kept_checkpoints,
    origin_of,
    read_checkpoint,
)
from landrelease.record.proofs.merkle import verify_consistency
from landrelease.record.signing.trust import Trust
from landrelease.record.stores import Kept
from landrelease.terms import KeyRole

_WRITERS = (KeyRole.NODE, KeyRole.AUTHORITY)


class Contradiction(Exception):  # noqa: N818 - not an error of the program: it is recorded as an incident
    """A log was shown in a way that does not continue what it was before."""

    def __init__(self, node: str, stored: KeptCheckpoint, offered: str) -> None:
        super().__init__(node)
        self.node, self.stored, self.offered = node, stored, offered


class Seen(NamedTuple):
    """What to keep of the sender's checkpoint, and what to say about it."""

    keep: Kept | None = None
    findings: tuple[Finding, ...] = ()


def check_checkpoint(ledger: Ledger, path: Path, manifest: Manifest, trust: Trust, now: str) -> Seen:
    """Compare the checkpoint of a bundle with those that this ledger keeps of the sender's log.

    Raises
    ------
    LandreleaseError
        LR1117 where it is none, another log's, or not signed with a key of the sender.
    Contradiction
        Where the sender's log is no longer the one that was seen before.
    """
    granted = [grant.key for grant in trust.grants if grant.holder == manifest.node and grant.role in _WRITERS]
    keys = [key for key in granted if trust.revocation_of(key) is None]
    if not manifest.checkpoint or not keys or manifest.node == ledger.node:
        return Seen()  # nobody here could say who signed it
    origin = origin_of(manifest.node)
    try:
        note, offered = read_checkpoint(manifest.checkpoint)
    except LandreleaseError as error:
        raise fail(ErrorCode.CHECKPOINT_INVALID, path=path, problem=error.findings[0].what) from error
    if offered.origin != origin or offered.size < manifest.start or not is_signed_by_log(note, origin, granted):
        problem = Finding(ErrorCode.CHECKPOINT_NOT_SIGNED, {"origin": origin}).what
        raise fail(ErrorCode.CHECKPOINT_INVALID, path=path, problem=problem)
    if not is_signed_by_log(note, origin, keys):
        return Seen()  # with a key that was revoked since: it says nothing more
    return _compared(path, manifest, offered, kept_checkpoints(ledger, origin), now)


def _compared(path: Path, manifest: Manifest, offered: Checkpoint, kept: Iterable[KeptCheckpoint], now: str) -> Seen:
    sizes = {one.checkpoint.size: one for one in kept}
    last = max(sizes, default=0)
    same = sizes.get(offered.size)
    if same is not None:
        if same.checkpoint.root != offered.root:
            raise Contradiction(manifest.node, same, manifest.checkpoint)
        return Seen()
    known = sizes.get(manifest.start)
    if known is not None and not _continues(known.checkpoint, offered, manifest.consistency):
        raise Contradiction(manifest.node, known, manifest.checkpoint)
    if offered.size < last:
        return Seen()  # an old bundle
    if known is None and sizes:
        details = {"path": path, "size": offered.size, "kept": last}
        return Seen(findings=(Finding(ErrorCode.CHECKPOINT_NOT_COMPARED, details),))
    return Seen(Kept(offered.origin, offered.size, offered.root, now, manifest.checkpoint))


def _continues(known: Checkpoint, offered: Checkpoint, proof: Iterable[str]) -> bool:
    hashes = [bytes.fromhex(one) for one in proof]
    return verify_consistency(known.size, offered.size, known.root, offered.root, hashes)
