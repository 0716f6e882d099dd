"""Witnesses cosign what continues what they saw, and nothing else."""

import pytest
from tests.samples.proofs import DONOR, NORTH, UNIVERSITY, made

from landrelease.errors import LandreleaseError
from landrelease.record.entry import Statement
from landrelease.record.proofs.checkpoint import (
    Checkpoint,
    kept_checkpoints,
    kept_note,
    make_checkpoint,
    read_checkpoint,
)
from landrelease.record.proofs.merkle import consistency_proof, root
from landrelease.record.proofs.notes import parse_note, sign_note, to_base64
from landrelease.record.proofs.witness import (
    add_cosignatures,
    known_witnesses,
    log_key,
    make_consistency,
    parse_request,
    witness,
    witness_key,
)
from landrelease.record.signing.keys import SigningKey

ORIGIN = "landrelease/north"


@pytest.fixture
def scene(tmp_path):
    with made(tmp_path) as scene:
        scene.grow(5)
        yield scene


def refused(code, work, *arguments) -> str:
    with pytest.raises(LandreleaseError) as error:
        work(*arguments)
    assert error.value.codes == (code,)
    return str(error.value)


def sizes(ledger) -> list[int]:
    return [one.checkpoint.size for one in kept_checkpoints(ledger, ORIGIN)]


def forged(leaves, old: int, size: int, key: SigningKey = NORTH) -> str:
    """A request of a log with these leaves, signed like north's."""
    note = sign_note(Checkpoint(ORIGIN, size, root(leaves[:size])).text(), ORIGIN, key)
    proof = "".join(to_base64(one) + "\n" for one in consistency_proof(leaves, old, size))
    return f"old {old}\n{proof}\n{note}"


def incidents(ledger) -> list:
    return [logged.entry for logged in ledger.log(kind="incident")]


def test_a_first_checkpoint_is_cosigned_and_kept(scene):
    line = witness(scene.donor, scene.request(), NORTH.public)
    note = parse_note(kept_note(scene.log) + line)
    assert note.cosigned_at(witness_key(scene.donor)) == int(scene.clock().timestamp())
    assert sizes(scene.donor) == [6]


def test_what_continues_it_is_cosigned_too(scene):
    witness(scene.donor, scene.request(), NORTH.public)
    for old, more in ((6, 1), (7, 9), (16, 16)):
        scene.grow(more)
        witness(scene.donor, scene.request(old), NORTH.public)
    assert sizes(scene.donor) == [6, 7, 16, 32]
    assert incidents(scene.donor) == []


def test_the_same_checkpoint_can_be_cosigned_again_later(scene):
    witness(scene.donor, scene.request(), NORTH.public)
    scene.clock.move(days=1)
    line = witness(scene.donor, scene.request(6), NORTH.public)
    note = parse_note(kept_note(scene.log) + line)
    assert note.cosigned_at(witness_key(scene.donor)) == int(scene.clock().timestamp())
    assert sizes(scene.donor) == [6]


def test_a_request_sent_again_is_refused_with_the_size_to_start_from(scene):
    first = scene.request()
    witness(scene.donor, first, NORTH.public)
    scene.grow(2)
    witness(scene.donor, scene.request(6), NORTH.public)
    said = refused("LR1089", witness, scene.donor, first, NORTH.public)
    assert "--old 8" in said
    assert sizes(scene.donor) == [6, 8]


def test_a_smaller_size_is_refused(scene):
    small = scene.request()
    scene.grow(2)
    witness(scene.donor, scene.request(), NORTH.public)
    refused("LR1089", witness, scene.donor, small, NORTH.public)
    refused("LR1088", witness, scene.donor, small.replace("old 0", "old 8"), NORTH.public)


def test_a_first_request_that_does_not_start_from_nothing_is_refused(scene):
    refused("LR1089", witness, scene.donor, scene.request(3), NORTH.public)


@pytest.mark.parametrize(
    ("why", "key", "code"),
    [("an unknown log", None, "LR1087"), ("another's key", DONOR, "LR1097"), ("a third key", UNIVERSITY, "LR1087")],
)
def test_an_unknown_log_or_key_is_refused(scene, why, key, code):
    refused(code, witness, scene.donor, scene.request(), key and key.public)
    assert sizes(scene.donor) == []


def test_a_node_of_the_programme_is_known_by_its_grant(scene):
    public = NORTH.public.hex
    grant = {"role": "node", "holder": "north", "public_key": public}
    statement = Statement("key.grant", f"key:{public}", grant, "2026-01-01", "person:d", "donor")
    scene.donor.append([statement])
    witness(scene.donor, scene.request())
    revoked = {"public_key": public, "from_seq": 1, "reason": "stolen"}
    scene.donor.append([Statement("key.revocation", f"key:{public}", revoked, "2026-08-14", "person:d", "donor")])
    refused("LR1087", witness, scene.donor, scene.request(6))


def test_a_log_is_not_its_own_witness(scene):
    refused("LR1097", witness, scene.log, scene.request(), NORTH.public)


def test_a_witness_needs_its_key(scene):
    request = scene.request()
    scene.donor.signer = None
    refused("LR1082", witness, scene.donor, request, NORTH.public)
    refused("LR1082", witness_key, scene.donor)
    refused("LR1082", log_key, scene.donor)


def test_another_root_at_the_same_size_is_an_incident(scene):
    witness(scene.donor, scene.request(), NORTH.public)
    other = [b"\xaa" * 32, *list(scene.log.store.hashes())[1:]]
    for old in (6, 0):  # whatever the request starts from: two signed roots of one size are proof enough
        refused("LR1090", witness, scene.donor, forged(other, old, 6), NORTH.public)
    assert sizes(scene.donor) == [6]
    (incident,) = incidents(scene.donor)
    body = incident.model()
    assert (incident.subject, body.kind, body.node) == (f"log:{ORIGIN}", "log_inconsistent", "north")
    stored, offered = (parse_note(text) for text in (body.stored_checkpoint, body.offered_checkpoint))
    assert stored.is_signed_by(log_key(scene.log))
    assert offered.is_signed_by(log_key(scene.log))
    assert stored.text != offered.text


@pytest.mark.parametrize("size", [7, 8, 16, 33])
def test_a_rewritten_beginning_is_an_incident_once(scene, size):
    witness(scene.donor, scene.request(), NORTH.public)
    scene.grow(40)
    leaves = list(scene.log.store.hashes())
    other = [*leaves[:3], b"\xbb" * 32, *leaves[4:]]
    for _time in range(2):
        refused("LR1090", witness, scene.donor, forged(other, 6, size), NORTH.public)
    assert sizes(scene.donor) == [6]
    assert len(incidents(scene.donor)) == 1
    witness(scene.donor, scene.request(6), NORTH.public)  # the true log is still welcome


def test_a_forged_checkpoint_is_no_incident(scene):
    witness(scene.donor, scene.request(), NORTH.public)
    refused("LR1087", witness, scene.donor, forged([b"\xaa" * 32] * 8, 6, 8, UNIVERSITY), NORTH.public)
    assert incidents(scene.donor) == []


def test_a_request_cannot_start_beyond_its_checkpoint(scene):
    refused("LR1088", make_consistency, scene.log, 7, make_checkpoint(scene.log))


def test_a_request_is_made_only_for_the_own_log(scene):
    refused("LR1086", make_consistency, scene.donor, 0, make_checkpoint(scene.log))
    longer = sign_note(Checkpoint(ORIGIN, 99, bytes(32)).text(), ORIGIN, NORTH)
    refused("LR1083", make_consistency, scene.log, 0, longer)


@pytest.mark.parametrize(
    ("why", "change", "code"),
    [
        ("no old size", lambda text: text.replace("old 6\n", ""), "LR1088"),
        ("a leading zero", lambda text: text.replace("old 6", "old 06"), "LR1088"),
        ("a hash cut short", lambda text: text.replace("=\n\n", "\n\n", 1), "LR1088"),
        ("a proof from nothing", lambda text: text.replace("old 6", "old 0"), "LR1088"),
        ("64 hashes", lambda text: text.replace("old 6\n", "old 6\n" + ("A" * 43 + "=\n") * 64), "LR1088"),
        ("no note", lambda text: text.split("\n\n")[0], "LR1080"),
        ("a note that is no checkpoint", lambda text: text.replace("north\n8\n", "north\nx\n"), "LR1081"),
    ],
)
def test_not_a_request(scene, why, change, code):
    scene.grow(2)
    refused(code, parse_request, change(scene.request(6)))


def test_cosignatures_are_added_kept_and_not_repeated(scene):
    note = scene.cosigned(scene.donor, scene.university)
    again = add_cosignatures(scene.log, note, "".join(one.line for one in parse_note(note).signatures[1:]),
                             scene.witness_keys)  # fmt: skip
    assert again == note == kept_note(scene.log)
    assert [one.name for one in parse_note(note).signatures] == [ORIGIN, "landrelease/donor", "landrelease/university"]


def test_a_witness_is_known_by_its_grant(scene):
    note = make_checkpoint(scene.log)
    line = witness(scene.donor, make_consistency(scene.log, 0, note), NORTH.public)
    refused("LR1091", add_cosignatures, scene.log, note, line)
    public = DONOR.public.hex
    grant = {"role": "witness", "holder": "landrelease/donor", "public_key": public}
    scene.log.append([Statement("key.grant", f"key:{public}", grant, "2026-01-01", "person:a", "op:1")])
    assert witness_key(scene.donor) in known_witnesses(scene.log)
    assert len(parse_note(add_cosignatures(scene.log, note, line)).signatures) == 2


def test_what_is_no_cosignature_of_it_is_refused(scene):
    note = make_checkpoint(scene.log)
    line = witness(scene.donor, make_consistency(scene.log, 0, note), NORTH.public)
    scene.grow(1)
    newer = make_checkpoint(scene.log)
    keys = [witness_key(scene.donor)]
    refused("LR1091", add_cosignatures, scene.log, newer, line, keys)
    refused("LR1091", add_cosignatures, scene.log, note, "hello", keys)
    refused("LR1091", add_cosignatures, scene.log, note, line, [witness_key(scene.university)])
    refused("LR1086", add_cosignatures, scene.donor, note, line, keys)
    stranger = sign_note(read_checkpoint(note)[0].text, ORIGIN, UNIVERSITY)
    refused("LR1087", add_cosignatures, scene.log, stranger, line, keys)
    assert {len(parse_note(one.note).signatures) for one in kept_checkpoints(scene.log)} == {1}
