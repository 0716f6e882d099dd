"""A ledger in one SQLite file."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path
from threading import RLock
from typing import Any

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.i18n import _
from landrelease.record.stores import LATE, BlobState, Head, Held, Kept, Line, Row, StoredBlob, known_by
from landrelease.record.stores.sqlite_guards import TRIGGERS, missing_guards

APPLICATION_ID = 0x4C524C31
SCHEMA_VERSION = 2
PAGE = 2_000
"""Rows fetched at a time: a reader holds no more, and other threads get their turn."""
_CACHE_KB = 64_000

KEY_KINDS = ("key.grant", "key.revocation")
"""Kinds that decide whose entries count; the index ``entry_key`` finds them."""

_LINES = "SELECT idx, received, entry_hash, content, signature FROM log JOIN entry ON hash = entry_hash"
_ROWS = """
SELECT idx, received, lower(hex(entry_hash)), node, seq, lower(hex(prev)), kind, kind_version, subject, valid_from,
       valid_to, recorded, author, organisation, content, signature
FROM log LEFT JOIN entry ON hash = entry_hash"""
_ADD_ENTRY = """
INSERT INTO entry (hash, node, seq, prev, kind, kind_version, subject, valid_from, valid_to, recorded, author,
                   organisation, content, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_ADD_LINE = "INSERT INTO log (idx, entry_hash, received) VALUES (?, ?, ?)"
_PIECE = 1_000_000
_ERASED = "erased"
"""Name in `meta` of the last blob whose content was erased and not yet overwritten in the file; else empty."""
_HELD = "SELECT lower(hex(hash)), node, seq, received, content, signature FROM held"


class SqliteStore:
    """Tables entry, log, checkpoint and blob in one file; see `landrelease.record.stores.Store`."""

    def __init__(self, path: Path, wait_s: float) -> None:
        self.name = str(path)
        self._write_lock, self._read_lock = RLock(), RLock()
        self._closed = False
        self._writer = _connect(path, wait_s)
        self._reader = _connect(path, wait_s)
        self._reader.execute("PRAGMA query_only = ON")
        node = self.meta("node")
        if node is None:
            raise fail(ErrorCode.LEDGER_CORRUPT, path=path, problem=_("it names no node"))
        self.node = node

    @classmethod
    def create(cls, path: Path, node: str, wait_s: float) -> "SqliteStore":
        """Make the file. Refuses (LR1009) a path that exists."""
        try:
            path.touch(mode=0o600, exist_ok=False)  # it holds personal data; SQLite gives its other files the same mode
        except FileExistsError as error:
            raise fail(ErrorCode.LEDGER_EXISTS, path=path) from error
        except OSError as error:
            raise fail(ErrorCode.LEDGER_WRITE_FAILED, path=path, problem=error) from error
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript("BEGIN;" + _script("schema.sql") + _script("schema_2.sql"))
            connection.execute("INSERT INTO meta VALUES ('node', ?)", (node,))
            connection.commit()
        return cls(path, wait_s)

    @classmethod
    def open(cls, path: Path, wait_s: float) -> "SqliteStore":
        """Open a file. Refuses one that is missing, foreign, newer or damaged (LR1008, LR1010 to LR1012)."""
        if not path.is_file():
            raise fail(ErrorCode.LEDGER_MISSING, path=path)
        if _format_version(path) < SCHEMA_VERSION:
            _migrate(path, wait_s)
        try:
            return cls(path, wait_s)
        except sqlite3.Error as error:
            raise fail(ErrorCode.LEDGER_CORRUPT, path=path, problem=error) from error

    @contextmanager
    def writing(self) -> Iterator["SqliteWriter"]:
        """Open the transaction. Another writer waits; LR1013 when it has waited too long, or in this same append."""
        with self._write_lock:
            self._check_open()
            if self._writer.in_transaction:  # an append inside this thread's own append
                raise fail(ErrorCode.LEDGER_BUSY, path=self.name)
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                yield SqliteWriter(self._writer)
                self._writer.commit()
            except sqlite3.Error as error:
                raise self._translated(error) from error
            finally:
                self._writer.rollback()  # nothing to undo after the commit

    def meta(self, name: str) -> str | None:
        """Value of a name, or None."""
        value: str | None = self._one("SELECT value FROM meta WHERE name = ?", (name,))
        return value

    def size(self) -> int:
        """Number of lines of the log."""
        count: int = self._one("SELECT coalesce(max(idx) + 1, 0) FROM log")
        return count

    def size_at(self, received: str) -> int:
        """Number of lines of the log received by this time."""
        query = "SELECT received FROM log WHERE idx = ?"
        return known_by(received, self.size(), lambda place: self._one(query, (place,)) or LATE)

    def lines(self, start: int = 0, stop: int | None = None, kind: str | None = None) -> Iterator[Line]:
        """Lines of the log in order, a page at a time; those of one kind where it is given."""
        if kind in KEY_KINDS:
            return self._key_lines(kind, start, stop)
        filtered = _LINES + (" AND kind = ?" if kind else "")
        return map(_line, self._pages(filtered, start, stop, (kind,) if kind else ()))

    def hashes(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Hashes of the log's entries, 32 bytes each, in order."""
        return (row[1] for row in self._pages("SELECT idx, entry_hash FROM log", start, stop, ()))

    def received(self, start: int = 0, stop: int | None = None) -> Iterator[str]:
        """Times of arrival, in order."""
        return (row[1] for row in self._pages("SELECT idx, received FROM log", start, stop, ()))

    def rows(self) -> Iterator[Row]:
        """All lines with all columns, for the audit."""
        return map(Row._make, self._pages(_ROWS, -(2**62), None, ()))

    def find(self, entry_hash: str) -> Line | None:
        """The line of one entry, or None."""
        found = self._read(_LINES + " WHERE entry_hash = ?", (_bytes(entry_hash),))
        return _line(found[0]) if found else None

    def hash_at(self, node: str, seq: int) -> str | None:
        """Hash of a node's entry with this number, or None."""
        found: str | None = self._one("SELECT lower(hex(hash)) FROM entry WHERE node = ? AND seq = ?", (node, seq))
        return found

    def heads(self) -> dict[str, Head]:
        """Last entry of every node."""
        last = "SELECT node, max(seq), lower(hex(hash)), signature IS NOT NULL FROM entry GROUP BY node"
        return {node: Head(seq, entry_hash, bool(signed)) for node, seq, entry_hash, signed in self._read(last)}

    def unlogged(self) -> list[str]:
        """Hashes of entries that no line of the log names."""
        missing = "SELECT lower(hex(hash)) FROM entry WHERE NOT EXISTS (SELECT 1 FROM log WHERE entry_hash = hash)"
        return [row[0] for row in self._read(missing)]

    def kept(self, origin: str | None = None) -> list[Kept]:
        """Kept checkpoints by origin and size."""
        query = "SELECT origin, size, root, received, note FROM checkpoint WHERE origin = coalesce(?, origin)"
        return list(map(Kept._make, self._read(query + " ORDER BY origin, size, rowid", (origin,))))

    def held(self) -> Iterator[Held]:
        """All held entries, by node and number."""
        places = self._read("SELECT hash FROM held ORDER BY node, seq, hash")
        return (Held._make(row) for place in places for row in self._read(_HELD + " WHERE hash = ?", place))

    def blob(self, sha256: str) -> StoredBlob | None:
        """A blob, or None."""
        query = "SELECT lower(hex(sha256)), content, erased_reason FROM blob WHERE sha256 = ?"
        found = self._read(query, (_bytes(sha256),))
        return StoredBlob._make(found[0]) if found else None

    def blobs(self) -> Iterator[StoredBlob]:
        """All blobs, one at a time."""
        names = self._read("SELECT lower(hex(sha256)) FROM blob ORDER BY rowid")
        return (blob for (name,) in names if (blob := self.blob(name)) is not None)

    def blob_states(self) -> list[BlobState]:
        """All blobs in the order of arrival, without reading their content."""
        query = "SELECT lower(hex(sha256)), length(content), erased_reason FROM blob ORDER BY rowid"
        return list(map(BlobState._make, self._read(query)))

    def overwrite_erased(self) -> bool:
        """Rebuild the file and empty the write-ahead log, where something was erased since that was last done.

        Returns
        -------
        bool
            False where another program still reads or the disk is full: then the next call tries again.

        Notes
        -----
        ``secure_delete`` clears what is deleted, but not the copies that stay behind in the free part of a page when
        SQLite moves a neighbour's row to another page: only a rebuilt file holds nothing but what is in the tables.
        """
        with self._write_lock:
            self._check_open()
            last = self.meta(_ERASED)
            if not last:
                return True
            try:
                self._writer.execute("PRAGMA temp_store = DEFAULT")  # the rebuilt file may be larger than the memory
                self._writer.execute("VACUUM")
                if self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                    return False
                # unless another program has erased something since
                self._writer.execute("UPDATE meta SET value = '' WHERE name = ? AND value = ?", (_ERASED, last))
            except sqlite3.Error:
                return False
            finally:
                self._writer.execute("PRAGMA temp_store = MEMORY")
        return True

    def guards(self) -> list[str]:
        """Names of the triggers that are missing, changed or foreign."""
        scripts = (_script("schema.sql"), *(_script(f"schema_{n}.sql") for n in range(2, SCHEMA_VERSION + 1)))
        return missing_guards(scripts, self._read(TRIGGERS))

    def close(self) -> None:
        """Close both connections; the last to leave folds the write-ahead log into the file."""
        with self._write_lock, self._read_lock:
            self._closed = True
            self._reader.close()
            self._writer.close()

    def _pages(self, select: str, start: int, stop: int | None, values: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        query = f"{select} WHERE idx >= ? AND idx < ? ORDER BY idx LIMIT {PAGE}"
        stop = self.size() if stop is None else stop
        while page := self._read(query, (*values, start, stop)):
            yield from page
            start = page[-1][0] + 1

    def _key_lines(self, kind: str, start: int, stop: int | None) -> Iterator[Line]:
        bounds = (start, self.size() if stop is None else stop)
        # the index holds only these kinds, and is used only by a query that names them all
        query = _LINES + f" WHERE kind IN {KEY_KINDS} AND kind = ? AND idx >= ? AND idx < ? ORDER BY idx"
        return map(_line, self._read(query, (kind, *bounds)))

    def _one(self, query: str, values: tuple[Any, ...] = ()) -> Any:
        found = self._read(query, values)
        return found[0][0] if found else None

    def _read(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self._read_lock:
            self._check_open()
            try:
                return self._reader.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise self._translated(error) from error

    def _check_open(self) -> None:
        if self._closed:
            raise fail(ErrorCode.LEDGER_CLOSED, path=self.name)

    def _translated(self, error: sqlite3.Error) -> LandreleaseError:
        """Say in the catalogue's words what the database says."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return fail(ErrorCode.LEDGER_BUSY, path=self.name)
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return fail(ErrorCode.LEDGER_CORRUPT, path=self.name, problem=error)
        return fail(ErrorCode.LEDGER_WRITE_FAILED, path=self.name, problem=error)


class SqliteWriter:
    """The open transaction of a `SqliteStore`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute: Callable[..., sqlite3.Cursor] = connection.cursor().execute
        self._connection = connection

    def last(self) -> tuple[int, str]:
        """Index and received time of the last line; (-1, "") where the log is empty."""
        found: tuple[int, str] | None = self._execute(
            "SELECT idx, received FROM log ORDER BY idx DESC LIMIT 1"
        ).fetchone()
        return found or (-1, "")

    def head(self, node: str) -> Head | None:
        """Last entry of a node, or None."""
        query = (
            "SELECT seq, lower(hex(hash)), signature IS NOT NULL FROM entry WHERE node = ? ORDER BY seq DESC LIMIT 1"
        )
        found = self._execute(query, (node,)).fetchone()
        return Head(found[0], found[1], bool(found[2])) if found else None

    def holds(self, entry_hash: str) -> bool:
        """Whether the entry is stored, in this transaction or before."""
        return self._execute("SELECT 1 FROM entry WHERE hash = ?", (_bytes(entry_hash),)).fetchone() is not None

    def hash_at(self, node: str, seq: int) -> str | None:
        """Hash of a node's entry with this number, or None."""
        query = "SELECT lower(hex(hash)) FROM entry WHERE node = ? AND seq = ?"
        found = self._execute(query, (node, seq)).fetchone()
        return found[0] if found else None

    def add(self, row: Row) -> None:
        """Store an entry and its line of the log."""
        entry_hash = bytes.fromhex(row.hash)
        self._execute(_ADD_ENTRY, (entry_hash, row.node, row.seq, _bytes(row.prev or ""), *row[6:]))
        self._execute(_ADD_LINE, (row.place, entry_hash, row.received))

    def add_many(self, rows: Iterable[Row]) -> None:
        """Store entries and their lines of the log, in this order."""
        for row in rows:
            self.add(row)

    def keep(self, checkpoint: Kept) -> None:
        """Keep a checkpoint; one that is kept already is left as it is."""
        known = "SELECT 1 FROM checkpoint WHERE origin = ? AND size = ? AND note = ?"
        if not self._execute(known, (checkpoint.origin, checkpoint.size, checkpoint.note)).fetchone():
            self._execute(
                "INSERT INTO checkpoint (origin, size, root, received, note) VALUES (?, ?, ?, ?, ?)", checkpoint
            )

    def hold(self, entries: Iterable[Held]) -> None:
        """Hold entries; one that is held already is left as it is."""
        add = "INSERT OR IGNORE INTO held (hash, node, seq, received, content, signature) VALUES (?, ?, ?, ?, ?, ?)"
        for entry in entries:
            self._execute(add, (_bytes(entry.hash), *entry[1:]))

    def held(self, node: str, seq: int) -> list[Held]:
        """What is held with this number of a node."""
        found = self._execute(_HELD + " WHERE node = ? AND seq = ? ORDER BY hash", (node, seq)).fetchall()
        return list(map(Held._make, found))

    def release(self, entry_hashes: Iterable[str]) -> None:
        """Forget entries that were held."""
        for entry_hash in entry_hashes:
            self._execute("DELETE FROM held WHERE hash = ?", (_bytes(entry_hash),))

    def add_blob(self, sha256: str, content: bytes) -> None:
        """Store a blob; one that is stored or was erased is left as it is."""
        if self._execute("SELECT 1 FROM blob WHERE sha256 = ?", (_bytes(sha256),)).fetchone():
            return
        if len(content) <= _PIECE:
            self._execute("INSERT INTO blob (sha256, content) VALUES (?, ?)", (_bytes(sha256), content))
            return
        # piece by piece into the room made for it: given whole, SQLite would copy it twice
        made = self._execute(
            "INSERT INTO blob (sha256, content) VALUES (?, zeroblob(?))", (_bytes(sha256), len(content))
        )
        with self._connection.blobopen("blob", "content", made.lastrowid or 0) as room:
            for start in range(0, len(content), _PIECE):
                room.write(memoryview(content)[start : start + _PIECE])

    def erase_blob(self, sha256: str, reason: str) -> None:
        """Remove the content of a blob, or note that it is never to be stored; the first reason stays."""
        found = self._execute("SELECT content IS NULL FROM blob WHERE sha256 = ?", (_bytes(sha256),)).fetchone()
        if found is None:
            self._execute("INSERT INTO blob (sha256, erased_reason) VALUES (?, ?)", (_bytes(sha256), reason))
        elif not found[0]:
            self._execute(
                "UPDATE blob SET content = NULL, erased_reason = ? WHERE sha256 = ?", (reason, _bytes(sha256))
            )
            self.set_meta(_ERASED, sha256)

    def set_meta(self, name: str, value: str) -> None:
        """Set a name such as ``node`` or ``root``."""
        self._execute(
            "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )


def _connect(path: Path, wait_s: float) -> sqlite3.Connection:
    # isolation_level None: transactions begin where this module says; threads are kept apart by the store's lock
    connection = sqlite3.connect(path, timeout=wait_s, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous = FULL")  # a lost last commit would be a fork of the node's chain
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")  # the file may come from a stranger
    connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten, not only unlinked
    connection.execute("PRAGMA temp_store = MEMORY")  # nor does its old content go to a temporary file
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    return connection


def _line(row: tuple[Any, ...]) -> Line:
    place, received, entry_hash, content, signature = row
    return Line(place, received, entry_hash.hex(), content, signature)


def _script(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _format_version(path: Path) -> int:
    """Version of the tables. Refuses what is no ledger, or one of a newer program."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error as error:
        raise fail(ErrorCode.LEDGER_FOREIGN, path=path) from error
    if application != APPLICATION_ID:
        raise fail(ErrorCode.LEDGER_FOREIGN, path=path)
    if version > SCHEMA_VERSION:
        raise fail(ErrorCode.LEDGER_NEWER, path=path, version=version, known=SCHEMA_VERSION)
    return version


def _migrate(path: Path, wait_s: float) -> None:
    """Bring the tables forward in one transaction; another program that opens the file may have done it by then."""
    try:
        with closing(_connect(path, wait_s)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            for version in range(connection.execute("PRAGMA user_version").fetchone()[0] + 1, SCHEMA_VERSION + 1):
                for statement in _statements(_script(f"schema_{version}.sql")):
                    connection.execute(statement)
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise fail(ErrorCode.LEDGER_NOT_MIGRATED, path=path, version=SCHEMA_VERSION, problem=error) from error


def _statements(script: str) -> Iterator[str]:
    """Statements of a script one by one: `executescript` would commit the open transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _bytes(text: str) -> bytes:
    """The bytes of a hexadecimal text; no bytes for a text that is none, so that it matches nothing."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
