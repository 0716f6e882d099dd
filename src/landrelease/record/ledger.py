"""The ledger: statements in the order in which they arrived, never edited."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import overload

from landrelease.errors import ErrorCode, fail
from landrelease.i18n import _
from landrelease.progress import SILENT, Progress, track
from landrelease.record.canonical import content_hash
from landrelease.record.encoding import FIRST_PREV, encode_entry, read_entry
from landrelease.record.entry import Entry, Logged, Statement
from landrelease.record.statements import prepare
from landrelease.record.stores import Head, Line, Row, Store, Writer
from landrelease.record.stores.sqlite import SqliteStore
from landrelease.record.when import Clock, time_text, upper_bound, utc_now

WAIT_S = 30.0
"""How long an append waits for another writer, in seconds."""


def random_nonce() -> str:
    """Return 16 random bytes in hexadecimal: nobody can confirm a guessed statement from its hash."""
    return secrets.token_hex(16)


class Ledger:
    """An append-only log of statements.

    Parameters
    ----------
    store
        Where the bytes lie.
    clock
        Gives the time, with its zone. `recorded` is what the clock says; `received` is the same, but never earlier than
        that of the entry before: a clock set back does not stop the work, and the order of arrival stands.
    nonce
        Gives 32 hexadecimal digits for each entry; replaced only to make a ledger that can be made again exactly.

    Notes
    -----
    Readers see what is committed, also while someone writes. One writer at a time: another waits `wait_s`, then
    is refused with LR1013. A `Ledger` may be shared by threads, not by forked processes; each opens its own.
    """

    def __init__(self, store: Store, clock: Clock = utc_now, nonce: Callable[[], str] = random_nonce) -> None:
        self._store, self._clock, self._nonce = store, clock, nonce

    @classmethod
    def create(
        cls,
        path: Path | str,
        node: str | None = None,
        clock: Clock = utc_now,
        *,
        nonce: Callable[[], str] = random_nonce,
        wait_s: float = WAIT_S,
    ) -> "Ledger":
        """Make a ledger file for a node (by default a new random one). Refuses (LR1009) a path that exists."""
        return cls(SqliteStore.create(Path(path), node or secrets.token_hex(16), wait_s), clock, nonce)

    @classmethod
    def open(
        cls,
        path: Path | str,
        clock: Clock = utc_now,
        *,
        nonce: Callable[[], str] = random_nonce,
        wait_s: float = WAIT_S,
    ) -> "Ledger":
        """Open a ledger file. Refuses one that is missing, foreign, newer or damaged (LR1008, LR1010 to LR1012)."""
        return cls(SqliteStore.open(Path(path), wait_s), clock, nonce)

    @property
    def node(self) -> str:
        """The node that appends here."""
        return self._store.node

    @property
    def clock(self) -> Clock:
        """What gives the time of an append."""
        return self._clock

    @property
    def store(self) -> Store:
        """Where the bytes lie; for the audit."""
        return self._store

    def append(self, statements: Iterable[Statement], progress: Progress = SILENT) -> "Appended":
        """Add statements in one transaction: all of them or, when one is refused or the work is cancelled, none.

        Parameters
        ----------
        statements
            Drawn one at a time; nothing but the current one is held.

        Returns
        -------
        Appended
            The new entries, read from the ledger when they are asked for.

        Raises
        ------
        LandreleaseError
            LR1001 to LR1007 for a statement, LR1013 when another writer does not finish, LR1030 for a full disk.
        """
        total = len(statements) if isinstance(statements, Sized) else None
        with self.batch() as batch:
            start = batch.next_index
            for statement in track(statements, progress, _("Recording statements"), total):
                batch.put(statement)
        return Appended(self, start, batch.next_index)

    @contextmanager
    def batch(self) -> Iterator["Batch"]:
        """Add statements one by one in one transaction, so that a later one can cite an earlier one.

        ``with ledger.batch() as batch: report = batch.add(...); batch.add(a review that cites report.hash)``
        """
        with self._store.writing() as writer:
            yield Batch(writer, self._store.node, time_text(self._clock()), self._nonce)

    def log(self, received_by: str | date | datetime | None = None, kind: str | None = None) -> Iterator[Logged]:
        """Yield the entries in the order of arrival, each checked against its hash.

        Parameters
        ----------
        received_by
            Only what had been received by then; a date, month or year counts to its end (UTC).
        kind
            Only entries of this kind.

        Raises
        ------
        LandreleaseError
            LR1018 where an entry's bytes have been changed, LR1021 where a line is missing; then run the audit.
        """
        bound = upper_bound(received_by) if received_by is not None else "~"
        for position, line in enumerate(self._store.lines(kind=kind)):
            if line.received > bound:
                return
            if kind is None and line.place != position:
                raise fail(ErrorCode.LOG_GAP, index=line.place, expected=position)
            yield Logged(line.place, line.received, _checked(line))

    def entry(self, entry_hash: str) -> Entry:
        """Return one entry. Refuses (LR1015) a hash that is not here."""
        line = self._store.find(entry_hash)
        if line is None:
            raise fail(ErrorCode.ENTRY_MISSING, hash=entry_hash)
        return _checked(line)

    def slice(self, start: int, stop: int) -> Iterator[Entry]:
        """Yield the entries with index from `start` to before `stop`."""
        return map(_checked, self._store.lines(start, stop))

    def __contains__(self, entry_hash: object) -> bool:
        return isinstance(entry_hash, str) and self._store.find(entry_hash) is not None

    def __len__(self) -> int:
        return self._store.size()

    def close(self) -> None:
        """Release the file."""
        self._store.close()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class Batch:
    """One append under way."""

    def __init__(self, writer: Writer, node: str, recorded: str, nonce: Callable[[], str]) -> None:
        self._writer, self._node, self._recorded, self._nonce = writer, node, recorded, nonce
        last_index, last_received = writer.last()
        self.next_index = last_index + 1
        self._received = max(recorded, last_received)
        self._head = writer.head(node) or Head(0, FIRST_PREV)

    def add(self, statement: Statement) -> Entry:
        """Add a statement and return its entry. Raises as `Ledger.append`."""
        entry_hash, content = self.put(statement)
        return read_entry(entry_hash, content)

    @property
    def writer(self) -> Writer:
        """The open transaction: for blobs that are stored, or erased, together with the statement that says so."""
        return self._writer

    def put(self, statement: Statement) -> tuple[str, bytes]:
        """Add a statement and return its hash and bytes. Raises as `Ledger.append`."""
        members, body = prepare(statement)
        for cited in statement.cites:
            if not self._writer.holds(cited):
                raise fail(ErrorCode.CITED_UNKNOWN, subject=statement.subject, cited=cited)
        seq, prev = self._head.seq + 1, self._head.hash
        entry_hash, content = encode_entry(
            members, body, node=self._node, seq=seq, prev=prev, recorded=self._recorded, nonce=self._nonce()
        )
        self._writer.add(
            Row(
                self.next_index, self._received, entry_hash, self._node, seq, prev, members["kind"],
                members["kind_version"], statement.subject, statement.valid_from, statement.valid_to, self._recorded,
                statement.author, statement.organisation, content,
            )
        )  # fmt: skip
        self._head = Head(seq, entry_hash)
        self.next_index += 1
        return entry_hash, content


class Appended(Sequence[Entry]):
    """The entries of one append. Only their place is held; they are read from the open ledger when asked for."""

    def __init__(self, ledger: Ledger, start: int, stop: int) -> None:
        self._ledger, self._indices = ledger, range(start, stop)

    def __len__(self) -> int:
        return len(self._indices)

    def __iter__(self) -> Iterator[Entry]:
        return self._ledger.slice(self._indices.start, self._indices.stop)

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> list[Entry]: ...
    def __getitem__(self, place: int | slice) -> Entry | list[Entry]:
        if isinstance(place, slice):
            return [self[i] for i in range(len(self))[place]]
        index = self._indices[place]
        return next(self._ledger.slice(index, index + 1))

    def __repr__(self) -> str:
        return f"<{len(self)} entries from index {self._indices.start}>"


def _checked(line: Line) -> Entry:
    if content_hash(line.content) != line.hash:
        raise fail(ErrorCode.ENTRY_CHANGED, hash=line.hash, index=line.place, node="?", seq="?")
    return read_entry(line.hash, line.content)
