"""RFC 6962 section 2.1: tree heads, audit paths and consistency proofs, against its recursive definitions.

The eight leaves and their published roots and paths are those of the Certificate Transparency reference code; they are
recalled, and agree with the definitions.
"""

from functools import cache
from hashlib import sha256

import pytest

from landrelease.record.proofs.merkle import (
    EMPTY,
    Frontier,
    consistency_proof,
    inclusion_proof,
    root,
    roots_at,
    verify_consistency,
    verify_inclusion,
)

EVERY_SIZE = range(131)
LEAVES = [sha256(bytes((0, number))).digest() for number in EVERY_SIZE]


def split(size: int) -> int:
    """k of the RFC: the largest power of two smaller than n."""
    k = 1
    while k * 2 < size:
        k *= 2
    return k


@cache
def mth(start: int, stop: int) -> bytes:
    """MTH(D[start:stop])."""
    if stop - start == 0:
        return sha256().digest()
    if stop - start == 1:
        return LEAVES[start]
    middle = start + split(stop - start)
    return sha256(b"\x01" + mth(start, middle) + mth(middle, stop)).digest()


def path(m: int, start: int, stop: int) -> list[bytes]:
    """PATH(m, D[start:stop])."""
    if stop - start == 1:
        return []
    k = split(stop - start)
    if m < k:
        return [*path(m, start, start + k), mth(start + k, stop)]
    return [*path(m - k, start + k, stop), mth(start, start + k)]


def subproof(m: int, start: int, stop: int, known: bool) -> list[bytes]:
    """SUBPROOF(m, D[start:stop], b)."""
    if m == stop - start:
        return [] if known else [mth(start, stop)]
    k = split(stop - start)
    if m <= k:
        return [*subproof(m, start, start + k, known), mth(start + k, stop)]
    return [*subproof(m - k, start + k, stop, False), mth(start, start + k)]


def test_the_head_of_the_empty_tree():
    assert root([]) == EMPTY == mth(0, 0)


def test_tree_heads_of_every_size():
    assert [root(LEAVES[:size]) for size in EVERY_SIZE] == [mth(0, size) for size in EVERY_SIZE]
    assert dict(roots_at(LEAVES, EVERY_SIZE)) == {size: mth(0, size) for size in EVERY_SIZE}


@pytest.mark.parametrize("size", EVERY_SIZE)
def test_audit_paths_of_every_leaf(size):
    for index in range(size):
        proof = inclusion_proof(LEAVES, index, size)
        assert proof == path(index, 0, size)
        assert verify_inclusion(LEAVES[index], index, size, proof, mth(0, size))


@pytest.mark.parametrize("size", EVERY_SIZE)
def test_consistency_with_every_earlier_size(size):
    assert consistency_proof(LEAVES, 0, size) == []
    assert verify_consistency(0, size, EMPTY, mth(0, size), [])
    for old in range(1, size + 1):
        proof = consistency_proof(LEAVES, old, size)
        assert proof == subproof(old, 0, size, True)
        assert verify_consistency(old, size, mth(0, old), mth(0, size), proof)


@pytest.mark.parametrize("size", [*range(1, 34), 63, 64, 65, 127, 128, 129])
def test_a_path_fits_no_other_leaf_or_place(size):
    """Every leaf, and every place in the tree, for the path of the first, a middle and the last leaf."""
    head = mth(0, size)
    for index in {0, size // 2, size - 1}:
        proof = path(index, 0, size)
        fits = [(leaf, place) for leaf in range(size) for place in range(size)
                if verify_inclusion(LEAVES[leaf], place, size, proof, head)]  # fmt: skip
        assert fits == [(index, index)]


@pytest.mark.parametrize("size", range(2, 131))
def test_a_forged_beginning_is_refused(size):
    """A log with one other entry among the first `old` cannot be shown to continue the old one."""
    for old in range(1, size):
        forged = [*LEAVES[: old - 1], b"\xff" * 32, *LEAVES[old:]]
        proof = consistency_proof(forged, old, size)
        assert not verify_consistency(old, size, mth(0, old), root(forged[:size]), proof)


@pytest.mark.parametrize("size", range(2, 131))
def test_a_consistency_proof_fits_no_other_old_size(size):
    old = size // 2
    proof = subproof(old, 0, size, True)
    fits = [other for other in range(size + 1)
            if verify_consistency(other, size, mth(0, old), mth(0, size), proof)]  # fmt: skip
    assert fits == [old]


# The reference leaves of Certificate Transparency
PUBLISHED_LEAVES = [
    sha256(b"\0" + bytes.fromhex(data)).digest()
    for data in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
PUBLISHED_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PUBLISHED_PATH = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]


def test_published_roots():
    tree = Frontier()
    for leaf, expected in zip(PUBLISHED_LEAVES, PUBLISHED_ROOTS, strict=True):
        tree.add(leaf)
        assert tree.root().hex() == expected


def test_the_published_path_of_the_first_of_eight():
    assert [one.hex() for one in inclusion_proof(PUBLISHED_LEAVES, 0, 8)] == PUBLISHED_PATH
