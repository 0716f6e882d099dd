"""The file of a private key: JSON, encrypted with a passphrase (``docs/formats/key-v1.md``)."""

import json
import os
import re
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _

FORMAT = "landrelease key v1"
SHORTEST_PASSPHRASE = 8
"""Characters that a passphrase has at least."""
LARGEST_FILE = 4_096
COST, BLOCK, PARALLEL = 2**15, 8, 1
"""scrypt's n, r, p (RFC 7914) of a new file: 32 MiB and about 0.1 s for each guess."""
MOST_COST, MOST_BLOCK, MOST_PARALLEL = 2**20, 32, 16
MOST_MEMORY = 2**30
"""Bytes (128 n r) that a file may ask its reader for."""

_SIZES = {"salt": 16, "nonce": 12, "sealed": 48, "public_key": 32}


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What a key file holds."""

    public_key: bytes
    cost: int
    block: int
    parallel: int
    salt: bytes
    nonce: bytes
    sealed: bytes

    def __post_init__(self) -> None:
        power = self.cost > 1 and self.cost & (self.cost - 1) == 0
        if not power or self.cost > MOST_COST or 128 * self.cost * self.block > MOST_MEMORY:
            raise ValueError("n")
        if not (1 <= self.block <= MOST_BLOCK and 1 <= self.parallel <= MOST_PARALLEL):
            raise ValueError("r, p")
        for name, size in _SIZES.items():
            if len(getattr(self, name)) != size:
                raise ValueError(name)

    @classmethod
    def make(
        cls, seed: bytes, public_key: bytes, passphrase: str, salt: bytes | None = None, nonce: bytes | None = None
    ) -> "KeyFile":
        """Encrypt a seed; salt and nonce are given only to make a test vector again."""
        salt, nonce = salt or secrets.token_bytes(16), nonce or secrets.token_bytes(12)
        cipher = ChaCha20Poly1305(_stretch(passphrase, salt, COST, BLOCK, PARALLEL))
        sealed = cipher.encrypt(nonce, seed, _associated(public_key))
        return cls(public_key, COST, BLOCK, PARALLEL, salt, nonce, sealed)

    def opened(self, passphrase: str, path: Path) -> bytes:
        """Decrypt the seed. Refuses (LR1063) a wrong passphrase, which looks the same as changed bytes."""
        cipher = ChaCha20Poly1305(_stretch(passphrase, self.salt, self.cost, self.block, self.parallel))
        try:
            return cipher.decrypt(self.nonce, self.sealed, _associated(self.public_key))
        except InvalidTag:
            raise fail(ErrorCode.PASSPHRASE_WRONG, path=path) from None

    def text(self) -> str:
        """The file's text."""
        stretching = {"name": "scrypt", "n": self.cost, "r": self.block, "p": self.parallel, "salt": self.salt.hex()}
        cipher = {"name": "chacha20-poly1305", "nonce": self.nonce.hex(), "sealed": self.sealed.hex()}
        members = {"format": FORMAT, "public_key": self.public_key.hex(), "kdf": stretching, "cipher": cipher}
        return json.dumps(members, indent=1) + "\n"


def check_passphrase(passphrase: str) -> None:
    """Refuse (LR1064) a passphrase that is too short to protect a key."""
    if len(passphrase.strip()) < SHORTEST_PASSPHRASE:
        raise fail(ErrorCode.PASSPHRASE_SHORT, shortest=SHORTEST_PASSPHRASE)


def write_key_file(path: Path, file: KeyFile) -> None:
    """Write a new file that only its owner may read (LR1061 where the path exists, LR1074 where it cannot be)."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", newline="\n") as stream:
                stream.write(file.text())
                stream.flush()
                os.fsync(stream.fileno())
            _place(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    except FileExistsError as error:
        raise fail(ErrorCode.KEY_EXISTS, path=path) from error
    except OSError as error:
        raise fail(ErrorCode.KEY_WRITE_FAILED, path=path, problem=error.strerror or error) from error


def read_key_file(path: Path) -> KeyFile:
    """Read a key file without opening it (LR0002, LR1062)."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError as error:
        raise fail(ErrorCode.FILE_MISSING, path=path) from error
    try:
        if len(content) > LARGEST_FILE:
            raise ValueError(_("too large"))
        return _parsed(json.loads(content))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise fail(ErrorCode.KEY_FILE_INVALID, path=path, problem=error) from None


def _parsed(members: Any) -> KeyFile:
    stretching, cipher = members["kdf"], members["cipher"]
    named = (members["format"], stretching["name"], cipher["name"])
    if named != (FORMAT, "scrypt", "chacha20-poly1305"):
        raise ValueError(_("another format"))
    numbers = [stretching[name] for name in ("n", "r", "p")]
    if not all(type(number) is int for number in numbers):
        raise ValueError("n, r, p")
    texts = (members["public_key"], stretching["salt"], cipher["nonce"], cipher["sealed"])
    public_key, salt, nonce, sealed = map(_unhex, texts)
    cost, block, parallel = numbers
    return KeyFile(public_key, cost, block, parallel, salt, nonce, sealed)


def _unhex(text: str) -> bytes:
    if not re.fullmatch("[0-9a-f]*", text):
        raise ValueError(_("not lower-case hexadecimal"))
    return bytes.fromhex(text)


def _stretch(passphrase: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    # NFKC: keyboards differ in how they compose a letter with its accent
    secret = unicodedata.normalize("NFKC", passphrase).encode()
    return Scrypt(salt=salt, length=32, n=cost, r=block, p=parallel).derive(secret)


def _associated(public_key: bytes) -> bytes:
    return f"{FORMAT}\n{public_key.hex()}\n".encode()


def _place(draft: Path, path: Path) -> None:
    """Give the file its name, never in place of another."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, as on most USB sticks
        if path.exists():
            raise FileExistsError(path) from None
        draft.rename(path)
