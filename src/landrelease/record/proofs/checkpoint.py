"""Signed checkpoints: what the log was, in a few lines that leave the building (``docs/formats/checkpoint-v1.md``)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote, unquote

from landrelease.errors import ErrorCode, Finding, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.merkle import HASH_BYTES, Frontier
from landrelease.record.proofs.notes import (
    Note,
    SignatureType,
    VerifierKey,
    from_base64,
    parse_note,
    sign_note,
    to_base64,
)
from landrelease.record.signing.keys import PublicKey, SigningKey
from landrelease.record.stores import Kept
from landrelease.record.when import is_time, time_text
from landrelease.terms import KeyRole

ORIGIN = "landrelease/"
_RECEIVED = "received"
_HASH_DIGITS = 64
_SIGNS_LOGS = (KeyRole.NODE, KeyRole.AUTHORITY)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: what its origin signs.

    Attributes
    ----------
    origin
        Which log: ``landrelease/`` and its node.
    size, root
        Number of entries, and the root (32 bytes) of the tree over their hashes.
    received, received_sha256
        When the last of them arrived, by the log's clock, and the SHA-256 of all times of arrival, which the tree does
        not cover. Empty for a log that does not say.
    others
        Further extension lines, which this version ignores.
    """

    origin: str
    size: int
    root: bytes
    received: str = ""
    received_sha256: str = ""
    others: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.origin or self.size < 0 or len(self.root) != HASH_BYTES:
            raise fail(ErrorCode.CHECKPOINT_UNREADABLE, problem=_("its origin, size or root is malformed"))
        if bool(self.received) != bool(self.received_sha256) or (self.received and not is_time(self.received)):
            raise fail(ErrorCode.CHECKPOINT_UNREADABLE, problem=_("its time of arrival is malformed"))

    def text(self) -> str:
        """Return the text of the note, with its final line feed."""
        received = (f"{_RECEIVED} {self.received} {self.received_sha256}",) if self.received else ()
        return "\n".join((self.origin, str(self.size), to_base64(self.root), *received, *self.others)) + "\n"


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A checkpoint that this ledger keeps: its own, or one of another log that it has seen."""

    checkpoint: Checkpoint
    note: str
    received: str
    """When it was kept."""


class LogCheck:
    """Compares checkpoints with the log, while someone reads it line by line.

    Parameters
    ----------
    checkpoints
        All of one log, each with the name of the file from which it comes, or None.
    """

    def __init__(self, checkpoints: Iterable[tuple[Checkpoint, str | None]] = ()) -> None:
        self._open = sorted(checkpoints, key=lambda point: -point[0].size)
        self._tree, self._received, self._last = Frontier(), sha256(), ""
        self.findings: list[Finding] = []
        self.agreed = 0
        """Entries of the largest checkpoint with which the log agrees."""
        self._settle()

    def take(self, leaf: bytes, received: str) -> None:
        """Take the next line of the log: the entry's hash (32 bytes) and its time of arrival."""
        self._received.update((f"\n{received}" if self._tree.size else received).encode())
        self._tree.add(leaf)
        self._last = received
        self._settle()

    def end(self) -> list[Finding]:
        """Return all findings: those so far, and of checkpoints that stand for more than the log has."""
        while self._open:
            self._note(ErrorCode.CHECKPOINT_TAIL_LOST, *self._open.pop(), self._tree.size)
        return self.findings

    def state(self, origin: str) -> Checkpoint:
        """Return the checkpoint of what has been read."""
        arrival = (self._last, self._received.hexdigest()) if self._tree.size else ("", "")
        return Checkpoint(origin, self._tree.size, self._tree.root(), *arrival)

    def _settle(self) -> None:
        while self._open and self._open[-1][0].size == self._tree.size:
            self._compare(*self._open.pop())

    def _compare(self, checkpoint: Checkpoint, file: str | None) -> None:
        said = (checkpoint.received, checkpoint.received_sha256)
        if checkpoint.root != self._tree.root():
            self._note(ErrorCode.CHECKPOINT_ROOT_DIFFERS, checkpoint, file, checkpoint.size)
        elif checkpoint.received and said != (self._last, self._received.hexdigest()):
            self._note(ErrorCode.CHECKPOINT_RECEIVED_DIFFERS, checkpoint, file, checkpoint.size)
        else:
            self.agreed = checkpoint.size

    def _note(self, error: ErrorCode, checkpoint: Checkpoint, file: str | None, size: int) -> None:
        details = {
            "origin": checkpoint.origin, "size": size, "expected": checkpoint.size,
            "received": checkpoint.received or "?",
        }  # fmt: skip
        self.findings.append(Finding(error, details, file=file))


def origin_of(node: str) -> str:
    """Return the origin of a node's log; what a note's name cannot hold is percent-encoded."""
    return ORIGIN + quote(node, safe="")


def node_of(origin: str) -> str | None:
    """Return the node of an origin; None for a log that is not landrelease's."""
    return unquote(origin.removeprefix(ORIGIN)) if origin.startswith(ORIGIN) else None


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint's note. Refuses (LR1081) what is none."""
    lines = text.removesuffix("\n").split("\n")
    if not text.endswith("\n") or len(lines) < 3 or not all(lines):
        raise fail(ErrorCode.CHECKPOINT_UNREADABLE, problem=_("it has not three lines, or one is empty"))
    size, root = whole_number(lines[1]), from_base64(lines[2])
    if size is None or root is None:
        raise fail(ErrorCode.CHECKPOINT_UNREADABLE, problem=_("its origin, size or root is malformed"))
    said = lines[3].split(" ") if len(lines) > 3 else []
    if len(said) == 3 and said[0] == _RECEIVED and is_time(said[1]) and _is_hash(said[2]):
        return Checkpoint(lines[0], size, root, said[1], said[2], tuple(lines[4:]))
    return Checkpoint(lines[0], size, root, others=tuple(lines[3:]))


def read_checkpoint(written: str) -> tuple[Note, Checkpoint]:
    """Read a checkpoint with its signatures, none of them verified. Raises LR1080, LR1081."""
    note = parse_note(written)
    return note, parse_checkpoint(note.text)


def make_checkpoint(ledger: Ledger, progress: Progress = SILENT) -> str:
    """Sign the log as it is, keep the checkpoint and return its note; one that is kept for this size is returned.

    Raises
    ------
    LandreleaseError
        LR1082 without a key, LR1099 with a revoked one, LR1096 for an empty log, and LR1083 to LR1085 where the log no
        longer fits a checkpoint that it signed before: a log never signs two histories.
    """
    signer, size, origin = signing_key(ledger), len(ledger), origin_of(ledger.node)
    if not size:
        raise fail(ErrorCode.LOG_EMPTY)
    kept = kept_checkpoints(ledger, origin)
    check = _read(ledger, LogCheck((one.checkpoint, None) for one in kept), size, progress)
    if findings := check.end():
        raise LandreleaseError(findings)
    if same := [one for one in kept if one.checkpoint.size == size]:
        return best(same).note
    state = check.state(origin)
    note = sign_note(state.text(), origin, signer)
    keep(ledger, state, note)
    return note


def signing_key(ledger: Ledger) -> SigningKey:
    """Return the key that signs checkpoints. Refuses none (LR1082) and a revoked one (LR1099)."""
    if ledger.signer is None:
        raise fail(ErrorCode.CHECKPOINT_NEEDS_KEY)
    if ledger.trust().revocation_of(ledger.signer.public):
        raise fail(ErrorCode.CHECKPOINT_KEY_REVOKED, fingerprint=ledger.signer.public.fingerprint)
    return ledger.signer


def keep(ledger: Ledger, checkpoint: Checkpoint, note: str) -> None:
    """Keep a checkpoint whose signature has been verified; the same note is kept once."""
    moment = time_text(ledger.clock())
    with ledger.store.writing() as writer:
        writer.keep(Kept(checkpoint.origin, checkpoint.size, checkpoint.root, moment, note))


def kept_checkpoints(ledger: Ledger, origin: str | None = None) -> list[KeptCheckpoint]:
    """Return the kept checkpoints by origin and size; those of one log where it is given. Raises LR1080, LR1081."""
    return [
        KeptCheckpoint(read_checkpoint(kept.note)[1], kept.note, kept.received) for kept in ledger.store.kept(origin)
    ]


def best(kept: Sequence[KeptCheckpoint]) -> KeptCheckpoint:
    """Return the one with most signatures, of those the one with most entries."""
    return max(kept, key=lambda one: (one.note.count("\n"), one.checkpoint.size))


def kept_note(ledger: Ledger, size: int | None = None) -> str:
    """Return the kept note of this log for a size, with most signatures; without a size, of the last checkpoint.

    Raises
    ------
    LandreleaseError
        LR1095 where none is kept.
    """
    origin = origin_of(ledger.node)
    kept = kept_checkpoints(ledger, origin)
    sizes = sorted({one.checkpoint.size for one in kept})
    wanted = size if size is not None else max(sizes, default=0)
    if wanted not in sizes:
        raise fail(ErrorCode.CHECKPOINT_MISSING, origin=origin, size=wanted, known=", ".join(map(str, sizes)) or "-")
    return best([one for one in kept if one.checkpoint.size == wanted]).note


def check_against_log(
    ledger: Ledger, notes: Mapping[str, str] | None = None, progress: Progress = SILENT
) -> Iterator[Finding]:
    """Compare the log with every checkpoint of it that is kept or given, in one pass.

    Parameters
    ----------
    notes
        Checkpoints that lay elsewhere: name of the file and its text.

    Yields
    ------
    Finding
        LR1083 where the end of the log is missing, LR1084 for another history, LR1085 for changed times of arrival,
        LR1080, LR1081, LR1086 and LR1087 for a checkpoint that is unreadable, another log's, or not signed by the log.
    """
    findings, check = log_check(ledger, notes)
    yield from findings
    yield from _read(ledger, check, len(ledger), progress).end()


def log_check(ledger: Ledger, notes: Mapping[str, str] | None = None) -> tuple[list[Finding], LogCheck]:
    """Return what is wrong with the checkpoints themselves, and the check for whoever reads the log anyway."""
    keys, origin = log_keys(ledger, ledger.node), origin_of(ledger.node)
    kept = [(one.note, None) for one in ledger.store.kept(origin)]
    findings: list[Finding] = []
    points: list[tuple[Checkpoint, str | None]] = []
    for written, file in (*kept, *((text, file) for file, text in (notes or {}).items())):
        try:
            points.append((_signed(written, origin, keys), file))
        except LandreleaseError as error:
            findings += (Finding(one.error, one.details, file=file) for one in error.findings)
    return findings, LogCheck(points)


def log_keys(ledger: Ledger, node: str) -> tuple[PublicKey, ...]:
    """Return every key that the record has ever granted to a node, revoked ones too: old checkpoints stay theirs."""
    granted = [logged.entry.body for logged in ledger.log(kind="key.grant")]
    keys = [body["public_key"] for body in granted if body["holder"] == node and body["role"] in _SIGNS_LOGS]
    own = [ledger.signer.public.hex] if ledger.signer is not None and node == ledger.node else []
    return tuple(PublicKey.from_hex(key) for key in dict.fromkeys((*keys, *own)))


def is_signed_by_log(note: Note, origin: str, keys: Iterable[PublicKey]) -> bool:
    """Tell whether one of these keys signed the note in the log's name."""
    return any(note.is_signed_by(VerifierKey(origin, key, SignatureType.NOTE)) for key in keys)


def whole_number(text: str) -> int | None:
    """Read a number below 2^63 in decimal digits without leading zeros; None for anything else."""
    if not text.isascii() or not text.isdigit() or len(text) > 19 or str(int(text)) != text or int(text) >= 2**63:
        return None
    return int(text)


def _signed(written: str, origin: str, keys: Sequence[PublicKey]) -> Checkpoint:
    note, checkpoint = read_checkpoint(written)
    if checkpoint.origin != origin:
        raise fail(ErrorCode.CHECKPOINT_FOREIGN, found=checkpoint.origin, origin=origin)
    if keys and not is_signed_by_log(note, origin, keys):
        raise fail(ErrorCode.CHECKPOINT_NOT_SIGNED, origin=origin)
    return checkpoint


def _read(ledger: Ledger, check: LogCheck, size: int, progress: Progress) -> LogCheck:
    lines = zip(ledger.store.hashes(0, size), ledger.store.received(0, size), strict=True)
    for leaf, received in track(lines, progress, _("Comparing the log with its checkpoints"), size):
        check.take(leaf, received)
    return check


def _is_hash(text: str) -> bool:
    return len(text) == _HASH_DIGITS and all(digit in "0123456789abcdef" for digit in text)
