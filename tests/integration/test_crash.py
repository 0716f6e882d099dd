"""kill -9 at random moments: nothing acknowledged is lost, nothing half is visible, the audit is clean.

A seeded share of ``python -m benchmarks.crash``, which has 200 rounds; ``LANDRELEASE_CRASHES`` asks for more here too.
"""

import os
import sqlite3
from contextlib import closing

import pytest
from benchmarks.crash import Kill, crash, own_server, table
from benchmarks.crash_ledgers import Ground, look_after
from benchmarks.crash_work import Database, Told, Work, open_ledger, statements
from tests.samples.tampering import behind_triggers

SHARE = {Database.SQLITE: 8, Database.POSTGRES: 12}
"""Rounds of each database: every work in every way once."""
TOTAL = sum(SHARE.values())
ROUNDS = {database: max(int(os.environ.get("LANDRELEASE_CRASHES", TOTAL)) * share // TOTAL, share)
          for database, share in SHARE.items()}  # fmt: skip


def check(rounds):
    shown = table(rounds).to_string()
    assert [each for each in rounds if not each.sound] == [], shown
    assert {each.work for each in rounds} == set(Work)
    assert sum(each.inside for each in rounds) >= len(rounds) // 3, f"too few kills met work under way\n{shown}"
    assert sum(each.acknowledged for each in rounds) > 0


def test_a_killed_process_loses_nothing_on_sqlite():
    rounds = list(crash(ROUNDS[Database.SQLITE], 11, None))
    assert {each.kill for each in rounds} == {Kill.TIME, Kill.POINT}
    check(rounds)


@pytest.mark.postgres
def test_a_killed_process_or_server_loses_nothing_on_postgres(postgres_bin):
    with own_server(durable=False) as server:
        rounds = list(crash(ROUNDS[Database.POSTGRES], 12, server, [Database.POSTGRES]))
    assert {each.kill for each in rounds} == set(Kill)
    check(rounds)


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    return Ground(tmp_path_factory.mktemp("ground"), 1)


@pytest.fixture
def appended(ground):
    """An append of five statements that was acknowledged."""
    order = ground.order(Work.APPEND, Database.SQLITE)
    with open_ledger(order.database, order.places[0], order.secret) as ledger:
        hashes = tuple(entry.hash for entry in ledger.append(statements(f"{order.seed}-0", 5)))
    return order, Told("done", f"{order.seed}-0", hashes)


def test_what_is_whole_is_found_whole(appended):
    order, told = appended
    after = look_after(order, [told])
    assert (after.lost, after.half, after.unsound, after.unacknowledged) == (0, 0, (), 0)


def test_an_acknowledged_entry_that_is_not_there_is_found(appended):
    order, told = appended
    assert look_after(order, [told, Told("done", "x", ("ab" * 32,))]).lost == 1


@pytest.mark.parametrize(("code", "denied"), [("LR1042", 1), ("LR1041", 1), ("LR1043", 0)])
def test_a_unit_that_is_there_although_a_refusal_denied_it_is_found(appended, code, denied):
    order, told = appended
    after = look_after(order, [Told("refused", told.unit, code=code)])
    assert (after.lost, after.denied, after.unacknowledged) == (0, denied, 1)


def test_a_unit_of_which_the_end_is_missing_is_found(appended):
    order, told = appended
    place = order.places[0]
    behind_triggers(place, "DELETE FROM entry WHERE rowid = (SELECT max(rowid) FROM entry)")
    behind_triggers(place, "DELETE FROM log WHERE idx = (SELECT max(idx) FROM log)")
    after = look_after(order, [told])
    assert (after.lost, after.half) == (1, 1)


def test_a_blob_without_its_statement_is_found(appended):
    order, told = appended
    with open_ledger(order.database, order.places[0], order.secret) as ledger, ledger.store.writing() as writer:
        writer.add_blob("cd" * 32, b"content")
    assert look_after(order, [told]).half == 1


@pytest.mark.parametrize(
    ("statement", "told", "expected"),
    [
        ("PRAGMA user_version", [], (0, 0)),
        ("PRAGMA user_version", ["done"], (1, 0)),
        ("CREATE TABLE held (hash)", [], (0, 1)),
    ],
)
def test_a_migration_that_is_half_done_or_not_done_is_found(ground, statement, told, expected):
    order = ground.order(Work.MIGRATION, Database.SQLITE)
    place = order.places[3]
    with closing(sqlite3.connect(place)) as connection:
        connection.execute(statement)
        connection.commit()
    if expected[1]:
        with pytest.raises(Exception, match="already exists"):
            look_after(order, [])
        return
    after = look_after(order, [Told(what, place) for what in told])
    assert (after.lost, after.half, after.unsound) == (*expected, ())
