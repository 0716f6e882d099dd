"""Checking the signatures of a bundle while it is read."""

from collections import deque
from concurrent.futures import Future
from typing import NamedTuple

from landrelease.record.signing.keys import PublicKey, entry_message
from landrelease.record.signing.trust import verified_by
from landrelease.record.signing.verifying import Job, Verifiers

_CHUNK, _CHUNK_BYTES = 256, 1 << 20
_WAITING = 16
"""Chunks under way; with their size they bound the memory."""


class Claim(NamedTuple):
    """A signature that should be by one of the keys; `line` says where it stands.

    Attributes
    ----------
    revoked
        Keys that were granted for the entry too and are revoked there.
    """

    line: int
    node: str
    seq: int
    content: bytes
    signature: bytes
    keys: tuple[PublicKey, ...]
    revoked: tuple[PublicKey, ...] = ()


class SignatureCheck:
    """Checks claims beside the reading. Use in a ``with`` block; `wrong` gives the first claim that does not hold.

    Attributes
    ----------
    by_revoked
        Lines of entries, by node and number, that hold only under a key that is revoked there.
    """

    def __init__(self) -> None:
        self.by_revoked: dict[tuple[str, int], int] = {}
        self._verifiers = Verifiers()
        self._chunk: list[Claim] = []
        self._bytes = 0
        self._waiting: deque[tuple[list[Claim], Future[list[int]]]] = deque()

    def add(self, claim: Claim) -> Claim | None:
        """Take a claim; return one that was found wrong meanwhile, the first in the order of taking."""
        self._chunk.append(claim)
        self._bytes += len(claim.content)
        if len(self._chunk) < _CHUNK and self._bytes < _CHUNK_BYTES:
            return None
        self._send()
        return self._first() if len(self._waiting) > _WAITING else None

    def wrong(self) -> Claim | None:
        """Wait for all that was taken; return the first claim that does not hold."""
        self._send()
        while self._waiting:
            found = self._first()
            if found is not None:
                self._waiting.clear()
                return found
        return None

    def _send(self) -> None:
        if self._chunk:
            self._waiting.append((self._chunk, self._verifiers.submit(list(map(_job, self._chunk)))))
            self._chunk, self._bytes = [], 0

    def _first(self) -> Claim | None:
        chunk, wrong = self._waiting.popleft()
        return next((chunk[place] for place in wrong.result() if not self._is_by_revoked(chunk[place])), None)

    def _is_by_revoked(self, claim: Claim) -> bool:
        found = verified_by(claim.content, claim.signature, claim.revoked) is not None
        if found:
            self.by_revoked[claim.node, claim.seq] = claim.line
        return found

    def __enter__(self) -> "SignatureCheck":
        return self

    def __exit__(self, *_: object) -> None:
        self._verifiers.close()


def _job(claim: Claim) -> Job:
    return Job(tuple(key.raw for key in claim.keys), claim.signature, entry_message(claim.content))
