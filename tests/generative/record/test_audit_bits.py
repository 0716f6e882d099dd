"""One flipped bit anywhere in the tables of a ledger is found, or lies in a place that is not the record."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.samples.programme import AUTHORITY, BO, NORTH_KEY, WITNESS_KEY, Programme, grant, report

from landrelease.errors import LandreleaseError
from landrelease.record.attachments.blobs import attach
from landrelease.record.attachments.erasure import erase
from landrelease.record.audit import audit
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import Checkpoint, keep, make_checkpoint, read_checkpoint
from landrelease.record.proofs.notes import cosign, sign_note
from landrelease.record.stores import Held

COLUMNS = {
    "meta": ("name", "value"),
    "entry": ("hash", "node", "seq", "prev", "kind", "kind_version", "subject", "valid_from", "valid_to", "recorded",
              "author", "organisation", "content", "signature"),
    "log": ("idx", "entry_hash", "received"),
    "checkpoint": ("origin", "size", "root", "received", "note"),
    "blob": ("sha256", "content", "erased_reason"),
    "held": ("hash", "node", "seq", "received", "content", "signature"),
}  # fmt: skip
NOT_THE_RECORD = {
    ("meta", "value", "node"): "who appends here from now on; a key that is not this node's is refused",
    ("meta", "name", "erased"): "what is still to be overwritten in the file",
    ("checkpoint", "received"): "when this copy of the note was kept; the note itself says what was signed and when",
    ("held", "received"): "when the entry came; it is dated anew when it is merged",
    ("held", "signature"): "verified when the entry is merged",
}
"""Places where a flipped bit changes nothing that was ever stated."""


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A ledger with a row of every sort; the last checkpoint covers the whole log."""
    programme = Programme(tmp_path_factory.mktemp("bits"))
    with Ledger.create(programme.folder / "east.sqlite", "east", programme.clock) as east:
        east.append([report(1), report(2)])
        waiting = [row for row in east.store.rows() if row.seq == 2]
    with programme.open() as centre:
        gone = attach(centre, b"a name", cites=[], author=BO, organisation=AUTHORITY)
        erase(centre, [gone.body["blob"]], "asked for", BO, AUTHORITY)
        other = Checkpoint("landrelease/north", 3, b"\1" * 32)
        keep(centre, other, sign_note(other.text(), other.origin, NORTH_KEY))
        with centre.store.writing() as writer:
            writer.hold(Held(row.hash, row.node, row.seq, row.received, row.content, b"\0" * 64) for row in waiting)
        centre.append([grant(WITNESS_KEY.public, "donor", "witness")])
        note = make_checkpoint(centre)
        cosigned = note + cosign(note.split("\n\n")[0] + "\n", "donor", WITNESS_KEY, 1_786_000_000).line
        keep(centre, read_checkpoint(cosigned)[1], cosigned)
    with closing(sqlite3.connect(programme.path)) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.commit()
    return programme.path


def found_in(path):
    """Codes of what the audit finds; a ledger that cannot be opened is found out, too."""
    try:
        with Ledger.open(path) as ledger:
            return sorted(finding.error.code for finding in audit(ledger).findings)
    except LandreleaseError as error:
        return list(error.codes)


@pytest.fixture(scope="module")
def sound(path):
    return found_in(path)


def flipped(value, bit):
    """The value with one bit changed; of an integer one of its lowest 40."""
    if isinstance(value, int):
        return value ^ (1 << bit % 40), "?"
    content = bytearray(value.encode() if isinstance(value, str) else value)
    assume(content)
    content[bit // 8 % len(content)] ^= 1 << bit % 8
    return bytes(content), "CAST(? AS TEXT)" if isinstance(value, str) else "?"


def rows_of(raw, table, column):
    where = "name IN ('node', 'root')" if table == "meta" else f"{column} IS NOT NULL"
    return raw.execute(f"SELECT rowid, {column} FROM {table} WHERE {where} ORDER BY rowid").fetchall()


def is_the_record(table, column, value, changed):
    if table == "meta" and column == "value":  # a key in capital letters is the same key
        return value != "centre" and changed.lower() != value.encode()
    return (table, column) not in NOT_THE_RECORD


@given(
    st.sampled_from([(table, column) for table in COLUMNS for column in COLUMNS[table]]),
    st.integers(0),
    st.integers(0, 2**16),
)
@settings(max_examples=250)
def test_one_flipped_bit_is_found(path, sound, place, row, bit):
    table, column = place
    with closing(sqlite3.connect(path)) as raw:
        held = rows_of(raw, table, column)
        assume(held)
        number, value = held[row % len(held)]
        changed, as_stored = flipped(value, bit)
        key = changed if (table, column) == ("log", "idx") else number
        try:
            raw.execute(f"UPDATE {table} SET {column} = {as_stored} WHERE rowid = ?", (changed, number))
        except sqlite3.IntegrityError:
            assume(False)  # the tables themselves refuse it
        raw.commit()
        found = found_in(path)
        raw.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value, key))
        raw.commit()
    assert found != sound or not is_the_record(table, column, value, changed)


@pytest.mark.parametrize("value", [b"\xff\x00", "text", 2**62])
@pytest.mark.parametrize("place", [(table, column) for table in COLUMNS for column in COLUMNS[table]], ids="/".join)
def test_a_value_of_another_kind_is_no_surprise(path, sound, place, value):
    table, column = place
    with closing(sqlite3.connect(path)) as raw:
        number, before = (rows_of(raw, table, column) or [(1, None)])[-1]
        try:
            raw.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value, number))
        except sqlite3.IntegrityError:
            return  # the tables themselves refuse it
        raw.commit()
        try:
            found = found_in(path)
        finally:
            raw.execute(
                f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (before, value if column == "idx" else number)
            )
            raw.commit()
    assert found != sound or not is_the_record(table, column, before, b"") or value == before


def test_the_ledger_is_sound_but_for_its_guards_and_what_was_erased_or_waits(sound):
    assert sound == ["LR1174", "LR1177", "LR1178"]


def test_every_column_of_every_table_is_tried(path):
    with closing(sqlite3.connect(path)) as raw:
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert set(tables) == set(COLUMNS)
        for table in tables:
            assert [row[1] for row in raw.execute(f"PRAGMA table_info({table})")] == list(COLUMNS[table])
