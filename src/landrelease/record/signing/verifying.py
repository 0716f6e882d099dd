"""Verifying many signatures beside other work: in threads while they are few, in processes when they are many.

A verification takes about 0.1 ms and lets go of Python's global lock, but a thread has to wait for that lock after each
one, and so gets little done while another runs Python code. A process of its own does not. Run as a program, this
module is such a process: it reads jobs from its input and answers with the places of those that do not hold.
"""

import struct
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import IO, NamedTuple

from landrelease.record.signing.keys import PublicKey

WORKERS = 2
MANY = 3_000
"""Jobs after which it pays to start processes: one takes about a fifth of a second to begin."""
_COUNT = struct.Struct(">I")
_SIZES = struct.Struct(">III")


class Job(NamedTuple):
    """A signature, what it should sign, and the raw public keys one of which should have made it."""

    keys: tuple[bytes, ...]
    signature: bytes
    message: bytes

    def holds(self) -> bool:
        """Whether one of the keys made the signature."""
        return any(PublicKey(key).verify(self.signature, self.message) for key in self.keys)


class Verifiers:
    """A pool that verifies. Use in a ``with`` block, or `close` it; what was submitted last may be given up then."""

    def __init__(self, workers: int = WORKERS, many: int = MANY) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="signatures")
        self._workers, self._many, self._taken = workers, many, 0
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._started: list[subprocess.Popen[bytes]] = []

    def submit(self, jobs: Sequence[Job]) -> "Future[list[int]]":
        """Begin to verify; the result is the places of the jobs that do not hold."""
        self._taken += len(jobs)
        if self._taken > self._many:
            self._many = sys.maxsize  # once
            self._start()
        return self._pool.submit(self._wrong, jobs)

    def close(self) -> None:
        """Let go of threads and processes."""
        for process in self._started:
            process.kill()
        self._pool.shutdown(cancel_futures=True)
        while self._started:
            self._started.pop().communicate()

    def __enter__(self) -> "Verifiers":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        command = [sys.executable or "python3", "-m", __name__]
        for _ in range(self._workers):
            try:
                process = subprocess.Popen(
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )
            except OSError:  # no room for another process: the threads go on
                return
            self._started.append(process)
            self._idle.put(process)

    def _wrong(self, jobs: Sequence[Job]) -> list[int]:
        try:
            process = self._idle.get_nowait()
        except Empty:
            return wrong(jobs)
        try:
            found = _asked(process, jobs)
        except (OSError, ValueError, struct.error):  # it has died, or does not speak as it should: ask it no more
            return wrong(jobs)
        self._idle.put(process)
        return found


def wrong(jobs: Sequence[Job]) -> list[int]:
    """Return the places of the jobs that do not hold."""
    return [place for place, job in enumerate(jobs) if not job.holds()]


def _asked(process: "subprocess.Popen[bytes]", jobs: Sequence[Job]) -> list[int]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(_packed(jobs))
    process.stdin.flush()
    (count,) = _COUNT.unpack(process.stdout.read(_COUNT.size))
    return [place for (place,) in _COUNT.iter_unpack(process.stdout.read(count * _COUNT.size))]


def _packed(jobs: Sequence[Job]) -> bytes:
    parts = [_COUNT.pack(len(jobs))]
    for job in jobs:
        parts += (_SIZES.pack(len(job.keys), len(job.signature), len(job.message)), *job.keys)
        parts += (job.signature, job.message)
    return b"".join(parts)


def _unpacked(stream: IO[bytes]) -> list[Job] | None:
    head = stream.read(_COUNT.size)
    return [_job(stream) for _ in range(_COUNT.unpack(head)[0])] if head else None


def _job(stream: IO[bytes]) -> Job:
    keys, signature, message = _SIZES.unpack(stream.read(_SIZES.size))
    return Job(tuple(stream.read(32) for _ in range(keys)), stream.read(signature), stream.read(message))


def serve(source: IO[bytes], answers: IO[bytes]) -> None:
    """Answer jobs until the input ends."""
    while (jobs := _unpacked(source)) is not None:
        found = wrong(jobs)
        answers.write(_COUNT.pack(len(found)) + b"".join(map(_COUNT.pack, found)))
        answers.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
