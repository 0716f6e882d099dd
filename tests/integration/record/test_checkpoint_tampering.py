"""What an owner of the file can do behind every trigger, and what a checkpoint that left the building shows of it."""

import sqlite3
from contextlib import closing

import pytest
from tests.samples.proofs import NORTH, Clock, Nonces, new_ledger, organisation

from landrelease.errors import ErrorCode, LandreleaseError
from landrelease.record.audit import audit
from landrelease.record.ledger import Ledger
from landrelease.record.proofs.checkpoint import check_against_log, make_checkpoint
from landrelease.record.proofs.proof import make_proof


@pytest.fixture
def path(tmp_path):
    return tmp_path / "north.sqlite"


@pytest.fixture
def note(tmp_path, path) -> str:
    """A checkpoint of eight entries that someone else holds; none is kept in the file."""
    with new_ledger(tmp_path, "north", NORTH, Clock()) as ledger:
        ledger.append([organisation(number) for number in range(7)])
        note = make_checkpoint(ledger)
    spoil(path, "DELETE FROM checkpoint")
    return note


def spoil(path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def findings(path, note) -> list[str]:
    with Ledger.open(path, signer=NORTH) as ledger:
        return [finding.error.code for finding in check_against_log(ledger, {"note.txt": note})]


TAIL = ("DELETE FROM log WHERE idx >= 6", "DELETE FROM entry WHERE seq >= 7")
ATTACKS = [
    ("nothing", (), []),
    ("cut off the end", TAIL, ["LR1083"]),
    ("change a time of arrival", ("UPDATE log SET received = '2026-08-01T00:00:00Z' WHERE idx < 3",), ["LR1085"]),
    ("write no time", ("UPDATE log SET received = 'yesterday' WHERE idx = 7",), ["LR1085"]),
    ("swap two lines",
     (f"UPDATE log SET idx = {to} WHERE idx = {at}" for at, to in ((3, -1), (4, 3), (-1, 4))),
     ["LR1084"]),
]  # fmt: skip


@pytest.mark.parametrize(("attack", "statements", "codes"), ATTACKS, ids=[attack[0] for attack in ATTACKS])
def test_an_attack_shows_against_a_checkpoint_from_elsewhere(path, note, attack, statements, codes):
    spoil(path, *statements)
    assert findings(path, note) == codes


def test_an_end_that_was_written_again_shows(path, note):
    """The owner has the file and the key: chain, hashes and signatures fit, and only the checkpoint does not."""
    spoil(path, *TAIL)
    with Ledger.open(path, Clock(), signer=NORTH, nonce=Nonces()) as ledger:
        ledger.append([organisation(number) for number in (70, 71)])
        assert {finding.error for finding in audit(ledger).findings} <= {ErrorCode.GUARDS_MISSING}
    assert findings(path, note) == ["LR1084"]


@pytest.mark.parametrize("type_", ["BLOB", "TEXT"])
def test_a_changed_entry_is_not_proven(path, note, type_):
    with Ledger.open(path) as ledger:
        target = next(iter(ledger.slice(4, 5))).hash
    spoil(path, f"UPDATE entry SET content = CAST(replace(content, 'tor', 'ter') AS {type_}) WHERE seq = 5")
    with Ledger.open(path, signer=NORTH) as ledger, pytest.raises(LandreleaseError, match="LR1018"):
        make_proof(ledger, target, note)


def test_a_signature_of_another_key_is_not_proven(path, note):
    with Ledger.open(path) as ledger:
        target = next(iter(ledger.slice(4, 5))).hash
    spoil(path, "UPDATE entry SET signature = zeroblob(64) WHERE seq = 5")
    with Ledger.open(path, signer=NORTH) as ledger, pytest.raises(LandreleaseError, match="LR1067"):
        make_proof(ledger, target, note)
