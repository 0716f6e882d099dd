"""Signatures: whose key, whether due, whether it belongs to the bytes."""

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from landrelease.errors import ErrorCode, Finding
from landrelease.record.signing.keys import PublicKey, entry_message
from landrelease.record.signing.verifying import Job, Verifiers

CHUNK, CHUNK_BYTES = 512, 2 << 20
"""Signatures gathered before they are verified, and bytes of their entries."""
WAITING = 16
"""Chunks under way; with their size they bound the memory."""


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

    def job(self) -> Job:
        """What there is to verify."""
        # SQLite lets its owner store a text in a column of bytes: that is no signature
        signature = self.signature if type(self.signature) is bytes else b""
        return Job(tuple(key.raw for key in self.keys), signature, entry_message(self.content))


@dataclass(slots=True)
class SignatureCheck:
    """Gathers signatures and verifies them in chunks, while the log is read on.

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
    _under_way: deque[tuple[list[Signed], Future[list[int]]]] = field(default_factory=deque)
    _verifiers: Verifiers = field(default_factory=Verifiers)

    def take(self, signed: Signed) -> Iterable[Finding]:
        """Take the next signature of its node. Returns what was found meanwhile."""
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
        if len(self._waiting) < CHUNK and self._bytes < CHUNK_BYTES:
            return ()
        self._send()
        return self._found() if len(self._under_way) > WAITING else ()

    def end(self) -> list[Finding]:
        """Verify what is left."""
        self._waiting.extend(self._heads.values())
        self._heads.clear()
        self._send()
        findings: list[Finding] = []
        while self._under_way:
            findings += self._found()
        self._verifiers.close()
        return findings

    def cancel(self) -> None:
        """Give up what is under way."""
        self._verifiers.close()

    def _send(self) -> None:
        if self._waiting:
            self.verified += len(self._waiting)
            jobs = [signed.job() for signed in self._waiting]
            self._under_way.append((self._waiting, self._verifiers.submit(jobs)))
            self._waiting, self._bytes = [], 0

    def _found(self) -> list[Finding]:
        chunk, wrong = self._under_way.popleft()
        return [Finding(ErrorCode.SIGNATURE_INVALID, chunk[place].named) for place in wrong.result()]
