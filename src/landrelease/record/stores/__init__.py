"""Where a ledger's bytes lie. A store keeps and returns rows; what they mean is the ledger's business."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol, runtime_checkable

LATE = "~"
"""Later than every time, in the order of texts."""


class Row(NamedTuple):
    """One line of the log with its entry, as stored; the columns repeat what `content` says.

    `place` is the index in the log. A column is None where the log names an entry that is not there. `signature` is
    None for an entry that its node did not sign.
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
    signature: bytes | None = None


class Line(NamedTuple):
    """What a reader needs of a `Row`: index in the log, time of arrival, hash, bytes, the node's signature."""

    place: int
    received: str
    hash: str
    content: bytes
    signature: bytes | None = None


class Head(NamedTuple):
    """Last entry of a node's chain; whether it is signed."""

    seq: int
    hash: str
    signed: bool = False


class Kept(NamedTuple):
    """A signed checkpoint that was kept: of this log, or of another's that this node has seen."""

    origin: str
    size: int
    root: bytes
    received: str
    note: str


class Held(NamedTuple):
    """An entry that waits until what its node wrote before, or what it cites, has arrived."""

    hash: str
    node: str
    seq: int
    received: str
    content: bytes
    signature: bytes | None


class StoredBlob(NamedTuple):
    """A blob: its content, or why that was erased."""

    sha256: str
    content: bytes | None
    erased_reason: str | None


class BlobState(NamedTuple):
    """A blob without its content: how many bytes it has, or why they were erased."""

    sha256: str
    size_bytes: int | None
    erased_reason: str | None


class Writer(Protocol):
    """The one transaction of an append or a merge. It sees what it has written itself."""

    def last(self) -> tuple[int, str]:
        """Index and received time of the last line of the log; (-1, "") where it is empty."""

    def head(self, node: str) -> Head | None:
        """Last entry of a node, or None."""

    def holds(self, entry_hash: str) -> bool:
        """Whether the entry is stored, in this transaction or before."""

    def hash_at(self, node: str, seq: int) -> str | None:
        """Hash of a node's entry with this number, or None."""

    def add(self, row: Row) -> None:
        """Store an entry and its line of the log."""

    def add_many(self, rows: Iterable[Row]) -> None:
        """Store entries and their lines of the log, in this order: faster than one by one."""

    def keep(self, checkpoint: Kept) -> None:
        """Keep a checkpoint; one that is kept already is left as it is."""

    def hold(self, entries: Iterable[Held]) -> None:
        """Hold entries; one that is held already is left as it is."""

    def held(self, node: str, seq: int) -> list[Held]:
        """What is held with this number of a node."""

    def release(self, entry_hashes: Iterable[str]) -> None:
        """Forget entries that were held."""

    def add_blob(self, sha256: str, content: bytes) -> None:
        """Store a blob; one that is stored or was erased is left as it is."""

    def erase_blob(self, sha256: str, reason: str) -> None:
        """Remove the content of a blob, or note that it is never to be stored; the first reason stays."""

    def set_meta(self, name: str, value: str) -> None:
        """Set a name such as ``node`` or ``root``."""


class Store(Protocol):
    """A place for a ledger. Reading sees only what is committed."""

    name: str
    """What messages call it: a path, or a server and database without a password."""
    node: str
    """The node that appends here."""

    def writing(self) -> AbstractContextManager[Writer]:
        """Open the transaction: kept when the block ends, undone when it raises."""

    def meta(self, name: str) -> str | None:
        """Value of a name, or None."""

    def size(self) -> int:
        """Number of lines of the log."""

    def size_at(self, received: str) -> int:
        """Number of lines of the log received by this time (text order)."""

    def lines(self, start: int = 0, stop: int | None = None, kind: str | None = None) -> Iterator[Line]:
        """Lines of the log from index `start` to before `stop`, in order; of one kind where it is given."""

    def hashes(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Hashes of the log's entries as 32 bytes each, in order: the leaves of its tree."""

    def received(self, start: int = 0, stop: int | None = None) -> Iterator[str]:
        """Times of arrival of the log's lines, in order."""

    def find(self, entry_hash: str) -> Line | None:
        """The line of one entry, or None."""

    def hash_at(self, node: str, seq: int) -> str | None:
        """Hash of a node's entry with this number, or None."""

    def heads(self) -> dict[str, Head]:
        """Last entry of every node."""

    def rows(self) -> Iterator[Row]:
        """All lines with all columns, for the audit."""

    def unlogged(self) -> list[str]:
        """Hashes of entries that no line of the log names."""

    def kept(self, origin: str | None = None) -> list[Kept]:
        """Kept checkpoints by origin and size; those of one origin where it is given."""

    def held(self) -> Iterator[Held]:
        """All held entries, by node and number."""

    def blob(self, sha256: str) -> StoredBlob | None:
        """A blob, or None."""

    def blobs(self) -> Iterator[StoredBlob]:
        """All blobs, one at a time."""

    def blob_states(self) -> list[BlobState]:
        """All blobs in the order of arrival, without reading their content."""

    def overwrite_erased(self) -> bool:
        """Take out of the files what erased blobs left there; False where someone else holds it or has to do it."""

    def close(self) -> None:
        """Release the files or the connection."""


@runtime_checkable
class Guarded(Protocol):
    """A store whose database itself refuses changes of the record."""

    def guards(self) -> list[str]:
        """Names of the guards (triggers, privileges) that are missing, changed or foreign; empty where all stand."""


def known_by(time: str, size: int, received: Callable[[int], str]) -> int:
    """Return how many of so many lines had been received by a time; `received` gives that of a line.

    A log is in this order, so that halving finds it. For a missing line it gives `LATE`; the audit finds that.
    """
    return bisect_right(range(size), time, key=received)
