"""Where a ledger's bytes lie. A store keeps and returns rows; what they mean is the ledger's business."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol


class Row(NamedTuple):
    """One line of the log with its entry, as stored; the columns repeat what `content` says.

    `place` is the index in the log. A column is None where the log names an entry that is not there.
    """

    place: int
    received: str
    hash: str
    node: str | None
    seq: int | None
    prev: str | None
    kind: str | None
    kind_version: int | None
    subject: str | None
    valid_from: str | None
    valid_to: str | None
    recorded: str | None
    author: str | None
    organisation: str | None
    content: bytes | None


class Line(NamedTuple):
    """What a reader needs of a `Row`: index in the log, time of arrival, hash and bytes."""

    place: int
    received: str
    hash: str
    content: bytes


class Head(NamedTuple):
    """Last entry of a node's chain."""

    seq: int
    hash: str


class Writer(Protocol):
    """The one transaction of an append."""

    def last(self) -> tuple[int, str]:
        """Index and received time of the last line of the log; (-1, "") where it is empty."""

    def head(self, node: str) -> Head | None:
        """Last entry of a node, or None."""

    def holds(self, entry_hash: str) -> bool:
        """Whether the entry is stored, in this transaction or before."""

    def add(self, row: Row) -> None:
        """Store an entry and its line of the log."""


class Store(Protocol):
    """A place for a ledger. Reading sees only what is committed."""

    name: str
    """What messages call it: a path, or a server and database."""
    node: str
    """The node that appends here."""

    def writing(self) -> AbstractContextManager[Writer]:
        """Open the transaction: kept when the block ends, undone when it raises."""

    def size(self) -> int:
        """Number of lines of the log."""

    def lines(self, start: int = 0, stop: int | None = None, kind: str | None = None) -> Iterator[Line]:
        """Lines of the log from index `start` to before `stop`, in order."""

    def find(self, entry_hash: str) -> Line | None:
        """The line of one entry, or None."""

    def rows(self) -> Iterator[Row]:
        """All lines with all columns, for the audit."""

    def unlogged(self) -> list[str]:
        """Hashes of entries that no line of the log names."""

    def close(self) -> None:
        """Release the files or the connection."""
