"""Attacks on the record, each carried out: refused, found, or without effect (``docs/explanation/tamper.md``).

This module is longer than the house allows: it is one table, and an attack is read beside its neighbours.

One function an attack, named as in the table of `tools.pages.tamper`; it returns the codes and words that were shown.
"""

import shutil
import sqlite3
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from zipfile import ZipFile

import psycopg
import pytest
from tests.samples.nodes import carry
from tests.samples.programme import (
    AMINA,
    AUTHORITY,
    BO,
    CENTRE_KEY,
    NORTH_KEY,
    OFFICER_KEY,
    OPERATOR,
    SOUTH_KEY,
    THIEF_KEY,
    WITNESS_KEY,
    Programme,
    grant,
    report,
    revocation,
)
from tests.samples.tampering import behind_triggers, bundle_lines, forge, forge_from, rebundle, stored
from tools.pages.tamper import ATTACKS, Way

from landrelease.errors import LandreleaseError
from landrelease.history import check_snapshots, make_snapshots
from landrelease.record.asof.snapshots import SnapshotCache, names, register_at
from landrelease.record.attachments.blobs import attach
from landrelease.record.attachments.erasure import erase
from landrelease.record.audit import audit
from landrelease.record.bundles.bundle import export_bundle
from landrelease.record.bundles.merge import merge
from landrelease.record.canonical import content_hash
from landrelease.record.entry import Statement
from landrelease.record.fold import fold
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import make_checkpoint, parse_checkpoint
from landrelease.record.proofs.notes import cosign, sign_note
from landrelease.record.proofs.proof import make_proof
from landrelease.record.proofs.verdict import verify_proof
from landrelease.record.proofs.witness import add_cosignatures, log_key, make_consistency, witness
from landrelease.record.signing.keys import entry_message, officer_message
from landrelease.record.stores import Held
from landrelease.terms import Standing

CARRIED_OUT: dict[str, Callable[..., set[str]]] = {}
FIRST, LAST = 3, 12
"""Places of the first and the last report of the node north in the centre's log."""


def attack(function):
    CARRIED_OUT[function.__name__] = function
    return function


def audited(place, **options) -> set[str]:
    """Codes of the errors and warnings of an audit."""
    with Ledger.open(place) as ledger:
        return {finding.error.code for finding in audit(ledger, **options).findings}


def refused(work: Callable[[], object]) -> set[str]:
    """Codes of the refusal."""
    with pytest.raises(LandreleaseError) as error:
        work()
    return set(error.value.codes)


def merge_refused(programme, path, incidents=0) -> set[str]:
    """Codes of a refused merge; nothing of the bundle is written, only the incident where one is due."""
    with programme.open() as centre:
        before = len(centre)
        codes = refused(lambda: merge(centre, path))
        assert len(centre) == before + incidents
        assert sum(entry.entry.kind == "incident" for entry in centre.log()) == incidents
    assert audited(programme.path) == set()
    return codes


def bundle(programme, ledger=None, since=0):
    """What the node north, or another ledger, sends."""
    path = programme.folder / "sent.bundle"
    if ledger is not None:
        export_bundle(ledger, path, since)
        return path
    with programme.open_north() as north:
        export_bundle(north, path, since)
    return path


def north_writes(programme, *statements):
    with programme.open_north() as north:
        return list(north.append(statements or [report(50)]))


# the file


@attack
def update_with_sql(programme):
    with closing(sqlite3.connect(programme.path)) as raw, pytest.raises(sqlite3.IntegrityError) as error:
        raw.execute("UPDATE entry SET author = 'x'")
    return {str(error.value)}


@attack
def triggers_dropped(programme):
    with closing(sqlite3.connect(programme.path)) as raw:
        raw.execute("DROP TRIGGER entry_update")
        raw.commit()
    return audited(programme.path)


def edit_a_byte(programme):
    name = programme.reports[4].hash
    content = programme.reports[4].content.replace(b'"cleared_area_m2":500', b'"cleared_area_m2":900')
    behind_triggers(programme.path, ("UPDATE entry SET content = ? WHERE hash = ?", (content, bytes.fromhex(name))))


@attack
def byte_edited(programme):
    edit_a_byte(programme)
    return audited(programme.path)


@attack
def edited_entry_is_read(programme):
    edit_a_byte(programme)
    with Ledger.open(programme.path) as ledger:
        return refused(lambda: fold(ledger.log()))


@attack
def column_edited(programme):
    behind_triggers(programme.path, "UPDATE entry SET author = 'person:bo' WHERE node = 'north' AND seq = 4")
    return audited(programme.path)


@attack
def node_swapped(programme):
    behind_triggers(programme.path, "UPDATE entry SET node = 'south' WHERE node = 'north' AND seq = 4")
    return audited(programme.path)


@attack
def revocation_hidden(programme):
    with programme.open() as centre:
        centre.append([revocation(NORTH_KEY.public, from_seq=5)])
    behind_triggers(programme.path, "UPDATE entry SET kind = 'claim' WHERE kind = 'key.revocation'")
    return audited(programme.path)


@attack
def one_rehashed(programme):
    forge(programme.path, 6, b'"cleared_area_m2":400', b'"cleared_area_m2":900')
    return audited(programme.path)


@attack
def chain_rehashed(programme):
    forge_from(programme.path, 6, b'"cleared_area_m2":400', b'"cleared_area_m2":900')
    return audited(programme.path)


@attack
def chain_resigned_by_thief(programme):
    forge_from(programme.path, 6, b'"cleared_area_m2":400', b'"cleared_area_m2":900', THIEF_KEY)
    return audited(programme.path)


@attack
def all_rewritten_with_the_keys(programme):
    """The thief has both keys: each entry is signed with that of its node."""
    forge_from(programme.path, LAST, b'"cleared_area_m2":1000', b'"cleared_area_m2":9000')
    for name, node, content in stored(programme.path, "SELECT hash, node, content FROM entry"):
        signature = {"centre": CENTRE_KEY, "north": NORTH_KEY}[node].sign(entry_message(content))
        behind_triggers(programme.path, ("UPDATE entry SET signature = ? WHERE hash = ?", (signature, name)))
    behind_triggers(programme.path, "DELETE FROM checkpoint")
    assert audited(programme.path) == set()
    return audited(programme.path, checkpoints={"of-the-donor": programme.note})


@attack
def tail_deleted(programme):
    behind_triggers(
        programme.path, "DELETE FROM checkpoint", "DELETE FROM blob", "DELETE FROM log WHERE idx > 12",
        "DELETE FROM entry WHERE hash NOT IN (SELECT entry_hash FROM log)",
    )  # fmt: skip
    assert audited(programme.path) == set()
    return audited(programme.path, checkpoints={"of-the-donor": programme.note})


@attack
def middle_deleted(programme):
    behind_triggers(
        programme.path, "DELETE FROM entry WHERE node = 'north' AND seq = 4", "DELETE FROM log WHERE idx = 5",
        "UPDATE log SET idx = -idx WHERE idx > 5", "UPDATE log SET idx = -idx - 1 WHERE idx < 0",
    )  # fmt: skip
    return audited(programme.path)


def exchange(programme, one, other):
    behind_triggers(
        programme.path, f"UPDATE log SET idx = -1 WHERE idx = {one}", f"UPDATE log SET idx = {one} WHERE idx = {other}",
        f"UPDATE log SET idx = {other} WHERE idx = -1",
        "UPDATE log SET received = '2026-08-14T15:03:00Z' WHERE idx < 3",
    )  # fmt: skip


@attack
def lines_reordered(programme):
    exchange(programme, 5, 6)
    return audited(programme.path)


@attack
def arrival_reordered(programme):
    exchange(programme, 1, 2)
    return audited(programme.path)


@attack
def received_edited(programme):
    earlier = stored(programme.path, "SELECT received FROM log WHERE idx = ?", LAST)[0][0]
    behind_triggers(programme.path, ("UPDATE log SET received = ? WHERE idx > ?", (earlier, LAST)))
    return audited(programme.path)


@attack
def received_before_the_one_ahead(programme):
    behind_triggers(programme.path, "UPDATE log SET received = '2020-01-01T00:00:00Z' WHERE idx = 13")
    return audited(programme.path)


@attack
def clock_set_back(programme):
    with programme.open() as centre:
        last = list(centre.log())[-1].received
        before = [logged.entry.hash for logged in centre.log(received_by="2026-08-13")]
        programme.clock.now -= timedelta(days=30)
        (late,) = centre.append([report(77)])
        assert late.recorded < last
        assert list(centre.log())[-1].received == last
        assert [logged.entry.hash for logged in centre.log(received_by="2026-08-13")] == before
    assert audited(programme.path) == set()
    return {"received repeats that of the entry before; what was known before does not change"}


@attack
def clock_set_ahead(programme):
    programme.clock.now += timedelta(days=30)
    north_writes(programme)
    programme.clock.now -= timedelta(days=30)
    with programme.open() as centre:
        result = merge(centre, bundle(programme))
        assert result.added == 1
    return {finding.error.code for finding in result.findings} | audited(programme.path)


@attack
def signature_stripped(programme):
    behind_triggers(programme.path, "UPDATE entry SET signature = NULL WHERE node = 'north' AND seq = 6")
    return audited(programme.path)


@attack
def signature_of_another(programme):
    other = "(SELECT signature FROM entry WHERE node = 'north' AND seq = 5)"
    behind_triggers(programme.path, f"UPDATE entry SET signature = {other} WHERE node = 'north' AND seq = 6")
    return audited(programme.path)


@attack
def stranger_inserted(programme):
    with accomplice(programme) as other, programme.open() as centre:
        carry(other, centre)
    return audited(programme.path)


def accomplice(programme, statements=None):
    """A sound ledger of an invented node, which says that it trusts the programme's authority."""
    root = CENTRE_KEY.public.hex
    other = Ledger.create(programme.folder / "south.sqlite", "south", programme.clock, signer=THIEF_KEY, root=root)
    other.append(statements or [report(99)])
    return other


@attack
def root_replaced(programme):
    behind_triggers(programme.path, ("UPDATE meta SET value = ? WHERE name = 'root'", (THIEF_KEY.public.hex,)))
    return audited(programme.path)


@attack
def held_edited(programme):
    entry = north_writes(programme)[0]
    with programme.open() as centre, centre.store.writing() as writer:
        writer.hold([Held(entry.hash, "north", entry.seq, entry.recorded, entry.content, None)])
    behind_triggers(programme.path, "UPDATE held SET content = replace(content, '5000', '9000')")
    return audited(programme.path)


@attack
def kept_checkpoint_edited(programme):
    behind_triggers(programme.path, "UPDATE checkpoint SET size = size - 1")
    return audited(programme.path)


@attack
def snapshot_edited(programme):
    cache = SnapshotCache(programme.folder / "cache")
    with programme.open() as centre:
        make_snapshots(centre, cache)
        (name,) = names(centre, [len(centre)]).values()
        snapshot = cache.read(len(centre), name)
        standings = snapshot.prefix.standings.copy()
        standings[LAST] += 1
        cache.write(name, replace(snapshot, prefix=replace(snapshot.prefix, standings=standings)))
        assert register_at(centre, cache).standing(programme.reports[-1].hash) is not Standing.OFFICIAL
        assert fold(centre.log()).standing(programme.reports[-1].hash) is Standing.OFFICIAL
        return {finding.error.code for finding in audit(centre, further=check_snapshots(centre, cache)).findings}


# attachments


@attack
def blob_edited(programme):
    behind_triggers(programme.path, "UPDATE blob SET content = CAST(replace(content, 'report', 'rapport') AS BLOB)")
    return audited(programme.path)


@attack
def blobs_swapped(programme):
    with programme.open() as centre:
        attach(centre, b"another", cites=[], author=BO, organisation=AUTHORITY)
    (one, first), (two, second) = stored(programme.path, "SELECT sha256, content FROM blob")
    behind_triggers(
        programme.path, ("UPDATE blob SET content = ? WHERE sha256 = ?", (second, one)),
        ("UPDATE blob SET content = ? WHERE sha256 = ?", (first, two)),
    )  # fmt: skip
    return audited(programme.path)


@attack
def blob_removed(programme):
    behind_triggers(programme.path, "UPDATE blob SET content = NULL, erased_reason = 'asked for by the owner'")
    return audited(programme.path)


@attack
def erased_blob_brought_back(programme):
    ((content,),) = stored(programme.path, "SELECT content FROM blob")
    with programme.open() as centre:
        erase(centre, [programme.blob], "asked for by the owner", BO, AUTHORITY)
    behind_triggers(programme.path, ("UPDATE blob SET content = ?, erased_reason = NULL", (content,)))
    return audited(programme.path)


@attack
def erased_blob_sent_again(programme):
    with programme.open_north() as north:
        scan = attach(north, b"a name", cites=[], author=AMINA, organisation=OPERATOR).body["blob"]
    path = bundle(programme)
    with programme.open() as centre:
        merge(centre, path)
        erase(centre, [scan], "asked for by the owner", BO, AUTHORITY)
        assert merge(centre, path).blobs == ()
        assert centre.store.blob(scan).content is None
    assert audited(programme.path) == {"LR1174"}
    return {"the content stays erased"}


@attack
def blob_edited_in_a_bundle(programme):
    with programme.open_north() as north:
        scan = attach(north, b"cleared 100 m2", cites=[], author=AMINA, organisation=OPERATOR).body["blob"]
    path = bundle(programme)
    with ZipFile(path) as archive:
        content = archive.read(f"blobs/{scan}")
    forged = rebundle(path, bundle_lines(path), **{f"x{scan}": content.replace(b"100 m2", b"900 m2")})
    return merge_refused(programme, forged)


# keys and words


@attack
def unsigned_append(programme):
    with Ledger.open(programme.path, programme.clock) as centre:
        return refused(lambda: centre.append([report(50)]))


@attack
def foreign_key(programme):
    with Ledger.open(programme.path, programme.clock, signer=THIEF_KEY) as centre:
        return refused(lambda: centre.append([report(50)]))


@attack
def revoked_key_writes(programme):
    with programme.open() as centre, programme.open_north() as north:
        centre.append([revocation(NORTH_KEY.public, from_seq=12)])
        carry(centre, north)
        return refused(lambda: north.append([report(50)]))


def accept(entry, author, organisation):
    body = {"verdict": "accepted"}
    return Statement("review", entry.subject, body, "2026-08-15", author, organisation, cites=(entry.hash,))


@attack
def review_by_the_author(programme):
    (late,) = north_writes(programme)
    with programme.open_north() as north:
        north.append([accept(late, AMINA, OPERATOR)])
        register = fold(north.log())
    assert register.standing(late.hash) is Standing.PENDING
    return {finding.error.code for finding in register.findings}


@attack
def officer_signature_copied(programme):
    genuine, other = programme.reports[0].hash, programme.reports[1].hash
    signature = OFFICER_KEY.sign(officer_message(genuine)).hex()
    with programme.open() as centre:
        centre.append([grant(OFFICER_KEY.public, BO, "officer")])
        body = {"entry": other, "public_key": OFFICER_KEY.public.hex, "signature": signature}
        said = Statement("signature", f"entry:{other}", body, "2026-08-15", BO, AUTHORITY, cites=(other,))
        return refused(lambda: centre.append([said]))


# bundles


@attack
def bundle_byte_edited(programme):
    north_writes(programme)
    path = bundle(programme)
    content = bytearray(path.read_bytes())
    content[200] ^= 1
    path.write_bytes(content)
    return merge_refused(programme, path)


@attack
def bundle_cut_off(programme):
    north_writes(programme)
    path = bundle(programme)
    path.write_bytes(path.read_bytes()[:-30])
    return merge_refused(programme, path)


@attack
def bundle_path_traversal(programme):
    path = bundle(programme)
    with ZipFile(path, "a") as archive:
        archive.writestr("../../home/x", b"#!/bin/sh")
    return merge_refused(programme, path)


@attack
def bundle_entry_edited(programme):
    north_writes(programme)
    path = bundle(programme)
    lines = bundle_lines(path)
    content, signature = lines[-1]
    lines[-1] = content.replace(b'"cleared_area_m2":5000', b'"cleared_area_m2":9000'), signature
    assert lines[-1][0] != content
    return merge_refused(programme, rebundle(path, lines))


@attack
def bundle_reordered(programme):
    north_writes(programme, report(50), report(51))
    path = bundle(programme)
    lines = bundle_lines(path)
    return merge_refused(programme, rebundle(path, [*lines[:-2], lines[-1], lines[-2]]))


@attack
def bundle_node_swapped(programme):
    north_writes(programme)
    path = bundle(programme)
    lines = bundle_lines(path)
    content, signature = lines[-1]
    lines[-1] = content.replace(b'"node":"north"', b'"node":"centre"'), signature
    return merge_refused(programme, rebundle(path, lines))


@attack
def bundle_signature_stripped(programme):
    north_writes(programme)
    path = bundle(programme)
    lines = bundle_lines(path)
    return merge_refused(programme, rebundle(path, [*lines[:-1], (lines[-1][0], None)]))


@attack
def bundle_gap(programme):
    north_writes(programme, report(50), report(51))
    path = bundle(programme)
    lines = bundle_lines(path)
    with programme.open() as centre:
        result = merge(centre, rebundle(path, [*lines[:-2], lines[-1]]))
        assert (result.added, result.held) == (0, 1)
    return {finding.error.code for finding in result.findings}


@attack
def bundle_replayed(programme):
    path = bundle(programme)
    with programme.open() as centre:
        before = len(centre)
        result = merge(centre, path)
        assert (result.added, result.held, len(centre)) == (0, 0, before)
        assert result.known == len(bundle_lines(path))
    assert audited(programme.path) == set()
    return {"every entry is known; nothing is added"}


@attack
def unknown_node(programme):
    with accomplice(programme) as other:
        return merge_refused(programme, bundle(programme, other))


@attack
def grant_by_no_authority(programme):
    said = grant(THIEF_KEY.public, "south")
    north_writes(programme, Statement(said.kind, said.subject, said.body, said.valid_from, AMINA, OPERATOR))
    with accomplice(programme) as other, programme.open_north() as north:
        carry(other, north)
    return merge_refused(programme, bundle(programme))


@attack
def review_for_another_organisation(programme):
    (late,) = north_writes(programme)
    with programme.open_north() as north:
        said = accept(late, BO, AUTHORITY)
        assert refused(lambda: north.append([said]))
        path = programme.folder / "loose.sqlite"  # a changed program does not check itself
        north.store.close()
    shutil.copy(programme.north_path, path)
    behind_triggers(path, ("UPDATE meta SET value = ? WHERE name = 'root'", (NORTH_KEY.public.hex,)))
    with Ledger.open(path, programme.clock, signer=NORTH_KEY) as loose:
        loose.append([said])
        return merge_refused(programme, bundle(programme, loose))


@attack
def revoked_key_sends(programme):
    with programme.open() as centre:
        centre.append([revocation(NORTH_KEY.public, from_seq=12)])
    north_writes(programme)
    path = bundle(programme)
    with programme.open() as centre:
        return refused(lambda: merge(centre, path))


@attack
def fork_by_restored_backup(programme):
    copy = programme.folder / "backup.sqlite"
    shutil.copy(programme.north_path, copy)
    north_writes(programme)
    path = bundle(programme)
    with programme.open() as centre:
        assert merge(centre, path).added == 1
    path.unlink()
    with Ledger.open(copy, programme.clock, signer=NORTH_KEY) as restored:
        restored.append([report(51)])
        bundle(programme, restored)
    return merge_refused(programme, path, incidents=1)


@attack
def own_ledger_restored(programme):
    copy = programme.folder / "backup.sqlite"
    shutil.copy(programme.path, copy)
    with programme.open() as centre, programme.open_north() as north:
        centre.append([grant(THIEF_KEY.public, "east")])
        carry(centre, north)
    path = bundle(programme)
    shutil.copy(copy, programme.path)
    return merge_refused(programme, path)


@attack
def own_ledger_restored_and_written(programme):
    copy = programme.folder / "backup.sqlite"
    shutil.copy(programme.path, copy)
    with programme.open() as centre, programme.open_north() as north:
        centre.append([grant(THIEF_KEY.public, "east")])
        carry(centre, north)
    path = bundle(programme)
    shutil.copy(copy, programme.path)
    with programme.open() as centre:
        centre.append([grant(SOUTH_KEY.public, "west")])
    return merge_refused(programme, path, incidents=1)


@attack
def bundle_bomb(programme):
    path, bomb = bundle(programme), programme.folder / "bomb.bundle"
    with ZipFile(path) as archive, ZipFile(bomb, "w") as packed:
        for member in archive.infolist():
            is_entries = member.filename == "entries.jsonl"
            packed.writestr(member, b"0" * 100_000_000 if is_entries else archive.read(member))
    assert bomb.stat().st_size < 200_000
    return merge_refused(programme, bomb)


@attack
def sender_cut_its_log(programme):
    with programme.open_north() as north:
        make_checkpoint(north)
        bundle(programme, north)
    path = programme.folder / "sent.bundle"
    with programme.open() as centre:
        merge(centre, path)
    path.unlink()
    behind_triggers(
        programme.north_path, "DELETE FROM checkpoint", "UPDATE log SET idx = -1 WHERE idx = 11",
        "UPDATE log SET idx = 11 WHERE idx = 10", "UPDATE log SET idx = 10 WHERE idx = -1",
    )  # fmt: skip
    with Ledger.open(programme.north_path, programme.clock, signer=NORTH_KEY) as north:
        north.append([report(51)])
        make_checkpoint(north)
        bundle(programme, north, since=13)
    return merge_refused(programme, path, incidents=1)


# checkpoints, witnesses, proofs


@attack
def checkpoint_of_another_log(programme):
    with programme.open_north() as north:
        note = make_checkpoint(north)
    return audited(programme.path, checkpoints={"n": note})


@attack
def checkpoint_resigned(programme):
    text = programme.note.split("\n\n")[0] + "\n"
    return audited(programme.path, checkpoints={"n": sign_note(text, "landrelease/centre", THIEF_KEY)})


def donor(programme):
    """A witness that has cosigned the centre's first checkpoint."""
    ledger = Ledger.create(programme.folder / "donor.sqlite", "donor", programme.clock, signer=WITNESS_KEY)
    with programme.open() as centre:
        witness(ledger, make_consistency(centre, 0, programme.note), CENTRE_KEY.public)
    return ledger


@attack
def witness_shown_two_histories(programme):
    ledger = donor(programme)
    rewritten = programme.folder / "rewritten.sqlite"
    shutil.copy(programme.path, rewritten)
    forge_from(rewritten, 14, b"scan.txt", b"scam.txt", CENTRE_KEY)
    behind_triggers(rewritten, "DELETE FROM checkpoint")
    with Ledger.open(rewritten, programme.clock, signer=CENTRE_KEY) as centre:
        centre.append([report(60)])
        request = make_consistency(centre, 15, make_checkpoint(centre))
    with ledger:
        codes = refused(lambda: witness(ledger, request, CENTRE_KEY.public))
        (incident,) = ledger.log(kind="incident")
        assert incident.entry.body["kind"] == "log_inconsistent"
    return codes


@attack
def old_request_sent_again(programme):
    with programme.open() as centre:
        first = make_consistency(centre, 0, programme.note)
        with donor(programme) as ledger:
            centre.append([report(60)])
            witness(ledger, make_consistency(centre, 15, make_checkpoint(centre)), CENTRE_KEY.public)
            return refused(lambda: witness(ledger, first, CENTRE_KEY.public))


@attack
def cosignature_forged(programme):
    text = programme.note.split("\n\n")[0] + "\n"
    line = cosign(text, "landrelease/donor", THIEF_KEY, 1_786_000_000).line
    with programme.open() as centre:
        return refused(lambda: add_cosignatures(centre, programme.note, line))


def proof(programme, number=0):
    with programme.open() as centre:
        text = make_proof(centre, programme.reports[number].hash, programme.note)
    assert verify_proof(text).ok
    return text


def refuted(text, *keys) -> set[str]:
    verdict = verify_proof(text, keys)
    assert (verdict.ok, verdict.proven) == (False, ())
    return {verdict.text()}


@attack
def proof_of_another_entry(programme):
    one, other = proof(programme).split("\n"), proof(programme, 1).split("\n")
    assert one[1].startswith("entry ")
    return refuted("\n".join([one[0], *other[1:3], *one[3:]]))


@attack
def proof_with_edited_words(programme):
    lines = proof(programme).split("\n")
    words = programme.reports[0].content.replace(b'"cleared_area_m2":100', b'"cleared_area_m2":9000')
    lines[1] = f"entry {b64encode(words).decode()}"
    return refuted("\n".join(lines))


@attack
def proof_by_another_log(programme):
    with programme.open() as centre:
        genuine = log_key(centre).text
    with Ledger.create(programme.folder / "own.sqlite", "centre", programme.clock, signer=THIEF_KEY) as own:
        (same,) = own.append([report(1)])
        text = make_proof(own, same.hash, make_checkpoint(own))
    assert verify_proof(text).ok
    return refuted(text, genuine)


@attack
def proof_of_a_revoked_entry(programme):
    with programme.open() as centre:
        centre.append([revocation(NORTH_KEY.public, from_seq=5)])
        return refused(lambda: make_proof(centre, programme.reports[-1].hash, programme.note))


# PostgreSQL


class Database:
    """The centre's log in PostgreSQL, and a superuser."""

    def __init__(self, programme, dsn):
        self.dsn = dsn
        with Ledger.create_database(dsn, "centre", programme.clock, root=CENTRE_KEY.public.hex) as copy:
            with programme.open() as centre:
                carry(centre, copy, blobs=True)
            assert {finding.error.code for finding in audit(copy).findings} == set()

    def run(self, *statements):
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute("SET search_path = landrelease")
            for statement in statements:
                connection.execute(statement)

    def refused(self, *statements) -> set[str]:
        with pytest.raises(psycopg.Error) as error:
            self.run(*statements)
        return {str(error.value)}

    def audited(self, **options) -> set[str]:
        with Ledger.open_database(self.dsn) as ledger:
            return {finding.error.code for finding in audit(ledger, **options).findings}


EDIT = "UPDATE entry SET content = content || '\\x20' WHERE node = 'north' AND seq = 6"


@attack
def postgres_application_updates(programme, database):
    return database.refused("SET ROLE landrelease_app", EDIT)


@attack
def postgres_superuser_updates(programme, database):
    return database.refused(EDIT)


@attack
def postgres_replica_role(programme, database):
    return database.refused("SET session_replication_role = replica", EDIT)


@attack
def postgres_triggers_disabled(programme, database):
    database.run("ALTER TABLE entry DISABLE TRIGGER ALL", EDIT)
    return database.audited()


def enabled_again(table):
    """Triggers are always on, as the program's script makes them; a plain ENABLE would be found."""
    return f"""
    DO $$ DECLARE name text; BEGIN
      FOR name IN SELECT tgname FROM pg_trigger WHERE tgrelid = '{table}'::regclass AND NOT tgisinternal
      LOOP EXECUTE format('ALTER TABLE {table} ENABLE ALWAYS TRIGGER %I', name); END LOOP;
    END $$"""


@attack
def postgres_edited_and_enabled(programme, database):
    database.run("ALTER TABLE entry DISABLE TRIGGER USER", EDIT, enabled_again("entry"))
    return database.audited()


@attack
def postgres_tail_deleted(programme, database):
    tables = ("log", "entry", "checkpoint", "blob")
    database.run(
        *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables),
        "DELETE FROM checkpoint", "DELETE FROM blob", "DELETE FROM log WHERE idx > 12",
        "DELETE FROM entry WHERE hash NOT IN (SELECT entry_hash FROM log)", *map(enabled_again, tables),
    )  # fmt: skip
    assert database.audited() == set()
    return database.audited(checkpoints={"of-the-donor": programme.note})


@attack
def postgres_privilege_granted(programme, database):
    database.run("GRANT UPDATE ON entry TO landrelease_app")
    return database.audited()


@pytest.fixture
def programme(tmp_path):
    return Programme(tmp_path)


@pytest.fixture
def database(programme, make_prepared_database):
    return Database(programme, make_prepared_database())


def is_postgres(attack_):
    return attack_.name.startswith("postgres_")


def expect(attack_, shown):
    assert set(attack_.codes) <= shown, shown
    assert any(attack_.says in words for words in shown), shown


@pytest.mark.parametrize("attack_", [one for one in ATTACKS if not is_postgres(one)], ids=lambda one: one.name)
def test_attack(attack_, programme):
    expect(attack_, CARRIED_OUT[attack_.name](programme))


@pytest.mark.postgres
@pytest.mark.parametrize("attack_", [one for one in ATTACKS if is_postgres(one)], ids=lambda one: one.name)
def test_attack_on_postgres(attack_, programme, database):
    expect(attack_, CARRIED_OUT[attack_.name](programme, database))


def test_every_attack_of_the_page_is_carried_out_and_no_other():
    assert list(CARRIED_OUT) == [attack_.name for attack_ in ATTACKS]
    assert len(ATTACKS) >= 25


def test_every_attack_says_something_unless_it_has_no_effect():
    assert [one.name for one in ATTACKS if not one.codes and not one.says] == []
    assert {one.name for one in ATTACKS if one.way is Way.EMPTY} == {
        "clock_set_back", "review_by_the_author", "bundle_replayed", "erased_blob_sent_again",
    }  # fmt: skip


def test_a_checkpoint_says_what_it_is_of(programme):
    assert parse_checkpoint(programme.note.split("\n\n")[0] + "\n").size == len(programme.entries()) == LAST + 3
    assert content_hash(programme.reports[0].content) == programme.entries()[FIRST].hash
