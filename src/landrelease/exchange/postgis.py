"""Publishing layers into PostGIS, where QGIS opens them: all of them at once, with a stamp of what they stand for.

Readers see what was published before until the one transaction commits; where it fails or is cancelled, they go on
seeing it. `landrelease.exchange.postgis_tables` makes the tables, `landrelease.exchange.postgis_layers` names columns.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import geopandas as gpd
import psycopg
from psycopg import sql
from psycopg.rows import class_row

from landrelease.errors import ErrorCode, Finding, fail
from landrelease.exchange.postgis_layers import LAYERS, Layer
from landrelease.exchange.postgis_rows import Cells, differences, rows_of
from landrelease.exchange.postgis_tables import KEY, KEY_TABLE, STAMP_TABLE, make_tables
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track
from landrelease.record.stores.postgres_connection import (
    APPLICATION,
    READER,
    SCHEMA,
    Connection,
    connect,
    database_name,
    translated,
)

Frames = Mapping[str, gpd.GeoDataFrame]
"""Layers by name; each with the columns of its `Layer`."""

_LOCK = 0x6C72_7062
"""Number of the advisory lock under which one publication follows another."""
WAIT_S = 30.0
"""How long a publication waits for whoever changes or locks the tables, in seconds."""
_HEX_DIGITS = 64


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the published layers stand for.

    Attributes
    ----------
    log_size, root, last_hash
        Number of statements, the first ones of the ledger's log; the root hash of the RFC 6962 tree over them, and the
        hash of the last one (empty where there is none), both hexadecimal.
    as_of, valid_on
        What was known by then, what held on the ground on that day; None as in `study`.
    node, software
        Whose ledger, made by which version of the program.
    number, published
        Number and time of the publication, given by the database.
    """

    log_size: int
    root: str
    last_hash: str
    as_of: str | None
    valid_on: str | None
    node: str
    software: str
    number: int = 0
    published: datetime | None = None

    def __post_init__(self) -> None:
        if self.log_size < 0 or len(self.root) != _HEX_DIGITS or bool(self.last_hash) != bool(self.log_size):
            raise ValueError("a stamp needs the size of a log, its root and, where it has one, its last hash")


def publish_layers(frames: Frames, dsn: str, stamp: Stamp, progress: Progress = SILENT) -> Stamp:
    """Put the layers in the place of those published before, in one transaction.

    Parameters
    ----------
    frames
        Every layer of `LAYERS`, empty ones too; further frames are not published.
    dsn
        Connection string of a prepared database. The role must own the schema, or be one of `APPLICATION` where the
        tables are there already.
    stamp
        What the layers stand for.

    Returns
    -------
    Stamp
        With the number and time of the publication.

    Raises
    ------
    LandreleaseError
        LR1041 and LR1048 for the connection, LR2070 where the database is not prepared, LR2071 where the role may not
        publish, LR2072 for whatever else the server refuses, LR2075 for a shape that a layer cannot hold.
    """
    rows = {layer.name: rows_of(layer, frames[layer.name]) for layer in LAYERS}
    with _transaction(dsn) as connection:
        _check_prepared(connection, dsn)
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        make_tables(connection)
        for layer in LAYERS:
            _replace(connection, layer, rows[layer.name], progress)
        return _stamp(connection, stamp)


def read_stamp(dsn: str) -> Stamp | None:
    """Return the stamp of what is published now; None where nothing is.

    Raises
    ------
    LandreleaseError
        LR1041 and LR1048 for the connection, LR2071 where the role may not look.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, Stamp.__dataclass_fields__))
    query = sql.SQL("SELECT {} FROM {} ORDER BY number DESC LIMIT 1")
    with _transaction(dsn) as connection:
        if not _there(connection, STAMP_TABLE):
            return None
        with connection.cursor(row_factory=class_row(Stamp)) as cursor:
            return cursor.execute(query.format(names, sql.Identifier(SCHEMA, STAMP_TABLE))).fetchone()


def check_published(dsn: str, frames: Frames) -> list[Finding]:
    """Compare what is published with layers, row by row: every column, every corner of every shape.

    Returns
    -------
    list of Finding
        LR2073 for each layer that differs, LR2074 where nothing is published. The role must see all rows.
    """
    if read_stamp(dsn) is None:
        return [Finding(ErrorCode.NOTHING_PUBLISHED, {"database": database_name(dsn)})]
    findings = []
    with _transaction(dsn) as connection:
        for layer in LAYERS:
            counted = differences(rows_of(layer, frames[layer.name]), _stored(connection, layer))
            if any(counted):
                details = dict(zip(("missing", "surplus", "changed"), counted, strict=True))
                findings.append(Finding(ErrorCode.LAYER_DIFFERS, {"layer": layer.name, **details}))
    return findings


@contextmanager
def _transaction(dsn: str) -> Iterator[Connection]:
    """One transaction with all rights that the role has; what the server refuses becomes a finding."""
    name = database_name(dsn)
    connection = connect(dsn, WAIT_S, as_application=False)
    try:
        with connection.transaction():
            yield connection
    except psycopg.errors.InsufficientPrivilege as error:
        raise fail(ErrorCode.PUBLISHING_NOT_ALLOWED, database=name, problem=_problem(error, name)) from error
    except psycopg.Error as error:
        raise fail(ErrorCode.PUBLISHING_FAILED, database=name, problem=_problem(error, name)) from error
    finally:
        connection.close()


def _problem(error: psycopg.Error, name: str) -> str:
    return str(translated(error, name).findings[0].details.get("problem", _("another program holds the tables")))


def _check_prepared(connection: Connection, dsn: str) -> None:
    """Refuse a database without PostGIS, the tables of the record or its roles; else let its types be found."""
    needed = {
        _("the extension PostGIS"): ("SELECT extnamespace FROM pg_extension WHERE extname = %s", ["postgis"]),
        _("the tables of the record"): ("SELECT to_regclass(%s)", [f"{SCHEMA}.scope"]),
        _("the role {role}").format(role=APPLICATION): ("SELECT to_regrole(%s)", [APPLICATION]),
        _("the role {role}").format(role=READER): ("SELECT to_regrole(%s)", [READER]),
    }
    missing = [name for name, query in needed.items() if (connection.execute(*query).fetchone() or (None,)) == (None,)]
    if missing:
        raise fail(ErrorCode.DATABASE_NOT_PREPARED, database=database_name(dsn), missing=", ".join(missing))
    connection.execute(
        "SELECT set_config('search_path', concat_ws(', ', %s::text, quote_ident(nspname), 'pg_temp'), true)"
        " FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'postgis'",
        [SCHEMA],
    )


def _there(connection: Connection, table: str) -> bool:
    return connection.execute("SELECT to_regclass(%s)", [f"{SCHEMA}.{table}"]).fetchone() != (None,)


def _replace(connection: Connection, layer: Layer, rows: list[Cells], progress: Progress) -> None:
    """Delete, not truncate: whoever is reading goes on reading the rows of before."""
    table = sql.Identifier(SCHEMA, layer.table)
    connection.execute(sql.SQL("DELETE FROM {}").format(table))
    keys = _keys(connection, layer, [str(row[0]) for row in rows])
    columns = (KEY, *_columns(layer))
    insert = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        table, sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join([sql.Placeholder()] * len(columns))
    )  # not COPY: the server takes none into a table with row-level security
    told = track(rows, progress, _("Publishing {layer}").format(layer=layer.name), len(rows))
    with connection.cursor() as cursor:
        cursor.executemany(insert, ((keys[str(row[0])], *row) for row in told))


def _keys(connection: Connection, layer: Layer, names: list[str]) -> dict[str, int]:
    """Whole numbers of the rows: those that they had before, new ones for new names."""
    table = sql.Identifier(SCHEMA, KEY_TABLE)
    connection.execute(
        sql.SQL(
            "INSERT INTO {0} (layer, name) SELECT %(layer)s, name FROM unnest(%(names)s::text[]) AS new (name)"
            " WHERE NOT EXISTS (SELECT FROM {0} AS old WHERE old.layer = %(layer)s AND old.name = new.name)"
        ).format(table),
        {"layer": layer.name, "names": names},
    )
    kept = connection.execute(sql.SQL("SELECT name, key FROM {} WHERE layer = %s").format(table), [layer.name])
    return dict(kept.fetchall())


def _columns(layer: Layer) -> list[str]:
    return [*(column.name for column in layer.all_columns), *(shape.name for shape in layer.shapes)]


def _stored(connection: Connection, layer: Layer) -> Iterator[Cells]:
    columns = sql.SQL(", ").join(map(sql.Identifier, _columns(layer)))
    query = sql.SQL("SELECT {} FROM {}").format(columns, sql.Identifier(SCHEMA, layer.table))
    with connection.cursor(name="stored") as cursor:
        yield from cursor.execute(query)


def _stamp(connection: Connection, stamp: Stamp) -> Stamp:
    given = ("log_size", "root", "last_hash", "as_of", "valid_on", "node", "software")
    names = sql.SQL(", ").join(map(sql.Identifier, given))
    values = sql.SQL(", ").join(sql.Placeholder(name) for name in given)
    returned = sql.SQL(", ").join(map(sql.Identifier, Stamp.__dataclass_fields__))
    query = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING {}").format(
        sql.Identifier(SCHEMA, STAMP_TABLE), names, values, returned
    )
    with connection.cursor(row_factory=class_row(Stamp)) as cursor:
        made = cursor.execute(query, {name: getattr(stamp, name) for name in given}).fetchone()
    assert made is not None
    return made
