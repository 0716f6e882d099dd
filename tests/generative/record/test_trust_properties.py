"""Trust is a function of the set of statements: any grants and revocations, in any order, by anyone."""

from hypothesis import given
from hypothesis import strategies as st
from tests.samples.trust import grant, key, revoke

from landrelease.record.signing.trust import Trust

NODES, KEYS = "abcd", 5
ROOT = grant(0, "a", "a", 1, 0, "authority")
places = {"by": st.sampled_from(NODES), "seq": st.integers(2, 12), "signer": st.integers(0, KEYS)}
grants = st.builds(
    grant, st.integers(0, KEYS), st.sampled_from(NODES), **places,
    role=st.sampled_from(["authority", "node", "officer"]), from_seq=st.integers(1, 12),
)  # fmt: skip
revocations = st.builds(
    revoke, st.integers(0, KEYS), **places, from_seq=st.integers(1, 12), holder=st.sampled_from(NODES)
) | st.builds(revoke, st.integers(0, KEYS), **places, from_seq=st.integers(1, 12))
histories = st.lists(grants | revocations, max_size=14)


def weigh(statements) -> Trust:
    return Trust.of([ROOT, *statements], key(0).public.hex)


@given(histories, st.randoms(use_true_random=False))
def test_order_and_repetition_play_no_part(history, random):
    shuffled = [ROOT, *history, *history]
    random.shuffle(shuffled)
    assert Trust.of(shuffled, key(0).public.hex) == weigh(history)


@given(histories)
def test_what_counts_was_said_by_an_authority_in_an_entry_that_is_not_void(history):
    known = weigh(history)
    for one in known.grants:
        made = one.entry
        makers = [by for by in known.grants if by.role.value == "authority" and by.covers(made.node, made.seq)]
        assert one.depth == 0 or any(
            by.depth < one.depth and known.is_authority(made.node, made.seq, by.key) for by in makers
        )


@given(histories)
def test_a_revocation_that_counts_is_by_the_key_itself_or_a_nearer_authority(history):
    known = weigh(history)
    for one in known.revocations:
        theirs = known.depth(one.key)
        makers = [by for by in known.grants if by.holder == one.entry.node]
        nearer = any(by.role.value == "authority" and (theirs is None or by.depth < theirs) for by in makers)
        assert nearer or any(by.key == one.key for by in makers)


@given(histories, st.integers(1, KEYS), st.integers(1, 12))
def test_the_root_voids_exactly_from_a_number_on(history, number, first):
    with_cut = weigh([*history, revoke(number, "a", 1, 0, from_seq=first)])
    for node in NODES:
        for seq in range(first, 14):
            assert key(number).public not in with_cut.keys(node, seq)


@given(histories)
def test_a_void_entry_says_nothing_about_keys(history):
    known = weigh(history)
    for one in known.grants:
        assert one.depth == 0 or known.revoked(one.entry.node, one.entry.seq) is None  # the root's anchor stays


@given(histories)
def test_who_was_granted_nothing_signs_nothing(history):
    known = weigh(history)
    for node in NODES:
        for seq in (1, 6, 13):
            keys = known.keys(node, seq, also_revoked=True)
            assert all(any(one.key == k and one.covers(node, seq) for one in known.grants) for k in keys)
            assert set(known.keys(node, seq)) <= set(keys)
