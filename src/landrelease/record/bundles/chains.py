"""Where offered entries stand to what a ledger holds: known, next, waiting, or another history."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from landrelease.record.encoding import FIRST_PREV
from landrelease.record.stores import Head, Store


class Place(Enum):
    """What becomes of an offered entry."""

    KNOWN = "known"
    READY = "ready"
    WAITS = "waits"


class View(Protocol):
    """What is stored: committed (`StoreView`), or seen by the transaction that writes."""

    def head(self, node: str) -> Head | None:
        """Last entry of a node, or None."""

    def hash_at(self, node: str, seq: int) -> str | None:
        """Hash of a node's entry with this number, or None."""

    def holds(self, entry_hash: str) -> bool:
        """Whether the entry is stored."""


class StoreView:
    """What a store has committed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.hash_at = store.hash_at

    def holds(self, entry_hash: str) -> bool:
        """Whether the entry is stored."""
        return self._store.find(entry_hash) is not None

    def head(self, node: str) -> Head | None:
        """Last entry of a node: numbers have no gap, so that doubling and halving finds it without reading them all."""
        if self.hash_at(node, 1) is None:
            return None
        low, high = 1, 2
        while self.hash_at(node, high) is not None:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.hash_at(node, middle) is not None else (low, middle)
        return Head(low, self.hash_at(node, low) or "")


class OrderError(Exception):
    """Lines of one node are not in the order of its numbers."""

    def __init__(self, last: int) -> None:
        super().__init__(last)
        self.last = last


class ChainError(Exception):
    """An entry does not name the one ahead of it in the bundle."""


class ForkError(Exception):
    """A node has two entries with one number."""

    def __init__(self, seq: int, stored: str, offered: str) -> None:
        super().__init__(seq, stored, offered)
        self.seq, self.stored, self.offered = seq, stored, offered


@dataclass(slots=True)
class _Chain:
    head: Head
    offered: int = 0
    offered_hash: str = ""
    waits: bool = False


class Chains:
    """The chains of all nodes, stored and offered; what is held grows with the number of new entries (their hashes)."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._chains: dict[str, _Chain] = {}
        self._new: set[bytes] = set()

    def head(self, node: str) -> Head:
        """Last entry of a node, with those found ready."""
        return self._chain(node).head

    def place(
        self, node: str, seq: int, prev: str, entry_hash: str, cites: Sequence[str], waits: bool = False
    ) -> Place:
        """Say where an entry stands; it counts as added when it is ready. `waits`: it must wait whatever its place.

        Raises
        ------
        OrderError, ChainError, ForkError
            Where the bundle, or the bundle and the ledger, contradict each other.
        """
        chain = self._chain(node)
        self._check_offered(chain, seq, prev)
        chain.offered, chain.offered_hash = seq, entry_hash
        head = chain.head
        if seq <= head.seq:
            stored = self._view.hash_at(node, seq) or ""
            if stored != entry_hash:
                raise ForkError(seq, stored, entry_hash)
            return Place.KNOWN
        if seq == head.seq + 1 and prev != head.hash:
            raise ForkError(head.seq, head.hash, prev)
        if waits or chain.waits or seq > head.seq + 1 or not all(map(self.holds, cites)):
            chain.waits = True
            return Place.WAITS
        chain.head = Head(seq, entry_hash)
        self._new.add(bytes.fromhex(entry_hash))
        return Place.READY

    def holds(self, entry_hash: str) -> bool:
        """Whether an entry is stored or ready."""
        return bytes.fromhex(entry_hash) in self._new or self._view.holds(entry_hash)

    def _chain(self, node: str) -> _Chain:
        chain = self._chains.get(node)
        if chain is None:
            chain = self._chains[node] = _Chain(self._view.head(node) or Head(0, FIRST_PREV))
        return chain

    @staticmethod
    def _check_offered(chain: _Chain, seq: int, prev: str) -> None:
        if seq <= chain.offered:
            raise OrderError(chain.offered)
        if chain.offered and seq == chain.offered + 1 and prev != chain.offered_hash:
            raise ChainError
