"""docs/formats/key-v1.md by its vectors; Ed25519 by those of RFC 8032, section 7.1."""

import json
from pathlib import Path

import pytest

from landrelease.errors import LandreleaseError
from landrelease.record.signing.keyfile import KeyFile
from landrelease.record.signing.keys import PublicKey, SigningKey, officer_message, read_key

FORMATS = Path(__file__).parents[3] / "docs" / "formats"
VECTORS = json.loads((FORMATS / "key-v1.vectors.json").read_text(encoding="utf-8"))
KEY = SigningKey.from_seed(bytes.fromhex(VECTORS["seed"]))


@pytest.mark.parametrize("case", VECTORS["rfc8032"], ids=lambda case: case["message"] or "empty")
def test_ed25519(case):
    key, message = SigningKey.from_seed(bytes.fromhex(case["seed"])), bytes.fromhex(case["message"])
    assert key.public.hex == case["public_key"]
    assert key.sign(message).hex() == case["signature"]
    assert key.public.verify(bytes.fromhex(case["signature"]), message)


def test_public_key_and_fingerprint():
    assert (KEY.public.hex, KEY.public.fingerprint) == (VECTORS["public_key"], VECTORS["fingerprint"])


@pytest.mark.parametrize("case", VECTORS["files"], ids=lambda case: case["about"])
def test_key_files_open_and_are_made_again(case, tmp_path):
    path = tmp_path / "vector.key"
    path.write_text(json.dumps(case["file"]))
    assert read_key(path, case["passphrase"]).public == KEY.public
    given = (bytes.fromhex(case["file"]["kdf"]["salt"]), bytes.fromhex(case["file"]["cipher"]["nonce"]))
    seed = bytes.fromhex(VECTORS["seed"])
    assert json.loads(KeyFile.make(seed, KEY.public.raw, case["passphrase"], *given).text()) == case["file"]


@pytest.mark.parametrize("case", VECTORS["signatures"], ids=lambda case: case["about"])
def test_messages_and_signatures(case):
    message = officer_message(case["entry"]) if "entry" in case else case["message"].encode()
    assert message == case["message"].encode()
    assert KEY.sign(message).hex() == case["signature"]


@pytest.mark.parametrize("text", VECTORS["refused_public_keys"])
def test_refused_public_keys(text):
    with pytest.raises(LandreleaseError) as error:
        PublicKey.from_hex(text)
    assert error.value.codes == ("LR1066",)


def test_the_page_shows_the_vector():
    page = (FORMATS / "key-v1.md").read_text(encoding="utf-8")
    assert VECTORS["public_key"] in page
    assert VECTORS["fingerprint"] in page
    assert VECTORS["files"][0]["file"]["cipher"]["sealed"] in page
