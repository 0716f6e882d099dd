"""Audit and as-of of a signed national record, each in a process of its own so that its memory can be told."""

import random
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.common import Figures
from benchmarks.national import FIRST_YEAR, MONTHS, fill
from landrelease.history import cache_of, make_snapshots
from landrelease.record.audit import audit
from landrelease.record.proofs.checkpoint import make_checkpoint
from landrelease.record.workspace import Workspace
from landrelease.simulate.clock import SimulatedClock
from landrelease.study import register_of, status_of

PASSPHRASE = "benchmark only"
MILLION = 1_000_000
QUESTIONS = 5


def scale(seed: int, entries: int) -> Figures:
    """Fill a workspace with so many entries, then audit it and ask what was known on several days."""
    days = as_of_days(seed)
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "national")
        figures: Figures = {"scale_entries": entries, "build_s": apart(build, path, seed, entries)[0]}
        figures["snapshots_s"], figures["snapshots_gb"] = apart(take_snapshots, path)
        audit_s, audit_gb = apart(run_audit, path)
        waits = [apart(ask, path, day) for day in days]
        if entries < MILLION:
            figures["as_of_without_snapshots_s"], _ = apart(ask_without, path, days[0])
    as_of_s, as_of_gb = (max(values) for values in zip(*waits, strict=True))
    found = {"audit_{}s": audit_s, "audit_{}gb": audit_gb, "as_of_{}s": as_of_s, "as_of_{}gb": as_of_gb}
    for name, value in found.items():
        figures[name.format("")] = value
        figures[name.format("1m_")] = (
            value if entries == MILLION else None
        )  # a small record tells nothing of a large one
    return figures


def as_of_days(seed: int) -> list[str]:
    """Days all over the record, drawn from the seed, and its last one: none is chosen to fall on a snapshot."""
    draw = random.Random(seed)
    months = sorted(draw.sample(range(12, MONTHS), QUESTIONS - 1))
    days = [f"{FIRST_YEAR + month // 12}-{month % 12 + 1:02}-{draw.randint(1, 28):02}" for month in months]
    return [*days, f"{FIRST_YEAR + MONTHS // 12 - 1}-12-31"]


def apart(work: Callable[..., None], *arguments: Any) -> tuple[float, float]:
    """Seconds that the work takes in a process of its own, without its start, and the most memory it held, in GB.

    The two processes that verify signatures for it are not in it: what the system says of a child begins with the size
    of its parent. Each held 0.03 GB when it was looked at.
    """
    context = get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=report, args=(queue, work, *arguments))
    process.start()
    seconds, gigabytes = queue.get()
    process.join()
    return seconds, gigabytes


def report(queue: "Queue[tuple[float, float]]", work: Callable[..., None], *arguments: Any) -> None:
    start = time.perf_counter()
    work(*arguments)
    seconds = time.perf_counter() - start
    queue.put((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024 / 1e9))


def build(path: str, seed: int, entries: int) -> None:
    clock = SimulatedClock(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC))
    with Workspace.create(path, clock=clock, passphrase=PASSPHRASE) as workspace:
        fill(workspace.ledger, clock, seed, entries)
        make_checkpoint(workspace.ledger)


def take_snapshots(path: str) -> None:
    with Workspace.open(path) as workspace:
        make_snapshots(workspace.ledger, cache_of(workspace))


def run_audit(path: str) -> None:
    """Every signature, every hash, every chain, the tree at its checkpoint."""
    with Workspace.open(path) as workspace:
        found = audit(workspace.ledger)
        assert found.intact, found.first
        assert found.entries == len(workspace.ledger)


def ask(path: str, day: str) -> None:
    """What ``landrelease status --as-of`` does, from opening the workspace on."""
    with Workspace.open(path) as workspace:
        status = status_of(register_of(workspace, day))
    assert len(status.statements)


def ask_without(path: str, day: str) -> None:
    """The same, with no snapshot."""
    with Workspace.open(path) as workspace:
        cache_of(workspace).keep_only({})
        status = status_of(register_of(workspace, day))
    assert len(status.statements)
