"""Which keys count: little programmes, one rule each. Node ``c`` is the centre with key 0, the root."""

import pytest
from tests.samples.trust import DAY, grant, key, revoke, said, trust

from landrelease.record.signing.trust import Trust, signature_problem, verified_by

ROOT = grant(0, "c", "c", 1, 0, "authority")
NORTH = grant(1, "n", "c", 2, 0)
REGION = grant(2, "r", "c", 3, 0, "authority")


def numbers(keys):
    return [number for number in range(10) for known in keys if known == key(number).public]


def test_a_ledger_without_a_root_trusts_nobody():
    known = Trust.of([ROOT, NORTH], None)
    assert (known.keys("c", 1), known.keys("n", 1), known.knows("n"), known.is_granted(key(1).public)) == (
        (),
        (),
        False,
        False,
    )
    assert known.own_keys("c", 1) == (key(0).public,)


@pytest.mark.parametrize(
    ("statements", "node", "seq", "expected"),
    [
        ((ROOT,), "c", 1, [0]),
        ((ROOT,), "c", 900, [0]),
        ((ROOT, NORTH), "n", 1, [1]),
        ((ROOT, NORTH), "m", 1, []),
        ((NORTH,), "n", 1, []),  # the root has not been introduced
        ((ROOT, grant(1, "n", "c", 2, 0, from_seq=7)), "n", 6, []),
        ((ROOT, grant(1, "n", "c", 2, 0, from_seq=7)), "n", 7, [1]),
        ((ROOT, NORTH, grant(3, "n", "c", 4, 0, from_seq=50)), "n", 60, [1, 3]),  # rotation
        ((ROOT, REGION, grant(4, "v", "r", 2, 2)), "v", 1, [4]),
        ((ROOT, NORTH, grant(4, "v", "n", 2, 1)), "v", 1, []),  # a node grants nothing
        ((ROOT, grant(4, "v", "x", 1, 9)), "v", 1, []),  # nobody's key
        ((ROOT, grant(4, "v", "c", 2, 9)), "v", 1, []),  # in the centre's name, with another key
        ((ROOT, grant(4, "v", "x", 1, 0)), "v", 1, []),  # with the centre's key, but no node of the centre's
        ((ROOT, grant(0, "d", "d", 1, 0, "authority"), grant(4, "v", "d", 2, 0)), "v", 1, [4]),  # the restored centre
        ((ROOT, grant(5, "o", "c", 2, 0, "officer")), "o", 1, []),  # an officer writes no entries
    ],
)
def test_keys_of_a_node(statements, node, seq, expected):
    assert numbers(trust(*statements).keys(node, seq)) == expected


@pytest.mark.parametrize("first", [1, 2, 40, 41])
def test_a_revocation_voids_exactly_its_number_and_later(first):
    known = trust(ROOT, NORTH, revoke(1, "c", 3, 0, from_seq=first))
    assert [seq for seq in range(1, 60) if known.revoked("n", seq) is None] == list(range(1, first))
    assert [seq for seq in range(1, 60) if known.keys("n", seq)] == list(range(1, first))
    assert numbers(known.keys("n", 59, also_revoked=True)) == [1]
    assert known.revoked("c", 59) is None


def test_a_revocation_without_a_number_voids_all():
    assert trust(ROOT, NORTH, revoke(1, "c", 3, 0)).revoked("n", 1) is not None


def test_of_a_key_on_two_nodes_one_may_be_revoked():
    known = trust(ROOT, NORTH, grant(1, "m", "c", 3, 0), revoke(1, "c", 4, 0, from_seq=5, holder="n"))
    assert (known.revoked("n", 5) is None, known.revoked("m", 5) is None) == (False, True)
    assert (numbers(known.keys("n", 5)), numbers(known.keys("m", 5))) == ([], [1])


def test_what_a_revoked_authority_said_before_counts_and_after_does_not():
    before, after = grant(4, "v", "r", 9, 2), grant(5, "w", "r", 10, 2)
    known = trust(ROOT, REGION, before, after, revoke(2, "c", 5, 0, from_seq=10))
    assert (numbers(known.keys("v", 1)), numbers(known.keys("w", 1))) == ([4], [])


def test_a_revoked_authority_revokes_nothing_after():
    village = grant(4, "v", "r", 2, 2)
    late, early = revoke(4, "r", 10, 2, from_seq=1), revoke(4, "r", 9, 2, from_seq=1)
    cut = revoke(2, "c", 5, 0, from_seq=10)
    assert trust(ROOT, REGION, village, late, cut).revoked("v", 1) is None
    assert trust(ROOT, REGION, village, early, cut).revoked("v", 1) is not None


def test_of_two_authorities_that_revoke_each_other_the_nearer_prevails():
    district = grant(3, "d", "r", 2, 2, "authority")
    known = trust(ROOT, REGION, district, revoke(3, "r", 3, 2, from_seq=2), revoke(2, "d", 2, 3, from_seq=1))
    assert (known.revoked("r", 1), known.revoked("d", 2) is not None) == (None, True)


def test_of_two_equally_near_neither_revokes_the_other():
    other = grant(3, "s", "c", 4, 0, "authority")
    known = trust(ROOT, REGION, other, revoke(3, "r", 2, 2, from_seq=1), revoke(2, "s", 2, 3, from_seq=1))
    assert (known.revoked("r", 5), known.revoked("s", 5)) == (None, None)


@pytest.mark.parametrize(("seq", "said", "first"), [(10, 1, 10), (10, 8, 10), (10, 10, 10), (10, 11, 11)])
def test_a_holder_revokes_itself_from_now_on_and_does_not_undo_it(seq, said, first):
    known = trust(ROOT, NORTH, revoke(1, "n", seq, 1, from_seq=said))
    assert (known.revoked("n", first - 1), known.revoked("n", first) is not None) == (None, True)


def test_a_thief_cannot_void_more_by_a_later_self_revocation():
    known = trust(ROOT, NORTH, revoke(1, "c", 3, 0, from_seq=50), revoke(1, "n", 60, 1, from_seq=1))
    assert known.revoked("n", 49) is None


def test_self_revocation_ends_the_authority_too():
    known = trust(ROOT, REGION, revoke(2, "r", 8, 2, from_seq=8), grant(4, "v", "r", 7, 2), grant(5, "w", "r", 9, 2))
    assert (numbers(known.keys("v", 1)), numbers(known.keys("w", 1))) == ([4], [])


def test_a_self_revocation_from_before_the_office_ends_it():
    lower, raised = grant(2, "r", "c", 3, 0), grant(2, "r", "c", 4, 0, "authority", from_seq=20)
    known = trust(ROOT, lower, raised, revoke(2, "r", 5, 2, from_seq=6), grant(4, "v", "r", 21, 2))
    assert numbers(known.keys("v", 1)) == []


def test_a_key_granted_again_after_its_revocation_stays_revoked():
    known = trust(ROOT, NORTH, revoke(1, "c", 3, 0, from_seq=5), grant(1, "n", "c", 4, 0, from_seq=6))
    assert known.keys("n", 6) == ()


def test_grants_in_a_circle_end():
    back = grant(0, "c", "r", 2, 2, "authority")
    known = trust(ROOT, REGION, back, grant(2, "r", "c", 9, 0, "authority"))
    assert (known.depth(key(0).public), known.depth(key(2).public)) == (0, 1)


@pytest.mark.parametrize(
    ("named", "organisation", "expected"),
    [
        ([], "organisation:1", True),
        (["organisation:1"], "organisation:1", True),
        (["organisation:1"], "organisation:2", False),
        (["organisation:1"], "not stated", True),
        (["organisation:1"], "system:landrelease", True),
    ],
)
def test_for_whom_a_node_may_speak(named, organisation, expected):
    known = trust(ROOT, grant(1, "n", "c", 2, 0, organisations=named))
    assert known.may_speak("n", 3, organisation) is expected
    assert known.organisations("n", 3) == (frozenset(named) or None)


@pytest.mark.parametrize(
    ("person", "day", "expected"),
    [
        ("Amina", DAY, [5]),
        ("amina ", "2026-08-20", [5]),
        ("amina", "2026-08-13", []),
        ("amina", "2026-09-01", []),
        ("ben", DAY, []),
    ],
)
def test_officers_by_day(person, day, expected):
    known = trust(ROOT, grant(5, "amina", "c", 2, 0, "officer"), revoke(5, "c", 3, 0, day="2026-09-01"))
    assert numbers(known.officers(person, day)) == expected


def test_witnesses_until_they_are_revoked():
    donor = grant(6, "donor", "c", 2, 0, "witness")
    assert trust(ROOT, donor).witnesses() == {"donor": (key(6).public,)}
    assert trust(ROOT, donor, revoke(6, "c", 3, 0)).witnesses() == {}


def test_signatures_by_number_and_key():
    known = trust(ROOT, grant(1, "n", "c", 2, 0, from_seq=5), revoke(1, "c", 3, 0, from_seq=9))
    body = {"role": "node", "holder": "x", "public_key": key(8).public.hex}
    entries = {seq: said("key.grant", body, "n", seq, key(1)) for seq in (4, 5, 9)}
    forged = said("key.grant", body, "n", 5, key(3))

    def code(entry, signature):
        found = signature_problem(known, entry, signature)
        return found.error.code if found else None

    assert code(entries[4].entry, None) is None  # before the first number that the key signs
    assert code(entries[5].entry, None) == "LR1068"
    assert code(*entries[5]) is None
    assert code(*entries[9]) is None  # void, but its signature is sound
    assert code(*forged) == "LR1067"
    assert verified_by(forged.entry.content, None, [key(3).public]) is None


def test_malformed_statements_count_for_nothing():
    small_order = said("key.grant", {"role": "node", "holder": "n", "public_key": "00" * 32}, "c", 2, key(0))
    assert trust(ROOT, small_order).keys("n", 1) == ()
    unsigned = NORTH._replace(signature=None)
    assert trust(ROOT, unsigned).keys("n", 1) == ()
