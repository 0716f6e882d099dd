"""Several writers at once on one ledger: nothing lost, the log contiguous, how long one append takes."""

import random
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.common import Figures
from benchmarks.ledger_statements import make_reports
from landrelease.record.audit import audit
from landrelease.record.ledger import Ledger
from landrelease.record.signing.keys import SigningKey

Opened = Callable[[str, SigningKey], Ledger]


def concurrent_writers(seed: int, seconds: float, make_database: Callable[[], str] | None) -> Figures:
    """Four writers on SQLite and eight on PostgreSQL for so many seconds each; None: PostgreSQL is not here."""
    secret = random.Random(seed).randbytes(32)
    key = SigningKey.from_seed(secret)
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "shared.sqlite")
        Ledger.create(path, signer=key).close()
        sqlite = together(open_file, path, secret, writers=4, seconds=seconds, seed=seed)
    figures = {
        "concurrent_p95_ms_sqlite": sqlite[1],
        "concurrent_appends_per_s_sqlite": sqlite[2],
        "concurrent_lost": sqlite[0],
    }
    if make_database:
        dsn = make_database()
        Ledger.create_database(dsn, signer=key).close()
        lost, p95_ms, per_s = together(open_database, dsn, secret, writers=8, seconds=seconds, seed=seed)
        figures |= {"concurrent_p95_ms_postgres": p95_ms, "concurrent_appends_per_s_postgres": per_s}
        figures["concurrent_lost"] += lost
    return figures


def open_file(place: str, key: SigningKey) -> Ledger:
    return Ledger.open(place, signer=key)


def open_database(place: str, key: SigningKey) -> Ledger:
    return Ledger.open_database(place, signer=key)


def together(
    opened: Opened, place: str, secret: bytes, *, writers: int, seconds: float, seed: int
) -> tuple[int, float, float]:
    """Entries lost, 95th percentile of one append in milliseconds, appends a second of all writers together."""
    context = get_context("spawn")  # a ledger is not shared by forked processes
    ready, results = context.Barrier(writers), context.Queue()
    processes = [
        context.Process(target=write, args=(opened, place, secret, ready, results, seconds, seed + number))
        for number in range(writers)
    ]
    for process in processes:
        process.start()
    acknowledged = [results.get(timeout=seconds + 120) for _ in processes]
    for process in processes:
        process.join()
    waits = np.concatenate([waited for _hashes, waited in acknowledged])
    with opened(place, SigningKey.from_seed(secret)) as ledger:
        lost = sum(entry_hash not in ledger for hashes, _waited in acknowledged for entry_hash in hashes)
        assert audit(ledger).intact  # also that the log has no gap
        assert len(ledger) == 1 + len(waits)
    return lost, float(np.percentile(waits, 95) * 1_000), len(waits) / seconds


def write(opened: Opened, place: str, secret: bytes, ready, results, seconds: float, seed: int) -> None:  # type: ignore[no-untyped-def]
    """Append one statement after the other, each with its own commit, until the time is over."""
    reports = list(make_reports(random.Random(seed), 2_000))
    hashes: list[str] = []
    waited: list[float] = []
    with opened(place, SigningKey.from_seed(secret)) as ledger:
        ready.wait()
        end = time.perf_counter() + seconds
        while (start := time.perf_counter()) < end:
            hashes.append(ledger.append([reports[len(hashes) % len(reports)]])[0].hash)
            waited.append(time.perf_counter() - start)
    results.put((hashes, waited))
