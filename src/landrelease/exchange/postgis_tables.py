"""The tables and views of the published layers in the database, made of `LAYERS`."""

import hashlib
from collections.abc import Iterator

from psycopg import sql

from landrelease.exchange.postgis_layers import LAYERS, WGS84_CODE, Layer, View
from landrelease.record.stores.postgres_connection import APPLICATION, READER, SCHEMA, Connection

STAMP_TABLE, KEY_TABLE = "published", "published_key"
KEY = "key"
"""Whole number that QGIS tells features apart by; it stays with the row's name from one publication to the next."""

_STAMP_COLUMNS = {
    "number": "integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    "published": "timestamptz NOT NULL DEFAULT now()",
    "log_size": "bigint NOT NULL",
    "root": "text NOT NULL",
    "last_hash": "text NOT NULL",
    "as_of": "text",
    "valid_on": "text",
    "node": "text NOT NULL",
    "software": "text NOT NULL",
}
_STAMP_COMMENTS = {
    "number": "Number of the publication; the highest is the one that the layers show",
    "published": "Time of publication",
    "log_size": "Number of statements of the ledger that the layers were made from, the first ones of its log",
    "root": "Root hash of the RFC 6962 tree over these statements, hexadecimal",
    "last_hash": "Hash of the last of these statements; empty where there is none",
    "as_of": "What was known by then; empty: all that was known at publication",
    "valid_on": "The day on the ground that the layers are about; empty: the present of the record",
    "node": "Node whose ledger it is",
    "software": "Program and version",
}
_ROOT = f"landrelease layers {{layout}}: what the views {', '.join(v.name for each in LAYERS for v in each.views)} show"


def definition() -> list[sql.Composed]:
    """Statements that make everything anew; keys and earlier stamps are kept."""
    return [*_kept(), *(statement for layer in LAYERS for statement in _layer(layer))]


def layout() -> str:
    """Digest of the definition: a database whose tables carry another one has them made again."""
    text = "\n".join(statement.as_string(None) for statement in definition())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def mark() -> str:
    """Comment on the table of stamps, which carries the digest."""
    return _ROOT.format(layout=layout())


def make_tables(connection: Connection) -> None:
    """Make tables and views where they are not there in this layout; the role must be the owner of the schema then."""
    stamps = f"{SCHEMA}.{STAMP_TABLE}"
    found = connection.execute("SELECT obj_description(to_regclass(%s), 'pg_class')", [stamps]).fetchone()
    if found == (mark(),):
        return
    for statement in definition():
        connection.execute(statement)
    connection.execute(_comment("TABLE", _name(STAMP_TABLE), mark()))


def _kept() -> Iterator[sql.Composed]:
    """The stamps of all publications, which anyone with a role may read, and the keys, which nobody needs to."""
    stamps, keys = _name(STAMP_TABLE), _name(KEY_TABLE)
    columns = sql.SQL(", ").join(_defined(name, kind) for name, kind in _STAMP_COLUMNS.items())
    yield sql.SQL("CREATE TABLE IF NOT EXISTS {} ({})").format(stamps, columns)
    for name, text in _STAMP_COMMENTS.items():
        yield _comment("COLUMN", sql.Identifier(SCHEMA, STAMP_TABLE, name), text)
    yield sql.SQL(
        "CREATE TABLE IF NOT EXISTS {} (layer text NOT NULL, name text NOT NULL,"
        " key integer GENERATED ALWAYS AS IDENTITY UNIQUE, PRIMARY KEY (layer, name))"
    ).format(keys)
    yield sql.SQL("GRANT SELECT, INSERT ON {}, {} TO {}").format(stamps, keys, sql.Identifier(APPLICATION))
    yield sql.SQL("GRANT SELECT ON {} TO {}").format(stamps, sql.Identifier(READER))


def _layer(layer: Layer) -> Iterator[sql.Composed]:
    table = _name(layer.table)
    for view in layer.views:
        yield sql.SQL("DROP VIEW IF EXISTS {}").format(_name(view.name))
    yield sql.SQL("DROP TABLE IF EXISTS {}").format(table)
    columns = [_defined(KEY, "integer PRIMARY KEY"), _defined(layer.identity.name, "text NOT NULL UNIQUE")]
    columns += [_defined(column.name, column.type) for column in layer.columns]
    columns += [_defined(shape.name, f"geometry({shape.type}, {WGS84_CODE})") for shape in layer.shapes]
    yield sql.SQL("CREATE TABLE {} ({})").format(table, sql.SQL(", ").join(columns))
    for shape in layer.shapes:
        yield sql.SQL("CREATE INDEX ON {} USING gist ({})").format(table, sql.Identifier(shape.name))
    yield from _security(layer)
    for view in layer.views:
        yield from _view(layer, view)


def _security(layer: Layer) -> Iterator[sql.Composed]:
    """Row-level security: publishers see all, readers what the table `scope` allows, everyone else nothing."""
    table, application, reader = _name(layer.table), sql.Identifier(APPLICATION), sql.Identifier(READER)
    yield sql.SQL("REVOKE ALL ON {} FROM PUBLIC").format(table)
    yield sql.SQL("GRANT SELECT, INSERT, DELETE ON {} TO {}").format(table, application)
    yield sql.SQL("GRANT SELECT ON {} TO {}").format(table, reader)
    yield sql.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(table)
    yield sql.SQL("CREATE POLICY publishing ON {} TO {} USING (true) WITH CHECK (true)").format(table, application)
    # in_scope(NULL, NULL): whoever is limited by nothing; asked once for all rows, not row by row
    reading = (
        "CREATE POLICY reading ON {} FOR SELECT TO {} USING ((SELECT {}(NULL, NULL)) OR {}(organisation, admin_area))"
    )
    in_scope = sql.Identifier(SCHEMA, "in_scope")
    yield sql.SQL(reading).format(table, reader, in_scope, in_scope)


def _view(layer: Layer, view: View) -> Iterator[sql.Composed]:
    """A view that runs with the reader's rights; every column says what it holds."""
    shown = [KEY, *(column.name for column in layer.all_columns), view.shape.name]
    only = sql.SQL(" WHERE {} IS NOT NULL").format(sql.Identifier(view.shape.name)) if view.only else sql.SQL("")
    yield sql.SQL("CREATE VIEW {} WITH (security_invoker = true) AS SELECT {} FROM {}{}").format(
        _name(view.name), sql.SQL(", ").join(map(sql.Identifier, shown)), _name(layer.table), only
    )
    yield sql.SQL("REVOKE ALL ON {} FROM PUBLIC").format(_name(view.name))
    yield sql.SQL("GRANT SELECT ON {} TO {}, {}").format(
        _name(view.name), sql.Identifier(APPLICATION), sql.Identifier(READER)
    )
    comments = {column.name: column.comment for column in layer.all_columns}
    comments |= {KEY: "Whole number that stays with the row", view.shape.name: view.shape.comment}
    for owner, kind in ((layer.table, "TABLE"), (view.name, "VIEW")):
        yield _comment(kind, _name(owner), layer.comment)
        for name, text in comments.items():
            yield _comment("COLUMN", sql.Identifier(SCHEMA, owner, name), text)


def _name(table: str) -> sql.Identifier:
    return sql.Identifier(SCHEMA, table)


def _defined(name: str, kind: str) -> sql.Composed:
    return sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(kind))


def _comment(kind: str, name: sql.Identifier, text: str) -> sql.Composed:
    return sql.SQL("COMMENT ON {} {} IS {}").format(sql.SQL(kind), name, sql.Literal(text))
