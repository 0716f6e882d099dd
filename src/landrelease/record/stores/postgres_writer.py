"""The open transaction of an append or a merge in PostgreSQL.

Rows wait here until there are many, or until the commit, and travel in one round trip: an append of one statement costs
two round trips to the server, one to begin and one to end. What waits is seen by the questions that the writer answers.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from psycopg import Cursor, Pipeline
from pydantic_core import from_json

from landrelease.record.stores import Head, Held, Kept, Row
from landrelease.record.stores.postgres_connection import APPEND_LOCK, Connection

FLUSH_ROWS, FLUSH_BYTES = 1_000, 4_000_000
"""Rows, and bytes of them, that wait at most."""

_ESCAPE = "\uf8ff"
"""Stands before the mark of a character in `storable`; in the area of Unicode that is for private use."""
_MARKS = (("0", "\0"), ("1", _ESCAPE))

_TYPES = {
    "hash": "bytea", "node": "text", "seq": "bigint", "prev": "bytea", "kind": "text", "kind_version": "bigint",
    "subject": "text", "valid_from": "text", "valid_to": "text", "recorded": "text", "author": "text",
    "organisation": "text", "admin_area": "text", "content": "bytea", "signature": "bytea",
}  # fmt: skip
# arrays, not COPY: the server takes no COPY into a table with row-level security
_ADD = (
    f"WITH added AS (INSERT INTO entry ({', '.join(_TYPES)}) SELECT * FROM unnest("
    + ", ".join(f"%b::{kind}[]" for kind in _TYPES.values())
    + ")) INSERT INTO log (idx, entry_hash, received)"
    + " SELECT * FROM unnest(%b::bigint[], %b::bytea[], %b::text[])"
)
_HEAD = "SELECT seq, hash, signature IS NOT NULL FROM entry WHERE node = %s ORDER BY seq DESC LIMIT 1"
_BEGINNING = """
SELECT (SELECT value FROM meta WHERE name = 'node'), last.idx, last.received, head.*
FROM (VALUES (1)) AS one
LEFT JOIN LATERAL (SELECT idx, received FROM log ORDER BY idx DESC LIMIT 1) AS last ON true
LEFT JOIN LATERAL (
  SELECT seq, hash, signature IS NOT NULL FROM entry WHERE node = %s ORDER BY seq DESC LIMIT 1
) AS head ON true"""
HELD = "SELECT encode(hash, 'hex'), node, seq, received, content, signature FROM held"


class PostgresWriter:
    """See `landrelease.record.stores.Writer`. Made, it has begun the transaction and holds the lock of all appends."""

    def __init__(self, connection: Connection, node: str) -> None:
        self._direct = connection
        self._under_way: AbstractContextManager[Pipeline] | None = None
        self._entries: list[Sequence[Any]] = []
        self._lines: list[tuple[int, bytes, str]] = []
        self._bytes = 0
        self._pending: set[bytes] = set()
        self._pending_places: dict[tuple[str, int], bytes] = {}
        self.committing = False
        self.last_hash: bytes | None = None
        with connection.pipeline():
            connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (APPEND_LOCK,))
            beginning = self._read(_BEGINNING, (storable(node),))
        named, place, received, *head = beginning.fetchone() or ()
        self.node = original(named) or node
        self._last: tuple[int, str] = (-1, "") if place is None else (place, received)
        self._heads = {node: _head(tuple(head) if head[0] is not None else None)}

    def last(self) -> tuple[int, str]:
        """Index and received time of the last line; (-1, "") where the log is empty."""
        return self._last

    def head(self, node: str) -> Head | None:
        """Last entry of a node, or None."""
        if node not in self._heads:
            self._heads[node] = _head(self._read(_HEAD, (storable(node),)).fetchone())
        return self._heads[node]

    def holds(self, entry_hash: str) -> bool:
        """Whether the entry is stored, in this transaction or before."""
        wanted = as_bytes(entry_hash)
        return wanted in self._pending or self._read("SELECT 1 FROM entry WHERE hash = %s", (wanted,)).rowcount > 0

    def hash_at(self, node: str, seq: int) -> str | None:
        """Hash of a node's entry with this number, or None."""
        if (node, seq) in self._pending_places:
            return self._pending_places[node, seq].hex()
        query = "SELECT hash FROM entry WHERE node = %s AND seq = %s"
        found = self._read(query, (storable(node), seq)).fetchone()
        return found[0].hex() if found else None

    def add(self, row: Row) -> None:
        """Store an entry and its line of the log; the server may refuse it as late as the commit."""
        entry_hash, content = bytes.fromhex(row.hash), row.content or b""
        node, seq = str(row.node), int(row.seq or 0)
        texts = (row.subject, row.valid_from, row.valid_to, row.recorded, row.author, row.organisation)
        self._entries.append(
            (entry_hash, storable(node), seq, as_bytes(row.prev or ""), storable(row.kind), row.kind_version,
             *map(storable, texts), storable(admin_area(content)), content, row.signature)
        )  # fmt: skip
        self._lines.append((row.place, entry_hash, row.received))
        self._pending.add(entry_hash)
        self._pending_places[node, seq] = entry_hash
        self._last, self.last_hash = (row.place, row.received), entry_hash
        known = self._heads.get(node)
        if node in self._heads and (known is None or known.seq < seq):
            self._heads[node] = Head(seq, row.hash, row.signature is not None)
        self._bytes += len(content)
        if len(self._entries) >= FLUSH_ROWS or self._bytes >= FLUSH_BYTES:
            self.flush()

    def add_many(self, rows: Iterable[Row]) -> None:
        """Store entries and their lines of the log, in this order."""
        for row in rows:
            self.add(row)

    def keep(self, checkpoint: Kept) -> None:
        """Keep a checkpoint; one that is kept already is left as it is."""
        add = (
            "INSERT INTO checkpoint (origin, size, root, received, note) SELECT %(origin)s, %(size)s, %(root)b,"
            " %(received)s, %(note)s WHERE NOT EXISTS (SELECT FROM checkpoint WHERE origin = %(origin)s"
            " AND size = %(size)s AND note = %(note)s)"
        )
        values = checkpoint._asdict()
        texts = {"origin": storable(checkpoint.origin), "note": storable(checkpoint.note)}
        self._connection.execute(add, values | texts)

    def hold(self, entries: Iterable[Held]) -> None:
        """Hold entries; one that is held already is left as it is."""
        add = (
            "INSERT INTO held (hash, node, seq, received, content, signature) VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING"
        )
        values = ((as_bytes(entry.hash), storable(entry.node), *entry[2:]) for entry in entries)
        with self._connection.cursor() as cursor:
            cursor.executemany(add, values)

    def held(self, node: str, seq: int) -> list[Held]:
        """What is held with this number of a node."""
        query = HELD + " WHERE node = %s AND seq = %s ORDER BY hash"
        return [held_of(row) for row in self._read(query, (storable(node), seq))]

    def release(self, entry_hashes: Iterable[str]) -> None:
        """Forget entries that were held."""
        gone = [as_bytes(entry_hash) for entry_hash in entry_hashes]
        self._connection.execute("DELETE FROM held WHERE hash = ANY (%b::bytea[])", (gone,))

    def add_blob(self, sha256: str, content: bytes) -> None:
        """Store a blob; one that is stored or was erased is left as it is."""
        add = "INSERT INTO blob (sha256, content) VALUES (%s, %b) ON CONFLICT DO NOTHING"
        self._connection.execute(add, (as_bytes(sha256), content))

    def erase_blob(self, sha256: str, reason: str) -> None:
        """Remove the content of a blob, or note that it is never to be stored; the first reason stays."""
        named = (storable(reason), as_bytes(sha256))
        erase = "UPDATE blob SET content = NULL, erased_reason = %s WHERE sha256 = %s AND content IS NOT NULL"
        if self._connection.execute(erase, named).rowcount == 0:
            add = "INSERT INTO blob (erased_reason, sha256) VALUES (%s, %s) ON CONFLICT DO NOTHING"
            self._connection.execute(add, named)

    def set_meta(self, name: str, value: str) -> None:
        """Set a name such as ``node`` or ``root``."""
        self._connection.execute(
            "INSERT INTO meta (name, value) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, storable(value)),
        )

    def flush(self) -> None:
        """Send the rows that wait; the server works on them while more are gathered."""
        if self._entries:
            if self._under_way is None:
                self._under_way = self._direct.pipeline()
                self._under_way.__enter__()
            self._send()

    def settle(self) -> None:
        """Wait until the server has taken what was sent. Raises what it says against it."""
        if self._under_way is not None:
            under_way, self._under_way = self._under_way, None
            under_way.__exit__(None, None, None)

    @property
    def _connection(self) -> Connection:
        """The connection with nothing under way."""
        self.settle()
        return self._direct

    def commit(self) -> None:
        """Send the rows that wait and keep everything, in one round trip."""
        with self._connection.pipeline():
            self._send()
            self.committing = True  # from here on the server may keep it without our hearing of it
            self._direct.execute("COMMIT")

    def _send(self) -> None:
        if not self._entries:
            return
        entries, lines = (
            list(map(list, zip(*self._entries, strict=True))),
            list(map(list, zip(*self._lines, strict=True))),
        )
        self._entries, self._lines, self._bytes = [], [], 0
        self._pending, self._pending_places = set(), {}
        self._direct.execute(_ADD, [*entries, *lines])

    def _read(self, query: str, values: tuple[Any, ...] = ()) -> Cursor[tuple[Any, ...]]:
        return self._connection.cursor(binary=True).execute(query, values)


def storable(text: str | None) -> str | None:
    """A text as the database can hold it: U+0000, which it cannot, is written with two other characters."""
    if text is None or ("\0" not in text and _ESCAPE not in text):
        return text
    return text.replace(_ESCAPE, _ESCAPE + "1").replace("\0", _ESCAPE + "0")


def original(text: str | None) -> str | None:
    """The text that was made `storable`."""
    if text is None or _ESCAPE not in text:
        return text
    return text.replace(_ESCAPE + "0", "\0").replace(_ESCAPE + "1", _ESCAPE)


def admin_area(content: bytes) -> str | None:
    """The administrative area that a statement's body names; that which an ``admin_area`` statement is about."""
    if b"admin_area" not in content:
        return None
    try:
        members = from_json(content)
        named = members["subject"] if members["kind"] == "admin_area" else members["body"].get("admin_area")
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return named if isinstance(named, str) else None


def held_of(row: tuple[Any, ...]) -> Held:
    """A held entry from a row of `HELD`."""
    return Held(row[0], original(row[1]) or "", *row[2:])


def as_bytes(text: str) -> bytes:
    """The bytes of a hexadecimal text; no bytes for a text that is none, so that it matches nothing."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _head(row: tuple[Any, ...] | None) -> Head | None:
    return Head(row[0], row[1].hex(), row[2]) if row else None
