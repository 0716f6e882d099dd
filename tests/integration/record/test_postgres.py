"""The PostgreSQL ledger: what it refuses, who may do what, what a lost connection leaves."""

import os
import socket
import threading
from pathlib import Path

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from landrelease.errors import LandreleaseError
from landrelease.record.entry import Statement
from landrelease.record.ledger import Ledger
from landrelease.record.review import review_statements
from landrelease.record.stores import postgres
from landrelease.record.stores.postgres import PostgresStore
from landrelease.record.stores.postgres_connection import database_name, without_password
from landrelease.terms import ReviewVerdict

pytestmark = pytest.mark.postgres

HASH = "(SELECT hash FROM entry WHERE seq = 3)"
COLUMNS = "node, seq, prev, kind, kind_version, subject, valid_from, recorded, author, organisation, content"
NEW_HASH = "sha256('new')"
ROOT = "sha256('root')"


def report(number: int, organisation: str = "op:1") -> Statement:
    body = {"area": f"area:{number}", "stage": "completion", "method": "manual_team", "cleared_area_m2": 100 * number}
    return Statement("clearance.report", f"report:{number}", body, "2026-08-11", "person:amina", organisation)


def hazard(number: int, admin_area: str, organisation: str = "op:1") -> Statement:
    body = {"name": f"Area {number}", "classification": "sha", "admin_area": admin_area}
    return Statement("hazard.report", f"area:{number}", body, "2026-08-11", "person:amina", organisation)


@pytest.fixture
def dsn(make_prepared_database) -> str:
    return make_prepared_database()


@pytest.fixture
def record(dsn) -> str:
    """Ten reports of the node north and a review of them."""
    with Ledger.create_database(dsn, "north") as ledger:
        hashes = [entry.hash for entry in ledger.append([report(number) for number in range(10)])]
        ledger.append(review_statements(hashes, ReviewVerdict.ACCEPTED, "person:bo", "op:nc"))
    return dsn


@pytest.fixture
def login(postgres_server, record):
    """Make roles of the test and return connection strings for them; dropped afterwards."""
    made: list[str] = []

    def make(name: str, *, member_of: str | None = None, options: str = "") -> str:
        made.append(name)
        with psycopg.connect(postgres_server.dsn(), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {name} LOGIN {options}")
            if member_of:
                connection.execute(f"GRANT {member_of} TO {name}")
        return make_conninfo(record, user=name)

    yield make
    databases = [postgres_server.dsn(), *(postgres_server.dsn(name) for name in postgres_server.databases())]
    for name in made:
        for database in databases:
            if conninfo_to_dict(database)["dbname"] != "template0":
                with psycopg.connect(database, autocommit=True) as connection:
                    connection.execute(f"DROP OWNED BY {name} CASCADE")
        with psycopg.connect(postgres_server.dsn(), autocommit=True) as connection:
            connection.execute(f"DROP ROLE {name}")


def content_of(dsn: str) -> list[tuple]:
    with psycopg.connect(dsn) as connection:
        tables = ("entry", "log", "meta", "checkpoint", "blob")
        return [row for table in tables for row in connection.execute(f"SELECT * FROM landrelease.{table}")]


def connected(dsn: str, role: str | None = None) -> psycopg.Connection:
    connection = psycopg.connect(dsn, autocommit=True)
    connection.execute("SET search_path = landrelease")
    if role:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
    return connection


# the record is append-only

CHANGES = [
    "UPDATE entry SET content = ''",
    "UPDATE entry SET author = 'someone else' WHERE seq = 3",
    "DELETE FROM entry WHERE seq = 3",
    "DELETE FROM entry WHERE false",
    "TRUNCATE entry CASCADE",
    f"INSERT INTO entry (hash, {COLUMNS}) VALUES ({HASH}, 'x', 1, {NEW_HASH}, 'k', 1, 's', 'v', 'r', 'a', 'o', '')"
    " ON CONFLICT (hash) DO UPDATE SET content = excluded.content",
    "MERGE INTO entry USING (SELECT 3 AS seq) AS other ON entry.seq = other.seq WHEN MATCHED THEN DELETE",
    "UPDATE log SET received = '2020-01-01T00:00:00Z'",
    "DELETE FROM log WHERE idx = 3",
    "TRUNCATE log",
    "UPDATE checkpoint SET note = 'x'",
    "DELETE FROM checkpoint",
    "TRUNCATE checkpoint",
    "DELETE FROM blob",
    "TRUNCATE blob",
    "DELETE FROM meta",
    "TRUNCATE meta",
    "UPDATE meta SET name = 'other'",
    "UPDATE blob SET sha256 = sha256('other')",
]
ADDITIONS = [
    f"INSERT INTO log VALUES (3, {HASH}, '2030-01-01T00:00:00Z')",
    f"INSERT INTO log VALUES (11, {HASH}, '2030-01-01T00:00:00Z')",
    f"INSERT INTO log VALUES (11, {NEW_HASH}, '2030-01-01T00:00:00Z')",
    f"INSERT INTO log VALUES (12, {NEW_HASH}, '2030-01-01T00:00:00Z')",
    f"INSERT INTO log VALUES (11, {NEW_HASH}, '2020-01-01T00:00:00Z')",
    f"INSERT INTO entry (hash, {COLUMNS}) SELECT hash, {COLUMNS} FROM entry WHERE seq = 3",
    f"INSERT INTO entry (hash, {COLUMNS}) SELECT {NEW_HASH}, {COLUMNS} FROM entry WHERE seq = 3",
    "UPDATE blob SET content = 'other'",
    "UPDATE blob SET content = NULL",
    "INSERT INTO blob (sha256) VALUES (sha256('b'))",
]


@pytest.fixture
def full(record) -> str:
    """The record with a checkpoint and a blob."""
    with connected(record, "landrelease_app") as connection:
        connection.execute(
            f"INSERT INTO checkpoint (origin, size, root, received, note) VALUES ('o', 1, {ROOT}, 'r', 'n')"
        )
        connection.execute("INSERT INTO blob (sha256, content) VALUES (sha256('a'), 'a')")
    return record


@pytest.mark.parametrize("statement", CHANGES)
@pytest.mark.parametrize("role", ["landrelease_app", None])
def test_nobody_changes_the_record_by_accident(full, statement, role):
    """The application lacks the right; the owner, a superuser here, meets the trigger, also while replicating."""
    before = content_of(full)
    with connected(full, role) as connection:
        if role is None:
            connection.execute("SET session_replication_role = replica")
        with pytest.raises((errors.InsufficientPrivilege, errors.IntegrityError)):
            connection.execute(statement)
    assert content_of(full) == before


@pytest.mark.parametrize("statement", ADDITIONS)
def test_what_is_added_must_fit(full, statement):
    before = content_of(full)
    with connected(full, "landrelease_app") as connection, pytest.raises(errors.IntegrityError):
        connection.execute(statement)
    assert content_of(full) == before


def test_a_blob_is_erased_once_with_a_reason(full):
    with connected(full, "landrelease_app") as connection:
        connection.execute("UPDATE blob SET content = NULL, erased_reason = 'asked by the person'")
        with pytest.raises(errors.IntegrityError):
            connection.execute("UPDATE blob SET erased_reason = 'another'")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE entry DISABLE TRIGGER ALL",
        "ALTER TABLE entry DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE entry ADD COLUMN note text",
        "DROP TABLE log",
        "DROP TRIGGER entry_kept ON entry",
        "DROP SCHEMA landrelease CASCADE",
        "CREATE TABLE landrelease.mine (i int)",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE TRIGGER mine BEFORE INSERT ON entry EXECUTE FUNCTION refuse_change()",
        "SET session_replication_role = replica",
        "INSERT INTO scope VALUES ('landrelease_app', NULL, NULL)",
        "UPDATE schema_version SET version = 9",
        "ALTER ROLE landrelease_app SUPERUSER",
        "VACUUM FULL entry",
    ],
)
def test_the_application_cannot_take_the_guards_away(login, statement):
    dsn = login("test_app", member_of="landrelease_app")
    with connected(dsn) as connection:
        if statement.startswith("VACUUM"):  # skipped with a warning, not refused
            connection.execute(statement)
        else:
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(statement)
    with Ledger.open_database(dsn) as ledger:
        assert ledger.store.guards() == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("ALTER TABLE entry DISABLE TRIGGER entry_kept", "entry.entry_kept"),
        ("ALTER TABLE log ENABLE TRIGGER log_kept", "log.log_kept"),
        ("DROP TRIGGER blob_erased ON blob", "blob.blob_erased"),
        ("CREATE TRIGGER mine BEFORE INSERT ON entry EXECUTE FUNCTION refuse_change()", "entry.mine"),
        ("CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
         "refuse_change"),
        ("GRANT UPDATE ON entry TO landrelease_app", "entry: landrelease_app UPDATE"),
        ("GRANT DELETE ON log TO PUBLIC", "log: PUBLIC DELETE"),
        ("GRANT INSERT ON entry TO landrelease_reader", "entry: landrelease_reader INSERT"),
        ("GRANT UPDATE (content) ON entry TO landrelease_app", "entry.content: landrelease_app UPDATE"),
        ("ALTER TABLE entry DISABLE ROW LEVEL SECURITY", "entry"),
        ("CREATE POLICY other ON entry FOR SELECT TO landrelease_reader USING (true)", "entry.other"),
    ],
)  # fmt: skip
def test_guards_that_are_missing_are_named(record, change, named):
    with connected(record) as connection:
        connection.execute(change)
    with Ledger.open_database(record) as ledger:
        assert ledger.store.guards() == [named]


# who sees what

SCOPES = [
    ([], []),
    ([("op:1", None)], ["area:1", "area:2"]),
    ([("op:2", None)], ["area:3", "area:4", "report:5"]),
    ([(None, "UA63")], ["area:1", "area:3"]),
    ([(None, "UA6302")], ["area:1"]),
    ([("op:2", "UA63")], ["area:3"]),
    ([("op:1", "UA63"), ("op:2", "UA74")], ["area:1", "area:4"]),
    ([(None, None)], ["area:1", "area:2", "area:3", "area:4", "report:5"]),
    ([("nobody", None), (None, "XX")], []),
]


@pytest.fixture
def shared(dsn, login) -> str:
    """Statements of two organisations about three areas, and one without an area."""
    statements = [
        hazard(1, "UA6302"), hazard(2, "UA7401"), hazard(3, "UA6305", "op:2"), hazard(4, "UA7402", "op:2"),
        report(5, "op:2"),
    ]  # fmt: skip
    with Ledger.open_database(dsn) as ledger:
        ledger.append(statements)
    return dsn


def limit(dsn: str, role: str, scopes) -> None:
    with connected(dsn) as connection, connection.cursor() as cursor:
        cursor.executemany("INSERT INTO scope VALUES (%s, %s, %s)", [(role, *scope) for scope in scopes])


SEEN = "SELECT subject FROM entry WHERE seq > 11 ORDER BY seq"


@pytest.mark.parametrize(("scopes", "seen"), SCOPES)
def test_a_reader_sees_its_organisations_and_areas(shared, login, scopes, seen):
    reader = login("test_reader", member_of="landrelease_reader")
    limit(shared, "test_reader", scopes)
    with connected(reader) as connection:
        assert [row[0] for row in connection.execute(SEEN)] == seen
        assert connection.execute("SELECT count(*) FROM log").fetchone() == (16,)
        assert connection.execute("SELECT count(*) FROM scope").fetchone() == (len(scopes),)


def test_a_reader_sees_no_more_by_functions_of_its_own(shared, login):
    reader = login("test_reader", member_of="landrelease_reader")
    limit(shared, "test_reader", [("op:none", "nowhere")])
    with psycopg.connect(shared, autocommit=True) as owner:
        owner.execute("CREATE SCHEMA of_reader")
        try:
            owner.execute("GRANT USAGE, CREATE ON SCHEMA of_reader TO test_reader")
            with psycopg.connect(reader, autocommit=True) as connection:
                connection.execute("SET search_path = of_reader, pg_catalog")
                for name in ("starts_with", "same"):
                    yes = "(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true'"
                    connection.execute(f"CREATE FUNCTION of_reader.{name}{yes}".encode())
                connection.execute("CREATE OPERATOR of_reader.= (FUNCTION = same, LEFTARG = text, RIGHTARG = text)")
                assert connection.execute("SELECT count(*) FROM landrelease.entry").fetchone() == (0,)
        finally:
            owner.execute("DROP SCHEMA of_reader CASCADE")


def test_scopes_of_groups_add_up_and_those_of_others_do_not_count(shared, login):
    login("test_group", member_of="landrelease_reader")
    reader = login("test_reader", member_of="test_group")
    login("test_other")
    limit(shared, "test_group", [("op:1", "UA63")])
    limit(shared, "test_reader", [("op:2", "UA74")])
    limit(shared, "test_other", [(None, None)])
    limit(shared, "dropped_long_ago", [(None, None)])
    with connected(reader) as connection:
        assert [row[0] for row in connection.execute(SEEN)] == ["area:1", "area:4"]


def test_a_writer_sees_all(shared, login):
    with connected(login("test_app", member_of="landrelease_app")) as connection:
        assert connection.execute("SELECT count(*) FROM entry").fetchone() == (16,)


@pytest.mark.parametrize("table", ["blob", "held"])
def test_readers_never_see_attachments_nor_what_is_held(shared, login, table):
    reader = login("test_reader", member_of="landrelease_reader")
    limit(shared, "test_reader", [(None, None)])
    with connected(reader) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(f"SELECT * FROM {table}")


@pytest.mark.parametrize("scopes", [[], [("op:1", None)], [("op:1", None), ("op:2", None)]])
def test_a_ledger_is_not_opened_by_halves(shared, login, scopes):
    reader = login("test_reader", member_of="landrelease_reader")
    limit(shared, "test_reader", scopes)
    with pytest.raises(LandreleaseError, match=r"LR1049 .*test_reader"):
        Ledger.open_database(reader)


def test_a_reader_of_everything_reads_a_ledger_and_cannot_write(shared, login):
    reader = login("test_reader", member_of="landrelease_reader")
    limit(shared, "test_reader", [(None, None)])
    with Ledger.open_database(reader) as ledger:
        assert len(list(ledger.log())) == 16
        with pytest.raises(LandreleaseError, match="LR1046"):
            ledger.append([report(6)])
        assert len(ledger) == 16


def test_a_stranger_sees_no_tables(login):
    with pytest.raises(LandreleaseError, match="LR1044"):
        Ledger.open_database(login("test_stranger"))


@pytest.mark.parametrize(
    ("statement", "admin_area"),
    [
        (hazard(1, "UA6302"), "UA6302"),
        (report(1), None),
        (Statement("admin_area", "admin:7", {"name": "North", "level": 1}, "2026", "a", "o"), "admin:7"),
        (Statement("organisation", "o", {"name": 'the "admin_area" office'}, "2026", "a", "o"), None),
    ],
)
def test_the_administrative_area_is_that_of_the_body(dsn, statement, admin_area):
    with Ledger.create_database(dsn) as ledger:
        ledger.append([statement])
    with connected(dsn) as connection:
        assert connection.execute("SELECT admin_area FROM entry").fetchone() == (admin_area,)


# names and messages

SECRET = "correct-horse"


@pytest.mark.parametrize(
    ("dsn", "name", "kept"),
    [
        (f"host=db.example dbname=l user=u password={SECRET}", "user=u dbname=l host=db.example",
         "user=u dbname=l host=db.example"),
        (f"postgresql://u:{SECRET}@db.example:5433/l?sslmode=require&sslpassword={SECRET}",
         "user=u dbname=l host=db.example port=5433", "user=u dbname=l host=db.example port=5433 sslmode=require"),
        (f"password={SECRET}", "PostgreSQL", ""),
        ("service=mine", "service=mine", "service=mine"),
    ],
)  # fmt: skip
def test_names_have_no_password(dsn, name, kept):
    assert conninfo_to_dict(without_password(dsn)) == conninfo_to_dict(kept)
    assert conninfo_to_dict(database_name(dsn)) == conninfo_to_dict(name) if "=" in name else database_name(dsn) == name


@pytest.mark.parametrize(
    ("dsn", "code"),
    [
        (f"host=db.example {SECRET}", "LR1048"),
        (f"postgresql://u:{SECRET}@[db", "LR1048"),
        (f"host=/nowhere password={SECRET} user={SECRET}-user", "LR1041"),
        (f"host=127.0.0.1 port=1 password={SECRET}", "LR1041"),
        (f"host=127.0.0.1 port=x{SECRET} password=x{SECRET}", "LR1041"),
    ],
)
@pytest.mark.parametrize("way", [Ledger.open_database, Ledger.create_database])
def test_what_cannot_be_reached_is_said_without_the_password(dsn, code, way):
    with pytest.raises(LandreleaseError, match=code) as caught:
        way(dsn)
    assert f"password={SECRET}" not in str(caught.value)
    assert SECRET not in str(caught.value) or code == "LR1041"


def test_a_wrong_password_is_not_repeated(postgres_server, record):
    with pytest.raises(LandreleaseError, match="LR1041") as caught:
        Ledger.open_database(make_conninfo(record, user="nobody", password=SECRET))
    assert SECRET not in str(caught.value)
    assert 'role "nobody" does not exist' in str(caught.value)


@pytest.mark.parametrize("way", ["open_database", "create_database"])
def test_a_database_that_is_not_prepared(postgres_dsn, postgres_server, way):
    """Whoever may not make tables learns who has to."""
    with psycopg.connect(postgres_server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE ROLE test_guest LOGIN")
    try:
        with pytest.raises(LandreleaseError, match="LR1044"):
            getattr(Ledger, way)(make_conninfo(postgres_dsn, user="test_guest"))
    finally:
        with psycopg.connect(postgres_server.dsn(), autocommit=True) as connection:
            connection.execute("DROP ROLE test_guest")


def test_an_owner_makes_the_tables_with_the_ledger(postgres_dsn):
    with Ledger.create_database(postgres_dsn, "north") as ledger:
        ledger.append([report(1)])
        assert (len(ledger), ledger.store.guards()) == (1, [])


def test_a_prepared_database_without_a_ledger(dsn):
    with pytest.raises(LandreleaseError, match="LR1008"):
        Ledger.open_database(dsn)


# lost connections


def terminate(dsn: str) -> None:
    """End every other session of the database, as the end of a server or of a network does."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize("rows", [1, 1_500])
def test_a_connection_lost_during_an_append_leaves_nothing(record, rows):
    with Ledger.open_database(record) as ledger:

        def append() -> None:
            with ledger.batch() as batch:
                for number in range(rows):
                    batch.put(report(number))
                terminate(record)

        with pytest.raises(LandreleaseError, match="LR1042"):
            append()
        assert len(ledger) == 11
        ledger.append([report(1)])
        assert [logged.index for logged in ledger.log()] == list(range(12))


def test_a_connection_lost_while_reading_again_says_nothing_of_work(record, monkeypatch):
    with Ledger.open_database(record) as ledger:
        connected = ledger.store._connected

        def lost_again(**options):
            connection = connected(**options)
            terminate(record)
            return connection

        monkeypatch.setattr(ledger.store, "_connected", lost_again)
        terminate(record)
        with pytest.raises(LandreleaseError, match="LR1050"):
            len(ledger)


def test_a_connection_lost_between_appends_is_made_again(record):
    with Ledger.open_database(record) as ledger:
        ledger.append([report(1)])
        terminate(record)
        assert len(ledger) == 12
        terminate(record)
        ledger.append([report(2)])
        assert len(ledger) == 13


def test_a_connection_lost_while_reading_is_made_again(dsn):
    with Ledger.create_database(dsn) as ledger:
        hashes = [entry.hash for entry in ledger.append([report(number) for number in range(3_000)])]
        lines = ledger.store.lines()
        first = next(lines)
        terminate(dsn)
        assert [first.hash, *(line.hash for line in lines)] == hashes


class Proxy:
    """Stands between a program and the server; it can swallow what the server answers to a commit."""

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder, self._server = folder, str(server / ".s.PGSQL.5432")
        self.swallow = False
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        if self._listener.fileno() >= 0:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._server)
            threading.Thread(target=self._pump, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, False), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, asking: bool) -> None:
        cutting = False
        with source, target:
            while data := self._received(source):
                if not asking and self.swallow and b"COMMIT" in data:
                    self.swallow, cutting = False, True
                if cutting:
                    source.shutdown(socket.SHUT_RDWR)
                    target.shutdown(socket.SHUT_RDWR)
                    return
                try:
                    target.sendall(data)
                except OSError:
                    return

    def _received(self, source: socket.socket) -> bytes:
        try:
            return source.recv(65_536)
        except OSError:
            return b""


@pytest.fixture
def proxy(tmp_path_factory, postgres_server, record):
    folder = tmp_path_factory.mktemp("p")
    short = Path(os.path.relpath(folder)) if len(str(folder)) > 80 else folder
    made = Proxy(short, postgres_server.folder)
    yield made, make_conninfo(record, host=str(folder))
    made.close()


def test_an_answer_lost_after_the_commit_is_found_out(proxy, record):
    """The server kept the append and its answer was lost: asked again, it says so, and the program goes on."""
    between, dsn = proxy
    with Ledger.open_database(dsn) as ledger:
        ledger.append([report(1)])
        between.swallow = True
        ledger.append([report(2)])
        assert not between.swallow
        ledger.append([report(3)])
    with Ledger.open_database(record) as ledger:
        subjects = [logged.entry.subject for logged in ledger.log()]
    assert subjects[11:] == ["report:1", "report:2", "report:3"]


def test_a_server_that_does_not_come_back_leaves_the_outcome_open(proxy, record, monkeypatch):
    between, dsn = proxy
    monkeypatch.setattr(postgres, "_PATIENCE_S", 0.2)
    with Ledger.open_database(dsn) as ledger:
        ledger.append([report(1)])
        between.swallow = True
        between.close()
        with pytest.raises(LandreleaseError, match="LR1043"):
            ledger.append([report(2)])


def test_a_program_that_is_gone_leaves_the_lock(record):
    """A session that ends in the middle of an append is undone and lets the next one in."""
    store = PostgresStore.open(record, 1.0)

    def append() -> None:
        with store.writing() as writer:
            writer.set_meta("half", "written")
            terminate(record)
            with Ledger.open_database(record) as ledger:
                ledger.append([report(1)])
                assert ledger.store.meta("half") is None
            writer.set_meta("half", "again")

    with pytest.raises(LandreleaseError, match="LR1042"):
        append()
    assert (store.size(), store.meta("half")) == (12, None)
    store.close()
