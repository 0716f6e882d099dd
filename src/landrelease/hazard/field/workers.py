"""Who does the work of the tiles: this process, threads, or the workers of a Dask scheduler."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.hazard.field.basis import transform_threads
from landrelease.progress import Progress

if TYPE_CHECKING:
    from distributed import Client

PATIENCE_S = 0.2
"""How often a watcher is asked whether to go on."""

WITHOUT_WORKERS_S = 30.0
"""How long a scheduler may be without any worker before the work is given up; a nanny restarts one much sooner."""

CONNECT = "10s"
"""How long a scheduler has to answer."""

DEATHS = 0
"""Workers of this machine that a piece of work may outlive: what took too much memory once will again."""

THREADS = "threads"
"""Name of a pool of threads in this process."""


class TileError(Exception):
    """Work on one tile failed: its place in the sequence, and why."""

    def __init__(self, index: int, reason: str) -> None:
        self.index, self.reason = index, reason
        super().__init__(reason)


class Workers(Protocol):
    """Starts work and fetches results; what is started may be handed to later work without being fetched."""

    def start(self, home: int, work: Callable[..., Any], *arguments: Any) -> Any:
        """Start work, where `home` keeps the data of one tile together; returns a handle."""
        ...

    def fetch(self, handles: Sequence[Any], progress: Progress) -> list[Any]:
        """Results of handles, in order. Raises `TileError`, and whatever the watcher raises to cancel."""
        ...


class Here:
    """The process itself, one tile after the other."""

    def start(self, home: int, work: Callable[..., Any], *arguments: Any) -> Any:
        """Do it now."""
        return _attempted(home, work, *arguments)

    def fetch(self, handles: Sequence[Any], progress: Progress) -> list[Any]:
        """What was done."""
        progress.advance(0)
        return list(handles)


class Threads:
    """A pool of threads: transforms and products release the lock."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.pool = pool

    def start(self, home: int, work: Callable[..., Any], *arguments: Any) -> Any:
        """Queue it; what it needs was queued before it."""

        def attempt() -> Any:
            return _attempted(home, work, *[a.result() if isinstance(a, Future) else a for a in arguments])

        return self.pool.submit(attempt)

    def fetch(self, handles: Sequence[Any], progress: Progress) -> list[Any]:
        """Wait for all."""
        found = []
        for handle in handles:
            while not handle.done():
                progress.advance(0)
                wait([handle], timeout=PATIENCE_S)
            found.append(handle.result())
        return found


def _attempted(home: int, work: Callable[..., Any], *arguments: Any) -> Any:
    """Do work; what fails unforeseen is told with its tile."""
    try:
        return work(*arguments)
    except (LandreleaseError, TileError, KeyboardInterrupt):
        raise
    except Exception as problem:
        raise TileError(home, f"{type(problem).__name__}: {problem}") from problem


def _on_one_thread(home: int, work: Callable[..., Any], *arguments: Any) -> Any:
    """As `_attempted`, without threads of the transforms: the workers of a machine share its cores."""
    with transform_threads(1):
        return _attempted(home, work, *arguments)


class OnDask:
    """Workers of a Dask scheduler; a tile's data stay with one worker."""

    def __init__(self, client: "Client") -> None:
        self.client = client
        self.addresses = sorted(client.scheduler_info(n_workers=-1)["workers"])
        if not self.addresses:
            raise self._without()

    def _without(self) -> LandreleaseError:
        scheduler = self.client.scheduler
        return fail(ErrorCode.WORKERS_NONE, address=scheduler.address if scheduler else "")

    def _any_left(self) -> bool:
        return bool(self.client.scheduler_info(n_workers=-1)["workers"])

    def start(self, home: int, work: Callable[..., Any], *arguments: Any) -> Any:
        """Submit it to the tile's worker; to another where that one is gone."""
        at = self.addresses[home % len(self.addresses)]
        return self.client.submit(
            _on_one_thread, home, work, *arguments, workers=[at], allow_other_workers=True, pure=False
        )

    def fetch(self, handles: Sequence[Any], progress: Progress) -> list[Any]:
        """Wait for all, and cancel what is left where one fails or the watcher has enough."""
        from distributed import TimeoutError as Late
        from distributed import wait as wait_for
        from distributed.scheduler import KilledWorker

        seen = time.monotonic()
        try:
            while True:
                progress.advance(0)
                try:
                    wait_for(handles, timeout=PATIENCE_S)  # type: ignore[no-untyped-call]
                    break
                except Late:
                    if any(handle.status in ("error", "cancelled", "lost") for handle in handles):
                        break
                seen = time.monotonic() if self._any_left() else seen
                if time.monotonic() - seen > WITHOUT_WORKERS_S:
                    raise self._without()
            return [self._result(index, handle, KilledWorker) for index, handle in enumerate(handles)]
        except BaseException:
            self.client.cancel(list(handles), force=True)  # type: ignore[no-untyped-call]
            raise

    def _result(self, index: int, handle: Any, killed: type[Exception]) -> Any:
        try:
            return handle.result()
        except killed as problem:
            raise TileError(index, f"{type(problem).__name__}: {problem}") from problem


@contextmanager
def workers_of(client: "Client | str | int | None") -> Iterator[Workers]:
    """Workers for a choice: None for this process, ``"threads"``, the address of a scheduler, a client, or a number.

    A number starts so many processes on this machine, and ends them.

    Raises
    ------
    LandreleaseError
        LR4063 where a scheduler does not answer, LR4065 where it has no worker.
    """
    if client is None:
        yield Here()
    elif client == THREADS:
        with ThreadPoolExecutor(2) as pool:
            yield Threads(pool)
    elif isinstance(client, int):
        with local_client(client) as made:
            yield OnDask(made)
    elif isinstance(client, str):
        with _connected(client) as made:
            yield OnDask(made)
    else:
        yield OnDask(client)


@contextmanager
def local_client(workers: int) -> "Iterator[Client]":
    """Client of so many processes of this machine, one thread each."""
    import dask
    from distributed import Client, LocalCluster

    with dask.config.set({"distributed.scheduler.allowed-failures": DEATHS}):
        made = LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            dashboard_address="127.0.0.1:0",
            memory_limit=None,
        )
    with made as cluster, Client(cluster) as client:  # type: ignore[no-untyped-call]
        yield client


@contextmanager
def _connected(address: str) -> "Iterator[Client]":
    from distributed import Client

    try:
        client = Client(address, timeout=CONNECT)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as problem:  # TimeoutError is an OSError
        raise fail(ErrorCode.SCHEDULER_UNREACHABLE, address=address, reason=str(problem)) from problem
    with client:
        yield client
