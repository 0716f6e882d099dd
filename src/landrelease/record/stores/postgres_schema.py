"""Tables of the ledger in PostgreSQL: made, and brought forward, by the owner of the database."""

from importlib.resources import files

import psycopg
from psycopg import errors, sql

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.record.stores.postgres_connection import (
    APPEND_LOCK,
    APPLICATION,
    READER,
    SCHEMA,
    Connection,
    connect,
    database_name,
    translated,
)

SCHEMA_VERSION = 2
OLDEST_SERVER = 15
WAIT_S = 30.0
"""How long a migration waits for an append under way, in seconds."""


def prepare(dsn: str, wait_s: float = WAIT_S) -> int:
    """Make roles and tables, or bring them forward, in one transaction: all of it or nothing.

    Parameters
    ----------
    dsn
        Connection string of the owner of the database. Where the roles of landrelease are not there yet, the owner
        needs CREATEROLE; so that one person can do everything, the owner becomes a member of `APPLICATION`.

    Returns
    -------
    int
        Version of the tables that were found; 0 where there were none.

    Raises
    ------
    LandreleaseError
        LR1011 for tables of a newer program, LR1040 where the work fails, LR1046 where the role may not do it, LR1047
        for a server or database that cannot hold a ledger.
    """
    return _bring_forward(dsn, wait_s, from_nothing=True)


def migrate(dsn: str, wait_s: float = WAIT_S) -> int:
    """Bring prepared tables forward, as `prepare`. Refuses (LR1044) a database that is not prepared."""
    return _bring_forward(dsn, wait_s, from_nothing=False)


def version_of(connection: Connection) -> int:
    """Version of the tables; 0 where there are none that this role may see."""
    try:
        found = connection.execute(f"SELECT max(version) FROM {SCHEMA}.schema_version").fetchone()
    except (errors.UndefinedTable, errors.InvalidSchemaName, errors.InsufficientPrivilege):
        return 0
    return (found and found[0]) or 0


def check_version(connection: Connection, name: str) -> None:
    """Refuse tables that are not there, older or newer (LR1044, LR1045, LR1011)."""
    version = version_of(connection)
    if version == 0:
        raise fail(ErrorCode.LEDGER_NOT_PREPARED, path=name)
    if version > SCHEMA_VERSION:
        raise fail(ErrorCode.LEDGER_NEWER, path=name, version=version, known=SCHEMA_VERSION)
    if version < SCHEMA_VERSION:
        raise fail(ErrorCode.LEDGER_OLDER, path=name, version=version, known=SCHEMA_VERSION)


def script(version: int) -> str:
    """Statements that make the tables of a version from those of the version before."""
    return files(__package__).joinpath(f"postgres_{version}.sql").read_text(encoding="utf-8")


def _bring_forward(dsn: str, wait_s: float, *, from_nothing: bool) -> int:
    name = database_name(dsn)
    with connect(dsn, wait_s, as_application=False) as connection:
        try:
            _check_suited(connection, name)
            with connection.transaction():
                return _run_scripts(connection, name, from_nothing=from_nothing)
        except errors.InsufficientPrivilege as error:
            raise translated(error, name) from error
        except psycopg.Error as error:
            problem = translated(error, name, connection).findings[0].details.get("problem", error)
            raise fail(ErrorCode.LEDGER_NOT_MIGRATED, path=name, version=SCHEMA_VERSION, problem=problem) from error


def _run_scripts(connection: Connection, name: str, *, from_nothing: bool) -> int:
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (APPEND_LOCK,))
    found = version_of_schema(connection)
    if found == 0 and not from_nothing:
        raise fail(ErrorCode.LEDGER_NOT_PREPARED, path=name)
    if found > SCHEMA_VERSION:
        raise fail(ErrorCode.LEDGER_NEWER, path=name, version=found, known=SCHEMA_VERSION)
    if from_nothing:
        _make_roles(connection)
    if found == 0:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(SCHEMA)))
    for version in range(found + 1, SCHEMA_VERSION + 1):
        connection.execute(script(version).encode(), prepare=False)  # many statements
        connection.execute("INSERT INTO schema_version (version) VALUES (%s)", (version,))
    return found


def version_of_schema(connection: Connection) -> int:
    """Version of the tables, inside a transaction, which a failing statement would end."""
    there = connection.execute("SELECT to_regclass(%s) IS NOT NULL", (f"{SCHEMA}.schema_version",)).fetchone()
    return version_of(connection) if there == (True,) else 0


def _check_suited(connection: Connection, name: str) -> None:
    server = connection.info.server_version // 10_000
    if server < OLDEST_SERVER:
        problem = _("its version is {version}").format(version=server)
        raise fail(ErrorCode.DATABASE_UNSUITED, path=name, problem=problem)
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        problem = _("its encoding is {encoding}").format(encoding=encoding)
        raise fail(ErrorCode.DATABASE_UNSUITED, path=name, problem=problem)


def _make_roles(connection: Connection) -> None:
    """Make the two roles of the server where they are missing, and let the owner act as the application."""
    for role in (APPLICATION, READER):
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
    member = connection.execute("SELECT pg_has_role(%s, 'MEMBER')", (APPLICATION,)).fetchone()
    if member != (True,):
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(APPLICATION)))
