"""The SQLite file: what it refuses, who may write, what a foreign file is."""

import multiprocessing
import sqlite3
import threading
from contextlib import closing

import pytest

from landrelease.errors import LandreleaseError
from landrelease.record.entry import Statement
from landrelease.record.ledger import Ledger

HASH = "(SELECT hash FROM entry WHERE rowid = 3)"
COLUMNS = "node, seq, prev, kind, kind_version, subject, valid_from, recorded, author, organisation, content"
COPY = f"SELECT %s, {COLUMNS} FROM entry WHERE rowid = 3"


def team(number: int) -> Statement:
    body = {"name": f"Team {number}", "asset_kind": "dog_team", "people": 4}
    return Statement("team", f"team:{number}", body, "2026-08-11", "person:amina", "op:1")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET content = x'00'",
        "UPDATE entry SET author = 'someone else' WHERE rowid = 3",
        "UPDATE OR REPLACE entry SET seq = 1 WHERE rowid = 3",
        "DELETE FROM entry WHERE rowid = 3",
        f"INSERT INTO entry (hash, {COLUMNS}) " + COPY % "hash",
        f"INSERT OR REPLACE INTO entry (hash, {COLUMNS}) " + COPY % "hash",
        f"INSERT OR REPLACE INTO entry (hash, {COLUMNS}) " + COPY % "randomblob(32)",  # the same node and number
        f"REPLACE INTO entry (rowid, hash, {COLUMNS}) SELECT 3, randomblob(32), 'other', 99, prev, kind, kind_version,"
        " subject, valid_from, recorded, author, organisation, content FROM entry WHERE rowid = 3",
        f"INSERT INTO entry (hash, {COLUMNS}) VALUES ({HASH}, 'x', 1, zeroblob(32), 'k', 1, 's', 'v', 'r', 'a', 'o',"
        " x'00') ON CONFLICT (hash) DO UPDATE SET content = x'00'",
        "UPDATE log SET received = '2020-01-01T00:00:00Z'",
        "DELETE FROM log WHERE idx = 3",
        "DELETE FROM log",
        f"INSERT INTO log VALUES (3, {HASH}, '2030-01-01T00:00:00Z')",
        f"INSERT OR REPLACE INTO log VALUES (3, {HASH}, '2030-01-01T00:00:00Z')",
        f"INSERT OR REPLACE INTO log VALUES (11, {HASH}, '2030-01-01T00:00:00Z')",
        "INSERT INTO log VALUES (12, randomblob(32), '2030-01-01T00:00:00Z')",
        "INSERT INTO log VALUES (11, randomblob(32), '2020-01-01T00:00:00Z')",
        "INSERT INTO log (entry_hash, received) VALUES (randomblob(32), '2020-01-01T00:00:00Z')",
        "DELETE FROM meta",
    ],
)
def test_the_record_is_append_only(record, statement):
    with closing(sqlite3.connect(record)) as connection:
        before = list(connection.iterdump())
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
        connection.rollback()
        assert list(connection.iterdump()) == before


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("UPDATE blob SET content = NULL, erased_reason = 'asked by the person'", True),
        ("UPDATE blob SET content = x'02'", False),
        ("UPDATE blob SET content = NULL", False),
        ("UPDATE blob SET sha256 = randomblob(32), content = NULL, erased_reason = 'x'", False),
        ("DELETE FROM blob", False),
        ("INSERT OR REPLACE INTO blob SELECT sha256, x'02', NULL FROM blob", False),
        ("REPLACE INTO blob (rowid, sha256, content) VALUES (1, randomblob(32), x'02')", False),
    ],
)
def test_a_blob_can_only_be_erased(record, statement, allowed):
    with closing(sqlite3.connect(record)) as connection:
        connection.execute("INSERT INTO blob VALUES (randomblob(32), x'01', NULL)")
        if allowed:
            connection.execute(statement)
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute("UPDATE blob SET erased_reason = 'another'")
        else:
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(statement)


ROOT = f"x'{'00' * 32}'"


@pytest.mark.parametrize(
    "statement", ["UPDATE checkpoint SET note = 'x'", "DELETE FROM checkpoint", "REPLACE INTO checkpoint VALUES "
                  f"('north', 1, {ROOT}, 'r', 'n')"]
)  # fmt: skip
def test_checkpoints_are_append_only(record, statement):
    with closing(sqlite3.connect(record)) as connection:
        connection.execute(f"INSERT INTO checkpoint VALUES ('north', 1, {ROOT}, 'r', 'n')")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)


def test_an_existing_file_is_not_overwritten(record):
    before = record.read_bytes()
    with pytest.raises(LandreleaseError, match="LR1009"):
        Ledger.create(record)
    assert record.read_bytes() == before


def test_a_ledger_is_not_made_where_no_folder_is(tmp_path):
    with pytest.raises(LandreleaseError, match="LR1030"):
        Ledger.create(tmp_path / "no" / "folder.sqlite")


def other_database(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE entry (hash)")


def newer(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 3")


def without_node(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER meta_delete")
        connection.execute("DELETE FROM meta")
        connection.commit()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda path: path.unlink(), "LR1008"),
        (lambda path: (path.unlink(), path.mkdir()), "LR1008"),
        (lambda path: path.write_bytes(b""), "LR1010"),
        (lambda path: path.write_bytes(b"a photo, perhaps" * 100), "LR1010"),
        (lambda path: (path.unlink(), other_database(path)), "LR1010"),
        (newer, "LR1011"),
        (without_node, "LR1012"),
    ],
)
def test_what_cannot_be_opened(record, change, code):
    change(record)
    with pytest.raises(LandreleaseError, match=code):
        Ledger.open(record)


def test_a_damaged_file_is_refused_when_it_is_read(record):
    size = record.stat().st_size
    with record.open("r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xff" * (size - 4096))
    with pytest.raises(LandreleaseError, match=r"LR1012|LR1010"), Ledger.open(record) as ledger:
        list(ledger.log())


def test_a_closed_ledger_says_so(record):
    ledger = Ledger.open(record)
    ledger.close()
    for use in (lambda: len(ledger), lambda: list(ledger.log()), lambda: ledger.append([team(1)])):
        with pytest.raises(LandreleaseError, match="LR1014"):
            use()


def test_the_node_and_its_chain_go_on_after_opening_again(record):
    with Ledger.open(record) as ledger:
        (entry,) = ledger.append([team(1)])
        assert (ledger.node, entry.seq, len(ledger)) == ("north", 12, 12)
        assert entry.prev == [logged.entry.hash for logged in ledger.log()][-2]


def test_a_second_writer_is_told_and_nothing_is_lost(record):
    with Ledger.open(record) as first, Ledger.open(record, wait_s=0.05) as second:
        with first.batch() as batch:
            batch.add(team(1))
            with pytest.raises(LandreleaseError, match="LR1013"):
                second.append([team(2)])
            assert len(second) == 11  # a reader is not held up
        second.append([team(2)])
        assert [logged.entry.seq for logged in first.log()] == list(range(1, 14))


def test_a_second_writer_waits(record):
    entered, results = threading.Event(), []

    def wait():
        with Ledger.open(record, wait_s=20) as second:
            entered.set()
            results.extend(entry.seq for entry in second.append([team(2)]))

    with Ledger.open(record) as first, first.batch() as batch:
        thread = threading.Thread(target=wait)
        thread.start()
        assert entered.wait(20)
        assert batch.add(team(1)).seq == 12
    thread.join(20)
    assert results == [13]


def test_threads_share_a_ledger(record):
    with Ledger.open(record) as ledger:
        threads = [threading.Thread(target=lambda: [ledger.append([team(n)]) for n in range(5)]) for _ in range(4)]
        readers = [threading.Thread(target=lambda: list(ledger.log())) for _ in range(2)]
        for thread in threads + readers:
            thread.start()
        for thread in threads + readers:
            thread.join(60)
        assert [logged.entry.seq for logged in ledger.log()] == list(range(1, 32))


def append_five(path):
    with Ledger.open(path) as ledger:
        for number in range(5):
            ledger.append([team(number)])


def test_processes_share_a_file(record):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=append_five, args=(record,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    with Ledger.open(record) as ledger:
        assert [logged.entry.seq for logged in ledger.log()] == list(range(1, 22))


def test_a_reader_sees_the_log_as_it_was_when_it_began(record):
    with Ledger.open(record) as ledger:
        log = ledger.log()
        next(log)
        ledger.append([team(1)])
        assert len(list(log)) == 10


def test_a_full_disk_leaves_nothing(record):
    with Ledger.open(record) as ledger:
        ledger.store._writer.execute("PRAGMA max_page_count = 40")
        with pytest.raises(LandreleaseError, match="LR1030"):
            ledger.append(team(number) for number in range(10_000))
        assert len(ledger) == 11
        ledger.append([team(1)])
        assert len(ledger) == 12


def test_a_long_append_is_read_page_by_page(record):
    with Ledger.open(record) as ledger:
        appended = ledger.append(team(number) for number in range(4_500))
        assert [entry.subject for entry in appended] == [f"team:{number}" for number in range(4_500)]
        assert sum(1 for _ in ledger.log(kind="team")) == 4_500


def test_only_its_owner_may_read_a_new_file(tmp_path):
    with Ledger.create(tmp_path / "new.sqlite", node="north") as ledger:
        ledger.append([])
        assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("new.sqlite*")} == {0}
