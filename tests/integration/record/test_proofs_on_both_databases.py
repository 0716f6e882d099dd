"""The same statements have the same root, checkpoint and proof on SQLite and on PostgreSQL."""

import json
from pathlib import Path

import pytest
from tests.samples.proofs import DONOR, NORTH, Clock, Nonces, Scene

from landrelease.errors import LandreleaseError
from landrelease.record.proofs.checkpoint import Checkpoint, check_against_log, kept_checkpoints, make_checkpoint
from landrelease.record.proofs.notes import sign_note
from landrelease.record.proofs.verdict import verify_proof
from landrelease.record.proofs.witness import log_key, witness, witness_key

FORMATS = Path(__file__).parents[3] / "docs" / "formats"
VECTORS = json.loads((FORMATS / "checkpoint-v1.vectors.json").read_text(encoding="utf-8"))
PROOFS = json.loads((FORMATS / "proof-v1.vectors.json").read_text(encoding="utf-8"))["valid"]


@pytest.fixture
def scene(make_ledger):
    """The log of the vectors, which any database must make again."""
    clock = Clock()
    log, donor = (
        make_ledger(node, signer=key, clock=clock, nonce=Nonces()) for node, key in (("north", NORTH), ("donor", DONOR))
    )
    return Scene(clock, log, donor, donor)


def test_the_bytes_of_the_vectors(scene):
    entry = scene.grow(4)[1]
    assert scene.cosigned(scene.donor).startswith(VECTORS["known"])
    scene.sign_as_officer(entry)
    scene.grow(3)
    assert scene.request(5) == VECTORS["request"]
    assert [leaf.hex() for leaf in scene.log.store.hashes()] == VECTORS["leaves"]
    note = scene.cosigned(scene.donor, old=5)
    assert note == VECTORS["cosigned"]
    proof = scene.proof(entry, note)
    assert proof == PROOFS[0]["proof"]
    assert verify_proof(proof, PROOFS[0]["trusted"]).text() == PROOFS[0]["verdict"]


def test_checkpoints_are_kept_once_and_in_order(scene):
    for _time in range(3):
        scene.grow(2)
        scene.cosigned(scene.donor, old=max((one.checkpoint.size for one in kept_checkpoints(scene.donor)), default=0))
        make_checkpoint(scene.log)
    kept = [(one.checkpoint.size, one.note.count("\N{EM DASH}")) for one in kept_checkpoints(scene.log)]
    assert kept == [(3, 1), (3, 2), (5, 1), (5, 2), (7, 1), (7, 2)]
    assert list(check_against_log(scene.log)) == []


def test_a_second_history_is_refused_and_recorded(scene):
    scene.grow(2)
    scene.cosigned(scene.donor)
    other = Checkpoint("landrelease/north", 3, bytes(32)).text()
    request = f"old 3\n\n{sign_note(other, 'landrelease/north', NORTH)}"
    for _time in range(2):
        with pytest.raises(LandreleaseError, match="LR1090"):
            witness(scene.donor, request, log_key(scene.log).key)
    assert [logged.entry.body["node"] for logged in scene.donor.log(kind="incident")] == ["north"]
    assert [one.checkpoint.size for one in kept_checkpoints(scene.donor)] == [3]
    assert witness_key(scene.donor).name == "landrelease/donor"
