"""Checkpoints that are kept: their columns against their notes, those of other logs against each other."""

from collections.abc import Iterable, Iterator, Mapping

from landrelease.errors import ErrorCode, Finding, LandreleaseError
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import (
    Checkpoint,
    LogCheck,
    is_signed_by_log,
    log_check,
    log_keys,
    node_of,
    origin_of,
    read_checkpoint,
)
from landrelease.record.proofs.notes import Note, VerifierKey
from landrelease.record.proofs.witness import known_witnesses
from landrelease.record.stores import Kept


def begin_log_check(ledger: Ledger, notes: Mapping[str, str]) -> tuple[list[Finding], LogCheck]:
    """Return what is wrong with the checkpoints of this log, and the check that the pass over the log feeds."""
    try:
        return log_check(ledger, notes)
    except LandreleaseError as error:  # a statement about keys was changed: the pass over the log names it too
        return list(error.findings), LogCheck()
    except TypeError as error:  # not even bytes
        return [Finding(ErrorCode.LEDGER_CORRUPT, {"path": ledger.store.name, "problem": error})], LogCheck()


def check_kept(ledger: Ledger) -> Iterator[Finding]:
    """Yield what is wrong with kept checkpoints by themselves; those of this log are compared with it elsewhere."""
    own, witnesses = origin_of(ledger.node), _witnesses(ledger)
    roots: dict[tuple[str, int], bytes] = {}
    for kept in ledger.store.kept():
        named = {"origin": kept.origin, "size": kept.size}
        try:
            note, checkpoint = read_checkpoint(kept.note)
        except LandreleaseError as error:
            if kept.origin != own:
                yield from error.findings
            continue
        if (checkpoint.origin, checkpoint.size, checkpoint.root) != (kept.origin, kept.size, bytes(kept.root)):
            yield Finding(ErrorCode.KEPT_COLUMNS_DIFFER, named)
        yield from _cosigned(note, checkpoint, witnesses)
        if checkpoint.origin != own:
            yield from _foreign(ledger, kept, note, checkpoint, roots)


def _witnesses(ledger: Ledger) -> tuple[VerifierKey, ...]:
    try:
        return known_witnesses(ledger)
    except LandreleaseError:  # a statement about keys was changed: the pass over the log names it
        return ()


def _cosigned(note: Note, checkpoint: Checkpoint, witnesses: Iterable[VerifierKey]) -> Iterator[Finding]:
    """Check the signatures that are not the log's own: those of known witnesses hold, others are told."""
    for line in note.signatures:
        if line.name == checkpoint.origin:
            continue
        key = next((known for known in witnesses if line.is_by(known)), None)
        if key is None:
            details = {"origin": checkpoint.origin, "size": checkpoint.size, "name": line.name}
            yield Finding(ErrorCode.KEPT_SIGNATURE_UNKNOWN, details)
        elif note.cosigned_at(key) is None:
            yield Finding(ErrorCode.COSIGNATURE_INVALID, {"name": line.name})


def _foreign(
    ledger: Ledger, kept: Kept, note: Note, checkpoint: Checkpoint, roots: dict[tuple[str, int], bytes]
) -> Iterator[Finding]:
    """Check a checkpoint of another log: its signature where a key is known, one history where several are kept."""
    node = node_of(checkpoint.origin)
    keys = log_keys(ledger, node) if node is not None else ()
    if not keys:
        yield Finding(ErrorCode.KEPT_KEY_UNKNOWN, {"origin": checkpoint.origin, "size": checkpoint.size})
    elif not is_signed_by_log(note, checkpoint.origin, keys):
        yield Finding(ErrorCode.CHECKPOINT_NOT_SIGNED, {"origin": checkpoint.origin})
    place = (checkpoint.origin, checkpoint.size)
    if roots.setdefault(place, checkpoint.root) != checkpoint.root:
        details = {"origin": kept.origin, "size": kept.size, "received": checkpoint.received or kept.received}
        yield Finding(ErrorCode.KEPT_CONTRADICT, details)
