"""kill -9 at random moments of append, merge, snapshot and migration, on SQLite and PostgreSQL.

Each round begins a process that works on a ledger and tells every entry that is acknowledged; kills it; opens what is
left; audits it, looks for every acknowledged entry and for units of which only a part is there, and appends again.
Moments: a random time after the work began; a random call or return of the program inside the record or the stores;
and, on PostgreSQL, a random time at which the server itself is killed, all its processes, and started again.
"""

import os
import random
import shutil
import signal
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import cycle, islice, product
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from psycopg.conninfo import conninfo_to_dict
from tools.postgres import Server, ServerError, temporary_server

from benchmarks.common import Figures, run
from benchmarks.crash_ledgers import Aftermath, Ground, look_after
from benchmarks.crash_work import Database, Order, Told, Work, work_until_killed

ROUNDS, QUICK_ROUNDS = 200, 8
LONGEST_S = {Work.APPEND: 0.3, Work.MERGE: 1.0, Work.SNAPSHOT: 0.3, Work.MIGRATION: 0.08}
"""A kill by time comes at most so long after the work began."""
POINTS = {"landrelease.record": 20_000, "landrelease.record.stores": 2_000}
"""Modules in which calls and returns are counted from the first unit on, and the last one at which a process dies;
early ones come more often, so that short works are met too."""
_WATCHED_S = 5.0
"""A process that dies at a point of the program is given so long to reach it."""
_SERVER_S = 0.1
"""How long the work goes on after the server is back."""
_COLLECTED_S = 3.0
"""How long process 1 is given to collect dead processes."""


class Kill(StrEnum):
    """How a round ends."""

    TIME = "client, at a time"
    POINT = "client, at a call"
    SERVER = "server, at a time"


@dataclass(frozen=True)
class Round:
    """One crash and what was found after it.

    Attributes
    ----------
    inside
        Whether a unit of work was under way.
    units, acknowledged
        Units, and entries, that were acknowledged.
    """

    work: Work
    database: Database
    kill: Kill
    inside: bool
    units: int
    acknowledged: int
    after: Aftermath

    @property
    def sound(self) -> bool:
        """Whether nothing is lost, half, or wrong."""
        return not (self.after.lost or self.after.denied or self.after.half or self.after.unsound)


def crash(
    rounds: int, seed: int, server: Server | None, databases: Sequence[Database] = tuple(Database)
) -> Iterator[Round]:
    """Crash so many times, all works, databases and ways in turn; without a server, SQLite only."""
    draw = random.Random(seed)
    with TemporaryDirectory(prefix="landrelease-crash-") as name:
        made = (f"crash_{number}" for number in range(1 << 30))
        ground = Ground(Path(name), seed, (lambda template: server.create(next(made), template)) if server else None)
        for work, (database, kill) in islice(_plan(databases if server else [Database.SQLITE]), rounds):
            order = ground.order(work, database)
            yield _one(order, kill, draw, server)
            _clear(order, server)


def _plan(databases: Sequence[Database]) -> Iterator[tuple[Work, tuple[Database, Kill]]]:
    """Every work in each way, again and again; neighbours differ, so that a short run sees all works and ways."""
    kills = {Database.SQLITE: (Kill.TIME, Kill.POINT), Database.POSTGRES: tuple(Kill)}
    ways = [(database, kill) for database in databases for kill in kills[database]]
    combined = list(product(Work, ways))
    step = 7  # shares no factor with 8, 12 and 20, the numbers of combinations
    return (combined[number * step % len(combined)] for number in cycle(range(len(combined))))


def _one(order: Order, kill: Kill, draw: random.Random, server: Server | None) -> Round:
    if kill is Kill.POINT:
        watched = draw.choice(list(POINTS))
        order = replace(order, point=round(POINTS[watched] ** draw.random() ** 0.5), watched=watched)
    context = get_context("forkserver")  # fast to begin; a ledger is not shared by forked processes: each opens its own
    context.set_forkserver_preload(["benchmarks.crash_work"])
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=work_until_killed, args=(order, there), daemon=True)
    process.start()
    there.close()
    told = list(_listen(here, _WATCHED_S, until_first=True))
    moment = _WATCHED_S if kill is Kill.POINT else draw.uniform(0, LONGEST_S[order.work])
    told += _listen(here, moment)
    if kill is Kill.SERVER:
        assert server is not None
        kill_server(server)
        server.start()
        told += _listen(here, draw.uniform(0, _SERVER_S))
    process.kill()
    process.join()
    told += _listen(here, _WATCHED_S)
    here.close()
    began, done, refused = (sum(each.what == what for each in told) for what in ("began", "done", "refused"))
    inside = began > done + refused or refused > 0
    hashes = sum(len(each.hashes) for each in told)
    return Round(order.work, order.database, kill, inside, done, hashes, look_after(order, told))


def _listen(pipe: Connection, seconds: float, *, until_first: bool = False) -> Iterator[Told]:
    """What a process tells in this time, or until it is dead; the first message only, if so wanted."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0 and pipe.poll(left):
        try:
            yield pipe.recv()
        except (EOFError, OSError):
            return
        if until_first:
            return


def kill_server(server: Server) -> None:
    """Send SIGKILL to the postmaster and every process that it has begun, and wait until all are gone.

    Where process 1 does not collect the dead, their numbers stay taken, and the server would take the old postmaster
    for a living one: its lock files go then, as if the machine had been started again.
    """
    lock = server.data / "postmaster.pid"
    postmaster = int(lock.read_text(encoding="ascii").split()[0])
    os.kill(postmaster, signal.SIGSTOP)  # so that it begins no further process
    family = [postmaster, *(pid for pid in map(int, _processes()) if _parent(pid) == postmaster)]
    for pid in family:
        _kill(pid)
    end = time.monotonic() + _COLLECTED_S
    while any(_stat(pid) for pid in family) and time.monotonic() < end:
        time.sleep(0.002)
    if left := [state for pid in family if (state := _stat(pid)[:1])]:
        assert set(map("".join, left)) == {"Z"}
        for path in (lock, *server.folder.glob(".s.PGSQL.*.lock")):
            path.unlink()


def _processes() -> Iterable[str]:
    return (path.name for path in Path("/proc").iterdir() if path.name.isdigit())


def _stat(pid: int) -> list[str]:
    """State, parent and so on of a process; nothing where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _parent(pid: int) -> int | None:
    found = _stat(pid)
    return int(found[1]) if found else None


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _clear(order: Order, server: Server | None) -> None:
    shutil.rmtree(order.cache, ignore_errors=True)
    for place in order.places:
        if order.database is Database.POSTGRES and server is not None:
            server.drop(str(conninfo_to_dict(place)["dbname"]))
        for path in Path(place).parent.glob(f"{Path(place).name}*") if order.database is Database.SQLITE else ():
            path.unlink()


def table(rounds: Iterable[Round]) -> pd.DataFrame:
    """A row for each work, database and way: how often, and what was found."""
    rows = [
        {
            "work": each.work.value, "database": each.database.value, "killed": each.kill.value, "rounds": 1,
            "inside a unit": int(each.inside), "units": each.units, "entries acknowledged": each.acknowledged,
            "kept, not yet acknowledged": each.after.unacknowledged, "lost": each.after.lost,
            "denied": each.after.denied, "half": each.after.half,
            "audits not clean": int(bool(each.after.unsound)),
        }
        for each in rounds
    ]  # fmt: skip
    return pd.DataFrame(rows).groupby(["work", "database", "killed"], sort=False).sum().reset_index()


@contextmanager
def own_server(*, durable: bool = True) -> Iterator[Server | None]:
    """A server of one's own; None where none is installed.

    Parameters
    ----------
    durable
        It flushes to disk before it acknowledges. A process that is killed leaves its written pages to the operating
        system either way; only a power cut would tell the difference.
    """
    try:
        server = temporary_server(durable=durable)
    except ServerError as error:
        print(error)
        yield None
        return
    try:
        yield server
    finally:
        server.remove()


def measure(seed: int, quick: bool) -> Figures:
    """Crash, print the table, and count."""
    count = int(os.environ.get("LANDRELEASE_CRASHES", QUICK_ROUNDS if quick else ROUNDS))
    with own_server() as server:
        rounds = list(crash(count, seed, server))
    print(table(rounds).to_string(index=False))
    for each in rounds:
        if not each.sound:
            print(each)
    return {
        "crash_rounds": len(rounds),
        "crash_inside": sum(each.inside for each in rounds),
        "crash_acknowledged": sum(each.acknowledged for each in rounds),
        "crash_lost": sum(each.after.lost for each in rounds),
        "crash_denied": sum(each.after.denied for each in rounds),
        "crash_half": sum(each.after.half for each in rounds),
        "crash_audits_not_clean": sum(bool(each.after.unsound) for each in rounds),
    }


if __name__ == "__main__":
    run(measure, __doc__ or "")
