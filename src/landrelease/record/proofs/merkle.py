"""The Merkle tree of RFC 6962 over the log, in one pass and with O(log n) memory.

A leaf here is an entry's hash, which already is SHA-256(0x00 || bytes); an inner node is
SHA-256(0x01 || left || right). Generation follows RFC 6962 section 2.1, verification RFC 9162 sections 2.1.3.2
and 2.1.4.2.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice

EMPTY = sha256().digest()
"""Root of the tree without leaves."""
HASH_BYTES = 32

Range = tuple[int, int]
"""Leaves from the first index to before the second."""


class Frontier:
    """A tree that grows leaf by leaf: only the roots of its complete subtrees are held, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Append a leaf (32 bytes)."""
        size, roots = self.size, self._roots
        while size & 1:  # as many complete subtrees of growing size end here as the size has trailing ones
            leaf = sha256(b"\x01" + roots.pop() + leaf).digest()
            size >>= 1
        roots.append(leaf)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """Append leaves and return the tree."""
        for leaf in leaves:
            self.add(leaf)
        return self

    def root(self) -> bytes:
        """Return the root (32 bytes) of the leaves so far."""
        if not self._roots:
            return EMPTY
        right = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            right = node(left, right)
        return right


def node(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def root(hashes: Iterable[bytes]) -> bytes:
    """Return the root of the tree with these leaves (32 bytes each)."""
    return Frontier().extend(hashes).root()


def roots_at(hashes: Iterable[bytes], sizes: Iterable[int]) -> Iterator[tuple[int, bytes]]:
    """Yield size and root for each of these sizes that the leaves reach, in growing order, in one pass."""
    tree, leaves = Frontier(), iter(hashes)
    for size in sorted(set(sizes)):
        tree.extend(islice(leaves, size - tree.size))
        if tree.size < size:
            return
        yield size, tree.root()


def inclusion_proof(hashes: Iterable[bytes], index: int, size: int) -> list[bytes]:
    """Return the hashes that lead from a leaf to the root, from the leaf's sibling up.

    Parameters
    ----------
    hashes
        Leaves of the log in order, 32 bytes each; those from `size` on are not read.
    index, size
        Place of the leaf, from 0, in the tree of this many leaves.

    Raises
    ------
    ValueError
        Where the index is not in the tree, or there are fewer leaves than `size`.
    """
    if not 0 <= index < size:
        raise ValueError(f"index {index} is not in a tree of {size} leaves")
    return _roots_of(hashes, _siblings(index, size))


def consistency_proof(hashes: Iterable[bytes], old: int, new: int) -> list[bytes]:
    """Return the hashes which show that the tree of `old` leaves is the beginning of the tree of `new` leaves.

    Parameters
    ----------
    hashes
        Leaves of the log in order, 32 bytes each; those from `new` on are not read.
    old, new
        Sizes. The proof is empty where they are equal, or `old` is 0.

    Raises
    ------
    ValueError
        Where ``0 <= old <= new`` does not hold, or there are fewer leaves than `new`.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves is not the beginning of one of {new}")
    return _roots_of(hashes, _seams(old, new) if old else [])


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether a proof leads from the leaf at this index to the root of a tree of this size."""
    if not 0 <= index < size or not _are_hashes((leaf, root, *proof)):
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether a proof shows that the tree with the old root is the beginning of the one with the new root."""
    if not 0 <= old <= new or not _are_hashes((old_root, new_root, *proof)):
        return False
    if old in (0, new):
        return not proof and old_root == (new_root if old else EMPTY)
    path = list(proof)
    if old & (old - 1) == 0:  # the old tree is complete, so that its root is the first hash
        path.insert(0, old_root)
    return bool(path) and _climb(old - 1, new - 1, path) == (old_root, new_root)


def _climb(place: int, last: int, path: list[bytes]) -> tuple[bytes, bytes] | None:
    """Return the roots of the old and the new tree to which a consistency proof leads, or None for a misfit."""
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node(sibling, old), node(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node(new, sibling)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None


def _siblings(index: int, size: int) -> list[Range]:
    """Subtrees beside the way from a leaf to the root: PATH of RFC 6962, leaf first."""
    start, stop, ranges = 0, size, []
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def _seams(old: int, new: int) -> list[Range]:
    """Subtrees of a consistency proof: SUBPROOF of RFC 6962, in its order."""
    start, stop, ranges = 0, new, []
    while old != stop:
        middle = start + _split(stop - start)
        if old <= middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:  # else the subtree is the old tree itself, whose root the verifier has
        ranges.append((start, stop))
    return ranges[::-1]


def _split(size: int) -> int:
    """Return the largest power of two smaller than the size."""
    return 1 << (size - 1).bit_length() - 1


def _roots_of(hashes: Iterable[bytes], ranges: list[Range]) -> list[bytes]:
    """Return the roots of disjoint ranges of leaves, in the order given, in one pass over the leaves."""
    leaves, read, found = iter(hashes), 0, {}
    for start, stop in sorted(ranges):
        tree = Frontier().extend(islice(leaves, start - read, stop - read))
        if tree.size < stop - start:
            raise ValueError(f"the log has fewer than {stop} leaves")
        read, found[start] = stop, tree.root()
    return [found[start] for start, _stop in ranges]


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in values)
