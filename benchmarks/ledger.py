"""Speed of the ledger, and of the same append through eventsourcing. Method: docs/explanation/benchmarks.md."""

import gc
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from tools.postgres import binaries, temporary_server

from benchmarks.common import Figures, run, stopwatch
from benchmarks.ledger_exchange import merging
from benchmarks.ledger_scale import scale
from benchmarks.ledger_statements import make_reports
from benchmarks.ledger_writers import concurrent_writers
from landrelease.record.audit import audit
from landrelease.record.entry import Source, Statement
from landrelease.record.fold import fold
from landrelease.record.kinds import Supersession
from landrelease.record.ledger import Ledger
from landrelease.record.review import review_statements
from landrelease.terms import ReviewVerdict, Standing

SIZES = {"entries": 100_000, "singles": 2_000, "compared": 10_000, "merged": 50_000, "scaled": 1_000_000, "seconds": 60}
QUICK = {"entries": 10_000, "singles": 300, "compared": 1_000, "merged": 3_000, "scaled": 10_000, "seconds": 3}


def measure(seed: int, quick: bool) -> Figures:
    sizes = QUICK if quick else SIZES
    with databases() as make_database:
        figures = {
            **embedded(seed, sizes),
            **merging(seed, sizes["merged"], sizes["singles"], make_database),
            **scale(seed, sizes["scaled"]),
            **concurrent_writers(seed, sizes["seconds"], make_database),
        }
    return {name: rounded(value) for name, value in figures.items()} | {"seed": seed}


def rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3 if value < 100 else 0)


def embedded(seed: int, sizes: dict[str, int]) -> Figures:
    """One ledger in one file: appends, fold, audit, and the peer."""
    size, singles = sizes["entries"], sizes["singles"]
    reports = list(make_reports(random.Random(seed), size - size // 20 - size // 1_000))
    gc.freeze()  # what the benchmark itself holds is not the ledger's to scan, nor the peer's
    with TemporaryDirectory() as folder:
        append(Path(folder) / "warm.sqlite", reports[:1_000])
        bulk_s, bytes_an_entry = append(Path(folder) / "bulk.sqlite", reports)
        return {
            "bulk_appends_per_s": len(reports) / bulk_s,
            "single_appends_per_s": singles / append_singly(Path(folder) / "single.sqlite", reports[:singles]),
            **read(Path(folder) / "bulk.sqlite", size),
            **compare(Path(folder), reports[: sizes["compared"]], singles),
            "entries": size, "content_bytes_an_entry": bytes_an_entry,
        }  # fmt: skip


@contextmanager
def databases() -> Iterator[Callable[[], str] | None]:
    """Make new databases on a server of our own that survives a power cut; None where PostgreSQL is not installed."""
    if binaries() is None:
        print("PostgreSQL is not installed: its figures are left out", file=sys.stderr)
        yield None
        return
    server, numbers = temporary_server(durable=True), count(1)
    try:
        yield lambda: server.create(f"benchmark_{next(numbers)}")
    finally:
        server.remove()


def append(path: Path, reports: list[Statement]) -> tuple[float, float]:
    """Seconds of one append of all reports to a new file, and the mean size of an entry's content in bytes."""
    with Ledger.create(path) as ledger:
        with stopwatch() as watch:
            appended = ledger.append(reports)
        sizes = [len(entry.content) for entry in appended[:1_000]]
        assert len(ledger) == len(reports)
    return watch.seconds, sum(sizes) / len(sizes)


def append_singly(path: Path, reports: list[Statement]) -> float:
    """Seconds of as many appends, each with its own commit to the disk."""
    with Ledger.create(path) as ledger, stopwatch() as watch:
        for report in reports:
            ledger.append([report])
    return watch.seconds


def read(path: Path, size: int) -> Figures:
    """Fill the file to `size` entries with reviews and supersessions, then time fold and audit (scaled to 100,000)."""
    with Ledger.open(path) as ledger:
        reports = [logged.entry.hash for logged in ledger.log()]
        ledger.append(review_statements(reports, ReviewVerdict.ACCEPTED, "person:bo", "organisation:nc"))
        pairs = zip(reports[::2], reports[2::2], strict=False)
        ledger.append(replace(*pair) for pair, _ in zip(pairs, range(size - len(ledger)), strict=False))
        assert len(ledger) == size
        with stopwatch() as folding:
            register = fold(ledger.log())
        with stopwatch() as auditing:
            report = audit(ledger)
    assert register.counts()["review"] == {Standing.OFFICIAL: -(-len(reports) // 1_000)}
    assert report.intact
    return {"fold_100k_s": folding.seconds * 1e5 / size, "audit_100k_s": auditing.seconds * 1e5 / size}


def replace(old: str, new: str) -> Statement:
    body = Supersession(replaced=[old], by=[new], reason="later survey")
    return Statement(
        "supersession", f"entry:{old}", body, "2026-10-01", "person:amina", "organisation:1", cites=(old, new)
    )


class Report(Aggregate):
    """The same statement as an aggregate of one event."""

    @event("Reported")
    def __init__(self, statement: dict[str, Any]) -> None:
        self.statement = statement


class Reports(Application[UUID]):
    """The application of the package's documentation, with its SQLite store."""


def compare(folder: Path, reports: list[Statement], singles: int) -> Figures:
    """Append the same reports to a new ledger and through eventsourcing, all in one transaction, then one by one."""
    ours_s, _ = append(folder / "compared.sqlite", reports)
    ours_single_s = append_singly(folder / "compared_single.sqlite", reports[:singles])
    theirs_s = eventsourcing_append(folder / "eventsourcing.sqlite", reports, len(reports))
    theirs_single_s = eventsourcing_append(folder / "eventsourcing_single.sqlite", reports[:singles], 1)
    return {
        "append_ratio_vs_eventsourcing": theirs_s / ours_s,
        "single_ratio_vs_eventsourcing": theirs_single_s / ours_single_s,
        "bulk_ratio_vs_eventsourcing_one_by_one": theirs_single_s / singles * len(reports) / ours_s,
        "eventsourcing_bulk_appends_per_s": len(reports) / theirs_s,
        "eventsourcing_single_appends_per_s": singles / theirs_single_s,
    }


def eventsourcing_append(path: Path, reports: list[Statement], at_once: int) -> float:
    """Seconds to make and save the reports, so many in each ``save``."""
    payloads = [{**asdict(report), "source": plain_source(report.source)} for report in reports]
    application = Reports(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})
    with stopwatch() as watch:
        for start in range(0, len(payloads), at_once):
            made = [Report(payload) for payload in payloads[start : start + at_once]]
            application.save(*made)
    last: Report = application.repository.get(made[-1].id)
    assert last.statement["subject"] == reports[-1].subject
    application.close()
    return watch.seconds


def plain_source(source: Source) -> dict[str, Any]:
    return {"how_known": str(source.how_known.value), "reliability": str(source.reliability.value), "file": source.file,
            "row": source.row}  # fmt: skip


if __name__ == "__main__":
    run(measure, "Appends, fold and audit of the ledger; the same append through eventsourcing.")
