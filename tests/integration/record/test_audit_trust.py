"""The audit of signatures: whose key, whether due, for whom a node speaks, what a revocation voids."""

import base64

import pytest
from tests.samples.nodes import carry
from tests.samples.programme import (
    BO,
    CENTRE_KEY,
    NORTH_KEY,
    OFFICER_KEY,
    OPERATOR,
    SOUTH_KEY,
    THIEF_KEY,
    Programme,
    grant,
    report,
    revocation,
)
from tests.samples.tampering import behind_triggers, forge, forge_from, stored
from tests.samples.watchers import Impatient

from landrelease.record.audit import Signatures, audit
from landrelease.record.audit.signatures import SignatureCheck
from landrelease.record.entry import Statement
from landrelease.record.ledger import Ledger
from landrelease.record.signing.keys import entry_message, officer_message

FIRST_REPORT, LAST_REPORT = 3, 12
"""Places in the log of the centre: its introduction, the grant for north, north's introduction, then reports."""


@pytest.fixture
def programme(tmp_path):
    return Programme(tmp_path)


def audited(programme, **options):
    with programme.open() as centre:
        return audit(centre, **options)


def codes(report):
    return [(finding.error.code, finding.details.get("index")) for finding in report.findings]


def test_a_sound_programme(programme):
    report = audited(programme)
    assert codes(report) == []
    assert (report.signed, report.verified, report.nodes, report.checkpoints, report.blobs) == (15, 15, 2, 1, 1)
    assert report.root == base64.b64decode(programme.note.split("\n")[2]).hex()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("signature = NULL", "LR1068"),
        ("signature = zeroblob(64)", "LR1067"),
        ("signature = substr(signature, 1, 63)", "LR1067"),
        ("signature = CAST('a text' AS TEXT)", "LR1067"),
        ("signature = (SELECT signature FROM entry WHERE node = 'north' AND seq = 3)", "LR1067"),
    ],
)
@pytest.mark.parametrize("index", [0, 1, 2, FIRST_REPORT, 14])
def test_signatures_that_do_not_hold(programme, change, found, index):
    behind_triggers(
        programme.path, f"UPDATE entry SET {change} WHERE hash = (SELECT entry_hash FROM log WHERE idx = {index})"
    )
    report = audited(programme)
    assert (found, index) in codes(report)
    assert report.first.details["index"] <= index


@pytest.mark.parametrize(("signer", "found"), [(None, "LR1067"), (THIEF_KEY, "LR1067"), (CENTRE_KEY, "LR1067")])
def test_a_whole_chain_made_again_without_the_key_of_its_node(programme, signer, found):
    forge_from(programme.path, LAST_REPORT, b'"cleared_area_m2":1000', b'"cleared_area_m2":9000', signer)
    assert (found, LAST_REPORT) in codes(audited(programme))


def test_a_chain_made_again_with_the_key_of_its_node_is_found_by_the_checkpoint_alone(programme):
    forge(programme.path, LAST_REPORT, b'"cleared_area_m2":1000', b'"cleared_area_m2":9000', NORTH_KEY)
    before, after = (
        programme.entries()[13].cites[-1],
        stored(programme.path, "SELECT lower(hex(entry_hash)) FROM log WHERE idx = ?", LAST_REPORT)[0][0],
    )
    forge_from(programme.path, 13, before.encode(), after.encode(), CENTRE_KEY)
    assert codes(audited(programme)) == [("LR1084", None)]


class TestHeads:
    """Only the last signature of each key is computed."""

    def test_it_says_how_many_were_computed(self, programme):
        report = audited(programme, signatures=Signatures.HEADS)
        assert (report.errors, report.signed, report.verified) == (0, 15, 2)

    def test_the_last_one_is_computed(self, programme):
        behind_triggers(programme.path, "UPDATE entry SET signature = zeroblob(64) WHERE node = 'north' AND seq = 11")
        assert codes(audited(programme, signatures=Signatures.HEADS)) == [("LR1067", LAST_REPORT)]

    def test_an_earlier_one_is_not_but_its_bytes_are_vouched_for(self, programme):
        behind_triggers(programme.path, "UPDATE entry SET signature = zeroblob(64) WHERE node = 'north' AND seq = 5")
        assert codes(audited(programme, signatures=Signatures.HEADS)) == []
        assert ("LR1067", 6) in codes(audited(programme))
        forge_from(programme.path, 6, b'"cleared_area_m2":400', b'"cleared_area_m2":900')
        assert "LR1067" in dict(codes(audited(programme, signatures=Signatures.HEADS)))

    def test_a_missing_one_is_found(self, programme):
        behind_triggers(programme.path, "UPDATE entry SET signature = NULL WHERE node = 'north' AND seq = 5")
        assert codes(audited(programme, signatures=Signatures.HEADS)) == [("LR1068", 6)]

    def test_the_last_of_each_key_is_computed(self, programme):
        with programme.open() as centre:
            centre.append([grant(SOUTH_KEY.public, "north", from_seq=12)])
        with programme.open() as centre, programme.open_north() as north:
            carry(centre, north)
            north.signer = SOUTH_KEY
            north.append([report(77), report(78)])
            carry(north, centre)
        sound = audited(programme, signatures=Signatures.HEADS)
        assert (sound.errors, sound.verified) == (0, 3)
        behind_triggers(programme.path, "UPDATE entry SET signature = zeroblob(64) WHERE node = 'north' AND seq = 11")
        assert codes(audited(programme, signatures=Signatures.HEADS)) == [("LR1067", LAST_REPORT)]


def stranger(programme, statements=None):
    """A ledger of a node that nobody granted a key, written into the centre's file by hand."""
    path = programme.folder / "south.sqlite"
    with Ledger.create(path, "south", programme.clock, signer=THIEF_KEY, root=CENTRE_KEY.public.hex) as other:
        other.append(statements or [report(99)])
        with programme.open() as centre:
            carry(other, centre)


def test_a_node_that_no_authority_knows_is_named_once(programme):
    stranger(programme, statements=[report(98), report(99)])
    assert [code for code, _index in codes(audited(programme))] == ["LR1160"]


def test_a_node_without_signatures_that_no_authority_knows(programme):
    with Ledger.create(programme.folder / "s.sqlite", "south", programme.clock) as other, programme.open() as centre:
        other.append([report(98), report(99)])
        carry(other, centre)
    assert codes(audited(programme)) == [("LR1160", 15)]


def test_a_grant_by_a_node_without_authority_grants_nothing(programme):
    with programme.open_north() as north, programme.open() as centre:
        north.append([grant_as_north()])
        carry(north, centre)
    stranger(programme)
    assert ("LR1160", 16) in codes(audited(programme))


def grant_as_north():
    forged = grant(THIEF_KEY.public, "south")
    return Statement(forged.kind, forged.subject, forged.body, forged.valid_from, "person:amina", OPERATOR)


def test_an_organisation_for_which_the_node_may_not_speak(programme):
    north = stored(programme.path, "SELECT content FROM entry WHERE node = 'north' AND seq = 11")[0][0]
    assert b'"organisation":"op:1"' in north
    forge(programme.path, LAST_REPORT, b'"organisation":"op:1"', b'"organisation":"op:2"', NORTH_KEY)
    behind_triggers(programme.path, "UPDATE entry SET organisation = 'op:2' WHERE node = 'north' AND seq = 11")
    report = audited(programme)
    assert ("LR1162", LAST_REPORT) in codes(report)
    assert "op:2" in next(one for one in report.findings if one.error.code == "LR1162").what


def test_entries_that_a_revocation_voids_are_told_and_their_signatures_still_checked(programme):
    with programme.open() as centre:
        centre.append([revocation(NORTH_KEY.public, from_seq=9)])
    report = audited(programme)
    assert report.intact
    assert codes(report) == [("LR1076", None)]
    assert report.findings[0].details == {"count": 3, "node": "north", "seq": 9, "reason": "laptop stolen"}
    behind_triggers(programme.path, "UPDATE entry SET signature = zeroblob(64) WHERE node = 'north' AND seq = 10")
    assert ("LR1067", 11) in codes(audited(programme))


def test_own_entries_before_the_authority_has_granted_the_key(programme):
    path = programme.folder / "south.sqlite"
    with Ledger.create(path, "south", programme.clock, signer=SOUTH_KEY, root=CENTRE_KEY.public.hex) as south:
        south.append([report(1), report(2)])
        found = audit(south)
    assert found.intact
    assert codes(found) == [("LR1163", None)]
    assert found.findings[0].details == {"count": 3, "node": "south", "seq": 1}


def test_a_ledger_that_lost_its_root_is_told(programme):
    behind_triggers(programme.path, "UPDATE meta SET name = 'toor' WHERE name = 'root'")
    assert ("LR1164", None) in codes(audited(programme))


def test_signed_entries_that_no_grant_covers_are_told_once_with_the_first(programme):
    stranger(programme, statements=[report(97), report(98), report(99)])
    with programme.open() as centre:
        centre.append([grant(THIEF_KEY.public, "south", from_seq=4)])
    report_ = audited(programme)
    assert codes(report_) == [("LR1161", 16)]
    assert report_.findings[0].details["count"] == 2


def test_another_root_is_found(programme):
    behind_triggers(programme.path, ("UPDATE meta SET value = ? WHERE name = 'root'", (THIEF_KEY.public.hex,)))
    assert "LR1160" in dict(codes(audited(programme)))


def test_a_root_that_is_no_key_is_found(programme):
    behind_triggers(programme.path, "UPDATE meta SET value = 'x' || value WHERE name = 'root'")
    assert codes(audited(programme)) != []


class TestOfficers:
    """Signatures of single entries by signing officers."""

    def signed(self, programme, key=OFFICER_KEY, signed=None, granted=True):
        about = programme.reports[0].hash
        signature = key.sign(officer_message(signed or about)).hex()
        body = {"entry": about, "public_key": key.public.hex, "signature": signature}
        with programme.open() as centre:
            if granted:
                centre.append([grant(OFFICER_KEY.public, BO, "officer")])
            centre.append([Statement("signature", f"entry:{about}", body, "2026-08-14", BO, "op:nc", cites=(about,))])

    def test_one_that_holds(self, programme):
        self.signed(programme)
        assert codes(audited(programme)) == []

    def test_one_that_was_changed(self, programme):
        self.signed(programme)
        content = stored(programme.path, "SELECT content FROM entry WHERE kind = 'signature'")[0][0]
        digits = content.split(b'"signature":"')[1][:8]
        forge(programme.path, 16, digits, b"00000000", CENTRE_KEY)
        assert codes(audited(programme)) == [("LR1069", 16)]


@pytest.mark.parametrize(("bound", "value"), [("CHUNK", 4), ("CHUNK_BYTES", 1_000)])
def test_the_chunks_are_verified_as_they_fill(programme, monkeypatch, bound, value):
    monkeypatch.setattr(f"landrelease.record.audit.signatures.{bound}", value)
    behind_triggers(programme.path, "UPDATE entry SET signature = zeroblob(64) WHERE node = 'north' AND seq IN (2, 7)")
    report = audited(programme)
    assert (report.verified, codes(report)) == (15, [("LR1067", 3), ("LR1067", 8)])


def test_cancelling_lets_the_threads_go(programme):
    with programme.open() as centre, pytest.raises(KeyboardInterrupt):
        audit(centre, Impatient(4))


def test_a_check_without_signatures_verifies_nothing():
    check = SignatureCheck()
    assert check.end() == []
    assert (check.signed, check.verified) == (0, 0)
    assert entry_message(b"{}") == b"{}"
