"""The test vectors of docs/formats/ledger-v1.md, for our code and for an encoder made of the standard library alone."""

import hashlib
import json
from datetime import datetime
from pathlib import Path

import pytest

from landrelease.errors import LandreleaseError
from landrelease.record.canonical import canonical, content_hash, parse
from landrelease.record.encoding import FIRST_PREV, decode_entry
from landrelease.record.entry import Source, Statement
from landrelease.record.ledger import Ledger
from landrelease.terms import HowKnown

FOLDER = Path(__file__).parents[3] / "docs" / "formats"
VECTORS = json.loads((FOLDER / "ledger-v1.vectors.json").read_text(encoding="utf-8"))


def plain(value) -> str:
    """RFC 8785 for our subset, as a stranger would write it from the page."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{plain(name)}:{plain(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(plain, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def leaf(content: bytes) -> str:
    return hashlib.sha256(b"\x00" + content).hexdigest()


@pytest.mark.parametrize("vector", VECTORS["canonical"], ids=lambda vector: vector["leaf_hash"][:8])
def test_canonical_bytes(vector):
    content = bytes.fromhex(vector["bytes_hex"])
    assert canonical(vector["value"]) == plain(vector["value"]).encode() == content
    assert content_hash(content) == leaf(content) == vector["leaf_hash"]
    assert parse(content) == vector["value"]


@pytest.mark.parametrize("vector", VECTORS["not_canonical"], ids=lambda vector: vector["why"])
def test_bytes_that_are_not_canonical(vector):
    with pytest.raises(LandreleaseError, match="LR1003"):
        parse(bytes.fromhex(vector["bytes_hex"]))


def test_the_chain():
    prev = FIRST_PREV
    for seq, vector in enumerate(VECTORS["chain"], 1):
        content = vector["content"].encode()
        entry = decode_entry(content)
        assert (entry.seq, entry.prev, entry.hash) == (seq, prev, vector["hash"])
        assert plain(json.loads(content)).encode() == content
        assert leaf(content) == vector["hash"]
        prev = entry.hash


def test_a_ledger_writes_the_chain(tmp_path):
    """The bytes of the vectors come out of an append of the same statements."""
    entries = [decode_entry(vector["content"].encode()) for vector in VECTORS["chain"]]
    nonces = iter(json.loads(entry.content)["nonce"] for entry in entries)
    times = iter(entry.recorded for entry in entries)

    def clock():
        return datetime.fromisoformat(next(times))

    with Ledger.create(tmp_path / "l.sqlite", node="north", clock=clock, nonce=lambda: next(nonces)) as ledger:
        for entry in entries:
            ledger.append([restated(entry)])
        assert [logged.entry for logged in ledger.log()] == entries


def restated(entry) -> Statement:
    source = dict(entry.source)
    if "how_known" in source:
        source["how_known"] = HowKnown(source["how_known"])
    return Statement(
        entry.kind, entry.subject, dict(entry.body), entry.valid_from, entry.author, entry.organisation,
        entry.valid_to, Source(**source), entry.cites,
    )  # fmt: skip


@pytest.mark.parametrize("vector", VECTORS["malformed"], ids=lambda vector: vector["why"])
def test_malformed_entries(vector):
    content = vector["content"].encode()
    assert plain(json.loads(content)).encode() == content  # canonical, and yet no entry
    with pytest.raises(LandreleaseError, match="LR1016"):
        decode_entry(content)


def test_the_page_shows_an_entry_of_the_format():
    page = (FOLDER / "ledger-v1.md").read_text(encoding="utf-8")
    example = json.loads(page.split("```json")[1].split("```")[0])
    assert decode_entry(canonical(example)).subject == "report:17"
