"""Proofs: one statement, its signatures, and its place in a signed log, on a page (``docs/formats/proof-v1.md``).

A proof needs neither this program nor a server: ``verifier/verify_landrelease.py`` checks it with Python's standard
library and ``cryptography``, and says the same words as `landrelease.record.proofs.verdict`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track
from landrelease.record.canonical import content_hash
from landrelease.record.encoding import entry_members
from landrelease.record.entry import Entry
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import (
    Checkpoint,
    best,
    kept_checkpoints,
    log_keys,
    make_checkpoint,
    origin_of,
    read_checkpoint,
    whole_number,
)
from landrelease.record.proofs.merkle import HASH_BYTES, inclusion_proof, verify_inclusion
from landrelease.record.proofs.notes import (
    Note,
    NoteSignature,
    VerifierKey,
    from_base64,
    parse_verifier_key,
    to_base64,
)
from landrelease.record.proofs.witness import known_witnesses
from landrelease.record.signing.keys import PublicKey
from landrelease.record.signing.trust import check_officer_signature, verified_by
from landrelease.record.stores import Line

FIRST_LINE = "landrelease proof v1"
TLOG_LINE = "c2sp.org/tlog-proof@v1"
LARGEST_PROOF = 16 * 1024 * 1024
_PERSON = ":@/"
"""What a person's name keeps when it becomes the name of a key."""


@dataclass(frozen=True, slots=True)
class SignedBy:
    """A signature of the entry, and the key under which it holds."""

    key: VerifierKey
    signature: bytes

    @property
    def written(self) -> str:
        """The rest of the line after its first word."""
        return f"{self.key.text} {to_base64(self.signature)}"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof file holds, unverified.

    Attributes
    ----------
    content
        Exact bytes of the entry.
    signature
        By the entry's node; None for an entry that it did not sign.
    officers
        By signing officers.
    keys
        Of the log and of the witnesses that signed the checkpoint.
    index, hashes
        The entry's place in the log, from 0, and the path from there to the root.
    note, checkpoint
        The signed checkpoint.
    """

    content: bytes
    signature: SignedBy | None
    officers: tuple[SignedBy, ...]
    keys: tuple[VerifierKey, ...]
    index: int
    hashes: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint

    @property
    def entry_hash(self) -> str:
        """Hash of the entry, in hexadecimal digits."""
        return content_hash(self.content)

    def members(self) -> dict[str, Any]:
        """Return what the entry says. Raises LR1016 for bytes that are no entry."""
        return entry_members(self.content)

    def text(self) -> str:
        """Return the proof file."""
        signature = [f"signature {self.signature.written}"] if self.signature else []
        lines = [
            FIRST_LINE, f"entry {to_base64(self.content)}", *signature,
            *(f"officer {officer.written}" for officer in self.officers), *(f"key {key.text}" for key in self.keys),
            TLOG_LINE, f"index {self.index}", *map(to_base64, self.hashes), "",
        ]  # fmt: skip
        return "\n".join(lines) + "\n" + self.note.written


def make_proof(
    ledger: Ledger,
    entry_hash: str,
    checkpoint: str | None = None,
    *,
    witnesses: Iterable[VerifierKey] = (),
    progress: Progress = SILENT,
) -> str:
    """Return the proof that an entry is in the log.

    Parameters
    ----------
    entry_hash
        Hash of the entry, in hexadecimal digits.
    checkpoint
        Note of the checkpoint to prove it by; by default, of those kept here that cover the entry, the one with most
        signatures. Where none does and the ledger has its key, one is made.
    witnesses
        Keys of witnesses, beside those that the ledger's trust names. Cosignatures of others are left out.

    Raises
    ------
    LandreleaseError
        LR1015 for a hash that is not here, LR1018 where the entry was changed, LR1067 where its signature is by no key
        that the ledger knows, LR1084 and LR1087 for a checkpoint that is not this log's, LR1093 where no checkpoint
        covers the entry, LR1098 for an entry whose key was revoked.
    """
    entry, line = ledger.entry(entry_hash), ledger.store.find(entry_hash)
    if line is None:
        raise fail(ErrorCode.ENTRY_MISSING, hash=entry_hash)
    if ledger.trust().revoked(entry.node, entry.seq):
        raise fail(ErrorCode.PROOF_OF_REVOKED, hash=entry.hash)
    note, covering = read_checkpoint(checkpoint or _covering(ledger, line, progress))
    if covering.size <= line.place or covering.origin != origin_of(ledger.node):
        raise fail(ErrorCode.PROOF_NOT_COVERED, hash=entry.hash, index=line.place)
    note, keys = _with_keys(ledger, note, covering, witnesses)
    proof = Proof(
        line.content, _node_signature(ledger, entry, line), tuple(_officers(ledger, entry.hash)), keys,
        line.place, _path(ledger, line, covering, progress), note, covering,
    )  # fmt: skip
    return proof.text()


def read_proof(text: str) -> Proof:
    """Read a proof file. Nothing is verified yet.

    Raises
    ------
    LandreleaseError
        LR1092, and LR1080, LR1081 and LR1094 for the checkpoint and the keys in it.
    """
    head, mark, rest = text.partition(f"\n{TLOG_LINE}\n")
    tree, gap, note = rest.partition("\n\n")
    if len(text) > LARGEST_PROOF or not mark or not gap or not head.startswith(FIRST_LINE + "\n"):
        raise fail(ErrorCode.PROOF_INVALID, problem=_("it does not begin, or does not go on, as one"))
    lines = [tuple(line.split(" ")) for line in head.split("\n")[1:]]
    first, *hashes = tree.split("\n")
    read, checkpoint = read_checkpoint(note)
    proof = Proof(
        _decoded(_one(lines, "entry")), next(map(_signed, _several(lines, "signature")), None),
        tuple(map(_signed, _several(lines, "officer"))),
        tuple(parse_verifier_key(" ".join(words)) for words in _several(lines, "key")),
        _index(first), tuple(map(_hash, hashes)), read, checkpoint,
    )  # fmt: skip
    if proof.text() != text:
        raise fail(ErrorCode.PROOF_INVALID, problem=_("its lines are not those of the format, or not in their order"))
    return proof


def person_key_name(person: str) -> str:
    """Return the name under which a person's key stands in a proof: without spaces."""
    return quote(person, safe=_PERSON)


def person_of(name: str) -> str:
    """Return the person of such a name."""
    return unquote(name)


def is_in_tree(proof: Proof) -> bool:
    """Tell whether the entry is where the proof says, under the root of its checkpoint."""
    leaf, checkpoint = bytes.fromhex(proof.entry_hash), proof.checkpoint
    return verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root)


def _covering(ledger: Ledger, line: Line, progress: Progress) -> str:
    kept = [one for one in kept_checkpoints(ledger, origin_of(ledger.node)) if one.checkpoint.size > line.place]
    if kept:
        return best(kept).note
    if ledger.signer is None:
        raise fail(ErrorCode.PROOF_NOT_COVERED, hash=line.hash, index=line.place)
    return make_checkpoint(ledger, progress)


def _with_keys(
    ledger: Ledger, note: Note, checkpoint: Checkpoint, witnesses: Iterable[VerifierKey]
) -> tuple[Note, tuple[VerifierKey, ...]]:
    """Return the note with the signatures whose keys are known, and those keys: the log's first."""
    logs = [VerifierKey(checkpoint.origin, key) for key in log_keys(ledger, ledger.node)]
    log = next((key for key in logs if note.is_signed_by(key)), None)
    if log is None:
        raise fail(ErrorCode.CHECKPOINT_NOT_SIGNED, origin=checkpoint.origin)
    known = dict.fromkeys((*witnesses, *known_witnesses(ledger)))
    keys = (log, *(key for key in known if note.cosigned_at(key) is not None))
    return Note(note.text, tuple(one for one in note.signatures if _by_one_of(one, keys))), keys


def _by_one_of(signature: NoteSignature, keys: Sequence[VerifierKey]) -> bool:
    return any(signature.is_by(key) for key in keys)


def _path(ledger: Ledger, line: Line, checkpoint: Checkpoint, progress: Progress) -> tuple[bytes, ...]:
    size = checkpoint.size
    hashes = track(ledger.store.hashes(0, size), progress, _("Proving the entry's place in the log"), size)
    try:
        path = tuple(inclusion_proof(hashes, line.place, size))
    except ValueError:  # the log is shorter than its checkpoint says
        path = ()
    if not verify_inclusion(bytes.fromhex(line.hash), line.place, size, path, checkpoint.root):
        raise fail(
            ErrorCode.CHECKPOINT_ROOT_DIFFERS, origin=checkpoint.origin, size=size, received=checkpoint.received or "?"
        )
    return path


def _node_signature(ledger: Ledger, entry: Entry, line: Line) -> SignedBy | None:
    if line.signature is None:
        return None
    trust = ledger.trust()
    keys = trust.keys(entry.node, entry.seq)
    own = trust.own_keys(entry.node, entry.seq) if entry.node == ledger.node else ()
    key = verified_by(line.content, line.signature, (*keys, *own))
    if key is None:
        raise fail(
            ErrorCode.SIGNATURE_INVALID, hash=entry.hash, index=line.place, node=entry.node, seq=entry.seq
        )  # fmt: skip
    return SignedBy(VerifierKey(origin_of(entry.node), key), line.signature)


def _officers(ledger: Ledger, entry_hash: str) -> Iterator[SignedBy]:
    """Signatures of officers whose keys the ledger's trust grants to them."""
    trust = ledger.trust()
    for logged in ledger.log(kind="signature"):
        said = logged.entry
        if said.body["entry"] != entry_hash or trust.revoked(said.node, said.seq):
            continue
        if check_officer_signature(said, trust) is None:
            key = VerifierKey(person_key_name(said.author), PublicKey.from_hex(said.body["public_key"]))
            yield SignedBy(key, bytes.fromhex(said.body["signature"]))


def _one(lines: Sequence[tuple[str, ...]], word: str) -> tuple[str, ...]:
    found = _several(lines, word)
    if len(found) != 1:
        raise fail(ErrorCode.PROOF_INVALID, problem=_("it must have one line '{word}'").format(word=word))
    return found[0]


def _several(lines: Sequence[tuple[str, ...]], word: str) -> list[tuple[str, ...]]:
    return [words[1:] for words in lines if words[0] == word]


def _signed(words: tuple[str, ...]) -> SignedBy:
    return SignedBy(parse_verifier_key(words[0] if words else ""), _decoded(words[1:]))


def _decoded(words: tuple[str, ...]) -> bytes:
    content = from_base64(words[0]) if len(words) == 1 else None
    if content is None:
        raise fail(ErrorCode.PROOF_INVALID, problem=_("a line is not in base64"))
    return content


def _hash(line: str) -> bytes:
    content = _decoded((line,))
    if len(content) != HASH_BYTES:
        raise fail(ErrorCode.PROOF_INVALID, problem=_("a hash has not 32 bytes"))
    return content


def _index(line: str) -> int:
    index = whole_number(line.removeprefix("index ")) if line.startswith("index ") else None
    if index is None:
        raise fail(ErrorCode.PROOF_INVALID, problem=_("it does not say its index"))
    return index
