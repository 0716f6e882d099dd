"""Signed notes, verifier keys and cosignatures, byte for byte as C2SP writes them (``docs/formats/checkpoint-v1.md``).

Sources: c2sp.org/signed-note and c2sp.org/tlog-cosignature. Signature types 0x01 (Ed25519) and 0x04 (timestamped
Ed25519 cosignature); signatures of other types are kept and never counted.
"""

import base64
import binascii
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.record.signing.keys import PublicKey, SigningKey

DASH = "\N{EM DASH} "
KEY_ID_BYTES, SIGNATURE_BYTES, TIME_BYTES = 4, 64, 8
MOST_SIGNATURES = 64
"""A verifier must accept 16; more than this is an attempt to waste its time."""
LARGEST_NOTE = 64 * 1024


class SignatureType(IntEnum):
    """The byte that names what a key signs."""

    NOTE = 0x01
    """Ed25519 over the text of the note."""
    COSIGNATURE = 0x04
    """Ed25519 over a time and the text of the note."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name under which it signs and what it signs; `text` is what people hand on."""

    name: str
    key: PublicKey
    type: SignatureType = SignatureType.NOTE

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise fail(ErrorCode.VERIFIER_KEY_INVALID, key=self.name)

    @property
    def key_id(self) -> bytes:
        """The 4 bytes by which a signature names its key; an abbreviation, not a proof."""
        return sha256(self.name.encode() + b"\n" + self._typed).digest()[:KEY_ID_BYTES]

    @property
    def text(self) -> str:
        """The key on one line: ``name+key id+base64 of type and key``."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(self._typed)}"

    @property
    def _typed(self) -> bytes:
        return bytes((self.type,)) + self.key.raw


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: who, by which key, and the bytes."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        """The line with its line feed."""
        return f"{DASH}{self.name} {to_base64(self.key_id + self.signature)}\n"

    def is_by(self, key: VerifierKey) -> bool:
        """Tell whether the line claims to be by this key."""
        return (self.name, self.key_id) == (key.name, key.key_id)


@dataclass(frozen=True, slots=True)
class Note:
    """A signed text. Believe `text` only after a signature by a trusted key has held."""

    text: str
    signatures: tuple[NoteSignature, ...]

    @property
    def written(self) -> str:
        """The whole note, as it was read."""
        return self.text + "\n" + "".join(signature.line for signature in self.signatures)

    def is_signed_by(self, key: VerifierKey) -> bool:
        """Tell whether this key signed; False also where one of several lines that name it does not hold."""
        claimed = [signature.signature for signature in self.signatures if signature.is_by(key)]
        return bool(claimed) and all(_holds(signature, self.text, key) for signature in claimed)

    def cosigned_at(self, key: VerifierKey) -> int | None:
        """Latest time, in seconds since 1970, at which a witness cosigned; None where it did not."""
        if key.type is not SignatureType.COSIGNATURE or not self.is_signed_by(key):
            return None
        return max(_time(signature.signature) for signature in self.signatures if signature.is_by(key))

    def with_signatures(self, more: Iterable[NoteSignature]) -> "Note":
        """Return the note with further signatures; one that it has is not repeated."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))


def parse_note(written: str) -> Note:
    """Read a signed note. Nothing is verified yet.

    Raises
    ------
    LandreleaseError
        LR1080 where the text is not a signed note.
    """
    if len(written) > LARGEST_NOTE:
        raise _not_a_note(_("it is longer than {limit} characters").format(limit=LARGEST_NOTE))
    if any(letter < " " and letter != "\n" for letter in written) or not _is_utf_8(written):
        raise _not_a_note(_("it holds control characters"))
    text, gap, lines = written.rpartition("\n\n")
    if not gap or not text or not lines.endswith("\n"):
        raise _not_a_note(_("its text and its signatures are not divided by an empty line, or its end is cut off"))
    signatures = lines.removesuffix("\n").split("\n")
    if len(signatures) > MOST_SIGNATURES:
        raise _not_a_note(_("it has more than {limit} signatures").format(limit=MOST_SIGNATURES))
    return Note(text + "\n", tuple(map(parse_signature, signatures)))


def parse_signature(line: str) -> NoteSignature:
    """Read one signature line, without its line feed. Raises LR1080."""
    name, space, encoded = line.removeprefix(DASH).partition(" ")
    signed = from_base64(encoded)
    if not line.startswith(DASH) or not space or not is_key_name(name) or not signed or len(signed) <= KEY_ID_BYTES:
        raise _not_a_note(_("'{line}' is not a signature line").format(line=line[:200]))
    return NoteSignature(name, signed[:KEY_ID_BYTES], signed[KEY_ID_BYTES:])


def parse_verifier_key(text: str) -> VerifierKey:
    """Read a verifier key. Refuses (LR1094) one that is damaged or of another type than 0x01 and 0x04."""
    name, _plus, rest = text.strip().partition("+")
    key_id, _plus, encoded = rest.partition("+")
    typed = from_base64(encoded) or b"\0"
    try:
        key = VerifierKey(name, PublicKey(typed[1:]), SignatureType(typed[0]))
    except (LandreleaseError, ValueError) as error:
        raise fail(ErrorCode.VERIFIER_KEY_INVALID, key=text) from error
    if key.key_id.hex() != key_id:
        raise fail(ErrorCode.VERIFIER_KEY_INVALID, key=text)
    return key


def sign_note(text: str, name: str, key: SigningKey) -> str:
    """Return the note of a text: the text, an empty line and the signature of this key.

    Parameters
    ----------
    text
        Ends with a line feed.
    """
    if not text.endswith("\n"):
        raise ValueError("the text of a note ends with a line feed")
    signer = VerifierKey(name, key.public)
    note = Note(text, (NoteSignature(name, signer.key_id, key.sign(text.encode())),))
    return parse_note(note.written).written  # refuses to sign what nobody could read


def cosign(text: str, name: str, key: SigningKey, moment: int) -> NoteSignature:
    """Return a witness's cosignature of a note's text at a time in seconds since 1970."""
    signer = VerifierKey(name, key.public, SignatureType.COSIGNATURE)
    signature = key.sign(_cosigned(text, moment))
    return NoteSignature(name, signer.key_id, moment.to_bytes(TIME_BYTES) + signature)


def is_key_name(name: str) -> bool:
    """Tell whether a signed note can carry this name: not empty, no space, no plus, no control character."""
    return bool(name) and "+" not in name and not any(_parts(letter) for letter in name)


def to_base64(content: bytes) -> str:
    """Write bytes in the alphabet of RFC 4648, section 4, padded."""
    return base64.b64encode(content).decode("ascii")


def from_base64(text: str) -> bytes | None:
    """Read base64; None unless it is the one way of writing these bytes."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if to_base64(content) == text else None


def _holds(signature: bytes, text: str, key: VerifierKey) -> bool:
    if key.type is SignatureType.NOTE:
        return len(signature) == SIGNATURE_BYTES and key.key.verify(signature, text.encode())
    moment = _time(signature)
    if len(signature) != TIME_BYTES + SIGNATURE_BYTES or moment >= 2**63:
        return False
    return key.key.verify(signature[TIME_BYTES:], _cosigned(text, moment))


def _time(signature: bytes) -> int:
    return int.from_bytes(signature[:TIME_BYTES])


def _cosigned(text: str, moment: int) -> bytes:
    return f"cosignature/v1\ntime {moment}\n{text}".encode()


def _parts(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter).startswith("C")


def _is_utf_8(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _not_a_note(problem: str) -> LandreleaseError:
    return fail(ErrorCode.NOTE_INVALID, problem=problem)
