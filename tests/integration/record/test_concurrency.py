"""Several programs that write at once lose nothing: 8 on PostgreSQL, 4 on SQLite."""

import subprocess
import sys
from itertools import pairwise

import pytest
from tests.samples.stores import POSTGRES, SQLITE, Ledgers

from landrelease.record.ledger import Ledger

WRITERS = {SQLITE: 4, POSTGRES: 8}
WRITER = """
import sys, time
from landrelease.record.entry import Statement
from landrelease.record.ledger import Ledger

kind, place, number, seconds = sys.argv[1], sys.argv[2], sys.argv[3], float(sys.argv[4])
body = {"name": "Team", "asset_kind": "dog_team", "people": 4}
open_ = Ledger.open if kind == "sqlite" else Ledger.open_database
with open_(place) as ledger:
    print("ready", flush=True)
    sys.stdin.readline()
    count, until = 0, time.monotonic() + seconds
    while time.monotonic() < until or count < 5:
        appended = ledger.append([Statement("team", f"team:{number}:{count}", body, "2026-08-11", "a", "o")])
        print(appended[0].hash, flush=True)
        count += 1
"""


def start(ledgers: Ledgers, place: str, seconds: float) -> list[subprocess.Popen[str]]:
    """Start the writers; they begin when all of them have opened the ledger."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, ledgers.kind, place, str(number), str(seconds)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(WRITERS[ledgers.kind])
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    return writers


def check_whole(ledger: Ledger, acknowledged: set[str]) -> None:
    """Every acknowledged entry is there once; the log and the chain have no gap."""
    logged = list(ledger.log())
    assert acknowledged <= {line.entry.hash for line in logged}
    assert [line.index for line in logged] == list(range(len(logged)))
    assert [line.entry.seq for line in logged] == list(range(1, len(logged) + 1))
    assert all(later.entry.prev == earlier.entry.hash for earlier, later in pairwise(logged))
    assert all(later.received >= earlier.received for earlier, later in pairwise(logged))


@pytest.fixture
def place(make_ledger) -> str:
    place = make_ledger.place()
    make_ledger(place=place).close()
    return place


def test_writers_at_once_lose_nothing(make_ledger, place):
    writers = start(make_ledger, place, 1.0)
    printed = [writer.communicate()[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * len(writers)
    assert all(len(hashes) >= 5 for hashes in printed)
    ledger = make_ledger.open(place)
    check_whole(ledger, {entry_hash for hashes in printed for entry_hash in hashes})
    assert len(ledger) == sum(map(len, printed))


def test_a_writer_that_is_killed_takes_nothing_with_it(make_ledger, place):
    """What it was told is kept is there; what it was about to write is whole or absent; the others go on."""
    writers = start(make_ledger, place, 0.5)
    killed = writers[0]
    assert killed.stdout is not None
    first = [killed.stdout.readline().strip() for _ in range(3)]
    killed.kill()
    rest = killed.communicate()[0].split("\n")[:-1]  # a last line without its end was cut off
    printed = [writer.communicate()[0].split() for writer in writers[1:]]
    assert [writer.returncode for writer in writers[1:]] == [0] * len(printed)
    ledger = make_ledger.open(place)
    check_whole(ledger, {*first, *rest, *(entry_hash for hashes in printed for entry_hash in hashes)})
    assert len(ledger) - sum(map(len, [first, rest, *printed])) in (0, 1)
