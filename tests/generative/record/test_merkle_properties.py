"""What holds for every tree, proof and flipped bit."""

from hypothesis import given
from hypothesis import strategies as st

from landrelease.record.proofs.merkle import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    root,
    roots_at,
    verify_consistency,
    verify_inclusion,
)

TREES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=200)


def flipped(content: bytes, bit: int) -> bytes:
    at = bit % (8 * len(content))
    return content[: at // 8] + bytes((content[at // 8] ^ 1 << at % 8,)) + content[at // 8 + 1 :]


@given(TREES, st.data())
def test_a_proof_holds_and_no_flipped_bit_does(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    bit = data.draw(st.integers(0, 255))
    proof, head = inclusion_proof(leaves, index, len(leaves)), root(leaves)
    assert verify_inclusion(leaves[index], index, len(leaves), proof, head)
    assert not verify_inclusion(flipped(leaves[index], bit), index, len(leaves), proof, head)
    assert not verify_inclusion(leaves[index], index, len(leaves), proof, flipped(head, bit))
    for place, one in enumerate(proof):
        forged = [*proof[:place], flipped(one, bit), *proof[place + 1 :]]
        assert not verify_inclusion(leaves[index], index, len(leaves), forged, head)


@given(TREES, st.data())
def test_consistency_holds_and_no_flipped_bit_does(leaves, data):
    new = len(leaves)
    old = data.draw(st.integers(0, new))
    bit = data.draw(st.integers(0, 255))
    proof, before, after = consistency_proof(leaves, old, new), root(leaves[:old]), root(leaves)
    assert verify_consistency(old, new, before, after, proof)
    assert not verify_consistency(old, new, flipped(before, bit), after, proof)
    if old:
        assert not verify_consistency(old, new, before, flipped(after, bit), proof)
    for place, one in enumerate(proof):
        forged = [*proof[:place], flipped(one, bit), *proof[place + 1 :]]
        assert not verify_consistency(old, new, before, after, forged)


@given(TREES, st.lists(st.integers(0, 220)))
def test_roots_in_one_pass_are_the_roots_one_by_one(leaves, sizes):
    reached = sorted({size for size in sizes if size <= len(leaves)})
    assert list(roots_at(iter(leaves), sizes)) == [(size, root(leaves[:size])) for size in reached]


@given(TREES, TREES)
def test_a_tree_that_grew_is_the_tree_of_all_leaves(before, after):
    assert Frontier().extend(before).extend(after).root() == root(before + after)


@given(TREES, st.lists(st.binary(min_size=32, max_size=32), max_size=10), st.integers(0, 200), st.integers(0, 200))
def test_no_made_up_proof_holds_for_another_leaf(leaves, proof, index, size):
    assert not verify_inclusion(b"\xee" * 32, index, size, proof, root(leaves))
