"""The tree's edges: sizes that do not fit, values that are no hashes, leaves that come once only."""

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

LEAVES = [sha256(bytes((number,))).digest() for number in range(20)]


@pytest.mark.parametrize(("index", "size"), [(-1, 5), (5, 5), (0, 0)])
def test_no_path_for_a_leaf_outside_the_tree(index, size):
    with pytest.raises(ValueError, match="is not in a tree"):
        inclusion_proof(LEAVES, index, size)


@pytest.mark.parametrize(("old", "new"), [(6, 5), (-1, 5)])
def test_no_consistency_with_a_larger_or_negative_size(old, new):
    with pytest.raises(ValueError, match="is not the beginning"):
        consistency_proof(LEAVES, old, new)


def test_a_log_that_is_too_short():
    with pytest.raises(ValueError, match="fewer than 21"):
        inclusion_proof(LEAVES, 3, 21)
    with pytest.raises(ValueError, match="fewer than 21"):
        consistency_proof(LEAVES, 3, 21)


def test_leaves_may_come_from_a_generator_and_are_read_only_as_far_as_needed():
    leaves = iter(LEAVES)
    inclusion_proof(leaves, 2, 8)
    assert next(leaves) == LEAVES[8]


def test_roots_at_stops_where_the_leaves_end():
    assert list(roots_at(LEAVES[:6], [9, 2, 6, 0, 2])) == [
        (0, EMPTY), (2, root(LEAVES[:2])), (6, root(LEAVES[:6])),
    ]  # fmt: skip


def test_a_frontier_says_its_size():
    assert Frontier().extend(LEAVES).size == 20
    assert Frontier().root() == EMPTY


PROOF, ROOT = inclusion_proof(LEAVES, 5, 20), root(LEAVES)


@pytest.mark.parametrize(
    ("why", "leaf", "index", "size", "proof", "head"),
    [
        ("another leaf", LEAVES[4], 5, 20, PROOF, ROOT),
        ("another index", LEAVES[5], 4, 20, PROOF, ROOT),
        ("an index outside", LEAVES[5], 20, 20, PROOF, ROOT),
        ("a negative index", LEAVES[5], -1, 20, PROOF, ROOT),
        ("a size of fewer levels", LEAVES[5], 5, 16, PROOF, ROOT),
        ("a size of more levels", LEAVES[5], 5, 40, PROOF, ROOT),
        ("an empty tree", LEAVES[5], 0, 0, [], ROOT),
        ("another root", LEAVES[5], 5, 20, PROOF, root(LEAVES[:19])),
        ("a hash missing", LEAVES[5], 5, 20, PROOF[:-1], ROOT),
        ("a hash too many", LEAVES[5], 5, 20, [*PROOF, LEAVES[0]], ROOT),
        ("hashes in another order", LEAVES[5], 5, 20, PROOF[::-1], ROOT),
        ("a hash of 31 bytes", LEAVES[5], 5, 20, [PROOF[0][:31], *PROOF[1:]], ROOT),
        ("bytes moved between hashes", LEAVES[5], 5, 20, [PROOF[0] + PROOF[1], *PROOF[2:]], ROOT),
        ("a leaf that is no hash", b"", 5, 20, PROOF, ROOT),
        ("no proof", LEAVES[5], 5, 20, [], ROOT),
    ],
)
def test_inclusion_is_refused_for(why, leaf, index, size, proof, head):
    assert not verify_inclusion(leaf, index, size, proof, head)


CONSISTENCY, OLD = consistency_proof(LEAVES, 7, 20), root(LEAVES[:7])


@pytest.mark.parametrize(
    ("why", "old", "new", "old_root", "new_root", "proof"),
    [
        ("another old root", 7, 20, root(LEAVES[:8]), ROOT, CONSISTENCY),
        ("another new root", 7, 20, OLD, root(LEAVES[:19]), CONSISTENCY),
        ("another old size", 6, 20, OLD, ROOT, CONSISTENCY),
        ("a new size of fewer levels", 7, 16, OLD, ROOT, CONSISTENCY),
        ("sizes exchanged", 20, 7, ROOT, OLD, CONSISTENCY),
        ("a negative size", -1, 20, OLD, ROOT, CONSISTENCY),
        ("no proof", 7, 20, OLD, ROOT, []),
        ("no proof, where the old tree is complete", 8, 20, root(LEAVES[:8]), ROOT, []),
        ("a hash missing", 7, 20, OLD, ROOT, CONSISTENCY[:-1]),
        ("a hash too many", 7, 20, OLD, ROOT, [*CONSISTENCY, LEAVES[0]]),
        ("a hash of 33 bytes", 7, 20, OLD, ROOT, [CONSISTENCY[0] + b"\0", *CONSISTENCY[1:]]),
        ("the same size with another root", 20, 20, OLD, ROOT, []),
        ("the same size with a proof", 20, 20, ROOT, ROOT, [LEAVES[0]]),
        ("an empty log with a root", 0, 20, OLD, ROOT, []),
        ("an empty log with a proof", 0, 20, EMPTY, ROOT, [LEAVES[0]]),
    ],
)
def test_consistency_is_refused_for(why, old, new, old_root, new_root, proof):
    assert not verify_consistency(old, new, old_root, new_root, proof)
