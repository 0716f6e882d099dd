"""The test vectors of docs/formats/blob-v1.md, for our code and for a reader made of the standard library alone."""

import hashlib
import json
from base64 import b64decode
from pathlib import Path

import pytest

from landrelease.errors import LandreleaseError
from landrelease.record.attachments.envelope import LARGEST_BLOB, open_envelope, seal, seal_file

FOLDER = Path(__file__).parents[3] / "docs" / "formats"
PAGE = (FOLDER / "blob-v1.md").read_text(encoding="utf-8")
VECTORS = json.loads((FOLDER / "blob-v1.vectors.json").read_text(encoding="utf-8"))


def what(vector) -> str:
    return vector["what"]


@pytest.mark.parametrize("vector", VECTORS["envelopes"], ids=what)
def test_an_envelope_has_these_bytes(vector):
    sealed = seal(b64decode(vector["content"]), vector["media_type"], vector.get("name"), lambda: vector["salt"])
    assert sealed.envelope == b64decode(vector["envelope"])
    assert sealed.sha256 == vector["sha256"]
    assert sealed.size_bytes == len(b64decode(vector["content"]))


@pytest.mark.parametrize("vector", VECTORS["envelopes"], ids=what)
def test_a_file_gives_the_same_bytes(vector, tmp_path):
    (tmp_path / "file").write_bytes(b64decode(vector["content"]))
    sealed = seal_file(tmp_path / "file", vector["media_type"], vector.get("name"), lambda: vector["salt"])
    assert (sealed.sha256, bytes(sealed.envelope)) == (vector["sha256"], b64decode(vector["envelope"]))


@pytest.mark.parametrize("vector", VECTORS["envelopes"], ids=what)
def test_a_stranger_reads_it(vector):
    envelope = b64decode(vector["envelope"])
    line, content = envelope.split(b"\n", 1)
    head = json.loads(line)
    assert hashlib.sha256(envelope).hexdigest() == vector["sha256"]
    assert content == b64decode(vector["content"])
    assert head == {name: vector[name] for name in ("media_type", "name", "salt") if name in vector}


@pytest.mark.parametrize("vector", VECTORS["envelopes"], ids=what)
def test_and_so_do_we(vector):
    blob = open_envelope(vector["sha256"], b64decode(vector["envelope"]))
    assert (blob.media_type, blob.name) == (vector["media_type"], vector.get("name"))
    assert blob.content == bytes(blob.view) == b64decode(vector["content"])


@pytest.mark.parametrize("vector", VECTORS["envelopes"], ids=what)
@pytest.mark.parametrize("place", [0, 20, -1])
def test_one_changed_bit_is_another_hash(vector, place):
    envelope = bytearray(b64decode(vector["envelope"]))
    envelope[place] ^= 1
    with pytest.raises(LandreleaseError, match="LR1170"):
        open_envelope(vector["sha256"], bytes(envelope))


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=what)
def test_what_is_no_envelope_is_refused(vector):
    envelope = b64decode(vector["envelope"])
    assert hashlib.sha256(envelope).hexdigest() == vector["sha256"]
    with pytest.raises(LandreleaseError, match="LR1141"):
        open_envelope(vector["sha256"], envelope)


def test_the_page_shows_the_first_vector_and_the_limit():
    first = VECTORS["envelopes"][0]
    assert b64decode(first["envelope"]).decode() in PAGE
    assert first["sha256"] in PAGE
    assert f"{LARGEST_BLOB:,} bytes" in PAGE


def test_salts_are_random_and_hide_equal_contents():
    sealed = [seal(b"the same", "text/plain") for _ in range(50)]
    assert len({each.sha256 for each in sealed}) == 50
    assert len({json.loads(each.envelope.split(b"\n")[0])["salt"] for each in sealed}) == 50
