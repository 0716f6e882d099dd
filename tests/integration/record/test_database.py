"""A record in a PostgreSQL database from a workspace and from the command line; its tables brought forward."""

import json
from contextlib import contextmanager

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from landrelease.cli import app, main
from landrelease.errors import LandreleaseError
from landrelease.record.entry import Statement
from landrelease.record.ledger import Ledger
from landrelease.record.stores import postgres_schema
from landrelease.record.stores.postgres import PostgresStore
from landrelease.record.stores.postgres_schema import SCHEMA_VERSION, migrate, prepare, script
from landrelease.record.stores.postgres_state import database_state
from landrelease.record.workspace import LEDGER, WORKSPACE, Workspace

pytestmark = pytest.mark.postgres


def team(number: int) -> Statement:
    body = {"name": f"Team {number}", "asset_kind": "dog_team", "people": 4}
    return Statement("team", f"team:{number}", body, "2026-08-11", "person:amina", "op:1")


@pytest.fixture
def dsn(make_prepared_database) -> str:
    return make_prepared_database()


@pytest.fixture
def empty_dsn(make_prepared_database, postgres_server) -> str:
    dsn = make_prepared_database()
    postgres_server.empty(conninfo_to_dict(dsn)["dbname"])
    return dsn


def run(capsys, *arguments: str) -> tuple[int, str]:
    """Exit code and what is printed."""
    code = 0
    try:
        main(arguments)
    except SystemExit as error:
        code = int(error.code or 0)
    printed = capsys.readouterr()
    return code, printed.out + printed.err


# workspaces


@pytest.mark.parametrize("passphrase", [None, "a long enough passphrase"])
def test_a_workspace_on_a_database(tmp_path, dsn, passphrase):
    with Workspace.create(tmp_path / "w", passphrase=passphrase, database=dsn) as made:
        made.ledger.append([team(1)])
        size = len(made.ledger)
    assert not (tmp_path / "w" / LEDGER).exists()
    with Workspace.open(tmp_path / "w", passphrase=passphrase) as opened:
        assert (len(opened.ledger), conninfo_to_dict(opened.database)) == (size, conninfo_to_dict(dsn))
        opened.adopt(opened.profile, "person:bo", "op:nc", "2026-09-01")
    with Workspace.open(tmp_path / "w") as opened:
        assert len(opened.ledger) == size + 1


def test_the_password_is_not_kept(tmp_path, dsn):
    secret = "correct-horse"
    Workspace.create(tmp_path / "w", database=make_conninfo(dsn, password=secret)).close()
    assert all(secret not in path.read_text() for path in (tmp_path / "w").iterdir())
    with Workspace.open(tmp_path / "w") as opened:
        assert conninfo_to_dict(opened.database) == conninfo_to_dict(dsn)


@pytest.mark.parametrize("passphrase", [None, "a long enough passphrase"])
def test_a_workspace_that_cannot_be_made_leaves_no_key(tmp_path, dsn, passphrase):
    Workspace.create(tmp_path / "first", database=dsn).close()
    with pytest.raises(LandreleaseError, match="LR1009"):
        Workspace.create(tmp_path / "second", database=dsn, passphrase=passphrase)
    assert [path for path in (tmp_path / "second").rglob("*") if path.is_file()] == []
    with pytest.raises(LandreleaseError, match="LR0003"):
        Workspace.open(tmp_path / "second")


def test_a_copied_folder_opens_the_same_record(tmp_path, dsn):
    Workspace.create(tmp_path / "w", database=dsn).close()
    (tmp_path / "copy").mkdir()
    for name in (WORKSPACE, "profile.toml"):
        (tmp_path / "copy" / name).write_bytes((tmp_path / "w" / name).read_bytes())
    with Workspace.open(tmp_path / "w") as one, Workspace.open(tmp_path / "copy") as other:
        one.ledger.append([team(1)])
        other.ledger.append([team(2)])
        assert len(one.ledger) == len(other.ledger) == 3


# command line


def test_prepare_init_and_show(tmp_path, empty_dsn, capsys):
    assert run(capsys, "database", "show", empty_dsn)[0] == 1
    assert "LR1044" in run(capsys, "database", "migrate", empty_dsn)[1]
    assert f"from version 0 to {SCHEMA_VERSION}" in run(capsys, "database", "prepare", empty_dsn)[1]
    for verb in ("prepare", "migrate"):
        code, text = run(capsys, "database", verb, empty_dsn)
        assert (code, f"tables of version {SCHEMA_VERSION}" in text) == (0, True)
    assert run(capsys, "init", str(tmp_path / "w"), "--database", empty_dsn)[0] == 0
    code, text = run(capsys, "database", "show", empty_dsn, "--json")
    shown = json.loads(text)
    assert shown["statements"] == 1
    assert shown["unsafe_settings"] == ["fsync = off", "full_page_writes = off"]  # the server of the tests
    assert (code, shown["sound"], shown["guards"], shown["tables"]) == (1, False, [], SCHEMA_VERSION)
    assert run(capsys, "status", str(tmp_path / "w"))[0] == 0
    assert "fsync = off" in run(capsys, "database", "show", empty_dsn)[1]


def test_what_is_refused_names_no_password(capsys):
    code, text = run(capsys, "database", "show", "host=/nowhere password=correct-horse")
    assert (code, "LR1041" in text, "correct-horse" in text) == (1, True, False)


def test_a_database_without_a_guard_is_not_sound(dsn, capsys):
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("ALTER TABLE landrelease.entry DISABLE TRIGGER entry_kept")
    assert database_state(dsn).guards == ("entry.entry_kept",)
    code, text = run(capsys, "database", "show", dsn)
    assert (code, "entry.entry_kept" in text) == (1, True)


def test_the_group_is_registered():
    assert "database" in {group.name for group in app.registered_groups}


# migrations

STATEMENTS = [team(number) for number in range(5)]


@pytest.fixture
def older_program(monkeypatch):
    """Inside its block, the program knows version 1 of the tables, which had no readers."""

    @contextmanager
    def block():
        with monkeypatch.context() as older:
            older.setattr(postgres_schema, "SCHEMA_VERSION", 1)
            older.setattr(PostgresStore, "_check_sees_all", lambda store: None)
            yield

    return block


@pytest.fixture
def old_dsn(empty_dsn, older_program) -> str:
    """A database with a record as a program of version 1 left it."""
    with older_program():
        prepare(empty_dsn)
        with Ledger.create_database(empty_dsn, "north") as ledger:
            ledger.append(STATEMENTS)
    return empty_dsn


def test_an_older_database_is_refused_until_it_is_brought_forward(old_dsn):
    with pytest.raises(LandreleaseError, match=rf"LR1045 .*version 1.*needs {SCHEMA_VERSION}"):
        Ledger.open_database(old_dsn)
    assert migrate(old_dsn) == 1
    with Ledger.open_database(old_dsn) as ledger:
        assert [logged.entry.subject for logged in ledger.log()] == [statement.subject for statement in STATEMENTS]
        assert ledger.store.guards() == []
        ledger.append([team(9)])
    assert migrate(old_dsn) == SCHEMA_VERSION
    assert database_state(old_dsn).statements == 6


@pytest.mark.parametrize("cut", range(0, len(script(2)), 400))
def test_an_interrupted_migration_leaves_the_old_version_usable(old_dsn, older_program, monkeypatch, cut):
    """The migration fails somewhere in its last script, as when the server stops or the disk is full."""
    whole = script(2)
    end = whole.find(";\n", cut) + 2
    monkeypatch.setattr(postgres_schema, "script", lambda version: whole[:end] + "SELECT 1 / 0;")
    with pytest.raises(LandreleaseError, match="LR1040"):
        migrate(old_dsn)
    monkeypatch.undo()
    with older_program(), Ledger.open_database(old_dsn) as ledger:
        ledger.append([team(7)])
        assert len(ledger) == 6
    assert migrate(old_dsn) == 1
    with Ledger.open_database(old_dsn) as ledger:
        assert (len(ledger), ledger.store.guards()) == (6, [])


def test_a_newer_database_is_refused(dsn):
    Ledger.create_database(dsn).close()
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("INSERT INTO landrelease.schema_version VALUES (99)")
    for way in (Ledger.open_database, Ledger.create_database, prepare, migrate):
        with pytest.raises(LandreleaseError, match="LR1011"):
            way(dsn)


def test_a_migration_waits_for_an_append_and_gives_up(dsn):
    with Ledger.create_database(dsn) as ledger, ledger.batch() as batch:
        batch.put(team(1))
        with pytest.raises(LandreleaseError, match="LR1040"):
            migrate(dsn, wait_s=0.05)
    with Ledger.open_database(dsn) as ledger:
        assert len(ledger) == 1


def test_a_database_of_another_encoding_is_refused(postgres_server):
    with psycopg.connect(postgres_server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    try:
        with pytest.raises(LandreleaseError, match=r"LR1047 .*LATIN1"):
            prepare(postgres_server.dsn("latin"))
    finally:
        postgres_server.drop("latin")


def test_whoever_may_not_prepare_learns_why(postgres_server, empty_dsn):
    with psycopg.connect(postgres_server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE ROLE test_guest LOGIN")
    try:
        with pytest.raises(LandreleaseError, match="LR1046"):
            prepare(make_conninfo(empty_dsn, user="test_guest"))
    finally:
        with psycopg.connect(postgres_server.dsn(), autocommit=True) as connection:
            connection.execute("DROP ROLE test_guest")


def test_an_owner_who_is_no_superuser_prepares_and_writes(postgres_server):
    """As on a server that somebody else runs: the owner of a database with the right to make roles, nothing more."""
    with psycopg.connect(postgres_server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE ROLE test_owner LOGIN CREATEROLE")
        connection.execute("CREATE DATABASE owned OWNER test_owner TEMPLATE template0")
    dsn = postgres_server.dsn("owned", user="test_owner")
    try:
        prepare(dsn)
        with Ledger.create_database(dsn, "north") as ledger:
            ledger.append(STATEMENTS)
            assert (len(ledger), ledger.store.guards()) == (5, [])
        with psycopg.connect(dsn) as connection, pytest.raises(psycopg.errors.IntegrityError):
            connection.execute("DELETE FROM landrelease.entry")
    finally:
        postgres_server.drop("owned")
        with psycopg.connect(postgres_server.dsn(), autocommit=True) as connection:
            connection.execute("DROP ROLE test_owner")
