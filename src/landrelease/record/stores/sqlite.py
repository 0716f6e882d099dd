"""A ledger in one SQLite file."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path
from threading import RLock
from typing import Any

from landrelease.errors import ErrorCode, LandreleaseError, fail
from landrelease.record.stores import Head, Line, Row

APPLICATION_ID = 0x4C524C31
SCHEMA_VERSION = 1
PAGE = 2_000
"""Rows fetched at a time: a reader holds no more, and other threads get their turn."""
_CACHE_KB = 64_000

_LINES = "SELECT idx, received, entry_hash, content FROM log JOIN entry ON hash = entry_hash"
_ROWS = """
SELECT idx, received, lower(hex(entry_hash)), node, seq, lower(hex(prev)), kind, kind_version, subject, valid_from,
       valid_to, recorded, author, organisation, content
FROM log LEFT JOIN entry ON hash = entry_hash"""
_ADD_ENTRY = """
INSERT INTO entry (hash, node, seq, prev, kind, kind_version, subject, valid_from, valid_to, recorded, author,
                   organisation, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_ADD_LINE = "INSERT INTO log (idx, entry_hash, received) VALUES (?, ?, ?)"


class SqliteStore:
    """Tables entry, log, checkpoint and blob in one file; see `landrelease.record.stores.Store`."""

    def __init__(self, path: Path, wait_s: float) -> None:
        self.name = str(path)
        self._write_lock, self._read_lock = RLock(), RLock()
        self._closed = False
        self._writer = _connect(path, wait_s)
        self._reader = _connect(path, wait_s)
        self._reader.execute("PRAGMA query_only = ON")
        self.node: str = self._read("SELECT value FROM meta WHERE name = 'node'")[0][0]

    @classmethod
    def create(cls, path: Path, node: str, wait_s: float) -> "SqliteStore":
        """Make the file. Refuses (LR1009) a path that exists."""
        try:
            path.touch(exist_ok=False)
        except FileExistsError as error:
            raise fail(ErrorCode.LEDGER_EXISTS, path=path) from error
        except OSError as error:
            raise fail(ErrorCode.LEDGER_WRITE_FAILED, path=path, problem=error) from error
        schema = files(__package__).joinpath("schema.sql").read_text(encoding="utf-8")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript("BEGIN;" + schema)
            connection.execute("INSERT INTO meta VALUES ('node', ?)", (node,))
            connection.commit()
        return cls(path, wait_s)

    @classmethod
    def open(cls, path: Path, wait_s: float) -> "SqliteStore":
        """Open a file. Refuses one that is missing, foreign, newer or damaged (LR1008, LR1010 to LR1012)."""
        if not path.is_file():
            raise fail(ErrorCode.LEDGER_MISSING, path=path)
        _check_format(path)
        try:
            return cls(path, wait_s)
        except (sqlite3.Error, IndexError) as error:
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

    def size(self) -> int:
        """Number of lines of the log."""
        count: int = self._read("SELECT coalesce(max(idx) + 1, 0) FROM log")[0][0]
        return count

    def lines(self, start: int = 0, stop: int | None = None, kind: str | None = None) -> Iterator[Line]:
        """Lines of the log in order, a page at a time; those of one kind where it is given."""
        filtered = _LINES + (" AND kind = ?" if kind else "")
        pages = self._pages(filtered, start, stop, (kind,) if kind else ())
        return (Line(place, received, entry_hash.hex(), content) for place, received, entry_hash, content in pages)

    def rows(self) -> Iterator[Row]:
        """All lines with all columns, for the audit."""
        return map(Row._make, self._pages(_ROWS, -(2**62), None, ()))

    def find(self, entry_hash: str) -> Line | None:
        """The line of one entry, or None."""
        found = self._read(_LINES + " WHERE entry_hash = ?", (_bytes(entry_hash),))
        if not found:
            return None
        place, received, stored_hash, content = found[0]
        return Line(place, received, stored_hash.hex(), content)

    def unlogged(self) -> list[str]:
        """Hashes of entries that no line of the log names."""
        missing = "SELECT lower(hex(hash)) FROM entry WHERE NOT EXISTS (SELECT 1 FROM log WHERE entry_hash = hash)"
        return [row[0] for row in self._read(missing)]

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

    def last(self) -> tuple[int, str]:
        """Index and received time of the last line; (-1, "") where the log is empty."""
        found: tuple[int, str] | None = self._execute(
            "SELECT idx, received FROM log ORDER BY idx DESC LIMIT 1"
        ).fetchone()
        return found or (-1, "")

    def head(self, node: str) -> Head | None:
        """Last entry of a node, or None."""
        query = "SELECT seq, lower(hex(hash)) FROM entry WHERE node = ? ORDER BY seq DESC LIMIT 1"
        found = self._execute(query, (node,)).fetchone()
        return Head._make(found) if found else None

    def holds(self, entry_hash: str) -> bool:
        """Whether the entry is stored, in this transaction or before."""
        return self._execute("SELECT 1 FROM entry WHERE hash = ?", (_bytes(entry_hash),)).fetchone() is not None

    def add(self, row: Row) -> None:
        """Store an entry and its line of the log."""
        entry_hash = bytes.fromhex(row.hash)
        self._execute(_ADD_ENTRY, (entry_hash, row.node, row.seq, _bytes(row.prev or ""), *row[6:]))
        self._execute(_ADD_LINE, (row.place, entry_hash, row.received))


def _connect(path: Path, wait_s: float) -> sqlite3.Connection:
    # isolation_level None: transactions begin where this module says; threads are kept apart by the store's lock
    connection = sqlite3.connect(path, timeout=wait_s, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous = FULL")  # a lost last commit would be a fork of the node's chain
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    return connection


def _check_format(path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.Error as error:
        raise fail(ErrorCode.LEDGER_FOREIGN, path=path) from error
    if application != APPLICATION_ID:
        raise fail(ErrorCode.LEDGER_FOREIGN, path=path)
    if version > SCHEMA_VERSION:
        raise fail(ErrorCode.LEDGER_NEWER, path=path, version=version, known=SCHEMA_VERSION)


def _bytes(text: str) -> bytes:
    """The bytes of a hexadecimal text; no bytes for a text that is none, so that it matches nothing."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
