"""A ledger in a PostgreSQL database."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import RLock
from typing import Any

import psycopg

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.record.stores import LATE, BlobState, Head, Held, Kept, Line, Row, StoredBlob, known_by
from landrelease.record.stores.postgres_connection import (
    APPEND_LOCK,
    Connection,
    connect,
    database_name,
    lost,
    translated,
)
from landrelease.record.stores.postgres_guards import missing_guards
from landrelease.record.stores.postgres_schema import check_version, prepare, version_of
from landrelease.record.stores.postgres_writer import HELD, PostgresWriter, as_bytes, held_of, original, storable

PAGE = 2_000
"""Rows fetched at a time: a reader holds no more, and other threads get their turn."""
KEY_KINDS = ("key.grant", "key.revocation")
"""Kinds that decide whose entries count; the index ``entry_key`` finds them."""
_HASH, _PREV = Row._fields.index("hash"), Row._fields.index("prev")
_PAUSE_S, _PATIENCE_S = 0.1, 10.0
"""Pause between attempts, and longest wait, for a server that does not answer, in seconds."""

_LINES = "SELECT idx, received, entry_hash, content, signature FROM log JOIN entry ON hash = entry_hash WHERE true"
_ROWS = """
SELECT idx, received, entry_hash, node, seq, prev, kind, kind_version, subject, valid_from, valid_to, recorded, author,
       organisation, content, signature
FROM log LEFT JOIN entry ON hash = entry_hash WHERE true"""
# a step through the index from node to node: a ledger has few nodes and many entries
_HEADS = """
WITH RECURSIVE nodes AS (
  (SELECT node FROM entry ORDER BY node LIMIT 1)
  UNION ALL
  SELECT (SELECT node FROM entry WHERE entry.node > nodes.node ORDER BY node LIMIT 1) FROM nodes WHERE node IS NOT NULL
)
SELECT head.node, head.seq, head.hash, head.signature IS NOT NULL FROM nodes
CROSS JOIN LATERAL (SELECT * FROM entry WHERE entry.node = nodes.node ORDER BY seq DESC LIMIT 1) AS head"""
_BLOB = "SELECT encode(sha256, 'hex'), content, erased_reason FROM blob"


class PostgresStore:
    """Tables of the schema ``landrelease``; see `landrelease.record.stores.Store`.

    Two connections: reading goes on while an append is under way. A connection that is lost is made again when it is
    needed next, unless work would be lost with it.
    """

    def __init__(self, dsn: str, wait_s: float) -> None:
        self.name = database_name(dsn)
        self._dsn, self._wait_s = dsn, wait_s
        self._write_lock, self._read_lock = RLock(), RLock()
        self._closed = self._in_append = False
        self._writer: Connection | None = None
        self._reader = self._connected(reading=True)
        try:
            check_version(self._reader, self.name)
            self._check_sees_all()
            node = self.meta("node")
            if node is None:
                raise fail(ErrorCode.LEDGER_MISSING, path=self.name)
        except BaseException:
            self._reader.close()
            raise
        self.node = node

    @classmethod
    def create(cls, dsn: str, node: str, wait_s: float) -> "PostgresStore":
        """Start a ledger in a database; one without tables is prepared, where the role may do that.

        Refuses (LR1009) a database that holds a ledger, (LR1044) one that somebody else has to prepare.
        """
        name = database_name(dsn)
        with connect(dsn, wait_s) as connection:
            there = version_of(connection) > 0
        if not there:
            _prepare(dsn, wait_s, name)
        with connect(dsn, wait_s) as connection:
            check_version(connection, name)
            try:
                add = "INSERT INTO meta (name, value) VALUES ('node', %s) ON CONFLICT DO NOTHING"
                made = connection.execute(add, (storable(node),)).rowcount
            except psycopg.Error as error:
                raise translated(error, name, connection) from error
        if not made:
            raise fail(ErrorCode.LEDGER_EXISTS, path=name)
        return cls(dsn, wait_s)

    @classmethod
    def open(cls, dsn: str, wait_s: float) -> "PostgresStore":
        """Open a ledger.

        Refuses one that is missing, newer or older (LR1008, LR1011, LR1044, LR1045), a server that does not let us in
        (LR1041), and a role that sees only a part (LR1049).
        """
        return cls(dsn, wait_s)

    @contextmanager
    def writing(self) -> Iterator[PostgresWriter]:
        """Open the transaction. Another writer waits; LR1013 when it has waited too long, or in this same append.

        Raises
        ------
        LandreleaseError
            LR1042 where the connection was lost and nothing is kept, LR1043 where that cannot be known.
        """
        with self._write_lock:
            self._check_open()
            if self._in_append:  # an append inside this thread's own append
                raise fail(ErrorCode.LEDGER_BUSY, path=self.name)
            self._in_append, writer = True, None
            try:
                writer = self._begun()
                self.node = writer.node  # another program may have given the ledger a new one
                yield writer
                writer.commit()
            except psycopg.Error as error:
                if not self._kept_after_all(error, writer):
                    raise translated(error, self.name, self._writer) from error
            finally:
                self._in_append = False
                self._undo(writer)

    def meta(self, name: str) -> str | None:
        """Value of a name, or None."""
        return original(self._one("SELECT value FROM meta WHERE name = %s", (name,)))

    def size(self) -> int:
        """Number of lines of the log."""
        count: int = self._one("SELECT coalesce(max(idx) + 1, 0) FROM log")
        return count

    def size_at(self, received: str) -> int:
        """Number of lines of the log received by this time."""
        query = "SELECT received FROM log WHERE idx = %s"
        return known_by(received, self.size(), lambda place: self._one(query, (place,)) or LATE)

    def lines(self, start: int = 0, stop: int | None = None, kind: str | None = None) -> Iterator[Line]:
        """Lines of the log in order, a page at a time; those of one kind where it is given."""
        if kind in KEY_KINDS:
            return self._key_lines(kind, start, stop)
        filtered = _LINES + (" AND kind = %s" if kind else "")
        return map(_line, self._pages(filtered, start, stop, (kind,) if kind else ()))

    def hashes(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Hashes of the log's entries, 32 bytes each, in order."""
        return (row[1] for row in self._pages("SELECT idx, entry_hash FROM log WHERE true", start, stop))

    def received(self, start: int = 0, stop: int | None = None) -> Iterator[str]:
        """Times of arrival, in order."""
        return (row[1] for row in self._pages("SELECT idx, received FROM log WHERE true", start, stop))

    def rows(self) -> Iterator[Row]:
        """All lines with all columns, for the audit."""
        return map(_row, self._pages(_ROWS, -(2**62), None))

    def find(self, entry_hash: str) -> Line | None:
        """The line of one entry, or None."""
        found = self._read(_LINES + " AND entry_hash = %s", (as_bytes(entry_hash),))
        return _line(found[0]) if found else None

    def hash_at(self, node: str, seq: int) -> str | None:
        """Hash of a node's entry with this number, or None."""
        query = "SELECT encode(hash, 'hex') FROM entry WHERE node = %s AND seq = %s"
        found: str | None = self._one(query, (storable(node), seq))
        return found

    def heads(self) -> dict[str, Head]:
        """Last entry of every node."""
        return {
            original(node) or "": Head(seq, digest.hex(), signed) for node, seq, digest, signed in self._read(_HEADS)
        }

    def unlogged(self) -> list[str]:
        """Hashes of entries that no line of the log names."""
        missing = "SELECT encode(hash, 'hex') FROM entry WHERE NOT EXISTS (SELECT FROM log WHERE entry_hash = hash)"
        return [row[0] for row in self._read(missing)]

    def kept(self, origin: str | None = None) -> list[Kept]:
        """Kept checkpoints by origin and size."""
        query = "SELECT origin, size, root, received, note FROM checkpoint WHERE origin = coalesce(%s::text, origin)"
        found = self._read(query + " ORDER BY origin, size, number", (storable(origin),))
        return [Kept(original(row[0]) or "", row[1], row[2], row[3], original(row[4]) or "") for row in found]

    def held(self) -> Iterator[Held]:
        """All held entries, by node and number."""
        places = self._read("SELECT hash FROM held ORDER BY node, seq, hash")
        return (held_of(row) for place in places for row in self._read(HELD + " WHERE hash = %s", place))

    def blob(self, sha256: str) -> StoredBlob | None:
        """A blob, or None."""
        found = self._read(_BLOB + " WHERE sha256 = %s", (as_bytes(sha256),))
        return StoredBlob(found[0][0], found[0][1], original(found[0][2])) if found else None

    def blobs(self) -> Iterator[StoredBlob]:
        """All blobs, one at a time."""
        names = self._read("SELECT encode(sha256, 'hex') FROM blob ORDER BY number")
        return (blob for (name,) in names if (blob := self.blob(name)) is not None)

    def blob_states(self) -> list[BlobState]:
        """All blobs in the order of arrival, without reading their content."""
        query = "SELECT encode(sha256, 'hex'), octet_length(content), erased_reason FROM blob ORDER BY number"
        return [BlobState(name, size, original(reason)) for name, size, reason in self._read(query)]

    def overwrite_erased(self) -> bool:
        """False: the server keeps old rows, its write-ahead log and its archive; its administrator clears them."""
        return False

    def guards(self) -> list[str]:
        """Names of the triggers, functions, policies and privileges that are missing, changed or foreign."""
        return missing_guards(self._read)

    def close(self) -> None:
        """Close the connections."""
        with self._write_lock, self._read_lock:
            self._closed = True
            self._reader.close()
            if self._writer is not None:
                self._writer.close()

    def _pages(
        self, select: str, start: int, stop: int | None, values: tuple[Any, ...] = ()
    ) -> Iterator[tuple[Any, ...]]:
        query = f"{select} AND idx >= %s AND idx < %s ORDER BY idx LIMIT {PAGE}"
        stop = self.size() if stop is None else stop
        while page := self._read(query, (*values, start, stop)):
            yield from page
            start = page[-1][0] + 1

    def _key_lines(self, kind: str, start: int, stop: int | None) -> Iterator[Line]:
        bounds = (start, self.size() if stop is None else stop)
        # the index holds only these kinds, and is used only by a query that names them all
        query = _LINES + f" AND kind IN {KEY_KINDS} AND kind = %s AND idx >= %s AND idx < %s ORDER BY idx"
        return map(_line, self._read(query, (kind, *bounds)))

    def _one(self, query: str, values: tuple[Any, ...] = ()) -> Any:
        found = self._read(query, values)
        return found[0][0] if found else None

    def _read(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Rows of a query; asked again on a new connection where the old one was lost."""
        with self._read_lock:
            self._check_open()
            try:
                return self._reader.cursor(binary=True).execute(query, values).fetchall()
            except psycopg.Error as error:
                if not lost(error, self._reader):
                    raise translated(error, self.name) from error
            self._reader = self._connected(reading=True)
            try:
                return self._reader.cursor(binary=True).execute(query, values).fetchall()
            except psycopg.Error as error:
                raise translated(error, self.name, self._reader, reading=True) from error

    def _connected(self, *, reading: bool = False) -> Connection:
        connection = connect(self._dsn, self._wait_s)
        if reading:
            connection.execute("SET default_transaction_read_only = on")
        return connection

    def _begun(self) -> PostgresWriter:
        """Begin the transaction, on a new connection where the old one was lost: nothing is lost with it yet."""
        if self._writer is not None and not self._writer.closed:
            try:
                return PostgresWriter(self._writer, self.node)
            except psycopg.Error as error:
                if not lost(error, self._writer):
                    raise
        self._writer = self._connected()
        return PostgresWriter(self._writer, self.node)

    def _undo(self, writer: PostgresWriter | None) -> None:
        """Leave the connection without a transaction, or closed."""
        if self._writer is None or self._writer.closed:
            return
        if writer is not None:
            with suppress(psycopg.Error):  # what the server says now is of no use: nothing of it is kept
                writer.settle()
        try:
            if self._writer.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                self._writer.execute("ROLLBACK")
        except psycopg.Error:
            self._writer.close()

    def _kept_after_all(self, error: psycopg.Error, writer: PostgresWriter | None) -> bool:
        """Whether the server kept what was sent, where the connection was lost before it could say so.

        The lost session holds the lock of all appends until its commit or undoing is complete, so that whoever has the
        lock afterwards sees the outcome.
        """
        if writer is None or not writer.committing or not lost(error, self._writer):
            return False
        deadline = time.monotonic() + min(self._wait_s, _PATIENCE_S)
        while writer.last_hash is not None:
            with suppress(psycopg.Error, LandreleaseError), connect(self._dsn, self._wait_s) as connection:
                with connection.transaction():
                    connection.execute("SELECT pg_advisory_xact_lock(%s)", (APPEND_LOCK,))
                    there = connection.execute("SELECT 1 FROM entry WHERE hash = %s", (writer.last_hash,)).fetchone()
                return there is not None
            if time.monotonic() > deadline:
                break
            time.sleep(_PAUSE_S)
        raise fail(ErrorCode.COMMIT_UNKNOWN, path=self.name) from error

    def _check_sees_all(self) -> None:
        """Refuse a reader whose rows are limited: a log with gaps would look damaged."""
        row = self._read(
            "SELECT current_user, row_security_active('entry') AND NOT pg_has_role('landrelease_app', 'MEMBER')"
            " AND NOT EXISTS (SELECT FROM scope WHERE organisation IS NULL AND admin_area IS NULL)"
        )[0]
        if row[1]:
            raise fail(ErrorCode.ROLE_SEES_A_PART, role=row[0], path=self.name)

    def _check_open(self) -> None:
        if self._closed:
            raise fail(ErrorCode.LEDGER_CLOSED, path=self.name)


def _prepare(dsn: str, wait_s: float, name: str) -> None:
    try:
        prepare(dsn, wait_s)
    except LandreleaseError as error:
        if error.codes == (ErrorCode.ROLE_NOT_ALLOWED.code,):
            raise fail(ErrorCode.LEDGER_NOT_PREPARED, path=name) from error
        raise


def _line(row: tuple[Any, ...]) -> Line:
    place, received, entry_hash, content, signature = row
    return Line(place, received, entry_hash.hex(), content, signature)


def _row(row: tuple[Any, ...]) -> Row:
    values: list[Any] = [original(value) if isinstance(value, str) else value for value in row]
    for place in (_HASH, _PREV):
        values[place] = values[place] and values[place].hex()
    return Row._make(values)
