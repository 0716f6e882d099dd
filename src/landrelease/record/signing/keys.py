"""Ed25519 keys of nodes and signing officers, and their files (``docs/formats/key-v1.md``; RFC 8032)."""

import hashlib
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from landrelease.errors import ErrorCode, fail
from landrelease.record.signing.keyfile import KeyFile, check_passphrase, read_key_file, write_key_file

SEED_BYTES = 32
_FIELD = 2**255 - 19
_SMALL_ORDER = frozenset(
    {
        0,
        1,
        _FIELD - 1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    }
)
"""The y of the points whose order divides 8: under such a key, one signature fits many messages."""


@dataclass(frozen=True, slots=True, order=True)
class PublicKey:
    """An Ed25519 public key: 32 bytes that name a point of the curve's large group, written in the one way allowed."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != SEED_BYTES or not _is_sound(self.raw):
            raise fail(ErrorCode.PUBLIC_KEY_INVALID, key=self.raw.hex())

    @classmethod
    def from_hex(cls, text: str) -> "PublicKey":
        """Read 64 hexadecimal digits. Refuses (LR1066) anything else."""
        try:
            return cls(bytes.fromhex(text.strip()))
        except ValueError as error:
            raise fail(ErrorCode.PUBLIC_KEY_INVALID, key=text) from error

    @property
    def hex(self) -> str:
        """The key as 64 hexadecimal digits."""
        return self.raw.hex()

    @property
    def fingerprint(self) -> str:
        """First 16 hexadecimal digits of the SHA-256 of the key, in groups of four: short enough for the telephone."""
        digits = hashlib.sha256(self.raw).hexdigest()[:16]
        return " ".join(digits[place : place + 4] for place in range(0, 16, 4))

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Tell whether the holder of this key signed exactly these bytes."""
        try:
            _verifier(self.raw).verify(signature, message)
        except (InvalidSignature, TypeError):  # SQLite lets the owner of a file put text where bytes belong
            return False
        return True


class SigningKey:
    """An Ed25519 private key. It shows nothing of itself, and is neither pickled nor copied."""

    __slots__ = ("_private", "public")

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = PublicKey(private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> "SigningKey":
        """Make a new key from the system's random numbers."""
        return cls.from_seed(secrets.token_bytes(SEED_BYTES))

    @classmethod
    def from_seed(cls, seed: bytes) -> "SigningKey":
        """Make the key of 32 secret bytes (RFC 8032, section 5.1.5)."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of a signature."""
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"<signing key {self.public.fingerprint}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a signing key is neither pickled nor copied")


def write_key(path: Path | str, key: SigningKey, passphrase: str) -> None:
    """Write a key to a new file, encrypted, readable by its owner only; whole or not at all.

    Raises
    ------
    LandreleaseError
        LR1061 where the path exists, LR1064 for a passphrase that is too short, LR1074 where it cannot be written.
    """
    check_passphrase(passphrase)
    seed = key._private.private_bytes_raw()
    write_key_file(Path(path), KeyFile.make(seed, key.public.raw, passphrase))


def read_key(path: Path | str, passphrase: str) -> SigningKey:
    """Read a key from its file.

    Raises
    ------
    LandreleaseError
        LR0002 where there is no file, LR1062 for a foreign or damaged one, LR1063 for a wrong passphrase.
    """
    path = Path(path)
    file = read_key_file(path)
    key = SigningKey.from_seed(file.opened(passphrase, path))
    if key.public.raw != file.public_key:
        raise fail(ErrorCode.PASSPHRASE_WRONG, path=path)
    return key


def public_key_of(path: Path | str) -> PublicKey:
    """Return the public key of a key file; needs no passphrase, and so is only what the file says of itself."""
    return PublicKey(read_key_file(Path(path)).public_key)


def entry_message(content: bytes) -> bytes:
    """Return what a node signs for an entry: its exact bytes, which begin with a brace as no other message does."""
    return content


def officer_message(entry_hash: str) -> bytes:
    """Return what a signing officer signs for an entry."""
    return b"landrelease officer signature v1\n" + entry_hash.encode("ascii") + b"\n"


@lru_cache(maxsize=1_024)
def _verifier(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)


def _is_sound(raw: bytes) -> bool:
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    return y < _FIELD and y not in _SMALL_ORDER
