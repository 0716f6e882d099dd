"""The test vectors of docs/formats/bundle-v1.md, for our reader and for one made of the standard library alone."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from landrelease.errors import LandreleaseError
from landrelease.record.bundles.bundle import export_bundle, opened_bundle
from landrelease.record.bundles.manifest import cut_line, read_manifest
from landrelease.record.bundles.merge import merge
from landrelease.record.ledger import Ledger

FOLDER = Path(__file__).parents[3] / "docs" / "formats"
VECTORS = json.loads((FOLDER / "bundle-v1.vectors.json").read_text(encoding="utf-8"))
ARCHIVE = bytes.fromhex(VECTORS["archive_hex"])


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "vector.bundle"
    path.write_bytes(ARCHIVE)
    return path


def test_a_stranger_reads_the_archive():
    """As one would write it from the page, without this program."""
    with zipfile.ZipFile(io.BytesIO(ARCHIVE)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        lines = archive.read("entries.jsonl")
        blobs = {name: archive.read(f"blobs/{name}") for name, _size in manifest["blobs"]}
    assert manifest["format"] == "landrelease bundle v1"
    assert (len(lines), hashlib.sha256(lines).hexdigest()) == (manifest["bytes"], manifest["sha256"])
    assert [hashlib.sha256(content).hexdigest() for content in blobs.values()] == [VECTORS["blob"]["sha256"]]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(VECTORS["root_public_key"]))
    hashes = []
    for line in lines.splitlines():
        content, signature = line[len(b'{"entry":') : -len(b',"signature":""}') - 128], line[-130:-2]
        key.verify(bytes.fromhex(signature.decode()), content)
        assert json.loads(line)["entry"] == json.loads(content)
        hashes.append(hashlib.sha256(b"\x00" + content).hexdigest())
    assert hashes == VECTORS["hashes"]


def test_our_reader_reads_the_archive(archive):
    with opened_bundle(archive) as bundle:
        assert bundle.manifest.text().decode() == VECTORS["manifest"]
        assert [line.decode() for line in bundle.lines()] == VECTORS["lines"]
        assert bundle.blob(VECTORS["blob"]["sha256"]).hex() == VECTORS["blob"]["bytes_hex"]


def test_the_archive_is_merged_and_written_again(archive, tmp_path):
    with Ledger.create(tmp_path / "l.sqlite", "reader", root=VECTORS["root_public_key"]) as reader:
        assert merge(reader, archive).added == len(VECTORS["lines"])
        assert [line.hash for line in reader.store.lines(0, 3)] == VECTORS["hashes"]
        (again,) = export_bundle(reader, tmp_path / "again")
        with opened_bundle(again) as bundle:
            lines = [line.decode() for line in bundle.lines()]
    assert lines[:3] == VECTORS["lines"]
    assert '"kind":"blob.held"' in lines[3]  # the reader says that the attachment has arrived


@pytest.mark.parametrize("vector", VECTORS["manifests_refused"], ids=lambda vector: vector["why"])
def test_manifests_that_are_refused(vector):
    with pytest.raises(LandreleaseError, match=vector["code"]):
        read_manifest(Path("x"), vector["manifest"].encode())


@pytest.mark.parametrize("vector", VECTORS["lines_refused"], ids=lambda vector: vector["why"])
def test_lines_that_are_refused(vector):
    with pytest.raises(ValueError):
        cut_line(vector["line"].encode())


def test_the_page_shows_a_manifest_of_the_format():
    page = (FOLDER / "bundle-v1.md").read_text(encoding="utf-8")
    shown = json.loads(page.split("```json")[1].split("```")[0])
    assert read_manifest(Path("x"), json.dumps(shown, separators=(",", ":")).encode()).parts == 1
