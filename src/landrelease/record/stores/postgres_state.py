"""What a database is like: for whoever runs the server."""

from dataclasses import dataclass

import psycopg

from landrelease.record.stores.postgres_connection import Connection, connect, database_name, translated
from landrelease.record.stores.postgres_guards import missing_guards
from landrelease.record.stores.postgres_schema import SCHEMA_VERSION, WAIT_S, version_of

_DURABLE = {"fsync": "on", "full_page_writes": "on"}
"""Settings without which a power cut can lose or tear what was acknowledged."""


@dataclass(frozen=True)
class DatabaseState:
    """A database as one role sees it.

    Attributes
    ----------
    server
        Version of PostgreSQL; `postgis` that of the extension, None where the database has none.
    tables, newest
        Version of the tables, 0 where there are none; the version that this program makes.
    node, statements
        Whose ledger it holds, None where nobody has started one; number of lines of its log.
    guards
        What should keep the record append-only and is missing or changed.
    unsafe_settings
        Settings of the server with which a power cut can lose what was acknowledged.
    """

    name: str
    server: str
    postgis: str | None
    tables: int
    newest: int
    node: str | None
    statements: int
    guards: tuple[str, ...]
    unsafe_settings: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.tables < 0 or self.statements < 0:
            raise ValueError("versions and numbers of statements are not negative")

    @property
    def sound(self) -> bool:
        """Whether it can be used as it is."""
        return self.tables == self.newest and not self.guards and not self.unsafe_settings


def database_state(dsn: str) -> DatabaseState:
    """Look at a database.

    Raises
    ------
    LandreleaseError
        LR1041 where nobody answers, LR1048 for the connection string, LR1046 where the role may not look.
    """
    name = database_name(dsn)
    with connect(dsn, WAIT_S) as connection:
        try:
            return _state(connection, name)
        except psycopg.Error as error:
            raise translated(error, name, connection, reading=True) from error


def _state(connection: Connection, name: str) -> DatabaseState:
    def one(query: str) -> str | None:
        found = connection.execute(query).fetchone()
        return found[0] if found else None

    tables = version_of(connection)
    current = tables == SCHEMA_VERSION
    return DatabaseState(
        name=name,
        server=connection.info.parameter_status("server_version") or "?",
        postgis=one("SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'postgis'"),
        tables=tables,
        newest=SCHEMA_VERSION,
        node=one("SELECT value FROM meta WHERE name = 'node'") if tables else None,
        statements=int(one("SELECT coalesce(max(idx) + 1, 0) FROM log") or 0) if tables else 0,
        guards=tuple(missing_guards(lambda *query: connection.execute(*query).fetchall())) if current else (),
        unsafe_settings=tuple(
            f"{setting} = {value}"
            for setting, needed in _DURABLE.items()
            if (value := one(f"SHOW {setting}")) != needed
        ),
    )
