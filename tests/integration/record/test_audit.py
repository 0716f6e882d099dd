"""The audit finds what was done to the file behind the program's back, and names it."""

import hashlib
import sqlite3
from contextlib import closing

import pytest
from tests.samples.tampering import behind_triggers, forge

from landrelease.errors import LandreleaseError
from landrelease.record.audit import LISTED, audit
from landrelease.record.entry import Statement
from landrelease.record.ledger import Ledger


def audited(path):
    with Ledger.open(path) as ledger:
        return audit(ledger)


def test_an_intact_ledger(record):
    report = audited(record)
    assert (report.entries, report.nodes, report.errors, report.warnings) == (11, 1, 0, 0)
    assert report.intact
    assert report.first is None
    with Ledger.open(record) as ledger:
        assert report.head == list(ledger.log())[-1].entry.hash


def test_an_empty_ledger(tmp_path):
    with Ledger.create(tmp_path / "l.sqlite") as ledger:
        assert audit(ledger).intact


@pytest.mark.parametrize(
    ("statements", "code", "index", "seq"),
    [
        (["UPDATE entry SET content = CAST(replace(CAST(content AS TEXT), '200', '900') AS BLOB) WHERE seq = 3"],
         "LR1018", 2, 3),
        (["UPDATE entry SET content = CAST(content AS TEXT) WHERE seq = 3"], "LR1018", 2, 3),
        (["UPDATE entry SET author = 'person:bo' WHERE seq = 4"], "LR1019", 3, 4),
        (["UPDATE entry SET valid_to = '2026-12-31' WHERE seq = 5"], "LR1019", 4, 5),
        (["UPDATE entry SET kind_version = 2 WHERE seq = 5"], "LR1019", 4, 5),
        (["UPDATE entry SET seq = 99 WHERE seq = 5"], "LR1019", 4, 5),
        (["UPDATE entry SET node = 'south' WHERE seq = 5"], "LR1019", 4, 5),
        (["DELETE FROM entry WHERE seq = 5"], "LR1024", 4, None),
        (["DELETE FROM log WHERE idx = 4"], "LR1021", 5, 6),
        (["UPDATE log SET idx = 50 WHERE idx = 10"], "LR1021", 50, 11),
        (["UPDATE log SET received = '2020-01-01T00:00:00Z' WHERE idx = 4"], "LR1022", 4, 5),
        (["UPDATE log SET idx = -1 WHERE idx = 3", "UPDATE log SET idx = 3 WHERE idx = 2",
          "UPDATE log SET idx = 2 WHERE idx = -1"], "LR1020", 2, 4),
        (["UPDATE entry SET hash = randomblob(32) WHERE seq = 5"], "LR1024", 4, None),
    ],
)  # fmt: skip
def test_what_was_changed_is_named(record, tamper, statements, code, index, seq):
    tamper(*statements)
    report = audited(record)
    assert not report.intact
    assert report.first is not None
    assert (report.first.error.code, report.first.details["index"], report.first.details["seq"]) == (code, index, seq)
    assert str(index) in report.first.what


def test_a_forged_hash_breaks_the_chain_and_the_citation(record):
    forge(record, 2, b'"cleared_area_m2":200', b'"cleared_area_m2":900')
    report = audited(record)
    found = [(finding.error.code, finding.details["seq"]) for finding in report.findings]
    assert found == [("LR1020", 4), ("LR1023", 11)]


def test_bytes_that_are_not_canonical_are_named(record):
    forge(record, 10, b'"verdict":"accepted"', b'"verdict": "accepted"')
    report = audited(record)
    assert report.first is not None
    assert (report.first.error.code, report.first.details["seq"]) == ("LR1016", 11)


def test_a_node_clock_that_ran_ahead_is_a_warning(record, tamper):
    tamper("UPDATE log SET received = '2020-01-01T00:00:00Z'")
    report = audited(record)
    assert report.intact
    assert report.warnings == 11
    assert {finding.error.code for finding in report.findings} == {"LR1025"}


def test_the_list_is_bounded_and_the_first_error_is_in_it(tmp_path):
    path = tmp_path / "l.sqlite"
    with Ledger.create(path) as ledger:
        ledger.append(
            Statement("team", "team:1", {"name": "t", "asset_kind": "machine", "people": n}, "2026-08-11", "a", "o")
            for n in range(LISTED + 50)
        )
    changes = (
        "UPDATE log SET received = '2020-01-01T00:00:00Z'",
        f"UPDATE entry SET author = 'x' WHERE seq = {LISTED + 50}",
    )
    behind_triggers(path, *changes)
    report = audited(path)
    assert (report.warnings, report.errors) == (LISTED + 50, 1)
    assert report.first is not None
    assert report.first.details["index"] == LISTED + 49


def test_reading_refuses_what_was_changed(record, tamper):
    tamper("UPDATE entry SET content = CAST(replace(CAST(content AS TEXT), '200', '900') AS BLOB) WHERE seq = 3")
    with Ledger.open(record) as ledger:
        with pytest.raises(LandreleaseError, match="LR1018"):
            list(ledger.log())
        with pytest.raises(LandreleaseError, match="LR1018"):
            list(ledger.slice(0, 11))


def test_reading_refuses_a_log_with_a_missing_line(record, tamper):
    tamper("DELETE FROM entry WHERE seq = 3")
    with Ledger.open(record) as ledger, pytest.raises(LandreleaseError, match="LR1021"):
        list(ledger.log())


def test_a_damaged_file_is_reported(record):
    with closing(sqlite3.connect(record)) as connection:
        query = "SELECT (rootpage - 1) * 4096 FROM sqlite_schema WHERE name = 'entry'"
        entries = connection.execute(query).fetchone()[0]
    with record.open("r+b") as stream:
        stream.seek(entries)
        stream.write(hashlib.sha256(b"noise").digest() * 128)
    report = audited(record)
    assert report.first is not None
    assert report.first.error.code == "LR1012"
    assert str(record) in report.first.what
