"""docs/formats/checkpoint-v1.md: its vectors, for our code and for one made of the standard library from the page.

`published` are notes of other implementations: the example of Go's sumdb/note, and a checkpoint of a public log with a
witness's cosignature. They are recalled or copied from public tests; their signatures hold, so that no byte is wrong.
"""

import base64
import json
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from landrelease.errors import LandreleaseError
from landrelease.record.proofs.checkpoint import Checkpoint, is_signed_by_log, parse_checkpoint, read_checkpoint
from landrelease.record.proofs.merkle import root
from landrelease.record.proofs.notes import SignatureType, cosign, parse_note, parse_verifier_key, sign_note
from landrelease.record.proofs.witness import parse_request
from landrelease.record.signing.keys import PublicKey, SigningKey

FOLDER = Path(__file__).parents[3] / "docs" / "formats"
VECTORS = json.loads((FOLDER / "checkpoint-v1.vectors.json").read_text(encoding="utf-8"))
PAGE = (FOLDER / "checkpoint-v1.md").read_text(encoding="utf-8")
LEAVES = [bytes.fromhex(leaf) for leaf in VECTORS["leaves"]]


def tree_root(leaves: list[bytes]) -> bytes:
    """Level by level, an odd last hash promoted: another way to the same root."""
    while len(leaves) > 1:
        pairs = [leaves[place : place + 2] for place in range(0, len(leaves), 2)]
        leaves = [sha256(b"\1" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return leaves[0]


def key_line(name: str, kind: int, public: bytes, signature: bytes) -> str:
    key_id = sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]
    return f"— {name} {base64.b64encode(key_id + signature).decode()}\n"


@pytest.mark.parametrize("name", ["log", "witness"])
def test_keys(name):
    vector = VECTORS["keys"][name]
    public = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vector["seed_hex"])).public_key().public_bytes_raw()
    digits = sha256(public).hexdigest()[:16]
    assert public.hex() == vector["public_hex"]
    assert " ".join(digits[place : place + 4] for place in (0, 4, 8, 12)) == vector["fingerprint"]
    key = parse_verifier_key(vector["verifier_key"])
    assert (key.key.raw, key.text, key.key.fingerprint) == (public, vector["verifier_key"], vector["fingerprint"])


def test_the_note_by_hand():
    """Every byte of the note, from the leaves, the times of arrival and the seed."""
    seed = bytes.fromhex(VECTORS["keys"]["log"]["seed_hex"])
    key = Ed25519PrivateKey.from_private_bytes(seed)
    arrivals = VECTORS["received"]
    text = (
        f"landrelease/north\n{len(LEAVES)}\n{base64.b64encode(tree_root(LEAVES)).decode()}\n"
        f"received {arrivals[-1]} {sha256(chr(10).join(arrivals).encode()).hexdigest()}\n"
    )
    line = key_line("landrelease/north", 1, key.public_key().public_bytes_raw(), key.sign(text.encode()))
    assert text + "\n" + line == VECTORS["note"]


def test_the_note_by_the_library():
    arrivals = VECTORS["received"]
    digest = sha256("\n".join(arrivals).encode()).hexdigest()
    checkpoint = Checkpoint("landrelease/north", len(LEAVES), root(LEAVES), arrivals[-1], digest)
    key = SigningKey.from_seed(bytes.fromhex(VECTORS["keys"]["log"]["seed_hex"]))
    assert sign_note(checkpoint.text(), checkpoint.origin, key) == VECTORS["note"]
    assert read_checkpoint(VECTORS["note"])[1] == checkpoint


def test_the_cosignature_by_hand_and_by_the_library():
    moment, text = VECTORS["cosignature"]["moment"], VECTORS["note"].split("\n\n")[0] + "\n"
    seed = bytes.fromhex(VECTORS["keys"]["witness"]["seed_hex"])
    key = Ed25519PrivateKey.from_private_bytes(seed)
    message = f"cosignature/v1\ntime {moment}\n{text}".encode()
    signature = moment.to_bytes(8, "big") + key.sign(message)
    line = key_line("landrelease/donor", 4, key.public_key().public_bytes_raw(), signature)
    assert line == VECTORS["cosignature"]["line"]
    assert cosign(text, "landrelease/donor", SigningKey.from_seed(seed), moment).line == line
    assert VECTORS["cosigned"] == VECTORS["note"] + line
    witness = parse_verifier_key(VECTORS["keys"]["witness"]["verifier_key"])
    assert parse_note(VECTORS["cosigned"]).cosigned_at(witness) == moment


def test_the_request():
    request = parse_request(VECTORS["request"])
    known = read_checkpoint(VECTORS["known"])[1]
    assert (request.old, request.checkpoint.size) == (known.size, len(LEAVES))
    assert request.note.written == VECTORS["note"]
    assert known.root == tree_root(LEAVES[: known.size])
    assert request.continues(known)
    assert not request.continues(Checkpoint(known.origin, known.size, bytes(32)))


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["why"])
def test_notes_that_are_not_the_logs(vector):
    key = PublicKey.from_hex(VECTORS["keys"]["log"]["public_hex"])
    try:
        note, checkpoint = read_checkpoint(vector["note"])
    except LandreleaseError:
        return
    assert checkpoint.origin != "landrelease/north" or not is_signed_by_log(note, "landrelease/north", [key])


@pytest.mark.parametrize("vector", VECTORS["published"], ids=lambda vector: vector["source"])
def test_published_notes_of_other_implementations(vector):
    note, key = parse_note(vector["note"]), parse_verifier_key(vector["verifier_key"])
    assert note.is_signed_by(key)
    assert note.cosigned_at(key) == vector["cosigned_at"]
    assert (note.written, key.text) == (vector["note"], vector["verifier_key"])
    if vector["size"]:
        assert parse_checkpoint(note.text).size == vector["size"]
    changed = parse_note(vector["note"].replace("e", "f", 1))
    assert not changed.is_signed_by(key)
    raw = next(one.signature for one in note.signatures if one.is_by(key))[-64:]
    if key.type is SignatureType.NOTE:
        Ed25519PublicKey.from_public_bytes(key.key.raw).verify(raw, note.text.encode())
        with pytest.raises(InvalidSignature):
            Ed25519PublicKey.from_public_bytes(key.key.raw).verify(raw, changed.text.encode())


def test_the_page_shows_the_vectors():
    for shown in (VECTORS["cosigned"], VECTORS["request"]):
        assert shown.strip() in PAGE
