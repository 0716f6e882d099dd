"""Checking many signatures while something else goes on: cryptography lets other threads run meanwhile."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import NamedTuple

from landrelease.record.signing.keys import PublicKey
from landrelease.record.signing.trust import verified_by

THREADS = 2
_CHUNK, _CHUNK_BYTES = 256, 1 << 20
_WAITING = 8
"""Chunks under way; with their size they bound the memory."""


class Claim(NamedTuple):
    """A signature that should be by one of the keys; `line` says where it stands."""

    line: int
    node: str
    seq: int
    content: bytes
    signature: bytes
    keys: tuple[PublicKey, ...]


class SignatureCheck:
    """Checks claims in threads. Use in a ``with`` block; `wrong` gives the first claim that does not hold."""

    def __init__(self, threads: int = THREADS) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="signatures")
        self._chunk: list[Claim] = []
        self._bytes = 0
        self._waiting: deque[Future[Claim | None]] = deque()

    def add(self, claim: Claim) -> Claim | None:
        """Take a claim; return one that was found wrong meanwhile, the first in the order of taking."""
        self._chunk.append(claim)
        self._bytes += len(claim.content)
        if len(self._chunk) < _CHUNK and self._bytes < _CHUNK_BYTES:
            return None
        self._send()
        return self._waiting.popleft().result() if len(self._waiting) > _WAITING else None

    def wrong(self) -> Claim | None:
        """Wait for all that was taken; return the first claim that does not hold."""
        self._send()
        found = None
        while self._waiting:
            found = found or self._waiting.popleft().result()
        return found

    def _send(self) -> None:
        if self._chunk:
            self._waiting.append(self._pool.submit(_first_wrong, self._chunk))
            self._chunk, self._bytes = [], 0

    def __enter__(self) -> "SignatureCheck":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)


def _first_wrong(claims: Sequence[Claim]) -> Claim | None:
    return next((claim for claim in claims if verified_by(claim.content, claim.signature, claim.keys) is None), None)
