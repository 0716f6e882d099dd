"""Held entries: they wait outside the log until what comes before them has arrived."""

from collections.abc import Iterable, Iterator

from landrelease.record.encoding import FIRST_PREV, read_entry
from landrelease.record.entry import Entry
from landrelease.record.signing.trust import Trust
from landrelease.record.stores import Head, Held, Row, Writer

_CHUNK, _CHUNK_BYTES = 2_000, 4 << 20


def row_of(place: int, received: str, entry: Entry, signature: bytes | None) -> Row:
    """Return the line of the log of an entry that came from elsewhere."""
    return Row(
        place, received, entry.hash, entry.node, entry.seq, entry.prev, entry.kind, entry.kind_version, entry.subject,
        entry.valid_from, entry.valid_to, entry.recorded, entry.author, entry.organisation, entry.content, signature,
    )  # fmt: skip


class Chunks:
    """Rows and held entries on their way to the writer: many at a time, bounded in number and bytes."""

    def __init__(self, writer: Writer, next_index: int, received: str) -> None:
        self._writer, self.next_index, self.received = writer, next_index, received
        self._rows: list[Row] = []
        self._held: list[Held] = []
        self._bytes = 0

    def add(self, entry: Entry, signature: bytes | None) -> None:
        """Add an entry to the log."""
        self._rows.append(row_of(self.next_index, self.received, entry, signature))
        self.next_index += 1
        self._count(entry)

    def hold(self, entry: Entry, signature: bytes | None) -> None:
        """Hold an entry."""
        self._held.append(Held(entry.hash, entry.node, entry.seq, self.received, entry.content, signature))
        self._count(entry)

    def send(self) -> None:
        """Hand over what has gathered."""
        if self._rows:
            self._writer.add_many(self._rows)
        if self._held:
            self._writer.hold(self._held)
        self._rows, self._held, self._bytes = [], [], 0

    def _count(self, entry: Entry) -> None:
        self._bytes += len(entry.content)
        if len(self._rows) + len(self._held) >= _CHUNK or self._bytes >= _CHUNK_BYTES:
            self.send()


def release(writer: Writer, nodes: Iterable[str], trust: Trust, chunks: Chunks) -> Iterator[str]:
    """Let in every held entry whose predecessor and citations have arrived; yield their hashes.

    Parameters
    ----------
    nodes
        Nodes of which something may be held.
    trust
        Decides which entries must be signed, or vouched for by a signed one later in their chain.

    Notes
    -----
    What was held with the number of an entry that is let in is forgotten with it: it belongs to no chain. Where both
    are signed, the bundle was refused as a fork before.
    """
    names, moved = sorted(set(nodes)), True
    while moved:
        moved = False
        for node in names:
            for entry_hash in _release_node(writer, node, trust, chunks):
                moved = True
                yield entry_hash


def _release_node(writer: Writer, node: str, trust: Trust, chunks: Chunks) -> Iterator[str]:
    chunks.send()
    head, vouched = writer.head(node) or Head(0, FIRST_PREV), 0
    while True:
        rivals = writer.held(node, head.seq + 1)
        following = [held for held in rivals if _follows(writer, held, head)]
        if head.seq + 1 > vouched or len(following) > 1:
            following = [held for held in following if _vouched(writer, held, trust)]
            vouched = max((_vouched(writer, held, trust) for held in following[:1]), default=0)
        if not following:
            return
        found = following[0]
        entry = read_entry(found.hash, found.content)
        chunks.add(entry, found.signature)
        chunks.send()
        writer.release(rival.hash for rival in rivals)
        head = Head(entry.seq, entry.hash)
        yield entry.hash


def _follows(writer: Writer, held: Held, head: Head) -> bool:
    entry = read_entry(held.hash, held.content)
    return entry.prev == head.hash and all(map(writer.holds, entry.cites))


def _vouched(writer: Writer, held: Held, trust: Trust) -> int:
    """Return how far the run from a held entry on is vouched for: the number of its first signed entry; 0 if none is.

    A signature with a key that is revoked there, although another is not, does not vouch: the key may have been stolen
    while the entry waited. Nobody is asked to vouch where the ledger trusts no root.
    """
    if trust.root is None:
        return held.seq
    ahead: Held | None = held
    while ahead is not None and not trust.stands(ahead.node, ahead.seq, ahead.content, ahead.signature):
        last = ahead
        nexts = writer.held(last.node, last.seq + 1)
        ahead = next((one for one in nexts if read_entry(one.hash, one.content).prev == last.hash), None)
    return ahead.seq if ahead is not None else 0
