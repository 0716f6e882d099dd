"""Witnesses: someone else who saw the log, and refuses to sign a second history (``docs/formats/checkpoint-v1.md``).

A request is the body of an ``add-checkpoint`` call of c2sp.org/tlog-witness, an answer its cosignature line: both are
small texts that travel by stick, mail or HTTP.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track
from landrelease.record.entry import Statement
from landrelease.record.keeping import Incident
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import (
    Checkpoint,
    KeptCheckpoint,
    is_signed_by_log,
    keep,
    kept_checkpoints,
    log_keys,
    node_of,
    origin_of,
    read_checkpoint,
    signing_key,
    whole_number,
)
from landrelease.record.proofs.merkle import HASH_BYTES, consistency_proof, verify_consistency
from landrelease.record.proofs.notes import (
    Note,
    NoteSignature,
    SignatureType,
    VerifierKey,
    cosign,
    from_base64,
    is_key_name,
    parse_signature,
    to_base64,
)
from landrelease.record.signing.keys import PublicKey
from landrelease.record.signing.trust import SYSTEM, Trust
from landrelease.record.stores import Kept
from landrelease.record.when import time_text
from landrelease.terms import IncidentKind, KeyRole

MOST_HASHES = 63
"""A consistency proof of a log below 2^63 entries is never longer."""
_WRITERS = (KeyRole.NODE, KeyRole.AUTHORITY)


@dataclass(frozen=True, slots=True)
class Request:
    """What a log's office asks of a witness: to cosign a checkpoint that continues one of `old` entries."""

    old: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint

    def __post_init__(self) -> None:
        if self.old > self.checkpoint.size or len(self.proof) > (MOST_HASHES if self.old else 0):
            raise fail(ErrorCode.CONSISTENCY_INVALID, problem=_("its sizes or the number of its hashes do not fit"))

    def continues(self, known: Checkpoint | None) -> bool:
        """Tell whether the proof shows that the checkpoint continues the known one; every log continues nothing."""
        if known is None:
            return True
        new = self.checkpoint
        return verify_consistency(known.size, new.size, known.root, new.root, self.proof)


def make_consistency(ledger: Ledger, old: int, note: str, progress: Progress = SILENT) -> str:
    """Return the request to cosign a checkpoint of this log.

    Parameters
    ----------
    old
        Number of entries of the checkpoint that the witness cosigned last; 0 where it has not yet.
    note
        The checkpoint.

    Raises
    ------
    LandreleaseError
        LR1080 and LR1081 for a note that is no checkpoint, LR1083 and LR1086 for one that is not of this log, LR1088
        where `old` is larger than it.
    """
    read, checkpoint = read_checkpoint(note)
    origin = origin_of(ledger.node)
    if checkpoint.origin != origin:
        raise fail(ErrorCode.CHECKPOINT_FOREIGN, found=checkpoint.origin, origin=origin)
    if checkpoint.size > len(ledger):
        raise fail(
            ErrorCode.CHECKPOINT_TAIL_LOST, origin=origin, size=len(ledger), expected=checkpoint.size,
            received=checkpoint.received or "?",
        )  # fmt: skip
    Request(old, (), read, checkpoint)
    hashes = track(ledger.store.hashes(0, checkpoint.size), progress, _("Proving consistency"), checkpoint.size)
    proof = consistency_proof(hashes, old, checkpoint.size)
    return f"old {old}\n" + "".join(f"{to_base64(one)}\n" for one in proof) + "\n" + read.written


def parse_request(text: str) -> Request:
    """Read a request. Raises LR1088, and LR1080 and LR1081 for its checkpoint; nothing is verified yet."""
    head, _gap, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    old = whole_number(first.removeprefix("old ")) if first.startswith("old ") else None
    proof = [from_base64(line) or b"" for line in lines]
    if old is None or any(len(one) != HASH_BYTES for one in proof):
        raise fail(ErrorCode.CONSISTENCY_INVALID, problem=_("it does not begin with an old size and hashes"))
    return Request(old, tuple(proof), *read_checkpoint(note))


def witness(ledger: Ledger, request: str, log_key: PublicKey | None = None) -> str:
    """Cosign another log's checkpoint, if it continues what this node saw of that log before.

    Parameters
    ----------
    ledger
        The witness: its key cosigns, it keeps the checkpoint, and it records a contradiction.
    request
        What `make_consistency` returned to the log's office.
    log_key
        The log's key; by default the keys that this ledger's trust grants to the log's node.

    Returns
    -------
    str
        The cosignature line.

    Raises
    ------
    LandreleaseError
        LR1080, LR1081, LR1088 for what is unreadable; LR1082 and LR1099 without a key that counts; LR1087 for a log or
        key that is unknown; LR1089 where the request does not start from what was cosigned last, as an old one that is
        sent again; LR1090 for a log that contradicts itself: recorded as an incident, once; LR1097 for the own log.
    """
    signer, asked = signing_key(ledger), parse_request(request)
    checkpoint, origin = asked.checkpoint, asked.checkpoint.origin
    keys = (log_key,) if log_key is not None else _trusted_keys(ledger, origin)
    if origin == origin_of(ledger.node) or signer.public in keys:
        raise fail(ErrorCode.WITNESS_OF_ITSELF)
    if not is_signed_by_log(asked.note, origin, keys):
        raise fail(ErrorCode.CHECKPOINT_NOT_SIGNED, origin=origin)
    moment = ledger.clock()
    if contradicted := _keep_if_consistent(ledger, asked, moment):
        _record_incident(ledger, contradicted, asked)
        raise fail(
            ErrorCode.WITNESS_INCONSISTENT, origin=origin, size=checkpoint.size, known=contradicted.checkpoint.size
        )
    return cosign(asked.note.text, origin_of(ledger.node), signer, int(moment.timestamp())).line


def witness_key(ledger: Ledger) -> VerifierKey:
    """Return the verifier key of this node as a witness, for those who rely on its cosignatures."""
    return VerifierKey(origin_of(ledger.node), signing_key(ledger).public, SignatureType.COSIGNATURE)


def log_key(ledger: Ledger) -> VerifierKey:
    """Return the verifier key of this node's log, for witnesses and those who check proofs."""
    return VerifierKey(origin_of(ledger.node), signing_key(ledger).public)


def add_cosignatures(ledger: Ledger, note: str, lines: str, keys: Iterable[VerifierKey] = ()) -> str:
    """Return a checkpoint of this log with cosignatures added, and keep it.

    Parameters
    ----------
    lines
        Cosignature lines, as witnesses returned them.
    keys
        Witnesses that are known; beside those that this ledger's trust names.

    Raises
    ------
    LandreleaseError
        LR1091 for a line that is not a cosignature of this checkpoint by a known witness, LR1080, LR1081, LR1086 and
        LR1087 for the checkpoint; nothing is kept then.
    """
    read, checkpoint = read_checkpoint(note)
    origin = origin_of(ledger.node)
    if checkpoint.origin != origin:
        raise fail(ErrorCode.CHECKPOINT_FOREIGN, found=checkpoint.origin, origin=origin)
    if not is_signed_by_log(read, origin, log_keys(ledger, ledger.node)):
        raise fail(ErrorCode.CHECKPOINT_NOT_SIGNED, origin=origin)
    known = (*keys, *known_witnesses(ledger))
    signatures = [_cosignature(read, line, known) for line in lines.splitlines() if line.strip()]
    cosigned = read.with_signatures(signatures)
    keep(ledger, checkpoint, cosigned.written)
    return cosigned.written


def known_witnesses(ledger: Ledger) -> tuple[VerifierKey, ...]:
    """Return the witnesses that this ledger's trust names, and the programme's nodes, which may be witnesses too."""
    trust = ledger.trust()
    named = [(name, key) for name, keys in trust.witnesses().items() for key in keys if is_key_name(name)]
    nodes = [(origin_of(grant.holder), grant.key) for grant in trust.grants if grant.role in _WRITERS]
    return tuple(VerifierKey(name, key, SignatureType.COSIGNATURE) for name, key in dict.fromkeys((*named, *nodes)))


def inconsistency(stored: str, offered: str, day: str) -> Statement:
    """Return the incident of two checkpoints of one log that contradict each other.

    Parameters
    ----------
    stored, offered
        The notes: the one that was kept here, and the one that was refused. Each carries the log's signature.
    day
        When it was found (YYYY-MM-DD).
    """
    known, new = read_checkpoint(stored)[1], read_checkpoint(offered)[1]
    said = _("The log {origin} was shown with {size} entries in a way that does not continue its first {known}.")
    body = Incident(
        kind=IncidentKind.LOG_INCONSISTENT, node=node_of(new.origin), stored_checkpoint=stored,
        offered_checkpoint=offered, note=said.format(origin=new.origin, size=new.size, known=known.size),
    )  # fmt: skip
    return Statement("incident", f"log:{new.origin}", body, day, SYSTEM, SYSTEM)


def _keep_if_consistent(ledger: Ledger, asked: Request, moment: datetime) -> KeptCheckpoint | None:
    """Keep the checkpoint, or return the one that it contradicts. Checked and kept in one transaction."""
    new = asked.checkpoint
    with ledger.store.writing() as writer:
        kept = kept_checkpoints(ledger, new.origin)
        for one in kept:
            if one.checkpoint.size == new.size and one.checkpoint.root != new.root:
                return one
        last = max(kept, key=lambda one: one.checkpoint.size, default=None)
        known = last.checkpoint.size if last else 0
        if asked.old != known:
            raise fail(ErrorCode.WITNESS_SIZE_DIFFERS, old=asked.old, known=known, origin=new.origin)
        if not asked.continues(last.checkpoint if last else None):
            return last
        writer.keep(Kept(new.origin, new.size, new.root, time_text(moment), asked.note.written))
    return None


def _record_incident(ledger: Ledger, stored: KeptCheckpoint, asked: Request) -> None:
    statement = inconsistency(stored.note, asked.note.written, time_text(ledger.clock())[:10])
    recorded = (logged.entry for logged in ledger.log(kind="incident"))
    same = (entry for entry in recorded if entry.subject == statement.subject)
    roots = {read_checkpoint(text)[1].root for entry in same if (text := entry.body.get("offered_checkpoint"))}
    if asked.checkpoint.root not in roots:
        ledger.append([statement])


def _trusted_keys(ledger: Ledger, origin: str) -> tuple[PublicKey, ...]:
    node, trust = node_of(origin), ledger.trust()
    return tuple(grant.key for grant in trust.grants if grant.holder == node and _stands(trust, grant.key, grant.role))


def _stands(trust: Trust, key: PublicKey, role: KeyRole) -> bool:
    return role in _WRITERS and trust.revocation_of(key) is None


def _cosignature(note: Note, line: str, known: Sequence[VerifierKey]) -> NoteSignature:
    try:
        signature = parse_signature(line)
    except LandreleaseError as error:
        raise fail(ErrorCode.COSIGNATURE_INVALID, name=line[:80]) from error
    only = Note(note.text, (signature,))
    if not any(only.cosigned_at(key) is not None for key in known):
        raise fail(ErrorCode.COSIGNATURE_INVALID, name=signature.name)
    return signature
