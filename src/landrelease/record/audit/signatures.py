"""Signatures: whose key, whether due, whether it belongs to the bytes.

An Ed25519 verification takes about 0.12 ms and lets go of Python's global lock, so that two threads verify twice as
much. They work while the pass over the log waits: threads that computed at the same time as Python code would wait for
its lock after every signature.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from landrelease.errors import ErrorCode, Finding
from landrelease.record.signing.keys import PublicKey, entry_message

THREADS = 2
CHUNK, CHUNK_BYTES = 4_096, 16 << 20
"""Signatures gathered before they are verified, and bytes of their entries."""


class Signatures(StrEnum):
    """Which signatures an audit computes again."""

    ALL = "all"
    """Every one."""
    HEADS = "heads"
    """The last of each key of each node: the chain below it vouches for the bytes of all earlier ones."""


class Signed(NamedTuple):
    """A signature to verify: what a finding says of the entry, its bytes, and the keys that may have made it."""

    named: dict[str, object]
    content: bytes
    signature: bytes
    keys: tuple[PublicKey, ...]

    def holds(self) -> bool:
        """Whether one of the keys made the signature."""
        message = entry_message(self.content)
        # SQLite lets its owner store a text in a column of bytes
        return type(self.signature) is bytes and any(key.verify(self.signature, message) for key in self.keys)


@dataclass(slots=True)
class SignatureCheck:
    """Gathers signatures and verifies them in chunks.

    Attributes
    ----------
    signed, verified
        Signatures seen, and computed again.
    """

    which: Signatures = Signatures.ALL
    signed: int = 0
    verified: int = 0
    _bytes: int = 0
    _waiting: list[Signed] = field(default_factory=list)
    _heads: dict[object, Signed] = field(default_factory=dict)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS))

    def take(self, signed: Signed) -> Iterable[Finding]:
        """Take the next signature of its node. Returns what the chunk showed that it completed."""
        self.signed += 1
        if self.which is Signatures.ALL:
            self._waiting.append(signed)
            self._bytes += len(signed.content)
        else:
            node = signed.named["node"]
            before = self._heads.get(node)
            if before is not None and before.keys != signed.keys:
                self._waiting.append(before)
            self._heads[node] = signed
        return self._verify() if len(self._waiting) >= CHUNK or self._bytes >= CHUNK_BYTES else ()

    def end(self) -> list[Finding]:
        """Verify what is left."""
        self._waiting.extend(self._heads.values())
        self._heads.clear()
        findings = self._verify()
        self._pool.shutdown()
        return findings

    def cancel(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(cancel_futures=True)

    def _verify(self) -> list[Finding]:
        waiting, self._waiting, self._bytes = self._waiting, [], 0
        self.verified += len(waiting)
        parts = [waiting[start::THREADS] for start in range(THREADS)]
        return [Finding(ErrorCode.SIGNATURE_INVALID, bad.named) for part in self._pool.map(_bad, parts) for bad in part]


def _bad(part: list[Signed]) -> list[Signed]:
    return [signed for signed in part if not signed.holds()]
