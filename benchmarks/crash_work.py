"""What a process does until it is killed: units of work, each told before it begins and after it is acknowledged."""

import logging
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from landrelease.errors import LandreleaseError
from landrelease.history import make_snapshots
from landrelease.record.asof.snapshots import SnapshotCache
from landrelease.record.attachments.blobs import attach
from landrelease.record.bundles.merge import merge
from landrelease.record.entry import Statement
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import make_checkpoint
from landrelease.record.signing.keys import SigningKey

SIZES = (1, 1, 2, 20, 150)
"""Statements in one append."""
_PAUSE_S = 0.01
"""After a refusal, such as that of a server that is down."""


class Database(StrEnum):
    """Where a ledger lies."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"


class Work(StrEnum):
    """What is interrupted."""

    APPEND = "append"
    MERGE = "merge"
    SNAPSHOT = "snapshot"
    MIGRATION = "migration"


@dataclass(frozen=True, slots=True)
class Order:
    """What one process is to do.

    Attributes
    ----------
    places
        Paths or connection strings; one but for a migration.
    secret
        Seed of the node's key.
    cache
        Folder of snapshots.
    bundles
        Files to merge.
    point
        The process kills itself at this event (call or return) inside `watched`; 0: it waits to be killed.
    """

    work: Work
    database: Database
    places: tuple[str, ...]
    secret: bytes
    seed: int
    cache: str
    bundles: tuple[str, ...] = ()
    point: int = 0
    watched: str = ""


class Told(NamedTuple):
    """One message: a unit began, was acknowledged with hashes, or was refused with an error code."""

    what: str
    unit: str
    hashes: tuple[str, ...] = ()
    code: str = ""


Unit = tuple[str, Callable[[], tuple[str, ...]]]
"""Name of a unit and what does it; gives the hashes that are acknowledged."""


def work_until_killed(order: Order, pipe: Connection) -> None:
    """Do units of work, and tell of each; ends when nothing is left to do."""
    logging.getLogger("psycopg").addHandler(logging.NullHandler())  # lost connections are told as refusals
    draw = random.Random(order.seed)
    with ExitStack() as opened:
        for number, (unit, act) in enumerate(_UNITS[order.work](order, draw, opened)):
            if number == 0 and order.point:
                sys.setprofile(_death_at(order.point, order.watched))
            pipe.send(Told("began", unit))
            try:
                pipe.send(Told("done", unit, act()))
            except LandreleaseError as error:
                pipe.send(Told("refused", unit, code=error.findings[0].error.code))
                time.sleep(_PAUSE_S)


def open_ledger(database: Database, place: str, secret: bytes) -> Ledger:
    """Open a ledger with its key."""
    key = SigningKey.from_seed(secret)
    return Ledger.open(place, signer=key) if database is Database.SQLITE else Ledger.open_database(place, signer=key)


def statements(unit: str, size: int) -> list[Statement]:
    """Statements of one unit; each says in its subject of how many it is one."""
    body = {"area": "area:1", "stage": "completion", "method": "manual_team", "cleared_area_m2": 100}
    return [
        Statement("clearance.report", f"crash:{unit}:{number}/{size}", body, "2026-08-11", "person:a", "org:1")
        for number in range(size)
    ]


def _opened(order: Order, opened: ExitStack) -> Ledger:
    return opened.enter_context(open_ledger(order.database, order.places[0], order.secret))


def _appends(order: Order, draw: random.Random, opened: ExitStack) -> Iterator[Unit]:
    """Appends of one to many statements, and attachments: a blob and its statement."""
    ledger = _opened(order, opened)
    for number in count():
        unit, size, content = f"{order.seed}-{number}", draw.choice(SIZES), draw.randbytes(draw.randrange(1, 100_000))
        if draw.random() < 0.25:
            yield unit, partial(_attached, ledger, content)
        else:
            yield unit, partial(_appended, ledger, unit, size)


def _appended(ledger: Ledger, unit: str, size: int) -> tuple[str, ...]:
    with ledger.batch() as batch:  # nothing is read afterwards: a refusal to read would look like one to keep
        return tuple(batch.put(statement)[0] for statement in statements(unit, size))


def _attached(ledger: Ledger, content: bytes) -> tuple[str, ...]:
    return (attach(ledger, content, cites=[], author="person:a", organisation="org:1").hash,)


def _merges(order: Order, draw: random.Random, opened: ExitStack) -> Iterator[Unit]:
    """Bundles in any order: some entries are held until the ones before them arrive."""
    ledger = _opened(order, opened)
    bundles = list(order.bundles)
    draw.shuffle(bundles)
    for number, bundle in enumerate(bundles):
        yield f"{order.seed}-{number}", partial(_merged, ledger, bundle)


def _merged(ledger: Ledger, bundle: str) -> tuple[str, ...]:
    taken = merge(ledger, bundle).indices
    return tuple(digest.hex() for digest in ledger.store.hashes(taken.start, taken.stop))


def _snapshots(order: Order, draw: random.Random, opened: ExitStack) -> Iterator[Unit]:
    """Snapshots and signed checkpoints of a growing log."""
    ledger, cache = _opened(order, opened), SnapshotCache(Path(order.cache))
    for number in count():
        unit, size = f"{order.seed}-{number}", draw.choice(SIZES)
        yield unit, partial(_appended, ledger, unit, size)
        yield f"{unit}-kept", partial(_kept, ledger, cache)


def _kept(ledger: Ledger, cache: SnapshotCache) -> tuple[str, ...]:
    make_checkpoint(ledger)
    make_snapshots(ledger, cache)
    return ()


def _migrations(order: Order, draw: random.Random, _opened: ExitStack) -> Iterator[Unit]:
    """Ledgers of the first version are brought forward, one after the other."""
    for place in draw.sample(order.places, len(order.places)):
        yield place, partial(_migrated, order, place)


def _migrated(order: Order, place: str) -> tuple[str, ...]:
    if order.database is Database.POSTGRES:
        from landrelease.record.stores.postgres_schema import migrate

        migrate(place)
    else:
        Ledger.open(place).close()
    return ()


_UNITS: dict[Work, Callable[[Order, random.Random, ExitStack], Iterator[Unit]]] = {
    Work.APPEND: _appends,
    Work.MERGE: _merges,
    Work.SNAPSHOT: _snapshots,
    Work.MIGRATION: _migrations,
}


def _death_at(point: int, watched: str) -> Callable[[FrameType, str, Any], None]:
    """Kill this process at the n-th call or return in modules of this name."""
    left = point

    def count_down(frame: FrameType, _event: str, _argument: Any) -> None:
        nonlocal left
        if frame.f_globals.get("__name__", "").startswith(watched):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return count_down


def bundle_paths(folder: Path) -> tuple[str, ...]:
    """Bundles of a folder, sorted."""
    return tuple(sorted(map(str, folder.glob("*.bundle"))))
