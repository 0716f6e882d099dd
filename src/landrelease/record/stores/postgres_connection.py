"""Connections to PostgreSQL, and what its messages become. No password is ever part of a name or a message."""

from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.i18n import _

SCHEMA = "landrelease"
APPLICATION, READER = "landrelease_app", "landrelease_reader"
"""Roles that write and read the whole record, and that read what the table `scope` lets them."""
APPEND_LOCK = 0x4C524C31
"""Number of the advisory lock that every append and every migration holds until it commits."""
_SECRETS = ("password", "sslpassword", "oauth_client_secret")
_PLACE = ("service", "host", "hostaddr", "port", "dbname", "user")
_CONNECT_S = 10

Connection = psycopg.Connection[tuple[Any, ...]]

# A commit that the program has seen survives a power cut, whatever the server's default: a lost last entry would fork
# the node's chain. Works as the application role where the login is a member of it, also when it is the owner.
_SESSION = """
SELECT set_config('search_path', %(schema)s || ', pg_temp', false), set_config('lock_timeout', %(wait)s, false),
       CASE current_setting('synchronous_commit') WHEN 'off' THEN set_config('synchronous_commit', 'on', false) END,
       (SELECT set_config('role', rolname, false) FROM pg_catalog.pg_roles
        WHERE rolname = %(application)s AND %(as_application)s AND pg_has_role(oid, 'MEMBER'))"""


def without_password(dsn: str) -> str:
    """Return the connection string without its secrets. Refuses (LR1048) a text that is none."""
    return make_conninfo("", **{name: value for name, value in _parts(dsn).items() if name not in _SECRETS})


def database_name(dsn: str) -> str:
    """Name a database for messages: server, database and user. Refuses (LR1048) a text that is none."""
    parts = _parts(dsn)
    return make_conninfo("", **{name: parts[name] for name in _PLACE if name in parts}) or "PostgreSQL"


def connect(dsn: str, wait_s: float, *, as_application: bool = True) -> Connection:
    """Connect, each statement being its own transaction until a BEGIN.

    Parameters
    ----------
    dsn
        A libpq connection string or URI.
    wait_s
        How long a statement waits for a lock, in seconds.
    as_application
        Give up the rights of an owner or superuser who is also a member of `APPLICATION`.

    Raises
    ------
    LandreleaseError
        LR1048 for the connection string, LR1041 where nobody answers or lets us in.
    """
    defaults = {"connect_timeout": _CONNECT_S, "application_name": SCHEMA, "client_encoding": "UTF8"}
    parts = _parts(dsn)
    try:
        connection = psycopg.connect(**(defaults | parts), autocommit=True, prepare_threshold=0)  # type: ignore[arg-type]
    except psycopg.Error as error:
        raise fail(ErrorCode.SERVER_UNREACHABLE, path=database_name(dsn), problem=_said(error, parts)) from None
    try:
        wait = f"{max(1, round(wait_s * 1000))}ms"
        values = {"schema": SCHEMA, "wait": wait, "application": APPLICATION, "as_application": as_application}
        connection.execute(_SESSION, values)
    except psycopg.Error as error:
        connection.close()
        raise translated(error, database_name(dsn)) from error
    return connection


def lost(error: psycopg.Error, connection: Connection | None) -> bool:
    """Tell whether the error means that the connection is gone."""
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and (
        connection is None or connection.closed or connection.broken
    )


def translated(
    error: psycopg.Error, name: str, connection: Connection | None = None, *, reading: bool = False
) -> LandreleaseError:
    """Say in the catalogue's words what the database says.

    Returns
    -------
    LandreleaseError
        LR1013 for a lock, LR1042 for a lost connection (LR1050 while reading), LR1046 for a right, LR1012 for damage,
        else LR1030.
    """
    problem = _said(error)
    if connection is not None and lost(error, connection):
        return fail(ErrorCode.READING_LOST if reading else ErrorCode.CONNECTION_LOST, path=name, problem=problem)
    if isinstance(error, errors.LockNotAvailable | errors.DeadlockDetected):
        return fail(ErrorCode.LEDGER_BUSY, path=name)
    if isinstance(error, errors.InsufficientPrivilege):
        return fail(ErrorCode.ROLE_NOT_ALLOWED, path=name, problem=problem)
    if isinstance(error, errors.DataCorrupted | errors.IndexCorrupted):
        return fail(ErrorCode.LEDGER_CORRUPT, path=name, problem=problem)
    return fail(ErrorCode.LEDGER_WRITE_FAILED, path=name, problem=problem)


def _parts(dsn: str) -> dict[str, Any]:
    try:
        return conninfo_to_dict(dsn)
    except psycopg.Error:
        raise fail(ErrorCode.CONNECTION_STRING_INVALID) from None  # the reason could repeat the password


def _said(error: psycopg.Error, parts: dict[str, Any] | None = None) -> str:
    """What the server says in one line, without the statement, its values or a password."""
    text = error.diag.message_primary or str(error).strip() or _("no reason given")
    line = "; ".join(part.strip() for part in text.splitlines()[:2])
    for secret in filter(None, (str((parts or {}).get(name, "")) for name in _SECRETS)):
        line = line.replace(secret, "***")
    return line
