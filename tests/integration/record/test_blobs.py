"""Attachments on SQLite and PostgreSQL: stored with their statement, safe only on another's word, erased for good."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from tests.samples.nodes import carry, report

from landrelease.errors import LandreleaseError
from landrelease.record.attachments.blobs import (
    AttachmentState,
    attach,
    attachments,
    confirm,
    full_hash,
    may_leave,
    read_blob,
)
from landrelease.record.attachments.envelope import LARGEST_BLOB, seal
from landrelease.record.attachments.erasure import apply_erasures, erase
from landrelease.record.audit import audit
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.keeping import BlobHeld, KeyGrant, KeyRevocation
from landrelease.record.ledger import Ledger
from landrelease.record.signing.keys import SigningKey
from landrelease.terms import AttachmentKind, KeyRole, Standing

PHOTO = b"\xff\xd8 a photograph of a lane \xff\xd9" * 50
BY = {"author": "person:amina", "organisation": "op:1"}
CENTRE = {"author": "person:bo", "organisation": "authority"}
SEED = bytes(range(32))


@pytest.fixture
def north(tmp_path):
    with Ledger.create(tmp_path / "north.sqlite", node="north") as ledger:
        yield ledger


@pytest.fixture
def centre(tmp_path):
    with Ledger.create(tmp_path / "centre.sqlite", node="centre") as ledger:
        yield ledger


def photo(ledger: Ledger, **changes):
    (entry,) = ledger.append([report()])
    values = {"cites": [entry.hash], "kind": AttachmentKind.PHOTO, "media_type": "image/jpeg", "name": "lane.jpg"}
    return attach(ledger, changes.pop("content", PHOTO), **(values | BY | changes))


def state(ledger: Ledger) -> AttachmentState:
    (found,) = attachments(ledger, fold(ledger.log()))
    return found


def codes(ledger: Ledger) -> set[str]:
    return {finding.error.code for finding in audit(ledger).findings}


# --- attached ---


def test_an_attachment_is_a_statement_and_its_bytes(make_ledger):
    north = make_ledger()
    entry = photo(north, note="lane 3")
    blob = read_blob(north, entry.body["blob"])
    assert (blob.content, blob.media_type, blob.name) == (PHOTO, "image/jpeg", "lane.jpg")
    assert dict(entry.body) == {
        "blob": entry.body["blob"], "kind": "photo", "media_type": "image/jpeg", "name": "lane.jpg", "note": "lane 3",
        "personal": False, "size_bytes": len(PHOTO),
    }  # fmt: skip
    assert entry.subject == "blob:" + entry.body["blob"]
    found = state(north)
    assert (found.here, found.erased_reason, found.confirmed_by, found.safe) == (True, None, (), False)
    assert found.standing is Standing.OFFICIAL
    assert audit(north).intact


def test_a_large_one_comes_back_byte_for_byte_and_goes_whole(make_ledger):
    north = make_ledger()
    content = Random(5).randbytes(2_500_001)
    blob = photo(north, content=content).body["blob"]
    assert read_blob(north, blob).content == content
    assert north.store.blob_states()[0].size_bytes > len(content)
    done = erase(north, [blob], "asked", **BY)
    if done.overwritten:
        files = b"".join(path.read_bytes() for path in Path(north.store.name).parent.glob("*.sqlite*"))
        assert not [place for place in range(0, len(content), 999) if content[place : place + 16] in files]


def test_a_file_is_attached_as_it_is(north, tmp_path):
    (tmp_path / "track.gpx").write_bytes(PHOTO)
    entry = photo(north, content=tmp_path / "track.gpx", name="track.gpx", media_type="application/gpx+xml")
    assert read_blob(north, entry.body["blob"]).content == PHOTO


@pytest.mark.parametrize("personal", [{"personal": True}, {"kind": AttachmentKind.PERSONAL_DATA}])
def test_of_personal_content_the_record_keeps_no_name(north, personal):
    entry = photo(north, name="amina-passport.jpg", **personal)
    assert entry.body["personal"] is True
    assert b"passport" not in b"".join(logged.entry.content for logged in north.log())
    assert read_blob(north, entry.body["blob"]).name == "amina-passport.jpg"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"media_type": "photo"}, "LR1142"),
        ({"media_type": "Image/JPEG"}, "LR1142"),
        ({"name": "../../etc/passwd"}, "LR1142"),
        ({"name": ""}, "LR1142"),
        ({"cites": ["0" * 64]}, "LR1006"),
        ({"author": " "}, "LR1004"),
    ],
)
def test_what_is_refused_leaves_neither_bytes_nor_statement(make_ledger, changes, code):
    north = make_ledger()
    with pytest.raises(LandreleaseError, match=code):
        photo(north, **changes)
    assert north.store.blob_states() == []
    assert [logged.entry.kind for logged in north.log()] == ["clearance.report"]


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(north, tmp_path):
    with (tmp_path / "film.mp4").open("wb") as stream:
        stream.truncate(LARGEST_BLOB + 1)  # sparse: takes no room
    with pytest.raises(LandreleaseError, match="LR1146"):
        photo(north, content=tmp_path / "film.mp4")
    assert north.store.blob_states() == []


def test_a_blob_is_found_by_the_beginning_of_its_hash(north):
    blob = photo(north).body["blob"]
    assert full_hash(north, blob[:8]) == full_hash(north, blob) == blob
    for prefix in (blob[:7], "00000000", ""):
        with pytest.raises(LandreleaseError, match="LR1143"):
            full_hash(north, prefix)


def test_a_blob_that_is_nowhere_and_one_that_is_elsewhere(make_ledger):
    north, centre = make_ledger("north"), make_ledger("centre")
    blob = photo(north).body["blob"]
    carry(north, centre)
    with pytest.raises(LandreleaseError, match="LR1144"):
        read_blob(centre, blob)
    with pytest.raises(LandreleaseError, match="LR1143"):
        read_blob(centre, "0" * 64)
    assert not state(centre).here


def test_stored_bytes_that_were_changed_are_refused(north):
    with north.store.writing() as writer:
        writer.add_blob("ab" * 32, b"not its hash")
    with pytest.raises(LandreleaseError, match="LR1170"):
        read_blob(north, "ab" * 32)
    with pytest.raises(LandreleaseError, match="LR1170"):
        confirm(north, **BY)
    assert not list(north.log())


# --- safe ---


def test_safe_is_what_another_node_has_confirmed(make_ledger):
    north, centre = make_ledger("north"), make_ledger("centre")
    blob = photo(north).body["blob"]
    confirm(north, **BY)
    assert not state(north).safe  # its own word is no second place
    carry(north, centre, blobs=True)
    assert state(centre).safe  # north says that it has it
    (held,) = confirm(centre, **CENTRE)
    assert (held.body["blobs"], held.node) == ([blob], "centre")
    assert confirm(centre, **CENTRE) == []
    carry(centre, north)
    assert (state(north).confirmed_by, state(north).safe) == (("centre",), True)


def test_a_node_confirms_only_what_it_has(north, centre):
    blob = photo(north).body["blob"]
    carry(north, centre)
    assert confirm(centre, **CENTRE) == []
    with pytest.raises(LandreleaseError, match="LR1144"):
        confirm(centre, **CENTRE, blobs=[blob])
    assert state(north).safe is False


def test_a_withdrawn_confirmation_confirms_nothing(north, centre):
    photo(north)
    carry(north, centre, blobs=True)
    (held,) = confirm(centre, **CENTRE)
    centre.append([Statement("withdrawal", "w", {"reason": "disk lost"}, "2026-09-01", "person:bo", "authority",
                             cites=(held.hash,))])  # fmt: skip
    carry(centre, north)
    assert (state(north).confirmed_by, state(north).safe) == ((), False)


def test_nor_does_one_of_a_revoked_key(tmp_path):
    root, thief = SigningKey.from_seed(SEED), SigningKey.from_seed(SEED[::-1])
    with (
        Ledger.create(tmp_path / "c.sqlite", node="centre", signer=root) as centre,
        Ledger.create(tmp_path / "f.sqlite", node="field", signer=thief, root=root.public.hex) as field,
    ):
        blob = photo(centre).body["blob"]
        subject = f"key:{thief.public.hex}"
        grant = KeyGrant(role=KeyRole.NODE, holder="field", public_key=thief.public.hex, from_seq=1)
        centre.append([Statement("key.grant", subject, grant, "2026-01-01", "person:bo", "authority")])
        carry(centre, field, blobs=True)
        confirm(field, **BY)
        carry(field, centre)
        assert state(centre).safe
        lost = KeyRevocation(public_key=thief.public.hex, from_seq=2, reason="stolen")
        centre.append([Statement("key.revocation", subject, lost, "2026-09-01", "person:bo", "authority")])
        assert (state(centre).hash, state(centre).safe) == (blob, False)


def test_what_a_node_said_before_it_was_restored_is_not_another_place(tmp_path):
    key = SigningKey.from_seed(SEED)
    with Ledger.create(tmp_path / "n.sqlite", node="north", signer=key) as north:
        photo(north)
        confirm(north, **BY)
        north.new_node(node="north-again")
        assert state(north).confirmed_by == ()


def test_a_claim_about_other_blobs_confirms_nothing(north):
    photo(north)
    other = BlobHeld(blobs=["1" * 64])
    north.append([Statement("blob.held", "node:x", other, "2026-09-01", "person:amina", "op:1")])
    assert not state(north).safe


# --- leaving the node ---


def test_what_a_bundle_may_carry(north):
    plain = photo(north).body["blob"]
    personal = photo(north, personal=True).body["blob"]
    data = photo(north, kind=AttachmentKind.PERSONAL_DATA).body["blob"]
    both = seal(PHOTO, "image/jpeg")
    photo(north, content=both)
    photo(north, content=both, personal=True)
    named = seal(b"a name", "text/plain").sha256
    north.append([Statement("person", "person:7", {"pseudonym": "p7", "blob": named}, "2026-09-01", "a", "op:1")])
    entries = [logged.entry for logged in north.log()]
    assert may_leave(entries) == [plain]
    assert may_leave(entries, personal=True) == sorted([plain, personal, data, both.sha256, named])


# --- erased ---


def test_an_erased_attachment_leaves_its_hash_and_a_sound_record(make_ledger):
    north = make_ledger()
    blob = photo(north).body["blob"]
    before = [logged.entry.hash for logged in north.log()]
    done = erase(north, [blob], "asked by the person", **BY)
    assert (done.blobs, done.asked, len(done.statements)) == ((blob,), (), 1)
    assert done.overwritten == (not done.findings)
    assert [logged.entry.hash for logged in north.log()][: len(before)] == before
    assert done.statements[0].cites == (before[-1],)
    found = state(north)
    assert (found.here, found.erased_reason, found.safe) == (False, "asked by the person", False)
    with pytest.raises(LandreleaseError, match=r"LR1145.*asked by the person"):
        read_blob(north, blob)
    report = audit(north)
    assert report.intact
    assert "LR1174" in {finding.error.code for finding in report.findings}  # and it says so


def test_what_was_erased_is_not_stored_again(make_ledger):
    north = make_ledger()
    sealed = seal(PHOTO, "image/jpeg")
    photo(north, content=sealed)
    erase(north, [sealed.sha256], "r", **BY)
    photo(north, content=sealed)
    with north.store.writing() as writer:
        writer.add_blob(sealed.sha256, sealed.envelope)
    assert not any(found.here for found in attachments(north, fold(north.log())))
    assert north.store.blob(sealed.sha256).content is None
    assert audit(north).intact


@pytest.mark.parametrize(
    ("blobs", "reason", "code"),
    [
        (lambda blob: [blob], "  ", "LR1150"),
        (lambda blob: [blob, "0" * 64], "r", "LR1143"),
        (lambda blob: ["0" * 64, "1" * 64], "r", "LR1143"),
    ],
)
def test_an_erasure_that_is_refused_erases_nothing(make_ledger, blobs, reason, code):
    north = make_ledger()
    blob = photo(north).body["blob"]
    with pytest.raises(LandreleaseError) as refusal:
        erase(north, blobs(blob), reason, **BY)
    assert set(refusal.value.codes) == {code}
    assert len(refusal.value.codes) == (len(blobs(blob)) - (blob in blobs(blob)) or 1)
    assert state(north).here


def test_twice_is_said_and_several_are_one_statement(north):
    one, other = photo(north).body["blob"], photo(north).body["blob"]
    erase(north, [one], "first", **BY)
    with pytest.raises(LandreleaseError, match="LR1145"):
        erase(north, [one], "second", **BY)
    done = erase(north, [one, other], "second", **BY)
    assert done.blobs == (other,)
    assert north.store.blob(one).erased_reason == "first"
    assert len(list(north.log(kind="blob.erased"))) == 2


def test_who_still_reads_is_waited_for_and_then_told(tmp_path):
    path = tmp_path / "ledger.sqlite"
    with Ledger.create(path, wait_s=0.05) as north, closing(sqlite3.connect(path, isolation_level=None)) as reader:
        blob = photo(north).body["blob"]
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM blob").fetchone()
        done = erase(north, [blob], "asked", **BY)
        assert [finding.error.code for finding in done.findings] == ["LR1148"]
        assert (done.blobs, state(north).here) == ((blob,), False)
        assert PHOTO[:200] in path.read_bytes() + path.with_name("ledger.sqlite-wal").read_bytes()
        reader.execute("COMMIT")
        assert apply_erasures(north).findings == ()  # tries again
        assert PHOTO[:200] not in path.read_bytes() + path.with_name("ledger.sqlite-wal").read_bytes()
        assert audit(north).intact


def test_an_erasure_reaches_other_nodes(make_ledger):
    north, centre = make_ledger("north"), make_ledger("centre")
    blob = photo(north).body["blob"]
    carry(north, centre, blobs=True)
    assert apply_erasures(centre).blobs == ()
    assert state(centre).here
    erase(north, [blob], "asked", **BY)
    carry(north, centre)
    done = apply_erasures(centre)
    assert (done.blobs, done.asked, done.statements) == ((blob,), (), ())
    assert (state(centre).here, state(centre).erased_reason) == (False, "asked")
    assert audit(centre).intact
    again = apply_erasures(centre)
    assert (again.blobs, again.findings) == ((), ())


def test_an_erasure_before_its_blob_keeps_the_blob_out(make_ledger):
    north, centre = make_ledger("north"), make_ledger("centre")
    sealed = seal(PHOTO, "image/jpeg")
    photo(north, content=sealed)
    erase(north, [sealed.sha256], "asked", **BY)
    carry(north, centre)
    assert apply_erasures(centre).blobs == (sealed.sha256,)
    with centre.store.writing() as writer:
        writer.add_blob(sealed.sha256, sealed.envelope)
    assert not state(centre).here


def test_a_withdrawn_erasure_is_not_applied(north, centre):
    blob = photo(north).body["blob"]
    carry(north, centre, blobs=True)
    (said,) = erase(north, [blob], "the wrong one", **BY).statements
    north.append([Statement("withdrawal", "w", {"reason": "mistake"}, "2026-09-01", "person:amina", "op:1",
                            cites=(said.hash,))])  # fmt: skip
    carry(north, centre)
    assert apply_erasures(centre).blobs == ()
    assert state(centre).here
    assert audit(centre).intact


def test_an_erasure_that_was_not_applied_is_found(north, centre):
    blob = photo(north).body["blob"]
    carry(north, centre, blobs=True)
    erase(north, [blob], "asked", **BY)
    carry(north, centre)
    assert "LR1171" in codes(centre)
    apply_erasures(centre)
    assert audit(centre).intact


def stranger(north: Ledger, centre: Ledger, tmp_path: Path, prepare: Callable[[Ledger, str], None], **by) -> str:
    """A third node asks for the erasure of a photograph of north; return its hash."""
    blob = photo(north).body["blob"]
    carry(north, centre, blobs=True)
    with Ledger.create(tmp_path / "rival.sqlite", node="rival") as rival:
        carry(north, rival)
        prepare(rival, blob)
        erase(rival, [blob], "never happened", **by)
        carry(rival, centre)
    return blob


def nothing(rival, blob):
    """No preparation."""


def name_it_too(rival, blob):
    rival.append([Statement("attachment", f"blob:{blob}", {"blob": blob, "kind": "photo", "media_type": "image/jpeg",
                            "size_bytes": 1}, "2026-09-01", "person:eve", "op:rival")])  # fmt: skip


@pytest.mark.parametrize("prepare", [nothing, name_it_too])
def test_a_stranger_cannot_make_evidence_disappear(north, centre, tmp_path, prepare):
    blob = stranger(north, centre, tmp_path, prepare, author="person:eve", organisation="op:rival")
    done = apply_erasures(centre)
    assert (done.blobs, done.asked) == ((), (blob,))
    assert [finding.error.code for finding in done.findings] == ["LR1149"]
    assert all(found.here for found in attachments(centre, fold(centre.log())))
    report = audit(centre)
    assert report.intact
    assert "LR1149" in {finding.error.code for finding in report.findings}
    erase(centre, [blob], "looked into", **CENTRE)  # but who looks into it may
    assert apply_erasures(centre).asked == ()


def test_the_organisation_that_attached_it_may_ask_from_another_node(north, centre, tmp_path):
    blob = stranger(north, centre, tmp_path, nothing, author="person:eve", organisation="op:1")
    assert apply_erasures(centre).blobs == (blob,)


def test_the_authority_may_ask_anywhere(tmp_path):
    root, own = SigningKey.from_seed(SEED), SigningKey.from_seed(SEED[::-1])
    with (
        Ledger.create(tmp_path / "c.sqlite", node="centre", signer=root) as centre,
        Ledger.create(tmp_path / "f.sqlite", node="field", signer=own, root=root.public.hex) as field,
    ):
        blob = photo(field).body["blob"]
        grant = KeyGrant(role=KeyRole.NODE, holder="field", public_key=own.public.hex, from_seq=1)
        centre.append([Statement("key.grant", "key:f", grant, "2026-01-01", "person:bo", "authority")])
        carry(field, centre)
        erase(centre, [blob], "by court order", **CENTRE)
        carry(centre, field)
        assert apply_erasures(field).blobs == (blob,)
        assert not state(field).here


def test_only_what_a_statement_explains_is_sound(north):
    blob = photo(north).body["blob"]
    with north.store.writing() as writer:
        writer.erase_blob(blob, "on the quiet")
    assert not audit(north).intact
    assert "LR1172" in codes(north)
