"""Entries under revoked keys: they travel only as far as entries that count cite them or stand on them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from landrelease.record.signing.trust import Trust


class Void(NamedTuple):
    """An entry that counts nowhere, and what it cites."""

    line: int
    hash: str
    node: str
    seq: int
    cites: tuple[str, ...]


class VoidTails:
    """Finds the void entries that nobody needs, in a log or a bundle that is read in order."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._void: dict[str, Void] = {}
        self._wanted: set[str] = set()
        self._needed: defaultdict[str, int] = defaultdict(int)

    @property
    def found(self) -> bool:
        """Whether there was any void entry."""
        return bool(self._void)

    def take(self, line: int, entry_hash: str, node: str, seq: int, cites: Sequence[str]) -> None:
        """Take the next entry."""
        if self._trust.revoked(node, seq) is not None:
            self._void[entry_hash] = Void(line, entry_hash, node, seq, tuple(cites))
        elif self._void:
            self._needed[node] = max(self._needed[node], seq)
            self._wanted.update(self._void.keys() & set(cites))

    def unneeded(self, also_cited: Iterable[str] = ()) -> list[Void]:
        """Return the void entries on which nothing that counts stands: no citation, no later entry of their node.

        A grant is needed, too, where an entry is that was written under it alone.
        """
        waiting = [*self._wanted, *(self._void.keys() & set(also_cited))]
        waiting += [void.hash for void in self._void.values() if void.seq < self._needed[void.node]]
        followed: set[str] = set()
        while waiting:
            void = self._void[waiting.pop()]
            self._needed[void.node] = max(self._needed[void.node], void.seq)
            for known in self._void.values():
                if known.node == void.node and known.seq <= void.seq and known.hash not in followed:
                    followed.add(known.hash)
                    wanted = (*known.cites, *self._trust.lost_grants(known.node, known.seq))
                    waiting += (one for one in wanted if one in self._void and one not in followed)
        return [void for void in self._void.values() if void.seq > self._needed[void.node]]
