"""What holds for every history of attachments and erasures: no byte of an erased one is left in the files."""

from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from landrelease.errors import LandreleaseError
from landrelease.record.attachments.blobs import attach, attachments, read_blob
from landrelease.record.attachments.envelope import LONGEST_HEADER, Sealed, open_envelope, seal
from landrelease.record.attachments.erasure import erase
from landrelease.record.audit import audit
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger
from landrelease.terms import AttachmentKind

BY = {"author": "person:amina", "organisation": "op:1"}
MARK = 16
"""Bytes of a content that are looked for in the files: long enough never to be there by chance."""


def team(number: int, size: int) -> Statement:
    body = {"name": "n" * size, "asset_kind": "dog_team", "people": 4}
    return Statement("team", f"team:{number}", body, "2026-08-11", "person:amina", "op:1")


def marks(sealed: Sealed) -> list[bytes]:
    """Pieces of an envelope that nothing else has: its salt, and pieces from all over its content."""
    head, content = bytes(sealed.envelope).split(b"\n", 1)
    salt = head[head.index(b'"salt":"') + 8 :][:64]
    return [salt[:32], salt[32:], *(content[place : place + MARK] for place in range(0, len(content), 500))]


def raw(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


# Small sizes matter most: several contents share a page, and move to others when their neighbours go.
SIZES = st.sampled_from([MARK, 60, 200, 200, 900, 3_000, 5_000, 40_000])
STEPS = st.lists(
    st.tuples(st.just("attach"), SIZES) | st.tuples(st.just("team"), st.integers(1, 900))
    | st.tuples(st.just("erase"), st.integers(0, 10**6)),
    min_size=4, max_size=40,
)  # fmt: skip


@given(STEPS, st.integers(0, 10**6), st.booleans())
@settings(max_examples=40)
def test_no_byte_of_what_was_erased_is_left_in_any_file(steps, seed, personal):
    random, here, gone = Random(seed), {}, []
    with TemporaryDirectory() as folder, Ledger.create(Path(folder) / "ledger.sqlite") as ledger:
        for number, (step, value) in enumerate(steps):
            if step == "team":
                ledger.append([team(number, value)])
            elif step == "attach":
                sealed = seal(random.randbytes(value), "image/jpeg", "lane.jpg", lambda: random.randbytes(32).hex())
                attach(ledger, sealed, cites=(), personal=personal, kind=AttachmentKind.PHOTO, **BY)
                here[sealed.sha256] = sealed
            elif here:
                chosen = sorted(here)[value % len(here)]
                assert erase(ledger, [chosen], "asked " * random.choice([1, 10, 70]), **BY).overwritten
                gone.append(here.pop(chosen))
                files = raw(Path(folder))
                assert not [mark for sealed in gone for mark in marks(sealed) if mark in files]
        files = raw(Path(folder))
        assert all(mark in files for sealed in here.values() for mark in marks(sealed)[:1])
        assert {found.hash: found.here for found in attachments(ledger, fold(ledger.log()))} == dict(
            [(name, True) for name in here] + [(sealed.sha256, False) for sealed in gone]
        )
        assert audit(ledger).intact


def test_rows_that_move_to_other_pages_leave_no_copy_behind():
    """Long reasons in the place of short contents make rows move; without a rebuilt file this history leaves pieces."""
    random, here, gone = Random(28), [], []
    with TemporaryDirectory() as folder, Ledger.create(Path(folder) / "ledger.sqlite") as ledger:
        for _round in range(5):
            with ledger.store.writing() as writer:
                for _blob in range(30):
                    here.append((random.randbytes(32).hex(), random.randbytes(150)))
                    writer.add_blob(*here[-1])
                for _blob in range(15):
                    name, content = here.pop(random.randrange(len(here)))
                    writer.erase_blob(name, "because " * random.choice([1, 8, 50]))
                    gone += [content[:MARK], content[-MARK:]]
            assert ledger.store.overwrite_erased()
            files = raw(Path(folder))
            assert not [piece for piece in gone if piece in files]
            assert all(content in files for _name, content in here)


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=6), st.data())
@settings(max_examples=25)
def test_erasing_changes_no_entry_and_no_other_blob(contents, data):
    with TemporaryDirectory() as folder, Ledger.create(Path(folder) / "ledger.sqlite") as ledger:
        blobs = [attach(ledger, content, cites=(), **BY).body["blob"] for content in contents]
        assert len(set(blobs)) == len(contents)  # also of equal contents
        before = list(ledger.log())
        erased = set(data.draw(st.lists(st.sampled_from(blobs), min_size=1, unique=True)))
        erase(ledger, erased, "asked", **BY)
        assert list(ledger.log())[: len(before)] == before
        for blob, content in zip(blobs, contents, strict=True):
            if blob in erased:
                assert ledger.store.blob(blob).content is None
            else:
                assert read_blob(ledger, blob).content == content
        assert audit(ledger).intact


NAMES = st.none() | st.text(max_size=300)


@given(st.binary(max_size=200), st.text(max_size=40) | st.just("image/jpeg"), NAMES)
@settings(max_examples=150)
def test_an_envelope_that_can_be_made_can_be_read(content, media_type, name):
    try:
        sealed = seal(content, media_type, name)
    except LandreleaseError as refusal:
        assert refusal.codes == ("LR1142",)  # noqa: PT017
        return
    blob = open_envelope(sealed.sha256, bytes(sealed.envelope))
    assert (blob.content, blob.media_type, blob.name) == (content, media_type, name)
    assert blob.start <= LONGEST_HEADER


@given(st.binary(max_size=300))
@settings(max_examples=150)
def test_bytes_from_anywhere_are_refused(envelope):
    try:
        open_envelope(sha256(envelope).hexdigest(), envelope)
    except LandreleaseError as refusal:
        assert refusal.codes == ("LR1141",)  # noqa: PT017
    else:
        raise AssertionError("no envelope is made by chance: its salt alone has 64 digits")
