"""The audit of what lies beside the log: checkpoints, attachments, held entries, guards. What depends on an error."""

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from tests.samples.programme import (
    AUTHORITY,
    BO,
    CENTRE_KEY,
    NORTH_KEY,
    SOUTH_KEY,
    THIEF_KEY,
    WITNESS_KEY,
    Programme,
    grant,
    report,
    revocation,
)
from tests.samples.tampering import behind_triggers, stored

from landrelease.errors import ErrorCode, LandreleaseError
from landrelease.record.attachments.blobs import attach
from landrelease.record.attachments.erasure import erase
from landrelease.record.audit import audit
from landrelease.record.audit.dependents import LISTED_CITING
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import Checkpoint, keep, make_checkpoint, origin_of, read_checkpoint
from landrelease.record.proofs.notes import cosign, sign_note
from landrelease.record.stores import Held


@pytest.fixture
def programme(tmp_path):
    return Programme(tmp_path)


def audited(programme, **options):
    with programme.open() as centre:
        return audit(centre, **options)


def codes(report):
    return [finding.error.code for finding in report.findings]


class TestCheckpoints:
    """Those that were kept, those that were given to someone."""

    @pytest.mark.parametrize(
        ("change", "found"),
        [
            ("DELETE FROM log WHERE idx = 14", "LR1083"),
            ("UPDATE log SET received = '2026-08-14T15:02:30Z' WHERE idx = 1", "LR1085"),
            ("UPDATE checkpoint SET size = 14", "LR1165"),
            ("UPDATE checkpoint SET root = zeroblob(32)", "LR1165"),
            ("UPDATE checkpoint SET origin = 'landrelease/south'", "LR1165"),
            ("UPDATE checkpoint SET note = replace(note, '15', '14')", "LR1165"),
            ("UPDATE checkpoint SET note = replace(note, 'received 2026', 'received 2025')", "LR1087"),
            ("UPDATE checkpoint SET note = 'torn'", "LR1080"),
        ],
    )  # fmt: skip
    def test_what_was_changed_is_found(self, programme, change, found):
        behind_triggers(programme.path, change)
        assert found in codes(audited(programme))

    def test_a_tail_cut_off_together_with_the_kept_checkpoint_is_found_by_the_one_that_left_the_building(
        self, programme
    ):
        behind_triggers(
            programme.path, "DELETE FROM checkpoint", "DELETE FROM log WHERE idx >= 13",
            "DELETE FROM entry WHERE hash NOT IN (SELECT entry_hash FROM log)",
        )  # fmt: skip
        assert [code for code in codes(audited(programme)) if code != "LR1175"] == []
        given = audited(programme, checkpoints={"from-the-donor.txt": programme.note})
        first = given.first
        assert (first.error.code, first.file, first.details["expected"]) == ("LR1083", "from-the-donor.txt", 15)

    def test_how_far_the_log_agrees_is_told(self, programme):
        with programme.open() as centre:
            centre.append([report(60)])
            make_checkpoint(centre)
            centre.append([report(61)])
        assert audited(programme).agreed == 16
        behind_triggers(programme.path, "UPDATE log SET received = '2026-08-14T15:09:00Z' WHERE idx = 15")
        found = audited(programme)
        assert (found.agreed, codes(found)) == (15, ["LR1025", "LR1085"])

    def test_a_checkpoint_of_another_log(self, programme):
        with programme.open_north() as north:
            note = make_checkpoint(north)
        assert codes(audited(programme, checkpoints={"n.txt": note})) == ["LR1086"]

    def test_a_checkpoint_signed_with_another_key(self, programme):
        text = programme.note.split("\n\n")[0] + "\n"
        forged = sign_note(text, "landrelease/centre", THIEF_KEY)
        assert codes(audited(programme, checkpoints={"n.txt": forged})) == ["LR1087"]

    def of_north(self, programme, root, key=NORTH_KEY, size=3, origin="landrelease/north"):
        checkpoint = Checkpoint(origin, size, root)
        with programme.open() as centre:
            keep(centre, checkpoint, sign_note(checkpoint.text(), origin, key))

    def test_those_of_other_logs(self, programme):
        self.of_north(programme, b"\1" * 32)
        assert codes(audited(programme)) == []
        self.of_north(programme, b"\2" * 32)
        assert codes(audited(programme)) == ["LR1167"]

    def test_those_of_other_logs_with_a_wrong_signature_or_an_unknown_key(self, programme):
        self.of_north(programme, b"\1" * 32, key=SOUTH_KEY)
        self.of_north(programme, b"\1" * 32, origin="landrelease/south")
        self.of_north(programme, b"\1" * 32, origin="example.org/log")
        assert sorted(codes(audited(programme))) == ["LR1087", "LR1166", "LR1166"]

    def test_those_of_other_logs_that_are_torn(self, programme):
        self.of_north(programme, b"\1" * 32)
        behind_triggers(programme.path, "UPDATE checkpoint SET note = 'torn' WHERE origin = 'landrelease/north'")
        assert codes(audited(programme)) == ["LR1080"]

    def cosigned(self, programme, key=WITNESS_KEY):
        """The kept checkpoint with a cosignature of a witness that the authority knows."""
        text = programme.note.split("\n\n")[0] + "\n"
        with programme.open() as centre:
            centre.append([grant(WITNESS_KEY.public, "donor", "witness")])
            note = programme.note + cosign(text, "donor", key, 1_786_000_000).line
            keep(centre, read_checkpoint(note)[1], note)

    def test_cosignatures_of_known_witnesses_hold(self, programme):
        self.cosigned(programme)
        report = audited(programme)
        assert (codes(report), report.checkpoints) == ([], 2)

    def test_a_cosignature_that_was_edited(self, programme):
        self.cosigned(programme)
        ((note,),) = stored(programme.path, "SELECT note FROM checkpoint WHERE note LIKE '%donor%'")
        forged = note[:-12] + ("A" if note[-12] != "A" else "B") + note[-11:]
        behind_triggers(programme.path, ("UPDATE checkpoint SET note = ? WHERE note = ?", (forged, note)))
        assert codes(audited(programme)) == ["LR1091"]

    def test_a_signature_by_nobody_known_is_told(self, programme):
        self.cosigned(programme, key=THIEF_KEY)
        report = audited(programme)
        assert (report.intact, codes(report)) == (True, ["LR1168"])


class TestAttachments:
    """Stored bytes against their hash, erasure as it was said."""

    @pytest.mark.parametrize(
        ("change", "found"),
        [
            ("UPDATE blob SET content = content || x'00'", ["LR1170"]),
            ("UPDATE blob SET content = CAST(content AS TEXT)", ["LR1170"]),
            ("UPDATE blob SET content = NULL, erased_reason = 'lost'", ["LR1172", "LR1174"]),
            ("DELETE FROM blob", ["LR1173"]),
            ("UPDATE blob SET sha256 = zeroblob(32)", ["LR1170", "LR1173", "LR1175"]),
        ],
    )
    def test_what_was_changed_is_found(self, programme, change, found):
        behind_triggers(programme.path, change)
        assert sorted(codes(audited(programme))) == found

    def test_a_missing_one_is_a_warning_and_the_ledger_sound(self, programme):
        behind_triggers(programme.path, "DELETE FROM blob")
        report = audited(programme)
        assert (report.intact, report.warnings) == (True, 1)
        assert programme.blob in report.findings[0].what

    def erased(self, programme):
        content = stored(programme.path, "SELECT content FROM blob")[0][0]
        with programme.open() as centre:
            erase(centre, [programme.blob], "asked for by the owner", BO, AUTHORITY)
        return content

    def test_an_erased_one_is_told_with_its_reason(self, programme):
        self.erased(programme)
        report = audited(programme)
        assert (report.intact, codes(report)) == (True, ["LR1174"])
        assert "asked for by the owner" in report.findings[0].what

    def test_one_that_was_erased_and_brought_back(self, programme):
        content = self.erased(programme)
        behind_triggers(programme.path, ("UPDATE blob SET content = ?, erased_reason = NULL", (content,)))
        assert codes(audited(programme)) == ["LR1171"]

    def test_one_whose_reason_was_changed(self, programme):
        self.erased(programme)
        behind_triggers(programme.path, "UPDATE blob SET erased_reason = 'mistake'")
        assert sorted(codes(audited(programme))) == ["LR1172", "LR1174"]

    def test_one_whose_erasure_was_voided_by_a_revocation_stays_explained(self, programme):
        self.erased(programme)
        with programme.open() as centre:
            centre.replace_key(SOUTH_KEY, "laptop stolen")
            centre.append([revocation(CENTRE_KEY.public, from_seq=5)])
        assert sorted(codes(audited(programme))) == ["LR1076", "LR1174"]

    def test_one_that_no_statement_names(self, programme):
        with programme.open() as centre, centre.store.writing() as writer:
            writer.add_blob(hashlib.sha256(b"stray").hexdigest(), b"stray")
        report = audited(programme)
        assert (report.intact, report.blobs, codes(report)) == (True, 2, ["LR1175"])

    def test_many_missing_are_one_finding(self, programme):
        with programme.open() as centre:
            for number in range(3):
                attach(centre, bytes([number]), cites=[], author=BO, organisation=AUTHORITY)
        behind_triggers(programme.path, "DELETE FROM blob")
        report = audited(programme)
        assert (codes(report), report.findings[0].details["count"]) == (["LR1173"], 4)


class TestHeld:
    """Entries that wait."""

    def hold(self, programme, *seqs, node="east", cites=()):
        path = programme.folder / f"{node}.sqlite"
        with Ledger.create(path, node, programme.clock) as other, programme.open() as centre:
            other.append([report(number) for number in range(6)])
            rows = [row for row in other.store.rows() if row.seq in seqs]
            with centre.store.writing() as writer:
                writer.hold(Held(row.hash, row.node, row.seq, row.received, row.content, None) for row in rows)

    def test_they_are_told_with_what_they_wait_for(self, programme):
        self.hold(programme, 3, 4, 6)
        report = audited(programme)
        assert (report.intact, codes(report)) == (True, ["LR1177"])
        assert report.findings[0].details["waits"] == "number 1 of node east"
        assert (report.findings[0].details["count"], report.findings[0].details["seq"]) == (3, 3)

    def test_nothing_is_missing_any_more(self, programme):
        self.hold(programme, 1)
        assert audited(programme).findings[0].details["waits"] == "the next merge"

    @pytest.mark.parametrize(
        "change", ["content = content || x'20'", "seq = 9", "node = 'west'", "hash = randomblob(32)"]
    )
    def test_one_that_was_changed(self, programme, change):
        self.hold(programme, 3)
        behind_triggers(programme.path, f"UPDATE held SET {change}")
        assert codes(audited(programme)) == ["LR1176"]


class TestGuards:
    """The triggers of the file."""

    def test_one_that_is_missing_is_named(self, programme):
        behind_triggers(programme.path)
        assert codes(audited(programme)) == []
        plainly(programme.path, "DROP TRIGGER entry_update")
        report = audited(programme)
        assert (codes(report), report.findings[0].details["guards"]) == (["LR1178"], "entry_update")

    @pytest.mark.parametrize("sql", [
        "CREATE TRIGGER entry_update BEFORE UPDATE ON entry BEGIN SELECT 1; END",
        "CREATE TRIGGER entry_update AFTER UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entry is append-only'); END",
    ])  # fmt: skip
    def test_one_that_was_changed_is_named(self, programme, sql):
        plainly(programme.path, "DROP TRIGGER entry_update", sql)
        assert audited(programme).findings[0].details["guards"] == "entry_update"

    def test_one_that_was_added_is_named(self, programme):
        plainly(
            programme.path,
            "CREATE TRIGGER helper AFTER INSERT ON log BEGIN DELETE FROM held; END",
        )
        assert audited(programme).findings[0].details["guards"] == "helper"

    def test_a_file_of_an_older_version_has_them_all_once_it_was_brought_forward(self, tmp_path):
        path = tmp_path / "old.sqlite"
        script = files("landrelease.record.stores").joinpath("schema.sql").read_text("utf-8")
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(script)
            connection.execute("INSERT INTO meta VALUES ('node', 'north')")
            connection.commit()
        with Ledger.open(path) as ledger:
            ledger.append([report(1)])
            assert codes(audit(ledger)) == []


def plainly(path, *statements):
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


class TestDependents:
    """What rests on the first bad entry."""

    def test_nothing_where_all_is_sound(self, programme):
        assert audited(programme).dependents is None

    def test_nothing_where_no_entry_is_wrong(self, programme):
        plainly(programme.path, "DROP TRIGGER entry_update")
        assert audited(programme).dependents is None

    def test_chain_citations_subjects_and_the_first_checkpoint(self, programme):
        name = programme.reports[0].hash
        behind_triggers(
            programme.path, ("UPDATE entry SET content = content || x'20' WHERE hash = ?", (bytes.fromhex(name),))
        )
        rest = audited(programme).dependents
        assert (rest.hash, rest.index, rest.node, rest.seq) == (name, 3, "north", 2)
        assert (rest.later, rest.citing) == (9, 2)
        assert [kind for _hash, kind, _subject in rest.first_citing] == ["review", "attachment"]
        assert rest.subjects[0] == "report:1"
        assert rest.subject_count == len(rest.subjects) == 3
        assert rest.checkpoint == ("landrelease/centre", 15)

    def test_citations_are_followed_over_any_number_of_steps_and_listed_up_to_a_limit(self, tmp_path):
        with Ledger.create(tmp_path / "l.sqlite", "n") as ledger:
            ledger.append([report(0), report(1)])
            chain = next(ledger.log()).entry.hash
            for number in range(LISTED_CITING + 5):
                statement = replace(report(number + 2), cites=(chain,))
                chain = ledger.append([statement])[0].hash
        behind_triggers(tmp_path / "l.sqlite", "UPDATE entry SET content = content || x'20' WHERE seq = 1")
        with Ledger.open(tmp_path / "l.sqlite") as ledger:
            rest = audit(ledger).dependents
        assert (rest.citing, len(rest.first_citing)) == (LISTED_CITING + 5, LISTED_CITING)
        assert (rest.later, rest.subject_count, len(rest.subjects)) == (LISTED_CITING + 6, LISTED_CITING + 6, 20)
        assert rest.checkpoint is None

    def test_a_missing_entry_has_no_chain_to_follow(self, programme):
        behind_triggers(programme.path, "DELETE FROM entry WHERE node = 'north' AND seq = 2")
        rest = audited(programme).dependents
        assert (rest.index, rest.node, rest.later, rest.citing) == (3, None, 0, 2)


def test_every_code_of_the_audit_has_a_test():
    codes_ = {code.code for code in ErrorCode if "LR1160" <= code.code <= "LR1178"}
    files = ["test_audit_beside.py", "test_audit_trust.py"]
    text = "".join((Path(__file__).parent / name).read_text("utf-8") for name in files)
    assert {code for code in codes_ if f'"{code}"' not in text} == set()


def test_origins_of_logs_that_are_not_ours_have_no_node():
    assert origin_of("a b") == "landrelease/a%20b"
    with pytest.raises(LandreleaseError):
        Checkpoint("", 1, b"")
